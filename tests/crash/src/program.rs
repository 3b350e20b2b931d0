//! The real program, built once, and run with `record.c` between it and its files.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What time it is for the program and for whoever derives an index here.
pub(crate) const NOW: &str = "2026-03-01T00:00:00Z";
/// The same in seconds.
pub(crate) const NOW_SECONDS: i64 = 1_772_323_200;

/// The program, and the library that is preloaded into it.
#[derive(Debug)]
pub struct Program {
    executable: PathBuf,
    /// Where the library is.
    library: TempDir,
    folder: TempDir,
}

/// The library's name.
const LIBRARY: &str = "record.so";

/// Where a run has its store: in the folder `data` of a disk, or in a database; then the disk has what is kept beside it.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    disk: &'p Path,
    database: Option<&'p str>,
}

impl<'p> Place<'p> {
    /// In a database that a URL names.
    pub(crate) const fn database(disk: &'p Path, url: &'p str) -> Self {
        Self { disk, database: Some(url) }
    }
}

impl<'p> From<&'p Path> for Place<'p> {
    fn from(disk: &'p Path) -> Self {
        Self { disk, database: None }
    }
}

/// What is done to one run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fault<'f> {
    /// Ended at the nth of its calls.
    pub kill_at: Option<usize>,
    /// Ended after so long.
    pub kill_after: Option<Duration>,
    /// What it does is appended to this file.
    pub record: Option<&'f Path>,
    /// It asks for syncs, and none is made.
    pub is_unsynced: bool,
    /// It tells of so many objects too many that they are committed.
    pub ahead: usize,
}

/// How a run ended.
#[derive(Debug)]
pub struct Answer {
    /// Did it end by itself, and say that all is done?
    pub is_done: bool,
    /// So many objects it told were committed.
    pub committed: usize,
    /// All that it said, for whoever reads of a failure.
    pub said: String,
    /// How long it took.
    pub took: Duration,
}

impl Program {
    /// Builds both.
    pub fn build() -> Self {
        // With the features that tests of the whole workspace build it with, so that it is there, and nothing is built again or
        // put in its place while tests beside this one run it.
        let output = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--locked",
                "--offline",
                "--workspace",
                "--bin",
                "kalends",
                "--test",
                "documents",
            ])
            .args(["--message-format", "json"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo, which runs this test, runs again");
        assert!(output.status.success(), "the program is not built");
        let told = String::from_utf8_lossy(&output.stdout);
        let messages = told.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let executables = messages.filter(|message| message["target"]["name"] == "kalends");
        let executable =
            executables.filter_map(|message| Some(message["executable"].as_str()?.into())).next_back();
        let executable: PathBuf = executable.expect("cargo tells where the program is");
        // Beside the program, for in memory nothing may be run on some machines.
        let beside = executable.parent().expect("it is in a folder");
        let library = tempfile::Builder::new().prefix("kalends-crash-").tempdir_in(beside);
        let library = library.expect("cargo writes there, too");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(library.path().join(LIBRARY))
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/record.c"))
            .arg("-ldl")
            .status()
            .expect("there is a C compiler: the store is built with it");
        assert!(compiled.success(), "record.c is not compiled");
        Self { executable, library, folder: fast_folder() }
    }

    /// Writes a file to be imported.
    pub(crate) fn file(&self, name: &str, text: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file can be written");
        path
    }

    /// Runs a command on the store of a place.
    pub fn run<'p>(&self, place: impl Into<Place<'p>>, arguments: &[String], fault: Fault<'_>) -> Answer {
        let mut command = self.command(place.into(), arguments, fault);
        let start = Instant::now();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        if let Some(after) = fault.kill_after {
            std::thread::sleep(after);
            // It may have ended by itself.
            let _ = child.kill();
        }
        let output = child.wait_with_output().expect("the program ends");
        Answer::of(&output, start.elapsed())
    }

    /// A command on the store of a place, with what is done to its run.
    fn command(&self, place: Place<'_>, arguments: &[String], fault: Fault<'_>) -> Command {
        let mut command = Command::new(&self.executable);
        command.arg("--data");
        match place.database {
            None => command.arg(store_of(place.disk)),
            Some(url) => command.arg(url).env("XDG_DATA_HOME", place.disk),
        };
        command.args(arguments).env("KALENDS_NOW", NOW).env("TZ", "Europe/Vienna");
        command.env("LD_PRELOAD", self.library.path().join(LIBRARY)).env("CRASH_FOLDER", place.disk);
        if let Some(record) = fault.record {
            command.env("CRASH_RECORD", record);
        }
        if let Some(call) = fault.kill_at {
            command.env("CRASH_KILL_AT", call.to_string());
        }
        if fault.is_unsynced {
            command.env("CRASH_SWALLOW", "all");
        }
        if fault.ahead > 0 {
            command.env("CRASH_ACK_AHEAD", fault.ahead.to_string());
        }
        command
    }

    /// Starts `kalends serve` on a free port, and waits until it says where it is.
    pub(crate) fn serve<'p>(&self, place: impl Into<Place<'p>>, fault: Fault<'_>) -> Serving {
        let arguments = ["serve", "--http", "127.0.0.1:0", "--log", "error", "--test-clock"];
        let mut command = self.command(place.into(), &arguments.map(str::to_owned), fault);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        // What ends before it says a word has none to say.
        let _ = BufReader::new(output).read_line(&mut line);
        let address = line.trim_end().strip_prefix("http://").and_then(|line| line.strip_suffix('/'));
        Serving { address: address.map(str::to_owned), child }
    }
}

