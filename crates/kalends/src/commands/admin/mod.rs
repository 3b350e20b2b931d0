//! `kalends admin`: a store checked, copied, restored, indexed anew; who signs in there, and who may do what. Also while
//! others write to it.

mod audit;
mod booking;
mod calendar;
mod export;
mod follow;
mod grant;
mod group;
mod import;
mod password;
mod reopen;
mod restore;
mod room;
mod token;
mod user;

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use service::Actor;

use follow::Follow;

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::Programs;

/// Keeps a store, and those who have calendars there
#[derive(clap::Args)]
#[command(after_help = "Example: kalends admin backup calendars.backup")]
pub(crate) struct Admin {
    #[command(subcommand)]
    act: Act,
    /// One JSON object a line (docs/schemas/admin-*.json)
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Looks whether the store's file is sound; exit code 1 where it is not
    #[command(after_help = "Example: kalends admin check")]
    Check,
    /// Copies the store, as it is at one moment, into a file; or keeps a journal of it, while it is used
    #[command(after_help = "With --follow it goes on until it is stopped, and tells what it wrote, and\n\
        how long after it was committed. Whoever follows again goes on there.\n\
        Example: kalends admin backup calendars.backup")]
    Backup {
        /// Into this file
        #[arg(required_unless_present = "follow")]
        file: Option<PathBuf>,
        /// In the place of a file that is there
        #[arg(long, conflicts_with = "follow")]
        force: bool,
        /// Keeps a journal in this folder, which is better on another disk
        #[arg(long, value_name = "DIR", conflicts_with = "file")]
        follow: Option<PathBuf>,
        /// Looks so often what was committed
        #[arg(long, value_name = "SECONDS", requires = "follow", default_value_t = 1,
            value_parser = clap::value_parser!(u64).range(1..=86_400))]
        every: u64,
        /// Follows up to now, and ends
        #[arg(long, requires = "follow")]
        once: bool,
    },
    Restore(restore::Restore),
    Reopen(reopen::Reopen),
    /// Derives anew what is looked up: times, words. It can be broken off and done again
    #[command(after_help = "Example: kalends admin reindex")]
    Reindex,
    User(user::User),
    Group(group::Group),
    Room(room::Room),
    Resource(room::Resource),
    Calendar(calendar::Calendar),
    Import(import::ImportFor),
    Export(export::ExportFor),
    Password(password::Password),
    Token(token::Token),
    Grant(grant::Grant),
    Audit(audit::Audit),
}

/// Something amiss.
#[derive(Serialize)]
struct Finding {
    calendar: Option<String>,
    uid: Option<String>,
    message: String,
}

/// A copy that was made.
#[derive(Serialize)]
struct Copied {
    file: String,
    bytes: u64,
}

/// Objects that were indexed anew.
#[derive(Serialize)]
struct Reindexed {
    objects: u64,
}

/// Whoever keeps the store, in the home of who has a name or an address.
fn home<'l>(local: &'l Local, whose: &str) -> Result<Actor<'l>, Failure> {
    let keeper = local.keeper();
    Ok(keeper.in_home_of(keeper.principal(whose)?.id)?)
}

