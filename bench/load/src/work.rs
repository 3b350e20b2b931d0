//! What is asked, and how an answer is known to be right.

use std::collections::BTreeSet;

use anyhow::Result;
use cost::IN_A_WEEK;
use http::{Method, StatusCode};
use ical::component::{BusyTime, Freebusy};
use ical::value::Fbtype;
use ical::{ComponentKind, Document};

use crate::calendar::{Calendar, method};
use crate::connection::{Answer, Question};

/// So many objects one multiget asks for.
const TOGETHER: usize = 50;

/// So many different times one is busy in March 2026: ten events of the asked week, of which three are at the time of
/// another, and a choir on four Wednesdays.
pub(crate) const BUSY: usize = 11;

/// What a server is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A new object.
    Put,
    /// One of these is removed.
    Delete,
    /// An object.
    Get,
    /// The tags of all objects (PROPFIND with depth 1).
    Propfind,
    /// What changed since the last change but one (RFC 6578).
    Sync,
    /// The objects of a week (RFC 4791 7.8).
    Week,
    /// The same, expanded.
    WeekExpanded,
    /// Fifty objects (RFC 4791 7.9).
    Multiget,
    /// When one is busy in a month (RFC 4791 7.10).
    FreeBusy,
}

impl Work {
    /// In the order in which they are done: what is removed was put before.
    pub const ALL: [Self; 9] = [
        Self::Put,
        Self::Delete,
        Self::Get,
        Self::Propfind,
        Self::Sync,
        Self::Week,
        Self::WeekExpanded,
        Self::Multiget,
        Self::FreeBusy,
    ];

    /// As the tables call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Propfind => "PROPFIND, all tags",
            Self::Sync => "sync, one change",
            Self::Week => "query, a week",
            Self::WeekExpanded => "query, a week expanded",
            Self::Multiget => "multiget of 50",
            Self::FreeBusy => "free/busy, a month",
        }
    }

    /// So many resources an answer tells of, beside which its cost stands: where an answer is as large as the calendar, its
    /// cost is that of one of them.
    pub(crate) const fn share(self, objects: usize) -> usize {
        match self {
            Self::Propfind => objects,
            _ => 1,
        }
    }

    /// The next question of this kind; nothing where nothing is left to remove.
    pub(crate) fn question(self, calendar: &mut Calendar) -> Result<Option<Question>> {
        let report = method("REPORT")?;
        let question = match self {
            Self::Put => calendar.put(),
            Self::Delete => match calendar.written.pop() {
                Some(href) => Question::new(Method::DELETE, href),
                None => return Ok(None),
            },
            Self::Get => Question::new(Method::GET, calendar.href()),
            Self::Propfind => {
                let asked = r#"<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>"#;
                Question::new(method("PROPFIND")?, &calendar.path).with_depth("1").with_xml(asked)
            }
            Self::Sync => Question::new(report, &calendar.path).with_depth("0").with_xml(format!(
                r#"<D:sync-collection xmlns:D="DAV:"><D:sync-token>{}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"#,
                calendar.token
            )),
            Self::Week => Question::new(report, &calendar.path).with_depth("1").with_xml(week("<C:calendar-data/>")),
            Self::WeekExpanded => Question::new(report, &calendar.path).with_depth("1").with_xml(week(
                r#"<C:calendar-data><C:expand start="20260302T000000Z" end="20260309T000000Z"/></C:calendar-data>"#,
            )),
            Self::Multiget => {
                let hrefs: Vec<String> = some(calendar).iter().map(|href| format!("<D:href>{href}</D:href>")).collect();
                Question::new(report, &calendar.path).with_depth("0").with_xml(format!(
                    r#"<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop>{}</C:calendar-multiget>"#,
                    hrefs.concat()
                ))
            }
            Self::FreeBusy => Question::new(report, &calendar.path).with_depth("1").with_xml(
                r#"<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20260301T000000Z" end="20260401T000000Z"/></C:free-busy-query>"#,
            ),
        };
        Ok(Some(question))
    }

    /// Is this the answer to such a question?
    ///
    /// # Errors
    /// What was wanted, and what came.
    pub(crate) fn check(self, answer: &Answer, objects: usize) -> Result<(), String> {
        let status = |wanted: StatusCode| match answer.status == wanted {
            true => Ok(()),
            false => Err(format!("{wanted} is wanted, and {} came", answer.status)),
        };
        let number = |wanted: usize, found: usize, what: &str| match wanted == found {
            true => Ok(()),
            false => Err(format!("{wanted} {what} are wanted, and {found} came")),
        };
        let body = answer.body.as_ref();
        let responses = |wanted| {
            status(StatusCode::MULTI_STATUS)?;
            number(wanted, ends(body, b"response"), "responses")
        };
        let texts = || number(1, count(body, b"BEGIN:VCALENDAR"), "objects");
        match self {
            Self::Put => status(StatusCode::CREATED),
            Self::Delete if answer.status == StatusCode::OK => Ok(()),
            Self::Delete => status(StatusCode::NO_CONTENT),
            Self::Get => status(StatusCode::OK).and_then(|()| texts()),
            // The calendar itself is among them.
            Self::Propfind => responses(objects + 1),
            Self::Sync => responses(1),
            Self::Week => {
                responses(IN_A_WEEK)?;
                number(1, count(body, b"RRULE:FREQ=WEEKLY"), "weekly rules")
            }
            Self::WeekExpanded => {
                responses(IN_A_WEEK)?;
                number(0, count(body, b"RRULE:FREQ=WEEKLY"), "weekly rules")
            }
            Self::Multiget => {
                responses(TOGETHER.min(objects))?;
                number(TOGETHER.min(objects), count(body, b"BEGIN:VCALENDAR"), "objects")
            }
            Self::FreeBusy => {
                status(StatusCode::OK)?;
                number(BUSY, busy(body)?, "busy times")
            }
        }
    }
}

