//! `kalends admin restore`: a backup merged into the store, or put in its place.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ical::value::DateOrTime;
use serde::Serialize;
use service::{Fate, Fated, Restored, Witness};
use store::{Amiss, Backup, Ended};

use super::Progress;
use crate::commands::rm::confirmed;
use crate::exit::{Exit, Failure, tell};
use crate::interrupt;
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// Brings a backup back; what is newer here stays
#[derive(clap::Args)]
#[command(after_help = "What is lacking here comes back, but for what was deleted since; of what both\n\
    have the newer stands. All is told before it is done; `kalends undo` takes it back.\n\
    Where no store can be read and no journal is restored, nothing is listed to\n\
    programs, which would delete what is missing, until `kalends admin reopen`.\n\
    Example: kalends admin restore calendars.backup --dry-run")]
pub(crate) struct Restore {
    /// A file of `admin backup`, a folder with a journal, or a store's
    backup: PathBuf,
    /// Also what was deleted since
    #[arg(long, conflicts_with = "exact")]
    deleted: bool,
    /// All as it was then: what came since is put aside
    #[arg(long)]
    exact: bool,
    /// Only says what would be done
    #[arg(long)]
    dry_run: bool,
    /// Does not ask
    #[arg(long, short)]
    yes: bool,
}

/// An object, and what becomes of it.
#[derive(Serialize)]
struct Line<'a> {
    calendar: &'a str,
    uid: Option<&'a str>,
    summary: &'a str,
    fate: &'a str,
    why: Option<&'a str>,
}

/// What was done, or would be.
#[derive(Serialize)]
struct Told {
    exact: bool,
    done: bool,
    back: u64,
    newer: u64,
    older: u64,
    deleted: u64,
    left_out: u64,
    gone: u64,
    changed: u64,
    same: u64,
    only_here: u64,
    people: u64,
    calendars: u64,
    files: u64,
    /// Where the store as it was is kept.
    aside: Option<String>,
    /// Are calendars not listed until `admin reopen`?
    closed: bool,
}

/// The store that a backup is restored into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Present {
    Missing,
    Readable,
    /// It is a store no more, or one of a newer version.
    Unreadable,
}

