//! `kalends admin reopen`: calendars that were restored without what came since are listed again.

use serde::Serialize;

use crate::commands::rm::confirmed;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::Programs;

/// Has calendars listed again that were restored without what came since
#[derive(clap::Args)]
#[command(after_help = "Where a backup takes the place of a store that cannot be read, and no\n\
    journal is restored, nobody knows what programs hold that the backup lacks.\n\
    So nothing is listed to them (503) until this is said. Then they list all\n\
    anew, and delete what they hold and the store lacks: what came since and is\n\
    on a device only should be exported there before.\n\
    Example: kalends admin reopen")]
pub(crate) struct Reopen {
    /// Does not ask
    #[arg(long, short)]
    yes: bool,
}

/// What was done.
#[derive(Serialize)]
struct Told {
    reopened: bool,
}

impl Reopen {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let keeper = local.keeper();
        let is_closed = keeper.is_closed()?;
        if is_closed && !self.yes {
            let objects = keeper.objects()?;
            let question = format!(
                "Programs will list these calendars anew, and delete what they hold beside the {objects} objects that \
                 are here. List them again?"
            );
            if !confirmed(&question)? {
                tell("nothing was changed");
                return Ok(Exit::Told);
            }
        }
        let reopened = keeper.reopen()?;
        if is_json {
            let mut programs = Programs::new();
            programs.line(&Told { reopened })?;
            programs.finish()?;
        } else {
            tell(if reopened {
                "calendars are listed again"
            } else {
                "calendars are listed: nothing was changed"
            });
        }
        Ok(Exit::Done)
    }
}
