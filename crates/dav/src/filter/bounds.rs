//! What an index can know of a filter, so that few texts are read.

use ical::ComponentKind;
use ical::civil::Timestamp;
use ical::recurrence::Range;

use super::{CompTest, Filter, TextMatch, ValueTest};

/// What whatever answers a filter has: a store reads what may have it, and asks [`Filter::matches`] of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Does nothing answer it: does it want two kinds at once, or one that no object is of?
    pub is_empty: bool,
    /// Of this kind.
    pub kind: Option<ComponentKind>,
    /// It overlaps this, its boundaries included. Floating times are not where they seem; by how much is the
    /// index's to know.
    pub range: Option<Range>,
    /// Is what has no occurrence at all to be read, too, whatever the range: to-dos without dates?
    pub with_undated: bool,
    /// Its UID has this in it.
    pub uid: Option<TextMatch>,
}

impl Filter {
    /// What an index can know of it.
    pub fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::default();
        let Some(calendar) = &self.calendar.has else {
            // Every object has a VCALENDAR around it.
            return Bounds { is_empty: true, ..bounds };
        };
        for filter in &calendar.components {
            let kind = ComponentKind::from_name(filter.name.as_bytes());
            let Some(has) = &filter.has else { continue };
            if !is_object(kind) {
                continue;
            }
            bounds.is_empty |= bounds.kind.is_some_and(|other| other != kind);
            bounds.kind = Some(kind);
            bounds.narrow(kind, has);
        }
        bounds
    }
}

impl Bounds {
    fn narrow(&mut self, kind: ComponentKind, has: &CompTest) {
        if let Some(range) = has.time_range.filter(|_| has_occurrences(kind)) {
            let Range { from, to } = range.range();
            // A to-do also answers where it only touches the range.
            let slack = i64::from(kind == ComponentKind::Todo);
            let (from, to) = (from.0.saturating_sub(slack), to.0.saturating_add(slack));
            let known = self.range.unwrap_or(Range::ALL);
            self.range =
                Some(Range { from: known.from.max(Timestamp(from)), to: known.to.min(Timestamp(to)) });
            self.with_undated = kind == ComponentKind::Todo;
        }
        let of_uid = has.properties.iter().filter(|property| property.name == "UID");
        let mut texts = of_uid.filter_map(|property| match property.has.as_ref()?.value.as_ref()? {
            ValueTest::TextMatch(text) if !text.is_negated() => Some(text),
            _ => None,
        });
        self.uid = self.uid.take().or_else(|| texts.next().cloned());
    }
}

/// May a calendar object be of this kind (RFC 4791 4.1)?
const fn is_object(kind: ComponentKind) -> bool {
    use ComponentKind::{Availability, Event, Freebusy, Journal, Todo};
    matches!(kind, Event | Todo | Journal | Freebusy | Availability)
}

/// Is it known by occurrences when it takes place?
const fn has_occurrences(kind: ComponentKind) -> bool {
    matches!(kind, ComponentKind::Event | ComponentKind::Todo | ComponentKind::Journal)
}
