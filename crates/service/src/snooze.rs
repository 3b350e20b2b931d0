//! Alarms that rang, snoozed (RFC 9074 7).

use ical::civil::Timestamp;
use ical::component::Alarm;
use ical::value::{DateOrTime, Reltype};
use ical::zone::Zone;
use ical::{ComponentId, ContentLine, Document, ParameterKind, PropertyKind};

use crate::actor::Actor;
use crate::agenda::Entry;
use crate::booked::Booked;
use crate::dismiss::{Waiting, acknowledge, snoozed, snoozes_uid};
use crate::error::{Error, Refusal};

/// For how long an alarm is quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snooze {
    /// For so many seconds after it rang, as RFC 9074 7 has it; after now, where it rang more than a minute ago.
    For(i64),
    /// Until then.
    Until(Timestamp),
}

/// So long after an alarm rang its time is still what a person means by now, in seconds.
const JUST: i64 = 60;

impl Actor<'_> {
    /// Snoozes what rang of an object, or of one occurrence of it: all that rang is acknowledged, and the last of it rings
    /// again, once, as an alarm of its own beside it. When.
    ///
    /// # Errors
    /// Nothing rang that is not dismissed, or the object changed meanwhile or is gone.
    pub fn snooze(
        self,
        booked: &Booked,
        occurrence: Option<&Entry>,
        zone: &Zone,
        snooze: Snooze,
    ) -> Result<Timestamp, Error> {
        let now = self.now();
        let title = booked.title();
        let nothing = || Refusal::NothingRang(booked.title());
        let last = self.waiting(&booked.document, occurrence, zone).pop().ok_or_else(nothing)?;
        let (uid, new_uid) = (self.new_uid(), self.new_uid());
        self.change(&booked.stored, "snooze", &title, |document| {
            let waiting = self.waiting(document, occurrence, zone);
            let last = waiting.last().ok_or_else(nothing)?;
            let at = again(last.at, now, snooze);
            for Waiting { alarm, outer, .. } in &waiting {
                acknowledge(document, *alarm, now);
                if let Some(original) = snoozed(document, *outer, *alarm) {
                    acknowledge(document, original, now);
                }
            }
            put_off(document, last, at, &uid, &new_uid);
            Ok(())
        })?;
        Ok(again(last.at, now, snooze))
    }
}

/// When an alarm that was due then rings again.
fn again(due: Timestamp, now: Timestamp, snooze: Snooze) -> Timestamp {
    match snooze {
        Snooze::Until(until) => until,
        Snooze::For(seconds) => {
            let is_just = now.0.saturating_sub(due.0) < JUST;
            let from = if is_just { due } else { now };
            let at = Timestamp(from.0.saturating_add(seconds));
            // What is quiet for seconds only would ring in the past.
            at.max(Timestamp(now.0.saturating_add(1)))
        }
    }
}

/// Writes a snooze of an alarm, in place of those that there were of it.
fn put_off(document: &mut Document, last: &Waiting, at: Timestamp, uid: &str, new_uid: &str) {
    let Some(alarm) = Alarm::of(document.component(last.alarm)) else { return };
    let related = snoozes_uid(alarm);
    let original = match &related {
        // One that is gone leaves its name.
        Some(related) => related.clone(),
        None => alarm.uid().map_or_else(|| uid.to_owned(), |uid| uid.as_str().to_owned()),
    };
    let has_uid = alarm.uid().is_some();
    let text = text(alarm, at, &original, new_uid, last.outer, document);
    let beside = document.component(last.outer).alarms();
    let old: Vec<ComponentId> = beside
        .filter(|other| snoozes_uid(*other).as_deref() == Some(&original))
        .map(|other| other.id())
        .collect();
    if related.is_none() && !has_uid {
        document.set(last.alarm, &ContentLine::new(PropertyKind::Uid).raw(uid));
    }
    for old in old {
        document.remove_component(old);
    }
    document.add_component(Some(last.outer), text.as_bytes());
}

/// A VALARM from BEGIN to END that snoozes another.
fn text(
    alarm: Alarm<'_>,
    at: Timestamp,
    original: &str,
    uid: &str,
    outer: ComponentId,
    document: &Document,
) -> String {
    let at = at.to_utc().unwrap_or(ical::civil::DateTime::MAX);
    // Of an email it would want to know who gets it; it is the person here who snoozed.
    let is_audio = alarm
        .property(PropertyKind::Action)
        .is_some_and(|action| action.text().eq_ignore_ascii_case("AUDIO"));
    let description = alarm.description().or_else(|| document.component(outer).summary());
    let description = description.map_or_else(|| "Reminder".to_owned(), |text| text.into_owned());
    let mut lines = vec![
        ContentLine::new(PropertyKind::Begin).raw("VALARM"),
        ContentLine::new(PropertyKind::Uid).raw(uid),
        ContentLine::new(PropertyKind::Trigger)
            .date_or_time(&DateOrTime::Utc(at))
            .with(ParameterKind::Value, ["DATE-TIME"]),
        ContentLine::new(PropertyKind::RelatedTo)
            .with(ParameterKind::Reltype, [Reltype::Snooze.as_str()])
            .text(original),
    ];
    if is_audio {
        lines.push(ContentLine::new(PropertyKind::Action).raw("AUDIO"));
    } else {
        lines.push(ContentLine::new(PropertyKind::Description).text(&description));
        lines.push(ContentLine::new(PropertyKind::Action).raw("DISPLAY"));
    }
    lines.push(ContentLine::new(PropertyKind::End).raw("VALARM"));
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}
