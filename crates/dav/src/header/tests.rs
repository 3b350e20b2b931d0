//! Headers as the RFCs have them, and as they are not to be.

use proptest::prelude::*;

use super::*;

const MOST: usize = 100;

fn site() -> Site {
    Site::new("/", ["www.example.com"]).unwrap()
}

fn read(header: &str) -> If {
    If::read(header, &site(), MOST).unwrap_or_else(|error| panic!("{header}: {error}"))
}

fn state(entity: Option<&str>, tokens: &[&str]) -> State {
    State {
        entity: entity.map(EntityTag::strong),
        tokens: tokens.iter().map(|token| (*token).to_owned()).collect(),
    }
}

#[test]
fn depth_is_one_of_three() {
    assert_eq!(Depth::read(None, Depth::Infinity), Ok(Depth::Infinity));
    for depth in [Depth::Zero, Depth::One, Depth::Infinity] {
        assert_eq!(Depth::read(Some(&depth.to_string()), Depth::Zero), Ok(depth));
    }
    for text in ["", "2", "1,noroot", "-1", "infinite"] {
        assert!(Depth::read(Some(text), Depth::Zero).is_err(), "{text}");
    }
}

#[test]
fn a_header_that_is_there_twice_is_a_list() {
    let mut headers = HeaderMap::new();
    headers.append("if-match", "\"a\"".parse().unwrap());
    headers.append("If-Match", "\"b\"".parse().unwrap());
    headers.append("depth", "0".parse().unwrap());
    assert_eq!(joined(&headers, "if-match").unwrap().as_deref(), Some("\"a\", \"b\""));
    assert_eq!(joined(&headers, "depth").unwrap().as_deref(), Some("0"));
    assert_eq!(joined(&headers, "prefer"), Ok(None));
    headers.append("depth", "1".parse().unwrap());
    assert!(Depth::read(joined(&headers, "depth").unwrap().as_deref(), Depth::One).is_err());
    for place in ["/a", "/b"] {
        headers.append("destination", place.parse().unwrap());
    }
    assert!(destination(&joined(&headers, "destination").unwrap().unwrap(), &site()).is_err());
    headers.append("depth", http::HeaderValue::from_bytes(b"\xff").unwrap());
    assert!(joined(&headers, "depth").is_err());
}

#[test]
fn if_as_rfc_4918_10_4_has_it() {
    // 10.4.6, without tags.
    let header = read(
        "(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> [\"I am an ETag\"]) ([\"I am another ETag\"])",
    );
    let token = "urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2";
    assert!(header.holds(|_| state(Some("I am an ETag"), &[token])));
    assert!(header.holds(|_| state(Some("I am another ETag"), &[])));
    assert!(!header.holds(|_| state(Some("I am an ETag"), &[])));
    assert_eq!(header.tokens().collect::<Vec<_>>(), [token]);
    // 10.4.7, Not.
    let header = read(
        "(Not <urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> <urn:uuid:58f202ac-22cf-11d1-b12d-002035b29092>)",
    );
    assert!(header.holds(|_| state(None, &["urn:uuid:58f202ac-22cf-11d1-b12d-002035b29092"])));
    assert!(!header.holds(|_| state(None, &[token, "urn:uuid:58f202ac-22cf-11d1-b12d-002035b29092"])));
    // 10.4.8, what is always true.
    assert!(
        read("(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>) (Not <DAV:no-lock>)")
            .holds(|_| state(None, &[]))
    );
    // 10.4.9, tagged.
    let header = read(
        "</resource1> (<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> [W/\"A weak ETag\"]) ([\"strong ETag\"])",
    );
    let resource1 = Href::parse("/resource1").unwrap();
    let asked = |href: Option<&Href>| {
        assert_eq!(href, Some(&resource1));
        state(Some("strong ETag"), &[])
    };
    assert!(header.holds(asked));
    // 10.4.10, a collection's lock; 10.4.11, one that is not here: its entity tag matches nothing.
    let header = read("<http://www.example.com/specs/> (<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>)");
    assert!(header.holds(|_| state(None, &[token])));
    let header = read("</specs/rfc2518.doc> ([\"4217\"])");
    assert!(!header.holds(|_| state(None, &[])));
    assert!(read("</specs/rfc2518.doc> (Not [\"4217\"])").holds(|_| state(None, &[])));
    let elsewhere = read("<http://elsewhere.example.com/a> (Not <urn:a>)");
    assert!(elsewhere.holds(|_| panic!("what is elsewhere is not asked")));
}

#[test]
fn if_that_is_none_is_refused() {
    for header in [
        "",
        "()",
        "(",
        "(<a>",
        "<a>",
        "<a> <b> (<c>)",
        "(<a>) <b> (<c>)",
        "(Not)",
        "([a])",
        "([\"a\"",
        "(<a>) x",
        "(<>)",
        "(<a\u{1}>)",
        "<a> (<b>) <c>",
        "(Not Not <a>)",
        "no",
    ] {
        assert!(If::read(header, &site(), MOST).is_err(), "{header}");
    }
    let many = |count: usize| format!("({})", "<urn:a> ".repeat(count));
    assert!(If::read(&many(MOST), &site(), MOST).is_ok());
    assert_eq!(If::read(&many(MOST + 1), &site(), MOST).unwrap_err().wanted, "fewer conditions");
    let lists = "(<urn:a>)".repeat(MOST + 1);
    assert!(If::read(&lists, &site(), MOST).is_err());
    assert!(If::read(&"(".repeat(1_000_000), &site(), MOST).is_err());
}

