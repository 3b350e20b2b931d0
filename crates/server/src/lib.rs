//! The door where others call: CalDAV over HTTP (RFC 4791, 4918, 6578, 3744 and their kin), and a page for people.
//!
//! A [`Door`] has a [`Service`](service::Service) behind it. It hears connections, asks who sends each request, hands the
//! request to the file of its method in `caldav`, and writes the answer in the words of the protocol. It decides nothing
//! itself: whatever is done is done by an `Actor` of the service.
//!
//! ```no_run
//! # fn run(service: service::Service) -> Result<(), server::Error> {
//! use server::{Door, Options};
//!
//! let door = Door::new(service, Options::default());
//! // Until it is told to stop by a signal.
//! door.run(|address, _| println!("http://{address}/"), |_| {})
//! # }
//! ```
//!
//! Requests come and answers go on the threads of the runtime. Between the two each works on a thread of its own, for the
//! service waits for disks: [`Options::requests`] at once. A long answer is made page by page, each from a fresh snapshot, and
//! no faster than it is taken in.

mod asked;
mod body;
mod caldav;
mod coming;
mod compress;
mod counts;
mod door;
mod forwarded;
mod open;
mod options;
mod page;
mod readiness;
mod unread;
mod watch;

pub use body::{Body, Broken};
pub use dav::{BadHref, Href};
pub use open::{Door, Open};
pub use options::{AT_START, LIMITS, Limit, Options, Settings};
pub use transport::{BadNetwork, Bounds, Error, Files, Networks};
