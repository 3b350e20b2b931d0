//! `calendar-multiget`: these objects (RFC 4791 7.9).

use xml::Element;

use crate::body;
use crate::calendar_data::CalendarData;
use crate::error::Error;
use crate::href::{Href, Site};
use crate::limits::Limits;
use crate::name::HREF;
use crate::precondition::Precondition;
use crate::propfind::{self, Propfind};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarMultiget {
    /// Which properties of each object.
    pub properties: Propfind,
    /// How the object itself is wanted, where it is.
    pub calendar_data: Option<CalendarData>,
    /// Which objects, in the order of the request, each once.
    pub references: Vec<Reference>,
}

/// Which object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// This one, if it is there.
    Href(Href),
    /// A reference that nothing here can have, as it is written: 404.
    Unknown(String),
}

impl CalendarMultiget {
    pub(super) fn read(root: Element<'_>, site: &Site, limits: &Limits) -> Result<Self, Error> {
        let mut seen = std::collections::HashSet::new();
        let mut references = Vec::new();
        for (at, href) in root.children_of(HREF).enumerate() {
            if at == limits.hrefs {
                return Err(Precondition::NumberOfMatchesWithinLimits.into());
            }
            let text = body::text(href);
            let reference = site.read(&text).map_or(Reference::Unknown(text), Reference::Href);
            if seen.insert(reference.clone()) {
                references.push(reference);
            }
        }
        if references.is_empty() {
            return Err(Error::missing(HREF, root));
        }
        Ok(Self {
            properties: Propfind::read_in(root, limits)?,
            calendar_data: propfind::calendar_data(root)?,
            references,
        })
    }
}
