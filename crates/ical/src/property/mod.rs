//! A property: a content line, seen in its document, and its value by type.

mod kind;

use std::borrow::Cow;
use std::ops::Range;

use crate::document::{Document, PropertyId};
use crate::line;
use crate::parameter::{self, Parameter, ParameterKind};
use crate::value::{self, DateOrTime, Malformed, Recur, Value, ValueType, Values};

pub use kind::{PropertyKind, PropertyRow, Shape};

/// A property: a content line, unfolded, seen in its document.
#[derive(Clone, Debug)]
pub struct Property<'a> {
    pub(crate) document: &'a Document,
    pub(crate) line: u32,
    pub(crate) content: Cow<'a, [u8]>,
    pub(crate) name: usize,
    pub(crate) value: usize,
}

impl<'a> Property<'a> {
    pub(crate) fn at(document: &'a Document, line: u32) -> Self {
        let content = document.content(line);
        let known = PropertyKind::from_index(document.lines[line as usize].kind).name();
        let value = usize::from(document.lines[line as usize].value);
        let head = match known {
            Some(name) if value != 0 => line::Head { name: name.len(), value },
            _ => line::split(&content).unwrap_or(line::Head { name: content.len(), value: content.len() }),
        };
        Self { document, line, content, name: head.name, value: head.value }
    }

    /// Its id, which edits leave as it is.
    pub const fn id(&self) -> PropertyId {
        PropertyId(self.line)
    }

    /// What kind of property.
    pub fn kind(&self) -> PropertyKind {
        PropertyKind::from_index(self.document.lines[self.line as usize].kind)
    }

