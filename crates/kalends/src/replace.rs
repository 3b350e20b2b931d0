//! A text written in another's place: whole or not at all.

use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::exit::{Exit, Failure};
use crate::input::{Source, Text};
use crate::output;

impl Text {
    /// Writes `new` where the text came from: in the file's place, or to standard output for standard input.
    pub(crate) fn replace(&self, new: &[u8]) -> Result<(), Failure> {
        match (&self.source, &self.metadata) {
            (Source::File(path), Some(before)) => replace(path, before, new),
            _ => Ok(output::bytes(new)?),
        }
    }
}

/// A new file beside the old one gets its permissions, is on disk before it takes its name, and links stay
/// links.
fn replace(path: &Path, before: &Metadata, new: &[u8]) -> Result<(), Failure> {
    let name = path.display();
    if !before.is_file() {
        return Err(Failure::new(
            Exit::Refused,
            format!("{name}: no plain file; read it as standard input with `-`"),
        ));
    }
    let failed = |error: &io::Error| Failure::writing(&name, error);
    let target = fs::canonicalize(path).map_err(|error| failed(&error))?;
    let folder = target.parent().unwrap_or(Path::new("/"));
    let write = || {
        let mut file = tempfile::Builder::new().prefix(".kalends-").tempfile_in(folder)?;
        file.write_all(new)?;
        keep_owner(file.path(), before);
        file.as_file().set_permissions(Permissions::clone(&before.permissions()))?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let file = write().map_err(|error: io::Error| failed(&error))?;
    let now = fs::metadata(&target).map_err(|error| failed(&error))?;
    if (now.len(), now.modified().ok()) != (before.len(), before.modified().ok()) {
        return Err(Failure::new(
            Exit::TryAgain,
            format!("{name}: another program has just changed it; try again"),
        ));
    }
    file.persist(&target).map_err(|error| failed(&error.error))?;
    sync_folder(folder);
    Ok(())
}

/// Writes a file, new or in the place of another, whole or not at all; it is for its owner alone.
pub(crate) fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = beside(path)?;
    file.write_all(text)?;
    take_place(file, path)
}

/// A file beside another, for its owner alone, that may take its place; else it goes.
pub(crate) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".kalends-").tempfile_in(folder_of(path))
}

/// Puts a new file in its place, when all of it is on disk.
pub(crate) fn take_place(file: NamedTempFile, path: &Path) -> io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder_of(path));
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// As far as the system lets us: only root may give files away.
#[cfg(unix)]
fn keep_owner(path: &Path, before: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(before.uid()), Some(before.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Metadata) {}

/// The new name is on disk when its folder is. Some file systems cannot be asked for that.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}
