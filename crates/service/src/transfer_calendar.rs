//! A whole calendar copied or moved to a segment, as URLs have it (RFC 4918 9.8, 9.9).
//!
//! Within a home a calendar that moves has another segment from then on. Anything else is a new calendar, into which objects
//! are copied in sets, all of one command: `undo` takes it back.

use rights::{Permission, Scope};
use store::{Calendar, CalendarId, Command, Effect, Expect, Owner, PrincipalId, Put, Settings, Snapshot};

use crate::access::{Want, gone};
use crate::actor::Actor;
use crate::booked::Booked;
use crate::calendars::{is_reserved, must_keep_objects};
use crate::error::{Error, Refusal};
use crate::properties::{PropertyChange, changed};
use crate::put::own_addresses;
use crate::relocate::Keep;
use crate::resource::may_be_named;
use crate::segments::aside;

/// Where a calendar goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarTarget<'s> {
    /// Into whose home.
    pub home: PrincipalId,
    /// At which segment.
    pub segment: &'s str,
    /// May it take the place of a calendar that is there? That one is removed, and can be had back.
    pub overwrite: bool,
    /// With its objects?
    pub is_deep: bool,
}

/// So many objects are copied at once …
const OBJECTS: u32 = 64;
/// … or so many bytes of text.
const BYTES: usize = 1 << 20;

