//! A text in a person's editor.

use std::env;
use std::fs;
use std::process::Command;

use crate::exit::{Exit, Failure};

/// Lets a person edit a text: as they saved it.
pub(crate) fn edited(text: &str) -> Result<String, Failure> {
    let editor = env::var("VISUAL").or_else(|_| env::var("EDITOR")).unwrap_or_else(|_| "vi".to_owned());
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let file = tempfile::Builder::new().prefix("kalends-").suffix(".txt").tempfile()?;
    fs::write(file.path(), text)?;
    let run = Command::new(program).args(words).arg(file.path()).status();
    let status =
        run.map_err(|error| Failure::new(Exit::Unreadable, format!("{editor} cannot be run: {error}")))?;
    if !status.success() {
        let words = format!("{editor} ended without success; nothing was changed");
        return Err(Failure::new(Exit::Refused, words));
    }
    fs::read_to_string(file.path()).map_err(|error| Failure::reading(file.path().display(), &error))
}
