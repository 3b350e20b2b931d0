//! What proxies in front say of a request: from whom it came, and by which host (RFC 7239). Only those that are known are
//! believed, and only as far as each can know: the last word is the nearest proxy's, and what stands before the first that is
//! none of ours anybody may have written.

use std::net::IpAddr;

use http::uri::Authority;
use http::{HeaderMap, StatusCode};
use transport::Networks;

use crate::caldav::error::Fault;
use crate::options::Options;

/// From where a request came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The client; the last proxy that is known, where nobody said who is before it.
    pub(crate) client: IpAddr,
    /// The host that the client asked for, where a proxy said it.
    pub(crate) host: Option<String>,
    /// Does the client speak TLS, where a proxy said it?
    pub(crate) is_secure: Option<bool>,
    /// Did a proxy take the prefix off the path?
    pub(crate) is_stripped: bool,
}

/// So many proxies are looked at.
const MOST: usize = 100;
const FORWARDED: &str = "forwarded";
const FOR: &str = "x-forwarded-for";
const HOST: &str = "x-forwarded-host";
const PREFIX: &str = "x-forwarded-prefix";
const PROTO: &str = "x-forwarded-proto";

/// What one proxy says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hop {
    /// Who came to it, as it was written.
    by: Option<String>,
    host: Option<String>,
    is_secure: Option<bool>,
}

impl Origin {
    /// What is known where nobody says anything.
    const fn at(client: IpAddr) -> Self {
        Self { client, host: None, is_secure: None, is_stripped: false }
    }
}

/// From where a request came that a peer sent, told by headers.
///
/// # Errors
/// A proxy that is believed says what cannot be read.
pub(crate) fn read(headers: &HeaderMap, peer: IpAddr, options: &Options) -> Result<Origin, Fault> {
    let (peer, proxies) = (peer.to_canonical(), &options.proxies);
    let unknown = Origin::at(peer);
    if !proxies.contains(peer) {
        return Ok(unknown);
    }
    let new =
        headers.contains_key(FORWARDED).then(|| followed(&forwarded(headers)?, peer, proxies)).transpose()?;
    let is_old = [FOR, HOST, PROTO].iter().any(|name| headers.contains_key(*name));
    let old = is_old.then(|| followed(&old(headers)?, peer, proxies)).transpose()?;
    let origin = match (new, old) {
        // A proxy writes one of them, and may hand the other on as the client wrote it: which one, nobody knows.
        (Some(new), Some(old)) if new.client != old.client && headers.contains_key(FOR) => unknown,
        (Some(told), _) | (None, Some(told)) => told,
        (None, None) => unknown,
    };
    // One that says another prefix than ours speaks of something else.
    let ours = options.prefix.to_string();
    let is_ours = |told: &str| told.trim_end_matches('/') == ours.trim_end_matches('/');
    Ok(Origin { is_stripped: single(headers, PREFIX).is_some_and(is_ours), ..origin })
}

/// Goes back from the nearest proxy to the first that is none of ours. What stands before it is not even read.
fn followed(hops: &[Hop], peer: IpAddr, proxies: &Networks) -> Result<Origin, Fault> {
    let mut origin = Origin::at(peer);
    for hop in hops.iter().rev().take(MOST) {
        origin.host = hop.host.clone().or(origin.host);
        origin.is_secure = hop.is_secure.or(origin.is_secure);
        let Some(client) = hop.by.as_deref().map(node).transpose()?.flatten() else { break };
        origin.client = client.to_canonical();
        if !proxies.contains(client) {
            break;
        }
    }
    Ok(origin)
}

/// `Forwarded`, the nearest proxy last (RFC 7239 4).
fn forwarded(headers: &HeaderMap) -> Result<Vec<Hop>, Fault> {
    let mut hops = Vec::new();
    for line in headers.get_all(FORWARDED) {
        let line = line.to_str().map_err(|_| bad(FORWARDED))?;
        for element in split(line, ',')? {
            let mut hop = Hop::default();
            for pair in split(element, ';')?.into_iter().filter(|pair| !pair.trim().is_empty()) {
                let (name, value) = pair.split_once('=').ok_or_else(|| bad(FORWARDED))?;
                let value = unquoted(value.trim());
                match name.trim().to_ascii_lowercase().as_str() {
                    "for" => hop.by = Some(value),
                    "host" => hop.host = host(&value),
                    "proto" => hop.is_secure = is_secure(&value),
                    _ => {}
                }
            }
            hops.push(hop);
        }
    }
    Ok(hops)
}

/// `X-Forwarded-For`, which came before it; of the others it is not said which proxy wrote what, so they are believed where one
/// alone has.
fn old(headers: &HeaderMap) -> Result<Vec<Hop>, Fault> {
    let mut hops = Vec::new();
    for line in headers.get_all(FOR) {
        let names = line.to_str().map_err(|_| bad(FOR))?.split(',');
        hops.extend(names.map(|name| Hop { by: Some(name.trim().to_owned()), ..Hop::default() }));
    }
    let by = hops.pop().and_then(|last| last.by);
    let (host, is_secure) =
        (single(headers, HOST).and_then(host), single(headers, PROTO).and_then(is_secure));
    hops.push(Hop { by, host, is_secure });
    Ok(hops)
}

