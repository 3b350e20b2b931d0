//! iCalendar: objects read, understood, expanded and written (RFC 5545 and its kin).

pub mod civil;
pub mod value;
