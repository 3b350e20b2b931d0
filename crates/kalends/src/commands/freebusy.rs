//! `kalends freebusy`: who is busy when, drawn.

use std::io::Write;

use anstyle::Style;
use clap_complete::ArgValueCandidates;
use ical::civil::{Date, SECONDS_PER_DAY, Timestamp};
use ical::recurrence::Range;
use serde::Serialize;
use service::{Busy, BusyAnswer, BusyTime, Principal};

use super::manual;
use crate::exit::{Exit, Failure, tell};
use crate::hours::Between;
use crate::local::Local;
use crate::occurrence::utc;
use crate::output::{BOLD, CYAN, DIM, People, Programs, YELLOW};
use crate::people::shown;
use crate::table::{self, painted};
use crate::terminal::{Terminal, cut, one_line, width};
use crate::when::When;

/// When others are busy, as far as they let you know: a row for each, by hours
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: somebody does not let you know.\n\n\
    Example: kalends freebusy ann ben@example.com --days 5 --hours 8-20")]
pub(crate) struct Freebusy {
    /// Whom: names or addresses of people of this store
    #[arg(required = true, value_name = "PERSON", add = ArgValueCandidates::new(manual::people))]
    people: Vec<String>,
    /// From this day on; today where none is named
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// So many days
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=400))]
    days: u32,
    /// Only these hours of each day; else your working hours
    #[arg(long, value_name = "HOURS")]
    hours: Option<Between>,
    /// One JSON object a person (docs/schemas/freebusy.json)
    #[arg(long)]
    json: bool,
}

/// Somebody, with when they are busy; `None` where that is not told.
struct Asked {
    called: String,
    address: Option<String>,
    busy: Option<Vec<BusyTime>>,
}

/// Somebody for programs.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    address: Option<&'a str>,
    from_utc: Option<String>,
    to_utc: Option<String>,
    busy: Option<Vec<Time>>,
}

/// A busy time for programs.
#[derive(Serialize)]
struct Time {
    start_utc: Option<String>,
    end_utc: Option<String>,
    busy: &'static str,
}

/// People whom somebody names, found.
pub(super) fn named(local: &Local, names: &[String]) -> Result<Vec<Principal>, Failure> {
    names.iter().map(|name| Ok(local.actor().principal(name)?)).collect()
}

/// What people call somebody.
pub(super) fn called(principal: &Principal) -> String {
    one_line(&shown(principal).unwrap_or_else(|| "you".to_owned()))
}

/// When somebody is busy; or why nobody says.
pub(super) fn told(called: &str, answer: BusyAnswer) -> Result<Vec<BusyTime>, String> {
    match answer {
        BusyAnswer::Told(busy) => Ok(busy),
        BusyAnswer::NoUser | BusyAnswer::NoRight => Err(format!("you may not know when {called} is busy")),
        BusyAnswer::TooMuch => Err(format!("{called} is busy too often to tell: ask for fewer days")),
    }
}

impl Freebusy {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let zone = &local.home.zone;
        let people = named(local, &self.people)?;
        let from = self.from.unwrap_or(When::Day(local.today())).at(zone);
        let hours = self.hours.unwrap_or(local.config.working.hours);
        let days = hours.of_days(zone, from, self.days);
        let to = days.last().map_or(from, |(_, day)| day.to);
        let range = Range { from, to };
        let ids: Vec<_> = people.iter().map(|one| one.id).collect();
        let busy = local.actor().busy_of_each(&ids, range)?;
        let mut asked = Vec::new();
        for (principal, answer) in people.iter().zip(busy) {
            let called = called(principal);
            let busy = told(&called, answer).inspect_err(|why| tell(why));
            asked.push(Asked {
                called,
                address: principal.profile.addresses.first().map(|(address, _)| address.to_string()),
                busy: busy.ok().map(|busy| BusyTime::merged(&busy)),
            });
        }
        if self.json {
            let mut programs = Programs::new();
            asked.iter().try_for_each(|one| programs.line(&one.line(range)))?;
            programs.finish()?;
        } else {
            let mut people = People::new();
            let grid = Grid::new(hours, &asked, people.terminal);
            let dates: Vec<Date> = days.iter().map(|(date, _)| *date).collect();
            grid.show(&mut people, local, &dates, &asked)?;
            people.finish()?;
        }
        Ok(if asked.iter().all(|one| one.busy.is_some()) { Exit::Done } else { Exit::Told })
    }
}

impl Asked {
    fn line(&self, range: Range) -> Line<'_> {
        let time = |time: &BusyTime| Time {
            start_utc: utc(time.from),
            end_utc: utc(time.to),
            busy: match time.busy {
                Busy::Tentative => "tentative",
                Busy::Unavailable => "unavailable",
                Busy::Busy => "busy",
            },
        };
        Line {
            name: &self.called,
            address: self
                .address
                .as_deref()
                .map(|address| address.strip_prefix("mailto:").unwrap_or(address)),
            from_utc: utc(range.from),
            to_utc: utc(range.to),
            busy: self.busy.as_ref().map(|busy| busy.iter().map(time).collect()),
        }
    }
}

