//! MKCALENDAR and the extended MKCOL (RFC 4791 5.3.1, RFC 5689).

use xml::{Document, Writer};

use crate::body;
use crate::error::Error;
use crate::href::Site;
use crate::limits::Limits;
use crate::multistatus::{Found, write_propstats};
use crate::name::{CALENDAR, COLLECTION, PREFIXES, caldav, dav};
use crate::precondition::Precondition;
use crate::property::{Property, PropertyName};
use crate::proppatch::{self, SetProperty};

/// A collection that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mkcol {
    /// Is it a calendar?
    pub is_calendar: bool,
    /// The properties that it gets, `resourcetype` left out.
    pub set: Vec<SetProperty>,
}

impl Mkcol {
    /// Reads the body of a MKCALENDAR; without one it is a calendar without further properties.
    ///
    /// # Errors
    /// It is another element, or past a limit.
    pub fn read_mkcalendar(document: Option<&Document>, limits: &Limits) -> Result<Self, Error> {
        let Some(document) = document else { return Ok(Self { is_calendar: true, set: Vec::new() }) };
        let root = body::root(document, caldav("mkcalendar"))?;
        let mkcol = Self { is_calendar: true, set: proppatch::set(root, limits)? };
        mkcol.without_type()
    }

    /// Reads the body of a MKCOL; without one it is a plain collection.
    ///
    /// # Errors
    /// It is another element, past a limit, or wants a type that is neither a collection nor a calendar
    /// (`DAV:valid-resourcetype`).
    pub fn read(document: Option<&Document>, limits: &Limits) -> Result<Self, Error> {
        let Some(document) = document else { return Ok(Self { is_calendar: false, set: Vec::new() }) };
        let root = body::root(document, dav("mkcol"))?;
        Self { is_calendar: false, set: proppatch::set(root, limits)? }.without_type()
    }

    /// Takes the type out of the properties.
    fn without_type(mut self) -> Result<Self, Error> {
        let is_type = |property: &SetProperty| property.name == PropertyName::Known(Property::ResourceType);
        for kind in self.set.iter().filter(|property| is_type(property)) {
            let is_collection = kind.elements.iter().any(|inside| inside.is(COLLECTION));
            let is_known = kind.elements.iter().all(|inside| inside.is(COLLECTION) || inside.is(CALENDAR));
            if !is_collection || !is_known {
                return Err(Precondition::ValidResourcetype.into());
            }
            self.is_calendar |= kind.elements.iter().any(|inside| inside.is(CALENDAR));
        }
        self.set.retain(|property| !is_type(property));
        Ok(self)
    }
}

/// Which request a [`response`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// `DAV:mkcol-response`
    Mkcol,
    /// `CALDAV:mkcalendar-response`
    Mkcalendar,
}

/// The body of an answer that tells what became of each property. It is needed where one could not be set,
/// and then none is (RFC 5689 3.1).
pub fn response(made: Made, found: &[Found], site: &Site) -> String {
    let mut writer = Writer::new(&PREFIXES);
    writer.start(match made {
        Made::Mkcol => dav("mkcol-response"),
        Made::Mkcalendar => caldav("mkcalendar-response"),
    });
    write_propstats(&mut writer, found, site, false);
    writer.end();
    writer.take()
}
