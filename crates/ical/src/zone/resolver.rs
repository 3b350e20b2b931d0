//! The zones that a text names: from a TZID to a zone.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::civil::Timestamp;
use crate::component::ComponentKind;
use crate::document::{Component, ComponentId, Document};
use crate::problem::{Problem, ProblemKind};
use crate::property::PropertyKind;

use super::alias;
use super::cache::ZoneCache;
use super::observance::{self, Fault};
use super::{Disagreement, Zone};

/// How a TZID was understood, in the order in which the ways are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// An IANA name.
    Iana,
    /// An IANA name behind a vendor's prefix: `/mozilla.org/20050126_1/Europe/Berlin`.
    Prefixed,
    /// A name of Windows.
    Windows,
    /// The VTIMEZONE of that TZID.
    Timezone,
    /// A guess: a word by which another vendor calls a zone.
    Vendor,
    /// A guess: the name beside a VTIMEZONE that cannot be compiled (TZID-ALIAS-OF, X-LIC-LOCATION).
    Location,
    /// A guess: the offset that the name or its VTIMEZONE tells.
    Offset,
    /// A guess for floating times: the X-WR-TIMEZONE of their feed ([`Zones::feed_default`]).
    Feed,
    /// Nothing is known; the time is read as floating.
    Unknown,
}

impl Origin {
    /// Is the zone a guess, or not known at all?
    pub const fn is_doubtful(self) -> bool {
        matches!(self, Self::Vendor | Self::Location | Self::Offset | Self::Feed | Self::Unknown)
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

impl Resolved {
    fn new(zone: Zone, origin: Origin) -> Self {
        Self { zone: Some(zone), origin }
    }

    /// The problem to tell where this TZID is used, if there is one: that the zone is guessed, or unknown.
    /// `place` is where in the text it is used.
    pub fn problem(&self, tzid: &str, place: Range<usize>) -> Option<Problem> {
        let (kind, message) = match (self.origin, &self.zone) {
            (Origin::Unknown, _) | (_, None) => (
                ProblemKind::UnknownZone,
                format!("unknown time zone {tzid:?}: its times are read as floating"),
            ),
            (_, Some(zone)) if self.origin.is_doubtful() => (
                ProblemKind::GuessedZone,
                match zone.iana_name() {
                    Some(name) => format!("time zone {tzid:?} is guessed to be {name}"),
                    None => format!("time zone {tzid:?} is guessed to have one offset all the time"),
                },
            ),
            _ => return None,
        };
        Some(Problem::new(kind, place, message))
    }
}

/// The resolver of one document, or of one calendar in it: what its TZIDs mean.
///
/// Nothing is compiled before it is asked for, and nothing twice. A text that has several calendars one after
/// another may mean another zone in each by the same TZID (`Customized Time Zone`), so each has its own
/// resolver then.
///
/// ```
/// use ical::Document;
/// use ical::zone::{Origin, Zones};
///
/// let document = Document::read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")?;
/// let zones = Zones::new(&document);
/// let found = zones.resolve("W. Europe Standard Time");
/// assert_eq!(found.origin, Origin::Windows);
/// assert_eq!(found.zone.ok_or("no zone")?.iana_name(), Some("Europe/Berlin"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Zones<'d> {
    scope: Scope<'d>,
    cache: Arc<ZoneCache>,
    timezones: OnceLock<Timezones>,
    resolved: Mutex<HashMap<Box<str>, Resolved>>,
}

/// The VTIMEZONEs by plain TZID.
#[derive(Debug, Default)]
struct Timezones {
    /// In the order of the text.
    all: Vec<(String, ComponentId)>,
    /// The first of each TZID.
    firsts: HashMap<String, ComponentId>,
}

#[derive(Debug)]
enum Scope<'d> {
    Names,
    Document(&'d Document),
    Calendar(Component<'d>),
}

impl<'d> Zones<'d> {
    /// The resolver of a document, with a cache of its own.
    pub fn new(document: &'d Document) -> Self {
        Self::with_cache(document, Arc::default())
    }

    /// The resolver of a document, with a shared cache.
    pub fn with_cache(document: &'d Document, cache: Arc<ZoneCache>) -> Self {
        Self::scoped(Scope::Document(document), cache)
    }

    /// The resolver of what stands in one component: a VCALENDAR among others.
    pub fn within(calendar: Component<'d>, cache: Arc<ZoneCache>) -> Self {
        Self::scoped(Scope::Calendar(calendar), cache)
    }

    /// A resolver for names alone, where there is no document.
    pub fn named(cache: Arc<ZoneCache>) -> Self {
        Self::scoped(Scope::Names, cache)
    }

    fn scoped(scope: Scope<'d>, cache: Arc<ZoneCache>) -> Self {
        Self { scope, cache, timezones: OnceLock::new(), resolved: Mutex::default() }
    }

    /// The cache, to be shared.
    pub const fn cache(&self) -> &Arc<ZoneCache> {
        &self.cache
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
        let unknown = Resolved { zone: None, origin: Origin::Unknown };
        if let Some(named) = self.by_name(tzid) {
            return named;
        }
        let timezone = self.timezone(tzid);
        if let Some(zone) = timezone.and_then(|timezone| self.cache.timezone(timezone).ok()) {
            return Resolved::new(zone, Origin::Timezone);
        }
        let vendor = alias::vendor(&alias::plain(tzid)).and_then(|name| self.cache.iana(name));
        if let Some(zone) = vendor {
            return Resolved::new(zone, Origin::Vendor);
        }
        let location = timezone.and_then(|timezone| {
            let aliases = timezone.properties_of(PropertyKind::TzidAliasOf);
            let locations = aliases.chain(timezone.properties_named("X-LIC-LOCATION"));
            locations.filter_map(|name| self.by_name(&name.text())?.zone).next()
        });
        if let Some(zone) = location {
            return Resolved::new(zone, Origin::Location);
        }
        let offset = timezone.and_then(observance::standard_offset).or_else(|| alias::offset(tzid));
        offset.and_then(Zone::fixed).map_or(unknown, |zone| Resolved::new(zone, Origin::Offset))
    }

    /// The IANA zone of a name, with or without a prefix, or of what Windows calls it.
    fn by_name(&self, tzid: &str) -> Option<Resolved> {
        let plain = alias::plain(tzid);
        let found = |name: &str, origin| Some(Resolved::new(self.cache.iana(name)?, origin));
        found(&plain, Origin::Iana)
            .or_else(|| alias::prefixed(&plain).find_map(|name| found(name, Origin::Prefixed)))
            .or_else(|| found(alias::windows(&plain)?, Origin::Windows))
    }

    /// The zone that floating times of a feed may be in: its X-WR-TIMEZONE. It is a guess, for those who ask.
    pub fn feed_default(&self) -> Option<Resolved> {
        let calendar = match self.scope {
            Scope::Names => return None,
            Scope::Document(document) => document.components(ComponentKind::Calendar).next()?,
            Scope::Calendar(calendar) => calendar,
        };
        let name = calendar.properties_named("X-WR-TIMEZONE").next()?;
        let zone = self.resolve(&name.text()).zone?;
        Some(Resolved::new(zone, Origin::Feed))
    }

    /// What is amiss with the VTIMEZONEs: those that cannot be compiled, and those whose TZID stands twice
    /// with other contents. This compiles them all.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut firsts = HashMap::new();
        for (tzid, timezone) in self.timezones() {
            let compiled = self.cache.timezone(timezone);
            let mut tell =
                |kind, message: String| problems.push(Problem::new(kind, timezone.place(), message));
            if let Err(fault) = &compiled {
                tell(ProblemKind::BrokenZone, format!("the VTIMEZONE {tzid:?} cannot be used: {fault}"));
            }
            if firsts.entry(tzid).or_insert_with(|| compiled.clone()) != &compiled {
                let message = format!("a second VTIMEZONE {tzid:?} has other rules: the first counts");
                tell(ProblemKind::RepeatedTzid, message);
            }
        }
        problems
    }

    /// Where, within a range, the VTIMEZONE of a TZID says otherwise than the zone that its name means. Empty
    /// when the name means no other zone than the VTIMEZONE.
    pub fn disagreements(&self, tzid: &str, range: Range<Timestamp>) -> Vec<Disagreement> {
        let named = self.resolve(tzid).zone;
        let own = self.timezone(tzid).map(|timezone| self.cache.timezone(timezone));
        match (named, own) {
            (Some(named), Some(Ok(own))) => named.disagreements(&own, range),
            _ => Vec::new(),
        }
    }

    /// The problem to tell where a VTIMEZONE says otherwise than the zone of its name, if it does within the
    /// range.
    pub fn disagreement_problem(&self, tzid: &str, range: Range<Timestamp>) -> Option<Problem> {
        let from = range.start;
        let disagreement = self.disagreements(tzid, range).into_iter().next()?;
        let named = self.resolve(tzid).zone?;
        let name = named.iana_name().unwrap_or(tzid);
        let day = disagreement.range.start.to_utc().filter(|_| disagreement.range.start != from);
        let since =
            day.map_or_else(|| "from the first time on".to_owned(), |day| format!("from {} on", day.date));
        let message = format!("the VTIMEZONE {tzid:?} differs from IANA's {name} {since}: IANA's counts");
        Some(Problem::new(ProblemKind::ZoneDisagrees, self.timezone(tzid)?.place(), message))
    }

    /// The first VTIMEZONE of a TZID.
    fn timezone(&self, tzid: &str) -> Option<Component<'d>> {
        let id = self.known_timezones().firsts.get(alias::plain(tzid).as_ref())?;
        Some(self.document()?.component(*id))
    }

