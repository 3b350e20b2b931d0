//! Mends of the text itself: its line ends, its bytes, its BEGIN and END. The text is written anew and read
//! again.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::{Mended, Repair, note};
use crate::document::{Document, NONE, REMOVED};
use crate::index;
use crate::limits::Limits;
use crate::line;
use crate::property::Property;
use crate::validate::{Found, is_control};

/// Those that are done here.
const OF_TEXT: &[Repair] = &[
    Repair::RemoveByteOrderMark,
    Repair::RemoveControlCharacters,
    Repair::RemoveBlankLines,
    Repair::NormalizeLineEnds,
    Repair::FoldLines,
    Repair::RemoveStrayEnd,
    Repair::AddEnd,
];

/// Mends what is found of the text; was something done?
pub(super) fn mend(
    document: &mut Document,
    found: &[Found],
    mended: &mut Vec<Mended>,
    origins: &mut Origins,
) -> bool {
    let of_text =
        |found: &&Found| found.problem.kind.repair().is_some_and(|repair| OF_TEXT.contains(&repair));
    let found: Vec<&Found> = found.iter().filter(of_text).collect();
    let repairs: HashSet<Repair> = found.iter().filter_map(|found| found.problem.kind.repair()).collect();
    let stray = |found: &&&Found| found.problem.kind.repair() == Some(Repair::RemoveStrayEnd);
    let stray_ends = found.iter().filter(stray).map(|found| found.problem.place.start).collect();
    let (text, starts) = Mender { document, repairs, stray_ends }.text();
    if found.is_empty() || text == document.to_bytes().as_ref() {
        return false;
    }
    for found in found {
        note(mended, found, origins);
    }
    *origins = origins.after(starts, document.original);
    *document = index::index(text, &Limits::default());
    true
}

/// Where the lines of a text that was written anew stood in the text that was given.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// Where each line begins now and where it began; ascending. Empty when nothing was written anew.
    starts: Vec<(usize, usize)>,
    /// The length of the text that was given.
    length: usize,
}

impl Origins {
    /// A place of the text as it is now, as a place of the text that was given; within one line.
    pub(super) fn of(&self, place: &Range<usize>) -> Range<usize> {
        let after = self.starts.partition_point(|(now, _)| *now <= place.start);
        let Some((now, then)) = after.checked_sub(1).and_then(|at| self.starts.get(at)) else {
            return place.clone();
        };
        let moved = |at: usize| (then + at.saturating_sub(*now)).min(self.length);
        moved(place.start)..moved(place.end)
    }

    /// When a text of this length was written anew once more, with these starts.
    fn after(&self, mut starts: Vec<(usize, usize)>, length: usize) -> Self {
        for (_, then) in &mut starts {
            *then = self.of(&(*then..*then)).start;
        }
        Self { starts, length: if self.starts.is_empty() { length } else { self.length } }
    }
}

struct Mender<'d> {
    document: &'d Document,
    repairs: HashSet<Repair>,
    /// Where lines with a stray END begin.
    stray_ends: HashSet<usize>,
}

impl Mender<'_> {
    /// The text, and where each of its lines begins now and before. Lines that an edit added stood nowhere:
    /// at the end.
    fn text(&self) -> (Vec<u8>, Vec<(usize, usize)>) {
        let document = self.document;
        let ends = self.missing_ends();
        let mut out = Vec::with_capacity(document.bytes.len());
        let mut starts = Vec::with_capacity(document.lines.len());
        let mut next = if document.lines.is_empty() { NONE } else { 0 };
        while next != NONE {
            let at = next;
            next = document.line_after(at);
            self.write_ends(&mut out, ends.get(&at));
            let line = document.lines[at as usize];
            if line.flags & REMOVED == 0 && !self.stray_ends.contains(&(line.start as usize)) {
                starts.push((out.len(), (line.start as usize).min(document.original)));
                self.line(&mut out, at);
            }
        }
        self.write_ends(&mut out, ends.get(&NONE));
        (out, starts)
    }

    /// The components without END, by the line before which it belongs; inner ones first.
    fn missing_ends(&self) -> HashMap<u32, Vec<u32>> {
        let mut ends: HashMap<u32, Vec<u32>> = HashMap::new();
        if self.repairs.contains(&Repair::AddEnd) {
            for (at, node) in self.document.nodes.iter().enumerate().rev().filter(|(_, node)| !node.has_end) {
                ends.entry(node.end).or_default().push(at as u32);
            }
        }
        ends
    }

    fn write_ends(&self, out: &mut Vec<u8>, nodes: Option<&Vec<u32>>) {
        for node in nodes.into_iter().flatten() {
            let begin = Property::at(self.document, self.document.nodes[*node as usize].begin);
            let line_end = self.document.breaks.line_end(self.document.line_bytes(0)).unwrap_or(b"\r\n");
            if !out.is_empty() && self.document.breaks.line_end(out).is_none() {
                out.extend_from_slice(line_end);
            }
            out.extend_from_slice(b"END:");
            out.extend_from_slice(begin.raw_value().trim_ascii());
            out.extend_from_slice(line_end);
        }
    }

    fn line(&self, out: &mut Vec<u8>, at: u32) {
        let breaks = self.document.breaks;
        let raw = self.document.line_bytes(at);
        if raw == b"\xef\xbb\xbf" && self.repairs.contains(&Repair::RemoveByteOrderMark) && at == 0 {
            return;
        }
        let mut lines: Vec<(Vec<u8>, &[u8])> = Vec::new();
        let mut from = 0;
        while from < raw.len() {
            let to = breaks.physical_end(raw, from);
            let text = line::trim_end(&raw[from..to]);
            lines.push((self.physical(text), &raw[from + text.len()..to]));
            from = to;
        }
        if self.repairs.contains(&Repair::RemoveBlankLines) {
            let mut is_first = true;
            lines.retain(|(text, _)| !is_blank(text, std::mem::take(&mut is_first)));
        }
        let is_long = lines.iter().any(|(text, _)| text.len() > line::FOLD_AT);
        let own_end = lines.last().map_or(&b"\r\n"[..], |(_, line_end)| line_end);
        if is_long && self.repairs.contains(&Repair::FoldLines) {
            let content =
                lines.iter().enumerate().flat_map(|(at, (text, _))| text.iter().skip(usize::from(at > 0)));
            let content: Vec<u8> = content.copied().collect();
            let line_end = if own_end.is_empty() { b"\r\n" } else { self.line_end(own_end) };
            return line::fold_into(out, &content, line_end);
        }
        for (text, own) in lines {
            out.extend_from_slice(&text);
            out.extend_from_slice(self.line_end(own));
        }
    }

    fn line_end<'l>(&self, own: &'l [u8]) -> &'l [u8] {
        if self.repairs.contains(&Repair::NormalizeLineEnds) { b"\r\n" } else { own }
    }

    /// A physical line without what is to go.
    fn physical(&self, text: &[u8]) -> Vec<u8> {
        if !self.repairs.contains(&Repair::RemoveControlCharacters) {
            return text.to_vec();
        }
        text.iter().copied().filter(|byte| !is_control(*byte)).collect()
    }
}

/// Is a physical line blank? One that goes on in a fold may hold nothing but the fold's own blank (RFC 5545 3.1).
pub(crate) fn is_blank(text: &[u8], is_first: bool) -> bool {
    text.is_empty() || is_first && text.trim_ascii().is_empty()
}
