//! iCalendar: objects read, understood, expanded and written (RFC 5545 and its kin).

pub mod civil;
pub mod component;
mod document;
mod edit;
mod index;
mod limits;
mod line;
mod object;
pub mod parameter;
mod problem;
pub mod property;
pub mod recurrence;
pub mod rule;
pub mod split;
pub mod value;
mod write;
pub mod zone;

pub use component::ComponentKind;
pub use document::{Children, Component, ComponentId, Descendants, Document, PropertyId};
pub use limits::{Limits, TooLarge};
pub use object::Object;
pub use parameter::{Parameter, ParameterKind};
pub use problem::{Problem, ProblemKind, Severity};
pub use property::{Property, PropertyKind};
pub use write::ContentLine;
