//! Standard output: for people with styles and a pager, for programs as JSON, one value a line, and texts as
//! they are.

use std::env;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::{Child, Command, Stdio};

use anstream::{AutoStream, ColorChoice, StripStream};
use anstyle::{AnsiColor, Effects, Style};
use serde::Serialize;

use crate::terminal::Terminal;

/// What is wrong, or was taken away.
pub(crate) const RED: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
/// What was added.
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
/// What is doubtful.
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
/// What is worth a look.
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default();
/// Headings.
pub(crate) const BOLD: Style = Style::new().effects(Effects::BOLD);
/// What is beside the point.
pub(crate) const DIM: Style = Style::new().effects(Effects::DIMMED);

/// Output for people. Styles go where a terminal shows them, `NO_COLOR` and `CLICOLOR_FORCE` honoured.
pub(crate) struct People {
    stream: Option<Box<dyn Write>>,
    pager: Option<Child>,
    pub(crate) terminal: Terminal,
}

impl People {
    /// To standard output; through a pager when that is a terminal.
    pub(crate) fn new() -> Self {
        let terminal = Terminal::detect();
        let choice = AutoStream::choice(&io::stdout());
        let mut pager = if io::stdout().is_terminal() { pager() } else { None };
        let stream: Box<dyn Write> = match pager.as_mut().and_then(|pager| pager.stdin.take()) {
            Some(input) => styled(input, choice),
            None => styled(io::stdout(), choice),
        };
        Self { stream: Some(stream), pager, terminal }
    }

    /// To standard output, for a few lines: without a pager.
    pub(crate) fn plain() -> Self {
        let choice = AutoStream::choice(&io::stdout());
        Self { stream: Some(styled(io::stdout(), choice)), pager: None, terminal: Terminal::detect() }
    }

    /// Writes what is left and waits until it was read.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let flushed = self.stream.take().map_or(Ok(()), |mut stream| stream.flush());
        if let Some(mut pager) = self.pager.take() {
            pager.wait()?;
        }
        flushed
    }
}

impl Write for People {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.as_mut().map_or(Ok(bytes.len()), |stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// Whatever ends a command early, the pager is not left behind.
impl Drop for People {
    fn drop(&mut self) {
        drop(self.stream.take());
        if let Some(mut pager) = self.pager.take() {
            let _ = pager.wait();
        }
    }
}

fn styled(stream: impl Write + 'static, choice: ColorChoice) -> Box<dyn Write> {
    let stream: Box<dyn Write> = Box::new(BufWriter::new(stream));
    match choice {
        ColorChoice::Never => Box::new(StripStream::new(stream)),
        _ => stream,
    }
}

/// `PAGER`, else `less`, which shows what fits on a screen and ends. None where it is empty or `cat`, or
/// cannot be run.
fn pager() -> Option<Child> {
    let command = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = command.split_whitespace();
    let program = words.next().filter(|program| *program != "cat")?;
    let mut pager = Command::new(program);
    pager.args(words).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        pager.env("LESS", "FRX");
    }
    pager.spawn().ok()
}

/// Output for programs: JSON, one value a line.
pub(crate) struct Programs(BufWriter<io::Stdout>);

impl Programs {
    pub(crate) fn new() -> Self {
        Self(BufWriter::new(io::stdout()))
    }

    pub(crate) fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, value)?;
        self.0.write_all(b"\n")
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A text for standard output as it is.
pub(crate) fn bytes(text: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text)?;
    output.flush()
}
