//! Why a request is not done, in the words of the protocol: the one place where refusals become statuses and preconditions.

use dav::header::BadHeader;
use dav::{BadHref, Precondition, Refused, Site};
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use service::{Actor, Denied, Error, Refusal};

use super::answer::{Answer, Content, TEXT, XML};
use super::resource::InHome;

/// Why a request is not done.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) status: StatusCode,
    pub(crate) precondition: Option<Precondition>,
    /// A sentence for people.
    words: String,
    headers: Vec<(http::HeaderName, HeaderValue)>,
}

impl Fault {
    /// A status, and a sentence that says why.
    pub(crate) fn new(status: StatusCode, words: impl Into<String>) -> Self {
        Self { status, precondition: None, words: words.into(), headers: Vec::new() }
    }

    /// Nothing is there, or nothing that the asker may know of.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is nothing here")
    }

    /// The conditions of the request do not hold.
    pub(crate) fn failed() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "a condition of the request does not hold")
    }

    /// A named condition of the request does not hold: 412, whatever the name is told with elsewhere.
    pub(crate) fn failed_by(precondition: Precondition) -> Self {
        Self { precondition: Some(precondition), ..Self::failed() }
    }

    /// Nobody has signed in, or not with what is known here. Basic stands first, for clients that look no further.
    pub(crate) fn unknown(words: impl Into<String>) -> Self {
        Self::challenged(words, "Bearer realm=\"Kalends\"")
    }

    /// A token was shown that is none (RFC 6750 3.1).
    pub(crate) fn unknown_token(words: impl Into<String>) -> Self {
        Self::challenged(words, "Bearer realm=\"Kalends\", error=\"invalid_token\"")
    }

    fn challenged(words: impl Into<String>, bearer: &'static str) -> Self {
        let basic = HeaderValue::from_static("Basic realm=\"Kalends\", charset=\"UTF-8\"");
        let fault = Self::new(StatusCode::UNAUTHORIZED, words).with(WWW_AUTHENTICATE, basic);
        fault.with(WWW_AUTHENTICATE, HeaderValue::from_static(bearer))
    }

    /// The resource has no such method; those that it has.
    pub(crate) fn not_allowed(allow: &str) -> Self {
        let fault = Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("this can be done here: {allow}"));
        match HeaderValue::from_str(allow) {
            Ok(allow) => fault.with(ALLOW, allow),
            Err(_) => fault,
        }
    }

    /// It may be done later.
    pub(crate) fn later(words: impl Into<String>, seconds: u32) -> Self {
        Self::wait(StatusCode::SERVICE_UNAVAILABLE, words, seconds)
    }

    /// A status that says to come again after so many seconds.
    pub(crate) fn wait(status: StatusCode, words: impl Into<String>, seconds: u32) -> Self {
        Self::new(status, words).with(RETRY_AFTER, HeaderValue::from(seconds))
    }

    fn with(mut self, name: http::HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same, told of a property.
    pub(crate) fn refused(self) -> Refused {
        Refused { status: self.status, precondition: self.precondition }
    }

    /// The sentence.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }

    /// The answer that tells it by a body of its own.
    pub(crate) fn into_answer_with(self, media: &'static str, body: String) -> Answer {
        let mut answer = Answer::with_body(self.status, media, body);
        answer.headers.extend(self.headers.into_iter().map(|(name, value)| (Some(name), value)));
        answer
    }

    /// The answer that tells it.
    pub(crate) fn into_answer(self, site: &Site) -> Answer {
        let mut answer = Answer::new(self.status);
        for (name, value) in self.headers {
            answer.headers.append(name, value);
        }
        let (media, body) = match &self.precondition {
            Some(precondition) => (XML, precondition.to_body(site)),
            None => (TEXT, format!("{}\n", self.words)),
        };
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        answer.content = Content::Whole(body.into());
        answer
    }
}

impl From<Precondition> for Fault {
    fn from(precondition: Precondition) -> Self {
        let words = format!("{} does not hold", precondition.name());
        Self { precondition: Some(precondition.clone()), ..Self::new(precondition.status(), words) }
    }
}

impl From<dav::Error> for Fault {
    fn from(error: dav::Error) -> Self {
        match error {
            dav::Error::Precondition(precondition) => precondition.into(),
            error => Self::new(error.status(), error.to_string()),
        }
    }
}

impl From<BadHeader> for Fault {
    fn from(error: BadHeader) -> Self {
        dav::Error::from(error).into()
    }
}

impl From<BadHref> for Fault {
    fn from(error: BadHref) -> Self {
        dav::Error::from(error).into()
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(_) => Self::not_found(),
            Error::Refused(refusal) => refusal.into(),
            Error::Invalid(problems) => {
                let words: Vec<String> =
                    problems.iter().take(5).map(|problem| problem.message.to_string()).collect();
                Self { words: words.join("; "), ..Precondition::ValidCalendarData.into() }
            }
            error if error.is_passing() => Self::later("the store is busy: try again", 1),
            error if error.is_unreachable() => {
                tracing::error!(%error, "the store cannot be reached");
                Self::later("the store cannot be reached: try again", 5)
            }
            error if error.is_too_long() => {
                Self::new(StatusCode::FORBIDDEN, "a UID or a name is longer than can be kept here")
            }
            error if error.is_out_of_room() => Precondition::SufficientDiskSpace.into(),
            error => {
                // What went wrong inside is for the keeper of the service, and tells others too much.
                tracing::error!(%error, "a request could not be done");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "the service could not do this; its log says why",
                )
            }
        }
    }
}

