//! The first TEXT property of a component set, added to and removed: every byte outside its lines stays.

use std::ops::Range;

use ical::value::ValueType;
use ical::{Component, ContentLine, Document, PropertyId};

use super::Outcome;
use super::reading::is_equal;

/// Long enough to be folded, with what must be escaped and what must not be cut.
const VALUE: &str = "Changed; by the conform tier, with a \\ and a line\nfeed, äöü €, \u{1f5d3} and enough \
                     words to be folded";

/// A property, and where it stands.
struct Target {
    /// Its component's place among all.
    component: usize,
    property: PropertyId,
    name: String,
    /// Its line, and those of the same name after it, line ends included.
    lines: Vec<Range<usize>>,
}

/// Edits the first component that has a TEXT property, and the next.
pub(super) fn checks(text: &[u8], outcome: &mut Outcome) -> Vec<(&'static str, Result<(), String>)> {
    let Ok(document) = Document::read(text) else { return Vec::new() };
    let components = document.all_components().enumerate();
    let targets = components.filter_map(|(at, component)| target(component, at, text)).take(2);
    let mut checks = Vec::new();
    for target in targets {
        outcome.edited += 1;
        checks.push(("set", set(&document, text, &target)));
        checks.push(("added", add(&document, text, &target)));
        checks.push(("removed", remove(&document, text, &target)));
    }
    outcome.is_unedited = checks.is_empty();
    checks
}

fn target(component: Component<'_>, at: usize, text: &[u8]) -> Option<Target> {
    let property = component.properties().find(|property| {
        property.value_type() == Some(ValueType::Text)
            && ContentLine::named(&property.name()).name() == property.name()
    })?;
    let name = property.name().into_owned();
    let lines =
        component.properties_named(&name).map(|namesake| whole_line(text, namesake.place())).collect();
    Some(Target { component: at, property: property.id(), name, lines })
}

/// A line with its line end. CRs before an LF belong to it; where the first line ends in a CR alone, each CR
/// ends one.
fn whole_line(text: &[u8], place: Range<usize>) -> Range<usize> {
    let after_first = text.iter().skip_while(|byte| !b"\r\n".contains(byte)).find(|byte| **byte != b'\r');
    let is_cr =
        text.iter().find(|byte| b"\r\n".contains(byte)) == Some(&b'\r') && after_first != Some(&b'\n');
    let mut end = place.end;
    while text.get(end) == Some(&b'\r') {
        end += 1;
        if is_cr {
            break;
        }
    }
    place.start..end + usize::from(text.get(end) == Some(&b'\n'))
}

fn set(document: &Document, text: &[u8], target: &Target) -> Result<(), String> {
    let mut after = document.clone();
    let component = component(&after, target)?.id();
    after.set(component, &line(target));
    let written = after.to_bytes();
    let first = target.lines.first().ok_or("no line")?;
    let head = &text[..first.start];
    let tail = without(text, first.end, target.lines.get(1..).unwrap_or_default());
    let middle = written
        .strip_prefix(head)
        .and_then(|rest| rest.strip_suffix(&tail[..]))
        .ok_or_else(|| difference(&written, &[head, &tail].concat()))?;
    is_line(middle, target)?;
    is_seen(&written, target, 0)
}

fn add(document: &Document, text: &[u8], target: &Target) -> Result<(), String> {
    let mut after = document.clone();
    let component = component(&after, target)?.id();
    let added = after.add(component, &line(target));
    let written = after.to_bytes();
    let same = written.iter().zip(text).take_while(|(found, expected)| found == expected).count();
    let more = written.len().checked_sub(text.len()).ok_or("the text is shorter")?;
    is_equal(&written[same + more..], &text[same..])?;
    is_seen(&written, target, target.lines.len())?;
    after.remove(added);
    is_equal(&after.to_bytes(), text)
}

fn remove(document: &Document, text: &[u8], target: &Target) -> Result<(), String> {
    let mut after = document.clone();
    after.remove(target.property);
    let written = after.to_bytes();
    is_equal(&written, &without(text, 0, target.lines.get(..1).unwrap_or_default()))?;
    let again = Document::read(&written[..]).map_err(|error| error.to_string())?;
    let found = component(&again, target)?.properties_named(&target.name).count();
    if found + 1 == target.lines.len() {
        Ok(())
    } else {
        Err(format!("{found} of {} left", target.lines.len()))
    }
}

fn line(target: &Target) -> ContentLine {
    ContentLine::named(&target.name).text(VALUE)
}

fn component<'d>(document: &'d Document, target: &Target) -> Result<Component<'d>, String> {
    document.all_components().nth(target.component).ok_or_else(|| "the component is gone".to_owned())
}

/// The text from a byte on, without these lines.
fn without(text: &[u8], from: usize, lines: &[Range<usize>]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut at = from;
    for line in lines {
        kept.extend_from_slice(&text[at..line.start]);
        at = line.end;
    }
    kept.extend_from_slice(&text[at..]);
    kept
}

/// Are these bytes the new line and nothing else: unfolded, its text?
fn is_line(bytes: &[u8], target: &Target) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes);
    let unfolded = text.replace("\r\n ", "").replace("\n ", "").replace("\r ", "");
    let expected = line(target).to_string();
    if unfolded.trim_end_matches(['\r', '\n']) == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, found {unfolded:?}"))
    }
}

/// Does the next read have the new value, as this one of its name?
fn is_seen(written: &[u8], target: &Target, nth: usize) -> Result<(), String> {
    let again = Document::read(written).map_err(|error| error.to_string())?;
    let property = component(&again, target)?.properties_named(&target.name).nth(nth);
    let found = property.map(|property| property.text().into_owned());
    if found.as_deref() == Some(VALUE) { Ok(()) } else { Err(format!("read again as {found:?}")) }
}

fn difference(found: &[u8], expected: &[u8]) -> String {
    is_equal(found, expected).err().unwrap_or_default()
}
