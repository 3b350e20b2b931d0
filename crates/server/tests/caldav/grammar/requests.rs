//! A request: method, path, headers and body by the grammar of HTTP, WebDAV and CalDAV, each part mostly one that is right.

use std::fmt::Write;
use std::net::SocketAddr;

use super::bodies;
use crate::model::draw::Chance;
use crate::scene::basic;

const METHODS: [&str; 20] = [
    "OPTIONS",
    "GET",
    "HEAD",
    "PUT",
    "PUT",
    "PUT",
    "DELETE",
    "PROPFIND",
    "PROPPATCH",
    "REPORT",
    "REPORT",
    "REPORT",
    "MKCALENDAR",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "POST",
    "ACL",
];
const ODD_METHODS: [&str; 6] = ["SEARCH", "BIND", "PATCH", "TRACE", "VERSION-CONTROL", "get"];

/// What answers have told, to be sent again.
#[derive(Default)]
pub(super) struct Seen {
    tags: Vec<String>,
    locks: Vec<String>,
    tokens: Vec<String>,
}

/// So much of each is remembered.
const REMEMBERED: usize = 40;

impl Seen {
    /// Remembers what an answer tells.
    pub(super) fn learn(&mut self, answer: &str) {
        let header = |name: &str| {
            let mut lines = answer.lines().take_while(|line| !line.is_empty());
            lines.find_map(|line| line.strip_prefix(name)).map(str::to_owned)
        };
        let token = answer.split_once("<D:sync-token>").and_then(|(_, rest)| rest.split_once('<'));
        let told = [header("etag: "), header("lock-token: "), token.map(|(token, _)| token.to_owned())];
        for (told, kept) in told.into_iter().zip([&mut self.tags, &mut self.locks, &mut self.tokens]) {
            kept.extend(told);
            if kept.len() > REMEMBERED {
                kept.remove(0);
            }
        }
    }

    fn any<'a>(chance: &mut Chance, kept: &'a [String], other: &'a str) -> &'a str {
        if kept.is_empty() || chance.below(3) == 0 { other } else { chance.pick::<String>(kept) }
    }

    /// A token of `sync-collection`.
    pub(super) fn token<'a>(&'a self, chance: &mut Chance, other: &'a str) -> &'a str {
        Self::any(chance, &self.tokens, other)
    }
}

/// The octets of a request, which ends its connection.
pub(super) fn request(chance: &mut Chance, seen: &Seen, address: SocketAddr) -> Vec<u8> {
    let method = match chance.below(50) {
        0 => chance.word(&ODD_METHODS),
        _ => chance.word(&METHODS),
    };
    let mut target = path(chance);
    // What takes all away, or keeps it from all, comes seldom.
    while matches!(method, "DELETE" | "LOCK" | "ACL") && !target.ends_with(".ics") && chance.below(20) > 0 {
        target = path(chance);
    }
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    match chance.below(30) {
        0 => {}
        1 => head.push_str("Authorization: Basic !!!\r\n"),
        2..=8 => line(&mut head, "Authorization", &basic("bob:secret of bob")),
        _ => line(&mut head, "Authorization", &basic("ann:secret of ann")),
    }
    headers(chance, seen, method, address, &mut head);
    let mut body = bodies::of(chance, seen, method);
    if chance.below(4) == 0 {
        bodies::mutate(chance, &mut body);
    }
    line(&mut head, "Content-Length", &body.len().to_string());
    head.push_str("\r\n");
    [head.into_bytes(), body].concat()
}

fn line(head: &mut String, name: &str, value: &str) {
    let _ = write!(head, "{name}: {value}\r\n");
}

/// A path, of what is there more often than of what is not.
pub(super) fn path(chance: &mut Chance) -> String {
    let home =
        chance.word(&["ann", "ann", "ann", "ann", "ann", "ann", "bob", "bob", "nobody", "%61nn", "a%2Fb"]);
    let calendar = match chance.below(8) {
        0 => chance.word(&["x", "%C3%A9t%C3%A9", "a.ics", "personal2"]),
        _ => chance.word(&["personal", "work"]),
    };
    let object = chance.below(6);
    match chance.below(40) {
        0 => "/".to_owned(),
        1 => "/principals/".to_owned(),
        2 => format!("/principals/{home}/"),
        3 => format!(
            "/principals/{home}/{}",
            chance.word(&["", "calendar-proxy-read/", "calendar-proxy-write/", "x/"])
        ),
        4 => "/calendars/".to_owned(),
        5 | 6 => format!("/calendars/{home}/"),
        7..=16 => format!("/calendars/{home}/{calendar}/"),
        17 => format!("/calendars/{home}/{calendar}"),
        18 => "*".to_owned(),
        19 => format!("/calendars/{home}/{calendar}/{object}.ics/"),
        20 => format!("/calendars/{home}/{calendar}/{object}.ics?export=1"),
        21 => chance
            .pick(&[
                "//",
                "/calendars//x",
                "/a/../b",
                "/%",
                "/%00",
                "/%zz",
                "/files/ann/",
                "/.well-known/caldav",
                "/healthz",
                "/readyz",
                "/é",
            ])
            .to_string(),
        22 => format!("/calendars/{home}/{calendar}/{}", "n".repeat(chance.below(600))),
        _ => format!("/calendars/{home}/{calendar}/{object}.ics"),
    }
}

