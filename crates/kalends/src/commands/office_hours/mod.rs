//! `kalends office-hours`: hours in which others take seats, opened, closed and listed; a slot taken.

mod book;
mod open;

use clap_complete::ArgValueCandidates;
use ical::civil::{DateTime, Timestamp};
use ical::recurrence::Range;
use ical::value::DateOrTime;
use serde::Serialize;
use service::{Principal, Slot};

use super::{freebusy, manual};
use crate::exit::{Exit, Failure};
use crate::local::Local;
use crate::occurrence::utc;
use crate::output::{People, Programs};
use crate::people::{self, bare};
use crate::spoken;
use crate::table::{self, Group, Row};
use crate::terminal::{Terminal, one_line};
use crate::when::When;

/// Office hours: your own slots, with who has them; others' are taken
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples: kalends office-hours; kalends office-hours book ann tuesday 14:00"
)]
pub(crate) struct OfficeHours {
    #[command(subcommand)]
    act: Option<Act>,
    #[command(flatten)]
    listed: Listed,
}

#[derive(clap::Subcommand)]
enum Act {
    Open(open::Open),
    Of(Of),
    Book(book::Book),
    Close(open::Close),
}

/// The free slots of somebody, as far as you may know when they are busy
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: there is none; 4: they do not let you know.\n\n\
    Example: kalends office-hours of ann --days 7")]
struct Of {
    /// Whose: a name or an address of somebody of this store
    #[arg(value_name = "PERSON", add = ArgValueCandidates::new(manual::people))]
    person: String,
    #[command(flatten)]
    listed: Listed,
}

/// Which slots are listed, and how.
#[derive(clap::Args)]
struct Listed {
    /// From this time on; now where none is named
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// So many days
    #[arg(long, value_name = "N", default_value_t = 14)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=400))]
    days: u32,
    /// One JSON object a slot (docs/schemas/office-hours-slot.json)
    #[arg(long)]
    json: bool,
}

/// A slot for programs.
#[derive(Serialize)]
struct Line<'a> {
    uid: Option<&'a str>,
    handle: Option<&'a str>,
    with: Option<String>,
    summary: Option<&'a str>,
    location: Option<&'a str>,
    start: String,
    tzid: &'a str,
    start_utc: Option<String>,
    end: String,
    end_utc: Option<String>,
    seats: u32,
    left: u32,
    is_free: bool,
    taken_by: Option<Vec<String>>,
}

impl OfficeHours {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        match &self.act {
            None => self.listed.own(local),
            Some(Act::Open(open)) => open.run(local),
            Some(Act::Of(of)) => of.listed.others(local, &of.person),
            Some(Act::Book(book)) => book.run(local),
            Some(Act::Close(close)) => close.run(local),
        }
    }
}

impl Listed {
    fn range(&self, local: &Local) -> Range {
        let from = self.from.map_or(local.now, |when| when.at(&local.home.zone));
        Range { from, to: local.days_after(from, self.days) }
    }

