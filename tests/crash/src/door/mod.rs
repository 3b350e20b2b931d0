//! Kills through the door: `kalends serve` is ended while several clients write to the same calendars, and what it then says
//! is held against what it had acknowledged.
//!
//! All that is looked at is looked at through the door and by `admin check`, whatever database is below; what depends on the
//! database is in `base` alone. A server of databases is ended, too: the service stays, and goes on by itself.

mod base;
mod client;
mod meeting;
mod planning;
mod wire;
mod world;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tokio::runtime::Runtime;

use crate::contents::{Contents, Derived};
use crate::{Fault, Findings, Numbers, Program, crashes, numbers, record};
use base::{Base, Disk};
use client::{CALENDARS, Client};
use planning::Planners;
use wire::{Mute, Tags, Wire};
use world::{Memory, World};

/// Nobody does so much before a kill that is to come at a call or an answer.
const ENDLESS: usize = 20_000;

/// Where the service is ended, or the server of its database.
#[derive(Clone, Copy, Debug)]
enum Blow {
    /// At the nth of its calls.
    Call(usize),
    /// When the nth answer of its life has come.
    Answer(usize),
    /// When the nth answer of its life has come: the server, which is begun again when no client is answered any more.
    Server(usize),
}

/// How far blows may be from the beginning of a life.
struct Reach {
    /// Its calls on the files of a store.
    calls: Option<usize>,
    answers: usize,
}

impl Reach {
    /// A kind of blow, and how many places there are for it. Every third kind is in the middle of what the service writes on
    /// sockets, and not at a call on the store.
    const fn of(&self, kind: usize) -> (fn(usize) -> Blow, usize) {
        match (self.calls, kind % 3) {
            (_, 2) => (Blow::Answer, self.answers),
            (Some(calls), _) => (Blow::Call, calls),
            (None, _) => (Blow::Server, self.answers),
        }
    }
}

/// How the life of a service went on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    /// The blow came.
    Struck,
    Stopped,
}

/// Clients that work at one time, with what they know through all lives of a service.
trait Clients: Sized {
    /// So many of them work.
    const COUNT: usize;
    /// So much each does where nobody stops it.
    const ACTS: usize;

    /// What they begin with.
    fn base(program: &Program, runtime: &Runtime) -> Base;

    /// They, before they have done anything.
    fn new(base: &Base, seed: u64) -> Self;

    /// What is amiss with the store of a folder.
    fn look(folder: &Path) -> Result<(), String>;

    /// Holds what is there against what is known, and knows it from then on.
    async fn settle(&mut self, disk: &Disk, address: &str, world: &RefCell<World>) -> Result<(), Mute>;

    /// Does so much, until the connection breaks.
    async fn work(&mut self, address: &str, world: &RefCell<World>, acts: usize) -> Result<(), Mute>;
}

/// Three who write to the same calendars of one person.
struct Writers {
    token: String,
    clients: [Client; 3],
}

/// What is known through all lives of a service.
struct Known<C> {
    clients: C,
    memory: Memory,
}

/// Kills the service, in each crash one time or more, and opens it again each time.
pub fn kills(program: &Program, seed: u64, count: usize) -> Findings {
    kills_of::<Writers>(program, seed, count)
}

/// The same while people plan with each other.
pub fn kills_of_planning(program: &Program, seed: u64, count: usize) -> Findings {
    kills_of::<Planners>(program, seed, count)
}

fn kills_of<C: Clients>(program: &Program, seed: u64, count: usize) -> Findings {
    let runtime = runtime();
    let base = C::base(program, &runtime);
    let reach = measure::<C>(program, &runtime, &base, seed);
    let mut findings = Findings::default();
    for crash in crashes(count) {
        let mut numbers = numbers(seed, crash);
        let share = (crash % count) * 1_000 + numbers.below(1_000);
        let (blow, of) = reach.of(crash);
        let at = 1 + of * share / (count * 1_000);
        let mut blows = vec![blow(at)];
        while numbers.below(2) == 0 {
            let (blow, of) = reach.of(numbers.below(3));
            blows.push(blow(1 + numbers.below(of)));
        }
        let disk = base.disk.copy();
        let mut known = Known::<C>::new(&base, seed ^ crash as u64);
        let done = known.live_through(program, &runtime, &disk, &blows);
        findings.struck(at, of);
        if let Err(broken) = done.and_then(|()| disk.look(program, C::look)) {
            findings.found(crash, &format!("killed at {blows:?}: {broken}"));
        }
    }
    findings
}

/// A disk that has forgotten what was acknowledged since it was copied: what is found then, which is to be something.
pub fn forgetting(program: &Program, seed: u64) -> Result<(), String> {
    let runtime = runtime();
    let base = Writers::base(program, &runtime);
    let mut known = Known::<Writers>::new(&base, seed);
    let disk = base.disk.copy();
    known.live(program, &runtime, &disk, Fault::default(), None)?;
    let forgetful = disk.copy();
    known.live(program, &runtime, &disk, Fault::default(), None)?;
    known.live(program, &runtime, &forgetful, Fault::default(), None).map(drop)
}

/// What is found where this was done to a store behind the back of those who plan, which is to be something.
pub fn tampering(program: &Program, seed: u64, sql: &str) -> Result<(), String> {
    let runtime = runtime();
    let base = Planners::base(program, &runtime);
    let mut known = Known::<Planners>::new(&base, seed);
    let disk = base.disk.copy();
    known.live(program, &runtime, &disk, Fault::default(), None)?;
    disk.tamper(sql);
    known.live(program, &runtime, &disk, Fault::default(), None).map(drop)
}

