//! The profiles that `check` and `repair` hold a text against.

use ical::value::Method;
use ical::{ComponentKind, Document, Profile, PropertyKind};

/// A profile by its name on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Rules {
    Rfc5545,
    Caldav,
    Itip,
}

impl Rules {
    /// The profile for a text: an iTIP message is held against the METHOD that it says it has.
    pub(super) fn of(self, document: &Document) -> Profile {
        match self {
            Self::Rfc5545 => Profile::Rfc5545,
            Self::Caldav => Profile::CalDav,
            Self::Itip => {
                let calendar = document.roots().find(|root| root.kind() == ComponentKind::Calendar);
                let method = calendar.and_then(|calendar| calendar.property(PropertyKind::Method));
                let method = method.map(|method| method.text().trim().to_owned());
                Profile::Itip(Method::new(method.unwrap_or_else(|| "PUBLISH".to_owned())))
            }
        }
    }
}
