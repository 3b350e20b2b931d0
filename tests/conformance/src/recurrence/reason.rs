//! Why another program reads a rule otherwise, and that this is why.

use std::collections::BTreeSet;

use ical::civil::Weekday;
use ical::value::{Frequency, Month, Recur, WeekdayNum};
use ical::{Document, PropertyKind};

use super::Difference;
use super::case::{Case, Expansion, Theirs};

/// A reason: what it is called, what decides, and how it is checked.
#[derive(Debug)]
pub(super) struct Reason {
    pub(super) name: &'static str,
    pub(super) section: &'static str,
    pub(super) words: &'static str,
    /// Is it the reason: does the case, read in the other way, give what the other program gave?
    holds: fn(&Difference) -> bool,
}

impl Reason {
    /// The first reason that explains a difference.
    pub(super) fn of(difference: &Difference) -> Option<&'static Self> {
        REASONS.iter().find(|reason| (reason.holds)(difference))
    }
}

/// In the order in which they are tried, and stand on the page.
pub(super) const REASONS: &[Reason] = &[
    Reason {
        name: "RECURRENCE-ID beside RRULE",
        section: "RFC 5545 3.8.4.4 (one instance of a series)",
        words: "The event has a RECURRENCE-ID: it is one instance, and its rule means nothing. They expand \
                the rule. Without the RECURRENCE-ID, ours is theirs.",
        holds: |it| {
            without_recurrence_id(&it.text).is_some_and(|text| it.case.theirs().agree(&it.case.expand(&text)))
        },
    },
    Reason {
        name: "DTSTART that its rule does not name",
        section: "RFC 5545 3.3.10 (\"The DTSTART property value always counts as the first occurrence\"), \
                  3.8.5.3; RFC 8984 4.3.3.1 (\"always the first occurrence …, even if it would normally not \
                  match the rule\")",
        words: "They leave DTSTART out, and count without it. Ours is DTSTART, then theirs, with COUNT one \
                less.",
        holds: |it| {
            let is_one_rule =
                it.case.rrules.len() == 1 && it.case.exrules.is_empty() && it.case.rdate.is_empty();
            it.case.theirs().agree(&it.case.named_by_rules())
                && (!is_one_rule || it.ours == Ok(with_start(&it.case)) || it.case.expected.is_none())
        },
    },
    Reason {
        name: "DTSTART that its rule does not name, shown and not counted",
        section: "RFC 5545 3.3.10; RFC 8984 4.3.3.1 (\"and is counted if the recurrence is limited by a \
                  count\")",
        words: "They show DTSTART, and COUNT more.",
        holds: |it| {
            let named = it.case.named_by_rules().unwrap_or_default();
            let all: BTreeSet<String> = named.into_iter().chain([it.case.dtstart.clone()]).collect();
            it.case.theirs().agree(&Ok(all.into_iter().collect()))
        },
    },
    Reason {
        name: "The month of BYMONTHDAY in a YEARLY rule",
        section: "RFC 8984 4.3.3.1 (an implicit `byMonth`); RFC 5545 3.3.10 (what the rule does not say is \
                  DTSTART's)",
        words: "A YEARLY rule with BYMONTHDAY and without BYMONTH names days of DTSTART's month; they take \
                every month. With `BYMONTH=1,2,…,12` written, ours is theirs, but for DTSTART.",
        holds: |it| it.case.theirs().agree(&it.case.with_rules(all_months).named_by_rules()),
    },
    Reason {
        name: "The day that a rule without BYDAY and BYMONTHDAY means",
        section: "RFC 8984 4.3.3.1 (an implicit `byDay` or `byMonthDay`); RFC 5545 3.3.10 (what the rule \
                  does not say is DTSTART's, page 44's table forbids BYWEEKNO outside YEARLY, BYYEARDAY in \
                  MONTHLY and WEEKLY, BYMONTHDAY in WEEKLY)",
        words: "BYWEEKNO in a YEARLY rule, any day part in a WEEKLY one, BYYEARDAY or BYWEEKNO in a MONTHLY \
                one: the weekday, or the day of the month, is DTSTART's; they take every day. With all days \
                written, ours is theirs, but for DTSTART.",
        holds: |it| it.case.theirs().agree(&it.case.with_rules(all_days).named_by_rules()),
    },
    Reason {
        name: "UNTIL in UTC beside a zone",
        section: "RFC 5545 3.3.10 (UNTIL \"MUST always be specified as a date with UTC time\" there)",
        words: "The noted number of instances takes UNTIL for a time on DTSTART's wall. Without its `Z`, \
                ours is theirs.",
        holds: |it| {
            let local = it.case.with_rules(|recur, _| {
                if let Some(ical::value::Until::Utc(wall)) = recur.until {
                    recur.until = Some(ical::value::Until::Local(wall));
                }
            });
            it.case.theirs().agree(&local.expand(local.to_text().as_bytes()))
        },
    },
    Reason {
        name: "RSCALE of another calendar",
        section: "RFC 7529 6 (a rule in a calendar that is not supported may be refused)",
        words: "Recurrence is known in the Gregorian calendar only; the rule is kept, and refused with \
                these words.",
        holds: |it| it.ours.as_ref().is_err_and(|words| words.starts_with("RSCALE=")),
    },
    Reason {
        name: "SKIP and days that a number from the end, or of the year, does not reach",
        section: "RFC 8984 4.3.3.1 (`byYearDay`: \"if the date-time is not valid …, it is always \
                  eliminated\"; `byMonthDay`: \"negative numbers mean the nth last day of the month\"); RFC \
                  7529 4.1 (\"a date with an invalid day-of-month is changed\")",
        words: "BYMONTHDAY=-31 in a month of 30 days, BYYEARDAY=366 in a year of 365: there is no such date \
                that SKIP could move, and the period is left out. They put it on the day before or after \
                the month or year. RFC 7529 4.1 names BYYEARDAY among the uses of SKIP, without saying \
                where the day would go.",
        holds: |it| {
            let is_one = |number: i32| matches!(number, -31..=-29 | 366 | -366);
            it.case.rrules.iter().filter_map(|rule| Recur::parse(rule).ok()).all(|recur| {
                recur.skip != ical::value::Skip::Omit
                    && (recur.by_month_day.iter().map(|day| i32::from(*day)).any(is_one)
                        || recur.by_year_day.iter().map(|day| i32::from(*day)).any(is_one))
            })
        },
    },
    Reason {
        name: "RDATE in UTC beside a DTSTART that is a date",
        section: "RFC 5545 3.8.5.2 (the types are not said to differ); 3.8.2.4 (a date as DTSTART is a day, \
                  on every wall)",
        words: "A set of days has days only: ours are the dates of theirs, each once, and DTSTART counts.",
        holds: |it| {
            let day = |value: &String| value.get(..8).map(str::to_owned);
            let days: BTreeSet<String> = it.case.expected.iter().flatten().filter_map(day).collect();
            let days: Vec<String> = days.into_iter().collect();
            let ours = it.ours.as_deref().unwrap_or_default();
            it.case.dtstart.len() == 8 && days.starts_with(ours) && days.len() <= ours.len() + 1
        },
    },
];

