//! VJOURNAL, seen through its properties' meaning (RFC 5545 3.6.3).

use std::borrow::Cow;

use super::view;
use crate::document::Component;
use crate::property::{Property, PropertyKind};

view! {
    /// A VJOURNAL.
    Journal
}

impl<'a> Journal<'a> {
    /// DESCRIPTIONs: a journal may have several.
    pub fn descriptions(self) -> impl Iterator<Item = Cow<'a, str>> {
        self.properties_of(PropertyKind::Description).map(Property::into_text)
    }
}
