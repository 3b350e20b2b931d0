//! An object written.

use std::sync::Arc;

use ical::recurrence::Range;
use ical::zone::{Zone, ZoneCache};
use ical::{ComponentKind, Document, Limits, Object, Problem, ProblemKind, PropertyKind};
use store::{Address, Calendar, CalendarId, Index, PrincipalId, Put, Scheduled, Snapshot, Stored, Text};

use crate::access::{Want, gone};
use crate::actor::Actor;
use crate::agenda::{Entry, Question};
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};
use crate::scheduling::{After, Edit};

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
        let document = read(text.to_vec(), &self.service.options.limits)?;
        let put = self.derive_written(calendar.id, &document)?;
        let command = self.command(verb, line);
        let uid = put.uid.clone();
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let calendar = &self.ask_for(snapshot, calendar.id, Want::Write)?;
            let before = snapshot.object(calendar.id, &uid)?;
            let mut put = put.clone();
            if let Some(before) = &before {
                put.name.clone_from(&before.name);
            }
            let after = After::Put(Box::new(put), &document);
            let planned = self.plan(snapshot, [Edit { calendar, before, after }])?;
            Ok((planned.expects, planned.effects, ()))
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
            let calendar = &self.ask_for(snapshot, stored.calendar, Want::Write)?;
            let found = snapshot.object(stored.calendar, &stored.uid)?.ok_or_else(gone)?;
            let mut booked = Booked::read(snapshot, found)?;
            change(&mut booked.document)?;
            booked::stamp(&mut booked.document, self.now());
            let mut put = self.derive_written(calendar.id, &booked.document)?;
            put.name.clone_from(&booked.stored.name);
            let after = After::Put(Box::new(put), &booked.document);
            let before = Some(booked.stored);
            let planned = self.plan(snapshot, [Edit { calendar, before, after }])?;
            Ok((planned.expects, planned.effects, ()))
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
        /// So many of another object in one of these times.
        const OTHERS: usize = 60;
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let cache = Arc::new(ZoneCache::default());
        let ahead = Range { from: self.now(), to: Range::ALL.to };
        let mut own = Vec::new();
        if let Some(object) = booked.object() {
            let zones = booked::zones(&booked.document, &cache);
            let set = self.recurrence(&object, &zones, zone);
            let times = set.occurrences(ahead).map_while(Result::ok).take(TIMES);
            own.extend(
                times.filter(|time| !time.start().is_date()).map(|time| (time.start_at(), time.end_at())),
            );
        }
        let mut clashes = Vec::new();
        for (from, to) in own {
            let question = Question::of(Range { from, to }, zone.clone());
            let others = self.agenda_within(&snapshot, &question, OTHERS, Some(booked.stored.id))?;
            let others = others.entries.into_iter().filter(|other| {
                other.object.kind == booked.stored.kind
                    && !other.start.is_date()
                    && other.is_busy()
                    && other.start_at < to
            });
            clashes.extend(others);
            if clashes.len() >= 3 {
                break;
            }
        }
        Ok(clashes)
    }

    /// What is to be booked of what a person wrote: within all limits, and not so dense that it would spoil listings. What it is to
    /// its owner, if they are invited, is found when it is [planned](Actor::plan).
    pub(crate) fn derive_written(self, calendar: CalendarId, document: &Document) -> Result<Put, Error> {
        let put = self.derive_within(calendar, document, &[])?;
        self.judge(document, &put.index)?;
        Ok(put)
    }

    /// What is to be booked of a text that is new here: within the limits.
    pub(crate) fn derive_within(
        self,
        calendar: CalendarId,
        document: &Document,
        own: &[Address],
    ) -> Result<Put, Error> {
        may_be_written(document, &self.service.options.limits)?;
        self.derive(calendar, document, own)
    }

    /// What is to be booked of a text of one object, as it is: what was here once comes back whatever the limits are now. `own` are
    /// the addresses of the calendar's owner: see [`own_addresses`].
    pub(crate) fn derive(
        self,
        calendar: CalendarId,
        document: &Document,
        own: &[Address],
    ) -> Result<Put, Error> {
        let object = &only(document)?;
        let uid = object.uid().ok_or(Refusal::NoUid)?;
        if !self.service.store.can_keep(uid) {
            return Err(Refusal::LongUid.into());
        }
        let index = Index::derive(object, &booked::zones(document, &self.service.cache), self.now(), own);
        let text = Text::new(document.to_bytes().into_owned());
        Ok(Put { calendar, name: name_of(uid), uid: uid.to_owned(), text, index, scheduled: Scheduled::No })
    }
}

/// The addresses of whoever has a home, where it matters for the index of a text: where somebody is invited.
pub(crate) fn own_addresses(
    snapshot: &Snapshot,
    home: PrincipalId,
    document: &Document,
) -> Result<Vec<Address>, Error> {
    let objects = document.objects();
    let mut components = objects.iter().flat_map(|object| object.components().iter());
    match components.any(|component| component.property(PropertyKind::Attendee).is_some()) {
        true => Ok(snapshot.addresses(home)?),
        false => Ok(Vec::new()),
    }
}

/// The object of a text that has one.
fn only(document: &Document) -> Result<Object<'_>, Refusal> {
    let mut objects = document.objects();
    // The times inside an availability are parts of it (RFC 7953 3.1).
    objects.retain(|object| object.kind() != ComponentKind::Available);
    match objects.pop() {
        Some(object) if objects.is_empty() => Ok(object),
        Some(_) => Err(Refusal::NotOneObject(objects.len() + 1)),
        None => Err(Refusal::NotOneObject(0)),
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

/// Is a text of one object within the limits?
pub(crate) fn may_be_written(document: &Document, limits: &Limits) -> Result<(), Error> {
    let is_past =
        |problem: &&Problem| matches!(problem.kind, ProblemKind::TooDeep | ProblemKind::LineTooLong);
    let past: Vec<_> = document.problems().iter().filter(is_past).cloned().collect();
    if !past.is_empty() {
        return Err(Error::Invalid(past));
    }
    Ok(within(&only(document)?, limits)?)
}

fn within(object: &Object<'_>, limits: &Limits) -> Result<(), Refusal> {
    let at_most = |what, found: usize, most: usize| {
        if found > most { Err(Refusal::TooMany { what, most }) } else { Ok(()) }
    };
    at_most("overrides", object.components().len().saturating_sub(1), limits.overrides)?;
    let mut components = 0;
    for outer in object.components() {
        at_most("attendees", outer.attendees().count(), limits.attendees)?;
        for component in outer.descendants() {
            components += 1;
            at_most("components of an object", components, limits.components)?;
            let (mut properties, mut dates, mut rules) = (0, 0_usize, 0);
            for property in component.properties() {
                properties += 1;
                if matches!(property.kind(), PropertyKind::Rdate | PropertyKind::Exdate) {
                    let commas = property.raw_value().iter().filter(|byte| **byte == b',').count();
                    dates = dates.saturating_add(commas + 1);
                }
                let is_rule = matches!(property.kind(), PropertyKind::Rrule | PropertyKind::Exrule);
                rules += usize::from(is_rule);
                // No more parameters than semicolons.
                if property.content().len() > limits.parameters {
                    at_most("parameters of a property", property.parameters().count(), limits.parameters)?;
                }
            }
            at_most("properties of a component", properties, limits.properties)?;
            at_most("rules of a component", rules, limits.rules)?;
            at_most("values of RDATE and EXDATE", dates, limits.dates)?;
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
