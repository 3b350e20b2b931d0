//! `kalends admin token`: app passwords and tokens, made by chance, shown once, revoked at any time.

use std::io::Write;

use ical::civil::Timestamp;
use serde::Serialize;
use store::{Credential, CredentialKind};

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// What programs sign in with: tokens and app passwords, made and revoked
#[derive(clap::Args)]
#[command(after_help = "Example: kalends admin token add ann phone --app")]
pub(crate) struct Token {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Makes a token, or an app password, and shows it this once
    #[command(
        after_help = "A token goes alone (Bearer); an app password beside a name, as a password does.\n\
        Example: kalends admin token add ann phone --app"
    )]
    Add {
        /// Whose: a name or an address
        name: String,
        /// What it is for
        label: String,
        /// An app password
        #[arg(long)]
        app: bool,
        /// It is good for so many days
        #[arg(long, value_name = "N")]
        days: Option<u32>,
    },
    /// Lists what one signs in with, and when it was last used
    #[command(after_help = "Example: kalends admin token list ann")]
    List {
        /// A name or an address
        name: String,
    },
    /// Takes a token or an app password back: it is good for nothing from now on
    #[command(after_help = "Example: kalends admin token revoke ann phone")]
    Revoke {
        /// Whose: a name or an address
        name: String,
        /// As it was called
        label: String,
    },
}

/// A credential, for programs.
#[derive(Serialize)]
pub(super) struct Line {
    name: String,
    kind: &'static str,
    label: String,
    created: Option<String>,
    last_used: Option<String>,
    expires: Option<String>,
    /// Shown where it is made.
    secret: Option<String>,
}

impl Line {
    fn new(name: &str, credential: Credential) -> Self {
        let Credential { kind, label, created, last_used, expires, .. } = credential;
        let at = |at: Timestamp| at.to_utc().map(|wall| format!("{wall}Z"));
        Self {
            name: name.to_owned(),
            kind: match kind {
                CredentialKind::Password => "password",
                CredentialKind::App => "app",
                CredentialKind::Token => "token",
            },
            label,
            created: at(created),
            last_used: last_used.and_then(at),
            expires: expires.and_then(at),
            secret: None,
        }
    }
}

/// What somebody signs in with.
pub(super) fn lines(
    local: &Local,
    name: &str,
    is_wanted: impl Fn(&Credential) -> bool,
) -> Result<Vec<Line>, Failure> {
    let credentials = local.keeper().credentials(name)?.into_iter();
    Ok(credentials.filter(is_wanted).map(|credential| Line::new(name, credential)).collect())
}

/// A credential for people: `app phone  made 2026-03-01T12:00:00Z, never used`.
pub(super) fn sentence(line: &Line) -> String {
    let called = [line.kind, &line.label].join(" ");
    let called = one_line(called.trim_end());
    let dates = [("made", &line.created), ("last used", &line.last_used), ("until", &line.expires)];
    let dates = dates.into_iter().filter_map(|(word, at)| at.as_ref().map(|at| format!("{word} {at}")));
    let never = line.last_used.is_none().then(|| "never used".to_owned());
    let dates: Vec<String> = dates.chain(never).collect();
    format!("{BOLD}{called}{BOLD:#}  {DIM}{}{DIM:#}", dates.join(", "))
}

const DAY: i64 = 86_400;

impl Token {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let name = match &self.act {
            Act::Add { name, .. } | Act::List { name } | Act::Revoke { name, .. } => name,
        };
        let principal = local.keeper().principal(name)?;
        let name = principal.profile.name.unwrap_or_default();
        match &self.act {
            Act::Add { label, app, days, .. } => {
                let kind = if *app { CredentialKind::App } else { CredentialKind::Token };
                add(local, &name, kind, label.trim(), *days, is_json)
            }
            Act::List { .. } => told(&lines(local, &name, |_| true)?, is_json),
            Act::Revoke { label, .. } => {
                let revoked = local.keeper().revoke(&name, label)?;
                if is_json {
                    let lines = revoked.into_iter().map(|one| Line::new(&name, one));
                    return told(&lines.collect::<Vec<_>>(), is_json);
                }
                tell(&format!("{} of {name} is good for nothing any more", label.trim()));
                Ok(Exit::Done)
            }
        }
    }
}

fn add(
    local: &Local,
    name: &str,
    kind: CredentialKind,
    label: &str,
    days: Option<u32>,
    is_json: bool,
) -> Result<Exit, Failure> {
    let expires = days.map(|days| Timestamp(local.now.0.saturating_add(i64::from(days) * DAY)));
    let secret = local.keeper().make_credential(name, kind, label, expires)?;
    if is_json {
        let mut lines = lines(local, name, |one| one.kind == kind && one.label == label)?;
        for line in &mut lines {
            line.secret = Some(secret.as_str().to_owned());
        }
        return told(&lines, is_json);
    }
    let mut people = People::plain();
    writeln!(people, "{}", secret.as_str())?;
    people.finish()?;
    tell(&format!("{label} of {name}; it is shown this once"));
    Ok(Exit::Done)
}

fn told(lines: &[Line], is_json: bool) -> Result<Exit, Failure> {
    if is_json {
        let mut programs = Programs::new();
        for line in lines {
            programs.line(line)?;
        }
        programs.finish()?;
        return Ok(Exit::Done);
    }
    let mut people = People::new();
    if lines.is_empty() {
        writeln!(people, "{DIM}They have nothing to sign in with yet.{DIM:#}")?;
    }
    for line in lines {
        writeln!(people, "{}", sentence(line))?;
    }
    people.finish()?;
    Ok(Exit::Done)
}
