//! A zone as a VTIMEZONE (RFC 5545 3.6.5).

use crate::civil::{Date, DateTime, Timestamp};
use crate::property::PropertyKind;
use crate::value::{DateOrTime, Recur, Until, UtcOffset};
use crate::write::ContentLine;

use super::Zone;
use super::table::{READY_UNTIL, State, start_of};
use super::yearly::Anniversary;

/// From so many years in a row a rule is shorter than its dates.
const RULE_YEARS: usize = 3;

/// What a VTIMEZONE is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimezoneOptions<'a> {
    /// The value of TZID.
    pub tzid: &'a str,
    /// From this instant on it must be right.
    pub from: Timestamp,
    /// Before this instant it must be right; `None` is for ever.
    pub until: Option<Timestamp>,
    /// The value of X-LIC-LOCATION, which some programs read to find the IANA zone.
    pub location: Option<&'a str>,
}

/// One STANDARD or DAYLIGHT to be.
struct Observance {
    offset_from: i32,
    state: State,
    start: DateTime,
    recur: Option<Recur>,
    dates: Vec<DateTime>,
}

/// Changes of one make: the same offsets, name and kind.
struct Group {
    offset_from: i32,
    state: State,
    walls: Vec<DateTime>,
}

impl Zone {
    /// The zone as a VTIMEZONE, BEGIN to END, each line ended by CRLF.
    ///
    /// It is right from `from` to before `until`, to the second; what is outside is told as far as it comes
    /// of itself. Changes that follow a yearly rule become an RRULE, which is open only where the zone's rule
    /// goes on and `until` is `None`; else it has an UNTIL in UTC. Others become RDATEs.
    pub fn to_timezone(&self, options: &TimezoneOptions<'_>) -> String {
        let mut lines = vec![
            ContentLine::new(PropertyKind::Begin).raw("VTIMEZONE"),
            ContentLine::new(PropertyKind::Tzid).text(options.tzid),
        ];
        lines.extend(options.location.map(|name| ContentLine::named("X-LIC-LOCATION").text(name)));
        let mut observances = self.observances(options);
        observances.sort_by_key(|observance| observance.start);
        for observance in &observances {
            self.write(observance, &mut lines);
        }
        lines.push(ContentLine::new(PropertyKind::End).raw("VTIMEZONE"));
        let mut out = Vec::new();
        for line in &lines {
            line.write(&mut out, b"\r\n");
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    fn observances(&self, options: &TimezoneOptions<'_>) -> Vec<Observance> {
        let from = options.from.max(Timestamp::MIN);
        let until = options.until.unwrap_or_else(|| self.rules_alone(from)).min(Timestamp::MAX);
        let mut observances = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut push = |offset_from: i32, state: State, wall: DateTime| {
            let is_same = |group: &&mut Group| (group.offset_from, group.state) == (offset_from, state);
            match groups.iter_mut().find(is_same) {
                Some(group) => group.walls.push(wall),
                None => groups.push(Group { offset_from, state, walls: vec![wall] }),
            }
        };
        let mut before = self.table.span_at(from.0);
        let onset = self.table.previous(&before).map(|previous| previous.state.offset);
        match onset.zip(DateTime::from_seconds(before.start.saturating_add(i64::from(onset.unwrap_or(0))))) {
            Some((offset_from, wall)) => push(offset_from, before.state, wall),
            None => observances.push(initial(before.state, from)),
        }
        while let Some(span) = self.table.next(&before).filter(|span| span.start < until.0) {
            let wall = DateTime::from_seconds(span.start.saturating_add(i64::from(before.state.offset)));
            let Some(wall) = wall else { break };
            push(before.state.offset, span.state, wall);
            before = span;
        }
        let is_open = options.until.is_none();
        for group in &groups {
            self.divide(group, is_open, &mut observances);
        }
        observances
    }

    /// When nothing is left but open rules, each of which has come at least once since `from`.
    fn rules_alone(&self, from: Timestamp) -> Timestamp {
        // 29 February comes once in eight years, or more often.
        const EIGHT_YEARS: i64 = 8 * 366 * 86_400;
        let changes = self.table.changes.iter().map(|change| change.at);
        let rules = self.table.rules.iter().map(|rule| if rule.is_open() { rule.from } else { rule.until });
        let last = changes.chain(rules).max().unwrap_or(i64::MIN).max(from.0);
        Timestamp(last.max(start_of(READY_UNTIL)).saturating_add(EIGHT_YEARS))
    }

    /// Divides a group into runs of a yearly rule, and dates that are in none.
    fn divide(&self, group: &Group, is_open: bool, out: &mut Vec<Observance>) {
        let rule = self.table.rules.iter().find(|rule| {
            rule.is_open() && (rule.offset_from, rule.state) == (group.offset_from, group.state)
        });
        let mut walls = &*group.walls;
        let mut last = None;
        if let Some(rule) = rule {
            let start = run_before_end(walls, rule.anniversary);
            let recur = rule.anniversary.to_recur().filter(|_| is_open || walls.len() - start >= RULE_YEARS);
            let (before, run) = walls.split_at(start);
            if let (Some(recur), Some(first), Some(end)) = (recur, run.first(), run.last()) {
                let until = (!is_open).then(|| until(*end, group.offset_from)).flatten();
                last = Some(group.observance(*first, Some(Recur { until, ..recur })));
                walls = before;
            }
        }
        let mut dates = Vec::new();
        while !walls.is_empty() {
            let (length, anniversary) = longest_run(walls);
            let (run, rest) = walls.split_at(length);
            let recur = anniversary.and_then(Anniversary::to_recur).filter(|_| length >= RULE_YEARS);
            match (recur, run) {
                (Some(recur), [first, .., end]) => {
                    let recur = Recur { until: until(*end, group.offset_from), ..recur };
                    out.push(group.observance(*first, Some(recur)));
                }
                _ => dates.extend_from_slice(run),
            }
            walls = rest;
        }
        if let [first, rest @ ..] = &*dates {
            out.push(Observance { dates: rest.to_vec(), ..group.observance(*first, None) });
        }
        out.extend(last);
    }

    fn write(&self, observance: &Observance, lines: &mut Vec<ContentLine>) {
        let kind = if observance.state.is_daylight { "DAYLIGHT" } else { "STANDARD" };
        lines.push(ContentLine::new(PropertyKind::Begin).raw(kind));
        let start = DateOrTime::Floating(observance.start);
        lines.push(ContentLine::new(PropertyKind::Dtstart).date_or_time(&start));
        for (kind, seconds) in [
            (PropertyKind::Tzoffsetfrom, observance.offset_from),
            (PropertyKind::Tzoffsetto, observance.state.offset),
        ] {
            let offset = UtcOffset::from_seconds(seconds).unwrap_or_default();
            lines.push(ContentLine::new(kind).raw(&offset.to_string()));
        }
        lines.extend(
            observance
                .recur
                .as_ref()
                .map(|recur| ContentLine::new(PropertyKind::Rrule).raw(&recur.to_string())),
        );
        if !observance.dates.is_empty() {
            let dates: Vec<_> = observance.dates.iter().map(|wall| DateOrTime::Floating(*wall)).collect();
            lines.push(ContentLine::new(PropertyKind::Rdate).dates_or_times(&dates));
        }
        let name = self.table.name(observance.state);
        if !name.is_empty() {
            lines.push(ContentLine::new(PropertyKind::Tzname).text(name));
        }
        lines.push(ContentLine::new(PropertyKind::End).raw(kind));
    }
}

impl Group {
    fn observance(&self, start: DateTime, recur: Option<Recur>) -> Observance {
        Observance { offset_from: self.offset_from, state: self.state, start, recur, dates: Vec::new() }
    }
}

/// The observance of a zone that has not changed yet: from 1970 on, or from the day before the first instant.
fn initial(state: State, from: Timestamp) -> Observance {
    let day = from.to_utc().map_or(Date::MIN, |wall| wall.date.plus_days(-1).unwrap_or(Date::MIN));
    let start = Date::new(1970, 1, 1).map_or(day, |epoch| epoch.min(day)).midnight();
    Observance { offset_from: state.offset, state, start, recur: None, dates: Vec::new() }
}

/// Where the last run of an anniversary, one each year, begins; the length of the list if it has none.
fn run_before_end(walls: &[DateTime], anniversary: Anniversary) -> usize {
    let mut start = walls.len();
    while let Some(wall) = start.checked_sub(1).and_then(|at| walls.get(at)) {
        let year = wall.date.year();
        let is_next = walls.get(start).is_none_or(|next| next.date.year() == year + 1);
        if !is_next || anniversary.in_year(year) != Some(wall.to_seconds()) {
            break;
        }
        start -= 1;
    }
    start
}

/// How many members from the first on are one anniversary, one each year; at least one.
fn longest_run(walls: &[DateTime]) -> (usize, Option<Anniversary>) {
    let years = walls.windows(2).take_while(|pair| match pair {
        [one, next] => next.date.year() == one.date.year() + 1,
        _ => false,
    });
    let most = years.count() + 1;
    let fit = |length: usize| walls.get(..length).and_then(Anniversary::fit);
    // What fits a run fits any beginning of it: twice as long each time, and then between the last two.
    let (mut fits, mut fails) = (1, most + 1);
    let mut length = 2;
    while fits + 1 < fails {
        match fit(length) {
            Some(_) => fits = length,
            None => fails = length,
        }
        length = if fails > most { (2 * fits).min(most) } else { fits.midpoint(fails) };
    }
    (fits, if fits > 1 { fit(fits) } else { None })
}

/// UNTIL, in UTC as RFC 5545 3.6.5 wants it: the last change, or, east of Greenwich, some hours after it, for
/// PyPI `icalendar` compares it with the wall and would leave the last change out.
fn until(wall: DateTime, offset_from: i32) -> Option<Until> {
    wall.plus_seconds(-i64::from(offset_from)).map(|utc| Until::Utc(utc.max(wall)))
}

#[cfg(test)]
mod tests;
