//! Settings: `kalends.toml`, read whole; an unknown key is refused with its line. Each says where it comes from.

use std::env;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::BaseStrategy;
use ical::civil::Weekday;
use ical::value::Duration;
use ical::zone::ZoneCache;
use server::{Files, Href};
use service::{LIMITS, Options};
use toml_edit::{Document, DocumentMut, Item};
use tracing_subscriber::filter::LevelFilter;

use crate::archive;
use crate::exit::{Exit, Failure};
use crate::home::Home;
use crate::hours::Working;
use crate::log::{FORMS, LEVELS};
use crate::replace;

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody said anything else.
    Default,
    /// The file.
    File,
    /// This environment variable.
    Environment(String),
}

/// How times of day are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hours {
    #[default]
    TwentyFour,
    Twelve,
}

/// What a person has set.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) home: Home,
    pub(crate) week_start: Weekday,
    pub(crate) hours: Hours,
    /// The calendar of new entries; the first where none is named.
    pub(crate) calendar: Option<String>,
    /// How long a new event lasts that says nothing of it.
    pub(crate) length: Duration,
    /// So long before its start a new event rings; `None`: not at all.
    pub(crate) reminder: Option<Duration>,
    /// When people work: free time is looked for then.
    pub(crate) working: Working,
    /// Limits of the service, and of archives.
    pub(crate) options: Options,
    pub(crate) archive: archive::Limits,
    /// The door of `kalends serve`.
    pub(crate) door: server::Options,
    /// How much a service says of its work, and in which form.
    pub(crate) log: LevelFilter,
    pub(crate) log_format: &'static str,
    /// Each key, what it is, as it is written, and where that comes from.
    pub(crate) shown: Vec<(&'static str, String, Origin)>,
    /// The file, whether it is there or not.
    pub(crate) file: PathBuf,
    /// Was it named? Then it must be there.
    is_named: bool,
}

/// The keys, what each is without a file, and what it is for.
pub(crate) const KEYS: [(&str, &str, &str); 17] = [
    ("zone", "", "the zone of your days, as Europe/Vienna"),
    ("week_start", "monday", "the first day of a week"),
    ("hours", "24", "how times are shown: 24 or 12"),
    ("calendar", "", "the calendar of new entries; the first where it is empty"),
    ("length", "PT1H", "how long a new event lasts that says nothing of it, as PT1H"),
    ("reminder", "", "how long before a new event rings, as PT10M; not at all where it is empty"),
    ("http", "127.0.0.1:8008", "where `kalends serve` is, as 127.0.0.1:8008"),
    (
        "http_certificates",
        "",
        "its certificate and those that vouch for it, in PEM; without, it speaks in the clear",
    ),
    ("http_key", "", "the private key of that certificate, in PEM"),
    (
        "metrics",
        "",
        "where it tells what it counts, for Prometheus, as 127.0.0.1:9008; nowhere where it is empty",
    ),
    ("log", "info", "how much `kalends serve` says of its work: off, error, warn, info or debug"),
    ("log_format", "text", "how: text, or json for programs"),
    ("http_prefix", "", "what stands before all paths, as /kalends"),
    ("http_proxies", "", "proxies before it that say from where a request came, as 127.0.0.1 10.0.0.0/8"),
    ("http_clients", "", "who vouches for the certificates of clients, in PEM; they sign in by them"),
    ("working_hours", "09:00-17:00", "the hours in which free time is looked for, as 09:00-17:00"),
    (
        "working_days",
        "monday tuesday wednesday thursday friday",
        "the days on which a time for all is looked for, as monday tuesday",
    ),
];

/// The limits: keys, and what each bounds.
pub(crate) fn limits() -> impl Iterator<Item = (&'static str, &'static str)> {
    let service = LIMITS.iter().map(|limit| (limit.key, limit.what));
    let door = server::LIMITS.iter().map(|limit| (limit.key, limit.what));
    service.chain(door).chain(archive::Limits::KEYS)
}

