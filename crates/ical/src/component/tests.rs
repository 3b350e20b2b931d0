use super::*;
use crate::civil::{Date, Time};
use crate::document::Document;
use crate::problem::ProblemKind;
use crate::value::{
    CalAddress, Class, DateOrTime, Duration, Fbtype, Partstat, Proximity, Range, Related, Reltype, Role,
    Status, Transp,
};
use crate::zone::Zones;

fn read(name: &str, lines: &str) -> Document {
    let lines = lines.replace('\n', "\r\n");
    Document::read(format!("BEGIN:{name}\r\n{lines}END:{name}\r\n")).unwrap()
}

/// An event's end, and what was overlooked for it.
fn end(lines: &str) -> (Option<String>, Option<ProblemKind>) {
    let document = read("VEVENT", lines);
    let event = Event::of(document.roots().next().unwrap()).unwrap();
    let end = event.end(&Zones::new(&document)).unwrap();
    (end.map(|end| end.to_string()), event.extent().unwrap().doubt)
}

fn some(end: &str, doubt: impl Into<Option<ProblemKind>>) -> (Option<String>, Option<ProblemKind>) {
    (Some(end.to_owned()), doubt.into())
}

#[test]
fn ends() {
    let timed = "DTSTART:20260301T090000Z\n";
    let dated = "DTSTART;VALUE=DATE:20260301\n";
    assert_eq!(end(&format!("{timed}DTEND:20260301T100000Z\n")), some("20260301T100000Z", None));
    assert_eq!(end(&format!("{timed}DURATION:P1DT1H\n")), some("20260302T100000Z", None));
    assert_eq!(end(timed), some("20260301T090000Z", None));
    assert_eq!(end(dated), some("20260302", None));
    assert_eq!(end(&format!("{dated}DURATION:P2D\n")), some("20260303", None));
    assert_eq!(end(""), (None, None));
}

#[test]
fn days_are_nominal_and_hours_exact() {
    // The clock is set forward in the night to 29 March 2026.
    let start = "DTSTART;TZID=Europe/Vienna:20260328T120000\n";
    assert_eq!(end(&format!("{start}DURATION:P1D\n")), some("20260329T120000", None));
    assert_eq!(end(&format!("{start}DURATION:PT24H\n")), some("20260329T130000", None));
}

#[test]
fn pitfall_30_ends_that_cannot_be_believed() {
    use ProblemKind::{EndAtStart, EndBeforeStart, EndMismatch, NegativeDuration, TimeInDateDuration};
    let timed = "DTSTART:20260301T090000Z\n";
    let dated = "DTSTART;VALUE=DATE:20260301\n";
    assert_eq!(end(&format!("{timed}DTEND:20260301T090000Z\n")), some("20260301T090000Z", EndAtStart));
    assert_eq!(end(&format!("{timed}DTEND:20260301T080000Z\n")), some("20260301T090000Z", EndBeforeStart));
    assert_eq!(end(&format!("{timed}DURATION:-PT1H\n")), some("20260301T090000Z", NegativeDuration));
    assert_eq!(end(&format!("{dated}DTEND;VALUE=DATE:20260301\n")), some("20260302", EndAtStart));
    assert_eq!(end(&format!("{dated}DTEND;VALUE=DATE:20260228\n")), some("20260302", EndBeforeStart));
    assert_eq!(end(&format!("{dated}DTEND:20260301T100000Z\n")), some("20260302", EndMismatch));
    assert_eq!(end(&format!("{dated}DURATION:PT36H\n")), some("20260303", TimeInDateDuration));
}

#[test]
fn pitfall_31_end_and_duration_give_one_answer() {
    let lines = "DTSTART:20260301T090000Z\nDTEND:20260301T100000Z\nDURATION:PT5H\n";
    assert_eq!(end(lines), some("20260301T100000Z", ProblemKind::ExclusiveProperties));
    let lines = "DTSTART:20260301T090000Z\nDTEND:20260301T080000Z\nDURATION:PT5H\n";
    assert_eq!(end(lines), some("20260301T140000Z", ProblemKind::EndBeforeStart));
}

