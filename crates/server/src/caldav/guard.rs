//! What stands against a change: locks that are not named, and conditions that do not hold (RFC 4918 7, 10.4; RFC 9110 13).

use dav::header::{If, Outcome, Preconditions, State, Tags};
use dav::{Href, Precondition};
use service::Tag;

use super::Call;
use super::answer::{Answer, Step, multistatus};
use super::error::Fault;
use super::format::Format;
use super::place::Place;
use super::report::token_uri;
use super::resource::{Resource, schedule_tag};

/// The conditions of a request that changes something.
pub(crate) struct Guard<'c> {
    call: &'c Call<'c>,
    tags: Preconditions,
    states: Option<If>,
}

/// How a resource is changed: what of it a lock keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// What it holds or says.
    Itself,
    /// It comes or goes, and so is another thing of its collection's (RFC 4918 7.4).
    Membership,
}

impl<'c> Guard<'c> {
    /// Reads the conditions.
    pub(crate) fn read(call: &'c Call<'c>) -> Result<Self, Fault> {
        let states = call.header("if")?;
        let most = call.scope.limits.conditions;
        let states = states.map(|states| If::read(&states, &call.site, most)).transpose()?;
        Ok(Self { call, tags: super::get::conditions(call)?, states })
    }

    /// Asks for a change of a resource that has no tag, or where none is replaced: do the conditions hold now, and no lock
    /// stands against it?
    pub(crate) fn ask(&self, href: &Href, change: Change) -> Result<(), Fault> {
        self.unlocked(href, change)?;
        self.met(href)
    }

    /// Do the conditions hold of a resource as it is now?
    pub(crate) fn met(&self, href: &Href) -> Result<(), Fault> {
        let resource = self.resource(href)?;
        if self.is_met(resource.as_ref(), None) { Ok(()) } else { Err(Fault::failed()) }
    }

    /// Does no lock stand against a change of a resource that the request does not name by its token (RFC 4918 6.4)?
    /// The header If comes first: a request that names a wrong lock fails by that.
    pub(crate) fn unlocked(&self, href: &Href, change: Change) -> Result<(), Fault> {
        if !self.states_hold(None) {
            return Err(Fault::failed());
        }
        let Call { scope, actor, .. } = self.call;
        let now = actor.now();
        let mut locks = match change {
            Change::Itself => scope.locks.on(href, now),
            Change::Membership => scope.locks.within(href, now),
        };
        let around = href.parent().filter(|_| change == Change::Membership);
        if let Some(around) = around.filter(|_| change == Change::Membership) {
            locks.extend(scope.locks.on(&around, now));
        }
        let submitted: Vec<&str> = self.states.iter().flat_map(If::tokens).collect();
        let is_named = |root: &Href| {
            // Of shared locks on a resource one is enough.
            locks.iter().any(|lock| {
                lock.root.is_same(root) && lock.holder == scope.name && submitted.contains(&&*lock.token)
            })
        };
        let against: Vec<Href> =
            locks.iter().map(|lock| lock.root.clone()).filter(|root| !is_named(root)).collect();
        if against.is_empty() { Ok(()) } else { Err(Precondition::LockTokenSubmitted(against).into()) }
    }

    /// Do the conditions hold, where this is the tag of the file that is asked? The service asks at the moment of writing.
    pub(crate) fn holds(&self, tag: Option<&Tag>) -> bool {
        let entity = tag.map(|tag| Format::ICalendar.tag(tag));
        let tags = entity.map(|entity| Tags { entity: Some(entity), schedule: None });
        self.tags.check(tags.as_ref(), false) == Outcome::Proceed && self.states_hold(tag)
    }

    /// The same of an object that may be scheduled, for one who knows it in a format.
    pub(crate) fn holds_in(&self, format: Format, tags: Option<&service::Tags>) -> bool {
        let told = tags.map(|tags| Tags {
            entity: Some(format.tag(&tags.tag)),
            schedule: tags.schedule.map(schedule_tag),
        });
        let tag = tags.map(|tags| &tags.tag);
        self.tags.check(told.as_ref(), false) == Outcome::Proceed && self.states_hold(tag)
    }

    fn is_met(&self, resource: Option<&Resource>, tag: Option<&Tag>) -> bool {
        let tags =
            resource.map(|resource| Tags { entity: resource.tag(), schedule: resource.schedule_tag() });
        self.tags.check(tags.as_ref(), false) == Outcome::Proceed && self.states_hold(tag)
    }

    fn states_hold(&self, tag: Option<&Tag>) -> bool {
        self.states.as_ref().is_none_or(|states| {
            states.holds(|about| match about {
                None => self.state(&self.call.href, tag),
                Some(href) => self.state(href, tag.filter(|_| href.is_same(&self.call.href))),
            })
        })
    }

    /// What a resource has. What cannot be looked at has nothing: a condition on it does not hold.
    fn state(&self, href: &Href, tag: Option<&Tag>) -> State {
        let resource = self.resource(href).ok().flatten();
        let entity = match tag {
            Some(tag) => Some(Format::ICalendar.tag(tag)),
            None => resource.as_ref().and_then(Resource::tag),
        };
        let Call { scope, actor, .. } = self.call;
        let mut tokens: Vec<String> =
            scope.locks.on(href, actor.now()).into_iter().map(|lock| lock.token).collect();
        // A sync token is a state token, too (RFC 6578 5).
        if let Some(Resource::Calendar(within)) = &resource {
            tokens.extend(actor.token(within.calendar.id).ok().map(|token| token_uri(&token)));
        }
        State { entity, tokens }
    }

    fn resource(&self, href: &Href) -> Result<Option<Resource>, Fault> {
        Place::of(href).map_or(Ok(None), |place| Resource::find(self.call.actor, &place))
    }
}

/// A refusal of what goes with all that is inside: where it is only members that are locked, each is told (RFC 4918 9.6.1,
/// 9.9.2). Nothing was done then. Any other refusal stays as it is.
pub(crate) fn held_up(call: &Call<'_>, fault: Fault, tops: &[&Href]) -> Result<Answer, Fault> {
    let is_inside = |href: &Href| tops.iter().any(|top| href.is_within(top) && !href.is_same(top));
    let mut locked = match &fault.precondition {
        Some(Precondition::LockTokenSubmitted(locked)) if locked.iter().all(is_inside) => locked.clone(),
        _ => return Err(fault),
    };
    locked.sort();
    locked.dedup();
    multistatus(call, move |_, writing| {
        for href in locked.drain(..) {
            let precondition = Precondition::LockTokenSubmitted(vec![href.clone()]);
            writing.status(&href, precondition.status(), Some(&precondition));
        }
        Ok(Step::Done(None))
    })
}
