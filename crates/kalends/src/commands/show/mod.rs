//! `kalends show`: all that people ask of one object.

mod words;

use std::borrow::Cow;
use std::io::Write;
use std::ops::ControlFlow;

use clap_complete::ArgValueCandidates;
use ical::civil::{DateTime, Timestamp};
use ical::component::{CalendarUser, Todo};
use ical::recurrence::Range;
use ical::value::DateOrTime;
use ical::{Component, ComponentId, ParameterKind, PropertyKind};
use serde::Serialize;
use service::{Booked, Entry, Found};

use super::manual;
use crate::exit::{Exit, Failure};
use crate::listing::Listing;
use crate::local::Local;
use crate::occurrence::{KeptLine, Line, Shown, Undated};
use crate::output::{self, BOLD, People, Programs};
use crate::table;
use crate::terminal;
use crate::which;

/// All that is known of one object, or of one of its occurrences
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  kalends show dentist\n  \
    kalends show bcd@20260304\n  kalends show --ics bcd > dentist.ics")]
pub(crate) struct Show {
    /// A handle, a UID, or words that one object alone has
    #[arg(required = true, value_name = "ITEM", add = ArgValueCandidates::new(manual::items))]
    item: Vec<String>,
    /// Its text as it is kept, byte for byte
    #[arg(long, conflicts_with = "json")]
    ics: bool,
    /// A JSON object (docs/schemas/show.json)
    #[arg(long)]
    json: bool,
}

/// So many coming occurrences are told.
const COMING: usize = 3;

/// An object, as it is shown.
struct Item {
    booked: Booked,
    /// The occurrence that was named; else of what does not recur its only one, of a series its first.
    entry: Option<(Entry, Shown)>,
    /// Where an occurrence was named: the component that describes it.
    one: Option<ComponentId>,
    /// The next occurrences of what recurs.
    coming: Vec<Shown>,
    known: Undated,
}

/// An object for programs.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    line: KeptLine<'a>,
    rrule: Vec<String>,
    rdate: Vec<String>,
    exdate: Vec<String>,
    overrides: usize,
    next: Vec<Line<'a>>,
    description: Option<Cow<'a, str>>,
    url: Option<Cow<'a, str>>,
    conferences: Vec<String>,
    class: String,
    priority: i32,
    percent_complete: Option<i32>,
    completed_utc: Option<String>,
    organizer: Option<User>,
    attendees: Vec<User>,
    reminders: Vec<Reminder>,
    sequence: i32,
    created_utc: Option<String>,
    last_modified_utc: Option<String>,
}

/// An organizer or an attendee for programs; an organizer has no role and gives no answer.
#[derive(Serialize)]
struct User {
    address: String,
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partstat: Option<String>,
}

/// An alarm for programs.
#[derive(Serialize)]
struct Reminder {
    action: Option<String>,
    /// As it is written: a duration, or a time in UTC.
    trigger: String,
    related: String,
    description: Option<String>,
}

impl Show {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let found = which::find(local, &self.item.join(" "))?;
        if self.ics {
            output::bytes(&found.booked.document.to_bytes())?;
            return Ok(Exit::Done);
        }
        let mut listing = Listing::of(local)?;
        let item = Item::of(found, &mut listing, local)?;
        drop(listing);
        if self.json {
            let mut programs = Programs::new();
            programs.line(&item.told())?;
            programs.finish()?;
        } else {
            let mut people = People::new();
            let title =
                terminal::beginning(item.known.summary.as_deref().unwrap_or_default(), people.terminal);
            let title = if title.is_empty() { item.booked.title() } else { title };
            writeln!(people, "{BOLD}{}{BOLD:#}", terminal::one_line(&title))?;
            let pairs = item.pairs(local, people.terminal);
            table::show_pairs(&mut people, &pairs)?;
            people.finish()?;
        }
        Ok(Exit::Done)
    }
}

