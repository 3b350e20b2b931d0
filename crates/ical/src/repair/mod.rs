//! Named mends, each for a kind of problem. What no mend touches stays byte for byte.

mod property;
mod text;

pub(crate) use text::is_blank;

use std::ops::Range;
use std::sync::Arc;

use crate::civil::{DateTime, Timestamp};
use crate::document::{Document, REMOVED};
use crate::limits::Limits;
use crate::problem::ProblemKind;
use crate::property::PropertyKind;
use crate::validate::{self, Found, Profile};
use crate::value::DateOrTime;
use crate::write::ContentLine;

macro_rules! repairs {
    ($($variant:ident $name:literal $sentence:literal;)+) => {
        /// A mend, by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Repair {
            $(#[doc = $sentence] $variant,)+
        }

        impl Repair {
            /// All of them, in the order in which they are done.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name that people and programs use: `add-uid`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What it does, in a sentence without a full stop.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$variant => $sentence,)+
                }
            }

            /// The repair of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|repair| repair.name() == name)
            }
        }
    };
}

repairs! {
    RemoveByteOrderMark "remove-byte-order-mark" "Takes away the byte order mark";
    RemoveControlCharacters "remove-control-characters" "Takes away control characters";
    RemoveBlankLines "remove-blank-lines" "Takes away blank lines";
    NormalizeLineEnds "normalize-line-ends" "Ends every line in CRLF";
    FoldLines "fold-lines" "Folds lines over 75 octets anew";
    RemoveStrayEnd "remove-stray-end" "Takes away END without BEGIN";
    AddEnd "add-end" "Adds the END that is missing";
    AddProdid "add-prodid" "Adds PRODID, as given";
    AddVersion "add-version" "Adds VERSION:2.0";
    AddUid "add-uid" "Adds a UID made from the one given";
    AddDtstamp "add-dtstamp" "Adds DTSTAMP, as given";
    RemoveRepeated "remove-repeated" "Takes away what stands again and may stand once";
    RemoveRepeatedParameter "remove-repeated-parameter" "Takes away parameters that stand again";
    QuoteParameter "quote-parameter" "Writes a parameter with the quotes it needs";
    SetValue "set-value" "Sets VALUE to what the value is";
    RewriteValue "rewrite-value" "Writes a value as the RFC has it";
    RemoveTzid "remove-tzid" "Takes TZID away beside a date or a time in UTC";
    RemoveDuration "remove-duration" "Takes DURATION away where it is negative or stands beside the end";
    RemoveEndTime "remove-end-time" "Takes away DTEND or DUE that is not after DTSTART";
    MendUntil "mend-until" "Writes UNTIL as DTSTART's kind asks";
    MendExdate "mend-exdate" "Writes EXDATE as DTSTART's kind asks, with its TZID";
    RemoveMethod "remove-method" "Takes METHOD away from an object to be stored";
}

/// What repairs write that no text holds: given, as this crate has neither clock nor chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// For DTSTAMP.
    pub stamp: Timestamp,
    /// For the first UID that is missing; further ones get a number behind it.
    pub uid: String,
    /// For PRODID.
    pub prodid: String,
}

/// What was mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The problem.
    pub kind: ProblemKind,
    /// The repair.
    pub repair: Repair,
    /// Where the problem was, in the text that was given; empty at lines that other repairs have written.
    pub place: Range<usize>,
    /// The problem's message.
    pub message: String,
}

/// A mend can bring another problem to light; so often it is looked again.
const ROUNDS: usize = 5;

impl Document {
    /// Applies repairs where a profile finds their problems; what was mended, in the order in which it was
    /// done.
    ///
    /// Doing it again changes nothing. Mends of the text's structure number its components and properties
    /// anew.
    ///
    /// ```
    /// use ical::{Document, Given, Profile, Repair};
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\n\
    ///     DTSTART:20260301T090000Z\r\nSUMMARY:Tea\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let mut document = Document::read(text)?;
    /// let stamp = ical::civil::Timestamp(0);
    /// let given = Given { stamp, uid: "b".to_owned(), prodid: "-//x//EN".to_owned() };
    /// let mended = document.repair(&Profile::Rfc5545, Repair::ALL, &given);
    /// assert_eq!(mended[0].repair.name(), "add-dtstamp");
    /// assert!(document.validate(&Profile::Rfc5545).is_empty());
    /// # Ok::<(), ical::TooLarge>(())
    /// ```
    pub fn repair(&mut self, profile: &Profile, repairs: &[Repair], given: &Given) -> Vec<Mended> {
        let mut mended = Vec::new();
        let mut uids = 0;
        let mut origins = text::Origins::default();
        for _ in 0..ROUNDS {
            let before = mended.len();
            let found = wanted(self, profile, repairs);
            if text::mend(self, &found, &mut mended, &mut origins) {
                continue;
            }
            for found in found {
                if mend(self, &found, given, &mut uids) {
                    note(&mut mended, &found, &origins);
                }
            }
            if mended.len() == before {
                break;
            }
        }
        mended
    }
}

/// The problems for which a repair is asked.
fn wanted(document: &Document, profile: &Profile, repairs: &[Repair]) -> Vec<Found> {
    let mut found = validate::find(document, profile, &Limits::default(), &Arc::default());
    found.retain(|found| found.problem.kind.repair().is_some_and(|repair| repairs.contains(&repair)));
    found
}

fn note(mended: &mut Vec<Mended>, found: &Found, origins: &text::Origins) {
    if let Some(repair) = found.problem.kind.repair() {
        let problem = &found.problem;
        let (kind, place, message) = (problem.kind, origins.of(&problem.place), problem.message.clone());
        mended.push(Mended { kind, repair, place, message });
    }
}

/// Mends one problem of a component or a property; was something done?
fn mend(document: &mut Document, found: &Found, given: &Given, uids: &mut usize) -> bool {
    let Some(repair) = found.problem.kind.repair() else { return false };
    if let Some(component) = found.component {
        let line = match repair {
            Repair::AddProdid => ContentLine::new(PropertyKind::Prodid).text(&given.prodid),
            Repair::AddVersion => ContentLine::new(PropertyKind::Version).raw("2.0"),
            Repair::AddUid => {
                *uids += 1;
                let uid = if *uids == 1 { given.uid.clone() } else { format!("{}-{uids}", given.uid) };
                ContentLine::new(PropertyKind::Uid).text(&uid)
            }
            Repair::AddDtstamp => {
                let stamp = given.stamp.to_utc().unwrap_or(DateTime::MIN);
                ContentLine::new(PropertyKind::Dtstamp).date_or_time(&DateOrTime::Utc(stamp))
            }
            _ => return false,
        };
        document.add(component, &line);
        return true;
    }
    let Some(id) = found.property else { return false };
    let is_gone = document.lines.get(id.0 as usize).is_none_or(|line| line.flags & REMOVED != 0);
    !is_gone && property::mend(document, id, repair)
}

#[cfg(test)]
mod tests;
