//! Files made, written and taken away; their properties set.

use bytes::Bytes;
use store::{Effect, Expect, File, FileChange, FileId, Kept, Owner, Snapshot, Tag, Text, Tree};

use super::{FilePath, Place};
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::properties::{PropertyChange, changed};
use crate::resource::may_be_named;
use crate::write::Written;

impl Actor<'_> {
    /// Writes a document: a new one, or in place of the one that is there, which keeps its properties. `when` is asked of its
    /// tag as [`Actor::write`] asks it.
    ///
    /// # Errors
    /// `when` does not hold ([`Refusal::TagMismatch`]); there is no collection for it, or one has its name; it goes past a
    /// limit.
    pub fn put_file(
        self,
        path: &FilePath,
        bytes: impl Into<Bytes>,
        media: Option<&str>,
        when: impl Fn(Option<&Tag>) -> bool,
    ) -> Result<Written, Error> {
        let (bytes, most) = (bytes.into(), self.service.options.file);
        if bytes.len() > most {
            return Err(Refusal::TooMany { what: "bytes of a file", most }.into());
        }
        self.may_come(path, 0)?;
        let (bytes, name) = (Text::new(bytes), path.names.last().map_or("", String::as_str));
        let tag = bytes.tag();
        let command = self.command("put", name);
        let (_, is_new) = self.decide(&command, |snapshot| {
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
            let size = u64::try_from(bytes.bytes().len()).unwrap_or(u64::MAX);
            let freed = before.map_or(0, |before| before.size);
            let mut expects = vec![place.expect()];
            let tree = Tree { files: u64::from(is_new), bytes: size, height: 0 };
            expects.extend(self.room_for(
                snapshot,
                &place,
                tree,
                Tree { bytes: freed, ..Tree::default() },
            )?);
            let put = FileChange::Put {
                collection: place.around.id,
                name: place.name.clone(),
                bytes: bytes.clone(),
                media: media.map(str::to_owned),
            };
            Ok((expects, vec![Effect::File(put)], is_new))
        })?;
        Ok(Written { is_new, tag })
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
