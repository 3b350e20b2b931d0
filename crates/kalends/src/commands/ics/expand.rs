//! `kalends ics expand`: what occurs when.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use ical::civil::Timestamp;
use ical::recurrence::{Occurrence, Policies, Range, RecurrenceSet};
use ical::zone::{Zone, ZoneCache, Zones};
use ical::{Component, ComponentId, ComponentKind};
use serde::Serialize;

use crate::days::Days;
use crate::exit::{Exit, Failure, tell};
use crate::home::Home;
use crate::input::{self, Text};
use crate::occurrence::Shown;
use crate::output::{People, Programs};
use crate::table;
use crate::terminal::Terminal;
use crate::when::When;

const EXAMPLES: &str =
    "T: 2026-03-02, 20260302, 2026-03-02T09:00, 20260302T090000; a Z ends one in UTC. What \
    overlaps the range is in it. What recurs for ever wants --to or --limit.
Exit codes: 0 done, 1 an object could not be expanded whole (more dates or overrides than the limit, \
    too) or a time zone is unknown or guessed, 4 it recurs for ever or is over a limit, 5 unreadable.
Example: kalends ics expand --from 2026-03-23 --to 2026-03-30 calendar.ics";

/// Show what occurs when: a table by day, or JSON.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Expand {
    /// One JSON object an occurrence (docs/schemas/expand.json)
    #[arg(long)]
    json: bool,
    /// The first instant of the range.
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// The first instant after the range.
    #[arg(long, value_name = "T")]
    to: Option<When>,
    /// At most so many occurrences for each object.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The zone; else UTC for JSON, TZ or the calendar's
    #[arg(long, value_name = "NAME")]
    zone: Option<String>,
    /// Files, folders (all calendars inside), or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// An object that could not be expanded, or not whole: all that is amiss with it in one line.
#[derive(Serialize)]
struct Unexpanded<'a> {
    uid: Option<&'a str>,
    error: &'a str,
}

/// How an object was expanded.
#[derive(Default)]
struct Expanded {
    /// What of it could not be.
    errors: Vec<String>,
    /// Does it recur for ever, and nobody said where to end?
    is_refused: bool,
    /// What its occurrences call their zones.
    tzids: BTreeSet<String>,
}

/// Who takes what is found.
trait Sink {
    fn occurrence(&mut self, uid: Option<&str>, occurrence: &Occurrence<'_, '_>) -> Result<(), Failure>;
    fn unexpanded(&mut self, uid: Option<&str>, error: &str) -> Result<(), Failure>;
}