/// How hours share a terminal's width.
struct Grid {
    hours: Between,
    /// Seconds that a column stands for.
    step: i64,
    /// Columns of names.
    names: usize,
    terminal: Terminal,
}

/// Blanks before each line, and behind names.
const GAP: usize = 2;
/// Columns of an hour's number.
const LABEL: i64 = 2;
/// Seconds that a column may stand for, the finest first.
const STEPS: [i64; 6] = [900, 1_800, 3_600, 7_200, 14_400, 28_800];

impl Grid {
    fn new(hours: Between, asked: &[Asked], terminal: Terminal) -> Self {
        let names = asked.iter().map(|one| width(&one.called)).max().unwrap_or_default();
        let names = names.min(terminal.width / 3);
        let room = terminal.width.saturating_sub(names + 2 * GAP);
        let fits = |step: &&i64| usize::try_from(columns(hours, **step)).is_ok_and(|columns| columns <= room);
        Self { hours, step: STEPS.iter().find(fits).copied().unwrap_or(SECONDS_PER_DAY), names, terminal }
    }

    fn show(
        &self,
        people: &mut People,
        local: &Local,
        dates: &[Date],
        asked: &[Asked],
    ) -> Result<(), Failure> {
        let (caption, legend) = (format!("Times in {}", local.home.name), self.legend());
        let fits = width(&caption) + GAP + width(&legend) <= self.terminal.width;
        writeln!(people, "{DIM}{caption}{}{legend}{DIM:#}", if fits { "; " } else { "\n" })?;
        for date in dates {
            let heading = table::day(*date, Some(local.today()), self.terminal.width);
            writeln!(people, "\n{BOLD}{heading}{BOLD:#}")?;
            writeln!(people, "{:indent$}{DIM}{}{DIM:#}", "", self.scale(), indent = self.names + 2 * GAP)?;
            for one in asked {
                let name = cut(&one.called, self.names, self.terminal);
                let blanks = self.names.saturating_sub(width(&name)) + GAP;
                let cells = one.busy.as_ref().map_or_else(
                    || painted(DIM, "not told"),
                    |busy| self.drawn(&self.cells(local, *date, busy)),
                );
                writeln!(people, "{:GAP$}{name}{:blanks$}{cells}", "", "")?;
            }
        }
        Ok(())
    }

    /// The sign of a column, and its style.
    const fn sign(&self, busy: Option<Busy>) -> (&'static str, Style) {
        match busy {
            None => (self.terminal.sign("·", "."), DIM),
            Some(Busy::Tentative) => (self.terminal.sign("▒", "?"), YELLOW),
            Some(Busy::Unavailable) => (self.terminal.sign("▓", "x"), CYAN),
            Some(Busy::Busy) => (self.terminal.sign("█", "#"), CYAN),
        }
    }

    fn legend(&self) -> String {
        let of =
            [(Some(Busy::Busy), "busy"), (Some(Busy::Tentative), "maybe"), (Some(Busy::Unavailable), "away")];
        let of = of.into_iter().chain([(None, "free")]);
        let signs: Vec<String> = of.map(|(busy, word)| format!("{} {word}", self.sign(busy).0)).collect();
        signs.join("  ")
    }

    /// Hours above their columns, each so many, so that there is room between them.
    fn scale(&self) -> String {
        let has_room = |hours: &i64| hours * 3_600 / self.step > LABEL;
        let every = [1, 2, 3, 4, 6, 12].into_iter().find(has_room).unwrap_or(24) * 3_600;
        let mut scale = String::new();
        for column in 0..columns(self.hours, self.step) {
            let at = self.hours.from + column * self.step;
            let place = usize::try_from(column).unwrap_or(usize::MAX);
            if at % every == 0 {
                scale.push_str(&" ".repeat(place.saturating_sub(scale.len())));
                scale.push_str(&(at / 3_600 % 24).to_string());
            }
        }
        scale
    }

    /// What each column of a day is: the busiest of what there is in it.
    fn cells(&self, local: &Local, date: Date, busy: &[BusyTime]) -> Vec<Option<Busy>> {
        let at = |seconds: i64| {
            let wall = date.midnight().plus_seconds(seconds.min(self.hours.to));
            wall.map_or(Timestamp::MAX, |wall| local.home.zone.to_timestamp(wall))
        };
        let cell = |column: i64| {
            let from = self.hours.from + column * self.step;
            let (from, to) = (at(from), at(from + self.step));
            busy.iter().filter(|time| time.from < to && from < time.to).map(|time| time.busy).max()
        };
        (0..columns(self.hours, self.step)).map(cell).collect()
    }

    fn drawn(&self, cells: &[Option<Busy>]) -> String {
        let run = |run: &[Option<Busy>]| {
            let (sign, style) = self.sign(run.first().copied().flatten());
            painted(style, &sign.repeat(run.len()))
        };
        cells.chunk_by(|one, other| one == other).map(run).collect()
    }
}

/// How many columns hours take; the last may be cut short.
const fn columns(hours: Between, step: i64) -> i64 {
    (hours.to - hours.from + step - 1) / step
}
