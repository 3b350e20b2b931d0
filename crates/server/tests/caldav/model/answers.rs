//! Answers held against the model: what is told of objects, listings, and what changed since a token.

use std::collections::BTreeMap;

use xml::{Document, Element, Limits, Name};

use crate::model::request::{Act, Request};
use crate::model::world::{Held, Sight, World};
use crate::scene::Answer;

impl World {
    /// Does an answer tell what is there, as far as who asks sees it?
    pub(super) fn is_told(&self, request: &Request, answer: &Answer) -> Result<(), String> {
        let Request { who, path, act, .. } = request;
        let body = &answer.body;
        match act {
            Act::Get => {
                let object = self.object(path).ok_or("it is there")?;
                match self.sees(who, path) {
                    Sight::Whole => said(
                        *body == object.text && answer.header("etag") == object.tag,
                        "the text, with its tag",
                    ),
                    _ => said(!body.contains("SUMMARY") && body.contains("DTSTART"), "the time alone"),
                }
            }
            Act::Note => {
                let note = self.object(path).and_then(|object| object.note.as_ref());
                match note.filter(|_| self.sees(who, path) == Sight::Whole) {
                    Some(note) => said(body.contains(&format!(">{note}</")), "the note"),
                    None => said(body.contains("404 Not Found"), "no note"),
                }
            }
            Act::Name => said(body.contains(&format!(">{}</", self.calendars[path].name)), "the name"),
            Act::List => {
                let told = responses(answer)?;
                let told = told.into_iter().filter(|(told, _)| told != path);
                let told: BTreeMap<String, String> =
                    told.filter_map(|(path, tag)| Some((path, tag?))).collect();
                self.is_mirrored(who, path, &told)
            }
            Act::Multiget(paths) => {
                let told: BTreeMap<String, Option<String>> = responses(answer)?.into_iter().collect();
                for path in paths {
                    let tag = told.get(path).ok_or("each is told")?.as_deref();
                    let is_right = match self.sees(who, path) {
                        Sight::Nothing => tag.is_none(),
                        Sight::Busy => tag.is_some(),
                        Sight::Whole => tag == self.tag(path),
                    };
                    said(is_right, &format!("{path} as it is"))?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Are these the names and tags of a calendar? Of objects that are seen in part the tags are others.
    fn is_mirrored(&self, who: &str, calendar: &str, told: &BTreeMap<String, String>) -> Result<(), String> {
        let there = self.calendars[calendar].objects.iter();
        let there: BTreeMap<String, &str> =
            there.map(|(name, object)| (format!("{calendar}{name}"), &*object.tag)).collect();
        let is_right = match self.sight(who, calendar) {
            Sight::Whole => there
                .iter()
                .map(|(path, tag)| (&**path, *tag))
                .eq(told.iter().map(|(path, tag)| (&**path, &**tag))),
            _ => there.keys().eq(told.keys()),
        };
        said(is_right, &format!("{told:?} is {there:?}"))
    }

    /// What a token's holder sees now is what is there, and nothing was told that nobody touched.
    pub(super) fn followed(
        &mut self,
        request: &Request,
        number: Option<usize>,
        answer: &Answer,
    ) -> Result<(), String> {
        let Request { who, path, .. } = request;
        let there = &self.calendars[path];
        let held = number.map(|number| &self.held[number]);
        let mark = held.map_or(0, |held| held.mark);
        let mut mirror = held.map(|held| held.mirror.clone()).unwrap_or_default();
        for (told, tag) in responses(answer)? {
            let is_touched = there.touched.iter().skip(mark).any(|touched| *touched == told);
            said(is_touched, &format!("nobody touched {told}"))?;
            match tag {
                Some(tag) => mirror.insert(told, tag),
                None => mirror.remove(&told),
            };
        }
        self.is_mirrored(who, path, &mirror)?;
        let token = token(answer)?;
        let (mark, rights, calendar) = (there.touched.len(), there.rights, there.number);
        let held = Held { who, path: path.clone(), token, calendar, rights, mark, mirror };
        self.held.push(held);
        Ok(())
    }
}

pub(super) fn said(is_so: bool, what: &str) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(format!("wanted {what}")) }
}

/// The paths of a multistatus, each with the tag that is told of it.
fn responses(answer: &Answer) -> Result<Vec<(String, Option<String>)>, String> {
    let document =
        Document::read(answer.body.as_bytes(), &Limits::default()).map_err(|error| error.to_string())?;
    let child = |element: Element<'_>, local: &str| {
        element.child(Name::new("DAV:", local)).map(|child| child.text().into_owned())
    };
    let tag = |response: Element<'_>| {
        let found = response.children_of(Name::new("DAV:", "propstat"));
        let props: Vec<_> = found.filter_map(|found| found.child(Name::new("DAV:", "prop"))).collect();
        props.into_iter().find_map(|prop| child(prop, "getetag")).filter(|tag| !tag.is_empty())
    };
    let responses = document.root().children_of(Name::new("DAV:", "response"));
    Ok(responses.map(|response| (child(response, "href").unwrap_or_default(), tag(response))).collect())
}

fn token(answer: &Answer) -> Result<String, String> {
    let document =
        Document::read(answer.body.as_bytes(), &Limits::default()).map_err(|error| error.to_string())?;
    let token = document.root().child(Name::new("DAV:", "sync-token")).map(|token| token.text().into_owned());
    token.ok_or_else(|| "a token is told".to_owned())
}
