//! `kalends admin room` and `kalends admin resource`: what is booked, each with a calendar.

use store::PrincipalKind;

use super::user::{Add, list};
use crate::exit::{Exit, Failure};
use crate::local::Local;

/// Rooms: added, listed; `admin user` does the rest
#[derive(clap::Args)]
#[command(after_help = "A room has a calendar; `admin grant` says who may see and change it.\n\
    Example: kalends admin room add r1 --display 'Room 1' --address r1@example.com")]
pub(crate) struct Room {
    #[command(subcommand)]
    act: RoomAct,
}

#[derive(clap::Subcommand)]
enum RoomAct {
    /// Adds a room, with a calendar
    #[command(after_help = "Example: kalends admin room add r1 --display 'Room 1'")]
    Add(Add),
    /// Lists the rooms
    #[command(after_help = "Example: kalends admin room list")]
    List,
}

/// Things that are booked: added, listed; `admin user` does the rest
#[derive(clap::Args)]
#[command(after_help = "A thing has a calendar; `admin grant` says who may see and change it.\n\
    Example: kalends admin resource add van --address van@example.com")]
pub(crate) struct Resource {
    #[command(subcommand)]
    act: ResourceAct,
}

#[derive(clap::Subcommand)]
enum ResourceAct {
    /// Adds a thing that is booked, with a calendar
    #[command(after_help = "Example: kalends admin resource add van --display 'The van'")]
    Add(Add),
    /// Lists the things that are booked
    #[command(after_help = "Example: kalends admin resource list")]
    List,
}

impl Room {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        match &self.act {
            RoomAct::Add(add) => add.run(local, PrincipalKind::Room, is_json),
            RoomAct::List => list(local, Some(PrincipalKind::Room), is_json),
        }
    }
}

impl Resource {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        match &self.act {
            ResourceAct::Add(add) => add.run(local, PrincipalKind::Resource, is_json),
            ResourceAct::List => list(local, Some(PrincipalKind::Resource), is_json),
        }
    }
}
