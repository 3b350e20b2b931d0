//! The model: what is there, who may do what with it, which locks hold, and what each request should come to.

use std::collections::BTreeMap;

use crate::model::answers::said;
use crate::model::request::{Act, Request, Term};
use crate::scene::Answer;

pub(super) const USERS: [&str; 3] = ["ann", "bob", "cat"];

/// What somebody may do in a calendar of another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    #[default]
    Nothing,
    Busy,
    Read,
    /// To read, and this besides.
    Bind,
    Unbind,
    Content,
    Properties,
    Write,
}

/// The privileges that say a level.
pub(super) const LEVELS: [(Level, &[&str]); 6] = [
    (Level::Read, &["read"]),
    (Level::Bind, &["read", "bind"]),
    (Level::Unbind, &["read", "unbind"]),
    (Level::Content, &["read", "write-content"]),
    (Level::Properties, &["read", "write-properties"]),
    (Level::Write, &["read", "write"]),
];

/// How much is seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    Nothing,
    Busy,
    Whole,
}

#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) uid: String,
    pub(super) text: String,
    pub(super) tag: String,
    pub(super) note: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Calendar {
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) objects: BTreeMap<String, Object>,
    /// What lists of WebDAV say, and what whoever keeps the store does.
    listed: BTreeMap<&'static str, Level>,
    shared: BTreeMap<&'static str, Level>,
    /// How often it was said anew.
    pub(super) rights: usize,
    /// Names, as they were changed.
    pub(super) touched: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Lock {
    pub(super) path: String,
    is_deep: bool,
    is_shared: bool,
    pub(super) holder: &'static str,
    pub(super) token: String,
}

/// A sync token, and what its holder saw then.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) who: &'static str,
    pub(super) path: String,
    pub(super) token: String,
    pub(super) calendar: usize,
    pub(super) rights: usize,
    pub(super) mark: usize,
    pub(super) mirror: BTreeMap<String, String>,
}

/// All that is there.
pub(super) struct World {
    pub(super) sequence: usize,
    pub(super) calendars: BTreeMap<String, Calendar>,
    pub(super) locks: Vec<Lock>,
    pub(super) held: Vec<Held>,
    /// Of calendars and texts, so that each is another.
    pub(super) made: usize,
}

/// Whose home a path is in.
pub(super) fn owner(path: &str) -> &'static str {
    let home = path.split('/').nth(2).unwrap_or_default();
    USERS.into_iter().find(|user| *user == home).unwrap_or(USERS[0])
}

/// The calendar of an object's path, and its name in it.
fn within(path: &str) -> (&str, &str) {
    path.split_at(path.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1))
}

fn is_calendar(path: &str) -> bool {
    path.ends_with('/')
}

impl World {
    pub(super) const fn new(sequence: usize) -> Self {
        Self { sequence, calendars: BTreeMap::new(), locks: Vec::new(), held: Vec::new(), made: 0 }
    }

    pub(super) fn first_calendars(&self) -> [String; 3] {
        [("ann", "a"), ("ann", "b"), ("bob", "a")].map(|(user, name)| self.calendar_path(user, name))
    }

    pub(super) fn calendar_path(&self, user: &str, name: &str) -> String {
        format!("/calendars/{user}/{name}{}/", self.sequence)
    }

    pub(super) fn make(&mut self, path: &str) {
        self.made += 1;
        let calendar = Calendar {
            number: self.made,
            name: within(path).1.trim_end_matches('/').to_owned(),
            objects: BTreeMap::new(),
            listed: BTreeMap::new(),
            shared: BTreeMap::new(),
            rights: 0,
            touched: Vec::new(),
        };
        self.calendars.insert(path.to_owned(), calendar);
    }

    pub(super) fn share(&mut self, path: &str, user: &'static str, level: Level) {
        let Some(calendar) = self.calendars.get_mut(path) else { return };
        // All grants of theirs are replaced, whoever gave them.
        calendar.listed.remove(user);
        calendar.shared.insert(user, level);
        calendar.rights += 1;
    }

    pub(super) fn calendars(&self) -> Vec<String> {
        self.calendars.keys().cloned().collect()
    }

