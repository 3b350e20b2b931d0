//! What requests of CalDAV cost: at Kalends and at its peers, in small calendars and large ones that answer alike, in turn
//! and in one run.

mod burst;
mod calendar;
mod connection;
pub mod flood;
mod objects;
mod peer;
mod report;
mod targets;
mod work;
pub mod writers;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::Mutex;

use burst::Burst;
use calendar::Calendar;
use connection::Connection;
pub use peer::{Fill, Peer};
pub use report::{Report, Standing};
pub use targets::{Goal, Wanted};
pub use work::Work;

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Size {
    /// How many objects the calendars have that Kalends is asked for.
    pub objects: Vec<usize>,
    /// How many those of its peers have, of the same numbers.
    pub beside: Vec<usize>,
    /// So many connections ask at once.
    pub connections: usize,
    /// So long each works in each round; each connection asks once at least.
    pub time: Duration,
    /// So many rounds count, after one that does not, in which each work is done once.
    pub rounds: usize,
    /// What takes longer in that first round is left out of the others.
    pub patience: Duration,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            objects: vec![1_000, 10_000, 100_000],
            beside: vec![10_000],
            connections: 4,
            time: Duration::from_secs(2),
            rounds: 5,
            patience: Duration::from_secs(10),
        }
    }
}

/// The name under which our side takes part.
pub const OURS: &str = "kalends";

/// A calendar of a peer, the connections that ask for it, and how they do.
struct Contender {
    calendar: Arc<Mutex<Calendar>>,
    connections: Vec<Connection>,
    standings: Vec<Standing>,
}

/// Fills the calendars of all peers, lets all do the same works in turn, round after round, and tells how they did. `told`
/// hears what is under way.
///
/// # Errors
/// A peer cannot be reached or filled, or it breaks off. An answer that is wrong is no error: the report has it.
pub async fn run(peers: &[Peer], size: &Size, told: &mut dyn FnMut(&str)) -> Result<Report> {
    let mut contenders = Vec::new();
    for peer in peers {
        let numbers = if peer.name == OURS { &size.objects } else { &size.beside };
        for objects in numbers {
            contenders.push(contender(peer, *objects, size, told).await?);
        }
    }
    for round in 0..=size.rounds {
        for place in 0..Work::ALL.len() {
            for contender in &mut contenders {
                contender.turn(place, round, size).await?;
            }
        }
        told(&format!("round {round} of {}", size.rounds));
    }
    let standings = contenders.into_iter().flat_map(|contender| contender.standings).collect();
    Ok(Report { peers: peers.to_vec(), connections: size.connections, rounds: size.rounds, standings })
}

/// One peer's calendar of a size, filled.
async fn contender(
    peer: &Peer,
    objects: usize,
    size: &Size,
    told: &mut dyn FnMut(&str),
) -> Result<Contender> {
    let (calendar, filled) = Calendar::open(peer, objects, size.connections)
        .await
        .with_context(|| format!("{} with {objects} objects", peer.name))?;
    if let Some(time) = filled {
        told(&format!("{}: {objects} objects filled in {:.1} s", peer.name, time.as_secs_f64()));
    }
    let connections = (0..size.connections.max(1)).map(|_| Connection::new(peer)).collect::<Result<_>>()?;
    let standings = Work::ALL.iter().map(|work| Standing::new(peer, objects, *work)).collect();
    Ok(Contender { calendar: Arc::new(Mutex::new(calendar)), connections, standings })
}

impl Contender {
    /// Does one of the works for a while; in the first round one connection asks once, and nothing is counted.
    async fn turn(&mut self, place: usize, round: usize, size: &Size) -> Result<()> {
        let Some(standing) = self.standings.get(place).filter(|standing| standing.left_out.is_none()) else {
            return Ok(());
        };
        let work = standing.work;
        let what = format!("{}, {} objects, {}", standing.peer, standing.objects, work.name());
        if work == Work::Sync {
            self.beside(true).await.with_context(|| what.clone())?;
        }
        let (number, time) = if round == 0 { (1, Duration::ZERO) } else { (size.connections, size.time) };
        let some = self.connections.drain(..number.min(self.connections.len())).collect();
        let (burst, connections) =
            Burst::run(work, &self.calendar, some, time).await.with_context(|| what.clone())?;
        self.connections.extend(connections);
        if let Some(standing) = self.standings.get_mut(place) {
            match round {
                0 => standing.begin(burst, size.patience),
                _ => standing.take(burst),
            }
        }
        if work == Work::Sync {
            self.beside(false).await.with_context(|| what)?;
        }
        Ok(())
    }

    /// What is done beside a work, and not measured: a change, or what was changed is made as it was.
    async fn beside(&mut self, is_change: bool) -> Result<()> {
        let connection = self.connections.first_mut().context("there is one connection at least")?;
        let mut calendar = self.calendar.lock().await;
        if is_change { calendar.change(connection).await } else { calendar.clear(connection).await }
    }
}
