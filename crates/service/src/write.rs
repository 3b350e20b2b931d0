//! An object written at a name, as a CalDAV client does (RFC 4791 5.3.2): its bytes are kept as they came.

use std::sync::Arc;

use ical::zone::ZoneCache;
use ical::{ComponentKind, Document, Problem, ProblemKind, Profile, PropertyKind};
use store::{Calendar, CalendarId, Effect, Expect, Outcome, Put, Scheduled, Snapshot, Tag};

use crate::access::Want;
use crate::actor::Actor;
use crate::booked;
use crate::error::{Error, Refusal};
use crate::put::read;
use crate::resource::{ScheduleTag, Tags, may_be_named};
use crate::scheduling::{After, Edit};

/// What came of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Was there nothing of this name before?
    pub is_new: bool,
    /// What tells the text from others, as it is kept.
    pub tag: Tag,
    /// Is it kept as it came? Of what is planned with others some is not its writer's to say.
    pub is_as_it_came: bool,
    /// What tells it from others for whoever plans with it (RFC 6638 3.2.10).
    pub schedule_tag: Option<ScheduleTag>,
}

/// What no text that is kept may have: with these it would mean nothing, or another thing to each reader. All else is kept
/// as it came, as far as it is within the limits: which one it is past is told by itself ([`crate::put::may_be_written`]).
const SPOILT: [ProblemKind; 12] = [
    ProblemKind::InvalidUtf8,
    ProblemKind::LineWithoutColon,
    ProblemKind::PropertyOutsideComponent,
    ProblemKind::UnexpectedEnd,
    ProblemKind::MissingEnd,
    ProblemKind::TooDeep,
    ProblemKind::LineTooLong,
    ProblemKind::Vcalendar1,
    ProblemKind::MissingCalendar,
    ProblemKind::MissingDtstart,
    ProblemKind::EndBeforeStart,
    ProblemKind::RepeatedInstance,
];

impl Actor<'_> {
    /// Writes a text of one object at a name: new, or in place of what has the name and its UID. `when` is asked of the tags of
    /// what is there, `None` where there is nothing, and again whenever another was faster; what it says holds at the moment
    /// of writing.
    ///
    /// # Errors
    /// `when` does not hold ([`Refusal::TagMismatch`]); the text is no iCalendar ([`Error::Invalid`]), or not one object as a
    /// calendar keeps it; its UID is at another name, or another UID at this; it goes past a limit; there is no such calendar.
    pub fn write(
        self,
        calendar: CalendarId,
        name: &str,
        text: Vec<u8>,
        when: impl Fn(Option<&Tags>) -> bool,
    ) -> Result<Written, Error> {
        may_be_named(name)?;
        let document = read(text, &self.service.options.limits)?;
        one_object(&document, &self.service.options.limits, &self.service.cache)?;
        let put = Put { name: name.to_owned(), ..self.derive_written(calendar, &document)? };
        let sent = put.text.tag();
        let tag = sent;
        let command = self.command("put", booked::title(&document, &put.uid));
        let (outcome, (is_new, tag, scheduled)) = self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| Error::NotFound("the calendar is gone".to_owned()))?;
            let within = self.ask_for(snapshot, calendar, Want::Write)?;
            let there = snapshot.named(calendar, name)?;
            let tags = there.as_ref().map(Tags::of);
            if !when(tags.as_ref()) {
                return Err(Refusal::TagMismatch.into());
            }
            must_keep_kind(&within, put.index.kind)?;
            if there.as_ref().is_some_and(|there| there.stored.uid != put.uid) {
                return Err(Refusal::UidConflict { name: name.to_owned() }.into());
            }
            let (expect, is_new) = self.place_of(snapshot, &put)?;
            if let Some(tags) = tags.filter(|tags| tags.tag == tag) {
                return Ok((Vec::new(), Vec::new(), (is_new, tag, tags.schedule.map(Err))));
            }
            let before = there.map(|there| there.stored);
            let after = After::Put(Box::new(put.clone()), &document);
            let mut planned = self.plan(snapshot, [Edit { calendar: &within, before, after }])?;
            let kept = planned.effects.iter().find_map(|effect| match effect {
                Effect::Put(kept) => Some((kept.text.tag(), kept.scheduled)),
                _ => None,
            });
            let (tag, scheduled) = kept.unwrap_or((tag, Scheduled::No));
            let scheduled = (scheduled != Scheduled::No).then_some(Ok(()));
            planned.expects.push(Expect::Settings { calendar, version: within.settings_version });
            planned.expects.push(expect);
            Ok((planned.expects, planned.effects, (is_new, tag, scheduled)))
        })?;
        let schedule_tag = scheduled.and_then(|scheduled| match scheduled {
            Ok(()) => written_tag(&outcome, calendar),
            Err(as_before) => Some(as_before),
        });
        Ok(Written { is_new, tag, is_as_it_came: tag == sent, schedule_tag })
    }

    /// What is expected of the UID that is put at a name, and is it new there? No two names of a calendar have one UID.
    pub(crate) fn place_of(self, snapshot: &Snapshot, put: &Put) -> Result<(Expect, bool), Error> {
        let found = snapshot.object(put.calendar, &put.uid)?;
        if let Some(other) = found.as_ref().filter(|found| found.name != put.name) {
            return Err(Refusal::UidConflict { name: other.name.clone() }.into());
        }
        let version = found.map(|found| found.version);
        let expect = Expect::Object { calendar: put.calendar, uid: put.uid.clone(), version };
        Ok((expect, version.is_none()))
    }
}

/// The schedule tag of what was written now: the number that its calendar has come to.
pub(crate) fn written_tag(outcome: &Outcome, calendar: CalendarId) -> Option<ScheduleTag> {
    let changed = outcome.changed.iter().find(|(changed, _)| *changed == calendar);
    changed.map(|(_, version)| ScheduleTag(*version))
}

/// Refuses what is of a kind that a calendar does not keep (RFC 4791 5.2.3).
pub(crate) fn must_keep_kind(calendar: &Calendar, kind: ComponentKind) -> Result<(), Refusal> {
    match calendar.settings.keeps(kind) {
        true => Ok(()),
        false => Err(Refusal::KindNotKept(kind.name().unwrap_or("such component"))),
    }
}

/// Is a text one that a calendar keeps: one calendar with one object, and not a message (RFC 4791 4.1)?
pub(crate) fn one_object(
    document: &Document,
    limits: &ical::Limits,
    zones: &Arc<ZoneCache>,
) -> Result<(), Error> {
    let problems = document.validate_within(&Profile::Rfc5545, limits, zones);
    let spoilt: Vec<Problem> =
        problems.into_iter().filter(|problem| SPOILT.contains(&problem.kind)).collect();
    if !spoilt.is_empty() {
        return Err(Error::Invalid(spoilt));
    }
    let roots: Vec<_> = document.roots().collect();
    let [calendar] = roots.as_slice() else { return Err(Refusal::NotOneCalendar(roots.len()).into()) };
    if calendar.kind() != ComponentKind::Calendar {
        return Err(Refusal::NotOneCalendar(0).into());
    }
    if calendar.property(PropertyKind::Method).is_some() {
        return Err(Refusal::Method.into());
    }
    Ok(())
}
