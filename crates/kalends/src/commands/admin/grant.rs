//! `kalends admin grant`: who may see and change whose calendars, for whoever keeps the store.

use std::io::Write;

use rights::{Effect, Rule, Who};
use serde::Serialize;
use service::{Error, Right};
use store::{Calendar, Container, Principal, PrincipalId};

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// Who may see and change whose calendars: listed, granted, revoked
#[derive(clap::Args)]
#[command(
    after_help = "`busy` shows when there is something, `read` what it is; `write` changes it; `all` may do what \
    the owner may. Who has signed in has `free-busy`: periods alone.\n\
    Example: kalends admin grant ann/work --to ben --right read"
)]
pub(crate) struct Grant {
    /// Somebody, for all their calendars, or one of them: `ann`, `ann/work`
    #[arg(value_name = "CALENDAR-OR-HOME")]
    place: String,
    /// A name or an address; `signed-in`: whoever has signed in; `anyone`
    #[arg(long, value_name = "WHO")]
    to: Option<String>,
    /// In the place of what they were granted there
    #[arg(long, value_name = "RIGHT", requires = "to", conflicts_with = "revoke")]
    #[arg(
        hide_possible_values = true,
        help = "free-busy, busy, read, write or all, in the place of what they have there"
    )]
    right: Option<Word>,
    /// Takes away what they were granted there
    #[arg(long, requires = "to")]
    revoke: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Word {
    FreeBusy,
    Busy,
    Read,
    Write,
    All,
}

impl From<Word> for Right {
    fn from(word: Word) -> Self {
        match word {
            Word::FreeBusy => Self::FreeBusy,
            Word::Busy => Self::Busy,
            Word::Read => Self::Read,
            Word::Write => Self::Write,
            Word::All => Self::All,
        }
    }
}

/// What somebody has at a place, for programs.
#[derive(Serialize)]
struct Line {
    home: Option<String>,
    /// `None`: all of the home.
    calendar: Option<String>,
    to: String,
    /// The word for these rules, if they have one.
    right: Option<&'static str>,
    rules: Vec<RuleLine>,
}

#[derive(Serialize)]
struct RuleLine {
    effect: &'static str,
    permissions: Vec<&'static str>,
    scopes: Vec<&'static str>,
    restrictions: Vec<String>,
    decreed: bool,
}

impl From<&Rule<PrincipalId>> for RuleLine {
    fn from(rule: &Rule<PrincipalId>) -> Self {
        Self {
            effect: match rule.effect {
                Effect::Grant => "grant",
                Effect::Deny => "deny",
            },
            permissions: rule.permissions.iter().map(|permission| permission.word()).collect(),
            scopes: rule.scopes.iter().map(|scope| scope.word()).collect(),
            restrictions: rule.restrictions.iter().map(rights::Restriction::word).collect(),
            decreed: rule.is_decreed,
        }
    }
}

/// What is granted: a home, or a calendar of it.
struct Place {
    home: Principal,
    calendar: Option<Calendar>,
}

impl Grant {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let place = Place::find(local, &self.place)?;
        if let Some(to) = &self.to {
            let right = self.right.map(Right::from);
            if right.is_none() && !self.revoke {
                return Err(Failure::new(Exit::WrongUse, "wanted --right or --revoke beside --to"));
            }
            let who = who(local, to)?;
            let to = word(local, who)?;
            let line = place.said(&to, right);
            local.keeper().share(place.container(), who, right, &line)?;
            if !is_json {
                tell(&line);
                place.tell_rest(local, &to)?;
                return Ok(Exit::Done);
            }
        }
        let lines = place.lines(local)?;
        if is_json {
            let mut programs = Programs::new();
            for line in &lines {
                programs.line(line)?;
            }
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let mut people = People::new();
        if lines.is_empty() {
            writeln!(people, "{DIM}Nobody but the owner has anything there.{DIM:#}")?;
        }
        for line in &lines {
            let where_ = if line.calendar.is_none() && place.calendar.is_some() {
                format!("  {DIM}in all calendars{DIM:#}")
            } else {
                String::new()
            };
            writeln!(people, "{BOLD}{}{BOLD:#}  {}{where_}", one_line(&line.to), line.sentence())?;
        }
        people.finish()?;
        Ok(Exit::Done)
    }
}

impl Line {
    fn sentence(&self) -> String {
        if let Some(right) = self.right {
            return right.to_owned();
        }
        let rules = self.rules.iter().map(|rule| {
            let not = if rule.effect == "deny" { "not " } else { "" };
            let what = one_line(&rule.scopes.join(", "));
            let only: String =
                rule.restrictions.iter().map(|restriction| format!(" {restriction}")).collect();
            format!("{not}{} {what}{}", rule.permissions.join(", "), one_line(&only))
        });
        rules.collect::<Vec<_>>().join("; ")
    }
}

