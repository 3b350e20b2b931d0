//! Who may do what, where: rules, and how they are weighed (RFC 4324 4.2, RFC 3744 6).
//!
//! A [`Rule`] grants or denies somebody permissions on a part of a calendar. A [`Judge`] has the rules that
//! stand for one calendar and knows who asks. A denial outweighs every grant but a decreed one, and what
//! nobody grants is denied; the order of rules means nothing.
//!
//! ```
//! use ical::ComponentKind;
//! use rights::{Asker, Facts, Judge, Permission, Rule, Scope, Sight, Who, predefined};
//!
//! // Ann's calendar: who has signed in sees when she is busy, and Bob all but her to-dos.
//! let rules = [
//!     predefined::default_owner(),
//!     Rule::grant("busy", Who::SignedIn, [Permission::Search], [Scope::Times]),
//!     Rule::grant("read", Who::Principal("bob"), [Permission::Search], [Scope::Objects]),
//!     Rule::deny("to-dos", Who::Principal("bob"), [Permission::Search], [Scope::Todos]),
//! ];
//! let event = Facts { kind: ComponentKind::Event, is_public: true, method: None };
//! let todo = Facts { kind: ComponentKind::Todo, ..event.clone() };
//! for (name, sees) in [
//!     ("ann", [Sight::Whole, Sight::Whole]),
//!     ("bob", [Sight::Whole, Sight::Nothing]),
//!     ("eve", [Sight::Busy, Sight::Nothing]),
//! ] {
//!     let asker = Asker { principal: Some(name), groups: &[], is_owner: name == "ann" };
//!     let judge = Judge::new(rules.clone(), &asker);
//!     assert_eq!([&event, &todo].map(|object| judge.sight(object)), sees, "{name}");
//! }
//! ```
//!
//! The parts of a rule are those of a VCAR, so that CAP's rights, WebDAV's access control lists and the
//! command line are three ways to say the same. What a rule covers is a closed set of [`Scope`]s: each can be
//! judged of an object by its kind, its class and its method, without its text.

mod facts;
mod judge;
pub mod predefined;
mod rule;
mod scope;
mod who;

pub use facts::Facts;
pub use judge::{Judge, Sight};
pub use rule::{Effect, Permission, Restriction, Rule};
pub use scope::Scope;
pub use who::{Asker, Who};
