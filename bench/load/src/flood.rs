//! What others notice of floods: how long somebody waits for answers who does nothing unusual, while nothing else happens and
//! while slow clients, connections or sign-ins come in masses, in turn.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::connection::{Connection, Question};
use crate::objects;
use crate::peer::Peer;

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Size {
    /// So long each flood lasts in each round, and as long nothing happens before it.
    pub time: Duration,
    /// So many rounds.
    pub rounds: usize,
    /// So many connections a second of those that come in masses.
    pub rate: u32,
}

impl Default for Size {
    fn default() -> Self {
        Self { time: Duration::from_secs(5), rounds: 3, rate: 500 }
    }
}

/// Who comes in masses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flood {
    /// Who sends a request octet by octet, or takes an answer in not at all.
    Slow,
    /// Connections that say nothing.
    Connections,
    /// Wrong passwords, from many addresses.
    SignIns,
}

/// None of those that come in masses stays longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many slow clients there are.
const SLOW: usize = 300;

/// All floods.
pub const FLOODS: [Flood; 3] = [Flood::Slow, Flood::Connections, Flood::SignIns];

/// What somebody else noticed of a flood.
#[derive(Clone, Debug)]
pub struct Noticed {
    /// Of which.
    pub flood: Flood,
    /// How long answers took while nothing happened, and during the flood; sorted.
    pub times: [Vec<Duration>; 2],
}

/// So many times longer 99 of 100 answers may take.
pub const TARGET: f64 = 3.0;

impl Noticed {
    /// How many times longer 99 of 100 answers took.
    pub fn ratio(&self) -> f64 {
        let [before, during] = [0, 1].map(|which| self.percentile(which, 99));
        during.as_secs_f64() / before.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    fn percentile(&self, which: usize, percent: usize) -> Duration {
        let times = &self.times[which];
        times
            .get((times.len() * percent / 100).min(times.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    }
}

impl fmt::Display for Noticed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.flood {
            Flood::Slow => "slow clients",
            Flood::Connections => "connections",
            Flood::SignIns => "sign-ins",
        };
        let milliseconds = |which, percent| self.percentile(which, percent).as_secs_f64() * 1e3;
        write!(
            f,
            "{name:<14} calm: median {:>6.2} ms, p99 {:>7.2} ms ({} answers)   flood: median {:>6.2} ms, p99 {:>7.2} ms ({})   {:>5.2} times",
            milliseconds(0, 50),
            milliseconds(0, 99),
            self.times[0].len(),
            milliseconds(1, 50),
            milliseconds(1, 99),
            self.times[1].len(),
            self.ratio()
        )
    }
}

/// Measures what somebody notices of each flood; in each round the calm comes first.
///
/// # Errors
/// The server does not answer them.
pub async fn run(peer: &Peer, size: &Size) -> Result<Vec<Noticed>> {
    let mut user = User::open(peer).await?;
    user.work(size.time / 2).await?;
    let mut noticed = FLOODS.map(|flood| Noticed { flood, times: [Vec::new(), Vec::new()] });
    for _ in 0..size.rounds {
        for Noticed { flood, times } in &mut noticed {
            times[0].extend(user.work(size.time).await?);
            let mut masses = JoinSet::new();
            let (came, comes) = oneshot::channel();
            let (host, path) = (peer.address()?, user.path.clone());
            masses.spawn(flood.come(host, path, peer.authorization(), size.rate, came));
            comes.await?;
            times[1].extend(user.work(size.time).await?);
            masses.shutdown().await;
        }
    }
    for times in noticed.iter_mut().flat_map(|noticed| &mut noticed.times) {
        times.sort_unstable();
    }
    Ok(noticed.into())
}

/// Somebody with a calendar, who writes, reads and asks what changed.
struct User {
    connection: Connection,
    path: String,
    next: usize,
}

impl User {
    async fn open(peer: &Peer) -> Result<Self> {
        let path = peer.calendar("flood")?;
        let mut connection = Connection::new(peer)?;
        connection.ask(Question::new(Method::from_bytes(b"MKCALENDAR")?, &path)).await?;
        let mut user = Self { connection, path, next: 0 };
        // Enough that who takes in nothing of the calendar fills any socket.
        for _ in 0..200 {
            user.put(20_000).await?;
        }
        Ok(user)
    }

