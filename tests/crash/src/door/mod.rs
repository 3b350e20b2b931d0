//! Kills through the door: `kalends serve` is ended while several clients write to the same calendars, and what it then says
//! is held against what it had acknowledged.
//!
//! All that is looked at is looked at through the door and by `admin check`, whatever database is below; what depends on the
//! database is in `Base` alone.

mod client;
mod wire;
mod world;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::contents::{Contents, Derived};
use crate::program::fast_folder;
use crate::{Fault, Findings, Numbers, Program, crashes, kills, numbers, record};
use client::{CALENDARS, Client};
use wire::{Mute, Tags, Wire};
use world::{Memory, World};

/// So much each client does where nobody stops it.
const ACTS: usize = 20;
/// Nobody does so much before a kill that is to come at a call or an answer.
const ENDLESS: usize = 20_000;

/// A store that Ann has her two calendars in, and a token that she signs in by.
struct Base {
    disk: TempDir,
    token: String,
}

/// Where the service is ended.
#[derive(Clone, Copy, Debug)]
enum Blow {
    /// At the nth of its calls.
    Call(usize),
    /// When the nth answer of its life has come.
    Answer(usize),
}

/// How the life of a service went on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Killed,
    Stopped,
}

/// What is known through all lives of a service.
struct Known {
    clients: [Client; 3],
    memory: Memory,
}

/// Kills the service, in each crash one time or more, and opens it again each time.
pub fn kills(program: &Program, seed: u64, count: usize) -> Findings {
    let runtime = runtime();
    let base = Base::new(program, &runtime);
    let (calls, answers) = measure(program, &runtime, &base, seed);
    let mut findings = Findings::default();
    for crash in crashes(count) {
        let mut numbers = numbers(seed, crash);
        let share = (crash % count) * 1_000 + numbers.below(1_000);
        let place = |of: usize| 1 + of * share / (count * 1_000);
        // Every third time in the middle of what the service writes on sockets, and not at a call on the store.
        let (at, of, first) = match crash % 3 {
            2 => (place(answers), answers, Blow::Answer(place(answers))),
            _ => (place(calls), calls, Blow::Call(place(calls))),
        };
        let mut blows = vec![first];
        while numbers.below(2) == 0 {
            blows.push(Blow::Call(1 + numbers.below(calls)));
        }
        let disk = base.copy();
        let mut known = Known::new(seed ^ crash as u64);
        let done = known.live_through(program, &runtime, disk.path(), &base.token, &blows);
        findings.struck(at, of);
        if let Err(broken) = done.and_then(|()| look(program, disk.path())) {
            findings.found(crash, &format!("killed at {blows:?}: {broken}"));
        }
    }
    findings
}

/// A disk that has forgotten what was acknowledged since it was copied: what is found then, which is to be something.
pub fn forgetting(program: &Program, seed: u64) -> Result<(), String> {
    let runtime = runtime();
    let base = Base::new(program, &runtime);
    let mut known = Known::new(seed);
    let disk = base.copy();
    known.live(program, &runtime, disk.path(), &base.token, Fault::default(), None)?;
    let forgetful = kills::copy(disk.path());
    known.live(program, &runtime, disk.path(), &base.token, Fault::default(), None)?;
    known.live(program, &runtime, forgetful.path(), &base.token, Fault::default(), None).map(drop)
}

fn runtime() -> Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime on one thread can be made")
}

/// How many calls a service makes and answers it gives for clients that nobody stops.
fn measure(program: &Program, runtime: &Runtime, base: &Base, seed: u64) -> (usize, usize) {
    let disk = base.copy();
    let path = disk.path().with_extension("record");
    let fault = Fault { record: Some(&path), ..Fault::default() };
    let mut known = Known::new(seed);
    let life = known.live(program, runtime, disk.path(), &base.token, fault, None);
    assert!(life == Ok(Life::Stopped), "nobody stopped it: {:?}", life.err());
    look(program, disk.path()).expect("a store that nobody stopped is whole");
    let written = fs::read(&path).expect("a record can be read");
    fs::remove_file(&path).expect("a record can be removed");
    (record::read(&written, disk.path()).len(), ACTS * known.clients.len())
}

/// Does the program find the store sound, and is it so, looked at behind its back?
fn look(program: &Program, disk: &Path) -> Result<(), String> {
    let check = ["admin", "check"].map(str::to_owned);
    let answer = program.run(disk, &check, Fault::default());
    if !answer.said.contains("the store is sound") {
        return Err(format!("`admin check`: {}", answer.said));
    }
    Contents::read(disk, &mut Derived::default()).map(drop)
}

