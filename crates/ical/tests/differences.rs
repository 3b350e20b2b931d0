//! Differences: none where only the writing differs, and after an edit exactly that edit.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::diff::{Change, Part, diff};
use ical::{Component, ContentLine, Document, PropertyKind};
use proptest::prelude::*;

/// Calendars of objects with UIDs of their own, alarms without names, and properties of every shape.
fn calendars() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "SUMMARY:Tea\\, at five",
        "DESCRIPTION;ALTREP=\"a:b;c\":x\\ny",
        "COMMENT:one",
        "COMMENT:two",
        "COMMENT:one",
        "ATTENDEE;CN=\"A, B\";RSVP=TRUE:mailto:a@example.com",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.com",
        "DTSTART;TZID=Europe/Vienna:20260302T090000",
        "DURATION:PT60M",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;X-P=1",
        "EXDATE:20260302T090000Z,20260309T090000Z",
        "CATEGORIES:a\\,b,c",
        "X-OWN;X-P=1:é🎉",
        "GEO:48.2;16.37",
        "DESCRIPTION:A description that is long enough to be folded at seventy-five octets, and twice at that",
    ]);
    let alarm = prop::sample::select(vec!["-PT5M", "-PT10M", "-P1D"])
        .prop_map(|trigger| format!("BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:{trigger}\r\nEND:VALARM\r\n"));
    let object = (prop::collection::vec(line, 0..8), prop::collection::vec(alarm, 0..3));
    prop::collection::vec(object, 1..6).prop_map(|objects| {
        let write = |(uid, (lines, alarms)): (usize, (Vec<&str>, Vec<String>))| {
            let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            format!("BEGIN:VEVENT\r\nUID:{uid}\r\n{lines}{}END:VEVENT\r\n", alarms.concat())
        };
        let objects: String = objects.into_iter().enumerate().map(write).collect();
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{objects}END:VCALENDAR\r\n")
    })
}

fn read(text: impl Into<Vec<u8>>) -> Document {
    Document::read(text).unwrap()
}

/// The component with its lines and inner components in the opposite order.
fn backwards(component: Component<'_>) -> String {
    let name = component.name();
    let mut lines: Vec<_> =
        component.properties().map(|line| format!("{}\n", String::from_utf8_lossy(line.content()))).collect();
    lines.reverse();
    let mut children: Vec<_> = component.children().map(backwards).collect();
    children.reverse();
    format!("begin:{name}\n{}{}END:{name}\n", lines.concat(), children.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn a_text_says_what_it_says(text in calendars()) {
        let document = read(text.clone());
        prop_assert!(diff(&document, &document).is_empty());
        prop_assert!(diff(&document, &read(document.to_canonical())).is_empty());
        prop_assert!(diff(&document, &read(text.replace("\r\n", "\n"))).is_empty());
        let reversed: String = document.roots().map(backwards).collect();
        prop_assert!(diff(&document, &read(reversed)).is_empty());
    }

    #[test]
    fn an_edit_is_all_that_differs(
        text in calendars(),
        nth in any::<prop::sample::Index>(),
        value in "[a-z]{3}",
    ) {
        let before = read(text);
        let events: Vec<_> = before.components(ical::ComponentKind::Event).map(Component::id).collect();
        let event = events[nth.index(events.len())];
        let mut after = before.clone();
        after.set(event, &ContentLine::new(PropertyKind::Location).text(&value));
        {
            let differences = diff(&before, &after);
            prop_assert_eq!(differences.len(), 1);
            prop_assert_eq!(differences[0].component.id(), event);
            let added = match &differences[0].change {
                Change::PropertyAdded(line) => line.to_line(),
                _ => Vec::new(),
            };
            prop_assert_eq!(added, format!("LOCATION:{value}").into_bytes());
        }
        let mut later = after.clone();
        later.set(event, &ContentLine::new(PropertyKind::Location).text("elsewhere"));
        {
            let differences = diff(&after, &later);
            prop_assert_eq!(differences.len(), 1);
            let changed = match &differences[0].change {
                Change::PropertyChanged { parts, .. } => parts.clone(),
                _ => Vec::new(),
            };
            prop_assert_eq!(changed, [Part::Value]);
        }
        later.remove_component(event);
        let differences = diff(&after, &later);
        prop_assert_eq!(differences.len(), 1);
        prop_assert!(matches!(&differences[0].change, Change::ComponentRemoved));
        prop_assert_eq!(differences[0].component.id(), event);
    }
}

/// A list under a long head, many namesakes, many components without names: nothing multiplies.
#[test]
fn hostile_texts_cost_no_more_than_their_size() {
    let values = vec!["20260101T000000Z"; 50_000].join(",");
    let head = "x".repeat(100_000);
    let alarms = "BEGIN:VALARM\nACTION:AUDIO\nEND:VALARM\n".repeat(20_000);
    let comments: String = (0..20_000).map(|at| format!("COMMENT:{at}\n")).collect();
    let text = |marker: &str| {
        format!(
            "BEGIN:VEVENT\nUID:1\nEXDATE;X-A={head}:{values},{marker}\n{comments}COMMENT:{marker}\n\
             {alarms}END:VEVENT\n"
        )
    };
    let (before, after) = (read(text("20260101T000000Z")), read(text("20260102T000000Z")));
    assert_eq!(diff(&before, &after).len(), 2);
}