impl Restore {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let name = self.backup.display().to_string();
        fs::metadata(&self.backup).map_err(|error| Failure::reading(&name, &error))?;
        let mut present = match local.store().snapshot() {
            Ok(None) => Present::Missing,
            Ok(Some(_)) => Present::Readable,
            Err(store::Error::Damaged { .. } | store::Error::Newer { .. }) if self.exact => {
                Present::Unreadable
            }
            Err(error) => return Err(self.not_merged(error)),
        };
        let mut progress = Progress::new("reading the backup");
        let copied = local.store().open_backup(&self.backup, &mut |left, all| {
            progress.show(u64::from(all.saturating_sub(left)), u64::from(all));
        });
        progress.clear();
        let backup = copied?;
        self.check(&backup)?;
        if let Some(ended) = backup.ended() {
            self.tell_end(local, ended);
        }
        // Where there is nothing, nothing can be lost: all comes back, the trash and the history too.
        let is_exact = self.exact || present == Present::Missing;
        let mut plan = Plan::new(is_json);
        let planned = match present {
            Present::Unreadable => Ok(Restored::default()),
            _ if is_exact => local.keeper().compare(backup.store(), &mut plan),
            _ => local.keeper().merge(&self.how(&backup, true), &mut plan),
        };
        // The backup is whole, so it is the store that is not.
        let restored = match planned {
            Err(service::Error::Unavailable(store::Error::Damaged { .. })) if is_exact => {
                present = Present::Unreadable;
                Restored::default()
            }
            Err(service::Error::Unavailable(error)) => return Err(self.not_merged(error)),
            planned => planned?,
        };
        plan.told(&restored, present)?;
        let is_anything = is_exact || restored.is_anything();
        if self.dry_run || !is_anything {
            return self.finish(local, is_json, &restored, is_exact, None, false);
        }
        if !self.yes && present != Present::Missing && !confirmed(&question(&restored, is_exact))? {
            tell("nothing was restored");
            return Ok(Exit::Told);
        }
        if is_exact {
            let is_known = present == Present::Readable || backup.ended().is_some();
            return self.replace(local, backup, &restored, is_known, is_json);
        }
        let mut work = Work { progress: Progress::new("restoring"), asked: interrupt::asked()? };
        let restored = local.keeper().merge(&self.how(&backup, false), &mut work);
        work.progress.clear();
        let restored = restored?;
        if restored.is_stopped {
            tell("stopped; the same command goes on from there");
            return Ok(Exit::TryAgain);
        }
        self.finish(local, is_json, &restored, false, None, true)
    }

    /// Why nothing can be merged into this store; of a damaged one, what can be done.
    fn not_merged(&self, error: store::Error) -> Failure {
        let store::Error::Damaged { path, reason } = error else { return error.into() };
        let (path, backup) = (path.display(), self.backup.display());
        let words = format!(
            "{path} is damaged ({reason}), so nothing can be merged into it: `kalends admin restore --exact {backup}` \
             puts it aside, and the backup in its place"
        );
        Failure::new(Exit::Unreadable, words)
    }

    /// Is the backup whole?
    fn check(&self, backup: &Backup) -> Result<(), Failure> {
        let amiss = match find_amiss(backup) {
            Err(store::Error::Damaged { reason, .. }) => Some(reason),
            found => found?,
        };
        match amiss {
            None => Ok(()),
            Some(reason) => Err(store::Error::Unfit { path: self.backup.clone(), reason }.into()),
        }
    }

    fn how<'b>(&'b self, backup: &'b Backup, is_dry: bool) -> service::Restore<'b> {
        let name = self.backup.file_name().and_then(|name| name.to_str()).unwrap_or("a backup");
        service::Restore { backup: backup.store(), name, with_deleted: self.deleted, is_dry }
    }

    fn replace(
        &self,
        local: &Local,
        backup: Backup,
        restored: &Restored,
        is_known: bool,
        is_json: bool,
    ) -> Result<Exit, Failure> {
        let name = self.how(&backup, false).name.to_owned();
        let stamp = local.now.to_utc().map(|wall| DateOrTime::Utc(wall).to_string()).unwrap_or_default();
        let mut progress = Progress::new("restoring");
        let aside = format!("replaced-{stamp}.backup");
        let aside = local.keeper().replace(backup, &name, &aside, !is_known, &mut |left, all| {
            progress.show(u64::from(all.saturating_sub(left)), u64::from(all));
        });
        progress.clear();
        self.finish(local, is_json, restored, true, aside?, true)
    }

    /// Tells up to when a journal reaches.
    fn tell_end(&self, local: &Local, ended: Ended) {
        let name = self.backup.display();
        let zone = &local.home.zone;
        let at = zone.to_wall(ended.at).map_or_else(String::new, |wall| local.moment(wall, false));
        let torn = if ended.is_torn { "; what was being written then was cut off" } else { "" };
        tell(&format!("{name} reaches up to {at}{torn}"));
    }

    fn finish(
        &self,
        local: &Local,
        is_json: bool,
        restored: &Restored,
        is_exact: bool,
        aside: Option<PathBuf>,
        is_done: bool,
    ) -> Result<Exit, Failure> {
        let aside = aside.map(|aside| aside.display().to_string());
        // Of one that cannot be read nothing is listed in any case.
        let closed = local.keeper().is_closed().unwrap_or(false);
        let Restored {
            back,
            newer,
            older,
            deleted,
            left_out,
            gone,
            changed,
            same,
            only_here,
            people,
            calendars,
            files,
            ..
        } = *restored;
        if is_json {
            let (exact, done) = (is_exact, is_done);
            let mut programs = Programs::new();
            programs.line(&Told {
                exact,
                done,
                back,
                newer,
                older,
                deleted,
                left_out,
                gone,
                changed,
                same,
                only_here,
                people,
                calendars,
                files,
                aside,
                closed,
            })?;
            programs.finish()?;
        } else {
            let name = self.backup.display();
            tell(&match (is_done, aside) {
                (false, _) if self.dry_run => "nothing was changed: this was a dry run".to_owned(),
                (false, _) => "there is nothing to bring back".to_owned(),
                (true, Some(aside)) => format!("restored {name}; the store as it was is kept in {aside}"),
                (true, None) if is_exact => format!("restored {name}"),
                (true, None) => format!("restored {name}; `kalends undo` takes it back"),
            });
        }
        if closed && is_done {
            tell(
                "nobody knows what came since the backup, and programs would delete what is missing: so nothing is listed to \
                 them until `kalends admin reopen`; a journal that was kept is restored before that",
            );
        }
        Ok(if left_out > 0 { Exit::Told } else { Exit::Done })
    }
}

/// What is amiss first. What is derived of texts need not be right: that can be derived again.
fn find_amiss(backup: &Backup) -> Result<Option<String>, store::Error> {
    let mut amiss = backup.store().check(&mut |_, _| ())?.into_iter().next();
    if amiss.is_some() {
        return Ok(amiss);
    }
    let mut all = 0;
    if let Some(snapshot) = backup.store().snapshot()? {
        for calendar in snapshot.all_calendars()? {
            all += snapshot.count(calendar.id)?;
        }
    }
    let mut hear = |found: store::Finding| {
        if !matches!(found.amiss, Amiss::Row(_) | Amiss::Occurrences { .. } | Amiss::Words) {
            let uid = found.uid.map(|uid| format!("{uid}: ")).unwrap_or_default();
            amiss.get_or_insert(format!("{uid}{}", found.amiss));
        }
    };
    let mut progress = Progress::new("checking the backup");
    let verified = backup.store().verify(&mut hear, &mut |so_far| progress.show(so_far.objects, all));
    progress.clear();
    verified.map(|_| amiss)
}

