//! Paths there and back, and those that are none.

use proptest::prelude::*;

use super::*;

#[test]
fn what_names_no_resource_is_refused_by_its_fault() {
    for (path, fault) in [
        ("", BadHref::NotAbsolute),
        ("a", BadHref::NotAbsolute),
        ("/a//b", BadHref::Empty),
        ("//", BadHref::Empty),
        ("/.", BadHref::Dot),
        ("/a/../b", BadHref::Dot),
        ("/a/%2e%2E/b", BadHref::Dot),
        ("/a%", BadHref::Encoding),
        ("/a%2", BadHref::Encoding),
        ("/a%zz", BadHref::Encoding),
        ("/a%ff", BadHref::Utf8),
        ("/%c0%af", BadHref::Utf8),
        ("/a%00", BadHref::Control),
        ("/a%0d%0ab", BadHref::Control),
        ("/a b", BadHref::Control),
        ("/a?b", BadHref::Query),
        ("/a#b", BadHref::Query),
    ] {
        assert_eq!(Href::parse(path), Err(fault), "{path}");
    }
    assert_eq!(Href::parse(&format!("/{}", "a".repeat(LONGEST))), Err(BadHref::TooLong));
    assert!(Href::parse(&format!("/{}", "a".repeat(LONGEST - 1))).is_ok());
}

#[test]
fn a_slash_inside_a_segment_is_none_between_two() {
    let read = |path| Href::parse(path).unwrap();
    assert_eq!(read("/a%2Fb").segments(), ["a/b"]);
    assert_eq!(read("/a%252Fb").segments(), ["a%2Fb"]);
    assert_eq!(read("/a/b").segments(), ["a", "b"]);
    assert_eq!(read("/%F0%9F%8E%82.ics").segments(), ["🎂.ics"]);
    assert_eq!(read("/🎂.ics"), read("/%F0%9F%8E%82.ics"));
}

#[test]
fn an_address_is_read_on_the_own_host_below_the_own_path() {
    let site = Site::new("/dav/", ["cal.example.com", "cal.example.com:8008"]).unwrap();
    let read = |reference| site.read(reference);
    let ann = Href::parse("/ann/").unwrap();
    assert_eq!(read("/dav/ann/"), Ok(ann.clone()));
    assert_eq!(read("https://CAL.example.com/dav/ann/"), Ok(ann.clone()));
    assert_eq!(read("http://cal.example.com:80/dav/ann/"), Ok(ann.clone()));
    assert_eq!(read("http://cal.example.com:8008/dav/ann/"), Ok(ann.clone()));
    assert_eq!(read("\n  /dav/ann/\n"), Ok(ann.clone()));
    assert_eq!(read("/dav"), Ok(Href::root()));
    assert_eq!(read("/ann/"), Err(BadHref::Outside));
    assert_eq!(read("/davann/"), Err(BadHref::Outside));
    assert_eq!(read("http://evil.example.com/dav/ann/"), Err(BadHref::OtherHost));
    assert_eq!(read("http://cal.example.com@evil.example.com/dav/ann/"), Err(BadHref::OtherHost));
    assert_eq!(read("//cal.example.com/dav/ann/"), Err(BadHref::Empty));
    assert_eq!(read("ftp://cal.example.com/dav/ann/"), Err(BadHref::OtherHost));
    assert_eq!(site.write(&ann), "/dav/ann/");
}

#[test]
fn what_is_inside_is_told_by_segments() {
    let read = |path| Href::parse(path).unwrap();
    assert!(read("/a/b").is_within(&read("/a/")));
    assert!(read("/a").is_within(&read("/a/")));
    assert!(!read("/ab").is_within(&read("/a/")));
    assert!(!read("/a%2Fb").is_within(&read("/a/")));
    assert_eq!(read("/a/b").parent(), Some(read("/a/")));
    assert_eq!(Href::root().parent(), None);
    assert!(read("/a").is_same(&read("/a/")));
    assert!(Href::root().join("..", false).is_err());
}

proptest! {
    #[test]
    fn a_path_is_read_back_as_it_was(
        segments in proptest::collection::vec("[^\\p{Cc}]{1,12}", 0..6),
        is_collection in any::<bool>(),
        prefix in proptest::sample::select(vec!["/", "/dav/", "/a%2Fb/c%25/"]),
    ) {
        let site = Site::new(prefix, []).unwrap();
        if let Ok(href) = Href::new(segments, is_collection) {
            prop_assert_eq!(Href::parse(&href.to_string()), Ok(href.clone()));
            prop_assert_eq!(site.read(&site.write(&href)), Ok(href));
        }
    }
}
