//! How a run ended: exit codes, and failures as one line that says what to do.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use crate::terminal;

/// The codes, for `--help`.
macro_rules! codes {
    () => {
        "Exit codes: 0 done; 1 done, and there is something to tell; 2 wrong use; 3 not found; 4 refused; \
         5 could not read or write; 75 try again."
    };
}
pub(crate) use codes;

/// The exit codes of all commands. Of several files the highest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Done, and there is something to tell: problems, differences, an object that could not be expanded.
    Told = 1,
    /// Wrong use of the command line.
    WrongUse = 2,
    /// What was named is not there.
    NotFound = 3,
    /// Refused: a limit, or what would do harm.
    Refused = 4,
    /// Could not read or write.
    Unreadable = 5,
    /// Busy; the same command may do later.
    TryAgain = 75,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why something was not done.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    /// One line; empty when nobody is left to read it.
    message: String,
}

impl Failure {
    /// A failure with its words: what, why, what to do.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// A file that cannot be read.
    pub(crate) fn reading(name: impl Display, error: &io::Error) -> Self {
        let message = match error.kind() {
            ErrorKind::NotFound => format!("{name}: there is no such file; is the name right?"),
            ErrorKind::PermissionDenied => {
                format!("{name}: you may not read it; ask for the right, or its owner")
            }
            _ => format!("{name}: cannot be read: {error}"),
        };
        Self::new(Exit::Unreadable, message)
    }

    /// A file that cannot be written.
    pub(crate) fn writing(name: impl Display, error: &io::Error) -> Self {
        let message = match error.kind() {
            ErrorKind::PermissionDenied => {
                format!("{name}: you may not write into its folder; write to another place with `-` and `>`")
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                format!("{name}: the disk is full, or a quota used up; it was left as it was")
            }
            _ => format!("{name}: cannot be written and was left as it was: {error}"),
        };
        Self::new(Exit::Unreadable, message)
    }

    /// What is told of it.
    pub(crate) fn words(&self) -> &str {
        &self.message
    }

    /// Will the same do later?
    pub(crate) fn is_for_now(&self) -> bool {
        self.exit == Exit::TryAgain
    }

    /// Tells it on standard error; the exit code that it asks for.
    pub(crate) fn tell(&self) -> Exit {
        if !self.message.is_empty() {
            tell(&self.message);
        }
        self.exit
    }
}

/// Standard output failed. Whoever closed it has read enough: that is no failure to speak of.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::new(Exit::Done, ""),
            _ => Self::new(Exit::Unreadable, format!("standard output cannot be written: {error}")),
        }
    }
}

/// A line on standard error. Where even that is closed there is nobody to tell.
pub(crate) fn tell(message: &str) {
    let line = terminal::one_line(message);
    let _ = writeln!(io::stderr().lock(), "kalends: {line}");
}
