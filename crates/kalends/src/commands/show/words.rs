//! An object in words.

use ical::civil::DateTime;
use ical::component::{Alarm, CalendarUser, Todo, Trigger};
use ical::value::{Action, Class, Cutype, DateOrTime, Partstat};
use ical::zone::{Zone, Zones};
use ical::{Component, ComponentKind, Property, PropertyKind};

use super::Item;
use crate::local::Local;
use crate::occurrence::Shown;
use crate::output::DIM;
use crate::people::{self, Delivery};
use crate::spoken;
use crate::terminal::{self, Terminal};

/// So many characters of a text are shown; `--ics` and `--json` give all of it.
const MOST_CHARACTERS: usize = 4_000;
/// So many attendees are named.
const MOST_PEOPLE: usize = 20;

impl Item {
    /// What is known of it: each by its name, in the order in which people ask.
    pub(super) fn pairs(&self, local: &Local, terminal: Terminal) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut add = |name: &'static str, value: String| {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        };
        if let Some((_, shown)) = &self.entry {
            self.when(shown, local, terminal).into_iter().for_each(|(name, value)| add(name, value));
        }
        add("repeats", self.repeats(local));
        let coming = self.coming.iter().map(|shown| {
            let handle = shown.handle.as_deref().unwrap_or_default();
            format!("{}  {DIM}{handle}{DIM:#}", short(shown, local, terminal))
        });
        add("next", coming.collect::<Vec<_>>().join("\n"));
        if let Some(component) = self.component() {
            self.about(component, local).into_iter().for_each(|(name, value)| add(name, value));
        }
        add("calendar", terminal::one_line(&self.known.calendar));
        let handle = self.entry.as_ref().and_then(|(_, shown)| shown.handle.clone());
        add("handle", handle.unwrap_or_else(|| self.known.handle.clone()));
        add("UID", text(&self.known.uid));
        pairs
    }

    /// When it is, at home; and where it is written in another zone, there.
    fn when(&self, shown: &Shown, local: &Local, terminal: Terminal) -> Vec<(&'static str, String)> {
        let is_date = shown.start.is_date();
        let name = match (shown.kind, shown.is_due) {
            (ComponentKind::Todo, true) => "due",
            _ if shown.recurrence_id.is_some() && self.one.is_none() => "first",
            _ => "when",
        };
        let Some(walls) = shown.walls(&local.home) else { return Vec::new() };
        let here = period(walls, is_date, local, terminal);
        let zone = match &shown.start {
            DateOrTime::Date(_) => String::new(),
            DateOrTime::Floating(_) => " (wherever one is)".to_owned(),
            DateOrTime::Utc(_) => format!(" ({})", local.home.name),
            DateOrTime::Zoned(_, tzid) if !shown.is_instant => {
                format!(" ({}, a zone that nobody knows)", text(tzid))
            }
            DateOrTime::Zoned(..) => format!(" ({})", local.home.name),
        };
        let mut pairs = vec![(name, format!("{here}{zone}"))];
        let there = (shown.start.wall(), shown.end.wall());
        if let DateOrTime::Zoned(_, tzid) = &shown.start
            && shown.is_instant
            && there != walls
        {
            pairs.push(("there", format!("{} ({})", period(there, is_date, local, terminal), text(tzid))));
        }
        pairs
    }

    /// The zone that a component starts in.
    fn zone(&self, component: Component<'_>) -> Option<Zone> {
        let start = component.property(PropertyKind::Dtstart)?;
        let DateOrTime::Zoned(_, tzid) = start.date_or_time().ok()? else { return None };
        Zones::new(&self.booked.document).resolve(&tzid).zone
    }

    /// How it repeats.
    fn repeats(&self, local: &Local) -> String {
        let Some(main) = self.booked.main().filter(|_| self.one.is_none()) else { return String::new() };
        let zone = self.zone(main).unwrap_or_else(|| local.home.zone.clone());
        let mut lines: Vec<String> =
            main.properties_of(PropertyKind::Rrule).map(|rule| repetition(&rule, &zone)).collect();
        let count = |kind: PropertyKind| {
            main.properties_of(kind)
                .map(|property| property.raw_value().split(|byte| *byte == b',').count())
                .sum()
        };
        let dates = |number: usize| if number == 1 { "1 date".to_owned() } else { format!("{number} dates") };
        match count(PropertyKind::Rdate) {
            0 => {}
            number => lines.push(format!("and on {}", dates(number))),
        }
        match count(PropertyKind::Exdate) {
            0 => {}
            number => lines.push(format!("but not on {}", dates(number))),
        }
        match self.overrides() {
            0 => {}
            1 => lines.push("1 occurrence is changed".to_owned()),
            number => lines.push(format!("{number} occurrences are changed")),
        }
        lines.join("\n")
    }

    fn about(&self, component: Component<'_>, local: &Local) -> Vec<(&'static str, String)> {
        let todo = Todo::of(component);
        let at_home = |utc: DateTime| {
            let wall = local.home.zone.to_wall(ical::civil::Timestamp::from_utc(utc));
            local.moment(wall.unwrap_or(utc), false)
        };
        let plain =
            |value: Option<std::borrow::Cow<'_, str>>| value.map_or_else(String::new, |value| text(&value));
        let mut status: Vec<String> =
            component.status().iter().map(|status| text(&status.as_str().to_lowercase())).collect();
        let is_transparent = component.kind() == ComponentKind::Event
            && self.entry.as_ref().is_some_and(|(entry, _)| entry.is_transparent);
        if is_transparent {
            status.push("does not make busy".to_owned());
        }
        match component.class() {
            Class::Public => {}
            class => status.push(text(&class.as_str().to_lowercase())),
        }
        if let Some(percent) = todo.and_then(|todo| todo.percent_complete().ok().flatten()) {
            status.push(format!("{percent} % done"));
        }
        let priority = match component.priority().unwrap_or_default() {
            0 => String::new(),
            number @ 1..=4 => format!("high ({number})"),
            5 => "medium (5)".to_owned(),
            number => format!("low ({number})"),
        };
        let links = component.properties_of(PropertyKind::Conference).map(|link| text(&link.value_lossy()));
        let links: Vec<String> = component.url().iter().map(|url| text(url)).chain(links).collect();
        let completed = todo.and_then(|todo| todo.completed().ok().flatten());
        vec![
            ("where", plain(component.location())),
            ("who", who(component)),
            ("status", status.join(", ")),
            ("completed", completed.map_or_else(String::new, at_home)),
            ("priority", priority),
            ("text", plain(component.description())),
            ("links", links.join("\n")),
            ("categories", text(&component.categories().join(", "))),
            (
                "reminders",
                component.alarms().map(|alarm| reminder(alarm, &at_home)).collect::<Vec<_>>().join("\n"),
            ),
        ]
    }
}

