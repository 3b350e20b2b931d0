//! `kalends admin room set` and `kalends admin resource set`: who says yes to a booking, and by which rules.

use std::io::Write;

use serde::Serialize;
use store::{Booking, Mode, Principal, PrincipalId, PrincipalKind};

use super::user::kind_word;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::{People, Programs};
use crate::terminal::one_line;

const DAY: i64 = 86_400;

/// By which rules something is booked from now on.
#[derive(clap::Args)]
pub(super) struct Set {
    /// A name or an address
    name: String,
    #[arg(long, value_enum, value_name = "MODE", hide_possible_values = true)]
    #[arg(help = "never; ask: a moderator decides; if-free: yes where it is free; always: yes in any case")]
    mode: Option<By>,
    /// So many bookings at one time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    capacity: Option<u32>,
    /// Who may book: a person or a group; '' for everybody
    #[arg(long, value_name = "NAME")]
    bookers: Option<String>,
    /// Who decides where somebody has to; '' for nobody
    #[arg(long, value_name = "NAME")]
    moderator: Option<String>,
    // What is further ahead the index may not know, nor who else has it then.
    /// So many days ahead, 548 at most
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=548))]
    horizon: Option<i64>,
}

/// Who says yes.
#[derive(Clone, Copy, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum By {
    Never,
    Ask,
    IfFree,
    Always,
}

impl From<By> for Mode {
    fn from(by: By) -> Self {
        match by {
            By::Never => Self::Never,
            By::Ask => Self::Ask,
            By::IfFree => Self::IfFree,
            By::Always => Self::Always,
        }
    }
}

impl From<Mode> for By {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Never => Self::Never,
            Mode::Ask => Self::Ask,
            Mode::IfFree => Self::IfFree,
            Mode::Always => Self::Always,
        }
    }
}

/// How something is booked, for programs.
#[derive(Serialize)]
struct Line {
    name: String,
    kind: &'static str,
    mode: By,
    capacity: u32,
    bookers: Option<String>,
    moderator: Option<String>,
    horizon: i64,
}

impl Line {
    /// The same for people.
    fn words(&self) -> String {
        let Self { name, capacity, horizon, .. } = self;
        let rule = match (self.mode, &self.moderator) {
            (By::Never, _) => return format!("{name} is booked by nobody"),
            (By::Ask, Some(moderator)) => format!("{moderator} decides who has {name}"),
            (By::Ask, None) => format!("nobody decides yet who has {name} (`--moderator` says who)"),
            (By::IfFree, _) => format!("{name} says yes where it is free"),
            (By::Always, _) => format!("{name} says yes, whatever there is already"),
        };
        let at_once = if *capacity == 1 { String::new() } else { format!(", {capacity} at one time") };
        let bookers = self.bookers.as_deref().unwrap_or("everybody");
        format!("{rule}{at_once}; {bookers} may book, {horizon} days ahead")
    }
}

impl Set {
    fn is_change(&self) -> bool {
        let Self { name: _, mode, capacity, bookers, moderator, horizon } = self;
        mode.is_some() || capacity.is_some() || bookers.is_some() || moderator.is_some() || horizon.is_some()
    }

    pub(super) fn run(&self, local: &Local, kind: PrincipalKind, is_json: bool) -> Result<Exit, Failure> {
        let keeper = local.keeper();
        let room = one(local, &self.name, Some(kind))?;
        let name = room.profile.name.unwrap_or_else(|| self.name.clone());
        let somebody = |name: &Option<String>, kind| match name.as_deref() {
            None => Ok(None),
            Some("") => Ok(Some(None)),
            Some(name) => one(local, name, kind).map(|found| Some(Some(found.id))),
        };
        let bookers = somebody(&self.bookers, None)?;
        let moderator = somebody(&self.moderator, Some(PrincipalKind::Individual))?;
        let booking = keeper.set_booking(&name, |booking| {
            booking.mode = self.mode.map(Mode::from).or(booking.mode);
            booking.capacity = self.capacity.unwrap_or(booking.capacity);
            booking.bookers = bookers.unwrap_or(booking.bookers);
            booking.moderator = moderator.unwrap_or(booking.moderator);
            booking.horizon = self.horizon.map_or(booking.horizon, |days| days.saturating_mul(DAY));
        })?;
        let line = line(local, name, kind, &booking)?;
        if is_json {
            let mut programs = Programs::new();
            programs.line(&line)?;
            programs.finish()?;
            return Ok(Exit::Done);
        }
        if self.is_change() {
            tell(&line.words());
            return Ok(Exit::Done);
        }
        let mut people = People::new();
        writeln!(people, "{}", one_line(&line.words()))?;
        people.finish()?;
        Ok(Exit::Done)
    }
}

/// Who is called by a name or an address, of a kind if it has to be one.
fn one(local: &Local, name: &str, kind: Option<PrincipalKind>) -> Result<Principal, Failure> {
    let found = local.keeper().principal(name)?;
    let is = found.profile.kind;
    match kind.filter(|kind| *kind != is) {
        None => Ok(found),
        Some(kind) => {
            let (is, wanted) = (kind_word(is), kind_word(kind));
            Err(Failure::new(Exit::Refused, format!("{name} is a {is}, and no {wanted}")))
        }
    }
}

fn line(local: &Local, name: String, kind: PrincipalKind, booking: &Booking) -> Result<Line, Failure> {
    let named = |id: Option<PrincipalId>| -> Result<Option<String>, Failure> {
        let found = id.map(|id| local.keeper().principal_of(id)).transpose()?;
        Ok(found.and_then(|found| found.profile.name))
    };
    Ok(Line {
        name,
        kind: kind_word(kind),
        // Where nothing is said, what is booked answers by its rules.
        mode: booking.mode.unwrap_or(Mode::IfFree).into(),
        capacity: booking.capacity,
        bookers: named(booking.bookers)?,
        moderator: named(booking.moderator)?,
        horizon: booking.horizon / DAY,
    })
}
