//! Text out: documents as they stand, new content lines, and the canonical form (RFC 5545 3.1).

use std::borrow::Cow;
use std::fmt::{self, Write};

use crate::document::{Component, Document, NONE, REMOVED};
use crate::line;
use crate::parameter::{self, ParameterKind, ParameterType};
use crate::property::PropertyKind;
use crate::value::{self, DateOrTime};

/// A content line to be written: a name, parameters and a value, encoded as they come in.
///
/// Nothing put in can begin another line: line feeds become escapes, other control characters blanks.
///
/// ```
/// use ical::{ContentLine, ParameterKind, PropertyKind};
///
/// let line = ContentLine::new(PropertyKind::Location)
///     .with(ParameterKind::Altrep, ["http://example.com/room;7"])
///     .text("Room 7, second floor");
/// assert_eq!(line.to_string(), r#"LOCATION;ALTREP="http://example.com/room;7":Room 7\, second floor"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentLine {
    head: String,
    value: String,
}

impl ContentLine {
    /// A line of a known property, with an empty value.
    pub fn new(kind: PropertyKind) -> Self {
        Self::named(kind.name().unwrap_or("X-UNNAMED"))
    }

    /// A line of any name; characters that no name has are left out.
    pub fn named(name: &str) -> Self {
        let is_name = |character: &char| character.is_ascii_alphanumeric() || *character == '-';
        Self { head: name.chars().filter(is_name).collect(), value: String::new() }
    }

    /// The name of the property.
    pub fn name(&self) -> &str {
        self.head.split(';').next().unwrap_or_default()
    }

    /// Name and parameters, as they stand before the colon.
    pub(crate) fn head(&self) -> &str {
        &self.head
    }

    /// Adds a parameter; known ones that the RFC wants in quotes get them.
    #[must_use]
    pub fn with<V: AsRef<str>>(self, kind: ParameterKind, values: impl IntoIterator<Item = V>) -> Self {
        let is_quoted = kind
            .row()
            .is_some_and(|row| matches!(row.parameter_type, ParameterType::Uri | ParameterType::CalAddress));
        self.with_parameter(kind.name().unwrap_or("X-UNNAMED"), values, is_quoted)
    }

    /// Adds a parameter of any name; characters that no name has are left out.
    #[must_use]
    pub fn with_named<V: AsRef<str>>(self, name: &str, values: impl IntoIterator<Item = V>) -> Self {
        let name = Self::named(name).head;
        self.with_parameter(&name, values, false)
    }

    fn with_parameter<V: AsRef<str>>(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = V>,
        is_quoted: bool,
    ) -> Self {
        self.head.push(';');
        self.head.push_str(name);
        for (at, value) in values.into_iter().enumerate() {
            self.head.push(if at == 0 { '=' } else { ',' });
            parameter::write_value(&mut self.head, value.as_ref(), is_quoted);
        }
        self
    }

    /// The value, as TEXT.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.raw(&value::escape(text))
    }

    /// The values, as a list of TEXT.
    #[must_use]
    pub fn texts<V: AsRef<str>>(self, texts: impl IntoIterator<Item = V>) -> Self {
        let escaped: Vec<String> =
            texts.into_iter().map(|text| value::escape(text.as_ref()).into_owned()).collect();
        self.raw(&escaped.join(","))
    }

    /// The value, a start or an end, with the `VALUE` or `TZID` that belongs to it.
    #[must_use]
    pub fn date_or_time(self, value: &DateOrTime<'_>) -> Self {
        self.dates_or_times(std::slice::from_ref(value))
    }

    /// A list of dates or times of one kind and zone, with the `VALUE` or `TZID` of the first.
    #[must_use]
    pub fn dates_or_times(self, values: &[DateOrTime<'_>]) -> Self {
        let line = match values.first() {
            Some(DateOrTime::Date(_)) => self.with(ParameterKind::Value, ["DATE"]),
            Some(DateOrTime::Zoned(_, tzid)) => self.with(ParameterKind::Tzid, [tzid]),
            _ => self,
        };
        let written: Vec<String> = values.iter().map(ToString::to_string).collect();
        line.raw(&written.join(","))
    }

    /// The value, as it is to stand in the line. Control characters but tabs become blanks.
    #[must_use]
    pub fn raw(mut self, value: &str) -> Self {
        let clean = |character: char| match character {
            '\t' => '\t',
            control if control.is_ascii_control() => ' ',
            other => other,
        };
        self.value = value.chars().map(clean).collect();
        self
    }

    /// Appends the line, folded, with this line end.
    pub(crate) fn write(&self, out: &mut Vec<u8>, line_end: &[u8]) {
        line::fold_into(out, self.to_string().as_bytes(), line_end);
    }
}

/// The line, neither folded nor ended.
impl fmt::Display for ContentLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head)?;
        f.write_char(':')?;
        f.write_str(&self.value)
    }
}

impl Document {
    /// The text: every line that no edit touched as it came, byte for byte.
    pub fn to_bytes(&self) -> Cow<'_, [u8]> {
        if self.next.is_empty() {
            return Cow::Borrowed(self.original());
        }
        let mut out = Vec::with_capacity(self.bytes.len());
        self.for_each_line(0, NONE, |line| out.extend_from_slice(self.line_bytes(line)));
        Cow::Owned(out)
    }

    /// The text in the RFC's form: CRLF, folded at 75 octets. Content lines keep their order and their bytes; blank lines
    /// and byte order marks before the first go.
    pub fn to_canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes.len() + self.bytes.len() / 16);
        self.for_each_line(0, NONE, |line| {
            let content = self.content(line);
            let mut content = content.as_ref();
            // Of several marks at the start reading takes the first one for a mark.
            while let Some(rest) = content.strip_prefix("\u{feff}".as_bytes()).filter(|_| out.is_empty()) {
                content = rest;
            }
            if !content.iter().all(u8::is_ascii_whitespace) {
                line::fold_into(&mut out, content, b"\r\n");
            }
        });
        out
    }

    /// Calls `visit` with each line from `line` to before `end` that no edit has taken out.
    fn for_each_line(&self, mut line: u32, end: u32, mut visit: impl FnMut(u32)) {
        while line != end && (line as usize) < self.lines.len() {
            if self.lines[line as usize].flags & REMOVED == 0 {
                visit(line);
            }
            line = self.line_after(line);
        }
    }
}

impl Component<'_> {
    /// The component's text, from BEGIN to END, as it came.
    pub fn to_bytes(self) -> Vec<u8> {
        let (begin, end) = self.line_range();
        let mut out = Vec::new();
        self.document()
            .for_each_line(begin, end, |line| out.extend_from_slice(self.document().line_bytes(line)));
        out
    }
}
