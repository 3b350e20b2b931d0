//! Which day and instant words mean, wherever and whenever they are said.

use ical::civil::Weekday;
use ical::value::Duration;
use sentence::{Clock, Context, Fault, Kind, MOST_CHARACTERS, Moment, moment, moment_on, understand};

use crate::{context, context_at, shown_in, wall};

/// Sentences said at a time in a zone, and what they are understood as.
fn check(context: &Context, sentences: &[(&str, &str)]) {
    for (say, understood) in sentences {
        assert_eq!(shown_in(say, context), *understood, "{say}");
    }
}

#[test]
fn what_has_passed_means_the_next_one() {
    // A Monday.
    let at = |hour, minute| context_at(wall((2026, 3, 2), (hour, minute)), "UTC");
    check(
        &at(14, 0),
        &[
            ("Tea 14:00", "Tea · Mon 2 March 2026 14:00–15:00 (UTC)"),
            ("Tea 13:59", "Tea · Tue 3 March 2026 13:59–14:59 (UTC)"),
            ("Tea monday 14:00", "Tea · Mon 2 March 2026 14:00–15:00 (UTC)"),
            ("Tea monday 13:59", "Tea · Mon 9 March 2026 13:59–14:59 (UTC)"),
            ("Tea monday", "Tea · Mon 2 March 2026"),
            ("Tea 2 march", "Tea · Mon 2 March 2026"),
            ("Tea 2 march 9:00", "Tea · Tue 2 March 2027 09:00–10:00 (UTC)"),
            ("Tea on the 2nd 9:00", "Tea · Thu 2 April 2026 09:00–10:00 (UTC)"),
            ("Tea 29 february", "Tea · Tue 29 February 2028"),
            ("Tea on the 31st", "Tea · Tue 31 March 2026"),
            ("Tea from 1 to 3 march", "Tea · Mon 1 March 2027 – Wed 3 March 2027"),
            // What fixes the day stays.
            ("Tea today 9:00", "Tea · Mon 2 March 2026 09:00–10:00 (UTC) (that has passed)"),
            ("Tea 2 march 2026 9:00", "Tea · Mon 2 March 2026 09:00–10:00 (UTC) (that has passed)"),
            ("Tea this monday 9:00", "Tea · Mon 2 March 2026 09:00–10:00 (UTC) (that has passed)"),
            ("Tea 1999-12-31", "Tea · Fri 31 December 1999 (that has passed)"),
            ("Tea 1492-10-12", "Tea · Wed 1492-10-12 (that has passed)"),
            ("Tea 4 hours ago", "Tea · Mon 2 March 2026 10:00–11:00 (UTC) (that has passed)"),
        ],
    );
    check(
        &at(23, 59),
        &[
            ("Tea 0:00", "Tea · Tue 3 March 2026 00:00–01:00 (UTC)"),
            ("Tea in 5 minutes", "Tea · Tue 3 March 2026 00:04–01:04 (UTC)"),
            ("Tea 23:59 for 1 min", "Tea · Mon 2 March 2026 23:59 – Tue 3 March 2026 00:00 (UTC)"),
        ],
    );
}

#[test]
fn a_minute_that_has_begun_is_rounded_up() {
    let mut context = context_at(wall((2026, 3, 2), (14, 0)), "UTC");
    context.now.0 += 30;
    check(
        &context,
        &[
            ("Tea in 1 hour", "Tea · Mon 2 March 2026 15:01–16:01 (UTC)"),
            ("Tea 14:00", "Tea · Tue 3 March 2026 14:00–15:00 (UTC)"),
        ],
    );
}

