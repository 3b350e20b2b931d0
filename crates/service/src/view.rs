//! A calendar as an Actor sees it at one moment: objects whole, what stands in for them, or nothing.

use std::borrow::Borrow;

use ical::Document;
use ical::value::Method;
use rights::{Facts, Judge, Sight};
use store::{Calendar, CalendarId, Collection, Listed, PrincipalId, Snapshot, Stored, Tag};

use crate::access::{Want, facts, gone};
use crate::actor::Actor;
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};
use crate::resource::nothing_at;
use crate::stand_in::stand_in;

/// A calendar at one moment, and what the Actor may see of it.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) snapshot: Snapshot,
    pub(crate) calendar: Calendar,
    pub(crate) judge: Judge<PrincipalId>,
}

/// What an Actor sees of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The object, with tag and size of what is seen.
    pub(crate) listed: Listed,
    /// What stands in for its text.
    pub(crate) stand_in: Option<Vec<u8>>,
}

impl Actor<'_> {
    /// What is there now, for one who may read a calendar.
    pub(crate) fn reading(self, calendar: CalendarId) -> Result<View, Error> {
        self.view(calendar, Want::Read)
    }

    /// What is there now, for one who wants something of a calendar.
    pub(crate) fn view(self, calendar: CalendarId, want: Want) -> Result<View, Error> {
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let calendar = snapshot.calendar(calendar)?.ok_or_else(gone)?;
        let judge = self.ask(&snapshot, want, &calendar)?;
        Ok(View { snapshot, calendar, judge })
    }

    /// An object with its text, for one who sees all of it.
    pub(crate) fn read_whole(self, snapshot: &Snapshot, stored: Stored) -> Result<Booked, Error> {
        let calendar = snapshot.calendar(stored.calendar)?.ok_or_else(gone)?;
        let judge = self.ask(snapshot, Want::Read, &calendar)?;
        let booked = Booked::read(snapshot, stored)?;
        match sight((snapshot, &calendar, &judge), &booked.stored, || Ok(&booked.document))? {
            Sight::Whole => Ok(booked),
            Sight::Busy => Err(Refusal::NoRight.into()),
            Sight::Nothing => Err(nothing_at(&booked.stored.name)),
        }
    }
}

impl View {
    /// The object of a name, as it is seen.
    pub(crate) fn named(&self, name: &str) -> Result<Option<Seen>, Error> {
        let listed = self.snapshot.named(self.calendar.id, name)?;
        Ok(listed.map(|listed| self.see(listed)).transpose()?.flatten())
    }

    /// An object as it is seen; its text is read only where more than its kind matters.
    pub(crate) fn see(&self, listed: Listed) -> Result<Option<Seen>, Error> {
        let document = || booked::document(self.snapshot.text(&listed.stored)?);
        let seen = match sight((&self.snapshot, &self.calendar, &self.judge), &listed.stored, document)? {
            Sight::Whole => Some(Seen { listed, stand_in: None }),
            Sight::Busy => stand_in(&document()?)?.map(|text| {
                let mut listed = Listed { tag: Tag::of(&text), size: text.len() as u64, ..listed };
                // Whether it is planned with others is more than when it is.
                listed.stored.schedule_tag = None;
                Seen { listed, stand_in: Some(text) }
            }),
            Sight::Nothing => None,
        };
        Ok(seen)
    }

    /// May objects of one kind be seen and others not, by what their texts say? Then one that is not may have
    /// been.
    pub(crate) fn may_vanish(&self, listed: &Listed) -> bool {
        self.judge.sight_of_kind(listed.stored.kind).is_none()
    }
}

/// Where an object is looked for, and the judge of who looks.
type At<'a> = (&'a Snapshot, &'a Calendar, &'a Judge<PrincipalId>);

/// The text of an object as it is seen; `None` for who sees nothing of it.
pub(crate) fn shown(at: At<'_>, stored: &Stored) -> Result<Option<Vec<u8>>, Error> {
    let (snapshot, _, judge) = at;
    let text = snapshot.text(stored)?;
    if judge.sight_of_kind(stored.kind) == Some(Sight::Whole) {
        return Ok(Some(text));
    }
    let document = booked::document(text.clone())?;
    match sight(at, stored, || Ok(&document))? {
        Sight::Whole => Ok(Some(text)),
        Sight::Busy => stand_in(&document),
        Sight::Nothing => Ok(None),
    }
}

/// How much of an object is seen: its document is read only where its kind does not tell.
pub(crate) fn sight<D: Borrow<Document>>(
    (snapshot, calendar, judge): At<'_>,
    stored: &Stored,
    document: impl FnOnce() -> Result<D, Error>,
) -> Result<Sight, Error> {
    if let Some(sight) = judge.sight_of_kind(stored.kind) {
        return Ok(sight);
    }
    let document = document()?;
    let object = document.borrow().objects().into_iter().next();
    let Some(mut facts) = object.map(|object| Facts::of(&object)) else { return Ok(Sight::Nothing) };
    if calendar.collection == Collection::Inbox && facts.is_public {
        facts.is_public = is_about_public(snapshot, calendar.home, &stored.uid, facts.method.as_ref())?;
    }
    Ok(judge.sight(&facts))
}

/// Is what a message is about public? An answer has no CLASS where its writer had none to say (RFC 5546 3.2.3), so the object is asked;
/// where it is gone, only a message that brings all of it tells.
fn is_about_public(
    snapshot: &Snapshot,
    home: PrincipalId,
    uid: &str,
    method: Option<&Method<'_>>,
) -> Result<bool, Error> {
    let mut is_known = matches!(method, Some(Method::Request | Method::Publish));
    for stored in snapshot.objects_with_uid(home, uid)? {
        let object = facts(snapshot.text(&stored)?)?;
        if object.method.is_some() {
            continue;
        }
        if !object.is_public {
            return Ok(false);
        }
        is_known = true;
    }
    Ok(is_known)
}
