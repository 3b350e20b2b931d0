//! The plans of all statements: each finds its rows by an index, in the order in which they are wanted.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ical::civil::Timestamp;
use ical::recurrence::Range;
use ical::value::CalAddress;
use ical::zone::Zones;
use ical::{ComponentKind, Document};

use super::*;
use crate::change_set::{
    Act, Before, CalendarId, ChangeSet, Command, Effect, Expect, Key, MessageStanding, ObjectId, Owed, Put,
    Received, Removed, Scheduled, Settings, TrashId,
};
use crate::{
    Address, Blob, Chunk, Collection, CredentialId, CredentialKind, FileChange, FileId, Index, NextAlarm,
    Owner, PrincipalId, PrincipalKind, Profile, PropertyName, Rung, State, Text, Verifier, alarms, apply,
    audit, busy, calendars, changes, credentials, files, groups, handle, history, listing, messages, objects,
    principals, properties, purge, reception, scheduling, trash,
};

/// A connection that notes the plan of each statement before it runs.
struct Explained<'c> {
    connection: &'c rusqlite::Connection,
    plans: RefCell<BTreeMap<&'static str, Vec<String>>>,
}

impl Explained<'_> {
    fn note(&self, sql: &'static str) {
        let mut statement = self.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = vec![rusqlite::types::Null; statement.parameter_count()];
        let rows =
            statement.query_map(rusqlite::params_from_iter(parameters), |row| row.get("detail")).unwrap();
        self.plans.borrow_mut().insert(sql, rows.map(Result::unwrap).collect());
    }

    fn inner(&self) -> Transaction<'_> {
        Transaction::of(self.connection, std::path::Path::new("kalends.db"))
    }
}

impl engine::Connection for Explained<'_> {
    fn words(&self) -> &'static Words {
        &WORDS
    }

    fn execute(&self, sql: &'static str, parameters: &[Value<'_>]) -> Result<usize, Error> {
        self.note(sql);
        self.inner().execute(sql, parameters)
    }

    fn execute_all<'v>(
        &self,
        sql: &'static str,
        rows: &mut dyn Iterator<Item = &'v [Value<'v>]>,
    ) -> Result<(), Error> {
        self.note(sql);
        self.inner().execute_all(sql, rows)
    }

    fn each(
        &self,
        sql: &'static str,
        parameters: &[Value<'_>],
        take: &mut dyn FnMut(&dyn engine::Row) -> Result<Next, Error>,
    ) -> Result<(), Error> {
        self.note(sql);
        self.inner().each(sql, parameters, take)
    }
}

const NOW: Timestamp = Timestamp(1_772_409_600);
/// The owner's collections of messages are there from the start, so the first calendar is the third.
const INBOX: CalendarId = CalendarId(1);
const OUTBOX: CalendarId = CalendarId(2);
const WORK: CalendarId = CalendarId(3);

fn set(number: u8, expects: Vec<Expect>, effects: Vec<Effect>) -> ChangeSet {
    let undoes = (number == 6).then_some(Key([1; 16]));
    let command = Command { key: Key([number; 16]), verb: "do", line: String::new(), undoes };
    ChangeSet {
        act: Some(Act {
            key: Key([number; 16]),
            command,
            principal: PrincipalId::OWNER,
            at: NOW,
            versions: 100,
        }),
        expects,
        effects,
    }
}

fn put(uid: &str, lines: &str) -> Put {
    let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{uid}\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
    let document = Document::read(text.as_bytes()).unwrap();
    let index = Index::derive(&document.objects()[0], &Zones::new(&document), NOW, &[]);
    let text = Text::new(text.into_bytes());
    let scheduled = Scheduled::No;
    Put { calendar: WORK, name: uid.to_owned(), uid: uid.to_owned(), text, index, scheduled }
}

