//! A zone as TZif bytes, which other libraries read (RFC 9636).

use std::fmt::Write;
use std::ops::Range;

use crate::civil::{Timestamp, Weekday, days_in_month};

use super::table::{READY_UNTIL, start_of};
use super::yearly::{Day, Yearly};
use super::{Transition, Zone};

/// Where a zone's rules fit no footer, its changes are written out until this year.
const LAST_YEAR: i16 = 2500;

/// The longest abbreviation written; RFC 9636 names no limit, readers have some.
const LONGEST_NAME: usize = 30;

impl Zone {
    /// The zone as the bytes of a TZif file of version 2 (RFC 9636).
    ///
    /// What goes on every year stands in the footer when it is one rule or two; otherwise changes are written
    /// out until the year 2500 and the last offset stays. An abbreviation that TZif cannot have is replaced
    /// by the offset.
    pub fn to_tzif(&self) -> Vec<u8> {
        let first = self.table.first;
        let footer = self.footer();
        let until = match (&footer, self.table.rules.iter().any(Yearly::is_open)) {
            (Some(_), true) => start_of(READY_UNTIL),
            (None, true) => start_of(LAST_YEAR),
            (_, false) => i64::MAX,
        };
        let mut types = Types::default();
        types.place(first.offset, first.is_daylight, self.table.name(first));
        let changes = self.changes(Timestamp(i64::MIN)..Timestamp(until));
        let changes: Vec<(i64, u8)> = changes
            .filter_map(|change: Transition<'_>| {
                let place = types.place(change.offset_to, change.is_daylight, change.abbreviation)?;
                Some((change.at.0, place))
            })
            .collect();
        let mut out = Vec::new();
        // The block for readers of version 1: nothing but the one type that there must be.
        block(&mut out, &[], &Types { types: vec![(0, false, 0)], names: b"\0".to_vec() });
        block(&mut out, &changes, &types);
        out.push(b'\n');
        out.extend_from_slice(footer.unwrap_or_default().as_bytes());
        out.push(b'\n');
        out
    }

    /// The POSIX TZ string of what goes on every year, if there is one.
    fn footer(&self) -> Option<String> {
        let mut footer = String::new();
        let (open, ended): (Vec<&Yearly>, Vec<_>) = self.table.rules.iter().partition(|rule| rule.is_open());
        let until = start_of(READY_UNTIL);
        let is_alone = ended.iter().all(|rule| rule.until < until)
            && open.iter().all(|rule| rule.from < until)
            && self.table.changes.last().is_none_or(|last| last.at < until);
        match *open {
            [] => {
                let last = self.table.span_at(i64::MAX).state;
                write!(footer, "<{}>{}", name(last.offset, self.table.name(last)), clock(-last.offset))
                    .ok()?;
            }
            [one, two] if is_alone => {
                let is_swapped =
                    (one.state.is_daylight, one.state.offset) > (two.state.is_daylight, two.state.offset);
                let (standard, daylight) = if is_swapped { (two, one) } else { (one, two) };
                for rule in [standard, daylight] {
                    let state = rule.state;
                    write!(
                        footer,
                        "<{}>{}",
                        name(state.offset, self.table.name(state)),
                        clock(-state.offset)
                    )
                    .ok()?;
                }
                for rule in [daylight, standard] {
                    write!(footer, ",{}", day(rule)?).ok()?;
                }
            }
            _ => return None,
        }
        Some(footer)
    }
}

/// The types of local time, and their abbreviations, each ended by a zero.
#[derive(Default)]
struct Types {
    types: Vec<(i32, bool, u8)>,
    names: Vec<u8>,
}

impl Types {
    /// The place of a type, to which it is added if it is new; `None` when there is no room for more.
    fn place(&mut self, offset: i32, is_daylight: bool, abbreviation: &str) -> Option<u8> {
        let mut name = name(offset, abbreviation).into_bytes();
        name.push(0);
        let known = self.names.windows(name.len()).position(|window| window == name);
        let start = u8::try_from(known.unwrap_or(self.names.len())).ok()?;
        let wanted = (offset, is_daylight, start);
        let place = self.types.iter().position(|known| *known == wanted).unwrap_or(self.types.len());
        let index = u8::try_from(place).ok().filter(|place| *place < u8::MAX)?;
        if place == self.types.len() {
            self.types.push(wanted);
            if known.is_none() {
                self.names.extend_from_slice(&name);
            }
        }
        Some(index)
    }
}

/// A header and its data, with times of 64 bits; without changes they are the same in 32.
fn block(out: &mut Vec<u8>, changes: &[(i64, u8)], types: &Types) {
    out.extend_from_slice(b"TZif2");
    out.extend_from_slice(&[0; 15]);
    for count in [0, 0, 0, changes.len(), types.types.len(), types.names.len()] {
        out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    }
    for (at, _) in changes {
        out.extend_from_slice(&at.to_be_bytes());
    }
    out.extend(changes.iter().map(|(_, place)| *place));
    for (offset, is_daylight, name) in &types.types {
        out.extend_from_slice(&offset.to_be_bytes());
        out.extend_from_slice(&[u8::from(*is_daylight), *name]);
    }
    out.extend_from_slice(&types.names);
}

/// An abbreviation as TZif has it: three or more letters, digits and signs; else the offset.
fn name(offset: i32, abbreviation: &str) -> String {
    const LENGTH: Range<usize> = 3..LONGEST_NAME + 1;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-');
    if LENGTH.contains(&abbreviation.len()) && abbreviation.bytes().all(is_letter) {
        return abbreviation.to_owned();
    }
    let minutes = offset.unsigned_abs() / 60;
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

/// Seconds as hours, minutes and seconds: `-1:30`.
fn clock(seconds: i32) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The day and time of a rule: `M3.5.0/2:00:00`, the last Sunday of March. A weekday that no week of a month
/// has is reached from another one by hours.
fn day(rule: &Yearly) -> Option<String> {
    const COMMON_YEAR: i16 = 2001;
    let month = rule.anniversary.month;
    let length = days_in_month(COMMON_YEAR, month);
    let mut seconds = i32::try_from(rule.anniversary.seconds).ok()?;
    let mut weeks = |week: u8, weekday: Weekday, late: u8| {
        seconds += i32::from(late) * 86_400;
        let weekday = (weekday as u8 + 7 - late % 7) % 7;
        // RFC 9636 3.3.1 allows a week less an hour.
        (late < 7 && seconds < 167 * 3600).then(|| format!("M{month}.{week}.{weekday}/{}", clock(seconds)))
    };
    match rule.anniversary.day {
        Day::Last(weekday) => weeks(5, weekday, 0),
        Day::OnOrAfter(day, weekday) if day <= 28 && (day < length - 6 || month == 2) => {
            let week = ((day - 1) / 7 + 1).min(4);
            weeks(week, weekday, day - (7 * week - 6))
        }
        Day::OnOrAfter(day, weekday) if month != 2 => weeks(5, weekday, day - (length - 6)),
        Day::OnOrAfter(..) => None,
        Day::Fixed(day) => {
            let date = crate::civil::Date::new(COMMON_YEAR, month, day)?;
            Some(format!("J{}/{}", date.day_of_year(), clock(seconds)))
        }
    }
}
