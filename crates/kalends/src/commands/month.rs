//! `kalends month`: a month as a grid, and what is on.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::str::FromStr;

use anstyle::{Effects, Style};
use ical::civil::{Date, Weekday, days_in_month};
use ical::recurrence::Range;
use service::Answer;

use crate::days::{Days, Standing};
use crate::exit::{Exit, Failure};
use crate::filter::Filter;
use crate::listing::{self, Listing};
use crate::local::Local;
use crate::output::{BOLD, CYAN, DIM, People};
use crate::spoken;
use crate::table::{WIDE, painted};
use crate::terminal::{self, Terminal};
use crate::when::When;

/// A month at a glance: the days that have something, and what
#[derive(clap::Args)]
#[command(after_help = "Example: kalends month 2026-03")]
pub(crate) struct Month {
    /// The month, as 2026-03 or a day of it; this one where none is named
    #[arg(value_name = "T")]
    of: Option<DayOf>,
    #[command(flatten)]
    filter: Filter,
    /// One JSON object an occurrence (docs/schemas/occurrence.json)
    #[arg(long)]
    json: bool,
}

/// A day of the month that is meant.
#[derive(Clone, Copy)]
struct DayOf(When);

impl FromStr for DayOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().or_else(|error| format!("{text}-01").parse().map_err(|_| error)).map(Self)
    }
}

/// Columns of a day in the grid: `[23]•`.
const CELL: usize = 5;

const TODAY: Style = Style::new().effects(Effects::BOLD.insert(Effects::INVERT));

impl Month {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let zone = &local.home.zone;
        let today = local.today();
        let wall = self.of.and_then(|DayOf(when)| zone.to_wall(when.at(zone)));
        let day = wall.map_or(today, |wall| wall.date);
        let days = i32::from(days_in_month(day.year(), day.month()));
        let first = day.plus_days(1 - i32::from(day.day())).unwrap_or(day);
        let from = zone.to_timestamp(first.midnight());
        let range = Range { from, to: local.days_after(from, days.unsigned_abs()) };
        let mut listing = Listing::of(local)?;
        let question = self.filter.question(&listing.look, range, zone)?;
        let Answer { entries, cut } = listing.look.agenda(&question)?;
        let shown = listing.shown(&entries)?;
        drop(listing);
        if self.json {
            listing::lines(&entries, &shown, &cut)?;
        } else {
            let days = Days::new(local.home.clone(), range, Terminal::detect());
            let mut days = days.with_clock(local.config.hours);
            shown.iter().try_for_each(|shown| days.put(shown))?;
            let mut people = People::new();
            show(&mut people, first, today, local.config.week_start, &days)?;
            people.finish()?;
        }
        let exit = listing::tell_cut(local, &cut, "the rest is not shown");
        local.keep_up();
        Ok(exit)
    }
}

/// The grid, and beside it what is on, or under it where the terminal is narrow.
fn show(people: &mut People, first: Date, today: Date, week_start: Weekday, days: &Days) -> io::Result<()> {
    let terminal = people.terminal;
    let grid = grid(first, today, week_start, days, terminal);
    let width = 7 * CELL;
    let room = if terminal.width < WIDE { terminal.width } else { terminal.width - width - 3 };
    let list = list(days, room, terminal);
    if terminal.width < WIDE {
        for line in &grid {
            writeln!(people, "{}", line.trim_end())?;
        }
        if !list.is_empty() {
            writeln!(people)?;
        }
        return list.iter().try_for_each(|line| writeln!(people, "{line}"));
    }
    // The first line of the list stands beside the weekdays' names.
    let empty = " ".repeat(width);
    for row in 0..grid.len().max(list.len() + 1) {
        let left = grid.get(row).unwrap_or(&empty);
        match row.checked_sub(1).and_then(|row| list.get(row)) {
            Some(right) => writeln!(people, "{left}   {right}")?,
            None => writeln!(people, "{}", left.trim_end())?,
        }
    }
    Ok(())
}

