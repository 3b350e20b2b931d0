//! `kalends edit`: an object changed by flags, or in an editor on a short form.

use std::io::Write;

use clap_complete::ArgValueCandidates;
use ical::civil::DateTime;
use ical::value::DateOrTime;
use ical::zone::{Zone, Zones};
use ical::{Component, ComponentKind, ContentLine, PropertyKind};
use sentence::{Context, Kind, Moment, Reminder};
use serde::Serialize;
use service::{Edit as Change, Length, Scope};

use super::{add, manual};
use crate::compose;
use crate::editor;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{DIM, People, Programs};
use crate::terminal::one_line;
use crate::which::{self, Part};
use crate::words;

/// Changes an object (a handle, a UID, or words): by flags, or in your editor
#[derive(clap::Args)]
#[command(after_help = "Example: kalends edit bcd@20260309 --start 'friday 14:00' --future")]
pub(crate) struct Edit {
    #[arg(value_name = "ITEM", hide = true, add = ArgValueCandidates::new(manual::items))]
    item: String,
    /// What it is called
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    #[command(flatten)]
    times: add::Times,
    /// How it repeats, in words or an RRULE; empty for no more
    #[arg(long, value_name = "WORDS")]
    repeat: Option<String>,
    /// Where it is; empty for nowhere
    #[arg(long, value_name = "PLACE")]
    at: Option<String>,
    /// When to remind; may be said again; empty for never
    #[arg(long, value_name = "WORDS")]
    remind: Vec<String>,
    #[command(flatten)]
    part: Part,
    /// One JSON object an object (docs/schemas/edit.json)
    #[arg(long)]
    json: bool,
}

/// What was edited.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    handle: &'a str,
    summary: String,
    clashes: Vec<add::Clash>,
}

/// What a person may say, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) summary: Option<String>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    pub(super) length: Option<String>,
    pub(super) repeat: Option<String>,
    pub(super) at: Option<String>,
    pub(super) remind: Vec<String>,
    /// What stands below the others, of any number of lines.
    pub(super) text: Option<String>,
}

impl Edit {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let found = which::find(local, &self.item)?;
        let scope = self.part.scope(local, &self.item, &found)?;
        let flags = Form {
            summary: self.summary.clone(),
            start: self.times.start.clone(),
            end: self.times.end.clone(),
            length: self.times.length.clone(),
            repeat: self.repeat.clone(),
            at: self.at.clone(),
            remind: self.remind.clone(),
            text: None,
        };
        let Some(main) = found.booked.main() else {
            return Err(Failure::new(Exit::Refused, format!("{} has nothing to edit", self.item)));
        };
        let form = if flags == Form::default() { in_editor(main, &scope)? } else { flags };
        if form == Form::default() {
            tell("nothing was changed");
            return Ok(Exit::Done);
        }
        let context = words::context(local, Kind::Event)?;
        let zones = Zones::new(&found.booked.document);
        let before = Before::of(main, &scope, &zones, local);
        let change = change(&form, &before, &context)?;
        let title = found.booked.title();
        let uids = local.actor().edit(&found.booked.stored, &scope, &change, &title)?;
        show(local, &uids, self.json)
    }
}

/// When what is edited starts now, and in which zone.
pub(super) struct Before {
    title: String,
    kind: ComponentKind,
    /// Has it more than one description, as a note may have (RFC 5545 3.6.3)?
    has_several: bool,
    start: Option<(DateOrTime<'static>, Zone)>,
}

impl Before {
    pub(super) fn of(main: Component<'_>, scope: &Scope, zones: &Zones<'_>, local: &Local) -> Self {
        let start = match scope {
            Scope::One(entry) | Scope::Future(entry) => Some(entry.start.clone()),
            Scope::All => main.start().ok().flatten(),
        };
        let zone = |start: &DateOrTime<'_>| match start {
            DateOrTime::Utc(_) => Zone::utc(),
            other => {
                other.tzid().and_then(|tzid| zones.resolve(tzid).zone).unwrap_or(local.home.zone.clone())
            }
        };
        let title = main.summary().map_or_else(String::new, |summary| summary.into_owned());
        let has_several = main.properties_of(PropertyKind::Description).count() > 1;
        let start = start.map(|start| (start.clone(), zone(&start)));
        Self { title, kind: main.kind(), has_several, start }
    }

