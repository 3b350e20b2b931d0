//! Whoever lets rules answer for them, a room above all: for which times they are asked, and what they answer.

use std::collections::BTreeSet;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::Partstat;
use ical::{Component, ComponentId, ContentLine, Document, PropertyKind};

use crate::message::Message;
use crate::object::{Part, SchedulingObject, is_cancelled};
use crate::outgoing::attendee::{answer, own_answer, reply};
use crate::party::Party;
use crate::state::State;

/// For what somebody is asked who has not answered yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The times that are still to be, in their order.
    pub times: Vec<(Part, Range)>,
    /// Does it go on after these?
    pub goes_on: bool,
}

/// For which times an object asks its owner, from now until then, so many at most; `None` where it does not ask.
pub fn asked(document: &Document, until: Timestamp, most: usize, party: &Party<'_>) -> Option<Asked> {
    let object = SchedulingObject::read(document, party.zones)?;
    let is_asked = |component: Component<'_>| asks(component, party);
    if !object.parts().any(|(_, component)| is_asked(component)) {
        return None;
    }
    let mut asked = Asked::default();
    let mut occurrences = object.set().occurrences(Range { from: party.now, to: Timestamp::MAX });
    while let Some(Ok(occurrence)) = occurrences.next() {
        if occurrence.start_at() >= until || asked.times.len() >= most {
            asked.goes_on = true;
            break;
        }
        if is_asked(occurrence.component()) {
            let id = occurrence.recurrence_id();
            let part = id.map_or(Part::Series, |id| object.instance(&id, object.zones()));
            asked.times.push((part, Range { from: occurrence.start_at(), to: occurrence.end_at() }));
        }
    }
    Some(asked)
}

fn asks(component: Component<'_>, party: &Party<'_>) -> bool {
    own_answer(component, party) == Some(Partstat::NeedsAction) && !is_cancelled(component)
}

/// What is answered by rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// To all that was asked …
    pub says: Partstat<'static>,
    /// … but for these, which are declined.
    pub but: BTreeSet<Part>,
    /// How what is accepted was met: REQUEST-STATUS, where there is more to say than success.
    pub accepted: Option<String>,
    /// Why what is declined is.
    pub declined: Option<String>,
    /// What is said beside it.
    pub comment: Option<String>,
}

/// The object with the answers, and the REPLY that tells them.
pub fn book(
    document: &Document,
    verdict: &Verdict,
    state: &mut State,
    party: &Party<'_>,
) -> (Document, Option<Message>) {
    let mut booked = document.clone();
    let Some(object) = SchedulingObject::read(document, party.zones) else { return (booked, None) };
    let asked = object.parts().filter(|(_, component)| asks(*component, party));
    let mut answered: Vec<(ComponentId, bool)> = Vec::new();
    for (part, component) in asked {
        let is_declined = verdict.but.contains(&part) || verdict.says == Partstat::Declined;
        let says = if is_declined { &Partstat::Declined } else { &verdict.says };
        answer(&mut booked, component.id(), says, party);
        if !is_declined {
            // Whatever it is to others: whoever has the room has it.
            for property in crate::object::ids(&booked, component.id(), PropertyKind::Transp) {
                booked.remove(property);
            }
        }
        answered.push((component.id(), is_declined));
    }
    let alone = verdict.but.iter().filter(|part| object.part(**part).is_none());
    for times in alone.filter_map(|part| object.times(*part)) {
        let series = object.part(Part::Series).map(|series| series.id());
        if let Some(one) = series.and_then(|series| booked.add_override(series, &times)) {
            answer(&mut booked, one, &Partstat::Declined, party);
            answered.push((one, true));
        }
    }
    let mut view = booked.clone();
    for (one, is_declined) in &answered {
        let status = if *is_declined { &verdict.declined } else { &verdict.accepted };
        for (kind, said) in [(PropertyKind::RequestStatus, status), (PropertyKind::Comment, &verdict.comment)]
        {
            let Some(said) = said else { continue };
            let line = ContentLine::new(kind);
            let line = if kind == PropertyKind::Comment { line.text(said) } else { line.raw(said) };
            view.add(*one, &line);
        }
    }
    let parts: Vec<ComponentId> = answered.into_iter().map(|(one, _)| one).collect();
    let message = reply(view, &parts, state, party);
    (booked, message)
}

