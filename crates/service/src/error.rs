//! Why a request was not done, in no protocol's words.

use std::fmt;
use std::io;

use ical::Problem;
use itip::NoQuestion;
use itip::incoming::Hold;
use itip::outgoing::{Denied, NoCounter};
use store::{CalendarId, Stored};

use crate::options::LIMITS;

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was named is not there: what it was called.
    #[error("{0}")]
    NotFound(String),
    /// Several things are meant by one name.
    #[error("{name} may be one of {} objects", .found.len())]
    Ambiguous {
        /// As it was called.
        name: String,
        /// Those it may be.
        found: Vec<Stored>,
    },
    /// A rule stands against it.
    #[error("{0}")]
    Refused(Refusal),
    /// The text is not one that can be kept.
    #[error("{}", told(.0))]
    Invalid(Vec<Problem>),
    /// The store did not answer, or another was always faster.
    #[error(transparent)]
    Unavailable(#[from] store::Error),
    /// What is handed out cannot be written.
    #[error("{0}")]
    Output(io::Error),
    /// What is imported cannot be read.
    #[error("{name}: {error}")]
    Source {
        /// Its name.
        name: String,
        /// Why.
        error: io::Error,
    },
}

impl Error {
    /// Will the same do later: was another faster, or is the store held?
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(store::Error::Busy | store::Error::Conflict(_)))
    }

    /// Is the database not there?
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unavailable(store::Error::Unreachable { .. }))
    }

    /// Is a UID or a name in it longer than the database can keep?
    pub const fn is_too_long(&self) -> bool {
        matches!(self, Self::Unavailable(store::Error::TooLong { .. }))
    }

    /// Is there no room for it?
    pub fn is_out_of_room(&self) -> bool {
        match self {
            Self::Unavailable(store::Error::Full) => true,
            Self::Output(error) | Self::Source { error, .. } => {
                matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            }
            _ => false,
        }
    }
}

