//! Documents as xCal, a property a line.

use xml::Name;

use super::{COMPONENTS, ICALENDAR, NAMESPACE, PARAMETERS, PROPERTIES, fields, name};
use crate::document::{Children, Component, Document};
use crate::parameter::{ParameterKind, ParameterType};
use crate::projection::{self, Item, Obstacle, Projected, UNKNOWN, Unsayable};
use crate::property::PropertyKind;

/// Documents as one text.
///
/// # Errors
/// What cannot be said in XML, and where.
pub fn write<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Result<String, Unsayable> {
    let mut writer = Writer::default();
    documents.into_iter().try_for_each(|document| writer.add(document))?;
    Ok(writer.finish())
}

/// Writes one document after the other into one text.
#[derive(Debug, Default)]
pub struct Writer {
    /// What stands inside of `icalendar`.
    inside: String,
}

impl Writer {
    /// Adds a document; nothing of it where it cannot be said.
    ///
    /// # Errors
    /// What cannot be said in XML, and where.
    pub fn add(&mut self, document: &Document) -> Result<(), Unsayable> {
        let (mut writer, _) = begun();
        for root in document.roots() {
            component(&mut writer, root)?;
        }
        self.inside.push_str(&writer.take());
        Ok(())
    }

    /// The text.
    pub fn finish(self) -> String {
        let (mut writer, head) = begun();
        writer.text("\n");
        writer.end();
        head + &self.inside + &writer.take() + "\n"
    }
}

/// A writer inside of `icalendar`, and what comes before.
fn begun() -> (xml::Writer, String) {
    let mut writer = xml::Writer::new(&[("", NAMESPACE)]);
    writer.start(ICALENDAR);
    let head = writer.take();
    (writer, head)
}

/// Components beside each other, and whether `components` was begun around them.
struct Beside<'d> {
    children: Children<'d>,
    is_begun: bool,
}

/// A component and all inside. A stack and no recursion: how deep a text may nest is for its reader to say.
fn component(writer: &mut xml::Writer, root: Component<'_>) -> Result<(), Unsayable> {
    open(writer, root, 1)?;
    let mut inside = vec![Beside { children: root.children(), is_begun: false }];
    while let Some(beside) = inside.last_mut() {
        let child = beside.children.next();
        let is_begun = beside.is_begun;
        beside.is_begun |= child.is_some();
        let indent = inside.len() * 2;
        if let Some(child) = child {
            if !is_begun {
                line(writer, indent);
                writer.start(COMPONENTS);
            }
            open(writer, child, indent + 1)?;
            inside.push(Beside { children: child.children(), is_begun: false });
        } else {
            inside.pop();
            if is_begun {
                line(writer, indent);
                writer.end();
            }
            line(writer, indent - 1);
            writer.end();
        }
    }
    Ok(())
}

/// Begins a component, and writes its properties.
fn open(writer: &mut xml::Writer, component: Component<'_>, indent: usize) -> Result<(), Unsayable> {
    let own = projection::component_name(component)?;
    if !name(&own).is_well_formed() {
        return Err(Unsayable { place: component.place(), obstacle: Obstacle::Name(own) });
    }
    line(writer, indent);
    writer.start(name(&own));
    let mut properties = component.properties().peekable();
    if properties.peek().is_none() {
        return Ok(());
    }
    line(writer, indent + 1);
    writer.start(PROPERTIES);
    for property in properties {
        let projected = projection::project(&property)?;
        must_be_sayable(&projected).map_err(|obstacle| Unsayable { place: property.place(), obstacle })?;
        line(writer, indent + 2);
        write_property(writer, &projected);
    }
    line(writer, indent + 1);
    writer.end();
    Ok(())
}

fn line(writer: &mut xml::Writer, indent: usize) {
    writer.text(&format!("\n{:indent$}", ""));
}

/// Are its names names, and its texts texts?
fn must_be_sayable(property: &Projected) -> Result<(), Obstacle> {
    let parameters = property.parameters.iter().map(|(name, _)| name);
    let parts = property.values.iter().flat_map(|item| match item {
        Item::Recur(parts) => &parts[..],
        _ => &[],
    });
    let names = [&property.name, &property.value_type].into_iter().chain(parameters);
    if let Some(wrong) = names.chain(parts.map(|(name, _)| name)).find(|local| !name(local).is_well_formed())
    {
        return Err(Obstacle::Name(wrong.clone()));
    }
    let texts = property.parameters.iter().flat_map(|(_, values)| values).map(String::as_str);
    let forbidden = |text: &str| text.chars().find(|letter| !xml::is_allowed(*letter));
    match texts.chain(property.values.iter().flat_map(texts_of)).find_map(forbidden) {
        Some(letter) => Err(Obstacle::Character(letter)),
        None => Ok(()),
    }
}