#[test]
fn an_event_answers() {
    let document = read(
        "VEVENT",
        "UID:a\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=Europe/Vienna:20260301T090000\n\
         SUMMARY:Tea\\, at five\n\
         STATUS:TENTATIVE\nCLASS:X-MINE\nSEQUENCE:3\nCATEGORIES:A,B\nCATEGORIES:C\nTRANSP:TRANSPARENT\n\
         RECURRENCE-ID;RANGE=THISANDFUTURE:20260301T080000Z\nRRULE:FREQ=DAILY\n\
         RDATE;VALUE=PERIOD:20260302T080000Z/PT1H\n\
         EXDATE;VALUE=DATE:20260303,20260304\nRELATED-TO;RELTYPE=CHILD:b\nURL:http://example.com/;a\n\
         REQUEST-STATUS:2.0;Success\nGEO:48.2;16.4\nPRIORITY:high\n",
    );
    let event = Event::of(document.roots().next().unwrap()).unwrap();
    assert_eq!(event.uid().unwrap().as_str(), "a");
    assert_eq!(event.stamp().unwrap().unwrap().to_string(), "2026-01-01T00:00:00");
    assert_eq!(event.start().unwrap().unwrap().tzid(), Some("Europe/Vienna"));
    assert_eq!(event.summary().as_deref(), Some("Tea, at five"));
    assert_eq!(event.status(), Some(Status::Tentative));
    assert_eq!(event.class(), Class::Other("X-MINE".into()));
    assert_eq!(event.sequence(), Ok(3));
    assert_eq!(event.categories(), ["A", "B", "C"]);
    assert_eq!(event.transparency(), Transp::Transparent);
    let id = event.recurrence_id().unwrap().unwrap();
    assert_eq!((id.start.to_string(), id.range), ("20260301T080000Z".to_owned(), Some(Range::ThisAndFuture)));
    assert_eq!(event.rules().next().unwrap().unwrap().to_string(), "FREQ=DAILY");
    assert!(matches!(event.rdates()[0], Ok(Rdate::Period(_))));
    assert_eq!(event.exdates()[1], Ok(DateOrTime::Date(Date::new(2026, 3, 4).unwrap())));
    assert_eq!(event.relations(), [Relation { reltype: Reltype::Child, target: "b".to_owned() }]);
    assert_eq!(event.url().as_deref(), Some("http://example.com/;a"));
    assert_eq!(event.request_statuses()[0].code.to_string(), "2.0");
    assert_eq!(event.geo().unwrap().unwrap().latitude, 48.2);
    let problem = event.priority().unwrap_err();
    assert_eq!(problem.kind, ProblemKind::MalformedValue);
    assert_eq!(&document.original()[problem.place], b"high");
}

#[test]
fn calendar_users() {
    let document = read(
        "VEVENT",
        "ORGANIZER;CN=\"Doe, Jane\";SENT-BY=\"mailto:joe@example.com\":mailto:jane@example.com\n\
         ATTENDEE;PARTSTAT=DELEGATED;ROLE=CHAIR;RSVP=TRUE;DELEGATED-TO=\"mailto:a@x\",\"mailto:b@x\";\n \
         SCHEDULE-STATUS=\"2.0,2.4\":MAILTO:Bob@Example.com\nATTENDEE:\n",
    );
    let event = document.roots().next().unwrap();
    let organizer = event.organizer().unwrap();
    assert_eq!(organizer.common_name().as_deref(), Some("Doe, Jane"));
    assert_eq!(organizer.sent_by(), Some(CalAddress::new("mailto:joe@example.com")));
    let attendees: Vec<_> = event.attendees().collect();
    let bob = &attendees[0];
    assert_eq!(bob.address(), Ok(CalAddress::new("mailto:bob@example.com")));
    assert_eq!((bob.partstat(), bob.role(), bob.rsvp()), (Partstat::Delegated, Role::Chair, true));
    assert_eq!(bob.delegated_to().len(), 2);
    assert_eq!(bob.schedule_status().len(), 2);
    assert!(attendees[1].address().is_err());
    assert_eq!(attendees[1].partstat(), Partstat::NeedsAction);
}

