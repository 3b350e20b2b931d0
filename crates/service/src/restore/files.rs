//! The files of a backup merged: what is missing here comes back, and of two documents the one that was written last stands.
//!
//! Nobody remembers what was removed of files, so what was removed since comes back, too; nothing that is here goes.

use store::{Area, Effect, Expect, File, FileChange, FileId, Kept, Owner, PrincipalId, Snapshot};

use super::merge::{Home, Merge};
use crate::error::Error;

/// So many are looked at, at once.
const PAGE: u32 = 64;

/// A collection of the backup, and where its members go; `None`: it is only looked at, and the collection would be made.
struct Open {
    theirs: FileId,
    ours: Option<FileId>,
}

impl Merge<'_> {
    /// Brings back the files of all who are here.
    pub(super) fn files(&mut self) -> Result<(), Error> {
        for (theirs, home) in self.homes.clone() {
            let here = match home {
                Home::Here(here) => Some(here),
                Home::Nowhere => None,
                Home::Removed => continue,
            };
            let Some(Area { root, .. }) = self.there.area(theirs)? else { continue };
            let mut open =
                vec![Open { theirs: root, ours: here.map(|here| self.root(here)).transpose()?.flatten() }];
            while let Some(collection) = open.pop() {
                open.extend(self.collection(&collection)?);
                if self.restored.is_stopped {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn root(&self, home: PrincipalId) -> Result<Option<FileId>, Error> {
        let area = self.actor.snapshot()?.map(|here| here.area(home)).transpose()?.flatten();
        Ok(area.map(|area| area.root))
    }

    /// Brings back what a collection lacks; the collections inside of it.
    fn collection(&mut self, of: &Open) -> Result<Vec<Open>, Error> {
        let mut inside = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.there.files(of.theirs, after.as_deref(), PAGE)?;
            let Some(last) = page.last() else { return Ok(inside) };
            after = Some(last.name.clone());
            for theirs in page {
                let is_collection = theirs.contents.is_none();
                let ours = self.file(&theirs, of.ours)?;
                if is_collection && ours.as_ref().is_none_or(|ours| ours.contents.is_none()) {
                    inside.push(Open { theirs: theirs.id, ours: ours.map(|ours| ours.id) });
                }
            }
            if self.is_stopped() {
                return Ok(inside);
            }
        }
    }

    /// Brings back one file, where that is missing or older here; what is there then.
    fn file(&mut self, theirs: &File, within: Option<FileId>) -> Result<Option<File>, Error> {
        let find = |merge: &Self| match (merge.actor.snapshot()?, within) {
            (Some(here), Some(within)) => Ok::<_, Error>(here.file_at(within, &theirs.name)?),
            _ => Ok(None),
        };
        let ours = find(self)?;
        let is_wanted = match (&ours, &theirs.contents) {
            (None, _) => true,
            (Some(File { contents: Some(ours), modified, .. }), Some(contents)) => {
                ours.tag != contents.tag && theirs.modified > *modified
            }
            _ => false,
        };
        if !is_wanted {
            return Ok(ours);
        }
        self.restored.files += 1;
        let Some(collection) = within.filter(|_| !self.restore.is_dry) else { return Ok(ours) };
        let name = theirs.name.clone();
        let found = ours.as_ref().map(|ours| (ours.id, ours.version));
        let expect = Expect::File { collection, name: name.clone(), found };
        let (bytes, change) = match &theirs.contents {
            Some(contents) => {
                let (blob, media) = (contents.blob(), contents.media.clone());
                let bytes = self.actor.bring(blob, |from| Ok(self.there.bytes(contents, from)?.into()))?;
                (bytes, FileChange::Put { collection, name, blob, media })
            }
            None => (None, FileChange::MakeCollection { collection, name }),
        };
        let properties = self.there.properties(&Owner::File(theirs.id))?;
        let kept =
            |Kept { name, xml }| Effect::SetProperty { of: Owner::File(FileId::MADE), name, xml: Some(xml) };
        let effects = bytes.into_iter().chain([Effect::File(change)]).chain(properties.into_iter().map(kept));
        self.hand_over(vec![expect], effects.collect(), Some(self.done))?;
        find(self)
    }
}

/// So many files does one store have that another has not, or, where that is asked, that are others there.
pub(super) fn differing(one: &Snapshot, other: &Snapshot, with_changed: bool) -> Result<u64, Error> {
    let mut differing = 0;
    let mut open = Vec::new();
    for principal in one.principals()? {
        let root = |of: &Snapshot| Ok::<_, Error>(of.area(principal.id)?.map(|area| area.root));
        if let Some(ours) = root(one)? {
            open.push((ours, root(other)?));
        }
    }
    while let Some((ours, theirs)) = open.pop() {
        let mut after: Option<String> = None;
        loop {
            let page = one.files(ours, after.as_deref(), PAGE)?;
            let Some(last) = page.last() else { break };
            after = Some(last.name.clone());
            for file in page {
                let found = theirs.map(|theirs| other.file_at(theirs, &file.name)).transpose()?.flatten();
                let tag = |of: &File| of.contents.as_ref().map(|contents| contents.tag);
                let is_same = found.as_ref().map(|found| tag(found) == tag(&file));
                differing += u64::from(is_same.is_none_or(|is_same| with_changed && !is_same));
                if file.contents.is_none() {
                    open.push((
                        file.id,
                        found.filter(|found| found.contents.is_none()).map(|found| found.id),
                    ));
                }
            }
        }
    }
    Ok(differing)
}