/// Is all of it called off?
pub fn is_off(document: &Document, party: &Party<'_>) -> bool {
    let object = SchedulingObject::read(document, party.zones);
    object.is_some_and(|object| object.parts().all(|(_, component)| is_cancelled(component)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::party::Options;
    use crate::user::Addresses;
    use ical::civil::Date;
    use ical::value::CalAddress;

    const WEEKLY: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n\
        DTSTAMP:20260301T000000Z\r\nDTSTART:20260302T090000Z\r\nDTEND:20260302T100000Z\r\nRRULE:FREQ=WEEKLY\r\n\
        TRANSP:TRANSPARENT\r\nSUMMARY:Tea\r\nORGANIZER:mailto:o@example.com\r\nATTENDEE:mailto:r@example.com\r\n\
        END:VEVENT\r\nEND:VCALENDAR\r\n";

    fn with_room<T>(then: impl FnOnce(&Party<'_>) -> T) -> T {
        let addresses = Addresses::new(CalAddress::new("mailto:r@example.com"), []);
        let (options, zones) = (Options::default(), Arc::default());
        let now = Timestamp::from_utc(Date::new(2026, 3, 1).unwrap().midnight());
        then(&Party { addresses: &addresses, sent_by: None, options: &options, zones: &zones, now })
    }

    fn week(weeks: i64) -> Timestamp {
        let begin = Timestamp::from_utc(Date::new(2026, 3, 1).unwrap().midnight());
        Timestamp(begin.0 + weeks * 7 * 86_400)
    }

    #[test]
    fn all_times_of_a_series_are_asked_for_as_far_as_one_looks_ahead() {
        with_room(|room| {
            let document = Document::read(WEEKLY).unwrap();
            let asked = asked(&document, week(3), 100, room).unwrap();
            assert_eq!(asked.times.len(), 3);
            assert!(asked.goes_on);
            assert!(asked.times.iter().all(|(part, range)| *part == Part::Instance(range.from)));
            assert_eq!(super::asked(&document, week(30), 5, room).unwrap().times.len(), 5);
        });
    }

    #[test]
    fn what_was_answered_is_not_asked_for() {
        with_room(|room| {
            let text = WEEKLY.replace("ATTENDEE:", "ATTENDEE;PARTSTAT=ACCEPTED:");
            assert_eq!(asked(&Document::read(text).unwrap(), week(3), 100, room), None);
        });
    }

    #[test]
    fn one_of_many_is_declined() {
        with_room(|room| {
            let document = Document::read(WEEKLY).unwrap();
            let taken = asked(&document, week(3), 100, room).unwrap().times[1].0;
            let verdict = Verdict {
                says: Partstat::Accepted,
                but: BTreeSet::from([taken]),
                accepted: Some("2.11;As far as is known".to_owned()),
                declined: Some("4.0;Taken".to_owned()),
                comment: Some("Taken on the 9th".to_owned()),
            };
            let (booked, message) = book(&document, &verdict, &mut State::default(), room);
            let booked = String::from_utf8(booked.to_bytes().into_owned()).unwrap();
            assert_eq!(booked.matches("PARTSTAT=ACCEPTED").count(), 1);
            assert_eq!(booked.matches("PARTSTAT=DECLINED").count(), 1);
            assert!(!booked.contains("4.0") && booked.matches("TRANSPARENT").count() == 0, "{booked}");
            let reply = String::from_utf8(message.unwrap().text).unwrap();
            assert!(reply.contains("REQUEST-STATUS:2.11;As far as is known"), "{reply}");
            assert!(reply.contains("REQUEST-STATUS:4.0;Taken"), "{reply}");
            assert_eq!(reply.matches("COMMENT:Taken on the 9th").count(), 2);
        });
    }
}
