//! The door as clients see it: requests and answers over loopback sockets, a store in a temporary folder behind it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod acl;
mod certificates;
mod closed;
mod compression;
mod delete;
mod files;
mod floods;
mod get;
mod grammar;
mod limits;
mod listings;
mod locks;
mod mkcalendar;
mod model;
mod options;
mod page;
mod propfind;
mod proppatch;
mod proxies;
mod put;
mod readiness;
mod relocate;
mod report;
mod scene;
mod scheduling;
mod sign_in;
mod sync;
