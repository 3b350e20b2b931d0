//! Parameters: once each, where they say something, of their type, in quotes where they must be (RFC 5545
//! 3.2).

use memchr::memchr3;

use super::table::parameter_fits;
use super::{Check, shown, tzid_of};
use crate::parameter::{Parameter, ParameterKind, ParameterType};
use crate::problem::ProblemKind;
use crate::property::{Property, PropertyKind};
use crate::validate::component::is_experimental;
use crate::value::{DateOrTime, ParameterValue};

impl Check<'_> {
    pub(super) fn parameters(&mut self, property: &Property<'_>) {
        let mut seen: Vec<(ParameterKind, &[u8])> = Vec::new();
        for parameter in property.parameters() {
            let kind = parameter.kind();
            let is_again = seen.iter().any(|(other, name)| {
                *other == kind
                    && (kind != ParameterKind::Other || name.eq_ignore_ascii_case(parameter.raw_name()))
            });
            if seen.len() == self.limits.parameters {
                let message =
                    format!("wanted at most {} parameters (the limit `parameters`), found more", seen.len());
                self.tell_property(property, property.name_place(), ProblemKind::OverLimit, message);
                return;
            }
            seen.push((kind, parameter.raw_name()));
            // What says nothing there is told as that, each time (RFC 5545 3.2: it may stand more than once).
            if is_again && (kind == ParameterKind::Other || parameter_fits(kind, property.kind())) {
                let message = format!("wanted {} once, found it again", parameter.name());
                self.tell_parameter(property, &parameter, ProblemKind::RepeatedParameter, message);
            }
            self.parameter(property, &parameter);
        }
        if let Some(tzid) = tzid_of(property) {
            self.tzid(property, &tzid);
        }
    }

    fn tell_parameter(
        &mut self,
        property: &Property<'_>,
        parameter: &Parameter<'_>,
        kind: ProblemKind,
        message: impl Into<String>,
    ) {
        self.tell_property(property, property.parameter_place(parameter), kind, message);
    }

    fn parameter(&mut self, property: &Property<'_>, parameter: &Parameter<'_>) {
        let (kind, name) = (parameter.kind(), parameter.name());
        if parameter.is_bare() {
            let message = format!("wanted a parameter as NAME=VALUE, found {}", shown(name.as_bytes()));
            return self.tell_parameter(property, parameter, ProblemKind::BareParameter, message);
        }
        if !is_name(parameter.raw_name()) {
            let message =
                format!("wanted a name of letters, digits and hyphens, found {}", shown(name.as_bytes()));
            return self.tell_parameter(property, parameter, ProblemKind::MalformedParameter, message);
        }
        if kind == ParameterKind::Other {
            if !is_experimental(&name) {
                let message = format!(
                    "wanted a parameter that an RFC defines, or X-, found {}",
                    shown(name.as_bytes())
                );
                self.tell_parameter(property, parameter, ProblemKind::UnknownParameter, message);
            }
        } else if !parameter_fits(kind, property.kind()) && !is_told_of_utc(kind, property) {
            let message = format!("{name} says nothing at {}", property.name());
            self.tell_parameter(property, parameter, ProblemKind::MisplacedParameter, message);
        }
        // Where a quote stands in a name, which quotes belong together is anyone's guess.
        let is_torn = || property.parameters().any(|other| !is_name(other.raw_name()));
        if let Some(message) = misquoted(parameter).filter(|_| !is_torn()) {
            self.tell_parameter(property, parameter, ProblemKind::MisquotedParameter, message);
        }
        for value in parameter.typed() {
            match value {
                Err(fault) => {
                    let message =
                        format!("wanted {} in {name}, found {}", fault.wanted, shown(parameter.raw()));
                    self.tell_parameter(property, parameter, ProblemKind::MalformedParameter, message);
                }
                Ok(ParameterValue::Token(word)) if !word.is_known() && !is_experimental(word.as_str()) => {
                    let message = format!(
                        "wanted {}, found {}",
                        word.known_words().join(", "),
                        shown(word.as_str().as_bytes())
                    );
                    self.tell_parameter(property, parameter, ProblemKind::UnknownWord, message);
                }
                // Misplaced quotes are told above.
                Ok(ParameterValue::CalAddress(address))
                    if !address.has_scheme() && !address.as_str().contains('"') =>
                {
                    let found = shown(address.as_str().as_bytes());
                    let message =
                        format!("wanted an address with its scheme in {name}, as mailto:, found {found}");
                    self.tell_parameter(property, parameter, ProblemKind::MissingScheme, message);
                }
                Ok(ParameterValue::Uri(uri)) if uri.scheme().is_none() && !uri.as_str().contains('"') => {
                    let found = shown(uri.as_str().as_bytes());
                    let message = format!("wanted a URI with its scheme in {name}, found {found}");
                    self.tell_parameter(property, parameter, ProblemKind::MissingScheme, message);
                }
                Ok(_) => {}
            }
        }
    }

    /// TZID of a local time names a zone that the text defines. Whether it can be found elsewhere is for
    /// `zone`.
    fn tzid(&mut self, property: &Property<'_>, tzid: &Parameter<'_>) {
        let name = tzid.value();
        let is_local =
            !property.raw_value().trim_ascii().ends_with(b"Z") && property.raw_value().contains(&b'T');
        // One that says nothing there is told as that.
        let has_place =
            property.kind() != PropertyKind::Other && parameter_fits(ParameterKind::Tzid, property.kind());
        if has_place && is_local {
            let key = (self.calendar, name);
            if !self.tzids.contains(&key) {
                let message =
                    format!("wanted a VTIMEZONE of the TZID {}, found none", shown(key.1.as_bytes()));
                self.tell_parameter(property, tzid, ProblemKind::UndefinedTzid, message);
            }
        }
    }
}

/// Is it a TZID beside a time in UTC or a date, which is told of the value?
fn is_told_of_utc(kind: ParameterKind, property: &Property<'_>) -> bool {
    kind == ParameterKind::Tzid
        && matches!(property.date_or_time(), Ok(time) if time.is_date() || matches!(time, DateOrTime::Utc(_)))
}

/// RFC 5545 3.1
fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// What is wrong with a parameter's quotes, if something is (RFC 5545 3.1 and 3.2).
pub(crate) fn misquoted(parameter: &Parameter<'_>) -> Option<String> {
    let raw = parameter.raw();
    let row = parameter.kind().row();
    let needs_quotes =
        row.is_some_and(|row| matches!(row.parameter_type, ParameterType::CalAddress | ParameterType::Uri));
    if row.is_some_and(|row| !row.is_list) && parameter.raw_values().nth(1).is_some() {
        return Some(format!("wanted a comma in quotes, found {}", shown(raw)));
    }
    for piece in parameter.raw_values() {
        let inner = piece.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        match inner {
            Some(inner) if inner.contains(&b'"') => {
                return Some(format!("wanted no quote inside quotes, found {}", shown(raw)));
            }
            Some(_) => {}
            None if piece.contains(&b'"') => {
                return Some(format!("wanted quotes around the whole, found {}", shown(raw)));
            }
            None if needs_quotes || memchr3(b':', b';', b',', piece).is_some() => {
                return Some(format!("wanted {} in quotes, found {}", parameter.name(), shown(raw)));
            }
            None => {}
        }
    }
    None
}