#[test]
fn alarms() {
    let document = read(
        "VEVENT",
        "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER;RELATED=END:-PT15M\nREPEAT:2\nDURATION:PT5M\n\
         ACKNOWLEDGED:20260301T080000Z\n\
         PROXIMITY:DEPART\nEND:VALARM\nBEGIN:VALARM\nTRIGGER:20260301T080000Z\nREPEAT:2\nEND:VALARM\n",
    );
    let alarms: Vec<Alarm<'_>> = document.roots().next().unwrap().alarms().collect();
    assert_eq!(alarms[0].trigger(), Ok(Some(Trigger::End(Duration::from_seconds(-900)))));
    assert_eq!(alarms[0].repeat(), Ok(Some(Repeat { count: 2, interval: Duration::from_seconds(300) })));
    assert_eq!(alarms[0].proximity(), Some(Proximity::Depart));
    assert_eq!(alarms[0].acknowledged().unwrap().unwrap().time, Time::new(8, 0, 0).unwrap());
    assert!(matches!(alarms[1].trigger(), Ok(Some(Trigger::At(_)))));
    assert_eq!(alarms[1].repeat(), Ok(None));
    assert_eq!(Related::default(), Related::Start);
}

#[test]
fn other_components() {
    let document = read("VTODO", "DTSTART:20260301T090000\nDURATION:PT2H\nPERCENT-COMPLETE:40\n");
    let todo = Todo::of(document.roots().next().unwrap()).unwrap();
    assert_eq!(todo.due(&Zones::new(&document)).unwrap().unwrap().to_string(), "20260301T110000");
    assert_eq!(todo.percent_complete(), Ok(Some(40)));
    assert!(Event::of(document.roots().next().unwrap()).is_none());

    let document =
        read("VFREEBUSY", "FREEBUSY;FBTYPE=FREE:20260301T090000Z/PT1H,20260301T120000Z/PT1H\nFREEBUSY:x\n");
    let times = Freebusy::of(document.roots().next().unwrap()).unwrap().busy_times();
    assert_eq!(times.len(), 3);
    assert_eq!(times[1].as_ref().unwrap().fbtype, Fbtype::Free);
    assert!(times[2].is_err());

    let document = read(
        "VAVAILABILITY",
        "BUSYTYPE:BUSY\nBEGIN:AVAILABLE\nDTSTART:20260301T090000Z\nDTEND:20260301T170000Z\nEND:AVAILABLE\n",
    );
    let availability = Availability::of(document.roots().next().unwrap()).unwrap();
    assert_eq!(availability.extent(), Ok(None));
    assert_eq!(availability.busytype().as_str(), "BUSY");
    assert!(availability.available().next().unwrap().extent().unwrap().is_some());

    let document = read(
        "VEVENT",
        "BEGIN:PARTICIPANT\nPARTICIPANT-TYPE:SPEAKER\nCALENDAR-ADDRESS:mailto:a@x\nBEGIN:VLOCATION\n\
         NAME:Hall\n\
         LOCATION-TYPE:cafe,office\nSTRUCTURED-DATA;VALUE=URI:http://example.com/hall.vcf\n\
         END:VLOCATION\nEND:PARTICIPANT\n\
         BEGIN:VRESOURCE\nRESOURCE-TYPE:projector\nEND:VRESOURCE\n",
    );
    let event = document.roots().next().unwrap();
    let speaker = event.participants().next().unwrap();
    assert_eq!(speaker.participant_type().unwrap().as_str(), "SPEAKER");
    assert_eq!(speaker.calendar_address(), Some(CalAddress::new("mailto:A@x")));
    let hall = speaker.locations().next().unwrap();
    assert_eq!(hall.display_name().as_deref(), Some("Hall"));
    assert_eq!(hall.location_types(), ["cafe", "office"]);
    assert_eq!(hall.data_uris()[0].as_str(), "http://example.com/hall.vcf");
    assert_eq!(event.structured_resources().next().unwrap().resource_type().as_deref(), Some("projector"));

    let document = read("VJOURNAL", "DESCRIPTION:a\nDESCRIPTION:b\n");
    assert_eq!(Journal::of(document.roots().next().unwrap()).unwrap().descriptions().count(), 2);
}
