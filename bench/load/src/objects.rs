//! Objects as resources of their own, each with its zone.

use cost::{ASKED, Mix, Object};

/// The objects of a calendar of so many. Their UIDs are in no calendar of another size: there are servers that want each once
/// in all calendars of a person.
pub(crate) fn all(number: usize) -> impl Iterator<Item = Object> {
    cost::objects(Mix::Served, number).map(move |object| {
        let uid = format!("{number}-{}", object.uid);
        renamed(&object, uid)
    })
}

/// An object that no calendar of so many has, like the others, and in none of the times that are asked for.
pub(crate) fn new(number: usize, each: usize) -> Object {
    // The object after those that all have is a single event, elsewhere.
    let single = cost::objects(Mix::Served, ASKED + 2).last();
    let single = single.unwrap_or(Object { uid: String::new(), text: String::new() });
    renamed(&single, format!("{number}-new-{each:08}@example.com"))
}

fn renamed(object: &Object, uid: String) -> Object {
    let line = |uid: &str| format!("UID:{uid}\r\n");
    Object { text: object.text.replace(&line(&object.uid), &line(&uid)), uid }
}

/// The name of the resource of an object.
pub(crate) fn name(object: &Object) -> String {
    format!("{}.ics", object.uid)
}

/// The text of the resource of an object (RFC 4791 4.1).
pub(crate) fn text(object: &Object) -> String {
    format!("{OPENING}{}{CLOSING}", object.text)
}

const OPENING: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//load//EN\r\n\
    BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\n\
    BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
const CLOSING: &str = "END:VCALENDAR\r\n";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cost::IN_A_WEEK;
    use ical::Document;
    use ical::civil::{Date, Timestamp};
    use ical::recurrence::{Policies, Range, RecurrenceSet};
    use ical::zone::Zones;

    use super::{all, new, text};
    use crate::work::BUSY;

    /// From a day on, so many days in UTC.
    fn days(month: u8, day: u8, number: i64) -> Range {
        let from = Timestamp::from_utc(Date::new(2026, month, day).unwrap().midnight());
        Range { from, to: Timestamp(from.0 + number * 86_400) }
    }

    /// The starts of an object within a range.
    fn starts(text: &str, range: Range) -> Vec<String> {
        let document = Document::read(text).unwrap();
        let objects = document.objects();
        let object = objects.first().unwrap();
        let set = RecurrenceSet::new(object, &Zones::new(&document), &Policies::default());
        set.occurrences(range).map(|one| one.unwrap().start().to_string()).collect()
    }

    #[test]
    fn calendars_of_any_size_answer_alike() {
        for number in [100, 1_000] {
            let (mut in_week, mut busy) = (0, BTreeSet::new());
            for object in all(number) {
                let text = text(&object);
                in_week += usize::from(!starts(&text, days(3, 2, 7)).is_empty());
                busy.extend(starts(&text, days(3, 1, 31)));
            }
            assert_eq!((in_week, busy.len()), (IN_A_WEEK, BUSY), "of {number} objects: {busy:?}");
        }
    }

    #[test]
    fn what_is_put_changes_no_answer() {
        let (one, other) = (new(100, 1), new(100, 2));
        assert_ne!(one.uid, other.uid);
        assert!(one.text.contains(&one.uid) && one.text.len() == other.text.len());
        assert_eq!(starts(&text(&one), days(1, 1, 365)), Vec::<String>::new());
    }
}
