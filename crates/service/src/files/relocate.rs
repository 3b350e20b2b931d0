//! Files copied and moved (RFC 4918 9.8, 9.9).

use store::{Effect, FileChange, Tag, Tree};

use super::FilePath;
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::relocate::Keep;

/// Where a file goes, and how much of it.
#[derive(Clone, Copy, Debug)]
pub struct FileTarget<'p> {
    /// Where.
    pub path: &'p FilePath,
    /// May it take the place of what is there?
    pub overwrite: bool,
    /// Does a collection go with all that is inside? One that moves does.
    pub is_deep: bool,
}

impl Actor<'_> {
    /// Copies or moves a file, with its properties; whether nothing was there. `when` is asked of its tag; a collection has
    /// none.
    ///
    /// # Errors
    /// There is none, or no collection for it; `when` does not hold, or something is there that may not be overwritten
    /// ([`Refusal::TagMismatch`]); one of the two places is inside of the other ([`Refusal::IntoItself`]); it goes past a
    /// limit.
    pub fn transfer_file(
        self,
        from: &FilePath,
        to: FileTarget<'_>,
        keep: Keep,
        when: impl Fn(Option<&Tag>) -> bool,
    ) -> Result<bool, Error> {
        let is_move = keep == Keep::Target;
        // What is around the source would go before it is copied.
        if to.path.is_within(from) || from.is_within(to.path) {
            return Err(Refusal::IntoItself.into());
        }
        let verb = if is_move { "move" } else { "copy" };
        let command = self.command(verb, from.names.last().map_or("", String::as_str));
        let (_, is_new) = self.decide(&command, |snapshot| {
            let source = self.place(snapshot, from)?;
            let file = source.found.as_ref().ok_or_else(|| from.nothing())?;
            let target = self.place(snapshot, to.path)?;
            if !when(file.contents.as_ref().map(|contents| &contents.tag))
                || (target.found.is_some() && !to.overwrite)
            {
                return Err(Refusal::TagMismatch.into());
            }
            let tree = |file| snapshot.map_or(Ok(Tree::default()), |snapshot| snapshot.tree(file));
            let is_deep = is_move || to.is_deep;
            let size = file.contents.as_ref().map_or(0, |contents| contents.size);
            let comes = if is_deep { tree(file.id)? } else { Tree { files: 1, bytes: size, height: 0 } };
            self.may_come(to.path, comes.height)?;
            let goes = target.found.as_ref().map(|there| tree(there.id)).transpose()?.unwrap_or_default();
            let mut expects = vec![source.expect(), target.expect()];
            let mut effects: Vec<Effect> = Vec::new();
            effects.extend(target.found.as_ref().map(|there| Effect::File(FileChange::Remove(there.id))));
            let (collection, name) = (target.around.id, target.name.clone());
            let file = file.id;
            // Nothing more is there when something has moved within its area.
            let is_within = is_move && from.home == to.path.home;
            let comes = if is_within { Tree { height: comes.height, ..Tree::default() } } else { comes };
            expects.extend(self.room_for(snapshot, &target, comes, goes)?);
            if is_within {
                effects.push(Effect::File(FileChange::Move { file, collection, name }));
            } else {
                effects.push(Effect::File(FileChange::Copy { file, collection, name, is_deep }));
                effects.extend(is_move.then_some(Effect::File(FileChange::Remove(file))));
            }
            Ok((expects, effects, target.found.is_none()))
        })?;
        Ok(is_new)
    }
}
