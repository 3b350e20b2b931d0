//! The crate `rrule`. It walks from DTSTART: it has no seek.

use std::time::Instant;

use anyhow::{Context, Result};
use rrule::RRuleSet;

use crate::contest::{Check, Sample};
use crate::series::{Expansion, Series, WEEK, Windows};

pub(crate) fn expand(expansion: &Expansion) -> Result<Sample> {
    let set = read(&expansion.series)?;
    let begin = Instant::now();
    let mut check = Check::default();
    for _ in 0..expansion.times {
        check = Check::default();
        for instance in set.into_iter().take(expansion.instances as usize) {
            check.count += 1;
            check.sum += instance.timestamp();
        }
    }
    Ok(Sample { check: Some(check), ..Sample::since(begin, expansion.times) })
}

/// Asks once: what walks takes long enough to be measured.
pub(crate) fn windows(windows: &Windows) -> Result<Sample> {
    let set = read(&windows.series)?;
    let begin = Instant::now();
    let mut check = Check::default();
    for week in windows.weeks() {
        for instance in &set {
            let instant = instance.timestamp();
            if instant >= week + WEEK {
                break;
            }
            if instant >= week {
                check.count += 1;
                check.sum += instant;
            }
        }
    }
    Ok(Sample { check: Some(check), ..Sample::since(begin, 1) })
}

fn read(series: &Series) -> Result<RRuleSet> {
    format!("DTSTART;TZID={}:{}\nRRULE:{}", series.tzid, series.start, series.rule)
        .parse()
        .with_context(|| format!("rrule refuses {}", series.rule))
}
