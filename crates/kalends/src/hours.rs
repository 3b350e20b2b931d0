//! Between of days, and what is free in them.

use std::str::FromStr;

use ical::civil::{Date, SECONDS_PER_DAY, Timestamp, Weekday};
use ical::recurrence::Range;
use ical::zone::Zone;

/// Between of each day, in seconds from its midnight; into the next day where the end is not after the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Between {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl FromStr for Between {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let clock = |text: &str| {
            let (hour, minute) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
            let digits = |text: &str| {
                let is_number =
                    (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
                text.parse::<i64>().ok().filter(|_| is_number)
            };
            let seconds = digits(hour)? * 3_600 + digits(minute).filter(|minute| *minute < 60)? * 60;
            (seconds <= SECONDS_PER_DAY).then_some(seconds)
        };
        let hours = text.split_once(['-', '–']).and_then(|(from, to)| Some((clock(from)?, clock(to)?)));
        let (from, to) = hours.ok_or("hours are written as 09:00-17:00")?;
        Ok(Self { from, to: if to <= from { to + SECONDS_PER_DAY } else { to } })
    }
}

impl Between {
    /// These hours of so many days, from an instant on.
    pub(crate) fn of_days(self, zone: &Zone, from: Timestamp, days: u32) -> Vec<(Date, Range)> {
        let Some(first) = zone.to_wall(from).map(|wall| wall.date) else { return Vec::new() };
        let at = |date: Date, seconds: i64| {
            date.midnight().plus_seconds(seconds).map(|wall| zone.to_timestamp(wall))
        };
        let days = (0..i32::try_from(days).unwrap_or(i32::MAX)).map_while(|day| first.plus_days(day));
        let hours = days.filter_map(|date| {
            let start = at(date, self.from)?.max(from);
            Some((date, Range { from: start, to: at(date, self.to)? }))
        });
        hours.filter(|(_, range)| range.from < range.to).collect()
    }
}

/// When people work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Working {
    pub(crate) days: Vec<Weekday>,
    pub(crate) hours: Between,
}

/// A time at which all are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) range: Range,
    /// Until then all stay so.
    pub(crate) until: Timestamp,
}

/// Slots begin at quarters of an hour, in seconds.
const QUARTER: i64 = 900;

/// The first time of so many seconds in each gap that busy times, in any order, leave of hours.
pub(crate) fn slots(hours: &[Range], busy: &[Range], length: i64) -> impl Iterator<Item = Slot> {
    let mut busy = busy.to_vec();
    busy.sort_by_key(|busy| busy.from);
    gaps(hours, &busy).into_iter().filter_map(move |gap| {
        let from = Timestamp(gap.from.0.checked_add(QUARTER - 1)?.div_euclid(QUARTER) * QUARTER);
        let range = Range { from, to: Timestamp(from.0.checked_add(length)?) };
        (range.to <= gap.to).then_some(Slot { range, until: gap.to })
    })
}

/// What is left of hours when busy times are taken out, which are in the order of their starts.
pub(crate) fn gaps(hours: &[Range], busy: &[Range]) -> Vec<Range> {
    // Times that meet are one: then their ends are in order, too.
    let mut taken: Vec<Range> = Vec::new();
    for busy in busy.iter().filter(|busy| busy.to > busy.from) {
        match taken.last_mut() {
            Some(last) if busy.from <= last.to => last.to = last.to.max(busy.to),
            _ => taken.push(*busy),
        }
    }
    let mut gaps = Vec::new();
    for hours in hours {
        let mut free = hours.from;
        let first = taken.partition_point(|busy| busy.to <= hours.from);
        for busy in taken.iter().skip(first).take_while(|busy| busy.from < hours.to) {
            if busy.from > free {
                gaps.push(Range { from: free, to: busy.from });
            }
            free = busy.to;
        }
        if free < hours.to {
            gaps.push(Range { from: free, to: hours.to });
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hours_of_a_day() {
        for (text, hours) in [
            ("09:00-17:00", Some((32_400, 61_200))),
            ("9:00 - 17:30", Some((32_400, 63_000))),
            ("9-17", Some((32_400, 61_200))),
            ("00:00-24:00", Some((0, 86_400))),
            ("22:00-06:00", Some((79_200, 108_000))),
            ("9", None),
            ("09:00", None),
            ("25:00-26:00", None),
            ("25-26", None),
            ("09:60-10:00", None),
            ("+9:00-10:00", None),
            ("-17", None),
        ] {
            assert_eq!(text.parse::<Between>().ok(), hours.map(|(from, to)| Between { from, to }), "{text}");
        }
    }

    /// Times of some minutes, within two days.
    fn ranges(most: usize) -> impl Strategy<Value = Vec<Range>> {
        let range = (0..2_880_i64, 1..600_i64).prop_map(|(from, length)| Range {
            from: Timestamp(from * 60),
            to: Timestamp((from + length) * 60),
        });
        proptest::collection::vec(range, 0..most)
    }

    proptest! {
        #[test]
        fn each_slot_is_free_for_all_and_none_is_earlier(
            hours in proptest::collection::vec((0..1_200_i64, 1..240_i64), 2),
            busy in ranges(12),
            minutes in 1..240_i64,
        ) {
            let day = |(day, (from, length)): (i64, &(i64, i64))| {
                let from = day * 1_440 + from;
                Range { from: Timestamp(from * 60), to: Timestamp((from + length) * 60) }
            };
            let hours: Vec<Range> = (0..).zip(&hours).map(day).collect();
            let length = minutes * 60;
            let is_free = |from: i64, to: i64| {
                hours.iter().any(|hours| hours.from.0 <= from && to <= hours.to.0)
                    && busy.iter().all(|busy| busy.to.0 <= from || to <= busy.from.0)
            };
            let told: Vec<Slot> = slots(&hours, &busy, length).collect();
            for slot in &told {
                prop_assert_eq!(slot.range.to.0 - slot.range.from.0, length);
                prop_assert!(is_free(slot.range.from.0, slot.until.0), "{:?}", slot);
            }
            // What could be told is told, or is a later time of the same gap.
            for from in (0..3 * 86_400).step_by(900).filter(|from| is_free(*from, from + length)) {
                let gap = told.iter().find(|slot| slot.range.from.0 <= from && from + length <= slot.until.0);
                prop_assert!(gap.is_some(), "{} is free, and no slot of {:?}", from, told);
            }
            prop_assert!(told.is_sorted_by_key(|slot| slot.range.from));
        }
    }
}
