//! Civil time: what a calendar and a clock on the wall show, before any zone is applied.
//!
//! The proleptic Gregorian calendar, years 0 to 9999 (the four digits of RFC 5545 3.3.4). Recurrence rules
//! are expanded in these types alone; a zone is applied afterwards.

use std::fmt;

/// Seconds in a civil day. Leap seconds are not counted (RFC 5545 3.3.12: 60 may be read as 59).
pub const SECONDS_PER_DAY: i64 = 86_400;

/// A day of the week. The order is the RFC's: `SU` is first (RFC 5545 3.3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// `SU`
    Sunday,
    /// `MO`
    Monday,
    /// `TU`
    Tuesday,
    /// `WE`
    Wednesday,
    /// `TH`
    Thursday,
    /// `FR`
    Friday,
    /// `SA`
    Saturday,
}

impl Weekday {
    /// All seven, Sunday first.
    pub const ALL: [Self; 7] = [
        Self::Sunday,
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
    ];

    /// The two letters of RFC 5545 3.3.10: `SU`, `MO`, …
    pub const fn code(self) -> &'static str {
        ["SU", "MO", "TU", "WE", "TH", "FR", "SA"][self as usize]
    }

    /// The weekday of two letters, in either case.
    pub fn from_code(code: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.code().as_bytes().eq_ignore_ascii_case(code))
    }

    /// Days from `first` to this weekday, 0 to 6: the place in a week that begins on `first`.
    pub const fn days_since(self, first: Self) -> u32 {
        (self as u32 + 7 - first as u32) % 7
    }
}

/// A day of the Gregorian calendar, year 0 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i16,
    month: u8,
    day: u8,
}

impl Date {
    /// 1 January of the year 0.
    pub const MIN: Self = Self { year: 0, month: 1, day: 1 };
    /// 31 December 9999, where expansion ends.
    pub const MAX: Self = Self { year: 9999, month: 12, day: 31 };

    /// A date, if there is such a day.
    pub const fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        if year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// The year, 0 to 9999.
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Another day of the same month, which must have it.
    pub(crate) const fn with_day(self, day: u8) -> Self {
        debug_assert!(day >= 1 && day <= days_in_month(self.year, self.month));
        Self { day, ..self }
    }

    /// Days since 1 January 1970.
    pub const fn to_days(self) -> i32 {
        // Days of a year that begins in March, so that the leap day is its last; 400 years on, so that none
        // is negative.
        let is_early = (self.month <= 2) as u32;
        let year = self.year as u32 + 400 - is_early;
        let month = self.month as u32 + 12 * is_early;
        let century = year / 100;
        let days = year * 1_461 / 4 - century + century / 4 + (153 * month - 457) / 5 + self.day as u32;
        days as i32 - 865_566
    }

    /// The date so many days after 1 January 1970, if its year is 0 to 9999.
    pub const fn from_days(days: i32) -> Option<Self> {
        if days < Self::MIN.to_days() || days > Self::MAX.to_days() {
            return None;
        }
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + (month <= 2) as i32;
        Some(Self { year: year as i16, month: month as u8, day: day as u8 })
    }

    /// The day of the week.
    pub const fn weekday(self) -> Weekday {
        // 1 January 1970 was a Thursday.
        Weekday::ALL[(self.to_days() + 4).rem_euclid(7) as usize]
    }

    /// The day of the year, 1 to 366.
    pub const fn day_of_year(self) -> u16 {
        (self.to_days() - Self { year: self.year, month: 1, day: 1 }.to_days() + 1) as u16
    }

    /// The date so many days later (earlier, if negative), if its year is 0 to 9999.
    pub const fn plus_days(self, days: i32) -> Option<Self> {
        match self.to_days().checked_add(days) {
            Some(days) => Self::from_days(days),
            None => None,
        }
    }

    /// This date at midnight.
    pub const fn midnight(self) -> DateTime {
        DateTime { date: self, time: Time::MIDNIGHT }
    }

    /// This date at a time of day.
    pub const fn at(self, time: Time) -> DateTime {
        DateTime { date: self, time }
    }
}

/// Is it a leap year?
pub const fn is_leap_year(year: i16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a month of a year, 28 to 31. The month is 1 to 12.
pub const fn days_in_month(year: i16, month: u8) -> u8 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A time of day, to the second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    hour: u8,
    minute: u8,
    second: u8,
}

impl Time {
    /// 00:00:00
    pub const MIDNIGHT: Self = Self { hour: 0, minute: 0, second: 0 };

    /// A time of day, if the clock shows it: hour 0 to 23, minute and second 0 to 59.
    pub const fn new(hour: u8, minute: u8, second: u8) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        Some(Self { hour, minute, second })
    }

    /// The hour, 0 to 23.
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// The minute, 0 to 59.
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// The second, 0 to 59.
    pub const fn second(self) -> u8 {
        self.second
    }

    /// Seconds since midnight, 0 to 86,399.
    pub const fn to_seconds(self) -> u32 {
        self.hour as u32 * 3600 + self.minute as u32 * 60 + self.second as u32
    }

    /// The time so many seconds after midnight; whole days are left out.
    pub const fn from_seconds(seconds: u32) -> Self {
        let seconds = seconds % SECONDS_PER_DAY as u32;
        Self { hour: (seconds / 3600) as u8, minute: (seconds / 60 % 60) as u8, second: (seconds % 60) as u8 }
    }
}

