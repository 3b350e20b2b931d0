//! What can be set of the service, and what it is without that.

use ical::Limits;

/// Limits and terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Sizes and counts of one object.
    pub limits: Limits,
    /// Calendars of one user.
    pub calendars: usize,
    /// Occurrences in one answer.
    pub occurrences: usize,
    /// Occurrences of one object in one answer; an object that a person writes has no more in a month, either.
    pub occurrences_of_one: usize,
    /// Periods that are looked at for one object in one question: the work of its rules.
    pub periods: u64,
    /// Objects in one answer of a search.
    pub found: u32,
    /// Bytes of a file.
    pub file: usize,
    /// Collections and documents in the area of a user.
    pub files: u64,
    /// What is directly inside of a collection of files.
    pub members: u64,
    /// Steps from the top of an area to the lowest that is in it.
    pub levels: usize,
    /// Bytes of all files of a user.
    pub quota: u64,
    /// Members of a group, and those whom rules of a home name; each group in it as one.
    pub group_members: usize,
    /// People in one question when they are busy.
    pub busy_asked: usize,
    /// Days in one question when people are busy.
    pub busy_days: usize,
    /// Failed sign-ins of one principal in a minute; then it is slowed.
    pub failed_sign_ins: u32,
    /// Failed sign-ins from one network address in a minute, whoever is meant.
    pub failed_sign_ins_from: u32,
    /// What was deleted is kept so many days.
    pub trash_days: u32,
    /// What was done is remembered so many days.
    pub history_days: u32,
    /// So many versions of an object are remembered, or as many as those days have.
    pub history_versions: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            calendars: 250,
            occurrences: 100_000,
            occurrences_of_one: 10_000,
            periods: 1_000_000,
            found: 1_000,
            file: 10 << 20,
            files: 50_000,
            members: 10_000,
            levels: 32,
            quota: 1 << 30,
            group_members: 10_000,
            busy_asked: 100,
            busy_days: 400,
            failed_sign_ins: 10,
            failed_sign_ins_from: 30,
            trash_days: 30,
            history_days: 400,
            history_versions: 100,
        }
    }
}

/// A limit or term that can be set by its name.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// By this it is set.
    pub key: &'static str,
    /// Of what there are no more; a refusal says it.
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
            set: |options, number| options.$($field).+ = number.try_into().unwrap_or(most(&options.$($field).+)),
        }),+]
    };
}

/// The largest number of a field's type.
const fn most<T: Most>(_: &T) -> T {
    T::MOST
}

trait Most {
    const MOST: Self;
}

impl Most for usize {
    const MOST: Self = Self::MAX;
}

impl Most for u64 {
    const MOST: Self = Self::MAX;
}

impl Most for u32 {
    const MOST: Self = Self::MAX;
}

/// All that can be set by name, as it is called in the errors of what goes past it.
pub const LIMITS: [Limit; 28] = limits! {
    "object", "bytes of an object", limits.object;
    "line", "bytes of a line", limits.line;
    "components", "components of an object", limits.components;
    "nesting", "components within components", limits.nesting;
    "properties", "properties of a component", limits.properties;
    "parameters", "parameters of a property", limits.parameters;
    "attendees", "attendees", limits.attendees;
    "overrides", "overrides", limits.overrides;
    "dates", "values of RDATE and EXDATE", limits.dates;
    "rules", "rules of a component", limits.rules;
    "periods", "periods that rules look at for an answer", periods;
    "occurrences", "occurrences in an answer", occurrences;
    "occurrences_of_one", "occurrences of one object in an answer", occurrences_of_one;
    "found", "objects found by words", found;
    "calendars", "calendars", calendars;
    "file", "bytes of a file", file;
    "files", "files of a user", files;
    "members", "members of a collection", members;
    "levels", "collections within collections", levels;
    "quota", "bytes of files of a user", quota;
    "group_members", "members of a group", group_members;
    "busy_asked", "people asked when they are busy", busy_asked;
    "busy_days", "days in a question when people are busy", busy_days;
    "failed_sign_ins", "failed sign-ins of one principal in a minute", failed_sign_ins;
    "failed_sign_ins_from", "failed sign-ins from one address in a minute", failed_sign_ins_from;
    "trash_days", "days in the trash", trash_days;
    "history_days", "days that are remembered", history_days;
    "history_versions", "versions of an object that are remembered", history_versions;
};
