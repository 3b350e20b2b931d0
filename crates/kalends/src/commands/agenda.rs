//! `kalends agenda`: what is on.

use std::io::Write;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use service::Question;

use crate::exit::{Exit, Failure};
use crate::local::Local;
use crate::output::People;
use crate::when::When;

/// What is on: this week, or from a day on
#[derive(clap::Args)]
#[command(after_help = "Example: kalends agenda --from 2026-03-02 --days 14")]
pub(crate) struct Agenda {
    /// From this time on; today where none is named
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// So many days
    #[arg(long, value_name = "N", default_value_t = 7)]
    days: u32,
}

impl Agenda {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let zone = &local.home.zone;
        let from = self.from.map_or(local.now, |when| when.at(zone));
        let to = Timestamp(from.0.saturating_add(i64::from(self.days) * 86_400));
        let entries = local.owner().agenda(&Question::of(Range { from, to }, zone.clone()))?;
        let mut people = People::new();
        for entry in entries {
            writeln!(people, "{} {}", entry.start, entry.summary.unwrap_or_default())?;
        }
        people.finish()?;
        Ok(Exit::Done)
    }
}
