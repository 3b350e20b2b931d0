//! Listings for people: groups under headings, and in each line when, what, where, and how a command calls
//! it.
//!
//! Columns share the terminal's width. Where it is narrow, places and other zones stand under the summary.

use std::io::{self, Write};

use anstyle::{Effects, Style};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use ical::civil::Date;
use unicode_width::UnicodeWidthStr;

use crate::output::{BOLD, CYAN, DIM, People, RED};
use crate::spoken;
use crate::terminal::{Terminal, is_from_the_right};

const CANCELLED: Style = Style::new().effects(Effects::STRIKETHROUGH.insert(Effects::DIMMED));

/// From this width on places stand beside the summary, not under it.
pub(crate) const WIDE: usize = 72;

/// From this width on so do times of other zones, and reasons.
const VERY_WIDE: usize = 100;

/// Blanks before each line, and between columns.
const INDENT: usize = 2;

/// A line of a listing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) when: String,
    /// Is it late?
    pub(crate) is_late: bool,
    /// Is it cancelled?
    pub(crate) is_struck: bool,
    /// A mark before the summary, with its blank.
    pub(crate) before: String,
    pub(crate) summary: String,
    /// What stands dim after the summary, with its blank.
    pub(crate) after: String,
    pub(crate) location: Option<String>,
    /// The times in another zone, or why it is so: beneath, where the terminal is not very wide.
    pub(crate) elsewhere: Option<String>,
    pub(crate) handle: Option<String>,
}

/// Lines under a heading.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) heading: String,
    pub(crate) rows: Vec<Row>,
}

/// `Today, Monday, 23 March 2026`; shorter where it must be.
pub(crate) fn day(date: Date, today: Option<Date>, width: usize) -> String {
    let is_today = if today == Some(date) { "Today, " } else { "" };
    let long = spoken::long_day(date);
    match long.len() {
        length if length + is_today.len() <= width => format!("{is_today}{long}"),
        length if length <= width => long,
        _ => format!("{} {date}", &spoken::weekday(date.weekday())[..3]),
    }
}

/// Shows groups, and above them what holds for all; where there are none, the words for that.
pub(crate) fn show(people: &mut People, caption: &str, groups: &[Group], nothing: &str) -> io::Result<()> {
    let terminal = people.terminal;
    let rows: Vec<&Row> = groups.iter().flat_map(|group| &group.rows).collect();
    if rows.is_empty() {
        return writeln!(people, "{DIM}{nothing}{DIM:#}");
    }
    let columns = Columns::new(&rows, terminal);
    if !caption.is_empty() {
        let lines =
            if caption.width() > terminal.width { caption.replace(", ", ",\n") } else { caption.to_owned() };
        writeln!(people, "{DIM}{lines}{DIM:#}")?;
    }
    for (number, group) in groups.iter().filter(|group| !group.rows.is_empty()).enumerate() {
        if number > 0 || !caption.is_empty() {
            writeln!(people)?;
        }
        writeln!(people, "{BOLD}{}{BOLD:#}", group.heading)?;
        for line in columns.table(&group.rows, terminal).lines() {
            writeln!(people, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

/// Shows what is known of one thing: names dim, beside them what they say, in as many lines as it takes.
pub(crate) fn show_pairs(people: &mut People, pairs: &[(&str, String)]) -> io::Result<()> {
    let names = pairs.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let room = people.terminal.width.saturating_sub(INDENT + names + INDENT).max(8);
    let mut table = bare(people.terminal);
    table.add_rows(pairs.iter().map(|(name, value)| [format!("{DIM}{name}{DIM:#}"), value.clone()]));
    fix(&mut table, [names, room]);
    set_apart(&mut table, people.terminal, pairs.iter().map(|(_, value)| value.as_str()));
    for line in table.lines() {
        writeln!(people, "{}", line.trim_end())?;
    }
    Ok(())
}

fn bare(terminal: Terminal) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        // The marks of `set_apart` are counted, and take no column.
        .set_width(small(terminal.width + INDENT + 8));
    table
}

/// Gives the columns these widths, each behind its indent.
fn fix(table: &mut Table, widths: impl IntoIterator<Item = usize>) {
    for (column, width) in table.column_iter_mut().zip(widths) {
        column.set_padding((small(INDENT), 0));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(small(width + INDENT))));
    }
}

/// Letters that run from the right would take neighbouring columns into their own order: a mark of direction
/// stands between columns then (UAX #9, LRM).
fn set_apart<'t>(table: &mut Table, terminal: Terminal, mut texts: impl Iterator<Item = &'t str>) {
    if terminal.is_unicode && texts.any(|text| text.chars().any(is_from_the_right)) {
        table.style_mut().content_lines.junction = Some('\u{200e}');
    }
}