/// A host, with a port or without; nothing else is taken for one.
fn host(text: &str) -> Option<String> {
    let is_host = !text.contains('@') && text.parse::<Authority>().is_ok();
    is_host.then(|| text.to_owned())
}

fn is_secure(proto: &str) -> Option<bool> {
    let is = |name: &str| proto.eq_ignore_ascii_case(name);
    (is("https") || is("http")).then(|| is("https"))
}

/// Who is named: an address, with a port or without; `None` where it is hidden (RFC 7239 6).
fn node(text: &str) -> Result<Option<IpAddr>, Fault> {
    let bare = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) if rest.is_empty() || rest.starts_with(':') => address,
        Some(_) => return Err(bad(FORWARDED)),
        None if text.matches(':').count() == 1 => text.split_once(':').map_or(text, |(address, _)| address),
        None => text,
    };
    if bare.eq_ignore_ascii_case("unknown") || bare.starts_with('_') {
        return Ok(None);
    }
    bare.parse().map(Some).map_err(|_| bad(FORWARDED))
}

/// The parts of a text, but for what is quoted.
fn split(text: &str, at: char) -> Result<Vec<&str>, Fault> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = text.split(|letter: char| {
        let is_end = letter == at && !is_quoted;
        if letter == '"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = letter == '\\' && is_quoted && !is_escaped;
        is_end
    });
    let parts = parts.collect();
    if is_quoted { Err(bad(FORWARDED)) } else { Ok(parts) }
}

/// A token, or a quoted string without its quotes (RFC 9110 5.6.4).
fn unquoted(text: &str) -> String {
    let Some(inside) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(inside.len());
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        out.extend(if letter == '\\' { letters.next() } else { Some(letter) });
    }
    out
}

/// The value of a header that is there once and names one thing.
fn single<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next().filter(|_| lines.next().is_none())?.to_str().ok()?.trim();
    (!line.is_empty() && !line.contains(',')).then_some(line)
}

fn bad(name: &str) -> Fault {
    Fault::new(StatusCode::BAD_REQUEST, format!("what {name} says cannot be read"))
}

#[cfg(test)]
mod tests {
    use dav::Href;
    use proptest::prelude::*;

    use super::*;

    const PROXIES: &str = "10.0.0.0/8 ::1";

