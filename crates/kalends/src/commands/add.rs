//! `kalends add`: a new event or to-do, in words or by flags.

use std::io::Write;

use clap_complete::ArgValueCandidates;
use sentence::{Context, Kind, Part, Sentence, Understood};
use serde::Serialize;
use service::{Booked, Entry};

use super::manual;
use crate::compose;
use crate::exit::{Exit, Failure};
use crate::local::Local;
use crate::output::{DIM, People, Programs, YELLOW};
use crate::terminal::one_line;
use crate::words;

/// Adds an event: one sentence, or flags, which stand over it
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  kalends add Dentist tomorrow 14:00 for 45 min at Main St every 6 months\n  \
    kalends add Yoga --start 'monday 18:00' --repeat weekly --remind '1 h before'"
)]
pub(crate) struct Add {
    /// What, when, how long, where, how often: see the guide's page
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    #[command(flatten)]
    flags: Flags,
    /// One JSON object (docs/schemas/add.json)
    #[arg(long)]
    json: bool,
}

/// When something is, by flags.
#[derive(clap::Args)]
pub(crate) struct Times {
    /// When it starts
    #[arg(long, value_name = "WHEN")]
    pub(crate) start: Option<String>,
    /// When it ends
    #[arg(long, value_name = "WHEN")]
    pub(crate) end: Option<String>,
    /// How long it is
    #[arg(long = "for", value_name = "LENGTH", conflicts_with = "end")]
    pub(crate) length: Option<String>,
}

/// What can be said by flags.
#[derive(clap::Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    times: Times,
    /// How it repeats, in words or as an RRULE
    #[arg(long, value_name = "WORDS")]
    repeat: Option<String>,
    /// Where it is
    #[arg(long, value_name = "PLACE")]
    at: Option<String>,
    /// When to remind; may be said again
    #[arg(long, value_name = "WORDS")]
    remind: Vec<String>,
    /// In which calendar
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(manual::calendars))]
    calendar: Option<String>,
}

/// What was added.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    handle: &'a str,
    calendar: &'a str,
    understood: String,
    notes: Vec<String>,
    clashes: Vec<Clash>,
}

/// What else is on then.
#[derive(Serialize)]
pub(crate) struct Clash {
    uid: String,
    summary: Option<String>,
    start: String,
    end: String,
}

impl Clash {
    pub(crate) fn of(entry: Entry) -> Self {
        let (start, end) = (entry.start.to_string(), entry.end.to_string());
        Self { uid: entry.object.uid, summary: entry.summary, start, end }
    }
}

impl Flags {
    fn parts(&self) -> impl Iterator<Item = (Part, &String)> {
        let one = [
            (Part::Start, &self.times.start),
            (Part::End, &self.times.end),
            (Part::For, &self.times.length),
            (Part::Repeat, &self.repeat),
            (Part::At, &self.at),
            (Part::Calendar, &self.calendar),
        ];
        let one = one.into_iter().filter_map(|(part, text)| Some((part, text.as_ref()?)));
        one.chain(self.remind.iter().map(|text| (Part::Remind, text)))
    }
}

impl Add {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let said = Said { words: &self.words, flags: &self.flags, due: None };
        add(local, Kind::Event, &said, self.json)
    }
}

/// What a person says of something new.
pub(crate) struct Said<'a> {
    pub(crate) words: &'a [String],
    pub(crate) flags: &'a Flags,
    /// Of a to-do.
    pub(crate) due: Option<&'a String>,
}

/// Adds what is said.
pub(crate) fn add(local: &Local, kind: Kind, said: &Said<'_>, is_json: bool) -> Result<Exit, Failure> {
    let context = words::context(local, kind)?;
    let understood = understand(&context, said)?;
    let actor = local.actor();
    let calendar = local.calendar(understood.calendar.as_deref())?;
    let document = compose::object(&understood, &actor.new_uid(), local.now, local.config.reminder)
        .map_err(|error| Failure::new(Exit::Refused, error.to_string()))?;
    let booked = actor.put(&calendar, &document.to_bytes(), "add", &understood.summary)?;
    let clashes = actor.clashes(&booked, &local.home.zone)?;
    let notes = understood.notes.iter().map(ToString::to_string).collect();
    let added =
        Added { calendar: &calendar.settings.name, understood: understood.to_string(), notes, clashes };
    added.tell(local, &booked, is_json)
}

fn understand(context: &Context, said: &Said<'_>) -> Result<Understood, Failure> {
    let words: Vec<&str> = said.words.iter().map(String::as_str).collect();
    let read = || {
        let mut sentence = Sentence::read(&words, context)?;
        for (part, text) in said.flags.parts().chain(said.due.map(|due| (Part::Due, due))) {
            sentence = sentence.with(part, text, context)?;
        }
        sentence.understand(context)
    };
    read().map_err(|misunderstood| words::failure(&misunderstood))
}

/// What is told of something new.
pub(crate) struct Added<'a> {
    pub(crate) calendar: &'a str,
    pub(crate) understood: String,
    pub(crate) notes: Vec<String>,
    pub(crate) clashes: Vec<Entry>,
}

impl Added<'_> {
    pub(crate) fn tell(self, local: &Local, booked: &Booked, is_json: bool) -> Result<Exit, Failure> {
        let Self { calendar, understood, notes, clashes } = self;
        let handles = local.actor().handles([&booked.stored])?;
        let handle = handles.first().map_or("", String::as_str);
        if is_json {
            let clashes = clashes.into_iter().map(Clash::of).collect();
            let uid = booked.stored.uid.as_str();
            let mut programs = Programs::new();
            programs.line(&Line { uid, handle, calendar, understood, notes, clashes })?;
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let mut people = People::plain();
        writeln!(people, "{DIM}{handle}{DIM:#}  {}", one_line(&understood))?;
        for note in &notes {
            writeln!(people, "{YELLOW}{}{YELLOW:#}", one_line(note))?;
        }
        tell_clashes(&mut people, local, &clashes)?;
        people.finish()?;
        Ok(Exit::Done)
    }
}

/// What else is on at the times of what was written.
pub(crate) fn tell_clashes(people: &mut People, local: &Local, clashes: &[Entry]) -> Result<(), Failure> {
    let dash = people.terminal.sign("–", "-");
    for clash in clashes {
        let wall = |at| local.home.zone.to_wall(at);
        let time = |at| wall(at).map(|wall| format!("{:02}:{:02}", wall.time.hour(), wall.time.minute()));
        let (start, end) = (time(clash.start_at).unwrap_or_default(), time(clash.end_at).unwrap_or_default());
        let day = wall(clash.start_at).map(|wall| wall.date.to_string()).unwrap_or_default();
        let summary = one_line(clash.summary.as_deref().unwrap_or("something"));
        writeln!(people, "{YELLOW}at the same time: {summary}, {day} {start}{dash}{end}{YELLOW:#}")?;
    }
    Ok(())
}
