//! One object with one person, while it is decided what becomes of it.

use std::sync::Arc;

use ical::{ComponentKind, Document};
use itip::State;
use store::{
    Address, Calendar, CalendarId, Effect, Expect, PrincipalId, Put, Removed, Scheduled, Snapshot, Stored,
    TextId, Version,
};

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
    tag: Option<Version>,
    /// The settings of a calendar that it comes into anew.
    settings: Option<i64>,
    /// So many bytes of what was there were read.
    pub(super) read: usize,
    body: Body,
    pub(super) state: State,
    /// The state as it was read, with its version.
    known: Option<(i64, String)>,
    inbox: CalendarId,
    /// The addresses of whose it is.
    own: Arc<[Address]>,
    changed: Option<(By, Scheduled)>,
    /// To others it goes, and here it stays: its calendar is about to be hidden.
    pub(super) hidden: Option<Document>,
    /// Where it goes, if it goes.
    pub(super) removed_to: Removed,
}

/// Where an object is, or would be.
pub(super) struct Place {
    pub(super) calendar: CalendarId,
    pub(super) name: String,
    /// What is there.
    pub(super) version: Option<Version>,
    /// What tells that from others for whoever plans with it.
    pub(super) tag: Option<Version>,
}

impl Place {
    pub(super) fn of(stored: &Stored) -> Self {
        let Stored { calendar, name, version, schedule_tag, .. } = stored;
        Self { calendar: *calendar, name: name.clone(), version: Some(*version), tag: *schedule_tag }
    }
}

/// The calendar of a home into which what its owner is invited to comes: the one that they named, else the first that keeps such
/// objects (RFC 6638 4.3).
pub(crate) fn default_calendar(
    snapshot: &Snapshot,
    home: PrincipalId,
    kind: ComponentKind,
) -> Result<Option<Calendar>, Error> {
    let mut calendars = snapshot.calendars(home)?;
    calendars.retain(|calendar| !calendar.settings.is_removed && calendar.settings.keeps(kind));
    let named = snapshot.reception(home)?.calendar;
    let named = named.and_then(|named| calendars.iter().position(|calendar| calendar.id == named));
    Ok((!calendars.is_empty()).then(|| calendars.swap_remove(named.unwrap_or(0))))
}

/// What an object is.
#[derive(Debug)]
pub(super) enum Body {
    /// There is none.
    None,
    /// What was there; not read.
    Kept(TextId),
    /// Its text, read.
    Read(Document),
    /// As it is to be kept; not read.
    Made(Box<Put>),
}

