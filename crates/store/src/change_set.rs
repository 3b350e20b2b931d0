//! One act: what it expects, and all its effects. The store applies it whole or not at all.

use std::fmt;

use ical::ComponentKind;
use ical::civil::Timestamp;
use ical::recurrence::Range;
use rights::Rule;

use crate::alarms::{NextAlarm, Rung};
use crate::busy::Seen;
pub use crate::clash::Clash;
use crate::credentials::{CredentialId, CredentialKind, Verifier};
use crate::files::{Blob, Chunk, FileChange, FileId};
use crate::index::Index;
use crate::principals::{PrincipalId, Profile};
use crate::properties::{Owner, PropertyName};
use crate::reception::Reception;
use crate::rules::{Container, RuleId};
use crate::texts::Text;

/// A calendar of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarId(pub(crate) i64);

impl CalendarId {
    /// The calendar that the same set makes first: for what is booked into it at once. It is no calendar beyond the set.
    pub const MADE: Self = Self(-1);
}

impl fmt::Display for CalendarId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A booked object of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub(crate) i64);

/// A calendar's sequence number when an object last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub(crate) i64);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What names an act or a command for ever: a UUID, made by whoever acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub [u8; 16]);

/// What a person did, in one act or in many: `undo` takes it back whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name; acts that share it belong together.
    pub key: Key,
    /// What was done, in a word: `add`, `import`.
    pub verb: &'static str,
    /// What was done, in a line for people.
    pub line: String,
    /// The command that this one takes back.
    pub undoes: Option<Key>,
}

/// Who acts, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its name: a set with the name of an act that is there is not applied again.
    pub key: Key,
    /// What it is a part of.
    pub command: Command,
    /// Whose act it is: they can take it back.
    pub principal: PrincipalId,
    /// When.
    pub at: Timestamp,
    /// So many versions of each object that it changes are kept, with this one.
    pub versions: u32,
}

/// One act with all that it expects and does.
#[derive(Clone, Debug)]
pub struct ChangeSet {
    /// Who acts, and when; `None` for upkeep, which changes nothing that anybody sees and leaves no trace in history.
    pub act: Option<Act>,
    /// What must still hold.
    pub expects: Vec<Expect>,
    /// What is done, in order.
    pub effects: Vec<Effect>,
}

/// So many objects are changed by one set at most.
pub const MOST_OBJECTS: usize = 1_000;
/// So many bytes of text are written by one set at most, beside its longest.
pub const MOST_BYTES: usize = 8 << 20;

/// What must still hold when a set is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The object of a UID in a calendar has this version; `None`: there is none.
    Object {
        /// Where.
        calendar: CalendarId,
        /// Of which UID.
        uid: String,
        /// As it was read.
        version: Option<Version>,
    },
    /// A calendar's settings are as they were read.
    Settings {
        /// Which calendar.
        calendar: CalendarId,
        /// [`Calendar::settings_version`](crate::Calendar).
        version: i64,
    },
    /// The rules that stand for a calendar are as they were read.
    Rights {
        /// Which calendar.
        calendar: CalendarId,
        /// [`Calendar::rights_version`](crate::Calendar).
        version: i64,
    },
    /// A command is, or is not, taken back.
    Command {
        /// Which command.
        key: Key,
        /// As it was read.
        is_undone: bool,
    },
    /// An import has come so far; `None`: it has not begun, or was taken back.
    Position {
        /// What is imported, and how.
        source: [u8; 32],
        /// So many objects were done.
        objects: Option<u64>,
    },
    /// What is known of a UID by somebody's inbox was changed so often; `None`: nothing is known.
    Scheduling {
        /// Whose.
        inbox: CalendarId,
        /// Of which UID.
        uid: String,
        /// As it was read.
        version: Option<i64>,
    },
    /// What makes the owner of a calendar busy in some ranges is as it was read: [`Snapshot::seen`](crate::Snapshot::seen).
    Range {
        /// Which calendar.
        calendar: CalendarId,
        /// In which ranges.
        ranges: Vec<Range>,
        /// What was seen there.
        seen: Seen,
    },
    /// Up to then all rang that was due; `None`: nothing ever did.
    Rung(Option<Timestamp>),
    /// Principals, addresses and credentials are as they were read: [`Snapshot::directory`](crate::Snapshot::directory).
    Directory(i64),
    /// What has a name in a collection is as it was read; `None`: nothing has it.
    File {
        /// In which collection.
        collection: FileId,
        /// Which name.
        name: String,
        /// What it is, as it was read.
        found: Option<(FileId, Version)>,
    },
    /// There is room in a principal's area: no more than this is in it, before the set is applied.
    Room {
        /// Whose.
        home: PrincipalId,
        /// So many collections and documents.
        files: u64,
        /// So many bytes.
        bytes: u64,
    },
}

