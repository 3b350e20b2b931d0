//! Recurrences expanded, or limited to a range (RFC 4791 9.6.5 to 9.6.7).

use ical::civil::Timestamp;
use ical::component::{Event, Todo};
use ical::recurrence::{Occurrence, Range};
use ical::rule::Exhausted;
use ical::value::{DateOrTime, Duration, PeriodEnd, Value};
use ical::{Component, ComponentKind, ContentLine, Document, ParameterKind, PropertyKind};

use super::select::head;
use crate::filter::{Context, Times};

/// An expanded object is no longer than this, in octets.
const LONGEST: usize = 64 << 20;

/// Each occurrence in the range as a component of its own, in UTC, without rules and without zones.
pub(super) fn expanded(object: &Document, range: Range, context: &Context) -> Result<Document, Exhausted> {
    let times = Times::new(object, context);
    let mut out: Vec<u8> = Vec::new();
    let mut template: Option<(Component<'_>, Document)> = None;
    for set in times.sets() {
        for occurrence in set.occurrences(range) {
            let occurrence = occurrence?;
            let component = occurrence.component();
            let known = template.take().filter(|(of, _)| of.id() == component.id());
            let plain = match known {
                Some(known) => known,
                None => (component, without_rules(component, &times)?),
            };
            let mut instance = template.insert(plain).1.clone();
            fix(&mut instance, &occurrence, &times);
            out.extend_from_slice(&instance.to_canonical());
            if out.len() > LONGEST {
                return Err(Exhausted::Instances);
            }
        }
    }
    with_components(object, &out)
}

/// The calendar of an object with these components in the place of its own, in the RFC's form.
fn with_components(object: &Document, components: &[u8]) -> Result<Document, Exhausted> {
    let mut text = b"BEGIN:VCALENDAR\r\n".to_vec();
    let calendar = object.roots().find(|root| root.kind() == ComponentKind::Calendar);
    for property in calendar.into_iter().flat_map(Component::properties) {
        text.extend_from_slice(property.content());
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(components);
    text.extend_from_slice(b"END:VCALENDAR\r\n");
    read(read(text)?.to_canonical())
}

/// Reads a text that was made here. It is longer than what it was made of by no more than [`LONGEST`].
fn read(text: Vec<u8>) -> Result<Document, Exhausted> {
    let limits = ical::Limits { file: usize::MAX, ..ical::Limits::default() };
    Document::read_within(text, &limits).map_err(|_| Exhausted::Instances)
}

/// A component by itself, without what makes it recur, its zoned times in UTC.
fn without_rules(component: Component<'_>, times: &Times<'_>) -> Result<Document, Exhausted> {
    use PropertyKind::{Exdate, Exrule, Rdate, Rrule};
    let mut alone = read(component.to_bytes())?;
    let mut changes = Vec::new();
    for property in alone.all_components().flat_map(Component::properties) {
        if matches!(property.kind(), Rrule | Rdate | Exdate | Exrule) {
            changes.push((property.id(), None));
        } else if property.parameter(ParameterKind::Tzid).is_some()
            && let Ok(time @ DateOrTime::Zoned(..)) = property.date_or_time()
        {
            changes.push((property.id(), Some(timed(&property, &utc(&time, times.instant(&time))))));
        }
    }
    for (id, line) in changes {
        match line {
            Some(line) => alone.replace(id, &line),
            None => alone.remove(id),
        }
    }
    Ok(alone)
}

/// A property with another time, and the parameters that do not belong to the one that it had.
fn timed(property: &ical::Property<'_>, time: &DateOrTime<'_>) -> ContentLine {
    let others = property
        .parameters()
        .filter(|parameter| !matches!(parameter.kind(), ParameterKind::Tzid | ParameterKind::Value));
    let line = others.fold(ContentLine::named(&property.name()), |line, parameter| {
        line.with_named(&parameter.name(), parameter.values())
    });
    line.date_or_time(time)
}

/// A zoned time in UTC; others as they are.
fn utc(time: &DateOrTime<'_>, at: Timestamp) -> DateOrTime<'static> {
    match (time, at.to_utc()) {
        (DateOrTime::Zoned(..), Some(wall)) => DateOrTime::Utc(wall),
        _ => time.clone().into_owned(),
    }
}

/// Gives a component the times of an occurrence.
fn fix(instance: &mut Document, occurrence: &Occurrence<'_, '_>, times: &Times<'_>) {
    let Some(component) = instance.roots().next() else { return };
    let id = component.id();
    let has = |kind| component.property(kind).is_some();
    let is_todo = component.kind() == ComponentKind::Todo;
    let end_kind = if is_todo { PropertyKind::Due } else { PropertyKind::Dtend };
    let is_due = is_todo && !has(PropertyKind::Dtstart) && has(PropertyKind::Due);
    let (start_at, end_at) = (occurrence.start_at(), occurrence.end_at());
    let has_end = has(end_kind);
    let duration = component.property(PropertyKind::Duration).map(|property| {
        let written = Duration::parse(property.raw_value().trim_ascii()).map(Duration::to_seconds);
        let is_right = written == Ok(end_at.0.saturating_sub(start_at.0));
        (property.id(), is_right || is_due)
    });
    let start = utc(&occurrence.start(), start_at);
    if is_due {
        instance.set(id, &ContentLine::new(PropertyKind::Due).date_or_time(&start));
    } else {
        instance.set(id, &ContentLine::new(PropertyKind::Dtstart).date_or_time(&start));
        let is_wrong = matches!(duration, Some((_, false)));
        if let (Some((property, _)), true) = (duration, is_wrong) {
            instance.remove(property);
        }
        if has_end || is_wrong {
            let end = utc(&occurrence.end(), end_at);
            instance.set(id, &ContentLine::new(end_kind).date_or_time(&end));
        }
    }
    if let Some(original) = occurrence.recurrence_id() {
        let original = utc(&original, times.instant(&original));
        instance.set(id, &ContentLine::new(PropertyKind::RecurrenceId).date_or_time(&original));
    }
}

/// The master, and the overrides that are in the range, were in it, or move what follows them.
pub(super) fn limited(object: &Document, range: Range, context: &Context) -> Document {
    let times = Times::new(object, context);
    let mut limited = object.clone();
    let is_idle = |component: &Component<'_>| {
        let Ok(Some(id)) = component.recurrence_id() else { return false };
        let original = times.instant(&id.start);
        let (start, end) = extent(*component, original, &times);
        let length = end.0.saturating_sub(start.0);
        let was = range.overlaps(original, Timestamp(original.0.saturating_add(length)));
        !(range.overlaps(start, end) || was || (id.range.is_some() && original < range.to))
    };
    let recurring = object.all_components().filter(|component| component.kind().may_recur());
    let idle: Vec<_> = recurring.filter(is_idle).map(|component| component.id()).collect();
    idle.into_iter().for_each(|id| limited.remove_component(id));
    limited
}

/// From when to when an override is; where it was, if it has no start.
fn extent(component: Component<'_>, original: Timestamp, times: &Times<'_>) -> (Timestamp, Timestamp) {
    let start = component.start().ok().flatten();
    let at = start.as_ref().map_or(original, |start| times.instant(start));
    let end = match (Event::of(component), Todo::of(component)) {
        (Some(event), _) => event.end(times.zones()).ok().flatten(),
        (_, Some(todo)) => todo.due(times.zones()).ok().flatten(),
        _ => None,
    };
    (at, end.map_or(at, |end| times.instant(&end)).max(at))
}

/// Of VFREEBUSY only the periods that overlap the range.
pub(super) fn limit_freebusy(document: &mut Document, range: Range, context: &Context) {
    let mut changes = Vec::new();
    {
        let times = Times::new(document, context);
        let components = document.components(ComponentKind::Freebusy);
        for property in components.flat_map(|component| component.properties_of(PropertyKind::Freebusy)) {
            let kept: Vec<String> = property
                .values()
                .filter_map(|value| match value {
                    Ok(Value::Period(period)) => {
                        let start = times.instant(&period.start);
                        let end = match &period.end {
                            PeriodEnd::Time(end) => times.instant(end),
                            PeriodEnd::Duration(duration) => times.after(&period.start, start, *duration),
                        };
                        range.overlaps(start, end).then(|| period.to_string())
                    }
                    _ => None,
                })
                .collect();
            let line = (!kept.is_empty()).then(|| head(&property).raw(&kept.join(",")));
            changes.push((property.id(), line));
        }
    }
    for (id, line) in changes {
        match line {
            Some(line) => document.replace(id, &line),
            None => document.remove(id),
        }
    }
}
