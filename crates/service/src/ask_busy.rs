//! Asking when others are busy (RFC 6638 5).

use ical::Document;
use ical::value::CalAddress;
use ical::zone::Zone;
use itip::BusyQuestion;
use store::{Address, PrincipalId, State};

use crate::actor::Actor;
use crate::busy::BusyTime;
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
}

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
        let own = snapshot.map(|snapshot| snapshot.addresses(home)).transpose()?.unwrap_or_default();
        if !self.owns(home) || !own.contains(&Address::new(&asked.organizer)) {
            return Err(Refusal::NotTheirAddress(asked.organizer.as_str().to_owned()).into());
        }
        if asked.attendees.len() > options.busy_asked {
            return Err(Refusal::TooMany {
                what: "people asked when they are busy",
                most: options.busy_asked,
            }
            .into());
        }
        let days = asked.range.to.0.saturating_sub(asked.range.from.0).div_euclid(DAY);
        let most = options.busy_days;
        if usize::try_from(days).unwrap_or(usize::MAX) > most {
            return Err(Refusal::TooMany { what: "days in a question when people are busy", most }.into());
        }
        Ok(asked)
    }

    /// When somebody who is asked is busy.
    ///
    /// # Errors
    /// The store cannot be read, or there is more to tell than an answer has.
    pub fn answer_busy(self, asked: &BusyQuestion, who: &CalAddress<'_>) -> Result<BusyAnswer, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(BusyAnswer::NoUser) };
        let found = snapshot.principal_at(&Address::new(who))?;
        drop(snapshot);
        let Some(found) = found.filter(|one| one.profile.state != State::Removed) else {
            return Ok(BusyAnswer::NoUser);
        };
        let busy = self.busy_of(found.id, asked.range, asked.but.as_deref())?;
        Ok(busy.map_or(BusyAnswer::NoRight, BusyAnswer::Told))
    }
}
