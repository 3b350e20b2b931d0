//! Whoever lets rules answer for them, a room above all: for which times they are asked, and what they answer.

use std::collections::BTreeSet;

use ical::civil::{DateTime, Timestamp};
use ical::recurrence::Range;
use ical::value::{DateOrTime, Partstat};
use ical::zone::Zone;
use ical::{Component, ComponentId, ContentLine, Document, Property, PropertyKind};

use crate::changes::Changes;
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
    /// Are there more than are looked at, or do they cost too much to find?
    pub is_too_much: bool,
}

/// For which times an object asks its owner, from now until then, so many at most; `None` where it does not ask. Days and times
/// without a zone are those of the zone where the owner is.
pub fn asked(
    document: &Document,
    until: Timestamp,
    most: usize,
    zone: &Zone,
    party: &Party<'_>,
) -> Option<Asked> {
    let object = SchedulingObject::read(document, party.zones)?;
    if !object.parts().any(|(_, component)| asks(component, party)) {
        return None;
    }
    let mut asked = Asked::default();
    for occurrence in object.set().occurrences(Range { from: party.now, to: Timestamp::MAX }) {
        let Ok(occurrence) = occurrence else {
            asked.is_too_much = true;
            break;
        };
        if occurrence.start_at() >= until {
            asked.goes_on = true;
            break;
        }
        if asked.times.len() >= most {
            asked.is_too_much = true;
            break;
        }
        let component = occurrence.component();
        if asks(component, party) {
            let id = occurrence.recurrence_id();
            let part = id.map_or(Part::Series, |id| object.instance(&id, object.zones()));
            let at = |at| in_zone(at, component, zone);
            asked.times.push((part, Range { from: at(occurrence.start_at()), to: at(occurrence.end_at()) }));
        }
    }
    Some(asked)
}

/// When an object has its owner within a range, so many times at most: what they have accepted, or have not answered yet.
pub fn had(document: &Document, range: Range, most: usize, zone: &Zone, party: &Party<'_>) -> Vec<Range> {
    let Some(object) = SchedulingObject::read(document, party.zones) else { return Vec::new() };
    // A day more at each end: what has no zone is not in UTC.
    let wide = Range { from: Timestamp(range.from.0 - DAY), to: Timestamp(range.to.0.saturating_add(DAY)) };
    let occurrences = object.set().occurrences(wide).map_while(Result::ok).take(most);
    let has = occurrences.filter(|occurrence| holds(occurrence.component(), party));
    let times = has.map(|occurrence| {
        let at = |at| in_zone(at, occurrence.component(), zone);
        Range { from: at(occurrence.start_at()), to: at(occurrence.end_at()) }
    });
    times.filter(|time| time.from < range.to && time.to > range.from).collect()
}

const DAY: i64 = 86_400;

/// A time of a component; what has no zone was read as of UTC.
fn in_zone(at: Timestamp, component: Component<'_>, zone: &Zone) -> Timestamp {
    match component.start() {
        Ok(Some(DateOrTime::Date(_) | DateOrTime::Floating(_))) => {
            DateTime::from_seconds(at.0).map_or(at, |wall| zone.to_timestamp(wall))
        }
        _ => at,
    }
}

/// Has its owner accepted any of it?
pub fn is_accepted(document: &Document, party: &Party<'_>) -> bool {
    let object = SchedulingObject::read(document, party.zones);
    let is_accepted = |component| {
        matches!(own_answer(component, party), Some(Partstat::Accepted | Partstat::Tentative))
            && !is_cancelled(component)
    };
    object.is_some_and(|object| object.parts().any(|(_, component)| is_accepted(component)))
}

/// The object without what the organizer says that its owner has answered, where they did not: of parts that they do not have, or
/// have at other times, or that were called off, they are asked. What was declined stays so.
pub fn unclaimed(document: &Document, kept: Option<&Document>, party: &Party<'_>) -> Document {
    let mut asking = document.clone();
    let kept = kept.and_then(|kept| SchedulingObject::read(kept, party.zones));
    let Some(object) = SchedulingObject::read(document, party.zones) else { return asking };
    for (part, component) in object.parts() {
        let said = own_answer(component, party);
        let is_claimed = !matches!(said, None | Some(Partstat::NeedsAction | Partstat::Declined));
        let is_given = kept.as_ref().is_some_and(|kept| {
            kept.part(part).filter(|before| !is_cancelled(*before)).is_some_and(|before| {
                own_answer(before, party) == said && is_within((&object, component), (kept, before))
            })
        });
        if is_claimed && !is_given {
            answer(&mut asking, component.id(), &Partstat::NeedsAction, party);
        }
    }
    asking
}