impl Place {
    fn find(local: &Local, text: &str) -> Result<Self, Failure> {
        let keeper = local.keeper();
        if let Some((home, calendar)) = text.split_once('/') {
            let home = keeper.principal(home)?;
            let calendar = Some(calendar).filter(|calendar| !calendar.is_empty());
            let calendar = calendar.map(|calendar| keeper.calendar_named(home.id, calendar)).transpose()?;
            return Ok(Self { home, calendar });
        }
        match keeper.principal(text) {
            Ok(home) => Ok(Self { home, calendar: None }),
            Err(Error::NotFound(nobody)) => match local.owner().calendar(text) {
                Ok(calendar) => Ok(Self { home: local.owner().me()?, calendar: Some(calendar) }),
                Err(Error::NotFound(_)) => Err(Failure::new(Exit::NotFound, nobody)),
                Err(error) => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    fn container(&self) -> Container {
        match &self.calendar {
            Some(calendar) => Container::Calendar(calendar.id),
            None => Container::Home(self.home.id),
        }
    }

    fn name(&self) -> String {
        let home = self.home.profile.name.as_deref().unwrap_or_default();
        match &self.calendar {
            Some(calendar) if home.is_empty() => calendar.settings.segment.clone(),
            Some(calendar) => format!("{home}/{}", calendar.settings.segment),
            None => home.to_owned(),
        }
    }

    /// What was granted, in a line.
    fn said(&self, to: &str, right: Option<Right>) -> String {
        let busy = self.home.profile.name.as_deref().unwrap_or("the owner");
        let may = match right {
            None => "has nothing there any more".to_owned(),
            Some(Right::FreeBusy) => format!("may ask when {busy} is busy"),
            Some(Right::Busy) => "may see when there is something".to_owned(),
            Some(Right::Read) => "may read".to_owned(),
            Some(Right::Write) => "may write".to_owned(),
            Some(Right::All) => "may do all but remove it".to_owned(),
        };
        let to = if to == SIGNED_IN { "whoever has signed in" } else { to };
        one_line(&format!("{}: {to} {may}", self.name()))
    }

    /// Tells what somebody has at a calendar because they have it in all of the home.
    fn tell_rest(&self, local: &Local, to: &str) -> Result<(), Failure> {
        let is_rest = |line: &&Line| self.calendar.is_some() && line.calendar.is_none() && line.to == to;
        for line in self.lines(local)?.iter().filter(is_rest) {
            let home = self.home.profile.name.as_deref().unwrap_or_default();
            tell(&one_line(&format!("what {to} has in all calendars of {home} stays: {}", line.sentence())));
        }
        Ok(())
    }

    /// What everybody has there, those of the home first.
    fn lines(&self, local: &Local) -> Result<Vec<Line>, Failure> {
        let keeper = local.keeper();
        let standing = match &self.calendar {
            Some(calendar) => keeper.rules_for(calendar.id)?,
            None => keeper.rules(self.container())?,
        };
        let mut lines = Vec::new();
        let mut told: Vec<(Container, Who<PrincipalId>)> = Vec::new();
        for one in &standing {
            let of = (one.container, one.rule.who);
            if told.contains(&of) {
                continue;
            }
            told.push(of);
            let same = standing.iter().filter(|other| (other.container, other.rule.who) == of);
            let rules: Vec<&Rule<PrincipalId>> = same.map(|other| &other.rule).collect();
            let calendar = self.calendar.as_ref().filter(|_| matches!(of.0, Container::Calendar(_)));
            lines.push(Line {
                home: self.home.profile.name.clone(),
                calendar: calendar.map(|calendar| calendar.settings.segment.clone()),
                to: word(local, of.1)?,
                right: Right::of(&rules).map(Right::word),
                rules: rules.into_iter().map(RuleLine::from).collect(),
            });
        }
        Ok(lines)
    }
}

/// Whoever has signed in.
const SIGNED_IN: &str = "signed-in";

/// Whom a word means.
fn who(local: &Local, text: &str) -> Result<Who<PrincipalId>, Failure> {
    Ok(match text {
        SIGNED_IN => Who::SignedIn,
        "anyone" => Who::Anyone,
        name => Who::Principal(local.keeper().principal(name)?.id),
    })
}

/// The word for whom a rule names.
fn word(local: &Local, who: Who<PrincipalId>) -> Result<String, Failure> {
    Ok(match who {
        Who::Owner => "owner".to_owned(),
        Who::SignedIn => SIGNED_IN.to_owned(),
        Who::Unauthenticated => "unauthenticated".to_owned(),
        Who::Anyone => "anyone".to_owned(),
        Who::Principal(id) => local.keeper().principal_of(id)?.profile.name.unwrap_or_else(|| id.to_string()),
    })
}
