//! What a content line means, in a form in which equal meanings are equal bytes.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::document::Component;
use crate::parameter::{Parameter, ParameterKind, ParameterType};
use crate::property::{Property, PropertyKind, Shape};
use crate::value::{self, Recur, ValueType};

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
    pub(super) fn parameters(&self) -> &[(String, Vec<u8>)] {
        &self.line.parameters
    }

    /// The value in the form that is compared.
    pub(super) fn value(&self) -> &[u8] {
        &self.value
    }
}

/// A list after a longer head than this is compared whole, or its values and parameters would multiply.
const LONGEST_HEAD: usize = 256;

/// The name in which properties meet: in capitals.
pub(super) fn name(property: &Property<'_>) -> String {
    property.kind().name().map_or_else(|| property.name().to_ascii_uppercase(), str::to_owned)
}

/// What a component's own lines state, in order.
pub(super) fn statements(component: Component<'_>) -> impl Iterator<Item = Statement<'_>> {
    component.properties().flat_map(of_property)
}

/// What a line states: one thing, or as many as its list has values.
pub(super) fn of_property(property: Property<'_>) -> Vec<Statement<'_>> {
    let raw = property.raw_value();
    let head = property.content().len() - raw.len();
    let is_list = head <= LONGEST_HEAD && property.kind().row().is_some_and(|row| row.shape == Shape::List);
    let lengths: Vec<usize> = match property.value_type() {
        Some(ValueType::Text) if is_list => split_escaped(raw).map(<[u8]>::len).collect(),
        Some(_) if is_list => value::split_list(raw).map(|(_, member)| member.len()).collect(),
        _ => vec![raw.len()],
    };
    let line = Arc::new(Line { parameters: parameters(&property), property });
    let mut at = head;
    let state = |length: usize| {
        let place = at..at + length;
        at = place.end + 1;
        let value = meaning(&line.property, &line.property.content()[place.clone()]).into_owned();
        Statement { line: Arc::clone(&line), place, value }
    };
    lengths.into_iter().map(state).collect()
}

/// The members of a list of TEXT as they are written, between commas that no backslash precedes.
fn split_escaped(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut is_escaped = false;
    list.split(move |byte| {
        let is_comma = *byte == b',' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_comma
    })
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

/// A parameter's values in the form that is compared: decoded, those of a set in order, words in capitals (RFC 5545 2).
fn parameter_meaning(parameter: &Parameter<'_>) -> Vec<u8> {
    if std::str::from_utf8(parameter.raw()).is_err() {
        return parameter.raw().to_vec();
    }
    let row = parameter.kind().row();
    let normal = |text: Cow<'_, str>| match row.map(|row| row.parameter_type) {
        Some(ParameterType::Token | ParameterType::Boolean) => text.to_ascii_uppercase(),
        Some(ParameterType::CalAddress) => address(&text),
        _ => text.into_owned(),
    };
    let mut values: Vec<String> = parameter.values().map(normal).collect();
    if row.is_some_and(|row| row.is_list) {
        values.sort();
    }
    // No value has a control character of its own but line feeds and tabs.
    values.join("\u{1f}").into_bytes()
}

/// A value in the form that is compared, by its type. What is not of its type is compared as it is written.
fn meaning<'a>(property: &Property<'_>, raw: &'a [u8]) -> Cow<'a, [u8]> {
    let Ok(text) = std::str::from_utf8(raw) else { return Cow::Borrowed(raw) };
    let normal: Cow<'a, str> = match property.value_type() {
        Some(ValueType::Text) if is_word(property.kind()) => text.trim().to_ascii_uppercase().into(),
        Some(ValueType::Text) => value::unescape(text),
        Some(ValueType::Date | ValueType::DateTime) => date_or_time(text),
        Some(ValueType::Recur) => recur(text).into(),
        Some(ValueType::CalAddress) => address(text).into(),
        Some(ValueType::Boolean) => text.trim().to_ascii_uppercase().into(),
        Some(ValueType::Binary) => text.split_ascii_whitespace().collect::<String>().into(),
        Some(_) => text.trim().into(),
        None => text.into(),
    };
    match normal {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Is the value one of the RFCs' own words, or `X-` and the like, in any case?
const fn is_word(kind: PropertyKind) -> bool {
    matches!(
        kind,
        PropertyKind::Action
            | PropertyKind::Busytype
            | PropertyKind::Calscale
            | PropertyKind::Class
            | PropertyKind::Method
            | PropertyKind::Proximity
            | PropertyKind::Status
            | PropertyKind::Transp
            | PropertyKind::Version
            | PropertyKind::ParticipantType
            | PropertyKind::LocationType
    )
}

fn date_or_time(text: &str) -> Cow<'_, str> {
    match value::parse_date_or_time(text.as_bytes(), None) {
        Ok(value) => value.to_string().into(),
        Err(_) => text.into(),
    }
}

/// A rule's parts and their members in order, without what holds by default. Parts that are unknown are kept.
fn recur(text: &str) -> String {
    let Ok(rule) = Recur::parse(text) else { return text.trim().to_ascii_uppercase() };
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

/// An address: a scheme in small letters, and all of a `mailto:` (RFC 6638 compares it so).
fn address(text: &str) -> String {
    let text = text.trim();
    match text.split_once(':') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto") => {
            format!("mailto:{}", rest.to_ascii_lowercase())
        }
        Some((scheme, rest)) => format!("{}:{rest}", scheme.to_ascii_lowercase()),
        None => text.to_owned(),
    }
}
