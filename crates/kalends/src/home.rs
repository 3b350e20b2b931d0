//! The zone in which a person wants to see times.

use std::collections::HashMap;
use std::env;
use std::path::Path;
use std::sync::Arc;

use ical::value::DateOrTime;
use ical::zone::{Zone, ZoneCache, Zones};
use ical::{ComponentKind, Document, PropertyKind};

use crate::exit::{Exit, Failure};

/// A zone and the name that a person knows it by.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) name: String,
    pub(crate) zone: Zone,
}

impl Home {
    /// The zone that `--zone` names: IANA's name, Windows' or another vendor's.
    pub(crate) fn named(name: &str, cache: &Arc<ZoneCache>) -> Result<Self, Failure> {
        let resolved = Zones::named(Arc::clone(cache)).resolve(name);
        let zone = resolved.zone.filter(|_| !resolved.origin.is_doubtful());
        let wanted = || format!("--zone {name}: there is no such zone; a zone is named as Europe/Vienna");
        let zone = zone.ok_or_else(|| Failure::new(Exit::WrongUse, wanted()))?;
        Ok(Self { name: zone.iana_name().unwrap_or(name).to_owned(), zone })
    }

    /// The zone that `TZ` names, where it is a name.
    pub(crate) fn of_environment(cache: &Arc<ZoneCache>) -> Option<Self> {
        let name = env::var("TZ").ok()?;
        let name = name.trim_start_matches(':');
        if name.is_empty() { None } else { Self::named(name, cache).ok() }
    }

    /// The zone of the machine (`/etc/localtime` leads to it), else UTC.
    pub(crate) fn of_system(cache: &Arc<ZoneCache>) -> Self {
        let target = std::fs::canonicalize("/etc/localtime").ok();
        let name = target.as_deref().and_then(Path::to_str).and_then(|path| path.split_once("/zoneinfo/"));
        let home = name.and_then(|(_, name)| Self::named(name, cache).ok());
        home.unwrap_or_else(|| Self { name: "UTC".to_owned(), zone: Zone::utc() })
    }

    /// The zone that a calendar says it is in (X-WR-TIMEZONE), else the one in which most of it starts, else
    /// UTC.
    pub(crate) fn of_calendar(document: &Document, cache: &Arc<ZoneCache>) -> Self {
        let zones = Zones::with_cache(document, Arc::clone(cache));
        let said = document
            .components(ComponentKind::Calendar)
            .find_map(|calendar| calendar.properties_named("X-WR-TIMEZONE").next())
            .map(|property| property.text().into_owned());
        let mut counts: HashMap<String, usize> = HashMap::new();
        for component in document.all_components() {
            let start = component.property(PropertyKind::Dtstart);
            if let Some(Ok(DateOrTime::Zoned(_, tzid))) = start.as_ref().map(|start| start.date_or_time()) {
                *counts.entry(tzid.into_owned()).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by(|one, other| (one.1, &other.0).cmp(&(other.1, &one.0)));
        let home = |name: String| {
            let zone = zones.resolve(&name).zone?;
            Some(Self { name: zone.iana_name().unwrap_or(&name).to_owned(), zone })
        };
        let utc = || Self { name: "UTC".to_owned(), zone: Zone::utc() };
        said.and_then(home).or_else(|| home(most?.0)).unwrap_or_else(utc)
    }
}
