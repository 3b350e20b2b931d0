//! Rules of rights: where each stands, and whom it names.

use rights::{Effect, Permission, Restriction, Rule, Scope, Who};

use crate::calendars::{self, Calendar, Collection};
use crate::change_set::{CalendarId, Clash};
use crate::engine::{Connection, Row, Value, all, first};
use crate::error::Error;
use crate::principals::PrincipalId;

/// Where rules stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Container {
    /// In the home of a principal: for each calendar there, now and later.
    Home(PrincipalId),
    /// At a calendar.
    Calendar(CalendarId),
}

/// A rule of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub(crate) i64);

/// A rule as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What names it in this store.
    pub id: RuleId,
    /// Where it stands.
    pub container: Container,
    /// What it says.
    pub rule: Rule<PrincipalId>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, home, calendar, carid, is_denial, who, principal, permissions, scopes, restrictions, is_decreed \
             FROM rule ",
            $rest
        )
    };
}

/// Those that stand for a calendar: its own, and those of its home, which say nothing of messages.
pub(crate) fn of_calendar(connection: &dyn Connection, calendar: &Calendar) -> Result<Vec<Standing>, Error> {
    let mut found = match calendar.collection {
        Collection::Calendar => of_container(connection, Container::Home(calendar.home))?,
        Collection::Inbox | Collection::Outbox => Vec::new(),
    };
    found.extend(of_container(connection, Container::Calendar(calendar.id))?);
    Ok(found)
}

/// Those that stand at one place, in the order in which they came.
pub(crate) fn of_container(
    connection: &dyn Connection,
    container: Container,
) -> Result<Vec<Standing>, Error> {
    match container {
        Container::Home(home) => {
            all(connection, select!("WHERE home = $1 ORDER BY id"), &[home.0.into()], standing)
        }
        Container::Calendar(calendar) => {
            all(connection, select!("WHERE calendar = $1 ORDER BY id"), &[calendar.0.into()], standing)
        }
    }
}

/// The calendars for which a rule stands that names a principal, in the order in which they were made,
/// removed ones too.
pub(crate) fn naming(connection: &dyn Connection, principal: PrincipalId) -> Result<Vec<Calendar>, Error> {
    let sql = "SELECT calendar.id FROM rule JOIN calendar ON calendar.id = rule.calendar WHERE rule.principal = $1 \
               UNION \
               SELECT calendar.id FROM rule JOIN calendar ON calendar.home = rule.home WHERE rule.principal = $2 \
               AND calendar.collection = 0 \
               ORDER BY 1";
    let parameters = [principal.0.into(), principal.0.into()];
    let ids = all(connection, sql, &parameters, |row| Ok(CalendarId(row.integer(0)?)))?;
    let found = ids.into_iter().map(|id| calendars::by_id(connection, id));
    found.filter_map(Result::transpose).collect()
}

/// The homes where a rule stands that names a principal, in the order in which they were made.
pub(crate) fn homes_naming(
    connection: &dyn Connection,
    principal: PrincipalId,
) -> Result<Vec<PrincipalId>, Error> {
    let sql = "SELECT DISTINCT home FROM rule WHERE principal = $1 AND home IS NOT NULL ORDER BY home";
    all(connection, sql, &[principal.0.into()], |row| Ok(PrincipalId(row.integer(0)?)))
}

pub(crate) fn add(
    connection: &dyn Connection,
    container: Container,
    rule: &Rule<PrincipalId>,
) -> Result<(), Error> {
    let (who, principal) = number(rule.who);
    let permissions = words(rule.permissions.iter().map(|permission| permission.word()));
    let scopes = words(rule.scopes.iter().map(|scope| scope.word()));
    let restrictions: Vec<String> = rule.restrictions.iter().map(Restriction::word).collect();
    let restrictions = words(restrictions.iter().map(String::as_str));
    let (home, calendar) = match container {
        Container::Home(home) => (Some(home.0), None),
        Container::Calendar(calendar) => (None, Some(calendar.0)),
    };
    let sql = "INSERT INTO rule (home, calendar, carid, is_denial, who, principal, permissions, scopes, restrictions, \
               is_decreed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let parameters: [Value<'_>; 10] = [
        home.into(),
        calendar.into(),
        rule.carid.as_str().into(),
        (rule.effect == Effect::Deny).into(),
        who.into(),
        principal.into(),
        permissions.as_str().into(),
        scopes.as_str().into(),
        restrictions.as_str().into(),
        rule.is_decreed.into(),
    ];
    connection.execute(sql, &parameters)?;
    count_change(connection, container)
}