/// All texts of a value.
fn texts_of(item: &Item) -> Vec<&str> {
    match item {
        Item::Text(text) => vec![text],
        Item::Fields(fields) => fields.iter().flat_map(texts_of).collect(),
        Item::Recur(parts) => parts.iter().flat_map(|(_, members)| members).flat_map(texts_of).collect(),
        Item::Boolean(_) | Item::Integer(_) | Item::Float(_) => Vec::new(),
    }
}

fn write_property(writer: &mut xml::Writer, property: &Projected) {
    let kind = PropertyKind::from_name(property.name.as_bytes());
    if let Some(element) = foreign(kind, property) {
        return writer.copy(element.root());
    }
    writer.start(name(&property.name));
    if !property.parameters.is_empty() {
        writer.start(PARAMETERS);
        for (parameter, values) in &property.parameters {
            writer.start(name(parameter));
            values.iter().for_each(|value| write_parameter(writer, parameter, value));
            writer.end();
        }
        writer.end();
    }
    let value_type = name(&property.value_type);
    for item in &property.values {
        match (item, fields(kind)) {
            (Item::Fields(ends), _) if property.value_type == "period" => {
                writer.start(value_type);
                write_period(writer, ends);
                writer.end();
            }
            (Item::Fields(items), Some(names)) => {
                // What is more than the RFC has belongs to the last.
                let names = names.iter().chain(std::iter::repeat(names.last().unwrap_or(&UNKNOWN)));
                items.iter().zip(names).for_each(|(item, field)| writer.leaf(name(field), &scalar(item)));
            }
            (Item::Recur(parts), _) => {
                writer.start(value_type);
                for (part, members) in parts {
                    members.iter().for_each(|member| writer.leaf(name(part), &scalar(member)));
                }
                writer.end();
            }
            (item, _) => writer.leaf(value_type, &scalar(item)),
        }
    }
    writer.end();
}

/// The element that an XML property holds, where it reads back as the same text (RFC 6321 4.1).
fn foreign(kind: PropertyKind, property: &Projected) -> Option<xml::Document> {
    let [Item::Text(text)] = &property.values[..] else { return None };
    if kind != PropertyKind::Xml || property.value_type != "text" || !property.parameters.is_empty() {
        return None;
    }
    let document = xml::Document::read(text.as_bytes(), &xml::Limits::default()).ok()?;
    let is_foreign = !matches!(document.root().name().namespace, "" | NAMESPACE);
    (is_foreign && document.root().to_xml() == *text).then_some(document)
}

/// A value of a parameter by its type (RFC 6321 3.5, A 3.2; 5 for unknown ones).
fn write_parameter(writer: &mut xml::Writer, parameter: &str, value: &str) {
    let row = ParameterKind::from_name(parameter.as_bytes()).row();
    let boolean = ["true", "false"].into_iter().find(|word| word.eq_ignore_ascii_case(value));
    let (value_type, value) = match (row.map(|row| row.parameter_type), boolean) {
        (None, _) => (UNKNOWN, value),
        (Some(ParameterType::Boolean), Some(boolean)) => ("boolean", boolean),
        (Some(ParameterType::Uri), _) => ("uri", value),
        (Some(ParameterType::CalAddress), _) => ("cal-address", value),
        (Some(ParameterType::Integer), _) => ("integer", value),
        (Some(ParameterType::Duration), _) => ("duration", value),
        (Some(_), _) => ("text", value),
    };
    writer.leaf(name(value_type), value);
}

/// RFC 6321 3.6.9
fn write_period(writer: &mut xml::Writer, ends: &[Item]) {
    for (at, end) in ends.iter().enumerate() {
        let text = scalar(end);
        let field: Name<'_> = match at {
            0 => name("start"),
            _ if text.trim_start_matches(['+', '-']).starts_with(['P', 'p']) => name("duration"),
            _ => name("end"),
        };
        writer.leaf(field, &text);
    }
}

fn scalar(item: &Item) -> String {
    match item {
        Item::Boolean(boolean) => boolean.to_string(),
        Item::Integer(number) => number.to_string(),
        Item::Float(number) => number.to_string(),
        Item::Text(text) => text.clone(),
        Item::Fields(_) | Item::Recur(_) => texts_of(item).join(";"),
    }
}
