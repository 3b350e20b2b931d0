//! `kalends admin room` and `kalends admin resource`: what is booked, each with a calendar.

use store::PrincipalKind;

use super::booking::Set;
use super::user::{Add, list};
use crate::exit::{Exit, Failure};
use crate::local::Local;

/// Rooms: added, listed, how each is booked; `admin user` does the rest
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
    /// Says who books a room, how far ahead, and who says yes
    #[command(after_help = "Without a flag it tells how that is. What was booked stays so.\n\
        Example: kalends admin room set r1 --mode ask --moderator ann --bookers staff --horizon 90")]
    Set(Set),
}

/// Things that are booked: added, listed, how each is booked; `admin user` does the rest
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
    /// Says who books a thing, how far ahead, and who says yes
    #[command(after_help = "Without a flag it tells how that is. What was booked stays so.\n\
        Example: kalends admin resource set van --capacity 2 --bookers staff")]
    Set(Set),
}

impl Room {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        match &self.act {
            RoomAct::Add(add) => add.run(local, PrincipalKind::Room, is_json),
            RoomAct::List => list(local, Some(PrincipalKind::Room), is_json),
            RoomAct::Set(set) => set.run(local, PrincipalKind::Room, is_json),
        }
    }
}

impl Resource {
    pub(crate) fn run(&self, local: &Local, is_json: bool) -> Result<Exit, Failure> {
        match &self.act {
            ResourceAct::Add(add) => add.run(local, PrincipalKind::Resource, is_json),
            ResourceAct::List => list(local, Some(PrincipalKind::Resource), is_json),
            ResourceAct::Set(set) => set.run(local, PrincipalKind::Resource, is_json),
        }
    }
}
