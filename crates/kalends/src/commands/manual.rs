//! `kalends manual` and `completions`: made of the same words as `--help`.

use std::path::PathBuf;

use clap::Command;
use clap_complete::CompletionCandidate;

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output;

/// Writes the manual pages into a folder
#[derive(clap::Args)]
#[command(after_help = "Example: kalends manual ~/.local/share/man/man1")]
pub(crate) struct Manual {
    /// The folder
    folder: PathBuf,
}

/// Prints what makes a shell complete commands, calendars and handles
#[derive(clap::Args)]
#[command(after_help = "Example: source <(kalends completions bash)")]
pub(crate) struct Completions {
    /// Your shell
    shell: Shell,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Zsh,
}

impl Manual {
    pub(crate) fn run(&self, program: Command) -> Result<Exit, Failure> {
        let failed = |error: &std::io::Error| Failure::writing(self.folder.display(), error);
        std::fs::create_dir_all(&self.folder).map_err(|error| failed(&error))?;
        clap_mangen::generate_to(program, &self.folder).map_err(|error| failed(&error))?;
        tell(&format!("wrote the pages into {}", self.folder.display()));
        Ok(Exit::Done)
    }
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Zsh};
        let shell: &dyn EnvCompleter = match self.shell {
            Shell::Bash => &Bash,
            Shell::Elvish => &Elvish,
            Shell::Fish => &Fish,
            Shell::Zsh => &Zsh,
        };
        let mut script = Vec::new();
        shell.write_registration("COMPLETE", "kalends", "kalends", "kalends", &mut script)?;
        output::bytes(&script)?;
        Ok(Exit::Done)
    }
}

/// So many handles are offered.
const OFFERED: usize = 50;

/// The store, named by the environment alone: a line that is not whole yet cannot be read.
fn local() -> Result<Local, Failure> {
    let named = |variable| std::env::var_os(variable).map(PathBuf::from);
    let used_as = std::env::var("KALENDS_AS").ok().filter(|name| !name.is_empty());
    Local::open(named("KALENDS_DATA"), named("KALENDS_CONFIG"))?.used_as(used_as.as_deref())
}

/// The names of calendars, for a shell.
pub(crate) fn calendars() -> Vec<CompletionCandidate> {
    let found = local().ok().and_then(|local| local.actor().calendars().ok());
    let segments = found.into_iter().flatten().map(|calendar| calendar.settings.segment);
    segments.map(CompletionCandidate::new).collect()
}

/// The names of those who have calendars in the store, for a shell.
pub(crate) fn people() -> Vec<CompletionCandidate> {
    let found = local().ok().and_then(|local| local.actor().principals().ok());
    let names = found.into_iter().flatten().filter_map(|one| one.profile.name);
    names.map(CompletionCandidate::new).collect()
}

/// The handles of what comes next, for a shell, each with what it is called.
pub(crate) fn items() -> Vec<CompletionCandidate> {
    let offered = || -> Result<Vec<CompletionCandidate>, Failure> {
        let local = local()?;
        let actor = local.actor();
        let objects = actor.upcoming(OFFERED)?;
        let handles = actor.handles(objects.iter().map(|booked| &booked.stored))?;
        let candidate = |(handle, booked): (String, &service::Booked)| {
            CompletionCandidate::new(handle).help(Some(booked.title().into()))
        };
        Ok(handles.into_iter().zip(&objects).map(candidate).collect())
    };
    offered().unwrap_or_default()
}