/// Does all that can be written.
fn write(explained: &Explained<'_>) {
    let calendar = WORK;
    let settings = Settings::new("work", "");
    let event = || put("a", "DTSTART:20100302T090000Z\nRRULE:FREQ=WEEKLY\nSUMMARY:words");
    let remove = |uid: &str, to| Effect::Remove { calendar, uid: uid.to_owned(), to };
    let expects = vec![
        Expect::Object { calendar, uid: "a".to_owned(), version: None },
        Expect::Settings { calendar, version: 1 },
        Expect::Command { key: Key([1; 16]), is_undone: false },
    ];
    let reindex = Effect::Reindex { object: ObjectId(1), version: crate::Version(1), index: event().index };
    let purge = |before| Effect::Purge(all_before(Timestamp(before)));
    let rung = Rung { calendar, uid: "a".to_owned(), at: NOW };
    let ring = Effect::Ring { until: NOW, forgotten: NOW, alarms: vec![rung] };
    let alarm = Some(NextAlarm { from: NOW, at: Some(NOW) });
    let moved = Effect::MoveAlarm { object: ObjectId(1), version: crate::Version(1), alarm };
    let renamed = Put { name: "other".to_owned(), ..put("a", "DTSTART:20260302T090000Z") };
    for set in [
        set(1, vec![], vec![Effect::MakeCalendar { home: PrincipalId::OWNER, settings: settings.clone() }]),
        set(2, expects, vec![Effect::Put(event()), Effect::Put(put("b", "SUMMARY:x"))]),
        set(3, vec![], vec![Effect::SetCalendar { calendar, settings }, reindex]),
        set(4, vec![], vec![Effect::Put(renamed), remove("a", Removed::Trash), remove("b", Removed::Trash)]),
        set(
            5,
            vec![],
            vec![Effect::Discard(TrashId(1)), Effect::Position { source: [1; 32], objects: Some(1) }],
        ),
        set(6, vec![], vec![Effect::Undone { key: Key([1; 16]), is_undone: true }]),
        set(7, vec![], vec![Effect::Position { source: [1; 32], objects: None }, purge(NOW.0 + 1)]),
        set(8, vec![], vec![Effect::Put(event()), purge(0)]),
        set(9, vec![Expect::Rung(None)], vec![ring, moved]),
    ] {
        apply::apply(explained, &set).unwrap();
    }
    let kept = |of: Owner| {
        let name = PropertyName { namespace: String::new(), local: "x".to_owned() };
        Effect::SetProperty { of, name, xml: Some("<x/>".to_owned()) }
    };
    let object = Owner::Object { calendar, uid: "a".to_owned() };
    apply::apply(explained, &set(13, vec![], vec![kept(Owner::Calendar(calendar)), kept(object)])).unwrap();
    write_people(explained);
    write_files(explained);
    write_messages(explained);
}

/// Does all that can be written of messages.
fn write_messages(explained: &Explained<'_>) {
    let uid = || "a".to_owned();
    let received = |name: &str| {
        Effect::Receive(Received {
            inbox: INBOX,
            name: name.to_owned(),
            uid: uid(),
            kind: ComponentKind::Event,
            text: Text::new(b"a message".to_vec()),
            method: "REQUEST".to_owned(),
            sender: "mailto:ben@example.com".to_owned(),
            standing: MessageStanding::Applied,
            why: "new".to_owned(),
        })
    };
    let owed = Owed {
        outbox: OUTBOX,
        uid: uid(),
        text: Text::new(b"a message".to_vec()),
        method: "REQUEST".to_owned(),
        class: "new".to_owned(),
        sender: "mailto:ann@example.com".to_owned(),
        recipients: vec!["mailto:ben@example.com".to_owned()],
    };
    let known = Effect::SetScheduling { inbox: INBOX, uid: uid(), state: "{}".to_owned() };
    let expect = Expect::Scheduling { inbox: INBOX, uid: uid(), version: None };
    let delivered = Effect::Deliver(put("c", "SUMMARY:x"));
    let effects = vec![delivered, known, received("1"), received("2"), Effect::Owe(owed.clone())];
    apply::apply(explained, &set(40, vec![expect], effects)).unwrap();
    let id = scheduling::due(explained, None, None, 9).unwrap().remove(0).0;
    let ranges = vec![Range { from: NOW, to: Timestamp(NOW.0 + 1) }];
    let seen = busy::seen(explained, WORK, &ranges).unwrap();
    let effects = vec![
        Effect::Paid { id, owed },
        Effect::RemoveMessage { inbox: INBOX, name: "1".to_owned() },
        Effect::Withdraw { calendar: WORK, uid: "c".to_owned() },
    ];
    let expect = Expect::Range { calendar: WORK, ranges, seen };
    apply::apply(explained, &set(41, vec![expect], effects)).unwrap();
}

