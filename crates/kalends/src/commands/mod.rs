//! One command a file.

pub(crate) mod add;
pub(crate) mod admin;
pub(crate) mod agenda;
pub(crate) mod calendar;
pub(crate) mod config;
pub(crate) mod dismiss;
pub(crate) mod edit;
pub(crate) mod export;
pub(crate) mod free;
pub(crate) mod history;
pub(crate) mod ics;
pub(crate) mod import;
pub(crate) mod journal;
pub(crate) mod manual;
pub(crate) mod month;
pub(crate) mod next;
pub(crate) mod relocate;
pub(crate) mod remind;
pub(crate) mod rm;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod snooze;
pub(crate) mod todo;
pub(crate) mod trash;
pub(crate) mod undo;
