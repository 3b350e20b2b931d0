//! RECUR: a recurrence rule read and written (RFC 5545 3.3.10, RFC 7529 4).

use std::fmt;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use super::Malformed;
use super::date_time::{self, Written};
use crate::civil::{Date, DateTime, Weekday};

/// FREQ: how long a period of the rule is. Ordered from the shortest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// A second.
    Secondly,
    /// A minute.
    Minutely,
    /// An hour.
    Hourly,
    /// A day.
    Daily,
    /// A week that begins on WKST.
    Weekly,
    /// A month.
    Monthly,
    /// A year.
    Yearly,
}

impl Frequency {
    const NAMES: [(&'static str, Self); 7] = [
        ("SECONDLY", Self::Secondly),
        ("MINUTELY", Self::Minutely),
        ("HOURLY", Self::Hourly),
        ("DAILY", Self::Daily),
        ("WEEKLY", Self::Weekly),
        ("MONTHLY", Self::Monthly),
        ("YEARLY", Self::Yearly),
    ];

    /// The RFC's word: `DAILY`.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// UNTIL, as it is written. How it meets DTSTART is for the recurrence set to say (it may be of another type there).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Until {
    /// Through this day.
    Date(Date),
    /// Through this time on DTSTART's wall.
    Local(DateTime),
    /// Through this instant.
    Utc(DateTime),
}

/// A member of BYDAY: a weekday, or only the nth of the month or year (the nth last, if negative).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WeekdayNum {
    /// Which one: 1 to 53 or -53 to -1; `None` is every one.
    pub nth: Option<i8>,
    /// The weekday.
    pub weekday: Weekday,
}

/// A member of BYMONTH: a month's number, and in other calendars whether it is the leap month after it (RFC 7529 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// 1 to 12 (13 in some calendars).
    pub number: u8,
    /// Written with `L`.
    pub is_leap: bool,
}

/// SKIP: what becomes of a date that does not exist (RFC 7529 4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Skip {
    /// It is left out: what RFC 5545 says.
    #[default]
    Omit,
    /// The day before, or the month before.
    Backward,
    /// The day after, or the month after.
    Forward,
}

/// A recurrence rule. Lists are as written, in order; members outside their part's range are refused when read.
///
/// ```
/// use ical::value::{Frequency, Recur};
///
/// let rule = Recur::parse("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")?;
/// assert_eq!(rule.freq, Frequency::Monthly);
/// assert_eq!(rule.by_set_pos, [-1]);
/// assert_eq!(rule.to_string(), "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1");
/// # Ok::<(), ical::value::Malformed>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recur {
    /// RSCALE: the calendar, in capitals (`GREGORIAN`, `CHINESE`); `None` when it is not written (RFC 7529).
    pub rscale: Option<String>,
    /// FREQ
    pub freq: Frequency,
    /// UNTIL. Beside COUNT it is wrong but met; whichever ends first holds.
    pub until: Option<Until>,
    /// COUNT
    pub count: Option<NonZeroU32>,
    /// INTERVAL
    pub interval: NonZeroU32,
    /// BYSECOND: 0 to 60.
    pub by_second: Vec<u8>,
    /// BYMINUTE: 0 to 59.
    pub by_minute: Vec<u8>,
    /// BYHOUR: 0 to 23.
    pub by_hour: Vec<u8>,
    /// BYDAY
    pub by_day: Vec<WeekdayNum>,
    /// BYMONTHDAY: 1 to 31 or -31 to -1.
    pub by_month_day: Vec<i8>,
    /// BYYEARDAY: 1 to 366 or -366 to -1 (385 under RSCALE).
    pub by_year_day: Vec<i16>,
    /// BYWEEKNO: 1 to 53 or -53 to -1.
    pub by_week_no: Vec<i8>,
    /// BYMONTH
    pub by_month: Vec<Month>,
    /// BYSETPOS: not 0.
    pub by_set_pos: Vec<i32>,
    /// WKST, `None` when it is not written: Monday.
    pub wkst: Option<Weekday>,
    /// SKIP
    pub skip: Skip,
}