    fn origin(peer: &str, lines: &[(&'static str, &str)]) -> Result<Origin, Fault> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let (proxies, prefix) = (PROXIES.parse().unwrap(), Href::parse("/kalends").unwrap());
        read(&headers, peer.parse().unwrap(), &Options { proxies, prefix, ..Options::default() })
    }

    #[track_caller]
    fn comes_from(peer: &str, lines: &[(&'static str, &str)], client: &str) {
        let found = origin(peer, lines).unwrap_or_else(|_| panic!("{lines:?}"));
        assert_eq!(found.client, client.parse::<IpAddr>().unwrap(), "{lines:?}");
    }

    #[test]
    fn only_proxies_that_are_known_are_believed() {
        comes_from("192.0.2.7", &[("forwarded", "for=198.51.100.1")], "192.0.2.7");
        comes_from("192.0.2.7", &[("x-forwarded-for", "198.51.100.1")], "192.0.2.7");
        comes_from("192.0.2.7", &[("forwarded", "for=\"broken")], "192.0.2.7");
        comes_from("10.0.0.1", &[], "10.0.0.1");
        comes_from("::ffff:10.0.0.1", &[("forwarded", "for=198.51.100.1")], "198.51.100.1");
    }

    #[test]
    fn the_client_is_the_first_before_those_that_are_known() {
        for (lines, client) in [
            (&[("forwarded", "for=198.51.100.1")][..], "198.51.100.1"),
            (&[("forwarded", "For=\"[2001:db8:cafe::17]:4711\";proto=https")], "2001:db8:cafe::17"),
            (&[("forwarded", "for=192.0.2.43, for=198.51.100.17")], "198.51.100.17"),
            (
                &[("forwarded", "for=192.0.2.43, for=198.51.100.17;by=10.0.0.9, for=10.0.0.2")],
                "198.51.100.17",
            ),
            (
                &[("forwarded", "for=192.0.2.43"), ("forwarded", "for=\"198.51.100.17:47011\"")],
                "198.51.100.17",
            ),
            (&[("forwarded", "for=192.0.2.43, for=_hidden")], "10.0.0.1"),
            (&[("forwarded", "for=unknown, for=10.0.0.2")], "10.0.0.2"),
            (&[("forwarded", "for=198.51.100.1, for=\"unknown:80\"")], "10.0.0.1"),
            (&[("forwarded", "for=198.51.100.1, for=\"_hidden:_port\"")], "10.0.0.1"),
            (&[("forwarded", "proto=https")], "10.0.0.1"),
            (&[("forwarded", "for=198.51.100.1;host=\"a,b;c\\\"d\"")], "198.51.100.1"),
            (&[("x-forwarded-for", "192.0.2.43, 198.51.100.17")], "198.51.100.17"),
            (&[("x-forwarded-for", "192.0.2.43, 198.51.100.17, 10.1.1.1")], "198.51.100.17"),
            (&[("x-forwarded-for", "2001:db8::1")], "2001:db8::1"),
            (&[("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.1")], "198.51.100.1"),
            // What stands before the client may be anything.
            (&[("forwarded", "for=here;by=there, for=198.51.100.1")], "198.51.100.1"),
            (&[("x-forwarded-for", "(null), 198.51.100.1")], "198.51.100.1"),
            (&[("x-forwarded-proto", "https")], "10.0.0.1"),
            (&[("x-forwarded-proto", "https"), ("forwarded", "for=198.51.100.1")], "198.51.100.1"),
            // One of the two is the client's own.
            (&[("x-forwarded-for", "192.0.2.43"), ("forwarded", "for=198.51.100.1")], "10.0.0.1"),
        ] {
            comes_from("10.0.0.1", lines, client);
        }
    }

    #[test]
    fn what_a_known_proxy_says_can_be_read_or_nothing_is_done() {
        for line in ["for=\"198.51.100.1", "for=here", "for", "for=[::1", "for=[::1]x", "for=1.2.3.4.5"] {
            assert!(origin("10.0.0.1", &[("forwarded", line)]).is_err(), "{line}");
        }
        assert!(origin("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, here")]).is_err());
    }

    #[test]
    fn the_host_is_that_of_the_outermost_proxy_that_is_known() {
        let host =
            |lines: &[(&'static str, &str)]| origin("10.0.0.1", lines).ok().and_then(|found| found.host);
        let both =
            "for=192.0.2.1;host=evil.example, for=198.51.100.1;host=cal.example.com, for=10.0.0.2;host=inner";
        assert_eq!(host(&[("forwarded", both)]).as_deref(), Some("cal.example.com"));
        let old = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-host", "cal.example.com")];
        assert_eq!(host(&old).as_deref(), Some("cal.example.com"));
        let two = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-host", "cal.example.com, inner")];
        assert_eq!(host(&two), None, "whose is whose is not said");
        assert_eq!(host(&[("forwarded", "for=198.51.100.1;host=\"me@cal.example.com\"")]), None);
        assert_eq!(host(&[("forwarded", "for=198.51.100.1;host=\"a\\\"b\"")]), None);
    }

    #[test]
    fn a_client_speaks_tls_where_the_outermost_proxy_that_is_known_says_so() {
        for (line, is_secure) in [
            (("forwarded", "for=198.51.100.1;proto=https, for=10.0.0.2;proto=http"), Some(true)),
            (("forwarded", "for=1.2.3.4;proto=https, for=198.51.100.1;proto=HTTP"), Some(false)),
            (("forwarded", "for=1.2.3.4;proto=https, for=198.51.100.1"), None),
            (("forwarded", "for=198.51.100.1;proto=gopher"), None),
            (("x-forwarded-proto", "https"), Some(true)),
            (("x-forwarded-proto", "https, http"), None),
        ] {
            assert_eq!(
                origin("10.0.0.1", &[line]).ok().map(|found| found.is_secure),
                Some(is_secure),
                "{line:?}"
            );
            assert_eq!(origin("192.0.2.1", &[line]).ok().and_then(|found| found.is_secure), None, "{line:?}");
        }
    }

    proptest! {
        /// Whatever a client writes before what a proxy adds, on its line or on another, nothing of it is believed.
        #[test]
        fn nothing_that_a_client_writes_is_believed(said in r#"[a-fhor0-9=;,"\\\[\]:. ]{0,60}"#) {
            let client = "198.51.100.1".parse::<IpAddr>().unwrap();
            let old = format!("{said}, {client}");
            let new = format!("{said}, For={client};Proto=https");
            for lines in [
                &[("x-forwarded-for", old.as_str()), ("x-forwarded-proto", "https")][..],
                &[("forwarded", &new)],
                &[("forwarded", &said), ("forwarded", "for=198.51.100.1;proto=https")],
            ] {
                if let Ok(found) = origin("10.0.0.1", lines) {
                    prop_assert_eq!(found, Origin { is_secure: Some(true), ..Origin::at(client) });
                }
                prop_assert_eq!(origin("192.0.2.7", lines).ok(), Some(Origin::at("192.0.2.7".parse().unwrap())));
            }
        }
    }

    #[test]
    fn a_prefix_was_taken_off_where_ours_is_told() {
        for (told, is_stripped) in
            [("/kalends", true), ("/kalends/", true), ("/other", false), ("/kalends, /kalends", false)]
        {
            let found =
                origin("10.0.0.1", &[("x-forwarded-prefix", told)]).ok().map(|found| found.is_stripped);
            assert_eq!(found, Some(is_stripped), "{told}");
        }
        let stranger = origin("192.0.2.1", &[("x-forwarded-prefix", "/kalends")]).ok();
        assert_eq!(stranger.map(|found| found.is_stripped), Some(false));
    }
}
