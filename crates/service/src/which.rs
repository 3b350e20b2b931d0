//! Which object somebody means: by a handle, a UID, or words that one object alone has.

use ical::civil::{Date, DateTime};
use store::{Snapshot, Stored};

use crate::actor::Actor;
use crate::booked::Booked;
use crate::error::Error;

/// What somebody named.
#[derive(Debug)]
pub struct Found {
    /// The object.
    pub booked: Booked,
    /// The day of one occurrence, and the time where the day has several: what stood after `@`.
    pub occurrence: Option<(Date, Option<DateTime>)>,
}

/// So many are told of those that may be meant.
const TOLD: u32 = 20;

impl Actor<'_> {
    /// The object that a name means: `bcd`, `bcd@20260304`, `bcd@20260304T0900`, a UID, or words that one object has.
    ///
    /// # Errors
    /// None is meant, or one of several.
    pub fn find(self, name: &str) -> Result<Found, Error> {
        let nothing =
            || Error::NotFound(format!("nothing is called {name:?}; `kalends search` finds by words"));
        let snapshot = self.snapshot()?.ok_or_else(nothing)?;
        let (word, occurrence) = split_occurrence(name);
        let mut found = named(&snapshot, word)?;
        let mut occurrence = occurrence;
        if found.is_empty() && occurrence.is_some() {
            // An @ may belong to a UID.
            found = named(&snapshot, name)?;
            occurrence = None;
        }
        if found.is_empty() {
            found = snapshot.search(&[name.to_owned()], TOLD)?;
        }
        if found.is_empty() {
            let words: Vec<String> = name.split_whitespace().map(str::to_owned).collect();
            found = snapshot.search(&words, TOLD)?;
        }
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (None, _) => Err(nothing()),
            (Some(one), None) => Ok(Found { booked: Booked::read(&snapshot, one)?, occurrence }),
            (Some(one), Some(other)) => {
                let found = [one, other].into_iter().chain(found).collect();
                Err(Error::Ambiguous { name: name.to_owned(), found })
            }
        }
    }

    /// The shortest beginning of an object's handle that names it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn handle(self, object: &Stored) -> Result<String, Error> {
        match self.snapshot()? {
            Some(snapshot) => Ok(snapshot.shortest_handle(&object.handle)?),
            None => Ok(object.handle.clone()),
        }
    }

    /// The same of many, from one snapshot.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn handles<'o>(self, objects: impl IntoIterator<Item = &'o Stored>) -> Result<Vec<String>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        objects.into_iter().map(|object| Ok(snapshot.shortest_handle(&object.handle)?)).collect()
    }

    /// An object by where it is.
    ///
    /// # Errors
    /// It is gone, or the store cannot be read.
    pub fn read(self, stored: &Stored) -> Result<Booked, Error> {
        let gone = || Error::NotFound(format!("{} is gone", stored.uid));
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let found = snapshot.object(stored.calendar, &stored.uid)?.ok_or_else(gone)?;
        Booked::read(&snapshot, found)
    }
}

fn named(snapshot: &Snapshot, word: &str) -> Result<Vec<Stored>, Error> {
    let mut found = Vec::new();
    if store::handle::may_begin(word) {
        found = snapshot.objects_with_handle(word, TOLD)?;
    }
    if found.is_empty() {
        found = snapshot.objects_with_uid(word)?;
    }
    Ok(found)
}

/// What stands before the last `@`, and the day and time after it.
fn split_occurrence(name: &str) -> (&str, Option<(Date, Option<DateTime>)>) {
    let split = name.rsplit_once('@').and_then(|(word, when)| {
        let (day, time) = when.split_once(['T', 't']).map_or((when, None), |(day, time)| (day, Some(time)));
        let date = digits(day, 8).and_then(|day| {
            let part = |divisor: u32, modulus: u32| u8::try_from(day / divisor % modulus).ok();
            Date::new(i16::try_from(day / 10_000).ok()?, part(100, 100)?, part(1, 100)?)
        })?;
        let time = match time {
            None => None,
            Some(time) => {
                let time = digits(time, 4)?;
                let time = ical::civil::Time::new(
                    u8::try_from(time / 100).ok()?,
                    u8::try_from(time % 100).ok()?,
                    0,
                )?;
                Some(date.at(time))
            }
        };
        Some((word, (date, time)))
    });
    match split {
        Some((word, occurrence)) => (word, Some(occurrence)),
        None => (name, None),
    }
}

fn digits(text: &str, length: usize) -> Option<u32> {
    let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occurrence_stands_after_the_last_at() {
        let date = Date::new(2026, 3, 4).unwrap();
        let time = ical::civil::Time::new(9, 0, 0).unwrap();
        for (name, word, occurrence) in [
            ("bcd", "bcd", None),
            ("bcd@20260304", "bcd", Some((date, None))),
            ("bcd@20260304T0900", "bcd", Some((date, Some(date.at(time))))),
            ("1@example.com@20260304", "1@example.com", Some((date, None))),
            ("1@example.com", "1@example.com", None),
            ("bcd@20260230", "bcd@20260230", None),
            ("bcd@20260304T2500", "bcd@20260304T2500", None),
        ] {
            assert_eq!(split_occurrence(name), (word, occurrence), "{name}");
        }
    }
}
