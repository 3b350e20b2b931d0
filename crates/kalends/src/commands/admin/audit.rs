//! `kalends admin audit`: what was done by whoever keeps the store.

use std::collections::HashMap;
use std::io::Write;

use ical::civil::Timestamp;
use serde::Serialize;
use store::PrincipalId;

use crate::exit::{Exit, Failure};
use crate::local::Local;
use crate::output::{BOLD, DIM, People, Programs};
use crate::terminal::one_line;

/// What was done by whoever keeps the store, the newest first
#[derive(clap::Args)]
#[command(after_help = "Who, when, what, to whom: of each act of `admin`, and of undo and redo. No\n\
    password or token is in it. It is kept as long as history is\n\
    (`limit_history_days`).\n\
    Example: kalends admin audit --of ann")]
pub(crate) struct Audit {
    /// To them, or to their calendars: a name or an address
    #[arg(long, value_name = "WHO")]
    of: Option<String>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
}

/// Something that was done, for programs.
#[derive(Serialize)]
struct Line {
    at: Option<String>,
    keeper: String,
    verb: String,
    /// A name.
    whom: Option<String>,
    line: String,
}

impl Audit {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let keeper = local.keeper();
        let whom = self.of.as_deref().map(|of| keeper.principal(of)).transpose()?.map(|found| found.id);
        let named = |principal: store::Principal| Some((principal.id, principal.profile.name?));
        let names: HashMap<PrincipalId, String> =
            keeper.principals()?.into_iter().filter_map(named).collect();
        let lines = keeper.audit(whom, self.limit)?.into_iter().map(|one| Line {
            at: said(one.at),
            keeper: one.keeper,
            verb: one.verb,
            whom: one.whom.and_then(|whom| names.get(&whom).cloned()),
            line: one.line,
        });
        if is_json {
            let mut programs = Programs::new();
            for line in lines {
                programs.line(&line)?;
            }
            programs.finish()?;
            return Ok(Exit::Done);
        }
        let mut people = People::new();
        if lines.len() == 0 {
            writeln!(people, "{DIM}Nothing was done.{DIM:#}")?;
        }
        for Line { at, keeper, verb, whom, line } in lines {
            let (at, whom) = (at.unwrap_or_default(), whom.unwrap_or_else(|| "-".to_owned()));
            let words = [&keeper, &verb, &whom].map(|word| one_line(word)).join("  ");
            writeln!(people, "{DIM}{at}{DIM:#}  {BOLD}{words}{BOLD:#}  {}", one_line(&line))?;
        }
        people.finish()?;
        Ok(Exit::Done)
    }
}

fn said(at: Timestamp) -> Option<String> {
    at.to_utc().map(|wall| format!("{wall}Z"))
}
