//! The calendar service: all that anyone may do here, each thing done once.
//!
//! A [`Service`] is a store, a clock and a source of names. Whoever asks something of it is an [`Actor`]: each use case is a
//! verb on the Actor, in a file of that name; it reads from one snapshot, asks `access` whether it may, decides with the
//! pure core, and hands the store one change set.
//!
//! ```
//! use ical::civil::Timestamp;
//! use service::{Names, Options, Service};
//! use store::{Store, Waiting};
//!
//! let folder = tempfile::tempdir()?;
//! let store = Store::new(folder.path(), Waiting::never());
//! let service = Service::new(store, || Timestamp(1_770_000_000), Names::told("tour"), Options::default());
//! let ann = service.owner();
//! let work = ann.make_calendar("Work")?;
//! ann.put(&work, b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n\
//!     DTSTAMP:20260201T000000Z\r\nDTSTART:20260302T090000Z\r\nDURATION:PT30M\r\nSUMMARY:Tea\r\nEND:VEVENT\r\n\
//!     END:VCALENDAR\r\n", "add", "Tea was added")?;
//! let found = ann.search(&["tea".to_owned()])?;
//! assert_eq!(found.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// Why an edit may not be, as scheduling goes.
pub use itip::outgoing::{Denied, NoCounter};

mod access;
mod actor;
mod agenda;
mod answer;
mod ask_busy;
mod audit;
mod availability;
mod booked;
mod busy;
mod calendars;
mod candidates;
mod changes;
mod delegates;
mod delete;
mod density;
mod dismiss;
mod doorman;
mod edit;
mod erase;
mod error;
mod export;
mod files;
mod groups;
mod history;
mod import;
mod inbox;
mod invite;
mod login;
mod look;
mod names;
mod occurrence;
mod office_hours;
mod options;
mod principals;
mod properties;
mod put;
mod reception;
mod relocate;
mod remind;
mod reopen;
mod resource;
mod restore;
mod rights;
mod scheduling;
mod search;
mod secret;
mod segments;
mod snooze;
mod stand_in;
mod stream;
mod transfer;
mod transfer_calendar;
mod trash;
mod upkeep;
mod view;
mod which;
mod write;

use std::sync::{Arc, Mutex, RwLock};

use ical::civil::Timestamp;
use ical::zone::ZoneCache;
use store::{ChangeSet, Effect, Store};

use actor::Standing;
pub use actor::{Actor, Badge};
pub use agenda::{Answer, Cut, Entry, Question, Why, has_category};
pub use answer::Reply;
pub use ask_busy::BusyAnswer;
pub use booked::Booked;
pub use busy::{Busy, BusyTime};
pub use candidates::Candidates;
pub use changes::{Changed, Changes};
pub use delegates::Delegation;
use doorman::Doorman;
pub use edit::{Edit, Guest, Guests, Length, Scope};
pub use error::{Error, Refusal};
pub use export::Export;
pub use files::{Document, FilePath, FileTarget, Room};
pub use history::{Past, Taken};
pub use import::{Bounds, Import, Known, Passed, Report, Source, Stage, Watch};
pub use inbox::{Message, why};
pub use login::{Credentials, SignIn};
pub use look::{Look, Objects};
pub use names::Names;
pub use office_hours::OfficeHours;
pub use options::{LIMITS, Limit, Options};
pub use principals::Newcomer;
pub use properties::PropertyChange;
pub use reception::Receiving;
pub use relocate::Keep;
pub use remind::{Rang, Ringing, Since};
pub use resource::{Member, Resource, ScheduleTag, Tags};
pub use restore::{Fate, Fated, Restore, Restored, Witness};
pub use rights::Right;
pub use scheduling::{Choice, Slot, Telling};
pub use secret::Secret;
pub use snooze::Snooze;
// What the store keeps as the service gives it: doors know no other.
pub use store::{
    Audited, Calendar, CalendarId, Collection, Container, Contents, Credential, CredentialKind, File, Kept,
    MessageStanding, ObjectId, Principal, PrincipalId, PrincipalKind, PropertyName, SCHEMA, Settings, Tag,
};
pub use transfer::Target;
pub use transfer_calendar::CalendarTarget;
pub use which::Found;
pub use write::Written;

/// The calendar service.
#[derive(Debug)]
pub struct Service {
    store: Arc<Store>,
    clock: fn() -> Timestamp,
    names: Arc<Names>,
    options: Options,
    /// Zones that texts brought or named.
    cache: Arc<ZoneCache>,
    doorman: Arc<Doorman>,
    /// Whose turn it is to decide again, of those who lost a race.
    turn: Arc<Mutex<()>>,
    /// Who decides beside others, and who alone.
    alone: Arc<RwLock<()>>,
    /// Who keeps the store, as the machine knows them.
    keeper: String,
}

/// Who keeps a store of which nobody said who does.
const KEEPER: &str = "keeper";

impl Service {
    /// A service over a store, by a clock.
    pub fn new(store: Store, clock: fn() -> Timestamp, names: Names, options: Options) -> Self {
        Self {
            store: Arc::new(store),
            clock,
            names: Arc::new(names),
            options,
            cache: Arc::default(),
            doorman: Arc::new(Doorman::new()),
            turn: Arc::default(),
            alone: Arc::default(),
            keeper: KEEPER.to_owned(),
        }
    }

    /// The same, kept by somebody: what they do as its keeper is noted under this name.
    #[must_use]
    pub fn kept_by(self, keeper: String) -> Self {
        Self { keeper, ..self }
    }

    /// The same service by other options, beside this one: its store is the same, and so is what it remembers of sign-ins.
    #[must_use]
    pub fn with(&self, options: Options) -> Self {
        Self {
            store: Arc::clone(&self.store),
            clock: self.clock,
            names: Arc::clone(&self.names),
            options,
            cache: Arc::clone(&self.cache),
            doorman: Arc::clone(&self.doorman),
            turn: Arc::clone(&self.turn),
            alone: Arc::clone(&self.alone),
            keeper: self.keeper.clone(),
        }
    }

    /// The store's owner, for whoever can open its folder.
    pub const fn owner(&self) -> Actor<'_> {
        Actor::new(self, PrincipalId::OWNER, Standing::Principal)
    }

    /// Who keeps the store: whoever can open its folder may do so. Their acts are the owner's.
    pub const fn keeper(&self) -> Actor<'_> {
        Actor::new(self, PrincipalId::OWNER, Standing::Keeper)
    }

    /// The Actor who left this.
    pub const fn actor(&self, badge: Badge) -> Actor<'_> {
        Actor::new(self, badge.principal, badge.standing)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Writes to the store, and changes nothing by that.
    ///
    /// # Errors
    /// Nothing can be written now.
    pub fn probe(&self) -> Result<(), Error> {
        let set = ChangeSet { act: None, expects: Vec::new(), effects: vec![Effect::Probe] };
        Ok(self.store.apply(set).map(drop)?)
    }

    /// What the clock says.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }
}