    /// The VTIMEZONEs with their plain TZIDs.
    fn timezones(&self) -> impl Iterator<Item = (&str, Component<'d>)> {
        let document = self.document();
        let all = &self.known_timezones().all;
        all.iter().filter_map(move |(tzid, id)| Some((tzid.as_str(), document?.component(*id))))
    }

    const fn document(&self) -> Option<&'d Document> {
        match self.scope {
            Scope::Names => None,
            Scope::Document(document) => Some(document),
            Scope::Calendar(calendar) => Some(calendar.document()),
        }
    }

    fn known_timezones(&self) -> &Timezones {
        self.timezones.get_or_init(|| self.find_timezones())
    }

    fn find_timezones(&self) -> Timezones {
        let mut found = Timezones::default();
        let all = match self.scope {
            Scope::Names => return found,
            Scope::Document(document) => document.all_components(),
            Scope::Calendar(calendar) => calendar.descendants(),
        };
        for timezone in all.filter(|component| component.kind() == ComponentKind::Timezone) {
            let Some(tzid) = timezone.property(PropertyKind::Tzid) else { continue };
            let plain = alias::plain(&tzid.text()).into_owned();
            found.firsts.entry(plain.clone()).or_insert(timezone.id());
            found.all.push((plain, timezone.id()));
        }
        found
    }
}

impl Zone {
    /// The zone of a VTIMEZONE, whatever its TZID says.
    ///
    /// # Errors
    /// It has no observance that can be read, or its rules have too many instances.
    pub fn from_timezone(timezone: Component<'_>) -> Result<Self, Fault> {
        observance::compile(timezone).map(|table| Self::new(table, None))
    }
}

#[cfg(test)]
mod tests;
