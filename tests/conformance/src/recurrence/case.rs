//! A case of the tables, expanded by `ical`.

use std::collections::BTreeSet;

use ical::Document;
use ical::civil::{Date, DateTime, Time, Timestamp};
use ical::recurrence::{Policies, Range, RecurrenceSet};
use ical::rule::{Budget, Rule, Start};
use ical::value::{Recur, Until};
use ical::zone::{Zone, Zones};
use serde::Deserialize;

/// More instances than any table lists or counts.
const MOST: usize = 20_000;

/// A row of a table; `README.md` beside this crate says what each field means.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) dtstart: String,
    pub(crate) tzid: Option<String>,
    pub(crate) rrules: Vec<String>,
    pub(crate) exrules: Vec<String>,
    #[serde(default)]
    pub(crate) rdate: Vec<String>,
    #[serde(default)]
    pub(crate) exdate: Vec<String>,
    pub(crate) expected: Option<Vec<String>>,
    pub(crate) count: Option<usize>,
    #[serde(default)]
    pub(crate) truncated: bool,
    pub(crate) horizon: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) refused: Option<String>,
    pub(crate) file: Option<String>,
}

/// What an expansion gives: the starts on DTSTART's wall, or why there are none.
pub(crate) type Expansion = Result<Vec<String>, String>;

/// What another program says of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Theirs<'a> {
    Instances(&'a [String]),
    /// Only how many.
    Count(usize),
    Refused(&'a str),
}

impl Theirs<'_> {
    pub(crate) fn agree(self, expansion: &Expansion) -> bool {
        match (self, expansion) {
            (Self::Instances(theirs), Ok(ours)) => theirs == ours,
            (Self::Count(theirs), Ok(ours)) => theirs == ours.len(),
            (Self::Refused(_), ours) => ours.is_err(),
            (_, Err(_)) => false,
        }
    }
}

impl Case {
    pub(crate) fn theirs(&self) -> Theirs<'_> {
        match (&self.expected, self.count) {
            (Some(instances), _) => Theirs::Instances(instances),
            (None, Some(count)) => Theirs::Count(count),
            (None, None) => Theirs::Refused(self.refused.as_deref().unwrap_or_default()),
        }
    }

    /// The case as a calendar of one event.
    pub(crate) fn to_text(&self) -> String {
        let line = |name: &str, value: &String| match (&self.tzid, value.len()) {
            (_, 8) => format!("{name};VALUE=DATE:{value}\r\n"),
            (Some(tzid), _) if !value.ends_with('Z') => format!("{name};TZID={tzid}:{value}\r\n"),
            _ => format!("{name}:{value}\r\n"),
        };
        let mut text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n".to_owned();
        text += &line("DTSTART", &self.dtstart);
        text.extend(self.rrules.iter().map(|rule| format!("RRULE:{rule}\r\n")));
        text.extend(self.exrules.iter().map(|rule| format!("EXRULE:{rule}\r\n")));
        text.extend(self.rdate.iter().map(|value| line("RDATE", value)));
        text.extend(self.exdate.iter().map(|value| line("EXDATE", value)));
        text + "END:VEVENT\r\nEND:VCALENDAR\r\n"
    }

    /// The last value to compare, where the list was cut.
    fn last(&self) -> Option<&String> {
        if self.truncated { self.expected.as_ref()?.last() } else { None }
    }

    /// The starts of the first object of a text, in the range that the case asks for.
    pub(crate) fn expand(&self, text: &[u8]) -> Expansion {
        let document = Document::read(text).map_err(|error| error.to_string())?;
        let zones = Zones::new(&document);
        let objects = document.objects();
        let set = RecurrenceSet::new(objects.first().ok_or("no object")?, &zones, &Policies::default());
        if let Some(fault) = set.faults().first() {
            return Err(fault.message.clone());
        }
        let at = |value: &Option<String>| value.as_deref().and_then(wall).map(Timestamp::from_utc);
        let range = Range {
            from: at(&self.from).unwrap_or(Range::ALL.from),
            to: at(&self.horizon).unwrap_or(Range::ALL.to),
        };
        let mut found = Vec::new();
        for occurrence in set.occurrences(range).take(MOST) {
            let start = occurrence.map_err(|error| error.to_string())?.start().to_string();
            if self.last().is_some_and(|last| wall(&start) > wall(last)) {
                break;
            }
            found.push(start);
        }
        found.dedup();
        Ok(found)
    }

    /// What the rules themselves name, whether or not that is DTSTART: COUNT counts nothing else. RDATE is
    /// added, EXRULE and EXDATE are taken off.
    pub(crate) fn named_by_rules(&self) -> Expansion {
        let mut found = BTreeSet::new();
        for rule in &self.rrules {
            found.extend(self.rule(rule)?);
        }
        found.extend(self.rdate.iter().cloned());
        for rule in &self.exrules {
            for value in self.rule(rule)? {
                found.remove(&value);
            }
        }
        let from = |value: &String| self.from.as_ref().is_none_or(|from| value >= from);
        found.retain(|value| !self.exdate.contains(value) && from(value));
        Ok(found.into_iter().collect())
    }

    fn rule(&self, rule: &str) -> Expansion {
        let mut recur = Recur::parse(rule).map_err(|error| error.to_string())?;
        let count = recur.count.take().map_or(MOST, |count| count.get() as usize);
        let begin = wall(&self.dtstart).ok_or("no DTSTART")?;
        let start = if self.dtstart.len() == 8 { Start::Date(begin.date) } else { Start::DateTime(begin) };
        let rule = Rule::new(&recur, start, self.until(&recur)).map_err(|error| error.to_string())?;
        let (mut instances, mut budget) = (rule.instances(), Budget::default());
        let mut found = Vec::new();
        let mut skip = usize::from(!rule.names_start());
        let horizon = self.horizon.as_deref().and_then(wall);
        while found.len() < count
            && let Some(instance) = instances.next(&mut budget).map_err(|error| error.to_string())?
        {
            let value = self.write(instance);
            let is_past = horizon.is_some_and(|horizon| instance >= horizon)
                || self.last().is_some_and(|last| Some(instance) > wall(last));
            if is_past {
                break;
            }
            if skip > 0 {
                skip -= 1;
            } else {
                found.push(value);
            }
        }
        Ok(found)
    }

    /// UNTIL on DTSTART's wall.
    fn until(&self, recur: &Recur) -> Option<DateTime> {
        match recur.until? {
            Until::Date(date) => Time::new(23, 59, 59).map(|time| date.at(time)),
            Until::Local(wall) => Some(wall),
            Until::Utc(utc) => match self.tzid.as_deref().and_then(Zone::iana) {
                Some(zone) => zone.to_wall(Timestamp::from_utc(utc)),
                None => Some(utc),
            },
        }
    }

    /// In the form that DTSTART has.
    fn write(&self, wall: DateTime) -> String {
        let (date, time) = (wall.date, wall.time);
        let day = format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
        if self.dtstart.len() == 8 {
            return day;
        }
        let z = if self.dtstart.ends_with('Z') { "Z" } else { "" };
        format!("{day}T{:02}{:02}{:02}{z}", time.hour(), time.minute(), time.second())
    }
}

/// A value in iCalendar's basic form, on its wall; a date at its midnight.
pub(crate) fn wall(text: &str) -> Option<DateTime> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
    let date = Date::new(text.get(..4)?.parse().ok()?, number(4, 6)?, number(6, 8)?)?;
    if text.len() == 8 {
        return Some(date.midnight());
    }
    Some(date.at(Time::new(number(9, 11)?, number(11, 13)?, number(13, 15)?)?))
}
