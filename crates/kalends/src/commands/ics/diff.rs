//! `kalends ics diff`: what differs between two texts, by meaning.

use std::io::{self, Write};
use std::path::PathBuf;

use ical::diff::{Change, Difference, Part, Statement, diff};
use ical::{Component, ComponentKind, PropertyKind};
use serde::Serialize;

use crate::exit::{Exit, Failure};
use crate::input::{Source, Text};
use crate::output::{BOLD, GREEN, People, Programs, RED};
use crate::terminal;

const EXAMPLES: &str = "Events meet by UID and RECURRENCE-ID. Case of names, folding, escaping, and the \
    order of properties and parameters make no difference.
Exit codes: 0 they say the same, 1 they differ, 5 unreadable.
Examples:
  kalends ics diff yesterday.ics today.ics
  kalends ics diff --json a.ics b.ics | jq -r .uid";

/// Compare two files by meaning: components, properties, values.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Diff {
    /// One JSON object a difference (docs/schemas/diff.json)
    #[arg(long)]
    json: bool,
    /// The first file, or -.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The second file, or -.
    #[arg(value_name = "B")]
    after: PathBuf,
}

/// A difference for programs.
#[derive(Serialize)]
struct Line {
    /// `added`, `removed` or `changed`.
    change: &'static str,
    /// The object's component, or whatever stands directly in the calendar: `VEVENT`.
    component: String,
    uid: Option<String>,
    recurrence_id: Option<String>,
    /// From that component to the one that differs, by name.
    path: Vec<String>,
    /// `null` when a whole component was added or removed.
    property: Option<String>,
    /// What of a changed property differs: `value`, or parameters by name.
    parts: Vec<String>,
    before: Option<String>,
    after: Option<String>,
}

impl Diff {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let (before, after) = (Source::named(&self.before), Source::named(&self.after));
        if (&before, &after) == (&Source::Standard, &Source::Standard) {
            return Err(Failure::new(Exit::WrongUse, "standard input (`-`) can be only one of the two"));
        }
        let (before, after) = (before.read()?, after.read()?);
        let differences = diff(&before.document, &after.document);
        if self.json {
            let mut programs = Programs::new();
            for difference in &differences {
                programs.line(&line(difference))?;
            }
            programs.finish()?;
        } else if !differences.is_empty() {
            let mut people = People::new();
            show(&mut people, [&before, &after], &differences)?;
            people.finish()?;
        }
        Ok(if differences.is_empty() { Exit::Done } else { Exit::Told })
    }
}

fn line(difference: &Difference<'_>) -> Line {
    let place = Location::of(difference.component);
    let (change, property, parts, before, after) = match &difference.change {
        Change::ComponentAdded => ("added", None, Vec::new(), None, Some(whole(difference.component))),
        Change::ComponentRemoved => ("removed", None, Vec::new(), Some(whole(difference.component)), None),
        Change::PropertyAdded(new) => ("added", Some(name(new)), Vec::new(), None, Some(text(new))),
        Change::PropertyRemoved(old) => ("removed", Some(name(old)), Vec::new(), Some(text(old)), None),
        Change::PropertyChanged { before, after, parts } => {
            let parts = parts.iter().map(part).collect();
            ("changed", Some(name(before)), parts, Some(text(before)), Some(text(after)))
        }
    };
    Line {
        change,
        component: place.path.first().cloned().unwrap_or_default(),
        uid: place.uid,
        recurrence_id: place.recurrence_id,
        path: place.path,
        property,
        parts,
        before,
        after,
    }
}

fn name(statement: &Statement<'_>) -> String {
    statement.property().name().to_ascii_uppercase()
}

fn text(statement: &Statement<'_>) -> String {
    String::from_utf8_lossy(&statement.to_line()).into_owned()
}

fn part(part: &Part) -> String {
    match part {
        Part::Value => "value".to_owned(),
        Part::Parameter(name) => name.clone(),
    }
}

