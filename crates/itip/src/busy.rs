//! A question when people are busy (RFC 5546 3.3.2).

use std::fmt;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::{CalAddress, DateOrTime};
use ical::zone::{Zone, Zones};
use ical::{Component, ComponentKind, Document, PropertyKind};

use crate::method::Method;

/// What is asked, by whom and of whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusyQuestion {
    /// UID, which the answers have, too.
    pub uid: String,
    /// Who asks.
    pub organizer: CalAddress<'static>,
    /// Who is asked, none twice.
    pub attendees: Vec<CalAddress<'static>>,
    /// When.
    pub range: Range,
    /// What makes busy, and is not to be told: what they meet for is being planned anew.
    pub but: Option<String>,
}

/// Why a text is no question when people are busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoQuestion {
    /// It is no REQUEST.
    NotRequest,
    /// It has no VFREEBUSY, or has several, or something beside it.
    NotOneFreebusy,
    /// This stands there not once, or cannot be read.
    Lacks(&'static str),
    /// It ends before it begins, or its times are none.
    BadTimes,
}

impl fmt::Display for NoQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRequest => f.write_str("wanted METHOD:REQUEST"),
            Self::NotOneFreebusy => f.write_str("wanted one VFREEBUSY, and nothing beside it"),
            Self::Lacks(what) => write!(f, "wanted {what} once, and readable"),
            Self::BadTimes => f.write_str("wanted DTSTART before DTEND"),
        }
    }
}

impl BusyQuestion {
    /// Reads a question. Times are to be in UTC; what clients write on a wall is read on that of `zone`, or of the zone that they
    /// name.
    ///
    /// # Errors
    /// The text is none, by the table of RFC 5546 3.3.2.
    pub fn read(document: &Document, zone: &Zone) -> Result<Self, NoQuestion> {
        let mut roots = document.roots();
        let (Some(calendar), None) = (roots.next(), roots.next()) else { return Err(NoQuestion::NotRequest) };
        let method = calendar.property(PropertyKind::Method).map(|method| method.text().into_owned());
        if method.as_deref().and_then(Method::from_name) != Some(Method::Request) {
            return Err(NoQuestion::NotRequest);
        }
        let mut inside = calendar.children().filter(|child| child.kind() != ComponentKind::Timezone);
        let (Some(asked), None) = (inside.next(), inside.next()) else {
            return Err(NoQuestion::NotOneFreebusy);
        };
        if asked.kind() != ComponentKind::Freebusy {
            return Err(NoQuestion::NotOneFreebusy);
        }
        let organizer = asked.organizer().and_then(|user| user.address().ok().map(CalAddress::into_owned));
        let mut attendees: Vec<CalAddress<'static>> = Vec::new();
        for user in asked.attendees() {
            let address = user.address().map_err(|_| NoQuestion::Lacks("ATTENDEE"))?.into_owned();
            if attendees.iter().all(|known| known.normal() != address.normal()) {
                attendees.push(address);
            }
        }
        if attendees.is_empty() {
            return Err(NoQuestion::Lacks("ATTENDEE"));
        }
        let zones = Zones::new(document);
        let time = |kind| Self::time(asked, kind, (&zones, zone)).ok_or(NoQuestion::BadTimes);
        let range = Range { from: time(PropertyKind::Dtstart)?, to: time(PropertyKind::Dtend)? };
        if range.from >= range.to {
            return Err(NoQuestion::BadTimes);
        }
        let mut mask = asked.properties_named("X-CALENDARSERVER-MASK-UID");
        Ok(Self {
            uid: asked.uid().ok_or(NoQuestion::Lacks("UID"))?.to_string(),
            organizer: organizer.ok_or(NoQuestion::Lacks("ORGANIZER"))?,
            attendees,
            range,
            but: mask.next().map(|mask| mask.value_lossy().trim().to_owned()),
        })
    }

