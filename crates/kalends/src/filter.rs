//! What a listing is narrowed to: calendars, categories, a range.

use clap_complete::ArgValueCandidates;
use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::zone::Zone;
use service::{Look, Question};
use store::CalendarId;

use crate::commands::manual;
use crate::exit::Failure;
use crate::when::When;

/// The filters that every listing has.
#[derive(clap::Args)]
pub(crate) struct Filter {
    /// Only of this calendar; more than one may be named
    #[arg(long = "calendar", value_name = "NAME", add = ArgValueCandidates::new(manual::calendars))]
    calendars: Vec<String>,
    /// Only what has this category; more than one may be named
    #[arg(long = "category", value_name = "NAME")]
    categories: Vec<String>,
}

impl Filter {
    /// The calendars that are named; none where all are meant.
    pub(crate) fn calendars(&self, look: &Look<'_>) -> Result<Vec<CalendarId>, Failure> {
        let named = self.calendars.iter().map(|name| Ok(look.calendar(name)?.id));
        named.collect()
    }

    /// Has it one of the categories that are named?
    pub(crate) fn has(&self, categories: &[String]) -> bool {
        service::has_category(&self.categories, categories)
    }

    /// The question for events and to-dos in a range.
    pub(crate) fn question(&self, look: &Look<'_>, range: Range, zone: &Zone) -> Result<Question, Failure> {
        let question = Question::of(range, zone.clone());
        let (calendars, categories) = (self.calendars(look)?, self.categories.clone());
        Ok(Question { calendars, categories, ..question })
    }
}

/// A range that a listing may be narrowed to.
#[derive(clap::Args)]
pub(crate) struct Within {
    /// From this time on
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// Before this time
    #[arg(long, value_name = "T")]
    to: Option<When>,
}

impl Within {
    /// The range; `None` where neither end is named.
    pub(crate) fn range(&self, zone: &Zone) -> Option<Range> {
        let at = |when: Option<When>, default: Timestamp| when.map_or(default, |when| when.at(zone));
        let range = Range { from: at(self.from, Range::ALL.from), to: at(self.to, Range::ALL.to) };
        (self.from.is_some() || self.to.is_some()).then_some(range)
    }
}