impl Recur {
    /// A rule of this frequency and nothing else.
    pub const fn new(freq: Frequency) -> Self {
        Self {
            rscale: None,
            freq,
            until: None,
            count: None,
            interval: NonZeroU32::MIN,
            by_second: Vec::new(),
            by_minute: Vec::new(),
            by_hour: Vec::new(),
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_month: Vec::new(),
            by_set_pos: Vec::new(),
            wkst: None,
            skip: Skip::Omit,
        }
    }

    /// Reads a rule. Names in any case, parts in any order, blanks around members, a last `;` and parts whose names
    /// begin with `X-` (RFC 2445 4.3.10) are accepted.
    ///
    /// # Errors
    /// A part that is unknown, written twice or has a member out of its range: what was wanted, and where.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut rule = Self::new(Frequency::Yearly);
        let mut seen = Vec::new();
        let mut offset = 0;
        for part in text.split(';') {
            if !part.trim().is_empty() {
                let Some((name, value)) = part.split_once('=') else {
                    return Err(Malformed::new("a rule part as NAME=VALUE", offset));
                };
                let value_at = offset + name.len() + 1;
                let name = name.trim().to_ascii_uppercase();
                if seen.contains(&name) {
                    return Err(Malformed::new("each rule part once", offset));
                }
                rule.read_part(&name, Text { text: value, at: value_at }, offset)?;
                seen.push(name);
            }
            offset += part.len() + 1;
        }
        if !seen.iter().any(|name| name == "FREQ") {
            return Err(Malformed::new("FREQ", 0));
        }
        if rule.rscale.is_none() && rule.by_month.iter().any(|month| month.is_leap) {
            return Err(Malformed::new("a month from 1 to 12 (leap months need RSCALE)", 0));
        }
        Ok(rule)
    }

    fn read_part(&mut self, name: &str, value: Text<'_>, name_at: usize) -> Result<(), Malformed> {
        match name {
            "RSCALE" => self.rscale = Some(value.word()?.to_ascii_uppercase()),
            "FREQ" => {
                self.freq = value.named(
                    &Frequency::NAMES,
                    "SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY",
                )?;
            }
            "UNTIL" => self.until = Some(value.until()?),
            "COUNT" => self.count = Some(value.number("a COUNT of 1 or more", 1..=u32::MAX)?),
            "INTERVAL" => self.interval = value.number("an INTERVAL of 1 or more", 1..=u32::MAX)?,
            "BYSECOND" => self.by_second = value.list(|v| v.number("a second from 0 to 60", 0..=60))?,
            "BYMINUTE" => self.by_minute = value.list(|v| v.number("a minute from 0 to 59", 0..=59))?,
            "BYHOUR" => self.by_hour = value.list(|v| v.number("an hour from 0 to 23", 0..=23))?,
            "BYDAY" => self.by_day = value.list(Text::weekday_num)?,
            "BYMONTHDAY" => {
                self.by_month_day =
                    value.list(|v| v.signed("a day of the month from 1 to 31 or -31 to -1", 31))?;
            }
            "BYYEARDAY" => {
                self.by_year_day =
                    value.list(|v| v.signed("a day of the year from 1 to 366 or -366 to -1", 385))?;
            }
            "BYWEEKNO" => {
                self.by_week_no = value.list(|v| v.signed("a week from 1 to 53 or -53 to -1", 53))?;
            }
            "BYMONTH" => self.by_month = value.list(Text::month)?,
            "BYSETPOS" => {
                self.by_set_pos = value.list(|v| v.signed("a position other than 0", i32::MAX))?;
            }
            "WKST" => self.wkst = Some(value.weekday()?),
            "SKIP" => self.skip = value.named(&SKIPS, "OMIT, BACKWARD or FORWARD")?,
            _ if name.starts_with("X-") => {}
            _ => return Err(Malformed::new("a known rule part", name_at)),
        }
        Ok(())
    }

    /// The first day of the week: WKST, or Monday.
    pub fn week_start(&self) -> Weekday {
        self.wkst.unwrap_or(Weekday::Monday)
    }
}

const SKIPS: [(&str, Skip); 3] =
    [("OMIT", Skip::Omit), ("BACKWARD", Skip::Backward), ("FORWARD", Skip::Forward)];