/// A rule in words, for who is in a zone; what is none, as it is written.
fn repetition(rule: &Property<'_>, zone: &Zone) -> String {
    rule.recur().map_or_else(|_| text(&rule.value_lossy()), |rule| sentence::describe_in(&rule, zone))
}

/// A text in its lines, without what a terminal must not get.
fn text(value: &str) -> String {
    let value = value.trim();
    let (value, rest) = match value.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => (&value[..end], "\n... (--ics gives all of it)"),
        None => (value, ""),
    };
    let lines: Vec<String> = value.lines().map(terminal::one_line).collect();
    lines.join("\n") + rest
}

/// `Monday, 23 March 2026, 08:00–12:00`
fn period((start, end): (DateTime, DateTime), is_date: bool, local: &Local, terminal: Terminal) -> String {
    let dash = terminal.sign("–", "-");
    let first = spoken::long_day(start.date);
    if is_date {
        let last = end.date.plus_days(-1).filter(|last| *last > start.date);
        return match last {
            Some(last) => format!("{first} {dash} {}", spoken::long_day(last)),
            None => format!("{first}, all day"),
        };
    }
    let (from, to) =
        (spoken::clock(start.time, local.config.hours), spoken::clock(end.time, local.config.hours));
    match () {
        () if start == end => format!("{first}, {from}"),
        () if start.date == end.date => format!("{first}, {from}{dash}{to}"),
        () => format!("{first}, {from} {dash} {}, {to}", spoken::long_day(end.date)),
    }
}

/// `Fri 27 Mar 08:00–12:00`
fn short(shown: &Shown, local: &Local, terminal: Terminal) -> String {
    let Some((start, end)) = shown.walls(&local.home) else { return String::new() };
    let is_date = shown.start.is_date();
    let moment = local.moment(start, is_date);
    if is_date || start.date != end.date || start == end {
        return moment;
    }
    format!("{moment}{}{}", terminal.sign("–", "-"), spoken::clock(end.time, local.config.hours))
}

/// The organizer, then attendees with their answers.
fn who(component: Component<'_>) -> String {
    let name = |user: &CalendarUser<'_>| {
        let address = user.address().map_or_else(|_| String::new(), |address| people::bare(&address));
        match user.common_name() {
            Some(name) if !name.trim().is_empty() && *name != *address => {
                text(&format!("{name} <{address}>"))
            }
            _ => text(&address),
        }
    };
    let organizer = component.organizer().map(|user| format!("{} (organizer)", name(&user)));
    let answer = |user: &CalendarUser<'_>| match user.partstat() {
        Partstat::NeedsAction => match Delivery::of(user) {
            delivery if delivery.code.is_some() && !delivery.is_reached() => delivery.words(),
            // Its members answer, each for themselves.
            _ if user.cutype() == Cutype::Group => "group".to_owned(),
            _ => "no answer yet".to_owned(),
        },
        partstat => text(&partstat.as_str().to_lowercase()),
    };
    let attendees: Vec<CalendarUser<'_>> = component.attendees().collect();
    let shown = attendees.iter().take(MOST_PEOPLE).map(|user| format!("{} ({})", name(user), answer(user)));
    let mut lines: Vec<String> = organizer.into_iter().chain(shown).collect();
    if attendees.len() > MOST_PEOPLE {
        lines.push(format!("and {} more", attendees.len() - MOST_PEOPLE));
    }
    lines.join("\n")
}

/// `15 min before the start`
fn reminder(alarm: Alarm<'_>, at_home: &dyn Fn(DateTime) -> String) -> String {
    let relative = |seconds: i64, what: &str| match seconds {
        0 => format!("at the {what}"),
        seconds if seconds < 0 => format!("{} before the {what}", spoken::length(seconds.saturating_neg())),
        seconds => format!("{} after the {what}", spoken::length(seconds)),
    };
    let when = match alarm.trigger() {
        Ok(Some(Trigger::Start(duration))) => relative(duration.to_seconds(), "start"),
        Ok(Some(Trigger::End(duration))) => relative(duration.to_seconds(), "end"),
        Ok(Some(Trigger::At(utc))) => at_home(utc),
        Ok(None) | Err(_) => "at a time that cannot be read".to_owned(),
    };
    let how = match alarm.action() {
        Some(Action::Email) => ", by mail",
        Some(Action::Audio) => ", with a sound",
        _ => "",
    };
    let again = match alarm.repeat() {
        Ok(Some(repeat)) => {
            format!(", {} more times every {}", repeat.count, spoken::length(repeat.interval.to_seconds()))
        }
        _ => String::new(),
    };
    format!("{when}{how}{again}")
}
