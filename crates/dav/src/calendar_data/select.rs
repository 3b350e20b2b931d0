//! Part of an object: `CALDAV:comp`, `CALDAV:prop` (RFC 4791 9.6.1 to 9.6.4).

use ical::{Component, ContentLine, Document, Property};
use xml::Element;

use crate::error::Error;
use crate::name::{COMP, caldav};

/// A component, and what of it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comp {
    /// Its name, in capitals.
    pub name: String,
    /// Which properties.
    pub properties: Properties,
    /// Which components inside.
    pub components: Components,
}

/// Which properties of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Properties {
    /// All of them.
    All,
    /// These, by name.
    These(Vec<Prop>),
}

/// A property that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prop {
    /// Its name, in capitals.
    pub name: String,
    /// Is it wanted without its value?
    pub is_novalue: bool,
}

/// Which components inside another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Components {
    /// All of them, whole.
    All,
    /// These, by name.
    These(Vec<Comp>),
}

impl Comp {
    pub(super) fn read(element: Element<'_>) -> Result<Self, Error> {
        let name = |element: Element<'_>| match element.attribute("name").map(str::trim) {
            None | Some("") => Err(Error::wanted("the attribute name", element)),
            Some(name) => Ok(name.to_ascii_uppercase()),
        };
        let prop = |element: Element<'_>| {
            Ok(Prop { name: name(element)?, is_novalue: element.attribute("novalue") == Some("yes") })
        };
        // With nothing inside the component is wanted whole: so RFC 4791 7.8.1 answers it.
        if element.children().next().is_none() {
            return Ok(Self {
                name: name(element)?,
                properties: Properties::All,
                components: Components::All,
            });
        }
        let properties = match element.child(caldav("allprop")) {
            Some(_) => Properties::All,
            None => {
                let props = element.children_of(caldav("prop")).map(prop);
                Properties::These(sorted(props.collect::<Result<_, Error>>()?, |prop| &prop.name))
            }
        };
        let components = match element.child(caldav("allcomp")) {
            Some(_) => Components::All,
            None => {
                let comps = element.children_of(COMP).map(Self::read);
                Components::These(sorted(comps.collect::<Result<_, Error>>()?, |comp| &comp.name))
            }
        };
        Ok(Self { name: name(element)?, properties, components })
    }

    /// Takes out of a document all that is not wanted.
    pub(super) fn select(&self, document: &mut Document) {
        let mut changes = Changes::default();
        for root in document.roots() {
            if root.name().eq_ignore_ascii_case(&self.name) {
                self.gather(root, &mut changes);
            } else {
                changes.components.push(root.id());
            }
        }
        changes.components.into_iter().for_each(|id| document.remove_component(id));
        changes.properties.into_iter().for_each(|id| document.remove(id));
        changes.novalue.into_iter().for_each(|(id, line)| document.replace(id, &line));
    }

    /// What is to go of a component, and of those inside.
    fn gather(&self, component: Component<'_>, changes: &mut Changes) {
        if let Properties::These(wanted) = &self.properties {
            for property in component.properties() {
                match find(wanted, &property.name(), |prop| &prop.name) {
                    None => changes.properties.push(property.id()),
                    Some(prop) if prop.is_novalue => {
                        changes.novalue.push((property.id(), head(&property)));
                    }
                    Some(_) => {}
                }
            }
        }
        let Components::These(wanted) = &self.components else { return };
        for inner in component.children() {
            match find(wanted, &inner.name(), |comp| &comp.name) {
                Some(comp) => comp.gather(inner, changes),
                None => changes.components.push(inner.id()),
            }
        }
    }
}

/// In the order of their names, each name once: the first counts.
fn sorted<T>(mut all: Vec<T>, name: impl Fn(&T) -> &str) -> Vec<T> {
    all.sort_by(|a, b| name(a).cmp(name(b)));
    all.dedup_by(|later, first| name(later) == name(first));
    all
}

/// The one of a name in any case.
fn find<'w, T>(wanted: &'w [T], named: &str, name: impl Fn(&T) -> &str) -> Option<&'w T> {
    let capitals = named.to_ascii_uppercase();
    wanted.binary_search_by(|one| name(one).cmp(&capitals)).ok().and_then(|at| wanted.get(at))
}

/// What is to be changed in a document.
#[derive(Default)]
struct Changes {
    components: Vec<ical::ComponentId>,
    properties: Vec<ical::PropertyId>,
    novalue: Vec<(ical::PropertyId, ContentLine)>,
}

/// A property's name and parameters, without its value.
pub(super) fn head(property: &Property<'_>) -> ContentLine {
    property.parameters().fold(ContentLine::named(&property.name()), |line, parameter| {
        line.with_named(&parameter.name(), parameter.values())
    })
}
