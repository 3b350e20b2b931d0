//! POST to an outbox: when others are busy (RFC 6638 5).

use dav::free_busy::{Head, text};
use dav::{Precondition, Recipient, schedule_response};
use http::StatusCode;
use ical::{ContentLine, PropertyKind};
use service::BusyAnswer;

use super::Call;
use super::answer::{Answer, XML};
use super::error::Fault;
use super::report::{PRODUCT, periods};
use super::resource::InHome;

pub(crate) fn answer(call: &Call<'_>, within: &InHome) -> Result<Answer, Fault> {
    let media = call.header("content-type")?;
    if !dav::body::is_calendar(media.as_deref()) {
        return Err(Precondition::SupportedCalendarData.into());
    }
    let asked = call.actor.read_busy_question(within.home.id, call.octets()?.to_vec())?;
    let mut recipients = Vec::new();
    for who in &asked.attendees {
        let answer = call.actor.answer_busy(&asked, who)?;
        let request_status = match &answer {
            BusyAnswer::Told(_) => "2.0;Success",
            BusyAnswer::NoUser => "3.7;Invalid calendar user",
            BusyAnswer::NoRight => "3.8;No authority",
            BusyAnswer::TooMuch => "5.1;Service unavailable: ask for a shorter time",
        };
        let calendar_data = match answer {
            BusyAnswer::Told(busy) => {
                let user = |kind, address: &ical::value::CalAddress<'_>| {
                    ContentLine::new(kind).raw(address.as_str())
                };
                let users =
                    [user(PropertyKind::Organizer, &asked.organizer), user(PropertyKind::Attendee, who)];
                let head = Head {
                    product: PRODUCT,
                    stamp: call.actor.now(),
                    uid: &asked.uid,
                    users: &users,
                    method: Some("REPLY"),
                };
                Some(text(&periods(&busy), asked.range, &head))
            }
            BusyAnswer::NoUser | BusyAnswer::NoRight | BusyAnswer::TooMuch => None,
        };
        let address = who.as_str().to_owned();
        recipients.push(Recipient { address, request_status: request_status.to_owned(), calendar_data });
    }
    Ok(Answer::with_body(StatusCode::OK, XML, schedule_response(&recipients)))
}
