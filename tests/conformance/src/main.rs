//! The conform tier of the iCalendar core: other people's files and recurrence cases, held against `ical`.
//!
//! `tests/conformance/run` fetches what this reads. Each suite tells its failures and a line `suite NAME: N
//! passed, M failed`; the exit code is 1 where anything failed or is missing.

#![expect(clippy::print_stdout, reason = "a runner tells what it found")]

mod check;
mod collection;
mod formats;
mod lossless;
mod recurrence;
mod suite;
mod zones;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use collection::Collection;

const USAGE: &str = "usage: kalends-conform [--into DIR] [--update]";

fn main() -> ExitCode {
    let is_good = match std::env::args_os().nth(1) {
        Some(first) if first == "file" => std::env::args_os()
            .nth(2)
            .context("a path is missing")
            .and_then(|path| lossless::file(path.as_ref()))
            .map(|()| true),
        _ => Options::read().and_then(|options| run(&options)),
    };
    match is_good {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("conform: {error:#}");
            println!("suite conform: 0 passed, 1 failed");
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
struct Options {
    /// Where the collections are.
    into: PathBuf,
    /// The repository.
    root: PathBuf,
    /// Write the tables of what is expected anew.
    update: bool,
}

impl Options {
    fn read() -> Result<Self> {
        let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let mut options = Self { into: root.join("target/conformance"), root, update: false };
        let mut arguments = std::env::args_os().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--into") => options.into = arguments.next().context(USAGE)?.into(),
                Some("--update") => options.update = true,
                _ => bail!(USAGE),
            }
        }
        Ok(options)
    }
}

fn run(options: &Options) -> Result<bool> {
    let collection = Collection::open(&options.into)?;
    let suites = [
        lossless::suite(&collection)?,
        recurrence::suite(&collection, options)?,
        zones::suite(&collection)?,
        formats::suite(&collection)?,
        check::suite(&collection, &options.root, options.update)?,
    ];
    Ok(suites.iter().all(|suite| suite.failed() == 0) && suites.iter().any(|suite| suite.passed() > 0))
}