#[test]
fn next_is_read_where_all_agree() {
    let on = |day, week_start| Context { week_start, ..context_at(wall((2026, 3, day), (10, 0)), "UTC") };
    // Wednesday, 4 March.
    check(
        &on(4, Weekday::Monday),
        &[
            ("Tea next tuesday", "Tea · Tue 10 March 2026"),
            ("Tea next wednesday", "Tea · Wed 11 March 2026"),
            (
                "Tea next thursday",
                "Ambiguous \"next thursday\": next Thursday is said of Thu 5 March 2026 and of \
             Thu 12 March 2026: write Thursday, or Thursday next week",
            ),
            ("Tea thursday next week", "Tea · Thu 12 March 2026"),
            ("Tea this thursday", "Tea · Thu 5 March 2026"),
            (
                "Tea tuesday this week",
                "Contradiction \"tuesday this week\": the Tuesday of this week was Tue 3 March 2026",
            ),
            ("Tea this sunday", "Tea · Sun 8 March 2026"),
        ],
    );
    // Where weeks begin on Sunday, the Sunday of this week has been.
    check(
        &on(4, Weekday::Sunday),
        &[
            (
                "Tea this sunday",
                "Contradiction \"this sunday\": the Sunday of this week was Sun 1 March 2026",
            ),
            ("Tea next sunday", "Tea · Sun 8 March 2026"),
        ],
    );
    // On a Sunday Monday is tomorrow, which is next week or this one.
    check(&on(8, Weekday::Monday), &[("Tea next monday", "Tea · Mon 9 March 2026")]);
    assert!(shown_in("Tea next monday", &on(8, Weekday::Sunday)).starts_with("Ambiguous"));
}

#[test]
fn a_time_that_the_clock_skips_is_refused() {
    // The clock goes forward in Vienna on 29 March and back on 25 October, in New York on 8 March.
    check(
        &context(),
        &[
            (
                "Tea 29 march 2:30",
                "Nonexistent \"29 march 2:30\": there is no 02:30 on Sun 29 March 2026 in Europe/Vienna: \
             the clock is set forward then, and shows 03:30 instead",
            ),
            ("Tea 29 march 3:00", "Tea · Sun 29 March 2026 03:00–04:00 (Europe/Vienna)"),
            ("Tea 29 march 1:30", "Tea · Sun 29 March 2026 01:30–03:30 (Europe/Vienna)"),
            ("Tea 8 march 2:30", "Tea · Sun 8 March 2026 02:30–03:30 (Europe/Vienna)"),
            (
                "Tea 28 march 2:30 for 1 day",
                "Nonexistent \"for 1 day\": there is no 02:30 on Sun 29 March 2026 in Europe/Vienna: \
             the clock is set forward then, and shows 03:30 instead",
            ),
            (
                "Tea 28 march 2:30 for 24 hours",
                "Tea · Sat 28 March 2026 02:30 – Sun 29 March 2026 03:30 (Europe/Vienna)",
            ),
        ],
    );
    assert!(shown_in("Tea 8 march 2:30 New York time", &context()).starts_with("Nonexistent"));
    assert!(shown_in("Tea 29 march 1:00-2:30", &context()).starts_with("Nonexistent \"2:30\""));
}

#[test]
fn of_a_time_that_the_clock_shows_twice_the_first_is_meant() {
    check(
        &context(),
        &[
            (
                "Tea 25 october 2:30 for 30 min",
                "Tea · Sun 25 October 2026 02:30–02:00 (Europe/Vienna) \
             (the clock in Europe/Vienna shows 02:30 twice on 25 October 2026: the first is meant)",
            ),
            (
                "Tea 25 october 1:00-2:30",
                "Tea · Sun 25 October 2026 01:00–02:30 (Europe/Vienna) \
             (the clock in Europe/Vienna shows 02:30 twice on 25 October 2026: the first is meant)",
            ),
        ],
    );
    let short = understand(&["Tea 25 october 2:30 for 30 min"], &context()).unwrap();
    let sentence::When::Event(span) = short.when else { panic!("an event") };
    assert_eq!(span.end(), None, "only a length can say this end");
}

