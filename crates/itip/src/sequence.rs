//! Newer or older: SEQUENCE, then DTSTAMP (RFC 5546 2.1.5).

use ical::Component;
use ical::civil::Timestamp;

/// Of what revision a component is. The higher number obsoletes the lower; of equal ones the later stamp does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// SEQUENCE, zero where none is written.
    pub sequence: u32,
    /// DTSTAMP; `None`, which loses every tie, where none is written.
    pub stamp: Option<Timestamp>,
}

impl Revision {
    /// The revision that a component says it is of. A number that cannot be read, or is negative, is zero.
    pub fn of(component: Component<'_>) -> Self {
        let stamp = component.stamp().ok().flatten().map(Timestamp::from_utc);
        Self { sequence: sequence(component), stamp }
    }
}

/// SEQUENCE of a component. Old Outlook writes zero, and what it means in a property of its own.
pub(crate) fn sequence(component: Component<'_>) -> u32 {
    let written = u32::try_from(component.sequence().unwrap_or(0)).unwrap_or(0);
    if written > 0 {
        return written;
    }
    let outlook = component.properties_named("X-MICROSOFT-CDO-APPT-SEQUENCE").next();
    outlook.and_then(|property| property.value_lossy().trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ical::{ComponentKind, Document};

    fn revision(lines: &str) -> Revision {
        let text = format!("BEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT\r\n");
        let document = Document::read(text).unwrap();
        Revision::of(document.components(ComponentKind::Event).next().unwrap())
    }

    #[test]
    fn the_number_counts_first() {
        let old = revision("SEQUENCE:1\r\nDTSTAMP:20260302T090000Z");
        assert!(old < revision("SEQUENCE:2\r\nDTSTAMP:20260301T090000Z"));
        assert!(old < revision("SEQUENCE:1\r\nDTSTAMP:20260302T090001Z"));
        assert!(old > revision("DTSTAMP:20260302T090001Z"));
        assert!(old > revision("SEQUENCE:1"), "without a stamp it loses every tie");
        assert_eq!(old, revision("SEQUENCE:1\r\nDTSTAMP:20260302T090000Z"));
    }

    #[test]
    fn what_cannot_be_read_is_zero() {
        for lines in ["SEQUENCE:-1", "SEQUENCE:many", "SEQUENCE:99999999999", "DTSTAMP:never"] {
            assert_eq!(revision(lines), Revision::default(), "{lines}");
        }
        assert_eq!(revision("SEQUENCE:0\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:4").sequence, 4);
        assert_eq!(revision("SEQUENCE:3\r\nX-MICROSOFT-CDO-APPT-SEQUENCE:4").sequence, 3);
    }
}
