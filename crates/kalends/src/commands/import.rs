//! `kalends import`: files, folders, archives and standard input into a calendar.

use std::fs::{self, DirBuilder, File};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use service::{Actor, Bounds, Import as How, Known, Passed, Report, Source, Stage, Watch};

use crate::archive;
use crate::exit::{Exit, Failure, tell};
use crate::input;
use crate::interrupt;
use crate::local::Local;
use crate::output::{People, Programs, YELLOW};
use crate::terminal::one_line;

/// Takes calendars in: files, folders, zip archives; nothing is ever sent
#[derive(clap::Args)]
#[command(after_help = "Of what is there already the newer stands. Exit codes: 0 all is in;\n\
                  1 something was left out, and is told; 75 stopped: the same command goes on.\n\
                  Example: kalends import --calendar Work work.ics")]
pub(crate) struct Import {
    /// Files, folders and zip archives; - is standard input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,
    /// Into this calendar
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// Of what is there already the imported stands
    #[arg(long, conflicts_with_all = ["keep", "copy"])]
    replace: bool,
    /// What is there already stands
    #[arg(long, conflicts_with = "copy")]
    keep: bool,
    /// Both stand, the imported one with its own UID
    #[arg(long)]
    copy: bool,
    /// Tells what would be done, and writes nothing
    #[arg(long)]
    dry_run: bool,
    /// One JSON object a set, then one more (docs/schemas/import.json)
    #[arg(long)]
    json: bool,
}

/// A file, or what was spooled of standard input.
struct Spooled {
    name: String,
    file: Kept,
    size: u64,
}

enum Kept {
    Path(PathBuf),
    Open(File),
}

impl Source for Spooled {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&self, take: &mut dyn FnMut(&mut dyn Read)) -> io::Result<()> {
        match &self.file {
            Kept::Path(path) => take(&mut File::open(path)?),
            Kept::Open(file) => {
                let mut file = file;
                file.seek(SeekFrom::Start(0))?;
                take(&mut file);
            }
        }
        Ok(())
    }
}

impl Import {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let name = self.calendar.as_deref().or(local.config.calendar.as_deref());
        self.take_in(local, local.actor(), name, "kalends calendar make")
    }

    /// The same into the home of somebody, whoever keeps the store may say whose.
    pub(crate) fn run_for(&self, local: &Local, name: &str, home: Actor<'_>) -> Result<Exit, Failure> {
        let make = format!("kalends admin calendar make {name}");
        self.take_in(local, home, self.calendar.as_deref(), &make)
    }

    fn take_in(
        &self,
        local: &Local,
        home: Actor<'_>,
        calendar: Option<&str>,
        make: &str,
    ) -> Result<Exit, Failure> {
        let calendar = calendar.map(|name| wanted(home, name, make)).transpose()?;
        let (sources, size) = self.open(local)?;
        let sources: Vec<&dyn Source> = sources.iter().map(|source| &**source).collect();
        let how = How { calendar, known: self.known(), is_dry: self.dry_run, bounds: Bounds::default() };
        let mut watcher = Watcher::new(self.json, size)?;
        let report = home.import(&sources, &how, &mut watcher);
        watcher.clear();
        let report = report?;
        if self.json {
            watcher.programs.line(&Told::of(&report, self.dry_run))?;
            watcher.programs.finish()?;
        } else {
            show(&report, self.dry_run)?;
        }
        Ok(match &report {
            report if report.is_stopped => {
                let (done, all) = (report.committed, report.objects);
                tell(&format!(
                    "stopped: {done} of {all} objects are in; the same command goes on from there"
                ));
                Exit::TryAgain
            }
            report if report.passed_count > 0 => Exit::Told,
            _ => Exit::Done,
        })
    }

    const fn known(&self) -> Known {
        match (self.replace, self.keep, self.copy) {
            (true, ..) => Known::Replace,
            (_, true, _) => Known::Keep,
            (.., true) => Known::Copy,
            _ => Known::Newer,
        }
    }

    /// All that is to be read, and how many bytes it has.
    fn open(&self, local: &Local) -> Result<(Vec<Box<dyn Source>>, u64), Failure> {
        let limits = local.config.archive;
        let mut opened: Vec<Box<dyn Source>> = Vec::new();
        let mut size = 0_u64;
        for source in input::sources(&self.sources) {
            match source? {
                input::Source::File(path) if archive::is_archive(&path) => {
                    for entry in archive::entries(&path, limits)? {
                        size = size.saturating_add(entry.size);
                        opened.push(Box::new(entry));
                    }
                }
                input::Source::File(path) => {
                    let name = path.display().to_string();
                    let metadata = fs::metadata(&path).map_err(|error| Failure::reading(&name, &error))?;
                    let spooled = if metadata.is_file() {
                        Spooled { name, size: metadata.len(), file: Kept::Path(path) }
                    } else {
                        // A pipe can be read once only.
                        let file = File::open(&path).map_err(|error| Failure::reading(&name, &error))?;
                        self.spool(local, name, file)?
                    };
                    size = size.saturating_add(spooled.size);
                    opened.push(Box::new(spooled));
                }
                input::Source::Standard => {
                    let spooled = self.spool(local, "-".to_owned(), io::stdin().lock())?;
                    size = size.saturating_add(spooled.size);
                    opened.push(Box::new(spooled));
                }
            }
        }
        Ok((opened, size))
    }

    /// A stream put into a file without a name beside the store, so that it can be read twice; it goes with the process,
    /// however that ends.
    fn spool(&self, local: &Local, name: String, mut stream: impl Read) -> Result<Spooled, Failure> {
        let folder = local.folder();
        let open = || -> io::Result<File> {
            if self.dry_run && !folder.is_dir() {
                return tempfile::tempfile();
            }
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            tempfile::tempfile_in(folder)
        };
        let mut file = open().map_err(|error| Failure::writing(folder.display(), &error))?;
        let size = io::copy(&mut stream, &mut file).map_err(|error| Failure::reading(&name, &error))?;
        Ok(Spooled { name, file: Kept::Open(file), size })
    }
}

