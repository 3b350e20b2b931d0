//! A client: it puts, changes, moves and removes objects of its own, contends for shared ones, holds tokens of what it saw,
//! and knows of each request whether it was answered.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Numbers;
use crate::door::wire::{Answer, Mute, Tags, Wire};
use crate::door::world::World;
use crate::objects::Object;

/// The calendars of Ann's, where all clients write.
pub(super) const CALENDARS: [&str; 2] = ["/calendars/ann/personal/", "/calendars/ann/work/"];
/// So many objects are contended for.
const SHARED: usize = 3;
/// So many tokens a client holds.
const TOKENS: usize = 6;

/// An object as it is known: what was sent, and its tag where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    object: Arc<Object>,
    tag: Option<String>,
}

/// What should be there of a client's own, by path.
type Own = BTreeMap<String, Known>;

/// A token, and what its calendar had then.
#[derive(Clone, Debug)]
struct Held {
    calendar: &'static str,
    token: String,
    mirror: Tags,
    /// When it was asked for.
    at: usize,
}

/// A client.
#[derive(Clone, Debug)]
pub(super) struct Client {
    number: usize,
    numbers: Numbers,
    made: usize,
    own: Own,
    /// What there is besides if the request that was not answered has been done.
    unanswered: Option<Own>,
    held: Vec<Held>,
}

/// A request, and what it is to make of a client's own.
struct Act {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    wanted: &'static [u16],
    /// `None`: it is to be refused.
    after: Option<Own>,
}

impl Client {
    pub(super) fn new(number: usize, numbers: Numbers) -> Self {
        Self { number, numbers, made: 0, own: Own::new(), unanswered: None, held: Vec::new() }
    }

    /// Works until so much is done, or the connection breaks.
    pub(super) async fn work(
        &mut self,
        wire: Result<Wire, Mute>,
        world: &RefCell<World>,
        acts: usize,
    ) -> Result<(), Mute> {
        let mut wire = wire?;
        for _ in 0..acts {
            let done = match self.numbers.below(10) {
                0 | 1 => self.contend(&mut wire, world).await,
                2 | 3 => self.sync(&mut wire, world).await,
                4 => {
                    let act = self.draw_refused();
                    self.act(act, &mut wire, world).await
                }
                _ => {
                    let act = self.draw(world);
                    self.act(act, &mut wire, world).await
                }
            };
            if let Err(Mute::Wrong(words)) = &done {
                world.borrow_mut().found(words);
            }
            done?;
        }
        Ok(())
    }

    /// Does something to its own objects, that is to come about.
    async fn act(&mut self, act: Act, wire: &mut Wire, world: &RefCell<World>) -> Result<(), Mute> {
        let headers: Vec<(&str, &str)> =
            act.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let destination = headers.iter().filter(|(name, _)| *name == "destination").map(|header| header.1);
        let paths: Vec<&str> = [&*act.path].into_iter().chain(destination).collect();
        world.borrow_mut().touch(&paths);
        self.unanswered.clone_from(&act.after);
        let answer = wire.ask(act.method, &act.path, &headers, act.body).await;
        world.borrow_mut().let_go(&paths);
        let answer = answer?;
        self.unanswered = None;
        world.borrow_mut().answered();
        if !act.wanted.contains(&answer.status) {
            return Err(wrong(act.method, &act.path, act.wanted, &answer));
        }
        let Some(after) = act.after else { return Ok(()) };
        self.own = after;
        if let Some(known) = self.own.get_mut(&act.path) {
            known.tag = Some(answer.tag.ok_or_else(|| Mute::Wrong(format!("no tag of {}", act.path)))?);
        }
        Ok(())
    }

