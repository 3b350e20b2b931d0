//! `kalends config`: settings, each with its source.

use std::io::Write;

use serde::Serialize;

use crate::config::{Config as Settings, KEYS, Origin, limits};
use crate::exit::{Exit, Failure, tell};
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// Your settings, each with where it comes from; or sets one
#[derive(clap::Args)]
#[command(after_help = "Examples: kalends config; kalends config zone Europe/Vienna")]
pub(crate) struct Config {
    /// A setting
    #[arg(requires = "value")]
    key: Option<String>,
    /// What it is from now on; empty for none
    value: Option<String>,
    /// One JSON object a line (docs/schemas/config.json)
    #[arg(long)]
    json: bool,
}

/// A setting.
#[derive(Serialize)]
struct Line<'a> {
    key: &'a str,
    value: &'a str,
    source: &'a str,
}

impl Config {
    pub(crate) fn run(&self, settings: &Settings) -> Result<Exit, Failure> {
        if let (Some(key), Some(value)) = (&self.key, &self.value) {
            settings.set(key, value)?;
            if self.json {
                let source = settings.file.display().to_string();
                let mut programs = Programs::new();
                programs.line(&Line { key, value, source: &source })?;
                programs.finish()?;
                return Ok(Exit::Done);
            }
            tell(&format!("{key} is {value:?} in {}", settings.file.display()));
            return Ok(Exit::Done);
        }
        let file = settings.file.display().to_string();
        let source = |origin: &Origin| match origin {
            Origin::Default => "default".to_owned(),
            Origin::File => file.clone(),
            Origin::Environment(variable) => variable.clone(),
        };
        if self.json {
            let mut programs = Programs::new();
            for (key, value, origin) in &settings.shown {
                programs.line(&Line { key, value, source: &source(origin) })?;
            }
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let mut people = People::new();
        for ((key, value, origin), (.., about)) in settings.shown.iter().zip(KEYS) {
            let (value, source) = (one_line(value), one_line(&source(origin)));
            writeln!(
                people,
                "{BOLD}{key}{BOLD:#} = {value}  {DIM}({source}){DIM:#}\n    {DIM}{about}{DIM:#}"
            )?;
        }
        for ((key, value, origin), (_, about)) in settings.shown.iter().skip(KEYS.len()).zip(limits()) {
            let (value, source) = (one_line(value), one_line(&source(origin)));
            writeln!(people, "{BOLD}{key}{BOLD:#} = {value}  {DIM}({source}): {about}{DIM:#}")?;
        }
        people.finish()?;
        Ok(Exit::Done)
    }
}
