//! Who is there at one moment: principals, found by id, name and address, and what they sign in with.

use crate::Snapshot;
use crate::audit::{self, Audited};
use crate::credentials::{self, Credential, CredentialKind, Verifier};
use crate::error::Error;
use crate::groups;
use crate::principals::{self, Address, Principal, PrincipalId, PrincipalKind};
use crate::reception::{self, Reception};

impl Snapshot {
    /// Counts the changes of principals, addresses and credentials.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn directory(&self) -> Result<i64, Error> {
        principals::directory(&self.transaction())
    }

    /// The addresses of a principal.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn addresses(&self, of: PrincipalId) -> Result<Vec<Address>, Error> {
        principals::addresses(&self.transaction(), of)
    }

    /// All principals, in the order in which they were made, removed ones too.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn principals(&self) -> Result<Vec<Principal>, Error> {
        principals::list(&self.transaction())
    }

    /// A principal by its id.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn principal(&self, id: PrincipalId) -> Result<Option<Principal>, Error> {
        principals::by_id(&self.transaction(), id)
    }

    /// The principal of a name, in any case.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn principal_named(&self, name: &str) -> Result<Option<Principal>, Error> {
        principals::by_name(&self.transaction(), name)
    }

    /// The principal of an address.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn principal_at(&self, address: &Address) -> Result<Option<Principal>, Error> {
        principals::by_address(&self.transaction(), address)
    }

    /// Those who are in a group themselves, in the order in which they were made, removed ones too.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn members_of(&self, group: PrincipalId) -> Result<Vec<PrincipalId>, Error> {
        groups::members(&self.transaction(), group)
    }

    /// The groups that a principal is in itself.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn groups_of(&self, principal: PrincipalId) -> Result<Vec<PrincipalId>, Error> {
        groups::of(&self.transaction(), principal)
    }

    /// The groups that a principal is in, those that contain these too.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn groups_around(&self, principal: PrincipalId) -> Result<Vec<PrincipalId>, Error> {
        groups::around(&self.transaction(), principal)
    }

    /// The principals of a kind who are there for others, in the order of their names; so many at most.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn principals_of(&self, kind: PrincipalKind, most: u32) -> Result<Vec<Principal>, Error> {
        principals::of_kind(&self.transaction(), kind, most.into())
    }

    /// How what comes to a principal is received.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn reception(&self, principal: PrincipalId) -> Result<Reception, Error> {
        reception::of(&self.transaction(), principal)
    }

    /// What was done by whoever keeps the store, the newest first: to somebody, or to all.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn audit(&self, whom: Option<PrincipalId>, most: u32) -> Result<Vec<Audited>, Error> {
        audit::list(&self.transaction(), whom, most.into())
    }

    /// The credentials of a principal, by kind and label.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn credentials(&self, principal: PrincipalId) -> Result<Vec<Credential>, Error> {
        credentials::of(&self.transaction(), principal)
    }

    /// The credential of a kind that is known by a verifier.
    ///
    /// # Errors
    /// See [`Snapshot::calendars`].
    pub fn credential(&self, kind: CredentialKind, verifier: &Verifier) -> Result<Option<Credential>, Error> {
        credentials::by_verifier(&self.transaction(), kind, verifier)
    }
}
