//! Losslessness over all files: each is examined in a process of its own, so that a panic, an overflow of the
//! stack, a file without end and the memory that it takes are told apart from the next one's.

mod edits;
mod reading;

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::collection::{Collection, File};
use crate::suite::Suite;

/// What takes longer has no end: a file takes milliseconds where nothing else runs.
const LONGEST: Duration = Duration::from_secs(120);
/// Nor so many times its size in memory …
const TIMES: u64 = 20;
/// … and this, which is what the program's own pages come to, in bytes.
const FLOOR: u64 = 4 << 20;

/// What came of a file, from process to process.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Outcome {
    passed: usize,
    failures: Vec<String>,
    /// By how much the process grew at most while it read the file, in bytes.
    grown: u64,
    size: u64,
    /// Components whose first TEXT property was edited.
    edited: usize,
    /// Is there nothing to edit: no TEXT property in any component?
    is_unedited: bool,
    values: usize,
    problems: usize,
    malformed: usize,
    occurrences: usize,
    exhausted: usize,
}

/// Examines one file and writes the outcome; for the child.
pub(crate) fn file(path: &Path) -> Result<()> {
    let text = std::fs::read(path)?;
    let mut outcome = Outcome { size: text.len() as u64, ..Outcome::default() };
    let before = memory_peak()?;
    reading::read_all(&text, &mut outcome)?;
    outcome.grown = memory_peak()?.saturating_sub(before);
    let edits = edits::checks(&text, &mut outcome);
    for (check, result) in reading::checks(&text).into_iter().chain(edits) {
        match result {
            Ok(()) => outcome.passed += 1,
            Err(failure) => outcome.failures.push(format!("{check}: {failure}")),
        }
    }
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}

/// The most memory that this process has had, in bytes.
fn memory_peak() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes << 10)
}

/// Examines all files.
pub(crate) fn suite(collection: &Collection) -> Result<Suite> {
    let program = std::env::current_exe()?;
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(file) = collection.files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = examine(&program, file);
                    outcomes.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((file, outcome));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    outcomes.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    Ok(sum(&outcomes))
}

fn sum(outcomes: &[(&File, Result<(Outcome, Duration)>)]) -> Suite {
    let mut suite = Suite::new("lossless");
    let mut total = Outcome::default();
    let mut unedited = Vec::new();
    let (mut slowest, mut largest) = ((Duration::ZERO, ""), (0.0, ""));
    for (file, outcome) in outcomes {
        let (outcome, took) = match outcome {
            Ok(found) => found,
            Err(error) => {
                suite.fail(format!("{}: {error:#}", file.path));
                continue;
            }
        };
        suite.pass(outcome.passed);
        for failure in &outcome.failures {
            suite.fail(format!("{}: {failure}", file.path));
        }
        let most = outcome.size * TIMES + FLOOR;
        suite.check(if outcome.grown <= most {
            Ok(())
        } else {
            Err(format!("{}: grew by {} bytes, expected at most {most}", file.path, outcome.grown))
        });
        slowest = slowest.max((*took, &file.path));
        // Of small files the program's own pages are all that is seen.
        if outcome.size >= 100_000 {
            let ratio = outcome.grown as f64 / outcome.size as f64;
            largest = if ratio > largest.0 { (ratio, &file.path) } else { largest };
        }
        total.size += outcome.size;
        total.edited += outcome.edited;
        if outcome.is_unedited {
            unedited.push(file.path.as_str());
        }
        total.values += outcome.values;
        total.malformed += outcome.malformed;
        total.occurrences += outcome.occurrences;
        total.exhausted += outcome.exhausted;
    }
    println!(
        "lossless: {} files, {} bytes; {} components edited; {} values read, {} of them malformed; \
         {} occurrences, {} sets past the budget",
        outcomes.len(),
        total.size,
        total.edited,
        total.values,
        total.malformed,
        total.occurrences,
        total.exhausted
    );
    println!(
        "lossless: slowest {} ms ({}); most memory of files over 100 kB {:.1} times the size ({})",
        slowest.0.as_millis(),
        slowest.1,
        largest.0,
        largest.1
    );
    println!(
        "lossless: {} files have no TEXT property in any component, and so no edits ({}, ...)",
        unedited.len(),
        unedited.get(..3).unwrap_or(&unedited).join(", ")
    );
    suite.tell()
}

fn examine(program: &Path, file: &File) -> Result<(Outcome, Duration)> {
    let begin = Instant::now();
    let mut child = Command::new(program)
        .arg("file")
        .arg(&file.place)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (mut out, mut words) =
        (child.stdout.take().context("no output")?, child.stderr.take().context("no output")?);
    let reader = thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let teller = thread::spawn(move || {
        let mut text = Vec::new();
        words.read_to_end(&mut text).map(|_| text)
    });
    let is_over = wait(&mut child, begin)?;
    let took = begin.elapsed();
    let text = reader.join().ok().context("the output's reader ended")??;
    let words = teller.join().ok().context("the output's reader ended")??;
    if !is_over {
        anyhow::bail!("not done after {} s", LONGEST.as_secs());
    }
    let outcome = serde_json::from_str(&text).with_context(|| {
        let words = String::from_utf8_lossy(&words);
        format!("the reader ended: {}", words.split_whitespace().collect::<Vec<_>>().join(" "))
    })?;
    Ok((outcome, took))
}

/// Waits for the end of a process, and ends it when it takes too long; `false` then.
fn wait(child: &mut Child, begin: Instant) -> Result<bool> {
    loop {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        if begin.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(1));
    }
}
