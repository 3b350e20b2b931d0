//! What a writer answers when its disk is full, its file may not be written, or its transaction is lost.

use ical::civil::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::PrincipalId;
use crate::change_set::{Act, Command, Effect, Key, Settings};
use crate::sqlite::open_to_write;
use crate::writer::{Job, Pending, Writer, commit};

const NEVER: Waiting = Waiting::never();

fn open() -> (TempDir, Turns) {
    let folder = tempfile::tempdir().unwrap();
    let (path, connection) = open_to_write(folder.path(), NEVER).unwrap();
    (folder, Turns::new(path, connection, NEVER))
}

/// A set that makes a calendar with a description of so many bytes.
fn set(number: u8, bytes: usize) -> ChangeSet {
    let command = Command { key: Key([number; 16]), verb: "calendar", line: String::new(), undoes: None };
    let settings = Settings { description: Some("x".repeat(bytes)), ..Settings::new(number.to_string(), "") };
    let act = Act {
        key: Key([number; 16]),
        command,
        principal: PrincipalId::OWNER,
        at: Timestamp(0),
        versions: 100,
    };
    ChangeSet {
        act: Some(act),
        expects: vec![],
        effects: vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings }],
    }
}

/// Hands sets to `commit` together; their answers.
fn commit_all(turns: &mut Turns, sets: Vec<ChangeSet>) -> Vec<Result<Outcome, Error>> {
    let (jobs, answers): (Vec<Job>, Vec<Pending>) = sets.into_iter().map(Job::new).unzip();
    commit(turns, jobs);
    answers.into_iter().map(Pending::wait).collect()
}

fn segments(connection: &Connection) -> Vec<String> {
    let mut statement =
        connection.prepare("SELECT segment FROM calendar WHERE collection = 0 ORDER BY id").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A disk with room for some pages more.
fn fill(connection: &Connection, pages: i64) {
    let count: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    connection.pragma_update(None, "max_page_count", count + pages).unwrap();
}

#[test]
fn one_that_does_not_fit_on_the_disk_is_refused_alone() {
    let (_folder, mut turns) = open();
    fill(&turns.connection, 8);
    let answers = commit_all(&mut turns, vec![set(1, 9), set(2, 200_000), set(3, 9)]);
    assert!(matches!(answers[..], [Ok(_), Err(Error::Full), Ok(_)]), "{answers:?}");
    assert_eq!(segments(&turns.connection), ["1", "3"]);
    assert!(turns.connection.is_autocommit());
    // With room again, the same set is taken.
    fill(&turns.connection, 1_000);
    let answers = commit_all(&mut turns, vec![set(2, 200_000)]);
    assert!(matches!(answers[..], [Ok(_)]), "{answers:?}");
}

#[test]
fn a_full_disk_tells_each_that_it_is_full() {
    let (_folder, mut turns) = open();
    fill(&turns.connection, 0);
    let answers = commit_all(&mut turns, vec![set(1, 100_000), set(2, 100_000), set(3, 100_000)]);
    assert!(answers.iter().all(|answer| matches!(answer, Err(Error::Full))), "{answers:?}");
    assert_eq!(segments(&turns.connection), [""; 0]);
}

#[test]
fn a_file_that_may_not_be_written() {
    let (_folder, mut turns) = open();
    turns.connection.pragma_update(None, "query_only", true).unwrap();
    let answers = commit_all(&mut turns, vec![set(1, 9), set(2, 9)]);
    let path = turns.path.clone();
    let is_read_only =
        |answer: &Result<Outcome, Error>| matches!(answer, Err(Error::ReadOnly { path: of }) if *of == path);
    assert!(answers.iter().all(is_read_only), "{answers:?}");
    turns.connection.pragma_update(None, "query_only", false).unwrap();
    assert!(commit_all(&mut turns, vec![set(1, 9)])[0].is_ok());
}

#[test]
fn a_transaction_that_was_left_open_is_ended_first() {
    let (_folder, mut turns) = open();
    turns.connection.execute_batch("BEGIN; SAVEPOINT act; DELETE FROM store").unwrap();
    assert!(commit_all(&mut turns, vec![set(1, 9)])[0].is_ok());
    assert_eq!(turns.connection.query_row("SELECT count(*) FROM store", [], |row| row.get(0)), Ok(1));
}

#[test]
fn one_act_twice_in_one_commit_is_done_once() {
    let (_folder, mut turns) = open();
    let answers = commit_all(&mut turns, vec![set(1, 9), set(1, 9)]);
    assert_eq!(answers[0].as_ref().unwrap(), answers[1].as_ref().unwrap());
    assert_eq!(segments(&turns.connection), ["1"]);
}

#[test]
fn what_was_handed_over_is_done_before_the_writer_ends() {
    let (folder, turns) = open();
    let writer = Writer::start(Box::new(turns)).unwrap();
    let pending: Vec<_> = (1..200).map(|number| writer.submit(set(number, 9))).collect();
    drop(writer);
    assert!(pending.into_iter().all(|pending| pending.wait().is_ok()));
    let (_, connection) = open_to_write(folder.path(), NEVER).unwrap();
    assert_eq!(segments(&connection).len(), 199);
}
