//! What is done to a store: imports, removals, undo, redo; and which states of the store each may leave when it is broken off.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::objects::{self, Object, Objects};
use crate::{Contents, Numbers, Program};

/// A command, and what it makes of what is there.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) arguments: Vec<String>,
    pub(crate) before: Arc<Objects>,
    pub(crate) after: Arc<Objects>,
    /// Of an import: its objects in the order in which they are dealt with.
    steps: Option<Vec<Arc<Object>>>,
    /// Is it one change set: all or nothing?
    is_whole: bool,
}

/// So many objects of an import are one set.
const IMPORTED_TOGETHER: usize = 64;
/// So many objects are one set of `undo`.
const UNDONE_TOGETHER: usize = 1_000;

impl Edit {
    /// The import of files.
    pub(crate) fn import(
        program: &Program,
        name: &str,
        files: &[Vec<Arc<Object>>],
        before: &Arc<Objects>,
    ) -> Self {
        let mut arguments = vec!["import".to_owned()];
        let mut steps = Vec::new();
        for (number, objects) in files.iter().enumerate() {
            let (text, order) = objects::file(objects);
            arguments.push(program.file(&format!("{name}-{number}.ics"), &text).display().to_string());
            steps.extend(order);
        }
        let mut after = Objects::clone(before);
        for object in &steps {
            objects::import(&mut after, object);
        }
        let uids: BTreeSet<&str> = steps.iter().map(|object| &*object.uid).collect();
        let is_whole = steps.len() <= IMPORTED_TOGETHER && uids.len() == steps.len();
        Self { arguments, before: Arc::clone(before), after: Arc::new(after), steps: Some(steps), is_whole }
    }

    /// `undo`, `redo` or `rm`, and what is there then.
    pub(crate) fn other(arguments: &[&str], before: &Arc<Objects>, after: &Arc<Objects>) -> Self {
        let is_same = |object: &&Arc<Object>| after.get(&object.uid) == Some(object);
        let changed = before.len().max(after.len()) - before.values().filter(is_same).count();
        Self {
            arguments: arguments.iter().copied().map(str::to_owned).collect(),
            before: Arc::clone(before),
            after: Arc::clone(after),
            steps: None,
            is_whole: changed <= UNDONE_TOGETHER,
        }
    }

    /// A backup restored: merged, each object as before or as after; or in the place of all, whole or not at all.
    pub(crate) fn restore(
        backup: &Path,
        is_exact: bool,
        before: &Arc<Objects>,
        backed_up: &Arc<Objects>,
    ) -> Self {
        let backup = backup.to_str().expect("a path of ours is a text");
        let arguments = ["admin", "restore", backup, "--yes", if is_exact { "--exact" } else { "--deleted" }];
        let mut after = Objects::clone(if is_exact { backed_up } else { before });
        for (uid, object) in &**backed_up {
            if after.get(uid).is_none_or(|here| here.version < object.version) {
                after.insert(uid.clone(), Arc::clone(object));
            }
        }
        Self { is_whole: is_exact, ..Self::other(&arguments, before, &Arc::new(after)) }
    }

    /// The same in a store where it is done already: an import that has come through is begun from its first object again.
    pub(crate) fn once_more(&self) -> Self {
        Self { before: Arc::clone(&self.after), ..self.clone() }
    }

    /// Is it an import, which may be begun again at any time?
    pub(crate) const fn is_import(&self) -> bool {
        self.steps.is_some()
    }

    /// How many objects it deals with, if it is an import.
    pub(crate) fn steps(&self) -> usize {
        self.steps.as_ref().map_or(0, Vec::len)
    }

    /// May this be there when it was broken off after so many objects were acknowledged?
    pub(crate) fn allows(&self, contents: &Contents, committed: usize) -> Result<(), String> {
        let committed = committed.min(self.steps());
        if contents.has(&self.after) {
            return Ok(());
        }
        match &self.steps {
            _ if self.is_whole && committed == 0 && contents.has(&self.before) => Ok(()),
            _ if self.is_whole => Err(self.neither(contents, committed)),
            Some(steps) => self.is_on_the_way(steps, contents, committed),
            // Its sets come in no order that is promised: each object is as before, or as after.
            None => {
                let uids = self.before.keys().chain(self.after.keys());
                let is = |objects: &Objects, uid| {
                    objects.get(uid).map_or(!contents.knows(uid), |object| contents.has_one(object))
                };
                let mut strays = uids.filter(|uid| !is(&self.before, uid) && !is(&self.after, uid));
                strays.next().map_or(Ok(()), |uid| Err(format!("{uid} is neither as before nor as after")))
            }
        }
    }

    fn neither(&self, contents: &Contents, committed: usize) -> String {
        format!(
            "{}: {committed} objects acknowledged; not as after ({}), nor as before ({})",
            self.arguments.join(" "),
            contents.difference(&self.after),
            contents.difference(&self.before)
        )
    }

