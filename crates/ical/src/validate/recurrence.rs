//! Rules, exceptions and overrides (RFC 5545 3.3.10, 3.8.4.4, 3.8.5).

use std::collections::HashSet;

use super::table::{ComponentRow, component_row};
use super::time::{described, is_floating};
use super::{Check, Profile, shown};
use crate::civil::SECONDS_PER_DAY;
use crate::component::ComponentKind;
use crate::document::Component;
use crate::object::Object;
use crate::problem::ProblemKind;
use crate::property::{Property, PropertyKind};
use crate::rule::{Rule, Start};
use crate::value::{DateOrTime, Frequency, Method, Recur, Until, ValueType};

impl<'d> Check<'d> {
    pub(super) fn rules(&mut self, component: Component<'d>) {
        // Where no rule may stand, that is told, and nothing more.
        let recurs =
            |row: &ComponentRow| [row.once, row.many].iter().any(|list| list.contains(&PropertyKind::Rrule));
        if component_row(component.kind()).is_some_and(|row| !recurs(row)) {
            return;
        }
        let start = component.property(PropertyKind::Dtstart);
        let start = start.as_ref().and_then(|start| start.date_or_time().ok());
        let is_override = component.property(PropertyKind::RecurrenceId).is_some();
        let mut dates = 0;
        for property in component.properties() {
            match property.kind() {
                PropertyKind::Rrule | PropertyKind::Exrule => {
                    if is_override {
                        let message =
                            format!("wanted no {} beside RECURRENCE-ID, found one", property.name());
                        self.tell_property(&property, property.place(), ProblemKind::RuleInOverride, message);
                    }
                    self.rule(component, start.as_ref(), &property);
                }
                PropertyKind::Exdate | PropertyKind::Rdate => {
                    dates += property.dates_or_times().count();
                    if let Some(start) = start.as_ref().filter(|_| !is_observance(component.kind())) {
                        self.dates(start, &property);
                    }
                }
                _ => {}
            }
        }
        if dates > self.limits.dates {
            let message =
                format!("wanted at most {} dates (the limit `dates`), found {dates}", self.limits.dates);
            self.tell_component(component, ProblemKind::OverLimit, message);
        }
    }

    fn rule(&mut self, component: Component<'d>, start: Option<&DateOrTime<'_>>, property: &Property<'_>) {
        let place = property.value_place();
        if property.kind() == PropertyKind::Exrule {
            let message = "wanted EXDATE, found EXRULE, which RFC 5545 took away";
            self.tell_property(property, property.name_place(), ProblemKind::Exrule, message);
        }
        let Ok(rule) = property.recur() else { return };
        let text = property.value_lossy();
        let is_experimental =
            |part: &&str| part.trim_start().get(..2).is_some_and(|x| x.eq_ignore_ascii_case("X-"));
        if let Some(part) = text.split(';').find(is_experimental) {
            let message = format!("wanted no rule part but RFC 5545's, found {}", shown(part.as_bytes()));
            self.tell_property(property, place.clone(), ProblemKind::ExperimentalRulePart, message);
        }
        if rule.until.is_some() && rule.count.is_some() {
            let message = "wanted UNTIL or COUNT, found both";
            self.tell_property(property, place.clone(), ProblemKind::UntilAndCount, message);
        }
        if let Some(wanted) = unusual_form(&text, &rule) {
            let message = format!("wanted {wanted}, found {}", shown(text.as_bytes()));
            self.tell_property(property, place.clone(), ProblemKind::UnusualValue, message);
        }
        let wrong_part = wrong_part(&rule, start);
        let is_right = wrong_part.is_none();
        if let Some(message) = wrong_part {
            self.tell_property(property, place.clone(), ProblemKind::RulePart, message);
        }
        let Some(start) = start else {
            let message = format!("wanted DTSTART beside {}, found none", property.name());
            return self.tell_property(property, property.place(), ProblemKind::RuleWithoutStart, message);
        };
        if property.kind() == PropertyKind::Rrule && is_right && !is_named(&rule, start) {
            let message = if ends_before(&rule, start) {
                format!("wanted DTSTART as an instance of its rule, found {start}, after its UNTIL")
            } else {
                format!("wanted DTSTART as an instance of its rule, found {start}, which it does not name")
            };
            self.tell_property(property, place.clone(), ProblemKind::StartOutsideRule, message);
        }
        if is_observance(component.kind()) && rule.count.is_some() {
            let message = "wanted UNTIL in an observance that ends, found COUNT";
            self.tell_property(property, place.clone(), ProblemKind::RulePart, message);
        }
        if let Some(until) = rule.until
            && !until_fits(component.kind(), start, until)
        {
            let wanted = wanted_until(component.kind(), start);
            let message = format!("wanted UNTIL as {wanted}, found {until}");
            self.tell_property(property, place, ProblemKind::UntilMismatch, message);
        }
    }

