//! `kalends`: an Internet calendaring and scheduling system in one program.

mod clock;
mod commands;
mod excerpt;
mod exit;
mod input;
mod output;
mod replace;
mod terminal;
mod when;

use std::process::ExitCode;

use clap::Parser;

/// An Internet calendaring and scheduling system in one program.
#[derive(Parser)]
#[command(name = "kalends", version, arg_required_else_help = true, after_help = exit::CODES)]
struct Kalends {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// iCalendar files: look for problems, format, repair, expand, compare.
    #[command(subcommand, arg_required_else_help = true)]
    Ics(commands::ics::Command),
}

fn main() -> ExitCode {
    let Kalends { command: Command::Ics(command) } = Kalends::parse();
    commands::ics::run(command).unwrap_or_else(|failure| failure.tell()).into()
}