#[test]
fn days_are_counted_where_i_am_and_times_pass_where_they_are() {
    // One o'clock on Tuesday in Vienna is Monday evening in New York.
    let context = context_at(wall((2026, 3, 3), (1, 0)), "Europe/Vienna");
    check(
        &context,
        &[
            ("Call 20:00 New York time", "Call · Mon 2 March 2026 20:00–21:00 (America/New_York)"),
            ("Call 18:00 New York time", "Call · Tue 3 March 2026 18:00–19:00 (America/New_York)"),
            ("Call tomorrow 18:00 New York time", "Call · Wed 4 March 2026 18:00–19:00 (America/New_York)"),
            ("Call monday 20:00 New York time", "Call · Mon 2 March 2026 20:00–21:00 (America/New_York)"),
            ("Call in 2 hours in Asia/Tokyo", "Call · Tue 3 March 2026 11:00–12:00 (Asia/Tokyo)"),
        ],
    );
}

#[test]
fn zones_of_a_start_and_an_end() {
    check(
        &context(),
        &[
            ("Call 14:00-15:00 Asia/Tokyo", "Call · Tue 3 March 2026 14:00–15:00 (Asia/Tokyo)"),
            ("Call 14:00 Asia/Tokyo to 15:00", "Call · Tue 3 March 2026 14:00–15:00 (Asia/Tokyo)"),
            (
                "Flight tomorrow 13:00 Asia/Tokyo to 9:00 America/New_York",
                "Flight · Tue 3 March 2026 13:00 (Asia/Tokyo) – Tue 3 March 2026 09:00 (America/New_York)",
            ),
            ("Call 14:00 utc", "Call · Mon 2 March 2026 14:00–15:00 (UTC)"),
            (
                "Call tomorrow in Asia/Tokyo",
                "Missing \"Asia/Tokyo\": a whole day is in no time zone; at which time is it?",
            ),
            ("Call in utc tomorrow 14:00", "Call · Tue 3 March 2026 14:00–15:00 (UTC)"),
            ("UTC talk friday 14:00", "UTC talk · Fri 6 March 2026 14:00–15:00 (Europe/Vienna)"),
            (
                "Call 14:00 Asia/Tokyo in Europe/London",
                "Repeated \"Europe/London\": this is a second time zone",
            ),
            ("Call 14:00 (EUROPE/vienna)", "Call · Mon 2 March 2026 14:00–15:00 (Europe/Vienna)"),
            (
                "Call 14:00 buenos aires time",
                "Call · Mon 2 March 2026 14:00–15:00 (America/Argentina/Buenos_Aires)",
            ),
        ],
    );
    for zone in ["EST", "CET", "Turkey", "Europe/Wien", "Nowhere time"] {
        let error = understand(&[&format!("Call 14:00 {zone}")], &context()).unwrap_err();
        assert_eq!(error.words(), zone.split(' ').next().unwrap(), "{error}");
    }
}

#[test]
fn the_twelve_hour_clock_wants_the_half_of_the_day() {
    let context = Context { clock: Clock::Twelve, ..context() };
    check(
        &context,
        &[
            ("Tea tomorrow 9am", "Tea · Tue 3 March 2026 9:00 am – 10:00 am (Europe/Vienna)"),
            ("Tea tomorrow 12:30 am", "Tea · Tue 3 March 2026 12:30 am – 1:30 am (Europe/Vienna)"),
            ("Tea tomorrow 12 pm", "Tea · Tue 3 March 2026 12:00 pm – 1:00 pm (Europe/Vienna)"),
            ("Tea tomorrow 09:00", "Tea · Tue 3 March 2026 9:00 am – 10:00 am (Europe/Vienna)"),
            ("Tea tomorrow 14:00", "Tea · Tue 3 March 2026 2:00 pm – 3:00 pm (Europe/Vienna)"),
            ("Tea tomorrow 2-3:30pm", "Tea · Tue 3 March 2026 2:00 pm – 3:30 pm (Europe/Vienna)"),
            ("Tea tomorrow 9am-10", "Tea · Tue 3 March 2026 9:00 am – 10:00 am (Europe/Vienna)"),
            ("Tea tomorrow 11am-1", "Ambiguous \"1\": is that 1 am or 1 pm?"),
            ("Tea tonight at 8:30", "Tea · Mon 2 March 2026 8:30 pm – 9:30 pm (Europe/Vienna)"),
            (
                "Tea tomorrow 2pm remind at 9am",
                "Tea · Tue 3 March 2026 2:00 pm – 3:00 pm (Europe/Vienna) · remind at 9:00 am",
            ),
        ],
    );
    for time in ["9:00", "at 9", "12:30", "from 9 to 10"] {
        let error = understand(&[&format!("Tea tomorrow {time}")], &context).unwrap_err();
        assert_eq!(error.fault, Fault::Ambiguous, "{time}: {error}");
    }
}

