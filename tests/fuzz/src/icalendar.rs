//! Any bytes as iCalendar: structure, values, parameters.

use ical::diff::diff;
use ical::value::Value;
use ical::{Component, ComponentKind, ContentLine, Document, Property, PropertyKind};

use crate::{has_bare_cr, read, seen};

/// Any bytes as iCalendar. Writing gives the same bytes; the canonical form is stable and read as the same; components
/// and places are within the text; each value and parameter that is read is read again from what it writes.
pub fn icalendar(data: &[u8]) {
    let document = read(data);
    assert_eq!(document.to_bytes(), data, "write after read is the identity");
    structure(&document, data.len());
    canonical(&document, data);
    for component in document.all_components() {
        for property in component.properties() {
            parameters(&property);
            values(&property);
        }
    }
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
        for property in component.properties() {
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

/// The only property of an event that has only this line.
fn alone<T>(line: &[u8], look: impl FnOnce(Property<'_>) -> T) -> T {
    let document = read(&[b"BEGIN:VEVENT\r\n", line, b"\r\nEND:VEVENT\r\n"].concat());
    let event = document.components(ComponentKind::Event).next().expect("an event");
    look(event.properties().next().expect("a property in it"))
}

fn values(property: &Property<'_>) {
    let raw = property.raw_value();
    let head = property.content().strip_suffix(raw).expect("the value is the line's end");
    let mut read = 0;
    for value in property.values().take(50) {
        read += 1;
        let Ok(value) = value else { continue };
        let written = value.to_string();
        // A CR at the end of a line is part of the line end; a value that holds one cannot be told from it.
        if property.content().contains(&b'\r') {
            continue;
        }
        assert!(!written.contains('\n'), "a value is one line");
        alone(&[head, written.as_bytes()].concat(), |again| {
            let again = again.value();
            assert!(is_same(&again, &value), "{value:?} is written as {written:?} and read as {again:?}");
        });
    }
    assert!(read > 0, "there is always a value");
    let _ = (property.text(), property.texts().count(), property.recur().is_ok());
    for date_or_time in property.dates_or_times().take(50).flatten() {
        let same = alone(format!("DTSTART:{date_or_time}").as_bytes(), |again| {
            again.date_or_time().map(|again| again.wall())
        });
        assert_eq!(same, Ok(date_or_time.wall()));
    }
}

fn is_same<E>(again: &Result<Value<'_>, E>, value: &Value<'_>) -> bool {
    match (again, value) {
        (Ok(Value::Float(again)), Value::Float(value)) => again.to_bits() == value.to_bits(),
        (Ok(again), value) => again == value,
        (Err(_), _) => false,
    }
}

fn parameters(property: &Property<'_>) {
    for parameter in property.parameters() {
        assert_eq!(Some(parameter.value()), parameter.values().next());
        for typed in parameter.typed().flatten() {
            assert!(!typed.to_string().contains('\0') || parameter.raw().contains(&0));
        }
        let values: Vec<_> = parameter.values().collect();
        if values.iter().any(|value| value.contains(|c: char| c.is_ascii_control() && c != '\n' && c != '\t'))
        {
            continue;
        }
        let line = ContentLine::new(PropertyKind::Comment).with_named("X-ONE", &values);
        let line = line.with_named("X-TWO", ["two"]).text("a value");
        alone(line.to_string().as_bytes(), |again| {
            let again: Vec<Vec<String>> =
                again.parameters().map(|one| one.values().map(Into::into).collect()).collect();
            assert_eq!(again, [values.clone(), vec!["two".into()]], "written as {line}");
        });
    }
}
