//! What was acknowledged is there, and nothing is there by half: the real program, killed at any moment, and the disk that
//! a loss of power would have left. README.md beside this tells what is promised and what a disk may do.
//!
//! A crash is named by a seed and a number, and is the same each time. [`kills`] ends the program at one of its calls, [`following`] whoever follows a store; [`door`] ends the service while clients write;
//! [`power`] records what a run did and rebuilds disks of it; [`Contents`] reads what a store has since.

#![allow(clippy::missing_panics_doc, reason = "a test's failure is a panic")]

mod contents;
mod disk;
pub mod door;
mod edits;
pub mod following;
pub mod kills;
mod objects;
pub mod power;
mod program;
mod record;

use std::str::FromStr;

pub use contents::Contents;
pub use kalends_fuzz::mutation::Numbers;
pub use program::{Answer, Fault, Program};

/// Any number, always the same.
const SEED: u64 = 20_020_702;

/// The seed of all that is drawn: `CRASH_SEED`, or always the same.
pub fn seed() -> u64 {
    variable("CRASH_SEED").unwrap_or(SEED)
}

/// What a variable of the environment says.
pub fn variable<T: FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().map(|value| value.parse().ok().unwrap_or_else(|| panic!("{name}={value}")))
}

/// The numbers of one crash.
fn numbers(seed: u64, crash: usize) -> Numbers {
    Numbers::of(seed ^ (crash as u64).wrapping_mul(0xd6e8_feb8_6659_fd93))
}

/// What crashes have shown.
#[derive(Debug, Default)]
pub struct Findings {
    /// How many there were.
    pub crashes: usize,
    /// How many of each tenth of the run, by where they struck.
    pub spread: [usize; 10],
    /// What was lost or broken, each with the number of its crash.
    pub broken: Vec<String>,
}

impl Findings {
    fn struck(&mut self, at: usize, of: usize) {
        self.crashes += 1;
        let tenth = (at * 10 / of.max(1)).min(9);
        if let Some(count) = self.spread.get_mut(tenth) {
            *count += 1;
        }
    }

    fn found(&mut self, crash: usize, broken: &str) {
        self.broken.push(format!("crash {crash}: {broken}"));
    }

    /// Did they strike early, in the middle and late, and most of so many that were meant to?
    ///
    /// # Panics
    /// They did not.
    pub fn assert_spread(&self, meant: usize) {
        if variable::<usize>("CRASH_ONLY").is_some() {
            return;
        }
        assert!(self.crashes * 4 >= meant * 3, "of {meant} only {} struck", self.crashes);
        let parts = [&self.spread[..3], &self.spread[3..7], &self.spread[7..]];
        let is_struck = parts.iter().all(|tenths| tenths.iter().any(|struck| *struck > 0));
        assert!(is_struck || meant < 4, "not spread over the run: {:?}", self.spread);
    }

    /// # Panics
    /// Something was lost or broken.
    pub fn assert_whole(&self) {
        let first: Vec<&str> = self.broken.iter().take(5).map(String::as_str).collect();
        assert!(
            self.broken.is_empty(),
            "{} of {} crashes; again with CRASH_SEED={} CRASH_ONLY=<its number>:\n{}",
            self.broken.len(),
            self.crashes,
            seed(),
            first.join("\n")
        );
    }
}

/// The numbers of crashes to be tried: all, or `CRASH_ONLY`.
fn crashes(count: usize) -> Vec<usize> {
    variable("CRASH_ONLY").map_or_else(|| (0..count).collect(), |only| vec![only])
}
