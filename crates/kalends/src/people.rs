//! People whom others name: by a name of the store, or by an address; and what became of what they were sent.

use ical::component::CalendarUser;
use ical::value::{CalAddress, Partstat};
use ical::{Component, Document};
use service::Error;
use store::Principal;

use crate::exit::{Exit, Failure};
use crate::local::Local;

/// An address as people write it.
pub(crate) fn bare(address: &CalAddress<'_>) -> String {
    address.email().map_or_else(|| address.as_str().to_owned(), std::borrow::Cow::into_owned)
}

/// The address of somebody else, by a name of the store or as it is written.
pub(crate) fn other(local: &Local, text: &str) -> Result<CalAddress<'static>, Failure> {
    let (actor, address) = (local.actor(), local.actor().address_of(text)?);
    let own = actor.me()?.profile.addresses;
    match own.iter().any(|(own, _)| CalAddress::new(own.as_str()) == address) {
        true => Err(Failure::new(Exit::WrongUse, format!("{text}: that is you: name others"))),
        false => Ok(address),
    }
}

/// Who of the store has an address; `None` where nobody has it.
pub(crate) fn at(local: &Local, address: &CalAddress<'_>) -> Result<Option<Principal>, Failure> {
    match local.actor().principal(address.as_str()) {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What people call who has an address: their name here, else the address.
pub(crate) fn called(local: &Local, address: &CalAddress<'_>) -> Result<String, Failure> {
    let found = at(local, address)?;
    Ok(found.as_ref().and_then(shown).unwrap_or_else(|| bare(address)))
}

/// The name of a principal for people.
pub(crate) fn shown(principal: &Principal) -> Option<String> {
    principal.profile.display.clone().or_else(|| principal.profile.name.clone())
}

/// What somebody answers, as people say it.
pub(crate) const fn answer(partstat: &Partstat<'_>) -> &'static str {
    match partstat {
        Partstat::Accepted => "accepts",
        Partstat::Declined => "declines",
        Partstat::Tentative => "may come",
        Partstat::Delegated => "sends somebody else",
        Partstat::Completed => "has done it",
        Partstat::InProcess => "is at it",
        _ => "has not decided",
    }
}

/// Who of those in a component has an address.
pub(crate) fn listed<'d>(component: Component<'d>, address: &CalAddress<'_>) -> Option<CalendarUser<'d>> {
    component.attendees().find(|user| user.address().is_ok_and(|one| one == *address))
}

/// What became of the last message to somebody: SCHEDULE-STATUS beside them (RFC 6638 3.2.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// The code; none where nothing was sent.
    pub(crate) code: Option<String>,
}

/// Codes, what each says, and whether they have it or will.
const DELIVERIES: [(&str, &str, bool); 9] = [
    ("1.0", "on its way", true),
    ("1.1", "sent", true),
    ("1.2", "delivered", true),
    ("2.", "delivered, and answered", true),
    ("3.7", "nobody here has that address", false),
    ("3.8", "they take nothing from you", false),
    ("5.1", "what they have cannot take it", false),
    ("5.2", "there is no way there yet: tell them yourself", false),
    ("5.3", "there is no calendar for it to come into", false),
];

impl Delivery {
    pub(crate) fn of(user: &CalendarUser<'_>) -> Self {
        Self { code: user.schedule_status().last().map(ToString::to_string) }
    }

    /// The same of an attendee, in whichever part of an object lists them.
    pub(crate) fn to(document: &Document, address: &CalAddress<'_>) -> Self {
        let objects = document.objects();
        let mut components = objects.iter().flat_map(|object| object.components().iter());
        let told = components.find_map(|component| {
            let one = Self::of(&listed(*component, address)?);
            one.code.is_some().then_some(one)
        });
        told.unwrap_or(Self { code: None })
    }

    fn row(&self) -> Option<&'static (&'static str, &'static str, bool)> {
        let code = self.code.as_deref()?;
        DELIVERIES.iter().find(|(known, ..)| code.starts_with(known))
    }

    /// In words.
    pub(crate) fn words(&self) -> String {
        match (&self.code, self.row()) {
            (_, Some((_, words, _))) => (*words).to_owned(),
            (Some(code), None) => format!("not delivered ({code})"),
            (None, None) => "nothing was sent".to_owned(),
        }
    }

    /// Have they got it, or will they?
    pub(crate) fn is_reached(&self) -> bool {
        self.row().is_some_and(|(.., is_reached)| *is_reached)
    }
}
