//! Objects by their names in a calendar, as URLs have them: one, many, page by page. Texts are read only where they are wanted.

use std::fmt;
use std::ops::ControlFlow;

use ical::ComponentKind;
use ical::civil::Timestamp;
use store::{CalendarId, Listed, ObjectId, Snapshot, Stored, Tag, Version};

use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::view::{Seen, View};

/// An object as an Actor sees it in a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What names it in the store: a page goes on behind it.
    pub id: ObjectId,
    /// Its name in the calendar.
    pub name: String,
    /// What kind of components.
    pub kind: ComponentKind,
    /// What tells its text, as it is seen, from others.
    pub tag: Tag,
    /// How many bytes its text has.
    pub size: u64,
    /// When it came into the calendar.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// What tells it from others for whoever plans with it.
    pub schedule_tag: Option<ScheduleTag>,
}

/// What tells an object from what it was, for whoever plans with it: it stays where an answer came, or was told of (RFC 6638
/// 3.2.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleTag(pub(crate) Version);

impl fmt::Display for ScheduleTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a client may ask of what is there before it is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tags {
    /// What tells its text from others.
    pub tag: Tag,
    /// The same for whoever plans with it; `None` for what is not scheduled.
    pub schedule: Option<ScheduleTag>,
}

impl Tags {
    pub(crate) fn of(listed: &Listed) -> Self {
        Self { tag: listed.tag, schedule: listed.stored.schedule_tag.map(ScheduleTag) }
    }
}

impl From<&Listed> for Resource {
    fn from(listed: &Listed) -> Self {
        let Stored { id, name, kind, created, modified, schedule_tag, .. } = &listed.stored;
        Self {
            id: *id,
            name: name.clone(),
            kind: *kind,
            tag: listed.tag,
            size: listed.size,
            created: *created,
            modified: *modified,
            schedule_tag: schedule_tag.map(ScheduleTag),
        }
    }
}

/// A resource that is looked at, with its text within reach.
#[derive(Debug)]
pub struct Member<'s> {
    /// What is known of it.
    pub resource: Resource,
    stored: Stored,
    stand_in: Option<Vec<u8>>,
    snapshot: &'s Snapshot,
}

impl<'s> Member<'s> {
    pub(crate) fn new(view: &'s View, seen: Seen) -> Self {
        let Seen { listed, stand_in } = seen;
        Self { resource: Resource::from(&listed), stored: listed.stored, stand_in, snapshot: &view.snapshot }
    }

    /// Its text, byte for byte; or what stands in for it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn text(&self) -> Result<Vec<u8>, Error> {
        match &self.stand_in {
            Some(text) => Ok(text.clone()),
            None => Ok(self.snapshot.text(&self.stored)?),
        }
    }
}

impl Actor<'_> {
    /// The object of a name.
    ///
    /// # Errors
    /// There is none, or no such calendar.
    pub fn resource(self, calendar: CalendarId, name: &str) -> Result<Resource, Error> {
        self.at(calendar, name, |member| Ok(member.resource))
    }

    /// The object of a name with its text, byte for byte as it was written.
    ///
    /// # Errors
    /// There is none, or no such calendar.
    pub fn text(self, calendar: CalendarId, name: &str) -> Result<(Resource, Vec<u8>), Error> {
        self.at(calendar, name, |member| {
            let text = member.text()?;
            Ok((member.resource, text))
        })
    }

    fn at<T>(
        self,
        calendar: CalendarId,
        name: &str,
        take: impl FnOnce(Member<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let view = self.reading(calendar)?;
        let seen = view.named(name)?.ok_or_else(|| nothing_at(name))?;
        take(Member::new(&view, seen))
    }

    /// Hands over the objects of these names in their order, `None` where there is none, all as they are at one moment, until
    /// one is enough.
    ///
    /// # Errors
    /// There is no such calendar, or the store cannot be read.
    pub fn resources<'n>(
        self,
        calendar: CalendarId,
        names: impl IntoIterator<Item = &'n str>,
        mut take: impl FnMut(&'n str, Option<Member<'_>>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<(), Error> {
        let view = self.reading(calendar)?;
        for name in names {
            let found = view.named(name)?;
            if take(name, found.map(|seen| Member::new(&view, seen)))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The objects of a calendar behind one of them, in the order in which they came; so many at most. What comes or goes
    /// between two pages may be missed or told: [`Actor::changes`] tells it for sure.
    ///
    /// # Errors
    /// There is no such calendar, or the store cannot be read.
    pub fn page(
        self,
        calendar: CalendarId,
        after: Option<ObjectId>,
        most: u32,
    ) -> Result<Vec<Resource>, Error> {
        let view = self.reading(calendar)?;
        let (mut after, mut seen) = (after, Vec::new());
        // A page of which nothing is seen is not the last.
        while seen.is_empty() {
            let listed = view.snapshot.listing(calendar, after, most)?;
            let Some(last) = listed.last() else { break };
            after = Some(last.stored.id);
            for listed in listed {
                seen.extend(view.see(listed)?.map(|seen| Resource::from(&seen.listed)));
            }
        }
        Ok(seen)
    }
}

pub(crate) fn nothing_at(name: &str) -> Error {
    Error::NotFound(format!("nothing is named {name}"))
}

/// Can a resource have this name? It is one segment of a URL, where a slash is written as `%2F`.
pub(crate) fn may_be_named(name: &str) -> Result<(), Refusal> {
    let is_fit = !matches!(name, "" | "." | "..") && name.len() <= 255 && !name.chars().any(char::is_control);
    if is_fit { Ok(()) } else { Err(Refusal::BadSegment(name.to_owned())) }
}
