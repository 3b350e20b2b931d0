//! Properties that clients give calendars and objects, and that mean nothing here: kept as they came.

use store::{CalendarId, Effect, Kept, Owner, PropertyName};

use crate::access::Want;
use crate::actor::Actor;
use crate::error::{Error, Refusal};
use crate::resource::nothing_at;

/// What is to become of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyChange {
    /// Which one.
    pub name: PropertyName,
    /// The whole element that is kept from now on; `None`: none.
    pub xml: Option<String>,
}

/// So many properties are kept of a calendar or an object.
const MOST: usize = 1_000;
/// So many bytes are kept of all of them.
const MOST_BYTES: usize = 64 << 10;

impl Actor<'_> {
    /// The properties that are kept of a calendar, or of the object of a name in it, by their names.
    ///
    /// # Errors
    /// There is no such calendar or object, or not all of it is seen; or the store cannot be read.
    pub fn properties(self, calendar: CalendarId, name: Option<&str>) -> Result<Vec<Kept>, Error> {
        let view = self.reading(calendar)?;
        let Some(name) = name else { return Ok(view.snapshot.properties(&Owner::Calendar(calendar))?) };
        let seen = view.named(name)?.ok_or_else(|| nothing_at(name))?;
        if seen.stand_in.is_some() {
            return Ok(Vec::new());
        }
        Ok(view.snapshot.properties(&Owner::Object { calendar, uid: seen.listed.stored.uid })?)
    }

    /// Gives the object of a name other properties, all or none. Neither its text nor its version changes by it.
    ///
    /// # Errors
    /// There is no such object, or they would be too many or too large.
    pub fn set_properties(
        self,
        calendar: CalendarId,
        name: &str,
        changes: &[PropertyChange],
    ) -> Result<(), Error> {
        let command = self.command("property", name);
        self.decide(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| nothing_at(name))?;
            self.ask_for(snapshot, calendar, Want::Write)?;
            let listed = snapshot.named(calendar, name)?.ok_or_else(|| nothing_at(name))?;
            let of = Owner::Object { calendar, uid: listed.stored.uid };
            let effects = changed(&of, snapshot.properties(&of)?, changes)?;
            Ok((Vec::new(), effects, ()))
        })?;
        Ok(())
    }
}

/// What gives something other properties than it has, if these are not too many.
pub(crate) fn changed(
    of: &Owner,
    mut there: Vec<Kept>,
    changes: &[PropertyChange],
) -> Result<Vec<Effect>, Refusal> {
    for PropertyChange { name, xml } in changes {
        there.retain(|kept| kept.name != *name);
        there.extend(xml.iter().map(|xml| Kept { name: name.clone(), xml: xml.clone() }));
    }
    if there.len() > MOST {
        return Err(Refusal::TooMany { what: "properties of a resource", most: MOST });
    }
    let bytes = |kept: &Kept| kept.xml.len() + kept.name.namespace.len() + kept.name.local.len();
    if there.iter().map(bytes).sum::<usize>() > MOST_BYTES {
        return Err(Refusal::TooMany { what: "bytes of properties of a resource", most: MOST_BYTES });
    }
    let effect = |change: &PropertyChange| Effect::SetProperty {
        of: of.clone(),
        name: change.name.clone(),
        xml: change.xml.clone(),
    };
    Ok(changes.iter().map(effect).collect())
}
