//! Groups: who is in each. What is granted to a group its members have, and so have those of a group that is in it.

use std::collections::BTreeSet;

use store::{Effect, Principal, PrincipalId, PrincipalKind, Snapshot};

use crate::actor::Actor;
use crate::error::{Error, Refusal};

impl Actor<'_> {
    /// Those who are in a group themselves, as far as the Actor may see them, in the order in which they were made.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn members(self, group: PrincipalId) -> Result<Vec<Principal>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        self.seen_of(&snapshot, snapshot.members_of(group)?)
    }

    /// The groups that somebody is in themselves, as far as the Actor may see them, in the order in which they were made.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn groups_of(self, principal: PrincipalId) -> Result<Vec<Principal>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        self.seen_of(&snapshot, snapshot.groups_of(principal)?)
    }

    /// The groups that somebody is in, those that contain these too.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn groups_around(self, principal: PrincipalId) -> Result<Vec<Principal>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        self.seen_of(&snapshot, snapshot.groups_around(principal)?)
    }

    fn seen_of(self, snapshot: &Snapshot, ids: Vec<PrincipalId>) -> Result<Vec<Principal>, Error> {
        let found = ids.into_iter().map(|id| Ok(snapshot.principal(id)?));
        let found = found.collect::<Result<Vec<_>, Error>>()?;
        Ok(found.into_iter().flatten().filter(|one| self.sees(one)).collect())
    }

    /// Puts some into a group and takes others out of it; the group. What it is invited to, and is not over, they are invited to, or
    /// called off, before that ends.
    ///
    /// # Errors
    /// There is nobody of a name, it is no group or would be in itself, it has too many members, or the Actor does not keep the
    /// store.
    pub fn set_members(self, name: &str, in_: &[String], out: &[String]) -> Result<Principal, Error> {
        let listed = |sign: char, names: &[String]| -> String {
            names.iter().map(|name| format!(" {sign}{name}")).collect()
        };
        let command = self.command("group", format!("{name}:{}{}", listed('+', in_), listed('-', out)));
        let (_, group) = self.directory(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| Error::NotFound(format!("nobody is called {name}")))?;
            let group = self.is_here(snapshot, name)?;
            if group.profile.kind != PrincipalKind::Group {
                return Err(Refusal::NotGroup(name.to_owned()).into());
            }
            let mut members = snapshot.members_of(group.id)?;
            let mut effects = Vec::new();
            for one in out {
                let member = self.principal_in(snapshot, one)?.id;
                if members.contains(&member) {
                    effects.push(Effect::SetMember { group: group.id, member, is_in: false });
                }
                members.retain(|known| *known != member);
            }
            for one in in_ {
                let member = self.is_here(snapshot, one)?.id;
                if members.contains(&member) {
                    continue;
                }
                // Who was removed may be back one day, so a ring through them is one, too.
                if is_within(snapshot, group.id, member)? {
                    let (group, member) = (name.to_owned(), one.clone());
                    return Err(Refusal::GroupInItself { group, member }.into());
                }
                members.push(member);
                effects.push(Effect::SetMember { group: group.id, member, is_in: true });
            }
            let most = self.options().group_members;
            if members.len() > most {
                return Err(Refusal::TooMany { what: "members of a group", most }.into());
            }
            Ok((effects, group.id, group))
        })?;
        // Also where they were in it already: so whoever was stopped on their way goes on.
        if !in_.is_empty() || !out.is_empty() {
            self.tell_members(group.id)?;
        }
        Ok(group)
    }
}

/// Is somebody a group, or in it, whoever was removed?
pub(crate) fn is_within(
    snapshot: &Snapshot,
    principal: PrincipalId,
    group: PrincipalId,
) -> Result<bool, Error> {
    let mut seen = BTreeSet::from([group]);
    let mut left = vec![group];
    while let Some(group) = left.pop() {
        if group == principal {
            return Ok(true);
        }
        left.extend(snapshot.members_of(group)?.into_iter().filter(|member| seen.insert(*member)));
    }
    Ok(false)
}
