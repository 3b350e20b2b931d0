//! An object written.

use std::sync::Arc;

use ical::recurrence::Range;
use ical::zone::{Zone, ZoneCache};
use ical::{ComponentKind, Document, Limits, ProblemKind, PropertyKind};
use store::{Calendar, CalendarId, Effect, Expect, Index, Put, Stored, Text};

use crate::access::Want;
use crate::actor::Actor;
use crate::agenda::{Entry, Question};
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};

impl Actor<'_> {
    /// A UID for a new object.
    pub fn new_uid(self) -> String {
        self.service.names.uid(self.now())
    }

    /// Books an object: new, or in place of what has its UID in the calendar. `verb` and `line` tell history what was done.
    ///
    /// # Errors
    /// The text is not one object with a UID, goes past a limit, or its recurrence past its budget.
    pub fn put(
        self,
        calendar: &Calendar,
        text: &[u8],
        verb: &'static str,
        line: &str,
    ) -> Result<Booked, Error> {
        self.ask(Want::Write, calendar)?;
        let put = self.derive(calendar.id, &read(text.to_vec(), &self.service.options.limits)?)?;
        if put.index.is_exhausted {
            return Err(Refusal::OverBudget(put.index.faults.join("; ")).into());
        }
        let command = self.command(verb, line);
        let uid = put.uid.clone();
        self.decide(&command, |snapshot| {
            let before = snapshot.map(|snapshot| snapshot.object(calendar.id, &uid)).transpose()?.flatten();
            let mut put = put.clone();
            if let Some(before) = &before {
                put.name.clone_from(&before.name);
            }
            let expect = Expect::Object {
                calendar: calendar.id,
                uid: uid.clone(),
                version: before.map(|before| before.version),
            };
            Ok((vec![expect], vec![Effect::Put(put)], ()))
        })?;
        let gone = || Error::NotFound(format!("{uid} was removed meanwhile"));
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let stored = snapshot.object(calendar.id, &uid)?.ok_or_else(gone)?;
        Booked::read(&snapshot, stored)
    }

    /// Changes a booked object: `change` edits its text as it is now, again where another was faster.
    ///
    /// # Errors
    /// It is gone, or what `change` made of it cannot be booked.
    pub fn change(
        self,
        stored: &Stored,
        verb: &'static str,
        line: &str,
        change: impl Fn(&mut Document) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let command = self.command(verb, line);
        self.decide(&command, |snapshot| {
            let gone = || Error::NotFound(format!("{} is gone", stored.uid));
            let snapshot = snapshot.ok_or_else(gone)?;
            let calendar = self.ask_for(snapshot, stored.calendar, Want::Write)?;
            let found = snapshot.object(stored.calendar, &stored.uid)?.ok_or_else(gone)?;
            let mut booked = Booked::read(snapshot, found)?;
            change(&mut booked.document)?;
            booked::stamp(&mut booked.document, self.now());
            let mut put = self.derive(calendar.id, &booked.document)?;
            if put.index.is_exhausted {
                return Err(Refusal::OverBudget(put.index.faults.join("; ")).into());
            }
            put.name = booked.stored.name;
            let expect = Expect::Object {
                calendar: calendar.id,
                uid: put.uid.clone(),
                version: Some(booked.stored.version),
            };
            Ok((vec![expect], vec![Effect::Put(put)], ()))
        })?;
        Ok(())
    }

    /// What else is on at the times of an object, where both make busy: the first few.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn clashes(self, booked: &Booked, zone: &Zone) -> Result<Vec<Entry>, Error> {
        /// So many of the object's own times are looked at, from now on.
        const TIMES: usize = 60;
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let cache = Arc::new(ZoneCache::default());
        let ahead = Range { from: self.now(), to: Range::ALL.to };
        let mut own = Vec::new();
        if let Some(object) = booked.object() {
            let zones = booked::zones(&booked.document, &cache);
            let set = booked::recurrence(&object, &zones, zone);
            let times = set.occurrences(ahead).map_while(Result::ok).take(TIMES);
            own.extend(
                times.filter(|time| !time.start().is_date()).map(|time| (time.start_at(), time.end_at())),
            );
        }
        let mut clashes = Vec::new();
        for (from, to) in own {
            let question = Question::of(Range { from, to }, zone.clone());
            let others = self.agenda_of(&snapshot, &question)?.into_iter().filter(|other| {
                other.object.id != booked.stored.id
                    && other.object.kind == booked.stored.kind
                    && !other.start.is_date()
                    && !other.is_transparent
                    && other.status.as_deref() != Some("CANCELLED")
                    && other.start_at < to
            });
            clashes.extend(others);
            if clashes.len() >= 3 {
                break;
            }
        }
        Ok(clashes)
    }

    /// What is to be booked of a text of one object.
    pub(crate) fn derive(self, calendar: CalendarId, document: &Document) -> Result<Put, Error> {
        let past: Vec<_> = document
            .problems()
            .iter()
            .filter(|problem| problem.kind == ProblemKind::OverLimit)
            .cloned()
            .collect();
        if !past.is_empty() {
            return Err(Error::Invalid(past));
        }
        let mut objects = document.objects();
        // The times inside an availability are parts of it (RFC 7953 3.1).
        objects.retain(|object| object.kind() != ComponentKind::Available);
        let [object] = &objects[..] else { return Err(Refusal::NotOneObject(objects.len()).into()) };
        let uid = object.uid().ok_or(Refusal::NoUid)?;
        within(object, &self.service.options.limits)?;
        let index = Index::derive(object, &booked::zones(document, &self.service.cache), self.now());
        let text = Text::new(document.to_bytes().into_owned());
        Ok(Put { calendar, name: name_of(uid), uid: uid.to_owned(), text, index })
    }
}

