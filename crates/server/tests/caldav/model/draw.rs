//! Requests drawn by chance, of what is there more often than of what is not.

use crate::model::request::{Act, Request, Term, text};
use crate::model::world::{LEVELS, USERS, World, owner};

/// Numbers that look random and are the same for the same seed (splitmix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 16).unwrap_or_default() % limit.max(1)
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// One of some texts.
    pub(crate) fn word<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// So many names and UIDs there are, that they meet often.
const NAMES: usize = 4;

impl World {
    /// One of the calendars that are there, and whose it is.
    pub(super) fn any_calendar(&self, chance: &mut Chance) -> Option<(String, &'static str)> {
        let calendars = self.calendars();
        let path = calendars.get(chance.below(calendars.len()))?.clone();
        let owner = owner(&path);
        Some((path, owner))
    }

    /// The next request.
    pub(super) fn draw(&mut self, chance: &mut Chance) -> Request {
        let calendar = self.any_path(chance);
        // The owner more often than the others.
        let who = if chance.below(4) == 0 { owner(&calendar) } else { *chance.pick(&USERS) };
        let path = self.any_object(chance, &calendar);
        let kind = chance.below(60);
        let is_of_calendar = kind >= 44;
        let mut request = if is_of_calendar {
            let act = self.act_on_calendar(chance, kind, &calendar);
            Request::new(who, &calendar, act)
        } else {
            let act = self.act_on_object(chance, kind, &path);
            Request::new(who, &path, act)
        };
        if let Act::Sync(known, token) = &mut request.act {
            let held = self.held.iter().enumerate();
            let mine: Vec<_> = held.filter(|(_, held)| held.who == who && held.path == calendar).collect();
            if chance.below(4) > 0 && !mine.is_empty() {
                let (number, held) = *chance.pick(&mine);
                (*known, *token) = (Some(number), held.token.clone());
            }
        }
        self.conditions(chance, &mut request);
        request
    }

    /// A calendar: mostly one that is there.
    fn any_path(&self, chance: &mut Chance) -> String {
        match self.any_calendar(chance) {
            Some((path, _)) if chance.below(8) > 0 => path,
            _ => {
                let (user, name) = (*chance.pick(&USERS), *chance.pick(&["a", "b"]));
                self.calendar_path(user, name)
            }
        }
    }

    fn any_object(&self, chance: &mut Chance, calendar: &str) -> String {
        format!("{calendar}{}.ics", chance.below(NAMES))
    }

    fn act_on_object(&mut self, chance: &mut Chance, kind: usize, path: &str) -> Act {
        match kind {
            0..=5 => Act::Get,
            6..=16 => {
                let objects = self.objects();
                let there = objects.iter().find(|(there, ..)| there == path);
                let uid = match there {
                    Some((_, uid, _)) if chance.below(8) > 0 => uid.clone(),
                    _ => format!("{}-{}", self.sequence, chance.below(NAMES * 2)),
                };
                if let Some((_, uid, text)) = there.filter(|_| chance.below(10) == 0) {
                    return Act::Put { uid: uid.clone(), text: text.clone() };
                }
                self.made += 1;
                Act::Put { text: text(&uid, self.made), uid }
            }
            17..=20 => Act::Delete,
            21..=30 => {
                let here = path.rsplit_once('/').map(|(calendar, _)| format!("{calendar}/"));
                let here = here.filter(|_| chance.below(2) == 0);
                let calendar = here.unwrap_or_else(|| self.any_path(chance));
                let name = path.rsplit_once('/').map_or("", |(_, name)| name);
                // To the same name elsewhere, so that there may be something to take its place.
                let to = match chance.below(2) {
                    0 => format!("{calendar}{name}"),
                    _ => self.any_object(chance, &calendar),
                };
                Act::Relocate { is_move: chance.below(2) == 0, to, overwrite: chance.below(3) > 0 }
            }
            31..=33 => Act::Note,
            34..=36 => {
                self.made += 1;
                Act::SetNote((chance.below(4) > 0).then(|| format!("note {}", self.made)))
            }
            37..=40 => Act::Lock { is_deep: chance.below(2) == 0, is_shared: chance.below(3) == 0 },
            _ => self.unlock(chance),
        }
    }

    fn act_on_calendar(&mut self, chance: &mut Chance, kind: usize, calendar: &str) -> Act {
        match kind {
            44 | 45 => Act::List,
            46..=49 => Act::Sync(None, String::new()),
            50 | 51 => Act::Multiget((0..3).map(|_| self.any_object(chance, calendar)).collect()),
            52 => Act::Name,
            53 => {
                self.made += 1;
                Act::SetName(format!("{}-{}", self.sequence, self.made))
            }
            54 => Act::MakeCalendar,
            55 if chance.below(3) == 0 => Act::Delete,
            55..=57 => self.draw_rights(chance, calendar).act,
            58 => Act::Lock { is_deep: chance.below(2) == 0, is_shared: chance.below(3) == 0 },
            _ => self.unlock(chance),
        }
    }

    /// What its owner lets others do in a calendar.
    pub(super) fn draw_rights(&self, chance: &mut Chance, calendar: &str) -> Request {
        let others = USERS.into_iter().filter(|user| *user != owner(calendar) && chance.below(4) > 0);
        let others: Vec<&'static str> = others.collect();
        let entries = others.into_iter().map(|user| (user, chance.pick(&LEVELS).1.to_vec()));
        Request::new(owner(calendar), calendar, Act::Acl(entries.collect()))
    }

    fn unlock(&self, chance: &mut Chance) -> Act {
        let token = match self.locks.get(chance.below(self.locks.len() + 1)) {
            Some(lock) => lock.token.clone(),
            None => "urn:uuid:00000000-0000-4000-8000-000000000000".to_owned(),
        };
        if chance.below(4) == 0 { Act::Refresh(token) } else { Act::Unlock(token) }
    }

    /// Conditions on tags, and on locks: often those that hold.
    fn conditions(&self, chance: &mut Chance, request: &mut Request) {
        let is_of_object = !request.path.ends_with('/');
        let tag = self.tag(&request.path).map(str::to_owned);
        let other = || "\"other\"".to_owned();
        let writes = matches!(request.act, Act::Put { .. } | Act::Delete | Act::Relocate { .. });
        if is_of_object && writes {
            match chance.below(10) {
                0 | 1 => request.if_match = tag.clone(),
                2 => request.if_match = Some(other()),
                3 if matches!(request.act, Act::Put { .. }) => request.is_to_be_new = true,
                _ => {}
            }
        }
        let is_guarded =
            matches!(request.act, Act::SetNote(_) | Act::SetName(_) | Act::Acl(_) | Act::MakeCalendar);
        if !writes && !is_guarded {
            return;
        }
        match chance.below(10) {
            0 => request.lists.push((None, vec![Term::Tag(tag.unwrap_or_else(other))])),
            1 => request.lists.push((None, vec![Term::Tag(other())])),
            2..=6 => {
                for lock in self.locks.iter().filter(|lock| lock.holder == request.who) {
                    request.lists.push((Some(lock.path.clone()), vec![Term::Token(lock.token.clone())]));
                }
            }
            7 => {
                let on = self.locks.iter().filter(|lock| request.path.starts_with(&lock.path));
                let terms: Vec<Term> = on.map(|lock| Term::Token(lock.token.clone())).collect();
                if !terms.is_empty() {
                    request.lists.push((None, terms));
                }
            }
            _ => {}
        }
    }
}