/// A calendar by its name; an unknown one may be wanted, or misspelt.
fn wanted(home: Actor<'_>, name: &str, make: &str) -> Result<store::Calendar, Failure> {
    home.calendar(name).map_err(|error| match error {
        service::Error::NotFound(words) => {
            Failure::new(Exit::NotFound, format!("{words}; make it: {make} {name:?}"))
        }
        other => other.into(),
    })
}

/// Tells how far it has come, and hears when it is to stop.
struct Watcher {
    programs: Programs,
    is_json: bool,
    is_terminal: bool,
    is_interrupted: Arc<AtomicBool>,
    size: u64,
    shown: Option<Instant>,
    is_resumed_told: bool,
    failed: bool,
}

/// So often a line of progress is drawn.
const OFTEN: Duration = Duration::from_millis(100);

impl Watcher {
    fn new(is_json: bool, size: u64) -> Result<Self, Failure> {
        Ok(Self {
            programs: Programs::new(),
            is_json,
            is_terminal: io::stderr().is_terminal(),
            is_interrupted: interrupt::asked()?,
            size,
            shown: None,
            is_resumed_told: false,
            failed: false,
        })
    }

    /// Takes the line of progress away.
    fn clear(&mut self) {
        if self.is_terminal && self.shown.take().is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

impl Watch for Watcher {
    fn at(&mut self, stage: Stage, bytes: u64, objects: u64) {
        if !self.is_terminal || self.shown.is_some_and(|shown| shown.elapsed() < OFTEN) {
            return;
        }
        self.shown = Some(Instant::now());
        let percent = bytes.saturating_mul(100).checked_div(self.size).unwrap_or(100).min(100);
        let (read, all) = (bytes >> 20, self.size >> 20);
        let line = match stage {
            Stage::Survey => format!("looking: {percent} % of {all} MiB"),
            Stage::Booking => format!("importing: {percent} %, {read} of {all} MiB, {objects} objects"),
        };
        let _ = write!(io::stderr().lock(), "\r\x1b[K{line}");
    }

    fn committed(&mut self, report: &Report) {
        self.clear();
        if report.resumed > 0 && !self.is_resumed_told {
            self.is_resumed_told = true;
            tell(&format!("goes on behind {} objects that were committed before", report.resumed));
        }
        if self.is_json {
            let written = self.programs.line(&Committed { committed: report.committed });
            self.failed |= written.and_then(|()| self.programs.flush()).is_err();
        } else {
            tell(&format!("committed {} objects", report.committed));
        }
    }

    fn is_stopped(&self) -> bool {
        self.failed || self.is_interrupted.load(Ordering::Relaxed)
    }
}

/// A set is on disk.
#[derive(Serialize)]
struct Committed {
    committed: u64,
}

/// The report of an import.
#[derive(Serialize)]
struct Told<'r> {
    objects: u64,
    committed: u64,
    resumed: u64,
    stopped: bool,
    dry_run: bool,
    new: u64,
    newer: u64,
    same: u64,
    kept: u64,
    older: u64,
    older_names: &'r [String],
    left_out: u64,
    left_out_places: Vec<Place<'r>>,
    problems: u64,
    problem_places: Vec<Place<'r>>,
}

#[derive(Serialize)]
struct Place<'r> {
    source: &'r str,
    line: u64,
    message: &'r str,
}

impl<'r> Told<'r> {
    fn of(report: &'r Report, is_dry: bool) -> Self {
        let places = |passed: &'r [Passed]| {
            let place = |one: &'r Passed| Place { source: &one.source, line: one.line, message: &one.why };
            passed.iter().map(place).collect()
        };
        Self {
            objects: report.objects,
            committed: report.committed,
            resumed: report.resumed,
            stopped: report.is_stopped,
            dry_run: is_dry,
            new: report.added,
            newer: report.updated,
            same: report.unchanged,
            kept: report.kept,
            older: report.older_count,
            older_names: &report.older,
            left_out: report.passed_count,
            left_out_places: places(&report.passed),
            problems: report.problem_count,
            problem_places: places(&report.problems),
        }
    }
}

/// The report for people.
fn show(report: &Report, is_dry: bool) -> io::Result<()> {
    let mut people = People::new();
    let counts = [
        (report.added, "new"),
        (report.updated, "newer"),
        (report.unchanged, "the same"),
        (report.kept, "kept as they were"),
        (report.older_count, "older than what is there"),
        (report.passed_count, "left out"),
        (report.problem_count, "with a problem"),
    ];
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, word)| *count > 0 || *word == "new")
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let would = if is_dry { "would be " } else { "" };
    writeln!(people, "{would}{}", told.join(", "))?;
    for title in &report.older {
        writeln!(people, "  older: {}", one_line(title))?;
    }
    let places = [("left out", &report.passed), ("problem", &report.problems)];
    for (word, one) in places.iter().flat_map(|(word, all)| all.iter().map(move |one| (word, one))) {
        let (source, why) = (one_line(&one.source), one_line(&one.why));
        writeln!(people, "  {YELLOW}{word}{YELLOW:#}: {source}:{}: {why}", one.line)?;
    }
    let told = report.older.len() + report.passed.len() + report.problems.len();
    let all = report.older_count + report.passed_count + report.problem_count;
    if all > told as u64 {
        writeln!(people, "  and {} more", all - told as u64)?;
    }
    people.finish()
}