/// The text of one object, read within the limits.
pub(crate) fn read(text: Vec<u8>, limits: &Limits) -> Result<Document, Error> {
    if text.len() > limits.object {
        return Err(Refusal::TooMany { what: "bytes of an object", most: limits.object }.into());
    }
    let too_large =
        |too_large: ical::TooLarge| Refusal::TooMany { what: "bytes of a text", most: too_large.limit };
    Ok(Document::read_within(text, limits).map_err(too_large)?)
}

fn within(object: &ical::Object<'_>, limits: &Limits) -> Result<(), Refusal> {
    let at_most = |what, found: usize, most: usize| {
        if found > most { Err(Refusal::TooMany { what, most }) } else { Ok(()) }
    };
    at_most("overrides", object.components().len().saturating_sub(1), limits.overrides)?;
    let mut components = 0;
    for outer in object.components() {
        at_most("attendees", outer.attendees().count(), limits.attendees)?;
        for component in outer.descendants() {
            components += 1;
            at_most("components", components, limits.components)?;
            let (mut properties, mut dates) = (0, 0_usize);
            for property in component.properties() {
                properties += 1;
                if matches!(property.kind(), PropertyKind::Rdate | PropertyKind::Exdate) {
                    let commas = property.raw_value().iter().filter(|byte| **byte == b',').count();
                    dates = dates.saturating_add(commas + 1);
                }
                // No more parameters than semicolons.
                if property.content().len() > limits.parameters {
                    at_most("parameters", property.parameters().count(), limits.parameters)?;
                }
            }
            at_most("properties", properties, limits.properties)?;
            at_most("dates", dates, limits.dates)?;
        }
    }
    Ok(())
}

/// The name of a new object in its calendar: its UID where a URL can show it, else its handle.
pub(crate) fn name_of(uid: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    if uid.len() <= 120 && uid.chars().all(is_plain) && !uid.starts_with('.') {
        format!("{uid}.ics")
    } else {
        format!("{}.ics", store::handle::of_uid(uid))
    }
}
