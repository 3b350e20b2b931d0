//! What a POST to an outbox is answered: one response for each recipient (RFC 6638 3.2.2, 10.1).

use xml::Writer;

use crate::name::{CALENDAR_DATA, HREF, PREFIXES, caldav};

/// What becomes of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Their calendar user address, as the request has it.
    pub address: String,
    /// The REQUEST-STATUS: `2.0;Success`.
    pub request_status: String,
    /// When they are busy: iCalendar with a VFREEBUSY, where it is known.
    pub calendar_data: Option<String>,
}

/// The body of the answer.
pub fn schedule_response(recipients: &[Recipient]) -> String {
    let mut writer = Writer::new(&PREFIXES);
    writer.start(caldav("schedule-response"));
    for recipient in recipients {
        writer.start(caldav("response"));
        writer.start(caldav("recipient"));
        writer.leaf(HREF, &recipient.address);
        writer.end();
        writer.leaf(caldav("request-status"), &recipient.request_status);
        if let Some(data) = &recipient.calendar_data {
            writer.leaf(CALENDAR_DATA, data);
        }
        writer.end();
    }
    writer.end();
    writer.take()
}
