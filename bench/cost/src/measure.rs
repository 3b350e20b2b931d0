//! Commands run in two stores in turn, and how long each took.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Size;
use crate::texts::{self, Mix, NEEDLE, NOW, WEEKS};

/// What one command costs in both stores.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Of which stores.
    pub mix: Mix,
    /// What was asked.
    pub what: String,
    /// The median in the small store.
    pub small: Duration,
    /// The median in the large one.
    pub large: Duration,
    /// The lines of the answer, which are as many in both.
    pub lines: usize,
}

impl Measured {
    /// How many times what it costs in the small store it costs in the large one.
    pub fn ratio(&self) -> f64 {
        self.large.as_secs_f64() / self.small.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// Is it what was aimed at?
    pub fn holds(&self) -> bool {
        self.what == IMPORT || self.ratio() <= self.mix.target()
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mix, what) = (self.mix.name(), &self.what);
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let (small, large) = (milliseconds(self.small), milliseconds(self.large));
        write!(f, "{mix:16} {what:24} {:4} lines {small:10.1} ms {large:10.1} ms", self.lines)?;
        if self.what == IMPORT {
            return Ok(());
        }
        let missed = if self.holds() { "" } else { "  missed" };
        write!(f, " {:6.2} times, at most {:.0}{missed}", self.ratio(), self.mix.target())
    }
}

/// The two stores do not give answers of equal size, or a command failed: what was asked, and what was seen.
#[derive(Debug)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// An import has as much to do as there is in the file: it is told, and has no target here.
const IMPORT: &str = "import";

/// A program, and the folder of a store.
struct Store<'p> {
    kalends: &'p Path,
    folder: PathBuf,
}

impl Store<'_> {
    /// Runs a command: how long it took, and what it answered.
    fn run(&self, arguments: &[&str], is_read: bool) -> io::Result<(Duration, Vec<u8>)> {
        let mut command = Command::new(self.kalends);
        command.arg("--data").arg(&self.folder).args(arguments);
        command
            .env("KALENDS_NOW", NOW)
            .env("KALENDS_ZONE", "Europe/Vienna")
            .env("XDG_CONFIG_HOME", &self.folder);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command.stdout(if is_read { Stdio::piped() } else { Stdio::null() });
        let start = Instant::now();
        let output = command.spawn()?.wait_with_output()?;
        let taken = start.elapsed();
        if !output.status.success() {
            let words = format!("kalends {}: {}", arguments.join(" "), output.status);
            return Err(io::Error::other(Refused(words)));
        }
        Ok((taken, output.stdout))
    }

    /// How many lines a command answers with.
    fn lines(&self, arguments: &[&str]) -> io::Result<usize> {
        let (_, answer) = self.run(arguments, true)?;
        Ok(answer.iter().filter(|byte| **byte == b'\n').count())
    }
}

/// All that is measured of one mix of objects.
pub(crate) fn mix(
    kalends: &Path,
    folder: &Path,
    mix: Mix,
    size: Size,
    told: &mut dyn FnMut(&Measured),
) -> io::Result<Vec<Measured>> {
    let make = |name: &str, objects| -> io::Result<(Store<'_>, Duration)> {
        let file = folder.join(format!("{name}.ics"));
        let mut out = BufWriter::new(File::create(&file)?);
        texts::write(&mut out, mix, objects)?;
        out.flush()?;
        let store = Store { kalends, folder: folder.join(name) };
        let file = file.to_string_lossy().into_owned();
        let (taken, _) = store.run(&["import", &file], false)?;
        Ok((store, taken))
    };
    let ((small, fast), (large, slow)) = (make("small", size.small)?, make("large", size.large)?);
    let import = Measured { mix, what: IMPORT.to_owned(), small: fast, large: slow, lines: 0 };
    told(&import);
    let mut all = vec![import];
    for (what, arguments) in questions() {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let lines = answers(&small, &large, &arguments)?;
        let measured = compare(&small, &large, &arguments, size.rounds)?;
        let measured = Measured { mix, what, small: measured.0, large: measured.1, lines };
        told(&measured);
        all.push(measured);
    }
    Ok(all)
}

/// What is asked, by name; what changes the stores comes last.
fn questions() -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = WEEKS
        .iter()
        .map(|(name, from)| (format!("agenda, {name}"), ["agenda", "--from", from].map(str::to_owned).into()))
        .collect();
    let mut ask = |what: &str, arguments: &[&str]| {
        all.push((what.to_owned(), arguments.iter().map(|one| (*one).to_owned()).collect()));
    };
    ask("search", &["search", NEEDLE]);
    ask("show", &["show", "asked-0-3"]);
    ask("add", &["add", "Tea", "--start", "2026-03-08 20:00", "--for", "1h"]);
    all
}

/// How many lines the answer has; each store must give as many.
fn answers(small: &Store<'_>, large: &Store<'_>, arguments: &[&str]) -> io::Result<usize> {
    let (few, many) = (small.lines(arguments)?, large.lines(arguments)?);
    if few == many {
        return Ok(few);
    }
    let words =
        format!("kalends {}: {few} lines in the small store, {many} in the large one", arguments.join(" "));
    Err(io::Error::other(Refused(words)))
}

/// The medians of a command in both stores, asked in turn.
fn compare(
    small: &Store<'_>,
    large: &Store<'_>,
    arguments: &[&str],
    rounds: usize,
) -> io::Result<(Duration, Duration)> {
    let (mut few, mut many) = (Vec::new(), Vec::new());
    for _ in 0..rounds.max(1) {
        few.push(small.run(arguments, false)?.0);
        many.push(large.run(arguments, false)?.0);
    }
    Ok((median(few), median(many)))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