    /// An object put, changed, moved or removed.
    fn draw(&mut self, world: &RefCell<World>) -> Act {
        let numbers = &mut self.numbers;
        let paths: Vec<String> = self.own.keys().cloned().collect();
        let known = numbers.pick(&paths).and_then(|path| Some((path, self.own.get(path)?)));
        let mut act = Act {
            method: "PUT",
            path: String::new(),
            headers: vec![("content-type", "text/calendar".to_owned())],
            body: Vec::new(),
            wanted: &[204],
            after: None,
        };
        let mut after = self.own.clone();
        match (numbers.below(9), known) {
            (0..=2, Some((path, known))) => {
                let number = known.object.uid.split('@').next().and_then(|number| number.parse().ok());
                let version = world.borrow_mut().version();
                let object = Object::new(number.unwrap_or_default(), version, numbers);
                if let Some(tag) = known.tag.as_ref().filter(|_| version.is_multiple_of(2)) {
                    act.headers.push(("if-match", tag.clone()));
                }
                act.path.clone_from(path);
                act.body = object.text();
                after.insert(path.clone(), Known { object, tag: None });
            }
            (3 | 4, Some((path, _))) => {
                act.method = "DELETE";
                act.path.clone_from(path);
                after.remove(path);
            }
            (5 | 6, Some((path, known))) => {
                let to = new_path(self.number, &mut self.made, numbers);
                act.method = "MOVE";
                act.path.clone_from(path);
                act.headers = vec![("destination", to.clone())];
                act.wanted = &[201];
                after.remove(path);
                after.insert(to, known.clone());
            }
            _ => {
                let path = new_path(self.number, &mut self.made, numbers);
                let number = self.number * 10_000 + self.made;
                let object = Object::new(number, world.borrow_mut().version(), numbers);
                act.path.clone_from(&path);
                act.body = object.text();
                act.wanted = &[201];
                after.insert(path, Known { object, tag: None });
            }
        }
        act.after = Some(after);
        act
    }

    /// A request that is to be refused, and to leave nothing.
    fn draw_refused(&mut self) -> Act {
        let numbers = &mut self.numbers;
        let paths: Vec<String> = self.own.keys().cloned().collect();
        let calendar = vec![("content-type", "text/calendar".to_owned())];
        let free = new_path(self.number, &mut self.made, numbers);
        let other = Object::new(self.number * 10_000 + self.made, 0, numbers).text();
        let act = |method, path: &str, headers, body, wanted| Act {
            method,
            path: path.to_owned(),
            headers,
            body,
            wanted,
            after: None,
        };
        let Some((path, known)) = numbers.pick(&paths).and_then(|path| Some((path, self.own.get(path)?)))
        else {
            return act("DELETE", &free, vec![], vec![], &[404]);
        };
        let with = |name, value: &str| [&calendar[..], &[(name, value.to_owned())]].concat();
        match numbers.below(5) {
            0 => act("PUT", path, with("if-match", "\"another\""), other, &[412]),
            1 => act("PUT", path, with("if-none-match", "*"), other, &[412]),
            2 => {
                // A UID is there once in a calendar.
                let beside = path.replace(".ics", "-again.ics");
                act("PUT", &beside, calendar, known.object.text(), &[403])
            }
            3 => act("PUT", &free, calendar, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_vec(), &[403]),
            _ => match paths.iter().find(|other| *other != path) {
                Some(onto) => {
                    let headers = vec![("destination", onto.clone()), ("overwrite", "F".to_owned())];
                    act("MOVE", path, headers, vec![], &[412])
                }
                None => act("MOVE", &free, vec![("destination", path.clone())], vec![], &[404]),
            },
        }
    }

    /// Changes an object that others change, too: what it saw there is what it replaces, or it is refused.
    async fn contend(&mut self, wire: &mut Wire, world: &RefCell<World>) -> Result<(), Mute> {
        let shared = self.numbers.below(SHARED);
        let path = format!("{}shared-{shared}.ics", CALENDARS[0]);
        let seen = wire.ask("GET", &path, &[], "").await?;
        world.borrow_mut().answered();
        let (from, name, tag) = match (seen.status, seen.tag) {
            (200, Some(tag)) => (Some(seen.body.to_vec()), "if-match", tag),
            (404, _) => (None, "if-none-match", "*".to_owned()),
            (_, tag) => return Err(wrong("GET", &path, &[200, 404], &Answer { tag, ..seen })),
        };
        let version = world.borrow_mut().version();
        let text = Object::new(900_000 + shared, version, &mut self.numbers).text();
        let write = world.borrow_mut().begin(&path, from, text.clone());
        let headers = [("content-type", "text/calendar"), (name, &*tag)];
        let answer = wire.ask("PUT", &path, &headers, text).await;
        world.borrow_mut().let_go(&[&path]);
        let answer = answer?;
        let mut world = world.borrow_mut();
        world.answered();
        match (answer.status, &answer.tag) {
            (201 | 204, Some(tag)) => world.acknowledge(write, tag),
            (412, _) => world.refuse(write),
            _ => return Err(wrong("PUT", &path, &[201, 204, 412], &answer)),
        }
        Ok(())
    }

