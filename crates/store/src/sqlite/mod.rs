//! SQLite: one file in one folder, a writer in a thread of its own, readers beside it.

mod connection;
mod file;
mod writer;

pub(crate) use connection::Transaction;
pub use file::Waiting;
pub(crate) use file::{NAME, backup, begin_to_read, check_pages, open_to_read, open_to_write};
pub use writer::Pending;
pub(crate) use writer::Writer;
