//! `kalends todo`: what is to be done, what is late first; a to-do added, or completed.

mod done;

use std::ops::ControlFlow;

use ical::civil::{DateTime, Timestamp};
use ical::component::Todo as Task;
use ical::recurrence::{Occurrence, Range};
use ical::value::{DateOrTime, Status};
use ical::{Component, ComponentKind};
use sentence::Kind;
use serde::Serialize;
use service::{Booked, Objects};

use super::add;
use crate::days::nameless;
use crate::exit::{Exit, Failure};
use crate::filter::{Filter, Within};
use crate::listing::Listing;
use crate::local::Local;
use crate::occurrence::{tzid, utc};
use crate::output::{People, Programs};
use crate::table::{self, Group, Row};
use crate::terminal::{self, Terminal};

/// What is to be done: late, due, without a date
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example: kalends todo add Tax return by friday"
)]
pub(crate) struct Todo {
    #[command(subcommand)]
    act: Option<Act>,
    /// What is completed or cancelled, too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    filter: Filter,
    /// One JSON object a to-do (docs/schemas/todo.json)
    #[arg(long)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Act {
    Add(Add),
    Done(done::Done),
}

/// Adds a to-do: one sentence, or flags, which stand over it
#[derive(clap::Args)]
#[command(after_help = "Example: kalends todo add Tax return by friday 17:00 #Work")]
struct Add {
    /// What, by when: see the guide's page on words
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// When it is due
    #[arg(long, value_name = "WHEN")]
    due: Option<String>,
    #[command(flatten)]
    flags: add::Flags,
    /// One JSON object (docs/schemas/add.json)
    #[arg(long)]
    json: bool,
}

/// A to-do in the list; of one that recurs, the first time that is still open.
#[derive(Debug, Default)]
struct Listed {
    uid: String,
    recurrence_id: Option<DateOrTime<'static>>,
    start: Option<(DateOrTime<'static>, Timestamp)>,
    due: Option<(DateOrTime<'static>, Timestamp)>,
    is_instant: bool,
    completed: Option<DateTime>,
    summary: Option<String>,
    location: Option<String>,
    status: Option<String>,
    percent: Option<i32>,
    priority: i32,
    categories: Vec<String>,
    is_over: bool,
    calendar: String,
    handle: String,
}

/// A to-do for programs.
#[derive(Serialize)]
struct Line<'a> {
    uid: &'a str,
    recurrence_id: Option<String>,
    start: Option<String>,
    tzid: Option<&'a str>,
    start_utc: Option<String>,
    due: Option<String>,
    due_utc: Option<String>,
    is_overdue: bool,
    completed_utc: Option<String>,
    summary: Option<&'a str>,
    status: Option<&'a str>,
    percent_complete: Option<i32>,
    priority: i32,
    location: Option<&'a str>,
    categories: &'a [String],
    calendar: &'a str,
    handle: &'a str,
}

/// So many times of one to-do are looked at for one that is open.
const TIMES: usize = 10_000;

impl Todo {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        match &self.act {
            None => self.list(local),
            Some(Act::Add(added)) => {
                let said = add::Said { words: &added.words, flags: &added.flags, due: added.due.as_ref() };
                add::add(local, Kind::Todo, &said, added.json)
            }
            Some(Act::Done(done)) => done.run(local),
        }
    }

    fn list(&self, local: &Local) -> Result<Exit, Failure> {
        let mut tasks = self.tasks(local)?;
        tasks.sort_by_cached_key(|task| {
            let at = |time: &Option<(_, Timestamp)>| time.as_ref().map(|(_, at)| *at);
            let due = at(&task.due);
            // 1 is the highest priority, and 0 is none (RFC 5545 3.8.1.9).
            let priority = if task.priority == 0 { i32::MAX } else { task.priority };
            (task.is_over, due.is_none(), due, priority, at(&task.start), task.summary.clone())
        });
        if self.json {
            let mut programs = Programs::new();
            tasks.iter().try_for_each(|task| programs.line(&task.line(local)))?;
            programs.finish()?;
        } else {
            let mut people = People::new();
            let groups = groups(&tasks, local, people.terminal);
            table::show(&mut people, "", &groups, "Nothing to do.")?;
            people.finish()?;
        }
        local.keep_up();
        Ok(Exit::Done)
    }

