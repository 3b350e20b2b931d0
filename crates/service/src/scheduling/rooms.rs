//! Rooms, and whoever else lets rules answer for them: each answers in the act that asks them.

use std::collections::BTreeSet;
use std::sync::Arc;

use ical::Document;
use ical::civil::{DateTime, Timestamp};
use ical::recurrence::Range;
use ical::value::Partstat;
use ical::zone::{Zone, ZoneCache, Zones};
use itip::{Asked, Message, Method, Part, Party, Verdict, asked, book, is_accepted, is_off, unclaimed};
use store::{Booking, Mode, PrincipalId, Scheduled};

use super::case::{By, Case};
use super::exchange::Exchange;
use super::had::{MOST, span};
use super::held::Choice;
use super::person::Person;
use crate::error::{Error, Refusal};

/// Who asks for more than so many taken times, or for more than a fifth, is told no to all.
const MOST_TAKEN: usize = 10;

/// What rules say to a request.
#[derive(Debug)]
pub(super) enum Ruling {
    /// Nothing: whoever it is answers themselves.
    None,
    /// The same, and it is kept so until they do.
    Unanswered(Document),
    /// A moderator is asked; meanwhile it is kept so.
    Moderated(Document),
    /// The object as it is kept then, or that none is; and the answer.
    Answered(Option<Document>, Vec<Message>),
}

/// Why a room says no (RFC 5546 3.6).
enum No {
    /// Some of it is taken, or would begin too soon.
    Parts { taken: BTreeSet<Part>, soon: BTreeSet<Part> },
    /// Who asks may not book it.
    Never,
    /// It is against its rules.
    Rule(&'static str),
}

impl Exchange<'_> {
    /// What the rules of whoever got a message say to it. What is asked for is as `document` has it.
    pub(super) fn rule(
        &mut self,
        (to, from): (&Person, Option<&Person>),
        method: Method,
        case: &mut Case,
        document: &Document,
        party: &Party<'_>,
    ) -> Result<Ruling, Error> {
        // Nobody here asks.
        let Some(from) = from else { return Ok(Ruling::None) };
        let Some(mode) = to.booking.mode else { return self.seat((to, from), method, case, document, party) };
        let nothing = || Ruling::Answered(None, Vec::new());
        match method {
            Method::Request | Method::Add => {}
            // What is called off holds the room no longer.
            Method::Cancel if is_off(document, party) => return Ok(nothing()),
            _ => return Ok(Ruling::None),
        }
        let document = unclaimed(document, case.document(self.snapshot)?, party);
        let until = Timestamp(party.now.0.saturating_add(to.booking.horizon));
        let Some(asked) = asked(&document, until, MOST, &self.zone_of(to)?, party) else {
            return Ok(if is_accepted(&document, party) { Ruling::None } else { nothing() });
        };
        let no = match mode {
            Mode::Never => Some(No::Never),
            Mode::Ask | Mode::IfFree | Mode::Always if !self.may_book(&to.booking, from.id)? => {
                Some(No::Never)
            }
            Mode::Ask => return Ok(Ruling::Moderated(document)),
            Mode::Always => None,
            Mode::IfFree => match self.broken((to, from), &case.uid, &asked, party.now)? {
                Some(rule) => Some(No::Rule(rule)),
                None => self.parts_not_had(to, &case.uid, &asked, party.now)?,
            },
        };
        let (document, message) = self.answer((to, from), (&document, case), (no, &asked), party)?;
        Ok(Ruling::Answered(document, message.into_iter().collect()))
    }

    /// Answers for a room: what it keeps then, and what whoever asked is told.
    fn answer(
        &mut self,
        (to, from): (&Person, &Person),
        (document, case): (&Document, &mut Case),
        (no, asked): (Option<No>, &Asked),
        party: &Party<'_>,
    ) -> Result<(Option<Document>, Option<Message>), Error> {
        let is_taken = matches!(no, Some(No::Parts { .. }));
        let wall = Wall::of_object(document, &self.actor.service.cache);
        let mut verdict = verdict(no, asked, &wall);
        if let (Some(comment), [(_, time)], true) = (&mut verdict.comment, asked.times.as_slice(), is_taken) {
            comment.push_str(&self.alternatives((to, from), *time, &case.uid, &wall)?);
        }
        let is_refused = verdict.says == Partstat::Declined;
        if to.booking.mode != Some(Mode::Always) && !is_refused {
            self.watch(to, asked, &verdict)?;
        }
        let (booked, message) = book(document, &verdict, &mut case.state, party);
        // Of what was asked for nothing is kept; what it had accepted before stays so.
        let is_kept = !is_refused || is_accepted(&booked, party);
        Ok((is_kept.then_some(booked), message))
    }

