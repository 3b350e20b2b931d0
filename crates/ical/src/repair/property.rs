//! Mends of one property.

use super::Repair;
use crate::civil::{DateTime, Time};
use crate::component::ComponentKind;
use crate::document::{Component, Document, PropertyId};
use crate::parameter::{self, ParameterKind, ParameterType};
use crate::property::{Property, PropertyKind};
use crate::value::{DateOrTime, Frequency, Until, Value, ValueType};
use crate::write::ContentLine;
use crate::zone::Zones;

/// Mends a property; was something done?
pub(super) fn mend(document: &mut Document, id: PropertyId, repair: Repair) -> bool {
    match repair {
        Repair::RemoveRepeated | Repair::RemoveDuration | Repair::RemoveEndTime | Repair::RemoveMethod => {
            document.remove(id);
            true
        }
        Repair::RemoveTzid => {
            document.set_parameter(id, ParameterKind::Tzid, &[]);
            true
        }
        Repair::RemoveRepeatedParameter => {
            let content = without_repeated(&document.property(id));
            document.set_content(id, &content);
            true
        }
        Repair::QuoteParameter => {
            let property = document.property(id);
            // A quote in a name closes with one in a value: without that one the line would end elsewhere.
            if property.parameters().any(|parameter| parameter.raw_name().contains(&b'"')) {
                return false;
            }
            let content = quoted(&property);
            document.set_content(id, &content);
            true
        }
        Repair::SetValue => set_value(document, id),
        Repair::RewriteValue => {
            let Some(value) = rewritten(&document.property(id)) else { return false };
            set_raw_value(document, id, &value)
        }
        Repair::MendUntil => {
            let Some(value) = mended_until(document, id) else { return false };
            set_raw_value(document, id, &value)
        }
        Repair::MendExdate => {
            let Some(line) = mended_exdate(document, id) else { return false };
            document.replace(id, &line);
            true
        }
        _ => false,
    }
}

/// Puts another value behind what stands before the colon; `false` when it is the same.
fn set_raw_value(document: &mut Document, id: PropertyId, value: &str) -> bool {
    let property = document.property(id);
    if property.raw_value() == value.as_bytes() {
        return false;
    }
    let head = property.content.len() - property.raw_value().len();
    let content = [&property.content[..head], value.as_bytes()].concat();
    document.set_content(id, &content);
    true
}

/// The line with each parameter the first time only.
fn without_repeated(property: &Property<'_>) -> Vec<u8> {
    let mut seen: Vec<Vec<u8>> = Vec::new();
    let mut content = property.content[..property.name].to_vec();
    for parameter in property.parameters() {
        let name = parameter.raw_name().to_ascii_uppercase();
        if !seen.contains(&name) {
            content.push(b';');
            content.extend_from_slice(&property.content[parameter.at..parameter.at + parameter.len()]);
            seen.push(name);
        }
    }
    content.push(b':');
    content.extend_from_slice(property.raw_value());
    content
}

/// The line with quotes around each parameter's value that needs them, and none inside.
fn quoted(property: &Property<'_>) -> Vec<u8> {
    let mut content = property.content[..property.name].to_vec();
    for parameter in property.parameters() {
        content.push(b';');
        let Some(message) = crate::validate::misquoted(&parameter) else {
            content.extend_from_slice(&property.content[parameter.at..parameter.at + parameter.len()]);
            continue;
        };
        drop(message);
        let row = parameter.kind().row();
        let always = row
            .is_some_and(|row| matches!(row.parameter_type, ParameterType::CalAddress | ParameterType::Uri));
        let is_list = row.is_none_or(|row| row.is_list);
        let pieces: Vec<&[u8]> =
            if is_list { parameter.raw_values().collect() } else { vec![parameter.raw()] };
        let mut text = String::new();
        for (at, piece) in pieces.iter().enumerate() {
            text.push(if at == 0 { '=' } else { ',' });
            let bare: Vec<u8> = piece.iter().copied().filter(|byte| *byte != b'"').collect();
            parameter::write_value(&mut text, &parameter::decode(&bare), always);
        }
        content.extend_from_slice(parameter.raw_name());
        content.extend_from_slice(text.as_bytes());
    }
    content.push(b':');
    content.extend_from_slice(property.raw_value());
    content
}

fn set_value(document: &mut Document, id: PropertyId) -> bool {
    let property = document.property(id);
    let Some(row) = property.kind().row() else { return false };
    let mut found = None;
    for value in property.values() {
        let value_type = match value {
            Ok(Value::Date(_)) => ValueType::Date,
            Ok(Value::DateTime(_)) => ValueType::DateTime,
            Ok(_) => property.value_type().unwrap_or(ValueType::Text),
            Err(_) => return false,
        };
        if found.is_some_and(|found| found != value_type) {
            return false;
        }
        found = Some(value_type);
    }
    let Some(value_type) = found.filter(|found| row.types.contains(found)) else { return false };
    let is_default = row.types.first() == Some(&value_type) && !row.needs_value_parameter;
    let names = [value_type.name()];
    document.set_parameter(id, ParameterKind::Value, if is_default { &[] } else { &names });
    true
}

