//! Zones that were made, kept for whoever asks for them again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::component::ComponentKind;
use crate::document::Component;

use super::Zone;
use super::observance::Fault;

/// How many VTIMEZONEs are kept. There are some hundreds of programs' own; beyond, the texts are hostile.
const TIMEZONES: usize = 4_096;

type Compiled = Result<Zone, Fault>;

/// Zones that were made. An owner shares it between documents and threads; what it hands out is free of it,
/// so no conversion meets its lock.
#[derive(Debug, Default)]
pub struct ZoneCache {
    /// By IANA name in small letters.
    iana: Mutex<HashMap<Box<str>, Zone>>,
    /// By the lines of their observances.
    timezones: Mutex<HashMap<Box<[u8]>, Compiled>>,
}

impl ZoneCache {
    /// As [`Zone::iana`], made once.
    pub fn iana(&self, name: &str) -> Option<Zone> {
        // No name of the database is so long.
        if name.len() > 64 || !name.is_ascii() {
            return None;
        }
        let key: Box<str> = name.to_ascii_lowercase().into();
        if let Some(zone) = locked(&self.iana).get(&key) {
            return Some(zone.clone());
        }
        let zone = Zone::iana(name)?;
        locked(&self.iana).insert(key, zone.clone());
        Some(zone)
    }

    /// As [`Zone::from_timezone`], made once of equal contents: TZID and what is said about the whole are
    /// left aside, so the same name may stand for two zones and two names for one.
    ///
    /// # Errors
    /// As there.
    pub fn timezone(&self, timezone: Component<'_>) -> Result<Zone, Fault> {
        let key = contents(timezone);
        if let Some(zone) = locked(&self.timezones).get(&key) {
            return zone.clone();
        }
        let zone = Zone::from_timezone(timezone);
        let mut timezones = locked(&self.timezones);
        if timezones.len() >= TIMEZONES {
            timezones.clear();
        }
        timezones.insert(key, zone.clone());
        zone
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The observances, line by line, unfolded.
fn contents(timezone: Component<'_>) -> Box<[u8]> {
    let mut contents = Vec::new();
    for observance in timezone.children() {
        contents.push(match observance.kind() {
            ComponentKind::Standard => b'S',
            ComponentKind::Daylight => b'D',
            _ => continue,
        });
        for property in observance.properties() {
            contents.extend_from_slice(property.content());
            contents.push(b'\n');
        }
    }
    contents.into()
}
