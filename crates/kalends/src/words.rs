//! Words that people say of times, read against their settings; and what is said when they are not understood.

use sentence::{Clock, Context, Kind, Misunderstood};

use crate::config::Hours;
use crate::exit::{Exit, Failure};
use crate::local::Local;

/// What words are read against.
pub(crate) fn context(local: &Local, kind: Kind) -> Result<Context, Failure> {
    let calendars = local.actor().calendars()?;
    Ok(Context {
        week_start: local.config.week_start,
        length: local.config.length,
        calendars: calendars.into_iter().map(|calendar| calendar.settings.name).collect(),
        clock: match local.config.hours {
            Hours::Twelve => Clock::Twelve,
            Hours::TwentyFour => Clock::TwentyFour,
        },
        kind,
        ..Context::new(local.now, local.home.zone.clone(), &local.home.name)
    })
}

/// The words that were not understood, shown in their text.
pub(crate) fn failure(misunderstood: &Misunderstood) -> Failure {
    let words = misunderstood.words();
    let message = match words {
        "" => misunderstood.to_string(),
        words => format!("{words:?} in {:?}: {misunderstood}", misunderstood.text),
    };
    Failure::new(Exit::WrongUse, message)
}
