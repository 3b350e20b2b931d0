//! Rules in words, and words as rules.

use std::num::NonZeroU32;

use ical::civil::{Date, Weekday};
use ical::value::{Frequency, Month, Recur, Skip, Until, WeekdayNum};
use ical::zone::Zone;
use proptest::prelude::*;
use sentence::{describe, describe_in, repetition};

use crate::context;

#[test]
fn rules_that_words_can_say() {
    for (rule, told) in [
        ("FREQ=DAILY", "every day"),
        ("FREQ=HOURLY;INTERVAL=6", "every 6 hours"),
        ("FREQ=MINUTELY;INTERVAL=90", "every 90 minutes"),
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;BYDAY=MO", "every Monday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday and Thursday"),
        (
            "FREQ=WEEKLY;UNTIL=20260603;INTERVAL=2;BYDAY=MO,TH",
            "every 2 weeks on Monday and Thursday until 3 June 2026",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
            "every 2 weeks on Sunday and Monday, with weeks from Sunday",
        ),
        ("FREQ=DAILY;COUNT=10", "every day 10 times"),
        ("FREQ=DAILY;COUNT=1", "every day 1 time"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=SA,SU", "every 2 days if it is Saturday or Sunday"),
        ("FREQ=DAILY;BYMONTH=1,7", "every day in January and July"),
        ("FREQ=MONTHLY", "every month"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "every month on the 1st and 15th"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=3,-2", "every month on the 3rd and 2nd last day"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "every month on the 1st Monday and the 3rd Monday"),
        ("FREQ=MONTHLY;BYDAY=SU", "every month on every Sunday"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on the 13th if it is Friday"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "every month on the last weekday"),
        (
            "FREQ=MONTHLY;BYDAY=TU,WE;BYSETPOS=3",
            "every month on every Tuesday and every Wednesday, only the 3rd of them",
        ),
        ("FREQ=YEARLY", "every year"),
        ("FREQ=YEARLY;BYMONTHDAY=15;BYMONTH=3", "every year on 15 March"),
        ("FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3,10", "every year on the last Sunday in March and October"),
        ("FREQ=YEARLY;BYDAY=20MO", "every year on the 20th Monday of the year"),
        (
            "FREQ=YEARLY;INTERVAL=4;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;BYMONTH=11",
            "every 4 years on the 2nd, 3rd, 4th, 5th, 6th, 7th and 8th if it is Tuesday in November",
        ),
    ] {
        let recur = Recur::parse(rule).unwrap();
        assert_eq!(describe(&recur), told);
        let again = repetition(told, &context()).map(|recur| recur.to_string());
        assert_eq!(again.as_deref().map_err(ToString::to_string), Ok(rule), "{told}");
    }
}

#[test]
fn rules_that_only_the_rfc_can_say() {
    for (rule, told) in [
        ("FREQ=SECONDLY", "every second"),
        ("FREQ=DAILY;BYMINUTE=0;BYHOUR=9,17", "every day at 09:00 and 17:00"),
        (
            "FREQ=YEARLY;INTERVAL=2;BYMINUTE=30;BYHOUR=8,9;BYDAY=SU;BYMONTH=1",
            "every 2 years on every Sunday in January at 08:30 and 09:30",
        ),
        ("FREQ=HOURLY;BYSECOND=0,30;BYMINUTE=15", "every hour at minute 15 at second 0 and 30"),
        ("FREQ=YEARLY;BYYEARDAY=1,100,-1", "every year on the 1st, 100th and last day of the year"),
        ("FREQ=YEARLY;BYDAY=MO;BYWEEKNO=20", "every year on every Monday in week 20"),
        (
            "FREQ=YEARLY;BYWEEKNO=1,-1;WKST=SU",
            "every year in week 1 and the last week, with weeks from Sunday",
        ),
        ("FREQ=YEARLY;BYMONTHDAY=15", "every year on the 15th"),
        ("FREQ=DAILY;BYMONTHDAY=15", "every day on the 15th"),
        ("FREQ=DAILY;UNTIL=20260603T120000Z", "every day until 3 June 2026 12:00 (UTC)"),
        ("FREQ=DAILY;UNTIL=20260603T120000", "every day until 3 June 2026 12:00"),
        ("FREQ=DAILY;UNTIL=20260603;COUNT=3", "every day 3 times until 3 June 2026"),
        (
            "RSCALE=CHINESE;FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=5L;SKIP=FORWARD",
            "every year on the 1st in May (leap), the day after where there is none, in the calendar CHINESE",
        ),
    ] {
        let recur = Recur::parse(rule).unwrap();
        assert_eq!(describe(&recur), told);
        assert!(repetition(told, &context()).is_err(), "{told} is read as a rule");
    }
}

#[test]
fn the_end_of_a_day_in_utc_is_that_day_in_its_zone() {
    let recur = Recur::parse("FREQ=DAILY;UNTIL=20260603T215959Z").unwrap();
    let vienna = Zone::iana("Europe/Vienna").unwrap();
    assert_eq!(describe_in(&recur, &vienna), "every day until 3 June 2026");
    let noon = Recur::parse("FREQ=DAILY;UNTIL=20260603T100000Z").unwrap();
    assert_eq!(describe_in(&noon, &vienna), "every day until 3 June 2026 12:00");
}

#[test]
fn what_is_refused() {
    for (text, words) in [
        ("", ""),
        ("every", ""),
        ("every 0 days", "0"),
        ("every a day", "a"),
        ("every second", ""),
        ("every 2 mondays", "mondays"),
        ("every third friday", "third friday"),
        ("every monday and monday", "monday and monday"),
        ("every month on the last", ""),
        ("every month on the 6th friday", "every month on the 6th friday"),
        ("every month on the 32nd", "on the 32nd"),
        ("every month on the 1st and 1st", "on the 1st and 1st"),
        ("every month on the 15th and the last friday", "every month on the 15th and the last friday"),
        ("every month on the 15th and every friday", "on the 15th and every friday"),
        ("every year on the 15th", "every year on the 15th"),
        ("every year on the last friday", "every year on the last friday"),
        ("every week if it is monday", "if"),
        ("every day until 3 june 14:00", "until 3 june 14:00"),
        ("every day 10 times until 3 june", "until 3 june"),
        ("every day 14:00", "14:00"),
        ("every day except friday", "except friday"),
        ("FREQ=NEVER", "NEVER"),
        ("FREQ=DAILY;COUNT=0", "0"),
    ] {
        let error = repetition(text, &context()).expect_err(text);
        assert_eq!(error.words(), words, "{text}: {error}");
    }
}

fn weekdays() -> impl Strategy<Value = Vec<Weekday>> {
    prop::sample::subsequence(Weekday::ALL.to_vec(), 1..=7).prop_shuffle()
}

fn number(most: u32) -> impl Strategy<Value = NonZeroU32> {
    (1..=most).prop_map(|number| NonZeroU32::new(number).unwrap())
}

fn plain(weekdays: Vec<Weekday>) -> Vec<WeekdayNum> {
    weekdays.into_iter().map(|weekday| WeekdayNum { nth: None, weekday }).collect()
}

fn months() -> impl Strategy<Value = Vec<Month>> {
    let months: Vec<Month> = (1..=12).map(|number| Month { number, is_leap: false }).collect();
    prop::sample::subsequence(months, 0..=3)
}

/// Weekdays by number, each once.
fn numbered(most: i8) -> impl Strategy<Value = Vec<WeekdayNum>> {
    let nth = prop::sample::select((-most..=most).filter(|nth| *nth != 0).collect::<Vec<_>>());
    let day = (nth, prop::sample::select(Weekday::ALL.to_vec()));
    prop::collection::hash_set(day, 1..4).prop_map(|days| {
        days.into_iter().map(|(nth, weekday)| WeekdayNum { nth: Some(nth), weekday }).collect()
    })
}

fn month_days() -> impl Strategy<Value = Vec<i8>> {
    let days: Vec<i8> = (-31..=31).filter(|day| *day != 0).collect();
    prop::sample::subsequence(days, 1..4).prop_shuffle()
}

/// The days of a rule: what words can say for its FREQ.
fn days() -> impl Strategy<Value = Recur> {
    let new = Recur::new;
    let short = prop::sample::select(vec![Frequency::Minutely, Frequency::Hourly, Frequency::Daily]);
    let long = || prop::sample::select(vec![Frequency::Monthly, Frequency::Yearly]);
    prop_oneof![
        prop::sample::select(vec![
            Frequency::Minutely,
            Frequency::Hourly,
            Frequency::Daily,
            Frequency::Weekly,
            Frequency::Monthly,
            Frequency::Yearly
        ])
        .prop_map(new),
        (short, weekdays()).prop_map(move |(freq, days)| Recur { by_day: plain(days), ..new(freq) }),
        weekdays().prop_map(move |days| Recur { by_day: plain(days), ..new(Frequency::Weekly) }),
        (long(), weekdays()).prop_map(move |(freq, days)| Recur { by_day: plain(days), ..new(freq) }),
        (long(), numbered(5)).prop_map(move |(freq, by_day)| Recur { by_day, ..new(freq) }),
        numbered(53).prop_map(move |by_day| Recur { by_day, ..new(Frequency::Yearly) }),
        month_days().prop_map(move |by_month_day| Recur { by_month_day, ..new(Frequency::Monthly) }),
        (month_days(), weekdays()).prop_map(move |(by_month_day, days)| Recur {
            by_month_day,
            by_day: plain(days),
            ..new(Frequency::Monthly)
        }),
    ]
}

fn sayable() -> impl Strategy<Value = Recur> {
    let positions = prop::sample::subsequence((-9..=9).filter(|nth| *nth != 0).collect::<Vec<i32>>(), 0..3);
    let end = prop_oneof![
        Just((None, None)),
        number(999_999_999).prop_map(|count| (Some(count), None)),
        (693_961..=803_533).prop_map(|days: i32| {
            // 1 January 1900 to the end of 2199, counted from the year 0.
            let date = Date::from_days(days - 719_528);
            (None, date.map(Until::Date))
        }),
    ];
    let wkst = prop::option::of(prop::sample::select(Weekday::ALL.to_vec()));
    (days(), number(999_999_999), months(), positions, end, wkst).prop_map(
        |(mut rule, interval, by_month, positions, (count, until), wkst)| {
            let is_of_year = rule.by_day.iter().any(|day| day.nth.is_some_and(|nth| nth.unsigned_abs() > 5));
            rule.interval = interval;
            rule.by_month = if is_of_year { Vec::new() } else { by_month };
            if !(rule.by_day.is_empty() && rule.by_month_day.is_empty()) {
                rule.by_set_pos = positions;
            }
            let counts_weeks = rule.freq == Frequency::Weekly && interval > NonZeroU32::MIN;
            rule.wkst = wkst.filter(|wkst| counts_weeks && *wkst != Weekday::Monday);
            (rule.count, rule.until) = (count, until);
            rule
        },
    )
}

fn any_rule() -> impl Strategy<Value = Recur> {
    let numbers = || prop::collection::vec(0..=59u8, 0..3);
    let rest = (
        prop::collection::vec(-366..=366i16, 0..3),
        prop::collection::vec(-53..=53i8, 0..3),
        prop::collection::vec(-31..=31i8, 0..3),
        prop::collection::vec(prop::option::of(-53..=53i8), 0..3),
        prop::sample::select(vec![Skip::Omit, Skip::Omit, Skip::Backward, Skip::Forward]),
        prop::option::of(Just("CHINESE".to_owned())),
        prop::bool::ANY,
    );
    let times = (numbers(), numbers(), prop::collection::vec(0..=23u8, 0..3));
    let freq = prop::sample::select(vec![
        Frequency::Secondly,
        Frequency::Daily,
        Frequency::Weekly,
        Frequency::Yearly,
    ]);
    (sayable(), times, rest, freq).prop_map(|(rule, (second, minute, hour), rest, freq)| {
        let (year_day, week_no, month_day, nths, skip, rscale, is_mixed) = rest;
        let mut rule = rule;
        rule.by_year_day = year_day.into_iter().filter(|day| *day != 0).collect();
        rule.by_week_no = week_no.into_iter().filter(|week| *week != 0).collect();
        (rule.by_second, rule.by_minute, rule.by_hour) = (second, minute, hour);
        (rule.skip, rule.rscale) = (skip, rscale);
        if is_mixed {
            rule.freq = freq;
            rule.by_month_day = month_day.into_iter().filter(|day| *day != 0).collect();
            let nths = nths.into_iter().filter(|nth| *nth != Some(0));
            rule.by_day = nths.map(|nth| WeekdayNum { nth, weekday: Weekday::Sunday }).collect();
        }
        rule
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn what_words_can_say_is_read_as_the_same(rule in sayable()) {
        let told = describe(&rule);
        prop_assert_eq!(repetition(&told, &context()), Ok(rule), "{}", told);
    }

    #[test]
    fn no_rule_is_read_as_another(rule in any_rule()) {
        let told = describe(&rule);
        prop_assert!(told.starts_with("every ") && !told.contains('\n'));
        if let Ok(again) = repetition(&told, &context()) {
            // On which day weeks begin is told where it matters.
            let rule = Recur { wkst: again.wkst, ..rule };
            prop_assert_eq!(again, rule, "{}", told);
        }
    }
}
