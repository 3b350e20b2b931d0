//! What stands in for an object where somebody sees its times alone: when it takes place and whether it makes
//! busy, and nothing that somebody wrote in words.

use std::collections::BTreeSet;
use std::fmt::Write;

use ical::value::{Fbtype, Token, Value, ValueType};
use ical::{Component, ComponentKind, ContentLine, Document, ParameterKind, Property, PropertyKind};

use crate::booked;
use crate::error::Error;
use crate::stream;

/// What is kept of a component that makes busy. The UID is: it names the object for as long as it is there,
/// as its URL does.
const TIMES: &[PropertyKind] = &[
    PropertyKind::Uid,
    PropertyKind::Dtstamp,
    PropertyKind::Sequence,
    PropertyKind::RecurrenceId,
    PropertyKind::Dtstart,
    PropertyKind::Dtend,
    PropertyKind::Duration,
    PropertyKind::Rrule,
    PropertyKind::Exrule,
    PropertyKind::Rdate,
    PropertyKind::Exdate,
    PropertyKind::Transp,
    PropertyKind::Status,
    PropertyKind::Class,
    PropertyKind::Busytype,
    PropertyKind::Priority,
    PropertyKind::Freebusy,
];

/// What is kept of a zone.
const ZONE: &[PropertyKind] = &[
    PropertyKind::Tzid,
    PropertyKind::Dtstart,
    PropertyKind::Tzoffsetfrom,
    PropertyKind::Tzoffsetto,
    PropertyKind::Rrule,
    PropertyKind::Rdate,
];

/// What stands in for an object: an iCalendar text; nothing where nothing of it makes busy. Each value is
/// read by its type and written anew, so that no words come through where times belong.
///
/// # Errors
/// It is larger than can be read.
pub(crate) fn stand_in(document: &Document) -> Result<Option<Vec<u8>>, Error> {
    let mut text = Text::default();
    for component in document.objects().iter().flat_map(|object| object.components().to_vec()) {
        use ComponentKind::{Availability, Event, Freebusy};
        let has_times = [PropertyKind::Dtstart, PropertyKind::Freebusy];
        let has_times =
            has_times.iter().any(|kind| component.property(*kind).and_then(|one| kept(&one)).is_some());
        if matches!(component.kind(), Event | Availability | Freebusy) && has_times {
            text.component(component, TIMES, ComponentKind::Available);
        }
    }
    if text.body.is_empty() {
        return Ok(None);
    }
    let mut zones = Text::default();
    for timezone in document.components(ComponentKind::Timezone) {
        let tzid = timezone.property(PropertyKind::Tzid).map(|tzid| tzid.text().into_owned());
        if tzid.is_some_and(|tzid| text.tzids.remove(&tzid)) {
            zones.zone(timezone);
        }
    }
    let parts = [stream::BEGIN, stream::PRODID, zones.body.as_bytes(), text.body.as_bytes(), stream::END];
    Ok(Some(booked::document(parts.concat())?.to_canonical()))
}

/// Lines that are written, neither folded nor read again.
#[derive(Default)]
struct Text {
    body: String,
    /// The zones that they name.
    tzids: BTreeSet<String>,
}

impl Text {
    /// A component with these of its properties, and with those inside that are of a kind.
    fn component(&mut self, component: Component<'_>, properties: &[PropertyKind], inside: ComponentKind) {
        let Some(name) = component.kind().name() else { return };
        self.line(&format!("BEGIN:{name}"));
        for property in component.properties().filter(|property| properties.contains(&property.kind())) {
            if let Some(line) = kept(&property) {
                self.line(&line.to_string());
                self.tzids
                    .extend(property.parameter(ParameterKind::Tzid).map(|tzid| tzid.value().into_owned()));
            }
        }
        for inner in component.children_of(inside) {
            self.component(inner, properties, inside);
        }
        self.line(&format!("END:{name}"));
    }

    /// A zone with its observances.
    fn zone(&mut self, timezone: Component<'_>) {
        self.line("BEGIN:VTIMEZONE");
        if let Some(tzid) = timezone.property(PropertyKind::Tzid) {
            self.line(&ContentLine::new(PropertyKind::Tzid).text(&tzid.text()).to_string());
        }
        for observance in timezone.children() {
            if matches!(observance.kind(), ComponentKind::Standard | ComponentKind::Daylight) {
                self.component(observance, ZONE, ComponentKind::Standard);
            }
        }
        self.line("END:VTIMEZONE");
    }

    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.body, "{line}\r\n");
    }
}

