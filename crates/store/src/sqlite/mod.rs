//! SQLite: one file in one folder, a writer in a thread of its own, readers beside it.

mod backup;
mod connection;
mod file;
mod log;
mod readers;
mod writer;

pub(crate) use backup::{backup, replace, take};
pub(crate) use connection::Transaction;
pub(crate) use file::{
    NAME, beside, check_pages, file_error, make_folder, open_to_read, open_to_write, sync_folder,
};
pub use file::{SCHEMA, Waiting};
pub(crate) use log::{Log, Pages, Place, checkpoint, hold};
pub(crate) use readers::{Reader, Readers};
pub use writer::Pending;
pub(crate) use writer::Writer;