/// A component's unfolded lines, from BEGIN to END; of a VCALENDAR only its own.
fn lines(component: Component<'_>) -> Vec<String> {
    let name = component.name();
    let mut lines = vec![format!("BEGIN:{name}")];
    lines.extend(component.properties().map(|line| String::from_utf8_lossy(line.content()).into_owned()));
    if component.kind() != ComponentKind::Calendar {
        lines.extend(component.children().flat_map(self::lines));
    }
    lines.push(format!("END:{name}"));
    lines
}

fn whole(component: Component<'_>) -> String {
    lines(component).join("\n")
}

/// Where a component stands.
#[derive(PartialEq)]
struct Location {
    uid: Option<String>,
    recurrence_id: Option<String>,
    /// From the component directly in the calendar to this one.
    path: Vec<String>,
}

impl Location {
    fn of(component: Component<'_>) -> Self {
        let mut path = vec![component];
        while let Some(parent) = path.last().and_then(|inner| inner.parent()) {
            if parent.kind() == ComponentKind::Calendar {
                break;
            }
            path.push(parent);
        }
        let outer = path.last().copied().unwrap_or(component);
        let value = |kind: PropertyKind| outer.property(kind).map(|property| property.text().into_owned());
        let key =
            if outer.kind() == ComponentKind::Timezone { PropertyKind::Tzid } else { PropertyKind::Uid };
        let name = |component: &Component<'_>| component.name().to_ascii_uppercase();
        Self {
            uid: value(key),
            recurrence_id: value(PropertyKind::RecurrenceId),
            path: path.iter().rev().map(name).collect(),
        }
    }

    /// `VEVENT 1@example.com 20260302T090000 > VALARM`
    fn heading(&self) -> String {
        let mut path = self.path.iter();
        let own = [path.next(), self.uid.as_ref(), self.recurrence_id.as_ref()];
        let own: Vec<String> = own.into_iter().flatten().map(|word| terminal::one_line(word)).collect();
        path.fold(own.join(" "), |heading, inner| format!("{heading} > {}", terminal::one_line(inner)))
    }
}

/// Below a heading for each component the lines that went and those that came.
fn show(people: &mut People, texts: [&Text; 2], differences: &[Difference<'_>]) -> io::Result<()> {
    writeln!(people, "{RED}--- {}{RED:#}", terminal::one_line(&texts[0].source.to_string()))?;
    writeln!(people, "{GREEN}+++ {}{GREEN:#}", terminal::one_line(&texts[1].source.to_string()))?;
    let mut here = None;
    for difference in differences {
        let place = Location::of(difference.component);
        if here.as_ref() != Some(&place) {
            writeln!(people, "\n{BOLD}{}{BOLD:#}", heading(&place, difference.component))?;
            here = Some(place);
        }
        match &difference.change {
            Change::ComponentAdded => new(people, &lines(difference.component))?,
            Change::ComponentRemoved => old(people, &lines(difference.component))?,
            Change::PropertyAdded(added) => new(people, &[text(added)])?,
            Change::PropertyRemoved(removed) => old(people, &[text(removed)])?,
            Change::PropertyChanged { before, after, .. } => {
                old(people, &[text(before)])?;
                new(people, &[text(after)])?;
            }
        }
    }
    Ok(())
}

/// The place, and what a person knows the component by.
fn heading(place: &Location, component: Component<'_>) -> String {
    match component.property(PropertyKind::Summary) {
        Some(summary) => format!("{} ({})", place.heading(), terminal::one_line(&summary.text())),
        None => place.heading(),
    }
}

fn old(people: &mut People, lines: &[String]) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(people, "{RED}- {}{RED:#}", terminal::one_line(line)))
}

fn new(people: &mut People, lines: &[String]) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(people, "{GREEN}+ {}{GREEN:#}", terminal::one_line(line)))
}
