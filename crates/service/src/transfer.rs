//! An object copied or moved to a name, as URLs have it (RFC 4918 9.8, 9.9): its text stays as it is.

use store::{CalendarId, Effect, Expect, Kept, Owner, Scheduled};

use crate::access::Want;
use crate::actor::Actor;
use crate::calendars::must_keep_objects;
use crate::error::{Error, Refusal};
use crate::put::own_addresses;
use crate::relocate::{Going, Keep};
use crate::resource::{Tags, may_be_named, nothing_at};
use crate::scheduling::Planned;
use crate::write::{Written, must_keep_kind, written_tag};

/// Where an object goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'n> {
    /// Into which calendar.
    pub calendar: CalendarId,
    /// Under which name.
    pub name: &'n str,
    /// May it take the place of what has the name and its UID?
    pub overwrite: bool,
}

impl Actor<'_> {
    /// Copies or moves the object of a name to another name; what is there then, and whether the name was free. `when` is asked of its tags as
    /// [`Actor::write`] asks it.
    ///
    /// # Errors
    /// There is none, or no such calendar; `when` does not hold, or something is there that may not be overwritten
    /// ([`Refusal::TagMismatch`]); its UID is at another name of that calendar, or another UID at this ([`Refusal::UidConflict`],
    /// RFC 4791 5.3.2.1).
    pub fn transfer(
        self,
        from: CalendarId,
        name: &str,
        to: Target<'_>,
        keep: Keep,
        when: impl Fn(&Tags) -> bool,
    ) -> Result<Written, Error> {
        may_be_named(to.name)?;
        let verb = match keep {
            Keep::Both => "copy",
            Keep::Target => "move",
        };
        let title = {
            let view = self.reading(from)?;
            let seen = view.named(name)?.ok_or_else(|| nothing_at(name))?;
            self.read_whole(&view.snapshot, seen.listed.stored)?.title()
        };
        let command = self.command(verb, title);
        let (outcome, (is_new, tag, scheduled)) = self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| nothing_at(name))?;
            self.ask_for(snapshot, from, if keep == Keep::Target { Want::Write } else { Want::Read })?;
            let into = self.ask_for(snapshot, to.calendar, Want::Write)?;
            let out_of = snapshot.calendar(from)?.ok_or_else(|| nothing_at(name))?;
            must_keep_objects(&out_of)?;
            let listed = snapshot.named(from, name)?.ok_or_else(|| nothing_at(name))?;
            let there = snapshot.named(to.calendar, to.name)?;
            if !when(&Tags::of(&listed)) || (there.is_some() && !to.overwrite) {
                return Err(Refusal::TagMismatch.into());
            }
            let booked = self.read_whole(snapshot, listed.stored)?;
            let own = own_addresses(snapshot, into.home, &booked.document)?;
            let put = self.derive(to.calendar, &booked.document, &own)?;
            let put = store::Put { name: to.name.to_owned(), ..put };
            must_keep_kind(&into, put.index.kind)?;
            let uid = || put.uid.clone();
            // Within a calendar the UID goes with the name; a copy would be a second name of it.
            let is_renamed = from == to.calendar && keep == Keep::Target;
            if there.as_ref().is_some_and(|there| there.stored.uid != put.uid) {
                return Err(Refusal::UidConflict { name: to.name.to_owned() }.into());
            }
            let other = snapshot.object(to.calendar, &put.uid)?.filter(|_| !is_renamed);
            if let Some(other) = other.as_ref().filter(|other| other.name != to.name) {
                return Err(Refusal::UidConflict { name: other.name.clone() }.into());
            }
            let kept = snapshot.properties(&Owner::Object { calendar: from, uid: uid() })?;
            let of = Owner::Object { calendar: to.calendar, uid: uid() };
            let going = Going { from: &out_of, to: &into, before: other, put: put.clone(), keep };
            let Planned { mut expects, mut effects } = self.plan_going(snapshot, &booked, going)?;
            expects.push(Expect::Settings { calendar: to.calendar, version: into.settings_version });
            expects.push(Expect::Object { calendar: from, uid: uid(), version: Some(booked.stored.version) });
            // What clients gave it goes with it (RFC 4918 9.8.2, 9.9.1), and what they gave to what it replaces is gone (9.8.4);
            // a new name leaves it where it is.
            if !is_renamed {
                let replaced = snapshot.properties(&of)?.into_iter().map(|Kept { name, .. }| (name, None));
                let kept = kept.into_iter().map(|Kept { name, xml }| (name, Some(xml)));
                let set = |(name, xml)| Effect::SetProperty { of: of.clone(), name, xml };
                effects.extend(replaced.chain(kept).map(set));
            }
            let scheduled = effects.iter().find_map(|effect| match effect {
                Effect::Put(kept) if kept.calendar == to.calendar => Some(kept.scheduled),
                _ => None,
            });
            Ok((expects, effects, (there.is_none(), put.text.tag(), scheduled.unwrap_or(Scheduled::No))))
        })?;
        let schedule_tag = written_tag(&outcome, to.calendar).filter(|_| scheduled != Scheduled::No);
        Ok(Written { is_new, tag, is_as_it_came: true, schedule_tag })
    }
}