/// Does a part take place only when it did before?
fn is_within(
    (object, component): (&SchedulingObject<'_>, Component<'_>),
    (kept, before): (&SchedulingObject<'_>, Component<'_>),
) -> bool {
    let changes = Changes::between((kept, before), (object, component));
    if changes.times || !changes.recurrence {
        return !changes.times;
    }
    let lines = |of: Component<'_>, kind| -> BTreeSet<Vec<u8>> {
        of.properties_of(kind).map(|line| line.raw_value().to_vec()).collect()
    };
    let without = |of: &SchedulingObject<'_>, part: Component<'_>| -> BTreeSet<Part> {
        let lines = part.properties_of(PropertyKind::Exdate);
        let parts = |line: Property<'_>| -> Vec<Part> {
            let times = line.dates_or_times().filter_map(Result::ok);
            times.map(|time| of.instance(&time, of.zones())).collect()
        };
        lines.flat_map(parts).collect()
    };
    [PropertyKind::Rrule, PropertyKind::Rdate, PropertyKind::Exrule]
        .into_iter()
        .all(|kind| lines(component, kind) == lines(before, kind))
        && without(kept, before).is_subset(&without(object, component))
}

/// Does it take its owner's time?
fn holds(component: Component<'_>, party: &Party<'_>) -> bool {
    let answer = own_answer(component, party);
    answer.is_some_and(|answer| answer != Partstat::Declined) && !is_cancelled(component)
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
            let asked = asked(&document, week(3), 100, &Zone::utc(), room).unwrap();
            assert_eq!(asked.times.len(), 3);
            assert!(asked.goes_on);
            assert!(asked.times.iter().all(|(part, range)| *part == Part::Instance(range.from)));
            assert!(super::asked(&document, week(30), 5, &Zone::utc(), room).unwrap().is_too_much);
        });
    }

    #[test]
    fn what_was_answered_is_not_asked_for() {
        with_room(|room| {
            let text = WEEKLY.replace("ATTENDEE:", "ATTENDEE;PARTSTAT=ACCEPTED:");
            assert_eq!(asked(&Document::read(text).unwrap(), week(3), 100, &Zone::utc(), room), None);
        });
    }

    #[test]
    fn an_answer_that_was_never_given_is_asked_for() {
        with_room(|room| {
            let stays = |said: &str, kept: &str| {
                let kept = Document::read(kept).unwrap();
                let said = unclaimed(&Document::read(said).unwrap(), Some(&kept), room);
                is_accepted(&said, room)
            };
            let claimed = WEEKLY.replace("ATTENDEE:", "ATTENDEE;PARTSTAT=ACCEPTED:");
            assert!(stays(&claimed, &claimed));
            assert!(!stays(&claimed, WEEKLY), "they did not answer");
            let anew = unclaimed(&Document::read(claimed.as_str()).unwrap(), None, room);
            assert!(!is_accepted(&anew, room));
            let fewer = claimed.replace("SUMMARY", "EXDATE:20260309T090000Z\r\nSUMMARY");
            assert!(stays(&fewer, &claimed), "they gave more than that");
            assert!(!stays(&claimed, &fewer));
            assert!(!stays(&claimed, &claimed.replace("WEEKLY", "WEEKLY;COUNT=3")));
            assert!(!stays(&claimed.replace("T10", "T11"), &claimed));
            let except = claimed.replace("SUMMARY", "EXRULE:FREQ=MONTHLY\r\nSUMMARY");
            assert!(!stays(&claimed, &except), "what was excepted is asked for");
            let off = claimed.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY");
            assert!(!stays(&claimed, &off), "it was called off meanwhile");
            let declined = WEEKLY.replace("ATTENDEE:", "ATTENDEE;PARTSTAT=DECLINED:");
            let declined = unclaimed(&Document::read(declined).unwrap(), None, room);
            assert_eq!(asked(&declined, week(3), 100, &Zone::utc(), room), None);
        });
    }

    #[test]
    fn days_are_those_of_the_zone_where_a_room_is() {
        with_room(|room| {
            let text = WEEKLY
                .replace("DTSTART:20260302T090000Z", "DTSTART;VALUE=DATE:20260302")
                .replace("DTEND:20260302T100000Z", "DTEND;VALUE=DATE:20260303");
            let zone = Zone::iana("America/New_York").unwrap();
            let document = Document::read(text).unwrap();
            let asked = asked(&document, week(1), 100, &zone, room).unwrap();
            let (_, day) = asked.times[0];
            assert_eq!((day.from.0 % 86_400, day.to.0 - day.from.0), (5 * 3_600, 86_400));
            assert_eq!(had(&document, day, 10, &zone, room), [day]);
        });
    }

    #[test]
    fn one_of_many_is_declined() {
        with_room(|room| {
            let document = Document::read(WEEKLY).unwrap();
            let taken = asked(&document, week(3), 100, &Zone::utc(), room).unwrap().times[1].0;
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