/// The line of a property whose values are all of its types, with the parameters that times need.
fn kept(property: &Property<'_>) -> Option<ContentLine> {
    let values: Vec<Value<'_>> = property.values().collect::<Result<_, _>>().ok()?;
    let says_no_words = |value: &Value<'_>| match value {
        Value::Uid(_) | Value::Date(_) | Value::DateTime(_) | Value::Duration(_) | Value::Integer(_) => true,
        Value::Period(_) | Value::Recur(_) | Value::UtcOffset(_) => true,
        Value::Token(token) => token.is_known(),
        _ => false,
    };
    if values.is_empty() || !values.iter().all(says_no_words) {
        return None;
    }
    let mut line = ContentLine::new(property.kind());
    for parameter in property.parameters() {
        let value = parameter.value();
        let is_kept = match parameter.kind() {
            ParameterKind::Tzid => true,
            ParameterKind::Value => ValueType::from_name(&value).is_some(),
            ParameterKind::Range => value.eq_ignore_ascii_case("THISANDFUTURE"),
            ParameterKind::Fbtype => Token::Fbtype(Fbtype::new(&*value)).is_known(),
            _ => false,
        };
        if is_kept {
            line = line.with(parameter.kind(), [value]);
        }
    }
    let written: Vec<String> = values.iter().map(ToString::to_string).collect();
    Some(line.raw(&written.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//SECRET//EN\r\nX-WR-CALNAME:SECRET\r\nSECRET WITHOUT COLON\r\n\
        BEGIN:VTIMEZONE\r\nTZID:Here\r\nCOMMENT:SECRET\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZNAME:SECRET\r\n\
        TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
        BEGIN:VTIMEZONE\r\nTZID:SECRET\r\nEND:VTIMEZONE\r\n\
        BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\nSUMMARY:SECRET\r\nDESCRIPTION:SECRET\r\nLOCATION:SECRET\r\n\
        DTSTART;TZID=Here;X-WITH=SECRET:20260302T090000\r\nDTEND;TZID=Here:20260302T\r\n 100000\r\n\
        RRULE:FREQ=WEEKLY;COUNT=10\r\nEXDATE;TZID=Here:20260309T090000,20260316T090000\r\nSTATUS:TENTATIVE\r\n\
        TRANSP:OPAQUE\r\nCLASS:X-SECRET\r\nORGANIZER;CN=SECRET:mailto:SECRET@example.com\r\nSEQUENCE:3\r\n\
        ATTENDEE;PARTSTAT=ACCEPTED:mailto:SECRET@example.com\r\nCATEGORIES:SECRET\r\nURL:http://SECRET\r\nATTACH:http://SECRET\r\n\
        X-SECRET:SECRET\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:SECRET\r\nEND:VALARM\r\n\
        BEGIN:PARTICIPANT\r\nUID:SECRET\r\nEND:PARTICIPANT\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\nRECURRENCE-ID;TZID=Here:20260323T090000\r\n\
        DTSTART;TZID=Here:20260323T110000\r\nDURATION:SECRET\r\nSUMMARY:SECRET\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    fn of(text: &str) -> Option<String> {
        let document = Document::read(text).unwrap();
        stand_in(&document).unwrap().map(|text| String::from_utf8(text).unwrap())
    }

    fn wrapped(inside: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{inside}END:VCALENDAR\r\n")
    }

    #[test]
    fn times_are_left_and_no_words() {
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//Kalends//EN\r\nBEGIN:VTIMEZONE\r\nTZID:Here\r\n\
            BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n\
            END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\nDTSTART;TZID=Here:20260302T090000\r\n\
            DTEND;TZID=Here:20260302T100000\r\nRRULE:FREQ=WEEKLY;COUNT=10\r\n\
            EXDATE;TZID=Here:20260309T090000,20260316T090000\r\nSTATUS:TENTATIVE\r\nTRANSP:OPAQUE\r\nSEQUENCE:3\r\n\
            END:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\nRECURRENCE-ID;TZID=Here:20260323T090000\r\n\
            DTSTART;TZID=Here:20260323T110000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(of(SECRET).as_deref(), Some(expected));
    }

    #[test]
    fn a_stand_in_is_its_own() {
        let once = of(SECRET).unwrap();
        assert_eq!(of(&once).unwrap(), once);
    }

    #[test]
    fn what_makes_nobody_busy_has_none() {
        for inside in [
            "BEGIN:VTODO\r\nUID:1\r\nDTSTART:20260302T090000Z\r\nEND:VTODO\r\n",
            "BEGIN:VJOURNAL\r\nUID:1\r\nDTSTART:20260302T090000Z\r\nEND:VJOURNAL\r\n",
            "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:At no time\r\nEND:VEVENT\r\n",
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:Dinner with Bob\r\nEND:VEVENT\r\n",
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=TEXT:Dinner with Bob\r\nEND:VEVENT\r\n",
        ] {
            assert_eq!(of(&wrapped(inside)), None, "{inside}");
        }
    }

    #[test]
    fn busy_times_and_availability_keep_theirs() {
        let busy = of(&wrapped(
            "BEGIN:VFREEBUSY\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\nATTENDEE:mailto:bob@example.com\r\n\
             FREEBUSY;FBTYPE=BUSY-TENTATIVE;X-A=b:20260302T090000Z/PT1H,20260303T090000Z/PT2H\r\nEND:VFREEBUSY\r\n",
        ));
        assert!(busy.unwrap().contains(
            "\r\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20260302T090000Z/PT1H,20260303T090000Z/PT2H\r\nEND:VFREEBUSY\r\n"
        ));
        let available = of(&wrapped(
            "BEGIN:VAVAILABILITY\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\nDTSTART:20260302T090000Z\r\nBUSYTYPE:BUSY\r\n\
             SUMMARY:Office\r\nBEGIN:AVAILABLE\r\nUID:2\r\nDTSTART:20260302T090000Z\r\nDTEND:20260302T120000Z\r\nLOCATION:Office\r\n\
             END:AVAILABLE\r\nEND:VAVAILABILITY\r\n",
        ))
        .unwrap();
        assert!(
            available.contains("BUSYTYPE:BUSY\r\nBEGIN:AVAILABLE\r\nUID:2\r\nDTSTART:20260302T090000Z\r\n")
        );
        assert!(!available.contains("Office"));
    }
}
