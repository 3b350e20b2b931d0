//! `kalends inbox`: what came of invitations and answers, and what became of it.

use std::ops::ControlFlow;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::Partstat;
use serde::Serialize;
use service::{Choice, Message, MessageStanding, why};

use crate::days::nameless;
use crate::exit::{Exit, Failure, tell};
use crate::listing::Listing;
use crate::local::Local;
use crate::occurrence::{Line as Times, Shown, utc};
use crate::output::{People, Programs};
use crate::people;
use crate::table::{self, Group, Row};
use crate::terminal::{self, Terminal};

/// Invitations and answers that came: those that wait for you, then the newest
#[derive(clap::Args)]
#[command(after_help = "kalends accept, decline, tentative and delegate answer an invitation.\n\n\
    Examples: kalends inbox --why; kalends inbox --agree bcdf; kalends inbox --clear")]
pub(crate) struct Inbox {
    /// Says for each what was decided, and why
    #[arg(long)]
    why: bool,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    /// Takes in what is held, by its letters
    #[arg(long, value_name = "MESSAGE", group = "act")]
    agree: Option<String>,
    /// Does not take it in; who proposed something hears so
    #[arg(long, value_name = "MESSAGE", group = "act")]
    refuse: Option<String>,
    /// What to say to whoever proposed it
    #[arg(long, value_name = "TEXT", requires = "refuse")]
    comment: Option<String>,
    /// Takes out what was dealt with; your calendars stay as they are
    #[arg(long, group = "act")]
    clear: bool,
    /// One JSON object a message (docs/schemas/inbox.json)
    #[arg(long)]
    json: bool,
}

/// A message, as it is shown.
struct Came {
    message: Message,
    /// In whose name, as people call them.
    from: String,
    /// What they answer, where it is an answer.
    partstat: Option<Partstat<'static>>,
    comment: Option<String>,
    /// When what it is about takes place next, or did first.
    shown: Option<Shown>,
    handle: Option<String>,
}

/// A message for programs.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    times: Times<'a>,
    message: String,
    at_utc: Option<String>,
    from: String,
    name: &'a str,
    method: &'a str,
    partstat: Option<&'a str>,
    comment: Option<&'a str>,
    handle: Option<&'a str>,
    standing: &'static str,
    is_open: bool,
    why: &'a str,
    because: &'a str,
}

/// What was decided, for programs.
#[derive(Serialize)]
struct Decided<'a> {
    message: String,
    why: &'a str,
    because: &'a str,
}

/// What was cleared, for programs.
#[derive(Serialize)]
struct Cleared {
    cleared: usize,
}

impl Inbox {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        if self.clear {
            let cleared = local.actor().clear_inbox()?;
            if self.json {
                let mut programs = Programs::new();
                programs.line(&Cleared { cleared })?;
                programs.finish()?;
            } else {
                let messages = if cleared == 1 { "message was" } else { "messages were" };
                tell(&format!("{cleared} {messages} taken out; what waits for you stays"));
            }
            return Ok(Exit::Done);
        }
        let refuse = || Choice::Refuse(self.comment.clone());
        match (&self.agree, &self.refuse) {
            (Some(handle), _) => return self.decide(local, handle, &Choice::Agree),
            (None, Some(handle)) => return self.decide(local, handle, &refuse()),
            (None, None) => {}
        }
        let mut listing = Listing::of(local)?;
        let messages = local.actor().inbox(self.limit)?.into_iter();
        let came = messages.map(|message| Came::of(message, &mut listing, local));
        let came = came.collect::<Result<Vec<Came>, Failure>>()?;
        drop(listing);
        if self.json {
            let mut programs = Programs::new();
            came.iter().try_for_each(|one| programs.line(&one.line()))?;
            programs.finish()?;
        } else {
            let mut people = People::new();
            let groups = self.groups(&came, local, people.terminal);
            table::show(&mut people, "", &groups, "Nothing came.")?;
            people.finish()?;
        }
        local.keep_up();
        Ok(Exit::Done)
    }

    /// Decides of a message that is held.
    fn decide(&self, local: &Local, handle: &str, choice: &Choice) -> Result<Exit, Failure> {
        let actor = local.actor();
        let message = actor.held(handle)?;
        let word = actor.decide_held(&message.booked.stored.name, choice)?;
        let title = message.booked.title();
        if self.json {
            let mut programs = Programs::new();
            programs.line(&Decided { message: message.handle(), why: &word, because: why(&word) })?;
            programs.finish()?;
        } else {
            tell(&format!("{title}: {}", why(&word)));
        }
        Ok(Exit::Done)
    }

    fn groups(&self, came: &[Came], local: &Local, terminal: Terminal) -> Vec<Group> {
        let headings = ["To be answered", "Held: you decide", "Waiting", "Dealt with", "Nothing came of it"];
        let mut groups = headings.map(|heading| Group { heading: heading.to_owned(), rows: Vec::new() });
        for one in came {
            let place = match one.message.standing {
                MessageStanding::Held if one.message.is_open => 1,
                _ if one.message.is_open => 0,
                MessageStanding::Waiting => 2,
                MessageStanding::Applied | MessageStanding::Held => 3,
                MessageStanding::Refused => 4,
            };
            if let Some(group) = groups.get_mut(place) {
                group.rows.push(one.row(local, terminal, self.why));
            }
        }
        groups.into()
    }
}