/// A piece of the rule's text, and where it begins in it.
#[derive(Clone, Copy)]
struct Text<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Text<'a> {
    fn wanted(self, wanted: &'static str) -> Malformed {
        Malformed::new(wanted, self.at)
    }

    /// The text without blanks around it.
    fn trimmed(self) -> Self {
        let text = self.text.trim_start();
        Self { text: text.trim_end(), at: self.at + self.text.len() - text.len() }
    }

    fn word(self) -> Result<&'a str, Malformed> {
        let word = self.trimmed();
        if word.text.is_empty() { Err(word.wanted("a name")) } else { Ok(word.text) }
    }

    fn named<T: Copy>(self, names: &[(&str, T)], wanted: &'static str) -> Result<T, Malformed> {
        let word = self.trimmed();
        let named = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(word.text));
        named.map(|(_, value)| *value).ok_or(word.wanted(wanted))
    }

    fn list<T>(self, mut member: impl FnMut(Self) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
        let mut at = self.at;
        self.text
            .split(',')
            .map(|text| {
                let value = member(Text { text, at }.trimmed());
                at += text.len() + 1;
                value
            })
            .collect()
    }

    fn number<T: TryFrom<u32>>(
        self,
        wanted: &'static str,
        range: RangeInclusive<u32>,
    ) -> Result<T, Malformed> {
        let digits = self.trimmed();
        if !digits.text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(digits.wanted(wanted));
        }
        let number = digits.text.parse::<u32>().ok().filter(|number| range.contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or(digits.wanted(wanted))
    }

    /// A number from 1 to `most`, or from -`most` to -1.
    fn signed<T: TryFrom<i32>>(self, wanted: &'static str, most: i32) -> Result<T, Malformed> {
        let (is_negative, digits) = match self.text.as_bytes() {
            [b'-', ..] => (true, Text { text: &self.text[1..], at: self.at }),
            [b'+', ..] => (false, Text { text: &self.text[1..], at: self.at }),
            _ => (false, self),
        };
        let number: i32 = digits.number(wanted, 1..=most.unsigned_abs()).map_err(|_| self.wanted(wanted))?;
        T::try_from(if is_negative { -number } else { number }).map_err(|_| self.wanted(wanted))
    }

    fn weekday(self) -> Result<Weekday, Malformed> {
        let code = self.trimmed();
        Weekday::from_code(code.text.as_bytes()).ok_or(code.wanted("SU, MO, TU, WE, TH, FR or SA"))
    }

    fn weekday_num(self) -> Result<WeekdayNum, Malformed> {
        const WANTED: &str = "a weekday as MO, 2MO or -1MO";
        let split = self.text.len().checked_sub(2).and_then(|at| self.text.split_at_checked(at));
        let (nth, code) = split.ok_or(self.wanted(WANTED))?;
        let weekday = Weekday::from_code(code.as_bytes()).ok_or(self.wanted(WANTED))?;
        let nth = match nth {
            "" => None,
            nth => Some(
                Text { text: nth, at: self.at }.signed("a weekday's number from 1 to 53 or -53 to -1", 53)?,
            ),
        };
        Ok(WeekdayNum { nth, weekday })
    }

    fn month(self) -> Result<Month, Malformed> {
        let (digits, is_leap) = match self.text.strip_suffix(['L', 'l']) {
            Some(digits) => (digits, true),
            None => (self.text, false),
        };
        let number = Text { text: digits, at: self.at }.number("a month from 1 to 12", 1..=13)?;
        Ok(Month { number, is_leap })
    }

    fn until(self) -> Result<Until, Malformed> {
        let value = self.trimmed();
        let written =
            date_time::parse_written(value.text.as_bytes()).map_err(|fault| fault.shifted(value.at))?;
        Ok(match written {
            Written::Date(date) => Until::Date(date),
            Written::Local(wall) => Until::Local(wall),
            Written::Utc(wall) => Until::Utc(wall),
        })
    }
}

impl fmt::Display for WeekdayNum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        f.write_str(self.weekday.code())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, if self.is_leap { "L" } else { "" })
    }
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => date_time::write_date(f, *date),
            Self::Local(wall) => date_time::write_date_time(f, *wall),
            Self::Utc(wall) => {
                date_time::write_date_time(f, *wall)?;
                f.write_str("Z")
            }
        }
    }
}

