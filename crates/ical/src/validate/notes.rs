//! Notes: what is right, and yet not what every program understands.

use std::collections::HashSet;

use super::Check;
use crate::problem::ProblemKind;
use crate::property::{Property, PropertyKind};

impl Check<'_> {
    /// Each is told once for a name, where it stands first; names that are in no table count as one.
    pub(super) fn notes(&mut self) {
        let (mut later, mut empty) = (HashSet::new(), HashSet::new());
        for property in self.document.all_components().flat_map(|component| component.properties()) {
            let kind = property.kind();
            if let Some(source) = later_source(kind)
                && later.insert(kind)
            {
                let message = format!(
                    "{} is of {source}: programs that know RFC 5545 alone may refuse it",
                    property.name()
                );
                self.tell_property(&property, property.name_place(), ProblemKind::LaterName, message);
            }
            if is_empty_text(&property) && empty.insert(kind) {
                let message = format!("{} is empty: some programs refuse that", property.name());
                self.tell_property(&property, property.place(), ProblemKind::EmptyValue, message);
            }
        }
    }
}

/// The RFC of a property that came so late that programs in use refuse it: python's icalendar and libical 3
/// know those of RFC 7953 and 7986, and not all that came after.
fn later_source(kind: PropertyKind) -> Option<&'static str> {
    let source = kind.row()?.source;
    let is_late =
        ["RFC 7808", "RFC 9073", "RFC 9074", "RFC 9253"].iter().any(|late| source.starts_with(late));
    is_late.then_some(source)
}

/// Is it a text for people, or one that is in no table, and empty or blank? That other texts are empty is a
/// problem of theirs.
fn is_empty_text(property: &Property<'_>) -> bool {
    use PropertyKind::{
        Categories, Comment, Contact, Description, Location, Other, Resources, Summary, Tzname,
    };
    let is_free = matches!(
        property.kind(),
        Categories | Comment | Contact | Description | Location | Other | Resources | Summary | Tzname
    );
    is_free && property.raw_value().trim_ascii().is_empty()
}
