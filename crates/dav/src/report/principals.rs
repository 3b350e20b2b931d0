//! Reports about principals: found by what they say, or by who asks (RFC 3744 9.2 to 9.5).

use xml::{Element, Name, Writer};

use crate::body;
use crate::error::Error;
use crate::limits::Limits;
use crate::name::{PREFIXES, PROP, dav};
use crate::precondition::Precondition;
use crate::property::PropertyName;
use crate::propfind::{named_in, names};

/// `acl-principal-prop-set`: properties of the principals that an access control list names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclPrincipalPropSet {
    /// Which properties.
    pub properties: Vec<PropertyName>,
}

/// `principal-match`: resources that are, or belong to, who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalMatch {
    /// By what.
    pub by: MatchBy,
    /// Which properties.
    pub properties: Vec<PropertyName>,
}

/// By what a resource belongs to who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatchBy {
    /// It is they, or a group that they are in.
    Itself,
    /// This property names them.
    Property(PropertyName),
}

/// `principal-property-search`: principals whose properties have these texts; all, where none is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalPropertySearch {
    /// Must all of the searches find it, rather than any?
    pub is_allof: bool,
    /// What is looked for.
    pub searches: Vec<PropertySearch>,
    /// Which properties of what is found.
    pub properties: Vec<PropertyName>,
    /// Is it asked of all collections of principals, wherever the request went?
    pub applies_to_principal_collections: bool,
}

/// A text that these properties are to have: all of them, unless any of the searches is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertySearch {
    /// Where it is looked for.
    pub properties: Vec<PropertyName>,
    /// What: letters without case (RFC 3744 9.4), and where in the value they are to be.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// Where in a value a text is to be: `match-type`, which Calendar Server brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    #[default]
    Anywhere,
    /// At the beginning.
    Start,
    /// At the end.
    End,
    /// It is the value.
    Whole,
}

impl AclPrincipalPropSet {
    pub(super) fn read(root: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        Ok(Self { properties: named_in(root, limits)? })
    }
}

impl PrincipalMatch {
    pub(super) fn read(root: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        let by = match (root.child(dav("self")), root.child(dav("principal-property"))) {
            (Some(_), None) => MatchBy::Itself,
            (None, Some(property)) => {
                let named = names(property, limits)?.into_iter().next();
                MatchBy::Property(named.ok_or_else(|| Error::wanted("a property", property))?)
            }
            _ => return Err(Error::wanted("DAV:self or DAV:principal-property", root)),
        };
        Ok(Self { by, properties: named_in(root, limits)? })
    }
}

impl PrincipalPropertySearch {
    pub(super) fn read(root: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        let searches: Vec<_> = root.children_of(dav("property-search")).take(limits.filters + 1).collect();
        if searches.len() > limits.filters {
            return Err(Precondition::NumberOfMatchesWithinLimits.into());
        }
        let searches: Vec<_> = searches
            .into_iter()
            .map(|search| PropertySearch::read(search, limits))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            is_allof: root.attribute("test") != Some("anyof"),
            searches,
            properties: wanted(root, limits)?,
            applies_to_principal_collections: root.child(dav("apply-to-principal-collection-set")).is_some(),
        })
    }

    /// Is a principal found? `values` tells what a property says, each of its texts or references.
    pub fn matches(&self, values: impl Fn(&PropertyName) -> Vec<String>) -> bool {
        let mut found = self.searches.iter().flat_map(|search| {
            let is_in = |property| values(property).iter().any(|value| search.is_in(value));
            search.properties.iter().map(is_in)
        });
        // Several properties of one search are as several searches (RFC 3744 9.4).
        if self.is_allof { found.all(|is_found| is_found) } else { found.any(|is_found| is_found) }
    }
}

impl PropertySearch {
    fn read(element: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        let wanted = body::child(element, dav("match"))?;
        let place = match wanted.attribute("match-type") {
            None | Some("contains") => Place::Anywhere,
            Some("starts-with") => Place::Start,
            Some("ends-with") => Place::End,
            Some("equals" | "is") => Place::Whole,
            Some(_) => return Err(Error::wanted("contains, starts-with, ends-with or equals", wanted)),
        };
        let properties = names(body::child(element, PROP)?, limits)?;
        Ok(Self { properties, text: fold(&wanted.text()), place })
    }

    fn is_in(&self, value: &str) -> bool {
        let value = fold(value);
        match self.place {
            Place::Anywhere => value.contains(&self.text),
            Place::Start => value.starts_with(&self.text),
            Place::End => value.ends_with(&self.text),
            Place::Whole => value == self.text,
        }
    }
}

/// The properties that are asked for. PyPI `caldav` names them behind an empty `DAV:prop`; what else stands there is none of the
/// report's own elements, so nothing else can be meant.
fn wanted(root: Element<'_>, limits: &Limits) -> Result<Vec<PropertyName>, Error> {
    let inside = named_in(root, limits)?;
    if !inside.is_empty() || root.child(PROP).is_none() {
        return Ok(inside);
    }
    let own = [dav("property-search"), PROP, dav("apply-to-principal-collection-set")];
    let beside = names(root, limits)?;
    Ok(beside.into_iter().filter(|name| !own.contains(&name.name())).collect())
}

fn fold(text: &str) -> String {
    crate::collation::Collation::UnicodeCasemap.fold(text).into_owned()
}

/// A property by which principals can be found, and what it is, in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchProperty {
    /// Its name.
    pub name: PropertyName,
    /// What it is.
    pub description: String,
}

/// The body that answers `principal-search-property-set` (RFC 3744 9.5).
pub fn principal_search_property_set(properties: &[SearchProperty]) -> String {
    let mut writer = Writer::new(&PREFIXES);
    writer.start(dav("principal-search-property-set"));
    for property in properties {
        writer.start(dav("principal-search-property"));
        writer.start(PROP);
        writer.empty(property.name.name());
        writer.end();
        writer.start(dav("description"));
        writer.attribute(Name::LANG, "en");
        writer.text(&property.description);
        writer.end();
        writer.end();
    }
    writer.end();
    writer.take()
}
