//! Calendars of any number of objects that give the same answers: the same few objects stand in the weeks that are asked
//! for, all others outside of them, for ever. README.md says how.

use std::io::{self, Write};

use ical::civil::Date;

/// The clock of all commands: Monday, 2 March 2026, eight o'clock.
pub const NOW: &str = "2026-03-02T08:00:00Z";

/// The first days of the weeks that are asked for, and what they are called.
pub const WEEKS: [(&str, &str); 3] =
    [("this week", "2026-03-02"), ("30 years on", "2056-03-02"), ("10 years back", "2016-03-02")];

/// A word that five objects have.
pub const NEEDLE: &str = "zymurgy";

/// So many objects are the same in each calendar.
pub const ASKED: usize = WEEKS.len() * EACH + 1;

/// So many of them stand in each week, the choir aside.
const EACH: usize = 10;

/// So many objects take place in each of the weeks, the choir among them.
pub const IN_A_WEEK: usize = EACH + 1;

/// What a calendar is made of, beside the objects that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// A fifth recurs, a tenth of these for ever.
    Ordinary,
    /// All recur for ever.
    ForEver,
    /// As ordinary; and what is not asked for keeps away from all of March 2026, so that a month can be asked for.
    Served,
}

impl Mix {
    /// Those of stores that commands are asked in.
    pub const LOCAL: [Self; 2] = [Self::Ordinary, Self::ForEver];

    /// The large store may cost so many times what the small one does.
    pub const fn target(self) -> f64 {
        match self {
            Self::Ordinary => 2.0,
            Self::ForEver => 4.0,
            Self::Served => 1.5,
        }
    }

    /// As it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "a fifth recurs",
            Self::ForEver => "all for ever",
            Self::Served => "served",
        }
    }
}

/// Numbers that are the same each time (xorshift64*).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Default for Chance {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % most.max(1)
    }

    fn days(&mut self, from: i32, to: i32) -> i32 {
        let span = u64::try_from(to.saturating_sub(from)).unwrap_or(0);
        from.saturating_add(i32::try_from(self.below(span)).unwrap_or(0))
    }
}

const WORDS: [&str; 24] = [
    "planning",
    "review",
    "budget",
    "dentist",
    "choir",
    "rehearsal",
    "lunch",
    "customer",
    "release",
    "interview",
    "garden",
    "swimming",
    "parents",
    "evening",
    "contract",
    "visit",
    "train",
    "school",
    "concert",
    "delivery",
    "workshop",
    "report",
    "holiday",
    "meeting",
];

/// Days since 1970 of a year's first day.
fn year(year: i16) -> i32 {
    Date::new(year, 1, 1).map_or(0, Date::to_days)
}

/// The first days of the asked weeks, as days since 1970.
fn weeks() -> [i32; WEEKS.len()] {
    [2026, 2056, 2016].map(|year| Date::new(year, 3, 2).map_or(0, Date::to_days))
}

/// The first and last days of what is asked for.
fn asked(mix: Mix) -> impl Iterator<Item = (i32, i32)> {
    let march = Date::new(2026, 3, 1).map_or(0, Date::to_days);
    let weeks = weeks().into_iter().map(|week| (week, week + 6));
    weeks.chain((mix == Mix::Served).then_some((march, march + 30)))
}

/// Do these days keep away from all that is asked for, by three days at least?
fn is_elsewhere(mix: Mix, first: i32, last: i32) -> bool {
    asked(mix).all(|(from, to)| last < from - 3 || first > to + 3)
}

/// A component that is an object of its own.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its UID.
    pub uid: String,
    /// Its text, from `BEGIN` to `END`. Its zone is `Europe/Vienna`.
    pub text: String,
}

/// So many objects, at least [`ASKED`]: the same each time.
pub fn objects(mix: Mix, number: usize) -> impl Iterator<Item = Object> {
    let mut chance = Chance::default();
    (0..number.max(ASKED)).map(move |each| match each {
        _ if each < ASKED => in_all(each, &mut chance),
        _ => other(mix, each, &mut chance),
    })
}

/// One of those that each calendar has.
fn in_all(number: usize, chance: &mut Chance) -> Object {
    let (in_week, each) = (number / EACH, number % EACH);
    let Some(week) = weeks().get(in_week).copied() else {
        let day = Date::new(2010, 1, 6).map_or(0, Date::to_days);
        return event("asked-choir".to_owned(), day, 18, "FREQ=WEEKLY", "asked choir", chance);
    };
    let day = week + i32::try_from(each % 7).unwrap_or(0);
    let word = if in_week == 0 && each < 5 { NEEDLE } else { "asked" };
    event(format!("asked-{in_week}-{each}"), day, 9 + each % 7, "", &format!("{word} {each}"), chance)
}

/// One of those that are elsewhere.
fn other(mix: Mix, number: usize, chance: &mut Chance) -> Object {
    let uid = format!("{number}-{:08x}@example.com", chance.below(1 << 31));
    let words: Vec<&str> = (0..4).filter_map(|_| WORDS.get(chance.index(WORDS.len()))).copied().collect();
    let (day, rule) = match mix {
        Mix::ForEver => for_ever(mix, chance),
        _ if !number.is_multiple_of(5) => single(mix, chance),
        _ if !number.is_multiple_of(50) => ending(mix, chance),
        _ => for_ever(mix, chance),
    };
    let hour = 7 + chance.index(12);
    event(uid, day, hour, &rule, &format!("{} {number}", words.join(" ")), chance)
}

