//! `kalends ics`: commands on iCalendar files.

mod check;
mod diff;
mod expand;
mod fmt;

use crate::exit::{Exit, Failure};

/// A command on files.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Check(check::Check),
    Fmt(fmt::Fmt),
    Expand(expand::Expand),
    Diff(diff::Diff),
}

pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Check(check) => check.run(),
        Command::Fmt(fmt) => fmt.run(),
        Command::Expand(expand) => expand.run(),
        Command::Diff(diff) => diff.run(),
    }
}
