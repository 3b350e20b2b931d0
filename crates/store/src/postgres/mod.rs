//! PostgreSQL: a database that several programs share, on one machine or many.

mod connection;
mod copy;
mod database;
mod readers;
mod schema;
mod text;
mod turns;

pub(crate) use connection::Transaction;
pub(crate) use copy::{backup, check, replace};
pub(crate) use database::Database;
pub(crate) use readers::{Reader, Readers};
pub(crate) use schema::{is_begun, open_to_write};
pub(crate) use text::can_keep;
pub(crate) use turns::Turns;
