//! Which object a person means; those that may be meant are listed.

use service::{Actor, Booked, Error, Found};
use store::Stored;

use crate::exit::{Exit, Failure, tell};
use crate::local::Local;

/// The object that is named; several that may be meant are listed on standard error.
pub(crate) fn find(local: &Local, name: &str) -> Result<Found, Failure> {
    find_in(local.owner(), name)
}

fn find_in(owner: Actor<'_>, name: &str) -> Result<Found, Failure> {
    match owner.find(name) {
        Err(Error::Ambiguous { name, found }) => {
            let mut told = found.iter().collect::<Vec<&Stored>>();
            told.sort_by(|one, other| one.handle.cmp(&other.handle));
            for (stored, handle) in told.iter().zip(owner.handles(told.iter().copied())?) {
                tell(&format!("{handle}  {}", owner.read(stored)?.title()));
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
        let mut rang = local.owner().rang_last(&local.home.zone)?;
        return match (rang.pop(), rang.is_empty()) {
            (Some(booked), true) => Ok(Found { booked, occurrence: None }),
            (None, _) => {
                let words = "nothing rang last that waits for an answer: name what you mean";
                Err(Failure::new(Exit::NotFound, words))
            }
            (Some(last), false) => {
                rang.push(last);
                let handles = local.owner().handles(rang.iter().map(|booked| &booked.stored))?;
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
    whole_in(local.owner(), name)
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