    /// The texts of the objects that are there, with their paths and UIDs.
    pub(super) fn objects(&self) -> Vec<(String, String, String)> {
        let of = |(path, calendar): (&String, &Calendar)| {
            let objects = calendar.objects.iter();
            let told = objects
                .map(|(name, object)| (format!("{path}{name}"), object.uid.clone(), object.text.clone()));
            told.collect::<Vec<_>>()
        };
        self.calendars.iter().flat_map(of).collect()
    }

    pub(super) fn tag(&self, path: &str) -> Option<&str> {
        Some(&*self.object(path)?.tag)
    }

    pub(super) fn object(&self, path: &str) -> Option<&Object> {
        let (calendar, name) = within(path);
        self.calendars.get(calendar)?.objects.get(name)
    }

    pub(super) fn sight(&self, who: &str, calendar: &str) -> Sight {
        let Some(there) = self.calendars.get(calendar) else { return Sight::Nothing };
        if owner(calendar) == who {
            return Sight::Whole;
        }
        let level = |levels: &BTreeMap<&str, Level>| levels.get(who).copied().unwrap_or_default();
        match level(&there.listed).max(level(&there.shared)) {
            Level::Nothing => Sight::Nothing,
            Level::Busy => Sight::Busy,
            _ => Sight::Whole,
        }
    }

    fn may(&self, who: &str, calendar: &str, wanted: Level) -> bool {
        let Some(there) = self.calendars.get(calendar) else { return false };
        let is_said = |levels: &BTreeMap<&str, Level>| {
            levels.get(who).is_some_and(|level| *level == wanted || *level == Level::Write)
        };
        // Whoever may change what is in a calendar is not said to change what it is called.
        let is_shared = wanted != Level::Properties && is_said(&there.shared);
        owner(calendar) == who || is_said(&there.listed) || is_shared
    }

    /// May they write something there?
    fn may_write(&self, who: &str, calendar: &str) -> bool {
        [Level::Bind, Level::Unbind, Level::Content].into_iter().any(|level| self.may(who, calendar, level))
    }

    pub(super) fn sees(&self, who: &str, path: &str) -> Sight {
        match self.object(path) {
            Some(_) => self.sight(who, within(path).0),
            None => Sight::Nothing,
        }
    }

    /// The locks that hold for a resource.
    fn on(&self, path: &str) -> Vec<&Lock> {
        let covers = |lock: &&Lock| {
            lock.path == path || (lock.is_deep && is_calendar(&lock.path) && path.starts_with(&lock.path))
        };
        self.locks.iter().filter(covers).collect()
    }

    /// And those on what is inside.
    fn inside(&self, path: &str) -> Vec<&Lock> {
        let is_inside = |lock: &&Lock| is_calendar(path) && lock.path.starts_with(path) && lock.path != path;
        self.on(path).into_iter().chain(self.locks.iter().filter(is_inside)).collect()
    }

    /// Does the header If hold (RFC 4918 10.4)?
    fn holds(&self, request: &Request) -> bool {
        let is_met = |path: &str, term: &Term| match term {
            Term::Token(token) => self.on(path).iter().any(|lock| lock.token == *token),
            Term::Tag(tag) => {
                self.sees(request.who, path) == Sight::Whole && self.tag(path) == Some(tag.as_str())
            }
        };
        request.lists.is_empty()
            || request.lists.iter().any(|(path, terms)| {
                let path = path.as_ref().unwrap_or(&request.path);
                terms.iter().all(|term| is_met(path, term))
            })
    }

    /// What stands against a change of a resource, or of its being there: 412 or 423.
    fn against(&self, request: &Request, path: &str, is_membership: bool) -> Option<u16> {
        if !self.holds(request) {
            return Some(412);
        }
        let mut locks = if is_membership { self.inside(path) } else { self.on(path) };
        if is_membership && !is_calendar(path) {
            locks.extend(self.on(within(path).0));
        }
        let is_submitted = |lock: &&Lock| {
            let terms = request.lists.iter().flat_map(|(_, terms)| terms);
            lock.holder == request.who
                && terms.into_iter().any(|term| matches!(term, Term::Token(token) if *token == lock.token))
        };
        let is_open = |path: &str| locks.iter().any(|lock| lock.path == path && is_submitted(lock));
        let mut closed = locks.iter().map(|lock| lock.path.as_str()).filter(|path| !is_open(path)).peekable();
        closed.peek()?;
        // Where it is only what is inside, each is told of (RFC 4918 9.6.1).
        let is_inside = is_calendar(path) && closed.all(|inside| inside != path && inside.starts_with(path));
        Some(if is_inside { 207 } else { 423 })
    }

