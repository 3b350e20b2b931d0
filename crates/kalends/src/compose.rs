//! What was understood, as iCalendar: a new object, whole, with the zones that it names (RFC 5545 3.6).

use std::collections::BTreeMap;

use ical::civil::Timestamp;
use ical::value::{DateOrTime, Duration};
use ical::zone::{TimezoneOptions, Zone};
use ical::{ComponentId, ComponentKind, ContentLine, Document, PropertyKind, TooLarge};
use sentence::{End, Moment, Reminder, Span, Understood, When};
use service::OfficeHours;

use PropertyKind as Kind;

/// Who writes it.
const PRODID: &str = "-//Kalends//Kalends//EN";

/// A zone is told from so long before a start.
const YEAR: i64 = 366 * 86_400;

/// The text of a new object. `reminder` is for events that say nothing of one.
pub(crate) fn object(
    understood: &Understood,
    uid: &str,
    now: Timestamp,
    reminder: Option<Duration>,
) -> Result<Document, TooLarge> {
    let name = match understood.when {
        When::Event(_) => "VEVENT",
        When::Todo { .. } => "VTODO",
    };
    let (start, end) = match &understood.when {
        When::Event(span) => (Some(span.start()), span.end()),
        When::Todo { start, due } => (start.clone(), due.clone()),
    };
    let moments: Vec<Moment> = start.into_iter().chain(end).collect();
    let (mut document, id) = empty(name, &timezones(&moments, understood.recur.is_some()))?;
    let Some(id) = id else { return Ok(document) };
    let mut lines = names(uid, now);
    lines.extend(times(&understood.when));
    lines.extend(recurs(understood));
    lines.push(ContentLine::new(Kind::Summary).text(&understood.summary));
    lines.extend(understood.location.as_ref().map(|place| ContentLine::new(Kind::Location).text(place)));
    if !understood.categories.is_empty() {
        lines.push(ContentLine::new(Kind::Categories).texts(&understood.categories));
    }
    lines.extend(
        understood.priority.map(|priority| ContentLine::new(Kind::Priority).raw(&priority.to_string())),
    );
    for line in &lines {
        document.add(id, line);
    }
    alarms(&mut document, id, understood, reminder);
    Ok(document)
}

/// The text of new office hours: a VAVAILABILITY with one AVAILABLE (RFC 7953 3.1), and what it says of seats. Nothing where it names
/// days, and no times.
pub(crate) fn hours(
    understood: &Understood,
    seats: &OfficeHours,
    uid: &str,
    now: Timestamp,
) -> Result<Option<Document>, TooLarge> {
    let When::Event(span @ Span::Times { .. }) = &understood.when else { return Ok(None) };
    let moments: Vec<Moment> = [span.start()].into_iter().chain(span.end()).collect();
    let (mut document, id) = empty("VAVAILABILITY", &timezones(&moments, understood.recur.is_some()))?;
    let Some(id) = id else { return Ok(None) };
    let summary = ContentLine::new(Kind::Summary).text(&understood.summary);
    for line in names(uid, now).into_iter().chain([summary]).chain(seats.lines()) {
        document.add(id, &line);
    }
    let mut lines = names(&format!("{uid}-1"), now);
    lines.extend(times(&understood.when));
    lines.extend(recurs(understood));
    lines.extend(understood.location.as_ref().map(|place| ContentLine::new(Kind::Location).text(place)));
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    document.add_component(Some(id), format!("BEGIN:AVAILABLE\r\n{lines}END:AVAILABLE\r\n").as_bytes());
    Ok(Some(document))
}

/// How it repeats, and when it does not.
fn recurs(understood: &Understood) -> Vec<ContentLine> {
    let rule = understood.recur.as_ref().map(|recur| ContentLine::new(Kind::Rrule).raw(&recur.to_string()));
    let mut lines: Vec<ContentLine> = rule.into_iter().collect();
    let excepted = understood.excepted();
    if !excepted.is_empty() {
        lines.push(ContentLine::new(Kind::Exdate).dates_or_times(&excepted));
    }
    lines
}

/// A new note.
pub(crate) struct Note<'n> {
    pub(crate) on: &'n Moment,
    pub(crate) summary: &'n str,
    pub(crate) text: &'n str,
    pub(crate) categories: &'n [String],
}

