//! If: conditions on lock tokens and entity tags of one or more resources (RFC 4918 10.4).

use std::fmt;

use super::{BadHeader, EntityTag};
use crate::href::{Href, Site};

const BAD: BadHeader = BadHeader::new("If", "lists of conditions, each list in parentheses");
const TOO_MANY: BadHeader = BadHeader::new("If", "fewer conditions");

/// The header: it holds when any of its lists does.
///
/// ```
/// use dav::header::{If, State};
/// use dav::Site;
///
/// let header = r#"(<urn:uuid:181d4fae> ["I am an ETag"]) (Not <DAV:no-lock>)"#;
/// let condition = If::read(header, &Site::default(), 100)?;
/// assert!(condition.holds(|_| State::default()), "no resource has the lock DAV:no-lock");
/// # Ok::<(), dav::header::BadHeader>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct If {
    lists: Vec<(Resource, Vec<Condition>)>,
}

/// What a list is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// The resource that is asked: the list is untagged.
    Asked,
    /// This one.
    Here(Href),
    /// One that nothing here can be: its reference as it is written. It has no state.
    Elsewhere(String),
}

/// A test, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `Not`
    pub is_not: bool,
    /// What is tested.
    pub test: Test,
}

/// What a resource may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A lock of this token.
    Token(String),
    /// This entity tag.
    Tag(EntityTag),
}

/// What a resource has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Its entity tag, where it is there and has one.
    pub entity: Option<EntityTag>,
    /// The tokens of the locks on it, those on collections around it included.
    pub tokens: Vec<String>,
}

impl If {
    /// Reads a header of at most so many conditions.
    ///
    /// # Errors
    /// It is no list of conditions, or has too many.
    pub fn read(header: &str, site: &Site, most: usize) -> Result<Self, BadHeader> {
        let mut rest = header.trim();
        let mut about = Resource::Asked;
        let mut lists = Vec::new();
        let mut left = most;
        // Tagged and untagged lists are not mixed; behind a tag stands a list.
        let is_tagged = rest.starts_with('<');
        let mut wants_list = false;
        while !rest.is_empty() {
            if let Some((reference, after)) = bracketed(rest, '<', '>') {
                if !is_tagged || wants_list {
                    return Err(BAD);
                }
                about = match site.read(reference) {
                    Ok(href) => Resource::Here(href),
                    Err(_) => Resource::Elsewhere(reference.to_owned()),
                };
                wants_list = true;
                rest = after.trim_start();
                continue;
            }
            let (list, after) = conditions(rest.strip_prefix('(').ok_or(BAD)?, &mut left)?;
            lists.push((about.clone(), list));
            wants_list = false;
            rest = after.trim_start();
        }
        if lists.is_empty() || wants_list { Err(BAD) } else { Ok(Self { lists }) }
    }

    /// Its lists, each with the resource that it is about.
    pub fn lists(&self) -> &[(Resource, Vec<Condition>)] {
        &self.lists
    }

    /// Does it hold? `state` tells what a resource has; `None` is the one that is asked.
    pub fn holds(&self, mut state: impl FnMut(Option<&Href>) -> State) -> bool {
        self.lists.iter().any(|(resource, conditions)| {
            let has = match resource {
                Resource::Asked => state(None),
                Resource::Here(href) => state(Some(href)),
                Resource::Elsewhere(_) => State::default(),
            };
            conditions.iter().all(|condition| condition.holds(&has))
        })
    }

    /// The lock tokens that the request submits (RFC 4918 6.4): all that it names, whatever is said of them.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        let conditions = self.lists.iter().flat_map(|(_, conditions)| conditions);
        conditions.filter_map(|condition| match &condition.test {
            Test::Token(token) => Some(token.as_str()),
            Test::Tag(_) => None,
        })
    }
}

impl Condition {
    fn holds(&self, state: &State) -> bool {
        let is_so = match &self.test {
            Test::Token(token) => state.tokens.contains(token),
            Test::Tag(tag) => state.entity.as_ref().is_some_and(|entity| entity.is_strongly(tag)),
        };
        is_so != self.is_not
    }
}

impl fmt::Display for If {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut about = &Resource::Asked;
        for (at, (resource, conditions)) in self.lists.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            match resource {
                same if same == about => {}
                Resource::Here(href) => write!(f, "<{href}> ")?,
                Resource::Elsewhere(reference) => write!(f, "<{reference}> ")?,
                Resource::Asked => {}
            }
            about = resource;
            f.write_str("(")?;
            for (at, Condition { is_not, test }) in conditions.iter().enumerate() {
                let before = if at > 0 { " " } else { "" };
                write!(f, "{before}{}", if *is_not { "Not " } else { "" })?;
                match test {
                    Test::Token(token) => write!(f, "<{token}>")?,
                    Test::Tag(tag) => write!(f, "[{tag}]")?,
                }
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

/// Reads the conditions up to and with the parenthesis that ends their list.
fn conditions<'h>(text: &'h str, left: &mut usize) -> Result<(Vec<Condition>, &'h str), BadHeader> {
    let mut rest = text.trim_start();
    let mut all = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(')') {
            return if all.is_empty() { Err(BAD) } else { Ok((all, after)) };
        }
        let is_not = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("not"));
        if is_not {
            rest = rest.get(3..).unwrap_or_default().trim_start();
        }
        let (test, after) = if let Some((token, after)) = bracketed(rest, '<', '>') {
            (Test::Token(token.to_owned()), after)
        } else {
            let (tag, after) = rest.strip_prefix('[').and_then(EntityTag::take).ok_or(BAD)?;
            (Test::Tag(tag), after.strip_prefix(']').ok_or(BAD)?)
        };
        *left = left.checked_sub(1).ok_or(TOO_MANY)?;
        all.push(Condition { is_not, test });
        rest = after.trim_start();
    }
}

/// What stands between two brackets at the beginning of a text, and what follows.
pub(super) fn bracketed(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (inside, after) = text.strip_prefix(open)?.split_once(close)?;
    let is_reference =
        !inside.is_empty() && !inside.contains(|letter: char| letter.is_control() || letter == '<');
    is_reference.then_some((inside, after))
}
