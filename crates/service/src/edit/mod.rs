//! An object changed: all of it, one occurrence, or one and those that follow.

mod guests;
mod series;

use ical::civil::Timestamp;
use ical::value::{DateOrTime, Duration, Recur};
use ical::{ComponentId, ComponentKind, ContentLine, Document, PropertyKind};
use store::Stored;

use crate::access::Want;
use crate::actor::Actor;
use crate::agenda::Entry;
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};
use crate::scheduling::{self, After};
pub(crate) use guests::bare;
pub use guests::{Guest, Guests};
pub(crate) use series::override_of;

/// What of a series an edit is for.
#[derive(Clone, Debug)]
pub enum Scope {
    /// One occurrence: an override (RFC 5545 3.8.4.4).
    One(Entry),
    /// One and those that follow: the series ends before it, and a new one begins with it.
    Future(Entry),
    /// All of it.
    All,
}

/// How long something lasts from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Length {
    /// DURATION
    For(Duration),
    /// DTEND, or DUE of a to-do.
    Until(DateOrTime<'static>),
}

/// What an edit changes; all else stays as it is, byte for byte.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    /// When it starts.
    pub start: Option<DateOrTime<'static>>,
    /// How long it lasts.
    pub length: Option<Length>,
    /// How it repeats; `Some(None)`: no more.
    pub recur: Option<Option<Recur>>,
    /// Lines in place of those of their kinds.
    pub lines: Vec<ContentLine>,
    /// Kinds of lines that go.
    pub gone: Vec<PropertyKind>,
    /// VALARMs, from BEGIN to END, in place of those that were there.
    pub alarms: Option<Vec<String>>,
    /// Who is invited, and who no more.
    pub guests: Guests,
}

impl Actor<'_> {
    /// Edits an object, or a part of its series. The UIDs of what was written: a series that is cut has two.
    ///
    /// # Errors
    /// It is gone, or what it became cannot be booked.
    pub fn edit(self, stored: &Stored, scope: &Scope, edit: &Edit, line: &str) -> Result<Vec<String>, Error> {
        let command = self.command("edit", line);
        let new_uid = self.new_uid();
        let (_, uids) = self.decide(&command, |snapshot| {
            let gone = || Error::NotFound(format!("{} is gone", stored.uid));
            let snapshot = snapshot.ok_or_else(gone)?;
            let calendar = self.ask_for(snapshot, stored.calendar, Want::Write)?;
            let found = snapshot.object(stored.calendar, &stored.uid)?.ok_or_else(gone)?;
            let booked = Booked::read(snapshot, found)?;
            let mut documents = edited(&booked, scope, edit, &new_uid, self.now())?;
            documents.iter_mut().for_each(|document| document.define_zones(&self.service.cache));
            let mut edits = Vec::new();
            let mut uids = Vec::new();
            for document in &documents {
                let mut put = self.derive_written(calendar.id, document)?;
                let is_old = put.uid == booked.stored.uid;
                if is_old {
                    put.name.clone_from(&booked.stored.name);
                }
                uids.push(put.uid.clone());
                edits.push(scheduling::Edit {
                    calendar: &calendar,
                    before: is_old.then(|| booked.stored.clone()),
                    after: After::Put(Box::new(put), document),
                });
            }
            let planned = self.plan(snapshot, edits)?;
            Ok((planned.expects, planned.effects, uids))
        })?;
        Ok(uids)
    }
}

/// The texts after an edit: one, or two where a series is cut.
fn edited(
    booked: &Booked,
    scope: &Scope,
    edit: &Edit,
    new_uid: &str,
    now: Timestamp,
) -> Result<Vec<Document>, Error> {
    let mut document = booked.document.clone();
    let main = booked::main(&document).map(|main| main.id());
    let Some(main) = main else { return Err(Refusal::NotOneObject(0).into()) };
    let has_times = edit.start.is_some() || edit.length.is_some() || edit.recur.is_some();
    // Its own start and end say how long its times hold, not when they are (RFC 7953 3.1).
    if has_times && document.component(main).kind() == ComponentKind::Availability {
        return Err(Refusal::TimesInside.into());
    }
    let documents = match scope {
        Scope::All => {
            series::shift(&mut document, main, edit);
            component(&mut document, main, edit);
            edit.guests.write(&mut document, None)?;
            vec![document]
        }
        Scope::One(entry) => {
            let one = override_of(&mut document, main, entry).unwrap_or(main);
            component(&mut document, one, edit);
            edit.guests.write(&mut document, Some(one))?;
            vec![document]
        }
        Scope::Future(entry) => match series::cut(&mut document, main, entry, new_uid)? {
            Some((mut later, main)) => {
                series::shift(&mut later, main, edit);
                component(&mut later, main, edit);
                edit.guests.write(&mut later, None)?;
                vec![document, later]
            }
            None => {
                series::shift(&mut document, main, edit);
                component(&mut document, main, edit);
                edit.guests.write(&mut document, None)?;
                vec![document]
            }
        },
    };
    let stamped = |mut document: Document| {
        booked::stamp(&mut document, now);
        document
    };
    Ok(documents.into_iter().map(stamped).collect())
}

