//! Whoever answers without an invitation, and is let in (RFC 5546 4.2.8).

use ical::ParameterKind;

use super::reply::{clamped, tell_others};
use super::{Applied, Ignore, Outcome};
use crate::message::Class;
use crate::object::{Part, SchedulingObject, is_cancelled};
use crate::outgoing::organizer::attendee;
use crate::party::Party;
use crate::state::State;
use crate::view::introduced;

/// Lists them, as they answer, and tells them and all others so.
pub(super) fn admit(
    kept: &SchedulingObject<'_>,
    said: &SchedulingObject<'_>,
    name: &str,
    state: &mut State,
    party: &Party<'_>,
) -> Applied {
    let mut document = kept.document().clone();
    let mut is_listed = false;
    for (part, component) in said.parts() {
        let Some(user) = attendee(component, name) else { continue };
        let Some(line) = introduced(&user) else { continue };
        let series = kept.part(Part::Series).map(|series| series.id());
        let with_series = kept.parts().filter(|(other, one)| {
            !is_cancelled(*one)
                && (*other == part || (part == Part::Series && one.attendees().next().is_some()))
        });
        let mut into: Vec<_> = with_series.map(|(_, component)| component.id()).collect();
        if into.is_empty()
            && kept.part(part).is_none()
            && let (Some(series), Some(times)) = (series, kept.times(part))
        {
            into.extend(document.add_override(series, &times));
        }
        if into.is_empty() {
            continue;
        }
        is_listed = true;
        for one in into {
            let line = document.add(one, &line);
            document.set_parameter(line, ParameterKind::ScheduleStatus, &["2.0"]);
        }
        let by = clamped(component, state);
        let known = state.answers.entry((name.to_owned(), part)).or_default();
        known.last = Some(by);
        known.said = Some(user.partstat().as_str().to_owned());
    }
    if !is_listed {
        return Outcome::Ignore(Ignore::NoInstance).into();
    }
    let owed = tell_others(kept, &document, None, state, party);
    Applied { outcome: Outcome::Keep { document, class: Class::Reply }, owed }
}
