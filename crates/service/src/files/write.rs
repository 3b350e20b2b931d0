//! Files made, written and taken away; their properties set.

use store::{Blob, Clash, Effect, Expect, File, FileChange, FileId, Kept, Owner, Snapshot, Tag, Tree};

use super::{Document, FilePath, Place, is_small};
use crate::actor::{Actor, TRIES};
use crate::error::{Error, Refusal};
use crate::properties::{PropertyChange, changed};
use crate::resource::may_be_named;
use crate::write::Written;

/// A document that is to be written.
struct Writing<'w> {
    path: &'w FilePath,
    blob: Blob,
    media: Option<&'w str>,
    when: &'w dyn Fn(Option<&Tag>) -> bool,
}

impl Actor<'_> {
    /// Writes a document: a new one, or in place of the one that is there, which keeps its properties. `when` is asked of its
    /// tag as [`Actor::write`] asks it. What stands against it is told before its bytes are written.
    ///
    /// # Errors
    /// `when` does not hold ([`Refusal::TagMismatch`]); there is no collection for it, or one has its name; it goes past a
    /// limit; or its bytes cannot be read.
    pub fn put_file(
        self,
        path: &FilePath,
        document: &Document,
        media: Option<&str>,
        when: impl Fn(Option<&Tag>) -> bool,
    ) -> Result<Written, Error> {
        let (blob, most) = (document.blob()?, self.service.options.file);
        if usize::try_from(blob.size()).map_or(true, |size| size > most) {
            return Err(Refusal::TooMany { what: "bytes of a file", most }.into());
        }
        self.may_come(path, 0)?;
        let writing = Writing { path, blob, media, when: &when };
        if !is_small(blob) {
            self.writing(self.snapshot()?.as_ref(), &writing)?;
        }
        let command = self.command("put", path.names.last().map_or("", String::as_str));
        for _ in 0..TRIES {
            let bytes = self.bring_document(document, blob)?;
            let written = self.decide(&command, |snapshot| {
                let (expects, put, is_new) = self.writing(snapshot, &writing)?;
                Ok((expects, bytes.clone().into_iter().chain([put]).collect(), is_new))
            });
            match written {
                // The last document that had them went meanwhile.
                Err(Error::Unavailable(store::Error::Conflict(Clash::Blob))) => {}
                Ok((_, is_new)) => {
                    return Ok(Written { is_new, tag: blob.tag(), is_as_it_came: true, schedule_tag: None });
                }
                Err(refused) => {
                    self.give_up(blob);
                    return Err(refused);
                }
            }
        }
        Err(store::Error::Busy.into())
    }

    /// What is expected where a document is written, and what writes it; is nothing there?
    fn writing(
        self,
        snapshot: Option<&Snapshot>,
        writing: &Writing<'_>,
    ) -> Result<(Vec<Expect>, Effect, bool), Error> {
        let Writing { path, blob, media, when } = *writing;
        let place = self.place(snapshot, path)?;
        let before = match &place.found {
            Some(File { contents: Some(before), .. }) => Some(before),
            Some(File { contents: None, .. }) => return Err(Refusal::Taken.into()),
            None => None,
        };
        if !when(before.map(|before| &before.tag)) {
            return Err(Refusal::TagMismatch.into());
        }
        let is_new = before.is_none();
        let comes = Tree { files: u64::from(is_new), bytes: blob.size(), height: 0 };
        let goes = Tree { bytes: before.map_or(0, |before| before.size), ..Tree::default() };
        let mut expects = vec![place.expect()];
        expects.extend(self.room_for(snapshot, &place, comes, goes)?);
        let (collection, media) = (place.around.id, media.map(str::to_owned));
        let put = FileChange::Put { collection, name: place.name, blob, media };
        Ok((expects, Effect::File(put), is_new))
    }

    /// Makes a collection with these properties where nothing is.
    ///
    /// # Errors
    /// Something is there ([`Refusal::Taken`]), or there is no collection for it; it goes past a limit.
    pub fn make_collection(self, path: &FilePath, properties: &[PropertyChange]) -> Result<(), Error> {
        self.may_come(path, 0)?;
        let command = self.command("collection", path.names.last().map_or("", String::as_str));
        self.decide(&command, |snapshot| {
            let place = self.place(snapshot, path)?;
            if place.found.is_some() {
                return Err(Refusal::Taken.into());
            }
            let mut expects = vec![place.expect()];
            let tree = Tree { files: 1, ..Tree::default() };
            expects.extend(self.room_for(snapshot, &place, tree, Tree::default())?);
            let make = FileChange::MakeCollection { collection: place.around.id, name: place.name };
            let mut effects = vec![Effect::File(make)];
            effects.extend(changed(&Owner::File(FileId::MADE), Vec::new(), properties)?);
            Ok((expects, effects, ()))
        })?;
        Ok(())
    }

    /// Takes a file away for good, with all that is inside. `when` is asked of its tag; a collection has none.
    ///
    /// # Errors
    /// There is none, it is the area itself, or `when` does not hold ([`Refusal::TagMismatch`]).
    pub fn remove_file(self, path: &FilePath, when: impl Fn(Option<&Tag>) -> bool) -> Result<(), Error> {
        let command = self.command("rm", path.names.last().map_or("", String::as_str));
        self.decide(&command, |snapshot| {
            let place = self.place(snapshot, path)?;
            let file = place.found.as_ref().ok_or_else(|| path.nothing())?;
            if !when(file.contents.as_ref().map(|contents| &contents.tag)) {
                return Err(Refusal::TagMismatch.into());
            }
            Ok((vec![place.expect()], vec![Effect::File(FileChange::Remove(file.id))], ()))
        })?;
        Ok(())
    }

    /// Gives a file other properties, all or none.
    ///
    /// # Errors
    /// There is none, or they would be too many or too large.
    pub fn set_file_properties(self, path: &FilePath, changes: &[PropertyChange]) -> Result<(), Error> {
        let command = self.command("property", path.names.last().map_or("", String::as_str));
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| path.nothing())?;
            let of = Owner::File(self.file_in(snapshot, path)?.id);
            let there: Vec<Kept> = snapshot.properties(&of)?;
            Ok((Vec::new(), changed(&of, there, changes)?, ()))
        })?;
        Ok(())
    }

    /// Can something that is so high be at a path?
    pub(super) fn may_come(self, path: &FilePath, height: u64) -> Result<(), Refusal> {
        path.names.last().map_or(Ok(()), |name| may_be_named(name))?;
        let most = self.service.options.levels;
        let depth = path.names.len().saturating_add(usize::try_from(height).unwrap_or(usize::MAX));
        if depth > most {
            Err(Refusal::TooMany { what: "collections within collections", most })
        } else {
            Ok(())
        }
    }

    /// What has to stay so that something has room at a place, where something else goes.
    pub(super) fn room_for(
        self,
        snapshot: Option<&Snapshot>,
        place: &Place,
        comes: Tree,
        goes: Tree,
    ) -> Result<Option<Expect>, Error> {
        let options = &self.service.options;
        let too_many = |what, most: u64| -> Error {
            Refusal::TooMany { what, most: usize::try_from(most).unwrap_or(usize::MAX) }.into()
        };
        if place.found.is_none() {
            let members = snapshot.map(|snapshot| snapshot.members(place.around.id)).transpose()?;
            if members.unwrap_or(0) >= options.members {
                return Err(too_many("members of a collection", options.members));
            }
        }
        if comes.files <= goes.files && comes.bytes <= goes.bytes {
            return Ok(None);
        }
        let files = options.files.saturating_add(goes.files).checked_sub(comes.files);
        let bytes = options.quota.saturating_add(goes.bytes).checked_sub(comes.bytes);
        let (home, there) = (place.area.home, &place.area);
        let files = files.filter(|most| there.files <= *most);
        let bytes = bytes.filter(|most| there.bytes <= *most);
        let files = files.ok_or_else(|| too_many("files of a user", options.files))?;
        let bytes = bytes.ok_or_else(|| too_many("bytes of files of a user", options.quota))?;
        Ok(Some(Expect::Room { home, files, bytes }))
    }
}

impl Place {
    /// What is at the name is as it was read.
    pub(super) fn expect(&self) -> Expect {
        Expect::File {
            collection: self.around.id,
            name: self.name.clone(),
            found: self.found.as_ref().map(|file| (file.id, file.version)),
        }
    }
}
