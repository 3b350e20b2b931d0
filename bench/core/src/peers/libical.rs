//! libical 3: see `peers/libical.c`.

use std::path::Path;

use anyhow::Result;

use crate::contest::Sample;
use crate::process::Process;
use crate::series::{Expansion, Windows};

/// The running program.
pub(crate) struct Libical(Process);

impl Libical {
    /// Starts the program, which reads the file.
    pub(crate) fn start(file: &Path) -> Result<Self> {
        Process::start(env!("LIBICAL_PEER"), file, &[]).map(Self)
    }

    /// A work on the file: `index`, `typed` or `write`.
    pub(crate) fn ask(&self, work: &str) -> Result<Sample> {
        self.0.ask(work)
    }

    /// The bytes that the tree keeps. Its peak is not known.
    pub(crate) fn memory(&self) -> Result<i64> {
        let sample = self.ask("memory")?;
        Ok(sample.check.map_or(0, |check| check.count))
    }

    pub(crate) fn expand(&self, expansion: &Expansion) -> Result<Sample> {
        let Expansion { series, instances, times } = expansion;
        self.ask(&format!("expand {} {} {} {instances} {times}", series.rule, series.start, series.tzid))
    }

    pub(crate) fn windows(&self, windows: &Windows) -> Result<Sample> {
        let Windows { series, first, weeks, times } = windows;
        self.ask(&format!("window {} {} {} {first} {weeks} {times}", series.rule, series.start, series.tzid))
    }
}
