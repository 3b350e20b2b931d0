//! Components: where they stand, and which properties they have how often (RFC 5545 3.6 and its kin).

use super::table::{ANYWHERE, ComponentRow, component_row};
use super::{Check, shown};
use crate::component::ComponentKind;
use crate::document::Component;
use crate::parameter::ParameterKind;
use crate::problem::ProblemKind;
use crate::property::{Property, PropertyKind};
use crate::value::{Action, Related, Value};

/// How often each kind of property stands in a component.
struct Counts([usize; 256]);

impl Counts {
    fn of(component: Component<'_>) -> Self {
        let mut counts = [0; 256];
        for property in component.properties() {
            counts[usize::from(property.kind().to_index())] += 1;
        }
        Self(counts)
    }

    fn get(&self, kind: PropertyKind) -> usize {
        self.0[usize::from(kind.to_index())]
    }

    fn has(&self, kind: PropertyKind) -> bool {
        self.get(kind) > 0
    }
}

/// What the triggers in a component may count from.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    has_start: bool,
    has_end: bool,
}

impl Bounds {
    fn of(component: Component<'_>) -> Self {
        use PropertyKind::{Dtend, Dtstart, Due, Duration};
        let has = |kind| component.property(kind).is_some();
        let has_start = has(Dtstart);
        Self { has_start, has_end: has(Dtend) || has(Due) || has_start && has(Duration) }
    }
}

impl<'d> Check<'d> {
    /// BEGIN and END have a name and nothing more (RFC 5545 3.6).
    pub(super) fn delimiters(&mut self, component: Component<'d>) {
        for delimiter in component.delimiters() {
            let value = delimiter.raw_value();
            if value.len() != value.trim_ascii().len() {
                let message = format!("wanted no blank beside the name in {}, found one", delimiter.name());
                self.tell_property(&delimiter, delimiter.value_place(), ProblemKind::UnusualValue, message);
            }
        }
    }

    pub(super) fn counts(&mut self, component: Component<'d>) {
        let counts = Counts::of(component);
        self.place(component);
        self.limits(component, &counts);
        let Some(row) = component_row(component.kind()) else { return };
        self.required(component, row, &counts);
        self.unwanted(component, row, &counts);
        self.together(component, row, &counts);
        self.inner(component);
        if component.kind() == ComponentKind::Alarm {
            self.alarm(component, &counts);
        }
    }

    fn place(&mut self, component: Component<'d>) {
        let name = component.name();
        let Some(row) = component_row(component.kind()) else {
            if !is_experimental(&name) {
                let message = format!(
                    "wanted a component that an RFC defines, or X-, found {}",
                    shown(name.as_bytes())
                );
                self.tell_component(component, ProblemKind::UnknownComponent, message);
            }
            return;
        };
        let parent = component.parent();
        let fits = match parent {
            Some(parent) => row.inside.contains(&parent.kind()) || parent.kind() == ComponentKind::Other,
            None => row.inside.is_empty(),
        };
        if !fits {
            let outside = parent.map_or("no component".into(), |parent| parent.name());
            let wanted: Vec<&str> = row.inside.iter().filter_map(|kind| kind.name()).collect();
            let wanted = if wanted.is_empty() { "no component".to_owned() } else { wanted.join(" or ") };
            let message = format!("wanted {name} inside {wanted}, found it inside {outside}");
            self.tell_component(component, ProblemKind::MisplacedComponent, message);
        }
    }

    fn limits(&mut self, component: Component<'d>, counts: &Counts) {
        let properties: usize = counts.0.iter().sum();
        let limits = self.limits;
        for (what, name, count, limit) in [
            ("properties", "properties", properties, limits.properties),
            ("attendees", "attendees", counts.get(PropertyKind::Attendee), limits.attendees),
        ] {
            if count > limit {
                let message = format!("wanted at most {limit} {what} (the limit `{name}`), found {count}");
                self.tell_component(component, ProblemKind::OverLimit, message);
            }
        }
    }

    fn required(&mut self, component: Component<'d>, row: &ComponentRow, counts: &Counts) {
        for kind in row.required.iter().filter(|kind| !counts.has(**kind)) {
            self.missing(component, *kind, "");
        }
        // RFC 5545 3.6.1: an event has a start unless METHOD says that its text is a message.
        let mut has_method = || component.parent().is_some_and(|parent| self.method(parent).is_some());
        if component.kind() == ComponentKind::Event && !counts.has(PropertyKind::Dtstart) && !has_method() {
            self.missing(component, PropertyKind::Dtstart, "");
        }
    }

    /// `reason` follows the sentence: ` under METHOD:REPLY`.
    pub(super) fn missing(&mut self, component: Component<'d>, kind: PropertyKind, reason: &str) {
        let problem = match kind {
            PropertyKind::Uid => ProblemKind::MissingUid,
            PropertyKind::Dtstamp => ProblemKind::MissingDtstamp,
            PropertyKind::Prodid => ProblemKind::MissingProdid,
            PropertyKind::Version => ProblemKind::MissingVersion,
            PropertyKind::Dtstart => ProblemKind::MissingDtstart,
            _ => ProblemKind::MissingProperty,
        };
        let message =
            format!("wanted {} in {}{reason}, found none", kind.name().unwrap_or_default(), component.name());
        self.tell_component(component, problem, message);
    }

