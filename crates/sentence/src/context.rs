//! What words are read against: the hour, the place, and what a person has set.

use ical::civil::{Timestamp, Weekday};
use ical::value::Duration;
use ical::zone::Zone;

/// How a person's clocks show the hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clock {
    /// `2:00 pm`. An hour from 1 to 12 that says neither am nor pm is ambiguous then.
    Twelve,
    /// `14:00`
    #[default]
    TwentyFour,
}

/// What a sentence makes, unless its words say otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// VEVENT
    #[default]
    Event,
    /// VTODO. A sentence that says `due` or `by` makes one in any case.
    Todo,
}

/// What words are read against.
///
/// ```
/// use ical::civil::Timestamp;
/// use ical::zone::Zone;
/// use sentence::{Clock, Context};
///
/// let vienna = Zone::iana("Europe/Vienna").ok_or("no such zone")?;
/// let context = Context::new(Timestamp(1_772_442_000), vienna, "Europe/Vienna");
/// let context = Context { clock: Clock::Twelve, ..context };
/// assert_eq!(context.calendars, Vec::<String>::new());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Context {
    /// The instant at which the words are said.
    pub now: Timestamp,
    /// My zone: where times are that name no other.
    pub zone: Zone,
    /// The name of my zone, as it is shown and written: `Europe/Vienna`.
    pub zone_name: String,
    /// The first day of my week.
    pub week_start: Weekday,
    /// How long an event is that has a time and says no end. More than nothing.
    pub length: Duration,
    /// The names of my calendars.
    pub calendars: Vec<String>,
    /// How I read the clock.
    pub clock: Clock,
    /// What a sentence makes, unless its words say otherwise.
    pub kind: Kind,
}

impl Context {
    /// At an instant, in a zone: with weeks from Monday, events of an hour, the 24-hour clock and no
    /// calendar's name.
    pub fn new(now: Timestamp, zone: Zone, zone_name: &str) -> Self {
        Self {
            now,
            zone,
            zone_name: zone_name.to_owned(),
            week_start: Weekday::Monday,
            length: Duration::from_seconds(3600),
            calendars: Vec::new(),
            clock: Clock::default(),
            kind: Kind::default(),
        }
    }
}