#[test]
fn evenings_and_midnights() {
    check(
        &context(),
        &[
            ("Tea tonight from 8 to 10", "Tea · Mon 2 March 2026 20:00–22:00 (Europe/Vienna)"),
            ("Tea tonight 19:30", "Tea · Mon 2 March 2026 19:30–20:30 (Europe/Vienna)"),
            ("Tea tonight 14:00", "Contradiction \"tonight\": tonight is from 17:00 on"),
            ("Tea tonight at 1", "Contradiction \"tonight\": tonight is from 17:00 on"),
            (
                "Tea friday 20:00 until 24:00",
                "Tea · Fri 6 March 2026 20:00 – Sat 7 March 2026 00:00 (Europe/Vienna)",
            ),
            (
                "Tea friday 20:00 until midnight",
                "Tea · Fri 6 March 2026 20:00 – Sat 7 March 2026 00:00 (Europe/Vienna)",
            ),
            ("Tea friday 24:00", "Nonexistent \"24:00\": 24:00 is an end; a day begins at 0:00"),
            (
                "Tea friday 20:00 to saturday midnight",
                "Ambiguous \"midnight\": midnight can begin that day or end it: write 0:00 or 24:00",
            ),
            (
                "Tea friday 20:00 to saturday 24:00",
                "Tea · Fri 6 March 2026 20:00 – Sun 8 March 2026 00:00 (Europe/Vienna)",
            ),
        ],
    );
}

#[test]
fn an_end_is_after_its_start() {
    check(
        &context(),
        &[
            (
                "Tea 9 march 2026 14:00 to 9 march 2026 13:00",
                "Contradiction \"9 march 2026 13:00\": that is not after the start",
            ),
            ("Tea 9 march until 3 march 2026", "Tea · Sun 9 March 2025 – Tue 3 March 2026 (that has passed)"),
            ("Tea tomorrow until 2026-03-01", "Contradiction \"2026-03-01\": that is before the start"),
            ("Tea friday to monday", "Tea · Fri 6 March 2026 – Mon 9 March 2026"),
            (
                "Tea 29 feb to 1 march 2027",
                "Nonexistent \"29 feb\": there is no such day before Mon 1 March 2027",
            ),
            ("Tea tomorrow 14:00 until friday", "Missing \"friday\": at which time does it end on that day?"),
            (
                "Tea from tomorrow 14:00 to 9999-12-31 23:00",
                "Tea · Tue 3 March 2026 14:00 – Fri 9999-12-31 23:00 (Europe/Vienna)",
            ),
            ("Tea 9999-12-31 23:30", "TooMuch \"\": that is past the year 9999 or before the year 0"),
        ],
    );
}

