//! Groups: who is in each, and in which somebody is. A group that was removed has nobody in it until it is back.

use std::collections::BTreeSet;

use crate::engine::{Connection, all};
use crate::error::Error;
use crate::principals::PrincipalId;

/// Those who are in a group themselves, in the order in which they were made.
pub(crate) fn members(connection: &dyn Connection, group: PrincipalId) -> Result<Vec<PrincipalId>, Error> {
    let sql = "SELECT member FROM member WHERE team = $1 ORDER BY member";
    all(connection, sql, &[group.0.into()], |row| Ok(PrincipalId(row.integer(0)?)))
}

/// The groups that a principal is in itself, in the order in which they were made.
pub(crate) fn of(connection: &dyn Connection, principal: PrincipalId) -> Result<Vec<PrincipalId>, Error> {
    let sql = "SELECT team FROM member JOIN principal ON principal.id = member.team \
               WHERE member.member = $1 AND principal.state <> 3 ORDER BY team";
    all(connection, sql, &[principal.0.into()], |row| Ok(PrincipalId(row.integer(0)?)))
}

/// The groups that a principal is in, those that contain these too. Each is looked at once, so a ring comes to an end.
pub(crate) fn around(connection: &dyn Connection, principal: PrincipalId) -> Result<Vec<PrincipalId>, Error> {
    let (mut found, mut left) = (BTreeSet::new(), vec![principal]);
    while let Some(one) = left.pop() {
        left.extend(of(connection, one)?.into_iter().filter(|group| found.insert(*group)));
    }
    Ok(found.into_iter().collect())
}

/// Puts somebody into a group, or takes them out of it.
pub(crate) fn set(
    connection: &dyn Connection,
    group: PrincipalId,
    member: PrincipalId,
    is_in: bool,
) -> Result<(), Error> {
    let sql = if is_in {
        "INSERT INTO member (team, member) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM member WHERE team = $1 AND member = $2"
    };
    connection.execute(sql, &[group.0.into(), member.0.into()])?;
    count_change(connection, group)
}

/// Counts a change of who a group is among the changes of the rules that name it, or a group around it.
pub(crate) fn count_change(connection: &dyn Connection, group: PrincipalId) -> Result<(), Error> {
    let sql = [
        "UPDATE calendar SET rights_version = rights_version + 1 \
         WHERE id IN (SELECT calendar FROM rule WHERE principal = $1 AND calendar IS NOT NULL)",
        "UPDATE calendar SET rights_version = rights_version + 1 \
         WHERE home IN (SELECT home FROM rule WHERE principal = $1 AND home IS NOT NULL)",
    ];
    for group in around(connection, group)?.into_iter().chain([group]) {
        for sql in sql {
            connection.execute(sql, &[group.0.into()])?;
        }
    }
    Ok(())
}