    /// The status that a request should have.
    pub(super) fn wanted(&self, request: &Request) -> u16 {
        self.refused(request).unwrap_or_else(|| match &request.act {
            Act::Get | Act::Acl(_) | Act::Refresh(_) => 200,
            Act::Put { .. } if self.object(&request.path).is_some() => 204,
            Act::Put { .. } | Act::MakeCalendar => 201,
            Act::Delete | Act::Unlock(_) => 204,
            Act::Relocate { to, .. } if self.object(to).is_some() => 204,
            Act::Relocate { .. } => 201,
            Act::Lock { .. } if is_calendar(&request.path) => 200,
            Act::Lock { .. } => {
                if self.sees(request.who, &request.path) == Sight::Nothing {
                    201
                } else {
                    200
                }
            }
            _ => 207,
        })
    }

    /// What also may be answered: a token that was told before rights changed may be good or not.
    pub(super) fn may_be(&self, request: &Request, status: u16) -> bool {
        let Act::Sync(Some(number), _) = &request.act else { return false };
        let held = &self.held[*number];
        let is_old = self.calendars.get(&held.path).is_some_and(|there| there.rights != held.rights);
        status == 403 && is_old && owner(&held.path) != request.who
    }

    fn refused(&self, request: &Request) -> Option<u16> {
        let Request { who, path, .. } = request;
        let calendar = if is_calendar(path) { path } else { within(path).0 };
        let is_known = self.sight(who, calendar) != Sight::Nothing;
        let sees = self.sees(who, path);
        match &request.act {
            Act::Get | Act::Note => (sees == Sight::Nothing).then_some(404),
            Act::List | Act::Name | Act::Multiget(_) => (!is_known).then_some(404),
            Act::Put { uid, text } => self.put_is_refused(request, uid, text),
            Act::Delete if is_calendar(path) => self
                .unless(is_known, 404)
                .or_else(|| self.against(request, path, true))
                .or_else(|| self.unless(owner(path) == *who, 403)),
            Act::Delete => self
                .unless(sees != Sight::Nothing, 404)
                .or_else(|| self.against(request, path, true))
                .or_else(|| self.unless(self.may_write(who, calendar), 403))
                .or_else(|| self.unmatched(request))
                .or_else(|| self.unless(self.may(who, calendar, Level::Unbind), 403)),
            Act::Relocate { is_move, to, overwrite } => {
                self.relocate_is_refused(request, *is_move, to, *overwrite)
            }
            Act::SetNote(_) => self
                .unless(sees != Sight::Nothing, 404)
                .or_else(|| self.against(request, path, false))
                .or_else(|| self.unless(self.may(who, calendar, Level::Content), 403)),
            Act::SetName(_) => self
                .unless(is_known, 404)
                .or_else(|| self.against(request, path, false))
                .or_else(|| self.unless(self.may(who, calendar, Level::Properties), 403)),
            Act::MakeCalendar => self
                .unless(!self.calendars.contains_key(path) && owner(path) == *who, 403)
                .or_else(|| self.against(request, path, true)),
            Act::Sync(None, _) => self.unless(is_known, 404),
            Act::Sync(Some(number), _) => self
                .unless(is_known, 404)
                .or_else(|| self.unless(self.calendars[path].number == self.held[*number].calendar, 403)),
            Act::Acl(_) => self
                .unless(is_known, 404)
                .or_else(|| self.against(request, path, false))
                .or_else(|| self.unless(owner(path) == *who, 403)),
            Act::Lock { is_deep, is_shared } => self.lock_is_refused(request, *is_deep, *is_shared),
            Act::Refresh(token) => self.refresh_is_refused(request, token),
            Act::Unlock(token) => match self.on(path).into_iter().find(|lock| lock.token == *token) {
                None => Some(409),
                Some(lock) => self.unless(lock.holder == *who, 403),
            },
        }
    }

    fn unless(&self, is_so: bool, status: u16) -> Option<u16> {
        (!is_so).then_some(status)
    }

    /// Do the conditions on tags hold?
    fn unmatched(&self, request: &Request) -> Option<u16> {
        let tag = self.tag(&request.path);
        let is_matched = request.if_match.as_ref().is_none_or(|wanted| tag == Some(wanted.as_str()));
        self.unless(is_matched && !(request.is_to_be_new && tag.is_some()), 412)
    }

