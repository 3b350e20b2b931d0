//! Calendars as URLs name them: made at a segment, and set without another one.

use store::{Calendar, CalendarId, Effect, Expect, Owner, Settings};

use crate::access::Want;
use crate::actor::Actor;
use crate::calendars::{is_reserved, must_keep_objects};
use crate::error::{Error, Refusal};
use crate::properties::{PropertyChange, changed};
use crate::resource::may_be_named;

impl Actor<'_> {
    /// Makes a calendar at a segment of the Actor's home; a removed one that has it gets another.
    ///
    /// # Errors
    /// A calendar is there, the name or the segment is none, or there are as many as there may be.
    pub fn make_calendar_at(
        self,
        segment: &str,
        settings: &Settings,
        properties: &[PropertyChange],
    ) -> Result<(), Error> {
        may_be_named(segment)?;
        if is_reserved(segment) {
            return Err(Refusal::NameTaken(segment.to_owned()).into());
        }
        may_be_called(&settings.name)?;
        let settings = Settings { segment: segment.to_owned(), is_removed: false, ..settings.clone() };
        let command = self.command("calendar", format!("{} was made", settings.name));
        self.decide(&command, |snapshot| {
            let calendars = snapshot.map(|snapshot| snapshot.calendars(self.principal)).transpose()?;
            let calendars = calendars.unwrap_or_default();
            self.has_room(&calendars)?;
            let mut expects = Vec::new();
            let mut effects = Vec::new();
            if let Some(holder) = calendars.iter().find(|calendar| calendar.settings.segment == segment) {
                if !holder.settings.is_removed {
                    return Err(Refusal::NameTaken(segment.to_owned()).into());
                }
                let (calendar, version) = (holder.id, holder.settings_version);
                expects.push(Expect::Settings { calendar, version });
                let settings = Settings { segment: aside(segment, &calendars), ..holder.settings.clone() };
                effects.push(Effect::SetCalendar { calendar, settings });
            }
            effects.push(Effect::MakeCalendar { home: self.principal, settings: settings.clone() });
            effects.extend(changed(&Owner::Calendar(CalendarId::MADE), Vec::new(), properties)?);
            Ok((expects, effects, ()))
        })?;
        Ok(())
    }

    /// Gives a calendar other settings and other properties, all or none; its segment stays as it is, whatever it is called, since clients know it by that.
    ///
    /// # Errors
    /// It cannot be called so, the properties are too many, or the calendar is gone.
    pub fn set_in_place(
        self,
        calendar: CalendarId,
        change: impl Fn(&mut Settings),
        properties: &[PropertyChange],
    ) -> Result<(), Error> {
        let line = self.named_line(calendar)?;
        let command = self.command("calendar", line);
        self.decide(&command, |snapshot| {
            let gone = || Error::NotFound("the calendar is gone".to_owned());
            let snapshot = snapshot.ok_or_else(gone)?;
            let before = self.ask_for(snapshot, calendar, Want::Settings)?;
            let of = Owner::Calendar(calendar);
            let mut effects = changed(&of, snapshot.properties(&of)?, properties)?;
            let mut settings = before.settings.clone();
            change(&mut settings);
            settings.segment.clone_from(&before.settings.segment);
            if settings != before.settings {
                must_keep_objects(&before)?;
                may_be_called(&settings.name)?;
                effects.push(Effect::SetCalendar { calendar, settings });
            }
            Ok((vec![Expect::Settings { calendar, version: before.settings_version }], effects, ()))
        })?;
        Ok(())
    }

    fn named_line(self, calendar: CalendarId) -> Result<String, Error> {
        let gone = || Error::NotFound("the calendar is gone".to_owned());
        let calendar = self.ask_for(&self.snapshot()?.ok_or_else(gone)?, calendar, Want::Settings)?;
        Ok(format!("{} was set", calendar.settings.name))
    }
}

/// May a calendar be called so by people?
fn may_be_called(name: &str) -> Result<(), Refusal> {
    let is_fit =
        !name.trim().is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control);
    if is_fit { Ok(()) } else { Err(Refusal::BadName(name.to_owned())) }
}

/// A segment for a removed calendar whose own is wanted.
pub(crate) fn aside(segment: &str, calendars: &[Calendar]) -> String {
    let is_free = |candidate: &String| calendars.iter().all(|other| other.settings.segment != *candidate);
    let numbered = |number: usize| format!("{segment}-{number}");
    // One of so many is free: there are fewer calendars.
    (2..=calendars.len() + 2).map(numbered).find(is_free).unwrap_or_else(|| format!("{segment}-removed"))
}
