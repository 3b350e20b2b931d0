//! `kalends`: an Internet calendaring and scheduling system in one program.

mod archive;
mod changed;
mod clock;
mod commands;
mod compose;
mod config;
mod days;
mod editor;
mod excerpt;
mod exit;
mod filter;
mod home;
mod hours;
mod input;
mod interrupt;
mod listing;
mod local;
mod log;
mod occurrence;
mod output;
mod people;
mod replace;
mod spoken;
mod table;
mod terminal;
mod when;
mod which;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use clap_complete::ArgValueCandidates;

use commands::{
    add, admin, agenda, answer, calendar, config as settings, counter, delegate, demo, dismiss, edit, export,
    find_time, free, freebusy, history, ics, import, inbox, invite, journal, manual, month, next,
    office_hours, relocate, remind, rm, search, serve, show, snooze, todo, trash, undo,
};
use config::Config;
use exit::{Exit, Failure};
use local::Local;

/// What ends the help.
const AFTER: &str = concat!(exit::codes!(), "\nExample: kalends add Dentist tomorrow 14:00 for 45 min");

/// An Internet calendaring and scheduling system in one program.
#[derive(Parser)]
#[command(name = "kalends", version, arg_required_else_help = true, after_help = AFTER)]
struct Kalends {
    /// The store: folder or URL
    #[arg(
        long,
        global = true,
        env = "KALENDS_DATA",
        hide_env_values = true,
        display_order = 100,
        value_name = "DIR"
    )]
    data: Option<PathBuf>,
    /// The file of settings
    #[arg(long, global = true, env = "KALENDS_CONFIG", display_order = 100, value_name = "FILE")]
    config: Option<PathBuf>,
    /// As whom: a name or an address
    #[arg(
        long = "as",
        global = true,
        env = "KALENDS_AS",
        hide_env_values = true,
        display_order = 100,
        value_name = "NAME",
        add = ArgValueCandidates::new(manual::people)
    )]
    used_as: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Add(add::Add),
    Edit(edit::Edit),
    Agenda(agenda::Agenda),
    Next(next::Next),
    Month(month::Month),
    Todo(todo::Todo),
    Journal(journal::Journal),
    Search(search::Search),
    Show(show::Show),
    Free(free::Free),
    Invite(invite::Invite),
    Inbox(inbox::Inbox),
    Accept(answer::Accept),
    Decline(answer::Decline),
    Tentative(answer::Tentative),
    Delegate(delegate::Delegate),
    Counter(counter::Counter),
    Freebusy(freebusy::Freebusy),
    FindTime(find_time::FindTime),
    OfficeHours(office_hours::OfficeHours),
    Remind(remind::Remind),
    Snooze(snooze::Snooze),
    Dismiss(dismiss::Dismiss),
    Rm(rm::Rm),
    Copy(relocate::Copy),
    Move(relocate::Move),
    Import(import::Import),
    Export(export::Export),
    Trash(trash::Trash),
    History(history::History),
    Undo(undo::Undo),
    Redo(undo::Redo),
    Calendar(calendar::Calendar),
    Config(settings::Config),
    Admin(admin::Admin),
    Serve(serve::Serve),
    Demo(demo::Demo),
    Completions(manual::Completions),
    Manual(manual::Manual),
    /// iCalendar files: look for problems, format, repair, expand, compare.
    #[command(subcommand, arg_required_else_help = true, after_help = ics::EXAMPLE)]
    Ics(ics::Command),
}

impl Kalends {
    fn run(self) -> Result<Exit, Failure> {
        let (data, config) = (self.data, self.config);
        // Whoever keeps a store, or serves it, is nobody in it.
        let is_in_it = !matches!(self.command, Command::Admin(_) | Command::Serve(_));
        let used_as = self.used_as.filter(|name| is_in_it && !name.is_empty());
        let local = || Local::open(data, config.clone())?.used_as(used_as.as_deref());
        match self.command {
            Command::Add(add) => add.run(&local()?),
            Command::Edit(edit) => edit.run(&local()?),
            Command::Agenda(agenda) => agenda.run(&local()?),
            Command::Next(next) => next.run(&local()?),
            Command::Month(month) => month.run(&local()?),
            Command::Todo(todo) => todo.run(&local()?),
            Command::Journal(journal) => journal.run(&local()?),
            Command::Search(search) => search.run(&local()?),
            Command::Show(show) => show.run(&local()?),
            Command::Free(free) => free.run(&local()?),
            Command::Invite(invite) => invite.run(&local()?),
            Command::Inbox(inbox) => inbox.run(&local()?),
            Command::Accept(accept) => accept.run(&local()?),
            Command::Decline(decline) => decline.run(&local()?),
            Command::Tentative(tentative) => tentative.run(&local()?),
            Command::Delegate(delegate) => delegate.run(&local()?),
            Command::Counter(counter) => counter.run(&local()?),
            Command::Freebusy(freebusy) => freebusy.run(&local()?),
            Command::FindTime(find) => find.run(&local()?),
            Command::OfficeHours(hours) => hours.run(&local()?),
            Command::Remind(remind) => remind.run(local()?),
            Command::Snooze(snooze) => snooze.run(&local()?),
            Command::Dismiss(dismiss) => dismiss.run(&local()?),
            Command::Rm(rm) => rm.run(&local()?),
            Command::Copy(copy) => copy.run(&local()?),
            Command::Move(moved) => moved.run(&local()?),
            Command::Trash(trash) => trash.run(&local()?),
            Command::History(history) => history.run(&local()?),
            Command::Calendar(calendar) => calendar.run(&local()?),
            Command::Config(settings) => settings.run(&Config::read(config)?),
            Command::Completions(completions) => completions.run(),
            Command::Manual(manual) => manual.run(Self::command()),
            Command::Import(import) => import.run(&local()?),
            Command::Export(export) => export.run(&local()?),
            Command::Admin(admin) => admin.run(&local()?),
            Command::Serve(serve) => serve.run(local()?),
            Command::Demo(demo) => demo.run(config),
            Command::Undo(undo) => undo.run(&local()?),
            Command::Redo(redo) => redo.run(&local()?),
            Command::Ics(command) => ics::run(command),
        }
    }
}

fn main() -> ExitCode {
    // A shell that completes asks with COMPLETE set, and ends here.
    clap_complete::CompleteEnv::with_factory(Kalends::command).complete();
    Kalends::parse().run().unwrap_or_else(|failure| failure.tell()).into()
}
