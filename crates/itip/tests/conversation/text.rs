//! Texts of a conversation: as they are printed, as they are meant, and as somebody changes them.

use std::collections::BTreeSet;

use ical::Document;

/// What belongs to a step.
#[derive(Default)]
pub(crate) struct Text {
    /// An iCalendar text as the RFC prints it.
    pub(crate) printed: String,
    /// The same with what is put right.
    pub(crate) meant: String,
    /// Lines of changes.
    pub(crate) changes: Vec<String>,
}

impl Text {
    /// The text of lines: those of `-` are printed only, those of `+` meant only.
    pub(crate) fn of(lines: &[&str]) -> Self {
        let mut text = Self::default();
        for line in lines {
            let (mark, line) = line.split_at(2);
            if mark != "+ " {
                text.printed.push_str(&format!("{line}\r\n"));
            }
            if mark != "- " {
                text.meant.push_str(&format!("{line}\r\n"));
            }
            text.changes.push(line.to_owned());
        }
        text
    }
}

/// A text as lines of what came of a step.
pub(crate) fn indented(document: &Document) -> Vec<String> {
    String::from_utf8_lossy(&document.to_bytes()).lines().map(|line| format!("  {line}")).collect()
}

/// The content lines that a text has, wherever in it.
pub(crate) fn unfolded(text: &str) -> BTreeSet<String> {
    lines(text).into_iter().collect()
}

fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

/// Content lines as a text, folded (RFC 5545 3.1).
fn folded(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let mut room = 75;
        for letter in line.chars() {
            if letter.len_utf8() > room {
                text.push_str("\r\n ");
                room = 74;
            }
            room -= letter.len_utf8();
            text.push(letter);
        }
        text.push_str("\r\n");
    }
    text
}

/// The name of a content line.
fn name(line: &str) -> &str {
    line.split([';', ':']).next().unwrap_or_default()
}

const KINDS: [&str; 3] = ["VEVENT", "VTODO", "VJOURNAL"];

/// Where the component of an instance is, or of the series: its first line after BEGIN, and its END. An instance that has none
/// gets one, as its series says it.
fn component(lines: &mut Vec<String>, of: Option<&str>) -> (usize, usize) {
    let is_edge = |line: &str, edge: &str| KINDS.iter().any(|kind| line == format!("{edge}:{kind}"));
    let starts: Vec<usize> = (0..lines.len()).filter(|at| is_edge(&lines[*at], "BEGIN")).collect();
    let ends: Vec<usize> = (0..lines.len()).filter(|at| is_edge(&lines[*at], "END")).collect();
    let instance = |(start, end): (usize, usize)| {
        let id = lines[start..end].iter().find(|line| name(line) == "RECURRENCE-ID");
        id.and_then(|line| line.rsplit(':').next())
    };
    let all: Vec<(usize, usize)> = starts.into_iter().zip(ends).collect();
    if let Some(found) = all.iter().find(|place| instance(**place) == of) {
        return (found.0 + 1, found.1);
    }
    let Some(of) = of else { return (all[0].0 + 1, all[0].1) };
    let (start, end) = *all.iter().find(|place| instance(**place).is_none()).unwrap();
    let is_said = |line: &&String| !["RRULE", "RDATE", "EXDATE"].contains(&name(line));
    let mut one: Vec<String> = lines[start..=end].iter().filter(is_said).cloned().collect();
    one.insert(1, format!("RECURRENCE-ID:{of}"));
    let place = (end + 2, end + one.len());
    lines.splice(end + 1..end + 1, one);
    place
}

/// A text with a component changed: `= LINE` in place of those of its name, `+ LINE` beside them, `- TEXT` takes lines out that
/// have it.
pub(crate) fn edited(text: &str, of: Option<&str>, changes: &[String]) -> String {
    let mut lines = lines(text);
    let (start, end) = component(&mut lines, of);
    let mut inside = lines[start..end].to_vec();
    for change in changes {
        let (verb, line) = change.split_at(2);
        match verb {
            "- " => inside.retain(|one| !one.contains(line)),
            "= " => inside.retain(|one| name(one) != name(line)),
            _ => {}
        }
        if verb != "- " {
            inside.push(line.to_owned());
        }
    }
    lines.splice(start..end, inside);
    folded(&lines)
}

/// A text with somebody's answer in it.
pub(crate) fn answered(text: &str, of: Option<&str>, user: &str, word: &str) -> String {
    let mut lines = lines(text);
    let (start, end) = component(&mut lines, of);
    let is_theirs =
        |line: &&mut String| name(line) == "ATTENDEE" && line.ends_with(&format!("mailto:{user}"));
    for line in lines[start..end].iter_mut().filter(is_theirs) {
        let (parameters, address) = line.split_once(":mailto:").unwrap();
        let others: Vec<&str> =
            parameters.split(';').skip(1).filter(|one| !one.starts_with("PARTSTAT=")).collect();
        let parameters = [&["ATTENDEE", &format!("PARTSTAT={word}")], others.as_slice()].concat().join(";");
        *line = format!("{parameters}:mailto:{address}");
    }
    folded(&lines)
}
