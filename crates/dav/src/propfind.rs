//! PROPFIND: which properties are asked for (RFC 4918 9.1).

use std::collections::HashSet;

use xml::{Document, Element};

use crate::body;
use crate::calendar_data::CalendarData;
use crate::error::Error;
use crate::header::Depth;
use crate::limits::Limits;
use crate::name::{CALENDAR_DATA, PROP, dav};
use crate::precondition::Precondition;
use crate::property::{Property, PropertyName};

/// Which properties are asked for, by PROPFIND and by reports.
///
/// ```
/// use dav::{Propfind, Property};
///
/// let body = br#"<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>"#;
/// let document = dav::body::read(body, None, &dav::Limits::default())?;
/// let asked = Propfind::read(document.as_ref(), &dav::Limits::default())?;
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
    pub fn read(document: Option<&Document>, limits: &Limits) -> Result<Self, Error> {
        let Some(document) = document else { return Ok(Self::Allprop(Vec::new())) };
        let root = body::root(document, dav("propfind"))?;
        let ways = root
            .children()
            .filter(|child| [PROP, dav("allprop"), dav("propname")].iter().any(|name| child.is(*name)));
        if ways.count() != 1 {
            return Err(Error::wanted("one of DAV:prop, DAV:allprop and DAV:propname", root));
        }
        Self::read_in(root, limits)
    }

    /// How deep a PROPFIND goes: all the way without the header (RFC 4918 9.1).
    ///
    /// # Errors
    /// The header is none of the three depths, or goes all the way, which is not served
    /// (`DAV:propfind-finite-depth`).
    pub fn depth(header: Option<&str>) -> Result<Depth, Error> {
        match Depth::read(header, Depth::Infinity)? {
            Depth::Infinity => Err(Precondition::PropfindFiniteDepth.into()),
            finite => Ok(finite),
        }
    }

    /// Reads what an element asks for, by the first way that it has; nothing where it has none.
    pub(crate) fn read_in(element: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        for child in element.children() {
            if child.is(PROP) {
                return Ok(Self::Prop(names(child, limits)?));
            }
            if child.is(dav("allprop")) {
                let include = element.child(dav("include"));
                return Ok(Self::Allprop(include.map_or(Ok(Vec::new()), |include| names(include, limits))?));
            }
            if child.is(dav("propname")) {
                return Ok(Self::Propname);
            }
        }
        Ok(Self::Prop(Vec::new()))
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
pub(crate) fn names(element: Element<'_>, limits: &Limits) -> Result<Vec<PropertyName>, Error> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for child in element.children() {
        let name = PropertyName::of(child.name());
        if seen.insert(name.clone()) {
            all.push(name);
        }
        if all.len() > limits.properties {
            return Err(Error::TooMany("properties", limits.properties));
        }
    }
    Ok(all)
}

/// What `DAV:prop` inside of an element names; nothing without it.
pub(crate) fn named_in(element: Element<'_>, limits: &Limits) -> Result<Vec<PropertyName>, Error> {
    element.child(PROP).map_or(Ok(Vec::new()), |prop| names(prop, limits))
}

/// How `CALDAV:calendar-data` is wanted, where it is asked for.
pub(crate) fn calendar_data(element: Element<'_>) -> Result<Option<CalendarData>, Error> {
    let inside = [element.child(PROP), element.child(dav("include"))].into_iter().flatten();
    let mut found = inside.filter_map(|prop| prop.child(CALENDAR_DATA));
    found.next().map(CalendarData::read).transpose()
}
