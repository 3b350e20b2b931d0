//! May this Actor do this here? Asked in one place, judged by `rights`: of what is to be read before it is,
//! of what is to be written when all of it is known.

use rights::{Asker, Facts, Judge, Permission, Scope, Sight, Who, predefined};
use store::{
    Area, Calendar, CalendarId, Collection, Container, Effect, Expect, FileId, Owner, PrincipalId, Put,
    Snapshot, Standing as Kept, State,
};

use crate::actor::{Actor, Standing};
use crate::booked;
use crate::error::{Error, Refusal};
use crate::resource::nothing_at;
use crate::view::sight;

/// What somebody wants of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// To know that it is there, and to read of it what they may see.
    Read,
    /// To know when somebody is busy.
    FreeBusy,
    /// To write something there. What they write is judged by itself: [`Actor::permit`].
    Write,
    /// To take something away there.
    Remove,
    /// To write there whatever an import brings.
    Import,
    /// To change its settings.
    Settings,
    /// To see its rules.
    Rules,
}

impl Actor<'_> {
    /// Asks for a calendar; the judge of what they may do there. To whom may not know of it, it is not there.
    pub(crate) fn ask(
        self,
        snapshot: &Snapshot,
        want: Want,
        calendar: &Calendar,
    ) -> Result<Judge<PrincipalId>, Error> {
        let judge = self.judge_of(snapshot, calendar)?;
        let writing = [Permission::Create, Permission::Modify, Permission::Delete];
        let is_granted = match want {
            Want::Read => judge.knows(),
            Want::FreeBusy => judge.may(Permission::Search, Scope::FreeBusy),
            Want::Write | Want::Remove => {
                writing.into_iter().any(|permission| judge.may_ever(permission, Scope::Objects))
            }
            Want::Import => [Permission::Search, Permission::Create, Permission::Modify]
                .into_iter()
                .all(|permission| judge.may(permission, Scope::Objects)),
            Want::Settings => judge.may(Permission::Modify, Scope::Settings),
            Want::Rules => judge.may(Permission::Search, Scope::Rules),
        };
        if !is_granted {
            return Err(if judge.knows() { Refusal::NoRight.into() } else { gone() });
        }
        // Nobody but the service puts anything where messages are (RFC 6638 2.1, 2.2).
        let is_of_messages = match calendar.collection {
            Collection::Calendar => false,
            Collection::Inbox => matches!(want, Want::Write | Want::Import),
            Collection::Outbox => matches!(want, Want::Write | Want::Import | Want::Remove),
        };
        if is_of_messages {
            return Err(Refusal::NoRight.into());
        }
        if calendar.settings.is_removed && want != Want::Settings {
            return Err(Error::NotFound(format!("the calendar {} is removed", calendar.settings.name)));
        }
        Ok(judge)
    }

    /// Asks for what is for whoever keeps the store.
    pub(crate) fn must_keep(self) -> Result<(), Error> {
        match self.standing {
            Standing::Keeper => Ok(()),
            Standing::Principal | Standing::InPlace => Err(Refusal::NotKeeper.into()),
        }
    }

    /// Asks for a calendar by its id; the calendar.
    pub(crate) fn ask_for(
        self,
        snapshot: &Snapshot,
        calendar: CalendarId,
        want: Want,
    ) -> Result<Calendar, Error> {
        let calendar = snapshot.calendar(calendar)?.ok_or_else(gone)?;
        self.ask(snapshot, want, &calendar)?;
        Ok(calendar)
    }

    /// Asks for the files of somebody: they are for their owner alone, and to all others not there.
    pub(crate) fn ask_area(self, snapshot: &Snapshot, home: PrincipalId) -> Result<Area, Error> {
        let area = if self.owns(home) { snapshot.area(home)? } else { None };
        area.ok_or_else(|| nothing_at("files"))
    }

    /// Does the Actor own all that is in a home, or keep the store?
    pub(crate) fn owns(self, home: PrincipalId) -> bool {
        self.standing == Standing::Keeper || home == self.principal
    }

    /// The judge of what the Actor may do in a calendar.
    pub(crate) fn judge_of(
        self,
        snapshot: &Snapshot,
        calendar: &Calendar,
    ) -> Result<Judge<PrincipalId>, Error> {
        self.judge_by(snapshot, calendar.home, || snapshot.rules_for(calendar))
    }

    /// The judge of what the Actor may do with the calendars of a home: make and remove them.
    pub(crate) fn judge_of_home(
        self,
        snapshot: &Snapshot,
        home: PrincipalId,
    ) -> Result<Judge<PrincipalId>, Error> {
        self.judge_by(snapshot, home, || snapshot.rules(Container::Home(home)))
    }

    /// What is decreed for an owner stands over all that anybody else says, so nothing is read for them. What
    /// was given by one who was removed is good for nothing until they are back.
    fn judge_by(
        self,
        snapshot: &Snapshot,
        home: PrincipalId,
        rules: impl FnOnce() -> Result<Vec<Kept>, store::Error>,
    ) -> Result<Judge<PrincipalId>, Error> {
        let is_owner = self.owns(home);
        let is_there = || -> Result<bool, store::Error> {
            Ok(snapshot.principal(home)?.is_some_and(|one| one.profile.state != State::Removed))
        };
        let rules = if is_owner || !is_there()? { Vec::new() } else { rules()? };
        let is_of_others =
            |kept: &Kept| matches!(kept.rule.who, Who::Principal(who) if who != self.principal);
        let groups =
            if rules.iter().any(is_of_others) { snapshot.groups_around(self.principal)? } else { Vec::new() };
        let asker = Asker { principal: Some(self.principal), groups: &groups, is_owner };
        let rules = rules.into_iter().map(|kept| kept.rule).chain([predefined::default_owner()]);
        Ok(Judge::new(rules, &asker))
    }

    /// Holds what is to be written against the rules, and adds what has to stay so until it is.
    pub(crate) fn permit(
        self,
        snapshot: Option<&Snapshot>,
        effects: &[Effect],
        expects: &mut Vec<Expect>,
    ) -> Result<(), Error> {
        for effect in effects {
            match effect {
                Effect::MakeCalendar { home, .. } if !self.owns(*home) => {
                    let judge = self.judge_of_home(snapshot.ok_or_else(gone)?, *home)?;
                    require(judge.may(Permission::Create, Scope::Settings), &judge)?;
                }
                Effect::Put(Put { calendar, .. })
                | Effect::Remove { calendar, .. }
                | Effect::RemoveMessage { inbox: calendar, .. }
                | Effect::SetCalendar { calendar, .. }
                | Effect::SetProperty {
                    of: Owner::Calendar(calendar) | Owner::Object { calendar, .. },
                    ..
                } if *calendar != CalendarId::MADE => {
                    let snapshot = snapshot.ok_or_else(gone)?;
                    let calendar = snapshot.calendar(*calendar)?.ok_or_else(gone)?;
                    if !self.owns(calendar.home) {
                        self.permit_in(snapshot, &calendar, effect)?;
                        let expect =
                            Expect::Rights { calendar: calendar.id, version: calendar.rights_version };
                        if !expects.contains(&expect) {
                            expects.push(expect);
                        }
                    }
                }
                Effect::SetReception { principal, .. } if !self.owns(*principal) => {
                    return Err(Refusal::NoRight.into());
                }
                Effect::File(change) => self.permit_files(snapshot, change.files())?,
                Effect::SetProperty { of: Owner::File(file), .. } => {
                    self.permit_files(snapshot, [Some(*file), None])?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The same of files, but for one that the set makes itself.
    fn permit_files(self, snapshot: Option<&Snapshot>, files: [Option<FileId>; 2]) -> Result<(), Error> {
        for id in files.into_iter().flatten().filter(|id| *id != FileId::MADE) {
            let file = snapshot.map(|snapshot| snapshot.file(id)).transpose()?.flatten();
            if file.is_none_or(|file| !self.owns(file.home)) {
                return Err(nothing_at("files"));
            }
        }
        Ok(())
    }

    /// The same of one effect in a calendar of another's.
    fn permit_in(self, snapshot: &Snapshot, calendar: &Calendar, effect: &Effect) -> Result<(), Error> {
        let judge = self.judge_of(snapshot, calendar)?;
        let before = |uid: &str| -> Result<Option<(Facts, String)>, Error> {
            let Some(stored) = snapshot.object(calendar.id, uid)? else { return Ok(None) };
            Ok(Some((facts(snapshot.text(&stored)?)?, stored.name)))
        };
        match effect {
            Effect::Put(put) => {
                let after = facts(put.text.bytes().to_vec())?;
                // What is seen in part would be written back with gaps.
                let may = match before(&put.uid)? {
                    None => judge.may_create(&after),
                    Some((before, _)) if judge.sight(&before) != Sight::Whole => false,
                    // Another name is a member that goes and one that comes (RFC 3744 appendix B).
                    Some((before, name)) if name != put.name => {
                        judge.may_delete(&before) && judge.may_create(&after)
                    }
                    Some((before, _)) => judge.may_modify(&before, &after),
                };
                require(may, &judge)
            }
            Effect::Remove { uid, .. } => match before(uid)? {
                Some((before, name)) if judge.sight(&before) == Sight::Nothing => Err(nothing_at(&name)),
                Some((before, _)) => {
                    require(judge.sight(&before) == Sight::Whole && judge.may_delete(&before), &judge)
                }
                None => Ok(()),
            },
            Effect::RemoveMessage { name, .. } => {
                let Some(listed) = snapshot.named(calendar.id, name)? else { return Ok(()) };
                let document = || booked::document(snapshot.text(&listed.stored)?);
                match sight((snapshot, calendar, &judge), &listed.stored, document)? {
                    Sight::Nothing => Err(nothing_at(name)),
                    sight => require(
                        sight == Sight::Whole && judge.may(Permission::Delete, Scope::Objects),
                        &judge,
                    ),
                }
            }
            Effect::SetProperty { of: Owner::Object { uid, .. }, .. } => match before(uid)? {
                Some((before, name)) if judge.sight(&before) == Sight::Nothing => Err(nothing_at(&name)),
                Some((before, _)) => require(
                    judge.sight(&before) == Sight::Whole && judge.may_modify(&before, &before),
                    &judge,
                ),
                None => Ok(()),
            },
            Effect::SetCalendar { settings, .. } if settings.is_removed != calendar.settings.is_removed => {
                let home = self.judge_of_home(snapshot, calendar.home)?;
                let permission = if settings.is_removed { Permission::Delete } else { Permission::Create };
                require(home.may(permission, Scope::Settings), &judge)
            }
            _ => require(judge.may(Permission::Modify, Scope::Settings), &judge),
        }
    }
}

/// May they add rules, and take them away?
pub(crate) fn may_set_rules(judge: &Judge<PrincipalId>) -> bool {
    let setting = [Permission::Create, Permission::Modify, Permission::Delete];
    setting.into_iter().all(|permission| judge.may(permission, Scope::Rules))
}

/// What rights ask of the object of a text.
pub(crate) fn facts(text: Vec<u8>) -> Result<Facts, Error> {
    let document = booked::document(text)?;
    let object = document.objects().into_iter().next();
    object.map(|object| Facts::of(&object)).ok_or_else(|| Refusal::NotOneObject(0).into())
}

/// Refuses what is not granted: to whom may not know of the calendar, it is not there.
pub(crate) fn require(is_granted: bool, judge: &Judge<PrincipalId>) -> Result<(), Error> {
    match is_granted {
        true => Ok(()),
        false if judge.knows() => Err(Refusal::NoRight.into()),
        false => Err(gone()),
    }
}

pub(crate) fn gone() -> Error {
    Error::NotFound("the calendar is gone".to_owned())
}

#[cfg(test)]
mod tests;