/// A text in its style; nothing where there is none.
pub(crate) fn painted(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

fn small(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// How the columns share the terminal's width; 0 for those that have nothing, or stand under the summary.
#[derive(Clone, Copy)]
struct Columns {
    when: usize,
    summary: usize,
    location: usize,
    elsewhere: usize,
    handle: usize,
}

impl Columns {
    fn new(rows: &[&Row], terminal: Terminal) -> Self {
        let widest =
            |width: &dyn Fn(&Row) -> usize| rows.iter().map(|row| width(row)).max().unwrap_or_default();
        let of = |text: &Option<String>| text.as_deref().map_or(0, UnicodeWidthStr::width);
        let when = widest(&|row| row.when.width());
        let room = terminal.width.saturating_sub(if when == 0 { 0 } else { INDENT + when });
        if terminal.width < WIDE {
            let summary = room.saturating_sub(INDENT).max(8);
            return Self { when, summary, location: 0, elsewhere: 0, handle: 0 };
        }
        // A column and the gap before it, where there is anything to put into it.
        let column =
            |width: usize, room: usize| if width == 0 { 0 } else { width.min(room.saturating_sub(INDENT)) };
        let less =
            |room: usize, column: usize| room.saturating_sub(column + INDENT * usize::from(column > 0));
        let handle = column(widest(&|row| of(&row.handle)), room / 3);
        let room = less(room, handle);
        let other_zones = if terminal.width < VERY_WIDE { 0 } else { widest(&|row| of(&row.elsewhere)) };
        let elsewhere = column(other_zones, room / 3);
        let room = less(room, elsewhere);
        let places = widest(&|row| of(&row.location));
        // Places get two fifths of it, or less where they are shorter.
        let beside = if places == 0 { 0 } else { places + INDENT };
        let most = (room * 3 / 5).max(room.saturating_sub(beside));
        let summary = column(widest(&|row| row.what().width()), most).max(8);
        let location = column(places, room.saturating_sub(summary + INDENT));
        Self { when, summary, location, elsewhere, handle }
    }

    fn widths(self) -> [usize; 5] {
        [self.when, self.summary, self.location, self.elsewhere, self.handle]
    }

    fn table(self, rows: &[Row], terminal: Terminal) -> Table {
        let mut table = bare(terminal);
        table.add_rows(rows.iter().map(|row| self.cells(row)));
        fix(&mut table, self.widths().into_iter().filter(|width| *width > 0));
        let texts = rows.iter().flat_map(|row| [Some(&row.summary), row.location.as_ref()]);
        set_apart(&mut table, terminal, texts.flatten().map(String::as_str));
        table
    }

    fn cells(self, row: &Row) -> Vec<String> {
        let dim = |text: &Option<String>| painted(DIM, text.as_deref().unwrap_or_default());
        let (location, elsewhere, handle) = (dim(&row.location), dim(&row.elsewhere), dim(&row.handle));
        let style = if row.is_struck { CANCELLED } else { Style::new() };
        let (summary, after) = (painted(style, &row.summary), painted(DIM, &row.after));
        let mut what = format!("{}{summary}{after}", row.before);
        if self.handle == 0 && !handle.is_empty() {
            what.push(' ');
            what.push_str(&handle);
        }
        for (text, width) in [(&location, self.location), (&elsewhere, self.elsewhere)] {
            if width == 0 && !text.is_empty() {
                what.push('\n');
                what.push_str(text);
            }
        }
        let when = painted(if row.is_late { RED } else { CYAN }, &row.when);
        let cells = [when, what, location, elsewhere, handle].into_iter().zip(self.widths());
        cells.filter(|(_, width)| *width > 0).map(|(text, _)| text).collect()
    }
}

impl Row {
    /// The summary with its marks, as it is measured.
    fn what(&self) -> String {
        format!("{}{}{}", self.before, self.summary, self.after)
    }
}
