//! One command a file.

pub(crate) mod agenda;
pub(crate) mod ics;
pub(crate) mod import;
pub(crate) mod undo;
