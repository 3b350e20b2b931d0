//! xCal read into a document.

use std::collections::BTreeMap;

use xml::Element;

use super::{COMPONENTS, ICALENDAR, NAMESPACE, PARAMETERS, PROPERTIES, fields, name};
use crate::document::Document;
use crate::limits::Limits;
use crate::projection::{Builder, Item, Projected, UNKNOWN, Unread};
use crate::property::PropertyKind;
use crate::value::ValueType;

/// Reads a text: an `icalendar` and all inside, or a `vcalendar` alone. A value that is not of its type is
/// taken as it stands, for validation to tell.
///
/// # Errors
/// It is no XML, no xCal, or past a limit: what was wanted, and where.
pub fn read(text: &[u8], limits: &Limits) -> Result<Document, Unread> {
    if text.len() > limits.file {
        let limit = limits.file;
        return Err(Unread::new("", format!("longer than the limit (`file`) of {limit} bytes")));
    }
    // A component is two elements deep, and inside of the last are a property, its parameters, and what is
    // foreign.
    let depth = limits.nesting.saturating_mul(2).saturating_add(64);
    let bounds = xml::Limits { depth, elements: limits.elements };
    let document = xml::Document::read(text, &bounds)
        .map_err(|error| Unread::new(format!("line {}", error.line), error.fault.to_string()))?;
    let root = document.root();
    let mut builder = Builder::new(limits);
    if root.is(ICALENDAR) {
        components(root.children().filter(is_ours), &mut builder)?;
    } else if root.is(name("vcalendar")) {
        components(std::iter::once(root), &mut builder)?;
    } else {
        return Err(unread(root, &builder, &format!("wanted {ICALENDAR}, found {}", root.name())));
    }
    builder.finish()
}

fn is_ours(element: &Element<'_>) -> bool {
    element.name().namespace == NAMESPACE
}

fn unread(element: Element<'_>, builder: &Builder<'_>, wanted: &str) -> Unread {
    let place = builder.place();
    let path = if place.is_empty() { place } else { format!(" ({place})") };
    Unread::new(format!("line {}{path}", element.line()), wanted)
}

/// Components beside each other, and all inside of them.
fn components<'x>(
    roots: impl Iterator<Item = Element<'x>> + 'x,
    builder: &mut Builder<'_>,
) -> Result<(), Unread> {
    let mut stack: Vec<Box<dyn Iterator<Item = Element<'x>> + 'x>> = vec![Box::new(roots)];
    while let Some(beside) = stack.last_mut() {
        let Some(component) = beside.next() else {
            stack.pop();
            if !stack.is_empty() {
                builder.end();
            }
            continue;
        };
        let told = |fault: Unread| Unread::new(format!("line {}", component.line()), fault.to_string());
        builder.begin(component.name().local).map_err(told)?;
        for element in component.children_of(PROPERTIES).flat_map(Element::children) {
            let told = |fault: Unread| Unread::new(format!("line {}", element.line()), fault.to_string());
            let property = property(element).map_err(|wanted| unread(element, builder, &wanted))?;
            builder.property(&property).map_err(told)?;
        }
        let inside = component.children_of(COMPONENTS).flat_map(|inner| inner.children().filter(is_ours));
        stack.push(Box::new(inside));
    }
    Ok(())
}

fn property(element: Element<'_>) -> Result<Projected, String> {
    if !is_ours(&element) {
        let (name, value_type) = ("xml".to_owned(), "text".to_owned());
        let values = vec![Item::Text(element.to_xml())];
        return Ok(Projected { name, parameters: Vec::new(), value_type, values });
    }
    let own = element.name().local.to_ascii_lowercase();
    let kind = PropertyKind::from_name(own.as_bytes());
    let parameters = element.children_of(PARAMETERS).flat_map(|inside| inside.children().filter(is_ours));
    let parameters: Vec<_> = parameters.map(parameter).collect();
    let values: Vec<_> = element.children().filter(|child| is_ours(child) && !child.is(PARAMETERS)).collect();
    let default = kind.row().and_then(|row| row.types.first()).map(|row| row.name().to_ascii_lowercase());
    let default = default.unwrap_or_else(|| UNKNOWN.to_owned());
    let Some(first) = values.first() else {
        // RFC 6321 B.2 has a TZID without a type.
        let values = vec![Item::Text(element.text().trim().to_owned())];
        return Ok(Projected { name: own, parameters, value_type: default, values });
    };
    if fields(kind).is_some_and(|names| names.contains(&first.name().local)) {
        let fields = values.iter().map(|field| text(*field)).collect();
        let values = vec![Item::Fields(fields)];
        return Ok(Projected { name: own, parameters, value_type: default, values });
    }
    if let Some(other) = values.iter().find(|value| !value.is(first.name())) {
        let (wanted, found) = (first.name().local, other.name().local);
        return Err(format!("{own}: wanted values of one type, found {wanted} and {found}"));
    }
    let value_type = first.name().local.to_ascii_lowercase();
    let values = values.iter().map(|value| item(*value, &value_type)).collect();
    Ok(Projected { name: own, parameters, value_type, values })
}

/// A parameter, whatever the type of its values: that is known from the name, or matters to nobody.
fn parameter(element: Element<'_>) -> (String, Vec<String>) {
    let value = |value: Element<'_>| match &*value.text() {
        "true" | "1" if value.is(name("boolean")) => "TRUE".to_owned(),
        "false" | "0" if value.is(name("boolean")) => "FALSE".to_owned(),
        text => text.to_owned(),
    };
    let mut values: Vec<String> = element.children().filter(is_ours).map(value).collect();
    if values.is_empty() {
        values.push(element.text().into_owned());
    }
    (element.name().local.to_ascii_lowercase(), values)
}

fn item(element: Element<'_>, value_type: &str) -> Item {
    match value_type {
        "period" if element.children().next().is_some() => {
            Item::Fields(element.children().map(text).collect())
        }
        "recur" if element.children().next().is_some() => {
            let mut parts: BTreeMap<String, Vec<Item>> = BTreeMap::new();
            for part in element.children() {
                let (name, text) = (part.name().local.to_ascii_lowercase(), part.text());
                // What a part of another's means is not known, nor whether blanks do.
                let member = if name.starts_with("x-") { &text } else { text.trim() };
                let member = Item::Text(member.to_owned());
                parts.entry(name).or_default().push(member);
            }
            Item::recur(parts.into_iter().collect())
        }
        UNKNOWN | "text" | "uid" => text(element),
        "boolean" if matches!(element.text().trim(), "1") => Item::Boolean(true),
        "boolean" if matches!(element.text().trim(), "0") => Item::Boolean(false),
        // Blanks around are for people (XML Schema 2 4.3.6), where the type is known.
        known if ValueType::from_name(known).is_some() => Item::Text(element.text().trim().to_owned()),
        _ => text(element),
    }
}

fn text(element: Element<'_>) -> Item {
    Item::Text(element.text().into_owned())
}
