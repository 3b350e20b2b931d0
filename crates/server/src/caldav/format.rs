//! Formats of an object: iCalendar as it is kept, jCal and xCal made of it (RFC 7265, 6321).

use std::borrow::Cow;

use bytes::Bytes;
use dav::Precondition;
use dav::header::EntityTag;
use http::StatusCode;
use ical::{Document, Limits};
use service::Tag;

use super::error::Fault;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    ICalendar,
    JCal,
    XCal,
}

impl Format {
    const ALL: [(&'static str, Self); 3] = [
        ("text/calendar", Self::ICalendar),
        ("application/calendar+json", Self::JCal),
        ("application/calendar+xml", Self::XCal),
    ];

    /// The format of a media type: that of a body.
    pub(crate) fn of(media: &str) -> Option<Self> {
        let media = media.split(';').next().unwrap_or_default().trim();
        Self::ALL.iter().find(|(name, _)| media.eq_ignore_ascii_case(name)).map(|(_, format)| *format)
    }

    /// The format that an Accept header likes best (RFC 9110 12.5.1); iCalendar, as it is kept, where it likes none of them.
    pub(crate) fn accepted(accept: Option<&str>) -> Self {
        let accept = accept.unwrap_or("*/*");
        let mut best = (Self::ICalendar, 0.0);
        for (media, format) in Self::ALL {
            let quality = quality(accept, media);
            // What is kept stands before what is made of it.
            if quality > best.1 {
                best = (format, quality);
            }
        }
        best.0
    }

    /// Its media type, where that of iCalendar is this.
    pub(crate) fn media(self, icalendar: &str) -> Cow<'_, str> {
        match self {
            Self::ICalendar => icalendar.into(),
            Self::JCal => "application/calendar+json".into(),
            Self::XCal => "application/calendar+xml; charset=utf-8".into(),
        }
    }

    /// The tag of an object in this format: a strong one names the octets, so each format has its own.
    pub(crate) fn tag(self, kept: &Tag) -> EntityTag {
        EntityTag::strong(&match self {
            Self::ICalendar => kept.to_string(),
            Self::JCal => format!("{kept}-jcal"),
            Self::XCal => format!("{kept}-xcal"),
        })
    }

    /// What is kept of a body.
    pub(crate) fn read(self, body: &[u8], limits: &Limits) -> Result<Vec<u8>, Fault> {
        let read = match self {
            Self::ICalendar => return Ok(body.to_vec()),
            Self::JCal => ical::jcal::read(body, limits),
            Self::XCal => ical::xcal::read(body, limits),
        };
        match read {
            Ok(document) => Ok(document.to_bytes().into_owned()),
            // Its words quote what was found there: nothing for the log.
            Err(_) => Err(Precondition::ValidCalendarData.into()),
        }
    }

    /// The octets of a text in this format.
    pub(crate) fn write(self, text: Vec<u8>) -> Result<Bytes, Fault> {
        let written = match self {
            Self::ICalendar => return Ok(text.into()),
            Self::JCal => ical::jcal::write([&document(text)?]),
            Self::XCal => ical::xcal::write([&document(text)?]),
        };
        // What the other format cannot say is there all the same, as iCalendar.
        written
            .map(Bytes::from)
            .map_err(|unsayable| Fault::new(StatusCode::NOT_ACCEPTABLE, unsayable.to_string()))
    }
}

/// A text that is kept, read.
pub(crate) fn document(text: Vec<u8>) -> Result<Document, Fault> {
    let limits = Limits { file: Limits::default().file.max(text.len()), ..Limits::default() };
    Document::read_within(text, &limits).map_err(|error| {
        Fault::new(StatusCode::INTERNAL_SERVER_ERROR, format!("what is kept cannot be read: {error}"))
    })
}

/// How much a media type is liked: by the range that names it most exactly.
fn quality(accept: &str, media: &str) -> f32 {
    let family = media.split('/').next().unwrap_or_default();
    let mut best = (-1, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let exactness = match parts.next().unwrap_or_default().split_once('/') {
            Some(("*", "*")) => 0,
            Some((of, "*")) if of.eq_ignore_ascii_case(family) => 1,
            Some((of, sub)) if media.eq_ignore_ascii_case(&format!("{of}/{sub}")) => 2,
            _ => continue,
        };
        let said = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |said| said.parse().ok());
        if exactness > best.0 {
            best = (exactness, said.unwrap_or(0.0));
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_liked_best_is_answered() {
        for (accept, format) in [
            (None, Format::ICalendar),
            (Some("*/*"), Format::ICalendar),
            (Some("text/html, */*;q=0.8"), Format::ICalendar),
            (Some("application/calendar+json"), Format::JCal),
            (Some("text/calendar;q=0.5, application/calendar+xml"), Format::XCal),
            (Some("application/*, text/calendar"), Format::ICalendar),
            (Some("text/calendar;q=0, application/*;q=0.1"), Format::JCal),
            (Some("text/html"), Format::ICalendar),
            (Some("application/calendar+json;q=often"), Format::ICalendar),
        ] {
            assert_eq!(Format::accepted(accept), format, "{accept:?}");
        }
    }
}