/// `kalends serve`, as long as it runs.
pub(crate) struct Serving {
    child: Child,
    /// Host and port; `None` where it ended before it heard anybody.
    pub(crate) address: Option<String>,
}

impl Serving {
    /// Ends it as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
    }

    /// Tells it to stop, as a system does, and waits for that: what it said is an error where it did not end well.
    pub(crate) fn stop(mut self) -> Result<(), String> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.expect("there is a program `kill`").success(), "the service has ended before");
        match self.ended() {
            (status, _) if status.success() => Ok(()),
            (status, said) => Err(format!("told to stop it ended with {status}: {said}")),
        }
    }

    /// Waits until it has been killed; what it said before is an error where it ended otherwise.
    pub(crate) fn killed(mut self) -> Result<(), String> {
        match self.ended() {
            (status, _) if status.signal() == Some(9) => Ok(()),
            (status, said) => Err(format!("it ended by itself, with {status}: {said}")),
        }
    }

    /// Ends it, and tells what it said.
    pub(crate) fn said(mut self) -> String {
        self.kill();
        self.ended().1
    }

    fn ended(&mut self) -> (ExitStatus, String) {
        let mut said = String::new();
        let errors = self.child.stderr.take().expect("it is piped");
        // What is no text was not said.
        let _ = BufReader::new(errors).read_to_string(&mut said);
        (self.child.wait().expect("the program ends"), said)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn of(output: &Output, took: Duration) -> Self {
        let said = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy);
        // A line that was broken off was not said.
        let whole =
            said.iter().flat_map(|said| said.split_inclusive('\n')).filter(|line| line.ends_with('\n'));
        let committed = whole.filter_map(committed).max().unwrap_or_default();
        // 1: done, and there is something to tell.
        let is_done = matches!(output.status.code(), Some(0 | 1));
        Self { is_done, committed, said: said.concat(), took }
    }
}

/// The number in `committed N objects`, or in `{"committed":N}`.
pub(crate) fn committed(line: &str) -> Option<usize> {
    let (_, after) = line.split_once("committed")?;
    let digits = after.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    digits.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// The store of a disk.
pub(crate) fn store_of(disk: &Path) -> PathBuf {
    disk.join("data")
}

/// Where folders are in memory.
const MEMORY: &str = "/dev/shm";
/// So many bytes the disks of all tests that run at one time may want; containers often have no more than 64 MB there.
const ROOM: u64 = 2 << 30;

/// A folder in memory, where there is room: what a disk does not do is recorded, so none is needed.
pub(crate) fn fast_folder() -> TempDir {
    static HAS_ROOM: OnceLock<bool> = OnceLock::new();
    let in_memory = || tempfile::Builder::new().prefix("kalends-crash-").tempdir_in(MEMORY).ok();
    let folder =
        HAS_ROOM.get_or_init(|| room(MEMORY).is_some_and(|room| room >= ROOM)).then(in_memory).flatten();
    folder.unwrap_or_else(|| tempfile::tempdir().expect("a folder can be made"))
}

/// So many bytes are free in a folder.
fn room(folder: &str) -> Option<u64> {
    let told = Command::new("df").args(["--output=avail", "--block-size=1", folder]).output().ok()?;
    String::from_utf8_lossy(&told.stdout).lines().last()?.trim().parse().ok()
}
