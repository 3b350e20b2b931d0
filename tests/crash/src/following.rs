//! Kills of whoever follows a store: what was committed before a look that was told is in the journal, and comes back.

use std::fs;
use std::path::Path;

use store::{Store, Waiting};
use tempfile::TempDir;

use crate::contents::{Contents, Derived};
use crate::edits::{self, Edit};
use crate::kills::{moment, unstopped};
use crate::objects::Objects;
use crate::program::{fast_folder, store_of};
use crate::{Fault, Findings, Program, crashes, numbers};

/// Follows a store that is edited, killed each time and begun again; every second time others have the store open, so that its
/// log goes on and no new copy is made.
pub fn following(program: &Program, seed: u64, count: usize) -> Findings {
    let mut findings = Findings::default();
    let mut derived = Derived::default();
    let disk = fast_folder();
    let journal = disk.path().join("journal");
    let mut told = None;
    for (crash, edit) in edits::edits(program, seed, count).iter().enumerate() {
        let mut numbers = numbers(seed, crash);
        let other = Store::new(&store_of(disk.path()), Waiting::never());
        if crash % 2 == 1 {
            other.snapshot().expect("a store that nobody stopped opens");
        }
        unstopped(program, disk.path(), edit);
        let whole = {
            let copy = copy(disk.path());
            unstopped(program, copy.path(), &follow(&copy.path().join("journal"), edit))
        };
        let follow = follow(&journal, edit);
        let (at, fault) = moment(crash * 7 + 3, count, &whole, &mut numbers);
        let come = killed(program, disk.path(), &follow, fault, told.as_deref(), &mut derived);
        told = Some(edit.after.clone());
        let is_lost = come.is_err();
        if crashes(count).contains(&crash) || is_lost {
            findings.note(crash, at, &whole, fault, come);
        }
        if is_lost {
            break;
        }
    }
    findings
}

fn follow(journal: &Path, edit: &Edit) -> Edit {
    let journal = journal.to_str().expect("a path of ours is a text");
    Edit::other(&["admin", "backup", "--follow", journal, "--once"], &edit.after, &edit.after)
}

/// Follows, killed and then not; was it killed? `told` is what was there when it last came through.
fn killed(
    program: &Program,
    disk: &Path,
    follow: &Edit,
    fault: Fault<'_>,
    told: Option<&Objects>,
    derived: &mut Derived,
) -> Result<bool, String> {
    let journal = disk.join("journal");
    let was_stopped = !program.run(disk, &follow.arguments, fault).is_done;
    match (restored(program, &journal, derived), told) {
        (Ok(contents), told)
            if !contents.has(&follow.after) && told.is_none_or(|told| !contents.has(told)) =>
        {
            return Err(format!("killed, it restores to {}", contents.difference(&follow.after)));
        }
        (Err(error), Some(_)) => return Err(format!("killed, it is not restored: {error}")),
        // Before it first came through there need be no journal.
        (_, _) => {}
    }
    let answer = program.run(disk, &follow.arguments, Fault::default());
    if !answer.is_done {
        return Err(format!("begun again it fails: {}", answer.said));
    }
    let contents = restored(program, &journal, derived)?;
    match contents.has(&follow.after) {
        true => Ok(was_stopped),
        false => Err(format!("begun again, it restores to {}", contents.difference(&follow.after))),
    }
}

/// What is in a store that comes back from a journal alone.
fn restored(program: &Program, journal: &Path, derived: &mut Derived) -> Result<Contents, String> {
    let disk = fast_folder();
    let journal = journal.to_str().expect("a path of ours is a text");
    let arguments = ["admin", "restore", journal, "--yes"].map(str::to_owned);
    let answer = program.run(disk.path(), &arguments, Fault::default());
    if !answer.is_done {
        return Err(answer.said);
    }
    let contents = Contents::read(disk.path(), derived)?;
    Contents::verify(disk.path())?;
    Ok(contents)
}

/// A copy of a disk with its journal.
fn copy(disk: &Path) -> TempDir {
    let copied = crate::kills::copy(disk);
    let (from, to) = (disk.join("journal"), copied.path().join("journal"));
    if from.exists() {
        fs::create_dir(&to).expect("a folder can be made");
        for entry in fs::read_dir(&from).expect("a folder can be read") {
            let entry = entry.expect("a folder can be read");
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a file can be copied");
        }
    }
    copied
}
