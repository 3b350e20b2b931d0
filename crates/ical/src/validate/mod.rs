//! Holds a text against the rules of a profile; yields problems. Linear in the text's length, bounded in
//! number.

mod component;
mod notes;
mod parameters;
mod profile;
mod recurrence;
mod table;
mod text;
mod time;
mod values;
mod zones;

pub(crate) use parameters::misquoted;
pub(crate) use text::is_control;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::component::ComponentKind;
use crate::document::{Component, ComponentId, Document, PropertyId};
use crate::limits::Limits;
use crate::parameter::ParameterKind;
use crate::problem::{Problem, ProblemKind};
use crate::property::{Property, PropertyKind};
use crate::value::{Method, lossy};
use crate::zone::ZoneCache;

/// The rules that a text is held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// RFC 5545 and the RFCs that add to it.
    #[default]
    Rfc5545,
    /// And what CalDAV asks of an object that is stored: one UID, one kind of component, no METHOD (RFC 4791
    /// 4.1).
    CalDav,
    /// And what iTIP asks of a message with this METHOD (RFC 5546 3).
    Itip(Method<'static>),
}

/// So many problems are told of one text, the last of which says that there are more; the rest would only
/// repeat them.
const MAX_PROBLEMS: usize = 10_000;

/// A problem, and what a repair needs to find it again.
pub(crate) struct Found {
    pub(crate) problem: Problem,
    pub(crate) component: Option<ComponentId>,
    pub(crate) property: Option<PropertyId>,
}

impl Document {
    /// Everything that is amiss under a profile, in the order of the text; at most 10,000 problems, of which
    /// the last then is [`ProblemKind::OverLimit`] and says that there are more.
    ///
    /// ```
    /// use ical::{Document, Profile};
    ///
    /// let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\n\
    ///     DTSTAMP:20260101T000000Z\r\nDTSTART:20260301T090000\r\nDTEND:20260301T080000\r\n\
    ///     END:VEVENT\r\nEND:VCALENDAR\r\n";
    /// let problems = Document::read(text)?.validate(&Profile::Rfc5545);
    /// assert_eq!(problems[0].kind.name(), "end-before-start");
    /// assert_eq!(&text[problems[0].place.clone()], "20260301T080000");
    /// # Ok::<(), ical::TooLarge>(())
    /// ```
    pub fn validate(&self, profile: &Profile) -> Vec<Problem> {
        self.validate_within(profile, &Limits::default(), &Arc::default())
    }

    /// The same, with these limits on how many there may be of components, properties, attendees and dates, and with zones
    /// that were made for other texts.
    pub fn validate_within(
        &self,
        profile: &Profile,
        limits: &Limits,
        zones: &Arc<ZoneCache>,
    ) -> Vec<Problem> {
        find(self, profile, limits, zones).into_iter().map(|found| found.problem).collect()
    }
}

/// All problems, in the order of the text.
pub(crate) fn find(
    document: &Document,
    profile: &Profile,
    limits: &Limits,
    zones: &Arc<ZoneCache>,
) -> Vec<Found> {
    let mut check = Check {
        document,
        profile,
        limits,
        tzids: HashSet::new(),
        methods: HashMap::new(),
        bounds: HashMap::new(),
        calendar: None,
        found: Vec::new(),
    };
    check.found.extend(document.problems().iter().map(|problem| Found {
        problem: problem.clone(),
        component: None,
        property: None,
    }));
    check.text();
    check.collect_tzids();
    for component in document.all_components() {
        check.component(component);
    }
    check.objects();
    check.zones(zones);
    check.notes();
    check.profile();
    let mut found = check.found;
    found.sort_by_key(|found| found.problem.place.start);
    end_full(&mut found);
    found
}

/// The last of a full list says that there are more.
fn end_full(found: &mut Vec<Found>) {
    const ROOM: usize = MAX_PROBLEMS - 1;
    if found.len() <= ROOM {
        return;
    }
    found.truncate(ROOM);
    let place = found.last().map_or(0..0, |last| last.problem.place.clone());
    let message = format!("wanted at most {ROOM} problems, found more, which are not told");
    let problem = Problem::new(ProblemKind::OverLimit, place, message);
    found.push(Found { problem, component: None, property: None });
}

