//! How much work an expansion may cost.

use std::fmt;

/// What is left of the work that an expansion may cost: periods looked at, and instances made.
///
/// A rule is judged by this and not by its FREQ: RFC 5545 3.8.5.3 itself has MINUTELY rules. What a period is
/// depends on how the rule is expanded: for days a month or a year, for BYSETPOS a period of FREQ, for times
/// with an interval that does not divide a day one try to find the next. So a budget is a bound on time,
/// whatever the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    periods: u64,
    instances: u64,
}

impl Budget {
    /// A budget of so many periods and so many instances.
    pub const fn new(periods: u64, instances: u64) -> Self {
        Self { periods, instances }
    }

    pub(super) fn take_period(&mut self) -> Result<(), Exhausted> {
        self.periods = self.periods.checked_sub(1).ok_or(Exhausted::Periods)?;
        Ok(())
    }

    pub(super) const fn has_instance(&self) -> Result<(), Exhausted> {
        if self.instances == 0 { Err(Exhausted::Instances) } else { Ok(()) }
    }

    pub(super) fn take_instance(&mut self) -> Result<(), Exhausted> {
        self.instances = self.instances.checked_sub(1).ok_or(Exhausted::Instances)?;
        Ok(())
    }
}

/// A million periods and a hundred thousand instances: some tens of milliseconds.
impl Default for Budget {
    fn default() -> Self {
        Self::new(1_000_000, 100_000)
    }
}

/// A budget came to its end before the rule did. Expansion can go on where it stopped, with another budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exhausted {
    /// So many periods were looked at without coming to an end.
    Periods,
    /// So many instances were made.
    Instances,
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Periods => "the recurrence rule takes too long to expand",
            Self::Instances => "the recurrence rule has too many instances",
        })
    }
}

impl std::error::Error for Exhausted {}
