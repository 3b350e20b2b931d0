//! Office hours: a VAVAILABILITY (RFC 7953) whose times others book, so many at once (RFC 3283 2.1 d).

use ical::civil::Timestamp;
use ical::component::ComponentKind;
use ical::recurrence::Range;
use ical::value::Duration;
use ical::zone::Zone;
use ical::{Component, ContentLine};
use store::Calendar;

use crate::actor::Actor;
use crate::booked::{self, Booked};
use crate::error::{Error, Refusal};
use crate::put;

const SEATS: &str = "X-KALENDS-SEATS";
const SLOT: &str = "X-KALENDS-SLOT";
const NOTICE: &str = "X-KALENDS-NOTICE";
const PER_PERSON: &str = "X-KALENDS-PER-PERSON";
/// No slot has fewer seconds …
const SHORTEST: i64 = 60;
/// … and no time that is one slot more.
const LONGEST: i64 = 31 * 86_400;

/// How the times of a VAVAILABILITY are booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeHours {
    /// So many at once.
    pub seats: u32,
    /// Into slots of so many seconds the hours are cut; `None` where they are not.
    pub slot: Option<i64>,
    /// So many seconds before a slot it is no longer taken.
    pub notice: i64,
    /// So many slots that are still to be one person may have.
    pub per_person: Option<u32>,
}

impl OfficeHours {
    /// Does a VAVAILABILITY say that seats are to be had in it, and so nothing of when its owner is there at all?
    pub(crate) fn are_said_by(component: Component<'_>) -> bool {
        written(component, SEATS).is_some()
    }

    /// What a VAVAILABILITY says of seats; `None` where it says nothing.
    ///
    /// # Errors
    /// It says something that cannot be read: [`Refusal::BadOfficeHours`].
    pub fn of(component: Component<'_>) -> Result<Option<Self>, Refusal> {
        let Some(seats) = number(component, SEATS)? else { return Ok(None) };
        let slot = seconds(component, SLOT)?;
        if let Some(slot) = slot.filter(|slot| *slot < SHORTEST) {
            return Err(bad(SLOT, "a minute or more", &Duration::from_seconds(slot).to_string()));
        }
        let notice = seconds(component, NOTICE)?.unwrap_or(0);
        Ok(Some(Self { seats, slot, notice, per_person: number(component, PER_PERSON)? }))
    }

    /// The properties that say it.
    pub fn lines(&self) -> Vec<ContentLine> {
        let length = |seconds: i64| Duration::from_seconds(seconds).to_string();
        let mut lines = vec![(SEATS, self.seats.to_string())];
        lines.extend(self.slot.map(|slot| (SLOT, length(slot))));
        lines.extend((self.notice > 0).then(|| (NOTICE, length(self.notice))));
        lines.extend(self.per_person.map(|most| (PER_PERSON, most.to_string())));
        lines.into_iter().map(|(name, value)| ContentLine::named(name).raw(&value)).collect()
    }

    /// The slots into which a time of the hours is cut, of those that meet a range; what is left behind the last is none.
    pub fn slots(&self, hours: Range, within: Range) -> impl Iterator<Item = Range> {
        let length = self.slot.unwrap_or(hours.to.0.saturating_sub(hours.from.0)).max(1);
        // However long the hours are: what is over is not counted through.
        let before = within.from.0.saturating_sub(hours.from.0).max(0).div_euclid(length);
        let mut next = hours.from.0.saturating_add(before.saturating_mul(length));
        std::iter::from_fn(move || {
            let range = Range { from: Timestamp(next), to: Timestamp(next.checked_add(length)?) };
            next = range.to.0;
            (range.to <= hours.to && range.from < within.to).then_some(range)
        })
    }

    /// Can one of their slots be as long as so many seconds?
    pub(crate) fn may_last(&self, seconds: i64) -> bool {
        self.slot.map_or(seconds <= LONGEST, |slot| slot == seconds)
    }

    /// May a time be booked of these hours: is it one of their slots, or where they are not cut within them?
    pub fn has(&self, hours: Range, time: Range) -> bool {
        let is_within = hours.from <= time.from && time.from < time.to && time.to <= hours.to;
        is_within
            && self.slot.is_none_or(|slot| {
                time.to.0 - time.from.0 == slot && (time.from.0 - hours.from.0) % slot == 0
            })
    }

    /// Is it too late to take a slot?
    pub fn is_too_late(&self, slot: Range, now: Timestamp) -> bool {
        slot.from.0 < now.0.saturating_add(self.notice)
    }
}

fn written(component: Component<'_>, name: &str) -> Option<String> {
    let line = component.properties_named(name).next()?;
    Some(line.value_lossy().trim().to_owned())
}

fn number(component: Component<'_>, name: &'static str) -> Result<Option<u32>, Refusal> {
    let Some(text) = written(component, name) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| *number > 0);
    number.map(Some).ok_or_else(|| bad(name, "a number from 1 on", &text))
}

fn seconds(component: Component<'_>, name: &'static str) -> Result<Option<i64>, Refusal> {
    let Some(text) = written(component, name) else { return Ok(None) };
    let length = Duration::parse(text.as_bytes()).ok().filter(|length| !length.is_negative());
    let length = length.ok_or_else(|| bad(name, "a length as PT20M", &text))?;
    Ok(Some(length.to_seconds()))
}

fn bad(name: &str, wanted: &str, found: &str) -> Refusal {
    Refusal::BadOfficeHours(format!("{name}: wanted {wanted}, found {found:?}"))
}