/// What a set does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Books an object: a new one, or in place of what has its UID in the calendar.
    Put(Put),
    /// The same by a message: who sent it does not take it back with what they did themselves.
    Deliver(Put),
    /// Takes an object out of a calendar by a message: nothing is kept of it there.
    Withdraw {
        /// Of which calendar.
        calendar: CalendarId,
        /// Of which UID.
        uid: String,
    },
    /// Keeps what the text of a scheduled object cannot tell.
    SetScheduling {
        /// By whose inbox.
        inbox: CalendarId,
        /// Of which UID.
        uid: String,
        /// All that is known from now on.
        state: String,
    },
    /// Takes a message in.
    Receive(Received),
    /// Takes a message out of an inbox.
    RemoveMessage {
        /// Out of which.
        inbox: CalendarId,
        /// By its name.
        name: String,
    },
    /// Notes what is still to be delivered.
    Owe(Owed),
    /// Takes note that it was.
    Paid {
        /// What names it.
        id: OwedId,
        /// What it is: the id may have been given again meanwhile.
        owed: Owed,
    },
    /// Takes a booked object out of a calendar.
    Remove {
        /// Where.
        calendar: CalendarId,
        /// Of which UID.
        uid: String,
        /// Where it goes.
        to: Removed,
    },
    /// Makes a calendar.
    MakeCalendar {
        /// Whose.
        home: PrincipalId,
        /// What is chosen of it.
        settings: Settings,
    },
    /// Gives a calendar other settings.
    SetCalendar {
        /// Which one.
        calendar: CalendarId,
        /// All its settings from now on.
        settings: Settings,
    },
    /// Adds a rule of rights.
    AddRule {
        /// Where it stands.
        container: Container,
        /// What it says.
        rule: Rule<PrincipalId>,
    },
    /// Takes a rule away.
    RemoveRule(RuleId),
    /// Makes a principal.
    MakePrincipal(Profile),
    /// Says something else of a principal.
    SetPrincipal {
        /// Which one.
        principal: PrincipalId,
        /// All that is said of it from now on.
        profile: Profile,
    },
    /// Gives a principal a credential, in place of the one of its kind and label.
    SetCredential {
        /// Whose.
        principal: PrincipalId,
        /// What it is.
        kind: CredentialKind,
        /// What it is called; nothing for the password.
        label: String,
        /// By what it is known again.
        verifier: Verifier,
        /// From then on it is good for nothing.
        expires: Option<Timestamp>,
    },
    /// Takes a credential away.
    RemoveCredential(CredentialId),
    /// Puts somebody into a group, or takes them out of it.
    SetMember {
        /// The group.
        group: PrincipalId,
        /// Who.
        member: PrincipalId,
        /// Are they in it?
        is_in: bool,
    },
    /// Says how what comes to a principal is received.
    SetReception {
        /// To whom.
        principal: PrincipalId,
        /// How, from now on.
        reception: Box<Reception>,
    },
    /// Notes who did this as whoever keeps the store; once for a command.
    Audit {
        /// Who it was, as the machine knows them.
        keeper: String,
        /// To whom it is done, or to whose calendars; `None`: to nobody in particular.
        whom: Option<PrincipalId>,
    },
    /// Notes when somebody signed in with a credential. Nothing else changes.
    Used {
        /// Which one.
        credential: CredentialId,
        /// When.
        at: Timestamp,
    },
    /// Writes what is there: whether that comes to the disk tells whether something else would.
    Probe,
    /// Takes in bytes that a document is going to have.
    Chunk(Chunk),
    /// Forgets bytes that came, and that no document has.
    GiveUp(Blob),
    /// Does something to files.
    File(FileChange),
    /// Gives a calendar, an object or a file a property that means nothing here, in place of the one that has the name; or takes it
    /// away.
    SetProperty {
        /// Of what.
        of: Owner,
        /// Which one.
        name: PropertyName,
        /// The whole element; `None`: there is to be none.
        xml: Option<String>,
    },
    /// Takes something out of the trash for good.
    Discard(TrashId),
    /// Marks a command as taken back, or not.
    Undone {
        /// Which command.
        key: Key,
        /// Is it taken back?
        is_undone: bool,
    },
    /// Says how far an import has come.
    Position {
        /// What is imported, and how.
        source: [u8; 32],
        /// So many objects are done; `None` when all are.
        objects: Option<u64>,
    },
    /// Begins a new epoch of the store, named by what was never used: who has listed it before lists it again.
    Epoch([u8; 16]),
    /// Writes an object's index anew. Nothing that is seen of it changes, and no version.
    Reindex {
        /// Which object.
        object: ObjectId,
        /// As it was when its index was derived; an object that changed since stays as it is.
        version: Version,
        /// What was derived.
        index: Index,
    },
    /// Says up to when all rang that was due, and which alarms those were. No object changes by it.
    Ring {
        /// Up to then.
        until: Timestamp,
        /// What was due before that need not be remembered, unless it rang last.
        forgotten: Timestamp,
        /// What rings now.
        alarms: Vec<Rung>,
    },
    /// Writes anew when an object may ring next.
    MoveAlarm {
        /// Which object.
        object: ObjectId,
        /// As it was; an object that changed since stays as it is.
        version: Version,
        /// What was derived.
        alarm: Option<NextAlarm>,
    },
    /// Forgets a part of what is older: [`Snapshot::has_expired`](crate::Snapshot::has_expired) tells whether there is more.
    Purge(Before),
}

