//! ACL: who may do what (RFC 3744 5.5, 8).

use xml::{Document, Element, Writer};

use crate::body;
use crate::error::Error;
use crate::href::{Href, Site};
use crate::limits::Limits;
use crate::name::{HREF, dav};
use crate::precondition::Precondition;
use crate::privilege::Privilege;
use crate::property::PropertyName;

/// An entry of an access control list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ace {
    /// Whom it is about.
    pub principal: Principal,
    /// Is it about all others than them?
    pub is_inverted: bool,
    /// Are the privileges taken, rather than given?
    pub is_denied: bool,
    /// Which.
    pub privileges: Vec<Privilege>,
    /// May nobody change it? A request that says so is refused.
    pub is_protected: bool,
    /// Where it comes from, if not from the resource itself.
    pub inherited: Option<Href>,
}

/// Whom an entry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// One of them.
    Href(Href),
    /// Everybody.
    All,
    /// Who has signed in.
    Authenticated,
    /// Who has not.
    Unauthenticated,
    /// Who the property names.
    Property(PropertyName),
    /// The resource itself, where it is a principal.
    Itself,
}

/// Reads the body of an ACL request: the entries that shall be, protected and inherited ones left aside.
///
/// # Errors
/// It is another element, has an entry that is none, or one that is named by its precondition (RFC 3744
/// 8.1.1).
pub fn read(document: &Document, site: &Site, limits: &Limits) -> Result<Vec<Ace>, Error> {
    let root = body::root(document, dav("acl"))?;
    let mut all = Vec::new();
    for ace in root.children_of(dav("ace")) {
        if all.len() == limits.aces {
            return Err(Precondition::LimitedNumberOfAces.into());
        }
        all.push(Ace::read(ace, site)?);
    }
    Ok(all)
}

impl Ace {
    fn read(element: Element<'_>, site: &Site) -> Result<Self, Error> {
        if element.child(dav("protected")).is_some() {
            return Err(Precondition::NoProtectedAceConflict.into());
        }
        if element.child(dav("inherited")).is_some() {
            return Err(Precondition::NoInheritedAceConflict.into());
        }
        let (principal, is_inverted) = match element.child(dav("invert")) {
            Some(invert) => (body::child(invert, dav("principal"))?, true),
            None => (body::child(element, dav("principal"))?, false),
        };
        let (rights, is_denied) = match (element.child(dav("grant")), element.child(dav("deny"))) {
            (Some(grant), None) => (grant, false),
            (None, Some(deny)) => (deny, true),
            _ => return Err(Error::wanted("DAV:grant or DAV:deny", element)),
        };
        let of = |privilege| Privilege::read(privilege).ok_or(Precondition::NotSupportedPrivilege);
        let privileges: Vec<_> = rights.children_of(dav("privilege")).map(of).collect::<Result<_, _>>()?;
        if privileges.is_empty() {
            return Err(Error::missing(dav("privilege"), rights));
        }
        let principal = Principal::read(principal, site)?;
        Ok(Self { principal, is_inverted, is_denied, privileges, is_protected: false, inherited: None })
    }

    /// Writes `DAV:ace`.
    pub(crate) fn write(&self, writer: &mut Writer, site: &Site) {
        writer.start(dav("ace"));
        if self.is_inverted {
            writer.start(dav("invert"));
        }
        self.principal.write(writer, site);
        if self.is_inverted {
            writer.end();
        }
        writer.start(dav(if self.is_denied { "deny" } else { "grant" }));
        self.privileges.iter().for_each(|privilege| privilege.write(writer));
        writer.end();
        if self.is_protected {
            writer.empty(dav("protected"));
        }
        if let Some(inherited) = &self.inherited {
            writer.start(dav("inherited"));
            writer.leaf(HREF, &site.write(inherited));
            writer.end();
        }
        writer.end();
    }
}

impl Principal {
    /// Reads `DAV:principal`.
    fn read(element: Element<'_>, site: &Site) -> Result<Self, Error> {
        let inside = element.children().next().ok_or_else(|| Error::missing(HREF, element))?;
        let name = inside.name();
        if name == HREF {
            // What cannot be here is nobody who is known here.
            let href = site.read(&inside.text()).map_err(|_| Precondition::RecognizedPrincipal)?;
            return Ok(Self::Href(href));
        }
        if name == dav("property") {
            let named = inside.children().next();
            let named = named.ok_or_else(|| Error::wanted("a property inside DAV:property", inside))?;
            return Ok(Self::Property(PropertyName::of(named.name())));
        }
        let of = [
            ("all", Self::All),
            ("authenticated", Self::Authenticated),
            ("unauthenticated", Self::Unauthenticated),
            ("self", Self::Itself),
        ];
        let found = of.into_iter().find(|(local, _)| name == dav(local));
        Ok(found.map(|(_, principal)| principal).ok_or(Precondition::RecognizedPrincipal)?)
    }

    /// Writes `DAV:principal`.
    pub(crate) fn write(&self, writer: &mut Writer, site: &Site) {
        writer.start(dav("principal"));
        match self {
            Self::Href(href) => writer.leaf(HREF, &site.write(href)),
            Self::All => writer.empty(dav("all")),
            Self::Authenticated => writer.empty(dav("authenticated")),
            Self::Unauthenticated => writer.empty(dav("unauthenticated")),
            Self::Itself => writer.empty(dav("self")),
            Self::Property(property) => {
                writer.start(dav("property"));
                writer.empty(property.name());
                writer.end();
            }
        }
        writer.end();
    }
}
