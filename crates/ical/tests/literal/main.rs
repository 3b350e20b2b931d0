//! Random rules, expanded and compared with a literal reading of the RFCs.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod expander;

use ical::civil::{Date, DateTime, Time, Weekday};
use ical::rule::{Budget, Instances, Rule, Start};
use ical::value::{Frequency, Month, Recur, Skip, WeekdayNum};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;

/// A list that is most often not there, and short when it is.
fn list<T: std::fmt::Debug>(member: impl Strategy<Value = T>, chance: f64) -> impl Strategy<Value = Vec<T>> {
    weighted(chance, vec(member, 1..4)).prop_map(Option::unwrap_or_default)
}

fn weekday() -> impl Strategy<Value = Weekday> {
    (0..7usize).prop_map(|day| Weekday::ALL[day])
}

/// From 1 to `most`, from either end.
fn nth(most: i32) -> impl Strategy<Value = i32> {
    (1..=most, any::<bool>()).prop_map(|(nth, last)| if last { -nth } else { nth })
}

fn weekday_num() -> impl Strategy<Value = WeekdayNum> {
    let number = prop_oneof![5 => nth(5), 1 => nth(53)].prop_map(|nth| nth as i8);
    (weighted(0.4, number), weekday()).prop_map(|(nth, weekday)| WeekdayNum { nth, weekday })
}

fn frequency() -> impl Strategy<Value = Frequency> {
    prop::sample::select(vec![
        Frequency::Secondly,
        Frequency::Minutely,
        Frequency::Hourly,
        Frequency::Daily,
        Frequency::Weekly,
        Frequency::Monthly,
        Frequency::Yearly,
    ])
}

/// Small ones, and such as divide an hour or a day and such as do not.
fn interval() -> impl Strategy<Value = u32> {
    let odd = prop::sample::select(vec![12, 13, 15, 20, 24, 30, 60, 90, 97]);
    prop_oneof![4 => Just(1), 4 => 2..8u32, 1 => odd]
}

fn recur() -> impl Strategy<Value = Recur> {
    let base = (
        frequency(),
        interval(),
        weighted(0.3, 1..30u32),
        weighted(0.4, weekday()),
        prop::sample::select(vec![Skip::Omit, Skip::Omit, Skip::Backward, Skip::Forward]),
    );
    let times = (list(0..=60u8, 0.15), list(0..60u8, 0.15), list(0..24u8, 0.2));
    let days = (
        list(weekday_num(), 0.4),
        list(prop_oneof![nth(31), 28..=31i32].prop_map(|day| day as i8), 0.35),
        list(nth(366).prop_map(|day| day as i16), 0.1),
        list(prop_oneof![nth(53), Just(1), Just(-1), 52..=53i32].prop_map(|week| week as i8), 0.15),
        list((1..=12u8).prop_map(|number| Month { number, is_leap: false }), 0.3),
        list(prop_oneof![nth(4), nth(40)], 0.25),
    );
    (base, times, days).prop_map(|(base, times, days)| {
        let mut recur = Recur::new(base.0);
        recur.interval = base.1.try_into().unwrap();
        recur.count = base.2.and_then(|count| count.try_into().ok());
        (recur.wkst, recur.skip) = (base.3, base.4);
        (recur.by_second, recur.by_minute, recur.by_hour) = times;
        (recur.by_day, recur.by_month_day, recur.by_year_day) = (days.0, days.1, days.2);
        (recur.by_week_no, recur.by_month, recur.by_set_pos) = (days.3, days.4, days.5);
        recur
    })
}

fn start() -> impl Strategy<Value = Start> {
    let first = Date::new(1995, 1, 1).unwrap().to_days();
    let day = (0..14_000).prop_map(move |days| Date::from_days(first + days).unwrap());
    let month_end = day.clone().prop_map(|date| date.plus_days(33 - i32::from(date.day())).unwrap());
    let month_end = month_end.prop_map(|date| date.plus_days(-i32::from(date.day())).unwrap());
    let month_start = day.clone().prop_map(|date| date.plus_days(1 - i32::from(date.day())).unwrap());
    (prop_oneof![3 => day, 1 => month_start, 1 => month_end], weighted(0.8, 0..86_400u32)).prop_map(
        |(date, second)| {
            second.map_or(Start::Date(date), |second| Start::DateTime(date.at(Time::from_seconds(second))))
        },
    )
}

