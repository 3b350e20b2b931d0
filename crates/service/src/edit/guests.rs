//! Who is invited to an object, changed.

use ical::value::CalAddress;
use ical::{ComponentId, ContentLine, Document, ParameterKind, PropertyId, PropertyKind};

use crate::error::{Error, Refusal};

/// Somebody who is to be invited, or invites.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Their address.
    pub address: CalAddress<'static>,
    /// Their name for people, where it is known.
    pub name: Option<String>,
    /// Need they not come?
    pub is_optional: bool,
}

/// Who is invited, and who no more.
#[derive(Clone, Debug, Default)]
pub struct Guests {
    /// Who is to be invited, or to come otherwise than before.
    pub come: Vec<Guest>,
    /// Who is not to come any more.
    pub go: Vec<CalAddress<'static>>,
    /// Who organizes it, where nobody does.
    pub organizer: Option<Guest>,
}

impl Guests {
    /// Writes them into one component, or into all of an object: an override with guests of its own would else leave them out.
    pub(super) fn write(&self, document: &mut Document, only: Option<ComponentId>) -> Result<(), Error> {
        if self.come.is_empty() && self.go.is_empty() {
            return Ok(());
        }
        let all = components(document);
        self.organize(document, &all);
        let mut left: Vec<&CalAddress<'_>> = self.go.iter().collect();
        let master = all.iter().copied().find(|id| line(document, *id, PropertyKind::RecurrenceId).is_none());
        for id in only.map_or(all, |only| vec![only]) {
            let is_silent = document.component(id).attendees().next().is_none();
            match master.filter(|master| *master != id && is_silent) {
                // Who is invited to the series is invited to it.
                Some(_) if only.is_none() => continue,
                Some(master) => {
                    let text = document.clone();
                    for attendee in text.component(master).properties_of(PropertyKind::Attendee) {
                        document.copy(id, &attendee);
                    }
                }
                None => {}
            }
            for guest in &self.come {
                invite(document, id, guest);
            }
            for address in &self.go {
                if let Some(listed) = listed(document, id, address) {
                    document.remove(listed);
                    left.retain(|left| *left != address);
                }
            }
        }
        match left.first() {
            Some(nobody) => Err(Refusal::NotAmongThem(bare(nobody)).into()),
            None => Ok(()),
        }
    }

    /// Names who organizes it, in all its parts alike (RFC 6638 3.2.4.2).
    fn organize(&self, document: &mut Document, all: &[ComponentId]) {
        let is_organized = all.iter().any(|id| line(document, *id, PropertyKind::Organizer).is_some());
        if let Some(organizer) = self.organizer.as_ref().filter(|_| !is_organized) {
            for id in all {
                document.add(*id, &named(PropertyKind::Organizer, organizer).raw(organizer.address.as_str()));
            }
        }
    }
}

/// An address as people write it.
pub(crate) fn bare(address: &CalAddress<'_>) -> String {
    address.email().map_or_else(|| address.as_str().to_owned(), std::borrow::Cow::into_owned)
}

fn components(document: &Document) -> Vec<ComponentId> {
    document.objects().iter().flat_map(ical::Object::components).map(|component| component.id()).collect()
}

fn line(document: &Document, id: ComponentId, kind: PropertyKind) -> Option<PropertyId> {
    document.component(id).property(kind).map(|property| property.id())
}

/// The line that invites somebody.
fn listed(document: &Document, id: ComponentId, address: &CalAddress<'_>) -> Option<PropertyId> {
    let mut attendees = document.component(id).attendees();
    let found = attendees.find(|user| user.address().is_ok_and(|one| one == *address));
    found.map(|user| user.property().id())
}

/// A line with somebody's name, where it is known.
fn named(kind: PropertyKind, guest: &Guest) -> ContentLine {
    let line = ContentLine::new(kind);
    match &guest.name {
        Some(name) => line.with(ParameterKind::Cn, [name]),
        None => line,
    }
}

fn invite(document: &mut Document, id: ComponentId, guest: &Guest) {
    let role = if guest.is_optional { "OPT-PARTICIPANT" } else { "REQ-PARTICIPANT" };
    if let Some(listed) = listed(document, id, &guest.address) {
        document.set_parameter(listed, ParameterKind::Role, &[role]);
        return;
    }
    let new = named(PropertyKind::Attendee, guest)
        .with(ParameterKind::Role, [role])
        .with(ParameterKind::Partstat, ["NEEDS-ACTION"])
        .with(ParameterKind::Rsvp, ["TRUE"]);
    document.add(id, &new.raw(guest.address.as_str()));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A weekly series of which one instance lists Carol, and another nobody.
    const WEEKLY: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
        BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260302T090000Z\r\nRRULE:FREQ=WEEKLY\r\nATTENDEE:mailto:ben@example.com\r\n\
        END:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:20260309T090000Z\r\nDTSTART:20260309T100000Z\r\n\
        ATTENDEE:mailto:carol@example.com\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:20260316T090000Z\r\nDTSTART:20260316T110000Z\r\nEND:VEVENT\r\n\
        END:VCALENDAR\r\n";

    fn mail(name: &str) -> CalAddress<'static> {
        CalAddress::new(format!("mailto:{name}@example.com"))
    }

    fn guest(name: &str) -> Guest {
        Guest { address: mail(name), name: None, is_optional: false }
    }

    /// Who is listed in each component.
    fn listed(document: &Document) -> Vec<Vec<String>> {
        let names = |id: &ComponentId| {
            let users = document.component(*id).attendees();
            users.map(|user| bare(&user.address().unwrap()).replace("@example.com", "")).collect()
        };
        components(document).iter().map(names).collect()
    }

    #[test]
    fn of_a_series_each_part_that_has_guests_of_its_own_gets_them() {
        let mut document = Document::read(WEEKLY).unwrap();
        let (come, go) = (vec![guest("dora"), guest("carol")], vec![mail("ben")]);
        let guests = Guests { come, go, organizer: Some(guest("ann")) };
        guests.write(&mut document, None).unwrap();
        assert_eq!(listed(&document), [vec!["dora", "carol"], vec!["carol", "dora"], vec![]]);
        let organizers = components(&document);
        assert!(organizers.iter().all(|id| line(&document, *id, PropertyKind::Organizer).is_some()));
    }

    #[test]
    fn one_that_lists_nobody_keeps_those_of_its_series() {
        let mut document = Document::read(WEEKLY).unwrap();
        let one = components(&document)[2];
        let guests = Guests { come: vec![guest("dora")], ..Guests::default() };
        guests.write(&mut document, Some(one)).unwrap();
        assert_eq!(listed(&document), [vec!["ben"], vec!["carol"], vec!["ben", "dora"]]);
    }

    #[test]
    fn who_is_not_invited_is_not_taken_off() {
        let mut document = Document::read(WEEKLY).unwrap();
        let guests = Guests { go: vec![mail("eve")], ..Guests::default() };
        let refused = guests.write(&mut document, None).unwrap_err();
        assert_eq!(refused.to_string(), "eve@example.com is not among those who are invited");
    }
}