    /// As words have it.
    fn moment(&self) -> Option<Moment> {
        let (start, zone) = self.start.as_ref()?;
        Some(match start {
            DateOrTime::Date(date) => Moment::Day(*date),
            time => {
                let name = time.tzid().unwrap_or("UTC").to_owned();
                Moment::Time(sentence::Zoned { wall: time.wall(), zone: zone.clone(), name })
            }
        })
    }
}

/// What is to be changed.
pub(super) fn change(form: &Form, before: &Before, context: &Context) -> Result<Change, Failure> {
    let failed = |misunderstood: sentence::Misunderstood| words::failure(&misunderstood);
    let is_more_than_a_note = form.end.is_some() || form.length.is_some() || form.at.is_some();
    if before.kind == ComponentKind::Journal && (is_more_than_a_note || !form.remind.is_empty()) {
        let words = format!("{} is a note: it has neither an end, nor a place, nor a reminder", before.title);
        return Err(Failure::new(Exit::Refused, words));
    }
    let mut change = Change::default();
    let mut anchor = before.moment();
    if let Some(text) = &form.start {
        let moment = match &anchor {
            // A time alone is one of the day that it is on now.
            Some(now) => sentence::moment_on(text, now.wall().date, context),
            None => sentence::moment(text, context),
        };
        let moment = moment.map_err(failed)?;
        change.start = Some(moment.to_value());
        anchor = Some(moment);
    }
    if let Some(text) = &form.length {
        change.length = Some(Length::For(sentence::length(text, context).map_err(failed)?));
    }
    if let (Some(text), Some(anchor)) = (&form.end, &anchor) {
        let end = sentence::end(text, anchor, context).map_err(failed)?;
        let end = match end {
            // A last day is inclusive in words, and the day after it in iCalendar.
            Moment::Day(last) => last.plus_days(1).map(DateOrTime::Date),
            time => Some(time.to_value()),
        };
        change.length = end.map(Length::Until);
    }
    match form.repeat.as_deref() {
        None => {}
        Some("") => change.recur = Some(None),
        Some(text) => change.recur = Some(Some(sentence::repetition(text, context).map_err(failed)?)),
    }
    if form.text.is_some() && before.has_several {
        change.gone.push(PropertyKind::Description);
    }
    for (kind, text) in [
        (PropertyKind::Summary, &form.summary),
        (PropertyKind::Location, &form.at),
        (PropertyKind::Description, &form.text),
    ] {
        match text.as_deref() {
            None => {}
            Some("") => change.gone.push(kind),
            Some(text) => change.lines.push(ContentLine::new(kind).text(text)),
        }
    }
    if !form.remind.is_empty() {
        let said = form.remind.iter().filter(|text| !text.is_empty());
        let reminders: Vec<Reminder> =
            said.map(|text| sentence::reminder(text, context)).collect::<Result<_, _>>().map_err(failed)?;
        let alarm = |anchor: &Moment, reminder: &Reminder| compose::alarm(&before.title, *reminder, anchor);
        change.alarms = Some(reminders.iter().filter_map(|one| Some(alarm(anchor.as_ref()?, one))).collect());
    }
    Ok(change)
}

/// The line of a form that its text stands below.
const TEXT: &str = "text:\n";

