//! Documents as jCal, a property a line.

use serde_json::{Map, Value};

use crate::document::{Component, Document};
use crate::projection::{self, Item, Projected, Unsayable};

/// Documents as one text: the component, or an array where they have several.
///
/// # Errors
/// What cannot be said in JSON, and where.
pub fn write<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Result<String, Unsayable> {
    let mut writer = Writer::default();
    documents.into_iter().try_for_each(|document| writer.add(document))?;
    Ok(writer.finish())
}

/// Writes one document after the other into one text.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    /// How many components stand in no other.
    roots: usize,
}

impl Writer {
    /// Adds a document; nothing of it where it cannot be said.
    ///
    /// # Errors
    /// What cannot be said in JSON, and where.
    pub fn add(&mut self, document: &Document) -> Result<(), Unsayable> {
        let (end, roots) = (self.out.len(), self.roots);
        for root in document.roots() {
            if self.roots > 0 {
                self.out.push_str(",\n");
            }
            self.roots += 1;
            self.component(root).inspect_err(|_| {
                self.out.truncate(end);
                self.roots = roots;
            })?;
        }
        Ok(())
    }

    /// The text: an empty array where there was no component.
    pub fn finish(self) -> String {
        if self.roots == 1 { self.out + "\n" } else { format!("[{}]\n", self.out) }
    }

    /// A component and all inside. A stack and no recursion: how deep a text may nest is for its reader to
    /// say.
    fn component(&mut self, root: Component<'_>) -> Result<(), Unsayable> {
        self.open(root, 0)?;
        let mut inside = vec![(root.children(), true)];
        while let Some((children, is_first)) = inside.last_mut() {
            match children.next() {
                Some(child) => {
                    if !std::mem::replace(is_first, false) {
                        self.out.push(',');
                    }
                    let depth = inside.len();
                    self.open(child, depth * 2)?;
                    inside.push((child.children(), true));
                }
                None => {
                    inside.pop();
                    self.out.push_str("]]");
                }
            }
        }
        Ok(())
    }

    /// A component's name and properties, as far as the components inside.
    fn open(&mut self, component: Component<'_>, indent: usize) -> Result<(), Unsayable> {
        if indent > 0 {
            self.line(indent);
        }
        self.out.push('[');
        let name = projection::component_name(component)?;
        self.out.push_str(&Value::from(name).to_string());
        self.out.push(',');
        self.line(indent + 1);
        self.out.push('[');
        for (at, property) in component.properties().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            self.line(indent + 2);
            self.out.push_str(&json(projection::project(&property)?).to_string());
        }
        self.out.push_str("],");
        self.line(indent + 1);
        self.out.push('[');
        Ok(())
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

/// A property (RFC 7265 3.4).
fn json(property: Projected) -> Value {
    let parameters = property.parameters.into_iter().map(|(name, values)| (name, one_or_more(values)));
    let head = [property.name.into(), Value::Object(parameters.collect()), property.value_type.into()];
    Value::Array(head.into_iter().chain(property.values.into_iter().map(value)).collect())
}

/// One alone, or an array (RFC 7265 3.5.2, 3.6.10).
fn one_or_more<T: Into<Value>>(values: Vec<T>) -> Value {
    match <[T; 1]>::try_from(values) {
        Ok([one]) => one.into(),
        Err(values) => Value::Array(values.into_iter().map(Into::into).collect()),
    }
}

fn value(item: Item) -> Value {
    match item {
        Item::Boolean(boolean) => boolean.into(),
        Item::Integer(number) => number.into(),
        Item::Float(number) => number.into(),
        Item::Text(text) => text.into(),
        Item::Fields(fields) => Value::Array(fields.into_iter().map(value).collect()),
        Item::Recur(parts) => {
            let part = |(name, members): (String, Vec<Item>)| {
                (name, one_or_more(members.into_iter().map(value).collect()))
            };
            Value::Object(parts.into_iter().map(part).collect::<Map<String, Value>>())
        }
    }
}
