//! Files written: made, replaced, taken away, copied and moved, with what an area counts of them.

use std::collections::HashMap;

use ical::civil::Timestamp;

use super::{Blob, File, FileChange, FileId, Tree, at, blobs, by_id, inside, no_id, tree};
use crate::change_set::{Clash, Version};
use crate::engine::{Connection, all, first};
use crate::error::Error;
use crate::principals::PrincipalId;
use crate::properties;

/// Does something to files; what was made or written.
pub(crate) fn apply(
    connection: &dyn Connection,
    change: &FileChange,
    now: Timestamp,
) -> Result<Option<FileId>, Error> {
    Ok(match change {
        FileChange::MakeCollection { collection, name } => {
            Some(make_collection(connection, *collection, name, now)?)
        }
        FileChange::Put { collection, name, blob, media } => {
            Some(put(connection, (*collection, name), blob, media.as_deref(), now)?)
        }
        FileChange::Copy { file, collection, name, is_deep } => {
            Some(copy(connection, *file, (*collection, name), *is_deep, now)?)
        }
        FileChange::Move { file, collection, name } => {
            relocate(connection, *file, (*collection, name))?;
            None
        }
        FileChange::Remove(file) => {
            remove(connection, *file)?;
            None
        }
    })
}

/// Gives a principal an empty area.
pub(crate) fn make_area(connection: &dyn Connection, home: PrincipalId) -> Result<(), Error> {
    let sql = "INSERT INTO file (home, parent, name, version, created, modified) VALUES ($1, NULL, '', 0, 0, 0) \
               RETURNING id";
    let root = first(connection, sql, &[home.0.into()], |row| row.integer(0))?.ok_or_else(no_id)?;
    let sql = "INSERT INTO area (home, root, sequence, files, bytes) VALUES ($1, $2, 0, 0, 0)";
    connection.execute(sql, &[home.0.into(), root.into()]).map(|_| ())
}

fn gone(name: &str) -> Error {
    Error::Conflict(Clash::File(name.to_owned()))
}

/// A collection in which something is to come.
fn collection(connection: &dyn Connection, id: FileId, name: &str) -> Result<File, Error> {
    by_id(connection, id)?.filter(|file| file.contents.is_none()).ok_or_else(|| gone(name))
}

/// Counts an area's sequence number up, and what came into it or went.
fn count(connection: &dyn Connection, home: PrincipalId, files: i64, bytes: i64) -> Result<Version, Error> {
    let sql = "UPDATE area SET sequence = sequence + 1, files = files + $1, bytes = bytes + $2 WHERE home = $3 \
               RETURNING sequence";
    let version = first(connection, sql, &[files.into(), bytes.into(), home.0.into()], |row| row.integer(0))?;
    version.map(Version).ok_or_else(|| gone(""))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A row that is to be written.
struct New<'n> {
    home: PrincipalId,
    parent: i64,
    name: &'n str,
    blob: Option<i64>,
    media: Option<&'n str>,
    version: Version,
    at: Timestamp,
}

impl New<'_> {
    fn write(&self, connection: &dyn Connection) -> Result<FileId, Error> {
        let Self { home, parent, name, blob, media, version, at } = self;
        let sql = "INSERT INTO file (home, parent, name, blob, media, version, created, modified) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";
        let parameters = [
            home.0.into(),
            (*parent).into(),
            (*name).into(),
            (*blob).into(),
            (*media).into(),
            version.0.into(),
            at.0.into(),
            at.0.into(),
        ];
        first(connection, sql, &parameters, |row| row.integer(0))?.map(FileId).ok_or_else(no_id)
    }
}

/// Makes an empty collection where nothing is.
fn make_collection(
    connection: &dyn Connection,
    parent: FileId,
    name: &str,
    now: Timestamp,
) -> Result<FileId, Error> {
    let around = collection(connection, parent, name)?;
    if at(connection, parent, name)?.is_some() {
        return Err(gone(name));
    }
    let version = count(connection, around.home, 1, 0)?;
    let new = New { home: around.home, parent: parent.0, name, blob: None, media: None, version, at: now };
    new.write(connection)
}

/// Writes a document: a new one, or in place of the one that has the name.
fn put(
    connection: &dyn Connection,
    (parent, name): (FileId, &str),
    blob: &Blob,
    media: Option<&str>,
    now: Timestamp,
) -> Result<FileId, Error> {
    let home = collection(connection, parent, name)?.home;
    let before = at(connection, parent, name)?;
    let (size, blob) = (signed(blob.size()), blobs::name(connection, blob)?);
    let Some(before) = before else {
        let version = count(connection, home, 1, size)?;
        let new = New { home, parent: parent.0, name, blob: Some(blob), media, version, at: now };
        return new.write(connection);
    };
    let contents = before.contents.ok_or_else(|| gone(name))?;
    let version = count(connection, home, 0, size.saturating_sub(signed(contents.size)))?;
    let sql = "UPDATE file SET blob = $1, media = $2, version = $3, modified = $4 WHERE id = $5";
    let parameters = [blob.into(), media.into(), version.0.into(), now.0.into(), before.id.0.into()];
    connection.execute(sql, &parameters)?;
    if contents.blob != blob {
        blobs::release(connection, contents.blob)?;
    }
    Ok(before.id)
}

