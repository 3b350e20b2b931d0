//! My week: what is on, day by day, in the order in which it begins.

use std::collections::HashMap;

use askama::Template;
use http::StatusCode;
use ical::civil::{Date, DateTime, Timestamp, Weekday};
use ical::recurrence::Range;
use ical::value::DateOrTime;
use ical::zone::Zone;
use service::{Answer as Agenda, Calendar, CalendarId, Entry, Look, Question};

use super::form::Form;
use super::frame::{Frame, Here};
use super::{Visit, shown, sign_in};
use crate::caldav::answer::Answer;
use crate::caldav::error::Fault;

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
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
/// Calendars that have no colour of their own are told apart by these, in turn.
const COLORS: [&str; 6] = ["#c2703d", "#3f7d8c", "#7a8f3c", "#8a5a9e", "#c9a227", "#5b6f9e"];
/// So much of a day is shown.
const MOST: usize = 100;

/// The page of a week.
#[derive(Debug, Template)]
#[template(path = "week.html")]
struct Page {
    frame: Frame,
    /// `23 – 29 November 2026`
    title: String,
    zone: String,
    /// First days of the weeks around it, where the calendar has them.
    before: Option<Date>,
    after: Option<Date>,
    has_today: bool,
    days: Vec<Day>,
    calendars: Vec<Named>,
    /// Some series have more here than is told.
    is_cut: bool,
}

/// A day of it.
#[derive(Debug, PartialEq, Eq)]
struct Day {
    name: &'static str,
    number: u8,
    month: &'static str,
    date: Date,
    is_today: bool,
    lines: Vec<Line>,
    /// So much is left out.
    more: usize,
}

/// What is on, on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    when: String,
    title: String,
    place: String,
    calendar: String,
    color: String,
    is_cancelled: bool,
}

/// A calendar and its colour.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    name: String,
    color: String,
}

/// The week that is asked for, or the one that it is.
pub(super) fn answer(visit: &Visit<'_>) -> Result<Answer, Fault> {
    let Some(known) = visit.known()? else { return sign_in::form(visit, StatusCode::OK, "", "") };
    let look = known.actor.look()?;
    let zone = zone_of(&look, &visit.options.zone);
    let today = zone.to_wall(known.actor.now()).map_or(Date::MIN, |wall| wall.date);
    let asked = Form::read(visit.asked.head.uri.query().unwrap_or_default().as_bytes());
    let first = first_of(date(asked.field("week")).unwrap_or(today), visit.options.week_start);
    let after = first.plus_days(7);
    let range = Range {
        from: zone.to_timestamp(first.midnight()),
        to: after.map_or(Timestamp::MAX, |after| zone.to_timestamp(after.midnight())),
    };
    let Agenda { entries, cut } = look.agenda(&Question::of(range, zone.clone()))?;
    let named: Vec<Named> = look.calendars().iter().zip(COLORS.iter().cycle()).map(named).collect();
    let ids = look.calendars().iter().map(|one| one.id);
    let calendars: HashMap<CalendarId, Named> = ids.zip(named.iter().cloned()).collect();
    let days: Vec<Day> = (0..7)
        .filter_map(|day| first.plus_days(day))
        .map(|date| day(date, today, &zone, &entries, &calendars))
        .collect();
    let page = Page {
        frame: Frame::of(known.person, Here::Week),
        title: title(first, first.plus_days(6).unwrap_or(Date::MAX)),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        before: first.plus_days(-7),
        after,
        has_today: days.iter().any(|day| day.is_today),
        days,
        calendars: named,
        is_cut: !cut.is_empty(),
    };
    shown(StatusCode::OK, &page)
}

/// The zone of a person's days: that of the first of their calendars that has one.
fn zone_of(look: &Look<'_>, other: &Zone) -> Zone {
    let names = look.calendars().iter().filter_map(|calendar| calendar.settings.zone.as_deref());
    names.filter_map(Zone::iana).next().unwrap_or_else(|| other.clone())
}

/// A day as addresses have it: `2026-11-23`.
fn date(text: &str) -> Option<Date> {
    match DateOrTime::parse(text.replace('-', "").as_bytes()) {
        Ok(DateOrTime::Date(date)) => Some(date),
        _ => None,
    }
}

/// The first day of the week that a day is in.
fn first_of(date: Date, start: Weekday) -> Date {
    let since = i32::try_from(date.weekday().days_since(start)).unwrap_or(0);
    date.plus_days(-since).unwrap_or(Date::MIN)
}

fn month(date: Date) -> &'static str {
    MONTHS.get(usize::from(date.month()).saturating_sub(1)).copied().unwrap_or_default()
}