/// The rule in the RFC's order of parts; what has its default value is left out.
impl fmt::Display for Recur {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rscale) = &self.rscale {
            write!(f, "RSCALE={rscale};")?;
        }
        write!(f, "FREQ={}", self.freq.name())?;
        if let Some(until) = self.until {
            write!(f, ";UNTIL={until}")?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if self.interval.get() > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        write_list(f, "BYSECOND", &self.by_second)?;
        write_list(f, "BYMINUTE", &self.by_minute)?;
        write_list(f, "BYHOUR", &self.by_hour)?;
        write_list(f, "BYDAY", &self.by_day)?;
        write_list(f, "BYMONTHDAY", &self.by_month_day)?;
        write_list(f, "BYYEARDAY", &self.by_year_day)?;
        write_list(f, "BYWEEKNO", &self.by_week_no)?;
        write_list(f, "BYMONTH", &self.by_month)?;
        write_list(f, "BYSETPOS", &self.by_set_pos)?;
        if let Some(wkst) = self.wkst {
            write!(f, ";WKST={}", wkst.code())?;
        }
        match self.skip {
            Skip::Omit => Ok(()),
            Skip::Backward => f.write_str(";SKIP=BACKWARD"),
            Skip::Forward => f.write_str(";SKIP=FORWARD"),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, name: &str, members: &[impl fmt::Display]) -> fmt::Result {
    for (at, member) in members.iter().enumerate() {
        if at == 0 {
            write!(f, ";{name}={member}")?;
        } else {
            write!(f, ",{member}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_read() {
        for text in [
            "FREQ=YEARLY;INTERVAL=2;BYMINUTE=30;BYHOUR=8,9;BYDAY=SU;BYMONTH=1",
            "FREQ=WEEKLY;UNTIL=19971224T000000Z;INTERVAL=2;BYDAY=MO,WE,FR;WKST=SU",
            "FREQ=MONTHLY;COUNT=10;BYDAY=1SU,-1SU",
            "FREQ=YEARLY;BYMONTHDAY=13,-31;BYYEARDAY=1,-366;BYWEEKNO=20,-53;BYSETPOS=3,-2000000",
            "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=5L;SKIP=FORWARD",
            "FREQ=DAILY;UNTIL=20240101",
            "FREQ=DAILY;UNTIL=20240101T120000",
        ] {
            assert_eq!(Recur::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_people_write() {
        let rule = Recur::parse("interval=1;freq=weekly;X-OWN=1;BYDAY= mo , +2tu;").unwrap();
        assert_eq!(rule.to_string(), "FREQ=WEEKLY;BYDAY=MO,2TU");
    }

    #[test]
    fn faults_have_their_place() {
        for (text, offset, wanted) in [
            ("", 0, "FREQ"),
            ("COUNT=3", 0, "FREQ"),
            ("FREQ=DAILY;COUNT=0", 17, "a COUNT of 1 or more"),
            ("FREQ=DAILY;COUNT=99999999999", 17, "a COUNT of 1 or more"),
            ("FREQ=DAILY;INTERVAL=", 20, "an INTERVAL of 1 or more"),
            ("FREQ=DAILY;BYHOUR=9, 24", 21, "an hour from 0 to 23"),
            ("FREQ=DAILY;BYMONTHDAY=1,0", 24, "a day of the month from 1 to 31 or -31 to -1"),
            ("FREQ=DAILY;BYDAY=MO,X", 20, "a weekday as MO, 2MO or -1MO"),
            ("FREQ=DAILY;BYDAY=éMO", 17, "a weekday's number from 1 to 53 or -53 to -1"),
            ("FREQ=DAILY;BYMONTH=5L", 0, "a month from 1 to 12 (leap months need RSCALE)"),
            ("FREQ=DAILY;FREQ=DAILY", 11, "each rule part once"),
            ("FREQ=DAILY;NONSENSE", 11, "a rule part as NAME=VALUE"),
            ("FREQ=DAILY;NONSENSE=1", 11, "a known rule part"),
            ("FREQ=DAILY;UNTIL=2024010", 24, "a date as YYYYMMDD"),
        ] {
            let fault = Recur::parse(text).unwrap_err();
            assert_eq!((fault.offset, fault.wanted), (offset, wanted), "{text}");
        }
    }
}
