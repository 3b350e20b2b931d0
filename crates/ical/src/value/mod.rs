//! A property's value, by its value type (RFC 5545 3.3).
//!
//! Small values are read from text with `parse` and written with [`Display`](std::fmt::Display); for each pair,
//! reading what was written gives the same value.

mod binary;
mod cal_address;
mod date_time;
mod duration;
mod number;
mod period;
mod recur;
mod request_status;
mod text;
mod tokens;
mod typed;
mod uri;
mod utc_offset;

pub use binary::Binary;
pub use cal_address::CalAddress;
pub use date_time::DateOrTime;
pub(crate) use date_time::parse_date_or_time;
pub use duration::Duration;
pub use number::Geo;
pub use period::{Period, PeriodEnd};
pub use recur::{Frequency, Month, Recur, Skip, Until, WeekdayNum};
pub use request_status::{RequestStatus, StatusCode};
pub(crate) use text::{decode, fields, lossy, split_texts};
pub use text::{escape, unescape};
pub use tokens::{
    Action, Busytype, Calscale, Class, Cutype, Display, Encoding, Fbtype, Feature, Method, ParticipantType,
    Partstat, Proximity, Range, Related, Reltype, Role, ScheduleAgent, ScheduleForceSend, Status, Token,
    Transp,
};
pub use typed::{ParameterValue, Value, Values};
pub use uri::{Uid, Uri};
pub use utc_offset::UtcOffset;

use std::fmt;

/// The type of a value: what `VALUE` may name (RFC 5545 3.3, RFC 9253 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueType {
    /// `BINARY`, RFC 5545 3.3.1
    Binary,
    /// `BOOLEAN`, RFC 5545 3.3.2
    Boolean,
    /// `CAL-ADDRESS`, RFC 5545 3.3.3
    CalAddress,
    /// `DATE`, RFC 5545 3.3.4
    Date,
    /// `DATE-TIME`, RFC 5545 3.3.5
    DateTime,
    /// `DURATION`, RFC 5545 3.3.6
    Duration,
    /// `FLOAT`, RFC 5545 3.3.7
    Float,
    /// `INTEGER`, RFC 5545 3.3.8
    Integer,
    /// `PERIOD`, RFC 5545 3.3.9
    Period,
    /// `RECUR`, RFC 5545 3.3.10
    Recur,
    /// `TEXT`, RFC 5545 3.3.11
    Text,
    /// `TIME`, RFC 5545 3.3.12
    Time,
    /// `URI`, RFC 5545 3.3.13
    Uri,
    /// `UTC-OFFSET`, RFC 5545 3.3.14
    UtcOffset,
    /// `UID`, RFC 9253 7
    Uid,
    /// `XML-REFERENCE`, RFC 9253 7
    XmlReference,
}

impl ValueType {
    const NAMES: [(&'static str, Self); 16] = [
        ("BINARY", Self::Binary),
        ("BOOLEAN", Self::Boolean),
        ("CAL-ADDRESS", Self::CalAddress),
        ("DATE", Self::Date),
        ("DATE-TIME", Self::DateTime),
        ("DURATION", Self::Duration),
        ("FLOAT", Self::Float),
        ("INTEGER", Self::Integer),
        ("PERIOD", Self::Period),
        ("RECUR", Self::Recur),
        ("TEXT", Self::Text),
        ("TIME", Self::Time),
        ("URI", Self::Uri),
        ("UTC-OFFSET", Self::UtcOffset),
        ("UID", Self::Uid),
        ("XML-REFERENCE", Self::XmlReference),
    ];

    /// The name that `VALUE` uses.
    pub const fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }

    /// The type of a name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let named = Self::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value_type)| *value_type)
    }
}

/// A value that is not of its type: what was wanted, and where the text leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What was wanted there, in words: `a date as YYYYMMDD`.
    pub wanted: &'static str,
    /// The offset of the first byte, within the value as it was given, that does not fit.
    pub offset: usize,
}

impl Malformed {
    pub(crate) const fn new(wanted: &'static str, offset: usize) -> Self {
        Self { wanted, offset }
    }

    /// The same fault, of a value that begins `offset` bytes into a longer one.
    pub(crate) const fn shifted(self, offset: usize) -> Self {
        Self { wanted: self.wanted, offset: self.offset + offset }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wanted {}", self.wanted)
    }
}

impl std::error::Error for Malformed {}

/// What reading a value had to forgive, told by validation: the first thing that is not the RFC's, though plain.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Forgiven(Option<Malformed>);

impl Forgiven {
    #[cold]
    pub(crate) fn note(&mut self, wanted: &'static str, offset: usize) {
        self.0.get_or_insert(Malformed::new(wanted, offset));
    }

    /// Notes what was forgiven in a value that begins `offset` bytes into this one.
    pub(crate) fn note_shifted(&mut self, inner: &Self, offset: usize) {
        self.0 = self.0.or(inner.0.map(|forgiven| forgiven.shifted(offset)));
    }

    /// What was wanted, and where.
    pub(crate) const fn first(&self) -> Option<Malformed> {
        self.0
    }
}

/// The members of a list between commas, each with its offset.
pub(crate) fn split_list(list: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    list.split(|byte| *byte == b',').map(move |member| {
        let start = at;
        at += member.len() + 1;
        (start, member)
    })
}
