//! Generated objects: what is imported, and what a store must then have, byte for byte.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::Numbers;

/// A version of an object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) uid: String,
    /// SEQUENCE of each of its components.
    pub(crate) version: u32,
    /// The master first, then overrides.
    components: Vec<String>,
}

/// What a store must have: objects by UID.
pub(crate) type Objects = BTreeMap<String, Arc<Object>>;

const HEAD: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//Crash//EN\r\n";
const FOOT: &str = "END:VCALENDAR\r\n";
const ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\n\
    BEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
    TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n\
    BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n\
    TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

impl Object {
    /// The object of a number in one of its versions: an event, a series with or without overrides, a to-do, a journal.
    pub(crate) fn new(number: usize, version: u32, numbers: &mut Numbers) -> Arc<Self> {
        let uid = format!("{number}@crash.example");
        let day = 1 + numbers.below(28);
        let hour = numbers.below(24);
        // Of what kind it is, it stays: another kind of a UID that is there is left out.
        let shape = if number % 10 < 2 { number % 10 } else { 2 + numbers.below(8) };
        let mut component = |name: &str, times: &str| {
            let mut text = format!(
                "BEGIN:{name}\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nSEQUENCE:{version}\r\n{times}\
                 SUMMARY:Number {number} {}\r\n",
                word(number, version)
            );
            // Now and then more than a page of the store.
            let lines = if numbers.below(12) == 0 { numbers.below(120) } else { numbers.below(6) };
            for line in 0..lines {
                text.push_str(&format!("COMMENT:Line {line} says {}\r\n", numbers.below(1_000_000_007)));
            }
            if name != "VJOURNAL" && number.is_multiple_of(3) {
                text.push_str("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n");
            }
            text + &format!("END:{name}\r\n")
        };
        let vienna = format!(";TZID=Europe/Vienna:202603{day:02}T{hour:02}0000\r\n");
        let components = match shape {
            0 => vec![component("VTODO", &format!("DUE:202604{day:02}T{hour:02}0000Z\r\n"))],
            1 => vec![component("VJOURNAL", &format!("DTSTART;VALUE=DATE:202602{day:02}\r\n"))],
            2 => vec![component(
                "VEVENT",
                &format!("DTSTART{vienna}DURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=9\r\n"),
            )],
            3 | 4 => vec![
                component(
                    "VEVENT",
                    "DTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=6\r\n",
                ),
                component(
                    "VEVENT",
                    "RECURRENCE-ID:20260304T090000Z\r\nDTSTART:20260304T110000Z\r\nDURATION:PT2H\r\n",
                ),
            ],
            5 => vec![component(
                "VEVENT",
                &format!("DTSTART;VALUE=DATE:202603{day:02}\r\nRRULE:FREQ=YEARLY\r\n"),
            )],
            _ => {
                vec![component(
                    "VEVENT",
                    &format!("DTSTART:202603{day:02}T{hour:02}0000Z\r\nDURATION:PT30M\r\n"),
                )]
            }
        };
        Arc::new(Self { uid, version, components })
    }

    /// The text that a store keeps of it: a calendar of its own, with the zone that it names.
    pub(crate) fn text(&self) -> Vec<u8> {
        let zone = if self.components.iter().any(|text| text.contains("TZID=")) { ZONE } else { "" };
        [HEAD, zone, &self.components.concat(), FOOT].concat().into_bytes()
    }

    /// A word that no other object has, nor another version.
    pub(crate) fn word(&self) -> String {
        let number = self.uid.split('@').next().and_then(|number| number.parse().ok());
        word(number.unwrap_or_default(), self.version)
    }
}

fn word(number: usize, version: u32) -> String {
    format!("word{number}v{version}e")
}

/// A file of objects, and the order in which they are whole: overrides stand some objects behind their masters.
pub(crate) fn file(objects: &[Arc<Object>]) -> (Vec<u8>, Vec<Arc<Object>>) {
    let mut text = HEAD.to_owned() + ZONE;
    let mut order = Vec::new();
    let mut late: Vec<&Arc<Object>> = Vec::new();
    for (place, object) in objects.iter().enumerate() {
        let Some((master, overrides)) = object.components.split_first() else { continue };
        text.push_str(master);
        if overrides.is_empty() {
            order.push(Arc::clone(object));
        } else {
            late.push(object);
        }
        if place % 4 == 3 || place + 1 == objects.len() {
            for object in late.drain(..) {
                text.extend(object.components.iter().skip(1).map(String::as_str));
                order.push(Arc::clone(object));
            }
        }
    }
    ((text + FOOT).into_bytes(), order)
}

/// What an import makes of an object: one that is older than what is there changes nothing (RFC 5546 2.1.5).
pub(crate) fn import(objects: &mut Objects, new: &Arc<Object>) {
    if objects.get(&new.uid).is_none_or(|old| old.version <= new.version) {
        objects.insert(new.uid.clone(), Arc::clone(new));
    }
}
