//! What clients share: what was touched, who replaced what of the objects that they contend for, and the service that may be
//! ended when so much was answered.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::door::base::Server;
use crate::door::wire::Tags;
use crate::program::Serving;

/// What all clients know.
pub(super) struct World {
    pub(super) serving: Serving,
    pub(super) memory: Memory,
    /// Something is ended when so many more answers have come.
    answers_left: Option<usize>,
    /// This is: a server of databases; `None`: the service.
    server: Option<Rc<Server>>,
    /// What was found wrong.
    pub(super) broken: Vec<String>,
}

/// What is known beyond the life of a service.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    version: u32,
    touched: Vec<Touch>,
    /// Goes on with each change that is sent, and each that is answered.
    clock: usize,
    writes: Vec<Write>,
}

/// A path that somebody changes or tries to.
#[derive(Clone, Debug)]
struct Touch {
    path: String,
    /// When it was answered, or was known never to be.
    until: Option<usize>,
}

/// A shared object put in the place of what was seen there.
#[derive(Clone, Debug)]
struct Write {
    path: String,
    from: Option<Vec<u8>>,
    to: Vec<u8>,
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Unanswered,
    /// With the tag that was answered; found done, without one.
    Done(Option<String>),
    Refused,
}

/// A write that was begun.
#[derive(Clone, Copy)]
pub(super) struct Begun(usize);

impl World {
    pub(super) fn new(
        serving: Serving,
        memory: Memory,
        answers: Option<usize>,
        server: Option<Rc<Server>>,
    ) -> Self {
        Self { serving, memory, answers_left: answers, server, broken: Vec::new() }
    }

    /// A number that no version of an object has had.
    pub(super) fn version(&mut self) -> u32 {
        self.memory.version += 1;
        self.memory.version
    }

    /// A change of these is sent.
    pub(super) fn touch(&mut self, paths: &[&str]) {
        self.memory.clock += 1;
        let touches = paths.iter().map(|path| Touch { path: (*path).to_owned(), until: None });
        self.memory.touched.extend(touches);
    }

    /// It was answered, or never will be.
    pub(super) fn let_go(&mut self, paths: &[&str]) {
        self.memory.clock += 1;
        for path in paths {
            let is_it = |touch: &&mut Touch| touch.path == *path && touch.until.is_none();
            if let Some(touch) = self.memory.touched.iter_mut().find(is_it) {
                touch.until = Some(self.memory.clock);
            }
        }
    }

    /// What time it is.
    pub(super) const fn clock(&self) -> usize {
        self.memory.clock
    }

    /// One of these that nobody has touched since.
    pub(super) fn untouched<'p>(&self, since: usize, paths: &[&'p String]) -> Option<&'p String> {
        let is_since = |touch: &Touch| touch.until.is_none_or(|until| until > since);
        let is_touched =
            |path: &String| self.memory.touched.iter().any(|touch| touch.path == *path && is_since(touch));
        paths.iter().copied().find(|path| !is_touched(path))
    }

    /// Somebody was answered.
    pub(super) fn answered(&mut self) {
        let Some(left) = &mut self.answers_left else { return };
        if *left == 1 {
            match &self.server {
                Some(server) => server.kill(),
                None => self.serving.kill(),
            }
        }
        *left = left.saturating_sub(1);
    }

    /// The server of databases that was ended, and is to be begun again.
    pub(super) fn ended(&self) -> Option<Rc<Server>> {
        self.server.clone().filter(|_| self.answers_left == Some(0))
    }

    /// Has its server of databases been ended? Then it is away until that is begun again.
    pub(super) fn is_away(&self) -> bool {
        self.server.is_some() && self.answers_left == Some(0)
    }

    /// It has been begun again.
    pub(super) fn come_back(&mut self) {
        self.answers_left = None;
    }

    /// Something is wrong: the service is ended, and so the others come to their end.
    pub(super) fn found(&mut self, words: &str) {
        self.broken.push(words.to_owned());
        self.serving.kill();
    }

    pub(super) fn begin(&mut self, path: &str, from: Option<Vec<u8>>, to: Vec<u8>) -> Begun {
        self.touch(&[path]);
        self.memory.writes.push(Write { path: path.to_owned(), from, to, outcome: Outcome::Unanswered });
        Begun(self.memory.writes.len() - 1)
    }

    pub(super) fn acknowledge(&mut self, write: Begun, tag: &str) {
        self.memory.writes[write.0].outcome = Outcome::Done(Some(tag.to_owned()));
    }

    pub(super) fn refuse(&mut self, write: Begun) {
        self.memory.writes[write.0].outcome = Outcome::Refused;
    }
}

impl Memory {
    /// Do the acknowledged writes of each shared object lead one after another to what is there? What was not answered and
    /// lies on that way has been done; what does not has not, and never will be.
    pub(super) fn settle(&mut self, tags: &Tags, texts: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
        let mut done = Vec::new();
        for path in self.shared() {
            let mut at = texts.get(&path);
            let (mut length, mut is_newest) = (0, true);
            while let Some(text) = at {
                let made = |write: &Write| &write.to == text && write.outcome != Outcome::Refused;
                let Some(number) = self.writes.iter().position(made) else {
                    return Err(format!("{path} says what nobody wrote, or what was refused"));
                };
                let Write { from, outcome, .. } = &self.writes[number];
                match outcome {
                    Outcome::Done(Some(tag)) if is_newest && tags.get(&path) != Some(tag) => {
                        return Err(format!("the tag of {path} was {tag} and is {:?}", tags.get(&path)));
                    }
                    Outcome::Done(_) => length += 1,
                    _ => done.push(number),
                }
                (at, is_newest) = (from.as_ref(), false);
            }
            let done_there = |write: &&Write| write.path == path && matches!(write.outcome, Outcome::Done(_));
            let all = self.writes.iter().filter(done_there).count();
            if length != all {
                return Err(format!(
                    "{path}: {all} writes were acknowledged, {length} lead to what is there"
                ));
            }
        }
        for number in done {
            self.writes[number].outcome = Outcome::Done(None);
        }
        self.writes.retain(|write| matches!(write.outcome, Outcome::Done(_)));
        Ok(())
    }

    /// The paths of shared objects.
    pub(super) fn shared(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.writes.iter().map(|write| write.path.clone()).collect();
        paths.sort();
        paths.dedup();
        paths
    }
}