#[test]
fn tags_match_strongly_or_weakly() {
    let tags = |text| Tags { entity: EntityTag::take(text).map(|(tag, _)| tag), schedule: None };
    let check = |match_, none_match, resource: Option<&Tags>, is_read| {
        Preconditions::read(match_, none_match, None).unwrap().check(resource, is_read)
    };
    let (strong, weak) = (tags("\"a\""), tags("W/\"a\""));
    for (if_match, resource, outcome) in [
        ("\"a\"", Some(&strong), Outcome::Proceed),
        ("\"b\" , ,\"a\"", Some(&strong), Outcome::Proceed),
        ("W/\"a\"", Some(&strong), Outcome::Failed),
        ("\"a\"", Some(&weak), Outcome::Failed),
        ("\"b\"", Some(&strong), Outcome::Failed),
        ("*", Some(&strong), Outcome::Proceed),
        ("*", None, Outcome::Failed),
        ("\"a\"", None, Outcome::Failed),
        ("*", Some(&Tags::default()), Outcome::Proceed),
    ] {
        assert_eq!(check(Some(if_match), None, resource, false), outcome, "{if_match} {resource:?}");
    }
    for (none_match, resource, is_read, outcome) in [
        ("*", None, false, Outcome::Proceed),
        ("*", Some(&strong), false, Outcome::Failed),
        ("\"a\"", Some(&weak), true, Outcome::NotModified),
        ("W/\"a\"", Some(&strong), false, Outcome::Failed),
        ("\"b\"", Some(&strong), true, Outcome::Proceed),
    ] {
        assert_eq!(check(None, Some(none_match), resource, is_read), outcome, "{none_match} {resource:?}");
    }
    assert_eq!(check(Some("\"b\""), Some("\"a\""), Some(&strong), true), Outcome::Failed);
    for bad in ["", "a", "\"a", "\"a\" \"b\"", "*, \"a\"", "\"a\u{1}\""] {
        assert!(Matching::read("If-Match", bad).is_err(), "{bad}");
    }
    let tagged =
        Tags { entity: None, schedule: Some(EntityTag::strong("488177c8-2ea7-4176-a6cb-fab8cfccdea2")) };
    let asked = |text| Preconditions::read(None, None, Some(text)).unwrap().check(Some(&tagged), false);
    assert_eq!(asked("\"488177c8-2ea7-4176-a6cb-fab8cfccdea2\""), Outcome::Proceed);
    assert_eq!(asked("\"other\""), Outcome::Failed);
}

#[test]
fn small_headers() {
    assert_eq!(overwrite(None), Ok(true));
    assert_eq!(overwrite(Some("F")), Ok(false));
    assert!(overwrite(Some("yes")).is_err());
    assert_eq!(lock_token("<urn:uuid:a515cfa4>"), Ok("urn:uuid:a515cfa4"));
    assert!(lock_token("urn:uuid:a515cfa4").is_err());
    assert!(lock_token("<a> <b>").is_err());
    assert_eq!(Timeout::read("Infinite, Second-4100000000"), Some(Timeout::Infinite));
    assert_eq!(Timeout::read("Extend-5, Second-604800"), Some(Timeout::Seconds(604_800)));
    assert_eq!(Timeout::read("Second-99999999999999999999"), Some(Timeout::Seconds(u32::MAX)));
    assert_eq!(Timeout::read("Second--1"), None);
    assert_eq!(Timeout::Seconds(7).to_string(), "Second-7");
    assert_eq!(destination("http://other.example.com/a", &site()), Err(BadHref::OtherHost));
}

#[test]
fn preferences_are_read_and_never_refused() {
    let minimal = Prefer::read(Some("respond-async, return=minimal; foo=\"a,b\", depth-noroot"), None);
    assert!(minimal.is_minimal() && minimal.is_depth_noroot);
    assert_eq!(minimal.to_string(), "return=minimal, depth-noroot");
    assert!(Prefer::read(Some("return=representation, return=minimal"), None).is_representation());
    assert!(Prefer::read(None, Some("t")).is_minimal());
    assert!(!Prefer::read(None, Some("f")).is_minimal());
    assert_eq!(Prefer::read(Some("\"return=minimal, return=minimal"), None), Prefer::default());
}

proptest! {
    #[test]
    fn if_is_read_again_as_it_is_told(header in "(<[a-z/:]{1,8}> )?(\\((Not )?(<[a-z:]{1,6}>|\\[(W/)?\"[a-z]{0,4}\"\\]){1,3}\\) ?){1,4}") {
        let read = If::read(&header, &site(), MOST);
        prop_assume!(read.is_ok());
        let read = read.unwrap();
        prop_assert_eq!(If::read(&read.to_string(), &site(), MOST), Ok(read));
    }
}
