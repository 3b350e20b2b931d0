//! Scheduling: what an edit owes, what a message does (RFC 5546, RFC 6638).
//!
//! There are two questions. [`outgoing()`] is asked of an edit, before and after: may it be, what of it is put right, and which
//! messages does it owe? [`incoming()`] is asked of a message and of what is kept of its UID: what becomes of it? Both answer with
//! texts and messages, and do nothing: no socket, no clock, no store. What a text cannot tell is in a [`State`], kept beside it.
//!
//! ```
//! use std::sync::Arc;
//!
//! use ical::Document;
//! use ical::civil::{Date, Timestamp};
//! use ical::value::CalAddress;
//! use itip::incoming::{Incoming, Outcome};
//! use itip::{Addresses, Class, Method, Options, Party, State, incoming, outgoing};
//!
//! let [ann, bob] = ["mailto:ann@example.com", "mailto:bob@example.com"].map(CalAddress::new);
//! let [ann, bob] = [ann, bob].map(|address| Addresses::new(address, []));
//! let (options, zones) = (Options::default(), Arc::default());
//! let now = Timestamp::from_utc(Date::new(2026, 3, 1).ok_or("no such day")?.midnight());
//! let party = |addresses| Party { addresses, sent_by: None, options: &options, zones: &zones, now };
//!
//! // Ann writes a meeting in her calendar. Bob is to hear of it.
//! let tea = Document::read(
//!     "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260228T080000Z\r\n\
//!      DTSTART:20260302T160000Z\r\nDURATION:PT1H\r\nSUMMARY:Tea\r\nORGANIZER:mailto:ann@example.com\r\n\
//!      ATTENDEE:mailto:bob@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
//! )?;
//! let mut of_ann = State::default();
//! let edit = outgoing(None, Some(tea), &mut of_ann, &party(&ann)).map_err(|denied| format!("{denied:?}"))?;
//! let request = edit.owed.first().ok_or("nothing is owed")?;
//! assert_eq!((request.method, request.class), (Method::Request, Class::New));
//!
//! // Bob's calendar takes it in.
//! let text = Document::read(request.text.clone())?;
//! let came = Incoming::new(request.method, request.sender.clone(), text);
//! let taken = incoming(None, &came, &mut State::default(), &party(&bob));
//! let Outcome::Keep { document, class: Class::New } = taken.outcome else { return Err("it is not kept".into()) };
//! assert!(String::from_utf8(document.to_bytes().into_owned())?.contains("ATTENDEE;RSVP=TRUE:mailto:bob@example.com"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An object is read as a [`SchedulingObject`]: its master and its overrides, each a [`Part`], told apart by instants. Whoever is
//! invited is told of the parts that list them, and of all of these each time, so that a message that is lost or late is made
//! good by the next; [`Revision`]s say which of two is the newer.

mod booking;
mod busy;
mod changes;
mod delegation;
pub mod incoming;
mod kept;
mod message;
mod method;
mod object;
pub mod outgoing;
mod party;
mod role;
mod sequence;
mod state;
mod user;
mod view;
mod words;

pub use booking::{Asked, Verdict, asked, book, had, is_accepted, is_off, unclaimed};
pub use busy::{BusyQuestion, NoQuestion};
pub use changes::Changes;
pub use incoming::incoming;
pub use kept::BadState;
pub use message::{Class, Message};
pub use method::Method;
pub use object::{Part, SchedulingObject};
pub use outgoing::{counter, decline_counter, is_over, outgoing, refresh};
pub use party::{Options, Party};
pub use role::Role;
pub use sequence::Revision;
pub use state::{Answered, State};
pub use user::Addresses;
