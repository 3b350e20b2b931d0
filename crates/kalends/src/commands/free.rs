//! `kalends free`: gaps between busy times.

use ical::ComponentKind;
use ical::civil::{Date, DateTime, Timestamp};
use ical::recurrence::Range;
use ical::value::DateOrTime;
use serde::Serialize;
use service::{Answer, Entry, Question};

use crate::config::Hours;
use crate::exit::{Exit, Failure};
use crate::filter::Filter;
use crate::hours::{self, Between};
use crate::listing::{self, Listing};
use crate::local::Local;
use crate::occurrence::{KeptLine, Shown, utc};
use crate::output::{People, Programs};
use crate::spoken;
use crate::table::{self, Group, Row};
use crate::terminal::{self, Terminal};
use crate::when::{Length, When};

/// When I am free: the gaps between what makes me busy
#[derive(clap::Args)]
#[command(
    after_help = "What is cancelled, or transparent (TRANSP), makes nobody busy. What is tentative is told \
    beside the gap that it would take. Exit code 1: there is no gap.\n\n\
    Example: kalends free --days 5 --between 08:00-18:00 --for 1h30m"
)]
pub(crate) struct Free {
    /// From this time on; now where none is named
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// So many days
    #[arg(long, value_name = "N", default_value_t = 7)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=3_660))]
    days: u32,
    /// Only these hours of each day; else your working hours
    #[arg(long, alias = "hours", value_name = "HOURS")]
    between: Option<Between>,
    /// Only gaps of this length or more: 45m, 1h30m, PT45M
    #[arg(long = "for", value_name = "LENGTH")]
    length: Option<Length>,
    #[command(flatten)]
    filter: Filter,
    /// One JSON object a gap (docs/schemas/free.json)
    #[arg(long)]
    json: bool,
}

/// Time that nothing takes, and what is tentative in it.
struct Gap<'e> {
    range: Range,
    tentative: Vec<(&'e Entry, &'e Shown)>,
}

/// A gap for programs.
#[derive(Serialize)]
struct Line<'a> {
    start: String,
    tzid: &'a str,
    start_utc: Option<String>,
    end: String,
    end_utc: Option<String>,
    seconds: i64,
    tentative: Vec<KeptLine<'a>>,
}

impl Free {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let zone = &local.home.zone;
        let from = self.from.map_or(local.now, |when| when.at(zone));
        let hours = self.between.unwrap_or(local.config.working.hours).of_days(zone, from, self.days);
        let hours: Vec<Range> = hours.into_iter().map(|(_, range)| range).collect();
        let Some(to) = hours.last().map(|range| range.to) else { return Ok(Exit::Told) };
        let mut listing = Listing::of(local)?;
        let question = self.filter.question(&listing.look, Range { from, to }, zone)?;
        let question = Question { kinds: vec![ComponentKind::Event], ..question };
        let Answer { mut entries, cut } = listing.look.agenda(&question)?;
        entries.retain(Entry::is_busy);
        let shown = listing.shown(&entries)?;
        drop(listing);
        let (tentative, busy): (Vec<_>, Vec<_>) =
            entries.iter().zip(&shown).partition(|(entry, _)| entry.status.as_deref() == Some("TENTATIVE"));
        let mut busy: Vec<Range> =
            busy.into_iter().map(|(entry, _)| Range { from: entry.start_at, to: entry.end_at }).collect();
        // Where it is not known when something makes busy, nothing is free.
        let unknown = cut.iter().filter(|cut| cut.is_busy).map(|cut| Range { from: cut.from, to });
        busy.extend(unknown);
        busy.sort_by_key(|busy| busy.from);
        let shortest = self.length.map_or(1, |length| length.seconds.max(1));
        let mut gaps = hours::gaps(&hours, &busy);
        gaps.retain(|range| range.to.0 - range.from.0 >= shortest);
        let gaps: Vec<Gap<'_>> = gaps
            .into_iter()
            .map(|range| {
                let meets = |entry: &Entry| range.overlaps(entry.start_at, entry.end_at);
                let tentative = tentative.iter().copied().filter(|(entry, _)| meets(entry)).collect();
                Gap { range, tentative }
            })
            .collect();
        if self.json {
            let mut programs = Programs::new();
            gaps.iter().try_for_each(|gap| programs.line(&gap.line(local)))?;
            listing::cut_lines(&mut programs, &cut)?;
            programs.finish()?;
        } else {
            let mut people = People::new();
            let groups = groups(&gaps, local, people.terminal);
            let caption = format!("Free, times in {}", local.home.name);
            table::show(&mut people, &caption, &groups, "No gap in this range.")?;
            people.finish()?;
        }
        let exit = listing::tell_cut(local, &cut, "nothing is told as free");
        local.keep_up();
        Ok(if gaps.is_empty() { Exit::Told } else { exit })
    }
}

impl Gap<'_> {
    fn walls(&self, local: &Local) -> (DateTime, DateTime) {
        let wall = |at: Timestamp| local.home.zone.to_wall(at).unwrap_or(DateTime::MIN);
        (wall(self.range.from), wall(self.range.to))
    }

    fn line<'a>(&'a self, local: &'a Local) -> Line<'a> {
        let (start, end) = self.walls(local);
        Line {
            start: DateOrTime::Floating(start).to_string(),
            tzid: &local.home.name,
            start_utc: utc(self.range.from),
            end: DateOrTime::Floating(end).to_string(),
            end_utc: utc(self.range.to),
            seconds: self.range.to.0 - self.range.from.0,
            tentative: self.tentative.iter().map(|(entry, shown)| KeptLine::new(entry, shown)).collect(),
        }
    }
}

/// Gaps under their days.
fn groups(gaps: &[Gap<'_>], local: &Local, terminal: Terminal) -> Vec<Group> {
    let dash = terminal.sign("–", "-");
    let clock = |time| spoken::clock(time, local.config.hours);
    let mut groups: Vec<(Date, Group)> = Vec::new();
    for gap in gaps {
        let (start, end) = gap.walls(local);
        if groups.last().is_none_or(|(date, _)| *date != start.date) {
            let heading = table::day(start.date, Some(local.today()), terminal.width);
            groups.push((start.date, Group { heading, rows: Vec::new() }));
        }
        let tentative: Vec<String> = gap
            .tentative
            .iter()
            .map(|(entry, shown)| {
                let (from, to) = shown.walls(&local.home).unwrap_or((start, end));
                let (from, to) = (clock(from.time), clock(to.time));
                let summary = terminal::beginning(entry.summary.as_deref().unwrap_or_default(), terminal);
                format!("tentative: {from}{dash}{to} {summary}")
            })
            .collect();
        let end_of_day = |end: DateTime| {
            if local.config.hours == Hours::TwentyFour && end.date > start.date && end == end.date.midnight()
            {
                "24:00".to_owned()
            } else {
                clock(end.time)
            }
        };
        let row = Row {
            when: format!("{}{dash}{}", clock(start.time), end_of_day(end)),
            summary: spoken::length(gap.range.to.0 - gap.range.from.0),
            location: (!tentative.is_empty()).then(|| tentative.join("; ")),
            ..Row::default()
        };
        if let Some((_, group)) = groups.last_mut() {
            group.rows.push(row);
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
