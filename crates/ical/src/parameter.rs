//! Parameters: the table of names, and how they are read and written (RFC 5545 3.2, RFC 6868).

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

use crate::names;
use crate::value::{Malformed, ParameterValue, lossy};

/// What a parameter's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// Words of the RFCs' own, or others: `PARTSTAT`, `CUTYPE`.
    Token,
    /// Text for people.
    Text,
    /// A URI, in quotes.
    Uri,
    /// Calendar users' addresses, in quotes.
    CalAddress,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// A whole number, 1 or more.
    Integer,
    /// A duration (RFC 9253 6.2).
    Duration,
    /// The code of a scheduling request's status.
    StatusCode,
    /// The name of a value type.
    ValueType,
}

/// What the RFCs say of a parameter: a row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ParameterRow {
    /// The name, in capitals.
    pub name: &'static str,
    /// What its value is.
    pub parameter_type: ParameterType,
    /// May several values stand in it, separated by commas?
    pub is_list: bool,
    /// Where it is defined.
    pub source: &'static str,
}

macro_rules! parameters {
    (@list) => { false };
    (@list list) => { true };
    ($($variant:ident $name:literal $type:ident $($list:ident)? $source:literal;)+) => {
        /// A parameter known by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ParameterKind {
            /// A name that is not in the table: `X-`, or registered later.
            Other,
            $(#[doc = concat!("`", $name, "`, ", $source)] $variant,)+
        }

        impl ParameterKind {
            /// All kinds; `Other` first.
            pub const ALL: &'static [Self] = &[Self::Other, $(Self::$variant,)+];

            /// The table's row; `None` for [`ParameterKind::Other`].
            pub const fn row(self) -> Option<&'static ParameterRow> {
                const ROWS: &[ParameterRow] = &[$(ParameterRow {
                    name: $name,
                    parameter_type: ParameterType::$type,
                    is_list: parameters!(@list $($list)?),
                    source: $source,
                },)+];
                match self {
                    Self::Other => None,
                    kind => Some(&ROWS[kind as usize - 1]),
                }
            }
        }

        const NAMES: &[&str] = &[$($name,)+];
    };
}

static SLOTS: [u8; 256] = names::slots(NAMES);

parameters! {
    Altrep "ALTREP" Uri "RFC 5545 3.2.1";
    Cn "CN" Text "RFC 5545 3.2.2";
    Cutype "CUTYPE" Token "RFC 5545 3.2.3";
    DelegatedFrom "DELEGATED-FROM" CalAddress list "RFC 5545 3.2.4";
    DelegatedTo "DELEGATED-TO" CalAddress list "RFC 5545 3.2.5";
    Dir "DIR" Uri "RFC 5545 3.2.6";
    Encoding "ENCODING" Token "RFC 5545 3.2.7";
    Fmttype "FMTTYPE" Text "RFC 5545 3.2.8";
    Fbtype "FBTYPE" Token "RFC 5545 3.2.9";
    Language "LANGUAGE" Text "RFC 5545 3.2.10";
    Member "MEMBER" CalAddress list "RFC 5545 3.2.11";
    Partstat "PARTSTAT" Token "RFC 5545 3.2.12";
    Range "RANGE" Token "RFC 5545 3.2.13";
    Related "RELATED" Token "RFC 5545 3.2.14";
    Reltype "RELTYPE" Token "RFC 5545 3.2.15, RFC 9253 5";
    Role "ROLE" Token "RFC 5545 3.2.16";
    Rsvp "RSVP" Boolean "RFC 5545 3.2.17";
    SentBy "SENT-BY" CalAddress "RFC 5545 3.2.18";
    Tzid "TZID" Text "RFC 5545 3.2.19";
    Value "VALUE" ValueType "RFC 5545 3.2.20";
    Display "DISPLAY" Token list "RFC 7986 6.1";
    Email "EMAIL" Text "RFC 7986 6.2";
    Feature "FEATURE" Token list "RFC 7986 6.3";
    Label "LABEL" Text "RFC 7986 6.4";
    Order "ORDER" Integer "RFC 9073 5.1";
    Schema "SCHEMA" Uri "RFC 9073 5.2";
    Derived "DERIVED" Boolean "RFC 9073 5.3";
    Linkrel "LINKREL" Text "RFC 9253 6.1";
    Gap "GAP" Duration "RFC 9253 6.2";
    ScheduleAgent "SCHEDULE-AGENT" Token "RFC 6638 7.1";
    ScheduleForceSend "SCHEDULE-FORCE-SEND" Token "RFC 6638 7.2";
    ScheduleStatus "SCHEDULE-STATUS" StatusCode list "RFC 6638 7.3";
}

