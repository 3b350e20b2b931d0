//! Write after read is the identity on any bytes, and an edit touches nothing else.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use ical::{Component, ContentLine, Document, PropertyKind};
use proptest::prelude::*;

/// Bytes that look like iCalendar as often as not: whole lines, torn ones, every line end, and noise.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        10 => prop::sample::select(vec![
            "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "begin:vtodo", "END:VTODO", "BEGIN:X-OWN",
            "END:X-OWN", "SUMMARY:Tea\\, at five", "SUMMARY;LANGUAGE=de:Tee", "DESCRIPTION;ALTREP=\"a:b;c\":x", "X-A;B:c",
            "COMMENT:one", "COMMENT:two", "ATTENDEE;CN=\"A, B\";RSVP=TRUE:mailto:a@example.com", "no colon here", ":",
            "SUMM\r\n ARY:folded name", "DTSTART;TZID=Europe/Vienna:20260302T090000", "é🎉", " ", "\t x",
        ]).prop_map(|line| line.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..12),
    ];
    let line_end =
        prop::sample::select(vec!["\r\n", "\r\n", "\n", "\r", "\r\r\n", "\r\n ", "\n\t", "", "\n\n"]);
    let lines = prop::collection::vec((piece, line_end), 0..24);
    (prop::bool::weighted(0.1), lines).prop_map(|(has_mark, lines)| {
        let mark = if has_mark { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        let lines = lines.into_iter().flat_map(|(piece, end)| [piece, end.as_bytes().to_vec()].concat());
        mark.into_iter().chain(lines).collect()
    })
}

fn read(text: &[u8]) -> Document {
    Document::read(text).unwrap()
}

/// What reading sees: for each component its name, and its properties' lines.
fn seen(document: &Document) -> Vec<(String, Vec<Vec<u8>>)> {
    let lines = |component: Component<'_>| {
        let lines = component.properties().map(|property| property.content().to_vec()).collect();
        (component.name().into_owned(), lines)
    };
    document.all_components().map(lines).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn writing_what_was_read_gives_the_same_bytes(text in texts()) {
        let document = read(&text);
        let written = document.to_bytes();
        prop_assert_eq!(written.as_ref(), &text[..]);
    }

    #[test]
    fn canonical_text_is_read_as_the_same(text in texts()) {
        let canonical = read(&text).to_canonical();
        // A bare CR inside a line is kept, but whoever reads it may take it for a line end.
        let has_bare_cr = canonical.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n');
        if has_bare_cr {
            return Ok(());
        }
        prop_assert_eq!(&read(&canonical).to_canonical(), &canonical);
        let has_structure = read(&text).problems().is_empty();
        if has_structure {
            prop_assert_eq!(seen(&read(&canonical)), seen(&read(&text)));
        }
    }

    /// Sets a value in a random place, then compares all bytes outside the line with what they were.
    #[test]
    fn setting_a_property_leaves_all_else(text in texts(), nth in any::<prop::sample::Index>(), value in "[ -~é\n]{0,120}") {
        let before = read(&text);
        let components: Vec<_> = before.all_components().map(Component::id).collect();
        if components.is_empty() {
            return Ok(());
        }
        let id = components[nth.index(components.len())];
        let old = before.component(id).property(PropertyKind::Summary).map(|property| property.id());

        let mut after = before.clone();
        let set = after.set(id, &ContentLine::new(PropertyKind::Summary).text(&value));
        let seen_value = after.property(set).text().into_owned();
        prop_assert_eq!(seen_value, value.clone());

        let written = after.to_bytes().into_owned();
        let again = read(&written);
        prop_assert_eq!(seen(&again), seen(&after));
        if old.is_none() {
            let mut undone = after.clone();
            undone.remove(set);
            let restored = undone.to_bytes();
            let is_cut_off = !text.ends_with(b"\n");
            prop_assert!(restored == text || (is_cut_off && restored.starts_with(&text)));
        }
    }

    #[test]
    fn a_component_added_and_removed_leaves_the_text(text in texts(), nth in any::<prop::sample::Index>()) {
        let before = read(&text);
        let parents: Vec<_> = before.all_components().map(Component::id).collect();
        let parent = if parents.is_empty() { None } else { Some(parents[nth.index(parents.len())]) };
        let mut after = before.clone();
        let alarm = after.add_component(parent, b"BEGIN:VALARM\nACTION:AUDIO\nEND:VALARM");
        let Some(alarm) = alarm else { return Err(TestCaseError::fail("the alarm was not added")) };
        prop_assert_eq!(after.component(alarm).parent().map(Component::id), parent);
        let action = after.component(alarm).property(PropertyKind::Action).map(|action| action.text().into_owned());
        prop_assert_eq!(action.as_deref(), Some("AUDIO"));
        prop_assert!(after.all_components().any(|component| component.id() == alarm));
        prop_assert_eq!(after.all_components().count(), before.all_components().count() + 1);
        after.remove_component(alarm);
        prop_assert_eq!(after.all_components().count(), before.all_components().count());
        prop_assert!(after.to_bytes().starts_with(&text));
    }
}

/// What is no component, whole and alone, as this document reads it, is not added, and nothing is left of it.
#[test]
fn what_is_no_component_is_not_added() {
    for text in [
        &b"\xef\xbb\xbfBEGIN:VALARM\r\nEND:VALARM\r\n"[..],
        b"BEGIN:VALARM\rEND:VALARM\r",
        b"\r\n BEGIN:VALARM\r\nEND:VALARM\r\n",
        b"BEGIN:VALARM\r\nEND:VALARM\r\nBEGIN:VALARM\r\nEND:VALARM\r\n",
        b"BEGIN:VALARM\r\nEND:VALARM\r\nX-A:b\r\n",
        b"BEGIN:VALARM\r\n",
        b"ACTION:AUDIO\r\n",
        b"",
    ] {
        let mut document = read(b"BEGIN:VEVENT\r\nEND:VEVENT\r\n");
        let parent = document.roots().next().map(Component::id);
        assert_eq!(document.add_component(parent, text), None, "{}", text.escape_ascii());
        assert_eq!(document.to_bytes().as_ref(), b"BEGIN:VEVENT\r\nEND:VEVENT\r\n");
    }
}