    fn time(
        asked: Component<'_>,
        kind: PropertyKind,
        (zones, zone): (&Zones<'_>, &Zone),
    ) -> Option<Timestamp> {
        Some(match asked.property(kind)?.date_or_time().ok()? {
            DateOrTime::Utc(wall) => Timestamp::from_utc(wall),
            DateOrTime::Floating(wall) => zone.to_timestamp(wall),
            DateOrTime::Date(date) => zone.to_timestamp(date.midnight()),
            DateOrTime::Zoned(wall, name) => zones.resolve(&name).zone?.to_timestamp(wall),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: &str, lines: &str) -> Result<BusyQuestion, NoQuestion> {
        let text = format!(
            "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//EN\n{method}\nBEGIN:VFREEBUSY\n{lines}\nEND:VFREEBUSY\n\
             END:VCALENDAR\n"
        );
        BusyQuestion::read(&Document::read(text.replace('\n', "\r\n")).unwrap(), &Zone::utc())
    }

    /// RFC 5546 4.3.2
    const ASKED: &str = "ORGANIZER:mailto:a@example.com\nATTENDEE;ROLE=CHAIR:mailto:a@example.com\n\
        ATTENDEE:mailto:b@example.com\nATTENDEE:mailto:c@example.com\nDTSTAMP:19970613T190000Z\n\
        DTSTART:19970701T080000Z\nDTEND:19970701T200000Z\nUID:calsrv.example.com-873970198738777@example.com";

    #[test]
    fn a_question_is_read() {
        let asked = read("METHOD:REQUEST", ASKED).unwrap();
        assert_eq!(asked.uid, "calsrv.example.com-873970198738777@example.com");
        assert_eq!(asked.attendees.len(), 3);
        assert_eq!(asked.range.to.0 - asked.range.from.0, 12 * 3_600);
        let walls = ASKED.replace("DTSTART:19970701T080000Z", "DTSTART;TZID=Europe/Vienna:19970701T080000");
        let of_walls = read("METHOD:REQUEST", &walls.replace("200000Z", "200000")).unwrap();
        assert_eq!(of_walls.range.from.0, asked.range.from.0 - 2 * 3_600);
        assert_eq!(of_walls.range.to, asked.range.to);
        let twice = format!("{ASKED}\nATTENDEE:MAILTO:B@example.com\nX-CALENDARSERVER-MASK-UID:tea");
        let asked = read("METHOD:request", &twice).unwrap();
        assert_eq!((asked.attendees.len(), asked.but.as_deref()), (3, Some("tea")));
    }

    #[test]
    fn what_is_no_question_is_refused() {
        let without = |line: &str| {
            let lines: Vec<&str> = ASKED.split('\n').filter(|one| !one.starts_with(line)).collect();
            read("METHOD:REQUEST", &lines.join("\n"))
        };
        assert_eq!(read("METHOD:REPLY", ASKED), Err(NoQuestion::NotRequest));
        assert_eq!(read("X-A:1", ASKED), Err(NoQuestion::NotRequest));
        assert_eq!(without("ATTENDEE"), Err(NoQuestion::Lacks("ATTENDEE")));
        assert_eq!(without("ORGANIZER"), Err(NoQuestion::Lacks("ORGANIZER")));
        assert_eq!(without("UID"), Err(NoQuestion::Lacks("UID")));
        for lines in ["DTSTART:19970701T080000Z", "DTSTART:19970701T080000Z\nDTEND:19970701T080000Z"] {
            let lines = format!("UID:1\nORGANIZER:mailto:a@b.c\nATTENDEE:mailto:a@b.c\n{lines}");
            assert_eq!(read("METHOD:REQUEST", &lines), Err(NoQuestion::BadTimes));
        }
        let event =
            Document::read("BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n")
                .unwrap();
        assert_eq!(BusyQuestion::read(&event, &Zone::utc()), Err(NoQuestion::NotOneFreebusy));
    }
}
