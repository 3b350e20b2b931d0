//! Values: are they of their type, within their range, and does VALUE say what they are?

use std::ops::Range;

use memchr::{memchr, memchr3};

use super::table::{must_be_utc, number_range, statuses};
use super::{Check, shown, tzid_of};
use crate::document::Component;
use crate::parameter::ParameterKind;
use crate::problem::ProblemKind;
use crate::property::{Property, PropertyKind};
use crate::validate::component::is_experimental;
use crate::value::{Action, DateOrTime, Forgiven, Period, PeriodEnd, Token, Value, ValueType};

impl<'d> Check<'d> {
    pub(super) fn values(&mut self, component: Component<'d>, property: &Property<'_>) {
        if property.kind() == PropertyKind::Version {
            return self.version(property);
        }
        let has_type = self.value_type(property);
        let written = property.value_type();
        let (mut has_mismatch, mut has_utc_zone, mut is_malformed) = (false, false, false);
        let mut values = property.values();
        let mut forgiven = Forgiven::default();
        while let Some((at, len, value)) = values.next_noting(&mut forgiven) {
            let place = at..at + len;
            let value = match value {
                Ok(value) => value,
                Err(fault) => {
                    is_malformed = true;
                    // From the fault on; the whole value when it is too short.
                    let start = if fault.offset < place.end { fault.offset } else { place.start };
                    let found = property.raw_value().get(start..place.end).unwrap_or_default();
                    let found = if found.is_empty() { "nothing".to_owned() } else { shown(found) };
                    let message = format!("wanted {}, found {found}", fault.wanted);
                    let place = property.value_place_of(start..place.end);
                    self.tell_property(property, place, ProblemKind::MalformedValue, message);
                    continue;
                }
            };
            if has_type && !has_mismatch {
                has_mismatch = self.mismatch(property, &value, written);
            }
            if !has_utc_zone {
                has_utc_zone = self.zone(property, &value);
            }
            note(property, &value, place.clone(), &mut forgiven);
            self.value(component, property, &value, place);
        }
        if let (Some(unusual), false) = (forgiven.first(), has_mismatch || is_malformed) {
            let found = property.raw_value().get(unusual.offset..).unwrap_or_default();
            let place = property.value_place_of(unusual.offset..property.raw_value().len());
            let message = format!("wanted {}, found {}", unusual.wanted, shown(found));
            self.tell_property(property, place, ProblemKind::UnusualValue, message);
        }
    }

    fn version(&mut self, property: &Property<'_>) {
        let version = property.text();
        let version = version.trim();
        // `2.0`, or `1.0;2.0` for a range (RFC 5545 3.7.4).
        if version.split(';').next_back() == Some("2.0") {
            return;
        }
        let (kind, message) = match version {
            "1.0" => (
                ProblemKind::Vcalendar1,
                "wanted VERSION:2.0, found vCalendar 1.0, another format".to_owned(),
            ),
            _ => {
                (ProblemKind::UnknownWord, format!("wanted VERSION:2.0, found {}", shown(version.as_bytes())))
            }
        };
        self.tell_property(property, property.value_place(), kind, message);
    }

    /// Does the property have a type that it may have?
    fn value_type(&mut self, property: &Property<'_>) -> bool {
        let row = property.kind().row();
        let Some(parameter) = property.parameter(ParameterKind::Value) else {
            if let Some(row) = row.filter(|row| row.needs_value_parameter) {
                let types: Vec<&str> = row.types.iter().map(|value_type| value_type.name()).collect();
                let message = format!("wanted VALUE={}, found no VALUE", types.join(" or VALUE="));
                self.tell_property(property, property.name_place(), ProblemKind::ValueMismatch, message);
            }
            return true;
        };
        let name = parameter.value();
        let place = property.parameter_place(&parameter);
        let Some(value_type) = ValueType::from_name(&name) else {
            if !is_experimental(&name) {
                let message =
                    format!("wanted a type that an RFC defines, found VALUE={}", shown(name.as_bytes()));
                self.tell_property(property, place, ProblemKind::UnknownValueType, message);
            }
            return false;
        };
        let Some(row) = row.filter(|row| !row.types.contains(&value_type)) else { return true };
        let types: Vec<&str> = row.types.iter().map(|value_type| value_type.name()).collect();
        let message =
            format!("wanted a value of type {}, found VALUE={}", types.join(" or "), value_type.name());
        self.tell_property(property, place, ProblemKind::WrongValueType, message);
        false
    }

    /// Is the value a DATE where a DATE-TIME is announced, or the other way round? `true` when that was told.
    fn mismatch(&mut self, property: &Property<'_>, value: &Value<'_>, written: Option<ValueType>) -> bool {
        let found = match (value, written) {
            (Value::Date(_), Some(ValueType::DateTime)) => ValueType::Date,
            (Value::DateTime(_), Some(ValueType::Date)) => ValueType::DateTime,
            _ => return false,
        };
        let takes = property.kind().row().is_some_and(|row| row.types.contains(&found));
        let (kind, wanted) = match takes {
            true => (
                ProblemKind::ValueMismatch,
                format!("wanted VALUE={} beside a value of that type", found.name()),
            ),
            false => (ProblemKind::MalformedValue, "wanted a date-time as YYYYMMDDTHHMMSS".to_owned()),
        };
        let message = format!("{wanted}, found {}", shown(property.raw_value()));
        let parameter = property.parameter(ParameterKind::Value);
        let place =
            parameter.map_or(property.value_place(), |parameter| property.parameter_place(&parameter));
        self.tell_property(property, place, kind, message);
        true
    }