/// The rule that stands against a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A limit, by its name, and the most that it allows.
    TooMany {
        /// Of what.
        what: &'static str,
        /// So many at most.
        most: usize,
    },
    /// Expanding the object would cost more than its budget; why.
    OverBudget(String),
    /// It occurs so often that listings would be full of it.
    TooDense {
        /// So many times in a month at most.
        most: usize,
    },
    /// The text has not one object, but none or several.
    NotOneObject(usize),
    /// The object has no UID.
    NoUid,
    /// The object's UID is one that the store's database cannot have in an index.
    LongUid,
    /// A calendar of this name is there.
    NameTaken(String),
    /// The last calendar stays.
    LastCalendar,
    /// What is to be taken back was changed since: what it is called.
    ChangedSince(String),
    /// There is nothing to take back.
    NothingDone,
    /// There is nothing to put back.
    NothingUndone,
    /// The object is in that calendar already.
    UidTaken(String),
    /// A component of another kind has the UID: which.
    OtherKind(&'static str),
    /// No alarm rang that is not dismissed: what it is called.
    NothingRang(String),
    /// A name that no calendar can have.
    BadName(String),
    /// It is no calendar of theirs that keeps events.
    NoDefaultCalendar,
    /// The text says nothing of when somebody is there, or more than that.
    NoAvailability,
    /// The times of an availability are those inside it.
    TimesInside,
    /// What office hours say cannot be so: what.
    BadOfficeHours(String),
    /// No seat is to be had in office hours: why, and which are.
    NoSeat(String),
    /// A room is not to be had then: why, and what to do.
    NotToBeHad(String),
    /// Whatever is decided of a message: nothing comes of it. Why it is held.
    NotAgreeable(Hold),
    /// Nothing can be proposed.
    NoCounter(NoCounter),
    /// They may not.
    NoRight,
    /// What is there is not what it was to be: an entity tag does not match.
    TagMismatch,
    /// The calendar keeps no components of this kind.
    KindNotKept(&'static str),
    /// A UID is in a calendar under one name and stays there: which.
    UidConflict {
        /// The name that has the UID, or is to have another one.
        name: String,
    },
    /// The text is not one iCalendar object, but none or several.
    NotOneCalendar(usize),
    /// The text is a message: it has a METHOD.
    Method,
    /// A name that no resource can have.
    BadSegment(String),
    /// Of no such moment is it known what changed since.
    TokenUnknown,
    /// It is for whoever keeps the store.
    NotKeeper,
    /// Another principal has this name, or this address.
    PrincipalTaken(String),
    /// A principal of this name was removed: it keeps its name and its addresses, and is given nothing.
    WasRemoved(String),
    /// A name that no principal can have.
    BadPrincipal(String),
    /// What is no address.
    BadAddress(String),
    /// What is no password.
    BadPassword,
    /// What no app password or token can be called.
    BadLabel(String),
    /// An app password or a token of this label is there.
    LabelTaken(String),
    /// The store's owner stays.
    OwnerStays,
    /// There is no collection in which a file could be.
    NoCollection,
    /// Something else is there already.
    Taken,
    /// A collection does not go into itself, nor does what is in it take its place.
    IntoItself,
    /// An edit that is not its writer's to make, of what is planned with others.
    Scheduling(Denied),
    /// The same is planned in another calendar of theirs.
    ScheduledElsewhere {
        /// Which calendar.
        calendar: CalendarId,
        /// Its name there.
        name: String,
    },
    /// It is no question when people are busy; why not.
    NoBusyQuestion(NoQuestion),
    /// Who would plan with others has no address; their name, where they have one.
    NoAddress(Option<String>),
    /// Who would answer is not invited to it: what it is called.
    NotInvited(String),
    /// Who is to be sent in another's place has a part in it already: their address.
    InItAlready(String),
    /// Who is to be taken off the list is not on it: their address.
    NotAmongThem(String),
    /// It is in the name of an address that is not theirs.
    NotTheirAddress(String),
    /// It has no members.
    NotGroup(String),
    /// The group would be in itself.
    GroupInItself {
        /// The group.
        group: String,
        /// Who cannot be in it.
        member: String,
    },
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { what, most } => {
                write!(f, "more than {most} {what}")?;
                match LIMITS.iter().find(|limit| limit.what == *what) {
                    Some(limit) => write!(f, ": `{}` is {most}", limit.key),
                    None => write!(f, ": the limit `{what}` is {most}"),
                }
            }
            Self::OverBudget(why) => write!(f, "it recurs in a way that costs too much to work out: {why}"),
            Self::TooDense { most } => too_dense(f, *most),
            Self::NotOneObject(found) => write!(f, "wanted a text of one object, found {found}"),
            Self::NoUid => f.write_str("wanted an object with a UID, found none"),
            Self::LongUid => f.write_str("its UID is longer than the store's database can keep"),
            Self::NameTaken(name) => write!(f, "a calendar named {name} is there already"),
            Self::LastCalendar => f.write_str("it is the only calendar: make another first"),
            Self::ChangedSince(what) => write!(f, "{what} was changed since: take that back first"),
            Self::NothingDone => f.write_str("there is nothing that could be taken back"),
            Self::NothingUndone => {
                f.write_str("nothing was taken back last: there is nothing that could be put back")
            }
            Self::UidTaken(calendar) => write!(f, "an object of the same UID is in {calendar} already"),
            Self::OtherKind(kind) => write!(f, "a {kind} of the same UID is there"),
            Self::NothingRang(title) => write!(f, "no alarm of {title} has rung that waits for an answer"),
            Self::Scheduling(denied) => denied_words(f, denied),
            Self::NoBusyQuestion(why) => why.fmt(f),
            Self::NoAddress(name) => no_address(f, name.as_deref()),
            Self::NotInvited(title) => write!(f, "{title}: only who is invited answers, and you are not"),
            Self::InItAlready(address) => write!(f, "{address} is in it already: send somebody else"),
            Self::NotAmongThem(address) => write!(f, "{address} is not among those who are invited"),
            Self::NotTheirAddress(address) => write!(f, "{address} is not an address of theirs"),
            Self::ScheduledElsewhere { .. } => f.write_str("the same is planned in another calendar already"),
            Self::NotGroup(name) => write!(f, "{name} is no group: it has no members"),
            Self::GroupInItself { group, member } => {
                write!(f, "{member} cannot be in {group}: {group} would be in itself")
            }
            Self::NoDefaultCalendar => f.write_str("wanted a calendar of theirs that keeps events"),
            Self::NoAvailability => f.write_str("wanted VAVAILABILITY alone, with VTIMEZONEs"),
            Self::TimesInside => f.write_str("its times are inside of it: take it away, and open others"),
            Self::BadOfficeHours(why) | Self::NoSeat(why) | Self::NotToBeHad(why) => f.write_str(why),
            Self::NotAgreeable(hold) => write!(f, "refuse it: {}", crate::inbox::why(hold.as_str())),
            Self::NoCounter(why) => f.write_str(no_counter(*why)),
            Self::NoRight => f.write_str("you may not do this: its owner can allow it"),
            Self::TagMismatch => f.write_str("what is there is not what it was to be"),
            Self::KindNotKept(kind) => write!(f, "the calendar keeps no {kind}"),
            Self::UidConflict { name } => write!(f, "one name has one UID in a calendar: see {name}"),
            Self::NotOneCalendar(found) => write!(f, "wanted a text of one VCALENDAR, found {found}"),
            Self::Method => f.write_str("it has a METHOD: what a calendar keeps is no message"),
            Self::BadSegment(name) => write!(f, "nothing can be named {name:?}"),
            Self::TokenUnknown => f.write_str("what changed since then is not known: list all again"),
            Self::NotKeeper => f.write_str("it is for whoever keeps the store"),
            Self::PrincipalTaken(name) => write!(f, "{name} is another's already"),
            Self::WasRemoved(name) => {
                write!(
                    f,
                    "{name} was removed, and keeps name and addresses: `kalends admin user enable {name}`"
                )
            }
            Self::BadPrincipal(name) => write!(
                f,
                "{name:?} cannot be a name: up to 64 letters from a to z, digits, and `.`, `_`, `-` behind the first"
            ),
            Self::BadAddress(text) => write!(f, "{text:?} is no address: wanted one as ann@example.com"),
            Self::BadPassword => {
                f.write_str("wanted a password, a line of 1,024 bytes at most that is not empty")
            }
            Self::BadLabel(label) => write!(f, "{label:?} cannot be a label: up to 64 letters, one at least"),
            Self::LabelTaken(label) => {
                write!(f, "{label} is there already: revoke it first, or take another label")
            }
            Self::NoCollection => f.write_str("there is no collection for it: make it first"),
            Self::Taken => f.write_str("something else is there already"),
            Self::IntoItself => f.write_str("nothing goes into itself, or takes the place of what it is in"),
            Self::OwnerStays => f.write_str("the store's owner stays: disable them instead"),
            Self::BadName(name) => write!(f, "{name:?} cannot be a calendar's name: letters, digits, blanks"),
        }
    }
}