    /// My own slots.
    fn own(&self, local: &Local) -> Result<Exit, Failure> {
        let actor = local.actor();
        let slots = actor.slots(actor.principal_id(), self.range(local))?.unwrap_or_default();
        let handles = actor.handles(slots.iter().map(|slot| &slot.hours))?;
        if self.json {
            let mut programs = Programs::new();
            for (slot, handle) in slots.iter().zip(&handles) {
                let (uid, by) = (slot.hours.uid.as_str(), slot.by.iter().map(bare).collect());
                let line = Line { taken_by: Some(by), ..line_of(slot, local, Some((uid, handle))) };
                programs.line(&line)?;
            }
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let (mut rows, terminal) = (Vec::new(), Terminal::detect());
        for (slot, handle) in slots.iter().zip(handles) {
            let handle = Some(handle);
            rows.push((
                slot.range.from,
                Row { handle, summary: whose(local, slot)?, ..row(slot, local, terminal) },
            ));
        }
        show(local, rows, &format!("No office hours in {} days.", self.days))?;
        Ok(Exit::Done)
    }

    /// The free slots of somebody else.
    fn others(&self, local: &Local, person: &str) -> Result<Exit, Failure> {
        let person = local.actor().principal(person)?;
        let mut slots = slots(local, &person, self.range(local))?;
        slots.retain(Slot::is_free);
        if self.json {
            let with = address(&person);
            let mut programs = Programs::new();
            for slot in &slots {
                programs.line(&Line { with: with.clone(), ..line_of(slot, local, None) })?;
            }
            programs.finish()?;
        } else {
            let terminal = Terminal::detect();
            let summary = |slot: &Slot| match (slot.seats, slot.left) {
                (1, _) => "free".to_owned(),
                (seats, left) => format!("{left} of {seats} seats free"),
            };
            let row =
                |slot: &Slot| (slot.range.from, Row { summary: summary(slot), ..row(slot, local, terminal) });
            let nothing = format!("{} has no free slot in {} days.", freebusy::called(&person), self.days);
            show(local, slots.iter().map(row).collect(), &nothing)?;
        }
        Ok(if slots.is_empty() { Exit::Told } else { Exit::Done })
    }
}

/// The slots of somebody in a range.
fn slots(local: &Local, person: &Principal, range: Range) -> Result<Vec<Slot>, Failure> {
    let called = freebusy::called(person);
    let secret = || Failure::new(Exit::Refused, format!("you may not know when {called} is busy"));
    local.actor().slots(person.id, range)?.ok_or_else(secret)
}

fn address(person: &Principal) -> Option<String> {
    let first = person.profile.addresses.first()?.0.to_string();
    Some(first.strip_prefix("mailto:").unwrap_or(&first).to_owned())
}

fn wall(at: Timestamp, local: &Local) -> DateTime {
    local.home.zone.to_wall(at).unwrap_or(DateTime::MIN)
}

fn line_of<'a>(slot: &'a Slot, local: &'a Local, named: Option<(&'a str, &'a str)>) -> Line<'a> {
    let text = |at: Timestamp| DateOrTime::Floating(wall(at, local)).to_string();
    Line {
        uid: named.map(|(uid, _)| uid),
        handle: named.map(|(_, handle)| handle),
        with: None,
        summary: slot.summary.as_deref(),
        location: slot.location.as_deref(),
        start: text(slot.range.from),
        tzid: &local.home.name,
        start_utc: utc(slot.range.from),
        end: text(slot.range.to),
        end_utc: utc(slot.range.to),
        seats: slot.seats,
        left: slot.left,
        is_free: slot.is_free(),
        taken_by: None,
    }
}

/// From when to when a slot is.
fn clocks(slot: &Slot, local: &Local, terminal: Terminal) -> String {
    let clock = |at: Timestamp| spoken::clock(wall(at, local).time, local.config.hours);
    format!("{}{}{}", clock(slot.range.from), terminal.sign("–", "-"), clock(slot.range.to))
}

fn row(slot: &Slot, local: &Local, terminal: Terminal) -> Row {
    Row { when: clocks(slot, local, terminal), location: slot.location.clone(), ..Row::default() }
}

/// Who has a slot of mine, and what is left of it.
fn whose(local: &Local, slot: &Slot) -> Result<String, Failure> {
    let mut names = Vec::new();
    for by in &slot.by {
        names.push(one_line(&people::called(local, by)?));
    }
    let free = match (slot.left, slot.seats) {
        (0, _) if names.is_empty() => Some("you are busy".to_owned()),
        (0, _) => None,
        _ if slot.is_too_late => Some("too late to be taken".to_owned()),
        (_, 1) => Some("free".to_owned()),
        (left, seats) => Some(format!("{left} of {seats} seats free")),
    };
    let names = (!names.is_empty()).then(|| names.join(", "));
    Ok(names.into_iter().chain(free).collect::<Vec<_>>().join("; "))
}

/// Slots under their days.
fn show(local: &Local, rows: Vec<(Timestamp, Row)>, nothing: &str) -> Result<(), Failure> {
    let mut people = People::new();
    let width = people.terminal.width;
    let mut groups: Vec<(ical::civil::Date, Group)> = Vec::new();
    for (at, row) in rows {
        let date = wall(at, local).date;
        match groups.last_mut() {
            Some((last, group)) if *last == date => group.rows.push(row),
            _ => {
                let heading = table::day(date, Some(local.today()), width);
                groups.push((date, Group { heading, rows: vec![row] }));
            }
        }
    }
    let groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
    table::show(&mut people, &format!("Times in {}", local.home.name), &groups, nothing)?;
    people.finish()?;
    Ok(())
}
