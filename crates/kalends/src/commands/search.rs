//! `kalends search`: objects that have words.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use ical::PropertyKind;
use ical::civil::Timestamp;
use ical::recurrence::Range;
use service::{Booked, Entry, Objects};

use crate::days::nameless;
use crate::exit::{Exit, Failure, tell};
use crate::filter::{Filter, Within};
use crate::listing::Listing;
use crate::local::Local;
use crate::occurrence::{KeptLine, Shown, Undated};
use crate::output::{People, Programs};
use crate::table::{self, Group, Row};
use crate::terminal::{self, Terminal};

/// Finds words in summary, place, text, comments, categories and people
#[derive(clap::Args)]
#[command(
    after_help = "Case and accents do not count, and a word may be the beginning of one. Each object is shown \
    with its next time, or its first where none is ahead. Exit code 1: nothing was found.\n\n\
    Example: kalends search \"follow up\" bob --from 2026-01-01"
)]
pub(crate) struct Search {
    /// Words that are all there; those in quotes one after another
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    filter: Filter,
    /// One JSON object an object found (docs/schemas/search.json)
    #[arg(long)]
    json: bool,
}

/// An object that was found, with the time that is shown of it.
struct Hit {
    entry: Option<(Entry, Shown)>,
    undated: Undated,
}

impl Search {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let mut hits = self.hits(local)?;
        let most = most(local);
        let is_more = hits.len() > most;
        hits.truncate(most);
        // What is ahead, the next first; then what has passed, the last first; then what has no date.
        hits.sort_by_key(|hit| match &hit.entry {
            Some((entry, _)) if entry.end_at > local.now => (0, entry.start_at.0, Reverse(0)),
            Some((entry, _)) => (1, 0, Reverse(entry.start_at.0)),
            None => (2, 0, Reverse(0)),
        });
        if self.json {
            let mut programs = Programs::new();
            for hit in &hits {
                match &hit.entry {
                    Some((entry, shown)) => programs.line(&KeptLine::new(entry, shown))?,
                    None => programs.line(&KeptLine::undated(&hit.undated))?,
                }
            }
            programs.finish()?;
        } else {
            let mut people = People::new();
            let groups = groups(&hits, local, people.terminal);
            table::show(&mut people, "", &groups, "Nothing has these words.")?;
            people.finish()?;
        }
        if is_more {
            tell(&format!("the first {most} are shown; more words, --calendar, --from or --to leave fewer"));
        }
        local.keep_up();
        Ok(if hits.is_empty() { Exit::Told } else { Exit::Done })
    }

    /// One more than are shown, where there are more.
    fn hits(&self, local: &Local) -> Result<Vec<Hit>, Failure> {
        let phrases: Vec<String> = self.words.iter().flat_map(|words| phrases(words)).collect();
        let mut listing = Listing::of(local)?;
        let calendars = self.filter.calendars(&listing.look)?;
        let range = self.within.range(&local.home.zone);
        let mut hits = Vec::new();
        for stored in listing.look.objects(&Objects::Words(&phrases), &calendars)? {
            let booked = listing.look.read(stored)?;
            let Some(component) = booked.main() else { continue };
            let categories = component.categories();
            if !self.filter.has(&categories) {
                continue;
            }
            let entry = time(&booked, &listing, local, range);
            if entry.is_none() && range.is_some() {
                continue;
            }
            let handle = listing.handle(&booked.stored)?;
            let calendar = listing.calendar(booked.stored.calendar).to_owned();
            let text = |kind| component.property(kind).map(|property| property.text().into_owned());
            let undated = Undated {
                uid: booked.stored.uid.clone(),
                kind: booked.stored.kind,
                summary: text(PropertyKind::Summary),
                status: text(PropertyKind::Status),
                location: text(PropertyKind::Location),
                categories,
                calendar: calendar.clone(),
                handle: handle.clone(),
            };
            // The object was found, not one of its occurrences: its handle names all of it.
            let entry = entry.map(|entry| {
                let shown = Shown::kept(&entry, handle, &calendar);
                (entry, shown)
            });
            hits.push(Hit { entry, undated });
            if hits.len() > most(local) {
                break;
            }
        }
        Ok(hits)
    }
}

/// So many objects are shown.
fn most(local: &Local) -> usize {
    usize::try_from(local.config.options.found).unwrap_or(usize::MAX)
}

/// The first time in the range; without one the next from now on, or else the first.
fn time(booked: &Booked, listing: &Listing<'_>, local: &Local, range: Option<Range>) -> Option<Entry> {
    let first = |range: Range| {
        let mut found = None;
        listing.look.occurrences(booked, range, &local.home.zone, &mut |occurrence| {
            found = Some(Entry::of(&booked.stored, occurrence));
            ControlFlow::Break(())
        });
        found
    };
    match range {
        Some(range) => first(range),
        None => first(Range { from: local.now, to: Timestamp(i64::MAX) }).or_else(|| first(Range::ALL)),
    }
}

/// The phrases of an argument: what is in quotes each, and each word outside of them. An argument with
/// blanks, and without quotes of its own, was in the shell's: it is one phrase.
fn phrases(argument: &str) -> Vec<String> {
    if !argument.contains('"') {
        return vec![argument.to_owned()];
    }
    let parts = argument.split('"').enumerate();
    let phrases = parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    phrases.collect()
}

fn groups(hits: &[Hit], local: &Local, terminal: Terminal) -> Vec<Group> {
    let mut groups: Vec<Group> = ["Ahead", "Past", "No date"]
        .map(|heading| Group { heading: heading.to_owned(), rows: Vec::new() })
        .into();
    for hit in hits {
        let known = &hit.undated;
        let (place, when, summary, location) = match &hit.entry {
            Some((entry, shown)) => {
                let place = usize::from(entry.end_at <= local.now);
                let wall = shown.walls(&local.home).map_or(entry.start.wall(), |(start, _)| start);
                let when = local.moment(wall, entry.start.is_date());
                (place, when, &entry.summary, &entry.location)
            }
            None => (2, String::new(), &known.summary, &known.location),
        };
        let text = |text: &Option<String>| {
            let text = text.as_deref().map(|text| terminal::beginning(text, terminal));
            text.filter(|text| !text.is_empty())
        };
        let recurs = hit.entry.as_ref().is_some_and(|(entry, _)| entry.recurrence_id.is_some());
        let row = Row {
            when,
            is_struck: known.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")),
            summary: text(summary).unwrap_or_else(|| nameless(known.kind).to_owned()),
            after: if recurs { terminal.sign(" ↻", " (r)").to_owned() } else { String::new() },
            location: text(location),
            handle: Some(known.handle.clone()),
            ..Row::default()
        };
        if let Some(group) = groups.get_mut(place) {
            group.rows.push(row);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_phrases() {
        for (argument, wanted) in [
            ("tea", &["tea"][..]),
            ("follow up", &["follow up"]),
            ("\"follow up\" bob", &["follow up", "bob"]),
            ("a \"b c\" d", &["a", "b c", "d"]),
            ("\"open end", &["open end"]),
        ] {
            assert_eq!(phrases(argument), wanted, "{argument}");
        }
    }
}
