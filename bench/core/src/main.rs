//! The iCalendar core beside its peers: the same works in one run, as ratios. See README.md.

mod allocation;
mod contest;
mod ours;
mod peers;
mod report;
mod series;
mod targets;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};

use contest::{Contest, Outcome, Unit};
use peers::libical::Libical;
use peers::{calcard, icalendar, lines, rrule};
use report::{LIMIT, Memory, OURS, Report};
use series::Age;

/// Measures the iCalendar core and its peers in one run.
#[derive(Parser)]
#[command(name = "bench-core", version)]
struct Options {
    /// The iCalendar file to read: gen_ics.py writes one
    file: PathBuf,
    /// How often each does each work, after once that is not counted
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Only these works
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Work>,
    /// Write JSON, with the figures of all rounds, instead of Markdown
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Work {
    /// Read the file's lines and components
    Index,
    /// Read every value by its type
    Typed,
    /// Read the file and write it
    Write,
    /// Expand a daily event in a zone
    Expand,
    /// Find one week's instances of rules that never end
    Window,
    /// Count the bytes that a file takes in memory
    Memory,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let report = measure(&options)?;
    if options.json {
        println!("{:#}", report.to_json());
    } else {
        print!("{}", report.to_markdown());
    }
    // Figures of those who did not do the same work compare nothing.
    Ok(if report.disagreements().next().is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn measure(options: &Options) -> Result<Report> {
    let text = read(&options.file)?;
    let libical = Libical::start(&options.file)?;
    let rounds = usize::from(options.rounds);
    let is_wanted = |work| options.only.is_empty() || options.only.contains(&work);
    let run = |contest: Contest<'_>| {
        eprintln!("{} ...", contest.work);
        contest.run(rounds)
    };

    let mut speeds: Vec<Outcome> = Vec::new();
    for (work, contest) in [
        (Work::Index, index(&text, &libical)),
        (Work::Typed, typed(&text, &libical)),
        (Work::Write, write(&text, &libical)),
        (Work::Expand, expand(&libical)),
    ] {
        if is_wanted(work) {
            speeds.push(run(contest)?);
        }
    }
    let mut windows = Vec::new();
    if is_wanted(Work::Window) {
        for rule in series::RULES {
            windows.push(run(window(rule, &libical))?);
        }
    }
    let memory = if is_wanted(Work::Memory) { memory(&text, &libical)? } else { Vec::new() };
    Ok(Report { bytes: text.len(), rounds, speeds, windows, memory })
}

fn read(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    ensure!(!text.is_empty(), "{} is empty", file.display());
    Ok(text)
}

/// Counts components, the calendar itself and those inside others, too.
fn index<'a>(text: &'a str, libical: &'a Libical) -> Contest<'a> {
    Contest::new("index", text.len() as u64, Unit::Bytes)
        .with(OURS, || ours::index(text))
        .with("calcard", || calcard::index(text))
        .with("icalendar", || icalendar::index(text))
        .with("libical", || libical.index())
        .with(LIMIT, || Ok(lines::scan(text)))
}

/// Counts components; the sum is of all DTSTARTs' dates, each as the number YYYYMMDD.
fn typed<'a>(text: &'a str, libical: &'a Libical) -> Contest<'a> {
    Contest::new("read typed", text.len() as u64, Unit::Bytes)
        .with(OURS, || ours::typed(text))
        .with("calcard", || calcard::typed(text))
        .with("icalendar", || icalendar::typed(text))
        .with("libical", || libical.typed())
}

/// Counts components in what was written.
fn write<'a>(text: &'a str, libical: &'a Libical) -> Contest<'a> {
    Contest::new("read and write", text.len() as u64, Unit::Bytes)
        .with(OURS, || ours::write(text))
        .with("calcard", || calcard::write(text))
        .with("icalendar", || icalendar::write(text))
        .with("libical", || libical.write())
}

/// Counts instances; the sum is of their instants in seconds since 1970.
fn expand(libical: &Libical) -> Contest<'_> {
    Contest::new("expand DAILY", u64::from(series::DAILY.instances), Unit::Instances)
        .with(OURS, || ours::expand(&series::DAILY))
        .with("rrule", || rrule::expand(&series::DAILY))
        .with("libical", || libical.expand(&series::DAILY))
}

/// Counts and sums as [`expand`] does.
fn window<'a>(rule: &'static str, libical: &'a Libical) -> Contest<'a> {
    let first = series::weeks_of(rule, Age::FirstYear);
    let later = series::weeks_of(rule, Age::TwentyYears);
    Contest::new(rule, u64::from(first.weeks), Unit::Questions)
        .with_case(OURS, Age::TwentyYears.name(), move || ours::windows(&later))
        .with_case(OURS, Age::FirstYear.name(), move || ours::windows(&first))
        .with_case("libical", Age::TwentyYears.name(), move || libical.windows(&later))
        .with_case("libical", Age::FirstYear.name(), move || libical.windows(&first))
        .with_case("rrule", Age::TwentyYears.name(), move || rrule::windows(&later))
        .with_case("rrule", Age::FirstYear.name(), move || rrule::windows(&first))
}

fn memory(text: &str, libical: &Libical) -> Result<Vec<Memory>> {
    eprintln!("memory ...");
    let ours = ours::memory(text)?;
    let calcard = calcard::memory(text)?;
    let icalendar = icalendar::memory(text)?;
    Ok(vec![
        Memory { name: OURS, kept: ours.kept, peak: Some(ours.peak) },
        Memory { name: "calcard", kept: calcard.kept, peak: Some(calcard.peak) },
        Memory { name: "icalendar", kept: icalendar.kept, peak: Some(icalendar.peak) },
        Memory { name: "libical", kept: libical.memory()?, peak: None },
    ])
}
