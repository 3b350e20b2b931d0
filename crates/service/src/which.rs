//! Which object somebody means: by a handle, a UID, or words that one object alone has.

use ical::civil::{Date, DateTime};
use store::{Calendar, CalendarId, Snapshot, Stored};

use crate::access::Want;
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
    /// The object that a name means: `bcd`, `bcd@20260304`, `bcd@20260304T0900`, a UID, or words that one object has;
    /// each may have its calendar before it (`work/bcd`).
    ///
    /// # Errors
    /// None is meant, or one of several.
    pub fn find(self, name: &str) -> Result<Found, Error> {
        let nothing =
            || Error::NotFound(format!("nothing is called {name:?}; `kalends search` finds by words"));
        let snapshot = self.snapshot()?.ok_or_else(nothing)?;
        let (calendar, rest) = self.split_calendar(&snapshot, name)?;
        let (word, mut occurrence) = split_occurrence(rest);
        let mut found = self.named(&snapshot, word)?;
        if found.is_empty() && occurrence.is_some() {
            // An @ may belong to a UID.
            found = self.named(&snapshot, rest)?;
            occurrence = occurrence.filter(|_| found.is_empty());
        }
        if found.is_empty() {
            found = snapshot.search(self.principal, &[word.to_owned()], TOLD)?;
        }
        if found.is_empty() {
            let words: Vec<String> = word.split_whitespace().map(str::to_owned).collect();
            found = snapshot.search(self.principal, &words, TOLD)?;
        }
        found.retain(|stored| calendar.is_none_or(|calendar| stored.calendar == calendar));
        let mut found: Vec<Booked> =
            found.into_iter().map(|stored| Booked::read(&snapshot, stored)).collect::<Result<_, _>>()?;
        // Of several that have the words, the one that is called just so.
        let is_called = |booked: &Booked| booked.title().to_lowercase() == word.to_lowercase();
        if found.iter().filter(|booked| is_called(booked)).count() == 1 {
            found.retain(is_called);
        }
        match found.pop() {
            None => Err(nothing()),
            Some(one) if found.is_empty() => Ok(Found { booked: one, occurrence }),
            Some(last) => {
                found.push(last);
                let found = found.into_iter().map(|booked| booked.stored).collect();
                Err(Error::Ambiguous { name: name.to_owned(), found })
            }
        }
    }

    /// The calendar that stands before a slash, and what follows: objects of one UID in two calendars are told apart by it.
    fn split_calendar<'n>(
        self,
        snapshot: &Snapshot,
        name: &'n str,
    ) -> Result<(Option<CalendarId>, &'n str), Error> {
        if let Some((segment, rest)) = name.split_once('/') {
            let calendars = self.calendars_of(snapshot)?;
            let is_it = |calendar: &&Calendar| calendar.settings.segment.eq_ignore_ascii_case(segment);
            if let Some(calendar) = calendars.iter().find(is_it) {
                return Ok((Some(calendar.id), rest));
            }
        }
        Ok((None, name))
    }

    /// The shortest beginnings of objects' handles that name them; those of one UID with their calendars before them.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn handles<'o>(self, objects: impl IntoIterator<Item = &'o Stored>) -> Result<Vec<String>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let calendars = self.calendars_of(&snapshot)?;
        let mut handles = Vec::new();
        for object in objects {
            handles.push(handle(&snapshot, &calendars, object)?);
        }
        Ok(handles)
    }

    /// An object by where it is.
    ///
    /// # Errors
    /// It is gone, or the store cannot be read.
    pub fn read(self, stored: &Stored) -> Result<Booked, Error> {
        let gone = || Error::NotFound(format!("{} is gone", stored.uid));
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        self.ask_for(&snapshot, stored.calendar, Want::Read)?;
        let found = snapshot.object(stored.calendar, &stored.uid)?.ok_or_else(gone)?;
        self.read_whole(&snapshot, found)
    }

    fn named(self, snapshot: &Snapshot, word: &str) -> Result<Vec<Stored>, Error> {
        let mut found = Vec::new();
        if store::handle::may_begin(word) {
            found = snapshot.objects_with_handle(self.principal, word, TOLD)?;
        }
        if found.is_empty() {
            found = snapshot.objects_with_uid(self.principal, word)?;
        }
        Ok(found)
    }
}

/// The shortest beginning of an object's handle that names it, with its calendar before it where another has
/// its UID.
pub(crate) fn handle(snapshot: &Snapshot, calendars: &[Calendar], object: &Stored) -> Result<String, Error> {
    let handle = snapshot.shortest_handle(&object.handle)?;
    let calendar = calendars.iter().find(|calendar| calendar.id == object.calendar);
    Ok(match calendar {
        Some(calendar) if snapshot.objects_with_uid(calendar.home, &object.uid)?.len() > 1 => {
            format!("{}/{handle}", calendar.settings.segment)
        }
        _ => handle,
    })
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
