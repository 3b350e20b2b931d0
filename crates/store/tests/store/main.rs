//! The store on real files: what each effect does, what stands against a set, what is found again.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod alarms;
mod areas;
mod changes;
mod effects;
mod files;
mod following;
mod forgetting;
mod groups;
mod older;
mod people;
mod properties;
mod ranges;
mod readers;
mod restoring;
mod rights;
mod scene;
mod searching;
mod seasons;
mod sharing;
mod taking_back;
mod verifying;
