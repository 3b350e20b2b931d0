//! A request, as the model knows it, and as it is written.

use std::fmt::Write;

use crate::scene::event;

/// A request of somebody's.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) who: &'static str,
    pub(super) path: String,
    pub(super) act: Act,
    /// The header If, as lists that are tagged with a path, or with none.
    pub(super) lists: Vec<(Option<String>, Vec<Term>)>,
    pub(super) if_match: Option<String>,
    pub(super) is_to_be_new: bool,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Get,
    Put {
        uid: String,
        text: String,
    },
    Delete,
    Relocate {
        is_move: bool,
        to: String,
        overwrite: bool,
    },
    /// Names and tags of all that is in a calendar.
    List,
    /// The note of an object.
    Note,
    SetNote(Option<String>),
    /// How a calendar is called.
    Name,
    SetName(String),
    MakeCalendar,
    /// What changed since a token, which is known by its number; since ever.
    Sync(Option<usize>, String),
    Multiget(Vec<String>),
    Acl(Vec<(&'static str, Vec<&'static str>)>),
    Lock {
        is_deep: bool,
        is_shared: bool,
    },
    Refresh(String),
    Unlock(String),
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Token(String),
    Tag(String),
}

const DAV: &str = "xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:X=\"urn:example:model\"";

impl Request {
    pub(super) fn new(who: &'static str, path: &str, act: Act) -> Self {
        Self { who, path: path.to_owned(), act, lists: Vec::new(), if_match: None, is_to_be_new: false }
    }

    pub(super) fn make_calendar(path: &str) -> Self {
        Self::new(super::world::owner(path), path, Act::MakeCalendar)
    }

    /// As [`crate::scene::Scene::ask`] takes it.
    pub(super) fn text(&self) -> String {
        let (method, headers, body) = self.act.parts();
        let mut text = format!("{method} {}\n{headers}", self.path);
        if !self.lists.is_empty() {
            let lists: Vec<String> = self.lists.iter().map(list).collect();
            let _ = writeln!(text, "If: {}", lists.join(" "));
        }
        if let Some(tag) = &self.if_match {
            let _ = writeln!(text, "If-Match: {tag}");
        }
        if self.is_to_be_new {
            text.push_str("If-None-Match: *\n");
        }
        text + "\n" + &body
    }
}

fn list((path, terms): &(Option<String>, Vec<Term>)) -> String {
    let tag = path.as_ref().map(|path| format!("<{path}> ")).unwrap_or_default();
    let terms: Vec<String> = terms
        .iter()
        .map(|term| match term {
            Term::Token(token) => format!("<{token}>"),
            Term::Tag(tag) => format!("[{tag}]"),
        })
        .collect();
    format!("{tag}({})", terms.join(" "))
}

impl Act {
    /// The method, headers, and the body.
    fn parts(&self) -> (&'static str, String, String) {
        let none = String::new;
        let xml = |method, depth: &str, body: String| {
            (method, format!("Depth: {depth}\nContent-Type: application/xml\n"), body)
        };
        let propfind = |prop: &str| format!("<D:propfind {DAV}><D:prop><{prop}/></D:prop></D:propfind>");
        match self {
            Self::Get => ("GET", none(), none()),
            Self::Put { text, .. } => ("PUT", "Content-Type: text/calendar\n".to_owned(), text.clone()),
            Self::Delete => ("DELETE", none(), none()),
            Self::Relocate { is_move, to, overwrite } => {
                let overwrite = if *overwrite { "T" } else { "F" };
                let headers = format!("Destination: {to}\nOverwrite: {overwrite}\n");
                (if *is_move { "MOVE" } else { "COPY" }, headers, none())
            }
            Self::List => xml("PROPFIND", "1", propfind("D:getetag")),
            Self::Note => xml("PROPFIND", "0", propfind("X:note")),
            Self::Name => xml("PROPFIND", "0", propfind("D:displayname")),
            Self::SetNote(Some(note)) => {
                xml("PROPPATCH", "0", set("set", &format!("<X:note>{note}</X:note>")))
            }
            Self::SetNote(None) => xml("PROPPATCH", "0", set("remove", "<X:note/>")),
            Self::SetName(name) => {
                xml("PROPPATCH", "0", set("set", &format!("<D:displayname>{name}</D:displayname>")))
            }
            Self::MakeCalendar => ("MKCALENDAR", none(), none()),
            Self::Sync(_, token) => xml("REPORT", "0", sync(token)),
            Self::Multiget(paths) => {
                let hrefs: String = paths.iter().map(|path| format!("<D:href>{path}</D:href>")).collect();
                let prop = "<D:prop><D:getetag/><C:calendar-data/></D:prop>";
                xml("REPORT", "1", format!("<C:calendar-multiget {DAV}>{prop}{hrefs}</C:calendar-multiget>"))
            }
            Self::Acl(entries) => xml("ACL", "0", format!("<D:acl {DAV}>{}</D:acl>", aces(entries))),
            Self::Lock { is_deep, is_shared } => {
                let scope = if *is_shared { "shared" } else { "exclusive" };
                let body = format!(
                    "<D:lockinfo {DAV}><D:lockscope><D:{scope}/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"
                );
                xml("LOCK", if *is_deep { "infinity" } else { "0" }, body)
            }
            Self::Refresh(token) => ("LOCK", format!("If: (<{token}>)\n"), none()),
            Self::Unlock(token) => ("UNLOCK", format!("Lock-Token: <{token}>\n"), none()),
        }
    }
}

fn sync(token: &str) -> String {
    format!(
        "<D:sync-collection {DAV}><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>\
         <D:prop><D:getetag/></D:prop></D:sync-collection>"
    )
}

fn set(sense: &str, property: &str) -> String {
    format!("<D:propertyupdate {DAV}><D:{sense}><D:prop>{property}</D:prop></D:{sense}></D:propertyupdate>")
}

fn aces(entries: &[(&str, Vec<&str>)]) -> String {
    let ace = |(user, privileges): &(&str, Vec<&str>)| {
        let privileges: String =
            privileges.iter().map(|name| format!("<D:privilege><D:{name}/></D:privilege>")).collect();
        format!(
            "<D:ace><D:principal><D:href>/principals/{user}/</D:href></D:principal><D:grant>{privileges}</D:grant></D:ace>"
        )
    };
    entries.iter().map(ace).collect()
}

/// The text of an object; each says another number.
pub(super) fn text(uid: &str, number: usize) -> String {
    event(uid, "20260302T090000Z", &format!("SUMMARY:Number {number}\r\n"))
}
