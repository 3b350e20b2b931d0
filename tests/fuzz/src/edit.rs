//! Edits of any text.

use ical::{Component, ComponentId, ComponentKind, ContentLine, Document, ParameterKind, PropertyKind};

use crate::{has_bare_cr, read, seen};

/// A place (a byte), an edit (a byte), the length of the text that it writes (a byte) and that text, then the
/// document. An edit is visible at once and when what is written is read again, and touches nothing else.
pub fn edit(data: &[u8]) {
    let [place, act, len, rest @ ..] = data else { return };
    let (text, document) = rest.split_at(rest.len().min(usize::from(*len)));
    let text = String::from_utf8_lossy(text);
    let before = read(document);
    let ids: Vec<_> = before.all_components().map(Component::id).collect();
    let id = ids.get(usize::from(*place) % ids.len().max(1)).copied();
    match (act % 6, id) {
        (0, Some(id)) => set(&before, id, &text),
        (1, Some(id)) => add_and_remove(&before, id, &text),
        (2, Some(id)) => set_parameter(&before, id, &text),
        (3, Some(id)) => remove_all(&before, id),
        (4, Some(id)) => remove_component(&before, id),
        _ => add_component(&before, id),
    }
}

const KINDS: [PropertyKind; 4] =
    [PropertyKind::Summary, PropertyKind::Comment, PropertyKind::Uid, PropertyKind::Description];

/// The edited text read again is what the edited document shows.
fn read_again(after: &Document) -> Document {
    let written = after.to_bytes();
    let again = read(&written);
    // With a bare CR in the text, or with components left open, what follows an edit may be told apart in
    // another way.
    if !has_bare_cr(&written) && again.problems().is_empty() {
        assert_eq!(seen(&again), seen(after), "what was edited is read again");
    }
    again
}

/// All components but one, as they are seen.
fn others(document: &Document, id: ComponentId) -> Vec<(ComponentId, Vec<Vec<u8>>)> {
    let lines = |component: Component<'_>| {
        (component.id(), component.properties().map(|property| property.content().to_vec()).collect())
    };
    document.all_components().filter(|component| component.id() != id).map(lines).collect()
}

/// The lines of a component that are not of a kind.
fn lines_beside(document: &Document, id: ComponentId, kind: PropertyKind) -> Vec<Vec<u8>> {
    let properties = document.component(id).properties().filter(|property| property.kind() != kind);
    properties.map(|property| property.content().to_vec()).collect()
}

/// A text as a value of TEXT gives it back: line ends are line feeds, control characters blanks.
fn kept(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean = |c: char| if c.is_ascii_control() && c != '\n' && c != '\t' { ' ' } else { c };
    text.chars().map(clean).collect()
}

fn set(before: &Document, id: ComponentId, text: &str) {
    if let Some(kind) = KINDS.get(text.len() % KINDS.len()).copied() {
        let mut after = before.clone();
        let property = after.set(id, &ContentLine::new(kind).text(text));
        assert_eq!(after.property(property).text(), kept(text), "the edit is visible");
        assert_eq!(after.component(id).properties_of(kind).count(), 1);
        assert_eq!(others(&after, id), others(before, id), "other components are as they were");
        assert_eq!(lines_beside(&after, id, kind), lines_beside(before, id, kind));
        read_again(&after);
        // The same again changes nothing.
        let written = after.to_bytes().into_owned();
        after.set(id, &ContentLine::new(kind).text(text));
        assert_eq!(after.to_bytes(), written);
    }
}

fn add_and_remove(before: &Document, id: ComponentId, text: &str) {
    let mut after = before.clone();
    let line = ContentLine::new(PropertyKind::Comment).with(ParameterKind::Altrep, [text]).text(text);
    let property = after.add(id, &line);
    assert_eq!(after.property(property).content(), line.to_string().as_bytes());
    assert_eq!(after.property(property).text(), kept(text));
    let altrep = after.property(property);
    let altrep = altrep.parameter(ParameterKind::Altrep).map(|altrep| altrep.value().into_owned());
    assert_eq!(altrep.as_deref(), Some(&*kept(text)));
    let count = |document: &Document| document.component(id).properties().count();
    assert_eq!(count(&after), count(before) + 1);
    assert_eq!(others(&after, id), others(before, id));
    read_again(&after);
    after.remove(property);
    restored(before, &after);
}

/// What was added and taken out again leaves the text; a last line without an end got one.
fn restored(before: &Document, after: &Document) {
    let (before, after) = (before.to_bytes(), after.to_bytes());
    let rest = after.strip_prefix(&*before).expect("the text is as it was");
    assert!(matches!(rest, b"" | b"\r\n" | b"\n" | b"\r"), "{rest:?} is left");
    assert!(rest.is_empty() || !before.ends_with(b"\n"));
}

fn set_parameter(before: &Document, id: ComponentId, text: &str) {
    let Some(first) = before.component(id).properties().next().map(|property| property.id()) else { return };
    let value = before.property(first).raw_value().to_vec();
    let mut after = before.clone();
    after.set_parameter(first, ParameterKind::Cn, &[text, "second"]);
    let property = after.property(first);
    let values = |property: &ical::Property<'_>| -> Option<Vec<String>> {
        property.parameter(ParameterKind::Cn).map(|cn| cn.values().map(Into::into).collect())
    };
    assert_eq!(values(&property), Some(vec![kept(text), "second".to_owned()]), "the parameter is visible");
    assert_eq!(property.raw_value(), value, "the value is as it was");
    assert_eq!(others(&after, id), others(before, id));
    read_again(&after);
    let count = before.property(first).parameters().filter(|one| one.kind() == ParameterKind::Cn).count();
    if count == 0 {
        after.set_parameter(first, ParameterKind::Cn, &[]);
        assert_eq!(after.property(first).content(), before.property(first).content());
    }
}

fn remove_all(before: &Document, id: ComponentId) {
    let mut after = before.clone();
    let ids: Vec<_> = before.component(id).properties().map(|property| property.id()).collect();
    for property in ids {
        after.remove(property);
    }
    assert_eq!(after.component(id).properties().count(), 0);
    assert_eq!(others(&after, id), others(before, id));
    read_again(&after);
}

fn remove_component(before: &Document, id: ComponentId) {
    let gone: Vec<_> = before.component(id).descendants().map(Component::id).collect();
    let mut after = before.clone();
    after.remove_component(id);
    let kept: Vec<_> =
        before.all_components().map(Component::id).filter(|other| !gone.contains(other)).collect();
    assert_eq!(after.all_components().map(Component::id).collect::<Vec<_>>(), kept);
    read_again(&after);
}

fn add_component(before: &Document, parent: Option<ComponentId>) {
    let text = b"BEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\n";
    let mut after = before.clone();
    let alarm = after.add_component(parent, text).expect("an alarm is a component");
    let component = after.component(alarm);
    assert_eq!(component.kind(), ComponentKind::Alarm);
    assert_eq!(component.parent().map(Component::id), parent);
    let action = component.property(PropertyKind::Action).map(|action| action.text().into_owned());
    assert_eq!(action.as_deref(), Some("AUDIO"));
    assert_eq!(after.all_components().count(), before.all_components().count() + 1);
    read_again(&after);
    after.remove_component(alarm);
    restored(before, &after);
}
