//! `CALDAV:filter`: which objects are asked for (RFC 4791 7.8, 9.7).

mod bounds;
mod matches;
mod overlap;
mod time_range;

pub use bounds::Bounds;
pub use matches::Context;
pub(crate) use overlap::Times;
pub use time_range::TimeRange;

use xml::Element;

use crate::collation::Collation;
use crate::error::Error;
use crate::limits::Limits;
use crate::name::caldav;
use crate::precondition::Precondition;

/// What an object must have to be answered.
///
/// ```
/// use dav::filter::{Context, Filter};
/// use ical::zone::Zone;
///
/// let body = br#"<C:filter xmlns:C="urn:ietf:params:xml:ns:caldav"><C:comp-filter name="VCALENDAR">
///     <C:comp-filter name="VEVENT">
///     <C:time-range start="20060104T000000Z" end="20060105T000000Z"/></C:comp-filter>
///     </C:comp-filter></C:filter>"#;
/// let document = xml::Document::read(body, &xml::Limits::default())?;
/// let filter = Filter::read(document.root(), &dav::Limits::default())?;
/// let object = ical::Document::read(
///     "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060102T120000Z\r\nDURATION:PT1H\r\n\
///      RRULE:FREQ=DAILY;COUNT=5\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
/// )?;
/// assert!(filter.matches(&object, &Context::new(Zone::utc()))?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The filter of VCALENDAR, in which all others are.
    pub calendar: CompFilter,
}

/// `CALDAV:comp-filter`: there is a component of this name for which all holds, or there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompFilter {
    /// The component's name, in capitals.
    pub name: String,
    /// What must hold of one; `None` for `is-not-defined`.
    pub has: Option<CompTest>,
}

/// What must hold of one component, all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompTest {
    /// It takes place then.
    pub time_range: Option<TimeRange>,
    /// Its properties.
    pub properties: Vec<PropFilter>,
    /// The components inside.
    pub components: Vec<CompFilter>,
}

/// `CALDAV:prop-filter`: there is a property of this name for which all holds, or there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropFilter {
    /// The property's name, in capitals.
    pub name: String,
    /// What must hold of one; `None` for `is-not-defined`.
    pub has: Option<PropTest>,
}

/// What must hold of one property, all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropTest {
    /// Its value.
    pub value: Option<ValueTest>,
    /// Its parameters.
    pub parameters: Vec<ParamFilter>,
}

/// What must hold of a property's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueTest {
    /// It is a time in this range.
    TimeRange(TimeRange),
    /// It has this text in it.
    TextMatch(TextMatch),
}

/// `CALDAV:param-filter`: there is a parameter of this name for which it holds, or there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamFilter {
    /// The parameter's name, in capitals.
    pub name: String,
    /// What must hold; `None` for `is-not-defined`.
    pub has: Option<ParamTest>,
}

/// What must hold of a parameter's value: nothing at all without a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamTest {
    /// It has this text in it.
    pub text_match: Option<TextMatch>,
}

/// `CALDAV:text-match`: a text is somewhere in a value, or is not (RFC 4791 9.7.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMatch {
    collation: Collation,
    is_negated: bool,
    /// In the collation's form.
    text: String,
}

impl Filter {
    /// Reads `CALDAV:filter`.
    ///
    /// # Errors
    /// It is no filter (`CALDAV:valid-filter`), names a collation that nobody here knows
    /// (`CALDAV:supported-collation`), or is more than is read (`CALDAV:supported-filter`).
    pub fn read(element: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        let mut left = limits.filters;
        let mut inside = element.children_of(caldav("comp-filter"));
        let (Some(outer), None) = (inside.next(), inside.next()) else {
            return Err(Precondition::ValidFilter.into());
        };
        let calendar = CompFilter::read(outer, &mut left)?;
        if calendar.name != "VCALENDAR" {
            return Err(Precondition::ValidFilter.into());
        }
        if calendar.has.as_ref().is_some_and(|has| has.time_range.is_some()) {
            // A calendar takes place at no time: RFC 4791 9.9 has no table of it.
            return Err(unsupported(outer));
        }
        Ok(Self { calendar })
    }
}