    fn tasks(&self, local: &Local) -> Result<Vec<Listed>, Failure> {
        let mut listing = Listing::of(local)?;
        let calendars = self.filter.calendars(&listing.look)?;
        let wanted = if self.all { Objects::Kind(ComponentKind::Todo) } else { Objects::OpenTodos };
        let range = self.within.range(&local.home.zone);
        let mut tasks = Vec::new();
        for stored in listing.look.objects(&wanted, &calendars)? {
            let booked = listing.look.read(stored)?;
            let found = self.of(&booked, &listing, local, range);
            if let Some(task) = found.filter(|task| self.filter.has(&task.categories)) {
                let handle = match (&task.recurrence_id, &task.start) {
                    (Some(_), Some((_, at))) => listing.handle_at(&booked.stored, *at, false)?,
                    _ => listing.handle(&booked.stored)?,
                };
                let calendar = listing.calendar(booked.stored.calendar).to_owned();
                tasks.push(Listed { handle, calendar, ..task });
            }
        }
        Ok(tasks)
    }

    /// The first time of a to-do that is open; with `--all` the last that is over, where none is.
    fn of(
        &self,
        booked: &Booked,
        listing: &Listing<'_>,
        local: &Local,
        range: Option<Range>,
    ) -> Option<Listed> {
        let mut found: Option<Listed> = None;
        let mut times = 0;
        let within = range.unwrap_or(Range::ALL);
        listing.look.occurrences(booked, within, &local.home.zone, &mut |occurrence| {
            let task = Listed::of(occurrence);
            let is_open = !task.is_over;
            if is_open || self.all {
                found = Some(task);
            }
            times += 1;
            if is_open || times >= TIMES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if times == 0 && range.is_none() {
            // It has neither a start nor a due.
            found = booked.main().map(Listed::undated);
        }
        found
            .filter(|task| self.all || !task.is_over)
            .map(|task| Listed { uid: booked.stored.uid.clone(), ..task })
    }
}

impl Listed {
    fn undated(component: Component<'_>) -> Self {
        let text = |text: Option<std::borrow::Cow<'_, str>>| text.map(std::borrow::Cow::into_owned);
        let status = component.status();
        let task = Task::of(component);
        let completed = task.and_then(|task| task.completed().ok().flatten());
        Self {
            completed,
            summary: text(component.summary()),
            location: text(component.location()),
            status: status.as_ref().map(|status| status.as_str().to_owned()),
            percent: task.and_then(|task| task.percent_complete().ok().flatten()),
            priority: component.priority().unwrap_or_default(),
            categories: component.categories(),
            is_over: completed.is_some() || matches!(status, Some(Status::Completed | Status::Cancelled)),
            ..Self::default()
        }
    }

    fn of(occurrence: &Occurrence<'_, '_>) -> Self {
        let component = occurrence.component();
        let has_start = component.start().is_ok_and(|start| start.is_some());
        let has_due =
            Task::of(component).is_some_and(|task| task.extent().is_ok_and(|extent| extent.is_some()));
        Self {
            recurrence_id: occurrence.recurrence_id().map(DateOrTime::into_owned),
            start: has_start.then(|| (occurrence.start().into_owned(), occurrence.start_at())),
            // What is only due is then, whether a time or a day.
            due: has_due.then(|| match has_start {
                true => (occurrence.end().into_owned(), occurrence.end_at()),
                false => (occurrence.start().into_owned(), occurrence.start_at()),
            }),
            is_instant: occurrence.is_instant(),
            ..Self::undated(component)
        }
    }

    /// Has its time passed? What is due on a day is late when the day is over.
    fn is_overdue(&self, local: &Local) -> bool {
        !self.is_over
            && match &self.due {
                Some((DateOrTime::Date(day), _)) => *day < local.today(),
                Some((_, at)) => *at < local.now,
                None => false,
            }
    }

    fn line(&self, local: &Local) -> Line<'_> {
        let text = |time: &Option<(DateOrTime<'_>, _)>| time.as_ref().map(|(time, _)| time.to_string());
        let utc = |time: &Option<(_, Timestamp)>| {
            time.as_ref().filter(|_| self.is_instant).and_then(|(_, at)| utc(*at))
        };
        Line {
            uid: &self.uid,
            recurrence_id: self.recurrence_id.as_ref().map(ToString::to_string),
            start: text(&self.start),
            tzid: self.start.as_ref().or(self.due.as_ref()).and_then(|(time, _)| tzid(time)),
            start_utc: utc(&self.start),
            due: text(&self.due),
            due_utc: utc(&self.due),
            is_overdue: self.is_overdue(local),
            completed_utc: self.completed.map(|at| DateOrTime::Utc(at).to_string()),
            summary: self.summary.as_deref(),
            status: self.status.as_deref(),
            percent_complete: self.percent,
            priority: self.priority,
            location: self.location.as_deref(),
            categories: &self.categories,
            calendar: &self.calendar,
            handle: &self.handle,
        }
    }

    fn row(&self, local: &Local, terminal: Terminal) -> Row {
        let line = |text: &Option<String>| {
            let text = text.as_deref().map(|text| terminal::beginning(text, terminal));
            text.filter(|text| !text.is_empty())
        };
        let is_completed = self.is_over && self.status.as_deref() != Some("CANCELLED");
        let mark = if is_completed { terminal.sign("☑ ", "[x] ") } else { terminal.sign("☐ ", "[ ] ") };
        let priority = match self.priority {
            1..=4 => Some("high".to_owned()),
            5 => Some("medium".to_owned()),
            6..=9 => Some("low".to_owned()),
            _ => None,
        };
        let percent = self.percent.filter(|percent| *percent > 0 && !self.is_over);
        let cancelled = (self.is_over && !is_completed).then(|| "cancelled".to_owned());
        let told: Vec<String> = [priority, percent.map(|percent| format!("{percent} %")), cancelled]
            .into_iter()
            .flatten()
            .collect();
        let mut after = if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) };
        if self.recurrence_id.is_some() {
            after.push_str(terminal.sign(" ↻", " (r)"));
        }
        Row {
            when: self.when(local),
            is_late: self.is_overdue(local),
            is_struck: self.is_over && !is_completed,
            before: mark.to_owned(),
            summary: line(&self.summary).unwrap_or_else(|| nameless(ComponentKind::Todo).to_owned()),
            after,
            location: line(&self.location),
            elsewhere: None,
            handle: Some(self.handle.clone()),
        }
    }

    /// When it is due, or what is known of when: `tomorrow 18:00`, `from Mon 2 Mar`.
    fn when(&self, local: &Local) -> String {
        let Some((time, at)) = self.due.as_ref().or(self.start.as_ref()) else { return String::new() };
        let wall = local.home.zone.to_wall(*at).filter(|_| self.is_instant);
        let text = local.moment(wall.unwrap_or(time.wall()), time.is_date());
        if self.due.is_some() { text } else { format!("from {text}") }
    }
}

fn groups(tasks: &[Listed], local: &Local, terminal: Terminal) -> Vec<Group> {
    let mut groups: Vec<Group> = ["Overdue", "Due", "No due date", "Done"]
        .map(|heading| Group { heading: heading.to_owned(), rows: Vec::new() })
        .into();
    for task in tasks {
        let place = match task {
            task if task.is_over => 3,
            task if task.is_overdue(local) => 0,
            task if task.due.is_some() => 1,
            _ => 2,
        };
        if let Some(group) = groups.get_mut(place) {
            group.rows.push(task.row(local, terminal));
        }
    }
    groups
}