impl Base {
    fn new(program: &Program, runtime: &Runtime) -> Self {
        let disk = fast_folder();
        let run = |words: &str| {
            let arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
            let answer = program.run(disk.path(), &arguments, Fault::default());
            assert!(answer.is_done, "{words}: {}", answer.said);
            answer.said
        };
        run("admin user add ann --address ann@example.com");
        let told: serde_json::Value =
            serde_json::from_str(&run("admin token add ann device --json")).expect("a line of JSON");
        let token = told["secret"].as_str().expect("a token is shown when it is made").to_owned();
        let serving = program.serve(disk.path(), Fault::default());
        let address = serving.address.clone().expect("the service begins");
        runtime.block_on(async {
            let mut wire = Wire::open(&address, &token).await.expect("it hears");
            let made = wire.ask("MKCALENDAR", CALENDARS[1], &[], "").await.expect("it answers");
            assert_eq!(made.status, 201, "{made:?}");
        });
        serving.stop().expect("it stops when it is told to");
        Self { disk, token }
    }

    fn copy(&self) -> TempDir {
        kills::copy(self.disk.path())
    }
}

impl Known {
    fn new(seed: u64) -> Self {
        let client = |number| Client::new(number, Numbers::of(seed ^ ((number as u64) << 40)));
        Self { clients: [client(1), client(2), client(3)], memory: Memory::default() }
    }

    /// All lives of a service: each but the last is ended by a blow.
    fn live_through(
        &mut self,
        program: &Program,
        runtime: &Runtime,
        disk: &Path,
        token: &str,
        blows: &[Blow],
    ) -> Result<(), String> {
        for blow in blows {
            let kill_at = match blow {
                Blow::Call(call) => Some(*call),
                Blow::Answer(_) => None,
            };
            let fault = Fault { kill_at, ..Fault::default() };
            if self.live(program, runtime, disk, token, fault, Some(*blow))? != Life::Killed {
                return Err(format!("{blow:?} never came"));
            }
        }
        self.live(program, runtime, disk, token, Fault::default(), None).map(drop)
    }

    /// One life: what is there is what should be, then clients work, until the blow or for a while.
    fn live(
        &mut self,
        program: &Program,
        runtime: &Runtime,
        disk: &Path,
        token: &str,
        fault: Fault<'_>,
        blow: Option<Blow>,
    ) -> Result<Life, String> {
        let serving = program.serve(disk, fault);
        let Some(address) = serving.address.clone() else {
            return serving.killed().map(|()| Life::Killed);
        };
        let answers = match blow {
            Some(Blow::Answer(answers)) => Some(answers),
            _ => None,
        };
        let world = RefCell::new(World::new(serving, std::mem::take(&mut self.memory), answers));
        let acts = if blow.is_some() { ENDLESS } else { ACTS };
        let came = runtime.block_on(self.settle_and_work(&address, token, &world, acts));
        let World { serving, memory, broken, .. } = world.into_inner();
        self.memory = memory;
        match came {
            _ if !broken.is_empty() => Err(broken.join("; ")),
            Err(Mute::Wrong(words)) => Err(words),
            Err(Mute::Broken) => serving.killed().map(|()| Life::Killed),
            Ok(()) => serving.stop().map(|()| Life::Stopped),
        }
    }

    async fn settle_and_work(
        &mut self,
        address: &str,
        token: &str,
        world: &RefCell<World>,
        acts: usize,
    ) -> Result<(), Mute> {
        self.settle(address, token, world).await?;
        let [first, second, third] = &mut self.clients;
        let wire = || Wire::open(address, token);
        let (first_wire, second_wire, third_wire) = (wire().await, wire().await, wire().await);
        let done = tokio::join!(
            first.work(first_wire, world, acts),
            second.work(second_wire, world, acts),
            third.work(third_wire, world, acts)
        );
        done.0.and(done.1).and(done.2)?;
        self.settle(address, token, world).await
    }

    /// Holds what is there against what is known, and knows it from then on.
    async fn settle(&mut self, address: &str, token: &str, world: &RefCell<World>) -> Result<(), Mute> {
        let mut wire = Wire::open(address, token).await?;
        let (mut tags, mut texts) = (Tags::new(), BTreeMap::new());
        for calendar in CALENDARS {
            tags.extend(wire.listing(calendar).await?);
        }
        for (path, tag) in &tags {
            let answer = wire.ask("GET", path, &[], "").await?;
            if answer.status != 200 || answer.tag.as_ref() != Some(tag) {
                return Err(Mute::Wrong(format!("{path} is listed with {tag}, and told as {answer:?}")));
            }
            texts.insert(path.clone(), answer.body.to_vec());
        }
        let shared = world.borrow().memory.shared();
        let is_known = |path: &&String| {
            let name = path.rsplit('/').next().unwrap_or_default();
            shared.contains(path)
                || (1..=self.clients.len()).any(|number| name.starts_with(&format!("{number}-")))
        };
        if let Some(path) = tags.keys().find(|path| !is_known(path)) {
            return Err(Mute::Wrong(format!("nobody wrote {path}")));
        }
        world.borrow_mut().memory.settle(&tags, &texts).map_err(Mute::Wrong)?;
        for client in &mut self.clients {
            client.settle(&tags, &texts).map_err(Mute::Wrong)?;
            client.tokens_answer(&mut wire, world, &tags).await?;
        }
        Ok(())
    }
}
