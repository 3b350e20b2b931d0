//! PROPPATCH, and the properties that MKCALENDAR and MKCOL set (RFC 4918 9.2).

use xml::{Document, Element, Name};

use crate::body;
use crate::error::Error;
use crate::limits::Limits;
use crate::name::{PROP, SET, dav};
use crate::property::PropertyName;

/// What is to become of properties, in the order of the request, which is the order in which it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proppatch {
    /// One after another.
    pub instructions: Vec<Instruction>,
}

/// What is to become of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// It gets this value.
    Set(SetProperty),
    /// It goes; one that is not there is gone already.
    Remove(PropertyName),
}

/// A property with its value, as the request has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetProperty {
    /// Its name.
    pub name: PropertyName,
    /// Its text alone, which is the value of most live ones.
    pub text: String,
    /// The names of the elements inside, each with its attribute `name`: what types and sets are made of.
    pub elements: Vec<Inside>,
    /// The whole element, with its language: what a dead property is kept as, and answered as again.
    pub xml: String,
}

/// An element inside of a property's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// Its namespace.
    pub namespace: String,
    /// What it is called there.
    pub local: String,
    /// Its attribute `name`, as `CALDAV:comp` has it.
    pub attribute: Option<String>,
    /// The text inside, without blanks around it: that of `DAV:href`.
    pub text: String,
}

impl Inside {
    /// Has it this name?
    pub fn is(&self, name: Name<'_>) -> bool {
        Name::new(&self.namespace, &self.local) == name
    }
}

impl Proppatch {
    /// Reads the body of a PROPPATCH.
    ///
    /// # Errors
    /// It is another element, changes nothing, or is past a limit.
    pub fn read(document: &Document, limits: &Limits) -> Result<Self, Error> {
        let root = body::root(document, dav("propertyupdate"))?;
        let instructions = instructions(root, limits)?;
        if instructions.is_empty() {
            return Err(Error::wanted("DAV:set or DAV:remove with a property", root));
        }
        Ok(Self { instructions })
    }

    /// The properties, each once: what the answer tells of.
    pub fn names(&self) -> Vec<&PropertyName> {
        let mut seen = std::collections::HashSet::new();
        self.instructions.iter().map(Instruction::name).filter(|name| seen.insert(*name)).collect()
    }
}

impl Instruction {
    /// The property that it is about.
    pub const fn name(&self) -> &PropertyName {
        match self {
            Self::Set(SetProperty { name, .. }) | Self::Remove(name) => name,
        }
    }
}

fn instructions(element: Element<'_>, limits: &Limits) -> Result<Vec<Instruction>, Error> {
    let mut all = Vec::new();
    for child in element.children() {
        let is_set = child.is(SET);
        if !is_set && !child.is(dav("remove")) {
            continue;
        }
        for property in child.children_of(PROP).flat_map(Element::children) {
            if all.len() == limits.properties {
                return Err(Error::TooMany("properties", limits.properties));
            }
            let name = PropertyName::of(property.name());
            all.push(if is_set {
                Instruction::Set(SetProperty::read(property, name, limits)?)
            } else {
                Instruction::Remove(name)
            });
        }
    }
    Ok(all)
}

/// The properties that are set inside of an element; nothing is removed there.
pub(crate) fn set(element: Element<'_>, limits: &Limits) -> Result<Vec<SetProperty>, Error> {
    let of = |instruction| match instruction {
        Instruction::Set(property) => Ok(property),
        Instruction::Remove(_) => Err(Error::wanted("DAV:set alone", element)),
    };
    instructions(element, limits)?.into_iter().map(of).collect()
}

impl SetProperty {
    fn read(element: Element<'_>, name: PropertyName, limits: &Limits) -> Result<Self, Error> {
        let xml = element.to_xml();
        if xml.len() > limits.property {
            return Err(Error::TooMany("octets in the value of a property", limits.property));
        }
        let elements = element.children().map(|child| {
            let Name { namespace, local } = child.name();
            Inside {
                namespace: namespace.to_owned(),
                local: local.to_owned(),
                attribute: child.attribute("name").map(str::to_owned),
                text: body::text(child),
            }
        });
        Ok(Self { name, text: element.text().into_owned(), elements: elements.collect(), xml })
    }
}
