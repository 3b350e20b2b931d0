//! Whoever answers without an invitation, and is let in (RFC 5546 4.2.8).

use ical::{Document, ParameterKind};

use super::reply::tell_others;
use super::{Applied, Outcome};
use crate::message::Class;
use crate::object::{Part, SchedulingObject};
use crate::outgoing::organizer::attendee;
use crate::party::Party;
use crate::sequence::Revision;
use crate::state::State;
use crate::view::clear;

/// Lists them, as they answer, and tells them and all others so.
pub(super) fn admit(
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    name: &str,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    let mut document: Document = kept.document().clone();
    for (part, component) in said.parts() {
        let Some(user) = attendee(component, name) else { continue };
        let series = kept.part(Part::Series).map(|series| series.id());
        let with_series = kept.parts().filter(|(other, one)| {
            *other == part || (part == Part::Series && one.attendees().next().is_some())
        });
        let mut into: Vec<_> = with_series.map(|(_, component)| component.id()).collect();
        if into.is_empty()
            && let (Some(series), Some(times)) = (series, kept.times(part))
        {
            into.extend(document.add_override(series, &times));
        }
        for one in into {
            let line = document.copy(one, user.property());
            clear(&mut document, line);
            document.set_parameter(line, ParameterKind::ScheduleStatus, &["2.0"]);
        }
        let known = state.answers.entry((name.to_owned(), part)).or_default();
        known.last = Some(Revision::of(component));
        known.said = Some(user.partstat().as_str().to_owned());
    }
    let owed = tell_others(kept, &document, None, state, party);
    Applied { outcome: Outcome::Keep { document, class: Class::Reply }, owed }
}
