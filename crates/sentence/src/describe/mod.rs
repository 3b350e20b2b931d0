//! Describing: what was understood as one line for people, and the pieces that sentences share with it.

mod recur;

use std::fmt;

use ical::civil::{Date, Time};
use ical::value::Duration;

use crate::context::Clock;
use crate::understood::{End, Moment, Note, Reminder, Span, Understood, When, Zoned};
use crate::words::{Unit, counted, listed, month_name, weekday_short};

pub(crate) use recur::last_day;
pub use recur::{describe, describe_in};

/// Years of which a date is written in words; others are read in the ISO form only.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

/// `3 March 2026`
pub(crate) fn plain_date(date: Date) -> String {
    if YEARS.contains(&date.year()) {
        format!("{} {} {}", date.day(), month_name(date.month()), date.year())
    } else {
        date.to_string()
    }
}

/// `Tue 3 March 2026`
pub(crate) fn date(date: Date) -> String {
    format!("{} {}", weekday_short(date.weekday()), plain_date(date))
}

/// `14:00` or `2:00 pm`; seconds as far as there are any.
pub(crate) fn time(time: Time, clock: Clock) -> String {
    let seconds = if time.second() == 0 { String::new() } else { format!(":{:02}", time.second()) };
    let (hour, minute) = (time.hour(), time.minute());
    match clock {
        Clock::TwentyFour => format!("{hour:02}:{minute:02}{seconds}"),
        Clock::Twelve => {
            let half = if hour < 12 { "am" } else { "pm" };
            format!("{}:{minute:02}{seconds} {half}", (hour + 11) % 12 + 1)
        }
    }
}

/// `Tue 3 March 2026 14:00`
fn wall(zoned: &Zoned, clock: Clock) -> String {
    format!("{} {}", date(zoned.wall.date), time(zoned.wall.time, clock))
}

/// `Tue 3 March 2026 14:00 (Europe/Vienna)`
pub(crate) fn zoned(zoned: &Zoned, clock: Clock) -> String {
    format!("{} ({})", wall(zoned, clock), zoned.name)
}

/// A day, or a time with its zone.
pub(crate) fn moment(moment: &Moment, clock: Clock) -> String {
    match moment {
        Moment::Day(day) => date(*day),
        Moment::Time(time) => zoned(time, clock),
    }
}

/// From one to the other, each with its day, and the zone of both once where it is the same.
pub(crate) fn from_to(start: &Zoned, end: &Zoned, clock: Clock) -> String {
    if start.name == end.name {
        format!("{} – {}", wall(start, clock), zoned(end, clock))
    } else {
        format!("{} – {}", zoned(start, clock), zoned(end, clock))
    }
}

/// `Tue 3 March 2026`, `Tue 3 March 2026 – Sat 7 March 2026`
pub(crate) fn days(first: Date, last: Date) -> String {
    if first == last { date(first) } else { format!("{} – {}", date(first), date(last)) }
}

/// The span of an event, the day of its end only where it is another one.
fn span(span: &Span, clock: Clock) -> String {
    let start = match span {
        Span::Days { first, last } => return days(*first, *last),
        Span::Times { start, .. } => start,
    };
    let end = match span {
        Span::Times { end: End::At(end), .. } => Some(end.clone()),
        Span::Times { end: End::After(length), .. } => start.after(*length),
        Span::Days { .. } => None,
    };
    match end {
        Some(end) if (end.wall.date, &end.name) == (start.wall.date, &start.name) => {
            let dash = if clock == Clock::TwentyFour { "–" } else { " – " };
            format!("{}{dash}{} ({})", wall(start, clock), time(end.wall.time, clock), end.name)
        }
        Some(end) => from_to(start, &end, clock),
        None => zoned(start, clock),
    }
}

/// `1 hour 30 minutes`, `3 days`
pub(crate) fn length(length: Duration) -> String {
    let (days, seconds) = (u64::from(length.days().unsigned_abs()), length.seconds().unsigned_abs());
    let parts = [
        (days / 7, Unit::Week),
        (days % 7, Unit::Day),
        (seconds / 3600, Unit::Hour),
        (seconds / 60 % 60, Unit::Minute),
        (seconds % 60, Unit::Second),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| counted(*n, *unit)).collect();
    if said.is_empty() { counted(0, Unit::Minute) } else { said.join(" ") }
}

/// `remind 10 minutes before`, `remind at 08:00`
pub(crate) fn reminder(reminder: Reminder, clock: Clock) -> String {
    match reminder {
        Reminder::Before(before) => format!("remind {} before", length(before)),
        Reminder::At { days: 0, time: at } => format!("remind at {}", time(at, clock)),
        Reminder::At { days, time: at } => {
            format!("remind {} before at {}", counted(u64::from(days), Unit::Day), time(at, clock))
        }
    }
}

/// Days, one after another.
pub(crate) fn dates(days: &[Date]) -> String {
    listed(&days.iter().map(|day| date(*day)).collect::<Vec<_>>(), "and")
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fold(twice) => write!(
                f,
                "the clock in {} shows {} twice on {}: the first is meant",
                twice.name,
                time(twice.wall.time, Clock::TwentyFour),
                plain_date(twice.wall.date)
            ),
            Self::Passed => f.write_str("that has passed"),
        }
    }
}

/// A day with its weekday, or a time with its zone as well, by the 24-hour clock.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&moment(self, Clock::TwentyFour))
    }
}

/// One line for people: `Dentist · Tue 3 March 2026 14:00–14:45 (Europe/Vienna) · Main St · every 6 months`.
impl fmt::Display for Understood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pieces = vec![self.summary.clone()];
        match &self.when {
            When::Event(event) => pieces.push(span(event, self.clock)),
            When::Todo { start, due } => {
                pieces.push("to-do".to_owned());
                pieces.extend(start.iter().map(|start| moment(start, self.clock)));
                pieces.extend(due.iter().map(|due| format!("due {}", moment(due, self.clock))));
            }
        }
        pieces.extend(self.location.clone());
        if let Some(rule) = &self.recur {
            let mut rule = match self.when.anchor() {
                Some(Moment::Time(start)) => describe_in(rule, &start.zone),
                _ => describe(rule),
            };
            if !self.except.is_empty() {
                rule = format!("{rule} except {}", dates(&self.except));
            }
            pieces.push(rule);
        }
        match self.reminders.as_deref() {
            Some([]) => pieces.push("no reminder".to_owned()),
            reminders => {
                let reminders = reminders.unwrap_or_default();
                pieces.extend(reminders.iter().map(|one| reminder(*one, self.clock)));
            }
        }
        pieces.extend(self.calendar.iter().map(|calendar| format!("in calendar {calendar}")));
        if !self.categories.is_empty() {
            pieces.push(format!("in category {}", listed(&self.categories, "and")));
        }
        pieces.extend(self.priority.map(|priority| format!("priority {priority}")));
        f.write_str(&pieces.join(" · "))
    }
}
