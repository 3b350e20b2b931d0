//! Any value, by its type: what a property's row and its `VALUE` parameter say, read when it is asked for.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;

use super::date_time::{self, parse_date_or_time};
use super::{
    Binary, CalAddress, DateOrTime, Duration, Forgiven, Geo, Malformed, Period, Recur, RequestStatus,
    StatusCode, Token, Uid, Uri, UtcOffset, ValueType, number, text,
};
use crate::civil::{Date, Time};
use crate::parameter::{ParameterKind, ParameterType};
use crate::property::{PropertyKind, Shape};

/// A property's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// BINARY
    Binary(Binary<'a>),
    /// BOOLEAN
    Boolean(bool),
    /// CAL-ADDRESS
    CalAddress(CalAddress<'a>),
    /// DATE
    Date(Date),
    /// DATE-TIME
    DateTime(DateOrTime<'a>),
    /// DURATION
    Duration(Duration),
    /// FLOAT
    Float(f64),
    /// Two FLOATs: GEO.
    Geo(Geo),
    /// INTEGER
    Integer(i32),
    /// PERIOD
    Period(Period<'a>),
    /// RECUR
    Recur(Box<Recur>),
    /// The three fields of REQUEST-STATUS.
    RequestStatus(RequestStatus<'a>),
    /// TEXT, decoded.
    Text(Cow<'a, str>),
    /// TIME, and whether it is in UTC.
    Time(Time, bool),
    /// TEXT that is a word of an enumeration: STATUS, CLASS.
    Token(Token<'a>),
    /// UID, and TEXT that is one.
    Uid(Uid<'a>),
    /// URI
    Uri(Uri<'a>),
    /// UTC-OFFSET
    UtcOffset(UtcOffset),
    /// XML-REFERENCE
    XmlReference(Uri<'a>),
    /// A value of a type that `VALUE` names and no table here knows, as it is written.
    Unknown(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// Reads one value of a type; `tzid` is what the `TZID` parameter says.
    pub(crate) fn read(
        kind: PropertyKind,
        value_type: ValueType,
        raw: &'a [u8],
        tzid: Option<&Cow<'a, str>>,
        forgiven: &mut Forgiven,
    ) -> Result<Self, Malformed> {
        if value_type == ValueType::Text {
            return Self::read_text(kind, raw);
        }
        let value = raw.trim_ascii();
        let at = if value.len() == raw.len() { 0 } else { raw.len() - raw.trim_ascii_start().len() };
        let mut inner = Forgiven::default();
        let read = Self::read_trimmed(kind, value_type, value, tzid, &mut inner);
        forgiven.note_shifted(&inner, at);
        if value.len() != raw.len() {
            forgiven.note("no blanks around the value", 0);
        }
        read.map_err(|fault| fault.shifted(at))
    }

    fn read_text(kind: PropertyKind, raw: &'a [u8]) -> Result<Self, Malformed> {
        match kind {
            PropertyKind::Uid | PropertyKind::RelatedTo => Uid::parse(raw).map(Self::Uid),
            PropertyKind::RequestStatus => RequestStatus::parse(raw).map(Self::RequestStatus),
            kind if Token::has_property(kind) => {
                Ok(Token::of_property(kind, text::lossy(raw.trim_ascii()))
                    .map_or_else(Self::Text, Self::Token))
            }
            _ => Ok(Self::Text(text::decode(raw))),
        }
    }

    fn read_trimmed(
        kind: PropertyKind,
        value_type: ValueType,
        value: &'a [u8],
        tzid: Option<&Cow<'a, str>>,
        forgiven: &mut Forgiven,
    ) -> Result<Self, Malformed> {
        Ok(match value_type {
            ValueType::Binary => Self::Binary(Binary::read(value, forgiven)?),
            ValueType::Boolean => Self::Boolean(number::parse_boolean(value)?),
            ValueType::CalAddress => Self::CalAddress(read_cal_address(value, forgiven)?),
            ValueType::Date | ValueType::DateTime => {
                // VALUE may say otherwise than the value, which is plain; validation tells it.
                match parse_date_or_time(value, tzid.cloned())? {
                    DateOrTime::Date(date) => Self::Date(date),
                    time => Self::DateTime(time),
                }
            }
            ValueType::Duration => Self::Duration(Duration::read(value, forgiven)?),
            ValueType::Float if kind == PropertyKind::Geo => Self::Geo(Geo::read(value, forgiven)?),
            ValueType::Float => Self::Float(number::read_float(value, forgiven)?),
            ValueType::Integer => Self::Integer(number::parse_integer(value)?),
            ValueType::Period => Self::Period(Period::read(value, tzid.cloned(), forgiven)?),
            ValueType::Recur => Self::Recur(Box::new(Recur::parse(&text::lossy(value))?)),
            ValueType::Text => return Self::read_text(kind, value),
            ValueType::Time => {
                let (time, is_utc) = date_time::parse_time(value)?;
                Self::Time(time, is_utc)
            }
            ValueType::Uid => Self::Uid(Uid::parse(value)?),
            ValueType::Uri => Self::Uri(Uri::read(value, forgiven)?),
            ValueType::UtcOffset => Self::UtcOffset(UtcOffset::read(value, forgiven)?),
            ValueType::XmlReference => Self::XmlReference(Uri::read(value, forgiven)?),
        })
    }
}

fn read_cal_address<'a>(value: &'a [u8], forgiven: &mut Forgiven) -> Result<CalAddress<'a>, Malformed> {
    if value.is_empty() {
        return Err(Malformed::new("a calendar user's address as mailto:jane@example.com", 0));
    }
    let address = CalAddress::new(text::lossy(value));
    if !address.has_scheme() && address.email().is_some() {
        forgiven.note("an address with its scheme, as mailto:jane@example.com", 0);
    }
    Ok(address)
}

/// The value as it is written, escapes and all.
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary(binary) => f.write_str(&text::lossy(binary.as_base64())),
            Self::Boolean(boolean) => f.write_str(if *boolean { "TRUE" } else { "FALSE" }),
            Self::CalAddress(address) => address.fmt(f),
            Self::Date(date) => date_time::write_date(f, *date),
            Self::DateTime(time) => time.fmt(f),
            Self::Duration(duration) => duration.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Geo(geo) => geo.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Period(period) => period.fmt(f),
            Self::Recur(rule) => rule.fmt(f),
            Self::RequestStatus(status) => status.fmt(f),
            Self::Text(plain) => f.write_str(&text::escape(plain)),
            Self::Time(time, is_utc) => {
                date_time::write_time(f, *time)?;
                f.write_str(if *is_utc { "Z" } else { "" })
            }
            Self::Token(word) => f.write_str(word.as_str()),
            Self::Uid(uid) => uid.fmt(f),
            Self::Uri(uri) | Self::XmlReference(uri) => uri.fmt(f),
            Self::UtcOffset(offset) => offset.fmt(f),
            Self::Unknown(raw) => f.write_str(raw),
        }
    }
}

/// The values of a property, one after the other. Offsets of faults count from the start of the property's
/// value.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    kind: PropertyKind,
    /// `None` when `VALUE` names a type that is in no table.
    value_type: Option<ValueType>,
    tzid: Option<Cow<'a, str>>,
    rest: Option<&'a [u8]>,
    at: usize,
}

impl<'a> Values<'a> {
    pub(crate) const fn new(
        kind: PropertyKind,
        value_type: Option<ValueType>,
        tzid: Option<Cow<'a, str>>,
        raw: &'a [u8],
    ) -> Self {
        Self { kind, value_type, tzid, rest: Some(raw), at: 0 }
    }

    /// The next member of the list and where it begins.
    fn next_raw(&mut self) -> Option<(usize, &'a [u8])> {
        let rest = self.rest?;
        let at = self.at;
        let is_list = self.kind.row().is_some_and(|row| row.shape == Shape::List);
        let (piece, after) = match self.value_type {
            Some(ValueType::Text) if is_list => text::first_piece(rest, b','),
            Some(_) if is_list => match memchr(b',', rest) {
                Some(comma) => (&rest[..comma], Some(&rest[comma + 1..])),
                None => (rest, None),
            },
            _ => (rest, None),
        };
        self.rest = after;
        self.at = at + piece.len() + 1;
        Some((at, piece))
    }

    /// The next value, its offset and length; what was forgiven is noted with its offset.
    pub(crate) fn next_noting(
        &mut self,
        forgiven: &mut Forgiven,
    ) -> Option<(usize, usize, Result<Value<'a>, Malformed>)> {
        let (at, raw) = self.next_raw()?;
        let mut inner = Forgiven::default();
        let value = match self.value_type {
            Some(value_type) => Value::read(self.kind, value_type, raw, self.tzid.as_ref(), &mut inner),
            None => Ok(Value::Unknown(text::lossy(raw))),
        };
        forgiven.note_shifted(&inner, at);
        Some((at, raw.len(), value.map_err(|fault| fault.shifted(at))))
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Result<Value<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_noting(&mut Forgiven::default()).map(|(_, _, value)| value)
    }
}

/// A parameter's value.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterValue<'a> {
    /// `TRUE` or `FALSE`.
    Boolean(bool),
    /// A calendar user's address.
    CalAddress(CalAddress<'a>),
    /// A duration.
    Duration(Duration),
    /// A whole number.
    Integer(i32),
    /// The code of a scheduling request's status.
    StatusCode(StatusCode),
    /// Text for people, or a name that no enumeration lists.
    Text(Cow<'a, str>),
    /// A word of an enumeration.
    Token(Token<'a>),
    /// A URI.
    Uri(Uri<'a>),
    /// The name of a value type.
    ValueType(ValueType),
}

impl<'a> ParameterValue<'a> {
    /// Reads one value of a parameter, decoded and without its quotes.
    pub(crate) fn read(kind: ParameterKind, text: Cow<'a, str>) -> Result<Self, Malformed> {
        let Some(row) = kind.row() else { return Ok(Self::Text(text)) };
        Ok(match row.parameter_type {
            ParameterType::Boolean => Self::Boolean(number::parse_boolean(text.trim().as_bytes())?),
            ParameterType::CalAddress => Self::CalAddress(CalAddress::new(text)),
            ParameterType::Duration => Self::Duration(Duration::parse(text.trim().as_bytes())?),
            ParameterType::Integer => match number::parse_integer(text.trim().as_bytes())? {
                number if number < 1 => return Err(Malformed::new("a whole number of 1 or more", 0)),
                number => Self::Integer(number),
            },
            ParameterType::StatusCode => Self::StatusCode(StatusCode::parse(text.trim().as_bytes())?),
            ParameterType::Text => Self::Text(text),
            ParameterType::Token => Token::of_parameter(kind, text).map_or_else(Self::Text, Self::Token),
            ParameterType::Uri => Self::Uri(Uri::new(text)),
            ParameterType::ValueType => ValueType::from_name(&text).map_or(Self::Text(text), Self::ValueType),
        })
    }
}

/// The value, neither quoted nor encoded.
impl fmt::Display for ParameterValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(boolean) => f.write_str(if *boolean { "TRUE" } else { "FALSE" }),
            Self::CalAddress(address) => address.fmt(f),
            Self::Duration(duration) => duration.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::StatusCode(code) => code.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Token(word) => f.write_str(word.as_str()),
            Self::Uri(uri) => uri.fmt(f),
            Self::ValueType(value_type) => f.write_str(value_type.name()),
        }
    }
}
