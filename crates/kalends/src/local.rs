//! The store that is at hand: where it is, and as whom it is used.

use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use ical::civil::{Date, DateTime, Timestamp};
use nix::unistd::{Uid, User};
use service::{Actor, Badge, Names, Service};
use store::{Location, PrincipalId, Store, Waiting};

use crate::clock;
use crate::config::Config;
use crate::exit::{Exit, Failure, tell};
use crate::home::Home;
use crate::spoken;

/// A store, as whom it is used, and how they look at it.
pub(crate) struct Local {
    service: Service,
    /// As whom it is used, where that is not its owner.
    badge: Option<Badge>,
    pub(crate) now: Timestamp,
    pub(crate) home: Home,
    pub(crate) config: Config,
}

/// So long another process that holds the store is waited for.
const WAITING: Duration = Duration::from_secs(30);

/// So many sets of messages that are owed are delivered after an answer.
const DELIVERIES: usize = 16;

impl Local {
    /// The store of `--data`, else of `kalends` in the folder where XDG has a person's data. A database's password may stand in
    /// `PGPASSWORD`, as its own programs have it.
    pub(crate) fn open(data: Option<PathBuf>, config: Option<PathBuf>) -> Result<Self, Failure> {
        let config = Config::read(config)?;
        let folder = etcetera::choose_base_strategy().map(|base| base.data_dir().join("kalends"));
        let folder = folder
            .map_err(|_| Failure::new(Exit::Unreadable, "there is no home folder: name one with --data DIR"));
        let location = match data {
            Some(named) => {
                let password = std::env::var("PGPASSWORD").ok();
                let beside = folder.unwrap_or_else(|_| std::env::temp_dir().join("kalends"));
                Location::read(named.as_os_str(), password.as_deref(), &beside)
                    .map_err(|bad| Failure::new(Exit::WrongUse, bad.to_string()))?
            }
            None => Location::folder(folder?),
        };
        let waiting =
            Waiting { most: WAITING, tell: || tell("the store is held by another kalends; waiting for it") };
        let now = clock::now()?;
        let store = Store::at(location, waiting);
        let names = match clock::told() {
            // A clock that stands still names nothing twice: what was done before is a part of the names. What a store that
            // cannot be read has to say, whoever asks it hears.
            Some(told) => Names::told(&format!("{told} {}", last_key(&store).unwrap_or_default())),
            None => Names::by_chance(),
        };
        let service = Service::new(store, time, names, config.options.clone()).kept_by(keeper());
        Ok(Self { service, badge: None, now, home: config.home.clone(), config })
    }

    /// The same, used as who has a name or an address; as its owner where none is named. Whoever can open the folder keeps the
    /// store, and may be anybody there: the keeper's audit tells of it.
    pub(crate) fn used_as(mut self, name: Option<&str>) -> Result<Self, Failure> {
        if let Some(name) = name {
            let found = self.keeper().in_place_of(name).map(Actor::badge);
            self.badge = Some(found.map_err(|error| match error {
                service::Error::NotFound(nobody) => {
                    let words = format!("{nobody}: `kalends admin user list` tells who is there");
                    Failure::new(Exit::NotFound, words)
                }
                error => error.into(),
            })?);
        }
        Ok(self)
    }

    /// The day that it is in my zone.
    pub(crate) fn today(&self) -> Date {
        self.home.zone.to_wall(self.now).map_or(Date::MIN, |wall| wall.date)
    }

    /// A time on the wall of my zone, or a whole day, as people read it: `tomorrow 18:00`.
    pub(crate) fn moment(&self, wall: DateTime, is_date: bool) -> String {
        spoken::moment(wall, is_date, self.today(), self.config.hours)
    }

    /// So many days after an instant, at the same time on the wall of my zone.
    pub(crate) fn days_after(&self, from: Timestamp, days: u32) -> Timestamp {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let wall = self.home.zone.to_wall(from);
        let later = wall.and_then(|wall| Some(wall.date.plus_days(days)?.at(wall.time)));
        later.map_or(Timestamp::MAX, |later| self.home.zone.to_timestamp(later))
    }

    /// After an answer: one bounded step of moving the window of occurrences on, if any needs it. It waits
    /// for nobody; where the store cannot be written now, the next listing does it, and answers are right
    /// without it.
    pub(crate) fn keep_up(&self) {
        let store = Store::at(self.store().location().clone(), Waiting::never());
        let service = Service::new(store, time, Names::by_chance(), self.config.options.clone());
        let _ = service.owner().keep_up();
        let _ = service.owner().move_alarms();
        let _ = service.owner().forget();
        let _ = service.owner().deliver_owed(DELIVERIES);
    }

    /// The calendar of new entries.
    pub(crate) fn calendar(&self, named: Option<&str>) -> Result<store::Calendar, Failure> {
        match named.or(self.config.calendar.as_deref()) {
            Some(name) => Ok(self.actor().calendar(name)?),
            None => Ok(self.actor().default_calendar()?),
        }
    }

    /// The service, for whoever keeps it open for others.
    pub(crate) fn into_service(self) -> Service {
        self.service
    }

    /// The store itself.
    pub(crate) fn store(&self) -> &Store {
        self.service.store()
    }

    /// The folder of the store, or the one for what belongs to it on this machine.
    pub(crate) fn folder(&self) -> &Path {
        self.store().folder()
    }

    /// As whom the store is used: whoever was named, else its owner.
    pub(crate) fn actor(&self) -> Actor<'_> {
        self.badge.map_or_else(|| self.owner(), |badge| self.service.actor(badge))
    }

    /// Is that the store's owner?
    pub(crate) fn is_owner(&self) -> bool {
        self.actor().principal_id() == PrincipalId::OWNER
    }

    /// The store's owner.
    pub(crate) fn owner(&self) -> Actor<'_> {
        self.service.owner()
    }

    /// Whoever can open the folder, and keeps what is in it.
    pub(crate) fn keeper(&self) -> Actor<'_> {
        self.service.keeper()
    }
}

/// Who runs this, as the machine knows them.
fn keeper() -> String {
    let id = Uid::current();
    let known = User::from_uid(id).ok().flatten();
    known.map_or_else(|| id.to_string(), |user| user.name)
}

fn time() -> Timestamp {
    clock::now().unwrap_or(Timestamp(0))
}

fn last_key(store: &Store) -> Result<String, Failure> {
    let last = store.snapshot()?.map(|snapshot| snapshot.last_command()).transpose()?.flatten();
    Ok(last.map_or_else(String::new, |key| format!("{key:?}")))
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        let exit = match &error {
            store::Error::Busy | store::Error::Unreachable { .. } | store::Error::Conflict(_) => {
                Exit::TryAgain
            }
            store::Error::TooLarge { .. }
            | store::Error::TooLong { .. }
            | store::Error::NotFollowed { .. } => Exit::Refused,
            _ => Exit::Unreadable,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<service::Error> for Failure {
    fn from(error: service::Error) -> Self {
        let exit = match error {
            service::Error::Unavailable(error) => return error.into(),
            service::Error::NotFound(_) | service::Error::Ambiguous { .. } => Exit::NotFound,
            service::Error::Refused(_) | service::Error::Invalid(_) => Exit::Refused,
            service::Error::Source { .. } | service::Error::Output(_) => Exit::Unreadable,
        };
        Self::new(exit, error.to_string())
    }
}
