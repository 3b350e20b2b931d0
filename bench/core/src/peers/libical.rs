//! libical 3, a process of its own that takes its turn when asked: see `peers/libical.c`.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::contest::{Check, Sample};
use crate::series::{Expansion, Windows};

/// The running program.
pub(crate) struct Libical {
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
    child: Child,
}

impl Libical {
    /// Starts the program, which reads the file.
    pub(crate) fn start(file: &Path) -> Result<Self> {
        let mut child = Command::new(env!("LIBICAL_PEER"))
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the libical peer")?;
        let input = child.stdin.take().context("its input is piped")?;
        let output = child.stdout.take().context("its output is piped")?;
        Ok(Self { pipes: RefCell::new((input, BufReader::new(output))), child })
    }

    pub(crate) fn index(&self) -> Result<Sample> {
        self.ask("index")
    }

    pub(crate) fn typed(&self) -> Result<Sample> {
        self.ask("typed")
    }

    pub(crate) fn write(&self) -> Result<Sample> {
        self.ask("write")
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

    fn ask(&self, question: &str) -> Result<Sample> {
        let mut pipes = self.pipes.borrow_mut();
        let (input, output) = &mut *pipes;
        writeln!(input, "{question}")?;
        let mut answer = String::new();
        output.read_line(&mut answer)?;
        let numbers: Vec<i64> = answer
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .with_context(|| format!("libical answers {answer:?}"))?;
        ensure!(numbers.len() == 4, "libical gives no answer to `{question}`");
        Ok(Sample {
            nanos: u64::try_from(numbers[0])?,
            times: u32::try_from(numbers[1])?,
            check: Some(Check { count: numbers[2], sum: numbers[3] }),
        })
    }
}

impl Drop for Libical {
    fn drop(&mut self) {
        // It may have ended by itself, with a complaint.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