/// A rule that stands against a request, where it is of no matter which calendar it is about.
impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let words = refusal.to_string();
        let number = |most: usize| u64::try_from(most).unwrap_or(u64::MAX);
        let precondition = match refusal {
            Refusal::TagMismatch => return Self { words, ..Self::failed() },
            // Which, and where, `lacking` finds out of the request.
            Refusal::NoRight => Precondition::NeedPrivileges(Vec::new()),
            Refusal::TokenUnknown => Precondition::ValidSyncToken,
            Refusal::TooMany { what: "bytes of an object" | "bytes of a text", most } => {
                Precondition::MaxResourceSize(number(most))
            }
            // Those who act for somebody: each is an entry of a list (RFC 3744 8.1.1).
            Refusal::TooMany { what: "members of a group", .. } => Precondition::LimitedNumberOfAces,
            Refusal::TooMany { what: "attendees", most } => {
                Precondition::MaxAttendeesPerInstance(number(most))
            }
            Refusal::TooMany {
                what:
                    "calendars"
                    | "properties of a resource"
                    | "bytes of properties of a resource"
                    | "files of a user"
                    | "bytes of files of a user"
                    | "members of a collection",
                ..
            } => Precondition::QuotaNotExceeded,
            Refusal::TooMany { what: "bytes of a file", .. } => {
                return Self::new(StatusCode::PAYLOAD_TOO_LARGE, words);
            }
            Refusal::TooMany { what: "collections within collections", .. } => {
                return Self::new(StatusCode::FORBIDDEN, words);
            }
            Refusal::Taken => return Self { words, ..Self::not_allowed(super::options::FILES) },
            Refusal::TooMany { what: "occurrences in an answer", .. } => {
                Precondition::NumberOfMatchesWithinLimits
            }
            Refusal::NoBusyQuestion(_) => Precondition::ValidSchedulingMessage,
            Refusal::NotTheirAddress(_) => Precondition::ValidOrganizer,
            Refusal::NoDefaultCalendar => Precondition::ValidScheduleDefaultCalendarUrl,
            // What is invited to has to come into some calendar (RFC 6638 4.3).
            Refusal::LastCalendar => Precondition::DefaultCalendarNeeded,
            Refusal::NoAvailability => Precondition::SupportedCalendarComponent,
            Refusal::TooDense { most } => Precondition::MaxInstances(number(most)),
            Refusal::TooMany { .. }
            | Refusal::OverBudget(_)
            | Refusal::NotOneObject(_)
            | Refusal::NotOneCalendar(_)
            | Refusal::NoUid
            | Refusal::LongUid
            | Refusal::Method => Precondition::ValidCalendarObjectResource,
            Refusal::Scheduling(Denied::SeveralOrganizers) => Precondition::SameOrganizerInAllComponents,
            Refusal::Scheduling(Denied::OrganizerChange) => {
                Precondition::AllowedOrganizerSchedulingObjectChange
            }
            Refusal::Scheduling(Denied::AttendeeChange(_)) => {
                Precondition::AllowedAttendeeSchedulingObjectChange
            }
            Refusal::OtherKind(_) | Refusal::KindNotKept(_) => Precondition::SupportedCalendarComponent,
            Refusal::NameTaken(_) | Refusal::NoCollection => return Self::new(StatusCode::CONFLICT, words),
            _ => return Self::new(StatusCode::FORBIDDEN, words),
        };
        Self { words, ..precondition.into() }
    }
}

/// Why something was not done in a calendar, where the answer names other resources of it.
pub(crate) fn refused(actor: Actor<'_>, error: Error, within: &InHome) -> Fault {
    match error {
        Error::Refused(Refusal::UidConflict { name }) => match within.member(&name).href() {
            Ok(href) => Precondition::NoUidConflict(href).into(),
            Err(bad) => bad.into(),
        },
        Error::Refused(Refusal::ScheduledElsewhere { calendar, name }) => {
            // Where who asks may not see it, nothing is said of where it is.
            let other = actor.resource(calendar, &name).and_then(|_| actor.calendar_by_id(calendar)).ok();
            let other = other.and_then(|calendar| {
                InHome { home: within.home.clone(), calendar }.member(&name).href().ok()
            });
            match other {
                Some(href) => Precondition::UniqueSchedulingObjectResource(href).into(),
                None => Error::Refused(Refusal::ScheduledElsewhere { calendar, name }).into(),
            }
        }
        error => error.into(),
    }
}

/// What was asked for, if it is there.
pub(crate) fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
