//! Sentences, and what they are understood as. Unless a test says otherwise they are said when the guide's
//! are: on Monday, 2 March 2026, at 10:00 in Vienna.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod flags;
mod guide;
mod laws;
mod meaning;
mod rules;

use std::sync::LazyLock;

use ical::civil::{Date, DateTime, Time};
use ical::zone::Zone;
use sentence::{Context, understand};

/// A wall time, with minutes.
fn wall(date: (i16, u8, u8), time: (u8, u8)) -> DateTime {
    Date::new(date.0, date.1, date.2).unwrap().at(Time::new(time.0, time.1, 0).unwrap())
}

/// At a wall time in a zone.
fn context_at(now: DateTime, zone: &str) -> Context {
    let found = Zone::iana(zone).unwrap();
    let calendars = vec!["Work".to_owned(), "Home Office".to_owned()];
    Context { calendars, ..Context::new(found.to_timestamp(now), found, zone) }
}

static GUIDE: LazyLock<Context> = LazyLock::new(|| context_at(wall((2026, 3, 2), (10, 0)), "Europe/Vienna"));

/// As the guide has it.
fn context() -> Context {
    GUIDE.clone()
}

/// What a sentence is understood as, with its notes; or why it is not.
fn shown_in(say: &str, context: &Context) -> String {
    match understand(&[say], context) {
        Ok(understood) => {
            let notes = understood.notes.iter().map(|note| format!(" ({note})"));
            format!("{understood}{}", notes.collect::<String>())
        }
        Err(error) => format!("{:?} {:?}: {error}", error.fault, error.words()),
    }
}

/// The same, said when the guide's are.
fn shown(say: &str) -> String {
    shown_in(say, &context())
}