    async fn put(&mut self, padding: usize) -> Result<(String, Duration)> {
        let path = format!("{}{}.ics", self.path, self.next);
        let mut text = objects::text(&objects::new(0, self.next));
        if padding > 0 {
            let long = format!("DESCRIPTION:{}\r\nEND:VEVENT", "x".repeat(padding));
            text = text.replacen("END:VEVENT", &long, 1);
        }
        self.next += 1;
        let answer = self.connection.ask(Question::new(Method::PUT, &path).with_calendar(text)).await?;
        ensure!(answer.status.is_success(), "PUT {path}: {}", answer.status);
        Ok((path, answer.taken))
    }

    /// How long each answer took.
    async fn work(&mut self, time: Duration) -> Result<Vec<Duration>> {
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < time {
            let (path, taken) = self.put(0).await?;
            times.push(taken);
            for method in [Method::GET, Method::DELETE] {
                let answer = self.connection.ask(Question::new(method, &path)).await?;
                ensure!(answer.status.is_success(), "{path}: {}", answer.status);
                times.push(answer.taken);
            }
        }
        Ok(times)
    }
}

/// The nth address of those that come in masses: all are this machine.
fn address(n: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + n % 100)
}

async fn connect(host: &str, n: u32) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((address(n), 0)))?;
    let to: SocketAddr = host.parse().context("an address of loopback is wanted")?;
    Ok(socket.connect(to).await?)
}

impl Flood {
    /// So many are there at one time.
    const fn most(self) -> usize {
        match self {
            Self::Slow => SLOW,
            Self::Connections | Self::SignIns => 400,
        }
    }

    /// Comes until it is stopped; tells when all are there that stay, or the first of those that come and go.
    async fn come(
        self,
        host: String,
        calendar: String,
        authorization: String,
        rate: u32,
        came: oneshot::Sender<()>,
    ) {
        let mut came = Some(came);
        // That slow clients come is work like any other; it is measured what it is to have them.
        let rate = if self == Self::Slow { rate.min(50) } else { rate };
        let mut ticks = interval(Duration::from_secs(1) / rate.max(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut masses = JoinSet::new();
        for n in 0_u32.. {
            ticks.tick().await;
            if self != Self::Slow || masses.len() >= SLOW {
                came.take().map(|came| came.send(()));
            }
            while masses.len() >= self.most() {
                masses.join_next().await;
            }
            let (host, calendar, authorization) = (host.clone(), calendar.clone(), authorization.clone());
            masses.spawn(async move {
                // Whoever is turned away has done what there was to do.
                let _ = timeout(PATIENCE, self.one(n, &host, &calendar, &authorization)).await;
            });
            while masses.try_join_next().is_some() {}
        }
    }

    async fn one(self, n: u32, host: &str, calendar: &str, authorization: &str) -> Result<()> {
        let mut stream = connect(host, n).await?;
        let mut octets = [0; 512];
        match self {
            Self::Slow if !n.is_multiple_of(10) => {
                let head = format!(
                    "PUT {calendar}slow-{n}.ics HTTP/1.1\r\nHost: here\r\nAuthorization: {authorization}\r\n\
                     Content-Type: text/calendar\r\nContent-Length: 1000000\r\n\r\n"
                );
                let whole = if n.is_multiple_of(4) { head.len() } else { 20 };
                stream.write_all(&head.as_bytes()[..whole]).await?;
                loop {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    stream.write_all(b"x").await?;
                }
            }
            Self::Slow => {
                let head = format!(
                    "GET {calendar} HTTP/1.1\r\nHost: here\r\nAuthorization: {authorization}\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).await?;
                std::future::pending::<()>().await;
            }
            Self::Connections => while stream.read(&mut octets).await? > 0 {},
            Self::SignIns => {
                let guess = STANDARD.encode(format!("somebody-{}:guess {n}", n % 1_000));
                let head = format!(
                    "OPTIONS / HTTP/1.1\r\nHost: here\r\nAuthorization: Basic {guess}\r\nConnection: close\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).await?;
                while stream.read(&mut octets).await? > 0 {}
            }
        }
        Ok(())
    }
}
