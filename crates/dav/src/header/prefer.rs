//! Prefer, and Brief, which came before it (RFC 7240, 8144).

use std::fmt;

/// What a client would rather have. Nothing here is ever refused: a preference that is not understood is no
/// matter (RFC 7240 2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefer {
    /// What an answer is to hold.
    pub returns: Option<Return>,
    /// `depth-noroot`: of a collection only what is inside (RFC 8144 4).
    pub is_depth_noroot: bool,
}

/// `return=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// As little as will do.
    Minimal,
    /// The resource as it is now.
    Representation,
}

impl Prefer {
    /// Reads Prefer, its lines joined by commas, and Brief. Of one preference twice the first counts (RFC
    /// 7240 2).
    pub fn read(prefer: Option<&str>, brief: Option<&str>) -> Self {
        let mut all = Self::default();
        for preference in split(prefer.unwrap_or_default(), ',') {
            let said = split(preference, ';').next().unwrap_or_default();
            let (name, value) = said.split_once('=').unwrap_or((said, ""));
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
            if is("depth-noroot") {
                all.is_depth_noroot = true;
            } else if is("return-minimal") {
                // As drafts of RFC 7240 had it.
                all.returns = all.returns.or(Some(Return::Minimal));
            } else if is("return-representation") {
                all.returns = all.returns.or(Some(Return::Representation));
            } else if is("return") {
                let returns = match value {
                    "minimal" => Some(Return::Minimal),
                    "representation" => Some(Return::Representation),
                    _ => None,
                };
                all.returns = all.returns.or(returns);
            }
        }
        if brief.is_some_and(|brief| brief.trim().eq_ignore_ascii_case("t")) {
            all.returns = all.returns.or(Some(Return::Minimal));
        }
        all
    }

    /// Is as little wanted as will do?
    pub fn is_minimal(self) -> bool {
        self.returns == Some(Return::Minimal)
    }

    /// Is the resource wanted in the answer of what changes it?
    pub fn is_representation(self) -> bool {
        self.returns == Some(Return::Representation)
    }
}

/// The value of Preference-Applied, if all was done as it was preferred; empty where nothing was.
impl fmt::Display for Prefer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let returns = match self.returns {
            Some(Return::Minimal) => "return=minimal",
            Some(Return::Representation) => "return=representation",
            None => "",
        };
        let between = if self.is_depth_noroot && !returns.is_empty() { ", " } else { "" };
        write!(f, "{returns}{between}{}", if self.is_depth_noroot { "depth-noroot" } else { "" })
    }
}

/// The parts of a text, none of which ends inside quotes.
fn split(text: &str, between: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |letter| {
        is_quoted ^= letter == '"';
        letter == between && !is_quoted
    })
}
