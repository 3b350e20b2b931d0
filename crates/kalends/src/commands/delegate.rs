//! `kalends delegate`: somebody else sent in one's place.

use clap_complete::ArgValueCandidates;
use service::Reply;

use super::answer::Answer;
use super::manual;
use crate::exit::{Exit, Failure};
use crate::local::Local;
use crate::people;

/// Sends somebody else in your place; its organizer hears of it, and invites them
#[derive(clap::Args)]
#[command(after_help = "Exit code 1: its organizer could not be reached; 4: you are not invited.\n\n\
    Example: kalends delegate bcd carol@example.com")]
pub(crate) struct Delegate {
    #[command(flatten)]
    answer: Answer,
    /// Whom: an address, or the name of somebody of this store
    #[arg(value_name = "ADDRESS", add = ArgValueCandidates::new(manual::people))]
    to: String,
}

impl Delegate {
    pub(crate) fn run(&self, local: &Local) -> Result<Exit, Failure> {
        self.answer.run(local, &Reply::Delegated(people::other(local, &self.to)?))
    }
}
