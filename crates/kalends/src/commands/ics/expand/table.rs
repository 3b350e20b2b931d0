//! Days as a table: a heading for each day, below it times, what, and where.

use std::io::{self, Write};

use anstyle::{Effects, Style};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use ical::civil::{Date, Time};
use unicode_width::UnicodeWidthStr;

use super::days::{Days, Entry, Hours, Standing};
use crate::output::{BOLD, CYAN, DIM, People};
use crate::terminal::Terminal;

const CANCELLED: Style = Style::new().effects(Effects::STRIKETHROUGH.insert(Effects::DIMMED));

/// From this width on places stand beside the summary, not under it.
const WIDE: usize = 72;

/// From this width on so do times of other zones.
const VERY_WIDE: usize = 100;

/// Blanks before each line, and between columns.
const INDENT: usize = 2;

/// How the columns share the terminal's width.
#[derive(Clone, Copy)]
struct Columns {
    hours: usize,
    summary: usize,
    /// 0 where no place is known, or it stands under the summary.
    location: usize,
    /// 0 where nothing is in another zone, or it stands under the summary.
    elsewhere: usize,
}

/// Shows all days, and first in which zone their times are.
pub(super) fn show(people: &mut People, days: &Days) -> io::Result<()> {
    let terminal = people.terminal;
    let entries: Vec<&Entry> = days.in_order().flat_map(|(_, entries)| entries).collect();
    if entries.is_empty() {
        return writeln!(people, "{DIM}Nothing in this range.{DIM:#}");
    }
    let columns = Columns::new(&entries, terminal);
    writeln!(people, "{DIM}Times in {}{DIM:#}", days.home.name)?;
    for (date, entries) in days.in_order() {
        writeln!(people, "\n{BOLD}{}{BOLD:#}", heading(date, terminal.width))?;
        for line in columns.table(&entries, terminal).lines() {
            writeln!(people, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

/// `Monday, 23 March 2026`; shorter where it must be.
fn heading(date: Date, width: usize) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let day = DAYS[date.weekday() as usize];
    let month = MONTHS[usize::from(date.month() - 1)];
    let long = format!("{day}, {} {month} {}", date.day(), date.year());
    if long.len() <= width { long } else { format!("{} {date}", &day[..3]) }
}

impl Columns {
    fn new(entries: &[&Entry], terminal: Terminal) -> Self {
        let widest = |text: &dyn Fn(&Entry) -> String| {
            entries.iter().map(|entry| text(entry).width()).max().unwrap_or(0)
        };
        let hours = widest(&|entry| hours(entry.hours, terminal));
        let room = terminal.width.saturating_sub(INDENT + hours);
        if terminal.width < WIDE {
            return Self { hours, summary: room.saturating_sub(INDENT).max(8), location: 0, elsewhere: 0 };
        }
        // A column and the gap before it, where there is anything to put into it.
        let column =
            |width: usize, room: usize| if width == 0 { 0 } else { width.min(room.saturating_sub(INDENT)) };
        let other_zones =
            if terminal.width < VERY_WIDE { 0 } else { widest(&|entry| elsewhere(entry, terminal)) };
        let elsewhere = column(other_zones, room / 3);
        let room = room.saturating_sub(elsewhere + INDENT * usize::from(elsewhere > 0));
        let places = widest(&|entry| entry.location.clone().unwrap_or_default());
        let most = if places == 0 { room } else { room * 3 / 5 };
        let summary = column(widest(&|entry| what(entry, terminal)), most).max(8);
        let location = column(places, room.saturating_sub(summary + INDENT));
        Self { hours, summary, location, elsewhere }
    }

    fn widths(self) -> impl Iterator<Item = usize> {
        [self.hours, self.summary, self.location, self.elsewhere].into_iter().filter(|width| *width > 0)
    }

    fn table(self, entries: &[&Entry], terminal: Terminal) -> Table {
        let columns = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(columns(terminal.width + INDENT))
            .add_rows(entries.iter().map(|entry| self.cells(entry, terminal)));
        for (column, width) in table.column_iter_mut().zip(self.widths()) {
            column.set_padding((columns(INDENT), 0));
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(columns(width + INDENT))));
        }
        table
    }

    fn cells(self, entry: &Entry, terminal: Terminal) -> Vec<String> {
        let dim = |text: String| if text.is_empty() { text } else { format!("{DIM}{text}{DIM:#}") };
        let style = if entry.standing == Standing::Cancelled { CANCELLED } else { Style::new() };
        let location = dim(entry.location.clone().unwrap_or_default());
        let elsewhere = dim(elsewhere(entry, terminal));
        let mut what = styled(entry, style, terminal);
        let mut below = |text: &str| {
            if !text.is_empty() {
                what.push('\n');
                what.push_str(text);
            }
        };
        if self.location == 0 {
            below(&location);
        }
        if self.elsewhere == 0 {
            below(&elsewhere);
        }
        let hours = format!("{CYAN}{}{CYAN:#}", hours(entry.hours, terminal));
        let cells = [
            (hours, self.hours),
            (what, self.summary),
            (location, self.location),
            (elsewhere, self.elsewhere),
        ];
        cells.into_iter().filter(|(_, width)| *width > 0).map(|(text, _)| text).collect()
    }
}

/// `08:00–12:00`
fn hours(hours: Hours, terminal: Terminal) -> String {
    let dash = terminal.sign("–", "-");
    match hours {
        Hours::All => "all day".to_owned(),
        Hours::Until(end) => format!("     {dash}{}", clock(end)),
        Hours::From(start) => format!("{}{dash}", clock(start)),
        Hours::At(start) => clock(start),
        Hours::Due(due) => format!("due {}", clock(due)),
        Hours::Between(start, end) => format!("{}{dash}{}", clock(start), clock(end)),
    }
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `10:00–10:45 New York`
fn elsewhere(entry: &Entry, terminal: Terminal) -> String {
    let dash = terminal.sign("–", "-");
    match &entry.elsewhere {
        Some((start, end, name)) if start == end => format!("{} {name}", clock(*start)),
        Some((start, end, name)) => format!("{}{dash}{} {name}", clock(*start), clock(*end)),
        None => String::new(),
    }
}

/// The summary with its marks, as it is measured.
fn what(entry: &Entry, terminal: Terminal) -> String {
    let (before, after) = marks(entry, terminal);
    format!("{before}{}{after}", entry.summary)
}

/// The summary with its marks, as it is shown.
fn styled(entry: &Entry, style: Style, terminal: Terminal) -> String {
    let (before, after) = marks(entry, terminal);
    format!("{before}{style}{}{style:#}{DIM}{after}{DIM:#}", entry.summary)
}

/// What stands before and after a summary.
fn marks(entry: &Entry, terminal: Terminal) -> (&'static str, String) {
    let before = match entry.todo {
        Some(true) => terminal.sign("☑ ", "[x] "),
        Some(false) => terminal.sign("☐ ", "[ ] "),
        None => "",
    };
    let mut after = String::new();
    match entry.standing {
        Standing::Plain => {}
        Standing::Tentative => after.push_str(" (tentative)"),
        Standing::Cancelled => after.push_str(" (cancelled)"),
    }
    if entry.recurs {
        after.push_str(terminal.sign(" ↻", " (r)"));
    }
    (before, after)
}