pub(crate) fn remove(connection: &dyn Connection, id: RuleId) -> Result<(), Error> {
    let found = first(connection, select!("WHERE id = $1"), &[id.0.into()], standing)?;
    let found = found.ok_or(Error::Conflict(Clash::Rule))?;
    connection.execute("DELETE FROM rule WHERE id = $1", &[id.0.into()])?;
    count_change(connection, found.container)
}

/// How often the rules changed that stand for a calendar.
pub(crate) fn version(connection: &dyn Connection, calendar: CalendarId) -> Result<Option<i64>, Error> {
    first(connection, "SELECT rights_version FROM calendar WHERE id = $1", &[calendar.0.into()], |row| {
        row.integer(0)
    })
}

fn count_change(connection: &dyn Connection, container: Container) -> Result<(), Error> {
    let (sql, id) = match container {
        Container::Home(home) => {
            ("UPDATE calendar SET rights_version = rights_version + 1 WHERE home = $1", home.0)
        }
        Container::Calendar(calendar) => {
            ("UPDATE calendar SET rights_version = rights_version + 1 WHERE id = $1", calendar.0)
        }
    };
    connection.execute(sql, &[id.into()]).map(|_| ())
}

fn standing(row: &dyn Row) -> Result<Standing, Error> {
    let id = row.integer(0)?;
    let unknown = || Error::Database(format!("rule {id} has a word that this version does not know"));
    let container = match (row.maybe_integer(1)?, row.maybe_integer(2)?) {
        (Some(home), None) => Container::Home(PrincipalId(home)),
        (None, Some(calendar)) => Container::Calendar(CalendarId(calendar)),
        _ => return Err(unknown()),
    };
    let who = match (row.integer(5)?, row.maybe_integer(6)?) {
        (1, None) => Who::Owner,
        (2, Some(principal)) => Who::Principal(PrincipalId(principal)),
        (3, None) => Who::SignedIn,
        (4, None) => Who::Unauthenticated,
        (5, None) => Who::Anyone,
        _ => return Err(unknown()),
    };
    let rule = Rule {
        carid: row.text(3)?,
        effect: if row.integer(4)? == 0 { Effect::Grant } else { Effect::Deny },
        who,
        permissions: read(&row.text(7)?, Permission::of_word).ok_or_else(unknown)?,
        scopes: read(&row.text(8)?, Scope::of_word).ok_or_else(unknown)?,
        restrictions: read(&row.text(9)?, Restriction::of_word).ok_or_else(unknown)?,
        is_decreed: row.integer(10)? != 0,
    };
    Ok(Standing { id: RuleId(id), container, rule })
}

/// How it is kept whom a rule names, for ever.
const fn number(who: Who<PrincipalId>) -> (i64, Option<i64>) {
    match who {
        Who::Owner => (1, None),
        Who::Principal(principal) => (2, Some(principal.0)),
        Who::SignedIn => (3, None),
        Who::Unauthenticated => (4, None),
        Who::Anyone => (5, None),
    }
}

fn words<'w>(all: impl Iterator<Item = &'w str>) -> String {
    all.collect::<Vec<_>>().join(" ")
}

fn read<T, C: FromIterator<T>>(words: &str, of_word: impl Fn(&str) -> Option<T>) -> Option<C> {
    words.split_whitespace().map(of_word).collect()
}