/// All descriptions, as one text.
fn text_of(main: Component<'_>) -> Option<String> {
    let texts = main.properties_of(PropertyKind::Description).map(|property| property.text().into_owned());
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// The names of the form's lines.
const LINES: [&str; 6] = ["summary", "start", "end", "repeat", "at", "remind"];

impl Form {
    /// What is there now, as a person would say it.
    fn of(main: Component<'_>, scope: &Scope, zones: &Zones<'_>) -> Self {
        let shown = |time: &DateOrTime<'_>| match time {
            DateOrTime::Date(date) => date.to_string(),
            DateOrTime::Utc(wall) => format!("{}Z", minutes(*wall)),
            time => minutes(time.wall()),
        };
        let (start, end) = match scope {
            Scope::One(entry) | Scope::Future(entry) => (Some(entry.start.clone()), Some(entry.end.clone())),
            Scope::All => {
                let event = ical::component::Event::of(main);
                let todo = ical::component::Todo::of(main);
                let end = event.and_then(|event| event.end(zones).ok().flatten());
                let due = todo.and_then(|todo| todo.due(zones).ok().flatten());
                (main.start().ok().flatten(), end.or(due))
            }
        };
        // A last day is inclusive for people.
        let end = end.map(|end| match &end {
            DateOrTime::Date(date) => DateOrTime::Date(date.plus_days(-1).unwrap_or(*date)),
            _ => end.clone(),
        });
        let is_one = matches!(scope, Scope::One(_));
        let rule = main.property(PropertyKind::Rrule).filter(|_| !is_one);
        Self {
            summary: main.summary().map(|text| text.into_owned()),
            start: start.as_ref().map(shown),
            end: end.as_ref().map(shown),
            length: None,
            repeat: rule.map(|rule| rule.value_lossy().into_owned()),
            at: main.location().map(|text| text.into_owned()),
            remind: Vec::new(),
            text: text_of(main),
        }
    }

    fn lines(&self) -> [(&'static str, String); 6] {
        let text = |value: &Option<String>| value.clone().unwrap_or_default().replace('\n', " ");
        let [summary, start, end, repeat, at, remind] = LINES;
        [
            (summary, text(&self.summary)),
            (start, text(&self.start)),
            (end, text(&self.end)),
            (repeat, text(&self.repeat)),
            (at, text(&self.at)),
            (remind, self.remind.join(", ")),
        ]
    }

    /// What of an edited form is other than before.
    fn changed(&self, text: &str) -> Result<Self, Failure> {
        let before = self.lines();
        let mut changed = Self::default();
        let (text, below) = match text.split_once(TEXT) {
            Some((text, below)) => (text, Some(below)),
            None => (text, None),
        };
        let below = below.map(|below| below.lines().collect::<Vec<_>>().join("\n").trim().to_owned());
        changed.text = below.filter(|below| *below != self.text.as_deref().unwrap_or_default().trim());
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let known = line.split_once(':').and_then(|(name, value)| {
                let (name, before) = before.iter().find(|(known, _)| *known == name.trim())?;
                Some((*name, before, value.trim()))
            });
            let Some((name, before, value)) = known else {
                let words = format!("{line:?}: wanted one of {}, a colon and what it is", LINES.join(", "));
                return Err(Failure::new(Exit::WrongUse, words));
            };
            if value == before {
                continue;
            }
            let value = Some(value.to_owned());
            match name {
                "summary" => changed.summary = value,
                "start" => changed.start = value,
                "end" => changed.end = value,
                "repeat" => changed.repeat = value,
                "at" => changed.at = value,
                _ => changed.remind = value.into_iter().collect(),
            }
        }
        Ok(changed)
    }
}

fn minutes(wall: DateTime) -> String {
    format!("{} {:02}:{:02}", wall.date, wall.time.hour(), wall.time.minute())
}

/// Lets a person edit the form.
fn in_editor(main: Component<'_>, scope: &Scope) -> Result<Form, Failure> {
    let zones = Zones::new(main.document());
    let form = Form::of(main, scope, &zones);
    let mut text = "# Change what you like, save and close. A value that is taken away goes.\n".to_owned();
    for (name, value) in form.lines() {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push_str(&format!("{TEXT}{}\n", form.text.as_deref().unwrap_or_default()));
    form.changed(&editor::edited(&text)?)
}

/// What was edited, as it is now.
fn show(local: &Local, uids: &[String], is_json: bool) -> Result<Exit, Failure> {
    let actor = local.actor();
    let (mut people, mut programs) = (People::plain(), Programs::new());
    for uid in uids {
        let booked = actor.find(uid)?.booked;
        let handle = actor.handles([&booked.stored])?.join("");
        let clashes = match booked.stored.kind {
            ComponentKind::Journal => Vec::new(),
            _ => actor.clashes(&booked, &local.home.zone)?,
        };
        if is_json {
            let clashes = clashes.into_iter().map(add::Clash::of).collect();
            programs.line(&Line { uid, handle: &handle, summary: booked.title(), clashes })?;
        } else {
            writeln!(people, "{DIM}{handle}{DIM:#}  {}", one_line(&booked.title()))?;
            add::tell_clashes(&mut people, local, &clashes)?;
        }
    }
    programs.finish()?;
    people.finish()?;
    Ok(Exit::Done)
}
