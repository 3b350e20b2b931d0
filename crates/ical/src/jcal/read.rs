//! jCal read into a document.

use serde_json::{Map, Value};

use crate::document::Document;
use crate::limits::Limits;
use crate::projection::{Builder, Item, Projected, Unread};

/// Reads a text: a component, or an array of them. A value that is not of its type is taken as it stands, for
/// validation to tell.
///
/// # Errors
/// It is no JSON, no jCal, or past a limit: what was wanted, and where.
pub fn read(text: &[u8], limits: &Limits) -> Result<Document, Unread> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if text.len() > limits.file {
        let limit = limits.file;
        return Err(Unread::new("", format!("longer than the limit (`file`) of {limit} bytes")));
    }
    if count(text) > limits.elements {
        let limit = limits.elements;
        return Err(Unread::new("", format!("more values than the limit (`elements`) of {limit}")));
    }
    let value: Value = serde_json::from_slice(text).map_err(|error| no_json(&error))?;
    let mut builder = Builder::new(limits);
    match &value {
        Value::Array(parts) if matches!(parts.first(), Some(Value::String(_))) => {
            components(std::slice::from_ref(&value), &mut builder)?;
        }
        Value::Array(roots) if !roots.is_empty() => components(roots, &mut builder)?,
        other => return Err(builder.unread(wanted(COMPONENT, other))),
    }
    builder.finish()
}

/// At least as many as the values of the text.
fn count(text: &[u8]) -> usize {
    let (mut count, mut is_text, mut is_escaped) = (1, false, false);
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b',' | b'[' | b'{' | b':' if !is_text => count += 1,
            _ => {}
        }
    }
    count
}

fn no_json(error: &serde_json::Error) -> Unread {
    let words = error.to_string();
    let words = words.split_once(" at line ").map_or(&words[..], |(words, _)| words);
    Unread::new(format!("line {}, column {}", error.line(), error.column()), words)
}

const COMPONENT: &str = "a component as [\"vevent\", [properties], [components]]";
const PROPERTY: &str = "a property as [\"summary\", {parameters}, \"text\", value]";

/// Components beside each other, and all inside of them.
fn components(roots: &[Value], builder: &mut Builder<'_>) -> Result<(), Unread> {
    let mut stack = vec![roots.iter()];
    while let Some(beside) = stack.last_mut() {
        let Some(component) = beside.next() else {
            stack.pop();
            if !stack.is_empty() {
                builder.end();
            }
            continue;
        };
        let Some([Value::String(name), Value::Array(properties), Value::Array(inside)]) =
            component.as_array().map(Vec::as_slice)
        else {
            return Err(builder.unread(wanted(COMPONENT, component)));
        };
        builder.begin(name)?;
        for value in properties {
            let property = property(value).map_err(|fault| builder.unread(fault))?;
            builder.property(&property)?;
        }
        stack.push(inside.iter());
    }
    Ok(())
}

fn property(value: &Value) -> Result<Projected, String> {
    let Some([Value::String(name), Value::Object(parameters), Value::String(value_type), values @ ..]) =
        value.as_array().map(Vec::as_slice)
    else {
        return Err(wanted(PROPERTY, value));
    };
    if values.is_empty() {
        return Err(wanted(PROPERTY, value));
    }
    let parameters = parameters.iter().map(|(key, value)| {
        let values =
            parameter(value).ok_or_else(|| format!("{name}: {}", wanted("a text or texts", value)))?;
        Ok((key.to_ascii_lowercase(), values))
    });
    let item = |value| item(value).map_err(|fault| format!("{name}: {fault}"));
    Ok(Projected {
        name: name.to_ascii_lowercase(),
        parameters: parameters.collect::<Result<_, String>>()?,
        value_type: value_type.to_ascii_lowercase(),
        values: values.iter().map(item).collect::<Result<_, _>>()?,
    })
}

fn parameter(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(texts) => texts.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn item(value: &Value) -> Result<Item, String> {
    Ok(match value {
        Value::Array(fields) => Item::Fields(fields.iter().map(scalar).collect::<Result<_, _>>()?),
        Value::Object(parts) => recur(parts)?,
        other => scalar(other)?,
    })
}

fn recur(parts: &Map<String, Value>) -> Result<Item, String> {
    let part = |(name, members): (&String, &Value)| {
        let members = match members {
            Value::Array(members) => members.iter().map(scalar).collect::<Result<_, _>>()?,
            one => vec![scalar(one)?],
        };
        Ok((name.to_ascii_lowercase(), members))
    };
    Ok(Item::recur(parts.iter().map(part).collect::<Result<_, String>>()?))
}

fn scalar(value: &Value) -> Result<Item, String> {
    match value {
        Value::Bool(boolean) => Ok(Item::Boolean(*boolean)),
        Value::String(text) => Ok(Item::Text(text.clone())),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Ok(Item::Integer(number)),
            (None, Some(number)) => Ok(Item::Float(number)),
            (None, None) => Err(wanted("a number", value)),
        },
        other => Err(wanted("a text, a number, true or false", other)),
    }
}

/// What was wanted, and the beginning of what was found.
fn wanted(what: &str, found: &Value) -> String {
    const ROOM: usize = 60;
    // Not the whole, which may be long: what is deep inside tells nothing more.
    let shown = match found {
        Value::Array(values) => format!("an array of {}", values.len()),
        Value::Object(members) => format!("an object of {}", members.len()),
        Value::String(text) if text.chars().count() > ROOM => "a long text".to_owned(),
        other => other.to_string(),
    };
    format!("wanted {what}, found {shown}")
}