/// A row of a tree.
struct Inside {
    id: FileId,
    around: Option<FileId>,
    name: String,
    blob: Option<i64>,
    media: Option<String>,
    depth: i64,
}

/// A file and all inside of it, what is around before what is inside.
fn inside_of(connection: &dyn Connection, id: FileId) -> Result<Vec<Inside>, Error> {
    let sql = inside!("SELECT id, parent, name, blob, media, depth FROM inside");
    let mut rows = all(connection, sql, &[id.0.into()], |row| {
        Ok(Inside {
            id: FileId(row.integer(0)?),
            around: row.maybe_integer(1)?.map(FileId),
            name: row.text(2)?,
            blob: row.maybe_integer(3)?,
            media: row.maybe_text(4)?,
            depth: row.integer(5)?,
        })
    })?;
    rows.sort_by_key(|row| row.depth);
    Ok(rows)
}

/// Takes a file away, with all that is inside.
fn remove(connection: &dyn Connection, id: FileId) -> Result<(), Error> {
    let top = by_id(connection, id)?.filter(|file| file.parent.is_some()).ok_or_else(|| gone(""))?;
    let gone = tree(connection, id)?;
    count(connection, top.home, -signed(gone.files), -signed(gone.bytes))?;
    // What is inside first, for it refers to what is around.
    for Inside { id: file, blob, .. } in inside_of(connection, id)?.into_iter().rev() {
        properties::forget_of_file(connection, file)?;
        connection.execute("DELETE FROM file WHERE id = $1", &[file.0.into()])?;
        blob.map_or(Ok(()), |blob| blobs::release(connection, blob))?;
    }
    Ok(())
}

/// Copies a file to a name that nobody has, with its properties; a collection with all that is inside, or by itself.
fn copy(
    connection: &dyn Connection,
    from: FileId,
    (parent, name): (FileId, &str),
    is_deep: bool,
    now: Timestamp,
) -> Result<FileId, Error> {
    let home = collection(connection, parent, name)?.home;
    if at(connection, parent, name)?.is_some() {
        return Err(gone(name));
    }
    let mut rows = inside_of(connection, from)?;
    let mut size = tree(connection, from)?;
    if !is_deep {
        rows.truncate(1);
        let of_itself = by_id(connection, from)?.and_then(|file| file.contents);
        size = Tree { files: 1, bytes: of_itself.map_or(0, |contents| contents.size), height: 0 };
    }
    let version = count(connection, home, signed(size.files), signed(size.bytes))?;
    let mut copies: HashMap<FileId, FileId> = HashMap::new();
    let mut top = None;
    for Inside { id, around, name: old, blob, media, .. } in &rows {
        let around = around.and_then(|around| copies.get(&around).copied());
        let (parent, name) = around.map_or((parent, name), |around| (around, old.as_str()));
        let media = media.as_deref();
        let new = New { home, parent: parent.0, name, blob: *blob, media, version, at: now };
        let made = new.write(connection)?;
        properties::copy_of_file(connection, *id, made)?;
        copies.insert(*id, made);
        top = top.or(Some(made));
    }
    top.ok_or_else(|| gone(name))
}

/// Moves a file to a name that nobody has, in the same area, and not into itself.
fn relocate(connection: &dyn Connection, from: FileId, (parent, name): (FileId, &str)) -> Result<(), Error> {
    let moved = by_id(connection, from)?.filter(|file| file.parent.is_some()).ok_or_else(|| gone(name))?;
    let into = collection(connection, parent, name)?;
    if into.home != moved.home || at(connection, parent, name)?.is_some() {
        return Err(gone(name));
    }
    let mut around = Some(into);
    while let Some(outer) = around {
        if outer.id == from {
            return Err(gone(name));
        }
        around = outer.parent.map(|parent| by_id(connection, parent)).transpose()?.flatten();
    }
    let version = count(connection, moved.home, 0, 0)?;
    let sql = "UPDATE file SET parent = $1, name = $2, version = $3 WHERE id = $4";
    connection.execute(sql, &[parent.0.into(), name.into(), version.0.into(), from.0.into()])?;
    Ok(())
}