    fn put_is_refused(&self, request: &Request, uid: &str, text: &str) -> Option<u16> {
        let Request { who, path, .. } = request;
        let calendar = within(path).0;
        let there = self.object(path);
        if self.sight(who, calendar) == Sight::Nothing {
            return Some(409);
        }
        self.against(request, path, there.is_none())
            .or_else(|| self.unless(self.may_write(who, calendar), 403))
            .or_else(|| self.unmatched(request))
            .or_else(|| self.unless(there.is_none_or(|there| there.uid == uid), 403))
            .or_else(|| self.unless(self.is_free(path, uid, None), 403))
            .or_else(|| match there {
                Some(there) if there.text == text => None,
                Some(_) => self.unless(self.may(who, calendar, Level::Content), 403),
                None => self.unless(self.may(who, calendar, Level::Bind), 403),
            })
    }

    /// Has no other name of the calendar this UID?
    fn is_free(&self, path: &str, uid: &str, but: Option<&str>) -> bool {
        let (calendar, name) = within(path);
        let others = self.calendars[calendar].objects.iter();
        let mut others = others.filter(|(other, _)| *other != name && Some(other.as_str()) != but);
        others.all(|(_, other)| other.uid != uid)
    }

    fn relocate_is_refused(
        &self,
        request: &Request,
        is_move: bool,
        to: &str,
        overwrite: bool,
    ) -> Option<u16> {
        let Request { who, path, .. } = request;
        let (calendar, name) = within(path);
        let (into, _) = within(to);
        let (sees, there) = (self.sees(who, path), self.object(to));
        let Some(object) = self.object(path).filter(|_| sees != Sight::Nothing) else { return Some(404) };
        let is_renamed = is_move && calendar == into;
        let may = |calendar, level| self.unless(self.may(who, calendar, level), 403);
        self.unless(path != to, 403)
            .or_else(|| self.unless(self.sight(who, into) != Sight::Nothing, 409))
            .or_else(|| if is_move { self.against(request, path, true) } else { None })
            .or_else(|| self.against(request, to, there.is_none()))
            .or_else(|| self.unless(sees == Sight::Whole, 403))
            .or_else(|| self.unless(!is_move || self.may_write(who, calendar), 403))
            .or_else(|| self.unless(self.may_write(who, into), 403))
            .or_else(|| self.unmatched(request))
            .or_else(|| self.unless(there.is_none() || overwrite, 412))
            .or_else(|| self.unless(there.is_none_or(|there| there.uid == object.uid), 403))
            .or_else(|| self.unless(self.is_free(to, &object.uid, is_renamed.then_some(name)), 403))
            .or_else(|| if is_move { may(calendar, Level::Unbind) } else { None })
            .or_else(|| may(into, if there.is_some() { Level::Content } else { Level::Bind }))
    }

    fn lock_is_refused(&self, request: &Request, is_deep: bool, is_shared: bool) -> Option<u16> {
        let Request { who, path, .. } = request;
        let calendar = if is_calendar(path) { path } else { within(path).0 };
        if self.sight(who, calendar) == Sight::Nothing {
            return Some(if is_calendar(path) { 404 } else { 409 });
        }
        let is_new = !is_calendar(path) && self.sees(who, path) == Sight::Nothing;
        let against = || {
            let others = if is_deep { self.inside(path) } else { self.on(path) };
            others.iter().any(|other| !is_shared || !other.is_shared)
        };
        self.unless(self.may_write(who, calendar), 403)
            .or_else(|| if is_new { self.against(request, path, true) } else { None })
            .or_else(|| against().then_some(423))
    }

    fn refresh_is_refused(&self, request: &Request, token: &str) -> Option<u16> {
        let Request { who, path, .. } = request;
        let calendar = if is_calendar(path) { path } else { within(path).0 };
        if self.sight(who, calendar) == Sight::Nothing {
            return Some(if is_calendar(path) { 404 } else { 409 });
        }
        let is_mine = |lock: &&Lock| lock.token == *token && lock.holder == *who;
        self.unless(self.may_write(who, calendar), 403)
            .or_else(|| self.unless(self.on(path).iter().any(is_mine), 412))
    }