/// Theirs, with DTSTART before it and COUNT kept.
fn with_start(case: &Case) -> Vec<String> {
    let mut all = case.expected.clone().unwrap_or_default();
    all.insert(0, case.dtstart.clone());
    let counts = case.rrules.iter().filter_map(|rule| Recur::parse(rule).ok()?.count);
    for count in counts {
        all.truncate(count.get() as usize);
    }
    all
}

fn all_months(recur: &mut Recur, _: &Case) {
    let has_others =
        !recur.by_month.is_empty() || !recur.by_week_no.is_empty() || !recur.by_year_day.is_empty();
    if recur.freq == Frequency::Yearly && !recur.by_month_day.is_empty() && !has_others {
        recur.by_month = (1..=12).map(|number| Month { number, is_leap: false }).collect();
    }
}

fn all_days(recur: &mut Recur, _: &Case) {
    let has_days =
        !recur.by_day.is_empty() || (recur.freq != Frequency::Weekly && !recur.by_month_day.is_empty());
    match recur.freq {
        _ if has_days => {}
        Frequency::Monthly => recur.by_month_day = (1..=31).collect(),
        Frequency::Weekly | Frequency::Yearly => {
            recur.by_day = Weekday::ALL.map(|weekday| WeekdayNum { nth: None, weekday }).to_vec();
        }
        _ => {}
    }
}

impl Case {
    /// The case with other rules.
    fn with_rules(&self, change: impl Fn(&mut Recur, &Self)) -> Self {
        let changed = |rule: &String| match Recur::parse(rule) {
            Ok(mut recur) => {
                change(&mut recur, self);
                recur.to_string()
            }
            Err(_) => rule.clone(),
        };
        Self { rrules: self.rrules.iter().map(changed).collect(), ..self.clone() }
    }
}

fn without_recurrence_id(text: &[u8]) -> Option<Vec<u8>> {
    let mut document = Document::read(text).ok()?;
    let id =
        document.all_components().find_map(|component| component.property(PropertyKind::RecurrenceId))?.id();
    document.remove(id);
    Some(document.to_bytes().into_owned())
}

impl Theirs<'_> {
    /// As the page tells it, beside ours.
    pub(super) fn told(self, ours: &Expansion) -> String {
        match self {
            Self::Instances(theirs) => told(theirs, ours.as_deref().unwrap_or_default()),
            Self::Count(count) => format!("{count}"),
            Self::Refused(words) => format!("refused: {words}"),
        }
    }

    /// Ours, beside it.
    pub(super) fn told_of_ours(self, ours: &Expansion) -> String {
        match (self, ours) {
            (_, Err(words)) => format!("refused: {words}"),
            (Self::Instances(theirs), Ok(ours)) => told(ours, theirs),
            (_, Ok(ours)) => format!("{}", ours.len()),
        }
    }
}

/// More than this many are cut.
const TOLD: usize = 4;

/// How many instances, and those that the other has not.
fn told(instances: &[String], other: &[String]) -> String {
    let alone: Vec<&str> =
        instances.iter().filter(|value| !other.contains(value)).map(String::as_str).collect();
    let shown = alone.get(..TOLD).unwrap_or(&alone).join(" ");
    let more = if alone.len() > TOLD { format!(" and {} more", alone.len() - TOLD) } else { String::new() };
    let colon = if alone.is_empty() { "" } else { ": " };
    format!("{}{colon}{shown}{more}", instances.len())
}
