//! `kalends admin password`: what somebody signs in with, read from standard input and shown nowhere.

use std::io::{self, BufRead, Read};

use serde::Serialize;
use service::Secret;

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::Programs;

/// Gives one a password, in place of the one before
#[derive(clap::Args)]
#[command(after_help = "Any line that is not empty is one; of a weak one you are told.\n\
    Example: kalends admin password ann --password-stdin < password.txt")]
pub(crate) struct Password {
    /// A name or an address
    name: String,
    /// Reads it, one line
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Whose password was changed.
#[derive(Serialize)]
struct Line {
    name: String,
}

impl Password {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let keeper = local.keeper();
        let principal = keeper.principal(&self.name)?;
        let name = principal.profile.name.unwrap_or_default();
        keeper.set_password(&name, &read(&name)?)?;
        if is_json {
            let mut programs = Programs::new();
            programs.line(&Line { name })?;
            programs.finish()?;
        } else {
            tell(&format!("{name} has a new password"));
        }
        Ok(Exit::Done)
    }
}

/// So many bytes of a line are read; no password is as long.
const LONGEST: u64 = 4_096;

/// The first line of standard input; of a weak one whoever gives it is told.
pub(super) fn read(name: &str) -> Result<Secret, Failure> {
    let mut line = String::new();
    let input = io::stdin().lock().take(LONGEST).read_line(&mut line);
    input.map_err(|error| Failure::reading("standard input", &error))?;
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    if let Some(why) = weakness(&line, name).filter(|_| !line.trim().is_empty()) {
        tell(&format!("the password is weak: {why}"));
    }
    Ok(Secret::new(line))
}

/// Why a password is soon guessed.
fn weakness(password: &str, name: &str) -> Option<&'static str> {
    let mut letters: Vec<char> = password.to_lowercase().chars().collect();
    let length = letters.len();
    letters.sort_unstable();
    letters.dedup();
    match () {
        () if length < 12 => Some("it has fewer than 12 letters"),
        () if letters.len() < 6 => Some("it has the same few letters again and again"),
        () if password.to_lowercase().contains(&name.to_lowercase()) => Some("it has the name in it"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::weakness;

    #[test]
    fn weak_ones_are_known() {
        for weak in ["short", "aaaaaaaaaaaaaaa", "121212121212", "Ann has a long one"] {
            assert!(weakness(weak, "ann").is_some(), "{weak}");
        }
        for strong in ["correct horse battery", "zwölf Boxkämpfer"] {
            assert_eq!(weakness(strong, "ann"), None, "{strong}");
        }
    }
}
