//! PARTICIPANT, VLOCATION and VRESOURCE, seen through its properties' meaning (RFC 9073 7).

use std::borrow::Cow;

use super::view;
use crate::document::Component;
use crate::property::{Property, PropertyKind};
use crate::value::{CalAddress, ParticipantType, Uri, Value};

view! {
    /// A PARTICIPANT: someone who takes part, invited or not.
    Participant
}

view! {
    /// A VLOCATION: a place.
    Location
}

view! {
    /// A VRESOURCE: a thing that is used.
    Resource
}

impl<'a> Participant<'a> {
    /// PARTICIPANT-TYPE
    pub fn participant_type(self) -> Option<ParticipantType<'a>> {
        self.text(PropertyKind::ParticipantType).map(ParticipantType::new)
    }

    /// CALENDAR-ADDRESS: the ATTENDEE that it is, if it is one.
    pub fn calendar_address(self) -> Option<CalAddress<'a>> {
        self.property(PropertyKind::CalendarAddress)
            .map(|address| CalAddress::new(address.into_value_lossy()))
    }
}

impl<'a> Location<'a> {
    /// NAME
    pub fn display_name(self) -> Option<Cow<'a, str>> {
        self.text(PropertyKind::Name)
    }

    /// LOCATION-TYPE: words of RFC 4589.
    pub fn location_types(self) -> Vec<String> {
        let words = |property: Property<'a>| property.texts().map(Cow::into_owned).collect::<Vec<_>>();
        self.properties_of(PropertyKind::LocationType).flat_map(words).collect()
    }

    /// STRUCTURED-DATA that is a URI: where more of it is told.
    pub fn data_uris(self) -> Vec<Uri<'static>> {
        data_uris(self.0)
    }
}

impl<'a> Resource<'a> {
    /// NAME
    pub fn display_name(self) -> Option<Cow<'a, str>> {
        self.text(PropertyKind::Name)
    }

    /// RESOURCE-TYPE
    pub fn resource_type(self) -> Option<Cow<'a, str>> {
        self.text(PropertyKind::ResourceType)
    }

    /// STRUCTURED-DATA that is a URI: where more of it is told.
    pub fn data_uris(self) -> Vec<Uri<'static>> {
        data_uris(self.0)
    }
}

fn data_uris(component: Component<'_>) -> Vec<Uri<'static>> {
    let uri = |property: Property<'_>| match property.value() {
        Ok(Value::Uri(uri)) => Some(uri.into_owned()),
        _ => None,
    };
    component.properties_of(PropertyKind::StructuredData).filter_map(uri).collect()
}