/// All keys, in their order.
fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|(key, ..)| *key).chain(limits().map(|(key, _)| key))
}

/// The keys, for one who named another.
fn known() -> String {
    let known: Vec<&str> = KEYS.iter().map(|(key, ..)| *key).collect();
    format!("{}, and limits, as limit_object", known.join(", "))
}

impl Config {
    /// Reads the file that is named, else `kalends.toml` in the folder where XDG has a person's settings.
    pub(crate) fn read(named: Option<PathBuf>) -> Result<Self, Failure> {
        let is_named = named.is_some();
        let file = match named {
            Some(file) => file,
            None => etcetera::choose_base_strategy()
                .map(|base| base.config_dir().join("kalends").join("kalends.toml"))
                .map_err(|_| {
                    Failure::new(Exit::Unreadable, "there is no home folder: name a file with --config")
                })?,
        };
        Self::read_from(&file, is_named)
    }

    /// Reads the same file again.
    pub(crate) fn reread(&self) -> Result<Self, Failure> {
        Self::read_from(&self.file, self.is_named)
    }

    fn read_from(file: &Path, is_named: bool) -> Result<Self, Failure> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(absent) if absent.kind() == ErrorKind::NotFound && !is_named => String::new(),
            Err(error) => return Err(Failure::reading(file.display(), &error)),
        };
        Ok(Self { is_named, ..Self::of(file, &text)? })
    }

    /// The keys that say something else than those of other settings.
    pub(crate) fn changed_since(&self, before: &Self) -> impl Iterator<Item = &'static str> {
        let both = self.shown.iter().zip(&before.shown);
        both.filter(|((_, now, _), (_, then, _))| now != then).map(|((key, ..), _)| *key)
    }

    fn of(file: &Path, text: &str) -> Result<Self, Failure> {
        let refused = |line: usize, words: String| refused(file, line, &words);
        let mut values = gathered(file, text)?;
        let limits = set_limits(&mut values);
        let wrong = |at: usize, wanted: &str| {
            let (value, origin, line) =
                values.get(at).cloned().unwrap_or((String::new(), Origin::Default, 0));
            let key = keys().nth(at).unwrap_or_default();
            match origin {
                Origin::Environment(variable) => {
                    Failure::new(Exit::WrongUse, format!("{variable}={value}: {key} wants {wanted}"))
                }
                _ => refused(line, format!("{key} wants {wanted}, found {value:?}")),
            }
        };
        let value = |at: usize| values.get(at).map_or("", |(value, ..)| value.as_str());
        let duration =
            |at: usize| Duration::parse(value(at).as_bytes()).ok().filter(|one| !one.is_negative());
        let cache = Arc::new(ZoneCache::default());
        let (home, zone_origin) = match value(0) {
            "" => match Home::of_environment(&cache) {
                Some(home) => (home, Origin::Environment("TZ".to_owned())),
                None => (Home::of_system(&cache), Origin::Default),
            },
            name => {
                let home = Home::named(name, &cache).map_err(|_| wrong(0, "a zone, as Europe/Vienna"))?;
                (home, values.first().map_or(Origin::Default, |(_, origin, _)| origin.clone()))
            }
        };
        let week_start = weekday(value(1)).ok_or_else(|| wrong(1, "a day of the week"))?;
        let hours = match value(2) {
            "24" => Hours::TwentyFour,
            "12" => Hours::Twelve,
            _ => return Err(wrong(2, "24 or 12")),
        };
        let calendar = Some(value(3).to_owned()).filter(|name| !name.is_empty());
        let length = duration(4).ok_or_else(|| wrong(4, "a length, as PT1H"))?;
        let reminder = match value(5) {
            "" => None,
            _ => Some(duration(5).ok_or_else(|| wrong(5, "a length, as PT10M, or nothing"))?),
        };
        let working = working(value(15), value(16)).map_err(|(at, wanted)| wrong(at, wanted))?;
        let (options, mut door, archive) = limits.map_err(|at| wrong(at, "a number from 1 on"))?;
        set_door(&mut door, [6, 7, 8, 9, 12, 13, 14].map(value)).map_err(|(at, wanted)| wrong(at, wanted))?;
        let level = LEVELS.contains(&value(10)).then(|| value(10).parse().ok()).flatten();
        let log = level.ok_or_else(|| wrong(10, "off, error, warn, info or debug"))?;
        let form = FORMS.into_iter().find(|form| *form == value(11));
        let log_format = form.ok_or_else(|| wrong(11, "text or json"))?;
        (door.zone, door.week_start) = (home.zone.clone(), week_start);
        let mut shown: Vec<_> = keys()
            .zip(&values)
            .map(|(key, (value, origin, _))| (key, value.clone(), origin.clone()))
            .collect();
        if let Some(zone) = shown.first_mut() {
            *zone = ("zone", home.name.clone(), zone_origin);
        }
        let file = file.to_owned();
        Ok(Self {
            home,
            week_start,
            hours,
            calendar,
            length,
            reminder,
            working,
            options,
            archive,
            door,
            log,
            log_format,
            shown,
            file,
            is_named: false,
        })
    }

    /// Writes one setting into the file; comments and order stay. Nothing is written that could not be read.
    pub(crate) fn set(&self, key: &str, value: &str) -> Result<(), Failure> {
        if !keys().any(|name| name == key) {
            let words = format!("there is no setting {key}; there are {}", known());
            return Err(Failure::new(Exit::WrongUse, words));
        }
        let text = match fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(absent) if absent.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Failure::reading(self.file.display(), &error)),
        };
        let mut document: DocumentMut = text
            .parse()
            .map_err(|error| Failure::new(Exit::WrongUse, format!("{}: {error}", self.file.display())))?;
        document.insert(key, toml_edit::value(value));
        let text = document.to_string();
        Self::of(&self.file, &text)?;
        let write = || -> io::Result<()> {
            if let Some(folder) = self.file.parent() {
                fs::create_dir_all(folder)?;
            }
            replace::write(&self.file, text.as_bytes())
        };
        write().map_err(|error| Failure::writing(self.file.display(), &error))
    }
}

