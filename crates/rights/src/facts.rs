//! What rights ask of an object.

use ical::value::{Class, Method};
use ical::{ComponentKind, PropertyKind};

/// What rights ask of an object: all that a rule can tell objects apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The kind of its components.
    pub kind: ComponentKind,
    /// Is CLASS PUBLIC, or left out, in each of them? (RFC 5545 3.8.1.3)
    pub is_public: bool,
    /// METHOD, where it is a message (RFC 5545 3.7.2).
    pub method: Option<Method<'static>>,
}

impl Facts {
    /// What is so of an object.
    pub fn of(object: &ical::Object<'_>) -> Self {
        let method = object.calendar().and_then(|calendar| calendar.property(PropertyKind::Method));
        Self {
            kind: object.kind(),
            is_public: object.components().iter().all(|component| component.class() == Class::Public),
            method: method.map(|method| Method::new(method.text().into_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> (ComponentKind, bool, Option<Method<'static>>) {
        let document = ical::Document::read(text.replace('\n', "\r\n")).unwrap();
        let objects = document.objects();
        let Facts { kind, is_public, method } = Facts::of(objects.first().unwrap());
        (kind, is_public, method)
    }

    #[test]
    fn an_override_that_is_private_makes_the_object_so() {
        let event = |class: &str| {
            format!(
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260302T090000Z\n{class}\
                 END:VEVENT\nEND:VCALENDAR\n"
            )
        };
        assert_eq!(facts(&event("")), (ComponentKind::Event, true, None));
        assert_eq!(facts(&event("CLASS:public\n")), (ComponentKind::Event, true, None));
        assert_eq!(facts(&event("CLASS:PRIVATE\n")), (ComponentKind::Event, false, None));
        assert_eq!(
            facts(&event("CLASS:X-OURS\n")),
            (ComponentKind::Event, false, None),
            "a word nobody knows"
        );
    }

    #[test]
    fn a_message_has_its_method() {
        let request = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VTODO\nUID:1\nEND:VTODO\nEND:VCALENDAR\n";
        assert_eq!(facts(request), (ComponentKind::Todo, true, Some(Method::Request)));
    }
}