    /// EXDATE and RDATE are of DTSTART's kind.
    fn dates(&mut self, start: &DateOrTime<'_>, property: &Property<'_>) {
        if property.value_type() == Some(ValueType::Period) {
            return;
        }
        let is_exception = property.kind() == PropertyKind::Exdate;
        for time in property.dates_or_times().filter_map(Result::ok) {
            let is_other = time.is_date() != start.is_date() || is_floating(&time) != is_floating(start);
            let is_utc = matches!(time, DateOrTime::Utc(_)) && !start.is_date();
            let kind = match (is_exception, is_utc) {
                (true, true) if matches!(start, DateOrTime::Utc(_)) => continue,
                (true, true) => ProblemKind::ExdateInUtc,
                (true, false) if is_other => ProblemKind::ExdateMismatch,
                (false, _) if is_other => ProblemKind::RdateMismatch,
                _ => continue,
            };
            let name = property.name();
            let message =
                format!("wanted {name} as {}, as DTSTART is, found {}", described(start), described(&time));
            return self.tell_property(property, property.value_place(), kind, message);
        }
    }

    /// Overrides and their masters.
    pub(super) fn objects(&mut self) {
        for object in self.document.objects() {
            self.object(&object);
        }
    }

    fn object(&mut self, object: &Object<'d>) {
        let components = object.components();
        let inner_included = components.iter().map(|component| component.descendants().count()).sum();
        let is_override =
            |component: &&Component<'_>| component.property(PropertyKind::RecurrenceId).is_some();
        let overrides = components.iter().filter(is_override).count();
        for (what, name, count, limit) in [
            ("components", "components", inner_included, self.limits.components),
            ("overrides", "overrides", overrides, self.limits.overrides),
        ] {
            if let (Some(first), true) = (components.first(), count > limit) {
                let message = format!("wanted at most {limit} {what} (the limit `{name}`), found {count}");
                self.tell_component(*first, ProblemKind::OverLimit, message);
            }
        }
        let Some(uid) = object.uid() else { return };
        let uid = shown(uid.as_bytes());
        let mut seen = HashSet::new();
        let master =
            components.iter().find(|component| component.property(PropertyKind::RecurrenceId).is_none());
        let start = master.and_then(|master| master.property(PropertyKind::Dtstart));
        let start = start.as_ref().and_then(|start| start.date_or_time().ok());
        let mut is_told = !matches!(self.profile, Profile::Rfc5545 | Profile::CalDav);
        for component in components {
            let id = component.property(PropertyKind::RecurrenceId);
            let key = id.as_ref().map(|id| {
                let tzid = super::tzid_of(id).map(|tzid| tzid.value().into_owned());
                (id.value_lossy().trim().to_owned(), tzid)
            });
            if !seen.insert((super::calendar_of(*component), key)) {
                let message = match &id {
                    Some(id) => {
                        format!("wanted one component of UID {uid} and {}, found another", id.value_lossy())
                    }
                    None => format!("wanted one component of UID {uid} without RECURRENCE-ID, found another"),
                };
                self.tell_component(*component, ProblemKind::RepeatedInstance, message);
            }
            let Some(id) = id else { continue };
            if master.is_none() && !is_told && !self.is_message(*component) {
                is_told = true;
                let message =
                    format!("wanted the component of UID {uid} that recurs, found its override alone");
                self.tell_component(*component, ProblemKind::OverrideWithoutMaster, message);
            }
            if let (Some(start), Ok(time)) = (&start, id.date_or_time())
                && (start.is_date() != time.is_date() || is_floating(start) != is_floating(&time))
            {
                let message =
                    format!("wanted {}, as DTSTART is, found {}", described(start), described(&time));
                self.tell_property(&id, id.value_place(), ProblemKind::RecurrenceIdMismatch, message);
            }
        }
    }

    /// Is its calendar a message to others, which may tell of one instance alone (RFC 5546 3.2)? What is
    /// published is as often a whole calendar.
    fn is_message(&mut self, component: Component<'d>) -> bool {
        self.method(component.root()).is_some_and(|method| *method != Method::Publish)
    }
}

/// Is it an observance of a zone, whose UNTIL is in UTC though its DTSTART is local (RFC 5545 3.6.5)?
pub(super) const fn is_observance(kind: ComponentKind) -> bool {
    matches!(kind, ComponentKind::Standard | ComponentKind::Daylight)
}