impl Admin {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        match &self.act {
            Act::Check => self.check(local),
            Act::Backup { follow: Some(folder), every, once, .. } => {
                Follow::new(folder, self.json).run(local, Duration::from_secs(*every), *once)
            }
            Act::Backup { file, force, .. } => self.backup(local, &file.clone().unwrap_or_default(), *force),
            Act::Restore(restore) => restore.run(local, self.json),
            Act::Reopen(reopen) => reopen.run(local, self.json),
            Act::Reindex => self.reindex(local),
            Act::User(user) => user.run(local, self.json),
            Act::Group(group) => group.run(local, self.json),
            Act::Room(room) => room.run(local, self.json),
            Act::Resource(resource) => resource.run(local, self.json),
            Act::Calendar(calendar) => calendar.run(local, self.json),
            Act::Import(import) => import.run(local),
            Act::Export(export) => export.run(local),
            Act::Password(password) => password.run(local, self.json),
            Act::Token(token) => token.run(local, self.json),
            Act::Grant(grant) => grant.run(local, self.json),
            Act::Audit(audit) => audit.run(local, self.json),
        }
    }

    fn check(&self, local: &Local) -> Result<Exit, Failure> {
        let mut findings = Vec::new();
        let mut progress = Progress::new("checking the file");
        for message in local.store().check(&mut |done, all| progress.show(done, all))? {
            findings.push(Finding { calendar: None, uid: None, message });
        }
        progress.clear();
        let mut verified = store::Verified::default();
        if findings.is_empty() {
            let mut progress = Progress::new("checking");
            let all = local.keeper().objects()?;
            let mut tell = |found: store::Finding| {
                let message = found.amiss.to_string();
                findings.push(Finding { calendar: found.calendar, uid: found.uid, message });
            };
            verified = local.store().verify(&mut tell, &mut |so_far| progress.show(so_far.objects, all))?;
            progress.clear();
        }
        if self.json {
            let mut programs = Programs::new();
            for finding in &findings {
                programs.line(finding)?;
            }
            programs.finish()?;
        } else {
            for finding in &findings {
                let of = [&finding.calendar, &finding.uid].into_iter().flatten();
                let of: Vec<&str> = of.map(String::as_str).collect();
                let colon = if of.is_empty() { "" } else { ": " };
                tell(&format!("{}{colon}{}", of.join("/"), finding.message));
            }
            let sound = format!("the store is sound: {} objects, {} texts", verified.objects, verified.texts);
            let unsound = "the store is damaged; `kalends admin reindex` mends what is looked up, `kalends admin restore` the rest";
            tell(if findings.is_empty() { &sound } else { unsound });
        }
        Ok(if findings.is_empty() { Exit::Done } else { Exit::Told })
    }

    fn backup(&self, local: &Local, file: &Path, is_forced: bool) -> Result<Exit, Failure> {
        let name = file.display().to_string();
        if file.exists() && !is_forced {
            let words = format!("{name} is there: name another file, or write in its place with --force");
            return Err(Failure::new(Exit::Refused, words));
        }
        if local.store().snapshot()?.is_none() {
            let words = "nothing was ever written here: there is nothing to copy";
            return Err(Failure::new(Exit::NotFound, words));
        }
        let mut progress = Progress::new("copying");
        local.store().backup(file, &mut |left, all| {
            progress.show(u64::from(all.saturating_sub(left)), u64::from(all));
        })?;
        progress.clear();
        let bytes = std::fs::metadata(file).map_err(|error| Failure::reading(&name, &error))?.len();
        self.told(&Copied { file: name.clone(), bytes }, &format!("{name}: {bytes} bytes"))
    }

    fn reindex(&self, local: &Local) -> Result<Exit, Failure> {
        let mut progress = Progress::new("indexing");
        let objects = local.keeper().reindex(&mut |done, all| {
            progress.show(done, all);
            ControlFlow::Continue(())
        })?;
        progress.clear();
        self.told(&Reindexed { objects }, &format!("{objects} objects were indexed anew"))
    }

    fn told(&self, value: &impl Serialize, words: &str) -> Result<Exit, Failure> {
        if self.json {
            let mut programs = Programs::new();
            programs.line(value)?;
            programs.finish()?;
        } else {
            tell(words);
        }
        Ok(Exit::Done)
    }
}

/// A line on a terminal that says how far something has come.
struct Progress {
    what: &'static str,
    is_terminal: bool,
    shown: Option<u64>,
}

impl Progress {
    fn new(what: &'static str) -> Self {
        Self { what, is_terminal: io::stderr().is_terminal(), shown: None }
    }

    fn show(&mut self, done: u64, all: u64) {
        let percent = done.saturating_mul(100).checked_div(all).unwrap_or(100).min(100);
        if self.is_terminal && self.shown != Some(percent) {
            self.shown = Some(percent);
            let _ = write!(io::stderr().lock(), "\r\x1b[K{}: {percent} %", self.what);
        }
    }

    fn clear(&mut self) {
        if self.shown.take().is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}
