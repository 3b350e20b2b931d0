//! Parts of a sentence alone, as flags and settings give them.

use ical::civil::{Date, Timestamp};
use ical::value::{Duration, Recur, Until};

use crate::context::Context;
use crate::misunderstood::{Fault, Misunderstood};
use crate::read::{After, LENGTH, POINT, REMINDER, REPETITION, Reader};
use crate::resolve;
use crate::said::{Clause, Point};
use crate::token::Text;
use crate::understood::{Moment, Reminder, Zoned};

/// A day or a time: `2026-03-02`, `20260302T090000Z`, `tomorrow`, `friday 14:00`, `in 2 hours`, `now`. The
/// next one, where words leave that open.
///
/// # Errors
/// It is not understood, ambiguous, or does not exist.
pub fn moment(text: &str, context: &Context) -> Result<Moment, Misunderstood> {
    if text.trim().eq_ignore_ascii_case("now") {
        return now(text, context);
    }
    let (text, point) = point(text, context)?;
    resolve::moment(&point, None, &[(None, text.text)], context)
}

/// The same where the day is known: a time alone is of that day, whether it has passed or not.
///
/// # Errors
/// As of [`moment`].
pub fn moment_on(text: &str, day: Date, context: &Context) -> Result<Moment, Misunderstood> {
    let (text, point) = point(text, context)?;
    resolve::moment(&point, Some(day), &[(None, text.text)], context)
}

/// The end of what starts at a moment: `16:00`, `friday`, `midnight`; the first such day or time from there
/// on. A day is the last day, inclusive.
///
/// # Errors
/// As of [`moment`]; or it is before the start.
pub fn end(text: &str, start: &Moment, context: &Context) -> Result<Moment, Misunderstood> {
    let (text, point) = point(text, context)?;
    resolve::end(&point, start, &[(None, text.text)], context)
}

/// A length: `45 min`, `1h30`, `3 days`, `PT45M`.
///
/// # Errors
/// It is not understood.
pub fn length(text: &str, context: &Context) -> Result<Duration, Misunderstood> {
    let text = Text::of_text(None, 0, text)?;
    Reader::new(&text, context).alone(LENGTH, Reader::extent)
}

/// A number of days: `7`, `2 weeks`.
///
/// # Errors
/// It is not understood, or not of whole days.
pub fn days(text: &str, context: &Context) -> Result<u32, Misunderstood> {
    if let Ok(days) = text.trim().parse() {
        return Ok(days);
    }
    let text = Text::of_text(None, 0, text)?;
    let length = Reader::new(&text, context).alone("a number of days, or weeks", Reader::extent)?;
    match (u32::try_from(length.days()), length.seconds()) {
        (Ok(days), 0) => Ok(days),
        _ => Err(text.fault(Fault::Unknown, 0..text.text.len(), "whole days are wanted")),
    }
}

/// A repetition: `every 2 weeks on monday until 3 june`, `daily 10 times`, or the RFC's own form. UNTIL is a
/// date here: what it is beside a start [`Understood::recur`](crate::Understood::recur) knows.
///
/// # Errors
/// It is not understood, or ambiguous.
pub fn repetition(text: &str, context: &Context) -> Result<Recur, Misunderstood> {
    let text = Text::of_text(None, 0, text)?;
    let mut reader = Reader::new(&text, context);
    let mut found: Option<Recur> = None;
    for (clause, place) in reader.clauses()? {
        let is_open = found.as_ref().is_some_and(|rule| rule.until.is_none() && rule.count.is_none());
        match (clause, &mut found) {
            (Clause::Rule(rule), None) => found = Some(*rule),
            (Clause::Count(count), Some(rule)) if is_open => rule.count = Some(count),
            (Clause::Until(until), Some(rule)) if is_open && until.time.is_none() => {
                let last = resolve::moment(&until, None, &[(None, text.text.clone())], context)?;
                rule.until = Some(Until::Date(last.wall().date));
            }
            _ => {
                let message = format!("this is no part of a repetition; wanted is {REPETITION}");
                return Err(text.fault(Fault::Unknown, place.range, message));
            }
        }
    }
    found.ok_or_else(|| {
        let end = text.text.len();
        text.fault(Fault::Missing, end..end, format!("wanted is {REPETITION}"))
    })
}

/// A reminder: `10 min`, `10 min before`, `1 day before at 18:00`, `at 08:00`.
///
/// # Errors
/// It is not understood, or there is more than one.
pub fn reminder(text: &str, context: &Context) -> Result<Reminder, Misunderstood> {
    let text = Text::of_text(None, 0, text)?;
    let reminders = Reader::new(&text, context).alone(REMINDER, Reader::reminder_flag)?;
    let [said] = &*reminders else {
        return Err(text.fault(Fault::Unknown, 0..text.text.len(), "one reminder is wanted"));
    };
    resolve::reminder(said, &[(None, text.text.clone())], context)
}

fn point(text: &str, context: &Context) -> Result<(Text, Point), Misunderstood> {
    let text = Text::of_text(None, 0, text)?;
    let point = Reader::new(&text, context).alone(POINT, |reader| reader.point(After::Word))?;
    Ok((text, point))
}

fn now(text: &str, context: &Context) -> Result<Moment, Misunderstood> {
    let Timestamp(now) = context.now;
    let wall = context.zone.to_wall(Timestamp(now)).ok_or_else(|| {
        let place = 0..text.len();
        let message = "that is past the year 9999 or before the year 0".to_owned();
        Misunderstood { fault: Fault::TooMuch, part: None, text: text.to_owned(), place, message }
    })?;
    Ok(Moment::Time(Zoned { wall, zone: context.zone.clone(), name: context.zone_name.clone() }))
}
