//! The zones that a text names: from a TZID to a zone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::Document;

use super::{Zone, alias};

/// How a TZID was understood, in the order in which the ways are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// An IANA name.
    Iana,
    /// An IANA name behind a vendor's prefix: `/mozilla.org/20050126_1/Europe/Berlin`.
    Prefixed,
    /// A name of Windows.
    Windows,
    /// A name of another vendor's, known by table.
    Vendor,
    /// The VTIMEZONE of that TZID.
    Timezone,
    /// A guess: the IANA name beside a VTIMEZONE that does not tell its offsets (X-LIC-LOCATION, TZID-ALIAS-OF).
    Location,
    /// A guess: the offset that the name or its VTIMEZONE tells.
    Offset,
    /// Nothing is known; the time is read as floating.
    Unknown,
}

impl Origin {
    /// Is the zone a guess, or not known at all?
    pub const fn is_doubtful(self) -> bool {
        matches!(self, Self::Location | Self::Offset | Self::Unknown)
    }
}

/// What a TZID means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The zone; `None` is floating.
    pub zone: Option<Zone>,
    /// How it was found.
    pub origin: Origin,
}

/// Zones that were made, kept for all who ask for them again. An owner shares it between documents and threads; what it
/// hands out is free of it, so no conversion meets its lock.
#[derive(Debug, Default)]
pub struct ZoneCache {
    /// By IANA name, as it was asked for in small letters.
    iana: Mutex<HashMap<Box<str>, Option<Zone>>>,
}

impl ZoneCache {
    /// As [`Zone::iana`], made once.
    pub fn iana(&self, name: &str) -> Option<Zone> {
        // The longest name of the database has 32 letters; hostile names are not kept.
        if name.len() > 64 || !name.is_ascii() {
            return None;
        }
        let key: Box<str> = name.to_ascii_lowercase().into();
        let mut zones = self.iana.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = zones.get(&key) {
            return zone.clone();
        }
        let zone = Zone::iana(name);
        if zone.is_some() {
            zones.insert(key, zone.clone());
        }
        zone
    }
}

/// The resolver of one document: what its TZIDs mean.
///
/// Nothing is compiled before it is asked for, and nothing twice.
#[derive(Debug)]
pub struct Zones<'d> {
    document: Option<&'d Document>,
    cache: Arc<ZoneCache>,
    resolved: Mutex<HashMap<Box<str>, Resolved>>,
}

impl<'d> Zones<'d> {
    /// The resolver of a document, with a cache of its own.
    pub fn new(document: &'d Document) -> Self {
        Self::with_cache(document, Arc::default())
    }

    /// The resolver of a document, with a shared cache.
    pub fn with_cache(document: &'d Document, cache: Arc<ZoneCache>) -> Self {
        Self { document: Some(document), cache, resolved: Mutex::default() }
    }

    /// A resolver for names alone, where there is no document.
    pub fn named(cache: Arc<ZoneCache>) -> Self {
        Self { document: None, cache, resolved: Mutex::default() }
    }

    /// What a TZID means, as its parameter has it.
    pub fn resolve(&self, tzid: &str) -> Resolved {
        let mut known = self.resolved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(resolved) = known.get(tzid) {
            return resolved.clone();
        }
        let resolved = self.find(tzid);
        known.insert(tzid.into(), resolved.clone());
        resolved
    }

    fn find(&self, tzid: &str) -> Resolved {
        let plain = alias::plain(tzid);
        if let Some(zone) = self.cache.iana(&plain) {
            return Resolved { zone: Some(zone), origin: Origin::Iana };
        }
        for (name, alias) in alias::candidates(tzid) {
            if let Some(zone) = self.cache.iana(&name) {
                let origin = match alias {
                    alias::Alias::Prefixed => Origin::Prefixed,
                    alias::Alias::Windows => Origin::Windows,
                    alias::Alias::Vendor => Origin::Vendor,
                };
                return Resolved { zone: Some(zone), origin };
            }
        }
        if let Some(zone) = alias::offset(tzid).and_then(Zone::fixed) {
            return Resolved { zone: Some(zone), origin: Origin::Offset };
        }
        Resolved { zone: None, origin: Origin::Unknown }
    }
}
