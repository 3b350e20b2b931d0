//! `expand-property`: properties of resources that properties name (RFC 3253 3.8).

use xml::{Element, Name};

use crate::error::Error;
use crate::limits::Limits;
use crate::name::{DAV, dav};
use crate::property::PropertyName;

/// A property that is asked for, and what is asked of each resource whose reference it holds.
///
/// How deep this goes is bounded by the depth of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpandProperty {
    /// What is asked of the resource.
    pub properties: Vec<(PropertyName, Self)>,
}

impl ExpandProperty {
    pub(super) fn read(root: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        let mut left = limits.properties;
        Self::read_in(root, &mut left)
            .map_err(|error| error.unwrap_or(Error::TooMany("properties", limits.properties)))
    }

    /// Reads the properties inside of an element; fails without an error where there are more than may
    /// follow.
    fn read_in(element: Element<'_>, left: &mut usize) -> Result<Self, Option<Error>> {
        let mut properties = Vec::new();
        for property in element.children_of(dav("property")) {
            *left = left.checked_sub(1).ok_or(None)?;
            let local = property.attribute("name").filter(|name| !name.is_empty());
            let local = local.ok_or_else(|| Error::wanted("the attribute name", property))?;
            let namespace = property.attribute("namespace").unwrap_or(DAV);
            properties.push((PropertyName::of(Name::new(namespace, local)), Self::read_in(property, left)?));
        }
        Ok(Self { properties })
    }
}
