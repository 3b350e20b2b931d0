//! May this Actor do this here? Asked in one place.

use store::{Calendar, CalendarId, Snapshot};

use crate::actor::{Actor, Standing};
use crate::error::{Error, Refusal};

/// What somebody wants of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// To read what is in it.
    Read,
    /// To change what is in it.
    Write,
    /// To change its settings, or to remove it.
    Settings,
}

impl Actor<'_> {
    /// Asks for a calendar. To whom may not know of it, it is not there.
    pub(crate) fn ask(self, want: Want, calendar: &Calendar) -> Result<(), Error> {
        if !self.may(want, calendar) {
            return Err(gone());
        }
        match want {
            Want::Read | Want::Write if calendar.settings.is_removed => {
                Err(Error::NotFound(format!("the calendar {} is removed", calendar.settings.name)))
            }
            Want::Read | Want::Write | Want::Settings => Ok(()),
        }
    }

    /// What rules say: those of a home may do all there, others nothing.
    fn may(self, _want: Want, calendar: &Calendar) -> bool {
        match self.standing {
            Standing::Keeper => true,
            Standing::Principal => calendar.home == self.principal,
        }
    }

    /// Asks for what is for whoever keeps the store.
    pub(crate) fn must_keep(self) -> Result<(), Error> {
        match self.standing {
            Standing::Keeper => Ok(()),
            Standing::Principal => Err(Refusal::NotKeeper.into()),
        }
    }

    /// Asks for a calendar by its id; the calendar.
    pub(crate) fn ask_for(
        self,
        snapshot: &Snapshot,
        calendar: CalendarId,
        want: Want,
    ) -> Result<Calendar, Error> {
        let calendar = snapshot.calendar(calendar)?.ok_or_else(gone)?;
        self.ask(want, &calendar)?;
        Ok(calendar)
    }
}

fn gone() -> Error {
    Error::NotFound("the calendar is gone".to_owned())
}
