//! Requests made from the protocol's grammar by chance, some broken by chance as well: each is answered, and never by 500.
//!
//! `GRAMMAR_SECONDS` goes on for so long, and then looks whether memory has grown; `GRAMMAR_SEED` makes others.

mod bodies;
mod requests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::model::draw::Chance;
use crate::scene::Scene;
use requests::{Seen, request};

/// So many ask at once.
const ASKING: u64 = 4;
/// So many requests each sends where nobody says how long.
const REQUESTS: u64 = 400;
/// After so many, calendars that were removed are made again.
const REVIVED: u64 = 400;
/// Memory grows by no more than so many bytes once it is warm: caches have bounds.
const GROWTH: u64 = 128 << 20;

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap())
}

/// What came of requests: how often each status, and what was wrong.
#[derive(Default)]
struct Told {
    statuses: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

#[tokio::test]
async fn whatever_the_grammar_makes_is_answered() {
    // A process has one store; what it costs to begin with another is not looked at.
    let scene = Arc::new(Scene::open().await);
    let seed = variable("GRAMMAR_SEED").unwrap_or(1);
    let time = variable("GRAMMAR_SECONDS").map(Duration::from_secs);
    let told = Arc::new(Mutex::new(Told::default()));
    let before = match time {
        Some(time) => {
            all_ask(&scene, seed, &told, Some(time / 5)).await;
            Some(resident())
        }
        None => None,
    };
    all_ask(&scene, seed + ASKING, &told, time.map(|time| time * 4 / 5)).await;
    let told = told.lock().unwrap();
    assert!(
        told.wrong.is_empty(),
        "{} of {:?}:\n{}",
        told.wrong.len(),
        told.statuses,
        told.wrong.join("\n\n")
    );
    for status in ["200", "201", "204", "207", "400", "401", "403", "404", "405", "409", "412"] {
        assert!(told.statuses.contains_key(status), "no {status} among {:?}", told.statuses);
    }
    if let Some(before) = before {
        let (after, statuses) = (resident(), &told.statuses);
        println!("{before} bytes when warm, {after} in the end, {statuses:?}");
        assert!(after < before + GROWTH, "memory has grown from {before} to {after} bytes");
    }
}

/// Several ask at once.
async fn all_ask(scene: &Arc<Scene>, seed: u64, told: &Arc<Mutex<Told>>, time: Option<Duration>) {
    let mut asking = Vec::new();
    for who in 0..ASKING {
        asking.push(tokio::spawn(ask(Arc::clone(scene), seed + who, Arc::clone(told), time)));
    }
    for one in asking {
        one.await.unwrap();
    }
}

async fn ask(scene: Arc<Scene>, seed: u64, told: Arc<Mutex<Told>>, time: Option<Duration>) {
    let start = Instant::now();
    let mut chance = Chance::of(seed);
    let mut seen = Seen::default();
    for sent in 0_u64.. {
        if time.map_or(sent == REQUESTS, |time| start.elapsed() >= time) {
            return;
        }
        if sent.is_multiple_of(REVIVED) {
            for name in ["personal", "work"] {
                scene.ask(&format!("MKCALENDAR /calendars/ann/{name}/")).await;
            }
        }
        let request = request(&mut chance, &seen, scene.address());
        let answer = answered(&scene, &request).await;
        seen.learn(&answer);
        let status = answer.get(9..12).unwrap_or("none").to_owned();
        let mut told = told.lock().unwrap();
        if !answer.starts_with("HTTP/1.1 ") || status == "500" {
            let request = String::from_utf8_lossy(&request);
            if told.wrong.len() < 10 {
                told.wrong.push(format!("{request}\n-- was answered --\n{answer}"));
            }
        }
        *told.statuses.entry(status).or_default() += 1;
    }
}

/// What is answered to octets; the connection ends with it.
async fn answered(scene: &Scene, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(scene.address()).await.unwrap();
    // Who is answered before all is sent need not go on.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// Bytes of memory that the process has.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kibibytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes << 10
}
