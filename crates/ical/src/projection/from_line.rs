//! From a line to a property of the other formats.

use std::collections::HashSet;

use super::build::is_component_name;
use super::shape::{extended, extended_offset, extended_time};
use super::{Item, Obstacle, Projected, UNKNOWN, Unsayable};
use crate::component::ComponentKind;
use crate::diff;
use crate::document::{Component, Document};
use crate::parameter::{Parameter, ParameterKind};
use crate::property::{Property, PropertyKind};
use crate::value::{self, Duration, Forgiven, PeriodEnd, Value, ValueType};

/// A property as the other formats have it: by its type where that says all, else as it stands.
pub(crate) fn project(property: &Property<'_>) -> Result<Projected, Unsayable> {
    let unsayable = |obstacle| Unsayable { place: property.place(), obstacle };
    let Ok(content) = std::str::from_utf8(property.content()) else {
        return Err(unsayable(Obstacle::NoUtf8));
    };
    if content.contains('\r') {
        return Err(unsayable(Obstacle::CarriageReturn));
    }
    let parameters = parameters(property).map_err(unsayable)?;
    if let Some(typed) = typed(property, &parameters).filter(|typed| is_same(property, typed)) {
        return Ok(typed);
    }
    let raw = Item::Text(property.value_lossy().into_owned());
    let name = property.name().to_ascii_lowercase();
    let plain = Projected { name, parameters, value_type: UNKNOWN.to_owned(), values: vec![raw] };
    match plain.wrong_name() {
        Some(wrong) => Err(unsayable(Obstacle::Name(wrong.to_owned()))),
        None if is_same(property, &plain) => Ok(plain),
        None => Err(unsayable(in_the_way(&plain.parameters))),
    }
}

/// Why a line does not come back: control characters in parameters, which nothing there can write.
fn in_the_way(parameters: &[(String, Vec<String>)]) -> Obstacle {
    let mut letters = parameters.iter().flat_map(|(_, values)| values).flat_map(|value| value.chars());
    let control = letters.find(|letter| letter.is_ascii_control() && !matches!(letter, '\n' | '\t'));
    control.map_or(Obstacle::Meaning, Obstacle::Character)
}

/// A component's name in small letters.
pub(crate) fn component_name(component: Component<'_>) -> Result<String, Unsayable> {
    let unsayable = |obstacle| Err(Unsayable { place: component.place(), obstacle });
    let name = component.name().to_ascii_lowercase();
    if component.delimiters().any(|line| std::str::from_utf8(line.content()).is_err()) {
        return unsayable(Obstacle::NoUtf8);
    }
    // A control character behind it is no part of the name, and yet makes it another kind.
    let is_kind = ComponentKind::from_name(name.as_bytes()) == component.kind();
    if is_kind && is_component_name(&name) { Ok(name) } else { unsayable(Obstacle::Name(name)) }
}

/// Does the line that is made of it say what the property says?
fn is_same(property: &Property<'_>, projected: &Projected) -> bool {
    let Some(document) = projected.to_line().ok().and_then(|line| Document::read(line).ok()) else {
        return false;
    };
    let is_one_line = document.lines.len() == 1;
    is_one_line && diff::is_same(property, &Property::at(&document, 0))
}

/// All parameters, VALUE too.
fn parameters(property: &Property<'_>) -> Result<Vec<(String, Vec<String>)>, Obstacle> {
    let (mut parameters, mut seen) = (Vec::new(), HashSet::new());
    for parameter in property.parameters() {
        let name = parameter.name().to_ascii_lowercase();
        if !seen.insert(name.clone()) {
            return Err(Obstacle::Twice(name));
        }
        parameters.push((name, parameter.values().map(Into::into).collect()));
    }
    Ok(parameters)
}

/// The property by its type; `None` where a value is not of it, or no type is known (RFC 7265 5.1).
fn typed(property: &Property<'_>, parameters: &[(String, Vec<String>)]) -> Option<Projected> {
    let written: Option<Parameter<'_>> = property.parameter(ParameterKind::Value);
    if written.is_none() && property.kind() == PropertyKind::Other {
        return None;
    }
    let value_type = property.value_type();
    let name = match (value_type, written) {
        (Some(value_type), _) => value_type.name().to_ascii_lowercase(),
        (None, Some(written)) => written.value().to_ascii_lowercase(),
        (None, None) => return None,
    };
    let (mut items, mut values, mut forgiven) = (Vec::new(), property.values(), Forgiven::default());
    while let Some((at, length, value)) = values.next_noting(&mut forgiven) {
        let raw = property.raw_value().get(at..at + length).and_then(|raw| std::str::from_utf8(raw).ok())?;
        items.push(item(&value.ok()?, value_type, raw)?);
    }
    Some(Projected {
        name: property.name().to_ascii_lowercase(),
        parameters: parameters.iter().filter(|(name, _)| name != "value").cloned().collect(),
        value_type: name,
        values: items,
    })
}

