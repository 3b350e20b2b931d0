//! Calendars handed out: one iCalendar stream, components byte for byte, each zone once.

use std::collections::HashMap;
use std::io::{self, Write};

use ical::recurrence::Range;
use store::{CalendarId, ObjectId, Snapshot, Stored};

use crate::access::{Want, gone};
use crate::actor::Actor;
use crate::booked;
use crate::error::Error;
use crate::stream::{self, Renamed, Timezones};
use crate::view::shown;

/// What is handed out.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// Of these calendars, as far as the Actor sees them; of all of the Actor's own where none is named.
    pub calendars: Vec<CalendarId>,
    /// These objects; all where none is named.
    pub objects: Vec<ObjectId>,
    /// What may take place in this range; all where there is none.
    pub range: Option<Range>,
}

/// So many objects are read at once.
const PAGE: u32 = 256;

impl Actor<'_> {
    /// Writes an iCalendar stream; how many objects are in it. Texts are read twice, first for their zones; all of it is as
    /// it was at one moment.
    ///
    /// # Errors
    /// The store cannot be read, or `output` cannot be written ([`Error::Output`]).
    pub fn export(self, export: &Export, output: &mut dyn Write) -> Result<u64, Error> {
        let Some(snapshot) = self.snapshot()? else { return write_empty(output) };
        let mut timezones = Timezones::new(&self.service.cache);
        let mut renamed: HashMap<ObjectId, Renamed> = HashMap::new();
        self.each(&snapshot, export, |stored, text| {
            let names = timezones.take(&booked::document(text)?);
            if !names.is_empty() {
                renamed.insert(stored.id, names);
            }
            Ok(())
        })?;
        let mut text = stream::BEGIN.to_vec();
        text.extend_from_slice(stream::PRODID);
        timezones.write(&mut text, |_| true);
        write(output, &text)?;
        let mut count = 0;
        self.each(&snapshot, export, |stored, text| {
            let document = booked::document(text)?;
            let names = renamed.get(&stored.id);
            let mut text = Vec::new();
            for component in stream::booked(&document) {
                match names {
                    Some(names) => {
                        stream::write(&mut text, &stream::renamed(&component.to_bytes(), names));
                    }
                    None => stream::write(&mut text, &component.to_bytes()),
                }
            }
            count += 1;
            write(output, &text)
        })?;
        write(output, stream::END)?;
        Ok(count)
    }

    /// Calls `take` with each object that is asked for and its text as it is seen, calendar after calendar, in the order in which they
    /// came.
    fn each(
        self,
        snapshot: &Snapshot,
        export: &Export,
        mut take: impl FnMut(&Stored, Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let calendars = match &export.calendars[..] {
            [] => self.calendars_of(snapshot)?,
            named => {
                let found = named.iter().map(|id| snapshot.calendar(*id)?.ok_or_else(gone));
                found.collect::<Result<Vec<_>, Error>>()?
            }
        };
        for calendar in calendars {
            let judge = self.ask(snapshot, Want::Read, &calendar)?;
            let mut take = |stored: &Stored| match shown((snapshot, &calendar, &judge), stored)? {
                Some(text) => take(stored, text),
                None => Ok(()),
            };
            let is_wanted =
                |stored: &Stored| export.objects.is_empty() || export.objects.contains(&stored.id);
            if let Some(range) = export.range {
                for stored in snapshot.in_range(calendar.id, range)?.iter().filter(|one| is_wanted(one)) {
                    if self.takes_place(snapshot, stored, range)? {
                        take(stored)?;
                    }
                }
                continue;
            }
            let mut after = None;
            loop {
                let page = snapshot.page(calendar.id, after, PAGE)?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                for stored in page.iter().filter(|one| is_wanted(one)) {
                    take(stored)?;
                }
            }
        }
        Ok(())
    }

    /// Candidates of a range may not take place in it: the core decides. What cannot be expanded is handed out.
    fn takes_place(self, snapshot: &Snapshot, stored: &Stored, range: Range) -> Result<bool, Error> {
        let document = booked::document(snapshot.text(stored)?)?;
        let objects = document.objects();
        let Some(object) = objects.first() else { return Ok(false) };
        let zones = booked::zones(&document, &self.service.cache);
        let set = self.recurrence(object, &zones, &ical::zone::Zone::utc());
        Ok(set.occurrences(range).next().is_some())
    }
}

fn write_empty(output: &mut dyn Write) -> Result<u64, Error> {
    write(output, &[stream::BEGIN, stream::PRODID, stream::END].concat())?;
    Ok(0)
}

fn write(output: &mut dyn Write, text: &[u8]) -> Result<(), Error> {
    output.write_all(text).map_err(|error: io::Error| Error::Output(error))
}