    /// Takes over what a request has done, and holds its answer against what is there.
    pub(super) fn done(&mut self, request: &Request, answer: &Answer) -> Result<(), String> {
        let is_held_up = matches!(request.act, Act::Delete) && answer.status == 207;
        if !answer.status.is_success() || is_held_up {
            return Ok(());
        }
        let Request { who, path, act, .. } = request;
        match act {
            Act::Put { uid, text } => self.is_put(path, uid, text, answer),
            Act::Delete if is_calendar(path) => {
                self.calendars.remove(path);
                self.locks.retain(|lock| !lock.path.starts_with(path.as_str()));
                Ok(())
            }
            Act::Delete => {
                self.take(path);
                Ok(())
            }
            Act::Relocate { is_move, to, .. } => {
                let object = if *is_move { self.take(path) } else { self.object(path).cloned() };
                self.put(to, object.ok_or("it was there")?);
                Ok(())
            }
            Act::SetNote(note) => {
                let (calendar, name) = within(path);
                let object = self.calendars.get_mut(calendar).and_then(|there| there.objects.get_mut(name));
                object.ok_or("it was there")?.note.clone_from(note);
                said(answer.body.contains("200 OK"), "the note was not set")
            }
            Act::SetName(name) => {
                self.calendars.get_mut(path).ok_or("it was there")?.name.clone_from(name);
                said(answer.body.contains("200 OK"), "the name was not set")
            }
            Act::MakeCalendar => {
                self.make(path);
                Ok(())
            }
            Act::Acl(entries) => {
                let there = self.calendars.get_mut(path).ok_or("it was there")?;
                let level = |privileges: &[&str]| LEVELS.iter().find(|level| level.1 == privileges);
                let said = entries.iter().filter_map(|(user, names)| Some((*user, level(names)?.0)));
                there.listed = said.collect();
                there.rights += 1;
                Ok(())
            }
            Act::Lock { is_deep, is_shared } => {
                let token = answer.header("lock-token").trim_matches(['<', '>']).to_owned();
                let (is_deep, is_shared) = (*is_deep, *is_shared);
                self.locks.push(Lock { path: path.clone(), is_deep, is_shared, holder: who, token });
                Ok(())
            }
            Act::Unlock(token) => {
                self.locks.retain(|lock| lock.token != *token);
                Ok(())
            }
            Act::Refresh(_) => Ok(()),
            Act::Sync(number, _) => self.followed(request, *number, answer),
            Act::Get | Act::List | Act::Note | Act::Name | Act::Multiget(_) => self.is_told(request, answer),
        }
    }

    fn is_put(&mut self, path: &str, uid: &str, text: &str, answer: &Answer) -> Result<(), String> {
        let tag = answer.header("etag").to_owned();
        let there = self.object(path).cloned();
        let is_same = there.as_ref().is_some_and(|there| there.text == text);
        said(there.as_ref().is_none_or(|there| (there.tag == tag) == is_same), "texts differ as tags do")?;
        said(tag.starts_with('"'), "a strong tag is told")?;
        let note = there.and_then(|there| there.note);
        self.put(path, Object { uid: uid.to_owned(), text: text.to_owned(), tag, note });
        Ok(())
    }

    fn put(&mut self, path: &str, object: Object) {
        let (calendar, name) = within(path);
        if let Some(there) = self.calendars.get_mut(calendar) {
            there.objects.insert(name.to_owned(), object);
            there.touched.push(path.to_owned());
        }
    }

    /// Takes an object away, and its locks with it.
    fn take(&mut self, path: &str) -> Option<Object> {
        let (calendar, name) = within(path);
        self.locks.retain(|lock| lock.path != path);
        let there = self.calendars.get_mut(calendar)?;
        there.touched.push(path.to_owned());
        there.objects.remove(name)
    }

    /// Requests of everybody for all that there is.
    pub(super) fn look(&self) -> Vec<Request> {
        let mut requests = Vec::new();
        for who in USERS {
            for path in self.calendars.keys() {
                requests.push(Request::new(who, path, Act::List));
                requests.push(Request::new(who, path, Act::Name));
            }
            for (path, ..) in self.objects() {
                requests.push(Request::new(who, &path, Act::Get));
                requests.push(Request::new(who, &path, Act::Note));
            }
        }
        for (number, held) in self.held.iter().enumerate() {
            if self.calendars.get(&held.path).is_some_and(|there| there.rights == held.rights) {
                let act = Act::Sync(Some(number), held.token.clone());
                requests.push(Request::new(held.who, &held.path, act));
            }
        }
        requests
    }
}