    /// Asks what changed in a calendar since it last looked, or since longer ago.
    async fn sync(&mut self, wire: &mut Wire, world: &RefCell<World>) -> Result<(), Mute> {
        let calendar = CALENDARS[self.numbers.below(CALENDARS.len())];
        let known: Vec<Held> = self.held.iter().filter(|held| held.calendar == calendar).cloned().collect();
        let empty = Held { calendar, token: String::new(), mirror: Tags::new(), at: 0 };
        let held = self.numbers.pick(&known).cloned().unwrap_or(empty);
        let new = held.follow(wire, world).await?;
        world.borrow_mut().answered();
        if self.held.len() == TOKENS {
            // The first one stays as long as the client.
            self.held.remove(1 + self.numbers.below(TOKENS - 1));
        }
        self.held.push(new);
        Ok(())
    }

    /// Is there of its own what was acknowledged, and what was not answered whole or not at all? What is there is known from
    /// then on.
    pub(super) fn settle(&mut self, tags: &Tags, texts: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
        let prefix = format!("{}-", self.number);
        let there: Vec<&String> = tags
            .keys()
            .filter(|path| path.rsplit('/').next().is_some_and(|name| name.starts_with(&prefix)))
            .collect();
        let is = |own: &Own| {
            own.keys().eq(there.iter().copied())
                && own.iter().all(|(path, known)| {
                    texts.get(path) == Some(&known.object.text())
                        && known.tag.as_ref().is_none_or(|tag| tags.get(path) == Some(tag))
                })
        };
        let possible = [Some(&self.own), self.unanswered.as_ref()];
        let Some(own) = possible.into_iter().flatten().find(|own| is(own)).cloned() else {
            let amiss =
                self.own.iter().filter(|(path, known)| texts.get(*path) != Some(&known.object.text()));
            return Err(format!(
                "of client {}: not there as acknowledged: {:?}; unanswered: {}; there: {there:?}",
                self.number,
                amiss.map(|(path, _)| path).collect::<Vec<_>>(),
                self.unanswered.is_some()
            ));
        };
        self.own = own;
        for (path, known) in &mut self.own {
            known.tag = tags.get(path).cloned();
        }
        self.unanswered = None;
        Ok(())
    }

    /// Does each token that it holds answer with exactly what changed since?
    pub(super) async fn tokens_answer(
        &self,
        wire: &mut Wire,
        world: &RefCell<World>,
        tags: &Tags,
    ) -> Result<(), Mute> {
        for held in &self.held {
            let new = held.follow(wire, world).await?;
            let there = tags.iter().filter(|(path, _)| path.starts_with(held.calendar));
            if !new.mirror.iter().eq(there) {
                return Err(Mute::Wrong(format!(
                    "who follows {} from {} has {:?}, and there is {tags:?}",
                    held.calendar, held.token, new.mirror
                )));
            }
        }
        Ok(())
    }
}

impl Held {
    /// Asks what changed since, and takes it over. Nothing is told that nobody has touched.
    async fn follow(&self, wire: &mut Wire, world: &RefCell<World>) -> Result<Self, Mute> {
        let at = world.borrow().clock();
        let changes = wire.sync(self.calendar, &self.token).await?;
        let told: Vec<&String> = changes.there.keys().chain(&changes.gone).collect();
        if let Some(untouched) = world.borrow().untouched(self.at, &told) {
            return Err(Mute::Wrong(format!("since {} nobody has touched {untouched}", self.token)));
        }
        let mut mirror = self.mirror.clone();
        for path in &changes.gone {
            mirror.remove(path);
        }
        mirror.extend(changes.there);
        Ok(Self { calendar: self.calendar, token: changes.token, mirror, at })
    }
}

/// A name that no object has had, in one of the calendars.
fn new_path(client: usize, made: &mut usize, numbers: &mut Numbers) -> String {
    *made += 1;
    format!("{}{client}-{made}.ics", CALENDARS[numbers.below(CALENDARS.len())])
}

fn wrong(method: &str, path: &str, wanted: &[u16], answer: &Answer) -> Mute {
    let body = String::from_utf8_lossy(&answer.body);
    Mute::Wrong(format!("{method} {path}: wanted one of {wanted:?}, found {} {body}", answer.status))
}
