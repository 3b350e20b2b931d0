//! How much is read of a request.

/// How much is read of a request; past each there is an answer that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Depth and number of elements of a body: 413.
    pub xml: xml::Limits,
    /// References in a `calendar-multiget`: `DAV:number-of-matches-within-limits`.
    pub hrefs: usize,
    /// Conditions in an If header: 400.
    pub conditions: usize,
    /// Filters inside a filter: `CALDAV:supported-filter`.
    pub filters: usize,
    /// Properties that one request asks for, sets or removes: 413.
    pub properties: usize,
    /// Octets of the value of a property that is set: 413.
    pub property: usize,
    /// Entries of an access control list: `DAV:limited-number-of-aces`.
    pub aces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            xml: xml::Limits::default(),
            hrefs: 10_000,
            conditions: 100,
            filters: 100,
            properties: 1_000,
            property: 65_536,
            aces: 1_000,
        }
    }
}
