//! Which resource an href names: what there can be here, and where (RFC 4791 4.2).

use dav::{BadHref, Href};
use service::Delegation;

use super::delegates;

/// Where a resource is, whether it is there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `/`
    Root,
    /// `/principals/`
    Principals,
    /// `/principals/NAME/`
    Principal(String),
    /// `/principals/NAME/calendar-proxy-read/`, or `-write/`: who may act for a principal.
    Proxy {
        /// For whom.
        principal: String,
        /// What they may.
        delegation: Delegation,
    },
    /// `/principals/NAME/freebusy`: when somebody is busy, for whoever may know that.
    FreeBusy(String),
    /// `/calendars/`
    Homes,
    /// `/calendars/NAME/`: the calendars of a principal.
    Home(String),
    /// `/calendars/NAME/SEGMENT/`
    Calendar {
        /// Whose.
        home: String,
        /// Its name there.
        segment: String,
    },
    /// `/calendars/NAME/SEGMENT/OBJECT`
    Object {
        /// Whose.
        home: String,
        /// The calendar's name there.
        segment: String,
        /// The object's name in the calendar.
        name: String,
    },
    /// `/files/`
    Areas,
    /// `/files/NAME/`, and all that is inside.
    File {
        /// Whose.
        home: String,
        /// The names of the collections around it, and its own; none for the area itself.
        names: Vec<String>,
        /// Is it meant as a collection?
        is_collection: bool,
    },
}

const PRINCIPALS: &str = "principals";
const FREE_BUSY: &str = "freebusy";
const CALENDARS: &str = "calendars";
const FILES: &str = "files";

impl Place {
    /// The place of a path; `None` where nothing can be.
    pub(crate) fn of(href: &Href) -> Option<Self> {
        let segments: Vec<&str> = href.segments().iter().map(String::as_str).collect();
        Some(match segments[..] {
            [] => Self::Root,
            [PRINCIPALS] => Self::Principals,
            [PRINCIPALS, name] => Self::Principal(name.to_owned()),
            [PRINCIPALS, name, FREE_BUSY] if !href.is_collection() => Self::FreeBusy(name.to_owned()),
            [PRINCIPALS, principal, word] => {
                Self::Proxy { principal: principal.to_owned(), delegation: delegates::of_word(word)? }
            }
            [CALENDARS] => Self::Homes,
            [CALENDARS, home] => Self::Home(home.to_owned()),
            [CALENDARS, home, segment] => {
                Self::Calendar { home: home.to_owned(), segment: segment.to_owned() }
            }
            // What ends with a slash is a collection, and a calendar has none inside (RFC 4791 4.2).
            [CALENDARS, home, segment, name] if !href.is_collection() => {
                Self::Object { home: home.to_owned(), segment: segment.to_owned(), name: name.to_owned() }
            }
            [FILES] => Self::Areas,
            [FILES, home, ref names @ ..] => Self::File {
                home: home.to_owned(),
                names: names.iter().map(|name| (*name).to_owned()).collect(),
                is_collection: names.is_empty() || href.is_collection(),
            },
            _ => return None,
        })
    }

    /// Its path.
    ///
    /// # Errors
    /// A name is none that a path can have.
    pub(crate) fn href(&self) -> Result<Href, BadHref> {
        let (segments, is_collection): (Vec<&str>, bool) = match self {
            Self::Root => (Vec::new(), true),
            Self::Principals => (vec![PRINCIPALS], true),
            Self::Principal(name) => (vec![PRINCIPALS, name], true),
            Self::Proxy { principal, delegation } => {
                (vec![PRINCIPALS, principal, delegates::word(*delegation)], true)
            }
            Self::FreeBusy(name) => (vec![PRINCIPALS, name, FREE_BUSY], false),
            Self::Homes => (vec![CALENDARS], true),
            Self::Home(home) => (vec![CALENDARS, home], true),
            Self::Calendar { home, segment } => (vec![CALENDARS, home, segment], true),
            Self::Object { home, segment, name } => (vec![CALENDARS, home, segment, name], false),
            Self::Areas => (vec![FILES], true),
            Self::File { home, names, is_collection } => {
                let around = [FILES, home].into_iter();
                (around.chain(names.iter().map(String::as_str)).collect(), *is_collection)
            }
        };
        Href::new(segments, is_collection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_a_place_and_a_place_has_a_path() {
        for path in [
            "/",
            "/principals/",
            "/principals/ann/",
            "/principals/ann/calendar-proxy-read/",
            "/principals/ann/calendar-proxy-write/",
            "/principals/ann/freebusy",
            "/calendars/",
            "/calendars/ann/",
            "/calendars/ann/work/",
            "/calendars/ann/work/a%2Fb.ics",
            "/calendars/ann/work/%252F.ics",
            "/calendars/ann/work/%F0%9F%8D%B5.ics",
            "/files/",
            "/files/ann/",
            "/files/ann/a%2Fb",
            "/files/ann/%252F/%F0%9F%8D%B5/",
        ] {
            let href = Href::parse(path).unwrap();
            assert_eq!(Place::of(&href).unwrap().href(), Ok(href), "{path}");
        }
        let with_slash = Href::parse("/calendars/ann/work").unwrap();
        assert_eq!(Place::of(&with_slash).unwrap().href().unwrap().to_string(), "/calendars/ann/work/");
        for path in ["/ann/", "/calendars/ann/work/a/", "/calendars/ann/work/a/b", "/principals/ann/x"] {
            assert_eq!(Place::of(&Href::parse(path).unwrap()), None, "{path}");
        }
    }
}
