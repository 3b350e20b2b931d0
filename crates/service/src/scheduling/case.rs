//! One object with one person, while it is decided what becomes of it.

use ical::Document;
use itip::State;
use store::{CalendarId, Effect, Expect, Put, Removed, Scheduled, Snapshot, Version};

use super::person::Person;
use crate::actor::Actor;
use crate::booked;
use crate::error::Error;
use crate::names::Names;
use crate::put::name_of;

/// What changed an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    /// A message.
    Message,
    /// An edit.
    Edit,
}

/// An object of a UID with a person, and what is known of it there.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) uid: String,
    pub(super) calendar: CalendarId,
    pub(super) name: String,
    /// What was there, when it was read.
    version: Option<Version>,
    body: Body,
    pub(super) state: State,
    /// The state as it was read, with its version.
    known: Option<(i64, String)>,
    inbox: CalendarId,
    changed: Option<(By, Scheduled)>,
    /// Where it goes, if it goes.
    pub(super) removed_to: Removed,
}

/// What an object is.
#[derive(Debug)]
pub(super) enum Body {
    /// There is none.
    None,
    /// Its text, read.
    Read(Document),
    /// As it is to be kept; not read.
    Made(Box<Put>),
}

/// What a message makes of an object of which nothing is known: the same for all who are invited alike.
#[derive(Clone, Debug)]
pub(super) struct First {
    put: Put,
    state: State,
}

impl Case {
    /// What is there of a UID with a person: the object wherever in their calendars it is, or the place where it would be.
    /// `None` where there is no calendar for it.
    pub(super) fn of_message(
        actor: Actor<'_>,
        snapshot: &Snapshot,
        person: &Person,
        document: &Document,
    ) -> Result<Option<Self>, Error> {
        let Some(object) = document.objects().into_iter().next() else { return Ok(None) };
        let uid = object.uid().unwrap_or_default();
        if let Some(stored) = snapshot.objects_with_uid(person.id, uid)?.into_iter().next() {
            let body = Body::Read(booked::document(snapshot.text(&stored)?)?);
            let place = (stored.calendar, stored.name, Some(stored.version));
            return Self::at(snapshot, person.inbox, stored.uid, place, body).map(Some);
        }
        let calendars = snapshot.calendars(person.id)?.into_iter();
        let mut fit = calendars
            .filter(|calendar| !calendar.settings.is_removed && calendar.settings.keeps(object.kind()));
        let Some(calendar) = fit.next() else { return Ok(None) };
        let mut name = name_of(uid);
        if snapshot.named(calendar.id, &name)?.is_some() {
            name = Names::message(actor.now());
        }
        Self::at(snapshot, person.inbox, uid.to_owned(), (calendar.id, name, None), Body::None).map(Some)
    }

    /// The same at a place that is known, of what is there.
    pub(super) fn at(
        snapshot: &Snapshot,
        inbox: CalendarId,
        uid: String,
        (calendar, name, version): (CalendarId, String, Option<Version>),
        body: Body,
    ) -> Result<Self, Error> {
        let known = snapshot.scheduling(inbox, &uid)?;
        let state = known.as_ref().map(|known| State::from_json(&known.state)).transpose();
        let state = state.map_err(|bad| Error::Unavailable(store::Error::Database(bad.to_string())))?;
        Ok(Self {
            uid,
            calendar,
            name,
            version,
            body,
            state: state.unwrap_or_default(),
            known: known.map(|known| (known.version, known.state)),
            inbox,
            changed: None,
            removed_to: Removed::Trash,
        })
    }

    /// The object; `None` where there is none.
    pub(super) fn document(&mut self) -> Result<Option<&Document>, Error> {
        if let Body::Made(put) = &self.body {
            self.body = Body::Read(booked::document(put.text.bytes().to_vec())?);
        }
        Ok(match &self.body {
            Body::Read(document) => Some(document),
            Body::None | Body::Made(_) => None,
        })
    }

    /// The object and the state, to be asked together.
    pub(super) fn both(&mut self) -> Result<(Option<&Document>, &mut State), Error> {
        self.document()?;
        let document = match &self.body {
            Body::Read(document) => Some(document),
            Body::None | Body::Made(_) => None,
        };
        Ok((document, &mut self.state))
    }

    /// Says what the object is from now on.
    pub(super) fn set(&mut self, document: Option<Document>, by: By, scheduled: Scheduled) {
        self.body = document.map_or(Body::None, Body::Read);
        self.note(by, scheduled);
    }

    fn note(&mut self, by: By, scheduled: Scheduled) {
        let (before, tag) = self.changed.unwrap_or((by, scheduled));
        let is_anew = [tag, scheduled].contains(&Scheduled::Anew);
        let tag = if scheduled == Scheduled::AsBefore && is_anew { Scheduled::Anew } else { scheduled };
        self.changed = Some((by.max(before), tag));
    }

    /// Was nothing of it known?
    pub(super) fn is_new(&self) -> bool {
        self.known.is_none() && self.changed.is_none() && matches!(self.body, Body::None)
    }

    /// What was made of it, for others of whom nothing is known either.
    pub(super) fn first(&mut self, actor: Actor<'_>) -> Result<Option<First>, Error> {
        let Some(put) = self.put(actor)? else { return Ok(None) };
        self.body = Body::Made(Box::new(put.clone()));
        Ok(Some(First { put, state: self.state.clone() }))
    }

    /// Makes of it what was made of another's.
    pub(super) fn repeat(&mut self, first: &First) {
        let put = Put { calendar: self.calendar, name: self.name.clone(), ..first.put.clone() };
        self.state.clone_from(&first.state);
        self.body = Body::Made(Box::new(put));
        self.note(By::Message, Scheduled::Anew);
    }

    fn put(&self, actor: Actor<'_>) -> Result<Option<Put>, Error> {
        let scheduled = self.changed.map_or(Scheduled::AsBefore, |(_, scheduled)| scheduled);
        Ok(match &self.body {
            Body::None => None,
            Body::Read(document) => {
                let put = actor.derive(self.calendar, document)?;
                Some(Put { name: self.name.clone(), scheduled, ..put })
            }
            Body::Made(put) => Some(Put { scheduled, ..Put::clone(put) }),
        })
    }

    /// What is to be written of it, and what has to stay so until it is.
    pub(super) fn finish(
        self,
        actor: Actor<'_>,
        expects: &mut Vec<Expect>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Error> {
        let state = self.state.to_json();
        let is_known = self.known.as_ref().map_or("{}", |(_, state)| state) == state;
        if is_known && self.changed.is_none() {
            return Ok(());
        }
        let (inbox, calendar, uid) = (self.inbox, self.calendar, self.uid.clone());
        let version = self.known.as_ref().map(|(version, _)| *version);
        expects.push(Expect::Scheduling { inbox, uid: uid.clone(), version });
        expects.push(Expect::Object { calendar, uid: uid.clone(), version: self.version });
        if let Some((by, _)) = self.changed {
            match (self.put(actor)?, by) {
                (Some(put), By::Edit) => effects.push(Effect::Put(put)),
                (Some(put), By::Message) => effects.push(Effect::Deliver(put)),
                (None, _) if self.version.is_some() => {
                    effects.push(Effect::Remove { calendar, uid: uid.clone(), to: self.removed_to });
                }
                (None, _) => {}
            }
        }
        if !is_known {
            effects.push(Effect::SetScheduling { inbox, uid, state });
        }
        Ok(())
    }
}
