//! The first pass: what there is, before anything is written.

use std::collections::HashMap;
use std::io;

use ical::split::Piece;
use ical::{ComponentKind, Document, Limits, PropertyKind};
use sha2::{Digest, Sha256};

use super::{Import, Source, pieces};
use crate::error::Error;

/// What the sources hold.
pub(super) struct Survey {
    /// Names this import: what is read, and how it is imported.
    pub(super) digest: [u8; 32],
    /// How many objects there are.
    pub(super) objects: u64,
    pub(super) sources: Vec<Contents>,
}

/// What one source holds.
#[derive(Default)]
pub(super) struct Contents {
    /// How many components each object has that has several; by the hash of kind and UID.
    pub(super) several: HashMap<u64, u32>,
    /// Of each VCALENDAR, by its number, the lines before its first component that its objects keep.
    pub(super) heads: HashMap<u64, Vec<u8>>,
    /// Of each VCALENDAR its VTIMEZONEs, by TZID.
    pub(super) zones: HashMap<u64, Vec<(String, Vec<u8>)>>,
}

/// What an object is told apart by.
pub(super) fn hash(text: &str) -> u64 {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Kind and UID as one hash; `None` where there is no UID.
pub(super) fn identity(document: &Document) -> Option<u64> {
    let object = document.objects().into_iter().next()?;
    let uid = object.uid()?;
    Some(hash(&format!("{:?} {uid}", object.kind())))
}

/// Can an object of this kind be booked?
pub(super) const fn is_bookable(kind: ComponentKind) -> bool {
    use ComponentKind::{Availability, Event, Freebusy, Journal, Todo};
    matches!(kind, Event | Todo | Journal | Freebusy | Availability)
}

/// Reads all sources once.
pub(super) fn survey(sources: &[&dyn Source], import: &Import, limits: &Limits) -> Result<Survey, Error> {
    let mut digest = Sha256::new();
    digest.update(format!("{} {:?} {}", import.calendar.id, import.known, sources.len()));
    let mut survey = Survey { digest: [0; 32], objects: 0, sources: Vec::new() };
    for source in sources {
        let mut counts: HashMap<u64, u32> = HashMap::new();
        let mut contents = Contents::default();
        let (mut without_uid, mut found) = (0, 0_u64);
        pieces(
            *source,
            limits,
            |bytes| digest.update(bytes),
            |piece| {
                match piece {
                    Piece::Component { kind: ComponentKind::Timezone, calendar, bytes, .. } => {
                        contents.zone(calendar, bytes);
                    }
                    Piece::Component { kind, bytes, .. } if is_bookable(kind) => {
                        found += 1;
                        match Document::read(bytes).ok().as_ref().and_then(identity) {
                            Some(identity) => *counts.entry(identity).or_default() += 1,
                            None => without_uid += 1,
                        }
                    }
                    Piece::Lines { calendar, bytes, .. } => contents.head(calendar, &bytes),
                    Piece::Component { .. } | Piece::TooLarge { .. } => found += 1,
                }
                Ok(())
            },
        )?;
        let is_calendar = found > 0 || !contents.heads.is_empty() || !contents.zones.is_empty();
        if !is_calendar {
            let error =
                io::Error::new(io::ErrorKind::InvalidData, "there is no calendar in it: wanted iCalendar");
            return Err(Error::Source { name: source.name(), error });
        }
        survey.objects += counts.len() as u64 + without_uid;
        counts.retain(|_, count| *count > 1);
        contents.several = counts;
        survey.sources.push(contents);
    }
    survey.digest = digest.finalize().into();
    Ok(survey)
}

impl Contents {
    fn zone(&mut self, calendar: u64, bytes: Vec<u8>) {
        let Ok(document) = Document::read(bytes) else { return };
        let tzid = document.roots().next().and_then(|zone| zone.property(PropertyKind::Tzid));
        if let Some(tzid) = tzid.map(|tzid| tzid.text().into_owned()) {
            let zones = self.zones.entry(calendar).or_default();
            if zones.iter().all(|(known, _)| *known != tzid) {
                zones.push((tzid, document.original().to_vec()));
            }
        }
    }

    /// Keeps of a calendar's own lines what each of its objects needs to be read alone.
    fn head(&mut self, calendar: u64, bytes: &[u8]) {
        let Ok(document) = Document::read(bytes) else { return };
        let Some(root) = document.roots().find(|root| root.kind() == ComponentKind::Calendar) else { return };
        let mut kept = Vec::new();
        for property in root.properties() {
            if matches!(property.kind(), PropertyKind::Prodid | PropertyKind::Calscale) {
                kept.extend_from_slice(property.content());
                kept.extend_from_slice(b"\r\n");
            }
        }
        self.heads.entry(calendar).or_default().extend(kept);
    }
}
