//! `kalends journal`: notes by their days, the newest first; a note added.

mod add;

use std::ops::ControlFlow;

use ical::ComponentKind;
use ical::civil::Timestamp;
use ical::component::Journal as Note;
use ical::recurrence::Range;
use ical::value::DateOrTime;
use serde::Serialize;
use service::Objects;

use crate::days::nameless;
use crate::exit::{Exit, Failure};
use crate::filter::{Filter, Within};
use crate::listing::Listing;
use crate::local::Local;
use crate::occurrence::{tzid, utc};
use crate::output::{People, Programs};
use crate::spoken;
use crate::table::{self, Group, Row};
use crate::terminal::{self, Terminal};

/// Notes by their days, the newest first
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples: kalends journal --from 2026-03-01; kalends journal add Met Ann"
)]
pub(crate) struct Journal {
    #[command(subcommand)]
    act: Option<Act>,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    filter: Filter,
    /// One JSON object a note (docs/schemas/journal.json)
    #[arg(long)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Act {
    Add(add::Add),
}

/// A note for programs, and for people.
#[derive(Serialize)]
struct Line {
    uid: String,
    recurrence_id: Option<String>,
    start: Option<String>,
    tzid: Option<String>,
    start_utc: Option<String>,
    summary: Option<String>,
    status: Option<String>,
    description: Option<String>,
    categories: Vec<String>,
    calendar: String,
    handle: String,
    #[serde(skip)]
    time: Option<(DateOrTime<'static>, Timestamp, bool)>,
}

impl Journal {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        if let Some(Act::Add(add)) = &self.act {
            return add.run(local);
        }
        let mut notes = self.notes(local)?;
        notes.sort_by_key(|note| std::cmp::Reverse(note.time.as_ref().map(|(_, at, _)| *at)));
        if self.json {
            let mut programs = Programs::new();
            notes.iter().try_for_each(|note| programs.line(note))?;
            programs.finish()?;
        } else {
            let mut people = People::new();
            let groups = groups(&notes, local, people.terminal);
            table::show(&mut people, "", &groups, "No notes.")?;
            people.finish()?;
        }
        local.keep_up();
        Ok(Exit::Done)
    }

    fn notes(&self, local: &Local) -> Result<Vec<Line>, Failure> {
        let mut listing = Listing::of(local)?;
        let calendars = self.filter.calendars(&listing.look)?;
        let range = self.within.range(&local.home.zone);
        let mut notes = Vec::new();
        for stored in listing.look.objects(&Objects::Kind(ComponentKind::Journal), &calendars)? {
            let booked = listing.look.read(stored)?;
            let Some(component) = booked.main() else { continue };
            let categories = component.categories();
            if !self.filter.has(&categories) {
                continue;
            }
            let mut time = None;
            let mut recurrence_id = None;
            let within = range.unwrap_or(Range::ALL);
            listing.look.occurrences(&booked, within, &local.home.zone, &mut |occurrence| {
                let start = occurrence.start().into_owned();
                time = Some((start, occurrence.start_at(), occurrence.is_instant()));
                recurrence_id = occurrence.recurrence_id().map(|original| original.to_string());
                ControlFlow::Break(())
            });
            if time.is_none() && range.is_some() {
                continue;
            }
            let descriptions: Vec<String> = Note::of(component)
                .into_iter()
                .flat_map(|note| note.descriptions().map(std::borrow::Cow::into_owned))
                .collect();
            let start_utc =
                time.as_ref().filter(|(.., is_instant)| *is_instant).and_then(|(_, at, _)| utc(*at));
            notes.push(Line {
                uid: booked.stored.uid.clone(),
                recurrence_id,
                start: time.as_ref().map(|(start, ..)| start.to_string()),
                tzid: time.as_ref().and_then(|(start, ..)| tzid(start).map(str::to_owned)),
                start_utc,
                summary: component.summary().map(std::borrow::Cow::into_owned),
                status: component.status().map(|status| status.as_str().to_owned()),
                description: (!descriptions.is_empty()).then(|| descriptions.join("\n\n")),
                categories,
                calendar: listing.calendar(booked.stored.calendar).to_owned(),
                handle: listing.handle(&booked.stored)?,
                time,
            });
        }
        Ok(notes)
    }
}

/// Notes under their months; each with the first line of its text.
fn groups(notes: &[Line], local: &Local, terminal: Terminal) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for note in notes {
        let wall = note.time.as_ref().map(|(start, at, is_instant)| {
            let wall = local.home.zone.to_wall(*at).filter(|_| *is_instant);
            (wall.unwrap_or(start.wall()), start.is_date())
        });
        let heading = match wall {
            Some((wall, _)) => format!("{} {}", spoken::month(wall.date), wall.date.year()),
            None => "No date".to_owned(),
        };
        if groups.last().is_none_or(|group| group.heading != heading) {
            groups.push(Group { heading, rows: Vec::new() });
        }
        let text = note.description.as_deref().unwrap_or_default();
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let summary = note.summary.as_deref().map(str::trim).filter(|summary| !summary.is_empty());
        let summary = summary.or_else(|| lines.next()).unwrap_or(nameless(ComponentKind::Journal));
        let row = Row {
            when: wall.map_or_else(String::new, |(wall, is_date)| local.moment(wall, is_date)),
            is_struck: note.status.as_deref() == Some("CANCELLED"),
            summary: terminal::beginning(summary, terminal),
            after: if note.status.as_deref() == Some("DRAFT") {
                " (draft)".to_owned()
            } else {
                String::new()
            },
            location: lines.next().map(|line| terminal::beginning(line, terminal)),
            handle: Some(note.handle.clone()),
            ..Row::default()
        };
        if let Some(group) = groups.last_mut() {
            group.rows.push(row);
        }
    }
    groups
}
