//! What the words say, before it is known which day and instant they mean.

use std::num::NonZeroU32;

use ical::civil::{Date, Weekday};
use ical::value::{Duration, Recur};
use ical::zone::Zone;

use crate::token::Place;

/// A day, as it is said.
#[derive(Clone, Debug)]
pub(crate) struct SaidDay {
    pub(crate) day: Day,
    /// The weekday that is said beside it.
    pub(crate) weekday: Option<Weekday>,
    pub(crate) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// With its year.
    On(Date),
    /// A month and a day of it.
    OfYear(u8, u8),
    /// `the 15th`
    OfMonth(u8),
    Weekday(Weekday, Week),
    /// Days from today; negative before.
    FromToday(i32),
    /// Months from today; negative before.
    Months(i32),
    /// Seconds from now; negative before.
    FromNow(i64),
    /// Today, in the evening.
    Tonight,
}

/// Which week a weekday is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Week {
    /// The next such day.
    Any,
    /// `this monday`, `monday this week`
    This,
    /// `monday next week`
    Following,
    /// `next monday`, which some say of the next such day, some of the following week.
    Next,
}

/// A half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    Am,
    Pm,
}

/// A time of day, as it is said.
#[derive(Clone, Debug)]
pub(crate) struct SaidTime {
    /// 0 to 24.
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) half: Option<Half>,
    pub(crate) form: Form,
    pub(crate) zone: Option<SaidZone>,
    pub(crate) place: Place,
}

/// How an hour is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `9` or `9:30`: by the 24-hour clock, where nothing else is known.
    Plain,
    /// `09:30`, `14:00`, `noon`: no half of the day could be meant.
    Exact,
    /// `midnight`, which can begin a day or end it.
    Midnight,
}

/// A zone that is named.
#[derive(Clone, Debug)]
pub(crate) struct SaidZone {
    pub(crate) zone: Zone,
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// A day, a time of day, or both; never neither.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) day: Option<SaidDay>,
    pub(crate) time: Option<SaidTime>,
    pub(crate) place: Place,
}

/// A start, and an end if one is said with it.
#[derive(Clone, Debug)]
pub(crate) struct When {
    pub(crate) start: Point,
    pub(crate) end: Option<Point>,
    /// `from` without an end: a repetition starts then or later.
    pub(crate) is_bound: bool,
}

/// When to remind: so long before, at a time of day, or at a time of so many days before; never neither.
#[derive(Clone, Debug)]
pub(crate) struct SaidReminder {
    pub(crate) before: Option<Duration>,
    pub(crate) time: Option<SaidTime>,
    pub(crate) place: Place,
}

/// A clause.
#[derive(Clone, Debug)]
pub(crate) enum Clause {
    When(Box<When>),
    Until(Box<Point>),
    Length(Duration),
    AllDay,
    Zone(SaidZone),
    Location(String),
    Rule(Box<Recur>),
    Count(NonZeroU32),
    Except(Vec<SaidDay>),
    /// None is `no reminder`.
    Remind(Vec<SaidReminder>),
    Calendar(String),
    Categories(Vec<String>),
    Priority(u8),
    Due(Box<Point>),
}

/// What all clauses say together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) summary: String,
    pub(crate) day: Option<SaidDay>,
    pub(crate) time: Option<SaidTime>,
    /// The start is not before this day: `from monday`, without an end.
    pub(crate) is_bound: bool,
    /// `to`, and `until` with a time alone.
    pub(crate) end: Option<Point>,
    /// `until` with a day, of the event or of the repetition.
    pub(crate) until: Option<Point>,
    pub(crate) length: Option<(Duration, Place)>,
    pub(crate) all_day: Option<Place>,
    pub(crate) zone: Option<SaidZone>,
    pub(crate) location: Option<String>,
    pub(crate) rule: Option<(Recur, Place)>,
    pub(crate) count: Option<(NonZeroU32, Place)>,
    pub(crate) except: Vec<SaidDay>,
    pub(crate) reminders: Option<Vec<SaidReminder>>,
    pub(crate) calendar: Option<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) priority: Option<u8>,
    pub(crate) due: Option<Point>,
}

impl Said {
    /// Adds what a clause says; fails with its place when it was said before.
    pub(crate) fn add(&mut self, clause: Clause, place: Place) -> Result<(), (Place, String)> {
        fn set<T>(to: &mut Option<T>, value: T, place: &Place, what: &str) -> Result<(), (Place, String)> {
            if to.is_some() {
                return Err((place.clone(), format!("this is a second {what}")));
            }
            *to = Some(value);
            Ok(())
        }
        match clause {
            Clause::When(when) => {
                if let Some(day) = when.start.day {
                    let at = day.place.clone();
                    set(&mut self.day, day, &at, "date")?;
                    self.is_bound = when.is_bound;
                }
                if let Some(time) = when.start.time {
                    let at = time.place.clone();
                    set(&mut self.time, time, &at, "time")?;
                }
                when.end.map_or(Ok(()), |end| set(&mut self.end, end, &place, "end"))
            }
            Clause::Until(point) if point.day.is_none() => set(&mut self.end, *point, &place, "end"),
            Clause::Until(point) => set(&mut self.until, *point, &place, "until"),
            Clause::Length(length) => set(&mut self.length, (length, place.clone()), &place, "length"),
            Clause::AllDay => set(&mut self.all_day, place.clone(), &place, "all day"),
            Clause::Zone(zone) => set(&mut self.zone, zone, &place, "time zone"),
            Clause::Location(location) => {
                set(&mut self.location, location, &place, "place (a name with \"at\" in it stands in quotes)")
            }
            Clause::Rule(rule) => set(&mut self.rule, (*rule, place.clone()), &place, "repetition"),
            Clause::Count(count) => set(&mut self.count, (count, place.clone()), &place, "number of times"),
            Clause::Except(days) => {
                self.except.extend(days);
                Ok(())
            }
            Clause::Remind(reminders) if reminders.is_empty() => {
                set(&mut self.reminders, reminders, &place, "word on reminders")
            }
            Clause::Remind(reminders) => {
                if self.reminders.as_ref().is_some_and(Vec::is_empty) {
                    return Err((place, "no reminder was said before".to_owned()));
                }
                self.reminders.get_or_insert_default().extend(reminders);
                Ok(())
            }
            Clause::Calendar(calendar) => set(&mut self.calendar, calendar, &place, "calendar"),
            Clause::Categories(categories) => {
                self.categories.extend(categories);
                Ok(())
            }
            Clause::Priority(priority) => set(&mut self.priority, priority, &place, "priority"),
            Clause::Due(due) => set(&mut self.due, *due, &place, "word on when it is due"),
        }
    }

    /// Forgets when it ends, but not when its repetition does.
    pub(crate) fn forget_end(&mut self) {
        (self.end, self.length) = (None, None);
        // Beside a repetition that is the repetition's.
        if self.rule.is_none() {
            self.until = None;
        }
    }
}
