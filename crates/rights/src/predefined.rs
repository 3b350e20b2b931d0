//! Rules that are there from the start (RFC 4324 4.2.2).

use crate::rule::{Permission, Rule};
use crate::scope::Scope;
use crate::who::Who;

/// The names of the VCARs that are there from the start.
pub mod carid {
    /// The owner has all.
    pub const DEFAULT_OWNER: &str = "DEFAULTOWNER";
    /// Who has signed in may ask who is busy when.
    pub const READ_BUSY_TIME_INFO: &str = "READBUSYTIMEINFO";
}

/// DEFAULTOWNER: the owner has all. It is decreed, so that nobody locks themselves out.
pub fn default_owner<P>() -> Rule<P> {
    let rule = Rule::grant(carid::DEFAULT_OWNER, Who::Owner, Permission::ALL, [Scope::All]);
    Rule { is_decreed: true, ..rule }
}

/// READBUSYTIMEINFO: who has signed in may ask who is busy when, and sees no object. The RFC's example has
/// everybody; it says that it is one.
pub fn read_busy_time_info<P>() -> Rule<P> {
    Rule::grant(carid::READ_BUSY_TIME_INFO, Who::SignedIn, [Permission::Search], [Scope::FreeBusy])
}