    fn unwanted(&mut self, component: Component<'d>, row: &ComponentRow, counts: &Counts) {
        let mut seen = [false; 256];
        for property in component.properties() {
            let kind = property.kind();
            if kind == PropertyKind::Other {
                self.unknown(&property);
                continue;
            }
            let is_single = row.required.contains(&kind) || row.once.contains(&kind);
            let is_again = std::mem::replace(&mut seen[usize::from(kind.to_index())], true);
            if is_single && is_again {
                let message = format!(
                    "wanted {} once in {}, found it {} times",
                    property.name(),
                    component.name(),
                    counts.get(kind)
                );
                self.tell_property(&property, property.name_place(), ProblemKind::RepeatedProperty, message);
            }
            if !is_single && !row.many.contains(&kind) && !ANYWHERE.contains(&kind) {
                let message = format!("{} says nothing in {}", property.name(), component.name());
                self.tell_property(&property, property.name_place(), ProblemKind::MisplacedProperty, message);
            }
            if is_again && kind == PropertyKind::Rrule {
                let message = "wanted at most one RRULE, found another";
                self.tell_property(&property, property.name_place(), ProblemKind::RepeatedRule, message);
            }
        }
    }

    fn unknown(&mut self, property: &Property<'_>) {
        let name = property.name();
        if !is_experimental(&name) {
            let message =
                format!("wanted a property that an RFC defines, or X-, found {}", shown(name.as_bytes()));
            self.tell_property(property, property.name_place(), ProblemKind::UnknownProperty, message);
        }
    }

    /// Properties that exclude one another, and those that stand only beside another one.
    fn together(&mut self, component: Component<'d>, row: &ComponentRow, counts: &Counts) {
        let Some(duration) = component.property(PropertyKind::Duration) else { return };
        if let Some(end) = row.end.filter(|end| counts.has(*end)) {
            let message = format!("wanted {} or DURATION, found both", end.name().unwrap_or_default());
            self.tell_property(&duration, duration.place(), ProblemKind::ExclusiveProperties, message);
        }
        if row.end.is_some() && !counts.has(PropertyKind::Dtstart) {
            let message = "wanted DTSTART beside DURATION, found none";
            self.tell_property(&duration, duration.place(), ProblemKind::MissingCompanion, message);
        }
    }

    fn inner(&mut self, component: Component<'d>) {
        let wanted = match component.kind() {
            ComponentKind::Calendar if component.children().next().is_none() => "a component",
            ComponentKind::Timezone
                if !component.children().any(|child| {
                    matches!(child.kind(), ComponentKind::Standard | ComponentKind::Daylight)
                }) =>
            {
                "STANDARD or DAYLIGHT"
            }
            _ => return,
        };
        let message = format!("wanted {wanted} inside {}, found none", component.name());
        self.tell_component(component, ProblemKind::MissingComponent, message);
    }

    /// RFC 9074 3: what an alarm needs for its action.
    fn alarm(&mut self, component: Component<'d>, counts: &Counts) {
        use PropertyKind::{Attach, Attendee, Description, Duration, Repeat, Summary};
        for (one, other) in [(Repeat, Duration), (Duration, Repeat)] {
            if let (Some(found), false) = (component.property(one), counts.has(other)) {
                let message = format!(
                    "wanted {} beside {}, found none",
                    other.name().unwrap_or_default(),
                    one.name().unwrap_or_default()
                );
                self.tell_property(&found, found.place(), ProblemKind::MissingCompanion, message);
            }
        }
        self.trigger(component);
        let Some(action) = component.property(PropertyKind::Action) else { return };
        let required: &[PropertyKind] = match Action::new(action.text()) {
            Action::Display => &[Description],
            Action::Email => &[Description, Summary, Attendee],
            Action::Procedure => &[Attach],
            Action::Audio | Action::Other(_) => &[],
        };
        for kind in required.iter().filter(|kind| !counts.has(**kind)) {
            self.missing(component, *kind, &format!(" with ACTION:{}", action.text()));
        }
    }

    /// RFC 5545 3.8.6.3: what a trigger counts from stands in the component around.
    fn trigger(&mut self, alarm: Component<'d>) {
        let (Some(parent), Some(property)) = (alarm.parent(), alarm.property(PropertyKind::Trigger)) else {
            return;
        };
        let is_scheduled = matches!(parent.kind(), ComponentKind::Event | ComponentKind::Todo);
        if !is_scheduled || !matches!(property.value(), Ok(Value::Duration(_))) {
            return;
        }
        let bounds = *self.bounds.entry(parent.id()).or_insert_with(|| Bounds::of(parent));
        let related = property.parameter(ParameterKind::Related).map(|related| Related::new(related.value()));
        let wanted = match related {
            Some(Related::End) if bounds.has_end => return,
            Some(Related::End) => "an end",
            _ if bounds.has_start => return,
            _ => "DTSTART",
        };
        let message =
            format!("wanted {wanted} in {}, from which the trigger counts, found none", parent.name());
        self.tell_property(&property, property.place(), ProblemKind::MissingCompanion, message);
    }
}

pub(super) fn is_experimental(name: &str) -> bool {
    name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("X-"))
}
