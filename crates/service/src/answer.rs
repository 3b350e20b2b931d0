//! An invitation answered (RFC 5546 3.2.3), or handed on to somebody else (RFC 5546 3.2.2.3): an edit, which tells its organizer.

use ical::component::CalendarUser;
use ical::value::{CalAddress, Partstat};
use ical::{Component, ComponentId, ContentLine, Document, ParameterKind, PropertyId, PropertyKind};
use itip::Addresses;

use crate::access::gone;
use crate::actor::Actor;
use crate::agenda::Entry;
use crate::booked::{self, Booked};
use crate::edit::{bare, override_of};
use crate::error::{Error, Refusal};

/// What somebody answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Whether they come.
    Partstat(Partstat<'static>),
    /// Somebody else comes for them.
    Delegated(CalAddress<'static>),
}

impl Actor<'_> {
    /// Answers for all of an object, or for one occurrence, in the name of whose calendar it is in; with a comment, where they
    /// have one.
    ///
    /// # Errors
    /// They are not invited, it is not theirs to hand on, or the object is gone.
    pub fn answer(
        self,
        booked: &Booked,
        occurrence: Option<&Entry>,
        reply: &Reply,
        comment: Option<&str>,
        line: &str,
    ) -> Result<(), Error> {
        let own = self.addresses_for(booked)?;
        let not_invited = || Refusal::NotInvited(booked.title());
        let own = own.ok_or_else(not_invited)?;
        self.change(&booked.stored, "answer", line, |document| {
            let parts = parts(document, occurrence, &own);
            let mut is_invited = false;
            for part in parts {
                let Some(mine) = mine(document, part, &own) else { continue };
                is_invited = true;
                match reply {
                    Reply::Partstat(partstat) => set(document, mine, partstat),
                    Reply::Delegated(to) => {
                        if !is_sent(document.component(part), to, &own)? {
                            delegate(document, part, mine, to);
                        }
                    }
                }
                if let Some(comment) = comment {
                    // It stands for what was said before: an organizer takes one comment of an answer.
                    document.set(part, &ContentLine::new(PropertyKind::Comment).text(comment));
                }
            }
            if is_invited { Ok(()) } else { Err(not_invited().into()) }
        })
    }

    /// The addresses of whose calendar an object is in; `None` where they have none.
    fn addresses_for(self, booked: &Booked) -> Result<Option<Addresses>, Error> {
        let snapshot = self.snapshot()?.ok_or_else(gone)?;
        let home = snapshot.calendar(booked.stored.calendar)?.ok_or_else(gone)?.home;
        Ok(addresses(&snapshot.addresses(home)?))
    }
}

/// Addresses of the store as scheduling has them; `None` where there are none.
pub(crate) fn addresses(of: &[store::Address]) -> Option<Addresses> {
    let mut all = of.iter().map(|address| CalAddress::new(address.as_str()));
    all.next().map(|first| Addresses::new(first, all))
}

/// The parts that are answered. Whoever answers a series answers what is open of it, which goes with its master; who is only in
/// some of its instances answers each.
fn parts(document: &mut Document, occurrence: Option<&Entry>, own: &Addresses) -> Vec<ComponentId> {
    let Some(main) = booked::main(document).map(|main| main.id()) else { return Vec::new() };
    if let Some(entry) = occurrence {
        return vec![override_of(document, main, entry).unwrap_or(main)];
    }
    if mine(document, main, own).is_some() {
        return vec![main];
    }
    document.objects().iter().flat_map(ical::Object::components).map(|component| component.id()).collect()
}

/// The line that invites whoever has these addresses.
fn mine(document: &Document, part: ComponentId, own: &Addresses) -> Option<PropertyId> {
    let mut attendees = document.component(part).attendees();
    attendees.find(|user| own.name(user)).map(|user| user.property().id())
}

/// Says whether they come; who said before that another comes for them takes that back.
fn set(document: &mut Document, mine: PropertyId, partstat: &Partstat<'_>) {
    document.set_parameter(mine, ParameterKind::Partstat, &[partstat.as_str()]);
    if document.property(mine).parameter(ParameterKind::DelegatedTo).is_some() {
        document.set_parameter(mine, ParameterKind::DelegatedTo, &[]);
    }
}

/// Is somebody sent already? Who has a part in it otherwise is not (RFC 5546 2.1.2).
fn is_sent(component: Component<'_>, to: &CalAddress<'_>, own: &Addresses) -> Result<bool, Refusal> {
    let is_to = |user: &CalendarUser<'_>| user.address().is_ok_and(|address| address == *to);
    let listed = component.attendees().find(is_to);
    let is_sent = listed.as_ref().is_some_and(|user| user.delegated_from().iter().any(|from| own.has(from)));
    match component.organizer().as_ref().is_some_and(is_to) || (listed.is_some() && !is_sent) {
        true => Err(Refusal::InItAlready(bare(to))),
        false => Ok(is_sent),
    }
}

/// Says that somebody else comes for them, and lists that one as they were listed themselves (RFC 5546 3.2.2.3).
fn delegate(document: &mut Document, part: ComponentId, mine: PropertyId, to: &CalAddress<'_>) {
    let property = document.property(mine);
    let own = String::from_utf8_lossy(property.raw_value().trim_ascii()).into_owned();
    let as_mine = |kind| property.parameter(kind).map(|parameter| (kind, parameter.value().into_owned()));
    let alike: Vec<_> = [ParameterKind::Role, ParameterKind::Rsvp].into_iter().filter_map(as_mine).collect();
    drop(property);
    document.set_parameter(mine, ParameterKind::Partstat, &["DELEGATED"]);
    document.set_parameter(mine, ParameterKind::DelegatedTo, &[to.as_str()]);
    let mut line = ContentLine::new(PropertyKind::Attendee).with(ParameterKind::DelegatedFrom, [own]);
    for (kind, value) in alike {
        line = line.with(kind, [value]);
    }
    document.add(part, &line.raw(to.as_str()));
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEA: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260302T160000Z\r\n\
                       ORGANIZER:mailto:ann@example.com\r\n\
                       ATTENDEE;ROLE=OPT-PARTICIPANT;RSVP=TRUE:mailto:ben@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    /// The attendees of an event after an answer of Ben's.
    fn attendees(document: &Document) -> Vec<String> {
        let main = booked::main(document).unwrap();
        let lines = main.properties_of(PropertyKind::Attendee);
        lines.map(|line| String::from_utf8(line.content().to_vec()).unwrap()).collect()
    }

    #[test]
    fn who_is_sent_is_listed_as_who_sends_them_was() {
        let own = Addresses::new(CalAddress::new("mailto:ben@example.com"), []);
        let carol = CalAddress::new("mailto:carol@example.com");
        let mut document = Document::read(TEA).unwrap();
        let part = parts(&mut document, None, &own)[0];
        let line = mine(&document, part, &own).unwrap();
        delegate(&mut document, part, line, &carol);
        let listed = [
            "ATTENDEE;DELEGATED-TO=\"mailto:carol@example.com\";PARTSTAT=DELEGATED;ROLE=OPT-PARTICIPANT;RSVP=TRUE:\
             mailto:ben@example.com",
            "ATTENDEE;DELEGATED-FROM=\"mailto:ben@example.com\";ROLE=OPT-PARTICIPANT;RSVP=TRUE:\
             mailto:carol@example.com",
        ];
        assert_eq!(attendees(&document), listed);
        set(&mut document, line, &Partstat::Accepted);
        let taken_back = "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT;RSVP=TRUE:mailto:ben@example.com";
        assert_eq!(attendees(&document)[0], taken_back);
    }
}
