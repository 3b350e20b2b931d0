//! `kalends ics`: commands on iCalendar files.

mod check;
mod convert;
mod diff;
mod expand;
mod fmt;
mod repair;
mod rules;

use crate::exit::{Exit, Failure};

/// What ends the help.
pub(crate) const EXAMPLE: &str = "Example: kalends ics check ~/calendars";

/// A command on files.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    Check(check::Check),
    Fmt(fmt::Fmt),
    Repair(repair::Mend),
    Expand(expand::Expand),
    Diff(diff::Diff),
    Convert(convert::Convert),
}

pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Check(check) => check.run(),
        Command::Fmt(fmt) => fmt.run(),
        Command::Repair(repair) => repair.run(),
        Command::Expand(expand) => expand.run(),
        Command::Diff(diff) => diff.run(),
        Command::Convert(convert) => convert.run(),
    }
}
