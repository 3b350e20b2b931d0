//! `kalends admin user`: who has calendars here, for whoever keeps the store.

use std::io::Write;

use serde::Serialize;
use service::{Newcomer, Secret};
use store::{Principal, PrincipalId, PrincipalKind, Profile, State};

use super::password;
use super::token::{self, Line as CredentialLine};
use crate::commands::rm::confirmed;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// Who has calendars here: added, listed, changed, disabled, removed
#[derive(clap::Args)]
#[command(after_help = "The first person is the store's owner, with the calendars that are there.\n\
    Example: kalends admin user add ann --address ann@example.com --password-stdin")]
pub(crate) struct User {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    Add(AddOne),
    /// Lists all who were added
    #[command(after_help = "Example: kalends admin user list")]
    List,
    /// Shows one, with what they sign in with
    #[command(after_help = "Example: kalends admin user show ann")]
    Show {
        /// A name or an address
        name: String,
    },
    /// Gives one another name for people, or other addresses
    #[command(after_help = "Example: kalends admin user set ann --display 'Ann Lee'")]
    Set {
        /// A name or an address
        name: String,
        /// The name for people; '' for none
        #[arg(long, value_name = "NAME", required_unless_present = "address")]
        display: Option<String>,
        /// All addresses from now on
        #[arg(long, num_args = 1..)]
        address: Option<Vec<String>>,
    },
    /// Lets one in no more; calendars stay as they are
    #[command(after_help = "Example: kalends admin user disable ann")]
    Disable {
        /// A name or an address
        name: String,
    },
    /// Lets one in again, also one who was removed
    #[command(after_help = "Who was removed needs a new password.\nExample: kalends admin user enable ann")]
    Enable {
        /// A name or an address
        name: String,
    },
    /// Removes one; name, addresses and calendars are kept, and `enable` brings all back
    #[command(after_help = "Example: kalends admin user remove ann --yes")]
    Remove {
        /// A name or an address
        name: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

/// Adds one, with a first calendar
#[derive(clap::Args)]
#[command(after_help = "Signing in is by the name or any address.\n\
    Example: kalends admin user add ann --address ann@example.com --password-stdin")]
struct AddOne {
    #[command(flatten)]
    add: Add,
    #[arg(long, value_enum, default_value_t, value_name = "KIND", help = "person, group, room or resource")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    kind: Kind,
    /// Reads a password, one line
    #[arg(long)]
    password_stdin: bool,
}

/// Who or what is added.
#[derive(clap::Args)]
pub(super) struct Add {
    /// Letters, digits, `.`, `_`, `-`: in URLs and at sign-in
    name: String,
    /// The first stands for them
    #[arg(long, num_args = 1..)]
    address: Vec<String>,
    /// The name for people
    #[arg(long, value_name = "NAME")]
    display: Option<String>,
}

#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum Kind {
    #[default]
    Person,
    Group,
    Room,
    Resource,
}

impl From<Kind> for PrincipalKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Person => Self::Individual,
            Kind::Group => Self::Group,
            Kind::Room => Self::Room,
            Kind::Resource => Self::Resource,
        }
    }
}

/// Somebody, for programs.
#[derive(Serialize)]
struct Line {
    name: String,
    kind: &'static str,
    state: &'static str,
    owner: bool,
    display: Option<String>,
    addresses: Vec<String>,
    calendars: Vec<String>,
    credentials: Vec<CredentialLine>,
}

/// What somebody is, in a word.
pub(super) const fn kind_word(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Individual => "person",
        PrincipalKind::Group => "group",
        PrincipalKind::Room => "room",
        PrincipalKind::Resource => "resource",
    }
}

impl Line {
    fn new(local: &Local, principal: Principal) -> Result<Self, Failure> {
        let Principal { id, profile: Profile { kind, name, display, addresses, state } } = principal;
        let name = name.unwrap_or_default();
        let calendars = local.keeper().calendars_in(id)?.into_iter();
        Ok(Self {
            kind: kind_word(kind),
            state: match state {
                State::Active => "active",
                State::Disabled => "disabled",
                State::Removed => "removed",
            },
            owner: id == PrincipalId::OWNER,
            display,
            addresses: addresses.into_iter().map(|(address, _)| address.to_string()).collect(),
            calendars: calendars.map(|calendar| calendar.settings.segment).collect(),
            credentials: token::lines(local, &name, |_| true)?,
            name,
        })
    }
}