/// Asks all that can be asked of messages.
fn read_messages(explained: &Explained<'_>) {
    calendars::of_messages(explained, PrincipalId::OWNER, Collection::Inbox).unwrap();
    scheduling::known(explained, INBOX, "a").unwrap();
    scheduling::scheduled(explained, WORK, None, 9).unwrap();
    scheduling::once_scheduled(explained, (WORK, INBOX), None, 9).unwrap();
    scheduling::due(explained, Some(OUTBOX), None, 9).unwrap();
    messages::newest(explained, INBOX, 9).unwrap();
    messages::by_name(explained, INBOX, "2").unwrap();
    listing::named(explained, INBOX, "2").unwrap();
    listing::page(explained, INBOX, None, 9).unwrap();
    changes::since(explained, INBOX, None, 9).unwrap();
}

const fn all_before(at: Timestamp) -> Before {
    Before { trash: at, history: at, incoming: at }
}

/// Does all that can be written of files.
fn write_files(explained: &Explained<'_>) {
    let collection = files::area(explained, PrincipalId::OWNER).unwrap().unwrap().root;
    let name = |name: &str| name.to_owned();
    let put = |bytes: &[u8]| FileChange::Put {
        collection,
        name: name("a"),
        blob: Blob::of(&mut &*bytes).unwrap(),
        media: None,
    };
    let bytes = |bytes: &'static [u8]| {
        let blob = Blob::of(&mut &*bytes).unwrap();
        Effect::Chunk(Chunk { blob, from: 0, bytes: bytes.into(), at: NOW })
    };
    let property = PropertyName { namespace: String::new(), local: name("x") };
    let of = Owner::File(FileId::MADE);
    let kept = Effect::SetProperty { of, name: property, xml: Some(name("<x/>")) };
    let room = Expect::Room { home: PrincipalId::OWNER, files: 9, bytes: 9 };
    let expect = Expect::File { collection, name: name("a"), found: None };
    let change = Effect::File;
    let effects = vec![bytes(b"1"), change(put(b"1")), kept, bytes(b"2"), change(put(b"2"))];
    apply::apply(explained, &set(14, vec![room, expect], effects)).unwrap();
    let file = files::at(explained, collection, "a").unwrap().unwrap().id;
    let effects = vec![
        change(FileChange::Copy { file, collection, name: name("b"), is_deep: true }),
        change(FileChange::Move { file, collection, name: name("c") }),
        change(FileChange::MakeCollection { collection, name: name("d") }),
        change(FileChange::Remove(file)),
    ];
    apply::apply(explained, &set(15, vec![], effects)).unwrap();
}

/// Does all that can be written of people.
fn write_people(explained: &Explained<'_>) {
    let principal = PrincipalId(2);
    let address = Address::new(&CalAddress::new("mailto:ann@example.com"));
    let profile = Profile {
        kind: PrincipalKind::Individual,
        name: Some("ann".to_owned()),
        display: None,
        addresses: vec![(address, true)],
        state: State::Active,
    };
    let verifier = Verifier::new("secret");
    let (kind, label) = (CredentialKind::Token, "phone".to_owned());
    let given = Effect::SetCredential { principal, kind, label, verifier, expires: None };
    let credential = CredentialId(1);
    for set in [
        set(10, vec![Expect::Directory(1)], vec![Effect::MakePrincipal(profile.clone()), given]),
        set(11, vec![], vec![Effect::SetPrincipal { principal, profile }]),
        set(
            30,
            vec![],
            vec![Effect::SetMember { group: PrincipalId::OWNER, member: principal, is_in: true }],
        ),
        set(31, vec![], vec![Effect::SetMember { group: principal, member: principal, is_in: false }]),
        set(33, vec![], vec![Effect::SetReception { principal, reception: Box::default() }]),
        set(32, vec![], vec![Effect::Audit { keeper: "root".to_owned(), whom: Some(principal) }]),
        set(12, vec![], vec![Effect::Used { credential, at: NOW }, Effect::RemoveCredential(credential)]),
        ChangeSet { act: None, expects: vec![], effects: vec![Effect::Probe] },
    ] {
        apply::apply(explained, &set).unwrap();
    }
}