/// Writes a calendar of so many objects, at least [`ASKED`].
///
/// # Errors
/// `out` cannot be written.
pub fn write(out: &mut dyn Write, mix: Mix, number: usize) -> io::Result<()> {
    out.write_all(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//cost//EN\r\n")?;
    for object in objects(mix, number) {
        out.write_all(object.text.as_bytes())?;
    }
    out.write_all(b"END:VCALENDAR\r\n")
}

impl Chance {
    /// A place among so many.
    pub fn index(&mut self, most: usize) -> usize {
        usize::try_from(self.below(most as u64)).unwrap_or(0)
    }
}

/// A day within forty years before and after.
fn single(mix: Mix, chance: &mut Chance) -> (i32, String) {
    loop {
        let day = chance.days(year(1986), year(2066));
        if is_elsewhere(mix, day, day) {
            return (day, String::new());
        }
    }
}

/// A series of some days to a year and a half.
fn ending(mix: Mix, chance: &mut Chance) -> (i32, String) {
    loop {
        let day = chance.days(year(1996), year(2040));
        let (rule, lasts) = match chance.below(5) {
            0 => ("FREQ=DAILY;COUNT=5".to_owned(), 5),
            1 => ("FREQ=WEEKLY;COUNT=10".to_owned(), 70),
            // Seven months of a year have a 31st.
            2 => ("FREQ=MONTHLY;COUNT=12".to_owned(), 21 * 31),
            3 => ("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=52".to_owned(), 130),
            _ => (format!("FREQ=WEEKLY;INTERVAL=2;UNTIL={}T235959Z", basic(day + 550)), 551),
        };
        if is_elsewhere(mix, day, day + lasts) {
            return (day, rule);
        }
    }
}

/// A series without end that takes place in none of the asked weeks, which all lie in the first third of a March: yearly in
/// another season, monthly later in the month, or every so many weeks that none of them is one of those. Where all of a March
/// is asked for, what is monthly takes place in even months.
fn for_ever(mix: Mix, chance: &mut Chance) -> (i32, String) {
    let began = |chance: &mut Chance| chance.days(year(2021), year(2025));
    let monthly = if mix == Mix::Served { "FREQ=MONTHLY;INTERVAL=2" } else { "FREQ=MONTHLY" };
    let is_free = |date: &Date| mix != Mix::Served || date.month().is_multiple_of(2);
    match chance.below(5) {
        0 => loop {
            let day = began(chance);
            if Date::from_days(day).is_some_and(|date| (4..=12).contains(&date.month())) {
                return (day, "FREQ=YEARLY".to_owned());
            }
        },
        1 => loop {
            let day = began(chance);
            let date = Date::from_days(day).filter(is_free);
            if let Some(date) = date.filter(|date| (12..=28).contains(&date.day())) {
                return (day, format!("{monthly};BYMONTHDAY={}", date.day()));
            }
        },
        2 => loop {
            let day = began(chance);
            let date = Date::from_days(day).filter(is_free);
            if let Some(date) = date.filter(|date| (15..=28).contains(&date.day())) {
                let (nth, weekday) = ((date.day() - 1) / 7 + 1, date.weekday().code());
                return (day, format!("{monthly};BYDAY={nth}{weekday}"));
            }
        },
        3 => loop {
            let day = began(chance);
            if let Some(date) = Date::from_days(day).filter(|date| (6..=11).contains(&date.month())) {
                let (month, weekday) = (date.month(), date.weekday().code());
                return (day, format!("FREQ=YEARLY;BYMONTH={month};BYDAY={weekday}"));
            }
        },
        _ => loop {
            let (day, interval) = (began(chance), 4 + i32::try_from(chance.below(9)).unwrap_or(0));
            let is_on = |asked: i32| (asked - day).rem_euclid(7 * interval) == 0;
            if asked(mix).all(|(from, to)| !(from - 1..to + 2).any(is_on)) {
                return (day, format!("FREQ=WEEKLY;INTERVAL={interval}"));
            }
        },
    }
}

fn basic(day: i32) -> String {
    Date::from_days(day).map_or_else(String::new, |date| date.to_string().replace('-', ""))
}

/// An event of three quarters of an hour, in a zone where clocks change.
fn event(uid: String, day: i32, hour: usize, rule: &str, summary: &str, chance: &mut Chance) -> Object {
    let date = basic(day);
    let rule = if rule.is_empty() { String::new() } else { format!("RRULE:{rule}\r\n") };
    let word = |chance: &mut Chance| WORDS.get(chance.index(WORDS.len())).copied().unwrap_or_default();
    let words: Vec<&str> = (0..12).map(|_| word(chance)).collect();
    let text = format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20200101T000000Z\r\nDTSTART;TZID=Europe/Vienna:{date}T{hour:02}0000\r\n\
         DTEND;TZID=Europe/Vienna:{date}T{hour:02}4500\r\n{rule}SUMMARY:{summary}\r\nLOCATION:Room {}\r\n\
         DESCRIPTION:{}\r\n {}\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n",
        chance.below(90),
        words.get(..6).unwrap_or_default().join(" "),
        words.get(6..).unwrap_or_default().join(" "),
    );
    Object { uid, text }
}