impl Came {
    fn of(message: Message, listing: &mut Listing<'_>, local: &Local) -> Result<Self, Failure> {
        let mut shown = None;
        let ahead = Range { from: local.now, to: Timestamp(i64::MAX) };
        for range in [ahead, Range::ALL] {
            if shown.is_none() {
                listing.look.occurrences(&message.booked, range, &local.home.zone, &mut |occurrence| {
                    shown = Some(Shown::of(occurrence));
                    ControlFlow::Break(())
                });
            }
        }
        let main = message.booked.main();
        let is_reply = message.method == "REPLY";
        let user = main.filter(|_| is_reply).and_then(|main| people::listed(main, &message.sender));
        let partstat = user.map(|user| user.partstat().into_owned());
        let comment = main.and_then(|main| main.comments().next().map(|comment| comment.into_owned()));
        // What is about one occurrence of a series names that one.
        let is_one = main.is_some_and(|main| main.recurrence_id().is_ok_and(|id| id.is_some()));
        let handle = match (&message.object, &shown) {
            (Some(object), Some(shown)) if is_one => {
                Some(listing.handle_at(object, shown.start_at, false)?)
            }
            (Some(object), _) => Some(listing.handle(object)?),
            (None, _) => None,
        };
        let from = people::called(local, &message.sender)?;
        Ok(Self { message, from, partstat, comment, shown, handle })
    }

    /// What it does, as people say it.
    fn verb(&self) -> &'static str {
        match (self.message.method.as_str(), self.message.why.as_str()) {
            ("REQUEST", "reschedule") => "moves it",
            ("REQUEST", "update") => "changes it",
            ("REQUEST", _) => "invites you",
            ("CANCEL", _) => "calls it off",
            ("REPLY", _) => people::answer(self.partstat.as_ref().unwrap_or(&Partstat::NeedsAction)),
            ("COUNTER", _) => "proposes something else",
            ("DECLINECOUNTER", _) => "leaves it as it is",
            ("REFRESH", _) => "asks for it again",
            ("ADD", _) => "adds to it",
            _ => "tells of it",
        }
    }

    fn summary(&self) -> Option<&str> {
        self.shown.as_ref().and_then(|shown| shown.summary.as_deref())
    }

    fn row(&self, local: &Local, terminal: Terminal, has_why: bool) -> Row {
        let when = self.shown.as_ref().and_then(|shown| {
            let (start, _) = shown.walls(&local.home)?;
            Some(local.moment(start, shown.start.is_date()))
        });
        let title = terminal::beginning(self.summary().unwrap_or_default(), terminal);
        let kind = self.message.booked.stored.kind;
        let title = if title.is_empty() { nameless(kind).to_owned() } else { title };
        let from = terminal::beginning(&self.from, terminal);
        let comment = self.comment.as_ref().map(|comment| terminal::beginning(comment, terminal));
        let recurs = self.shown.as_ref().is_some_and(|shown| shown.recurrence_id.is_some());
        let mark = if recurs { terminal.sign(" ↻", " (r)") } else { "" };
        Row {
            when: when.unwrap_or_default(),
            is_struck: self.message.method == "CANCEL",
            before: format!("{from} {}: ", self.verb()),
            summary: title,
            after: comment.map_or_else(|| mark.to_owned(), |comment| format!("{mark} \"{comment}\"")),
            elsewhere: has_why.then(|| why(&self.message.why).to_owned()),
            handle: match self.message.standing {
                // What is to be decided is the message.
                MessageStanding::Held if self.message.is_open => {
                    Some(self.message.handle().chars().take(4).collect())
                }
                _ => self.handle.clone(),
            },
            ..Row::default()
        }
    }

    fn line(&self) -> Line<'_> {
        let stored = &self.message.booked.stored;
        Line {
            times: match &self.shown {
                Some(shown) => shown.line(Some(&stored.uid)),
                None => Times::undated(&stored.uid, None, None),
            },
            message: self.message.handle(),
            at_utc: utc(stored.created),
            from: people::bare(&self.message.sender),
            name: &self.from,
            method: &self.message.method,
            partstat: self.partstat.as_ref().map(Partstat::as_str),
            comment: self.comment.as_deref(),
            handle: self.handle.as_deref(),
            standing: match self.message.standing {
                MessageStanding::Waiting => "waiting",
                MessageStanding::Held => "held",
                MessageStanding::Applied => "applied",
                MessageStanding::Refused => "refused",
            },
            is_open: self.message.is_open,
            why: &self.message.why,
            because: why(&self.message.why),
        }
    }
}
