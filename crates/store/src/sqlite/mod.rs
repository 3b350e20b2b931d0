//! SQLite: one file in one folder, the turns of its writer, readers beside it.

mod backup;
mod connection;
mod file;
mod log;
mod readers;
mod turns;

pub(crate) use backup::{backup, replace, take};
pub(crate) use connection::Transaction;
pub use file::SCHEMA;
pub(crate) use file::{
    NAME, beside, check_pages, error, file_error, make_folder, open_to_read, open_to_write, sync_folder,
};
pub(crate) use log::{Log, Pages, Place, checkpoint, hold};
pub(crate) use readers::{Reader, Readers};
pub(crate) use turns::Turns;
