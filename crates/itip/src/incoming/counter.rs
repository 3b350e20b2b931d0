//! COUNTER: somebody proposes something else (RFC 5546 3.2.7, 3.4.7).

use ical::{Component, ComponentId, Document, PropertyKind};

use super::{Applied, Hold, Ignore, Incoming, Outcome, request};
use crate::changes::Changes;
use crate::object::{SchedulingObject, ids};
use crate::outgoing::organizer::{attendee, by_name, write};
use crate::outgoing::{aligned, is_other, is_refused};
use crate::party::Party;
use crate::role::Role;
use crate::sequence::sequence;
use crate::state::State;
use crate::user::normal;
use crate::view::introduced;

/// Holds a proposal until the organizer decides; once they agree, it is as if they had written it.
pub(super) fn take(
    kept: Option<&SchedulingObject<'_>>,
    said: &SchedulingObject<'_>,
    message: &Incoming,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    let Some(kept) = kept.filter(|kept| Role::of(kept, party.addresses) == Role::Organizer) else {
        return Outcome::Ignore(Ignore::Unknown).into();
    };
    let name = message.sender.normal();
    if !kept.parts().any(|(_, component)| attendee(component, &name).is_some()) {
        return Outcome::Ignore(Ignore::Stranger).into();
    }
    if !said.parts().any(|(part, _)| kept.has(part)) {
        return Outcome::Ignore(Ignore::NoInstance).into();
    }
    let hold = why(kept, said, party);
    if hold == Hold::Remark || message.waits_for(hold) {
        return Outcome::Hold(hold).into();
    }
    let (document, owed) = write(Some(kept), Some(changed(kept, said)), state, party);
    match document {
        Some(document) => {
            let class = request::class(kept, &document, party);
            Applied { outcome: Outcome::Keep { document, class }, owed }
        }
        None => Outcome::Ignore(Ignore::Unreadable).into(),
    }
}

/// What the organizer has to decide.
fn why(kept: &SchedulingObject<'_>, said: &SchedulingObject<'_>, party: &Party<'_>) -> Hold {
    let old = aligned(kept, said.document(), party);
    let Some(old) = SchedulingObject::read(&old, party.zones) else { return Hold::Remark };
    let parts = || said.parts().filter_map(|(part, component)| Some((old.part(part)?, component)));
    // Some clients answer so, and mean what they say beside it: with the time of now.
    let is_over = |component: Component<'_>| {
        let is_series = component.property(PropertyKind::Rrule).is_some();
        let end = if is_series { None } else { Changes::end((said, component)) };
        end.is_some_and(|end| end < party.now)
    };
    let proposes = |(before, component): (Component<'_>, Component<'_>)| {
        is_other((&old, before), (said, component)) && !is_over(component)
    };
    if is_refused(&old) || !parts().any(proposes) {
        Hold::Remark
    } else if parts().any(|(before, component)| sequence(component) < sequence(before)) {
        Hold::OldCounter
    } else {
        Hold::Counter
    }
}

/// What a proposal may change; but for exceptions: that of one of them there is none is an answer, and others' are hidden from
/// whoever proposes.
const PROPOSED: [PropertyKind; 10] = [
    PropertyKind::Dtstart,
    PropertyKind::Dtend,
    PropertyKind::Due,
    PropertyKind::Duration,
    PropertyKind::Rrule,
    PropertyKind::Rdate,
    PropertyKind::Summary,
    PropertyKind::Description,
    PropertyKind::Location,
    PropertyKind::Resources,
];

/// What is kept, as the proposal wants it.
fn changed(kept: &SchedulingObject<'_>, said: &SchedulingObject<'_>) -> Document {
    let mut document = kept.document().clone();
    request::add_zones(&mut document, said.document());
    for (part, component) in said.parts() {
        let known = kept.part(part).map(|known| known.id());
        let one = known.or_else(|| {
            let series = kept.part(crate::object::Part::Series)?;
            document.add_override(series.id(), &kept.times(part)?)
        });
        if let Some(one) = one {
            change(&mut document, one, component);
        }
    }
    document
}

fn change(document: &mut Document, one: ComponentId, component: Component<'_>) {
    // Of an end there is one way to say it.
    const ENDS: [PropertyKind; 3] = [PropertyKind::Dtend, PropertyKind::Due, PropertyKind::Duration];
    let says = |kind: PropertyKind| component.property(kind).is_some();
    let says_end = ENDS.into_iter().any(says);
    for kind in PROPOSED {
        if says(kind) || (says_end && ENDS.contains(&kind)) {
            ids(document, one, kind).into_iter().for_each(|property| document.remove(property));
            for property in component.properties_of(kind) {
                document.copy(one, &property);
            }
        }
    }
    let known: Vec<String> = by_name(document.component(one)).into_keys().collect();
    let is_new = |name: String| !known.contains(&name);
    for user in component.attendees().filter(|user| normal(user).is_some_and(is_new)) {
        if let Some(line) = introduced(&user) {
            document.add(one, &line);
        }
    }
}
