//! What can be set of the door, and what it is without that.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use dav::Href;
use ical::civil::Weekday;
use ical::zone::Zone;
use transport::{Bounds, Files, Networks};

/// Where the door is, and how much it does for whoever comes.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it hears; port 0 is any that is free.
    pub address: SocketAddr,
    /// Where it tells what is counted, for Prometheus, and how it stands; nowhere, and nothing is counted, where there is none.
    pub metrics: Option<SocketAddr>,
    /// Keys and certificates; without them it speaks in the clear.
    pub tls: Option<Files>,
    /// What stands before all paths: `/kalends`; the root where nothing does.
    pub prefix: Href,
    /// The proxies before it that are believed.
    pub proxies: Networks,
    /// Connections: how many, and how long each may take.
    pub bounds: Bounds,
    /// Octets of a body.
    pub body: usize,
    /// Octets of all bodies that are there at one time, in memory or aside.
    pub bodies: usize,
    /// So long nothing of a body may come.
    pub body_idle: Duration,
    /// Requests that are worked at at one time.
    pub requests: usize,
    /// What is read of a request.
    pub dav: dav::Limits,
    /// Octets of listings that are kept for who asks for them again.
    pub listings: usize,
    /// Locks of one user.
    pub locks: usize,
    /// Who is signed in on the page, at one time.
    pub sessions: usize,
    /// How often one person is.
    pub sessions_of_one: usize,
    /// The zone of people's days on the page, where none of their calendars has one.
    pub zone: Zone,
    /// The first day of a week there.
    pub week_start: Weekday,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8008)),
            metrics: None,
            tls: None,
            prefix: Href::root(),
            proxies: Networks::default(),
            bounds: Bounds::default(),
            body: 10 << 20,
            bodies: 256 << 20,
            body_idle: Duration::from_secs(30),
            requests: 64,
            dav: dav::Limits::default(),
            listings: 64 << 20,
            locks: 1_000,
            sessions: 10_000,
            sessions_of_one: 20,
            zone: Zone::utc(),
            week_start: Weekday::Monday,
        }
    }
}

/// What can be changed while the door is open.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Of the door.
    pub door: Options,
    /// Of the service behind it.
    pub service: service::Options,
}

/// Limits that are as they were when the door was opened, whatever [`Settings`] say later: what they bound is there already.
pub const AT_START: [&str; 8] = [
    "limit_http_bodies",
    "limit_http_requests",
    "limit_connections",
    "limit_connections_of_one",
    "limit_listings",
    "limit_locks",
    "limit_sessions",
    "limit_sessions_of_one",
];

/// A limit that can be set by its name.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// By this it is set.
    pub key: &'static str,
    /// Of what there are no more.
    pub what: &'static str,
    /// What it is.
    pub get: fn(&Options) -> u64,
    /// Sets it; the largest that there can be stands for what is larger.
    pub set: fn(&mut Options, u64),
}

macro_rules! limits {
    ($($key:literal, $what:literal, $($field:ident).+;)+) => {
        [$(Limit {
            key: concat!("limit_", $key),
            what: $what,
            get: |options| u64::try_from(options.$($field).+).unwrap_or(u64::MAX),
            set: |options, number| options.$($field).+ = usize::try_from(number).unwrap_or(usize::MAX),
        }),+]
    };
}

/// All that can be set by name.
pub const LIMITS: [Limit; 13] = limits! {
    "http_body", "bytes of a request's body", body;
    "http_bodies", "bytes of all bodies at one time", bodies;
    "http_requests", "requests that are worked at at one time", requests;
    "connections", "connections", bounds.connections;
    "connections_of_one", "connections of one address", bounds.per_address;
    "xml_depth", "elements of a body inside one another", dav.xml.depth;
    "xml_elements", "elements of a body", dav.xml.elements;
    "hrefs", "objects that are asked for by name", dav.hrefs;
    "if_terms", "conditions of an If header", dav.conditions;
    "listings", "bytes of listings that are kept for who asks again", listings;
    "locks", "locks of a user", locks;
    "sessions", "sessions of people on the page", sessions;
    "sessions_of_one", "sessions of one person on the page", sessions_of_one;
};
