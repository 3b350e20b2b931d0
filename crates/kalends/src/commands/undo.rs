//! `kalends undo` and `redo`: the last command taken back, or put back.

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;

/// Takes back the last command whole, an import too
#[derive(clap::Args)]
#[command(after_help = "Example: kalends undo")]
pub(crate) struct Undo {}

/// Puts back what `undo` took back
#[derive(clap::Args)]
#[command(after_help = "Example: kalends redo")]
pub(crate) struct Redo {}

impl Undo {
    #[expect(clippy::unused_self, reason = "every command runs alike")]
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let taken = local.owner().undo()?;
        tell(&format!("taken back: {}", taken.line));
        Ok(Exit::Done)
    }
}

impl Redo {
    #[expect(clippy::unused_self, reason = "every command runs alike")]
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let taken = local.owner().redo()?;
        tell(&format!("put back: {}", taken.line));
        Ok(Exit::Done)
    }
}
