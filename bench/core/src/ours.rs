//! Our side of each work, one function for each; `main.rs` lets those that stand here take part, as [`OURS`].
//!
//! Each does what its peers do: what is timed and what the [`Check`] counts is told in README.md. Times are
//! taken with [`Sample::of`] or [`Sample::since`], memory with [`allocation::measure`].
//!
//! [`OURS`]: crate::report::OURS

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use ical::civil::{Date, Timestamp};
use ical::rule::{Budget, Rule, Start};
use ical::value::{Recur, Value};
use ical::zone::Zone;
use ical::{ComponentKind, ContentLine, Document, PropertyKind};

use crate::allocation::{self, Allocated};
use crate::contest::{Check, Sample};
use crate::series::{Expansion, Series, WEEK, Windows};

pub(crate) fn index(text: &str) -> Result<Sample> {
    // A document owns its bytes, as they come from a disk; peers borrow or copy as they parse.
    let bytes = text.as_bytes().to_vec();
    Sample::of(
        || Ok(Document::read(bytes)?),
        |document| Check { count: document.all_components().count() as i64, sum: 0 },
    )
}

/// Parameters are values, too; BINARY is decoded.
pub(crate) fn typed(text: &str) -> Result<Sample> {
    let bytes = text.as_bytes().to_vec();
    let work = || {
        let document = Document::read(bytes)?;
        Ok((read_values(&document), document))
    };
    Sample::of(work, |(check, _)| *check)
}

fn read_values(document: &Document) -> Check {
    let mut check = Check::default();
    for component in document.all_components() {
        check.count += 1;
        for property in component.properties() {
            let kind = property.kind();
            for value in property.values() {
                match value {
                    Ok(Value::Binary(binary)) => drop(black_box(binary.to_bytes())),
                    Ok(Value::Date(date)) if kind == PropertyKind::Dtstart => check.sum += number(date),
                    Ok(Value::DateTime(start)) if kind == PropertyKind::Dtstart => {
                        check.sum += number(start.wall().date);
                    }
                    value => drop(black_box(value)),
                }
            }
            for parameter in property.parameters() {
                parameter.typed().for_each(|value| drop(black_box(value)));
            }
        }
    }
    check
}

fn number(date: Date) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// Changes a line on the way: a document that nobody changed is written without being looked at.
pub(crate) fn write(text: &str) -> Result<Sample> {
    let bytes = text.as_bytes().to_vec();
    let work = || {
        let mut document = Document::read(bytes)?;
        let event = document.components(ComponentKind::Event).next().context("no event")?.id();
        document.set(event, &ContentLine::new(PropertyKind::Summary).text("Changed"));
        Ok((document.to_bytes().into_owned(), document))
    };
    Sample::of(work, |(written, _)| Check::components_written(written))
}

/// Of the index and the text that it stands on.
pub(crate) fn memory(text: &str) -> Result<Allocated> {
    let (document, allocated) = allocation::measure(|| Document::read(text));
    document?;
    Ok(allocated)
}

pub(crate) fn expand(expansion: &Expansion) -> Result<Sample> {
    let Event { recur, start, zone } = read(&expansion.series)?;
    let begin = Instant::now();
    let mut check = Check::default();
    for _ in 0..expansion.times {
        check = Check::default();
        let rule = Rule::new(&recur, start, None)?;
        let (mut instances, mut cursor, mut budget) = (rule.instances(), zone.cursor(), Budget::default());
        while check.count < i64::from(expansion.instances)
            && let Some(instance) = instances.next(&mut budget)?
        {
            check.count += 1;
            check.sum += cursor.to_timestamp(instance).0;
        }
    }
    Ok(Sample { check: Some(check), ..Sample::since(begin, expansion.times) })
}

/// The rule is made ready for each question, as an iterator of libical is.
pub(crate) fn windows(windows: &Windows) -> Result<Sample> {
    let event = read(&windows.series)?;
    // More often than others, or a single interruption would be the longest part.
    let times = windows.times * 10;
    let begin = Instant::now();
    let mut check = Check::default();
    for _ in 0..times {
        check = Check::default();
        for week in windows.weeks() {
            event.instances_of_week(week, &mut check)?;
        }
    }
    Ok(Sample { check: Some(check), ..Sample::since(begin, times) })
}

struct Event {
    recur: Recur,
    start: Start,
    zone: Zone,
}

impl Event {
    fn instances_of_week(&self, week: i64, check: &mut Check) -> Result<()> {
        let rule = Rule::new(&self.recur, self.start, None)?;
        let (mut instances, mut cursor, mut budget) =
            (rule.instances(), self.zone.cursor(), Budget::default());
        let from = cursor.to_wall(Timestamp(week)).context("a week of our calendar")?;
        instances.seek(from, &mut budget)?;
        while let Some(instance) = instances.next(&mut budget)? {
            let instant = cursor.to_timestamp(instance).0;
            if instant >= week + WEEK {
                break;
            }
            if instant >= week {
                check.count += 1;
                check.sum += instant;
            }
        }
        Ok(())
    }
}

fn read(series: &Series) -> Result<Event> {
    let Series { rule, start, tzid } = series;
    let document =
        Document::read(format!("BEGIN:VEVENT\r\nDTSTART:{start}\r\nRRULE:{rule}\r\nEND:VEVENT\r\n"))?;
    let event = document.components(ComponentKind::Event).next().context("no event")?;
    let start = event.property(PropertyKind::Dtstart).context("no DTSTART")?.date_or_time()?.wall();
    let recur = event.property(PropertyKind::Rrule).context("no RRULE")?.recur()?;
    let zone = Zone::iana(tzid).ok_or_else(|| anyhow!("no zone {tzid}"))?;
    Ok(Event { recur, start: Start::DateTime(start), zone })
}
