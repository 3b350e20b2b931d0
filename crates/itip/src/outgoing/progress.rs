//! How far an attendee is with a to-do (RFC 5546 3.4.3).

use ical::component::Todo;
use ical::value::{DateOrTime, Partstat, Status};
use ical::{Component, ComponentId, ComponentKind, ContentLine, Document, PropertyKind};

use super::attendee::{answer, own_answer};
use crate::object::SchedulingObject;
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
        let by_word = before.and_then(|before| own_answer(before, party)) != Some(said.clone());
        if by_word && said == Partstat::Completed {
            answered.push((component.id(), None));
        } else if !by_word && was.is_some_and(|was| was != is) {
            answered.push((component.id(), Some(is.partstat())));
        }
    }
    drop(object);
    for (one, by_progress) in answered {
        if let Some(partstat) = &by_progress {
            answer(new, one, partstat, party);
        }
        if by_progress.is_none_or(|partstat| partstat == Partstat::Completed) {
            complete(new, one, party);
        }
    }
}

/// How far a to-do is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    is_done: bool,
    is_begun: bool,
    percent: Option<i32>,
}

impl Progress {
    pub(super) fn of(component: Component<'_>) -> Option<Self> {
        let todo = Todo::of(component)?;
        let percent = todo.percent_complete().ok().flatten();
        let status = component.status();
        let is_done = status == Some(Status::Completed)
            || percent.is_some_and(|percent| percent >= 100)
            || component.property(PropertyKind::Completed).is_some();
        let is_begun = status == Some(Status::InProcess) || percent.is_some_and(|percent| percent > 0);
        Some(Self { is_done, is_begun, percent })
    }

    const fn partstat(self) -> Partstat<'static> {
        match self {
            Self { is_done: true, .. } => Partstat::Completed,
            Self { is_begun: true, .. } => Partstat::InProcess,
            _ => Partstat::Accepted,
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
