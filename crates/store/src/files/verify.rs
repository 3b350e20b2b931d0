//! Files held against their hashes, and areas against what they count.

use sha2::{Digest, Sha256};

use super::{FileId, tree};
use crate::engine::{Connection, all, first};
use crate::error::Error;
use crate::principals::PrincipalId;
use crate::verify::{Amiss, Finding};

/// So many rows are read at once.
const PAGE: i64 = 256;

fn found(amiss: Amiss) -> Finding {
    Finding { calendar: None, uid: None, amiss }
}

/// Looks at the bytes behind an id; the last id of the page.
pub(crate) fn blobs(
    connection: &dyn Connection,
    after: i64,
    tell: &mut dyn FnMut(Finding),
) -> Result<Option<i64>, Error> {
    let sql = "SELECT id FROM blob WHERE id > $1 ORDER BY id LIMIT $2";
    let page = all(connection, sql, &[after.into(), PAGE.into()], |row| row.integer(0))?;
    for blob in &page {
        let sql = "SELECT hash, raw FROM blob WHERE id = $1";
        let is_sound = |hash: Vec<u8>, raw: Vec<u8>| hash == Sha256::digest(raw).as_slice();
        let sound =
            first(connection, sql, &[(*blob).into()], |row| Ok(is_sound(row.bytes(0)?, row.bytes(1)?)))?;
        if sound == Some(false) {
            tell(found(Amiss::Bytes(named(connection, *blob)?)));
        }
    }
    Ok(page.last().copied())
}

/// The names of the documents that have some bytes; there may be many, and a few say enough.
fn named(connection: &dyn Connection, blob: i64) -> Result<String, Error> {
    let sql = "SELECT name FROM file WHERE blob = $1 ORDER BY id LIMIT 3";
    Ok(all(connection, sql, &[blob.into()], |row| row.text(0))?.join(", "))
}

/// Looks at what each area counts.
pub(crate) fn areas(connection: &dyn Connection, tell: &mut dyn FnMut(Finding)) -> Result<(), Error> {
    let sql = "SELECT area.home, area.root, area.files, area.bytes, principal.name FROM area \
               LEFT JOIN principal ON principal.id = area.home ORDER BY area.home";
    let areas = all(connection, sql, &[], |row| {
        let root = FileId(row.integer(1)?);
        Ok((row.integer(0)?, root, row.integer(2)?, row.integer(3)?, row.maybe_text(4)?))
    })?;
    for (home, root, files, bytes, name) in areas {
        let there = tree(connection, root)?;
        // What is not within reach of the root is nobody's.
        let sql = "SELECT count(*) FROM file WHERE home = $1";
        let all = first(connection, sql, &[home.into()], |row| row.integer(0))?.unwrap_or(0);
        let is = |number: i64, wanted: u64| u64::try_from(number).ok() == Some(wanted);
        // The root is counted in neither.
        let is_so =
            is(files.saturating_add(1), there.files) && is(all, there.files) && is(bytes, there.bytes);
        if !is_so {
            tell(found(Amiss::Area(name.unwrap_or_else(|| PrincipalId(home).to_string()))));
        }
    }
    Ok(())
}
