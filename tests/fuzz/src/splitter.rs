//! A stream in pieces.

use ical::split::{Piece, Splitter};
use ical::{ComponentKind, Limits};

use crate::{has_bare_cr, read};

/// The first byte is the size of the chunks in which the rest is fed. The pieces are the same however they
/// are fed; joined they are the text, and what a limit leaves out is counted; they have the components of the
/// document.
pub fn splitter(data: &[u8]) {
    let Some((chunk, text)) = data.split_first() else { return };
    let limits = Limits::default();
    let whole = pieces(text, text.len().max(1), &limits);
    let in_chunks = pieces(text, usize::from(*chunk).max(1), &limits);
    assert_eq!(in_chunks, whole, "the same pieces however they are fed");
    let joined: Vec<u8> = whole.iter().flat_map(|piece| bytes(piece).to_vec()).collect();
    assert_eq!(joined, text, "the pieces are the text");
    components(text, &whole);
    narrow(text, usize::from(*chunk).max(1));
}

fn pieces(text: &[u8], chunk: usize, limits: &Limits) -> Vec<Piece> {
    let mut splitter = Splitter::new(limits);
    let mut pieces = Vec::new();
    for chunk in text.chunks(chunk) {
        splitter.feed(chunk);
        pieces.extend(std::iter::from_fn(|| splitter.piece()));
    }
    splitter.finish();
    pieces.extend(std::iter::from_fn(|| splitter.piece()));
    pieces
}

fn bytes(piece: &Piece) -> &[u8] {
    match piece {
        Piece::Component { bytes, .. } | Piece::Lines { bytes, .. } => bytes,
        Piece::TooLarge { .. } => &[],
    }
}

/// The document has the same components outside all others but calendars.
fn components(text: &[u8], pieces: &[Piece]) {
    if has_bare_cr(text) {
        return;
    }
    let document = read(text);
    // Without their END, and past the nesting limit, components end where each reader's patience does.
    if !document.problems().is_empty() {
        return;
    }
    let is_calendar = |component: &ical::Component<'_>| component.kind() == ComponentKind::Calendar;
    let expected: Vec<_> = document
        .all_components()
        .filter(|component| !is_calendar(component))
        .filter(|component| component.parent().is_none_or(|parent| is_calendar(&parent)))
        .map(|component| (component.kind(), component.to_bytes()))
        .collect();
    let split: Vec<_> = pieces
        .iter()
        .filter_map(|piece| match piece {
            // A byte order mark before the first line is in the first piece.
            Piece::Component { kind, bytes, .. } => {
                Some((*kind, bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).to_vec()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(split, expected, "the document's components");
}

/// Within narrow limits nothing is lost sight of.
fn narrow(text: &[u8], chunk: usize) {
    let limits = Limits { object: 120, line: 60, nesting: 2, components: 5, ..Limits::default() };
    let mut sizes = 0;
    for piece in pieces(text, chunk, &limits) {
        sizes += match &piece {
            Piece::TooLarge { size, .. } => *size,
            within => {
                assert!(bytes(within).len() <= limits.object, "no piece is past the limit");
                bytes(within).len() as u64
            }
        };
    }
    assert_eq!(sizes, text.len() as u64, "each byte is in a piece or counted");
}
