//! `kalends admin import`: files, folders, archives and standard input into the calendars of somebody.

use crate::commands::import::Import as Taken;
use crate::exit::{Exit, Failure};
use crate::local::Local;

/// Takes calendars in for somebody, as `kalends import`; sends nothing
#[derive(clap::Args)]
#[command(after_help = "Of what is there already the newer stands; 75: stopped, the same command goes on.\n\
    Example: kalends admin import ann --calendar Work work.ics")]
pub(crate) struct ImportFor {
    /// Whose: a name or an address
    #[arg(value_name = "WHOSE")]
    whose: String,
    #[command(flatten)]
    taken: Taken,
}

impl ImportFor {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        self.taken.run_for(local, &self.whose, super::home(local, &self.whose)?)
    }
}
