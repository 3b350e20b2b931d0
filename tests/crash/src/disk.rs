//! A disk that forgets: files and folders as they are in memory, what of them is on the disk for sure, and what a loss of
//! power may leave. README.md beside this tells the model and where it comes from.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::Numbers;
use crate::record::Event;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// Which syncs are taken as if they had not been made: to see that the loss is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsynced {
    /// None: the record stands as it is.
    Nothing,
    /// Those of folders.
    Folders,
    /// Those of the write-ahead log.
    Log,
    /// Those of the database itself.
    Database,
}

type NodeId = usize;

#[derive(Clone, Debug)]
enum Node<'r> {
    File { durable: Vec<u8>, pending: Vec<Change<'r>> },
    Folder { durable: BTreeMap<OsString, NodeId>, pending: Vec<Entry> },
}

/// A change of a file that was not synced.
#[derive(Clone, Copy, Debug)]
enum Change<'r> {
    Write { offset: usize, data: &'r [u8] },
    Length(usize),
}

/// A change of a folder that was not synced: one name goes, one comes; a rename inside a folder is both at once.
#[derive(Clone, Debug)]
struct Entry {
    goes: Option<OsString>,
    comes: Option<(OsString, NodeId)>,
}

/// The disk at a place of a record.
#[derive(Clone, Debug)]
pub(crate) struct Disk<'r> {
    nodes: Vec<Node<'r>>,
    /// What a call means by an inode now: numbers are given anew when a file is gone.
    by_inode: HashMap<u64, NodeId>,
    /// What a call means by a path now.
    by_path: HashMap<PathBuf, NodeId>,
    unsynced: Unsynced,
}

const ROOT: NodeId = 0;

impl<'r> Disk<'r> {
    /// An empty disk.
    pub(crate) fn new(unsynced: Unsynced) -> Self {
        let root = Node::Folder { durable: BTreeMap::new(), pending: Vec::new() };
        let by_path = HashMap::from([(PathBuf::new(), ROOT)]);
        Self { nodes: vec![root], by_inode: HashMap::new(), by_path, unsynced }
    }

    /// What a call does.
    pub(crate) fn apply(&mut self, event: &Event<'r>) {
        match event {
            Event::Open { inode, path, is_made, is_emptied } => {
                let node = if *is_made {
                    let file = Node::File { durable: Vec::new(), pending: Vec::new() };
                    self.make(path, file)
                } else {
                    self.at(path)
                };
                self.by_inode.insert(*inode, node);
                if *is_emptied {
                    self.change(*inode, Change::Length(0));
                }
            }
            Event::Write { inode, offset, data } => {
                let offset = usize::try_from(*offset).expect("files here fit in memory");
                self.change(*inode, Change::Write { offset, data });
            }
            Event::Length { inode, length } => {
                self.change(
                    *inode,
                    Change::Length(usize::try_from(*length).expect("files here fit in memory")),
                );
            }
            Event::Sync { inode } => {
                let node = self.by_inode[inode];
                if !self.is_ignored(node) {
                    self.sync(node);
                }
            }
            Event::SyncAll => (0..self.nodes.len()).for_each(|node| self.sync(node)),
            Event::MakeFolder { inode, path } => {
                let folder = Node::Folder { durable: BTreeMap::new(), pending: Vec::new() };
                let node = self.make(path, folder);
                self.by_inode.insert(*inode, node);
            }
            Event::Unlink { path } => {
                self.by_path.remove(path);
                self.enter(path, |name| Entry { goes: Some(name), comes: None });
            }
            Event::Link { from, to } => {
                let node = self.at(from);
                self.by_path.insert(to.clone(), node);
                self.enter(to, |name| Entry { goes: None, comes: Some((name, node)) });
            }
            Event::Rename { from, to } => self.rename(from, to),
            Event::Close | Event::Say { .. } | Event::Begin { .. } | Event::Done { .. } => {}
        }
    }

    fn at(&self, path: &Path) -> NodeId {
        *self.by_path.get(path).unwrap_or_else(|| panic!("{} is there and was never made", path.display()))
    }

    fn make(&mut self, path: &Path, node: Node<'r>) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(node);
        self.by_path.insert(path.to_owned(), id);
        self.enter(path, |name| Entry { goes: None, comes: Some((name, id)) });
        id
    }

    fn enter(&mut self, path: &Path, entry: impl FnOnce(OsString) -> Entry) {
        let folder = self.at(path.parent().expect("a name stands in a folder"));
        let name = path.file_name().expect("a file has a name").to_owned();
        let Node::Folder { pending, .. } = &mut self.nodes[folder] else { panic!("a name in a file") };
        pending.push(entry(name));
    }

    fn change(&mut self, inode: u64, change: Change<'r>) {
        let node = self.by_inode[&inode];
        let Node::File { pending, .. } = &mut self.nodes[node] else { panic!("a folder was written to") };
        pending.push(change);
    }

