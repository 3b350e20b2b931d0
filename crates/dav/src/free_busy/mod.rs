//! When somebody is busy: periods merged, as a VFREEBUSY (RFC 4791 7.10).

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::DateOrTime;
use ical::{ContentLine, Document, ParameterKind, PropertyKind};

/// How busy. The order is that in which one hides another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Busy {
    /// `BUSY-TENTATIVE`
    Tentative,
    /// `BUSY-UNAVAILABLE`
    Unavailable,
    /// `BUSY`
    Busy,
}

impl Busy {
    const ALL: [Self; 3] = [Self::Tentative, Self::Unavailable, Self::Busy];

    /// The word of FBTYPE.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tentative => "BUSY-TENTATIVE",
            Self::Unavailable => "BUSY-UNAVAILABLE",
            Self::Busy => "BUSY",
        }
    }
}

/// A time in which somebody is busy: from an instant to before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BusyPeriod {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
    /// How busy.
    pub busy: Busy,
}

/// Periods in order, none overlapping or touching another of its kind: where two meet, the busier one is
/// told.
pub fn merged(periods: &[BusyPeriod]) -> Vec<BusyPeriod> {
    // Where a period of a kind begins one more is open, where it ends one less.
    let mut changes: Vec<(Timestamp, Busy, bool)> = Vec::with_capacity(periods.len() * 2);
    for period in periods.iter().filter(|period| period.from < period.to) {
        changes.push((period.from, period.busy, true));
        changes.push((period.to, period.busy, false));
    }
    changes.sort_unstable();
    let mut open = [0_usize; Busy::ALL.len()];
    let mut out: Vec<BusyPeriod> = Vec::new();
    let mut changes = changes.into_iter().peekable();
    while let Some((at, busy, is_begin)) = changes.next() {
        for (kind, count) in Busy::ALL.into_iter().zip(&mut open) {
            if kind == busy {
                *count = if is_begin { *count + 1 } else { count.saturating_sub(1) };
            }
        }
        let Some((next, ..)) = changes.peek().copied().filter(|(next, ..)| *next > at) else { continue };
        let busiest =
            Busy::ALL.into_iter().zip(open).filter(|(_, count)| *count > 0).map(|(kind, _)| kind).max();
        let Some(busy) = busiest else { continue };
        match out.last_mut().filter(|last| last.to == at && last.busy == busy) {
            Some(last) => last.to = next,
            None => out.push(BusyPeriod { from: at, to: next, busy }),
        }
    }
    out
}

/// What stands around the periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// PRODID
    pub product: &'a str,
    /// When it is answered.
    pub stamp: Timestamp,
    /// UID
    pub uid: &'a str,
    /// ORGANIZER and ATTENDEE, where it is an answer to them (RFC 6638 5); ready lines. None in a report's.
    pub users: &'a [ContentLine],
    /// METHOD, as `REPLY`, where it is a scheduling message.
    pub method: Option<&'a str>,
}

/// The iCalendar that answers: a VFREEBUSY of the range, its periods merged, in UTC.
pub fn text(periods: &[BusyPeriod], range: Range, head: &Head<'_>) -> String {
    let time = |kind, at: Timestamp| {
        let wall = at.clamp(Timestamp::MIN, Timestamp::MAX).to_utc();
        ContentLine::new(kind).date_or_time(&DateOrTime::Utc(wall.unwrap_or(ical::civil::DateTime::MAX)))
    };
    let mut lines = vec![
        ContentLine::new(PropertyKind::Begin).raw("VCALENDAR"),
        ContentLine::new(PropertyKind::Version).raw("2.0"),
        ContentLine::new(PropertyKind::Prodid).text(head.product),
    ];
    lines.extend(head.method.map(|method| ContentLine::new(PropertyKind::Method).raw(method)));
    lines.push(ContentLine::new(PropertyKind::Begin).raw("VFREEBUSY"));
    lines.push(ContentLine::new(PropertyKind::Uid).text(head.uid));
    lines.push(time(PropertyKind::Dtstamp, head.stamp));
    lines.push(time(PropertyKind::Dtstart, range.from));
    lines.push(time(PropertyKind::Dtend, range.to));
    lines.extend(head.users.iter().cloned());
    for BusyPeriod { from, to, busy } in merged(periods) {
        let (Some(from), Some(to)) = (from.to_utc(), to.to_utc()) else { continue };
        let value = format!("{}/{}", DateOrTime::Utc(from), DateOrTime::Utc(to));
        let line = ContentLine::new(PropertyKind::Freebusy);
        lines.push(line.with(ParameterKind::Fbtype, [busy.word()]).raw(&value));
    }
    for name in ["VFREEBUSY", "VCALENDAR"] {
        lines.push(ContentLine::new(PropertyKind::End).raw(name));
    }
    let written: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let folded = Document::read(written.clone()).map(|document| document.to_canonical());
    folded.ok().and_then(|folded| String::from_utf8(folded).ok()).unwrap_or(written)
}

#[cfg(test)]
mod tests;
