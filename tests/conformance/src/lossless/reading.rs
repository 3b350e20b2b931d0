//! One file read in every way that there is, and what must hold of it without any edit.

use anyhow::Result;
use ical::civil::Timestamp;
use ical::recurrence::{Policies, Range, RecurrenceSet};
use ical::split::{Piece, Splitter};
use ical::zone::Zones;
use ical::{Component, ComponentKind, Document, Limits, Profile};

use super::Outcome;

const TWO_YEARS: i64 = 731 * 86_400;

/// Reads a file as its readers do: all values by their types, all objects, two years of each; validates,
/// writes and splits it.
pub(super) fn read_all(text: &[u8], outcome: &mut Outcome) -> Result<()> {
    let document = Document::read(text)?;
    for component in document.all_components() {
        for property in component.properties() {
            for value in property.values() {
                outcome.values += 1;
                outcome.malformed += usize::from(value.is_err());
            }
            outcome.values +=
                property.parameters().map(|parameter| parameter.values().count()).sum::<usize>();
        }
    }
    let zones = Zones::new(&document);
    for object in document.objects() {
        let set = RecurrenceSet::new(&object, &zones, &Policies::default());
        let Some(Ok(first)) = set.occurrences(Range::ALL).next() else { continue };
        let from = first.start_at();
        let range = Range { from, to: Timestamp(from.0.saturating_add(TWO_YEARS)) };
        for occurrence in set.occurrences(range) {
            outcome.occurrences += usize::from(occurrence.is_ok());
            outcome.exhausted += usize::from(occurrence.is_err());
        }
    }
    outcome.problems = document.validate(&Profile::Rfc5545).len();
    drop(document.to_bytes());
    drop(document.to_canonical());
    drop(pieces(text));
    Ok(())
}

type Check = (&'static str, Result<(), String>);

pub(super) fn checks(text: &[u8]) -> Vec<Check> {
    let Ok(document) = Document::read(text) else {
        return vec![("read", Err("refused".to_owned()))];
    };
    vec![
        ("written", is_equal(&document.to_bytes(), text)),
        ("canonical", canonical(&document)),
        ("pieces", split(&document, text)),
    ]
}

/// Where two texts begin to differ.
pub(super) fn is_equal(found: &[u8], expected: &[u8]) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let at = found.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
    let show = |text: &[u8]| String::from_utf8_lossy(&text[at..text.len().min(at + 40)]).into_owned();
    Err(format!("at byte {at} expected {:?}, found {:?}", show(expected), show(found)))
}

/// The canonical text has the same components and the same contents.
fn canonical(document: &Document) -> Result<(), String> {
    let canonical = document.to_canonical();
    let again = Document::read(&canonical[..]).map_err(|error| error.to_string())?;
    is_equal(&again.to_canonical(), &canonical)?;
    let mut found = again.all_components();
    for expected in document.all_components() {
        let found = found.next().ok_or_else(|| format!("{} is missing", expected.name()))?;
        let depth =
            |component: Component<'_>| std::iter::successors(Some(component), |inner| inner.parent()).count();
        if found.name() != expected.name() || depth(found) != depth(expected) {
            return Err(format!("expected {}, found {}", expected.name(), found.name()));
        }
        let lines = |component: Component<'_>| -> Vec<Vec<u8>> {
            component.properties().map(|property| property.content().to_vec()).collect()
        };
        is_equal(&lines(found).join(&b'\n'), &lines(expected).join(&b'\n'))?;
    }
    found.next().map_or(Ok(()), |more| Err(format!("{} too many", more.name())))
}

fn pieces(text: &[u8]) -> Vec<Piece> {
    let mut splitter = Splitter::new(&Limits::default());
    let mut pieces = Vec::new();
    for chunk in text.chunks(8_192) {
        splitter.feed(chunk);
        pieces.extend(std::iter::from_fn(|| splitter.piece()));
    }
    splitter.finish();
    pieces.extend(std::iter::from_fn(|| splitter.piece()));
    pieces
}

/// The splitter's pieces, joined, are the text, and its components are those that the document has at the
/// top.
fn split(document: &Document, text: &[u8]) -> Result<(), String> {
    let (mut joined, mut found) = (Vec::new(), Vec::new());
    for piece in pieces(text) {
        match piece {
            Piece::Component { kind, bytes, .. } => {
                joined.extend_from_slice(&bytes);
                found.push((kind, bytes));
            }
            Piece::Lines { bytes, .. } => joined.extend_from_slice(&bytes),
            Piece::TooLarge { line, limit, .. } => {
                return Err(format!("line {line}: past the limit {limit}"));
            }
        }
    }
    is_equal(&joined, text)?;
    let is_calendar = |component: &Component<'_>| component.kind() == ComponentKind::Calendar;
    let top: Vec<Component<'_>> = document
        .all_components()
        .filter(|component| {
            !is_calendar(component) && component.parent().is_none_or(|parent| is_calendar(&parent))
        })
        .collect();
    if top.len() != found.len() {
        return Err(format!("expected {} components, found {}", top.len(), found.len()));
    }
    for (expected, (kind, bytes)) in top.into_iter().zip(found) {
        if expected.kind() != kind {
            return Err(format!("expected {:?}, found {kind:?}", expected.kind()));
        }
        is_equal(&bytes, &expected.to_bytes())?;
    }
    Ok(())
}