/// `23 – 29 November 2026`, and as much more as it takes to say which days these are.
fn title(first: Date, last: Date) -> String {
    let end = format!("{} {} {}", last.day(), month(last), last.year());
    match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) => format!("{} – {end}", first.day()),
        (true, false) => format!("{} {} – {end}", first.day(), month(first)),
        (false, _) => format!("{} {} {} – {end}", first.day(), month(first), first.year()),
    }
}

/// A calendar's name and its colour, if that is one that a drawing can have; else another.
fn named((calendar, other): (&Calendar, &&str)) -> Named {
    let is_color = |color: &&String| {
        color.len() >= 7
            && color.starts_with('#')
            && color.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit())
    };
    let color = calendar.settings.color.as_ref().filter(is_color);
    // Some write how opaque it is behind it.
    let color = color.and_then(|color| color.get(..7)).unwrap_or(other);
    Named { name: calendar.settings.name.clone(), color: color.to_owned() }
}

/// What is on, on one day.
fn day(
    date: Date,
    today: Date,
    zone: &Zone,
    entries: &[Entry],
    calendars: &HashMap<CalendarId, Named>,
) -> Day {
    let range = Range {
        from: zone.to_timestamp(date.midnight()),
        to: date.plus_days(1).map_or(Timestamp::MAX, |next| zone.to_timestamp(next.midnight())),
    };
    let is_on = |entry: &&Entry| match entry.start_at == entry.end_at {
        true => range.from <= entry.start_at && entry.start_at < range.to,
        false => entry.start_at < range.to && range.from < entry.end_at,
    };
    // Whole days first, as they stand at the top of a calendar on paper.
    let (whole, timed): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().filter(is_on).partition(|entry| fills(entry, range));
    let count = whole.len() + timed.len();
    let lines = whole.into_iter().chain(timed).take(MOST).map(|entry| line(entry, range, zone, calendars));
    Day {
        name: DAYS.get(date.weekday() as usize).copied().unwrap_or_default(),
        number: date.day(),
        month: month(date),
        date,
        is_today: date == today,
        lines: lines.collect(),
        more: count.saturating_sub(MOST),
    }
}

/// Is it on all day?
fn fills(entry: &Entry, day: Range) -> bool {
    matches!(entry.start, DateOrTime::Date(_)) || (entry.start_at <= day.from && day.to <= entry.end_at)
}

fn line(entry: &Entry, day: Range, zone: &Zone, calendars: &HashMap<CalendarId, Named>) -> Line {
    let calendar = calendars.get(&entry.object.calendar);
    Line {
        when: when(entry, day, zone),
        title: entry.summary.clone().unwrap_or_else(|| "Without a title".to_owned()),
        place: entry.location.clone().unwrap_or_default(),
        calendar: calendar.map_or_else(String::new, |one| one.name.clone()),
        color: calendar.map_or_else(String::new, |one| one.color.clone()),
        is_cancelled: entry.status.as_deref() == Some("CANCELLED"),
    }
}

/// When it is on, on one day: `09:00 – 09:30`, `until 10:00`, `all day`.
fn when(entry: &Entry, day: Range, zone: &Zone) -> String {
    let hour = |at: Timestamp| zone.to_wall(at).map_or_else(String::new, clock);
    let begins = day.from <= entry.start_at;
    let ends = entry.end_at <= day.to;
    let (start, end) = (hour(entry.start_at), hour(entry.end_at));
    match (begins, ends) {
        _ if entry.is_due && matches!(entry.start, DateOrTime::Date(_)) => "due".to_owned(),
        _ if entry.is_due => format!("due {start}"),
        _ if fills(entry, day) => "all day".to_owned(),
        (true, true) if entry.start_at == entry.end_at => start,
        (true, true) => format!("{start} – {end}"),
        (true, false) => format!("from {start}"),
        (false, _) => format!("until {end}"),
    }
}

fn clock(wall: DateTime) -> String {
    format!("{:02}:{:02}", wall.time.hour(), wall.time.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Date {
        date(text).unwrap()
    }

    #[test]
    fn a_week_begins_where_people_begin_it() {
        for (start, first) in [
            (Weekday::Monday, "2026-11-23"),
            (Weekday::Sunday, "2026-11-29"),
            (Weekday::Saturday, "2026-11-28"),
        ] {
            assert_eq!(first_of(on("2026-11-29"), start), on(first), "{start:?}");
        }
        assert_eq!(first_of(Date::MIN, Weekday::Monday), Date::MIN);
    }

    #[test]
    fn a_title_says_which_days() {
        for (first, last, said) in [
            ("2026-11-23", "2026-11-29", "23 – 29 November 2026"),
            ("2026-11-30", "2026-12-06", "30 November – 6 December 2026"),
            ("2026-12-28", "2027-01-03", "28 December 2026 – 3 January 2027"),
        ] {
            assert_eq!(title(on(first), on(last)), said);
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in ["", "soon", "2026-02-30", "20261123T090000Z", "2026-11-23T09:00:00"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
