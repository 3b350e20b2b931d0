//! Kills: a command is ended at one of its calls, or after a while, and what is there is looked at; then it is done again.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::contents::{Contents, Derived};
use crate::edits::{self, Edit};
use crate::program::{fast_folder, store_of};
use crate::record;
use crate::{Fault, Findings, Numbers, Program, crashes, numbers};

/// A run that nobody stopped: what the others are held against.
pub(crate) struct Unstopped {
    calls: usize,
    took: Duration,
}

/// Runs a command to its end on a disk, and counts its calls.
pub(crate) fn unstopped(program: &Program, disk: &Path, edit: &Edit) -> Unstopped {
    let path = disk.with_extension("record");
    let fault = Fault { record: Some(&path), ..Fault::default() };
    let answer = program.run(disk, &edit.arguments, fault);
    assert!(answer.is_done, "{}: {}", edit.arguments.join(" "), answer.said);
    let written = fs::read(&path).expect("a record can be read");
    fs::remove_file(&path).expect("a record can be removed");
    Unstopped { calls: record::read(&written, disk).len(), took: answer.took }
}

/// Where a run is to be stopped: in the `crash`th of `count` stretches of it, every fourth by the clock. A machine that is
/// quicker than it was would be through before the clock strikes, so the clock's kill is made at a call a little later at
/// the latest.
pub(crate) fn moment(
    crash: usize,
    count: usize,
    whole: &Unstopped,
    numbers: &mut Numbers,
) -> (usize, Fault<'static>) {
    let share = (crash % count) * 1_000 + numbers.below(1_000);
    let at = 1 + whole.calls * share / (count * 1_000);
    if crash % 4 != 3 {
        return (at, Fault { kill_at: Some(at), ..Fault::default() });
    }
    let latest = (at + whole.calls / (4 * count)).min(whole.calls * 19 / 20).max(at);
    let after = whole.took.mul_f64(share as f64 / (count as f64 * 1_000.0));
    (at, Fault { kill_at: Some(latest), kill_after: Some(after), ..Fault::default() })
}

/// How far a command has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It ended by itself.
    Through,
    /// It was stopped, and what it does is there.
    ThroughUntold,
    /// It was stopped before.
    Short,
}

/// Runs a command that may be stopped, and looks at what is there since.
fn strike(
    program: &Program,
    disk: &Path,
    edit: &Edit,
    fault: Fault<'_>,
    derived: &mut Derived,
) -> Result<(Came, Contents), String> {
    let answer = program.run(disk, &edit.arguments, fault);
    let contents = Contents::read(disk, derived)?;
    if answer.is_done {
        return match contents.has(&edit.after) {
            true => Ok((Came::Through, contents)),
            false => Err(format!(
                "`{}` said that it is done: {}",
                edit.arguments.join(" "),
                contents.difference(&edit.after)
            )),
        };
    }
    if fault.kill_at.is_none() && fault.kill_after.is_none() {
        return Err(format!("`{}` was not stopped, and failed: {}", edit.arguments.join(" "), answer.said));
    }
    edit.allows(&contents, answer.committed)?;
    let came = if contents.has(&edit.after) { Came::ThroughUntold } else { Came::Short };
    Ok((came, contents))
}

