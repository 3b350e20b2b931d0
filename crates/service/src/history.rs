//! What was done, taken back and put back.

use std::collections::{BTreeSet, HashMap};

use rights::Sight;
use store::{
    Calendar, CalendarId, ChangeSet, Command, Done, Effect, Expect, Key, MOST_BYTES, MOST_OBJECTS, Put,
    Removed, Snapshot, Stored, TextId,
};

use crate::access::{Want, facts, gone};
use crate::actor::{Actor, TRIES};
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};
use crate::put::own_addresses;
use crate::relocate::{Going, Keep};
use crate::scheduling::{After, Edit, Planned, Whole, owing_of};

/// A command that was taken back, or put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What it had done, in a line for people.
    pub line: String,
    /// How many objects it had changed.
    pub objects: usize,
}

/// A version of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// What made it.
    pub done: Done,
    /// Its text; none where the object was taken out.
    pub text: Option<Vec<u8>>,
}

/// What a command made of one object in all: as it was before its first act, and is since its last.
#[derive(Clone, Debug)]
struct Net {
    name: String,
    before: Option<TextId>,
    after: Option<TextId>,
}

/// Where something was, or is.
#[derive(Clone, Debug)]
struct Moved {
    calendar: Calendar,
    uid: String,
    name: String,
}

/// So many changes are read at once.
const PAGE: u32 = 1_000;

