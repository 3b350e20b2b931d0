//! The recurring events that are expanded, and what is asked of them.

/// The seconds of a week.
pub(crate) const WEEK: i64 = 7 * 24 * 60 * 60;

/// An event that recurs: the texts of its rule, its DTSTART and the zone that DTSTART is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Series {
    pub(crate) rule: &'static str,
    pub(crate) start: &'static str,
    pub(crate) tzid: &'static str,
}

/// `times` times: the first instances of a series, each as a UTC instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expansion {
    pub(crate) series: Series,
    pub(crate) instances: u32,
    pub(crate) times: u32,
}

/// `times` times: for each of some weeks in a row, a question of its own for the instances of a series in
/// that week, each as a UTC instant. So each is weeks with and weeks without an instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    pub(crate) series: Series,
    /// When the first week begins, in seconds since 1970.
    pub(crate) first: i64,
    pub(crate) weeks: u32,
    pub(crate) times: u32,
}

impl Windows {
    /// When each week begins.
    pub(crate) fn weeks(&self) -> impl Iterator<Item = i64> {
        let first = self.first;
        (0..self.weeks).map(move |week| first + i64::from(week) * WEEK)
    }
}

/// Ten times the 10,000 days from 1997 to 2025: in that time all know the same offsets of Europe/Berlin.
pub(crate) const DAILY: Expansion = Expansion {
    series: Series { rule: "FREQ=DAILY", start: "19970902T090000", tzid: "Europe/Berlin" },
    instances: 10_000,
    times: 10,
};

/// Rules without COUNT, on whose instances all agree: they keep clear of the hour that Europe/Berlin skips and the
/// hour that it repeats, and BYWEEKNO is not without BYDAY.
pub(crate) const RULES: [&str; 16] = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
    "FREQ=YEARLY;BYYEARDAY=100,200,300",
    "FREQ=HOURLY;INTERVAL=6",
    "FREQ=MINUTELY;INTERVAL=90",
    "FREQ=SECONDLY;INTERVAL=21600",
];

/// What is six hours later when clocks change? libical counts hours that pass, and from its seek hours on the wall;
/// `rrule` counts on the wall. So rules of hours and less are asked in a zone whose clocks do not change.
fn zone_of(rule: &str) -> &'static str {
    let is_shorter_than_a_day =
        ["FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY"].iter().any(|freq| rule.starts_with(freq));
    if is_shorter_than_a_day { "Asia/Kolkata" } else { "Europe/Berlin" }
}

/// 52 weeks of the first year, or of the year that begins 20 years after DTSTART. The first week begins a
/// week after DTSTART, which is not an instance of each rule: whether it counts then is not what is measured
/// here.
pub(crate) fn weeks_of(rule: &'static str, age: Age) -> Windows {
    Windows {
        series: Series { rule, start: "20050103T090000", tzid: zone_of(rule) },
        first: match age {
            Age::FirstYear => 1_105_344_000,
            Age::TwentyYears => 1_736_496_000,
        },
        weeks: 52,
        times: 20,
    }
}

/// How long after DTSTART.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    FirstYear,
    TwentyYears,
}

impl Age {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FirstYear => "first year",
            Self::TwentyYears => "20 years on",
        }
    }
}
