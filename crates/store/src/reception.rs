//! How what comes to a principal is received: into which calendar, when they are there at all, and how a room answers.

use crate::change_set::CalendarId;
use crate::engine::{Connection, Row, first};
use crate::error::Error;
use crate::principals::PrincipalId;

/// How what comes to a principal is received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reception {
    /// Into which calendar it comes (RFC 6638 9.2); `None`: into the first that takes it.
    pub calendar: Option<CalendarId>,
    /// When they are there at all: iCalendar with VAVAILABILITY (RFC 7953); `None`: always.
    pub availability: Option<String>,
    /// Who answers.
    pub booking: Booking,
}

/// Who answers for a principal, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// Who answers; `None`: a room by its rules, a person themselves.
    pub mode: Option<Mode>,
    /// So many bookings at one time.
    pub capacity: u32,
    /// So many seconds ahead.
    pub horizon: i64,
    /// So many seconds before it begins.
    pub notice: i64,
    /// So many seconds at most.
    pub longest: Option<i64>,
    /// So many bookings of one person that are still to be.
    pub share: Option<u32>,
    /// Who may book: a person, or a group; `None`: everybody.
    pub bookers: Option<PrincipalId>,
    /// Who decides where somebody has to.
    pub moderator: Option<PrincipalId>,
}

/// So far ahead may be booked where nothing is said: less than the index looks ahead.
const HORIZON: i64 = 400 * 86_400;

impl Default for Booking {
    fn default() -> Self {
        Self {
            mode: None,
            capacity: 1,
            horizon: HORIZON,
            notice: 0,
            longest: None,
            share: None,
            bookers: None,
            moderator: None,
        }
    }
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is booked by nobody.
    Never,
    /// A moderator.
    Ask,
    /// Rules: yes, where it is free.
    IfFree,
    /// Always yes, whatever there is already.
    Always,
}

/// Modes are kept as these numbers, for ever.
const MODES: [(i64, Mode); 4] = [(1, Mode::Never), (2, Mode::Ask), (3, Mode::IfFree), (4, Mode::Always)];

/// How what comes to somebody is received; as it is where nobody said anything, too.
pub(crate) fn of(connection: &dyn Connection, principal: PrincipalId) -> Result<Reception, Error> {
    let sql = "SELECT calendar, availability, mode, capacity, horizon, notice, longest, share, bookers, moderator \
               FROM reception WHERE principal = $1";
    Ok(first(connection, sql, &[principal.0.into()], reception)?.unwrap_or_default())
}

fn reception(row: &dyn Row) -> Result<Reception, Error> {
    let mode = row.maybe_integer(2)?;
    // What no program of this schema writes books nothing.
    let mode = mode
        .map(|mode| MODES.iter().find(|(number, _)| *number == mode).map_or(Mode::Never, |(_, mode)| *mode));
    let count = |number: i64| u32::try_from(number).unwrap_or(0);
    Ok(Reception {
        calendar: row.maybe_integer(0)?.map(CalendarId),
        availability: row.maybe_text(1)?,
        booking: Booking {
            mode,
            capacity: count(row.integer(3)?),
            horizon: row.integer(4)?,
            notice: row.integer(5)?,
            longest: row.maybe_integer(6)?,
            share: row.maybe_integer(7)?.map(count),
            bookers: row.maybe_integer(8)?.map(PrincipalId),
            moderator: row.maybe_integer(9)?.map(PrincipalId),
        },
    })
}

/// Says how what comes to somebody is received from now on.
pub(crate) fn set(
    connection: &dyn Connection,
    principal: PrincipalId,
    Reception { calendar, availability, booking }: &Reception,
) -> Result<(), Error> {
    connection.execute("DELETE FROM reception WHERE principal = $1", &[principal.0.into()])?;
    let sql = "INSERT INTO reception (principal, calendar, availability, mode, capacity, horizon, notice, longest, \
               share, bookers, moderator) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let mode = booking.mode.and_then(|mode| MODES.iter().find(|(_, known)| *known == mode));
    let parameters = [
        principal.0.into(),
        calendar.map(|calendar| calendar.0).into(),
        availability.as_deref().into(),
        mode.map(|(number, _)| *number).into(),
        i64::from(booking.capacity).into(),
        booking.horizon.into(),
        booking.notice.into(),
        booking.longest.into(),
        booking.share.map(i64::from).into(),
        booking.bookers.map(|bookers| bookers.0).into(),
        booking.moderator.map(|moderator| moderator.0).into(),
    ];
    connection.execute(sql, &parameters)?;
    crate::principals::count_change(connection)
}