impl Actor<'_> {
    /// What the Actor's principal did, the newest first; so many commands at most.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn history(self, most: u32) -> Result<Vec<Done>, Error> {
        let history = self.snapshot()?.map(|snapshot| snapshot.history(self.principal, most));
        Ok(history.transpose()?.unwrap_or_default())
    }

    /// The versions of one object, the newest first; so many at most.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn versions(self, object: &Stored, most: u32) -> Result<Vec<Past>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let calendar = snapshot.calendar(object.calendar)?.ok_or_else(gone)?;
        let judge = self.ask(&snapshot, Want::Read, &calendar)?;
        let mut versions = Vec::new();
        for (done, text) in snapshot.versions(object.calendar, &object.uid, most)? {
            let text = text.map(|text| snapshot.text_of(text)).transpose()?;
            // What was done is told in words of the object, so only who saw all of it may know.
            let is_seen = self.owns(calendar.home)
                || match &text {
                    Some(text) => judge.sight(&facts(text.clone())?) == Sight::Whole,
                    None => false,
                };
            versions.extend(is_seen.then_some(Past { done, text }));
        }
        Ok(versions)
    }

    /// Takes back the last command whole.
    ///
    /// # Errors
    /// There is none, or what it changed was changed since.
    pub fn undo(self) -> Result<Taken, Error> {
        self.again(Refusal::NothingDone, |snapshot| {
            let done = snapshot.to_undo(self.principal)?.ok_or(Refusal::NothingDone)?;
            let command = self.taking_back(snapshot, &done, "undo")?;
            self.take_back(snapshot, &done, &command, &[(done.key, true)])
        })
    }

    /// Puts back what the last `undo` took back.
    ///
    /// # Errors
    /// There is none, or what it changed was changed since.
    pub fn redo(self) -> Result<Taken, Error> {
        self.again(Refusal::NothingUndone, |snapshot| {
            let undo = snapshot.to_redo(self.principal)?.ok_or(Refusal::NothingUndone)?;
            let undone = undo.undoes.ok_or(Refusal::NothingUndone)?;
            let command = self.taking_back(snapshot, &undo, "redo")?;
            self.take_back(snapshot, &undo, &command, &[(undo.key, true), (undone, false)])
        })
    }

    /// Does it again, by what is there then, where another was faster: what others have changes by it, too, and may have changed.
    fn again(
        self,
        nothing: Refusal,
        take_back: impl Fn(&Snapshot) -> Result<Taken, Error>,
    ) -> Result<Taken, Error> {
        for _ in 1..TRIES {
            let snapshot = self.snapshot()?.ok_or_else(|| nothing.clone())?;
            match take_back(&snapshot) {
                Err(Error::Unavailable(store::Error::Conflict(_))) => {}
                taken => return taken,
            }
        }
        let snapshot = self.snapshot()?.ok_or(nothing)?;
        take_back(&snapshot).map_err(|error| match error {
            Error::Unavailable(store::Error::Conflict(clash)) => {
                Refusal::ChangedSince(clash.to_string()).into()
            }
            other => other,
        })
    }

    /// The command that takes another back. One that was stopped on its way goes on under its name: so it is one command,
    /// and is taken back whole in its turn.
    fn taking_back(self, snapshot: &Snapshot, done: &Done, verb: &'static str) -> Result<Command, Error> {
        let key = snapshot.taking_back(done)?.unwrap_or_else(|| self.key());
        Ok(Command { key, verb, line: done.line.clone(), undoes: Some(done.key) })
    }

    fn take_back(
        self,
        snapshot: &Snapshot,
        done: &Done,
        command: &Command,
        marks: &[(Key, bool)],
    ) -> Result<Taken, Error> {
        let net = net(snapshot, done)?;
        let settings = self.settings_back(snapshot, done)?;
        // What is in a calendar that comes back with this is reached again.
        let is_back = |calendar: CalendarId| {
            settings.iter().any(|(_, effect)| {
                matches!(effect, Effect::SetCalendar { calendar: one, settings } if *one == calendar && !settings.is_removed)
            })
        };
        let mut back = Vec::new();
        for (_, effect) in &settings {
            if let Effect::SetCalendar { calendar, settings } = effect
                && !settings.is_removed
                && snapshot.calendar(*calendar)?.is_some_and(|before| before.settings.is_removed)
            {
                back.push(*calendar);
            }
        }
        let mut steps = Vec::new();
        let moved = self.moved(snapshot, &net)?;
        for (was, is) in &moved {
            steps.push(self.move_back(snapshot, done, was, is)?);
        }
        for ((calendar, uid), net) in &net {
            if moved.iter().any(|(was, is)| [&was.uid, &is.uid].contains(&uid)) {
                continue;
            }
            let want = if is_back(*calendar) { Want::Settings } else { Want::Write };
            if let Some(planned) = self.step(snapshot, *calendar, uid, net, done, want)? {
                steps.push(planned);
            }
        }
        let mut sets = packed(steps);
        let (mut expects, mut effects) = sets.pop().unwrap_or_default();
        for (expect, effect) in settings {
            expects.push(expect);
            effects.push(effect);
        }
        // The marks come last: what is stopped before them is taken up again, and finds done what is done.
        for (key, is_undone) in marks {
            expects.push(Expect::Command { key: *key, is_undone: !is_undone });
            effects.push(Effect::Undone { key: *key, is_undone: *is_undone });
        }
        sets.push((expects, effects));
        let mut owing = BTreeSet::new();
        for (mut expects, mut effects) in sets {
            owing.extend(owing_of(&effects));
            self.permit(Some(snapshot), &effects, &mut expects)?;
            effects.extend(self.noted(None));
            let set: ChangeSet = self.change_set(command, expects, effects);
            self.service.store.apply(set)?;
        }
        self.deliver(owing);
        for calendar in back {
            self.tell_of_whole(command, calendar, Whole::Comes)?;
        }
        Ok(Taken { line: done.line.clone(), objects: net.len() })
    }

    /// What a command moved from one calendar of a home to another, where it is planned with others: to them nothing happened, nor
    /// does when it moves back.
    fn moved(
        self,
        snapshot: &Snapshot,
        net: &HashMap<(CalendarId, String), Net>,
    ) -> Result<Vec<(Moved, Moved)>, Error> {
        let mut moved = Vec::new();
        for ((to, uid), came) in net.iter().filter(|(_, net)| net.before.is_none() && net.after.is_some()) {
            let mut left = net.iter().filter(|((_, other), net)| other == uid && net.after.is_none());
            let (Some(((from, _), went)), None) = (left.next(), left.next()) else { continue };
            let (Some(from), Some(to)) = (snapshot.calendar(*from)?, snapshot.calendar(*to)?) else {
                continue;
            };
            let is_planned = snapshot.object(to.id, uid)?.is_some_and(|found| found.schedule_tag.is_some());
            if is_planned && from.home == to.home {
                let place = |calendar: Calendar, net: &Net| Moved {
                    calendar,
                    uid: uid.clone(),
                    name: net.name.clone(),
                };
                moved.push((place(from, went), place(to, came)));
            }
        }
        Ok(moved)
    }

    /// What brings an object back to the calendar that it was in.
    fn move_back(self, snapshot: &Snapshot, done: &Done, was: &Moved, is: &Moved) -> Result<Planned, Error> {
        for place in [was, is] {
            self.ask_for(snapshot, place.calendar.id, Want::Write)?;
        }
        let stored = snapshot.object(is.calendar.id, &is.uid)?.ok_or_else(gone)?;
        let booked = Booked::read(snapshot, stored)?;
        if snapshot.is_edited_since(done, is.calendar.id, &is.uid)?
            || snapshot.object(was.calendar.id, &was.uid)?.is_some()
        {
            return Err(Refusal::ChangedSince(booked.title()).into());
        }
        let own = own_addresses(snapshot, was.calendar.home, &booked.document)?;
        let put = Put { name: was.name.clone(), ..self.derive(was.calendar.id, &booked.document, &own)? };
        let (from, to) = (&is.calendar, &was.calendar);
        self.plan_going(snapshot, &booked, Going { from, to, before: None, put, keep: Keep::Target })
    }

    /// What brings one object back to what it was; nothing where it is so already.
    fn step(
        self,
        snapshot: &Snapshot,
        calendar: CalendarId,
        uid: &str,
        net: &Net,
        done: &Done,
        want: Want,
    ) -> Result<Option<Planned>, Error> {
        let found = snapshot.object(calendar, uid)?;
        let now = found.as_ref().map(Stored::text);
        if now == net.before {
            return Ok(None);
        }
        let of = self.ask_for(snapshot, calendar, want)?;
        // What is planned with others is never quite what it was: answers come, and revisions go up.
        let is_scheduled = found.as_ref().is_some_and(|found| found.schedule_tag.is_some());
        let is_changed = match is_scheduled {
            true => snapshot.is_edited_since(done, calendar, uid)?,
            false => now != net.after,
        };
        if is_changed {
            let text = now.or(net.after).or(net.before).map(|text| snapshot.text_of(text)).transpose()?;
            let title = match text {
                Some(text) => booked::title(&booked::document(text)?, uid),
                None => uid.to_owned(),
            };
            return Err(Refusal::ChangedSince(title).into());
        }
        let edit = |after| Edit { calendar: &of, before: found.clone(), after };
        let Some(text) = net.before else {
            // What came out of the trash goes back into it.
            let to = if done.verb == "trash" { Removed::Trash } else { Removed::Gone };
            let planned = self.plan(snapshot, [edit(After::Gone(to))])?;
            return Ok(Some(planned));
        };
        let document = booked::document(snapshot.text_of(text)?)?;
        let put = Put { name: net.name.clone(), ..self.derive(of.id, &document, &[])? };
        let Planned { expects, mut effects } =
            self.plan(snapshot, [edit(After::Put(Box::new(put), &document))])?;
        if net.after.is_none() {
            let trashed = snapshot.trashed_with_uid(calendar, uid)?.into_iter().find(|one| one.text == text);
            effects.extend(trashed.map(|trashed| Effect::Discard(trashed.id)));
        }
        Ok(Some(Planned { expects, effects }))
    }

    /// What brings calendars' settings back; a calendar that was made is removed.
    fn settings_back(self, snapshot: &Snapshot, done: &Done) -> Result<Vec<(Expect, Effect)>, Error> {
        let mut back = Vec::new();
        for change in snapshot.calendar_changes(done)?.into_iter().rev() {
            let calendar = change.calendar;
            let Some(found) = snapshot.calendar(calendar)? else { continue };
            self.ask(snapshot, Want::Settings, &found)?;
            if found.settings_version != change.version {
                return Err(Refusal::ChangedSince(found.settings.name.clone()).into());
            }
            let mut settings = change.before.unwrap_or_else(|| found.settings.clone());
            if settings == found.settings {
                settings.is_removed = true;
            }
            let expect = Expect::Settings { calendar, version: found.settings_version };
            back.push((expect, Effect::SetCalendar { calendar, settings }));
        }
        Ok(back)
    }
}