/// What a message makes of an object: the same for all who have the same, and of whom the same is known and said.
#[derive(Clone, Debug)]
pub(super) struct Made {
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
        // Of several the one that is planned with others is meant; the rest are copies of it.
        let found = snapshot.objects_with_uid(person.id, uid)?;
        if let Some(stored) = found.into_iter().min_by_key(|stored| stored.schedule_tag.is_none()) {
            let body = Body::Kept(stored.text());
            return Self::at(snapshot, person, stored.uid.clone(), Place::of(&stored), body).map(Some);
        }
        let Some(calendar) = default_calendar(snapshot, person.id, object.kind())? else { return Ok(None) };
        let mut name = name_of(uid);
        if snapshot.named(calendar.id, &name)?.is_some() {
            name = Names::message(actor.now());
        }
        let place = Place { calendar: calendar.id, name, version: None, tag: None };
        let mut case = Self::at(snapshot, person, uid.to_owned(), place, Body::None)?;
        case.settings = Some(calendar.settings_version);
        Ok(Some(case))
    }

    /// The same at a place that is known, of what is there.
    pub(super) fn at(
        snapshot: &Snapshot,
        person: &Person,
        uid: String,
        Place { calendar, name, version, tag }: Place,
        body: Body,
    ) -> Result<Self, Error> {
        let known = snapshot.scheduling(person.inbox, &uid)?;
        // What cannot be read is as if nothing were known: so nobody is held up by it.
        let state = known.as_ref().and_then(|known| State::from_json(&known.state).ok());
        Ok(Self {
            uid,
            calendar,
            name,
            version,
            tag,
            settings: None,
            read: 0,
            body,
            state: state.unwrap_or_default(),
            known: known.map(|known| (known.version, known.state)),
            inbox: person.inbox,
            own: Arc::clone(&person.own),
            changed: None,
            hidden: None,
            removed_to: Removed::Trash,
        })
    }

    /// The object; `None` where there is none.
    pub(super) fn document(&mut self, snapshot: &Snapshot) -> Result<Option<&Document>, Error> {
        Ok(self.both(snapshot)?.0)
    }

    /// The object and the state, to be asked together.
    pub(super) fn both(&mut self, snapshot: &Snapshot) -> Result<(Option<&Document>, &mut State), Error> {
        let text = match &self.body {
            Body::Kept(text) => Some(snapshot.text_of(*text)?),
            Body::Made(put) => Some(put.text.bytes().to_vec()),
            Body::None | Body::Read(_) => None,
        };
        if let Some(text) = text {
            self.read = text.len();
            self.body = Body::Read(booked::document(text)?);
        }
        let document = match &self.body {
            Body::Read(document) => Some(document),
            Body::None | Body::Kept(_) | Body::Made(_) => None,
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

    /// Has anything happened to it?
    pub(super) fn is_changed(&self) -> bool {
        self.changed.is_some()
    }

    /// What was there, by its text, and what was known of it, where nothing has happened to it yet.
    pub(super) fn as_it_was(&self) -> Option<(Option<TextId>, Option<String>)> {
        let text = match (&self.body, &self.changed) {
            (Body::None, None) => None,
            (Body::Kept(text), None) => Some(*text),
            _ => return None,
        };
        Some((text, self.known.as_ref().map(|(_, state)| state.clone())))
    }

    /// What was made of it, for others of whom the same holds.
    pub(super) fn made(&mut self, actor: Actor<'_>) -> Result<Option<Made>, Error> {
        let Some(put) = self.put(actor)? else { return Ok(None) };
        self.body = Body::Made(Box::new(put.clone()));
        Ok(Some(Made { put, state: self.state.clone() }))
    }

    /// Makes of it what was made of another's by a message.
    pub(super) fn repeat(&mut self, made: &Made, scheduled: Scheduled) {
        let put = Put { calendar: self.calendar, name: self.name.clone(), ..made.put.clone() };
        self.state.clone_from(&made.state);
        self.body = Body::Made(Box::new(put));
        self.note(By::Message, scheduled);
    }

    fn put(&self, actor: Actor<'_>) -> Result<Option<Put>, Error> {
        let scheduled = match self.changed {
            // It was there before anybody planned with others here.
            Some((_, Scheduled::AsBefore)) if self.tag.is_none() => Scheduled::Anew,
            Some((_, scheduled)) => scheduled,
            None => Scheduled::AsBefore,
        };
        Ok(match &self.body {
            Body::None | Body::Kept(_) => None,
            Body::Read(document) => {
                let put = actor.derive(self.calendar, document, &self.own)?;
                Some(Put { name: self.name.clone(), scheduled, ..put })
            }
            Body::Made(put) => Some(Put { scheduled, ..Put::clone(put) }),
        })
    }

    /// What is to be written of it, and what has to stay so until it is.
    pub(super) fn finish(
        mut self,
        actor: Actor<'_>,
        expects: &mut Vec<Expect>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Error> {
        if let Some(hidden) = self.hidden.take() {
            self.body = Body::Read(hidden);
            self.changed = Some((By::Edit, Scheduled::No));
        }
        let state = self.state.to_json();
        let is_known = self.known.as_ref().map_or("{}", |(_, state)| state) == state;
        if is_known && self.changed.is_none() {
            return Ok(());
        }
        let (inbox, calendar, uid) = (self.inbox, self.calendar, self.uid.clone());
        let version = self.known.as_ref().map(|(version, _)| *version);
        expects.push(Expect::Scheduling { inbox, uid: uid.clone(), version });
        expects.push(Expect::Object { calendar, uid: uid.clone(), version: self.version });
        expects.extend(self.settings.map(|version| Expect::Settings { calendar, version }));
        if let Some((by, _)) = self.changed {
            match (self.put(actor)?, by) {
                (Some(put), By::Edit) => effects.push(Effect::Put(put)),
                (Some(put), By::Message) => effects.push(Effect::Deliver(put)),
                (None, By::Message) if self.version.is_some() => {
                    effects.push(Effect::Withdraw { calendar, uid: uid.clone() });
                }
                (None, By::Edit) if self.version.is_some() => {
                    effects.push(Effect::Remove { calendar, uid: uid.clone(), to: self.removed_to });
                }
                (None, _) => {}
            }
        }
        // Also where there is nothing to tell of it: so a UID comes into one calendar of theirs alone, whoever is faster.
        if !is_known || (self.changed.is_some() && version.is_none()) {
            effects.push(Effect::SetScheduling { inbox, uid, state });
        }
        Ok(())
    }
}
