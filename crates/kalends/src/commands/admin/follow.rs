//! `kalends admin backup --follow`: what is committed to the store, kept at another place while it is used.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;
use store::Followed;

use super::Progress;
use crate::clock;
use crate::exit::{Exit, Failure, tell};
use crate::interrupt::Pause;
use crate::local::Local;
use crate::output::Programs;

/// What a look brought.
#[derive(Serialize)]
struct Line<'a> {
    journal: &'a str,
    commits: u64,
    bytes: u64,
    anew: bool,
    /// Seconds that passed at most between a commit and its place in the journal; null for what was there before.
    behind: Option<f64>,
}

/// A journal that is kept.
pub(super) struct Follow<'f> {
    folder: &'f Path,
    name: String,
    is_json: bool,
}

impl<'f> Follow<'f> {
    pub(super) fn new(folder: &'f Path, is_json: bool) -> Self {
        Self { folder, name: folder.display().to_string(), is_json }
    }

    /// Follows until it is told to stop; or, once, up to now.
    pub(super) fn run(&self, local: &Local, every: Duration, is_once: bool) -> Result<Exit, Failure> {
        if local.store().snapshot()?.is_none() {
            let words = "nothing was ever written here: there is nothing to follow";
            return Err(Failure::new(Exit::NotFound, words));
        }
        let mut pause = Pause::new()?;
        let mut began = Instant::now();
        let mut progress = Progress::new("copying");
        let followed = local.store().follow(self.folder, clock::now()?, &mut |left, all| {
            progress.show(u64::from(all.saturating_sub(left)), u64::from(all));
        });
        progress.clear();
        let (mut follower, first) = followed?;
        self.told(&first, None)?;
        let mut is_last = is_once;
        while !is_last {
            is_last = pause.is_ended_within(every)?;
            // What is found now was committed after the look before began.
            let before = std::mem::replace(&mut began, Instant::now());
            let found = follower.look(clock::now()?, &mut |_, _| ());
            // Who is told to stop has to have all, or says that it has not.
            if matches!(found, Err(store::Error::Busy)) && !is_last {
                began = before;
                continue;
            }
            self.told(&found?, Some(before.elapsed()))?;
        }
        Ok(Exit::Done)
    }

    fn told(&self, followed: &Followed, behind: Option<Duration>) -> Result<(), Failure> {
        let Followed { commits, bytes, is_anew } = *followed;
        if behind.is_some() && commits == 0 && !is_anew {
            return Ok(());
        }
        let behind = behind.map(|behind| behind.as_secs_f64());
        if self.is_json {
            let mut programs = Programs::new();
            programs.line(&Line { journal: &self.name, commits, bytes, anew: is_anew, behind })?;
            return Ok(programs.finish()?);
        }
        let name = &self.name;
        let copy = if is_anew { ", with a new copy of the store" } else { "" };
        let transactions = if commits == 1 { "transaction" } else { "transactions" };
        tell(&match behind {
            None if is_anew => format!("{name}: a copy of the store, {bytes} bytes"),
            None => format!("{name}: {commits} {transactions} since, {bytes} bytes"),
            Some(behind) => {
                format!("{name}: {commits} {transactions}, {bytes} bytes, {behind:.1} s behind at most{copy}")
            }
        });
        Ok(())
    }
}
