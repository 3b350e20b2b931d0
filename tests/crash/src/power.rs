//! Loss of power: one run is recorded, and disks are rebuilt of what it had done, and had synced, at any place of the record.

use std::fs;
use std::io::Write;
use std::sync::Arc;

use tempfile::TempDir;

use crate::contents::{Contents, Derived};
use crate::disk::Disk;
pub use crate::disk::Unsynced;
use crate::edits::{self, Edit};
use crate::objects::Object;
use crate::program::{committed, fast_folder};
use crate::record::{self, Event};
use crate::{Fault, Findings, Program, crashes, numbers};

/// A run and all that it did.
#[derive(Debug)]
pub struct Run {
    edits: Vec<Edit>,
    disk: TempDir,
    record: Vec<u8>,
}

/// Of so many disks one is looked at by the store's own long check, too.
const VERIFIED: usize = 25;

/// Where a run stands at a place of its record.
#[derive(Clone, Copy, Default)]
struct Standing {
    /// So many commands have ended and said so.
    done: usize,
    /// So many have begun.
    begun: usize,
    /// So many objects of the one that runs were acknowledged.
    committed: usize,
}

impl Standing {
    fn see(&mut self, event: &Event<'_>) {
        match event {
            Event::Begin { command } => *self = Self { begun: command + 1, committed: 0, ..*self },
            Event::Done { command } => *self = Self { done: command + 1, ..*self },
            Event::Say { text } => {
                let said = committed(&String::from_utf8_lossy(text)).unwrap_or_default();
                self.committed = self.committed.max(said);
            }
            _ => {}
        }
    }
}

impl Run {
    /// Records many small edits, one after another.
    pub fn of_edits(program: &Program, seed: u64, count: usize, is_unsynced: bool) -> Self {
        Self::new(program, edits::edits(program, seed, count), is_unsynced)
    }

    /// Records one import of many objects, and its `undo`.
    pub fn of_large_import(program: &Program, seed: u64, objects: usize) -> Self {
        let import = edits::large_import(program, seed, objects);
        let undo = Edit::other(&["undo"], &import.after, &import.before);
        Self::new(program, vec![import, undo], false)
    }

    /// Records a backup merged into a store that has lost all, and put in the place of one.
    pub fn of_restores(program: &Program, seed: u64, objects: usize) -> Self {
        let import = edits::large_import(program, seed, objects);
        let backup = program.file("of.backup", &[]);
        let path = backup.to_str().expect("a path of ours is a text");
        let (none, all) = (&import.before, &import.after);
        let edits = vec![
            Edit::other(&["admin", "backup", "--force", path], all, all),
            Edit::other(&["undo"], all, none),
            Edit::restore(&backup, false, none, all),
            Edit::other(&["undo"], all, none),
            Edit::restore(&backup, true, none, all),
        ];
        Self::new(program, [vec![import.clone()], edits].concat(), false)
    }

    fn new(program: &Program, edits: Vec<Edit>, is_unsynced: bool) -> Self {
        let disk = fast_folder();
        let path = disk.path().with_extension("record");
        let mark = |mark: [u8; 32]| {
            let file = fs::OpenOptions::new().append(true).create(true).open(&path);
            file.and_then(|mut file| file.write_all(&mark)).expect("a record can be written");
        };
        for (number, edit) in edits.iter().enumerate() {
            mark(record::begin(number));
            let fault = Fault { record: Some(&path), is_unsynced, ..Fault::default() };
            let answer = program.run(disk.path(), &edit.arguments, fault);
            assert!(answer.is_done, "{}: {}", edit.arguments.join(" "), answer.said);
            mark(record::done(number));
        }
        let record = fs::read(&path).expect("a record can be read");
        fs::remove_file(&path).expect("a record can be removed");
        Self { edits, disk, record }
    }

    /// Rebuilds so many disks and looks at each.
    pub fn lose_power(&self, seed: u64, count: usize, unsynced: Unsynced) -> Findings {
        let events = record::read(&self.record, self.disk.path());
        let mut crashes: Vec<(usize, usize)> = crashes(count)
            .into_iter()
            .map(|crash| (numbers(seed, crash).below(events.len() + 1), crash))
            .collect();
        crashes.sort_unstable();
        let mut findings = Findings::default();
        let mut derived = Derived::default();
        let (mut disk, mut standing, mut place) = (Disk::new(unsynced), Standing::default(), 0);
        for (at, crash) in crashes {
            for event in &events[place..at] {
                disk.apply(event);
                standing.see(event);
            }
            place = at;
            findings.struck(at, events.len());
            if let Err(broken) = self.look(&disk, standing, seed, crash, &mut derived) {
                findings.found(crash, &format!("at call {at} of {}: {broken}", events.len()));
            }
        }
        findings
    }

    fn look(
        &self,
        disk: &Disk<'_>,
        standing: Standing,
        seed: u64,
        crash: usize,
        derived: &mut Derived,
    ) -> Result<(), String> {
        let rebuilt = fast_folder();
        let mut numbers = numbers(!seed, crash);
        disk.lose_power(&mut numbers, rebuilt.path())
            .map_err(|error| format!("the harness's own disk: {error}"))?;
        let contents = Contents::read(rebuilt.path(), derived)?;
        if crash.is_multiple_of(VERIFIED) {
            Contents::verify(rebuilt.path())?;
        }
        let Standing { done, begun, committed } = standing;
        if begun > done {
            self.edits[done].allows(&contents, committed)?;
        } else {
            let settled = done.checked_sub(1).map(|last| &*self.edits[last].after);
            let settled = settled.cloned().unwrap_or_default();
            if !contents.has(&settled) {
                return Err(format!("acknowledged changes are lost: {}", contents.difference(&settled)));
            }
        }
        let all: Vec<&Arc<Object>> = self.edits[begun.saturating_sub(1)].before.values().collect();
        let some = (0..3).filter_map(|_| numbers.pick(&all).copied());
        Contents::are_found(rebuilt.path(), some.filter(|object| contents.has_one(object)))
    }
}
