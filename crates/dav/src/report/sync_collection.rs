//! `sync-collection`: what has changed since then (RFC 6578 3.2).

use xml::Element;

use crate::body;
use crate::error::Error;
use crate::header::{BadHeader, Depth};
use crate::limits::Limits;
use crate::name::dav;
use crate::property::PropertyName;
use crate::propfind::{self, Propfind};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncCollection {
    /// The token that the client has; `None` for all that is there.
    pub token: Option<String>,
    /// How deep, where the body says it.
    pub level: Option<SyncLevel>,
    /// No more members than this are wanted.
    pub limit: Option<u32>,
    /// Which properties of each member.
    pub properties: Vec<PropertyName>,
}

/// How deep a synchronisation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncLevel {
    /// What is directly inside.
    One,
    /// All that is inside: `DAV:sync-traversal-supported` where it is not served.
    Infinite,
}

impl SyncCollection {
    pub(super) fn read(root: Element<'_>, limits: &Limits) -> Result<Self, Error> {
        let token = root.child(dav("sync-token")).map(body::text).filter(|token| !token.is_empty());
        let level = match root.child(dav("sync-level")) {
            None => None,
            Some(level) => Some(match &*body::text(level) {
                "1" => SyncLevel::One,
                "infinite" | "infinity" => SyncLevel::Infinite,
                _ => return Err(Error::wanted("1 or infinite in DAV:sync-level", level)),
            }),
        };
        let nresults = root.child(dav("limit")).and_then(|limit| limit.child(dav("nresults")));
        let number = |element: Element<'_>| {
            let number = body::text(element).parse().ok().filter(|number| *number > 0);
            number.ok_or_else(|| Error::wanted("a number above 0 in DAV:nresults", element))
        };
        let properties = propfind::named_in(root, limits)?;
        Ok(Self { token, level, limit: nresults.map(number).transpose()?, properties })
    }

    /// Which properties are wanted, in the form of the other reports.
    pub fn asked(&self) -> Propfind {
        Propfind::Prop(self.properties.clone())
    }

    /// How deep: what the body says, or else the header, as drafts had it; 1 where nothing is said.
    pub(super) fn depth(&self, header: Option<&str>) -> Result<Depth, BadHeader> {
        match self.level {
            Some(SyncLevel::One) => Ok(Depth::One),
            Some(SyncLevel::Infinite) => Ok(Depth::Infinity),
            None => Ok(Depth::read(header, Depth::One)?.max(Depth::One)),
        }
    }
}
