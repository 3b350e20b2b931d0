//! The iCalendar core beside its peers: the same works in one run, as ratios. See README.md.

mod allocation;
mod contest;
mod ours;
mod peers;
mod process;
mod report;
mod series;
mod targets;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, ValueEnum};

use contest::{Contest, Outcome, Sample, Unit};
use peers::libical::Libical;
use peers::{calcard, icalendar, lines, rrule};
use process::Process;
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
    /// Be one of the contenders that read the file: answer on standard output what standard input asks
    #[arg(long, hide = true)]
    contender: Option<Reader>,
}

/// A contender that reads the file in a process of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Reader {
    Ours,
    Calcard,
    Icalendar,
}

impl Reader {
    const ALL: [Self; 3] = [Self::Ours, Self::Calcard, Self::Icalendar];

    const fn name(self) -> &'static str {
        match self {
            Self::Ours => OURS,
            Self::Calcard => "calcard",
            Self::Icalendar => "icalendar",
        }
    }

    fn start(self, file: &Path) -> Result<(Self, Process)> {
        let own = std::env::current_exe().context("cannot find this program")?;
        let name = format!("{self:?}").to_lowercase();
        Ok((self, Process::start(own, file, &["--contender", &name])?))
    }

    fn work(self, work: &str, text: &str) -> Result<Sample> {
        match (self, work) {
            (Self::Ours, "index") => ours::index(text),
            (Self::Ours, "typed") => ours::typed(text),
            (Self::Ours, "write") => ours::write(text),
            (Self::Calcard, "index") => calcard::index(text),
            (Self::Calcard, "typed") => calcard::typed(text),
            (Self::Calcard, "write") => calcard::write(text),
            (Self::Icalendar, "index") => icalendar::index(text),
            (Self::Icalendar, "typed") => icalendar::typed(text),
            (Self::Icalendar, "write") => icalendar::write(text),
            _ => bail!("no such work: {work}"),
        }
    }
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
    if let Some(reader) = options.contender {
        let text = read(&options.file)?;
        process::answer(|work| reader.work(work, &text))?;
        return Ok(ExitCode::SUCCESS);
    }
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
    let readers =
        Reader::ALL.into_iter().map(|reader| reader.start(&options.file)).collect::<Result<Vec<_>>>()?;
    let readers = Readers { text: &text, processes: &readers, libical: &libical };
    let rounds = usize::from(options.rounds);
    let is_wanted = |work| options.only.is_empty() || options.only.contains(&work);
    let run = |contest: Contest<'_>| {
        eprintln!("{} ...", contest.work);
        contest.run(rounds)
    };

    let mut speeds: Vec<Outcome> = Vec::new();
    for (work, contest) in [
        // Counts components, the calendar itself and those inside others, too.
        (Work::Index, readers.contest("index", "index").with(LIMIT, || Ok(lines::scan(&text)))),
        // Counts components; the sum is of all DTSTARTs' dates, each as the number YYYYMMDD.
        (Work::Typed, readers.contest("read typed", "typed")),
        // Counts components in what was written.
        (Work::Write, readers.contest("read and write", "write")),
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

/// All who read the file.
#[derive(Clone, Copy)]
struct Readers<'a> {
    text: &'a str,
    processes: &'a [(Reader, Process)],
    libical: &'a Libical,
}

impl<'a> Readers<'a> {
    fn contest(self, name: &str, work: &'static str) -> Contest<'a> {
        let mut contest = Contest::new(name, self.text.len() as u64, Unit::Bytes);
        for (reader, process) in self.processes {
            contest = contest.with(reader.name(), move || process.ask(work));
        }
        contest.with("libical", move || self.libical.ask(work))
    }
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
