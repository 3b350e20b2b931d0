//! PROPFIND: which properties are asked for (RFC 4918 9.1).

use xml::{Document, Element};

use crate::body;
use crate::calendar_data::CalendarData;
use crate::error::Error;
use crate::name::{CALENDAR_DATA, PROP, dav};
use crate::property::{Property, PropertyName};

/// Which properties are asked for, by PROPFIND and by reports.
///
/// ```
/// use dav::{Propfind, Property};
///
/// let body = br#"<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>"#;
/// let document = dav::body::read(body, None, &dav::Limits::default())?;
/// let asked = Propfind::read(document.as_ref())?;
/// assert_eq!(asked.names(), [Property::GetEtag.into()]);
/// # Ok::<(), dav::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Propfind {
    /// These.
    Prop(Vec<PropertyName>),
    /// All dead ones, the live ones of RFC 4918, and these beside them.
    Allprop(Vec<PropertyName>),
    /// The names of all.
    Propname,
}

impl Propfind {
    /// Reads the body of a PROPFIND; nothing asks for all (RFC 4918 9.1).
    ///
    /// # Errors
    /// It is another element, or says not what is asked.
    pub fn read(document: Option<&Document>) -> Result<Self, Error> {
        let Some(document) = document else { return Ok(Self::Allprop(Vec::new())) };
        let root = body::root(document, dav("propfind"))?;
        let ways = root
            .children()
            .filter(|child| [PROP, dav("allprop"), dav("propname")].iter().any(|name| child.is(*name)));
        if ways.count() != 1 {
            return Err(Error::wanted("one of DAV:prop, DAV:allprop and DAV:propname", root));
        }
        Self::read_in(root).ok_or_else(|| Error::missing(PROP, root))
    }

    /// Reads what an element asks for, by the first way that it has.
    pub(crate) fn read_in(element: Element<'_>) -> Option<Self> {
        element.children().find_map(|child| {
            if child.is(PROP) {
                Some(Self::Prop(names(child)))
            } else if child.is(dav("allprop")) {
                Some(Self::Allprop(element.child(dav("include")).map(names).unwrap_or_default()))
            } else {
                child.is(dav("propname")).then_some(Self::Propname)
            }
        })
    }

    /// The names that are told one by one.
    pub fn names(&self) -> &[PropertyName] {
        match self {
            Self::Prop(names) | Self::Allprop(names) => names,
            Self::Propname => &[],
        }
    }

    /// Is this live property to be answered? Dead ones are, where all are asked for, or where they are named.
    pub fn asks(&self, property: Property) -> bool {
        let is_named = || self.names().contains(&PropertyName::Known(property));
        match self {
            Self::Prop(_) => is_named(),
            Self::Allprop(_) => property.is_in_allprop() || is_named(),
            Self::Propname => true,
        }
    }

    /// Are the values of all dead properties asked for?
    pub const fn asks_all(&self) -> bool {
        matches!(self, Self::Allprop(_))
    }
}

/// The names of the elements inside, each once, in order.
pub(crate) fn names(element: Element<'_>) -> Vec<PropertyName> {
    let mut seen = std::collections::HashSet::new();
    element
        .children()
        .map(|child| PropertyName::of(child.name()))
        .filter(|name| seen.insert(name.clone()))
        .collect()
}

/// How `CALDAV:calendar-data` is wanted, where it is asked for.
pub(crate) fn calendar_data(element: Element<'_>) -> Result<Option<CalendarData>, Error> {
    let inside = [element.child(PROP), element.child(dav("include"))].into_iter().flatten();
    let mut found = inside.filter_map(|prop| prop.child(CALENDAR_DATA));
    found.next().map(CalendarData::read).transpose()
}
