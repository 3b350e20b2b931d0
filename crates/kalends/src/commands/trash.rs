//! `kalends trash`: what was removed, and its way back.

use std::io::Write;

use serde::Serialize;
use store::Trashed;

use crate::changed::{self, Changed};
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// What was removed, the newest first; it is kept for thirty days
#[derive(clap::Args)]
#[command(after_help = "Examples: kalends trash; kalends trash restore 1")]
pub(crate) struct Trash {
    #[command(subcommand)]
    act: Option<Act>,
    /// One JSON object a line (docs/schemas/trash.json, changed.json)
    #[arg(long, global = true)]
    json: bool,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Brings something back: by its number in the list, a handle, a UID or its words
    #[command(after_help = "Example: kalends trash restore 1")]
    Restore {
        /// A number in the list, a UID, or words of its summary
        item: String,
    },
}

/// Something in the trash.
#[derive(Serialize)]
struct Line<'a> {
    number: usize,
    uid: &'a str,
    summary: &'a str,
    deleted: Option<String>,
}

impl Trash {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        let trash = local.actor().trash()?;
        match &self.act {
            Some(Act::Restore { item }) => restore(local, &trash, item, self.json),
            None => self.list(&trash),
        }
    }

    fn list(&self, trash: &[(Trashed, String)]) -> Result<Exit, Failure> {
        let deleted = |trashed: &Trashed| trashed.deleted.to_utc().map(|wall| format!("{wall}Z"));
        if self.json {
            let mut programs = Programs::new();
            for (number, (trashed, summary)) in (1..).zip(trash) {
                let deleted = deleted(trashed);
                programs.line(&Line { number, uid: &trashed.uid, summary, deleted })?;
            }
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let mut people = People::new();
        if trash.is_empty() {
            writeln!(people, "{DIM}The trash is empty.{DIM:#}")?;
        }
        for (number, (trashed, summary)) in (1..).zip(trash) {
            let day = trashed.deleted.to_utc().map(|wall| wall.date.to_string()).unwrap_or_default();
            writeln!(people, "{BOLD}{number:>3}{BOLD:#}  {DIM}{day}{DIM:#}  {}", one_line(summary))?;
        }
        people.finish()?;
        Ok(Exit::Done)
    }
}

fn restore(local: &Local, trash: &[(Trashed, String)], item: &str, is_json: bool) -> Result<Exit, Failure> {
    let by_number = item.parse::<usize>().ok().and_then(|number| trash.get(number.checked_sub(1)?));
    let wanted = item.to_lowercase();
    let is_meant = |(trashed, summary): &&(Trashed, String)| {
        trashed.uid == item || summary.to_lowercase().contains(&wanted)
    };
    let found: Vec<_> = match by_number {
        Some(one) => vec![one],
        None => trash.iter().filter(is_meant).collect(),
    };
    match found[..] {
        [] => Err(Failure::new(Exit::NotFound, format!("nothing in the trash is called {item:?}"))),
        [(trashed, summary)] => {
            local.actor().restore(trashed, summary)?;
            if is_json {
                changed::tell(&[Changed::whole(&trashed.uid, summary)])?;
            } else {
                tell(&format!("brought back {summary}"));
            }
            Ok(Exit::Done)
        }
        _ => {
            let words =
                format!("{item:?} may be {} things in the trash: name one by its number", found.len());
            Err(Failure::new(Exit::NotFound, words))
        }
    }
}
