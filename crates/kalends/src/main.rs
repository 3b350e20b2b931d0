//! `kalends`: an Internet calendaring and scheduling system in one program.

mod clock;
mod commands;
mod excerpt;
mod exit;
mod home;
mod input;
mod local;
mod output;
mod replace;
mod terminal;
mod when;
mod which;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use commands::{agenda, calendar, history, ics, import, relocate, rm, trash, undo};
use exit::{Exit, Failure};
use local::Local;

/// An Internet calendaring and scheduling system in one program.
#[derive(Parser)]
#[command(name = "kalends", version, arg_required_else_help = true, after_help = exit::CODES)]
struct Kalends {
    /// The folder of the store
    #[arg(long, global = true, env = "KALENDS_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Agenda(agenda::Agenda),
    Rm(rm::Rm),
    Copy(relocate::Copy),
    Move(relocate::Move),
    Import(import::Import),
    Trash(trash::Trash),
    History(history::History),
    Undo(undo::Undo),
    Redo(undo::Redo),
    Calendar(calendar::Calendar),
    /// iCalendar files: look for problems, format, repair, expand, compare.
    #[command(subcommand, arg_required_else_help = true)]
    Ics(ics::Command),
}

impl Kalends {
    fn run(self) -> Result<Exit, Failure> {
        let local = || Local::open(self.data);
        match self.command {
            Command::Agenda(agenda) => agenda.run(&local()?),
            Command::Rm(rm) => rm.run(&local()?),
            Command::Copy(copy) => copy.run(&local()?),
            Command::Move(moved) => moved.run(&local()?),
            Command::Trash(trash) => trash.run(&local()?),
            Command::History(history) => history.run(&local()?),
            Command::Calendar(calendar) => calendar.run(&local()?),
            Command::Import(import) => import.run(&local()?),
            Command::Undo(undo) => undo.run(&local()?),
            Command::Redo(redo) => redo.run(&local()?),
            Command::Ics(command) => ics::run(command),
        }
    }
}

fn main() -> ExitCode {
    Kalends::parse().run().unwrap_or_else(|failure| failure.tell()).into()
}
