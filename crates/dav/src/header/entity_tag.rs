//! Entity tags, and conditions on them (RFC 9110 8.8.3, 13; RFC 6638 8.3).

use std::fmt;

use super::BadHeader;

/// An entity tag, or a schedule tag.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntityTag {
    is_weak: bool,
    opaque: String,
}

impl EntityTag {
    /// A strong tag of these letters; those that no tag has (RFC 9110 8.8.3) are left out.
    pub fn strong(opaque: &str) -> Self {
        let is_allowed = |letter: &char| is_etagc(*letter);
        Self { is_weak: false, opaque: opaque.chars().filter(is_allowed).collect() }
    }

    /// Is it a weak one?
    pub const fn is_weak(&self) -> bool {
        self.is_weak
    }

    /// What stands between its quotes.
    pub fn opaque(&self) -> &str {
        &self.opaque
    }

    /// Are both strong, and the same (RFC 9110 8.8.3.2)?
    pub fn is_strongly(&self, other: &Self) -> bool {
        !self.is_weak && !other.is_weak && self.opaque == other.opaque
    }

    /// Are they the same, weak or strong?
    pub fn is_weakly(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }

    /// Reads a tag at the beginning of a text, and gives what follows.
    pub(super) fn take(text: &str) -> Option<(Self, &str)> {
        let (is_weak, rest) = match text.strip_prefix("W/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (opaque, rest) = rest.strip_prefix('"')?.split_once('"')?;
        opaque.chars().all(is_etagc).then(|| (Self { is_weak, opaque: opaque.to_owned() }, rest))
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.is_weak { "W/" } else { "" }, self.opaque)
    }
}

/// As RFC 9110 8.8.3 has it, and the blank, which tags had before: RFC 4918 10.4.6 has one.
const fn is_etagc(letter: char) -> bool {
    !matches!(letter, '\0'..='\x1f' | '"' | '\x7f')
}

/// If-Match or If-None-Match: any, or one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matching {
    /// `*`
    Any,
    /// One of a list.
    Tags(Vec<EntityTag>),
}

impl Matching {
    /// Reads a header; the lines of one that is there more than once are joined by a comma (RFC 9110 5.3).
    ///
    /// # Errors
    /// It is neither `*` nor a list of tags.
    pub fn read(header: &'static str, text: &str) -> Result<Self, BadHeader> {
        let bad = BadHeader::new(header, "* or tags in quotes, with commas between");
        let mut rest = text.trim();
        if rest == "*" {
            return Ok(Self::Any);
        }
        let mut tags = Vec::new();
        loop {
            // A list may have empty places (RFC 9110 5.6.1.2).
            rest = rest.trim_start_matches([',', ' ', '\t']);
            if rest.is_empty() {
                break;
            }
            let (tag, after) = EntityTag::take(rest).ok_or_else(|| bad.clone())?;
            tags.push(tag);
            rest = after.trim_start_matches([' ', '\t']);
            if !rest.is_empty() && !rest.starts_with(',') {
                return Err(bad);
            }
        }
        if tags.is_empty() { Err(bad) } else { Ok(Self::Tags(tags)) }
    }
}

/// The tags of a resource that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Its entity tag; a collection has none.
    pub entity: Option<EntityTag>,
    /// Its schedule tag (RFC 6638 3.2.10).
    pub schedule: Option<EntityTag>,
}

/// The conditions on tags that a request has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// If-Match
    pub if_match: Option<Matching>,
    /// If-None-Match
    pub if_none_match: Option<Matching>,
    /// If-Schedule-Tag-Match
    pub if_schedule_tag_match: Option<EntityTag>,
}

/// What follows of the conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They hold.
    Proceed,
    /// What is asked for is what the client has: 304.
    NotModified,
    /// They do not hold: 412.
    Failed,
}

impl Preconditions {
    /// Reads the headers, each as it is, or `None` where it is not there.
    ///
    /// # Errors
    /// One of them is no list of tags.
    pub fn read(
        if_match: Option<&str>,
        if_none_match: Option<&str>,
        if_schedule_tag_match: Option<&str>,
    ) -> Result<Self, BadHeader> {
        let schedule_tag = |text: &str| match EntityTag::take(text.trim()) {
            Some((tag, "")) => Ok(tag),
            _ => Err(BadHeader::new("If-Schedule-Tag-Match", "one tag in quotes")),
        };
        Ok(Self {
            if_match: if_match.map(|text| Matching::read("If-Match", text)).transpose()?,
            if_none_match: if_none_match.map(|text| Matching::read("If-None-Match", text)).transpose()?,
            if_schedule_tag_match: if_schedule_tag_match.map(schedule_tag).transpose()?,
        })
    }

    /// Do they hold of a resource, `None` where there is none? `is_read` is said of GET and HEAD (RFC 9110
    /// 13.2.2).
    pub fn check(&self, resource: Option<&Tags>, is_read: bool) -> Outcome {
        let entity = resource.and_then(|tags| tags.entity.as_ref());
        let is_matched = match &self.if_match {
            None => true,
            Some(Matching::Any) => resource.is_some(),
            // If-Match compares strongly, If-None-Match weakly (RFC 9110 13.1.1, 13.1.2).
            Some(Matching::Tags(tags)) => {
                entity.is_some_and(|entity| tags.iter().any(|tag| tag.is_strongly(entity)))
            }
        };
        let schedule = resource.and_then(|tags| tags.schedule.as_ref());
        let is_scheduled = match &self.if_schedule_tag_match {
            None => true,
            Some(wanted) => schedule.is_some_and(|schedule| schedule.is_strongly(wanted)),
        };
        if !is_matched || !is_scheduled {
            return Outcome::Failed;
        }
        let is_known = match &self.if_none_match {
            None => false,
            Some(Matching::Any) => resource.is_some(),
            Some(Matching::Tags(tags)) => {
                entity.is_some_and(|entity| tags.iter().any(|tag| tag.is_weakly(entity)))
            }
        };
        match (is_known, is_read) {
            (false, _) => Outcome::Proceed,
            (true, true) => Outcome::NotModified,
            (true, false) => Outcome::Failed,
        }
    }
}
