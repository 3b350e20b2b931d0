//! `kalends undo` and `redo`: the last command taken back, or put back.

use serde::Serialize;
use service::{Actor, Taken};

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::Programs;

/// Takes back the last command whole, an import too
#[derive(clap::Args)]
#[command(after_help = "Example: kalends undo")]
pub(crate) struct Undo {
    /// One JSON object (docs/schemas/undo.json)
    #[arg(long)]
    json: bool,
}

/// Puts back what `undo` took back
#[derive(clap::Args)]
#[command(after_help = "Example: kalends redo")]
pub(crate) struct Redo {
    /// One JSON object (docs/schemas/undo.json)
    #[arg(long)]
    json: bool,
}

/// What was taken back, or put back.
#[derive(Serialize)]
struct Line<'a> {
    line: &'a str,
    objects: usize,
}

impl Undo {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        told("taken back", &who(local).undo()?, self.json)
    }
}

impl Redo {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        told("put back", &who(local).redo()?, self.json)
    }
}

/// Whose acts are meant. The keeper's are the owner's, in whose home they ever were done.
fn who(local: &Local) -> Actor<'_> {
    if local.is_owner() { local.keeper() } else { local.actor() }
}

fn told(done: &str, taken: &Taken, is_json: bool) -> Result<Exit, Failure> {
    if is_json {
        let mut programs = Programs::new();
        programs.line(&Line { line: &taken.line, objects: taken.objects })?;
        programs.finish()?;
    } else {
        tell(&format!("{done}: {}", taken.line));
    }
    Ok(Exit::Done)
}