/// A filter that asks for more than is known here: it is told by its name.
fn unsupported(filter: Element<'_>) -> Error {
    let mut writer = xml::Writer::default();
    writer.start(filter.name());
    if let Some(name) = filter.attribute("name") {
        writer.attribute(xml::Name::new("", "name"), name);
    }
    writer.end();
    Precondition::SupportedFilter(writer.take()).into()
}

/// The name that a filter is for; each filter that is read is one less that may follow.
fn name(element: Element<'_>, left: &mut usize) -> Result<String, Error> {
    *left = left.checked_sub(1).ok_or_else(|| unsupported(element))?;
    let name = element.attribute("name").map(str::trim).filter(|name| !name.is_empty());
    Ok(name.ok_or(Precondition::ValidFilter)?.to_ascii_uppercase())
}

/// Is the element there that says that something is not?
fn is_not_defined(element: Element<'_>) -> Result<bool, Error> {
    let is_there = element.child(caldav("is-not-defined")).is_some();
    // It stands alone (RFC 4791 9.7.1).
    if is_there && element.children().count() > 1 {
        Err(Precondition::ValidFilter.into())
    } else {
        Ok(is_there)
    }
}

impl CompFilter {
    fn read(element: Element<'_>, left: &mut usize) -> Result<Self, Error> {
        let name = name(element, left)?;
        if is_not_defined(element)? {
            return Ok(Self { name, has: None });
        }
        let mut has = CompTest::default();
        for child in element.children() {
            match child.name().local {
                _ if child.name().namespace != crate::name::CALDAV => return Err(unsupported(element)),
                "time-range" if has.time_range.is_none() => has.time_range = Some(TimeRange::read(child)?),
                "prop-filter" => has.properties.push(PropFilter::read(child, left)?),
                "comp-filter" => has.components.push(Self::read(child, left)?),
                _ => return Err(unsupported(element)),
            }
        }
        if has.time_range.is_some() && !overlap::is_known(&name) {
            return Err(unsupported(element));
        }
        Ok(Self { name, has: Some(has) })
    }
}

impl PropFilter {
    fn read(element: Element<'_>, left: &mut usize) -> Result<Self, Error> {
        let name = name(element, left)?;
        if is_not_defined(element)? {
            return Ok(Self { name, has: None });
        }
        let mut has = PropTest::default();
        for child in element.children() {
            match child.name().local {
                _ if child.name().namespace != crate::name::CALDAV => return Err(unsupported(element)),
                "time-range" if has.value.is_none() => {
                    has.value = Some(ValueTest::TimeRange(TimeRange::read(child)?));
                }
                "text-match" if has.value.is_none() => {
                    has.value = Some(ValueTest::TextMatch(TextMatch::read(child)?));
                }
                "param-filter" => has.parameters.push(ParamFilter::read(child, left)?),
                _ => return Err(unsupported(element)),
            }
        }
        Ok(Self { name, has: Some(has) })
    }
}

impl ParamFilter {
    fn read(element: Element<'_>, left: &mut usize) -> Result<Self, Error> {
        let name = name(element, left)?;
        if is_not_defined(element)? {
            return Ok(Self { name, has: None });
        }
        let text_match = element.child(caldav("text-match")).map(TextMatch::read).transpose()?;
        Ok(Self { name, has: Some(ParamTest { text_match }) })
    }
}

impl TextMatch {
    /// A text that is to be in a value.
    pub fn new(collation: Collation, text: &str) -> Self {
        Self { collation, is_negated: false, text: collation.fold(text).into_owned() }
    }

    fn read(element: Element<'_>) -> Result<Self, Error> {
        let collation = match element.attribute("collation") {
            None => Collation::default(),
            Some(name) => Collation::from_name(name).ok_or(Precondition::SupportedCollation)?,
        };
        let is_negated = match element.attribute("negate-condition") {
            None | Some("no") => false,
            Some("yes") => true,
            Some(_) => return Err(Precondition::ValidFilter.into()),
        };
        Ok(Self { is_negated, ..Self::new(collation, &element.text()) })
    }

    /// Must the text not be there?
    pub const fn is_negated(&self) -> bool {
        self.is_negated
    }

    /// Is the text in this value, or, where it is negated, not in it?
    pub fn matches(&self, value: &str) -> bool {
        self.collation.fold(value).contains(&self.text) != self.is_negated
    }
}

#[cfg(test)]
mod tests;
