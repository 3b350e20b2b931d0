//! What somebody has to do now and then, in bounded steps: the window of occurrences moved on, the old forgotten. No daemon
//! is needed; whoever opens the store does a step.

use std::ops::ControlFlow;

use ical::civil::Timestamp;
use store::{Before, ChangeSet, Effect, Index, NextAlarm, Snapshot, Stored};

use crate::actor::Actor;
use crate::booked::{self, Booked};
use crate::error::Error;
use crate::put::own_addresses;

/// So many objects are indexed anew in one step.
const STEP: u32 = 64;
/// So many where somebody waits for all of them.
const TOGETHER: u32 = 8 * STEP;
/// The window is moved on when it ends nearer than this.
const AHEAD: i64 = 548 * 86_400;
const DAY: i64 = 86_400;

impl Actor<'_> {
    /// One step: up to 64 objects are indexed anew whose window ends too soon or whose index is of an older version.
    /// How many there were; fewer than a whole step when all is done.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn keep_up(self) -> Result<usize, Error> {
        let now = self.now();
        let Some(snapshot) = self.snapshot()? else { return Ok(0) };
        let outdated = snapshot.outdated(Timestamp(now.0.saturating_add(AHEAD)), STEP)?;
        let count = outdated.len();
        self.derive_anew(snapshot, outdated)?;
        Ok(count)
    }

    /// Indexes objects anew, in sets of a step each; the store commits many at once.
    fn derive_anew(self, snapshot: Snapshot, objects: Vec<Stored>) -> Result<(), Error> {
        let submit = |effects| {
            let set = ChangeSet { act: None, expects: Vec::new(), effects };
            self.service.store.submit(set)
        };
        let (mut effects, mut pending) = (Vec::new(), Vec::new());
        for stored in objects {
            let booked = Booked::read(&snapshot, stored)?;
            if let Some(object) = booked.object() {
                let zones = booked::zones(&booked.document, &self.service.cache);
                let home = snapshot.calendar(booked.stored.calendar)?.map(|calendar| calendar.home);
                let own = home.map(|home| own_addresses(&snapshot, home, &booked.document)).transpose()?;
                let index = Index::derive(&object, &zones, self.now(), &own.unwrap_or_default());
                let (object, version) = (booked.stored.id, booked.stored.version);
                effects.push(Effect::Reindex { object, version, index });
            }
            if effects.len() == STEP as usize {
                pending.push(submit(std::mem::take(&mut effects))?);
            }
        }
        drop(snapshot);
        if !effects.is_empty() {
            pending.push(submit(effects)?);
        }
        pending.into_iter().try_for_each(|pending| pending.wait().map(drop))?;
        Ok(())
    }

    /// One step: of up to 64 objects whose next alarm was counted from before the time up to which all rang, or from after
    /// it, it is derived again. How many there were; fewer than a whole step when all is done.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn move_alarms(self) -> Result<usize, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(0) };
        let Some(until) = snapshot.rung_until()? else { return Ok(0) };
        let behind = snapshot.alarms_to_move(until, STEP)?;
        let count = behind.len();
        let mut effects = Vec::with_capacity(count);
        for stored in behind {
            let booked = Booked::read(&snapshot, stored)?;
            let zones = booked::zones(&booked.document, &self.service.cache);
            let alarm = booked.object().and_then(|object| NextAlarm::derive(&object, &zones, until));
            let (object, version) = (booked.stored.id, booked.stored.version);
            effects.push(Effect::MoveAlarm { object, version, alarm });
        }
        drop(snapshot);
        if !effects.is_empty() {
            self.service.store.apply(ChangeSet { act: None, expects: Vec::new(), effects })?;
        }
        Ok(count)
    }

    /// All that alarms stand on: objects whose index is of an older version are indexed anew, so that none is missed because
    /// its row is behind; `tell` hears of more than one step.
    pub(crate) fn catch_up(self, tell: fn()) -> Result<(), Error> {
        let mut steps = None;
        while let Some(snapshot) = self.snapshot()? {
            let outdated = snapshot.outdated(Timestamp(i64::MIN), TOGETHER)?;
            let is_last = outdated.len() < TOGETHER as usize;
            self.derive_anew(snapshot, outdated)?;
            // A text that cannot be read stays on the list: once round is enough.
            let left = match steps {
                None if is_last => 0,
                None => {
                    tell();
                    self.objects()?.div_ceil(u64::from(TOGETHER))
                }
                Some(left) => left,
            };
            if is_last || left == 0 {
                break;
            }
            steps = Some(left - 1);
        }
        Ok(())
    }

    /// How many objects there are, those of removed calendars too.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn objects(self) -> Result<u64, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(0) };
        let calendars = snapshot.all_calendars()?;
        calendars.iter().try_fold(0, |all, calendar| Ok(all + snapshot.count(calendar.id)?))
    }

    /// Derives the index of all objects anew, in bounded steps; `progress` hears how many are done, of how many. It may be
    /// broken off and done again at any time.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn reindex(self, progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>) -> Result<u64, Error> {
        let all = self.objects()?;
        let calendars =
            self.snapshot()?.map(|snapshot| snapshot.all_calendars()).transpose()?.unwrap_or_default();
        let mut done = 0;
        for calendar in calendars {
            let mut after = None;
            while let Some(snapshot) = self.snapshot()? {
                let page = snapshot.page(calendar.id, after, STEP)?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                done += page.len() as u64;
                self.derive_anew(snapshot, page)?;
                if progress(done, all).is_break() {
                    return Ok(done);
                }
            }
        }
        Ok(done)
    }

    /// One step of forgetting what was in the trash, and what was done, longer ago than the options say. Is there more?
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn forget(self) -> Result<bool, Error> {
        let before = |days: u32| Timestamp(self.now().0.saturating_sub(i64::from(days) * DAY));
        let options = &self.service.options;
        let (trash, history) = (before(options.trash_days), before(options.history_days));
        let before = Before { trash, history, incoming: before(1) };
        let has_expired =
            || self.snapshot()?.map_or(Ok(false), |snapshot| Ok::<_, Error>(snapshot.has_expired(&before)?));
        if !has_expired()? {
            return Ok(false);
        }
        let effects = vec![Effect::Purge(before)];
        self.service.store.apply(ChangeSet { act: None, expects: Vec::new(), effects })?;
        has_expired()
    }
}
