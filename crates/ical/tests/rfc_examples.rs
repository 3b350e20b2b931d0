//! The RFCs' own examples: for every property and parameter of the tables a line, and what it is read as.
//!
//! The lines are facts copied from the RFCs, folds and all. Where an RFC has no example of its own, the line is made
//! from the section's words: ORDER, GAP, LOCATION-TYPE, CALENDAR-ADDRESS.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::value::Value;
use ical::{ComponentKind, Document, ParameterKind, PropertyKind};

/// The kind, where the example stands, the line, and each of its values.
type Example<K> = (K, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const PROPERTIES: &[Example<PropertyKind>] = &[
    (PropertyKind::Begin, "RFC 5545 3.4", "BEGIN:VCALENDAR", &[]),
    (PropertyKind::End, "RFC 5545 3.4", "END:VCALENDAR", &[]),
    (PropertyKind::Calscale, "RFC 5545 3.7.1", "CALSCALE:GREGORIAN", &["Token(Calscale(Gregorian))"]),
    (PropertyKind::Method, "RFC 5545 3.7.2", "METHOD:REQUEST", &["Token(Method(Request))"]),
    (PropertyKind::Prodid, "RFC 5545 3.7.3", "PRODID:-//ABC Corporation//NONSGML My Product//EN", &["Text(\"-//ABC Corporation//NONSGML My Product//EN\")"]),
    (PropertyKind::Version, "RFC 5545 3.7.4", "VERSION:2.0", &["Text(\"2.0\")"]),
    (PropertyKind::Attach, "RFC 5545 3.8.1.1", "ATTACH:CID:jsmith.part3.960817T083000.xyzMail@example.com", &["Uri(Uri(\"CID:jsmith.part3.960817T083000.xyzMail@example.com\"))"]),
    (PropertyKind::Attach, "RFC 5545 3.8.1.1", "ATTACH;FMTTYPE=application/postscript:ftp://example.com/pub/\r\n reports/r-960812.ps", &["Uri(Uri(\"ftp://example.com/pub/reports/r-960812.ps\"))"]),
    (PropertyKind::Attach, "RFC 5545 3.1.3", "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:VGhlIH\r\n F1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4", &["Binary(Binary(\"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4\"))"]),
    (PropertyKind::Categories, "RFC 5545 3.8.1.2", "CATEGORIES:APPOINTMENT,EDUCATION", &["Text(\"APPOINTMENT\")", "Text(\"EDUCATION\")"]),
    (PropertyKind::Class, "RFC 5545 3.8.1.3", "CLASS:PUBLIC", &["Token(Class(Public))"]),
    (PropertyKind::Comment, "RFC 5545 3.8.1.4", "COMMENT:The meeting really needs to include both ourselves\r\n  and the customer. We can't hold this meeting without them.\r\n  As a matter of fact\\, the venue for the meeting ought to be at\r\n  their site. - - John", &["Text(\"The meeting really needs to include both ourselves and the customer. We can't hold this meeting without them. As a matter of fact, the venue for the meeting ought to be at their site. - - John\")"]),
    (PropertyKind::Description, "RFC 5545 3.8.1.5", "DESCRIPTION:Meeting to provide technical review for \"Phoenix\"\r\n  design.\\nHappy Face Conference Room. Phoenix design team\r\n  MUST attend this meeting.\\nRSVP to team leader.", &["Text(\"Meeting to provide technical review for \\\"Phoenix\\\" design.\\nHappy Face Conference Room. Phoenix design team MUST attend this meeting.\\nRSVP to team leader.\")"]),
    (PropertyKind::Geo, "RFC 5545 3.8.1.6", "GEO:37.386013;-122.082932", &["Geo(Geo { latitude: 37.386013, longitude: -122.082932 })"]),
    (PropertyKind::Location, "RFC 5545 3.8.1.7", "LOCATION:Conference Room - F123\\, Bldg. 002", &["Text(\"Conference Room - F123, Bldg. 002\")"]),
    (PropertyKind::PercentComplete, "RFC 5545 3.8.1.8", "PERCENT-COMPLETE:39", &["Integer(39)"]),
    (PropertyKind::Priority, "RFC 5545 3.8.1.9", "PRIORITY:1", &["Integer(1)"]),
    (PropertyKind::Resources, "RFC 5545 3.8.1.10", "RESOURCES:EASEL,PROJECTOR,VCR", &["Text(\"EASEL\")", "Text(\"PROJECTOR\")", "Text(\"VCR\")"]),
    (PropertyKind::Status, "RFC 5545 3.8.1.11", "STATUS:TENTATIVE", &["Token(Status(Tentative))"]),
    (PropertyKind::Status, "RFC 5545 3.8.1.11", "STATUS:NEEDS-ACTION", &["Token(Status(NeedsAction))"]),
    (PropertyKind::Summary, "RFC 5545 3.8.1.12", "SUMMARY:Department Party", &["Text(\"Department Party\")"]),
    (PropertyKind::Completed, "RFC 5545 3.8.2.1", "COMPLETED:19960401T150000Z", &["DateTime(Utc(1996-04-01T15:00:00))"]),
    (PropertyKind::Dtend, "RFC 5545 3.8.2.2", "DTEND:19960401T150000Z", &["DateTime(Utc(1996-04-01T15:00:00))"]),
    (PropertyKind::Dtend, "RFC 5545 3.8.2.2", "DTEND;VALUE=DATE:19980704", &["Date(1998-07-04)"]),
    (PropertyKind::Due, "RFC 5545 3.8.2.3", "DUE:19980430T000000Z", &["DateTime(Utc(1998-04-30T00:00:00))"]),
    (PropertyKind::Dtstart, "RFC 5545 3.8.2.4", "DTSTART:19980118T073000Z", &["DateTime(Utc(1998-01-18T07:30:00))"]),
    (PropertyKind::Dtstart, "RFC 5545 3.3.5", "DTSTART;TZID=America/New_York:19970714T133000", &["DateTime(Zoned(1997-07-14T13:30:00, \"America/New_York\"))"]),
    (PropertyKind::Dtstart, "RFC 5545 3.3.5", "DTSTART:19970714T133000", &["DateTime(Floating(1997-07-14T13:30:00))"]),
    (PropertyKind::Duration, "RFC 5545 3.8.2.5", "DURATION:PT1H0M0S", &["Duration(Duration { days: 0, seconds: 3600 })"]),
    (PropertyKind::Duration, "RFC 5545 3.8.2.5", "DURATION:PT15M", &["Duration(Duration { days: 0, seconds: 900 })"]),
    (PropertyKind::Freebusy, "RFC 5545 3.8.2.6", "FREEBUSY;FBTYPE=FREE:19970308T160000Z/PT3H,19970308T200000Z/PT1H", &["Period(Period { start: Utc(1997-03-08T16:00:00), end: Duration(Duration { days: 0, seconds: 10800 }) })", "Period(Period { start: Utc(1997-03-08T20:00:00), end: Duration(Duration { days: 0, seconds: 3600 }) })"]),
    (PropertyKind::Freebusy, "RFC 5545 3.8.2.6", "FREEBUSY;FBTYPE=FREE:19970308T230000Z/19970309T000000Z", &["Period(Period { start: Utc(1997-03-08T23:00:00), end: Time(Utc(1997-03-09T00:00:00)) })"]),
    (PropertyKind::Transp, "RFC 5545 3.8.2.7", "TRANSP:TRANSPARENT", &["Token(Transp(Transparent))"]),
    (PropertyKind::Tzid, "RFC 5545 3.8.3.1", "TZID:America/New_York", &["Text(\"America/New_York\")"]),
    (PropertyKind::Tzname, "RFC 5545 3.8.3.2", "TZNAME;LANGUAGE=fr-CA:HNE", &["Text(\"HNE\")"]),
    (PropertyKind::Tzoffsetfrom, "RFC 5545 3.8.3.3", "TZOFFSETFROM:+1345", &["UtcOffset(UtcOffset(49500))"]),
    (PropertyKind::Tzoffsetto, "RFC 5545 3.8.3.4", "TZOFFSETTO:-0400", &["UtcOffset(UtcOffset(-14400))"]),
    (PropertyKind::Tzurl, "RFC 5545 3.8.3.5", "TZURL:http://timezones.example.org/tz/America-Los_Angeles.ics", &["Uri(Uri(\"http://timezones.example.org/tz/America-Los_Angeles.ics\"))"]),
    (PropertyKind::TzidAliasOf, "RFC 7808 7.2", "TZID-ALIAS-OF:America/New_York", &["Text(\"America/New_York\")"]),
    (PropertyKind::Tzuntil, "RFC 7808 7.1", "TZUNTIL:20260101T000000Z", &["DateTime(Utc(2026-01-01T00:00:00))"]),
    (PropertyKind::Attendee, "RFC 5545 3.8.4.1", "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE;CN=Henry\r\n  Cabot:mailto:hcabot@example.com", &["CalAddress(CalAddress(\"mailto:hcabot@example.com\"))"]),
    (PropertyKind::Contact, "RFC 5545 3.8.4.2", "CONTACT:Jim Dolittle\\, ABC Industries\\, +1-919-555-1234", &["Text(\"Jim Dolittle, ABC Industries, +1-919-555-1234\")"]),
    (PropertyKind::Organizer, "RFC 5545 3.8.4.3", "ORGANIZER;CN=John Smith:mailto:jsmith@example.com", &["CalAddress(CalAddress(\"mailto:jsmith@example.com\"))"]),
    (PropertyKind::RecurrenceId, "RFC 5545 3.8.4.4", "RECURRENCE-ID;VALUE=DATE:19960401", &["Date(1996-04-01)"]),
    (PropertyKind::RecurrenceId, "RFC 5545 3.8.4.4", "RECURRENCE-ID;RANGE=THISANDFUTURE:19960120T120000Z", &["DateTime(Utc(1996-01-20T12:00:00))"]),
    (PropertyKind::RelatedTo, "RFC 5545 3.8.4.5", "RELATED-TO:jsmith.part7.19960817T083000.xyzMail@example.com", &["Uid(Uid(\"jsmith.part7.19960817T083000.xyzMail@example.com\"))"]),
    (PropertyKind::RelatedTo, "RFC 9253 9.1", "RELATED-TO;VALUE=URI;RELTYPE=STARTTOFINISH:\r\n https://example.com/caldav/user/jb/cal/\r\n 19960401-080045-4000F192713.ics", &["Uri(Uri(\"https://example.com/caldav/user/jb/cal/19960401-080045-4000F192713.ics\"))"]),
    (PropertyKind::Url, "RFC 5545 3.8.4.6", "URL:http://example.com/pub/calendars/jsmith/mytime.ics", &["Uri(Uri(\"http://example.com/pub/calendars/jsmith/mytime.ics\"))"]),
    (PropertyKind::Uid, "RFC 5545 3.8.4.7", "UID:19960401T080045Z-4000F192713-0052@example.com", &["Uid(Uid(\"19960401T080045Z-4000F192713-0052@example.com\"))"]),
    (PropertyKind::Exdate, "RFC 5545 3.8.5.1", "EXDATE:19960402T010000Z,19960403T010000Z,19960404T010000Z", &["DateTime(Utc(1996-04-02T01:00:00))", "DateTime(Utc(1996-04-03T01:00:00))", "DateTime(Utc(1996-04-04T01:00:00))"]),
    (PropertyKind::Exrule, "RFC 2445 4.8.5.2", "EXRULE:FREQ=WEEKLY;COUNT=4;INTERVAL=2;BYDAY=TU,TH", &["Recur(Recur { rscale: None, freq: Weekly, until: None, count: Some(4), interval: 2, by_second: [], by_minute: [], by_hour: [], by_day: [WeekdayNum { nth: None, weekday: Tuesday }, WeekdayNum { nth: None, weekday: Thursday }], by_month_day: [], by_year_day: [], by_week_no: [], by_month: [], by_set_pos: [], wkst: None, skip: Omit })"]),
    (PropertyKind::Rdate, "RFC 5545 3.8.5.2", "RDATE;TZID=America/New_York:19970714T083000", &["DateTime(Zoned(1997-07-14T08:30:00, \"America/New_York\"))"]),
    (PropertyKind::Rdate, "RFC 5545 3.8.5.2", "RDATE;VALUE=PERIOD:19960403T020000Z/19960403T040000Z,\r\n 19960404T010000Z/PT3H", &["Period(Period { start: Utc(1996-04-03T02:00:00), end: Time(Utc(1996-04-03T04:00:00)) })", "Period(Period { start: Utc(1996-04-04T01:00:00), end: Duration(Duration { days: 0, seconds: 10800 }) })"]),
    (PropertyKind::Rdate, "RFC 5545 3.8.5.2", "RDATE;VALUE=DATE:19970101,19970120", &["Date(1997-01-01)", "Date(1997-01-20)"]),
    (PropertyKind::Rrule, "RFC 5545 3.8.5.3", "RRULE:FREQ=DAILY;UNTIL=19971224T000000Z", &["Recur(Recur { rscale: None, freq: Daily, until: Some(Utc(1997-12-24T00:00:00)), count: None, interval: 1, by_second: [], by_minute: [], by_hour: [], by_day: [], by_month_day: [], by_year_day: [], by_week_no: [], by_month: [], by_set_pos: [], wkst: None, skip: Omit })"]),
    (PropertyKind::Acknowledged, "RFC 9074 6.1", "ACKNOWLEDGED:20090604T084500Z", &["DateTime(Utc(2009-06-04T08:45:00))"]),
    (PropertyKind::Action, "RFC 5545 3.8.6.1", "ACTION:AUDIO", &["Token(Action(Audio))"]),
    (PropertyKind::Proximity, "RFC 9074 8.2", "PROXIMITY:DEPART", &["Token(Proximity(Depart))"]),
    (PropertyKind::Repeat, "RFC 5545 3.8.6.2", "REPEAT:4", &["Integer(4)"]),
    (PropertyKind::Trigger, "RFC 5545 3.8.6.3", "TRIGGER:-PT15M", &["Duration(Duration { days: 0, seconds: -900 })"]),
    (PropertyKind::Trigger, "RFC 5545 3.8.6.3", "TRIGGER;VALUE=DATE-TIME:19980101T050000Z", &["DateTime(Utc(1998-01-01T05:00:00))"]),
    (PropertyKind::Created, "RFC 5545 3.8.7.1", "CREATED:19960329T133000Z", &["DateTime(Utc(1996-03-29T13:30:00))"]),
    (PropertyKind::Dtstamp, "RFC 5545 3.8.7.2", "DTSTAMP:19971210T080000Z", &["DateTime(Utc(1997-12-10T08:00:00))"]),
    (PropertyKind::LastModified, "RFC 5545 3.8.7.3", "LAST-MODIFIED:19960817T133000Z", &["DateTime(Utc(1996-08-17T13:30:00))"]),
    (PropertyKind::Sequence, "RFC 5545 3.8.7.4", "SEQUENCE:2", &["Integer(2)"]),
    (PropertyKind::RequestStatus, "RFC 5545 3.8.8.3", "REQUEST-STATUS:3.1;Invalid property value;DTSTART:96-Apr-01", &["RequestStatus(RequestStatus { code: StatusCode { class: 3, detail: 1, extension: None }, description: \"Invalid property value\", data: Some(\"DTSTART:96-Apr-01\") })"]),
    (PropertyKind::Xml, "RFC 6321 4.2", "XML:<kml xmlns=\"http://www.opengis.net/kml/2.2\">\\n\r\n   <Document>\\n\r\n     <name>KML Sample</name>\\n\r\n     <open>1</open>\\n\r\n     <description>An incomplete example of a KML docum\r\n ent - used as an example!</description>\\n\r\n   </Document>\\n\r\n </kml>", &["Text(\"<kml xmlns=\\\"http://www.opengis.net/kml/2.2\\\">\\n  <Document>\\n    <name>KML Sample</name>\\n    <open>1</open>\\n    <description>An incomplete example of a KML document - used as an example!</description>\\n  </Document>\\n</kml>\")"]),
    (PropertyKind::Color, "RFC 7986 5.9", "COLOR:turquoise", &["Text(\"turquoise\")"]),
    (PropertyKind::Conference, "RFC 7986 5.11", "CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR;\r\n LABEL=Moderator dial-in:tel:+1-412-555-0123,,,654321", &["Uri(Uri(\"tel:+1-412-555-0123,,,654321\"))"]),
    (PropertyKind::Image, "RFC 7986 5.10", "IMAGE;VALUE=URI;DISPLAY=BADGE;FMTTYPE=image/png:h\r\n ttp://example.com/images/party.png", &["Uri(Uri(\"http://example.com/images/party.png\"))"]),
    (PropertyKind::Name, "RFC 7986 5.1", "NAME:Company Vacation Days", &["Text(\"Company Vacation Days\")"]),
    (PropertyKind::RefreshInterval, "RFC 7986 5.7", "REFRESH-INTERVAL;VALUE=DURATION:P1W", &["Duration(Duration { days: 7, seconds: 0 })"]),
    (PropertyKind::Source, "RFC 7986 5.8", "SOURCE;VALUE=URI:https://example.com/holidays.ics", &["Uri(Uri(\"https://example.com/holidays.ics\"))"]),
    (PropertyKind::Busytype, "RFC 7953 3.2", "BUSYTYPE:BUSY", &["Token(Busytype(Busy))"]),
    (PropertyKind::CalendarAddress, "RFC 9073 6.4", "CALENDAR-ADDRESS:mailto:jqpublic@example.com", &["CalAddress(CalAddress(\"mailto:jqpublic@example.com\"))"]),
    (PropertyKind::LocationType, "RFC 9073 6.1", "LOCATION-TYPE:PLACE", &["Text(\"PLACE\")"]),
    (PropertyKind::ParticipantType, "RFC 9073 6.2", "PARTICIPANT-TYPE:SPEAKER", &["Token(ParticipantType(Speaker))"]),
    (PropertyKind::ResourceType, "RFC 9073 7.3", "RESOURCE-TYPE:projector", &["Text(\"projector\")"]),
    (PropertyKind::StructuredData, "RFC 9073 7.2", "STRUCTURED-DATA;VALUE=URI:\r\n http://dir.example.com/venues/big-hall.vcf", &["Uri(Uri(\"http://dir.example.com/venues/big-hall.vcf\"))"]),
    (PropertyKind::StructuredData, "RFC 9073 6.6", "STRUCTURED-DATA;FMTTYPE=application/ld+json;\r\n SCHEMA=\"https://schema.org/SportsEvent\";\r\n VALUE=TEXT:{\\n\r\n   \"@context\": \"http://schema.org\"\\,\\n\r\n   \"@type\": \"SportsEvent\"\\,\\n\r\n   \"homeTeam\": \"Pittsburgh Pirates\"\\,\\n\r\n   \"awayTeam\": \"San Francisco Giants\"\\n\r\n }\\n", &["Text(\"{\\n  \\\"@context\\\": \\\"http://schema.org\\\",\\n  \\\"@type\\\": \\\"SportsEvent\\\",\\n  \\\"homeTeam\\\": \\\"Pittsburgh Pirates\\\",\\n  \\\"awayTeam\\\": \\\"San Francisco Giants\\\"\\n}\\n\")"]),
    (PropertyKind::StyledDescription, "RFC 9073 6.5", "STYLED-DESCRIPTION;VALUE=URI:http://example.org/desc001.html", &["Uri(Uri(\"http://example.org/desc001.html\"))"]),
    (PropertyKind::StyledDescription, "RFC 9073 5.3", "STYLED-DESCRIPTION;FMTTYPE=text/html;\r\n DERIVED=TRUE:<html>...</html>", &["Text(\"<html>...</html>\")"]),
    (PropertyKind::Concept, "RFC 9253 8.1", "CONCEPT:https://example.com/event-types/arts/music", &["Uri(Uri(\"https://example.com/event-types/arts/music\"))"]),
    (PropertyKind::Link, "RFC 9253 8.2", "LINK;LINKREL=SOURCE;LABEL=Venue;VALUE=URI:\r\n https://example.com/events", &["Uri(Uri(\"https://example.com/events\"))"]),
    (PropertyKind::Link, "RFC 9253 8.2", "LINK;LINKREL=\"https://example.com/linkrel/costStructure\";\r\n VALUE=XML-REFERENCE:\r\n https://example.com/xmlDocs/bidFramework.xml\r\n #xpointer(descendant::CostStruc/range-to(\r\n following::CostStrucEND[1]))", &["XmlReference(Uri(\"https://example.com/xmlDocs/bidFramework.xml#xpointer(descendant::CostStruc/range-to(following::CostStrucEND[1]))\"))"]),
    (PropertyKind::Refid, "RFC 9253 8.3", "REFID:itinerary-2014-11-17", &["Text(\"itinerary-2014-11-17\")"]),
];

#[rustfmt::skip]
const PARAMETERS: &[Example<ParameterKind>] = &[
    (ParameterKind::Altrep, "RFC 5545 3.2.1", "DESCRIPTION;ALTREP=\"CID:part3.msg.970415T083000@example.com\":\r\n Project XYZ Review Meeting", &["Uri(Uri(\"CID:part3.msg.970415T083000@example.com\"))"]),
    (ParameterKind::Cn, "RFC 5545 3.2.2", "ORGANIZER;CN=\"John Smith\":mailto:jsmith@example.com", &["Text(\"John Smith\")"]),
    (ParameterKind::Cutype, "RFC 5545 3.2.3", "ATTENDEE;CUTYPE=GROUP:mailto:ietf-calsch@example.org", &["Token(Cutype(Group))"]),
    (ParameterKind::DelegatedFrom, "RFC 5545 3.2.4", "ATTENDEE;DELEGATED-FROM=\"mailto:jsmith@example.com\":mailto:\r\n jdoe@example.com", &["CalAddress(CalAddress(\"mailto:jsmith@example.com\"))"]),
    (ParameterKind::DelegatedTo, "RFC 5545 3.2.5", "ATTENDEE;DELEGATED-TO=\"mailto:jdoe@example.com\",\"mailto:jqpublic\r\n @example.com\":mailto:jsmith@example.com", &["CalAddress(CalAddress(\"mailto:jdoe@example.com\"))", "CalAddress(CalAddress(\"mailto:jqpublic@example.com\"))"]),
    (ParameterKind::Dir, "RFC 5545 3.2.6", "ORGANIZER;DIR=\"ldap://example.com:6666/o=ABC%20Industries,\r\n c=US???(cn=Jim%20Dolittle)\":mailto:jimdo@example.com", &["Uri(Uri(\"ldap://example.com:6666/o=ABC%20Industries,c=US???(cn=Jim%20Dolittle)\"))"]),
    (ParameterKind::Encoding, "RFC 5545 3.2.7", "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:TG9yZW", &["Token(Encoding(Base64))"]),
    (ParameterKind::Fmttype, "RFC 5545 3.2.8", "ATTACH;FMTTYPE=application/msword:ftp://example.com/pub/docs/\r\n agenda.doc", &["Text(\"application/msword\")"]),
    (ParameterKind::Fbtype, "RFC 5545 3.2.9", "FREEBUSY;FBTYPE=BUSY:19980415T133000Z/19980415T170000Z", &["Token(Fbtype(Busy))"]),
    (ParameterKind::Language, "RFC 5545 3.2.10", "SUMMARY;LANGUAGE=en-US:Company Holiday Party", &["Text(\"en-US\")"]),
    (ParameterKind::Member, "RFC 5545 3.2.11", "ATTENDEE;MEMBER=\"mailto:projectA@example.com\",\"mailto:pr\r\n ojectB@example.com\":mailto:janedoe@example.com", &["CalAddress(CalAddress(\"mailto:projectA@example.com\"))", "CalAddress(CalAddress(\"mailto:projectB@example.com\"))"]),
    (ParameterKind::Partstat, "RFC 5545 3.2.12", "ATTENDEE;PARTSTAT=DECLINED:mailto:jsmith@example.com", &["Token(Partstat(Declined))"]),
    (ParameterKind::Range, "RFC 5545 3.2.13", "RECURRENCE-ID;RANGE=THISANDFUTURE:19980401T133000Z", &["Token(Range(ThisAndFuture))"]),
    (ParameterKind::Related, "RFC 5545 3.2.14", "TRIGGER;RELATED=END:PT5M", &["Token(Related(End))"]),
    (ParameterKind::Reltype, "RFC 5545 3.2.15", "RELATED-TO;RELTYPE=SIBLING:19960401-080045-4000F192713@\r\n example.com", &["Token(Reltype(Sibling))"]),
    (ParameterKind::Reltype, "RFC 9074 7.2", "RELATED-TO;RELTYPE=SNOOZE:8297C37D-BA2D-4476-91AE-C1EAA364F8E1", &["Token(Reltype(Snooze))"]),
    (ParameterKind::Role, "RFC 5545 3.2.16", "ATTENDEE;ROLE=CHAIR:mailto:mrbig@example.com", &["Token(Role(Chair))"]),
    (ParameterKind::Rsvp, "RFC 5545 3.2.17", "ATTENDEE;RSVP=TRUE:mailto:jsmith@example.com", &["Boolean(true)"]),
    (ParameterKind::SentBy, "RFC 5545 3.2.18", "ORGANIZER;SENT-BY=\"mailto:sray@example.com\":mailto:\r\n jsmith@example.com", &["CalAddress(CalAddress(\"mailto:sray@example.com\"))"]),
    (ParameterKind::Tzid, "RFC 5545 3.2.19", "DTSTART;TZID=America/New_York:19980119T020000", &["Text(\"America/New_York\")"]),
    (ParameterKind::Value, "RFC 5545 3.8.2.2", "DTEND;VALUE=DATE:19980704", &["ValueType(Date)"]),
    (ParameterKind::Display, "RFC 7986 6.1", "IMAGE;VALUE=URI;DISPLAY=BADGE,THUMBNAIL;FMTTYPE=image/png:https://exa\r\n mple.com/images/weather-cloudy.png", &["Token(Display(Badge))", "Token(Display(Thumbnail))"]),
    (ParameterKind::Email, "RFC 7986 6.2", "ATTENDEE;CN=Cyrus Daboo;EMAIL=cyrus@example.com:mailto:opaque-toke\r\n n-1234@example.com", &["Text(\"cyrus@example.com\")"]),
    (ParameterKind::Feature, "RFC 7986 6.3", "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://video-chat.exam\r\n ple.com/;group-id=1234", &["Token(Feature(Audio))", "Token(Feature(Video))"]),
    (ParameterKind::Label, "RFC 7986 6.4", "CONFERENCE;VALUE=URI;FEATURE=VIDEO;\r\n LABEL=\"Web video chat, access code=76543\":\r\n https://video-chat.example.com/;group-id=1234", &["Text(\"Web video chat, access code=76543\")"]),
    (ParameterKind::Order, "RFC 9073 5.1", "STRUCTURED-DATA;ORDER=1;VALUE=URI:http://example.com/a.vcf", &["Integer(1)"]),
    (ParameterKind::Schema, "RFC 9073 5.2", "STRUCTURED-DATA;FMTTYPE=application/ld+json;\r\n SCHEMA=\"https://schema.org/FlightReservation\";\r\n ENCODING=BASE64;VALUE=BINARY:ICAgIDxzY3JpcHQgdHlwZT0iYXBwb", &["Uri(Uri(\"https://schema.org/FlightReservation\"))"]),
    (ParameterKind::Derived, "RFC 9073 5.3", "STYLED-DESCRIPTION;FMTTYPE=text/html;\r\n DERIVED=TRUE:<html>...</html>", &["Boolean(true)"]),
    (ParameterKind::Linkrel, "RFC 9253 8.2", "LINK;LINKREL=SOURCE;LABEL=Venue;VALUE=URI:\r\n https://example.com/events", &["Text(\"SOURCE\")"]),
    (ParameterKind::Linkrel, "RFC 9253 8.2", "LINK;LINKREL=\"https://example.com/linkrel/derivedFrom\";\r\n VALUE=URI:\r\n https://example.com/tasks/01234567-abcd1234.ics", &["Text(\"https://example.com/linkrel/derivedFrom\")"]),
    (ParameterKind::Gap, "RFC 9253 6.2", "RELATED-TO;RELTYPE=FINISHTOSTART;GAP=P1D:19960401-080045-4000F192713", &["Duration(Duration { days: 1, seconds: 0 })"]),
    (ParameterKind::ScheduleAgent, "RFC 6638 7.1", "ATTENDEE;SCHEDULE-AGENT=NONE:mailto:cyrus@example.com", &["Token(ScheduleAgent(None))"]),
    (ParameterKind::ScheduleForceSend, "RFC 6638 7.2", "ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST:mailto:bernard@example.com", &["Token(ScheduleForceSend(Request))"]),
    (ParameterKind::ScheduleStatus, "RFC 6638 7.3", "ATTENDEE;SCHEDULE-STATUS=\"2.0,2.4\":mailto:cyrus@example.com", &["StatusCode(StatusCode { class: 2, detail: 0, extension: None })", "StatusCode(StatusCode { class: 2, detail: 4, extension: None })"]),
];

/// A component of an unknown name with this line alone.
fn read(line: &str) -> Document {
    Document::read(format!("BEGIN:X-EXAMPLE\r\n{line}\r\nEND:X-EXAMPLE\r\n")).unwrap()
}

#[test]
fn properties_by_type() {
    for (kind, section, line, expected) in PROPERTIES {
        if matches!(kind, PropertyKind::Begin | PropertyKind::End) {
            let document = Document::read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").unwrap();
            assert_eq!(document.roots().next().unwrap().kind(), ComponentKind::Calendar);
            continue;
        }
        let document = read(line);
        let component = document.roots().next().unwrap();
        let property = component.property(*kind).unwrap();
        let values: Vec<Value<'_>> = property.values().map(Result::unwrap).collect();
        let shown: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        assert_eq!(shown, *expected, "{section}: {line}");
        let written: Vec<String> = values.iter().map(ToString::to_string).collect();
        let again = read(&format!("{}:{}", head(&property), written.join(",")));
        let property = again.roots().next().unwrap().property(*kind).unwrap();
        let values: Vec<String> = property.values().map(|value| format!("{:?}", value.unwrap())).collect();
        assert_eq!(values, shown, "written and read again: {line}");
    }
}

/// A line's name and parameters.
fn head(property: &ical::Property<'_>) -> String {
    let head = property.content().len() - property.raw_value().len() - 1;
    String::from_utf8_lossy(&property.content()[..head]).into_owned()
}

#[test]
fn parameters_by_type() {
    for (kind, section, line, expected) in PARAMETERS {
        let document = read(line);
        let property = document.roots().next().unwrap().properties().next().unwrap();
        let parameter = property.parameter(*kind).unwrap();
        let shown: Vec<String> = parameter.typed().map(|value| format!("{:?}", value.unwrap())).collect();
        assert_eq!(shown, *expected, "{section}: {line}");
    }
}

#[test]
fn every_row_has_an_example() {
    for kind in &PropertyKind::ALL[1..] {
        assert!(PROPERTIES.iter().any(|example| example.0 == *kind), "{kind:?} has no example");
    }
    for kind in &ParameterKind::ALL[1..] {
        assert!(PARAMETERS.iter().any(|example| example.0 == *kind), "{kind:?} has no example");
    }
}