impl ParameterKind {
    /// The kind of a name, in any case; [`ParameterKind::Other`] when it is not in the table.
    pub fn from_name(name: &[u8]) -> Self {
        names::find(name, NAMES, &SLOTS).map_or(Self::Other, |row| Self::ALL[row + 1])
    }

    /// The name in capitals; `None` for [`ParameterKind::Other`].
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|row| row.name)
    }
}

/// A parameter as it is written in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'a> {
    name: &'a [u8],
    /// After the `=`; `None` when there is none, as vCalendar 1.0 wrote `;BASE64`.
    raw: Option<&'a [u8]>,
    /// The offset of the name in the unfolded line.
    pub(crate) at: usize,
}

impl<'a> Parameter<'a> {
    /// What kind of parameter.
    pub fn kind(&self) -> ParameterKind {
        ParameterKind::from_name(self.name)
    }

    /// Is the first letter of its name one of these capitals, in any case?
    pub(crate) fn begins_with_one_of(&self, letters: &[u8]) -> bool {
        self.name.first().is_some_and(|first| letters.contains(&first.to_ascii_uppercase()))
    }

    /// Its name as written.
    pub fn name(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.name)
    }

    /// Is it written without a value, as vCalendar 1.0 did?
    pub const fn is_bare(&self) -> bool {
        self.raw.is_none()
    }

    /// What stands after the `=`, quotes and all.
    pub fn raw(&self) -> &'a [u8] {
        self.raw.unwrap_or_default()
    }

    pub(crate) fn raw_name(&self) -> &'a [u8] {
        self.name
    }

    /// The values between commas, quotes and all.
    pub(crate) fn raw_values(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        pieces(self.raw(), b',')
    }

    /// The first value, without quotes, decoded; empty when there is none.
    pub fn value(&self) -> Cow<'a, str> {
        self.values().next().unwrap_or_default()
    }

    /// The values between commas, without quotes, decoded (RFC 6868).
    pub fn values(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        pieces(self.raw(), b',').map(|piece| decode(unquote(piece)))
    }

    /// The values by their type, between commas where the table has a list.
    pub fn typed(&self) -> impl Iterator<Item = Result<ParameterValue<'a>, Malformed>> + use<'a> {
        let kind = self.kind();
        let is_list = kind.row().is_some_and(|row| row.is_list);
        // The RFC puts a list of status codes in one pair of quotes (RFC 6638 7.3).
        let raw = if kind == ParameterKind::ScheduleStatus { unquote(self.raw()) } else { self.raw() };
        let mut rest = Some(raw);
        std::iter::from_fn(move || {
            let text = rest?;
            let (piece, after) = if is_list { first_piece(text, b',') } else { (text, None) };
            rest = after;
            Some(ParameterValue::read(kind, decode(unquote(piece))))
        })
    }

    /// Its bytes in the unfolded line, name included.
    pub(crate) fn len(&self) -> usize {
        self.name.len() + self.raw.map_or(0, |raw| raw.len() + 1)
    }
}

/// The parameters between a line's name and its value: `;A=1;B="x;y"`.
pub(crate) fn parameters(text: &[u8], at: usize) -> impl Iterator<Item = Parameter<'_>> {
    // The first separator is the one after the name.
    let mut at = at + 1;
    let mut rest = text.get(1..);
    std::iter::from_fn(move || {
        let (parameter, after) = first_parameter(rest?, at);
        at += parameter.len() + 1;
        rest = after;
        Some(parameter)
    })
}

