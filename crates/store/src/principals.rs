//! Principals: who has calendars or is invited, by which name and addresses.

use std::fmt;

use ical::value::CalAddress;

use crate::calendars;
use crate::change_set::Clash;
use crate::engine::{Connection, Row, all, first};
use crate::error::Error;
use crate::files;

/// A principal of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalId(pub(crate) i64);

impl PrincipalId {
    /// The store's owner: whoever has it where there is nobody else.
    pub const OWNER: Self = Self(1);
    /// The principal that the same set makes first. It is nobody beyond the set.
    pub const MADE: Self = Self(-1);
}

impl fmt::Display for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a principal is (RFC 5545 3.2.3, CUTYPE).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// A person.
    Individual,
    /// Several that are one to others.
    Group,
    /// A room.
    Room,
    /// A thing that is booked.
    Resource,
}

/// Kinds are kept as these numbers, for ever.
const KINDS: [(i64, PrincipalKind); 4] = [
    (1, PrincipalKind::Individual),
    (2, PrincipalKind::Group),
    (3, PrincipalKind::Room),
    (4, PrincipalKind::Resource),
];

/// What is with a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// They sign in, and are there for others.
    Active,
    /// They do not sign in; for others they are there.
    Disabled,
    /// They are gone. Their name and addresses stay theirs, so that nobody comes into what was meant for them.
    Removed,
}

/// States are kept as these numbers, for ever.
const STATES: [(i64, State); 3] = [(1, State::Active), (2, State::Disabled), (3, State::Removed)];

/// An address of a calendar user, in the form in which addresses of one user are the same: `mailto:ann@example.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(String);

impl Address {
    /// The normal form of an address.
    pub fn new(address: &CalAddress<'_>) -> Self {
        Self(address.normal())
    }

    /// As a URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is said of a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What it is.
    pub kind: PrincipalKind,
    /// Its name in URLs and at sign-in, in small letters: unique in the store. `None` for an owner whom nobody named.
    pub name: Option<String>,
    /// Its name for people.
    pub display: Option<String>,
    /// Its addresses, and whether each was verified; the first stands for it. No other principal has one of them.
    pub addresses: Vec<(Address, bool)>,
    /// What is with it.
    pub state: State,
}

/// A principal as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// What names it in this store.
    pub id: PrincipalId,
    /// What is said of it.
    pub profile: Profile,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, kind, name, display, state FROM principal ", $rest)
    };
}

fn principal(row: &dyn Row) -> Result<Principal, Error> {
    let (kind, state) = (row.integer(1)?, row.integer(4)?);
    let kind = KINDS.iter().find(|(number, _)| *number == kind).map(|(_, kind)| *kind);
    // What no program of this schema writes is shown to nobody.
    let state =
        STATES.iter().find(|(number, _)| *number == state).map_or(State::Removed, |(_, state)| *state);
    Ok(Principal {
        id: PrincipalId(row.integer(0)?),
        profile: Profile {
            kind: kind.unwrap_or(PrincipalKind::Individual),
            name: row.maybe_text(2)?,
            display: row.maybe_text(3)?,
            addresses: Vec::new(),
            state,
        },
    })
}

fn with_addresses(connection: &dyn Connection, mut principal: Principal) -> Result<Principal, Error> {
    let sql = "SELECT address, is_verified FROM address WHERE principal = $1 ORDER BY place";
    principal.profile.addresses = all(connection, sql, &[principal.id.0.into()], |row| {
        Ok((Address(row.text(0)?), row.integer(1)? != 0))
    })?;
    Ok(principal)
}

/// The addresses of a principal, the one that stands for it first.
pub(crate) fn addresses(connection: &dyn Connection, id: PrincipalId) -> Result<Vec<Address>, Error> {
    let sql = "SELECT address FROM address WHERE principal = $1 ORDER BY place";
    all(connection, sql, &[id.0.into()], |row| Ok(Address(row.text(0)?)))
}

/// Those of a kind who are there for others, in the order of their names; so many at most.
pub(crate) fn of_kind(
    connection: &dyn Connection,
    kind: PrincipalKind,
    most: i64,
) -> Result<Vec<Principal>, Error> {
    let number = KINDS.iter().find(|(_, known)| *known == kind).map_or(0, |(number, _)| *number);
    let sql = select!("WHERE kind = $1 AND state <> 3 ORDER BY name LIMIT $2");
    let found = all(connection, sql, &[number.into(), most.into()], principal)?;
    found.into_iter().map(|principal| with_addresses(connection, principal)).collect()
}

/// All, in the order in which they were made.
pub(crate) fn list(connection: &dyn Connection) -> Result<Vec<Principal>, Error> {
    let found = all(connection, select!("ORDER BY id"), &[], principal)?;
    found.into_iter().map(|principal| with_addresses(connection, principal)).collect()
}

pub(crate) fn by_id(connection: &dyn Connection, id: PrincipalId) -> Result<Option<Principal>, Error> {
    let found = first(connection, select!("WHERE id = $1"), &[id.0.into()], principal)?;
    found.map(|principal| with_addresses(connection, principal)).transpose()
}

