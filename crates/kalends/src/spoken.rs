//! Times as people read them: days, clocks, lengths.

use ical::civil::{Date, DateTime, Time, Weekday};

use crate::config::Hours;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// `March`
pub(crate) fn month(date: Date) -> &'static str {
    MONTHS[usize::from(date.month() - 1)]
}

/// `Monday`
pub(crate) const fn weekday(day: Weekday) -> &'static str {
    DAYS[day as usize]
}

/// `08:00`, or `8:00am`.
pub(crate) fn clock(time: Time, hours: Hours) -> String {
    let (hour, minute) = (time.hour(), time.minute());
    match hours {
        Hours::TwentyFour => format!("{hour:02}:{minute:02}"),
        Hours::Twelve => {
            let half = if hour < 12 { "am" } else { "pm" };
            format!("{}:{minute:02}{half}", (hour + 11) % 12 + 1)
        }
    }
}

/// `Monday, 23 March 2026`
pub(crate) fn long_day(date: Date) -> String {
    format!("{}, {} {} {}", weekday(date.weekday()), date.day(), month(date), date.year())
}

/// `Mon 23 Mar`; with its year where that is not this one.
pub(crate) fn short_day(date: Date, today: Date) -> String {
    let day = format!("{} {} {}", &weekday(date.weekday())[..3], date.day(), &month(date)[..3]);
    if date.year() == today.year() { day } else { format!("{day} {}", date.year()) }
}

/// `yesterday`, `today`, `tomorrow`, else as [`short_day`].
pub(crate) fn near_day(date: Date, today: Date) -> String {
    match date.to_days() - today.to_days() {
        -1 => "yesterday".to_owned(),
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        _ => short_day(date, today),
    }
}

/// `today 18:00`, `Fri 27 Mar`: a time on the wall, or a whole day.
pub(crate) fn moment(wall: DateTime, is_date: bool, today: Date, hours: Hours) -> String {
    let day = near_day(wall.date, today);
    if is_date { day } else { format!("{day} {}", clock(wall.time, hours)) }
}

/// `45 min`, `1 h 30 min`, `3 days`, `2 days 4 h`: whole minutes, and nothing that nobody wants to know so
/// exactly.
pub(crate) fn length(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    let days_told = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    match (days, hours, rest) {
        (0, 0, rest) => format!("{rest} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, rest) => format!("{hours} h {rest} min"),
        (_, 0, _) | (7.., ..) => days_told,
        (_, hours, _) => format!("{days_told} {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        for (hour, minute, day, half) in [
            (0, 0, "00:00", "12:00am"),
            (0, 5, "00:05", "12:05am"),
            (9, 30, "09:30", "9:30am"),
            (12, 0, "12:00", "12:00pm"),
            (13, 0, "13:00", "1:00pm"),
            (23, 59, "23:59", "11:59pm"),
        ] {
            let time = Time::new(hour, minute, 0).unwrap();
            assert_eq!((&*clock(time, Hours::TwentyFour), &*clock(time, Hours::Twelve)), (day, half));
        }
    }

    #[test]
    fn lengths() {
        for (seconds, text) in [
            (-1, "0 min"),
            (59, "0 min"),
            (2_700, "45 min"),
            (3_600, "1 h"),
            (5_400, "1 h 30 min"),
            (86_400, "1 day"),
            (90_000, "1 day 1 h"),
            (187_200, "2 days 4 h"),
            (700_000, "8 days"),
        ] {
            assert_eq!(length(seconds), text, "{seconds}");
        }
    }

    #[test]
    fn days_near_and_far() {
        let date = |year, month, day| Date::new(year, month, day).unwrap();
        let today = date(2026, 2, 28);
        for (day, text) in [
            (date(2026, 2, 27), "yesterday"),
            (today, "today"),
            (date(2026, 3, 1), "tomorrow"),
            (date(2026, 3, 2), "Mon 2 Mar"),
            (date(2025, 12, 31), "Wed 31 Dec 2025"),
        ] {
            assert_eq!(near_day(day, today), text);
        }
        assert_eq!(long_day(today), "Saturday, 28 February 2026");
    }
}