impl Item {
    fn of(found: Found, listing: &mut Listing<'_>, local: &Local) -> Result<Self, Failure> {
        let Found { booked, occurrence } = found;
        let (mut entry, mut one) = (None, None);
        if let Some(when) = occurrence {
            let found = local.actor().occurrence(&booked, when, &local.home.zone)?;
            one = component_of(&found, &booked, listing, local);
            entry = Some(found);
        }
        let mut coming = Vec::new();
        if entry.is_none() {
            listing.look.occurrences(&booked, Range::ALL, &local.home.zone, &mut |occurrence| {
                entry = Some(Entry::of(&booked.stored, occurrence));
                ControlFlow::Break(())
            });
            if entry.as_ref().is_some_and(|entry| entry.recurrence_id.is_some()) {
                let ahead = Range { from: local.now, to: Timestamp(i64::MAX) };
                listing.look.occurrences(&booked, ahead, &local.home.zone, &mut |occurrence| {
                    coming.push(Entry::of(&booked.stored, occurrence));
                    if coming.len() < COMING { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
            }
        }
        let coming = listing.shown(&coming)?;
        let handle = listing.handle(&booked.stored)?;
        let calendar = listing.calendar(booked.stored.calendar).to_owned();
        let known = booked.main().map(|component| {
            let text = |kind| component.property(kind).map(|property| property.text().into_owned());
            (
                text(PropertyKind::Summary),
                text(PropertyKind::Status),
                text(PropertyKind::Location),
                component.categories(),
            )
        });
        let (summary, status, location, categories) = known.unwrap_or_default();
        let entry = match entry {
            Some(entry) => {
                let named =
                    if one.is_some() { listing.shown(std::slice::from_ref(&entry))?.pop() } else { None };
                let shown = named.unwrap_or_else(|| Shown::kept(&entry, handle.clone(), &calendar));
                Some((entry, shown))
            }
            None => None,
        };
        let (summary, location) = match &entry {
            Some((entry, _)) if one.is_some() => (entry.summary.clone(), entry.location.clone()),
            _ => (summary, location),
        };
        let uid = booked.stored.uid.clone();
        let kind = booked.stored.kind;
        let known = Undated { uid, kind, summary, status, location, categories, calendar, handle };
        Ok(Self { booked, entry, one, coming, known })
    }

    /// The component that tells of it: of a named occurrence its own, where it has one.
    fn component(&self) -> Option<Component<'_>> {
        match self.one {
            Some(id) => Some(self.booked.document.component(id)),
            None => self.booked.main(),
        }
    }

    fn told(&self) -> Told<'_> {
        let main = self.booked.main();
        let component = self.component();
        let raw = |kind: PropertyKind| {
            let properties = main.into_iter().flat_map(move |main| main.properties_of(kind));
            properties.map(|property| property.value_lossy().into_owned()).collect::<Vec<_>>()
        };
        let instant = |time: Option<DateTime>| time.map(|time| DateOrTime::Utc(time).to_string());
        let todo = component.and_then(Todo::of);
        let conferences =
            component.into_iter().flat_map(|component| component.properties_of(PropertyKind::Conference));
        Told {
            line: match &self.entry {
                Some((entry, shown)) => KeptLine::new(entry, shown),
                None => KeptLine::undated(&self.known),
            },
            rrule: raw(PropertyKind::Rrule),
            rdate: raw(PropertyKind::Rdate),
            exdate: raw(PropertyKind::Exdate),
            overrides: self.overrides(),
            next: self.coming.iter().map(|shown| shown.line(Some(&self.known.uid))).collect(),
            description: component.and_then(Component::description),
            url: component.and_then(Component::url),
            conferences: conferences.map(|property| property.value_lossy().into_owned()).collect(),
            class: component.map_or_else(String::new, |component| component.class().as_str().to_owned()),
            priority: component.and_then(|component| component.priority().ok()).unwrap_or_default(),
            percent_complete: todo.and_then(|todo| todo.percent_complete().ok().flatten()),
            completed_utc: instant(todo.and_then(|todo| todo.completed().ok().flatten())),
            organizer: component.and_then(Component::organizer).as_ref().map(user),
            attendees: component
                .into_iter()
                .flat_map(|component| component.attendees())
                .map(|one| user(&one))
                .collect(),
            reminders: component.into_iter().flat_map(reminders).collect(),
            sequence: main.and_then(|main| main.sequence().ok()).unwrap_or_default(),
            created_utc: instant(main.and_then(|main| main.created().ok().flatten())),
            last_modified_utc: instant(main.and_then(|main| main.last_modified().ok().flatten())),
        }
    }

    /// How many of its occurrences were changed.
    fn overrides(&self) -> usize {
        let object = self.booked.object();
        let components = object.iter().flat_map(|object| object.components());
        components.filter(|component| component.property(PropertyKind::RecurrenceId).is_some()).count()
    }
}

/// The component that describes an occurrence.
fn component_of(entry: &Entry, booked: &Booked, listing: &Listing<'_>, local: &Local) -> Option<ComponentId> {
    let range = Range { from: entry.start_at, to: Timestamp(entry.start_at.0.saturating_add(1)) };
    let mut found = None;
    listing.look.occurrences(booked, range, &local.home.zone, &mut |occurrence| {
        if occurrence.start_at() != entry.start_at || occurrence.recurrence_id() != entry.recurrence_id {
            return ControlFlow::Continue(());
        }
        found = Some(occurrence.component().id());
        ControlFlow::Break(())
    });
    found
}

fn user(user: &CalendarUser<'_>) -> User {
    let is_attendee = user.property().kind() == PropertyKind::Attendee;
    User {
        address: user.address().map_or_else(|_| String::new(), |address| address.as_str().to_owned()),
        name: user.common_name().map(Cow::into_owned),
        role: is_attendee.then(|| user.role().as_str().to_owned()),
        partstat: is_attendee.then(|| user.partstat().as_str().to_owned()),
    }
}

fn reminders(component: Component<'_>) -> Vec<Reminder> {
    let reminder = |alarm: ical::component::Alarm<'_>| {
        let trigger = alarm.property(PropertyKind::Trigger);
        let related = trigger.as_ref().and_then(|trigger| trigger.parameter(ParameterKind::Related));
        Reminder {
            action: alarm.action().map(|action| action.as_str().to_owned()),
            trigger: trigger.as_ref().map_or_else(String::new, |trigger| trigger.value_lossy().into_owned()),
            related: related
                .map_or_else(|| "START".to_owned(), |related| related.value().to_ascii_uppercase()),
            description: alarm.description().map(Cow::into_owned),
        }
    };
    component.alarms().map(reminder).collect()
}