/// The principal of a name, in any case.
pub(crate) fn by_name(connection: &dyn Connection, name: &str) -> Result<Option<Principal>, Error> {
    let name = name.to_lowercase();
    let found = first(connection, select!("WHERE name = $1"), &[name.as_str().into()], principal)?;
    found.map(|principal| with_addresses(connection, principal)).transpose()
}

/// The principal of an address.
pub(crate) fn by_address(connection: &dyn Connection, address: &Address) -> Result<Option<Principal>, Error> {
    let sql = "SELECT principal FROM address WHERE address = $1";
    let id = first(connection, sql, &[address.as_str().into()], |row| Ok(PrincipalId(row.integer(0)?)))?;
    id.map(|id| by_id(connection, id)).transpose().map(Option::flatten)
}

/// Counts the changes of the directory.
pub(crate) fn directory(connection: &dyn Connection) -> Result<i64, Error> {
    Ok(first(connection, "SELECT directory FROM store", &[], |row| row.integer(0))?.unwrap_or(0))
}

pub(crate) fn count_change(connection: &dyn Connection) -> Result<(), Error> {
    connection.execute("UPDATE store SET directory = directory + 1", &[]).map(|_| ())
}

/// Writes the row of the store as it is.
pub(crate) fn probe(connection: &dyn Connection) -> Result<(), Error> {
    connection.execute("UPDATE store SET directory = directory", &[]).map(|_| ())
}

pub(crate) fn make(connection: &dyn Connection, profile: &Profile) -> Result<PrincipalId, Error> {
    is_name_free(connection, profile, 0)?;
    let sql = "INSERT INTO principal (kind, name, display, state) VALUES ($1, $2, $3, $4) RETURNING id";
    let [kind, state] = numbers(profile);
    let parameters =
        [kind.into(), profile.name.as_deref().into(), profile.display.as_deref().into(), state.into()];
    let id = first(connection, sql, &parameters, |row| Ok(PrincipalId(row.integer(0)?)))?;
    let id = id.ok_or_else(|| Error::Database("a row that was written has no id".to_owned()))?;
    set_addresses(connection, id, profile)?;
    files::write::make_area(connection, id)?;
    calendars::make_boxes(connection, id)?;
    count_change(connection)?;
    Ok(id)
}

/// Says something else of a principal.
pub(crate) fn set(connection: &dyn Connection, id: PrincipalId, profile: &Profile) -> Result<(), Error> {
    is_name_free(connection, profile, id.0)?;
    let sql = "UPDATE principal SET kind = $1, name = $2, display = $3, state = $4 WHERE id = $5";
    let [kind, state] = numbers(profile);
    let parameters = [
        kind.into(),
        profile.name.as_deref().into(),
        profile.display.as_deref().into(),
        state.into(),
        id.0.into(),
    ];
    if connection.execute(sql, &parameters)? == 0 {
        return Err(Error::Conflict(Clash::Directory));
    }
    let mut before = addresses(connection, id)?;
    set_addresses(connection, id, profile)?;
    let mut after = addresses(connection, id)?;
    before.sort_unstable();
    after.sort_unstable();
    if before != after {
        // What the index says of their answers was found by their addresses.
        let sql =
            "UPDATE object SET generation = 0 WHERE calendar IN (SELECT id FROM calendar WHERE home = $1)";
        connection.execute(sql, &[id.0.into()])?;
    }
    count_change(connection)
}

fn numbers(profile: &Profile) -> [i64; 2] {
    let kind = KINDS.iter().find(|(_, kind)| *kind == profile.kind).map_or(0, |(number, _)| *number);
    let state = STATES.iter().find(|(_, state)| *state == profile.state).map_or(0, |(number, _)| *number);
    [kind, state]
}

fn is_name_free(connection: &dyn Connection, profile: &Profile, but_of: i64) -> Result<(), Error> {
    let Some(name) = &profile.name else { return Ok(()) };
    let sql = "SELECT id FROM principal WHERE name = $1 AND id <> $2";
    match first(connection, sql, &[name.as_str().into(), but_of.into()], |row| row.integer(0))? {
        Some(_) => Err(Error::Conflict(Clash::Principal(name.clone()))),
        None => Ok(()),
    }
}

fn set_addresses(connection: &dyn Connection, id: PrincipalId, profile: &Profile) -> Result<(), Error> {
    connection.execute("DELETE FROM address WHERE principal = $1", &[id.0.into()])?;
    for (place, (address, is_verified)) in (0..).zip(&profile.addresses) {
        let sql = "INSERT INTO address (address, principal, place, is_verified) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT DO NOTHING";
        let place: i64 = place;
        let parameters = [address.as_str().into(), id.0.into(), place.into(), (*is_verified).into()];
        if connection.execute(sql, &parameters)? == 0 {
            return Err(Error::Conflict(Clash::Principal(address.0.clone())));
        }
    }
    Ok(())
}
