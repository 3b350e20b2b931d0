//! A contender in a process of its own, that takes its turn when asked: so none works in a heap that another left.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::contest::{Check, Sample};

/// The running program.
pub(crate) struct Process {
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
    child: Child,
}

impl Process {
    /// Starts a program, which reads the file and then answers questions, a line each.
    pub(crate) fn start(program: impl AsRef<OsStr>, file: &Path, arguments: &[&str]) -> Result<Self> {
        let program = program.as_ref();
        let mut child = Command::new(program)
            .arg(file)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let input = child.stdin.take().context("its input is piped")?;
        let output = child.stdout.take().context("its output is piped")?;
        Ok(Self { pipes: RefCell::new((input, BufReader::new(output))), child })
    }

    /// Lets it do a work.
    pub(crate) fn ask(&self, question: &str) -> Result<Sample> {
        let mut pipes = self.pipes.borrow_mut();
        let (input, output) = &mut *pipes;
        writeln!(input, "{question}")?;
        let mut answer = String::new();
        output.read_line(&mut answer)?;
        let numbers: Vec<i64> = answer
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .with_context(|| format!("the answer to `{question}` is {answer:?}"))?;
        ensure!(numbers.len() == 4, "there is no answer to `{question}`");
        Ok(Sample {
            nanos: u64::try_from(numbers[0])?,
            times: u32::try_from(numbers[1])?,
            check: Some(Check { count: numbers[2], sum: numbers[3] }),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, with a complaint.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers questions from standard input, as such a process.
pub(crate) fn answer(work: impl Fn(&str) -> Result<Sample>) -> Result<()> {
    for question in io::stdin().lines() {
        let sample = work(&question?)?;
        let Check { count, sum } = sample.check.unwrap_or_default();
        println!("{} {} {count} {sum}", sample.nanos, sample.times);
    }
    Ok(())
}