/// Asks all that can be asked of files.
fn read_files(explained: &Explained<'_>) {
    let root = files::area(explained, PrincipalId::OWNER).unwrap().unwrap().root;
    files::by_id(explained, root).unwrap();
    let page = files::page(explained, root, "", 9).unwrap();
    files::members(explained, root).unwrap();
    files::tree(explained, root).unwrap();
    let contents = page.into_iter().find_map(|file| file.contents).unwrap();
    files::blobs::read(explained, &contents, 0).unwrap();
    files::verify::blobs(explained, 0, &mut |_| ()).unwrap();
    properties::all_of(explained, &Owner::File(root)).unwrap();
}

/// Asks all that can be asked.
fn read(explained: &Explained<'_>) {
    read_files(explained);
    read_messages(explained);
    let calendar = WORK;
    calendars::list(explained).unwrap();
    calendars::of_home(explained, PrincipalId::OWNER).unwrap();
    calendars::by_id(explained, calendar).unwrap();
    calendars::by_segment(explained, PrincipalId::OWNER, "work").unwrap();
    principals::directory(explained).unwrap();
    principals::list(explained).unwrap();
    principals::by_name(explained, "ann").unwrap();
    principals::of_kind(explained, PrincipalKind::Room, 9).unwrap();
    reception::of(explained, PrincipalId(2)).unwrap();
    objects::by_id(explained, ObjectId(1)).unwrap();
    principals::by_address(explained, &Address::new(&CalAddress::new("mailto:ann@example.com"))).unwrap();
    groups::members(explained, PrincipalId(2)).unwrap();
    groups::around(explained, PrincipalId(2)).unwrap();
    audit::list(explained, Some(PrincipalId(2)), 9).unwrap();
    audit::list(explained, None, 9).unwrap();
    credentials::of(explained, PrincipalId(2)).unwrap();
    credentials::by_verifier(explained, CredentialKind::Token, &Verifier::new("secret")).unwrap();
    objects::by_uid(explained, calendar, "a").unwrap();
    objects::with_uid(explained, PrincipalId::OWNER, "a").unwrap();
    objects::with_handle(explained, PrincipalId::OWNER, "bcd", 9).unwrap();
    objects::shortest_handle(explained, &handle::of_uid("a")).unwrap();
    objects::page(explained, calendar, Some(ObjectId(1)), 9).unwrap();
    objects::count(explained, calendar).unwrap();
    listing::named(explained, calendar, "a").unwrap();
    listing::page(explained, calendar, Some(ObjectId(1)), 9).unwrap();
    changes::token(explained, calendar).unwrap();
    changes::since(explained, calendar, None, 9).unwrap();
    properties::all_of(explained, &Owner::Calendar(calendar)).unwrap();
    properties::all_of(explained, &Owner::Object { calendar, uid: "a".to_owned() }).unwrap();
    objects::open_todos(explained, calendar).unwrap();
    let (_, place) = objects::of_kind(explained, calendar, ComponentKind::Event, None, 1).unwrap();
    objects::of_kind(explained, calendar, ComponentKind::Event, place, 9).unwrap();
    for years in [0, 9, 5_000] {
        let to = Timestamp(NOW.0 + years * 31_622_400);
        objects::in_range(explained, calendar, Range { from: NOW.min(to), to }).unwrap();
        busy::busy(explained, calendar, Range { from: NOW.min(to), to }).unwrap();
        objects::in_range(explained, calendar, Range { from: to, to }).unwrap();
    }
    objects::with_words(explained, PrincipalId::OWNER, &["words".to_owned()], 9).unwrap();
    objects::outdated(explained, 0, NOW, 9).unwrap();
    alarms::until(explained).unwrap();
    alarms::rung(explained).unwrap();
    alarms::may_ring(explained, NOW, NOW).unwrap();
    alarms::to_move(explained, NOW, 9).unwrap();
    history::commands(explained, PrincipalId::OWNER, 9).unwrap();
    history::last(explained).unwrap();
    history::to_undo(explained, PrincipalId::OWNER).unwrap();
    history::to_redo(explained, PrincipalId::OWNER).unwrap();
    history::taking_back(explained, 1).unwrap();
    history::versions(explained, calendar, "a", 9).unwrap();
    let done = history::commands(explained, PrincipalId::OWNER, 1).unwrap().remove(0);
    history::object_changes(explained, &done, 0, 9).unwrap();
    history::calendar_changes(explained, &done).unwrap();
    history::is_edited_since(explained, &done, calendar, "a").unwrap();
    purge::has_expired(explained, &all_before(NOW)).unwrap();
    trash::page(explained, PrincipalId::OWNER, None, 9).unwrap();
    trash::by_id(explained, TrashId(1)).unwrap();
    trash::with_uid(explained, calendar, "a").unwrap();
}