    /// TZID beside a value that has no zone. `true` when that was told.
    fn zone(&mut self, property: &Property<'_>, value: &Value<'_>) -> bool {
        let (kind, found) = match value {
            Value::Date(_) => (ProblemKind::TzidBesideDate, "a date"),
            Value::DateTime(DateOrTime::Utc(_)) => (ProblemKind::TzidBesideUtc, "a time in UTC"),
            Value::Period(period) if matches!(period.start, DateOrTime::Utc(_)) => {
                (ProblemKind::TzidBesideUtc, "a time in UTC")
            }
            _ => return false,
        };
        let Some(tzid) = tzid_of(property) else { return false };
        let message = format!("wanted no TZID beside {found}, found {}", shown(tzid.value().as_bytes()));
        self.tell_property(property, property.parameter_place(&tzid), kind, message);
        true
    }

    fn value(
        &mut self,
        component: Component<'d>,
        property: &Property<'_>,
        value: &Value<'_>,
        place: Range<usize>,
    ) {
        let kind = property.kind();
        let (problem, message) = match value {
            Value::DateTime(time)
                if must_be_utc(component.kind(), kind) && !matches!(time, DateOrTime::Utc(_)) =>
            {
                (ProblemKind::NotUtc, format!("wanted {} in UTC, with Z, found {time}", property.name()))
            }
            Value::Period(period) if !is_forward(period) => (
                ProblemKind::MalformedValue,
                format!("wanted a period that ends after its start, found {period}"),
            ),
            Value::Period(period) if must_be_utc(component.kind(), kind) && !is_in_utc(period) => {
                (ProblemKind::NotUtc, format!("wanted {} in UTC, with Z, found {period}", property.name()))
            }
            Value::Integer(number) => match number_range(kind) {
                Some((least, most)) if !(least..=most).contains(number) => {
                    let range =
                        if most == i32::MAX { "0 or more".to_owned() } else { format!("{least} to {most}") };
                    (ProblemKind::OutOfRange, format!("wanted a number of {range}, found {number}"))
                }
                _ => return,
            },
            Value::Uri(uri) if uri.scheme().is_none() => (
                ProblemKind::MissingScheme,
                format!("wanted a URI with its scheme, found {}", shown(uri.as_str().as_bytes())),
            ),
            Value::CalAddress(address) if !address.has_scheme() && address.email().is_none() => {
                let found = shown(address.as_str().as_bytes());
                (
                    ProblemKind::MissingScheme,
                    format!("wanted an address with its scheme, as mailto:, found {found}"),
                )
            }
            Value::Token(word) if !word.is_known() => {
                if is_experimental(word.as_str()) {
                    return;
                }
                let own = if kind == PropertyKind::Status { statuses(component.kind()) } else { None };
                let message = format!(
                    "wanted {}, found {}",
                    own.unwrap_or(word.known_words()).join(", "),
                    shown(word.as_str().as_bytes())
                );
                (ProblemKind::UnknownWord, message)
            }
            Value::Token(Token::Action(Action::Procedure)) => {
                let message = "wanted AUDIO, DISPLAY or EMAIL, found PROCEDURE, which RFC 5545 took away";
                (ProblemKind::UnknownWord, message.to_owned())
            }
            Value::Token(Token::Status(status)) => match statuses(component.kind()) {
                Some(words) if !words.contains(&status.as_str()) => {
                    let message =
                        format!("wanted {} in {}, found {status}", words.join(", "), component.name());
                    (ProblemKind::MisplacedWord, message)
                }
                _ => return,
            },
            _ => return,
        };
        self.tell_property(property, property.value_place_of(place), problem, message);
    }
}

/// Are the times of a period in UTC?
const fn is_in_utc(period: &Period<'_>) -> bool {
    matches!(period.start, DateOrTime::Utc(_))
        && matches!(period.end, PeriodEnd::Time(DateOrTime::Utc(_)) | PeriodEnd::Duration(_))
}

/// RFC 5545 3.3.9: a period ends after its start, or lasts some time.
fn is_forward(period: &Period<'_>) -> bool {
    match &period.end {
        PeriodEnd::Time(end) => end.wall() > period.start.wall(),
        PeriodEnd::Duration(duration) => !duration.is_negative(),
    }
}

/// What reading forgives in texts and addresses (RFC 5545 3.3.3, 3.3.11, 3.8.8.3). What an unknown property's
/// text means is its own.
fn note(property: &Property<'_>, value: &Value<'_>, place: Range<usize>, forgiven: &mut Forgiven) {
    let raw = property.raw_value().get(place.clone()).unwrap_or_default();
    match value {
        Value::Text(_) if property.kind() != PropertyKind::Other => {
            if let Some((at, wanted)) = misescaped(raw) {
                forgiven.note(wanted, place.start + at);
            }
        }
        Value::CalAddress(address) if address.has_scheme() => {
            let blank = raw.trim_ascii_end().iter().position(|byte| matches!(byte, b' ' | b'\t' | b'"'));
            if let Some(at) = blank.filter(|at| *at > 0) {
                forgiven.note("no blank and no quote in an address", place.start + at);
            }
        }
        Value::RequestStatus(_) if memchr(b';', raw).is_none() => {
            forgiven.note("a semicolon and words after the status code", place.start);
        }
        _ => {}
    }
}

/// Where a text's backslashes are not RFC 5545 3.3.11's, first.
fn misescaped(text: &[u8]) -> Option<(usize, &'static str)> {
    let mut at = 0;
    while let Some(found) = memchr3(b'\\', b',', b';', text.get(at..)?) {
        at += found;
        match (text.get(at), text.get(at + 1)) {
            (Some(b'\\'), Some(b'\\' | b',' | b';' | b'n' | b'N')) => at += 2,
            (Some(b'\\'), _) => return Some((at, "a backslash only before \\, comma, semicolon or n")),
            _ => return Some((at, "a backslash before a comma or semicolon")),
        }
    }
    None
}
