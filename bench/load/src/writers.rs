//! Durable writes of many at once: PUTs through HTTP, and the same objects handed to the store without it, in turn.

use std::fmt;
use std::path::Path;
use std::process::Command as Program;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use ical::Document;
use ical::civil::Timestamp;
use ical::zone::{ZoneCache, Zones};
use store::{
    Act, CalendarId, ChangeSet, Command, Effect, Expect, Index, Key, PrincipalId, Put, Scheduled, Settings,
    Store, Text, Waiting,
};
use tokio::sync::Mutex;

use crate::burst::Burst;
use crate::calendar::Calendar;
use crate::connection::Connection;
use crate::objects;
use crate::peer::Peer;
use crate::report::median;
use crate::work::Work;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// So many write at once.
    pub writers: usize,
    /// So long each way in each round.
    pub time: Duration,
    /// So many rounds.
    pub rounds: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { writers: 32, time: Duration::from_secs(3), rounds: 5 }
    }
}

/// Writes a second, each way, for each round.
#[derive(Clone, Debug, Default)]
pub struct Rates {
    /// Through HTTP.
    pub http: Vec<f64>,
    /// To the store alone.
    pub store: Vec<f64>,
}

/// HTTP is to reach this share of what the store does alone.
pub const TARGET: f64 = 1.0 / 3.0;

/// The calendar that HTTP writes to has so many objects before.
const OBJECTS: usize = 1_000;

impl Rates {
    /// The share of the store's writes that HTTP reaches: the median of the rounds.
    pub fn share(&self) -> f64 {
        median(self.http.iter().zip(&self.store).map(|(http, store)| http / store))
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [http, store] = [&self.http, &self.store].map(|rates| median(rates.iter().copied()));
        write!(f, "PUT {http:.0} a second, the store without HTTP {store:.0}: {:.2} of it", self.share())
    }
}

/// Measures a peer, and the store in turn with it; `alone` runs the store's part, and prints its writes a second.
///
/// # Errors
/// The peer cannot be reached, or answers a write otherwise than by taking it in; the other part fails.
pub async fn run(peer: &Peer, size: &Size, alone: &mut dyn FnMut() -> Result<Program>) -> Result<Rates> {
    let (calendar, _) = Calendar::open(peer, OBJECTS, size.writers).await?;
    let calendar = Arc::new(Mutex::new(calendar));
    let mut connections: Vec<_> = (0..size.writers).map(|_| Connection::new(peer)).collect::<Result<_>>()?;
    let mut rates = Rates::default();
    for _ in 0..size.rounds {
        let (burst, back) = Burst::run(Work::Put, &calendar, connections, size.time).await?;
        connections = back;
        ensure!(burst.wrong.is_none(), "PUT: {}", burst.wrong.unwrap_or_default());
        rates.http.push(1.0 / burst.cost());
        let (_, back) = Burst::run(Work::Delete, &calendar, connections, size.time).await?;
        connections = back;
        let output = alone()?.output().context("the store's part cannot be run")?;
        ensure!(output.status.success(), "the store's part: {}", String::from_utf8_lossy(&output.stderr));
        rates.store.push(String::from_utf8_lossy(&output.stdout).trim().parse()?);
    }
    Ok(rates)
}

/// Writes objects to a new store in a folder, so many at once, and tells how many a second.
///
/// # Errors
/// A write fails.
pub fn alone(folder: &Path, size: &Size) -> Result<f64> {
    let store = Store::new(folder, Waiting::never());
    let made = store.apply(set(0, Vec::new(), {
        let (home, settings) = (PrincipalId::OWNER, Settings::new("load", "Load"));
        vec![Effect::MakeCalendar { home, settings }]
    }))?;
    let calendar = *made.made.first().context("no calendar was made")?;
    let (next, zones, start) = (AtomicUsize::new(1), Arc::<ZoneCache>::default(), Instant::now());
    let write_on = || -> Result<usize> {
        let mut written = 0;
        while start.elapsed() < size.time {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let (expect, put) = put(calendar, number, &zones)?;
            store.apply(set(number, vec![expect], vec![Effect::Put(put)]))?;
            written += 1;
        }
        Ok(written)
    };
    let written: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..size.writers).map(|_| scope.spawn(write_on)).collect();
        let ended =
            threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a writer broke off"))?);
        ended.sum::<Result<usize>>()
    })?;
    Ok(written as f64 / start.elapsed().as_secs_f64())
}

/// A command of its own.
fn set(number: usize, expects: Vec<Expect>, effects: Vec<Effect>) -> ChangeSet {
    let key = Key((number as u128).to_be_bytes());
    let command = Command { key, verb: "put", line: "an object".to_owned(), undoes: None };
    let act = Act { key, command, principal: PrincipalId::OWNER, at: NOW, versions: 100 };
    ChangeSet { act: Some(act), expects, effects }
}

/// 2026-03-02T00:00:00Z
const NOW: Timestamp = Timestamp(1_772_409_600);

/// A new object, as the service hands it to the store.
fn put(calendar: CalendarId, number: usize, zones: &Arc<ZoneCache>) -> Result<(Expect, Put)> {
    let object = objects::new(OBJECTS, number);
    let text = objects::text(&object);
    let document = Document::read(text.as_bytes())?;
    let read = document.objects();
    let read = read.first().context("the text has no object")?;
    let index = Index::derive(read, &Zones::with_cache(&document, Arc::clone(zones)), NOW, &[]);
    let (name, uid) = (objects::name(&object), object.uid);
    let expect = Expect::Object { calendar, uid: uid.clone(), version: None };
    Ok((
        expect,
        Put { calendar, name, uid, text: Text::new(text.into_bytes()), index, scheduled: Scheduled::No },
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Rates, Size, alone};

    #[test]
    fn the_store_alone_takes_in_objects() {
        let folder = tempfile::tempdir().unwrap();
        let size = Size { writers: 2, time: Duration::from_millis(1), rounds: 1 };
        assert!(alone(folder.path(), &size).unwrap() >= 0.0);
    }

    #[test]
    fn the_share_is_of_each_round() {
        let rates = Rates { http: vec![1.0, 2.0, 9.0], store: vec![2.0, 4.0, 10.0] };
        assert_eq!(rates.share().to_bits(), 0.5_f64.to_bits());
        assert_eq!(rates.to_string(), "PUT 2 a second, the store without HTTP 4: 0.50 of it");
    }
}