#[test]
fn a_repetition_starts_with_its_first_instance() {
    check(
        &context(),
        &[
            ("Gym every monday 9:00", "Gym · Mon 9 March 2026 09:00–10:00 (Europe/Vienna) · every Monday"),
            ("Gym every 3 weeks on friday", "Gym · Fri 6 March 2026 · every 3 weeks on Friday"),
            ("Gym every 3 months on the 1st", "Gym · Wed 1 April 2026 · every 3 months on the 1st"),
            ("Gym every 4 years on 29 february", "Gym · Tue 29 February 2028 · every 4 years on 29 February"),
            ("Gym from wednesday every monday", "Gym · Mon 9 March 2026 · every Monday"),
            (
                "Gym starting 1 april every weekday 9:00",
                "Gym · Wed 1 April 2026 09:00–10:00 (Europe/Vienna) · every weekday",
            ),
            (
                "Gym wednesday every monday",
                "Contradiction \"wednesday\": Wed 4 March 2026 is no day of every Monday",
            ),
            (
                "Gym every month in july",
                "Missing \"every month in july\": on which day? Say a date, or on the 1st",
            ),
            ("Gym 3 july every month in july", "Gym · Fri 3 July 2026 · every month in July"),
            (
                "Gym every month on the 30th in february",
                "Nonexistent \"every month on the 30th in february\": there is no such day",
            ),
            ("Gym every sunday 2:30", "Gym · Sun 8 March 2026 02:30–03:30 (Europe/Vienna) · every Sunday"),
        ],
    );
    // Vienna's clock skips half past two on the next Sunday there is.
    let saturday = context_at(wall((2026, 3, 28), (10, 0)), "Europe/Vienna");
    assert!(shown_in("Gym every sunday 2:30", &saturday).starts_with("Nonexistent \"2:30\""));
}

#[test]
fn a_repetition_ends_in_its_own_zone() {
    let rule = |say| understand(&[say], &context()).unwrap().recur.unwrap().to_string();
    assert_eq!(rule("Gym every monday until 3 june"), "FREQ=WEEKLY;UNTIL=20260603;BYDAY=MO");
    assert_eq!(rule("Gym 9:00 every monday until 3 june"), "FREQ=WEEKLY;UNTIL=20260603T215959Z;BYDAY=MO");
    assert_eq!(rule("Gym 9:00Z every monday until 3 june"), "FREQ=WEEKLY;UNTIL=20260603T235959Z;BYDAY=MO");
}

#[test]
fn exceptions_are_days_on_which_it_would_take_place() {
    let gym = understand(&["Gym 9:00 every monday except 9 march, 16 march and on 2026-03-23"], &context())
        .unwrap();
    let excepted: Vec<String> = gym.excepted().iter().map(ToString::to_string).collect();
    assert_eq!(excepted, ["20260309T090000", "20260316T090000", "20260323T090000"]);
    check(
        &context(),
        &[
            (
                "Gym every monday except 10 march",
                "Contradiction \"10 march\": it does not take place on Tue 10 March 2026 anyway",
            ),
            (
                "Gym every monday 2 times except 16 march",
                "Contradiction \"16 march\": it does not take place on Mon 16 March 2026 anyway",
            ),
            (
                "Gym every monday except 9 march and 9 march",
                "Repeated \"9 march\": this day is excepted twice",
            ),
        ],
    );
}

#[test]
fn reminders_are_counted_from_the_start() {
    let trigger = |say| {
        let understood = understand(&[say], &context()).unwrap();
        let start = understood.when.anchor().unwrap();
        let reminders = understood.reminders.unwrap();
        reminders.into_iter().map(|one| one.trigger(&start).to_string()).collect::<Vec<_>>()
    };
    assert_eq!(trigger("Tea friday 14:00 remind 1 week before and 10 min before"), ["-P1W", "-PT10M"]);
    assert_eq!(trigger("Tea friday 14:00 remind at 08:00"), ["-PT6H"]);
    assert_eq!(trigger("Tea friday 14:00 remind 1 day before at 18:00"), ["-PT20H"]);
    assert_eq!(trigger("Tea friday remind at 08:00"), ["PT8H"]);
    assert_eq!(trigger("Tea friday remind 0 min before"), ["PT0S"]);
    assert_eq!(trigger("Tea friday no reminder"), Vec::<String>::new());
}

