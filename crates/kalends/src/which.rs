//! Which object a person means; those that may be meant are listed.

use service::{Actor, Booked, Error, Found, Scope};
use store::Stored;

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;

/// Which part of a series is meant.
#[derive(clap::Args)]
pub(crate) struct Part {
    /// Only this occurrence: the default where one is named
    #[arg(long, group = "scope")]
    pub(crate) one: bool,
    /// This occurrence and those that follow
    #[arg(long, group = "scope")]
    pub(crate) future: bool,
    /// All of a series: the default where none is named
    #[arg(long, group = "scope")]
    pub(crate) all: bool,
}

impl Part {
    /// The part of what was named so.
    pub(crate) fn scope(&self, local: &Local, item: &str, found: &Found) -> Result<Scope, Failure> {
        let Some(when) = found.occurrence else {
            if self.one || self.future {
                let words = format!("{item}: name the occurrence, as bcd@20260309");
                return Err(Failure::new(Exit::WrongUse, words));
            }
            return Ok(Scope::All);
        };
        let entry = local.actor().occurrence(&found.booked, when, &local.home.zone)?;
        Ok(match (self.all, self.future, &entry.recurrence_id) {
            (true, ..) | (_, _, None) => Scope::All,
            (_, true, _) => Scope::Future(entry),
            _ => Scope::One(entry),
        })
    }
}

/// The object that is named; several that may be meant are listed on standard error.
pub(crate) fn find(local: &Local, name: &str) -> Result<Found, Failure> {
    find_in(local.actor(), name)
}

fn find_in(actor: Actor<'_>, name: &str) -> Result<Found, Failure> {
    match actor.find(name) {
        Err(Error::Ambiguous { name, found }) => {
            let mut told = found.iter().collect::<Vec<&Stored>>();
            told.sort_by(|one, other| one.handle.cmp(&other.handle));
            for (stored, handle) in told.iter().zip(actor.handles(told.iter().copied())?) {
                tell(&format!("{handle}  {}", actor.read(stored)?.title()));
            }
            let words = format!("{name:?} may be any of these {}: name it by its handle", found.len());
            Err(Failure::new(Exit::NotFound, words))
        }
        found => Ok(found?),
    }
}

/// The object that is named, or the one that rang last and waits for an answer.
pub(crate) fn that_rang(local: &Local, name: Option<&str>) -> Result<Found, Failure> {
    let Some(name) = name else {
        let mut rang = local.actor().rang_last(&local.home.zone)?;
        return match (rang.pop(), rang.is_empty()) {
            (Some(booked), true) => Ok(Found { booked, occurrence: None }),
            (None, _) => {
                let words = "nothing rang last that waits for an answer: name what you mean";
                Err(Failure::new(Exit::NotFound, words))
            }
            (Some(last), false) => {
                rang.push(last);
                let handles = local.actor().handles(rang.iter().map(|booked| &booked.stored))?;
                for (handle, booked) in handles.iter().zip(&rang) {
                    tell(&format!("{handle}  {}", booked.title()));
                }
                let words = format!("these {} rang last: name the one you mean", rang.len());
                Err(Failure::new(Exit::NotFound, words))
            }
        };
    };
    find(local, name)
}

/// The whole object that is named; one occurrence of it is not what is wanted.
pub(crate) fn whole(local: &Local, name: &str) -> Result<Booked, Failure> {
    whole_in(local.actor(), name)
}

/// The same in somebody's home.
pub(crate) fn whole_in(home: Actor<'_>, name: &str) -> Result<Booked, Failure> {
    let found = find_in(home, name)?;
    if found.occurrence.is_some() {
        let words = format!("{name}: this is done to whole objects; leave out what follows the @");
        return Err(Failure::new(Exit::WrongUse, words));
    }
    Ok(found.booked)
}
