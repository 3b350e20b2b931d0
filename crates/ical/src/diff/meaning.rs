//! What a content line means, in a form in which equal meanings are equal bytes.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::document::Component;
use crate::parameter::{Parameter, ParameterKind};
use crate::property::Property;
use crate::value::{CalAddress, Forgiven, Malformed, ParameterValue, Recur, Value, ValueType};

/// A property with one value: a list (RFC 5545 3.1.2) is as many of them.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    line: Arc<Line<'a>>,
    /// The value as written, within the line.
    place: Range<usize>,
    /// The value in the form that is compared.
    value: Vec<u8>,
}

/// What the values of a line have in common.
#[derive(Debug)]
struct Line<'a> {
    property: Property<'a>,
    /// By name in capitals, with the values in the form that is compared.
    parameters: Vec<(String, Vec<u8>)>,
}

impl<'a> Statement<'a> {
    /// The line in which it stands.
    pub fn property(&self) -> &Property<'a> {
        &self.line.property
    }

    /// The value as written, escapes and all; one of the line's values where there are several.
    pub fn raw_value(&self) -> &[u8] {
        &self.line.property.content()[self.place.clone()]
    }

    /// The line that says this alone: name and parameters as written, and the one value.
    pub fn to_line(&self) -> Vec<u8> {
        let property = self.property();
        let head = &property.content()[..property.content().len() - property.raw_value().len()];
        [head, self.raw_value()].concat()
    }

    /// The parameters, by name in capitals, and their values in the form that is compared.
    pub fn parameters(&self) -> &[(String, Vec<u8>)] {
        &self.line.parameters
    }

    /// The value in the form that is compared: equal where the meanings are.
    pub fn value(&self) -> &[u8] {
        &self.value
    }
}

/// A list after a longer head than this is compared whole, or its values and parameters would multiply.
const LONGEST_HEAD: usize = 256;

/// The name in which properties meet: in capitals.
pub(super) fn name(property: &Property<'_>) -> String {
    property.kind().name().map_or_else(|| property.name().to_ascii_uppercase(), str::to_owned)
}

/// What a component's own lines state, in order: one thing each, or as many as a list has values.
pub fn statements(component: Component<'_>) -> impl Iterator<Item = Statement<'_>> {
    component.properties().flat_map(of_property)
}

/// What a line states: one thing, or as many as its list has values.
pub fn of_property(property: Property<'_>) -> Vec<Statement<'_>> {
    let head = property.content().len() - property.raw_value().len();
    let mut values = property.values();
    let mut forgiven = Forgiven::default();
    let mut read: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    while let Some((at, length, value)) = values.next_noting(&mut forgiven) {
        let raw = &property.raw_value()[at..at + length];
        read.push((head + at, length, meaning(value, raw)));
    }
    if head > LONGEST_HEAD && read.len() > 1 {
        let whole = read.iter().flat_map(|(_, _, value)| [&value[..], b","].concat()).collect();
        read = vec![(head, property.raw_value().len(), whole)];
    }
    let line = Arc::new(Line { parameters: parameters(&property), property });
    let state = |(at, length, value)| Statement { line: Arc::clone(&line), place: at..at + length, value };
    read.into_iter().map(state).collect()
}

/// The parameters in order of name. A VALUE that says what holds without it is left out.
fn parameters(property: &Property<'_>) -> Vec<(String, Vec<u8>)> {
    let default = property.kind().row().and_then(|row| row.types.first().copied());
    let is_default = |parameter: &Parameter<'_>| {
        parameter.kind() == ParameterKind::Value
            && default.is_some()
            && ValueType::from_name(&parameter.value()) == default
    };
    let mut parameters: Vec<(String, Vec<u8>)> = property
        .parameters()
        .filter(|parameter| !is_default(parameter))
        .map(|parameter| (parameter.name().to_ascii_uppercase(), parameter_meaning(&parameter)))
        .collect();
    parameters.sort();
    parameters
}

/// A parameter's values in the form that is compared: decoded, those of a set in order, words in capitals
/// (RFC 5545 2).
fn parameter_meaning(parameter: &Parameter<'_>) -> Vec<u8> {
    if std::str::from_utf8(parameter.raw()).is_err() {
        return parameter.raw().to_vec();
    }
    let normal = |text: Cow<'_, str>| match ParameterValue::read(parameter.kind(), text.clone()) {
        Ok(ParameterValue::CalAddress(address)) => address_key(&address),
        Ok(ParameterValue::Token(word)) => word.as_str().to_ascii_uppercase(),
        Ok(value) => value.to_string(),
        Err(_) => text.into_owned(),
    };
    let mut values: Vec<String> = parameter.values().map(normal).collect();
    if parameter.kind().row().is_some_and(|row| row.is_list) {
        values.sort();
    }
    // A separator that no value has: control characters cannot stand in a parameter (RFC 5545 3.1).
    values.join("\u{1f}").into_bytes()
}

/// A value in the form that is compared, by its type. What is not of its type is compared as it is written,
/// and so are bytes that are no UTF-8.
fn meaning(value: Result<Value<'_>, Malformed>, raw: &[u8]) -> Vec<u8> {
    let (Ok(value), Ok(text)) = (value, std::str::from_utf8(raw)) else { return raw.to_vec() };
    let normal = match value {
        Value::Text(text) => text.into_owned(),
        Value::Token(word) => word.as_str().to_ascii_uppercase(),
        Value::CalAddress(address) => address_key(&address),
        Value::Recur(rule) => recur(&rule, text),
        Value::Binary(_) => text.split_ascii_whitespace().collect(),
        other => other.to_string(),
    };
    normal.into_bytes()
}

/// An address in the form in which [`CalAddress`] compares it.
fn address_key(address: &CalAddress<'_>) -> String {
    let (scheme, rest) = address.key();
    format!("{scheme}:{rest}")
}

/// A rule's parts and their members in order, without what holds by default. Parts that are unknown are kept.
fn recur(rule: &Recur, text: &str) -> String {
    let known = rule.to_string();
    let name = |part: &str| part.split('=').next().unwrap_or_default().trim().to_ascii_uppercase();
    let is_unknown = |part: &&str| {
        let part_name = name(part);
        !matches!(&part_name[..], "" | "INTERVAL" | "SKIP")
            && known.split(';').all(|known| name(known) != part_name)
    };
    let unknown = text.split(';').filter(is_unknown).map(str::to_ascii_uppercase);
    let ordered = |part: &str| {
        let (name, members) = part.split_once('=').unwrap_or((part, ""));
        let mut members: Vec<&str> = members.split(',').collect();
        members.sort_unstable();
        format!("{name}={}", members.join(","))
    };
    let mut parts: Vec<String> = known.split(';').filter(|part| *part != "WKST=MO").map(ordered).collect();
    parts.extend(unknown);
    parts.sort();
    parts.join(";")
}

/// Do two lines state the same, under one name?
pub(crate) fn is_same(one: &Property<'_>, other: &Property<'_>) -> bool {
    let (ours, theirs) = (of_property(one.clone()), of_property(other.clone()));
    let says = |statement: &Statement<'_>| (statement.value().to_vec(), statement.parameters().to_vec());
    name(one) == name(other) && ours.iter().map(says).eq(theirs.iter().map(says))
}
