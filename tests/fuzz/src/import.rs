//! Any bytes taken into a store.

use std::io::{self, Cursor, Read};

use ical::civil::Timestamp;
use ical::{ComponentKind, Document};
use service::{Bounds, Export, Import, Known, Names, Options, Report, Service, Source};
use store::{Store, Waiting};

struct Text<'t>(&'t [u8]);

impl Source for Text<'_> {
    fn name(&self) -> String {
        "input".to_owned()
    }

    fn read(&self, take: &mut dyn FnMut(&mut dyn Read)) -> io::Result<()> {
        take(&mut Cursor::new(self.0));
        Ok(())
    }
}

/// The bytes are imported into a new store. What is booked is read back whole, each object once; imported again it changes
/// nothing; the store is sound; and what is handed out, taken in by another store, is handed out there the same.
pub fn import(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for a store");
    let first = service(&folder);
    let Some(report) = take(&first, data) else { return };
    assert_eq!(report.updated, 0, "what is in one source comes once");
    let stream = export(&first);
    let document = Document::read(&*stream).expect("what a fuzzer makes is short");
    let booked = document.objects().iter().filter(|object| object.kind() != ComponentKind::Available).count();
    assert_eq!(booked as u64, report.added, "what was booked is read back whole");
    let again = take(&first, data).expect("what was a calendar is one again");
    assert_eq!((again.added, again.updated), (0, 0), "imported again it changes nothing");
    let mut findings = Vec::new();
    let verified = first.store().verify(&mut |finding| findings.push(finding), &mut |_| ());
    verified.expect("the store can be read");
    assert_eq!(findings, [], "the store is sound");
    let other = tempfile::tempdir().expect("a folder for a store");
    let second = service(&other);
    if take(&second, &stream).is_some() {
        assert_eq!(export(&second).escape_ascii().to_string(), stream.escape_ascii().to_string());
    }
}

fn service(folder: &tempfile::TempDir) -> Service {
    let store = Store::new(folder.path(), Waiting::never());
    Service::new(store, || Timestamp(1_770_000_000), Names::told("fuzz"), Options::default())
}

/// `None` where it is refused.
fn take(service: &Service, text: &[u8]) -> Option<Report> {
    let how = Import { calendar: None, known: Known::Newer, is_dry: false, bounds: Bounds::default() };
    match service.owner().import(&[&Text(text)], &how, &mut ()) {
        Ok(report) => Some(report),
        Err(service::Error::Source { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

fn export(service: &Service) -> Vec<u8> {
    let mut stream = Vec::new();
    service.owner().export(&Export::default(), &mut stream).expect("what is kept can be handed out");
    stream
}