fn to_jiff(wall: DateTime) -> jiff::civil::DateTime {
    let (date, time) = (wall.date, wall.time);
    jiff::civil::date(date.year(), date.month() as i8, date.day() as i8).at(
        time.hour() as i8,
        time.minute() as i8,
        time.second() as i8,
        0,
    )
}

fn from_jiff(wall: jiff::civil::DateTime) -> DateTime {
    let date = Date::new(wall.year(), wall.month() as u8, wall.day() as u8).unwrap();
    date.at(Time::new(wall.hour() as u8, wall.minute() as u8, wall.second() as u8).unwrap())
}

fn rest(instances: &mut Instances<'_>) -> Vec<DateTime> {
    let mut budget = Budget::default();
    std::iter::from_fn(|| instances.next(&mut budget).unwrap()).collect()
}

/// How many periods the literal expander reads: enough for some years of days, and for some hours of seconds.
fn periods(freq: Frequency) -> u32 {
    match freq {
        Frequency::Yearly => 7,
        Frequency::Monthly => 30,
        Frequency::Weekly => 80,
        Frequency::Daily => 400,
        _ => 1_000,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_names_what_the_rfc_says(
        recur in recur(),
        start in start(),
        until in weighted(0.3, 0..400_000_000i64),
        places in vec(0..100_000i64, 3),
    ) {
        let is_date = matches!(start, Start::Date(_));
        let (literal, end) = expander::expand(&recur, to_jiff(start.wall()), is_date, periods(recur.freq));
        // The rule ends where the literal expander did.
        let end = from_jiff(end).plus_seconds(-1).unwrap();
        let until = until.and_then(|seconds| start.wall().plus_seconds(seconds));
        let until = until.map_or(end, |until| until.min(end));
        let is_expected = |wall: &DateTime| *wall <= until || *wall == start.wall();
        let expected: Vec<DateTime> =
            literal.into_iter().map(from_jiff).filter(is_expected).collect();

        let rule = Rule::new(&recur, start, Some(until)).unwrap();
        let found = rest(&mut rule.instances());
        prop_assert!(found.is_sorted_by(|one, next| one < next), "not ascending: {found:?}");
        prop_assert_eq!(&found, &expected, "{} from {:?}", recur, start);

        // From any place the rest is the same: from an instance, a second before or after it, from anywhere.
        let mut budget = Budget::default();
        let mut instances = rule.instances();
        for place in places {
            let near = expected[place as usize % expected.len()];
            let span = end.to_seconds() - start.wall().to_seconds();
            let anywhere = start.wall().plus_seconds(span * place / 100_000).unwrap();
            let around = [near.plus_seconds(-1), Some(near), near.plus_seconds(1), Some(anywhere)];
            for wall in around.into_iter().flatten() {
                instances.seek(wall, &mut budget).unwrap();
                let from = expected.partition_point(|instance| *instance < wall);
                let rest = rest(&mut instances);
                prop_assert_eq!(&rest, &expected[from..], "{} from {:?} at {}", recur, start, wall);
            }
        }
    }

    /// Intervals and lists of any kind, without an end: a budget ends it, and another goes on where that did.
    #[test]
    fn a_budget_ends_any_rule(recur in recur(), interval in 1..2_000_000u32, start in start()) {
        let recur = Recur { interval: interval.try_into().unwrap(), ..recur };
        let rule = Rule::new(&recur, start, None).unwrap();
        let mut all = Budget::new(40_000, 30);
        let mut instances = rule.instances();
        let whole: Vec<DateTime> = std::iter::from_fn(|| instances.next(&mut all).ok().flatten()).collect();
        prop_assert!(whole.is_sorted_by(|one, next| one < next), "not ascending: {whole:?}");

        let mut instances = rule.instances();
        let mut parts = Vec::new();
        while parts.len() < whole.len() {
            let mut few = Budget::new(40_000, 3);
            let before = parts.len();
            while let Ok(Some(instance)) = instances.next(&mut few) {
                parts.push(instance);
            }
            prop_assert!(parts.len() > before, "stays at {parts:?}, and there is {whole:?}");
        }
        prop_assert_eq!(&parts[..whole.len()], &whole);
    }
}