/// What an edit would make of an object, with what is said beside it. What follows from an occurrence on cannot be proposed: it
/// would be a series of its own.
pub(crate) fn proposal(
    booked: &Booked,
    scope: &Scope,
    edit: &Edit,
    comment: Option<&str>,
    (new_uid, now): (&str, Timestamp),
) -> Result<Document, Error> {
    let mut edit = edit.clone();
    edit.lines.extend(comment.map(|comment| ContentLine::new(PropertyKind::Comment).text(comment)));
    let scope = if let Scope::Future(_) = scope { &Scope::All } else { scope };
    let mut documents = edited(booked, scope, &edit, new_uid, now)?;
    documents.pop().ok_or_else(|| Refusal::NotOneObject(0).into())
}

/// Writes an edit into one component.
fn component(document: &mut Document, id: ComponentId, edit: &Edit) {
    let is_todo = document.component(id).kind() == ComponentKind::Todo;
    let end_kind = if is_todo { PropertyKind::Due } else { PropertyKind::Dtend };
    if let Some(start) = &edit.start {
        move_to(document, id, start, end_kind);
    }
    match &edit.length {
        Some(Length::For(duration)) => {
            remove(document, id, end_kind);
            document.set(id, &ContentLine::new(PropertyKind::Duration).raw(&duration.to_string()));
        }
        Some(Length::Until(end)) => {
            remove(document, id, PropertyKind::Duration);
            document.set(id, &ContentLine::new(end_kind).date_or_time(end));
        }
        None => {}
    }
    match &edit.recur {
        Some(Some(recur)) => {
            document.set(id, &ContentLine::new(PropertyKind::Rrule).raw(&recur.to_string()));
        }
        Some(None) => {
            for kind in [PropertyKind::Rrule, PropertyKind::Rdate, PropertyKind::Exdate, PropertyKind::Exrule]
            {
                remove(document, id, kind);
            }
        }
        None => {}
    }
    for kind in &edit.gone {
        remove(document, id, *kind);
    }
    for line in &edit.lines {
        document.set(id, line);
    }
    if let Some(alarms) = &edit.alarms {
        let old: Vec<_> =
            document.component(id).children_of(ComponentKind::Alarm).map(|one| one.id()).collect();
        for alarm in old {
            document.remove_component(alarm);
        }
        for alarm in alarms {
            document.add_component(Some(id), alarm.as_bytes());
        }
    }
}

/// Takes all properties of a kind out.
fn remove(document: &mut Document, id: ComponentId, kind: PropertyKind) {
    let ids: Vec<_> = document.component(id).properties_of(kind).map(|property| property.id()).collect();
    for property in ids {
        document.remove(property);
    }
}

fn time(document: &Document, id: ComponentId, kind: PropertyKind) -> Option<DateOrTime<'static>> {
    let property = document.component(id).property(kind)?;
    property.date_or_time().ok().map(DateOrTime::into_owned)
}

/// Moves a component to another start; it lasts as long as before.
fn move_to(document: &mut Document, id: ComponentId, start: &DateOrTime<'static>, end_kind: PropertyKind) {
    let before = time(document, id, PropertyKind::Dtstart);
    let end = time(document, id, end_kind);
    document.set(id, &ContentLine::new(PropertyKind::Dtstart).date_or_time(start));
    match (before, end) {
        (Some(before), Some(end)) if before.is_date() == start.is_date() => {
            let by = start.wall().to_seconds() - before.wall().to_seconds();
            if let Some(wall) = end.wall().plus_seconds(by) {
                document.set(id, &ContentLine::new(end_kind).date_or_time(&start.with_wall(wall)));
            }
        }
        // A day becomes a time, or a time a day: what it lasted says nothing of that.
        (Some(before), _) if before.is_date() != start.is_date() => {
            remove(document, id, end_kind);
            remove(document, id, PropertyKind::Duration);
            // A note has no length (RFC 5545 3.6.3).
            if !start.is_date() && document.component(id).kind() != ComponentKind::Journal {
                document.set(id, &ContentLine::new(PropertyKind::Duration).raw("PT1H"));
            }
        }
        _ => {}
    }
}
