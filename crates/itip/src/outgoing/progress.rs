//! How far an attendee is with a to-do (RFC 5546 3.4.3).

use ical::component::Todo;
use ical::value::{DateOrTime, Partstat, Status};
use ical::{Component, ComponentId, ComponentKind, ContentLine, Document, PropertyKind};

use super::attendee::{answer, own_answer};
use crate::object::{SchedulingObject, ids};
use crate::party::Party;

/// How far the owner is with a to-do is an answer, also where their client says it by STATUS or PERCENT-COMPLETE alone; and
/// whoever says that it is done says when (RFC 5546 3.4.3).
pub(super) fn progress(old: Option<&SchedulingObject<'_>>, new: &mut Document, party: &Party<'_>) {
    let Some(object) = SchedulingObject::read(new, party.zones) else { return };
    let mut answered = Vec::new();
    for (part, component) in object.parts() {
        let (Some(is), Some(said)) = (Progress::of(component), own_answer(component, party)) else {
            continue;
        };
        let before = old.and_then(|old| old.part(part));
        let was = before.and_then(Progress::of);
        let answered_before = before.and_then(|before| own_answer(before, party));
        let by_word = answered_before.as_ref() != Some(&said);
        let went_on = was.is_some_and(|was| was != is);
        match (by_word, is.partstat()) {
            (true, _) if said == Partstat::Completed => answered.push((component.id(), said, true)),
            (true, _) if answered_before == Some(Partstat::Completed) && !went_on => {
                answered.push((component.id(), said, false));
            }
            (false, Some(partstat)) if went_on => answered.push((component.id(), partstat, true)),
            // What is not begun, and was, is as agreed to.
            (false, None) if went_on && [Partstat::Completed, Partstat::InProcess].contains(&said) => {
                answered.push((component.id(), Partstat::Accepted, true));
            }
            _ => {}
        }
    }
    drop(object);
    for (one, partstat, goes_on) in answered {
        answer(new, one, &partstat, party);
        if partstat == Partstat::Completed {
            complete(new, one, party);
        } else if !goes_on {
            for kind in [PropertyKind::Completed, PropertyKind::PercentComplete, PropertyKind::Status] {
                ids(new, one, kind).into_iter().for_each(|property| new.remove(property));
            }
        }
    }
}

/// How far a to-do is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    is_done: bool,
    is_begun: bool,
    percent: i32,
}

impl Progress {
    pub(super) fn of(component: Component<'_>) -> Option<Self> {
        let todo = Todo::of(component)?;
        let percent = todo.percent_complete().ok().flatten().unwrap_or(0);
        let status = component.status();
        let is_done = status == Some(Status::Completed)
            || percent >= 100
            || component.property(PropertyKind::Completed).is_some();
        let is_begun = status == Some(Status::InProcess) || percent > 0;
        Some(Self { is_done, is_begun, percent })
    }

    /// The answer that it is; `None` where nothing is done yet.
    const fn partstat(self) -> Option<Partstat<'static>> {
        match self {
            Self { is_done: true, .. } => Some(Partstat::Completed),
            Self { is_begun: true, .. } => Some(Partstat::InProcess),
            _ => None,
        }
    }
}

/// Says of a to-do that it is done, and when, where that is not said.
fn complete(document: &mut Document, one: ComponentId, party: &Party<'_>) {
    let component = document.component(one);
    if component.kind() != ComponentKind::Todo {
        return;
    }
    let has_time = component.property(PropertyKind::Completed).is_some();
    if let Some(now) = party.now.to_utc().filter(|_| !has_time) {
        document.set(one, &ContentLine::new(PropertyKind::Completed).date_or_time(&DateOrTime::Utc(now)));
    }
    document.set(one, &ContentLine::new(PropertyKind::PercentComplete).raw("100"));
    document.set(one, &ContentLine::new(PropertyKind::Status).raw("COMPLETED"));
}