    /// Is it a state that the import goes through, at `committed` objects or behind?
    fn is_on_the_way(
        &self,
        steps: &[Arc<Object>],
        contents: &Contents,
        committed: usize,
    ) -> Result<(), String> {
        let mut now = Objects::clone(&self.before);
        let is_right = |objects: &Objects, uid: &str| {
            objects.get(uid).map_or(!contents.knows(uid), |object| contents.has_one(object))
        };
        let uids = now.keys().chain(self.after.keys()).map(String::as_str).collect::<BTreeSet<_>>();
        let mut wrong = uids.iter().filter(|uid| !is_right(&now, uid)).count();
        wrong += contents.count() - uids.iter().filter(|uid| contents.knows(uid)).count();
        let mut reached = (wrong == 0).then_some(0);
        for (place, object) in steps.iter().enumerate() {
            wrong -= usize::from(!is_right(&now, &object.uid));
            objects::import(&mut now, object);
            wrong += usize::from(!is_right(&now, &object.uid));
            if wrong == 0 {
                reached = Some(place + 1);
            }
        }
        match reached {
            Some(reached) if reached >= committed => Ok(()),
            Some(reached) => Err(format!(
                "acknowledged changes are lost: {committed} objects of the import, {reached} are there"
            )),
            None => {
                Err(format!("no state that the import goes through: {}", contents.difference(&self.after)))
            }
        }
    }
}

/// Commands one after another on one store: small imports of new and known objects, removals,
/// undo, redo, people who come.
pub(crate) fn edits(program: &Program, seed: u64, count: usize) -> Vec<Edit> {
    let mut numbers = Numbers::of(seed);
    let mut now: Arc<Objects> = Arc::default();
    // States that `undo` goes back to, and `redo` forward to.
    let (mut past, mut future) = (Vec::<Arc<Objects>>::new(), Vec::<Arc<Objects>>::new());
    let mut versions: Vec<u32> = Vec::new();
    let mut edits = Vec::with_capacity(count);
    while edits.len() < count {
        let edit = match numbers.below(10) {
            // The first import of all makes the calendar, so it stays.
            0..=2 if past.len() > 1 => {
                future.push(Arc::clone(&now));
                Edit::other(&["undo"], &now, &past.pop().unwrap_or_default())
            }
            3 | 4 if !future.is_empty() => {
                past.push(Arc::clone(&now));
                Edit::other(&["redo"], &now, &future.pop().unwrap_or_default())
            }
            5 if now.len() > 4 => {
                let mut left = Objects::clone(&now);
                let uids: Vec<String> = left.keys().cloned().collect();
                let uid = numbers.pick(&uids).cloned().unwrap_or_default();
                left.remove(&uid);
                future.clear();
                past.push(Arc::clone(&now));
                Edit::other(&["rm", "--yes", &uid], &now, &Arc::new(left))
            }
            // It writes how far was rung, and changes no object.
            6 if !now.is_empty() => Edit::other(&["remind", "--once"], &now, &now),
            // Somebody comes, with an address and a calendar, and no object changes.
            7 if !now.is_empty() => {
                let name = format!("person-{}", edits.len());
                let address = format!("{name}@example.com");
                Edit::other(&["admin", "user", "add", &name, "--address", &address], &now, &now)
            }
            _ => {
                let file = some_objects(&mut versions, &now, &mut numbers);
                future.clear();
                past.push(Arc::clone(&now));
                Edit::import(program, &format!("edit-{}", edits.len()), &[file], &now)
            }
        };
        now = Arc::clone(&edit.after);
        edits.push(edit);
    }
    edits
}

/// A new object and perhaps some that are known, newer or older.
fn some_objects(versions: &mut Vec<u32>, now: &Objects, numbers: &mut Numbers) -> Vec<Arc<Object>> {
    let mut file = vec![Object::new(versions.len(), 0, numbers)];
    versions.push(0);
    let mut known = BTreeSet::new();
    for _ in 0..numbers.below(3) {
        let number = numbers.below(versions.len() - 1);
        let there = now.get(&format!("{number}@crash.example")).map_or(0, |object| object.version);
        if number + 1 < versions.len() && known.insert(number) {
            let is_older = there > 0 && numbers.below(4) == 0;
            let newest = &mut versions[number];
            *newest += u32::from(!is_older);
            file.push(Object::new(number, if is_older { there - 1 } else { *newest }, numbers));
        }
    }
    file
}

/// One import of three files: thousands of objects, some with overrides, some UIDs in several files, newer and older.
pub(crate) fn large_import(program: &Program, seed: u64, count: usize) -> Edit {
    let mut numbers = Numbers::of(seed);
    let mut file = |first: usize, count: usize, again: usize, version: u32| -> Vec<Arc<Object>> {
        let mut objects: Vec<_> =
            (first..first + count).map(|number| Object::new(number, version, &mut numbers)).collect();
        for _ in 0..again {
            // Known ones, anywhere among the new.
            let known = numbers.below(first);
            if objects.iter().all(|object| object.uid != format!("{known}@crash.example")) {
                let place = numbers.below(objects.len());
                let version = numbers.below(3) as u32;
                objects.insert(place, Object::new(known, version, &mut numbers));
            }
        }
        objects
    };
    let files = [
        file(0, count / 2, 0, 1),
        file(count / 2, count / 4, count / 100, 1),
        file(count / 2 + count / 4, count / 4, count / 100, 1),
    ];
    Edit::import(program, "large", &files, &Arc::default())
}