    /// May somebody book?
    pub(super) fn may_book(&self, booking: &Booking, who: PrincipalId) -> Result<bool, Error> {
        Ok(match booking.bookers {
            None => true,
            Some(bookers) => bookers == who || self.snapshot.groups_around(who)?.contains(&bookers),
        })
    }

    /// Which rule of a room's forbids a booking; `None` where none does.
    fn broken(
        &mut self,
        (to, from): (&Person, &Person),
        uid: &str,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<Option<&'static str>, Error> {
        let Booking { notice, longest, share, .. } = to.booking;
        if asked.times.is_empty() {
            // Nothing of it is to be within the time for which bookings are taken.
            return Ok(asked.goes_on.then_some("it is too far ahead"));
        }
        if asked.is_too_much {
            return Ok(Some("it takes place too often to be booked at once"));
        }
        let is_too_long = |range: &Range| longest.is_some_and(|longest| range.to.0 - range.from.0 > longest);
        if asked.times.iter().any(|(_, range)| is_too_long(range)) {
            return Ok(Some("it is longer than it may be"));
        }
        if asked.times.iter().all(|(_, range)| is_too_soon(range, notice, now)) {
            return Ok(Some("it begins too soon"));
        }
        Ok(match share {
            Some(share) if self.has_share((to, from), uid, share)? => {
                Some("who asks has as many as they may")
            }
            _ => None,
        })
    }

