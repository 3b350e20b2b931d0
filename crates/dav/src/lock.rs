//! LOCK: what is wanted, and what is there (RFC 4918 9.10, 14).

use xml::{Document, Writer};

use crate::body;
use crate::error::Error;
use crate::header::{Depth, Timeout};
use crate::href::{Href, Site};
use crate::limits::Limits;
use crate::name::{HREF, PREFIXES, PROP, dav};

/// May there be others beside it?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockScope {
    /// No other.
    Exclusive,
    /// Others that are shared, too.
    Shared,
}

/// A lock that is wanted. All are write locks: there is no other type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockInfo {
    /// Exclusive or shared.
    pub scope: LockScope,
    /// Who says to hold it: the whole element `DAV:owner`, which is only ever answered again.
    pub owner: Option<String>,
}

impl LockInfo {
    /// Reads the body of a LOCK; one without a body refreshes a lock (RFC 4918 9.10.2).
    ///
    /// # Errors
    /// It is another element, wants no write lock, or says too much of its owner.
    pub fn read(document: &Document, limits: &Limits) -> Result<Self, Error> {
        let root = body::root(document, dav("lockinfo"))?;
        body::child(body::child(root, dav("locktype"))?, dav("write"))?;
        let scope = body::child(root, dav("lockscope"))?;
        let scope = match (scope.child(dav("exclusive")), scope.child(dav("shared"))) {
            (Some(_), None) => LockScope::Exclusive,
            (None, Some(_)) => LockScope::Shared,
            _ => return Err(Error::wanted("DAV:exclusive or DAV:shared", scope)),
        };
        let owner = root.child(dav("owner")).map(|owner| owner.to_xml());
        if owner.as_ref().is_some_and(|owner| owner.len() > limits.property) {
            return Err(Error::TooMany("octets in DAV:owner", limits.property));
        }
        Ok(Self { scope, owner })
    }
}

/// A lock that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveLock {
    /// Exclusive or shared.
    pub scope: LockScope,
    /// Does it hold for what is inside, too? 0 or infinity.
    pub depth: Depth,
    /// The element `DAV:owner`, as it came.
    pub owner: Option<String>,
    /// How long it still lasts.
    pub timeout: Timeout,
    /// Its token, an address; `None` where it is not for the asker to see.
    pub token: Option<String>,
    /// What was locked.
    pub root: Href,
}

impl ActiveLock {
    /// Writes `DAV:activelock`.
    pub(crate) fn write(&self, writer: &mut Writer, site: &Site) {
        writer.start(dav("activelock"));
        self.scope.write(writer);
        writer.leaf(dav("depth"), &self.depth.to_string());
        if let Some(owner) = &self.owner {
            writer.whole(owner);
        }
        writer.leaf(dav("timeout"), &self.timeout.to_string());
        if let Some(token) = &self.token {
            writer.start(dav("locktoken"));
            writer.leaf(HREF, token);
            writer.end();
        }
        writer.start(dav("lockroot"));
        writer.leaf(HREF, &site.write(&self.root));
        writer.end();
        writer.end();
    }
}

impl LockScope {
    /// Writes `DAV:lockscope` and `DAV:locktype`.
    pub(crate) fn write(self, writer: &mut Writer) {
        for (name, what) in [
            ("lockscope", if self == Self::Exclusive { "exclusive" } else { "shared" }),
            ("locktype", "write"),
        ] {
            writer.start(dav(name));
            writer.empty(dav(what));
            writer.end();
        }
    }
}

/// The body that answers a LOCK: `lockdiscovery` with its locks (RFC 4918 9.10.1).
pub fn response(locks: &[ActiveLock], site: &Site) -> String {
    let mut writer = Writer::new(&PREFIXES);
    writer.start(PROP);
    writer.start(dav("lockdiscovery"));
    locks.iter().for_each(|lock| lock.write(&mut writer, site));
    writer.end();
    writer.end();
    writer.take()
}