fn headers(chance: &mut Chance, seen: &Seen, method: &str, address: SocketAddr, head: &mut String) {
    if chance.below(3) > 0 {
        line(
            head,
            "Depth",
            chance.word(&["0", "0", "1", "1", "1", "1", "infinity", "infinity", "2", "1,noroot"]),
        );
    }
    if matches!(method, "COPY" | "MOVE") || chance.below(30) == 0 {
        let to = path(chance);
        let to = match chance.below(8) {
            0 => format!("http://elsewhere.example{to}"),
            1..=3 => format!("http://{address}{to}"),
            _ => to,
        };
        line(head, "Destination", &to);
    }
    let tag = chance.word(&["\"x\"", "*", "W/\"x\"", "\"a\", \"b\"", "\"\"", "x", "\"a\" \"b", ","]);
    let condition = chance.word(&["If-Match", "If-None-Match", "If-Schedule-Tag-Match", "If-Range"]);
    if chance.below(6) == 0 {
        line(head, condition, Seen::any(chance, &seen.tags, tag));
    }
    if chance.below(6) == 0 {
        let condition = conditions(chance, seen);
        line(head, "If", &condition);
    }
    if method == "UNLOCK" {
        line(head, "Lock-Token", Seen::any(chance, &seen.locks, "<urn:uuid:3>"));
    }
    for (name, values, often) in HEADERS {
        if chance.below(often) == 0 {
            line(head, name, chance.word(values));
        }
    }
    let media = match method {
        "PUT" | "POST" => chance.word(&[
            "text/calendar",
            "text/calendar; charset=utf-8",
            "text/calendar",
            "application/calendar+json",
            "application/calendar+xml",
            "text/plain",
            "",
        ]),
        _ => chance.word(&[
            "application/xml",
            "text/xml; charset=utf-8",
            "application/xml; charset=utf-16",
            "text/plain",
            "application/xml",
        ]),
    };
    if chance.below(5) > 0 {
        line(head, "Content-Type", media);
    }
}

/// Headers, the values that they may have, and one in how many requests has them.
const HEADERS: [(&str, &[&str], usize); 13] = [
    ("Overwrite", &["T", "F", "t", "x", ""], 6),
    (
        "Prefer",
        &[
            "return=minimal",
            "return=representation",
            "depth-noroot",
            "return=\"minimal\"; a=b, x",
            "=",
            "return=representation, depth-noroot",
        ],
        5,
    ),
    ("Brief", &["t", "f", "x"], 20),
    (
        "Range",
        &[
            "bytes=0-10",
            "bytes=-5",
            "bytes=5-",
            "bytes=9-1",
            "octets=1",
            "bytes=0-1,3-4",
            "bytes=99999999999999999999-",
        ],
        12,
    ),
    ("Content-Range", &["bytes 0-1/2"], 60),
    (
        "Accept",
        &[
            "text/calendar",
            "application/calendar+json",
            "application/calendar+xml;q=0.5, text/*",
            "*/*",
            "text/html",
            ";;q=",
            "",
        ],
        6,
    ),
    ("Timeout", &["Second-100", "Infinite", "Infinite, Second-4100000000", "Second-99999999999999", "x"], 10),
    ("Lock-Token", &["<urn:uuid:00000000-0000-4000-8000-000000000000>", "x", "<>", "<a>b"], 6),
    ("If-Modified-Since", &["Mon, 23 Feb 2026 00:00:00 GMT", "yesterday"], 20),
    ("If-Unmodified-Since", &["Mon, 23 Feb 2026 00:00:00 GMT", "0"], 20),
    ("CalDAV-Timezones", &["T", "F"], 30),
    ("Accept-Encoding", &["gzip", "br, gzip;q=0", "identity;q=0"], 15),
    ("X-Forwarded-For", &["1.2.3.4", ",,"], 40),
];

/// The header If (RFC 4918 10.4.2).
fn conditions(chance: &mut Chance, seen: &Seen) -> String {
    let mut text = String::new();
    for _ in 0..=chance.below(3) {
        if chance.below(3) == 0 {
            let _ = write!(text, "<{}> ", path(chance));
        }
        text.push('(');
        for _ in 0..=chance.below(2) {
            match chance.below(3) {
                0 => text.push_str(Seen::any(chance, &seen.locks, "<urn:uuid:2>")),
                1 => {
                    let _ = write!(text, "[{}]", Seen::any(chance, &seen.tags, "\"x\""));
                }
                _ => {}
            }
            text.push_str(chance.word(&[
                "<urn:uuid:1>",
                "[\"x\"]",
                "Not <DAV:no-lock>",
                "<DAV:no-lock>",
                "[W/\"x\"]",
                "Not [\"y\"]",
                "<",
                " ",
                "<data:,1-2-3>",
            ]));
        }
        text.push_str(chance.word(&[")", ")", ")", ") ", ""]));
    }
    text
}
