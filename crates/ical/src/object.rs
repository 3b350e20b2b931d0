//! A calendar object: one UID, its master and its overrides (RFC 4791 4.1 calls it a calendar object resource).

use std::borrow::Cow;
use std::collections::HashMap;

use crate::component::ComponentKind;
use crate::document::{Component, Document};
use crate::property::PropertyKind;

/// The components of one kind that share a UID, in the order of the text.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    kind: ComponentKind,
    uid: Option<Cow<'a, str>>,
    components: Vec<Component<'a>>,
}

impl<'a> Object<'a> {
    /// An object of components that belong together; `None` when there are none.
    pub fn new(components: Vec<Component<'a>>) -> Option<Self> {
        let first = components.first()?;
        Some(Self { kind: first.kind(), uid: uid(*first), components })
    }

    /// What kind of components.
    pub const fn kind(&self) -> ComponentKind {
        self.kind
    }

    /// The UID; a component without one is an object of its own.
    pub fn uid(&self) -> Option<&str> {
        self.uid.as_deref()
    }

    /// The calendar in which it first appears.
    pub fn calendar(&self) -> Option<Component<'a>> {
        self.components.first().map(|first| first.root())
    }

    /// All its components, in the order of the text.
    pub fn components(&self) -> &[Component<'a>] {
        &self.components
    }
}

impl Document {
    /// The objects of a text, in the order of their first components: events, to-dos, journals, free/busy and
    /// availability, with the available times inside it.
    pub fn objects(&self) -> Vec<Object<'_>> {
        let mut objects: Vec<Object<'_>> = Vec::new();
        let mut by_uid: HashMap<(ComponentKind, Cow<'_, str>), usize> = HashMap::new();
        for component in self.all_components().filter(|component| is_scheduled(component.kind())) {
            let kind = component.kind();
            let uid = uid(component);
            let known = uid.as_ref().and_then(|uid| by_uid.get(&(kind, uid.clone())).copied());
            match known.and_then(|at| objects.get_mut(at)) {
                Some(object) => object.components.push(component),
                None => {
                    if let Some(uid) = &uid {
                        by_uid.insert((kind, uid.clone()), objects.len());
                    }
                    objects.push(Object { kind, uid, components: vec![component] });
                }
            }
        }
        objects
    }
}

const fn is_scheduled(kind: ComponentKind) -> bool {
    use ComponentKind::{Availability, Available, Event, Freebusy, Journal, Todo};
    matches!(kind, Event | Todo | Journal | Freebusy | Availability | Available)
}

fn uid<'a>(component: Component<'a>) -> Option<Cow<'a, str>> {
    let uid = component.property(PropertyKind::Uid)?.into_text();
    (!uid.is_empty()).then_some(uid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_for_each_kind_and_uid() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\nBEGIN:VTODO\nUID:a\nEND:VTODO\nBEGIN:VEVENT\nEND:VEVENT\n\
                    BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20260101\nEND:VEVENT\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n";
        let document = Document::read(text).unwrap();
        let shape: Vec<_> = document
            .objects()
            .iter()
            .map(|object| (object.kind(), object.uid().map(str::to_owned), object.components().len()))
            .collect();
        assert_eq!(
            shape,
            [
                (ComponentKind::Event, Some("a".to_owned()), 2),
                (ComponentKind::Todo, Some("a".to_owned()), 1),
                (ComponentKind::Event, None, 1),
                (ComponentKind::Event, None, 1),
            ]
        );
    }
}
