//! Calendar users: which addresses are one's own (RFC 6638 2.4.1).

use std::collections::BTreeSet;

use ical::component::CalendarUser;
use ical::value::CalAddress;

/// The addresses of one calendar user, of which the first is the one they are known by.
#[derive(Clone, Debug)]
pub struct Addresses {
    first: CalAddress<'static>,
    all: BTreeSet<String>,
}

impl Addresses {
    /// The addresses of a user.
    pub fn new<'a>(first: CalAddress<'a>, others: impl IntoIterator<Item = CalAddress<'a>>) -> Self {
        let all = std::iter::once(first.normal()).chain(others.into_iter().map(|other| other.normal()));
        Self { all: all.collect(), first: first.into_owned() }
    }

    /// The one that they are known by.
    pub const fn first(&self) -> &CalAddress<'static> {
        &self.first
    }

    /// Is it one of them?
    pub fn has(&self, address: &CalAddress<'_>) -> bool {
        self.all.contains(&address.normal())
    }

    /// Does an ORGANIZER or ATTENDEE name the user: by its value, or where that is no mail address by EMAIL (RFC 7986 6.2)?
    pub fn name(&self, user: &CalendarUser<'_>) -> bool {
        let by_email = || user.email().is_some_and(|email| self.has(&CalAddress::new(email)));
        user.address().is_ok_and(|address| self.has(&address) || (address.email().is_none() && by_email()))
    }
}

/// The form in which all addresses of one user are the same; `None` where there is no address.
pub(crate) fn normal(user: &CalendarUser<'_>) -> Option<String> {
    user.address().ok().map(|address| address.normal())
}