impl User {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let keeper = local.keeper();
        let (principal, words) = match &self.act {
            Act::Add(add) => add.run(local)?,
            Act::List => return list(local, None, is_json),
            Act::Show { name } => return show(local, keeper.principal(name)?, is_json),
            Act::Set { name, display, address } => {
                let name = &named(local, name)?;
                let principal = keeper.set_principal(name, display.as_deref(), address.as_deref())?;
                (principal, format!("{name} was changed"))
            }
            Act::Disable { name } => {
                let name = &named(local, name)?;
                let words =
                    format!("{name} is let in no more; `kalends admin user enable {name}` changes that");
                (keeper.set_state(name, State::Disabled)?, words)
            }
            Act::Enable { name } => {
                let name = &named(local, name)?;
                (keeper.set_state(name, State::Active)?, format!("{name} is let in"))
            }
            Act::Remove { name, yes } => {
                let name = &named(local, name)?;
                if !yes && !confirmed(&format!("Remove {name}, with what they sign in with?"))? {
                    tell("nobody was removed");
                    return Ok(Exit::Told);
                }
                let words = format!("removed {name}; `kalends admin user enable {name}` brings them back");
                (keeper.set_state(name, State::Removed)?, words)
            }
        };
        if is_json {
            return told(&[Line::new(local, principal)?]);
        }
        tell(&words);
        Ok(Exit::Done)
    }
}

impl AddOne {
    fn run(&self, local: &Local) -> Result<(Principal, String), Failure> {
        let password = self.password_stdin.then(|| password::read(&self.add.name)).transpose()?;
        self.add.make(local, self.kind.into(), password.as_ref())
    }
}

impl Add {
    /// Adds what signs in nowhere.
    pub(super) fn run(&self, local: &Local, kind: PrincipalKind, is_json: bool) -> Result<Exit, Failure> {
        let (principal, words) = self.make(local, kind, None)?;
        if is_json {
            return told(&[Line::new(local, principal)?]);
        }
        tell(&words);
        Ok(Exit::Done)
    }

    fn make(
        &self,
        local: &Local,
        kind: PrincipalKind,
        password: Option<&Secret>,
    ) -> Result<(Principal, String), Failure> {
        let (name, display) = (self.name.as_str(), self.display.as_deref());
        let newcomer = Newcomer { kind, name, display, addresses: &self.address, password };
        let principal = local.keeper().make_principal(&newcomer)?;
        let name = principal.profile.name.clone().unwrap_or_default();
        let owner = if principal.id == PrincipalId::OWNER {
            ": the store's owner, whose calendars `kalends` shows here"
        } else {
            ""
        };
        Ok((principal, format!("added {name}{owner}")))
    }
}

/// The name of who is called by a name or an address.
fn named(local: &Local, name: &str) -> Result<String, Failure> {
    Ok(local.keeper().principal(name)?.profile.name.unwrap_or_else(|| name.to_owned()))
}

fn told(lines: &[Line]) -> Result<Exit, Failure> {
    let mut programs = Programs::new();
    for line in lines {
        programs.line(line)?;
    }
    programs.finish()?;
    Ok(Exit::Done)
}

/// Who is there, of a kind or of any.
pub(super) fn list(local: &Local, kind: Option<PrincipalKind>, is_json: bool) -> Result<Exit, Failure> {
    let principals = local.keeper().principals()?.into_iter();
    let principals = principals.filter(|one| kind.is_none_or(|kind| one.profile.kind == kind));
    let lines = principals.map(|one| Line::new(local, one)).collect::<Result<Vec<_>, _>>()?;
    if is_json {
        return told(&lines);
    }
    let mut people = People::new();
    if lines.is_empty() {
        let none = match kind {
            Some(PrincipalKind::Room) => "There is no room yet: `kalends admin room add`.",
            Some(PrincipalKind::Resource) => "There is nothing yet: `kalends admin resource add`.",
            _ => "There is nobody yet: `kalends admin user add`.",
        };
        writeln!(people, "{DIM}{none}{DIM:#}")?;
    }
    for line in &lines {
        writeln!(people, "{}", headline(line))?;
    }
    people.finish()?;
    Ok(Exit::Done)
}

fn show(local: &Local, principal: Principal, is_json: bool) -> Result<Exit, Failure> {
    let line = Line::new(local, principal)?;
    if is_json {
        return told(&[line]);
    }
    let mut people = People::new();
    writeln!(people, "{}", headline(&line))?;
    for address in line.addresses.iter().skip(1) {
        writeln!(people, "  {}", one_line(bare(address)))?;
    }
    writeln!(people, "  {DIM}calendars{DIM:#}  {}", one_line(&line.calendars.join(", ")))?;
    for credential in &line.credentials {
        writeln!(people, "  {}", token::sentence(credential))?;
    }
    people.finish()?;
    Ok(Exit::Done)
}

/// One in a line: `ann  ann@example.com  Ann Lee  (disabled)`.
fn headline(line: &Line) -> String {
    let mut text = format!("{BOLD}{}{BOLD:#}", one_line(&line.name));
    let first = line.addresses.first().map(|address| one_line(bare(address)));
    for more in [first, line.display.as_deref().map(one_line)].into_iter().flatten() {
        text.push_str("  ");
        text.push_str(&more);
    }
    let marks = [line.kind, line.state].into_iter().filter(|mark| !["person", "active"].contains(mark));
    let marks: Vec<&str> = marks.chain(line.owner.then_some("owner")).collect();
    if !marks.is_empty() {
        text.push_str(&format!("  {DIM}({}){DIM:#}", marks.join(", ")));
    }
    text
}

/// A mail address as people write it.
fn bare(address: &str) -> &str {
    address.strip_prefix("mailto:").unwrap_or(address)
}
