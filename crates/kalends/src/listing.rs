//! A listing in the making: one look at the store, names of calendars, handles.

use std::collections::HashMap;

use ical::civil::{Date, DateTime, Timestamp};
use serde::Serialize;
use service::{Cut, Entry, Look};
use store::{CalendarId, ObjectId, Stored};

use crate::exit::{Exit, Failure, tell};
use crate::home::Home;
use crate::local::Local;
use crate::occurrence::{KeptLine, Shown};
use crate::output::Programs;

/// What a listing asks, all of one moment. It is dropped before anything is shown: a pager may stay open for
/// long.
pub(crate) struct Listing<'l> {
    pub(crate) look: Look<'l>,
    home: &'l Home,
    handles: HashMap<ObjectId, String>,
}

impl<'l> Listing<'l> {
    pub(crate) fn of(local: &'l Local) -> Result<Self, Failure> {
        Ok(Self { look: local.actor().look()?, home: &local.home, handles: HashMap::new() })
    }

    /// The name of a calendar.
    pub(crate) fn calendar(&self, id: CalendarId) -> &str {
        let calendar = self.look.calendars().iter().find(|calendar| calendar.id == id);
        calendar.map_or("", |calendar| &calendar.settings.name)
    }

    /// The handle of an object.
    pub(crate) fn handle(&mut self, object: &Stored) -> Result<String, Failure> {
        if let Some(handle) = self.handles.get(&object.id) {
            return Ok(handle.clone());
        }
        let handle = self.look.handle(object)?;
        self.handles.insert(object.id, handle.clone());
        Ok(handle)
    }

    /// The handle of one occurrence, by its day at home: `bcd@20260304`; with its time where the day has
    /// several:
    /// `bcd@20260304T0900`.
    pub(crate) fn handle_at(
        &mut self,
        object: &Stored,
        start: Timestamp,
        has_several: bool,
    ) -> Result<String, Failure> {
        let handle = self.handle(object)?;
        let Some(DateTime { date, time }) = self.home.zone.to_wall(start) else { return Ok(handle) };
        let day = format!("{handle}@{:04}{:02}{:02}", date.year(), date.month(), date.day());
        Ok(if has_several { format!("{day}T{:02}{:02}", time.hour(), time.minute()) } else { day })
    }

    /// What is shown of entries; of what recurs the handle names the occurrence.
    pub(crate) fn shown(&mut self, entries: &[Entry]) -> Result<Vec<Shown>, Failure> {
        let zone = &self.home.zone;
        let day = |entry: &Entry| zone.to_wall(entry.start_at).map_or(Date::MIN, |wall| wall.date);
        let mut counts: HashMap<(ObjectId, Date), usize> = HashMap::new();
        for entry in entries {
            *counts.entry((entry.object.id, day(entry))).or_default() += 1;
        }
        let mut shown = Vec::with_capacity(entries.len());
        for entry in entries {
            let has_several = counts.get(&(entry.object.id, day(entry))).is_some_and(|count| *count > 1);
            let handle = match entry.recurrence_id {
                Some(_) => self.handle_at(&entry.object, entry.start_at, has_several)?,
                None => self.handle(&entry.object)?,
            };
            shown.push(Shown::kept(entry, handle, self.calendar(entry.object.calendar)));
        }
        Ok(shown)
    }
}

/// Entries for programs, one a line; then the objects that have more.
pub(crate) fn lines(entries: &[Entry], shown: &[Shown], cut: &[Cut]) -> Result<(), Failure> {
    let mut programs = Programs::new();
    for (entry, shown) in entries.iter().zip(shown) {
        programs.line(&KeptLine::new(entry, shown))?;
    }
    cut_lines(&mut programs, cut)?;
    Ok(programs.finish()?)
}

/// Objects that have more than an answer has of them, for programs.
pub(crate) fn cut_lines(programs: &mut Programs, cut: &[Cut]) -> Result<(), Failure> {
    for cut in cut {
        programs.line(&CutLine { uid: &cut.object.uid, error: cut.why.to_string() })?;
    }
    Ok(())
}

/// An object of which an answer has not all, for programs.
#[derive(Serialize)]
struct CutLine<'a> {
    uid: &'a str,
    error: String,
}

/// So many objects are told by name that have more than is shown.
const TOLD: usize = 5;

/// Tells on standard error which objects have more, and what becomes of it; the exit code of the answer.
pub(crate) fn tell_cut(local: &Local, cut: &[Cut], what: &str) -> Exit {
    for Cut { title, from, why, .. } in cut.iter().take(TOLD) {
        let wall = local.home.zone.to_wall(*from).unwrap_or(DateTime::MIN);
        let from = local.moment(wall, false);
        tell(&format!("{title}: {why}; {what} from {from} on: ask for fewer days"));
    }
    if let Some(others) = cut.len().checked_sub(TOLD).filter(|others| *others > 0) {
        tell(&format!("{others} other objects have more, too"));
    }
    if cut.is_empty() { Exit::Done } else { Exit::Told }
}
