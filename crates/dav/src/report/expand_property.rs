//! `expand-property`: properties of resources that properties name (RFC 3253 3.8).

use xml::{Element, Name};

use crate::error::Error;
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
    pub(super) fn read(element: Element<'_>) -> Result<Self, Error> {
        let of = |property: Element<'_>| {
            let local =
                property.attribute("name").ok_or_else(|| Error::wanted("the attribute name", property))?;
            let namespace = property.attribute("namespace").unwrap_or(DAV);
            Ok((PropertyName::of(Name::new(namespace, local)), Self::read(property)?))
        };
        let properties = element.children_of(dav("property")).map(of).collect::<Result<_, Error>>()?;
        Ok(Self { properties })
    }
}
