//! `kalends admin grant`: who may see and change whose calendars, for whoever keeps the store.

use std::io::Write;

use rights::{Effect, Rule, Who};
use serde::Serialize;
use service::{Delegation, Error, Right};
use store::{Calendar, Container, Principal, PrincipalId};

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// Who may see and change whose calendars: listed, granted, revoked
#[derive(clap::Args)]
#[command(
    after_help = "`busy` shows when there is something, `read` what it is; `write` changes it; `all` may do what \
    the owner may. `free-busy` is periods alone, for who has signed in. Of a home, `delegate-read` and `delegate-write` \
    act for its owner.\n\
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
        help = "free-busy, busy, read, write, all, delegate-read or delegate-write, in the place of what they have there"
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
    DelegateRead,
    DelegateWrite,
}

/// What is given.
#[derive(Clone, Copy)]
enum Given {
    Right(Right),
    Delegation(Delegation),
}

impl From<Word> for Given {
    fn from(word: Word) -> Self {
        match word {
            Word::FreeBusy => Self::Right(Right::FreeBusy),
            Word::Busy => Self::Right(Right::Busy),
            Word::Read => Self::Right(Right::Read),
            Word::Write => Self::Right(Right::Write),
            Word::All => Self::Right(Right::All),
            Word::DelegateRead => Self::Delegation(Delegation::Read),
            Word::DelegateWrite => Self::Delegation(Delegation::Write),
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
            let given = self.right.map(Given::from);
            if given.is_none() && !self.revoke {
                return Err(Failure::new(Exit::WrongUse, "wanted --right or --revoke beside --to"));
            }
            let who = who(local, to)?;
            let to = word(local, who)?;
            let line = place.said(&to, given);
            place.give(local, who, given, &line)?;
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

    fn give(
        &self,
        local: &Local,
        who: Who<PrincipalId>,
        given: Option<Given>,
        line: &str,
    ) -> Result<(), Failure> {
        let keeper = local.keeper();
        let right = match given {
            None => None,
            Some(Given::Right(right)) => Some(right),
            Some(Given::Delegation(delegation)) => {
                let (Container::Home(home), Who::Principal(who)) = (self.container(), who) else {
                    let wanted =
                        "somebody acts for another in all of their calendars: wanted a home, and a name";
                    return Err(Failure::new(Exit::WrongUse, wanted));
                };
                return Ok(keeper.delegate(home, who, delegation, line)?);
            }
        };
        Ok(keeper.share(self.container(), who, right, line)?)
    }

    /// What was granted, in a line.
    fn said(&self, to: &str, given: Option<Given>) -> String {
        let owner = self.home.profile.name.as_deref().unwrap_or("the owner");
        let may = match given {
            None => "has nothing there any more".to_owned(),
            Some(Given::Right(Right::FreeBusy)) => format!("may ask when {owner} is busy"),
            Some(Given::Right(Right::Busy)) => "may see when there is something".to_owned(),
            Some(Given::Right(Right::Read)) => "may read".to_owned(),
            Some(Given::Right(Right::Write)) => "may write".to_owned(),
            Some(Given::Right(Right::All)) => "may do all but remove it".to_owned(),
            Some(Given::Delegation(Delegation::Read)) => format!("may read for {owner}"),
            Some(Given::Delegation(Delegation::Write)) => format!("may write and send for {owner}"),
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
                right: match Delegation::of(self.home.id, &rules) {
                    Some(Delegation::Read) => Some("delegate-read"),
                    Some(Delegation::Write) => Some("delegate-write"),
                    None => Right::of(&rules).map(Right::word),
                },
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