/// The parameter before the first semicolon outside quotes, and what stands after it. They are short, so each byte is
/// looked at once rather than searched for one at a time.
#[inline]
fn first_parameter(text: &[u8], start: usize) -> (Parameter<'_>, Option<&[u8]>) {
    let (mut at, mut equals) = (0, None);
    while let Some(byte) = text.get(at) {
        match byte {
            b';' => break,
            b'=' if equals.is_none() => equals = Some(at),
            // A quote that is never closed quotes nothing.
            b'"' => at += memchr(b'"', &text[at + 1..]).map_or(0, |closing| closing + 1),
            _ => {}
        }
        at += 1;
    }
    let (piece, after) = text.split_at(at.min(text.len()));
    let parameter = match equals {
        Some(equals) => Parameter { name: &piece[..equals], raw: Some(&piece[equals + 1..]), at: start },
        None => Parameter { name: piece, raw: None, at: start },
    };
    (parameter, after.get(1..))
}

/// Text between separators that stand outside quotes.
fn pieces(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (piece, after) = first_piece(rest?, separator);
        rest = after;
        Some(piece)
    })
}

/// What stands before the first separator outside quotes, and what after it. A quote that is never closed
/// quotes nothing.
fn first_piece(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let mut at = 0;
    while let Some(found) = memchr2(separator, b'"', &text[at..]) {
        at += found;
        if text[at] == separator {
            return (&text[..at], Some(&text[at + 1..]));
        }
        at += 1 + memchr(b'"', &text[at + 1..]).map_or(0, |closing| closing + 1);
    }
    (text, None)
}

fn unquote(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        other => other,
    }
}

/// `^n`, `^'` and `^^` are line feed, quote and caret; any other caret is itself (RFC 6868 3.2). A backslash
/// is no escape.
pub(crate) fn decode(value: &[u8]) -> Cow<'_, str> {
    let text = lossy(value);
    if !text.as_bytes().contains(&b'^') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let decoded = match (character, characters.peek()) {
            ('^', Some('n')) => Some('\n'),
            ('^', Some('\'')) => Some('"'),
            ('^', Some('^')) => Some('^'),
            _ => None,
        };
        if decoded.is_some() {
            characters.next();
        }
        plain.push(decoded.unwrap_or(character));
    }
    Cow::Owned(plain)
}

/// Appends a value, encoded, in quotes where it must be (RFC 5545 3.2) or its kind asks for it. Control
/// characters, which no encoding has, become blanks, so no value can begin another line.
pub(crate) fn write_value(out: &mut String, value: &str, always_quoted: bool) {
    let is_quoted = always_quoted || memchr3(b':', b';', b',', value.as_bytes()).is_some();
    if is_quoted {
        out.push('"');
    }
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '^' => out.push_str("^^"),
            '"' => out.push_str("^'"),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' => out.push_str("^n"),
            '\t' => out.push('\t'),
            control if control.is_ascii_control() => out.push(' '),
            other => out.push(other),
        }
    }
    if is_quoted {
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, Vec<String>)> {
        let read = |parameter: Parameter<'_>| {
            (parameter.name().into_owned(), parameter.values().map(Cow::into_owned).collect())
        };
        parameters(text.as_bytes(), 0).map(read).collect()
    }

    #[test]
    fn values_lists_and_quotes() {
        assert_eq!(
            all(";MEMBER=\"mailto:a@x\",\"mailto:b,c@x\";CN=\"a;b\";BASE64"),
            [
                ("MEMBER".to_owned(), vec!["mailto:a@x".to_owned(), "mailto:b,c@x".to_owned()]),
                ("CN".to_owned(), vec!["a;b".to_owned()]),
                ("BASE64".to_owned(), vec![String::new()]),
            ]
        );
    }

    #[test]
    fn pitfall_34_carets_and_quotes() {
        // RFC 6868 3.2, both examples.
        let read = |text: &str| all(text).remove(0).1.remove(0);
        assert_eq!(read(";CN=George Herman ^'Babe^' Ruth"), "George Herman \"Babe\" Ruth");
        assert_eq!(
            read(";X-ADDRESS=\"Pittsburgh Pirates^n115 Federal St^nPittsburgh, PA 15212\""),
            "Pittsburgh Pirates\n115 Federal St\nPittsburgh, PA 15212"
        );
        assert_eq!(read(";CN=a\\nb^x^"), "a\\nb^x^");
        let mut out = String::new();
        write_value(&mut out, "a\"b^\r\nATTENDEE:x\u{7}", false);
        assert_eq!(out, "\"a^'b^^^nATTENDEE:x \"");
        assert_eq!(decode(unquote(out.as_bytes())), "a\"b^\nATTENDEE:x ");
    }
}
