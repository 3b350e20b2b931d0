//! From a property of the other formats to a line, neither folded nor ended (RFC 7265 4, RFC 6321 4).

use super::shape::{basic, basic_offset};
use super::{Fault, Item, Projected, UNKNOWN};
use crate::parameter::{self, ParameterKind, ParameterType};
use crate::property::PropertyKind;
use crate::value;

impl Projected {
    /// The line. A value that is not of its type is taken as it stands: that is for checks to tell, not for
    /// reading.
    ///
    /// # Errors
    /// A name is none, or a line break stands where iCalendar has none.
    pub(crate) fn to_line(&self) -> Result<String, Fault> {
        let kind = PropertyKind::from_name(self.name.as_bytes());
        if let Some(wrong) = self.wrong_name() {
            return Err(format!("wanted the name of a property or parameter, found {wrong:?}"));
        }
        let mut line = self.name.to_ascii_uppercase();
        self.parameters.iter().for_each(|(name, values)| push_parameter(&mut line, name, values));
        let has = |wanted: &str| self.parameters.iter().any(|(name, _)| name == wanted);
        if self.value_type == "binary" && !has("encoding") {
            line.push_str(";ENCODING=BASE64");
        }
        if self.needs_value_parameter(kind) && !has("value") {
            push_parameter(&mut line, "value", &[self.value_type.to_ascii_uppercase()]);
        }
        line.push(':');
        for (at, item) in self.values.iter().enumerate() {
            if at > 0 {
                line.push(',');
            }
            line.push_str(&item.to_text(&self.value_type));
        }
        if line.contains(['\n', '\r']) {
            return Err("wanted a value without a line break".to_owned());
        }
        Ok(line)
    }

    /// A name that cannot stand in a line.
    pub(super) fn wrong_name(&self) -> Option<&str> {
        let kind = PropertyKind::from_name(self.name.as_bytes());
        if !is_name(&self.name) || matches!(kind, PropertyKind::Begin | PropertyKind::End) {
            return Some(&self.name);
        }
        let mut names = self.parameters.iter().map(|(name, _)| &**name);
        names.find(|name| !is_parameter_name(name))
    }

    fn needs_value_parameter(&self, kind: PropertyKind) -> bool {
        let is_default = kind.row().is_some_and(|row| {
            let default = row.types.first().map(|default| default.name());
            !row.needs_value_parameter
                && default.is_some_and(|default| default.eq_ignore_ascii_case(&self.value_type))
        });
        self.value_type != UNKNOWN && !is_default
    }
}

fn push_parameter(line: &mut String, name: &str, values: &[String]) {
    let row = ParameterKind::from_name(name.as_bytes()).row();
    let is_quoted =
        row.is_some_and(|row| matches!(row.parameter_type, ParameterType::Uri | ParameterType::CalAddress));
    line.push(';');
    line.push_str(&name.to_ascii_uppercase());
    line.push('=');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        parameter::write_value(line, value, is_quoted);
    }
}

/// Would a line that begins with it have this name? Wider than RFC 5545's, for the wild has blanks and
/// underscores.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with([' ', '\t', '\u{feff}']) && is_word(name, &[':', ';'])
}

fn is_parameter_name(name: &str) -> bool {
    is_word(name, &[':', ';', '=', '"'])
}

fn is_word(name: &str, separators: &[char]) -> bool {
    !name.contains(|letter: char| letter.is_control() || separators.contains(&letter))
}

impl Item {
    /// As iCalendar writes it.
    fn to_text(&self, value_type: &str) -> String {
        let joined = |items: &[Self], separator: &str| {
            items.iter().map(|item| item.to_text(value_type)).collect::<Vec<_>>().join(separator)
        };
        match self {
            Self::Boolean(boolean) => if *boolean { "TRUE" } else { "FALSE" }.to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => from_text(text, value_type),
            Self::Fields(items) => joined(items, if value_type == "period" { "/" } else { ";" }),
            Self::Recur(parts) => {
                let part = |(name, members): &(String, Vec<Self>)| {
                    let members: Vec<_> = members.iter().map(|member| member.to_text(until(name))).collect();
                    format!("{}={}", name.to_ascii_uppercase(), members.join(","))
                };
                parts.iter().map(part).collect::<Vec<_>>().join(";")
            }
        }
    }
}

/// UNTIL is a date or a date-time; the other parts of a rule are as they are.
fn until(part: &str) -> &'static str {
    if part == "until" { "date-time" } else { UNKNOWN }
}

fn from_text(text: &str, value_type: &str) -> String {
    match value_type {
        "text" | "uid" => value::escape(text).into_owned(),
        "date" | "date-time" | "time" => basic(text),
        "utc-offset" => basic_offset(text),
        "period" => text.split('/').map(basic).collect::<Vec<_>>().join("/"),
        "binary" => text.split_ascii_whitespace().collect(),
        "boolean" if text.eq_ignore_ascii_case("true") => "TRUE".to_owned(),
        "boolean" if text.eq_ignore_ascii_case("false") => "FALSE".to_owned(),
        _ => text.to_owned(),
    }
}
