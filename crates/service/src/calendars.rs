//! Calendars: made, named, coloured, removed and brought back.

use ical::ComponentKind;
use store::{Calendar, CalendarId, Collection, Effect, Expect, PrincipalId, Settings, Snapshot};

use crate::access::{Want, gone};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::scheduling::Whole;

impl Actor<'_> {
    /// The calendars of the Actor's home that are there, in the order in which they were made.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn calendars(self) -> Result<Vec<Calendar>, Error> {
        match self.snapshot()? {
            Some(snapshot) => self.calendars_of(&snapshot),
            None => Ok(Vec::new()),
        }
    }

    /// The calendars of somebody's home that the Actor may read, in the order in which they were made.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn calendars_in(self, home: PrincipalId) -> Result<Vec<Calendar>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        self.those_seen(&snapshot, snapshot.calendars(home)?)
    }

    /// The calendar of a segment in somebody's home, if the Actor may read it.
    ///
    /// # Errors
    /// There is none, or the store cannot be read.
    pub fn calendar_in(self, home: PrincipalId, segment: &str) -> Result<Calendar, Error> {
        let nothing = || Error::NotFound(format!("there is no calendar at {segment}"));
        let snapshot = self.snapshot()?.ok_or_else(nothing)?;
        let calendar = snapshot.calendar_of(home, segment)?.ok_or_else(nothing)?;
        self.those_seen(&snapshot, vec![calendar])?.pop().ok_or_else(nothing)
    }

    /// The calendar into which invitations of somebody come, if the Actor may read it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn default_calendar_of(self, home: PrincipalId) -> Result<Option<Calendar>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(None) };
        let found = crate::scheduling::default_calendar(&snapshot, home, ComponentKind::Event)?;
        Ok(self.those_seen(&snapshot, found.into_iter().collect())?.pop())
    }

    /// The calendar of an id, if the Actor may read it.
    ///
    /// # Errors
    /// There is none, or the store cannot be read.
    pub fn calendar_by_id(self, id: CalendarId) -> Result<Calendar, Error> {
        Ok(self.reading(id)?.calendar)
    }

    /// How many objects a calendar has.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn count(self, calendar: &Calendar) -> Result<u64, Error> {
        Ok(self.reading(calendar.id)?.snapshot.count(calendar.id)?)
    }

    pub(crate) fn calendars_of(self, snapshot: &Snapshot) -> Result<Vec<Calendar>, Error> {
        self.those_seen(snapshot, snapshot.calendars(self.principal)?)
    }

    /// The calendars of others that the Actor sees because a rule names them or a group that they are in, in the order in which they
    /// were made.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn shared(self) -> Result<Vec<Calendar>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let mut calendars = snapshot.calendars_naming(self.principal)?;
        for group in snapshot.groups_around(self.principal)? {
            calendars.extend(snapshot.calendars_naming(group)?);
        }
        calendars.sort_by_key(|calendar| calendar.id);
        calendars.dedup_by_key(|calendar| calendar.id);
        calendars.retain(|calendar| calendar.home != self.principal);
        self.those_seen(&snapshot, calendars)
    }

    /// The inbox and the outbox of somebody, if the Actor may look into them.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn collections_of_messages(self, home: PrincipalId) -> Result<Vec<Calendar>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let which = [Collection::Inbox, Collection::Outbox];
        let found = which.into_iter().map(|which| snapshot.collection_of_messages(home, which));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        self.those_seen(&snapshot, found.into_iter().flatten().collect())
    }

    /// Those of calendars that are there for the Actor.
    pub(crate) fn those_seen(
        self,
        snapshot: &Snapshot,
        calendars: Vec<Calendar>,
    ) -> Result<Vec<Calendar>, Error> {
        let mut seen = Vec::new();
        for calendar in calendars {
            match self.ask(snapshot, Want::Read, &calendar) {
                Ok(_) => seen.push(calendar),
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(seen)
    }

    /// The calendar of a name: its segment, or its name for people, in any case.
    ///
    /// # Errors
    /// There is none.
    pub fn calendar(self, name: &str) -> Result<Calendar, Error> {
        self.calendar_named(self.principal, name)
    }

    /// The calendar of a name in somebody's home, if the Actor may read it.
    ///
    /// # Errors
    /// There is none, or the store cannot be read.
    pub fn calendar_named(self, home: PrincipalId, name: &str) -> Result<Calendar, Error> {
        named(&self.calendars_in(home)?, name)
    }

    /// The calendar that is meant when none is named: the first. It is made where there is none.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn default_calendar(self) -> Result<Calendar, Error> {
        match self.calendars()?.into_iter().next() {
            Some(first) => Ok(first),
            None => self.make_calendar("Personal"),
        }
    }

    /// Makes a calendar.
    ///
    /// # Errors
    /// The name is taken, or there are as many as there may be.
    pub fn make_calendar(self, name: &str) -> Result<Calendar, Error> {
        let command = self.command("calendar", format!("{name} was made"));
        let (outcome, _) = self.decide(&command, |snapshot| {
            let calendars = snapshot.map(|snapshot| snapshot.calendars(self.principal)).transpose()?;
            let calendars = calendars.unwrap_or_default();
            self.has_room(&calendars)?;
            let segment = free_segment(name, &calendars, None)?;
            let settings = Settings::new(segment, name.trim());
            Ok((Vec::new(), vec![Effect::MakeCalendar { home: self.principal, settings }], ()))
        })?;
        let made = outcome.made.first().copied();
        self.calendars()?
            .into_iter()
            .find(|calendar| Some(calendar.id) == made)
            .ok_or_else(|| Error::NotFound(format!("the calendar {name} was removed meanwhile")))
    }

    /// May there be one calendar more beside these? What was removed takes up none of the room, for it is seen by nobody.
    pub(crate) fn has_room(self, calendars: &[Calendar]) -> Result<(), Refusal> {
        let most = self.service.options.calendars;
        let there = calendars.iter().filter(|calendar| !calendar.settings.is_removed);
        if there.count() < most { Ok(()) } else { Err(Refusal::TooMany { what: "calendars", most }) }
    }

    /// Gives a calendar other settings; its segment follows its name.
    ///
    /// # Errors
    /// The name is taken, or the calendar is gone.
    pub fn set_calendar(
        self,
        calendar: CalendarId,
        line: &str,
        change: impl Fn(&mut Settings),
    ) -> Result<(), Error> {
        let command = self.command("calendar", line);
        let settings_of = |snapshot: &Snapshot| {
            let before = self.ask_for(snapshot, calendar, Want::Settings)?;
            must_keep_objects(&before)?;
            let calendars = snapshot.calendars(before.home)?;
            let mut settings = before.settings.clone();
            change(&mut settings);
            if settings.name != before.settings.name {
                settings.segment = free_segment(&settings.name, &calendars, Some(calendar))?;
            }
            let left = calendars.iter().filter(|one| !one.settings.is_removed && one.id != calendar);
            if settings.is_removed && left.count() == 0 {
                return Err(Refusal::LastCalendar.into());
            }
            Ok::<_, Error>((before, settings))
        };
        let (before, settings) = settings_of(&self.snapshot()?.ok_or_else(gone)?)?;
        let (was_removed, is_removed) = (before.settings.is_removed, settings.is_removed);
        if is_removed && !was_removed {
            self.tell_of_whole(&command, calendar, Whole::Goes)?;
        }
        self.decide(&command, |snapshot| {
            let (before, settings) = settings_of(snapshot.ok_or_else(gone)?)?;
            let expect = Expect::Settings { calendar, version: before.settings_version };
            Ok((vec![expect], vec![Effect::SetCalendar { calendar, settings }], ()))
        })?;
        if was_removed && !is_removed {
            self.tell_of_whole(&command, calendar, Whole::Comes)?;
        }
        Ok(())
    }
}

