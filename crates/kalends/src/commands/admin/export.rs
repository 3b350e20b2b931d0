//! `kalends admin export`: the calendars of somebody, as files that other programs and people read.

use crate::commands::export::Export as Handed;
use crate::exit::{Exit, Failure};
use crate::local::Local;

/// Hands the calendars of somebody out, as `kalends export`
#[derive(clap::Args)]
#[command(after_help = "Example: kalends admin export ann --calendar Work -o work.ics")]
pub(crate) struct ExportFor {
    /// Whose: a name or an address
    #[arg(value_name = "WHOSE")]
    whose: String,
    #[command(flatten)]
    handed: Handed,
}

impl ExportFor {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let keeper = local.keeper();
        let principal = keeper.principal(&self.whose)?;
        let name = principal.profile.name.as_deref().unwrap_or(&self.whose);
        keeper.note("export", &format!("calendars of {name} were handed out"), Some(principal.id))?;
        self.handed.run_for(local, keeper.in_home_of(principal.id)?)
    }
}
