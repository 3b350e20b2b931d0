//! `kalends find-time`: when all are free.

use clap_complete::ArgValueCandidates;
use ical::civil::{Date, DateTime, Timestamp};
use ical::recurrence::Range;
use ical::value::DateOrTime;
use serde::Serialize;

use super::{freebusy, manual};
use crate::exit::{Exit, Failure};
use crate::hours::{Between, Slot, slots};
use crate::local::Local;
use crate::occurrence::utc;
use crate::output::{People, Programs};
use crate::spoken;
use crate::table::{self, Group, Row};
use crate::terminal::Terminal;
use crate::when::{Length, When};

/// When others and you are free: the first times of a length
#[derive(clap::Args)]
#[command(after_help = "What is tentative is not free. Only your working days count (kalends config).\n\
    Exit code 1: there is no such time; 4: somebody does not let you know.\n\n\
    Example: kalends find-time ann ben --for 1h30m --from 2026-03-30 --hours 9-17")]
pub(crate) struct FindTime {
    /// Whom, beside you: names or addresses of people of this store
    #[arg(required = true, value_name = "PERSON", add = ArgValueCandidates::new(manual::people))]
    people: Vec<String>,
    /// For how long: 45m, 1h30m, PT45M
    #[arg(long = "for", value_name = "LENGTH")]
    length: Length,
    /// From this time on; now where none is named
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// So many days
    #[arg(long, value_name = "N", default_value_t = 14)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=400))]
    days: u32,
    /// Only these hours of each day; else your working hours
    #[arg(long, value_name = "HOURS")]
    hours: Option<Between>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 5)]
    limit: usize,
    /// One JSON object a time (docs/schemas/find-time.json)
    #[arg(long)]
    json: bool,
}

/// A time for programs.
#[derive(Serialize)]
struct Line<'a> {
    start: String,
    tzid: &'a str,
    start_utc: Option<String>,
    end: String,
    end_utc: Option<String>,
    until_utc: Option<String>,
}

impl FindTime {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let zone = &local.home.zone;
        let from = self.from.map_or(local.now, |when| when.at(zone));
        let working = &local.config.working;
        let hours = self.hours.unwrap_or(working.hours).of_days(zone, from, self.days);
        let is_wanted = |date: &Date| working.days.contains(&date.weekday());
        let hours: Vec<Range> =
            hours.into_iter().filter(|(date, _)| is_wanted(date)).map(|(_, range)| range).collect();
        let busy = match (hours.first(), hours.last()) {
            (Some(first), Some(last)) => self.busy(local, Range { from: first.from, to: last.to })?,
            _ => Vec::new(),
        };
        let found: Vec<Slot> = slots(&hours, &busy, self.length.seconds).take(self.limit).collect();
        if self.json {
            let mut programs = Programs::new();
            found.iter().try_for_each(|slot| programs.line(&line(slot, local)))?;
            programs.finish()?;
        } else {
            let mut people = People::new();
            let groups = groups(&found, local, people.terminal);
            let caption = format!("All are free, times in {}", local.home.name);
            table::show(&mut people, &caption, &groups, "No time in this range at which all are free.")?;
            people.finish()?;
        }
        Ok(if found.is_empty() { Exit::Told } else { Exit::Done })
    }

    /// When anybody is busy, whoever asks too.
    fn busy(&self, local: &Local, range: Range) -> Result<Vec<Range>, Failure> {
        let mut people = freebusy::named(local, &self.people)?;
        people.push(local.actor().me()?);
        let ids: Vec<_> = people.iter().map(|one| one.id).collect();
        let mut all = Vec::new();
        for (busy, principal) in local.actor().busy_of_each(&ids, range)?.into_iter().zip(&people) {
            let busy = freebusy::told(&freebusy::called(principal), busy);
            let busy = busy.map_err(|why| Failure::new(Exit::Refused, why))?;
            all.extend(busy.into_iter().map(|time| Range { from: time.from, to: time.to }));
        }
        Ok(all)
    }
}

fn wall(at: Timestamp, local: &Local) -> DateTime {
    local.home.zone.to_wall(at).unwrap_or(DateTime::MIN)
}

fn line<'a>(slot: &Slot, local: &'a Local) -> Line<'a> {
    let text = |at: Timestamp| DateOrTime::Floating(wall(at, local)).to_string();
    Line {
        start: text(slot.range.from),
        tzid: &local.home.name,
        start_utc: utc(slot.range.from),
        end: text(slot.range.to),
        end_utc: utc(slot.range.to),
        until_utc: utc(slot.until),
    }
}

/// Times under their days.
fn groups(found: &[Slot], local: &Local, terminal: Terminal) -> Vec<Group> {
    let dash = terminal.sign("–", "-");
    let clock = |at: Timestamp| spoken::clock(wall(at, local).time, local.config.hours);
    let day = |slot: &Slot| wall(slot.range.from, local).date;
    let row = |slot: &Slot| Row {
        when: format!("{}{dash}{}", clock(slot.range.from), clock(slot.range.to)),
        summary: if slot.until > slot.range.to {
            format!("free until {}", clock(slot.until))
        } else {
            "just so long".to_owned()
        },
        ..Row::default()
    };
    let days = found.chunk_by(|one, other| day(one) == day(other));
    let group = |slots: &[Slot]| Group {
        heading: slots
            .first()
            .map_or_else(String::new, |first| table::day(day(first), Some(local.today()), terminal.width)),
        rows: slots.iter().map(row).collect(),
    };
    days.map(group).collect()
}