impl Expand {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let cache = Arc::new(ZoneCache::default());
        let zone = match &self.zone {
            Some(name) => Some(Home::named(name, &cache)?),
            None => None,
        };
        if self.json { self.json(zone, &cache) } else { self.table(zone, &cache) }
    }

    fn json(&self, zone: Option<Home>, cache: &Arc<ZoneCache>) -> Result<Exit, Failure> {
        let zone = zone.map_or_else(Zone::utc, |home| home.zone);
        let mut programs = Programs::new();
        let mut exit = Exit::Done;
        for source in input::sources(&self.files) {
            match source.and_then(|source| source.read()) {
                Ok(text) => exit = exit.max(self.expand(&text, &zone, cache, &mut programs)?),
                Err(failure) => exit = exit.max(failure.tell()),
            }
        }
        programs.finish()?;
        Ok(exit)
    }

    fn table(&self, zone: Option<Home>, cache: &Arc<ZoneCache>) -> Result<Exit, Failure> {
        let mut home = zone.or_else(|| Home::of_environment(cache));
        let mut days: Option<Days> = None;
        let mut exit = Exit::Done;
        for source in input::sources(&self.files) {
            match source.and_then(|source| source.read()) {
                Ok(text) => {
                    let home = home.get_or_insert_with(|| Home::of_calendar(&text.document, cache));
                    let made = || Days::new(home.clone(), self.range(&home.zone), Terminal::detect());
                    let days = days.get_or_insert_with(made);
                    exit = exit.max(self.expand(&text, &home.zone, cache, days)?);
                }
                Err(failure) => exit = exit.max(failure.tell()),
            }
        }
        if let Some(days) = days {
            let mut people = People::new();
            table::show(&mut people, &days.caption(), &days.groups(None), "Nothing in this range.")?;
            people.finish()?;
        }
        Ok(exit)
    }

    fn range(&self, zone: &Zone) -> Range {
        let at = |when: Option<When>, default: Timestamp| when.map_or(default, |when| when.at(zone));
        Range { from: at(self.from, Range::ALL.from), to: at(self.to, Range::ALL.to) }
    }

    /// Expands all objects of a text, in the order of their first appearance.
    fn expand(
        &self,
        text: &Text,
        zone: &Zone,
        cache: &Arc<ZoneCache>,
        sink: &mut impl Sink,
    ) -> Result<Exit, Failure> {
        // Each calendar of a text has its own VTIMEZONEs: two may mean another zone by the same name. What
        // stands in no calendar has those of the whole text.
        let whole = Zones::with_cache(&text.document, Arc::clone(cache));
        let calendars = text.document.roots().filter(|root| root.kind() == ComponentKind::Calendar);
        let zones: HashMap<ComponentId, Zones<'_>> =
            calendars.map(|root| (root.id(), Zones::within(root, Arc::clone(cache)))).collect();
        let zones_of = |component: Component<'_>| zones.get(&component.root().id()).unwrap_or(&whole);
        let policies = Policies { floating: zone.clone(), ..Policies::default() };
        let mut doubts = HashSet::new();
        let mut exit = Exit::Done;
        for object in text.document.objects() {
            let set = RecurrenceSet::with_zones_of(&object, &zones_of, &policies);
            let expanded = self.object(object.uid(), &set, zone, sink)?;
            if !expanded.errors.is_empty() {
                let error = expanded.errors.join("; ");
                let uid = object.uid().unwrap_or("an object without a UID");
                tell(&format!("{}: {uid}: {error}", text.source));
                sink.unexpanded(object.uid(), &error)?;
                exit = exit.max(if expanded.is_refused { Exit::Refused } else { Exit::Told });
            }
            let zones = object.calendar().map_or(&whole, zones_of);
            for doubt in expanded.tzids.iter().filter_map(|tzid| zones.resolve(tzid).problem(tzid, 0..0)) {
                exit = exit.max(Exit::Told);
                if !doubts.contains(&doubt.message) {
                    tell(&format!("{}: {}", text.source, doubt.message));
                    doubts.insert(doubt.message);
                }
            }
        }
        Ok(exit)
    }

    /// Expands one object.
    fn object(
        &self,
        uid: Option<&str>,
        set: &RecurrenceSet<'_>,
        zone: &Zone,
        sink: &mut impl Sink,
    ) -> Result<Expanded, Failure> {
        let mut expanded = Expanded::default();
        expanded.errors.extend(set.faults().iter().map(|fault| fault.message.clone()));
        if set.is_endless() && self.to.is_none() && self.limit.is_none() {
            expanded.is_refused = true;
            expanded.errors.push("it recurs for ever; give --to or --limit".to_owned());
            return Ok(expanded);
        }
        for occurrence in set.occurrences(self.range(zone)).take(self.limit.unwrap_or(usize::MAX)) {
            match occurrence {
                Ok(occurrence) => {
                    match occurrence.start().tzid() {
                        Some(tzid) if !expanded.tzids.contains(tzid) => {
                            expanded.tzids.insert(tzid.to_owned());
                        }
                        _ => {}
                    }
                    sink.occurrence(uid, &occurrence)?;
                }
                Err(error) => expanded.errors.push(error.to_string()),
            }
        }
        Ok(expanded)
    }
}

impl Sink for Programs {
    fn occurrence(&mut self, uid: Option<&str>, occurrence: &Occurrence<'_, '_>) -> Result<(), Failure> {
        Ok(self.line(&Shown::of(occurrence).line(uid))?)
    }

    fn unexpanded(&mut self, uid: Option<&str>, error: &str) -> Result<(), Failure> {
        Ok(self.line(&Unexpanded { uid, error })?)
    }
}

impl Sink for Days {
    fn occurrence(&mut self, _: Option<&str>, occurrence: &Occurrence<'_, '_>) -> Result<(), Failure> {
        self.put(&Shown::of(occurrence))
    }

    /// Standard error has told it.
    fn unexpanded(&mut self, _: Option<&str>, _: &str) -> Result<(), Failure> {
        Ok(())
    }
}