/// The values as the RFC writes them; `None` when one is malformed.
fn rewritten(property: &Property<'_>) -> Option<String> {
    if matches!(property.kind(), PropertyKind::Begin | PropertyKind::End) {
        // Bytes that are no UTF-8 stay: BEGIN and END must go on to be alike.
        return std::str::from_utf8(property.raw_value()).ok().map(|name| name.trim().to_owned());
    }
    let write = |value: Value<'_>| match &value {
        Value::CalAddress(address) if !address.has_scheme() => {
            address.email().map_or_else(|| value.to_string(), |_| format!("mailto:{address}"))
        }
        Value::CalAddress(address) => percent_encoded(address.as_str()),
        Value::Uri(uri) => percent_encoded(uri.as_str()),
        // Shorter than base64 without its blanks, and the same.
        Value::Binary(binary) => crate::value::Binary::encode(&binary.to_bytes()),
        _ => value.to_string(),
    };
    let values: Option<Vec<String>> = property.values().map(|value| value.ok().map(write)).collect();
    values.map(|values| values.join(","))
}

/// A URI without blanks and quotes (RFC 3986 2.1).
fn percent_encoded(uri: &str) -> String {
    uri.split_ascii_whitespace().collect::<Vec<_>>().join("%20").replace('"', "%22")
}

/// The component in which a property stands.
fn component_of(document: &Document, id: PropertyId) -> Option<Component<'_>> {
    let holds = |component: &Component<'_>| component.own_lines().any(|line| line == id.0);
    document.all_components().find(holds)
}

fn start_of<'d>(component: Component<'d>) -> Option<DateOrTime<'d>> {
    let start = component.property(PropertyKind::Dtstart)?;
    start.date_or_time().ok().map(DateOrTime::into_owned)
}

/// 23:59:59, the last second of a day on the wall.
const LAST_SECOND: Time = match Time::new(23, 59, 59) {
    Some(time) => time,
    None => Time::MIDNIGHT,
};

/// The rule's text with UNTIL of the kind that DTSTART asks for; `None` when its zone is not known.
fn mended_until(document: &Document, id: PropertyId) -> Option<String> {
    let property = document.property(id);
    let until = property.recur().ok()?.until?;
    let component = component_of(document, id)?;
    let start = start_of(component)?;
    let is_observance = matches!(component.kind(), ComponentKind::Standard | ComponentKind::Daylight);
    // A DATE is through that day on DTSTART's wall.
    let wall = match until {
        Until::Date(date) => date.at(LAST_SECOND),
        Until::Local(wall) | Until::Utc(wall) => wall,
    };
    let new = match &start {
        _ if is_observance => Until::Utc(observance_utc(component, wall)?),
        DateOrTime::Date(_) => Until::Date(wall.date),
        DateOrTime::Floating(_) => Until::Local(wall),
        DateOrTime::Utc(_) => Until::Utc(wall),
        DateOrTime::Zoned(_, tzid) => {
            let zone = Zones::new(document).resolve(tzid).zone?;
            Until::Utc(zone.to_timestamp(wall).to_utc()?)
        }
    };
    let text = property.value_lossy();
    let parts = text.split(';').map(|part| match part.split_once('=') {
        Some((name, _)) if name.trim().eq_ignore_ascii_case("UNTIL") => format!("{name}={new}"),
        _ => part.to_owned(),
    });
    Some(parts.collect::<Vec<_>>().join(";"))
}

/// In an observance local time is TZOFFSETFROM ahead of UTC (RFC 5545 3.6.5).
fn observance_utc(observance: Component<'_>, wall: DateTime) -> Option<DateTime> {
    let from = observance.property(PropertyKind::Tzoffsetfrom)?;
    match from.value() {
        Ok(Value::UtcOffset(offset)) => wall.plus_seconds(-i64::from(offset.seconds())),
        _ => None,
    }
}

/// EXDATE of DTSTART's kind; `None` when a date is malformed, or would no longer take out the same instances.
fn mended_exdate(document: &Document, id: PropertyId) -> Option<ContentLine> {
    let property = document.property(id);
    let component = component_of(document, id)?;
    let start = start_of(component)?;
    let dates: Option<Vec<DateOrTime<'_>>> = property.dates_or_times().map(Result::ok).collect();
    let dates = dates?;
    // A DATE takes out all instances of the day: it can be a time only where there is one.
    if !start.is_date() && dates.iter().any(DateOrTime::is_date) && has_several_a_day(component) {
        return None;
    }
    let mend = |date: DateOrTime<'_>| match (&start, &date) {
        (DateOrTime::Date(_), _) => start.with_wall(date.wall()),
        (_, DateOrTime::Date(day)) => start.with_wall(day.at(start.wall().time)),
        (_, DateOrTime::Utc(_)) => date.into_owned(),
        _ => start.with_wall(date.wall()),
    };
    let mended: Vec<DateOrTime<'_>> = dates.into_iter().map(mend).collect();
    // One line has one TZID.
    let is_one_kind =
        mended.windows(2).all(|pair| std::mem::discriminant(&pair[0]) == std::mem::discriminant(&pair[1]));
    is_one_kind.then(|| ContentLine::new(PropertyKind::Exdate).dates_or_times(&mended))
}

fn has_several_a_day(component: Component<'_>) -> bool {
    component.properties_of(PropertyKind::Rdate).next().is_some()
        || component.properties_of(PropertyKind::Rrule).filter_map(|rule| rule.recur().ok()).any(|rule| {
            rule.freq < Frequency::Daily
                || !(rule.by_hour.is_empty() && rule.by_minute.is_empty() && rule.by_second.is_empty())
        })
}
