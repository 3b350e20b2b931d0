//! An iCalendar stream made of components: each as it stands, with the zones that they name, each once.

use std::collections::HashSet;
use std::sync::Arc;

use ical::civil::{DateTime, Timestamp};
use ical::zone::{Origin, TimezoneOptions, Zone, ZoneCache, Zones};
use ical::{Component, ComponentKind, Document, ParameterKind, PropertyKind};

/// Who wrote it, where no source says.
pub(crate) const PRODID: &[u8] = b"PRODID:-//Kalends//Kalends//EN\r\n";
/// What begins each stream; what it holds follows.
pub(crate) const BEGIN: &[u8] = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";
/// What ends each stream.
pub(crate) const END: &[u8] = b"END:VCALENDAR\r\n";

/// The zones of a stream. A TZID that stands for two zones in two texts gets another name for the second: both would be
/// read as the first otherwise. A name of IANA's or Windows' stands for that zone, whatever its VTIMEZONE says, and stays;
/// where texts define it differently, one that is right for all of them is written anew: each may end before the others
/// begin.
#[derive(Debug)]
pub(crate) struct Timezones {
    cache: Arc<ZoneCache>,
    named: Zones<'static>,
    kept: Vec<Kept>,
}

#[derive(Debug)]
struct Kept {
    /// As its text calls it.
    was: String,
    /// As the stream calls it.
    tzid: String,
    /// What its text says; nothing where its name says it.
    zone: Option<Zone>,
    /// As the stream has it.
    text: Vec<u8>,
    /// As texts have it.
    sources: HashSet<Vec<u8>>,
    /// The first wall time that they speak of.
    from: DateTime,
}

/// What TZIDs of one text are called in the stream, where that differs.
pub(crate) type Renamed = Vec<(String, String)>;

impl Timezones {
    pub(crate) fn new(cache: &Arc<ZoneCache>) -> Self {
        Self { cache: Arc::clone(cache), named: Zones::named(Arc::clone(cache)), kept: Vec::new() }
    }

    /// Takes the zones of a text in.
    pub(crate) fn take(&mut self, document: &Document) -> Renamed {
        let mut renamed = Renamed::new();
        for timezone in document.components(ComponentKind::Timezone) {
            let Some(tzid) = tzid(timezone) else { continue };
            let found = self.take_one(&tzid, timezone);
            if found != tzid && renamed.iter().all(|(was, _)| *was != tzid) {
                renamed.push((tzid, found));
            }
        }
        renamed
    }

    /// The name of a zone in the stream.
    fn take_one(&mut self, was: &str, timezone: Component<'_>) -> String {
        let source = timezone.to_bytes();
        let mut namesakes = self.kept.iter().filter(|kept| kept.was == was);
        if let Some(same) = namesakes.find(|kept| kept.sources.contains(&source)) {
            return same.tzid.clone();
        }
        let found = self.named.resolve(was);
        let is_known_by_name = matches!(found.origin, Origin::Iana | Origin::Prefixed | Origin::Windows);
        let by_name = found.zone.filter(|_| is_known_by_name);
        let zone = if by_name.is_some() { None } else { self.cache.timezone(timezone).ok() };
        if let Some(same) = self.kept.iter_mut().find(|kept| kept.was == was && kept.zone == zone) {
            same.from = same.from.min(first(timezone));
            same.sources.insert(source);
            if let Some(zone) = by_name {
                // An observance is named by the wall before it: a day is more than any offset.
                let from = Timestamp(same.from.to_seconds().saturating_sub(86_400));
                let options = TimezoneOptions { tzid: &same.tzid, from, until: None, location: None };
                same.text = zone.to_timezone(&options).into_bytes();
            }
            return same.tzid.clone();
        }
        let is_free = |name: &String| self.kept.iter().all(|kept| kept.tzid != *name && kept.was != *name);
        let numbered = |number: usize| if number == 1 { was.to_owned() } else { format!("{was} {number}") };
        let tzid = (1..=self.kept.len() + 1).map(numbered).find(is_free).unwrap_or_else(|| was.to_owned());
        self.kept.push(Kept {
            was: was.to_owned(),
            tzid: tzid.clone(),
            zone,
            text: if tzid == was { source.clone() } else { with_tzid(&source, &tzid) },
            sources: HashSet::from([source]),
            from: first(timezone),
        });
        tzid
    }

    /// Writes the zones that are asked for, in the order in which they came.
    pub(crate) fn write(&self, text: &mut Vec<u8>, mut is_wanted: impl FnMut(&str) -> bool) {
        for kept in self.kept.iter().filter(|kept| is_wanted(&kept.tzid)) {
            write(text, &kept.text);
        }
    }
}

/// The first wall time that a VTIMEZONE speaks of.
fn first(timezone: Component<'_>) -> DateTime {
    let starts = timezone.children().filter_map(|observance| observance.property(PropertyKind::Dtstart));
    starts.filter_map(|start| Some(start.date_or_time().ok()?.wall())).min().unwrap_or(DateTime::MIN)
}

/// Can an object of this kind be booked?
pub(crate) const fn is_bookable(kind: ComponentKind) -> bool {
    use ComponentKind::{Availability, Event, Freebusy, Journal, Todo};
    matches!(kind, Event | Todo | Journal | Freebusy | Availability)
}

/// The components of a text that are booked: those that stand directly in its calendars.
pub(crate) fn booked(document: &Document) -> impl Iterator<Item = Component<'_>> {
    let inside = document.roots().flat_map(Component::children);
    inside.filter(|component| is_bookable(component.kind()))
}