/// What may be read from one end to the other, and why.
const MAY_BE_SCANNED: [&str; 10] = [
    // There are few, and all are wanted.
    "SCAN calendar",
    "SCAN principal",
    // One row.
    "SCAN store",
    "SCAN ringing",
    // What a question has found already.
    "SCAN inside",
    // A thousand at most, and all are wanted.
    "SCAN rung",
    // In its own order, and no further than its LIMIT.
    "SCAN command",
    "SCAN delivery",
    "SCAN loose",
    // What FTS5 calls its search.
    "SCAN words VIRTUAL TABLE INDEX 0:",
];

fn number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[test]
fn no_statement_reads_a_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let (_, connection) = crate::sqlite::open_to_write(folder.path(), crate::Waiting::never()).unwrap();
    let explained = Explained { connection: &connection, plans: RefCell::default() };
    connection.execute_batch("BEGIN").unwrap();
    write(&explained);
    read(&explained);
    let plans = explained.plans.into_inner();
    assert!(plans.len() > 60, "{}", plans.len());
    for (sql, plan) in &plans {
        // To SQLite `$2` is a name, and the values go to names in the order in which they first stand.
        let numbers: Vec<u32> = sql.split('$').skip(1).map_while(number).collect();
        let first: Vec<u32> = numbers
            .iter()
            .copied()
            .enumerate()
            .filter(|(at, n)| !numbers[..*at].contains(n))
            .map(|(_, n)| n)
            .collect();
        assert!(first.is_sorted(), "parameters are out of order: {sql}");
        for detail in plan {
            let is_scan =
                detail.starts_with("SCAN") && !MAY_BE_SCANNED.iter().any(|may| detail.starts_with(may));
            // What words find is of no order that an index has.
            let is_sorted = detail.starts_with("USE TEMP B-TREE FOR ORDER BY") && !sql.contains("MATCH");
            assert!(
                !is_scan && !is_sorted && !detail.contains("AUTOMATIC"),
                "{detail}\n  of {sql}\n  {plan:?}"
            );
        }
    }
}

#[test]
fn each_question_about_a_range_has_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let (_, connection) = crate::sqlite::open_to_write(folder.path(), crate::Waiting::never()).unwrap();
    let explained = Explained { connection: &connection, plans: RefCell::default() };
    write(&explained);
    let far = Timestamp(NOW.0 + 9 * 31_622_400);
    objects::in_range(&explained, WORK, Range { from: NOW, to: far }).unwrap();
    objects::in_range(&explained, WORK, Range { from: far, to: far }).unwrap();
    let long_ago = Timestamp(NOW.0 - 9 * 31_622_400);
    objects::in_range(&explained, WORK, Range { from: long_ago, to: long_ago }).unwrap();
    let plans: Vec<String> = explained.plans.into_inner().into_values().flatten().collect();
    for index in [
        "occurrence USING PRIMARY KEY (calendar=? AND era=? AND length=? AND start>? AND start<?)",
        "object USING INDEX object_beyond (calendar=? AND expanded_until>? AND expanded_until<?)",
        "season USING PRIMARY KEY (calendar=? AND side=? AND month=? AND day=? AND edge>?)",
        "season USING PRIMARY KEY (calendar=? AND side=? AND month=? AND day=? AND edge<?)",
        "object USING INDEX object_before (calendar=? AND expanded_from>?)",
    ] {
        assert!(plans.iter().any(|plan| plan.contains(index)), "{index}\n{plans:#?}");
    }
}