    /// Inside one folder the old name goes when the new one comes; between two each waits for its own sync.
    fn rename(&mut self, from: &Path, to: &Path) {
        let node = self.at(from);
        let is_below = |path: &PathBuf| path.starts_with(from) && path != from;
        assert!(!self.by_path.keys().any(is_below), "a folder with something in it was renamed");
        self.by_path.remove(from);
        self.by_path.insert(to.to_owned(), node);
        let old = from.file_name().map(ToOwned::to_owned);
        if from.parent() == to.parent() {
            self.enter(to, |name| Entry { goes: old, comes: Some((name, node)) });
        } else {
            self.enter(to, |name| Entry { goes: None, comes: Some((name, node)) });
            self.enter(from, |name| Entry { goes: Some(name), comes: None });
        }
    }

    fn is_ignored(&self, node: NodeId) -> bool {
        let is_named = |ending: &str| {
            let mut paths = self.by_path.iter().filter(|(_, known)| **known == node);
            paths.any(|(path, _)| path.to_string_lossy().ends_with(ending))
        };
        match self.unsynced {
            Unsynced::Nothing => false,
            Unsynced::Folders => matches!(self.nodes[node], Node::Folder { .. }),
            Unsynced::Log => is_named("-wal"),
            Unsynced::Database => is_named(".db"),
        }
    }

    fn sync(&mut self, node: NodeId) {
        match &mut self.nodes[node] {
            Node::File { durable, pending } => pending.drain(..).for_each(|change| change.apply(durable)),
            Node::Folder { durable, pending } => pending.drain(..).for_each(|entry| entry.apply(durable)),
        }
    }

    /// Writes to a folder what is on the disk after a loss of power, of which `numbers` decide.
    pub(crate) fn lose_power(&self, numbers: &mut Numbers, folder: &Path) -> std::io::Result<()> {
        let mercy = match numbers.below(8) {
            0 => Mercy { of_eight: 0 },
            1 => Mercy { of_eight: 8 },
            2 | 3 => Mercy { of_eight: 1 },
            4 | 5 => Mercy { of_eight: 7 },
            _ => Mercy { of_eight: 4 },
        };
        self.leave(ROOT, mercy, numbers, folder)
    }

    fn leave(&self, node: NodeId, mercy: Mercy, numbers: &mut Numbers, path: &Path) -> std::io::Result<()> {
        match &self.nodes[node] {
            Node::File { durable, pending } => {
                let mut left = durable.clone();
                for change in pending {
                    match mercy.shown(numbers) {
                        Kept::Whole => change.apply(&mut left),
                        Kept::Torn => change.tear(&mut left, numbers),
                        Kept::Not => {}
                    }
                }
                std::fs::write(path, left)
            }
            Node::Folder { durable, pending } => {
                let mut left = durable.clone();
                for entry in pending {
                    // A name is there or not: a folder's change is never torn.
                    if mercy.shown(numbers) != Kept::Not {
                        entry.apply(&mut left);
                    }
                }
                std::fs::create_dir_all(path)?;
                left.iter().try_for_each(|(name, node)| self.leave(*node, mercy, numbers, &path.join(name)))
            }
        }
    }
}

/// How much of what was not synced is there after all.
#[derive(Clone, Copy)]
struct Mercy {
    of_eight: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Whole,
    Torn,
    Not,
}

impl Mercy {
    fn shown(self, numbers: &mut Numbers) -> Kept {
        let is_kept = numbers.below(8) < self.of_eight;
        match (is_kept, self.of_eight) {
            (true, 8) => Kept::Whole,
            (_, 0) => Kept::Not,
            (is_kept, _) if numbers.below(4) > 0 => {
                if is_kept {
                    Kept::Whole
                } else {
                    Kept::Not
                }
            }
            _ => Kept::Torn,
        }
    }
}

impl Change<'_> {
    fn apply(&self, file: &mut Vec<u8>) {
        match *self {
            Self::Length(length) => file.resize(length, 0),
            Self::Write { offset, data } => {
                let end = offset + data.len();
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[offset..end].copy_from_slice(data);
            }
        }
    }

    /// Leaves some sectors of what was written. The file is as long as if all were there, or as long as it must be: a length
    /// may be on the disk before what is in it, and then there are zeros.
    fn tear(&self, file: &mut Vec<u8>, numbers: &mut Numbers) {
        let Self::Write { offset, data } = *self else { return };
        let is_lengthened = numbers.below(2) == 0;
        let mut place = offset;
        let mut rest = data;
        while !rest.is_empty() {
            let (sector, after) = rest.split_at(rest.len().min(SECTOR - place % SECTOR));
            if numbers.below(2) == 0 {
                Change::Write { offset: place, data: sector }.apply(file);
            }
            place += sector.len();
            rest = after;
        }
        if is_lengthened && file.len() < place {
            file.resize(place, 0);
        }
    }
}

