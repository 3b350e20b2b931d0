//! Asking when others are busy (RFC 6638 5).

use ical::recurrence::Range;
use ical::value::CalAddress;
use ical::zone::Zone;
use ical::{ComponentKind, Document};
use itip::BusyQuestion;
use store::{Address, PrincipalId, Snapshot, State};

use crate::actor::Actor;
use crate::booked::Booked;
use crate::busy::{BusyTime, Published, published};
use crate::error::{Error, Refusal};

/// What is answered of one who was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusyAnswer {
    /// When they are busy.
    Told(Vec<BusyTime>),
    /// Nobody here has the address.
    NoUser,
    /// Who asks may not know.
    NoRight,
    /// There is more to tell than an answer has, or it would cost too much to find out.
    TooMuch,
}

/// So many objects at once, and of what others published for one answer.
const PAGE: u32 = 64;
const READ: usize = 256;
/// Seconds of a day.
const DAY: i64 = 86_400;

impl Actor<'_> {
    /// Reads a question of somebody's when others are busy.
    ///
    /// # Errors
    /// It is none ([`Refusal::NoBusyQuestion`]), it is in another's name ([`Refusal::NotTheirAddress`]), or it goes past a limit.
    pub fn read_busy_question(self, home: PrincipalId, text: Vec<u8>) -> Result<BusyQuestion, Error> {
        let options = &self.service.options;
        let document: Document = crate::put::read(text, &options.limits)?;
        let zone = self.default_calendar_of(home)?.and_then(|calendar| calendar.settings.zone);
        let zone = zone.and_then(|name| Zone::iana(name.trim())).unwrap_or_else(Zone::utc);
        let asked = BusyQuestion::read(&document, &zone).map_err(Refusal::NoBusyQuestion)?;
        let snapshot = self.snapshot()?;
        if let Some(snapshot) = &snapshot {
            self.must_send_for(snapshot, home)?;
        }
        let own = snapshot.map(|snapshot| snapshot.addresses(home)).transpose()?.unwrap_or_default();
        if !own.contains(&Address::new(&asked.organizer)) {
            return Err(Refusal::NotTheirAddress(asked.organizer.as_str().to_owned()).into());
        }
        self.may_ask_at_once(asked.attendees.len(), asked.range)?;
        Ok(asked)
    }

    /// Is it no more than one question may ask?
    fn may_ask_at_once(self, people: usize, range: Range) -> Result<(), Refusal> {
        let (asked, days) = (self.service.options.busy_asked, self.service.options.busy_days);
        if people > asked {
            return Err(Refusal::TooMany { what: "people asked when they are busy", most: asked });
        }
        let wanted = range.to.0.saturating_sub(range.from.0).div_euclid(DAY);
        if usize::try_from(wanted).unwrap_or(usize::MAX) > days {
            return Err(Refusal::TooMany { what: "days in a question when people are busy", most: days });
        }
        Ok(())
    }

    /// When each of several is busy in a range, in their order.
    ///
    /// # Errors
    /// It asks too much at once, or the store cannot be read.
    pub fn busy_of_each(self, people: &[PrincipalId], range: Range) -> Result<Vec<BusyAnswer>, Error> {
        self.may_ask_at_once(people.len(), range)?;
        people.iter().map(|one| self.busy_answer(*one, range, None)).collect()
    }

    /// What is answered of one: how much they have to do is the matter of nobody who is asked beside them.
    fn busy_answer(self, one: PrincipalId, range: Range, but: Option<&str>) -> Result<BusyAnswer, Error> {
        match self.busy_of(one, range, but) {
            Ok(busy) => Ok(busy.map_or(BusyAnswer::NoRight, BusyAnswer::Told)),
            Err(Error::Refused(Refusal::TooMany { .. } | Refusal::OverBudget(_))) => Ok(BusyAnswer::TooMuch),
            Err(error) => Err(error),
        }
    }

    /// When somebody who is not here is busy, as the newest that they published, and the Actor has in a calendar, tells of all of a
    /// range; `None` where nothing does.
    fn published_by(
        self,
        snapshot: &Snapshot,
        who: &CalAddress<'_>,
        range: Range,
    ) -> Result<Option<Vec<BusyTime>>, Error> {
        let (mut newest, mut read): (Option<Published>, usize) = (None, 0);
        let mut calendars = snapshot.calendars(self.principal)?;
        calendars.retain(|calendar| !calendar.settings.is_removed);
        for calendar in calendars {
            let mut after = None;
            loop {
                let (page, last) = snapshot.of_kind(calendar.id, ComponentKind::Freebusy, after, PAGE)?;
                for stored in page {
                    read += 1;
                    let document = Booked::read(snapshot, stored)?.document;
                    let mut all = published(&document, &Zone::utc());
                    all.retain(|one| {
                        one.of.as_ref().is_some_and(|of| of == who)
                            && one.range.is_some_and(|told| told.from <= range.from && range.to <= told.to)
                    });
                    let newer = all.into_iter().max_by_key(|one| one.stamp);
                    newest = newest.into_iter().chain(newer).max_by_key(|one| one.stamp);
                }
                after = last;
                if after.is_none() || read >= READ {
                    break;
                }
            }
        }
        let within = |time: &BusyTime| time.from < range.to && time.to > range.from;
        let cut = |time: BusyTime| BusyTime {
            from: time.from.max(range.from),
            to: time.to.min(range.to),
            busy: time.busy,
        };
        Ok(newest.map(|newest| newest.times.into_iter().filter(within).map(cut).collect()))
    }

    /// When somebody who is asked is busy.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn answer_busy(self, asked: &BusyQuestion, who: &CalAddress<'_>) -> Result<BusyAnswer, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(BusyAnswer::NoUser) };
        let found = snapshot.principal_at(&Address::new(who))?;
        let Some(found) = found.filter(|one| one.profile.state != State::Removed) else {
            let published = self.published_by(&snapshot, who, asked.range)?;
            return Ok(published.map_or(BusyAnswer::NoUser, BusyAnswer::Told));
        };
        drop(snapshot);
        self.busy_answer(found.id, asked.range, asked.but.as_deref())
    }
}
