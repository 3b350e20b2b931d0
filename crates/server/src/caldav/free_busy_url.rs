//! GET of a free/busy URL, as FBURL of a vCard names it (RFC 6350 6.9.1): when somebody is busy, published (RFC 5546 3.3.1).
//!
//! Programs ask by `start`, `end` and `period`, as the CalConnect Free/Busy Read URL has them; without these it is from now on.

use dav::Precondition;
use dav::free_busy::{Head, text};
use http::StatusCode;
use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::{DateOrTime, Duration};
use ical::{ContentLine, PropertyKind};
use service::BusyAnswer;

use super::Call;
use super::answer::{Answer, CALENDAR};
use super::error::Fault;
use super::report::{PRODUCT, periods};
use super::resource::named;

/// So long, where nobody says how long.
const PERIOD: Duration = Duration::from_days(42);

pub(crate) fn answer(call: &Call<'_>, name: &str) -> Result<Answer, Fault> {
    let principal = named(call.actor, name)?.ok_or_else(Fault::not_found)?;
    let range = asked(call.query, call.actor.now())?;
    let busy = match call.actor.busy_of_each(&[principal.id], range)?.pop() {
        Some(BusyAnswer::Told(busy)) => busy,
        Some(BusyAnswer::TooMuch) => return Err(Precondition::NumberOfMatchesWithinLimits.into()),
        Some(BusyAnswer::NoRight | BusyAnswer::NoUser) | None => {
            return Err(Precondition::NeedPrivileges(Vec::new()).into());
        }
    };
    let owner = principal.profile.addresses.first();
    let owner = owner.map(|(address, _)| ContentLine::new(PropertyKind::Organizer).raw(address.as_str()));
    let users: Vec<ContentLine> = owner.into_iter().collect();
    let uid = call.actor.new_uid();
    let head =
        Head { product: PRODUCT, stamp: call.actor.now(), uid: &uid, users: &users, method: Some("PUBLISH") };
    Ok(Answer::with_body(StatusCode::OK, CALENDAR, text(&periods(&busy), range, &head)))
}

/// The range that the words behind a `?` ask for.
fn asked(query: &str, now: Timestamp) -> Result<Range, Fault> {
    let mut range = Range { from: now, to: Timestamp::MAX };
    let (mut end, mut period) = (None, PERIOD);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let unread = || {
            let words = format!(
                "{name} is no time: wanted one as 2026-03-02 or 2026-03-02T09:00:00Z, or a period as P7D"
            );
            Fault::new(StatusCode::BAD_REQUEST, words)
        };
        match &*name {
            "start" => range.from = time(&value).ok_or_else(unread)?,
            "end" => end = Some(time(&value).ok_or_else(unread)?),
            "period" => period = Duration::parse(value.as_bytes()).map_err(|_| unread())?,
            _ => {}
        }
    }
    range.to = end.unwrap_or(Timestamp(range.from.0.saturating_add(period.to_seconds())));
    match range.from < range.to {
        true => Ok(range),
        false => Err(Fault::new(StatusCode::BAD_REQUEST, "wanted a start before the end")),
    }
}

/// A time of RFC 3339, or of iCalendar; a day begins at midnight in UTC.
fn time(text: &str) -> Option<Timestamp> {
    let plain: String = text.chars().filter(|sign| !matches!(sign, '-' | ':')).collect();
    match DateOrTime::parse(plain.as_bytes()).ok()? {
        DateOrTime::Date(date) => Some(Timestamp::from_utc(date.midnight())),
        DateOrTime::Utc(wall) => Some(Timestamp::from_utc(wall)),
        DateOrTime::Floating(_) | DateOrTime::Zoned(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_772_438_400);
    const DAY: i64 = 86_400;

    #[test]
    fn times_are_asked_for_in_either_form() {
        let range =
            |query| asked(query, NOW).map(|range| (range.from.0 - NOW.0, range.to.0 - range.from.0)).ok();
        assert_eq!(range(""), Some((0, 42 * DAY)));
        assert_eq!(range("period=P7D&user=ann"), Some((0, 7 * DAY)));
        assert_eq!(range("start=2026-03-03&end=2026-03-04"), Some((16 * 3_600, DAY)));
        assert_eq!(range("start=20260303T080000Z&period=PT1H"), Some((DAY, 3_600)));
        assert_eq!(range("start=2026-03-03T08%3A00%3A00Z&period=PT1H"), Some((DAY, 3_600)));
        for wrong in ["start=tomorrow", "start=20260303T080000", "period=-P1D", "end=2026-03-02", "period=1"]
        {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }
}