impl Entry {
    fn apply(&self, folder: &mut BTreeMap<OsString, NodeId>) {
        if let Some(name) = &self.goes {
            folder.remove(name);
        }
        if let Some((name, node)) = &self.comes {
            folder.insert(name.clone(), *node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// All that 300 losses of power leave: by name, one byte of each sector; `-` stands for a file that is empty.
    fn left(events: &[Event<'_>]) -> BTreeSet<String> {
        let mut disk = Disk::new(Unsynced::Nothing);
        events.iter().for_each(|event| disk.apply(event));
        let lose = |seed| {
            let folder = tempfile::tempdir().unwrap();
            disk.lose_power(&mut Numbers::of(seed), folder.path()).unwrap();
            let mut names: Vec<String> = std::fs::read_dir(folder.path())
                .unwrap()
                .map(|entry| {
                    let entry = entry.unwrap();
                    let name = entry.file_name().into_string().unwrap();
                    let bytes = std::fs::read(entry.path()).unwrap_or_default();
                    let sectors = bytes.chunks(SECTOR).map(|sector| {
                        assert!(sector.iter().all(|byte| *byte == sector[0]), "a sector is half written");
                        if sector[0] == 0 { '0' } else { char::from(sector[0]) }
                    });
                    let sectors: String = sectors.collect();
                    format!("{name}={}", if sectors.is_empty() { "-" } else { &sectors })
                })
                .collect();
            names.sort();
            names.join(" ")
        };
        (0..300).map(lose).collect()
    }

    const FOLDER: Event<'_> =
        Event::Open { inode: 1, path: PathBuf::new(), is_made: false, is_emptied: false };
    const SYNC_FOLDER: Event<'_> = Event::Sync { inode: 1 };
    const SYNC: Event<'_> = Event::Sync { inode: 2 };

    fn made() -> Event<'static> {
        Event::Open { inode: 2, path: PathBuf::from("a"), is_made: true, is_emptied: false }
    }

    fn written(offset: u64, data: &'static [u8]) -> Event<'static> {
        Event::Write { inode: 2, offset, data }
    }

    fn set(left: &[&str]) -> BTreeSet<String> {
        left.iter().copied().map(str::to_owned).collect()
    }

    #[test]
    fn a_file_is_there_when_it_and_its_folder_are_synced() {
        let one = written(0, &[b'x'; SECTOR]);
        assert_eq!(left(&[FOLDER, made(), one.clone(), SYNC]), set(&["", "a=x"]));
        assert_eq!(left(&[FOLDER, made(), one.clone(), SYNC_FOLDER]), set(&["a=-", "a=0", "a=x"]));
        assert_eq!(left(&[FOLDER, made(), one.clone(), SYNC, SYNC_FOLDER]), set(&["a=x"]));
        assert_eq!(left(&[FOLDER, made(), one, Event::SyncAll]), set(&["a=x"]));
    }

    #[test]
    fn a_write_is_torn_between_sectors() {
        let old = [FOLDER, made(), written(0, &[b'x'; 2 * SECTOR]), SYNC, SYNC_FOLDER];
        let new = [written(0, &[b'y'; 2 * SECTOR])];
        assert_eq!(left(&[&old[..], &new].concat()), set(&["a=xx", "a=xy", "a=yx", "a=yy"]));
        let longer = [written(2 * SECTOR as u64, &[b'y'; SECTOR])];
        assert_eq!(left(&[&old[..], &longer].concat()), set(&["a=xx", "a=xx0", "a=xxy"]));
        let cut = [Event::Length { inode: 2, length: SECTOR as u64 }];
        assert_eq!(left(&[&old[..], &cut].concat()), set(&["a=x", "a=xx"]));
    }

    #[test]
    fn names_come_and_go_when_their_folder_is_synced() {
        let old = [FOLDER, made(), written(0, &[b'x'; SECTOR]), SYNC, SYNC_FOLDER];
        let after = |event: Event<'static>| left(&[&old[..], &[event]].concat());
        let [a, b] = ["a", "b"].map(PathBuf::from);
        assert_eq!(after(Event::Unlink { path: a.clone() }), set(&["", "a=x"]));
        assert_eq!(after(Event::Rename { from: a.clone(), to: b.clone() }), set(&["a=x", "b=x"]));
        assert_eq!(after(Event::Link { from: a.clone(), to: b.clone() }), set(&["a=x", "a=x b=x"]));
        let moved = [
            Event::MakeFolder { inode: 3, path: b.clone() },
            SYNC_FOLDER,
            Event::Rename { from: a, to: b.join("a") },
            Event::Sync { inode: 3 },
        ];
        assert_eq!(left(&[&old[..], &moved].concat()), set(&["a=x b=-", "b=-"]));
    }
}