/// A date and a time of day on some wall: which instant it is, only a zone can tell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    /// The day.
    pub date: Date,
    /// The time of day.
    pub time: Time,
}

impl DateTime {
    /// The first second of the year 0.
    pub const MIN: Self = Self { date: Date::MIN, time: Time::MIDNIGHT };
    /// The last second of the year 9999.
    pub const MAX: Self = Self { date: Date::MAX, time: Time { hour: 23, minute: 59, second: 59 } };

    /// Seconds since 1970-01-01T00:00:00 on the same wall.
    pub const fn to_seconds(self) -> i64 {
        self.date.to_days() as i64 * SECONDS_PER_DAY + self.time.to_seconds() as i64
    }

    /// The wall time so many seconds after 1970-01-01T00:00:00, if its year is 0 to 9999.
    pub const fn from_seconds(seconds: i64) -> Option<Self> {
        if seconds < Self::MIN.to_seconds() || seconds > Self::MAX.to_seconds() {
            return None;
        }
        match Date::from_days(seconds.div_euclid(SECONDS_PER_DAY) as i32) {
            Some(date) => {
                Some(Self { date, time: Time::from_seconds(seconds.rem_euclid(SECONDS_PER_DAY) as u32) })
            }
            None => None,
        }
    }

    /// The wall time so many seconds later, if its year is 0 to 9999.
    pub const fn plus_seconds(self, seconds: i64) -> Option<Self> {
        match self.to_seconds().checked_add(seconds) {
            Some(seconds) => Self::from_seconds(seconds),
            None => None,
        }
    }
}

/// An instant: whole seconds since 1970-01-01T00:00:00Z. Any `i64`; those of years 0 to 9999 can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(
    /// Seconds since 1970-01-01T00:00:00Z.
    pub i64,
);

impl Timestamp {
    /// The first second of the year 0, UTC.
    pub const MIN: Self = Self(DateTime::MIN.to_seconds());
    /// The last second of the year 9999, UTC.
    pub const MAX: Self = Self(DateTime::MAX.to_seconds());

    /// The instant at which a clock in UTC shows this.
    pub const fn from_utc(wall: DateTime) -> Self {
        Self(wall.to_seconds())
    }

    /// What a clock in UTC shows, if the year is 0 to 9999.
    pub const fn to_utc(self) -> Option<DateTime> {
        DateTime::from_seconds(self.0)
    }
}

/// Iso form (`2026-03-02`) for messages and debugging; iCalendar's own form is written by `value`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_there_and_back() {
        let mut expected = Date::MIN;
        for days in Date::MIN.to_days()..=Date::MAX.to_days() {
            let date = Date::from_days(days).unwrap();
            assert_eq!(date, expected);
            assert_eq!(date.to_days(), days);
            let last = date.day == days_in_month(date.year, date.month);
            expected = match (last, date.month) {
                (false, _) => Date { day: date.day + 1, ..date },
                (true, 12) => Date { year: date.year + 1, month: 1, day: 1 },
                (true, month) => Date { month: month + 1, day: 1, ..date },
            };
        }
        assert_eq!(Date::from_days(Date::MAX.to_days() + 1), None);
        assert_eq!(Date::from_days(Date::MIN.to_days() - 1), None);
    }

    #[test]
    fn weekdays() {
        assert_eq!(Date::new(1997, 9, 2).unwrap().weekday(), Weekday::Tuesday);
        assert_eq!(Date::new(2026, 11, 22).unwrap().weekday(), Weekday::Sunday);
        assert_eq!(Weekday::from_code(b"mo"), Some(Weekday::Monday));
        assert_eq!(Weekday::from_code(b"MON"), None);
        assert_eq!(Weekday::Sunday.days_since(Weekday::Monday), 6);
    }

    #[test]
    fn no_such_day() {
        assert_eq!(Date::new(2023, 2, 29), None);
        assert_eq!(Date::new(2024, 13, 1), None);
        assert_eq!(Date::new(10_000, 1, 1), None);
        assert_eq!(Date::new(1900, 2, 29), None);
        assert!(Date::new(2000, 2, 29).is_some());
    }

    #[test]
    fn seconds_there_and_back() {
        for seconds in [DateTime::MIN.to_seconds(), -1, 0, 86_399, 86_400, DateTime::MAX.to_seconds()] {
            assert_eq!(DateTime::from_seconds(seconds).unwrap().to_seconds(), seconds);
        }
        assert_eq!(DateTime::MAX.plus_seconds(1), None);
        assert_eq!(DateTime::from_seconds(-1).unwrap().to_string(), "1969-12-31T23:59:59");
    }
}
