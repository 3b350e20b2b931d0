//! `kalends agenda`: what is on, day by day.

use std::sync::Arc;

use ical::recurrence::Range;
use service::Answer;

use crate::days::Days;
use crate::exit::{Exit, Failure};
use crate::filter::Filter;
use crate::home::Home;
use crate::listing::{self, Listing};
use crate::local::Local;
use crate::output::People;
use crate::table;
use crate::terminal::Terminal;
use crate::when::When;

/// What is on: this week, or from a day on
#[derive(clap::Args)]
#[command(after_help = "Example: kalends agenda --from 2026-03-02 --days 14 --zone America/New_York")]
pub(crate) struct Agenda {
    /// From this time on; today where none is named
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// So many days
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    days: u32,
    /// Shows times in this zone beside mine
    #[arg(long, value_name = "NAME")]
    zone: Option<String>,
    #[command(flatten)]
    filter: Filter,
    /// One JSON object an occurrence (docs/schemas/occurrence.json)
    #[arg(long)]
    json: bool,
}

impl Agenda {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let home = &local.home;
        let beside = self.zone.as_deref().map(|name| Home::named(name, &Arc::default())).transpose()?;
        let from = self.from.unwrap_or(When::Day(local.today())).at(&home.zone);
        let range = Range { from, to: local.days_after(from, self.days) };
        let mut listing = Listing::of(local)?;
        let question = self.filter.question(&listing.look, range, &home.zone)?;
        let Answer { entries, cut } = listing.look.agenda(&question)?;
        let shown = listing.shown(&entries)?;
        drop(listing);
        if self.json {
            listing::lines(&entries, &shown, &cut)?;
        } else {
            let days = Days::new(home.clone(), range, Terminal::detect());
            let mut days = days.beside(beside).with_clock(local.config.hours);
            shown.iter().try_for_each(|shown| days.put(shown))?;
            let mut people = People::new();
            table::show(
                &mut people,
                &days.caption(),
                &days.groups(Some(local.today())),
                "Nothing in this range.",
            )?;
            people.finish()?;
        }
        let exit = listing::tell_cut(local, &cut, "the rest is not shown");
        local.keep_up();
        Ok(exit)
    }
}
