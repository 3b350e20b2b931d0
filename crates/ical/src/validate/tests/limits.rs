//! Problems of number and size.

use std::sync::Arc;

use super::*;

#[test]
fn limits_are_named() {
    let text = event(
        "DTSTART:20260301T090000Z\nATTENDEE;A=1;B=2:mailto:a@x\nATTENDEE:mailto:b@x\n\
         RDATE:20260303T090000Z\n",
    );
    let limits =
        Limits { attendees: 1, properties: 3, parameters: 1, dates: 0, components: 0, ..Limits::default() };
    let document = Document::read(text).unwrap();
    let problems = document.validate_within(&Profile::Rfc5545, &limits, &Arc::default());
    let told: Vec<&str> = problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::OverLimit)
        .filter_map(|problem| problem.message.split('`').nth(1))
        .collect();
    for limit in ["attendees", "properties", "parameters", "dates", "components"] {
        assert!(told.contains(&limit), "{limit} in {told:?}");
    }
}

#[test]
fn inner_components_and_overrides_are_counted() {
    let alarm = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT5M\nEND:VALARM\n".repeat(3);
    let lines = "DTSTAMP:20260101T000000Z\nDTSTART:20260301T090000Z\n";
    let master = format!("BEGIN:VEVENT\nUID:a\n{lines}{alarm}END:VEVENT\n");
    let one = format!("BEGIN:VEVENT\nUID:a\n{lines}RECURRENCE-ID:20260301T090000Z\nEND:VEVENT\n");
    let other = one.replace("-ID:20260301", "-ID:20260302");
    let told = |events: &[&str], components, overrides| -> Vec<String> {
        let document = Document::read(calendar(&events.concat())).unwrap();
        let limits = Limits { components, overrides, ..Limits::default() };
        let problems = document.validate_within(&Profile::Rfc5545, &limits, &Arc::default()).into_iter();
        let over = problems.filter(|problem| problem.kind == ProblemKind::OverLimit);
        over.map(|problem| problem.message).collect()
    };
    assert_eq!(told(&[&master, &one, &other], 6, 2), [""; 0]);
    assert_eq!(
        told(&[&master, &one, &other], 5, 1),
        [
            "wanted at most 5 components (the limit `components`), found 6",
            "wanted at most 1 overrides (the limit `overrides`), found 2"
        ]
    );
    assert_eq!(told(&[&one, &other], 2, 2), [""; 0]);
    assert_eq!(told(&[&one, &other], 2, 1), ["wanted at most 1 overrides (the limit `overrides`), found 2"]);
    assert_eq!(told(&[&master, &master], 8, 0), [""; 0]);
}

#[test]
fn problems_are_bounded_in_number_and_in_order() {
    for lines in [MAX_PROBLEMS - 2, MAX_PROBLEMS - 1, MAX_PROBLEMS, 3 * MAX_PROBLEMS] {
        // And there is no VCALENDAR.
        let problems = Document::read("X:1\r\n".repeat(lines)).unwrap().validate(&Profile::Rfc5545);
        assert_eq!(problems.len(), MAX_PROBLEMS.min(lines + 1));
        assert!(problems.is_sorted_by_key(|problem| problem.place.start));
        let (last, others) = problems.split_last().unwrap();
        assert!(others.iter().all(|problem| problem.kind != ProblemKind::OverLimit));
        let is_full = lines + 1 >= MAX_PROBLEMS;
        assert_eq!(last.kind == ProblemKind::OverLimit, is_full, "{lines}");
        assert_eq!(Some(&last.place) == others.last().map(|other| &other.place), is_full);
    }
    let text = event("SUMMARY:a\nSUMMARY:b\nURL:x\n");
    let problems = Document::read(text).unwrap().validate(&Profile::Rfc5545);
    assert!(problems.is_sorted_by_key(|problem| problem.place.start));
    assert!(problems.iter().all(|problem| !problem.message.ends_with('.')));
    assert!(problems.iter().all(|problem| problem.severity >= Severity::Warning));
}