fn refused(file: &Path, line: usize, words: &str) -> Failure {
    Failure::new(Exit::WrongUse, format!("{}:{line}: {words}", file.display()))
}

/// What each key is set to, where that comes from, and its line.
fn gathered(file: &Path, text: &str) -> Result<Vec<(String, Origin, usize)>, Failure> {
    let refused = |line: usize, words: String| refused(file, line, &words);
    let line_of = |at: usize| 1 + text.get(..at).map_or(0, |before| before.matches('\n').count());
    let document = Document::parse(text).map_err(|error| {
        refused(error.span().map_or(1, |span| line_of(span.start)), error.message().to_owned())
    })?;
    let defaults = KEYS.iter().map(|(_, default, _)| *default).chain(limits().map(|_| ""));
    let mut values: Vec<(String, Origin, usize)> =
        defaults.map(|default| (default.to_owned(), Origin::Default, 0)).collect();
    for (key, item) in document.iter() {
        let line = line_of(document.key(key).and_then(toml_edit::Key::span).map_or(0, |span| span.start));
        let Some(at) = keys().position(|name| name == key) else {
            return Err(refused(line, format!("there is no key {key}; there are {}", known())));
        };
        let Some(value) = written(item) else {
            return Err(refused(line, format!("{key} wants a text")));
        };
        if let Some(place) = values.get_mut(at) {
            *place = (value, Origin::File, line);
        }
    }
    for (place, key) in values.iter_mut().zip(keys()) {
        let variable = format!("KALENDS_{}", key.to_uppercase());
        if let Ok(value) = env::var(&variable) {
            *place = (value, Origin::Environment(variable), 0);
        }
    }
    Ok(values)
}

