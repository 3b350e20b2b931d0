//! How fast every value of a calendar is read typed, on text like that of real calendars.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ical::Document;

/// An event with what clients write: zoned times, folded texts, attendees, an alarm.
fn event(number: usize) -> String {
    let (day, hour) = (number % 28 + 1, number % 24);
    let mut text = format!(
        "BEGIN:VEVENT\r\nUID:{number:08}-4f1e-4c9b-8a55@example.com\r\nDTSTAMP:202601{day:02}T080000Z\r\n\
         DTSTART;TZID=Europe/Vienna:202603{day:02}T{hour:02}0000\r\n\
         DTEND;TZID=Europe/Vienna:202603{day:02}T{hour:02}3000\r\n\
         SUMMARY:Consultation no. {number}\\, second visit\r\nLOCATION:Room 7\\, second floor\r\n\
         DESCRIPTION:Bring the findings of the last visit and the list of medicines th\r\n at are taken \
         now.\\nThe laboratory is open from seven to nine; no appointment \r\n is needed there.\r\n\
         CATEGORIES:WORK,CONSULTATION\r\nCLASS:PRIVATE\r\nSTATUS:CONFIRMED\r\nSEQUENCE:2\r\nTRANSP:OPAQUE\r\n\
         CREATED:20251220T101500Z\r\nLAST-MODIFIED:20260105T091200Z\r\n\
         ORGANIZER;CN=Dr. Jane Doe:mailto:jane.doe@example.com\r\n"
    );
    if number.is_multiple_of(4) {
        text += "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20271231T225959Z\r\n\
                 EXDATE;TZID=Europe/Vienna:20260406T090000,20260413T090000\r\n";
    }
    for attendee in 0..number % 5 {
        text += &format!(
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=\r\n \
             TRUE;CN=Guest {attendee}:mailto:guest{attendee}@example.com\r\n"
        );
    }
    if number.is_multiple_of(3) {
        text += "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n";
    }
    text + "END:VEVENT\r\n"
}

fn calendar() -> String {
    let events: String = (0..5_000).map(event).collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//benches/values//EN\r\n{events}END:VCALENDAR\r\n"
    )
}

/// Reads every value and parameter of every property; how many values there were.
fn read_all(document: &Document) -> usize {
    let mut count = 0;
    for component in document.all_components() {
        for property in component.properties() {
            for value in property.values() {
                count += usize::from(black_box(value).is_ok());
            }
            for parameter in property.parameters() {
                for value in parameter.typed() {
                    count += usize::from(black_box(value).is_ok());
                }
            }
        }
    }
    count
}

fn values(criterion: &mut Criterion) {
    let text = calendar();
    let mut group = criterion.benchmark_group("values");
    group.throughput(Throughput::Bytes(text.len() as u64));
    let document = Document::read(text.as_str());
    if let Ok(document) = &document {
        group.bench_function("read every value typed", |bencher| bencher.iter(|| read_all(document)));
    }
    group.bench_function("index and read every value typed", |bencher| {
        bencher.iter(|| Document::read(text.as_str()).map(|document| read_all(&document)));
    });
    group.finish();
}

criterion_group!(benches, values);
criterion_main!(benches);