/// A query for the week of 2 March 2026.
fn week(data: &str) -> String {
    format!(
        r#"<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/>{data}</D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="20260302T000000Z" end="20260309T000000Z"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"#
    )
}

/// Different objects from all over the calendar.
fn some(calendar: &mut Calendar) -> Vec<String> {
    let number = TOGETHER.min(calendar.hrefs.len());
    let step = calendar.hrefs.len() / number.max(1);
    let first = calendar.chance.index(step);
    calendar.hrefs.iter().skip(first).step_by(step.max(1)).take(number).cloned().collect()
}

/// How often some bytes stand in others.
fn count(body: &[u8], wanted: &[u8]) -> usize {
    body.windows(wanted.len()).filter(|window| *window == wanted).count()
}

/// How many elements of this local name end in an answer, whatever their prefix.
fn ends(body: &[u8], local: &[u8]) -> usize {
    let tags = body.split(|byte| *byte == b'<').filter_map(|tag| tag.strip_prefix(b"/"));
    let names = tags.filter_map(|tag| tag.split(|byte| matches!(byte, b'>' | b' ')).next());
    names.filter(|name| name.rsplit(|byte| *byte == b':').next() == Some(local)).count()
}

/// At how many different times one is busy.
fn busy(body: &[u8]) -> Result<usize, String> {
    let document = Document::read(body).map_err(|error| error.to_string())?;
    let mut starts = BTreeSet::new();
    for freebusy in document.components(ComponentKind::Freebusy).filter_map(Freebusy::of) {
        for time in freebusy.busy_times() {
            let BusyTime { fbtype, period } = time.map_err(|problem| problem.to_string())?;
            if fbtype != Fbtype::Free {
                starts.insert(period.start.to_string());
            }
        }
    }
    Ok(starts.len())
}

#[cfg(test)]
mod tests {
    use super::{busy, ends};

    #[test]
    fn responses_are_counted_whatever_their_prefix() {
        let body = b"<multistatus xmlns='DAV:'><response><responsedescription/></response>\
            <D:response xmlns:D='DAV:'><D:href>/response</D:href></D:response ></multistatus>";
        assert_eq!(ends(body, b"response"), 2);
    }

    #[test]
    fn a_time_that_is_told_twice_is_one() {
        let body = b"BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nFREEBUSY:20260302T080000Z/PT45M,20260302T080000Z/20260302T084500Z\r\n\
            FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260303T080000Z/PT45M\r\nFREEBUSY;FBTYPE=FREE:20260304T080000Z/PT1H\r\n\
            END:VFREEBUSY\r\nEND:VCALENDAR\r\n";
        assert_eq!(busy(body), Ok(2));
    }
}