impl Note<'_> {
    /// The text of the note (RFC 5545 3.6.3).
    pub(crate) fn object(&self, uid: &str, now: Timestamp) -> Result<Document, TooLarge> {
        let (mut document, id) = empty("VJOURNAL", &timezones(std::slice::from_ref(self.on), false))?;
        let Some(id) = id else { return Ok(document) };
        let mut lines = names(uid, now);
        lines.push(ContentLine::new(Kind::Dtstart).date_or_time(&self.on.to_value()));
        lines.push(ContentLine::new(Kind::Summary).text(self.summary));
        if !self.text.is_empty() {
            lines.push(ContentLine::new(Kind::Description).text(self.text));
        }
        if !self.categories.is_empty() {
            lines.push(ContentLine::new(Kind::Categories).texts(self.categories));
        }
        for line in &lines {
            document.add(id, line);
        }
        Ok(document)
    }
}

/// A calendar with one component that has nothing yet.
fn empty(name: &str, timezones: &str) -> Result<(Document, Option<ComponentId>), TooLarge> {
    let document = Document::read(format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\n{timezones}BEGIN:{name}\r\nEND:{name}\r\nEND:VCALENDAR\r\n"
    ))?;
    let kind = ComponentKind::from_name(name.as_bytes());
    let id = document.components(kind).next().map(|component| component.id());
    Ok((document, id))
}

/// What names it, and since when it is there.
fn names(uid: &str, now: Timestamp) -> Vec<ContentLine> {
    let stamp = now.to_utc().map(DateOrTime::Utc);
    let mut lines = vec![ContentLine::new(Kind::Uid).text(uid)];
    for kind in [Kind::Dtstamp, Kind::Created] {
        lines.extend(stamp.as_ref().map(|stamp| ContentLine::new(kind).date_or_time(stamp)));
    }
    lines
}

/// Start and end.
fn times(when: &When) -> Vec<ContentLine> {
    let line = |kind, moment: &Moment| ContentLine::new(kind).date_or_time(&moment.to_value());
    match when {
        When::Event(span) => {
            let mut lines = vec![line(Kind::Dtstart, &span.start())];
            match span {
                Span::Times { end: End::After(length), .. } => {
                    lines.push(ContentLine::new(Kind::Duration).raw(&length.to_string()));
                }
                span => lines.extend(span.end().map(|end| line(Kind::Dtend, &end))),
            }
            lines
        }
        When::Todo { start, due } => {
            let start = start.as_ref().map(|start| line(Kind::Dtstart, start));
            start.into_iter().chain(due.as_ref().map(|due| line(Kind::Due, due))).collect()
        }
    }
}

/// Alarms that show the summary (RFC 5545 3.6.6).
fn alarms(document: &mut Document, id: ComponentId, understood: &Understood, reminder: Option<Duration>) {
    let Some(anchor) = understood.when.anchor() else { return };
    let default = || reminder.map(Reminder::Before).filter(|_| matches!(anchor, Moment::Time(_)));
    let reminders = understood.reminders.clone().unwrap_or_else(|| default().into_iter().collect());
    let is_due = matches!(understood.when, When::Todo { start: None, .. });
    for reminder in reminders {
        let text = alarm(&understood.summary, reminder, &anchor);
        // RFC 5545 3.8.6.3: a to-do without a start is reminded of its end.
        let text = if is_due { text.replace("TRIGGER:", "TRIGGER;RELATED=END:") } else { text };
        document.add_component(Some(id), text.as_bytes());
    }
}

/// A VALARM from BEGIN to END.
pub(crate) fn alarm(summary: &str, reminder: Reminder, anchor: &Moment) -> String {
    let lines = [
        ContentLine::new(Kind::Begin).raw("VALARM"),
        ContentLine::new(Kind::Action).raw("DISPLAY"),
        ContentLine::new(Kind::Description).text(summary),
        ContentLine::new(Kind::Trigger).raw(&reminder.trigger(anchor).to_string()),
        ContentLine::new(Kind::End).raw("VALARM"),
    ];
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}

/// The VTIMEZONEs that the times name, right for as long as the object goes on.
fn timezones(moments: &[Moment], recurs: bool) -> String {
    let mut zones: BTreeMap<&str, (&Zone, Timestamp, Timestamp)> = BTreeMap::new();
    for moment in moments {
        if let Moment::Time(time) = moment
            && time.name != "UTC"
        {
            let at = time.to_timestamp();
            let known = zones.entry(&time.name).or_insert((&time.zone, at, at));
            (known.1, known.2) = (known.1.min(at), known.2.max(at));
        }
    }
    let write = |(tzid, (zone, from, until)): (&str, (&Zone, Timestamp, Timestamp))| {
        let until = if recurs { None } else { Some(Timestamp(until.0.saturating_add(YEAR))) };
        let from = Timestamp(from.0.saturating_sub(YEAR));
        zone.to_timezone(&TimezoneOptions { tzid, from, until, location: None })
    };
    zones.into_iter().map(write).collect()
}