/// What is to be written, in sets that are not too large; the last is open for more.
fn packed(steps: Vec<Planned>) -> Vec<(Vec<Expect>, Vec<Effect>)> {
    let mut sets = Vec::new();
    let (mut expects, mut effects, mut bytes, mut objects) = (Vec::new(), Vec::new(), 0, 0);
    for Planned { expects: expect, effects: step } in steps {
        let texts = step.iter().filter_map(|effect| match effect {
            Effect::Put(put) | Effect::Deliver(put) => Some(put.text.bytes().len()),
            Effect::Remove { .. } => Some(0),
            _ => None,
        });
        let (more, size) = texts.fold((0, 0), |(objects, bytes), size| (objects + 1, bytes + size));
        // What a room is booked for stands when it is booked for more: each of two bookings found it free.
        let is_range = |expect: &Expect| matches!(expect, Expect::Range { .. });
        let books_again = expects.iter().any(is_range) && expect.iter().any(is_range);
        if books_again || objects + more > MOST_OBJECTS || (objects > 0 && bytes + size > MOST_BYTES) {
            sets.push((std::mem::take(&mut expects), std::mem::take(&mut effects)));
            (bytes, objects) = (0, 0);
        }
        (bytes, objects) = (bytes + size, objects + more);
        expects.extend(expect);
        effects.extend(step);
    }
    sets.push((expects, effects));
    sets
}

fn net(snapshot: &Snapshot, done: &Done) -> Result<HashMap<(CalendarId, String), Net>, Error> {
    let mut net: HashMap<(CalendarId, String), Net> = HashMap::new();
    let mut place = 0;
    loop {
        let page = snapshot.object_changes(done, place, PAGE)?;
        let is_last = page.len() < PAGE as usize;
        for (at, change) in page {
            place = at;
            let new = Net { name: change.name, before: change.before, after: change.after };
            let known = net.entry((change.calendar, change.uid)).or_insert_with(|| new.clone());
            known.after = new.after;
        }
        if is_last {
            return Ok(net);
        }
    }
}
