//! Recurrence rules, expanded.

use ical::civil::{DateTime, Time};
use ical::rule::{Budget, Exhausted, Instances, Rule, Start};
use ical::value::{DateOrTime, Recur, Until};
use ical::{ComponentKind, PropertyKind};

use crate::read;

/// A line with DTSTART, then a rule. What is written is read as the same rule; instances ascend strictly from
/// DTSTART, are the same from wherever they are sought, end by UNTIL and COUNT, and any budget ends them and
/// another goes on.
pub fn rule(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (start, rule) = text.split_once('\n').unwrap_or(("19970902T090000", &text));
    let Ok(recur) = Recur::parse(rule) else { return };
    let written = recur.to_string();
    assert_eq!(Recur::parse(&written).as_ref(), Ok(&recur), "{written}");
    assert_eq!(Recur::parse(&written).map(|again| again.to_string()), Ok(written), "writing is stable");
    let Some(start) = date_or_time(start) else { return };
    let start = match start {
        DateOrTime::Date(date) => Start::Date(date),
        time => Start::DateTime(time.wall()),
    };
    let until = recur.until.map(|until| match until {
        Until::Date(date) => date.at(Time::from_seconds(86_399)),
        Until::Local(wall) | Until::Utc(wall) => wall,
    });
    let Ok(rule) = Rule::new(&recur, start, until) else { return };
    let first = from_start(&rule, &recur, start, until);
    by_small_budgets(&rule, &first);
    from_anywhere(&rule, &first);
    far_away(&rule, start);
}

fn date_or_time(text: &str) -> Option<DateOrTime<'static>> {
    let document = read(format!("BEGIN:VEVENT\r\nDTSTART:{}\r\nEND:VEVENT", text.trim()).as_bytes());
    let event = document.components(ComponentKind::Event).next()?;
    let start = event.property(PropertyKind::Dtstart)?;
    start.date_or_time().ok().map(DateOrTime::into_owned)
}

/// The first instances, and how they ended.
#[derive(Debug)]
struct First {
    instances: Vec<DateTime>,
    end: Result<(), Exhausted>,
}

/// What a query may cost here: enough for any plain rule, and soon over for a hostile one.
const BUDGET: Budget = Budget::new(3_000, 60);

fn collect(instances: &mut Instances<'_>, budget: &mut Budget, most: usize) -> First {
    let mut found = Vec::new();
    while found.len() < most {
        match instances.next(budget) {
            Ok(Some(instance)) => found.push(instance),
            Ok(None) => return First { instances: found, end: Ok(()) },
            Err(error) => return First { instances: found, end: Err(error) },
        }
    }
    First { instances: found, end: Err(Exhausted::Instances) }
}

fn ascends(instances: &[DateTime]) {
    assert!(instances.is_sorted_by(|a, b| a < b), "strictly ascending: {instances:?}");
}

fn from_start(rule: &Rule, recur: &Recur, start: Start, until: Option<DateTime>) -> First {
    let first = collect(&mut rule.instances(), &mut BUDGET.clone(), 60);
    let instances = &first.instances;
    ascends(instances);
    assert_eq!(instances.first(), Some(&start.wall()), "DTSTART is the first instance");
    let is_within = |instance: &DateTime| until.is_none_or(|until| *instance <= until);
    assert!(instances.iter().skip(1).all(is_within), "none is after UNTIL");
    if let Some(count) = recur.count {
        assert!(instances.len() <= count.get() as usize, "no more than COUNT");
    }
    if let Start::Date(_) = start {
        assert!(instances.iter().all(|instance| instance.time == Time::MIDNIGHT));
    }
    if rule.is_endless() {
        assert!(recur.count.is_none());
    }
    let _ = rule.names_start();
    first
}

/// A walk that stops each time its budget is spent comes to the same instances.
fn by_small_budgets(rule: &Rule, first: &First) {
    let mut instances = rule.instances();
    let mut found = Vec::new();
    for _ in 0..400 {
        if found.len() == first.instances.len() {
            break;
        }
        let part = collect(&mut instances, &mut Budget::new(40, 7), first.instances.len() - found.len());
        found.extend(part.instances);
        if part.end.is_ok() {
            break;
        }
    }
    assert_eq!(found, first.instances.get(..found.len()).unwrap_or_default(), "by small budgets");
}

/// From before, at and after each instance the same follow.
fn from_anywhere(rule: &Rule, first: &First) {
    let last = first.instances.len().saturating_sub(1);
    for at in [0, 1, 2, last / 2, last] {
        let Some(instance) = first.instances.get(at) else { continue };
        for by in [-1, 0, 1] {
            let Some(wall) = instance.plus_seconds(by) else { continue };
            let mut instances = rule.instances();
            if instances.seek(wall, &mut BUDGET.clone()).is_err() {
                continue;
            }
            let expected: Vec<_> = first.instances.iter().filter(|one| **one >= wall).copied().collect();
            let found = collect(&mut instances, &mut BUDGET.clone(), expected.len());
            if found.end != Err(Exhausted::Periods) {
                assert_eq!(found.instances, expected, "from {wall}");
            }
            let is_at_end = first.end.is_ok() && found.instances.len() == expected.len();
            if is_at_end && let Ok(after) = instances.next(&mut BUDGET.clone()) {
                assert_eq!(after, None, "nothing follows the last, from {wall}");
            }
        }
    }
}

/// Far from DTSTART, too: what follows one place follows a later place.
fn far_away(rule: &Rule, start: Start) {
    for years in [1, 20, 400, 4_000] {
        let Some(wall) = start.wall().plus_seconds(years * 31_556_952) else { continue };
        let mut instances = rule.instances();
        if instances.seek(wall, &mut BUDGET.clone()).is_err() {
            continue;
        }
        let found = collect(&mut instances, &mut BUDGET.clone(), 12);
        ascends(&found.instances);
        assert!(found.instances.iter().all(|instance| *instance >= wall), "not before {wall}");
        let (Some(nth), Some(rest)) = (found.instances.get(5), found.instances.get(5..)) else { continue };
        let mut again = rule.instances();
        if again.seek(*nth, &mut BUDGET.clone()).is_err() {
            continue;
        }
        let again = collect(&mut again, &mut BUDGET.clone(), rest.len());
        assert_eq!(again.instances, rest.get(..again.instances.len()).unwrap_or_default(), "from {nth}");
        assert!(again.instances.len() == rest.len() || again.end == Err(Exhausted::Periods));
    }
}
