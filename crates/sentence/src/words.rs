//! The words that are known: names of days, months and units, numbers, ordinals. A table, and its reverse for
//! output.

use ical::civil::Weekday;
use ical::value::WeekdayNum;

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// The name of each weekday, and what it is shortened to.
const WEEKDAYS: [(Weekday, &str, &[&str]); 7] = [
    (Weekday::Sunday, "Sunday", &["sun"]),
    (Weekday::Monday, "Monday", &["mon"]),
    (Weekday::Tuesday, "Tuesday", &["tue", "tues"]),
    (Weekday::Wednesday, "Wednesday", &["wed", "weds"]),
    (Weekday::Thursday, "Thursday", &["thu", "thur", "thurs"]),
    (Weekday::Friday, "Friday", &["fri"]),
    (Weekday::Saturday, "Saturday", &["sat"]),
];

/// The name of each month, and what it is shortened to.
const MONTHS: [(&str, &[&str]); 12] = [
    ("January", &["jan"]),
    ("February", &["feb"]),
    ("March", &["mar"]),
    ("April", &["apr"]),
    ("May", &[]),
    ("June", &["jun"]),
    ("July", &["jul"]),
    ("August", &["aug"]),
    ("September", &["sep", "sept"]),
    ("October", &["oct"]),
    ("November", &["nov"]),
    ("December", &["dec"]),
];

const UNITS: [(Unit, &[&str]); 7] = [
    (Unit::Second, &["second", "seconds", "sec", "secs", "s"]),
    (Unit::Minute, &["minute", "minutes", "min", "mins", "m"]),
    (Unit::Hour, &["hour", "hours", "hr", "hrs", "h"]),
    (Unit::Day, &["day", "days", "d"]),
    (Unit::Week, &["week", "weeks", "wk", "wks", "w"]),
    (Unit::Month, &["month", "months"]),
    (Unit::Year, &["year", "years", "yr", "yrs"]),
];

const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];

/// The weekdays that `weekday` means.
pub(crate) const WORKDAYS: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

/// Every one of these weekdays.
pub(crate) fn each(weekdays: &[Weekday]) -> Vec<WeekdayNum> {
    weekdays.iter().map(|weekday| WeekdayNum { nth: None, weekday: *weekday }).collect()
}

/// A weekday, and whether its name was shortened.
pub(crate) fn weekday(word: &str) -> Option<(Weekday, bool)> {
    WEEKDAYS.iter().find_map(|(weekday, name, short)| {
        let is_short = short.contains(&word);
        (is_short || name.eq_ignore_ascii_case(word)).then_some((*weekday, is_short))
    })
}

/// A month, 1 to 12, and whether its name was shortened.
pub(crate) fn month(word: &str) -> Option<(u8, bool)> {
    (1..).zip(&MONTHS).find_map(|(number, (name, short))| {
        let is_short = short.contains(&word);
        (is_short || name.eq_ignore_ascii_case(word)).then_some((number, is_short))
    })
}

/// A unit; `m` is a minute, never a month.
pub(crate) fn unit(word: &str) -> Option<Unit> {
    UNITS.iter().find(|(_, names)| names.contains(&word)).map(|(unit, _)| *unit)
}

/// A number in letters.
pub(crate) fn number(word: &str) -> Option<u32> {
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    (1..).zip(NUMBERS).find(|(_, name)| *name == word).map(|(number, _)| number)
}

/// An ordinal in letters.
pub(crate) fn ordinal(word: &str) -> Option<u32> {
    (1..).zip(ORDINALS).find(|(_, name)| *name == word).map(|(number, _)| number)
}

/// What stands behind the digits of an ordinal: `st`, `nd`, `rd` or `th`.
pub(crate) const fn suffix(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// `Monday`
pub(crate) const fn weekday_name(weekday: Weekday) -> &'static str {
    WEEKDAYS[weekday as usize].1
}

/// `Mon`
pub(crate) fn weekday_short(weekday: Weekday) -> &'static str {
    weekday_name(weekday).get(..3).unwrap_or_default()
}

/// `March`. The month is 1 to 12.
pub(crate) fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).map_or("", |(name, _)| name)
}

impl Unit {
    /// Its name, for one and for more.
    pub(crate) const fn names(self) -> (&'static str, &'static str) {
        let names = UNITS[self as usize].1;
        (names[0], names[1])
    }
}

/// `1st`, `last`, `2nd last`
pub(crate) fn nth_name(nth: i32) -> String {
    let number = nth.unsigned_abs();
    match nth {
        -1 => "last".to_owned(),
        ..0 => format!("{number}{} last", suffix(number)),
        _ => format!("{number}{}", suffix(number)),
    }
}

/// `1 day`, `2 days`
pub(crate) fn counted(number: u64, unit: Unit) -> String {
    let (one, more) = unit.names();
    format!("{number} {}", if number == 1 { one } else { more })
}

/// `Monday`, `Monday and Thursday`, `Monday, Thursday and Friday`
pub(crate) fn listed<T: AsRef<str>>(items: &[T], and: &str) -> String {
    let mut list = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 && at + 1 == items.len() {
            list.push(' ');
            list.push_str(and);
            list.push(' ');
        } else if at > 0 {
            list.push_str(", ");
        }
        list.push_str(item.as_ref());
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for day in Weekday::ALL {
            assert_eq!(weekday(&weekday_name(day).to_lowercase()), Some((day, false)));
            assert_eq!(weekday(&weekday_short(day).to_lowercase()), Some((day, true)));
        }
        for number in 1..=12 {
            assert_eq!(month(&month_name(number).to_lowercase()), Some((number, false)));
        }
        for (known, names) in UNITS {
            assert!(names.iter().all(|name| unit(name) == Some(known)));
            assert_eq!(known.names(), (names[0], names[1]));
        }
    }

    #[test]
    fn lists_and_numbers() {
        assert_eq!(listed(&["a"], "and"), "a");
        assert_eq!(listed(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(counted(1, Unit::Day), "1 day");
        assert_eq!(counted(21, Unit::Week), "21 weeks");
        let suffixes =
            [(1, "st"), (2, "nd"), (3, "rd"), (4, "th"), (11, "th"), (12, "th"), (21, "st"), (113, "th")];
        for (number, expected) in suffixes {
            assert_eq!(suffix(number), expected, "{number}");
        }
    }
}
