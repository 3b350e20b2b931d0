//! Measures what commands cost in a small store and a large one, and prints a table; exit code 1 where a ratio is missed.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cost::Size;

const USAGE: &str = "cost KALENDS [--small N] [--large N] [--rounds N] [--keep FOLDER]";

fn main() -> ExitCode {
    measure().unwrap_or_else(|error| {
        let _ = writeln!(io::stderr().lock(), "cost: {error}");
        ExitCode::FAILURE
    })
}

fn measure() -> io::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let kalends = arguments.next().ok_or_else(|| io::Error::other(USAGE))?;
    let mut size = Size::default();
    let wrong = || io::Error::other(USAGE);
    let mut kept = None;
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(wrong)?;
        let number = value.parse().map_err(|_| wrong());
        match name.as_str() {
            "--small" => size.small = number?,
            "--large" => size.large = number?,
            "--rounds" => size.rounds = number?,
            "--keep" => kept = Some(PathBuf::from(value)),
            _ => return Err(wrong()),
        }
    }
    let passing = tempfile::tempdir()?;
    let folder = kept.as_deref().unwrap_or(passing.path());
    let mut failed = Ok(());
    let mut tell = |line: &str| failed = writeln!(io::stdout().lock(), "{line}");
    let Size { small, large, rounds } = size;
    tell(&format!("{small} and {large} objects, medians of {rounds} runs of each"));
    let all = cost::run(Path::new(&kalends), folder, size, &mut |measured| tell(&measured.to_string()))?;
    failed?;
    Ok(if all.iter().all(cost::Measured::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