/// When people work; else the place of what cannot be read, and what it wants.
fn working(hours: &str, days: &str) -> Result<Working, (usize, &'static str)> {
    let hours = hours.parse().map_err(|_| (15, "hours, as 09:00-17:00"))?;
    let days: Option<Vec<Weekday>> = days.split_whitespace().map(weekday).collect();
    let days = days.filter(|days| !days.is_empty()).ok_or((16, "days of the week, as monday tuesday"))?;
    Ok(Working { days, hours })
}

/// Where the door is, and its certificate; else the place of what cannot be read, and what it wants.
fn set_door(
    door: &mut server::Options,
    [http, certificates, key, metrics, prefix, proxies, clients]: [&str; 7],
) -> Result<(), (usize, &'static str)> {
    door.address = http.parse().map_err(|_| (6, "an address and a port, as 127.0.0.1:8008"))?;
    door.metrics = match metrics {
        "" => None,
        address => {
            Some(address.parse().map_err(|_| (9, "an address and a port, as 127.0.0.1:9008, or nothing"))?)
        }
    };
    door.prefix = prefix_of(prefix).ok_or((12, "a path, as /kalends"))?;
    door.proxies = proxies.parse().map_err(|_| (13, "addresses and networks, as 127.0.0.1 10.0.0.0/8"))?;
    door.tls = match (certificates, key, clients) {
        ("", "", "") => None,
        ("", "", _) => return Err((14, "nothing, or a file beside http_certificates")),
        ("", _, _) => return Err((7, "a file, beside http_key")),
        (_, "", _) => return Err((8, "a file, beside http_certificates")),
        (certificates, key, clients) => {
            let clients = (!clients.is_empty()).then(|| clients.into());
            Some(Files { certificates: certificates.into(), key: key.into(), clients })
        }
    };
    Ok(())
}

/// A path before all others; nothing is the root.
pub(crate) fn prefix_of(text: &str) -> Option<Href> {
    Href::parse(&format!("{}/", text.trim_end_matches('/'))).ok()
}

/// Limits of the service, of its door, and of archives.
type AllLimits = (Options, server::Options, archive::Limits);

/// The limits that values set, which stand behind those of [`KEYS`]; where one sets none, its value becomes what it is. The
/// place of the first that is no number.
fn set_limits(values: &mut [(String, Origin, usize)]) -> Result<AllLimits, usize> {
    let (mut options, mut door, mut archive) = AllLimits::default();
    for ((at, (value, ..)), (key, _)) in values.iter_mut().enumerate().skip(KEYS.len()).zip(limits()) {
        let service = LIMITS.iter().find(|limit| limit.key == key);
        let doors = server::LIMITS.iter().find(|limit| limit.key == key);
        if value.is_empty() {
            let number = match (service, doors) {
                (Some(limit), _) => (limit.get)(&options),
                (_, Some(limit)) => (limit.get)(&door),
                _ => archive.get(key),
            };
            *value = number.to_string();
            continue;
        }
        let number = value.parse().ok().filter(|number: &u64| *number > 0).ok_or(at)?;
        match (service, doors) {
            (Some(limit), _) => (limit.set)(&mut options, number),
            (_, Some(limit)) => (limit.set)(&mut door, number),
            _ => archive.set(key, number),
        }
    }
    Ok((options, door, archive))
}

/// A text, or a number as it is written.
fn written(item: &Item) -> Option<String> {
    item.as_str().map(str::to_owned).or_else(|| item.as_integer().map(|number| number.to_string()))
}

fn weekday(text: &str) -> Option<Weekday> {
    let name = text.to_lowercase();
    let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let at = days.iter().position(|day| *day == name)?;
    let codes: [&[u8]; 7] = [b"SU", b"MO", b"TU", b"WE", b"TH", b"FR", b"SA"];
    Weekday::from_code(codes.get(at)?)
}
