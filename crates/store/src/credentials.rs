//! Credentials: what principals sign in with, of which only that is kept by which it is known again.

use std::fmt;

use ical::civil::Timestamp;

use crate::change_set::Clash;
use crate::engine::{Connection, Row, all, first};
use crate::error::Error;
use crate::principals::{PrincipalId, count_change};

/// A credential of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId(pub(crate) i64);

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// The password that a person chose.
    Password,
    /// A password that was made for one program, beside a name.
    App,
    /// What a program shows alone (RFC 6750).
    Token,
}

/// Kinds are kept as these numbers, for ever.
const KINDS: [(i64, CredentialKind); 3] =
    [(1, CredentialKind::Password), (2, CredentialKind::App), (3, CredentialKind::Token)];

impl CredentialKind {
    fn number(self) -> i64 {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or(0, |(number, _)| *number)
    }
}

/// By what a secret is known again: a PHC string of what a person chose, SHA-256 of what was made by chance. No two are the
/// same, and it is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(Vec<u8>);

impl Verifier {
    /// One of these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(..)")
    }
}

/// A credential as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// What names it in this store.
    pub id: CredentialId,
    /// Whose it is.
    pub principal: PrincipalId,
    /// What it is.
    pub kind: CredentialKind,
    /// What it is called: unique among those of a kind that a principal has; empty for the password.
    pub label: String,
    /// By what it is known again.
    pub verifier: Verifier,
    /// When it was made, or got another secret.
    pub created: Timestamp,
    /// When somebody last signed in with it, to the hour.
    pub last_used: Option<Timestamp>,
    /// From then on it is good for nothing.
    pub expires: Option<Timestamp>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, principal, kind, label, verifier, created, last_used, expires FROM credential ",
            $rest
        )
    };
}

fn credential(row: &dyn Row) -> Result<Credential, Error> {
    let kind = row.integer(2)?;
    let kind = KINDS.iter().find(|(number, _)| *number == kind).map(|(_, kind)| *kind);
    Ok(Credential {
        id: CredentialId(row.integer(0)?),
        principal: PrincipalId(row.integer(1)?),
        kind: kind.ok_or_else(|| Error::Database("a credential of no known kind".to_owned()))?,
        label: row.text(3)?,
        verifier: Verifier(row.bytes(4)?),
        created: Timestamp(row.integer(5)?),
        last_used: row.maybe_integer(6)?.map(Timestamp),
        expires: row.maybe_integer(7)?.map(Timestamp),
    })
}

/// Those of a principal, by kind and label.
pub(crate) fn of(connection: &dyn Connection, principal: PrincipalId) -> Result<Vec<Credential>, Error> {
    all(connection, select!("WHERE principal = $1 ORDER BY kind, label"), &[principal.0.into()], credential)
}

/// The one of a kind with a verifier.
pub(crate) fn by_verifier(
    connection: &dyn Connection,
    kind: CredentialKind,
    verifier: &Verifier,
) -> Result<Option<Credential>, Error> {
    let parameters = [verifier.bytes().into(), kind.number().into()];
    first(connection, select!("WHERE verifier = $1 AND kind = $2"), &parameters, credential)
}

/// Gives a principal a credential, in place of the one of its kind and label.
pub(crate) fn set(
    connection: &dyn Connection,
    principal: PrincipalId,
    (kind, label): (CredentialKind, &str),
    verifier: &Verifier,
    expires: Option<Timestamp>,
    at: Timestamp,
) -> Result<(), Error> {
    let sql = "INSERT INTO credential (principal, kind, label, verifier, created, expires) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (principal, kind, label) DO UPDATE \
               SET verifier = excluded.verifier, created = excluded.created, last_used = NULL, \
               expires = excluded.expires";
    let parameters = [
        principal.0.into(),
        kind.number().into(),
        label.into(),
        verifier.bytes().into(),
        at.0.into(),
        expires.map(|at| at.0).into(),
    ];
    connection.execute(sql, &parameters)?;
    count_change(connection)
}

pub(crate) fn remove(connection: &dyn Connection, id: CredentialId) -> Result<(), Error> {
    match connection.execute("DELETE FROM credential WHERE id = $1", &[id.0.into()])? {
        0 => Err(Error::Conflict(Clash::Directory)),
        _ => count_change(connection),
    }
}

/// Notes that somebody signed in with it.
pub(crate) fn note_use(connection: &dyn Connection, id: CredentialId, at: Timestamp) -> Result<(), Error> {
    let sql = "UPDATE credential SET last_used = $1 WHERE id = $2";
    connection.execute(sql, &[at.0.into(), id.0.into()]).map(|_| ())
}
