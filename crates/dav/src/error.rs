//! Why a request is not answered as it was asked.

use std::fmt;

use http::StatusCode;
use xml::{Element, Name};

use crate::header::BadHeader;
use crate::href::BadHref;
use crate::precondition::Precondition;

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The body is no XML that is read here.
    Xml(xml::Error),
    /// The body says something that it may not.
    Body(BadBody),
    /// A header does.
    Header(BadHeader),
    /// The path of the request is none.
    Href(BadHref),
    /// The body is of a media type that says nothing here.
    ContentType,
    /// There is more of something than is read: of what, and the limit.
    TooMany(&'static str, usize),
    /// A named condition does not hold.
    Precondition(Precondition),
}

/// An element that is not as it should be: 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadBody {
    /// What was wanted.
    pub wanted: String,
    /// The line of the body, counted from 1.
    pub line: u32,
}

impl Error {
    /// The status that says so.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Xml(xml::Error { fault: xml::Fault::Depth(_) | xml::Fault::Elements(_), .. }) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::TooMany(..) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Href(BadHref::TooLong) => StatusCode::URI_TOO_LONG,
            Self::Xml(_) | Self::Body(_) | Self::Header(_) | Self::Href(_) => StatusCode::BAD_REQUEST,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Precondition(precondition) => precondition.status(),
        }
    }

    /// An element with something wrong.
    pub(crate) fn wanted(wanted: impl Into<String>, element: Element<'_>) -> Self {
        Self::Body(BadBody { wanted: wanted.into(), line: element.line() })
    }

    /// An element without another that it must have.
    pub(crate) fn missing(name: Name<'_>, element: Element<'_>) -> Self {
        Self::wanted(format!("{name} inside {}", element.name()), element)
    }
}

impl From<xml::Error> for Error {
    fn from(error: xml::Error) -> Self {
        match error.fault {
            // RFC 4918 20.6: what names other texts is refused by this name.
            xml::Fault::Doctype => Self::Precondition(Precondition::NoExternalEntities),
            _ => Self::Xml(error),
        }
    }
}

impl From<BadHeader> for Error {
    fn from(error: BadHeader) -> Self {
        Self::Header(error)
    }
}

impl From<BadHref> for Error {
    fn from(error: BadHref) -> Self {
        Self::Href(error)
    }
}

impl From<Precondition> for Error {
    fn from(precondition: Precondition) -> Self {
        Self::Precondition(precondition)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Xml(error) => error.fmt(f),
            Self::Body(BadBody { wanted, line }) => write!(f, "line {line}: wanted {wanted}"),
            Self::Header(error) => error.fmt(f),
            Self::Href(error) => error.fmt(f),
            Self::TooMany(what, most) => write!(f, "more than {most} {what}"),
            Self::ContentType => f.write_str("wanted a body of XML"),
            Self::Precondition(precondition) => write!(f, "{} does not hold", precondition.name()),
        }
    }
}

impl std::error::Error for Error {}
