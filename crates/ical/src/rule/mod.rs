//! A recurrence rule expanded in civil time: which times on the wall it names (RFC 5545 3.3.10, RFC 7529).
//!
//! ```
//! use ical::civil::{Date, Time};
//! use ical::rule::{Budget, Rule, Start};
//! use ical::value::Recur;
//!
//! let start = Date::new(1997, 9, 5).unwrap().at(Time::new(9, 0, 0).unwrap());
//! let recur = Recur::parse("FREQ=MONTHLY;BYDAY=1FR")?;
//! let rule = Rule::new(&recur, Start::DateTime(start), None)?;
//! let mut budget = Budget::default();
//! let mut instances = rule.instances();
//! instances.seek(Date::new(2026, 1, 1).unwrap().midnight(), &mut budget)?;
//! assert_eq!(instances.next(&mut budget)?.unwrap().to_string(), "2026-01-02T09:00:00");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a rule means
//!
//! RFC 8984 4.3.3.1 says it best: a period of FREQ has all its seconds as candidates, each BY part removes
//! those that it does not list, BYSETPOS chooses among the rest, and parts that are missing are taken from
//! DTSTART. This gives the table of RFC 5545 3.3.10 (page 44), and also a meaning to what that table forbids.
//! Where the RFCs leave a choice:
//!
//! - **DTSTART** is the first instance and counts, even if the rule does not name it or UNTIL is before it
//!   (RFC 5545 3.8.5.3, RFC 8984 4.3.3.1).
//! - **UNTIL and COUNT both**: whichever ends first holds.
//! - **YEARLY with BYMONTHDAY and without BYMONTH**, BYWEEKNO and BYYEARDAY takes DTSTART's month (RFC 8984
//!   4.3.3.1: an implicit `byMonth`). So `FREQ=YEARLY;BYMONTHDAY=1` is one day a year.
//! - **BYDAY with numbers** counts within the month in a MONTHLY rule and in a YEARLY one where BYMONTH is
//!   written, else within the year (RFC 5545 3.3.10; a month that is only taken from DTSTART is not written).
//!   Where a number is forbidden (other FREQ, or beside BYWEEKNO), it is ignored and the weekday stands.
//! - **BYWEEKNO** numbers weeks as ISO 8601 does, from WKST on. Without BYDAY and BYMONTHDAY it takes
//!   DTSTART's weekday. A day belongs to its calendar year: `BYWEEKNO=1` in a rule for 2024 has 30 and 31
//!   December 2024, which are in week 1 of 2025, and 1 to 7 January.
//! - **BYSETPOS** numbers whole periods, also what is before DTSTART in the first one.
//! - **Parts that the table forbids** for a FREQ (BYWEEKNO in a MONTHLY rule) remove what they do not list.
//! - **BYSECOND=60** is read as 59 (RFC 5545 3.3.12: without leap seconds 60 is equivalent to 59).
//! - **SKIP** is honoured with or without RSCALE; it moves days of BYMONTHDAY, written or from DTSTART, that
//!   a month lacks. Numbers from the end name no such days, and beside BYYEARDAY or BYWEEKNO days that do not
//!   exist are removed (RFC 8984 4.3.3.1: "always eliminated"). A leap month (`BYMONTH=5L`) or a 13th is in
//!   no Gregorian year.
//! - **A date as DTSTART**: BYHOUR, BYMINUTE and BYSECOND are ignored (RFC 5545 3.3.10). A FREQ shorter than
//!   DAILY steps from the date's midnight, and its instances are the days on which a step falls, each once.
//! - **Years 0 to 9999** are all there are; instances end with them.

mod budget;
mod complete;
mod days;
mod instances;
mod positions;
mod ticks;
mod times;
mod year;

use std::fmt;
use std::num::NonZeroU32;

use crate::civil::{Date, DateTime, Time};
use crate::value::Recur;

pub use budget::{Budget, Exhausted};
pub use instances::Instances;

use complete::Complete;
use days::Days;
use positions::Positions;
use ticks::Ticks;
use times::Times;

/// DTSTART on its wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// Whole days. Instances are then midnights.
    Date(Date),
    /// Times.
    DateTime(DateTime),
}

impl Start {
    /// What the wall shows; a date at its midnight.
    pub const fn wall(self) -> DateTime {
        match self {
            Self::Date(date) => date.midnight(),
            Self::DateTime(wall) => wall,
        }
    }
}

/// A rule in a calendar that is not known here (RFC 7529 RSCALE); its other parts mean nothing then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The calendar's name, as the rule has it.
    pub rscale: String,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RSCALE={}: recurrence is known in the GREGORIAN calendar only", self.rscale)
    }
}

impl std::error::Error for Unsupported {}

/// A rule that is ready to be expanded: its parts are masks, and what it leaves to DTSTART is filled in.
#[derive(Clone, Debug)]
pub struct Rule {
    start: DateTime,
    is_date: bool,
    /// The limit of UNTIL, or the end of time.
    last: DateTime,
    /// Has it neither COUNT nor UNTIL?
    is_endless: bool,
    count: Option<NonZeroU32>,
    days: Days,
    expansion: Expansion,
    /// The time that every instance has, if all have the same.
    only_time: Option<Time>,
}

/// How instances come from days.
#[derive(Clone, Debug)]
enum Expansion {
    /// There is nothing but DTSTART.
    Start,
    /// Each selected day has the same times.
    Times(Times),
    /// Times come at intervals that do not fit into a day.
    Ticks(Ticks),
    /// BYSETPOS chooses in longer periods than a day.
    Positions(Positions),
}

impl Rule {
    /// Makes a rule ready. `until` is what UNTIL says on DTSTART's wall, inclusive; it stands instead of the
    /// rule's own, which may be in another zone or of another type.
    ///
    /// # Errors
    /// RSCALE is another calendar than `GREGORIAN`.
    pub fn new(recur: &Recur, start: Start, until: Option<DateTime>) -> Result<Self, Unsupported> {
        if let Some(rscale) = &recur.rscale
            && !["GREGORIAN", "GREGORY"].iter().any(|name| name.eq_ignore_ascii_case(rscale))
        {
            return Err(Unsupported { rscale: rscale.clone() });
        }
        let complete = Complete::new(recur, start);
        let expansion = complete.expansion();
        Ok(Self {
            start: start.wall(),
            is_date: matches!(start, Start::Date(_)),
            last: until.unwrap_or(DateTime::MAX),
            is_endless: until.is_none() && recur.count.is_none(),
            count: recur.count,
            days: complete.days(),
            only_time: match &expansion {
                Expansion::Times(times) if times.len() == 1 => times.nth(0),
                _ => None,
            },
            expansion,
        })
    }

    /// Does it go on to the end of time: without COUNT and UNTIL?
    pub const fn is_endless(&self) -> bool {
        self.is_endless
    }

    /// Does the rule itself name DTSTART? It is the first instance in any case; but an EXRULE excludes only
    /// what it names.
    pub fn names_start(&self) -> bool {
        // What comes after DTSTART need not be looked for.
        let first = Self { last: self.last.min(self.start), ..self.clone() };
        first.instances().begins_with_start()
    }

    /// The instances, from DTSTART on.
    pub fn instances(&self) -> Instances<'_> {
        Instances::new(self)
    }
}