#[test]
fn to_dos() {
    let todo = Context { kind: Kind::Todo, ..context() };
    check(
        &todo,
        &[
            ("Pay rent", "Pay rent · to-do"),
            ("Pay rent friday", "Pay rent · to-do · Fri 6 March 2026"),
            (
                "Pay rent every month on the 1st",
                "Pay rent · to-do · Wed 1 April 2026 · every month on the 1st",
            ),
            (
                "Pay rent remind 1 day before",
                "Missing \"1 day before\": a reminder is counted from a start, and there is none",
            ),
            (
                "Pay rent friday for 2 days",
                "Contradiction \"for 2 days\": a to-do has no length; say by when it is due",
            ),
            (
                "Pay rent friday until sunday",
                "Contradiction \"sunday\": a to-do has no end; say by when it is due",
            ),
            ("Pay rent friday by friday", "Contradiction \"friday\": that is not after the start"),
            (
                "Pay rent friday 9:00 by sunday",
                "Contradiction \"sunday\": the start and when it is due are both days, or both have a time",
            ),
            ("Talk by Anna friday", "Talk by Anna · to-do · Fri 6 March 2026"),
        ],
    );
}

#[test]
fn names_stay_names() {
    check(
        &context(),
        &[
            ("Weekly review, friday 16:00", "Weekly review · Fri 6 March 2026 16:00–17:00 (Europe/Vienna)"),
            ("Biweekly sync friday", "Biweekly sync · Fri 6 March 2026"),
            (
                "Review weekly friday 16:00",
                "Review · Fri 6 March 2026 16:00–17:00 (Europe/Vienna) · every week",
            ),
            ("Every breath you take friday", "Every breath you take · Fri 6 March 2026"),
            ("May I march on friday", "May I march · Fri 6 March 2026"),
            ("Sun-dried tomatoes friday", "Sun-dried tomatoes · Fri 6 March 2026"),
            ("Psalm 23:4 and 50/50 friday", "Psalm 23:4 and 50/50 · Fri 6 March 2026"),
            ("Chapter 3-5 of release 1.2.3 friday", "Chapter 3-5 of release 1.2.3 · Fri 6 March 2026"),
            ("Flight OS 87 on friday", "Flight OS 87 · Fri 6 March 2026"),
            ("Boeing 747 friday", "Boeing 747 · Fri 6 March 2026"),
            ("Fashion week friday", "Fashion week · Fri 6 March 2026"),
            (
                "For Anna: remind Bob of all priority no. 1 calls friday",
                "For Anna: remind Bob of all priority no. 1 calls · Fri 6 March 2026",
            ),
            ("Café – friday", "Café · Fri 6 March 2026"),
            (
                "Tea friday at The Bridge in Oxford on Main St",
                "Tea · Fri 6 March 2026 · The Bridge in Oxford on Main St",
            ),
            ("Tea friday at Home for 2 days", "Tea · Fri 6 March 2026 – Sat 7 March 2026 · Home"),
        ],
    );
}

