//! Original starts: which one a RECURRENCE-ID names, what takes place for it, and how that becomes a component of its own (RFC
//! 5545 3.8.4.4).

use crate::civil::{Time, Timestamp};
use crate::document::{ComponentId, Document};
use crate::property::PropertyKind;
use crate::rule::Exhausted;
use crate::value::DateOrTime;
use crate::write::ContentLine;
use crate::zone::Zones;

use super::frame::{Frame, Key, Moment};
use super::keys::Keys;
use super::occurrences::Occurrence;
use super::set::RecurrenceSet;

impl<'a> RecurrenceSet<'a> {
    /// The original start that a RECURRENCE-ID, an EXDATE or an RDATE names, in whatever form it is written: where the master
    /// has it, or without a master by itself. A DATE beside a timed start is that day, at the start's time. Whether the set has
    /// such an instance, [`RecurrenceSet::occurrence_of`] says.
    pub fn original(&self, id: &DateOrTime<'_>, zones: &Zones<'_>) -> Moment {
        let own = Frame::of(id, zones);
        let (frame, time) = match self.parts.first() {
            Some(master) if self.series.is_some() => (&master.frame, master.start.wall().time),
            _ => (&own, Time::MIDNIGHT),
        };
        let mut clock = frame.clock(&self.policies.floating);
        match frame.key(id, zones, &mut clock) {
            Key::Moment(moment) => moment,
            Key::Day(date) => clock.moment(date.at(time)),
        }
    }

    /// What takes place for the original start of this instant, wherever it was moved to; `None` where the set has no such
    /// instance.
    ///
    /// # Errors
    /// The budget of the [`Policies`](super::Policies) is spent.
    pub fn occurrence_of(&self, original: Timestamp) -> Result<Option<Occurrence<'_, 'a>>, Exhausted> {
        if let Some(item) = self.overrides.iter().find(|item| item.original.at == original) {
            return Ok(Occurrence::of_override(self, item));
        }
        let (Some(series), Some(master)) = (&self.series, self.parts.first()) else { return Ok(None) };
        let is_in = |after, before| after < original && original < before;
        let Some(segment) = series.segments.iter().find(|segment| is_in(segment.after, segment.before))
        else {
            return Ok(None);
        };
        let mut budget = self.policies.budget;
        let from = (original, original);
        let mut keys = Keys::new(series, *segment, from, &master.frame, &self.policies, &mut budget)?;
        let instance = keys.next(&mut budget)?.filter(|instance| instance.moment.at == original);
        Ok(instance.and_then(|instance| Occurrence::of_segment(self, *segment, instance)))
    }
}

/// What has an original start of its own: an occurrence by its times alone, which outlive the document that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detached {
    /// The original start, in the master's form and zone.
    pub original: DateOrTime<'static>,
    /// When it starts.
    pub start: DateOrTime<'static>,
    /// When it ends.
    pub end: DateOrTime<'static>,
}

impl Occurrence<'_, '_> {
    /// Its times; `None` when its object does not recur.
    pub fn detach(&self) -> Option<Detached> {
        let original = self.recurrence_id()?.into_owned();
        Some(Detached { original, start: self.start().into_owned(), end: self.end().into_owned() })
    }
}

/// What recurs, and is not an override's.
const RECURRING: [PropertyKind; 4] =
    [PropertyKind::Rrule, PropertyKind::Rdate, PropertyKind::Exdate, PropertyKind::Exrule];

impl Document {
    /// Makes an override of an occurrence: the master's text at the occurrence's times, without what recurs. `None` where the
    /// master's text is not whole.
    pub fn add_override(&mut self, master: ComponentId, of: &Detached) -> Option<ComponentId> {
        let text = self.component(master).to_bytes();
        let root = self.component(master).parent().map(|parent| parent.id());
        let one = self.add_component(root, &text)?;
        let recurring =
            self.component(one).properties().filter(|property| RECURRING.contains(&property.kind()));
        let ids: Vec<_> = recurring.map(|property| property.id()).collect();
        for id in ids {
            self.remove(id);
        }
        self.set(one, &ContentLine::new(PropertyKind::RecurrenceId).date_or_time(&of.original));
        let has = |document: &Self, kind| document.component(one).property(kind).is_some();
        if has(self, PropertyKind::Dtstart) {
            self.set(one, &ContentLine::new(PropertyKind::Dtstart).date_or_time(&of.start));
            for kind in [PropertyKind::Dtend, PropertyKind::Due]
                .into_iter()
                .filter(|kind| has(self, *kind))
                .collect::<Vec<_>>()
            {
                self.set(one, &ContentLine::new(kind).date_or_time(&of.end));
            }
        } else if has(self, PropertyKind::Due) {
            self.set(one, &ContentLine::new(PropertyKind::Due).date_or_time(&of.start));
        }
        Some(one)
    }
}

#[cfg(test)]
mod tests {
    use crate::Document;
    use crate::recurrence::{Policies, RecurrenceSet};
    use crate::value::DateOrTime;
    use crate::zone::Zones;

    const WEEKLY: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Vienna:20260302T090000\r\n\
                          DTEND;TZID=Europe/Vienna:20260302T100000\r\nRRULE:FREQ=WEEKLY\r\n\
                          EXDATE;TZID=Europe/Vienna:20260309T090000\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\n\
                          RECURRENCE-ID:20260316T080000Z\r\nDTSTART;TZID=Europe/Vienna:20260317T120000\r\n\
                          DURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    fn id(text: &str) -> DateOrTime<'static> {
        DateOrTime::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn an_original_start_in_any_form() {
        let document = Document::read(WEEKLY).unwrap();
        let (objects, zones) = (document.objects(), Zones::new(&document));
        let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
        // Summer time has begun.
        let written = DateOrTime::Zoned(id("20260330T090000").wall(), "Europe/Vienna".into());
        for form in ["20260330T070000Z", "20260330T090000", "20260330"].map(id).into_iter().chain([written]) {
            let original = set.original(&form, &zones);
            let found = set.occurrence_of(original.at).unwrap().unwrap();
            assert_eq!(found.detach().unwrap().original.to_string(), "20260330T090000", "{form}");
        }
        let moved = set.occurrence_of(set.original(&id("20260316"), &zones).at).unwrap().unwrap();
        assert_eq!(moved.start().to_string(), "20260317T120000");
        for none in ["20260309T090000", "20260310T090000", "20260223T090000", "20260302T090001"] {
            assert!(set.occurrence_of(set.original(&id(none), &zones).at).unwrap().is_none(), "{none}");
        }
    }

    #[test]
    fn an_override_of_an_occurrence() {
        let mut document = Document::read(WEEKLY).unwrap();
        let detached = {
            let (objects, zones) = (document.objects(), Zones::new(&document));
            let set = RecurrenceSet::new(&objects[0], &zones, &Policies::default());
            set.occurrence_of(set.original(&id("20260330"), &zones).at).unwrap().unwrap().detach().unwrap()
        };
        let master = document.objects()[0].components()[0].id();
        let one = document.add_override(master, &detached).unwrap();
        assert_eq!(
            String::from_utf8(document.component(one).to_bytes()).unwrap(),
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Vienna:20260330T090000\r\n\
             DTEND;TZID=Europe/Vienna:20260330T100000\r\nRECURRENCE-ID;TZID=Europe/Vienna:20260330T090000\r\n\
             END:VEVENT\r\n"
        );
    }
}
