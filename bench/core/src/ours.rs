//! Our side of each work, one function for each; `main.rs` lets those that stand here take part, as [`OURS`].
//!
//! Each does what its peers do: what is timed and what the [`Check`] counts is told in README.md. Times are
//! taken with [`Sample::of`] or [`Sample::since`], memory with [`allocation::measure`].
//!
//! [`OURS`]: crate::report::OURS
//! [`Check`]: crate::contest::Check
//! [`Sample::of`]: crate::contest::Sample::of
//! [`Sample::since`]: crate::contest::Sample::since
//! [`allocation::measure`]: crate::allocation::measure