/// The month's name, the weekdays, and a line for each week; all lines but the first as wide as seven cells.
fn grid(first: Date, today: Date, week_start: Weekday, days: &Days, terminal: Terminal) -> Vec<String> {
    let busy: BTreeSet<Date> = days
        .in_order()
        .filter(|(_, entries)| entries.iter().any(|entry| entry.standing != Standing::Cancelled))
        .map(|(date, _)| date)
        .collect();
    let title = format!("{} {}", spoken::month(first), first.year());
    let before = (7 * CELL).saturating_sub(title.len()) / 2;
    let after = 7 * CELL - before - title.len();
    let mut lines = vec![format!("{}{BOLD}{title}{BOLD:#}{}", " ".repeat(before), " ".repeat(after))];
    let start = Weekday::ALL.iter().position(|day| *day == week_start).unwrap_or(0);
    let names = Weekday::ALL.iter().cycle().skip(start).take(7);
    let names: String = names.map(|day| format!(" {}  ", &spoken::weekday(*day)[..2])).collect();
    lines.push(format!("{DIM}{}{DIM:#}  ", names.trim_end()));
    let offset = first.weekday().days_since(week_start) as usize;
    let mut week = " ".repeat(CELL * offset);
    let mut filled = offset;
    for number in 0..days_in_month(first.year(), first.month()) {
        let Some(date) = first.plus_days(number.into()) else { break };
        let mark = match busy.contains(&date) {
            true => format!("{CYAN}{}{CYAN:#}", terminal.sign("•", "*")),
            false => " ".to_owned(),
        };
        let cell = match date == today {
            true => format!("{TODAY}[{:2}]{TODAY:#}", date.day()),
            false => format!(" {:2} ", date.day()),
        };
        week.push_str(&format!("{cell}{mark}"));
        filled += 1;
        if filled == 7 {
            lines.push(std::mem::take(&mut week));
            filled = 0;
        }
    }
    if filled > 0 {
        week.push_str(&" ".repeat(CELL * (7 - filled)));
        lines.push(week);
    }
    lines
}

/// What is on, each once, on its first day in the month: a line for each, cut to the room that there is.
fn list(days: &Days, room: usize, terminal: Terminal) -> Vec<String> {
    /// From this room on there is some for handles.
    const HANDLES: usize = 60;
    let dash = terminal.sign("–", "-");
    let entries = || days.in_order().flat_map(|(_, entries)| entries);
    // The day, the hours, and the gaps after them.
    let wide = entries().map(|entry| terminal::width(&days.hours_of(entry))).max().unwrap_or(0).max(8);
    let used = 6 + 2 + wide + 2;
    let widest = entries().filter_map(|entry| entry.handle.as_deref()).map(terminal::width).max();
    let handles = widest.filter(|_| room >= HANDLES).map_or(0, |width| width + 2);
    let mut lines = Vec::new();
    for (date, entries) in days.in_order() {
        let starting = entries.into_iter().filter(|entry| entry.days.0 == date);
        for (number, entry) in starting.enumerate() {
            let day = match number {
                0 => format!("{} {:2}", &spoken::weekday(date.weekday())[..3], date.day()),
                _ => " ".repeat(6),
            };
            let last = entry.days.1;
            let hours = match last == date {
                true => days.hours_of(entry),
                false => format!("{dash}{} {}", &spoken::weekday(last.weekday())[..3], last.day()),
            };
            let (before, after) = entry.marks(terminal);
            let what = format!("{before}{}", entry.summary);
            let left = room.saturating_sub(used + handles + terminal::width(&after));
            let what = terminal::cut(&what, left, terminal);
            let (day, hours) = (painted(DIM, &day), painted(CYAN, &format!("{hours:<wide$}")));
            let mut line = format!("{day}  {hours}  {what}{}", painted(DIM, &after));
            if let Some(handle) = entry.handle.as_deref().filter(|_| handles > 0) {
                line.push_str(&" ".repeat(left.saturating_sub(terminal::width(&what)) + 2));
                line.push_str(&painted(DIM, handle));
            }
            lines.push(line);
        }
    }
    lines
}