impl Actor<'_> {
    /// Opens office hours: puts a text of one VAVAILABILITY that says how many seats there are into a calendar.
    ///
    /// # Errors
    /// What it says of seats cannot be read, no slot goes into its times, all of them are over, whose calendar it is has no address at
    /// which they could be asked, or it cannot be booked.
    pub fn open_office_hours(self, calendar: &Calendar, text: &[u8], line: &str) -> Result<Booked, Error> {
        let document = put::read(text.to_vec(), &self.service.options.limits)?;
        let hours =
            document.components(ComponentKind::Availability).next().map(OfficeHours::of).transpose()?;
        let hours = hours.flatten().ok_or_else(|| bad(SEATS, "a number from 1 on", ""))?;
        let owner = self.principal_of(calendar.home)?.profile;
        if owner.addresses.is_empty() {
            return Err(Refusal::NoAddress(owner.name).into());
        }
        let zones = booked::zones(&document, &self.service.cache);
        let mut are_ahead = false;
        for object in document.objects() {
            if object.kind() != ComponentKind::Available {
                continue;
            }
            let set = self.recurrence(&object, &zones, &Zone::utc());
            let ahead = Range { from: self.now(), to: Timestamp::MAX };
            let Some(Ok(first)) = set.occurrences(ahead).next() else { continue };
            are_ahead = true;
            let range = Range { from: first.start_at(), to: first.end_at() };
            if hours.slots(range, range).next().is_none() {
                let words = "a slot is longer than the hours";
                return Err(Refusal::BadOfficeHours(words.to_owned()).into());
            }
        }
        if !are_ahead {
            return Err(Refusal::BadOfficeHours("these hours are over".to_owned()).into());
        }
        self.put(calendar, text, "office-hours", line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ical::Document;

    fn said(lines: &str) -> Result<Option<OfficeHours>, Refusal> {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nBEGIN:VAVAILABILITY\r\nUID:1\r\n\
             DTSTAMP:20260301T000000Z\r\n{lines}END:VAVAILABILITY\r\nEND:VCALENDAR\r\n"
        );
        let document = Document::read(text).unwrap();
        OfficeHours::of(document.components(ComponentKind::Availability).next().unwrap())
    }

    fn range(from: i64, to: i64) -> Range {
        Range { from: Timestamp(from), to: Timestamp(to) }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for hours in [
            OfficeHours { seats: 1, slot: None, notice: 0, per_person: None },
            OfficeHours { seats: 12, slot: Some(1_200), notice: 7_200, per_person: Some(2) },
        ] {
            let lines: String = hours.lines().iter().map(|line| format!("{line}\r\n")).collect();
            assert_eq!(said(&lines), Ok(Some(hours)));
        }
        assert_eq!(said(""), Ok(None));
        assert_eq!(said("X-KALENDS-SLOT:PT20M\r\n"), Ok(None), "nobody said how many");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for line in [
            "X-KALENDS-SEATS:0",
            "X-KALENDS-SEATS:many",
            "X-KALENDS-SEATS:-1",
            "X-KALENDS-SEATS:",
            "X-KALENDS-SEATS:99999999999",
            "X-KALENDS-SEATS:1\r\nX-KALENDS-SLOT:PT0S",
            "X-KALENDS-SEATS:1\r\nX-KALENDS-SLOT:-PT20M",
            "X-KALENDS-SEATS:1\r\nX-KALENDS-SLOT:20m",
            "X-KALENDS-SEATS:1\r\nX-KALENDS-NOTICE:-P1D",
            "X-KALENDS-SEATS:1\r\nX-KALENDS-PER-PERSON:0",
        ] {
            assert!(matches!(said(&format!("{line}\r\n")), Err(Refusal::BadOfficeHours(_))), "{line}");
        }
    }

    #[test]
    fn hours_are_cut_into_slots() {
        let cut = OfficeHours { seats: 1, slot: Some(20), notice: 0, per_person: None };
        let slots: Vec<Range> = cut.slots(range(100, 150), range(0, 200)).collect();
        assert_eq!(slots, [range(100, 120), range(120, 140)]);
        assert!(slots.iter().all(|slot| cut.has(range(100, 150), *slot)));
        for (from, to) in [(110, 130), (100, 140), (140, 160), (80, 100), (120, 120)] {
            assert!(!cut.has(range(100, 150), range(from, to)), "{from} to {to}");
        }
        assert_eq!(cut.slots(range(0, 19), range(0, 19)).count(), 0);
        let whole = OfficeHours { slot: None, ..cut };
        assert_eq!(whole.slots(range(100, 150), range(0, 200)).collect::<Vec<_>>(), [range(100, 150)]);
        assert!(whole.has(range(100, 150), range(110, 130)) && !whole.has(range(100, 150), range(90, 130)));
    }

    #[test]
    fn a_slot_that_began_is_over_and_one_is_taken_in_time() {
        let hours = OfficeHours { seats: 1, slot: None, notice: 60, per_person: None };
        assert!(hours.is_too_late(range(100, 200), Timestamp(41)));
        assert!(!hours.is_too_late(range(100, 200), Timestamp(40)));
        assert!(OfficeHours { notice: 0, ..hours }.is_too_late(range(100, 200), Timestamp(101)));
        assert!(OfficeHours { notice: i64::MAX, ..hours }.is_too_late(range(100, 200), Timestamp(0)));
    }
}
