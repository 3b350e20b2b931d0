//! What was understood: typed, resolved, and ready to be written as iCalendar.

use ical::civil::{Date, DateTime, SECONDS_PER_DAY, Time, Timestamp};
use ical::value::{DateOrTime, Duration, Recur};
use ical::zone::{Reading, Zone};

use crate::context::{Clock, Kind};

/// A time on the wall of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zoned {
    /// What the wall shows. There is such a time; of two the first is meant.
    pub wall: DateTime,
    /// The zone.
    pub zone: Zone,
    /// Its name: IANA's, the context's for my zone, or `UTC`.
    pub name: String,
}

impl Zoned {
    /// The instant.
    pub fn to_timestamp(&self) -> Timestamp {
        self.zone.to_timestamp(self.wall)
    }

    /// The value of a property: in UTC, or with the zone's name as TZID.
    pub fn to_value(&self) -> DateOrTime<'static> {
        if self.name == "UTC" {
            DateOrTime::Utc(self.wall)
        } else {
            DateOrTime::Zoned(self.wall, self.name.clone().into())
        }
    }

    /// What the wall shows after a duration: days on the wall, and then seconds on the clock (RFC 5545
    /// 3.3.6); `None` past the year 9999.
    pub fn after(&self, duration: Duration) -> Option<Self> {
        let date = self.wall.date.plus_days(duration.days())?;
        let wall = date.at(self.wall.time);
        let wall = if duration.seconds() == 0 {
            wall
        } else {
            let instant = self.zone.to_timestamp(wall).0.checked_add(duration.seconds())?;
            self.zone.to_wall(Timestamp(instant))?
        };
        Some(Self { wall, ..self.clone() })
    }
}

/// A day, or a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A whole day, wherever one is.
    Day(Date),
    /// A time in a zone.
    Time(Zoned),
}

impl Moment {
    /// The value of a property.
    pub fn to_value(&self) -> DateOrTime<'static> {
        match self {
            Self::Day(date) => DateOrTime::Date(*date),
            Self::Time(time) => time.to_value(),
        }
    }

    /// The instant; a day is its midnight in `zone`.
    pub fn to_timestamp(&self, zone: &Zone) -> Timestamp {
        match self {
            Self::Day(date) => zone.to_timestamp(date.midnight()),
            Self::Time(time) => time.to_timestamp(),
        }
    }

    /// What the wall shows; a day at its midnight.
    pub fn wall(&self) -> DateTime {
        match self {
            Self::Day(date) => date.midnight(),
            Self::Time(time) => time.wall,
        }
    }
}

/// How an event with times ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// After a length of more than nothing: DURATION.
    After(Duration),
    /// At a time after its start: DTEND.
    At(Zoned),
}

/// From when to when an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Whole days.
    Days {
        /// The first day.
        first: Date,
        /// The last day, inclusive: DTEND is the day after.
        last: Date,
    },
    /// From a time on.
    Times {
        /// The start.
        start: Zoned,
        /// The end.
        end: End,
    },
}

impl Span {
    /// DTSTART
    pub fn start(&self) -> Moment {
        match self {
            Self::Days { first, .. } => Moment::Day(*first),
            Self::Times { start, .. } => Moment::Time(start.clone()),
        }
    }

    /// DTEND: the day after the last, or the time. `None` past the year 9999, and where only a length can say
    /// it: at a time that the clock shows for the second time.
    pub fn end(&self) -> Option<Moment> {
        match self {
            Self::Days { last, .. } => last.plus_days(1).map(Moment::Day),
            Self::Times { end: End::At(end), .. } => Some(Moment::Time(end.clone())),
            Self::Times { start, end: End::After(length) } => {
                let end = start.after(*length)?;
                let is_first =
                    !matches!(end.zone.read(end.wall), Reading::Fold { .. }) || length.seconds() == 0;
                is_first.then_some(Moment::Time(end))
            }
        }
    }
}

/// What it is, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// VEVENT
    Event(Span),
    /// VTODO
    Todo {
        /// DTSTART. A to-do that repeats has a start or is due.
        start: Option<Moment>,
        /// DUE, not before the start.
        due: Option<Moment>,
    },
}

impl When {
    /// The kind of component.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Event(_) => Kind::Event,
            Self::Todo { .. } => Kind::Todo,
        }
    }

    /// What repetitions, exceptions and reminders are counted from: the start; or when it is due, for a to-do
    /// that has no start.
    pub fn anchor(&self) -> Option<Moment> {
        match self {
            Self::Event(span) => Some(span.start()),
            Self::Todo { start, due } => start.clone().or_else(|| due.clone()),
        }
    }
}

/// When to remind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reminder {
    /// So long before; not negative.
    Before(Duration),
    /// At a time of the day, or of a day before.
    At {
        /// Days before.
        days: u16,
        /// The time of day.
        time: Time,
    },
}

impl Reminder {
    /// TRIGGER's duration, counted from a start (RFC 5545 3.8.6.3); a day is counted from its midnight.
    pub fn trigger(self, start: &Moment) -> Duration {
        match self {
            Self::Before(length) => {
                Duration::new(-length.days(), -length.seconds()).unwrap_or(Duration::ZERO)
            }
            Self::At { days, time } => {
                let start = start.wall().time.to_seconds();
                let seconds =
                    i64::from(time.to_seconds()) - i64::from(start) - i64::from(days) * SECONDS_PER_DAY;
                Duration::from_seconds(seconds)
            }
        }
    }
}

/// What a person should know of what was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The clock shows this time twice on that day; the first is meant.
    Fold(Zoned),
    /// It starts, or is due, at a time that has passed, as its words say.
    Passed,
}

/// What a sentence says.
///
/// Its display is one line for people, with weekday and zone. [`Understood::words`] is a sentence that says
/// the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// What it is called; not empty.
    pub summary: String,
    /// What it is, and when.
    pub when: When,
    /// Where it is.
    pub location: Option<String>,
    /// How it repeats. Its UNTIL is of the type that RFC 5545 3.3.10 asks for beside the start: a date beside
    /// a date, else in UTC.
    pub recur: Option<Recur>,
    /// Days on which it does not take place although the rule names them.
    pub except: Vec<Date>,
    /// When to remind; `None` when nothing is said of it, empty for `no reminder`.
    pub reminders: Option<Vec<Reminder>>,
    /// The calendar that is named, as the context has it.
    pub calendar: Option<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// PRIORITY, 1 to 9.
    pub priority: Option<u8>,
    /// What a person should know.
    pub notes: Vec<Note>,
    /// How times are shown.
    pub clock: Clock,
}

impl Understood {
    /// The values of EXDATE: the excepted days at the time of the start.
    pub fn excepted(&self) -> Vec<DateOrTime<'static>> {
        let Some(start) = self.when.anchor() else { return Vec::new() };
        let (value, time) = (start.to_value(), start.wall().time);
        self.except.iter().map(|date| value.with_wall(date.at(time))).collect()
    }
}
