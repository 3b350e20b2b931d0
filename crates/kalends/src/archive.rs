//! Calendars in a zip archive, as Google hands them out: listed, and read within limits.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use zip::ZipArchive;

use crate::exit::{Exit, Failure};
use crate::input;

/// So much is read out of an archive, however small it looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Files in an archive.
    pub(crate) entries: usize,
    /// Bytes of all its calendars, unpacked.
    pub(crate) archive: u64,
}

impl Limits {
    /// The keys by which they are set, each with what it bounds.
    pub(crate) const KEYS: [(&'static str, &'static str); 2] =
        [("limit_entries", "files in an archive"), ("limit_archive", "bytes of an archive, unpacked")];

    /// A limit by its key.
    pub(crate) fn get(self, key: &str) -> u64 {
        if key == "limit_archive" { self.archive } else { u64::try_from(self.entries).unwrap_or(u64::MAX) }
    }

    /// Sets a limit by its key.
    pub(crate) fn set(&mut self, key: &str, number: u64) {
        match key {
            "limit_archive" => self.archive = number,
            _ => self.entries = usize::try_from(number).unwrap_or(usize::MAX),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 10_000, archive: 4 << 30 }
    }
}

type Archive = ZipArchive<BufReader<File>>;

/// A calendar in an archive.
pub(crate) struct Entry {
    archive: Rc<RefCell<Archive>>,
    number: usize,
    name: String,
    /// Bytes, as the archive says.
    pub(crate) size: u64,
    /// Bytes that may be read of it.
    most: u64,
}

/// Does a file begin as an archive does?
pub(crate) fn is_archive(path: &Path) -> bool {
    let mut begin = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut begin));
    read.is_ok() && matches!(&begin, b"PK\x03\x04" | b"PK\x05\x06")
}

/// The calendars in an archive, in its order.
pub(crate) fn entries(path: &Path, limits: Limits) -> Result<Vec<Entry>, Failure> {
    let shown = path.display();
    let refused = |words: String| Failure::new(Exit::Refused, format!("{shown}: {words}"));
    let file = File::open(path).map_err(|error| Failure::reading(&shown, &error))?;
    let damaged = |error: zip::result::ZipError| {
        Failure::new(Exit::Unreadable, format!("{shown}: the archive cannot be read: {error}"))
    };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > limits.entries {
        let most = limits.entries;
        return Err(refused(format!("more than {most} files (`limit_entries`); unpack it first")));
    }
    let mut found = Vec::new();
    let mut left = limits.archive;
    for number in 0..archive.len() {
        let entry = archive.by_index_raw(number).map_err(damaged)?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        if entry.is_dir() || !input::is_calendar(Path::new(&name)) {
            continue;
        }
        if entry.encrypted() {
            return Err(refused(format!("{name} is encrypted; unpack it first")));
        }
        let size = entry.size();
        let Some(rest) = left.checked_sub(size) else {
            let most = limits.archive;
            return Err(refused(format!(
                "more than {most} bytes unpacked (`limit_archive`); unpack it first"
            )));
        };
        left = rest;
        found.push((number, format!("{shown}/{name}"), size));
    }
    if found.is_empty() {
        return Err(Failure::new(Exit::NotFound, format!("{shown}: no calendars in this archive (*.ics)")));
    }
    let archive = Rc::new(RefCell::new(archive));
    let entry = |(number, name, size)| Entry { archive: Rc::clone(&archive), number, name, size, most: size };
    Ok(found.into_iter().map(entry).collect())
}

impl service::Source for Entry {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn read(&self, take: &mut dyn FnMut(&mut dyn Read)) -> io::Result<()> {
        let mut archive = self.archive.borrow_mut();
        let entry = archive.by_index(self.number).map_err(io::Error::other)?;
        take(&mut Bounded { reader: entry, left: self.most });
        Ok(())
    }
}

/// What says that it is small and is not, is no calendar but a bomb.
struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other("it is larger than the archive says (the limit `archive`)")),
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use service::Source;
    use tempfile::NamedTempFile;

    fn archive(entries: &[(&str, &[u8])]) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        let mut writer = zip::ZipWriter::new(file.as_file_mut());
        for (name, text) in entries {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text).unwrap();
        }
        writer.finish().unwrap();
        file
    }

    #[test]
    fn past_each_limit_an_archive_is_refused_with_the_limits_name() {
        let file = archive(&[("a.ics", &[b'x'; 100_000]), ("b.ics", &[b'x'; 100_000]), ("c.txt", b"x")]);
        for (limits, name) in [
            (Limits { entries: 2, archive: 1 << 30 }, "`limit_entries`"),
            (Limits { entries: 3, archive: 199_999 }, "`limit_archive`"),
        ] {
            let refused = entries(file.path(), limits).err().unwrap();
            assert!(format!("{refused:?}").contains(name), "{refused:?}");
        }
        assert_eq!(entries(file.path(), Limits { entries: 3, archive: 200_000 }).unwrap().len(), 2);
    }

    #[test]
    fn what_is_larger_than_it_says_is_not_read_to_its_end() {
        let file = archive(&[("a.ics", &[b'x'; 100_000])]);
        let mut found = entries(file.path(), Limits::default()).unwrap();
        found[0].most = 1_000;
        let mut read = Ok(0);
        found[0].read(&mut |reader| read = io::copy(reader, &mut io::sink())).unwrap();
        assert!(read.unwrap_err().to_string().contains("`archive`"));
    }
}
