//! Any bytes as iCalendar: structure, values, parameters.

use ical::diff::diff;
use ical::{Component, ComponentKind, ContentLine, Document, Property, PropertyKind};

use crate::{has_bare_cr, read, seen};

/// Any bytes as iCalendar. Writing gives the same bytes; the canonical form is stable and read as the same;
/// components and places are within the text; each value and parameter that is read is read again from what
/// it writes.
pub fn icalendar(data: &[u8]) {
    let document = read(data);
    assert_eq!(document.to_bytes(), data, "write after read is the identity");
    structure(&document, data.len());
    canonical(&document, data);
    let mut again = Again::default();
    for component in document.all_components() {
        for property in component.properties() {
            parameters(&property, &mut again);
            values(&property, &mut again);
        }
    }
    again.check();
    for object in document.objects() {
        assert!(object.components().iter().all(|component| component.kind() == object.kind()));
    }
}

fn structure(document: &Document, len: usize) {
    let within = |place: std::ops::Range<usize>| assert!(place.start <= place.end && place.end <= len);
    for problem in document.problems() {
        within(problem.place.clone());
        assert!(!problem.to_string().is_empty());
    }
    let all: Vec<_> = document.all_components().map(Component::id).collect();
    let nested: Vec<_> = document.roots().flat_map(Component::descendants).map(Component::id).collect();
    assert_eq!(all, nested, "every component stands in one root");
    let mut before = None;
    for component in document.all_components() {
        assert_eq!(document.component(component.id()).id(), component.id());
        within(component.place());
        assert!(component.children().all(|child| child.parent().map(Component::id) == Some(component.id())));
        assert!(before.is_none_or(|before| before < component.place().start), "the text's order");
        before = Some(component.place().start);
        let bytes = component.to_bytes();
        let place = component.place();
        assert_eq!(document.original().get(place.clone()), bytes.get(..place.len()));
        for property in component.properties().take(20) {
            within(property.place());
            assert_eq!(document.property(property.id()).content(), property.content());
            let name = property.name();
            let is_named = component.properties_named(&name).any(|named| named.id() == property.id());
            assert!(is_named, "found by its name");
        }
    }
}

fn canonical(document: &Document, data: &[u8]) {
    let canonical = document.to_canonical();
    if has_bare_cr(data) {
        return;
    }
    let again = read(&canonical);
    assert_eq!(again.to_canonical(), canonical, "the canonical form is stable");
    if document.problems().is_empty() {
        assert_eq!(seen(&again), seen(document), "the canonical form is read as the same");
        assert_eq!(diff(document, &again).len(), 0, "the canonical form means the same");
    }
}

/// What a line that was written must say when it is read.
type Law<'a> = Box<dyn FnOnce(&Property<'_>) + 'a>;

/// Lines that were written from what was read, and are read again.
#[derive(Default)]
struct Again<'a> {
    text: Vec<u8>,
    laws: Vec<Law<'a>>,
}

impl<'a> Again<'a> {
    fn line(&mut self, line: &[u8], law: impl FnOnce(&Property<'_>) + 'a) {
        self.text.extend_from_slice(line);
        self.text.extend_from_slice(b"\r\n");
        self.laws.push(Box::new(law));
    }

    fn check(self) {
        let document = read(&[b"BEGIN:VEVENT\r\n", &self.text[..], b"END:VEVENT\r\n"].concat());
        let event = document.components(ComponentKind::Event).next().expect("an event");
        let properties: Vec<_> = event.properties().collect();
        assert_eq!(properties.len(), self.laws.len(), "each line is a property");
        properties.iter().zip(self.laws).for_each(|(property, law)| law(property));
    }
}

fn values(property: &Property<'_>, again: &mut Again<'_>) {
    let raw = property.raw_value();
    let head = property.content().strip_suffix(raw).expect("the value is the line's end");
    let mut read = 0;
    for value in property.values().take(20) {
        read += 1;
        let Ok(value) = value else { continue };
        // A CR at the end of a line is part of the line end; a value that holds one cannot be told from it.
        if property.content().contains(&b'\r') {
            continue;
        }
        let written = value.to_string();
        assert!(!written.contains('\n'), "a value is one line");
        let value = format!("{value:?}");
        again.line(&[head, written.as_bytes()].concat(), move |again| {
            let again = again.value().map(|again| format!("{again:?}"));
            assert_eq!(again, Ok(value), "from {written:?}");
        });
    }
    assert!(read > 0, "there is always a value");
    let _ = (property.text(), property.texts().count(), property.recur().is_ok());
    for date_or_time in property.dates_or_times().take(20).flatten() {
        let wall = date_or_time.wall();
        again.line(format!("DTSTART:{date_or_time}").as_bytes(), move |again| {
            assert_eq!(again.date_or_time().map(|again| again.wall()), Ok(wall));
        });
    }
}

fn parameters(property: &Property<'_>, again: &mut Again<'_>) {
    for parameter in property.parameters() {
        assert_eq!(Some(parameter.value()), parameter.values().next());
        for typed in parameter.typed().flatten() {
            assert!(!typed.to_string().contains('\0') || parameter.raw().contains(&0));
        }
        let values: Vec<String> = parameter.values().map(Into::into).collect();
        if values.iter().any(|value| value.contains(|c: char| c.is_ascii_control() && c != '\n' && c != '\t'))
        {
            continue;
        }
        let line = ContentLine::new(PropertyKind::Comment).with_named("X-ONE", &values);
        let line = line.with_named("X-TWO", ["two"]).text("a value").to_string();
        again.line(line.clone().as_bytes(), move |again| {
            let again: Vec<Vec<String>> =
                again.parameters().map(|one| one.values().map(Into::into).collect()).collect();
            assert_eq!(again, [values, vec!["two".to_owned()]], "written as {line}");
        });
    }
}