/// What is known while a text is looked through.
struct Check<'d> {
    document: &'d Document,
    profile: &'d Profile,
    limits: &'d Limits,
    /// The TZIDs that VTIMEZONEs define, each in its calendar.
    tzids: HashSet<(Option<ComponentId>, Cow<'d, str>)>,
    /// The METHODs of the components that were asked for one: many inner ones ask the same.
    methods: HashMap<ComponentId, Option<Method<'d>>>,
    /// The bounds of the components that have alarms, for many alarms ask the same.
    bounds: HashMap<ComponentId, component::Bounds>,
    /// The calendar that is looked through.
    calendar: Option<ComponentId>,
    found: Vec<Found>,
}

impl<'d> Check<'d> {
    fn tell(&mut self, kind: ProblemKind, place: Range<usize>, message: impl Into<String>) {
        self.push(Problem::new(kind, place, message), None, None);
    }

    fn tell_component(&mut self, component: Component<'_>, kind: ProblemKind, message: impl Into<String>) {
        self.push(Problem::new(kind, component.place(), message), Some(component.id()), None);
    }

    /// A problem of a property, at a narrower place.
    fn tell_property(
        &mut self,
        property: &Property<'_>,
        place: Range<usize>,
        kind: ProblemKind,
        message: impl Into<String>,
    ) {
        self.push(Problem::new(kind, place, message), None, Some(property.id()));
    }

    fn push(&mut self, problem: Problem, component: Option<ComponentId>, property: Option<PropertyId>) {
        if self.found.len() < MAX_PROBLEMS {
            self.found.push(Found { problem, component, property });
        }
    }

    fn collect_tzids(&mut self) {
        for zone in self.document.components(ComponentKind::Timezone) {
            let Some(tzid) = zone.property(PropertyKind::Tzid) else { continue };
            let (id, place) = (tzid.id(), tzid.value_place());
            let name = tzid.into_text();
            // RFC 5545 3.8.3.1: the TZID identifies; nothing identifies nothing.
            if name.trim().is_empty() {
                let message = "wanted the name of a time zone, found nothing";
                self.push(Problem::new(ProblemKind::MalformedValue, place, message), None, Some(id));
                continue;
            }
            if !self.tzids.insert((calendar_of(zone), name.clone())) {
                let message = format!(
                    "wanted one VTIMEZONE for each TZID, found another of {}",
                    shown(name.as_bytes())
                );
                self.push(Problem::new(ProblemKind::RepeatedTzid, place, message), None, Some(id));
            }
        }
    }

    fn method(&mut self, component: Component<'d>) -> Option<&Method<'d>> {
        let find = || component.property(PropertyKind::Method).map(|method| Method::new(method.into_text()));
        self.methods.entry(component.id()).or_insert_with(find).as_ref()
    }

    fn component(&mut self, component: Component<'d>) {
        self.calendar = calendar_of(component);
        self.delimiters(component);
        self.counts(component);
        for property in component.properties() {
            self.parameters(&property);
            self.values(component, &property);
        }
        self.times(component);
        self.rules(component);
    }
}

/// The calendar in which a component stands. A text may hold several, and each is complete in itself (RFC
/// 5545 3.4); what stands in none belongs together.
fn calendar_of(component: Component<'_>) -> Option<ComponentId> {
    Some(component.root()).filter(|root| root.kind() == ComponentKind::Calendar).map(|root| root.id())
}

/// The parameter's TZID, if it has one.
fn tzid_of<'p>(property: &'p Property<'_>) -> Option<crate::parameter::Parameter<'p>> {
    property.parameter(ParameterKind::Tzid)
}

/// A text as a message shows it: short, on one line, in quotes.
fn shown(text: &[u8]) -> String {
    const ROOM: usize = 40;
    let text = lossy(text);
    // Quotes and apostrophes stay as they are: a backslash before them would be looked for in the text.
    let escaped = |c: char| match c {
        '\'' | '"' => c.to_string(),
        '\\' => c.to_string(),
        c => c.escape_debug().to_string(),
    };
    let mut short: String = text.chars().take(ROOM).map(escaped).collect();
    if text.chars().nth(ROOM).is_some() {
        short.push('…');
    }
    format!("\"{short}\"")
}

#[cfg(test)]
mod tests;
