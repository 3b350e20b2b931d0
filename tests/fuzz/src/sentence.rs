//! Words about time and events.

use std::sync::OnceLock;

use ical::civil::{Timestamp, Weekday};
use ical::rule::{Rule, Start};
use ical::value::Recur;
use ical::zone::Zone;
use sentence::{Clock, Context, Kind, Moment, Sentence, Understood, understand};

/// Words, each line an argument. A refusal has its place in the text; what is understood is the same when it
/// is said again in its own words, and begins with the first instance of its rule; each part alone is read as
/// it is told; a rule told in words is read as the same rule, or as none.
pub fn sentence(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let arguments: Vec<&str> = text.lines().collect();
    for context in contexts() {
        match understand(&arguments, context) {
            Ok(understood) => said_again(&understood, context),
            Err(error) => {
                assert!(error.text.get(error.place.clone()).is_some(), "{error:?}");
                assert!(!error.message.is_empty());
            }
        }
        for argument in &arguments {
            part(argument, context);
        }
    }
    for argument in arguments {
        if let Ok(recur) = Recur::parse(argument) {
            told(&recur);
        }
    }
}

/// Three people: at noon by the 24-hour clock; in the night in which the clock goes forward, by the 12-hour
/// clock, with weeks from Sunday; and one who makes to-dos at the end of a leap year's February.
fn contexts() -> &'static [Context] {
    static CONTEXTS: OnceLock<Vec<Context>> = OnceLock::new();
    CONTEXTS.get_or_init(|| {
        let at = |seconds, name: &str| {
            let zone = Zone::iana(name).expect("the zone is in the database");
            let calendars = vec!["Work".to_owned(), "Home Office".to_owned()];
            Context { calendars, ..Context::new(Timestamp(seconds), zone, name) }
        };
        let noon = at(1_772_449_200, "Europe/Vienna");
        let night = at(1_772_956_000, "America/New_York");
        let night = Context { clock: Clock::Twelve, week_start: Weekday::Sunday, ..night };
        let todo = Context { kind: Kind::Todo, ..at(1_709_251_199, "UTC") };
        vec![noon, night, todo]
    })
}

fn said_again(understood: &Understood, context: &Context) {
    let words = understood.words(context);
    assert_eq!(understand(&[&words], context).as_ref(), Ok(understood), "{words}");
    assert!(!understood.summary.is_empty() && !understood.to_string().contains('\n'));
    let Some(recur) = &understood.recur else { return };
    let start = match understood.when.anchor().expect("what repeats has a start, or is due") {
        Moment::Day(date) => Start::Date(date),
        Moment::Time(time) => Start::DateTime(time.wall),
    };
    assert!(Rule::new(recur, start, None).is_ok_and(|rule| rule.names_start()), "{understood}");
    assert_eq!(understood.excepted().len(), understood.except.len());
}

fn part(text: &str, context: &Context) {
    if let Ok(moment) = sentence::moment(text, context) {
        let told = moment.words(context);
        assert_eq!(sentence::moment(&told, context).as_ref(), Ok(&moment), "{told}");
        if let Ok(end) = sentence::end(text, &moment, context) {
            assert!(end.wall() >= moment.wall().date.midnight(), "{end} is before {moment}");
        }
    }
    if let Ok(length) = sentence::length(text, context) {
        assert!(!length.is_negative());
    }
    let _ = sentence::days(text, context);
    let _ = sentence::reminder(text, context);
    if let Ok(recur) = sentence::repetition(text, context) {
        told(&recur);
    }
    let sentence = Sentence::read(&["Tea", "tomorrow", "9am"], context);
    let sentence = sentence.and_then(|sentence| sentence.with(sentence::Part::End, text, context));
    let _ = sentence.and_then(|sentence| sentence.understand(context));
}

/// Where weeks begin on Monday, since that is told only where it matters.
fn told(recur: &Recur) {
    let [context, ..] = contexts() else { return };
    let told = sentence::describe(recur);
    assert!(told.starts_with("every "), "{told}");
    if let Ok(again) = sentence::repetition(&told, context) {
        let recur = Recur { wkst: again.wkst, ..recur.clone() };
        assert_eq!(again, recur, "{told}");
    }
}
