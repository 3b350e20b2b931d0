//! Flags stand over the sentence.

use sentence::{Fault, Misunderstood, Part, Sentence};

use crate::context;

/// A sentence with flags, as one line.
fn said(words: &str, flags: &[(Part, &str)]) -> Result<String, Misunderstood> {
    let context = context();
    let sentence = Sentence::read(&[words], &context)?;
    let sentence =
        flags.iter().try_fold(sentence, |sentence, (part, text)| sentence.with(*part, text, &context))?;
    sentence.understand(&context).map(|understood| understood.to_string())
}

#[test]
fn each_flag_says_its_part() {
    for (words, flags, understood) in [
        ("Tea", &[(Part::Start, "friday 14:00")][..], "Tea · Fri 6 March 2026 14:00–15:00 (Europe/Vienna)"),
        ("Tea tomorrow 9:00", &[(Part::Start, "friday")], "Tea · Fri 6 March 2026"),
        (
            "Tea friday 14:00 for 2 hours",
            &[(Part::End, "14:30")],
            "Tea · Fri 6 March 2026 14:00–14:30 (Europe/Vienna)",
        ),
        (
            "Tea friday 14:00-15:00",
            &[(Part::For, "10 min")],
            "Tea · Fri 6 March 2026 14:00–14:10 (Europe/Vienna)",
        ),
        ("Tea friday until sunday", &[(Part::End, "saturday")], "Tea · Fri 6 March 2026 – Sat 7 March 2026"),
        (
            "Tea friday at Home",
            &[(Part::At, "12 Main St at noon")],
            "Tea · Fri 6 March 2026 · 12 Main St at noon",
        ),
        (
            "Tea friday #work",
            &[(Part::Calendar, "Home Office")],
            "Tea · Fri 6 March 2026 · in calendar Home Office",
        ),
        (
            "Tea friday",
            &[(Part::At, "The \"Old\" House, 5\" from \"noon")],
            "Tea · Fri 6 March 2026 · The \"Old\" House, 5\" from \"noon",
        ),
        ("Tea", &[(Part::Due, "friday")], "Tea · to-do · due Fri 6 March 2026"),
        (
            "Tea friday remind 1 day before",
            &[(Part::Remind, "10 min"), (Part::Remind, "at 08:00")],
            "Tea · Fri 6 March 2026 · remind 10 minutes before · remind at 08:00",
        ),
        ("Tea friday remind 1 day before", &[(Part::Remind, "none")], "Tea · Fri 6 March 2026 · no reminder"),
        (
            "Tea every day until 3 june except 10 april",
            &[(Part::Repeat, "every friday 3 times except 13 march")],
            "Tea · Fri 6 March 2026 · every Friday 3 times except Fri 13 March 2026",
        ),
        (
            "Gym 18:00 every monday until 3 june",
            &[(Part::For, "2 hours"), (Part::Start, "19:00")],
            "Gym · Mon 2 March 2026 19:00–21:00 (Europe/Vienna) · every Monday until 3 June 2026",
        ),
        (
            "Tea friday",
            &[(Part::Repeat, "FREQ=WEEKLY;COUNT=2")],
            "Tea · Fri 6 March 2026 · every week 2 times",
        ),
    ] {
        assert_eq!(said(words, flags).as_deref(), Ok(understood), "{words} {flags:?}");
    }
}

#[test]
fn a_fault_is_of_its_flag() {
    for (words, part, text, fault, found) in [
        ("Tea", Part::Start, "fridai", Fault::Unknown, "fridai"),
        ("Tea", Part::Start, "friday 29:00", Fault::Nonexistent, "29:00"),
        ("Tea", Part::Start, "29 march 2:30", Fault::Nonexistent, "29 march 2:30"),
        ("Tea friday 14:00", Part::End, "5 march 2026 9:00", Fault::Contradiction, "5 march 2026 9:00"),
        ("Tea friday 14:00", Part::For, "soon", Fault::Unknown, "soon"),
        ("Tea friday 14:00", Part::For, "0 min", Fault::Contradiction, "0 min"),
        ("Tea friday", Part::Repeat, "every monday", Fault::Contradiction, "friday"),
        ("Tea friday", Part::Repeat, "until 3 june", Fault::Missing, ""),
        ("Tea friday", Part::Repeat, "every week 14:00", Fault::Unknown, "14:00"),
        ("Tea friday", Part::Calendar, "Wrok", Fault::Unknown, "Wrok"),
        ("Tea friday", Part::Remind, "soon", Fault::Unknown, "soon"),
        ("Tea friday", Part::At, "", Fault::Missing, ""),
        ("Tea friday", Part::Due, "by friday", Fault::Unknown, "by"),
    ] {
        let error = said(words, &[(part, text)]).expect_err(text);
        assert_eq!((error.fault, error.words()), (fault, found), "{text}: {error}");
        let of_sentence = found == "friday";
        assert_eq!(error.part, if of_sentence { None } else { Some(part) }, "{text}");
        assert_eq!(error.text, if of_sentence { words } else { text });
    }
}