fn question(restored: &Restored, is_exact: bool) -> String {
    match restored.gone {
        _ if !is_exact => "Bring this back?".to_owned(),
        0 => "Put the backup in the place of this store?".to_owned(),
        1 => "Put the backup in the place of this store? Clients lose an object by it.".to_owned(),
        gone => format!("Put the backup in the place of this store? Clients lose {gone} objects by it."),
    }
}

/// What becomes of an object, in a word for programs and one for people.
fn words(fate: &Fate) -> (&'static str, &'static str) {
    match fate {
        Fate::Back => ("back", "comes back"),
        Fate::Newer => ("newer", "newer there"),
        Fate::Older => ("older", "newer here"),
        Fate::Deleted => ("deleted", "stays deleted"),
        Fate::LeftOut(_) => ("left_out", "left out"),
        Fate::Gone => ("gone", "goes"),
        Fate::Changed => ("changed", "becomes older"),
        Fate::Same => ("same", "the same"),
    }
}

/// So many objects are told to people one by one.
const TOLD: u64 = 100;

/// Tells what would be done, object by object.
struct Plan {
    people: Option<People>,
    programs: Programs,
    progress: Progress,
    told: u64,
    failed: Option<io::Error>,
}

impl Plan {
    fn new(is_json: bool) -> Self {
        let people = (!is_json).then(People::plain);
        let (programs, progress) = (Programs::new(), Progress::new("comparing"));
        Self { people, programs, progress, told: 0, failed: None }
    }

    fn line(&mut self, object: &Fated) -> io::Result<()> {
        let (fate, word) = words(&object.fate);
        let why = match &object.fate {
            Fate::LeftOut(why) => Some(why.as_str()),
            _ => None,
        };
        let (calendar, summary) = (object.calendar.as_str(), object.title.as_str());
        self.told += 1;
        match &mut self.people {
            None => self.programs.line(&Line { calendar, uid: object.uid.as_deref(), summary, fate, why }),
            Some(people) if self.told <= TOLD => {
                let why = why.map(|why| format!(": {}", one_line(why))).unwrap_or_default();
                let (calendar, summary) = (one_line(calendar), one_line(summary));
                writeln!(people, "{BOLD}{word:<13}{BOLD:#}  {summary}  {DIM}{calendar}{why}{DIM:#}")
            }
            Some(_) => Ok(()),
        }
    }

    /// The plan's summary; then it is written.
    fn told(mut self, restored: &Restored, present: Present) -> Result<(), Failure> {
        self.progress.clear();
        if let Some(failed) = self.failed.take() {
            return Err(failed.into());
        }
        let Some(mut people) = self.people else { return Ok(self.programs.finish()?) };
        if self.told > TOLD {
            writeln!(people, "{DIM}and {} more; --json names all{DIM:#}", self.told - TOLD)?;
        }
        let counts = [
            (restored.back, "back"),
            (restored.newer, "newer in the backup"),
            (restored.older, "newer here"),
            (restored.deleted, "deleted since"),
            (restored.left_out, "left out"),
            (restored.gone, "lost (to clients too)"),
            (restored.changed, "as it was then"),
            (restored.same, "the same"),
            (restored.only_here, "only here"),
            (restored.people, "of people"),
            (restored.calendars, "of calendars"),
            (restored.files, "of files"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
        match present {
            Present::Unreadable => {
                writeln!(people, "The store cannot be read: nobody can tell what came since the backup.")?;
            }
            _ if told.is_empty() => writeln!(people, "The backup holds no object.")?,
            _ => writeln!(people, "{}", told.join(", "))?,
        }
        Ok(people.finish()?)
    }
}

impl Witness for Plan {
    fn fate(&mut self, object: &Fated) {
        self.progress.clear();
        self.failed = self.failed.take().or(self.line(object).err());
    }

    fn at(&mut self, done: u64, all: u64) {
        self.progress.show(done, all);
    }

    fn is_stopped(&self) -> bool {
        self.failed.is_some()
    }
}

/// Tells how far it has come, and hears when it is to stop.
struct Work {
    progress: Progress,
    asked: Arc<AtomicBool>,
}

impl Witness for Work {
    fn at(&mut self, done: u64, all: u64) {
        self.progress.show(done, all);
    }

    fn is_stopped(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}
