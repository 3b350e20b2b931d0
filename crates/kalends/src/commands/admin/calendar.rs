//! `kalends admin calendar`: the calendars of anybody's home, for whoever keeps the store.

use crate::commands::calendar::{Change, Color, Describe, Make, Remove, Rename, changed, list};
use crate::exit::{Exit, Failure};
use crate::local::Local;

/// Somebody's calendars: listed, made, renamed, coloured, removed
#[derive(clap::Args)]
#[command(after_help = "Example: kalends admin calendar make ann Work")]
pub(crate) struct Calendar {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Lists the calendars of somebody
    #[command(after_help = "Example: kalends admin calendar list ann")]
    List(Whose),
    /// Makes a calendar
    #[command(after_help = "Example: kalends admin calendar make ann Work")]
    Make(Of<Make>),
    /// Gives a calendar another name
    #[command(after_help = "Example: kalends admin calendar rename ann Work Praxis")]
    Rename(Of<Rename>),
    /// Gives a calendar a colour
    #[command(after_help = "Example: kalends admin calendar color ann Work '#3366cc'")]
    Color(Of<Color>),
    /// Says what a calendar is for
    #[command(after_help = "Example: kalends admin calendar describe r1 r1 'Who has room 1'")]
    Describe(Of<Describe>),
    /// Removes a calendar with all in it; `kalends undo` brings it back
    #[command(after_help = "Example: kalends admin calendar remove ann Work")]
    Remove(Of<Remove>),
}

/// In whose home.
#[derive(clap::Args)]
struct Whose {
    /// Whose: a name or an address
    #[arg(value_name = "WHOSE")]
    whose: String,
}

/// What is done, in whose home.
#[derive(clap::Args)]
struct Of<C: clap::Args> {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    change: C,
}

impl Calendar {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        let (whose, change): (&Whose, &dyn Change) = match &self.act {
            Act::List(whose) => return list(super::home(local, &whose.whose)?, is_json),
            Act::Make(Of { whose, change }) => (whose, change),
            Act::Rename(Of { whose, change }) => (whose, change),
            Act::Color(Of { whose, change }) => (whose, change),
            Act::Describe(Of { whose, change }) => (whose, change),
            Act::Remove(Of { whose, change }) => (whose, change),
        };
        changed(super::home(local, &whose.whose)?, change, is_json)
    }
}