fn runtime() -> Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime on one thread can be made")
}

/// How many calls a service makes and answers it gives for clients that nobody stops.
fn measure<C: Clients>(program: &Program, runtime: &Runtime, base: &Base, seed: u64) -> Reach {
    let disk = base.disk.copy();
    let path = disk.folder.path().with_extension("record");
    let is_in_files = disk.server().is_none();
    let fault = Fault { record: is_in_files.then_some(&*path), ..Fault::default() };
    let mut known = Known::<C>::new(base, seed);
    let life = known.live(program, runtime, &disk, fault, None);
    assert!(life == Ok(Life::Stopped), "nobody stopped it: {:?}", life.err());
    disk.look(program, C::look).expect("a store that nobody stopped is whole");
    let calls = is_in_files.then(|| {
        let written = fs::read(&path).expect("a record can be read");
        fs::remove_file(&path).expect("a record can be removed");
        record::read(&written, disk.folder.path()).len()
    });
    Reach { calls, answers: C::ACTS * C::COUNT }
}

impl<C: Clients> Known<C> {
    fn new(base: &Base, seed: u64) -> Self {
        Self { clients: C::new(base, seed), memory: Memory::default() }
    }

    /// All lives of a service: each but the last is ended by a blow.
    fn live_through(
        &mut self,
        program: &Program,
        runtime: &Runtime,
        disk: &Disk,
        blows: &[Blow],
    ) -> Result<(), String> {
        for blow in blows {
            let kill_at = match blow {
                Blow::Call(call) => Some(*call),
                Blow::Answer(_) | Blow::Server(_) => None,
            };
            let fault = Fault { kill_at, ..Fault::default() };
            if self.live(program, runtime, disk, fault, Some(*blow))? != Life::Struck {
                return Err(format!("{blow:?} never came"));
            }
        }
        self.live(program, runtime, disk, Fault::default(), None).map(drop)
    }

    /// One life: what is there is what should be, then clients work, until the blow or for a while.
    fn live(
        &mut self,
        program: &Program,
        runtime: &Runtime,
        disk: &Disk,
        fault: Fault<'_>,
        blow: Option<Blow>,
    ) -> Result<Life, String> {
        let serving = program.serve(disk.place(), fault);
        let Some(address) = serving.address.clone() else {
            return serving.killed().map(|()| Life::Struck);
        };
        let (answers, server) = match blow {
            Some(Blow::Answer(answers)) => (Some(answers), None),
            Some(Blow::Server(answers)) => (Some(answers), disk.server()),
            _ => (None, None),
        };
        let world = RefCell::new(World::new(serving, std::mem::take(&mut self.memory), answers, server));
        let acts = if blow.is_some() { ENDLESS } else { C::ACTS };
        let mut came = runtime.block_on(self.settle_and_work(disk, &address, &world, acts));
        let ended = world.borrow().ended();
        if let Some(server) = &ended {
            server.start();
            world.borrow_mut().come_back();
            if matches!(came, Err(Mute::Away)) {
                // The same service, which nobody has told.
                came = runtime.block_on(self.settle_and_work(disk, &address, &world, C::ACTS));
            }
        }
        let World { serving, memory, broken, .. } = world.into_inner();
        self.memory = memory;
        match (came, ended) {
            _ if !broken.is_empty() => Err(format!("{}; it said: {}", broken.join("; "), serving.said())),
            (Err(Mute::Wrong(words)), _) => Err(format!("{words}; it said: {}", serving.said())),
            (Err(Mute::Away), _) => Err("it is not there, and its database is".to_owned()),
            (Err(Mute::Broken), Some(_)) => Err("a connection broke when its database was ended".to_owned()),
            (Err(Mute::Broken), None) => serving.killed().map(|()| Life::Struck),
            (Ok(()), Some(_)) => serving.stop().map(|()| Life::Struck),
            (Ok(()), None) => serving.stop().map(|()| Life::Stopped),
        }
    }

    async fn settle_and_work(
        &mut self,
        disk: &Disk,
        address: &str,
        world: &RefCell<World>,
        acts: usize,
    ) -> Result<(), Mute> {
        self.clients.settle(disk, address, world).await?;
        self.clients.work(address, world, acts).await?;
        self.clients.settle(disk, address, world).await
    }
}

impl Clients for Writers {
    const COUNT: usize = 3;
    const ACTS: usize = 20;

    fn base(program: &Program, runtime: &Runtime) -> Base {
        Base::new(program, runtime, &["ann".to_owned()])
    }

    fn look(folder: &Path) -> Result<(), String> {
        Contents::read(folder, &mut Derived::default()).map(drop)
    }

    fn new(base: &Base, seed: u64) -> Self {
        let client = |number| Client::new(number, Numbers::of(seed ^ ((number as u64) << 40)));
        Self { token: base.token("ann"), clients: [client(1), client(2), client(3)] }
    }

    async fn work(&mut self, address: &str, world: &RefCell<World>, acts: usize) -> Result<(), Mute> {
        let [first, second, third] = &mut self.clients;
        let wire = || Wire::open(address, &self.token);
        let (first_wire, second_wire, third_wire) = (wire().await, wire().await, wire().await);
        let done = tokio::join!(
            first.work(first_wire, world, acts),
            second.work(second_wire, world, acts),
            third.work(third_wire, world, acts)
        );
        done.0.and(done.1).and(done.2)
    }

    async fn settle(&mut self, _disk: &Disk, address: &str, world: &RefCell<World>) -> Result<(), Mute> {
        let mut wire = Wire::open(address, &self.token).await?;
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