/// Runs a command, stopped, until it has come through: was it stopped, and what is there since?
fn through(
    program: &Program,
    disk: &Path,
    edit: &Edit,
    faults: &[Fault<'_>],
    derived: &mut Derived,
) -> Result<(bool, Contents), String> {
    let mut was_stopped = false;
    let mut edit = Cow::Borrowed(edit);
    for fault in faults.iter().copied().chain([Fault::default()]) {
        match strike(program, disk, &edit, fault, derived)? {
            (Came::Through, contents) => {
                Contents::verify(disk)?;
                return Ok((was_stopped, contents));
            }
            // `undo` once more would take back something else.
            (Came::ThroughUntold, contents) if !edit.is_import() => {
                Contents::verify(disk)?;
                return Ok((true, contents));
            }
            (came, _) => {
                was_stopped = true;
                if came == Came::ThroughUntold {
                    edit = Cow::Owned(edit.once_more());
                }
            }
        }
    }
    Err("it was not stopped and did not come through".to_owned())
}

/// Is what is there the same as in a store that was never stopped?
fn same((was_stopped, contents): (bool, Contents), reference: &Contents, how: &str) -> Result<bool, String> {
    match contents == *reference {
        true => Ok(was_stopped),
        false => Err(format!("{how}, the store is another than one that was never stopped")),
    }
}

/// Kills imports of thousands of objects; each is begun again, some of these killed again, and ends with the store of one
/// that was never stopped. `ahead` breaks acknowledgements: they tell of so many objects too many.
pub fn imports(program: &Program, seed: u64, objects: usize, count: usize, ahead: usize) -> Findings {
    let edit = edits::large_import(program, seed, objects);
    let mut derived = Derived::default();
    let (whole, reference) = {
        let disk = fast_folder();
        let whole = unstopped(program, disk.path(), &edit);
        let contents =
            Contents::read(disk.path(), &mut derived).expect("a store that nobody stopped is whole");
        assert!(
            contents.has(&edit.after),
            "an import that nobody stopped: {}",
            contents.difference(&edit.after)
        );
        (whole, contents)
    };
    let mut findings = Findings::default();
    for crash in crashes(count) {
        let mut numbers = numbers(seed, crash);
        let (mut at, mut fault) = moment(crash, count, &whole, &mut numbers);
        let mut faults = vec![Fault { ahead, ..fault }];
        while numbers.below(2) == 0 {
            faults.push(Fault { kill_at: Some(1 + numbers.below(whole.calls)), ahead, ..Fault::default() });
        }
        let come = loop {
            let disk = fast_folder();
            let come = through(program, disk.path(), &edit, &faults, &mut derived);
            let come = come.and_then(|came| same(came, &reference, "stopped and begun again"));
            if come != Ok(false) || at <= 1 {
                break come;
            }
            // Whose writer waits for its turn commits more at once, and makes fewer calls: it is struck earlier.
            at = at * 3 / 4;
            fault = Fault { kill_at: Some(at), ..Fault::default() };
            faults[0] = Fault { ahead, ..fault };
        };
        findings.note(crash, at, &whole, fault, come);
    }
    findings
}

/// Kills `undo` and `redo` of an import of thousands of objects, which are several change sets.
pub fn taking_back(program: &Program, seed: u64, objects: usize, count: usize) -> Findings {
    let import = edits::large_import(program, seed, objects);
    let undo = Edit::other(&["undo"], &import.after, &import.before);
    let redo = Edit::other(&["redo"], &import.before, &import.after);
    let mut derived = Derived::default();
    let original = fast_folder();
    unstopped(program, original.path(), &import);
    let reference =
        Contents::read(original.path(), &mut derived).expect("a store that nobody stopped is whole");
    let (whole_undo, whole_redo) = {
        let disk = copy(original.path());
        (unstopped(program, disk.path(), &undo), unstopped(program, disk.path(), &redo))
    };
    let mut findings = Findings::default();
    for crash in crashes(count) {
        let mut numbers = numbers(seed, crash);
        let disk = copy(original.path());
        let (at, stop_undo) = moment(crash, count, &whole_undo, &mut numbers);
        let (_, stop_redo) = moment(numbers.below(count), count, &whole_redo, &mut numbers);
        let come = through(program, disk.path(), &undo, &[stop_undo], &mut derived)
            .and_then(|(undo_was_stopped, _)| {
                let (redo_was_stopped, contents) =
                    through(program, disk.path(), &redo, &[stop_redo], &mut derived)?;
                Ok((undo_was_stopped || redo_was_stopped, contents))
            })
            .and_then(|came| same(came, &reference, "undone and redone"));
        findings.note(crash, at, &whole_undo, stop_undo, come);
    }
    findings
}

/// Kills the restoring of a backup of thousands of objects into a store that has others: merged, or in its place.
pub fn restoring(program: &Program, seed: u64, objects: usize, count: usize, is_exact: bool) -> Findings {
    let import = edits::large_import(program, seed, objects);
    let backup = program.file("of.backup", &[]);
    {
        let disk = fast_folder();
        unstopped(program, disk.path(), &import);
        let arguments = ["admin", "backup", "--force", backup.to_str().expect("a path of ours is a text")];
        unstopped(program, disk.path(), &Edit::other(&arguments, &import.after, &import.after));
    }
    let other = edits::large_import(program, seed + 1, 100);
    let original = fast_folder();
    unstopped(program, original.path(), &other);
    let edit = Edit::restore(&backup, is_exact, &other.after, &import.after);
    let mut derived = Derived::default();
    let (whole, reference) = {
        let disk = copy(original.path());
        let whole = unstopped(program, disk.path(), &edit);
        let contents =
            Contents::read(disk.path(), &mut derived).expect("a store that nobody stopped is whole");
        assert!(contents.has(&edit.after), "nobody stopped it: {}", contents.difference(&edit.after));
        (whole, contents)
    };
    let mut findings = Findings::default();
    for crash in crashes(count) {
        let mut numbers = numbers(seed, crash);
        let disk = copy(original.path());
        let (at, fault) = moment(crash, count, &whole, &mut numbers);
        let come = through(program, disk.path(), &edit, &[fault], &mut derived);
        let come = come.and_then(|came| same(came, &reference, "stopped and begun again"));
        findings.note(crash, at, &whole, fault, come);
    }
    findings
}

/// Kills the first command of all, which makes the store.
pub fn making(program: &Program, seed: u64, count: usize) -> Findings {
    let Some(first) = edits::edits(program, seed, 1).pop() else { return Findings::default() };
    let whole = unstopped(program, fast_folder().path(), &first);
    let mut findings = Findings::default();
    let mut derived = Derived::default();
    for crash in crashes(count) {
        let stretch = crash * whole.calls / count;
        let at = 1 + stretch + numbers(seed, crash).below(whole.calls / count);
        let disk = fast_folder();
        let fault = Fault { kill_at: Some(at), ..Fault::default() };
        let come = through(program, disk.path(), &first, &[fault], &mut derived).map(|came| came.0);
        findings.note(crash, at, &whole, fault, come);
    }
    findings
}

/// Kills small edits, one after another on one store, each once.
pub fn edits(program: &Program, seed: u64, count: usize) -> Findings {
    let mut findings = Findings::default();
    let mut derived = Derived::default();
    let disk = fast_folder();
    for (crash, edit) in edits::edits(program, seed, count).iter().enumerate() {
        let mut numbers = numbers(seed, crash);
        let whole = unstopped(program, copy(disk.path()).path(), edit);
        // A multiplier that has no divisor in common with the count strikes each stretch once.
        let (at, fault) = moment(crash * 7 + 3, count, &whole, &mut numbers);
        let come = through(program, disk.path(), edit, &[fault], &mut derived).map(|came| came.0);
        let is_lost = come.is_err();
        findings.note(crash, at, &whole, fault, come);
        if is_lost {
            break;
        }
    }
    findings
}

impl Findings {
    pub(crate) fn note(
        &mut self,
        crash: usize,
        at: usize,
        whole: &Unstopped,
        fault: Fault<'_>,
        come: Result<bool, String>,
    ) {
        let of = whole.calls;
        match come {
            Ok(true) => self.struck(at, of),
            // It was through before its moment came: that is no crash.
            Ok(false) => {}
            Err(broken) => {
                self.struck(at, of);
                let moment = match fault.kill_after {
                    Some(after) => format!("after {after:?} of {:?}", whole.took),
                    None => format!("at call {at} of {of}"),
                };
                self.found(crash, &format!("killed {moment}: {broken}"));
            }
        }
    }
}

/// A copy of a disk, as it is.
pub(crate) fn copy(disk: &Path) -> tempfile::TempDir {
    let copy = fast_folder();
    let (from, to) = (store_of(disk), store_of(copy.path()));
    if from.exists() {
        fs::create_dir(&to).expect("a folder can be made");
        for entry in fs::read_dir(&from).expect("a folder can be read") {
            let entry = entry.expect("a folder can be read");
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a file can be copied");
        }
    }
    copy
}