/// What is older than these instants is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// What went into the trash.
    pub trash: Timestamp,
    /// What was done.
    pub history: Timestamp,
    /// Bytes that came and that no document got.
    pub incoming: Timestamp,
}

/// An object to be booked.
#[derive(Clone, Debug)]
pub struct Put {
    /// Where.
    pub calendar: CalendarId,
    /// Its name in the calendar, as a URL shows it.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// Its text, byte for byte.
    pub text: Text,
    /// What was derived of the text.
    pub index: Index,
    /// What this is to whoever plans with it.
    pub scheduled: Scheduled,
}

/// What a change of an object is to whoever plans with it: what becomes of its schedule tag (RFC 6638 3.2.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduled {
    /// Nothing is planned with anybody: it has none.
    No,
    /// Nothing that they need know of: an answer came, or how others answered.
    AsBefore,
    /// It is another from now on.
    Anew,
}

impl Scheduled {
    /// The tag after a change that has this version.
    pub(crate) fn tag(self, before: Option<Version>, version: Version) -> Option<Version> {
        match self {
            Self::No => None,
            Self::AsBefore => before,
            Self::Anew => Some(version),
        }
    }
}

/// A message that came in (RFC 5546 1.4).
#[derive(Clone, Debug)]
pub struct Received {
    /// Into whose inbox.
    pub inbox: CalendarId,
    /// Its name there.
    pub name: String,
    /// The UID of its object.
    pub uid: String,
    /// The kind of its object.
    pub kind: ComponentKind,
    /// Its text, with METHOD.
    pub text: Text,
    /// METHOD
    pub method: String,
    /// In whose name it came: a calendar user address.
    pub sender: String,
    /// What became of it.
    pub standing: MessageStanding,
    /// What was decided, in a word that never changes.
    pub why: String,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStanding {
    /// Nobody has looked at it yet.
    Waiting,
    /// Somebody has to decide.
    Held,
    /// It was done. To CalDAV these alone are there (RFC 6638 4).
    Applied,
    /// Nothing was done.
    Refused,
}

/// A message that is still to be delivered to people here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Out of whose outbox.
    pub outbox: CalendarId,
    /// The UID of its object.
    pub uid: String,
    /// Its text, with METHOD.
    pub text: Text,
    /// METHOD
    pub method: String,
    /// What of it matters to people, in a word.
    pub class: String,
    /// In whose name it goes out: a calendar user address.
    pub sender: String,
    /// To whom: calendar user addresses.
    pub recipients: Vec<String>,
}

/// What names what is still to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwedId(pub(crate) i64);

/// Where an object goes that is taken out of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// Into the trash.
    Trash,
    /// Nowhere: its history alone knows of it.
    Gone,
}

/// Something in the trash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrashId(pub(crate) i64);

/// What a person chooses of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its name in URLs and commands: unique in its home.
    pub segment: String,
    /// Its name for people.
    pub name: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The zone of what has none, by its IANA name.
    pub zone: Option<String>,
    /// The kinds of objects that it keeps; `None`: any.
    pub kinds: Option<Vec<ComponentKind>>,
    /// Does what is in it make nobody busy?
    pub is_transparent: bool,
    /// Is it in the trash? What is in it is hidden with it.
    pub is_removed: bool,
}

impl Settings {
    /// Those of a calendar of which nothing else is said.
    pub fn new(segment: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            segment: segment.into(),
            name: name.into(),
            color: None,
            description: None,
            zone: None,
            kinds: None,
            is_transparent: false,
            is_removed: false,
        }
    }

    /// Does it keep objects of a kind?
    pub fn keeps(&self, kind: ComponentKind) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind))
    }

    /// The kinds as they are written: names with blanks between.
    pub(crate) fn write_kinds(&self) -> Option<String> {
        let names = |kinds: &Vec<ComponentKind>| {
            kinds.iter().filter_map(|kind| kind.name()).collect::<Vec<_>>().join(" ")
        };
        self.kinds.as_ref().map(names)
    }

    pub(crate) fn read_kinds(text: Option<String>) -> Option<Vec<ComponentKind>> {
        let kind = |name: &str| ComponentKind::from_name(name.as_bytes());
        text.map(|text| text.split_whitespace().map(kind).collect())
    }
}

/// What a set did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The calendars that were made, in the order of their effects.
    pub made: Vec<CalendarId>,
    /// The principals that were made, in the order of their effects.
    pub principals: Vec<PrincipalId>,
    /// The calendars that changed, with their sequence numbers since.
    pub changed: Vec<(CalendarId, Version)>,
}
