//! `kalends ics check`: problems, shown in their text.

use std::io::{self, Write};
use std::path::PathBuf;

use ical::{Problem, Repair, Severity};
use serde::Serialize;

use super::rules::Rules;
use crate::excerpt::{Place, Places};
use crate::exit::{Exit, Failure, tell};
use crate::input::{self, Text};
use crate::output::{BOLD, CYAN, DIM, People, Programs, RED, YELLOW};
use crate::terminal;

const EXAMPLES: &str = "Exit codes: 0 no problems (notes aside), 1 some, 4 over a limit, 5 unreadable.
Examples:
  kalends ics check --profile caldav ~/calendars
  kalends ics check --json - < calendar.ics | jq .kind";

/// Look for problems: each with line and column, shown in its text.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// One JSON object a problem and line (docs/schemas/check.json)
    #[arg(long)]
    json: bool,
    /// The rules: RFC 5545; what CalDAV asks of a stored object; what iTIP asks of a message by its METHOD.
    #[arg(long, value_name = "PROFILE", default_value = "rfc5545")]
    profile: Rules,
    /// Files, folders (all calendars inside), or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A problem for programs. The names are a contract.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    kind: &'a str,
    severity: &'a str,
    message: &'a str,
    repair: Option<&'a str>,
}

enum Output {
    People(People),
    Programs(Programs),
}

#[derive(Default)]
struct Count {
    files: usize,
    with_problems: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl Check {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut output =
            if self.json { Output::Programs(Programs::new()) } else { Output::People(People::new()) };
        let mut exit = Exit::Done;
        let mut count = Count::default();
        for source in input::sources(&self.files) {
            match source.and_then(|source| source.read()) {
                Ok(text) => {
                    count.files += 1;
                    self.check(&text, &mut count, &mut output)?;
                }
                Err(failure) => exit = exit.max(failure.tell()),
            }
        }
        match output {
            Output::People(people) => people.finish()?,
            Output::Programs(programs) => programs.finish()?,
        }
        count.tell();
        let told = if count.with_problems > 0 { Exit::Told } else { Exit::Done };
        Ok(exit.max(told))
    }

    fn check(&self, text: &Text, count: &mut Count, output: &mut Output) -> io::Result<()> {
        let problems = text.document.validate(&self.profile.of(&text.document));
        if problems.is_empty() {
            return Ok(());
        }
        let file = text.source.to_string();
        let mut places = Places::new(&text.document);
        let (errors, warnings) = (count.errors, count.warnings);
        for problem in &problems {
            match problem.severity {
                Severity::Error => count.errors += 1,
                Severity::Warning => count.warnings += 1,
                Severity::Note => count.notes += 1,
            }
            let place = places.find(&problem.place);
            match output {
                Output::Programs(programs) => programs.line(&line(&file, problem, &place))?,
                Output::People(people) => show(people, &file, problem, &place, &places)?,
            }
        }
        count.with_problems += usize::from((errors, warnings) != (count.errors, count.warnings));
        Ok(())
    }
}

fn line<'a>(file: &'a str, problem: &'a Problem, place: &Place) -> Line<'a> {
    Line {
        file,
        line: place.line,
        column: place.column,
        kind: problem.kind.name(),
        severity: word(problem.severity),
        message: &problem.message,
        repair: problem.kind.repair().map(Repair::name),
    }
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The place and the sentence, below it the line, below that its underline.
fn show(
    people: &mut People,
    file: &str,
    problem: &Problem,
    place: &Place,
    places: &Places<'_>,
) -> io::Result<()> {
    let style = match problem.severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => DIM,
    };
    let file = terminal::one_line(file);
    let message = terminal::one_line(&problem.message);
    let (word, kind) = (word(problem.severity), problem.kind.name());
    let mend = if problem.kind.repair().is_some() { ", repairable" } else { "" };
    let Place { line, column, .. } = place;
    writeln!(
        people,
        "{BOLD}{file}:{line}:{column}:{BOLD:#} {style}{word}:{style:#} {message} {DIM}({kind}{mend}){DIM:#}"
    )?;
    let gutter = line.to_string().len() + 2;
    let bar = people.terminal.sign("│", "|");
    let room = people.terminal.width.saturating_sub(gutter + 3).max(10);
    let excerpt = places.excerpt(place, room, people.terminal);
    let underline = people.terminal.sign("━", "^").repeat(excerpt.length);
    writeln!(people, "{CYAN}{line:>gutter$} {bar}{CYAN:#} {}", excerpt.line)?;
    writeln!(
        people,
        "{CYAN}{:gutter$} {bar}{CYAN:#} {:indent$}{style}{underline}{style:#}",
        "",
        "",
        indent = excerpt.indent
    )
}

impl Count {
    fn tell(&self) {
        let some =
            |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
        let files = some(self.files, "file");
        let mut words = match (self.errors, self.warnings) {
            (0, 0) => format!("{files}, no problems"),
            (errors, warnings) => format!(
                "{} and {} in {} of {files}",
                some(errors, "error"),
                some(warnings, "warning"),
                self.with_problems
            ),
        };
        if self.notes > 0 {
            words = format!("{words}; {}", some(self.notes, "note"));
        }
        if self.files > 0 {
            tell(&words);
        }
    }
}
