//! Files held against their hashes, and areas against what they count.

use sha2::{Digest, Sha256};

use super::{CHUNK, FileId, tree};
use crate::engine::{Connection, all, first};
use crate::error::Error;
use crate::principals::PrincipalId;
use crate::verify::{Amiss, Finding};

/// So many rows are read at once.
const PAGE: i64 = 256;
/// Bytes of a chunk.
const SIZE: i64 = CHUNK.cast_signed();

fn found(amiss: Amiss) -> Finding {
    Finding { calendar: None, uid: None, amiss }
}

/// Looks at the bytes behind an id; the last id of the page.
pub(crate) fn blobs(
    connection: &dyn Connection,
    after: i64,
    tell: &mut dyn FnMut(Finding),
) -> Result<Option<i64>, Error> {
    let sql = "SELECT id, hash, size FROM blob WHERE id > $1 ORDER BY id LIMIT $2";
    let page = all(connection, sql, &[after.into(), PAGE.into()], |row| {
        Ok((row.integer(0)?, row.bytes(1)?, row.integer(2)?))
    })?;
    for (blob, hash, size) in &page {
        // What is still coming is looked at when it is named.
        let sql = "SELECT blob FROM incoming WHERE blob = $1";
        let is_coming = first(connection, sql, &[(*blob).into()], |row| row.integer(0))?.is_some();
        if !is_coming && !is_sound(connection, *blob, hash, *size)? {
            tell(found(Amiss::Bytes(named(connection, *blob)?)));
        }
    }
    Ok(page.last().map(|(blob, ..)| *blob))
}

/// Are the chunks of a document, one after the other, what their hash says? Whoever reads from the middle finds one by its number.
fn is_sound(connection: &dyn Connection, blob: i64, hash: &[u8], size: i64) -> Result<bool, Error> {
    let wanted = size.max(0).cast_unsigned().div_ceil(CHUNK).cast_signed();
    let sql = "SELECT count(*) FROM chunk WHERE blob = $1";
    if first(connection, sql, &[blob.into()], |row| row.integer(0))? != Some(wanted) {
        return Ok(false);
    }
    let (mut digest, mut there) = (Sha256::new(), 0_i64);
    for number in 0..wanted {
        // One at a time: an engine behind a wire answers with all rows at once.
        let sql = "SELECT raw FROM chunk WHERE blob = $1 AND number = $2";
        let raw = first(connection, sql, &[blob.into(), number.into()], |row| row.bytes(0))?;
        let Some(raw) = raw.filter(|_| there == number.saturating_mul(SIZE)) else { return Ok(false) };
        digest.update(&raw);
        there = there.saturating_add(i64::try_from(raw.len()).unwrap_or(i64::MAX));
    }
    Ok(there == size && digest.finalize().as_slice() == hash)
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