/// They would be lost in the name without a word.
#[test]
fn words_before_a_date_that_may_belong_to_it_are_refused() {
    for (say, words) in [
        ("Tea next week", "next week"),
        ("Tea this weekend saturday", "this weekend"),
        ("Tea mondays 10:00", "mondays"),
        ("Tea on mondays at 10", "mondays"),
        ("Tea the 5th 10:00", "5th"),
        ("Tea 5th 10:00", "5th"),
        ("Tea first monday 10:00", "first"),
        ("Tea 5 10:00", "5"),
        ("Tea 1000 friday", "1000"),
        ("Tea 10h friday", "10h"),
        ("Tea @ 10 friday", "10"),
        ("Tea @ friday", "@"),
        ("Tea half past 10 friday", "10"),
        ("Tea march 10:00", "march"),
        ("Tea every march 3", "every"),
        ("Tea every 15th 10:00", "15th"),
        ("Fair between 3 and 10 march", "and"),
        ("Tea 5mar 10:00", "5mar"),
        ("Tea 5-mar-2026", "5-mar-2026"),
        ("Tea mar-5 10:00", "mar-5"),
        ("Tea 5-3-2026 10:00", "5-3-2026"),
        ("Tea 26-03-05 10:00", "26-03-05"),
        ("Tea friday at Gate 12 10:00", "12"),
        ("Tea friday at Home next week", "next week"),
        ("Pills every 8 hours", "every 8 hours"),
    ] {
        let error = understand(&[say], &context()).expect_err(say);
        assert_eq!(error.words(), words, "{say}: {error}");
    }
    assert!(understand(&["\"Tea next week\" friday"], &context()).is_ok());
}

#[test]
fn an_argument_with_blanks_is_taken_as_it_is() {
    let said =
        |arguments: &[&str]| understand(arguments, &context()).map(|understood| understood.to_string());
    assert_eq!(said(&["Tea at noon", "friday"]).unwrap(), "Tea at noon · Fri 6 March 2026");
    assert_eq!(said(&["Tea", "friday", "at", "12 Main St"]).unwrap(), "Tea · Fri 6 March 2026 · 12 Main St");
    assert_eq!(said(&["Tea at noon friday"]).unwrap(), "Tea · Fri 6 March 2026 12:00–13:00 (Europe/Vienna)");
    assert_eq!(said(&["Fri ", "friday"]).unwrap(), "Fri · Fri 6 March 2026");
    assert_eq!(
        said(&["Tea", "friday", "2\u{a0}pm"]).unwrap(),
        "Tea · Fri 6 March 2026 14:00–15:00 (Europe/Vienna)"
    );
    let error = said(&["Tea", "friday", "14:00 in the garden"]).unwrap_err();
    assert_eq!(
        (error.text.as_str(), error.words()),
        ("Tea friday \"14:00 in the garden\"", "\"14:00 in the garden\"")
    );
    assert_eq!(said(&[]).unwrap_err().fault, Fault::Missing);
}

#[test]
fn what_people_type() {
    check(
        &context(),
        &[
            ("TEA FRIDAY 2PM", "TEA · Fri 6 March 2026 14:00–15:00 (Europe/Vienna)"),
            (
                "Tea Weds. 11 Sept. 2:30 P.M.",
                "Contradiction \"Weds. 11 Sept.\": 11 September 2026 is a Friday, not a Wednesday",
            ),
            ("Tea Fri., 11 Sept. 2:30 P.M.", "Tea · Fri 11 September 2026 14:30–15:30 (Europe/Vienna)"),
            ("Tea thurs 9am—10:30am", "Tea · Thu 5 March 2026 09:00–10:30 (Europe/Vienna)"),
            ("Tea friday 2\u{202f}pm for 2 hrs", "Tea · Fri 6 March 2026 14:00–16:00 (Europe/Vienna)"),
            ("Tea friday 9 o’clock", "Tea · Fri 6 March 2026 09:00–10:00 (Europe/Vienna)"),
            ("Tea “at noon” friday", "Tea at noon · Fri 6 March 2026"),
            ("Tea every mon,wed,fri", "Tea · Mon 2 March 2026 · every Monday, Wednesday and Friday"),
        ],
    );
}