fn too_dense(f: &mut fmt::Formatter<'_>, most: usize) -> fmt::Result {
    write!(
        f,
        "it occurs more than {most} times in a month: give its rule a longer INTERVAL, or an end \
         (`limit_occurrences_of_one` is {most})"
    )
}

fn no_address(f: &mut fmt::Formatter<'_>, name: Option<&str>) -> fmt::Result {
    match name {
        Some(name) => write!(
            f,
            "{name} has no address for invitations: `kalends admin user set {name} --address {name}@example.com`"
        ),
        None => f.write_str(
            "you have no address for invitations: `kalends admin user add NAME --address NAME@example.com` makes you the \
             first of your store",
        ),
    }
}

/// Why nothing is proposed, in words.
const fn no_counter(why: NoCounter) -> &'static str {
    match why {
        NoCounter::NotInvited => "only who is invited proposes something else: change it yourself",
        NoCounter::Refused => "its organizer wants no proposals: decline it, and say why",
        NoCounter::Nothing => "that is as it is already: say what is to be different",
    }
}

fn denied_words(f: &mut fmt::Formatter<'_>, denied: &Denied) -> fmt::Result {
    match denied {
        Denied::SeveralOrganizers => f.write_str("one thing has one organizer: all its parts name the same"),
        Denied::OrganizerChange => f.write_str("who organizes it stays: cancel it, and let them invite anew"),
        Denied::AttendeeChange(what) => write!(
            f,
            "only its organizer changes {}: answer it, or decline with a comment",
            if what.is_empty() { "this".to_owned() } else { what.join(", ") }
        ),
    }
}

fn told(problems: &[Problem]) -> String {
    let messages: Vec<&str> = problems.iter().take(3).map(|problem| &*problem.message).collect();
    messages.join("; ")
}