const fn until_fits(kind: ComponentKind, start: &DateOrTime<'_>, until: Until) -> bool {
    match (start, until) {
        _ if is_observance(kind) => matches!(until, Until::Utc(_)),
        (DateOrTime::Date(_), Until::Date(_))
        | (DateOrTime::Floating(_), Until::Local(_))
        | (DateOrTime::Utc(_) | DateOrTime::Zoned(..), Until::Utc(_)) => true,
        _ => false,
    }
}

const fn wanted_until(kind: ComponentKind, start: &DateOrTime<'_>) -> &'static str {
    match start {
        _ if is_observance(kind) => "a time in UTC",
        DateOrTime::Date(_) => "a date, as DTSTART is",
        DateOrTime::Floating(_) => "local time, as DTSTART is",
        DateOrTime::Utc(_) => "a time in UTC, as DTSTART is",
        DateOrTime::Zoned(..) => "a time in UTC, as DTSTART has a zone",
    }
}

/// What RFC 5545 3.3.10 forbids in a rule beyond the ranges of its parts.
fn wrong_part(rule: &Recur, start: Option<&DateOrTime<'_>>) -> Option<String> {
    let freq = rule.freq;
    let has_time = !(rule.by_hour.is_empty() && rule.by_minute.is_empty() && rule.by_second.is_empty());
    let has_day = !(rule.by_day.is_empty() && rule.by_month_day.is_empty() && rule.by_year_day.is_empty());
    let has_any = has_time || has_day || !(rule.by_month.is_empty() && rule.by_week_no.is_empty());
    let is_numbered = rule.by_day.iter().any(|day| day.nth.is_some());
    let wrong = if !rule.by_week_no.is_empty() && freq != Frequency::Yearly {
        "BYWEEKNO only with FREQ=YEARLY"
    } else if !rule.by_year_day.is_empty()
        && matches!(freq, Frequency::Daily | Frequency::Weekly | Frequency::Monthly)
    {
        "no BYYEARDAY with FREQ=DAILY, WEEKLY or MONTHLY"
    } else if !rule.by_month_day.is_empty() && freq == Frequency::Weekly {
        "no BYMONTHDAY with FREQ=WEEKLY"
    } else if is_numbered && !matches!(freq, Frequency::Monthly | Frequency::Yearly) {
        "numbers in BYDAY only with FREQ=MONTHLY or YEARLY"
    } else if is_numbered && !rule.by_week_no.is_empty() {
        "no numbers in BYDAY beside BYWEEKNO"
    } else if !rule.by_set_pos.is_empty() && !has_any {
        "another BY part beside BYSETPOS"
    } else if has_time && start.is_some_and(DateOrTime::is_date) {
        "no BYHOUR, BYMINUTE and BYSECOND, as DTSTART is a date"
    } else {
        return None;
    };
    Some(format!("wanted {wrong}, found {}", shown(rule.to_string().as_bytes())))
}

/// How a rule's text differs from RFC 5545 3.3.10, though it can be read. FREQ stands first for programs of
/// RFC 2445; RFC 7529 4.1 writes RSCALE before it.
fn unusual_form(text: &str, rule: &Recur) -> Option<&'static str> {
    let text = text.trim();
    let name = text.split('=').next().unwrap_or_default();
    if rule.rscale.is_none() && !name.trim_end().eq_ignore_ascii_case("FREQ") {
        Some("FREQ as the first part of a rule")
    } else if text.contains(|character: char| character.is_ascii_whitespace()) {
        Some("no blanks in a rule")
    } else if text.split(';').any(str::is_empty) {
        Some("a part behind each semicolon")
    } else {
        None
    }
}

/// Does a rule end before its start, by its UNTIL, in whatever zone that is?
fn ends_before(rule: &Recur, start: &DateOrTime<'_>) -> bool {
    let (until, apart) = match rule.until {
        Some(Until::Date(date)) => (date.midnight().to_seconds() + SECONDS_PER_DAY - 1, 0),
        Some(Until::Local(wall)) => (wall.to_seconds(), 0),
        Some(Until::Utc(wall)) if matches!(start, DateOrTime::Zoned(..)) => {
            (wall.to_seconds(), SECONDS_PER_DAY)
        }
        Some(Until::Utc(wall)) => (wall.to_seconds(), 0),
        None => return false,
    };
    until + apart < start.wall().to_seconds()
}

/// Does a rule name the start that it belongs to? A rule that cannot be expanded names what it likes.
fn is_named(rule: &Recur, start: &DateOrTime<'_>) -> bool {
    if ends_before(rule, start) {
        return false;
    }
    let start = match start {
        DateOrTime::Date(date) => Start::Date(*date),
        time => Start::DateTime(time.wall()),
    };
    Rule::new(rule, start, None).map_or(true, |rule| rule.names_start())
}