    /// What of a booking is not to be had; `None` where all is.
    fn parts_not_had(
        &mut self,
        to: &Person,
        uid: &str,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<Option<No>, Error> {
        let ranges: Vec<Range> = asked.times.iter().map(|(_, range)| *range).collect();
        let Some(span) = span(&ranges) else { return Ok(None) };
        let had = self.had(to, span, uid)?;
        let (mut taken, mut soon) = (BTreeSet::new(), BTreeSet::new());
        for (part, range) in &asked.times {
            if is_too_soon(range, to.booking.notice, now) {
                soon.insert(*part);
            } else if had.is_full(*range, to.booking.capacity) {
                taken.insert(*part);
            }
        }
        Ok((!taken.is_empty() || !soon.is_empty()).then_some(No::Parts { taken, soon }))
    }

    /// Does a room have to answer?
    pub(super) fn is_asked(&mut self, room: &Person, case: &mut Case) -> Result<bool, Error> {
        let zone = self.zone_of(room)?;
        let options = Arc::clone(&self.options);
        let party = room.party(&self.actor.service.cache, &options, (None, self.actor.now()));
        let document = case.document(self.snapshot)?;
        Ok(document.is_some_and(|document| asked(document, Timestamp::MAX, 1, &zone, &party).is_some()))
    }

    /// What a moderator decides of what somebody asked a room for; `None` where the room is not asked for anything.
    ///
    /// # Errors
    /// It is not to be had then ([`Refusal::NotToBeHad`]): nobody overrules who has it.
    pub(super) fn moderate(
        &mut self,
        room: &Person,
        case: &mut Case,
        choice: &Choice,
    ) -> Result<Option<Message>, Error> {
        let options = Arc::clone(&self.options);
        let party = room.party(&self.actor.service.cache, &options, (self.sent_by(room)?, self.actor.now()));
        let Some(document) = case.document(self.snapshot)?.cloned() else { return Ok(None) };
        let until = Timestamp(party.now.0.saturating_add(room.booking.horizon));
        let zone = self.zone_of(room)?;
        let Some(asked) = asked(&document, until, MOST, &zone, &party) else { return Ok(None) };
        let verdict = match choice {
            // What nobody looked at cannot be agreed to.
            Choice::Agree if asked.is_too_much => {
                return Err(Refusal::NotToBeHad("it takes place too often: refuse it".to_owned()).into());
            }
            Choice::Agree if asked.times.is_empty() => {
                return Err(Refusal::NotToBeHad("it is too far ahead: refuse it".to_owned()).into());
            }
            Choice::Agree => {
                if let Some(No::Parts { taken, .. }) =
                    self.parts_not_had(room, &case.uid, &asked, Timestamp::MIN)?
                {
                    let wall = Wall::of_object(&document, &self.actor.service.cache);
                    let when = words("Taken", &taken, &asked, &wall);
                    let words = format!("{when}: refuse it, or move what is there");
                    return Err(Refusal::NotToBeHad(words).into());
                }
                verdict(None, &asked, &Wall(Zone::utc()))
            }
            Choice::Refuse(comment) => Verdict {
                says: Partstat::Declined,
                comment: comment.clone(),
                ..verdict(None, &asked, &Wall(Zone::utc()))
            },
        };
        if verdict.says == Partstat::Accepted {
            self.watch(room, &asked, &verdict)?;
        }
        let (booked, message) = book(&document, &verdict, &mut case.state, &party);
        let is_kept = is_accepted(&booked, &party);
        case.set(is_kept.then_some(booked), By::Message, Scheduled::Anew);
        Ok(message)
    }
}

fn is_too_soon(range: &Range, notice: i64, now: Timestamp) -> bool {
    notice > 0 && range.from.0 < now.0.saturating_add(notice)
}

/// What is answered.
fn verdict(no: Option<No>, asked: &Asked, wall: &Wall) -> Verdict {
    let yes = Verdict {
        says: Partstat::Accepted,
        but: BTreeSet::new(),
        // Whether it is free after that nobody looked.
        accepted: asked.goes_on.then(|| "2.11;Success\\, as far ahead as bookings are taken".to_owned()),
        declined: None,
        comment: None,
    };
    let no_at_all = |code: &str, comment: &str| Verdict {
        says: Partstat::Declined,
        declined: Some(code.to_owned()),
        accepted: None,
        comment: Some(comment.to_owned()),
        but: BTreeSet::new(),
    };
    match no {
        None => yes,
        Some(No::Never) => no_at_all("3.8;No authority", "You may not book this"),
        Some(No::Rule(why)) => no_at_all("4.0;Event conflict", why),
        Some(No::Parts { taken, soon }) => {
            let said =
                [("Too soon", &soon), ("Taken", &taken)].into_iter().filter(|(_, parts)| !parts.is_empty());
            let said: Vec<String> = said.map(|(word, parts)| words(word, parts, asked, wall)).collect();
            let but: BTreeSet<Part> = &taken | &soon;
            let is_all = but.len() > MOST_TAKEN || but.len() * 5 > asked.times.len();
            match is_all {
                true => no_at_all("4.0;Event conflict", &said.join(". ")),
                false => Verdict {
                    but,
                    declined: Some("4.0;Event conflict".to_owned()),
                    comment: Some(said.join(". ")),
                    ..yes
                },
            }
        }
    }
}

/// When some of it would be, after a word for what is the matter with that.
fn words(word: &str, parts: &BTreeSet<Part>, asked: &Asked, wall: &Wall) -> String {
    let times = asked.times.iter().filter(|(part, _)| parts.contains(part));
    let told: Vec<String> = times.take(5).map(|(_, range)| wall.of(range.from)).collect();
    let more = parts.len().saturating_sub(told.len());
    match more {
        0 => format!("{word} {}", told.join(", ")),
        more => format!("{word} {}, and {more} times more", told.join(", ")),
    }
}

/// The clock by which times are told to whoever asked.
pub(super) struct Wall(Zone);

impl Wall {
    /// That of whoever wrote an object.
    pub(super) fn of_object(document: &Document, zones: &Arc<ZoneCache>) -> Self {
        let zones = Zones::with_cache(document, Arc::clone(zones));
        let components = document.objects().into_iter().flat_map(|object| object.components().to_vec());
        let starts = components.filter_map(|component| component.start().ok().flatten());
        let zone = starts.filter_map(|start| zones.resolve(start.tzid()?).zone).next();
        Self(zone.unwrap_or_else(Zone::utc))
    }

    /// A time, as it is read on it.
    pub(super) fn of(&self, at: Timestamp) -> String {
        let Some(DateTime { date, time }) = self.0.to_wall(at) else { return String::new() };
        let zone = if self.0 == Zone::utc() { " UTC" } else { "" };
        let (year, month, day) = (date.year(), date.month(), date.day());
        format!("{year}-{month:02}-{day:02} {:02}:{:02}{zone}", time.hour(), time.minute())
    }
}
