//! The time that commands work with: the system's, or what `KALENDS_NOW` says.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use ical::civil::Timestamp;
use ical::zone::Zone;

use crate::exit::{Exit, Failure};
use crate::when::{FORMS, When};

/// Now, in whole seconds; what `KALENDS_NOW` says without Z is read in UTC.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    match env::var("KALENDS_NOW") {
        Ok(told) => match told.parse::<When>() {
            Ok(when) => Ok(when.at(&Zone::utc())),
            Err(_) => {
                Err(Failure::new(Exit::WrongUse, format!("KALENDS_NOW={told}: a time is written as {FORMS}")))
            }
        },
        Err(_) => Ok(system()),
    }
}

/// What `KALENDS_NOW` says.
pub(crate) fn told() -> Option<String> {
    env::var("KALENDS_NOW").ok()
}

fn system() -> Timestamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}