impl Actor<'_> {
    /// Copies or moves a calendar to a segment; whether no calendar was there.
    ///
    /// # Errors
    /// There is none, not all of it is seen, or the Actor may not do this; a calendar is there that may not be overwritten
    /// ([`Refusal::TagMismatch`]); there are as many as there may be.
    pub fn transfer_calendar(
        self,
        from: CalendarId,
        to: CalendarTarget<'_>,
        keep: Keep,
    ) -> Result<bool, Error> {
        may_be_named(to.segment)?;
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let source = self.ask_for(&snapshot, from, Want::Read)?;
        must_keep_objects(&source)?;
        if is_reserved(to.segment) {
            return Err(Refusal::NoRight.into());
        }
        let is_move = keep == Keep::Target;
        let (verb, done) = if is_move { ("move", "moved") } else { ("copy", "copied") };
        let command = self.command(verb, format!("{} was {done}", source.settings.name));
        if is_move && source.home == to.home {
            return self.rename_segment(&command, from, to);
        }
        if is_move {
            self.must_not_be_last(&snapshot, &source)?;
        }
        let (made, is_new) = self.make_like(&command, &source, to)?;
        let copied =
            if to.is_deep { self.copy_objects(&command, &snapshot, from, (made, to.home)) } else { Ok(()) };
        drop(snapshot);
        if let Err(error) = copied {
            // A part of a calendar is no copy of it.
            self.set_removed(&command, made)?;
            return Err(error);
        }
        if is_move {
            self.set_removed(&command, from)?;
        }
        Ok(is_new)
    }

    fn rename_segment(
        self,
        command: &Command,
        from: CalendarId,
        to: CalendarTarget<'_>,
    ) -> Result<bool, Error> {
        let (_, is_new) = self.decide(command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            let before = self.ask_for(snapshot, from, Want::Settings)?;
            let calendars = snapshot.calendars(to.home)?;
            let (mut expects, mut effects, is_new) = make_way(&calendars, to)?;
            expects.push(Expect::Settings { calendar: from, version: before.settings_version });
            let settings = Settings { segment: to.segment.to_owned(), ..before.settings };
            effects.push(Effect::SetCalendar { calendar: from, settings });
            Ok((expects, effects, is_new))
        })?;
        Ok(is_new)
    }

    /// Makes a calendar with the settings and the properties of another; which, and was no other there?
    fn make_like(
        self,
        command: &Command,
        source: &Calendar,
        to: CalendarTarget<'_>,
    ) -> Result<(CalendarId, bool), Error> {
        let (outcome, is_new) = self.decide(command, |snapshot| {
            let snapshot = snapshot.ok_or_else(gone)?;
            if !self.owns(to.home) {
                let judge = self.judge_of_home(snapshot, to.home)?;
                let may = |scope| judge.may(Permission::Create, scope);
                if !may(Scope::Settings) || !may(Scope::Objects) {
                    return Err(Refusal::NoRight.into());
                }
            }
            let calendars = snapshot.calendars(to.home)?;
            let (expects, mut effects, is_new) = make_way(&calendars, to)?;
            if is_new {
                self.has_room(&calendars)?;
            }
            let settings =
                Settings { segment: to.segment.to_owned(), is_removed: false, ..source.settings.clone() };
            effects.push(Effect::MakeCalendar { home: to.home, settings });
            let kept = snapshot.properties(&Owner::Calendar(source.id))?.into_iter();
            let kept: Vec<_> =
                kept.map(|kept| PropertyChange { name: kept.name, xml: Some(kept.xml) }).collect();
            effects.extend(changed(&Owner::Calendar(CalendarId::MADE), Vec::new(), &kept)?);
            Ok((expects, effects, is_new))
        })?;
        Ok((outcome.made.first().copied().ok_or_else(gone)?, is_new))
    }

    fn copy_objects(
        self,
        command: &Command,
        snapshot: &Snapshot,
        from: CalendarId,
        (to, home): (CalendarId, PrincipalId),
    ) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = snapshot.page(from, after, OBJECTS)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let mut set = (Vec::new(), Vec::new(), 0);
            for stored in page {
                let name = stored.name.clone();
                let Booked { stored, document } = self.read_whole(snapshot, stored)?;
                let own = own_addresses(snapshot, home, &document)?;
                let put = Put { name, ..self.derive(to, &document, &own)? };
                set.2 += put.text.bytes().len();
                set.0.push(Expect::Object { calendar: to, uid: put.uid.clone(), version: None });
                let of = Owner::Object { calendar: to, uid: put.uid.clone() };
                set.1.push(Effect::Put(put));
                let kept = snapshot.properties(&Owner::Object { calendar: from, uid: stored.uid })?;
                set.1.extend(kept.into_iter().map(|kept| Effect::SetProperty {
                    of: of.clone(),
                    name: kept.name,
                    xml: Some(kept.xml),
                }));
                if set.2 >= BYTES {
                    self.hand_over(command, std::mem::take(&mut set))?;
                }
            }
            self.hand_over(command, set)?;
        }
    }

    /// Writes a part of a copy, as far as the Actor may.
    fn hand_over(
        self,
        command: &Command,
        (expects, effects, _): (Vec<Expect>, Vec<Effect>, usize),
    ) -> Result<(), Error> {
        self.decide(command, |_| Ok((expects.clone(), effects.clone(), ()))).map(|_| ())
    }

    fn must_not_be_last(self, snapshot: &Snapshot, calendar: &Calendar) -> Result<(), Error> {
        self.ask(snapshot, Want::Settings, calendar)?;
        let others = snapshot.calendars(calendar.home)?.into_iter();
        let is_other = |other: &Calendar| !other.settings.is_removed && other.id != calendar.id;
        if others.into_iter().any(|other| is_other(&other)) {
            Ok(())
        } else {
            Err(Refusal::LastCalendar.into())
        }
    }

    fn set_removed(self, command: &Command, calendar: CalendarId) -> Result<(), Error> {
        self.decide(command, |snapshot| {
            let before = self.ask_for(snapshot.ok_or_else(gone)?, calendar, Want::Settings)?;
            let expect = Expect::Settings { calendar, version: before.settings_version };
            let settings = Settings { is_removed: true, ..before.settings };
            Ok((vec![expect], vec![Effect::SetCalendar { calendar, settings }], ()))
        })?;
        Ok(())
    }
}

/// Frees a segment: what has it is removed and gets another, if that is wanted. Was it free?
fn make_way(
    calendars: &[Calendar],
    to: CalendarTarget<'_>,
) -> Result<(Vec<Expect>, Vec<Effect>, bool), Refusal> {
    let holder = calendars.iter().find(|calendar| calendar.settings.segment == to.segment);
    let Some(holder) = holder else { return Ok((Vec::new(), Vec::new(), true)) };
    let is_new = holder.settings.is_removed;
    if !is_new && !to.overwrite {
        return Err(Refusal::TagMismatch);
    }
    let expect = Expect::Settings { calendar: holder.id, version: holder.settings_version };
    let settings =
        Settings { segment: aside(to.segment, calendars), is_removed: true, ..holder.settings.clone() };
    Ok((vec![expect], vec![Effect::SetCalendar { calendar: holder.id, settings }], is_new))
}