/// A value in its form there; `None` where it is of another type than was announced.
fn item(value: &Value<'_>, value_type: Option<ValueType>, raw: &str) -> Option<Item> {
    Some(match value {
        Value::Boolean(boolean) => Item::Boolean(*boolean),
        Value::Integer(number) => Item::Integer(i64::from(*number)),
        Value::Float(number) => Item::Float(*number),
        Value::Geo(geo) => Item::Fields(vec![Item::Float(geo.latitude), Item::Float(geo.longitude)]),
        Value::Date(_) if value_type != Some(ValueType::Date) => return None,
        Value::DateTime(_) if value_type != Some(ValueType::DateTime) => return None,
        Value::Date(_) | Value::DateTime(_) => Item::Text(extended(&value.to_string())),
        Value::Time(..) => Item::Text(extended_time(&value.to_string())),
        Value::UtcOffset(_) => Item::Text(extended_offset(&value.to_string())),
        Value::Duration(_) => Item::Text(duration(raw.trim())),
        Value::Period(period) => {
            let end = match &period.end {
                PeriodEnd::Time(end) => extended(&end.to_string()),
                PeriodEnd::Duration(_) => duration(raw.split_once('/')?.1.trim()),
            };
            Item::Fields(vec![Item::Text(extended(&period.start.to_string())), Item::Text(end)])
        }
        Value::Recur(_) => recur(raw)?,
        Value::RequestStatus(_) => {
            let fields = value::fields(raw.as_bytes());
            Item::Fields(fields.map(|field| Item::Text(value::decode(field).into_owned())).collect())
        }
        Value::Text(_) | Value::Token(_) | Value::Uid(_) => Item::Text(value::unescape(raw).into_owned()),
        Value::Binary(_) => Item::Text(raw.split_ascii_whitespace().collect()),
        Value::CalAddress(_) | Value::Uri(_) | Value::XmlReference(_) => Item::Text(raw.trim().to_owned()),
        Value::Unknown(_) => Item::Text(raw.to_owned()),
    })
}

/// A duration as it is written, as long as that is the RFC's form.
fn duration(raw: &str) -> String {
    let mut forgiven = Forgiven::default();
    match Duration::read(raw.as_bytes(), &mut forgiven) {
        Ok(duration) if forgiven.first().is_some() => duration.to_string(),
        _ => raw.to_owned(),
    }
}

/// The parts of a rule, in the order of xCal's schema, with RSCALE and SKIP as in RFC 7529 8.
const PARTS: [&str; 16] = [
    "rscale",
    "freq",
    "until",
    "count",
    "interval",
    "bysecond",
    "byminute",
    "byhour",
    "byday",
    "bymonthday",
    "byyearday",
    "byweekno",
    "bymonth",
    "bysetpos",
    "wkst",
    "skip",
];

/// A rule as its parts, as written but for numbers and UNTIL.
fn recur(raw: &str) -> Option<Item> {
    let mut parts = Vec::new();
    for part in raw.split(';').filter(|part| !part.trim().is_empty()) {
        let (name, members) = part.split_once('=')?;
        let name = name.trim().to_ascii_lowercase();
        let member = |member: &str| match (&name[..], member.trim()) {
            ("until", until) => Item::Text(extended(&until.to_ascii_uppercase())),
            ("count" | "interval", number) => number_or_text(number),
            (by, number) if by.starts_with("by") => number_or_text(number),
            (_, text) => Item::Text(text.to_owned()),
        };
        let members = if PARTS.contains(&&name[..]) {
            members.split(',').map(member).collect()
        } else {
            vec![Item::Text(members.to_owned())]
        };
        parts.push((name, members));
    }
    Some(Item::recur(parts))
}

impl Item {
    /// A rule of these parts, in the order of the schema, and those of others by name.
    pub(crate) fn recur(mut parts: Vec<(String, Vec<Self>)>) -> Self {
        let place = |name: &str| PARTS.iter().position(|part| *part == name).unwrap_or(PARTS.len());
        parts.sort_by(|(one, _), (other, _)| (place(one), one).cmp(&(place(other), other)));
        Self::Recur(parts)
    }
}

/// A number, or a month with `L` and a weekday, which are none (RFC 7529 9).
fn number_or_text(text: &str) -> Item {
    text.parse().map_or_else(|_| Item::Text(text.to_owned()), Item::Integer)
}