/// Where messages are stays as it is (RFC 6638 2).
pub(crate) fn must_keep_objects(calendar: &Calendar) -> Result<(), Refusal> {
    match calendar.collection {
        Collection::Calendar => Ok(()),
        Collection::Inbox | Collection::Outbox => Err(Refusal::NoRight),
    }
}

/// Segments that no calendar gets: clients may look for messages there.
const RESERVED: [&str; 2] = ["inbox", "outbox"];

/// Is a segment none that a calendar can have?
pub(crate) fn is_reserved(segment: &str) -> bool {
    RESERVED.contains(&segment)
}

/// The calendar of a name among these.
pub(crate) fn named(calendars: &[Calendar], name: &str) -> Result<Calendar, Error> {
    let is_it = |calendar: &&Calendar| {
        calendar.settings.segment.eq_ignore_ascii_case(name)
            || calendar.settings.name.to_lowercase() == name.to_lowercase()
    };
    match calendars.iter().find(is_it) {
        Some(calendar) => Ok(calendar.clone()),
        None => {
            let names: Vec<&str> = calendars.iter().map(|calendar| &*calendar.settings.name).collect();
            let there = if names.is_empty() { "there is none yet".to_owned() } else { names.join(", ") };
            Err(Error::NotFound(format!("there is no calendar named {name} ({there})")))
        }
    }
}

/// The segment of a name: small letters, digits and hyphens; a name that is taken by a calendar that is there is refused.
pub(crate) fn free_segment(
    name: &str,
    calendars: &[Calendar],
    but: Option<CalendarId>,
) -> Result<String, Error> {
    let name = name.trim();
    let others = || calendars.iter().filter(|calendar| Some(calendar.id) != but);
    if others()
        .any(|other| !other.settings.is_removed && other.settings.name.to_lowercase() == name.to_lowercase())
    {
        return Err(Refusal::NameTaken(name.to_owned()).into());
    }
    let words = store::words::normalize(name);
    if words.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Refusal::BadName(name.to_owned()).into());
    }
    let segment = words.replace(' ', "-");
    let numbered = |number: usize| if number == 1 { segment.clone() } else { format!("{segment}-{number}") };
    let free = (1..=calendars.len() + 2).map(numbered).find(|candidate| {
        !is_reserved(candidate) && others().all(|other| other.settings.segment != *candidate)
    });
    free.ok_or_else(|| Refusal::NameTaken(name.to_owned()).into())
}