/// What a VTIMEZONE is called.
pub(crate) fn tzid(timezone: Component<'_>) -> Option<String> {
    timezone.property(PropertyKind::Tzid).map(|tzid| tzid.text().into_owned())
}

fn with_tzid(timezone: &[u8], tzid: &str) -> Vec<u8> {
    let Ok(mut document) = Document::read(timezone) else { return timezone.to_vec() };
    if let Some(id) = document.roots().next().map(|root| root.id()) {
        document.set(id, &ical::ContentLine::new(PropertyKind::Tzid).text(tzid));
    }
    document.to_bytes().into_owned()
}

/// The zones that a document's components name, VTIMEZONEs themselves apart.
pub(crate) fn named(document: &Document) -> HashSet<String> {
    let mut found = HashSet::new();
    for property in document.all_components().flat_map(Component::properties) {
        if let Some(tzid) = property.parameter(ParameterKind::Tzid) {
            let tzid = tzid.value();
            if !found.contains(&*tzid) {
                found.insert(tzid.into_owned());
            }
        }
    }
    found
}

/// A component with other TZIDs; the lines that name them alone are written anew.
pub(crate) fn renamed(component: &[u8], names: &Renamed) -> Vec<u8> {
    if names.is_empty() {
        return component.to_vec();
    }
    let Ok(mut document) = Document::read(component) else { return component.to_vec() };
    let new_name = |property: ical::Property<'_>| {
        let tzid = property.parameter(ParameterKind::Tzid)?.value().into_owned();
        let (_, name) = names.iter().find(|(was, _)| *was == tzid)?;
        Some((property.id(), name))
    };
    let changes: Vec<_> =
        document.all_components().flat_map(Component::properties).filter_map(new_name).collect();
    for (property, name) in changes {
        document.set_parameter(property, ParameterKind::Tzid, &[name]);
    }
    document.to_bytes().into_owned()
}

/// Writes a component with a line end at its end. One whose lines end in CR alone gets the RFC's, for it stands among
/// others now: by the first line end a text is read.
pub(crate) fn write(text: &mut Vec<u8>, component: &[u8]) {
    let first = component.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let ended = first.and_then(|at| component.get(at..)).unwrap_or_default();
    let is_cr = ended.first() == Some(&b'\r') && ended.iter().find(|byte| **byte != b'\r') != Some(&b'\n');
    if is_cr {
        let mut bytes = component.iter().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\r' => {
                    let _ = bytes.next_if(|next| **next == b'\n');
                    text.extend_from_slice(b"\r\n");
                }
                b'\n' => text.extend_from_slice(b"\r\n"),
                byte => text.push(*byte),
            }
        }
    } else {
        text.extend_from_slice(component);
    }
    if !text.ends_with(b"\n") {
        text.extend_from_slice(b"\r\n");
    }
}

/// The lines of a calendar that each of its objects keeps: PRODID and CALSCALE; METHOD is of the message that it came in.
pub(crate) fn head(calendar: Option<Component<'_>>) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut has_prodid = false;
    for property in calendar.into_iter().flat_map(Component::properties) {
        if matches!(property.kind(), PropertyKind::Prodid | PropertyKind::Calscale) {
            has_prodid |= property.kind() == PropertyKind::Prodid;
            kept.extend_from_slice(property.content());
            kept.extend_from_slice(b"\r\n");
        }
    }
    if has_prodid { kept } else { [PRODID, &kept].concat() }
}

#[cfg(test)]
mod tests {
    use ical::zone::Zone;

    use super::*;

    fn calendar(inside: &str) -> Document {
        Document::read(format!("BEGIN:VCALENDAR\r\n{inside}END:VCALENDAR\r\n")).unwrap()
    }

    #[test]
    fn a_zone_that_two_texts_bound_otherwise_is_right_for_both() {
        let vienna = Zone::iana("Europe/Vienna").unwrap();
        let bounded = |from: i64, until: Option<i64>| {
            let (from, until) = (Timestamp(from), until.map(Timestamp));
            vienna.to_timezone(&TimezoneOptions { tzid: "Europe/Vienna", from, until, location: None })
        };
        // 2025 to 2027, 2031 for ever, and 2001 to 2002.
        let texts = [
            bounded(1_735_689_600, Some(1_798_761_600)),
            bounded(1_924_992_000, None),
            bounded(978_307_200, Some(1_009_843_200)),
        ];
        let mut timezones = Timezones::new(&Arc::default());
        let mut written = Vec::new();
        for text in &texts {
            assert!(timezones.take(&calendar(text)).is_empty(), "the name stays");
            written.clear();
            timezones.write(&mut written, |_| true);
        }
        assert!(timezones.take(&calendar(&texts[0])).is_empty());
        let document = calendar(std::str::from_utf8(&written).unwrap());
        let mut components = document.components(ComponentKind::Timezone);
        let zone = ZoneCache::default().timezone(components.next().unwrap()).unwrap();
        assert!(components.next().is_none(), "each zone once");
        for at in (978_307_200..2_240_524_800).step_by(86_400 * 20).map(Timestamp) {
            assert_eq!(zone.to_wall(at), vienna.to_wall(at), "{at:?}");
        }
    }

    #[test]
    fn a_zone_of_one_text_stays_as_it_was_written() {
        let text = "BEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\nX-MINE:1\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
                    TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
        let mut timezones = Timezones::new(&Arc::default());
        for _ in 0..2 {
            assert!(timezones.take(&calendar(text)).is_empty());
        }
        let mut written = Vec::new();
        timezones.write(&mut written, |_| true);
        assert_eq!(String::from_utf8(written).unwrap(), text);
    }
}