    /// Its name as written.
    pub fn name(&self) -> Cow<'_, str> {
        value::lossy(&self.content[..self.name])
    }

    /// The unfolded line: name, parameters and value.
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The value as written, unfolded, with its escapes.
    pub fn raw_value(&self) -> &[u8] {
        self.content.get(self.value..).unwrap_or_default()
    }

    /// The value as written; bytes that are no UTF-8 are shown as U+FFFD.
    pub fn value_lossy(&self) -> Cow<'_, str> {
        value::lossy(self.raw_value())
    }

    pub(crate) fn into_value_lossy(self) -> Cow<'a, str> {
        match self.content {
            Cow::Borrowed(content) => value::lossy(content.get(self.value..).unwrap_or_default()),
            Cow::Owned(_) => Cow::Owned(self.value_lossy().into_owned()),
        }
    }

    /// The bytes of the text that the line holds, line end left out; empty for a line that an edit has added.
    pub fn place(&self) -> Range<usize> {
        let start = self.document.lines[self.line as usize].start as usize;
        if start >= self.document.original {
            return self.document.original..self.document.original;
        }
        start..start + line::trim_end(self.document.line_bytes(self.line)).len()
    }

    /// The bytes of the text that hold a part of the unfolded line; empty for a line that an edit has added.
    pub(crate) fn place_of(&self, part: Range<usize>) -> Range<usize> {
        let whole = self.place();
        if whole.is_empty() {
            return whole;
        }
        let raw = self.document.line_bytes(self.line);
        let at = |offset: usize| {
            (whole.start + line::raw_offset(raw, self.document.breaks, offset)).min(whole.end)
        };
        // The last byte's place, not the next one's: that may stand beyond a fold.
        let end = if part.is_empty() { at(part.end) } else { (at(part.end - 1) + 1).min(whole.end) };
        at(part.start)..end.max(at(part.start))
    }

    /// The bytes of the text that hold its name.
    pub(crate) fn name_place(&self) -> Range<usize> {
        self.place_of(0..self.name)
    }

    /// The bytes of the text that hold its value.
    pub(crate) fn value_place(&self) -> Range<usize> {
        self.place_of(self.value..self.content.len())
    }

    /// The bytes of the text that hold a part of its value.
    pub(crate) fn value_place_of(&self, part: Range<usize>) -> Range<usize> {
        self.place_of(self.value + part.start..self.value + part.end)
    }

    /// The bytes of the text that hold one of its parameters, name and value.
    pub(crate) fn parameter_place(&self, parameter: &Parameter<'_>) -> Range<usize> {
        self.place_of(parameter.at..parameter.at + parameter.len())
    }

    /// Its parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'_>> {
        let end = self.value.saturating_sub(1).max(self.name);
        parameter::parameters(&self.content[self.name..end], self.name)
    }

    /// The first of its parameters of a kind.
    pub fn parameter(&self, kind: ParameterKind) -> Option<Parameter<'_>> {
        // Most lines have no parameters: the colon follows the name.
        if self.value <= self.name + 1 {
            return None;
        }
        self.parameters().find(|parameter| parameter.kind() == kind)
    }

    /// The type of its value: what `VALUE` names, else the table's default; TEXT for a property in no table
    /// (RFC 5545 3.8.8.2). `None` when `VALUE` names no known type. `ENCODING=BASE64` without `VALUE` is
    /// BINARY where the table allows it.
    pub fn value_type(&self) -> Option<ValueType> {
        self.type_and_zone().0
    }

    fn type_and_zone(&self) -> (Option<ValueType>, Option<Cow<'_, str>>) {
        let row = self.kind().row();
        let default = row.and_then(|row| row.types.first().copied()).unwrap_or(ValueType::Text);
        let (mut value_type, mut tzid, mut is_encoded) = (None, None, false);
        if self.may_have_type_or_zone(row) {
            // Most parameters are none of the three; their first letter tells.
            for parameter in self.parameters().filter(|parameter| parameter.begins_with_one_of(b"VTE")) {
                match parameter.kind() {
                    ParameterKind::Value if value_type.is_none() => {
                        value_type = Some(ValueType::from_name(&parameter.value()));
                    }
                    ParameterKind::Tzid if tzid.is_none() => tzid = Some(parameter.value()),
                    ParameterKind::Encoding => is_encoded = parameter.value().eq_ignore_ascii_case("BASE64"),
                    _ => {}
                }
            }
        }
        let is_binary = is_encoded && row.is_some_and(|row| row.types.contains(&ValueType::Binary));
        let default = if is_binary { ValueType::Binary } else { default };
        (value_type.unwrap_or(Some(default)), tzid)
    }

    /// Must the parameters be read to know type and zone? Where the table has one type, and it is none that TZID belongs
    /// to, only a VALUE matters, and a look for its first letter spares most lines the reading.
    fn may_have_type_or_zone(&self, row: Option<&PropertyRow>) -> bool {
        let head = self.content.get(self.name..self.value).unwrap_or_default();
        let types = row.map_or(&[ValueType::Text][..], |row| row.types);
        if matches!(types, [ValueType::DateTime | ValueType::Period] | [_, _, ..]) {
            return head.len() > 1;
        }
        memchr::memchr2_iter(b'V', b'v', head).any(|at| at > 0 && head[at - 1] == b';')
    }

    /// The values by their type: what the table and `VALUE` say. A list yields each of its members.
    pub fn values(&self) -> Values<'_> {
        let (value_type, tzid) = self.type_and_zone();
        Values::new(self.kind(), value_type, tzid, self.raw_value())
    }

    /// The value by its type; the first one of a list.
    ///
    /// # Errors
    /// It is not of its type: what was wanted, and where.
    pub fn value(&self) -> Result<Value<'_>, Malformed> {
        self.values().next().unwrap_or(Ok(Value::Unknown(Cow::Borrowed(""))))
    }

    /// The value as one TEXT, decoded.
    pub fn text(&self) -> Cow<'_, str> {
        match self.value_lossy() {
            Cow::Borrowed(text) => value::unescape(text),
            Cow::Owned(text) => Cow::Owned(value::unescape(&text).into_owned()),
        }
    }

    /// The value as one TEXT, decoded, for as long as the document lives.
    pub(crate) fn into_text(self) -> Cow<'a, str> {
        match self.into_value_lossy() {
            Cow::Borrowed(text) => value::unescape(text),
            Cow::Owned(text) => Cow::Owned(value::unescape(&text).into_owned()),
        }
    }

    /// The values of a list of TEXT, decoded (RFC 5545 3.3.11).
    pub fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        value::split_texts(self.raw_value())
    }

    /// The value as a start, an end or a due. `Z` wins over `TZID`; a DATE is read where a DATE-TIME was
    /// announced, and the other way round: the text is plain.
    ///
    /// # Errors
    /// The value is neither a DATE nor a DATE-TIME.
    pub fn date_or_time(&self) -> Result<DateOrTime<'_>, Malformed> {
        let tzid = self.parameter(ParameterKind::Tzid).map(|parameter| parameter.value());
        value::parse_date_or_time(self.raw_value(), tzid)
    }

    /// As [`Property::date_or_time`], for as long as the document lives.
    pub(crate) fn into_date_or_time(self) -> Result<DateOrTime<'a>, Malformed> {
        let Cow::Borrowed(content) = self.content else {
            return self.date_or_time().map(DateOrTime::into_owned);
        };
        let parameters = &content[self.name..self.value.saturating_sub(1).max(self.name)];
        let tzid = parameter::parameters(parameters, self.name)
            .find(|parameter| parameter.kind() == ParameterKind::Tzid)
            .map(|parameter| parameter.value());
        value::parse_date_or_time(content.get(self.value..).unwrap_or_default(), tzid)
    }

    /// The values of a list of dates or times, each by itself, as RDATE without periods and EXDATE have them.
    pub fn dates_or_times(&self) -> impl Iterator<Item = Result<DateOrTime<'_>, Malformed>> {
        let tzid = self.parameter(ParameterKind::Tzid).map(|parameter| parameter.value());
        value::split_list(self.raw_value()).map(move |(at, piece)| {
            value::parse_date_or_time(piece, tzid.clone()).map_err(|fault| fault.shifted(at))
        })
    }

    /// The value as a recurrence rule.
    ///
    /// # Errors
    /// It is none: what was wanted, and where.
    pub fn recur(&self) -> Result<Recur, Malformed> {
        Recur::parse(&self.value_lossy())
    }
}