#[test]
fn a_sentence_has_its_limit() {
    let long = format!("Tea friday {}", "x".repeat(MOST_CHARACTERS));
    let error = understand(&[&long], &context()).unwrap_err();
    assert_eq!(error.fault, Fault::TooMuch);
    assert_eq!(error.to_string(), "this has 2011 characters; at most 2000 are read");
    let name = "x".repeat(MOST_CHARACTERS - 7);
    assert_eq!(understand(&[&format!("{name} friday")], &context()).unwrap().summary, name);
    // The worst that fits: each word could begin a clause.
    for word in ["at ", "daily ", "in category ", "in ", "every ", "at 9 ", "the ", "1 and ", "in calendar "]
    {
        let words = word.repeat(MOST_CHARACTERS / word.len());
        assert!(understand(&[&words], &context()).is_err());
        assert!(understand(&[&format!("Tea friday {}", &words[..words.len() - 11])], &context()).is_err());
    }
}

#[test]
fn a_default_length_is_mine() {
    let context = Context { length: Duration::from_seconds(1_500), ..context() };
    check(
        &context,
        &[
            ("Tea 14:00", "Tea · Mon 2 March 2026 14:00–14:25 (Europe/Vienna)"),
            ("Tea friday", "Tea · Fri 6 March 2026"),
        ],
    );
}

#[test]
fn a_time_of_a_known_day() {
    let day = wall((2026, 3, 6), (0, 0)).date;
    let on = |text| moment_on(text, day, &context()).unwrap().to_string();
    assert_eq!(on("9:00"), "Fri 6 March 2026 09:00 (Europe/Vienna)");
    assert_eq!(on("24:00"), "Sat 7 March 2026 00:00 (Europe/Vienna)");
    assert_eq!(on("tomorrow 9:00"), "Tue 3 March 2026 09:00 (Europe/Vienna)");
}

#[test]
fn the_forms_of_a_moment() {
    // What scripts write, in all its forms.
    for (text, value) in [
        ("2026-03-06", "20260306"),
        ("20260306", "20260306"),
        ("20260306T090000", "20260306T090000"),
        ("2026-03-06T09:30", "20260306T093000"),
        ("2026-03-06 09:30:15", "20260306T093015"),
        ("20260306T0930", "20260306T093000"),
        ("2026-03-06t09:00z", "20260306T090000Z"),
        ("20260306T090000Z", "20260306T090000Z"),
        ("9999-12-31", "99991231"),
        ("0000-01-01", "00000101"),
        ("now", "20260302T100000"),
        ("at 9", "20260303T090000"),
        ("from 9", ""),
        ("2026", ""),
        ("2026-3-6", ""),
        ("20260230", ""),
        ("2026-0306", ""),
        ("20260306T", ""),
        ("20260306T25", ""),
        ("20260306T2500", ""),
        ("20260306T09:0000", ""),
        ("+2026-03-06", ""),
        ("2026-03-06T09:00+01:00", ""),
        ("９０２６0306", ""),
        ("friday foo", ""),
        ("é", ""),
        ("", ""),
    ] {
        let found = moment(text, &context()).map(|moment| moment.to_value().to_string());
        assert_eq!(found.unwrap_or_default(), value, "{text}");
    }
    let Ok(Moment::Day(friday)) = moment("friday", &context()) else { panic!("a day") };
    assert_eq!(friday.to_string(), "2026-03-06");
}

#[test]
fn ends_are_counted_from_a_start() {
    let start = moment("friday 14:00", &context()).unwrap();
    let end = |text| sentence::end(text, &start, &context()).map(|end| end.to_string());
    assert_eq!(end("16:00").unwrap(), "Fri 6 March 2026 16:00 (Europe/Vienna)");
    assert_eq!(end("9:00").unwrap(), "Sat 7 March 2026 09:00 (Europe/Vienna)");
    assert_eq!(end("monday").unwrap(), "Mon 9 March 2026");
    assert_eq!(end("friday").unwrap(), "Fri 6 March 2026");
    assert_eq!(end("friday 13:00").unwrap(), "Fri 13 March 2026 13:00 (Europe/Vienna)");
    assert_eq!(end("5 march 2026").unwrap_err().fault, Fault::Contradiction);
}
