//! Headers and references of WebDAV.

use dav::header::{Depth, If, Matching, Preconditions, Prefer, State, Timeout};
use dav::{Href, LONGEST, Site};

/// A header or a reference. What is read is read again as the same from what it writes; a path has no way up
/// and no control characters; a condition and its opposite never agree.
pub fn dav_header(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let site = Site::new("/dav/", ["example.com"]).expect("a path");
    for href in [Href::parse(&text), site.read(&text)].into_iter().flatten() {
        assert_eq!(
            site.read(&site.write(&href)).as_ref().ok(),
            Some(&href).filter(|_| is_short(&site, &href))
        );
        for segment in href.segments() {
            assert!(
                !segment.is_empty()
                    && segment != "."
                    && segment != ".."
                    && !segment.contains(char::is_control)
            );
        }
    }
    if let Ok(condition) = If::read(&text, &Site::default(), 100) {
        assert!(condition.lists().iter().map(|(_, list)| list.len()).sum::<usize>() <= 100);
        let told = condition.to_string();
        if !told.contains('%') {
            assert_eq!(If::read(&told, &Site::default(), 100).as_ref(), Ok(&condition), "{told}");
        }
        let all = || State { entity: None, tokens: condition.tokens().map(str::to_owned).collect() };
        let _ = condition.holds(|_| all());
    }
    if let Ok(depth) = Depth::read(Some(&text), Depth::Zero) {
        assert_eq!(Depth::read(Some(&depth.to_string()), Depth::Zero), Ok(depth));
    }
    if let Some(timeout) = Timeout::read(&text) {
        assert_eq!(Timeout::read(&timeout.to_string()), Some(timeout));
    }
    if let Ok(Matching::Tags(tags)) = Matching::read("If-Match", &text) {
        let told: Vec<String> = tags.iter().map(ToString::to_string).collect();
        assert_eq!(Matching::read("If-Match", &told.join(", ")), Ok(Matching::Tags(tags)));
    }
    let prefer = Prefer::read(Some(&text), None);
    assert_eq!(Prefer::read(Some(&prefer.to_string()), None), prefer);
    let _ = Preconditions::read(Some(&text), Some(&text), Some(&text));
    let _ = dav::header::lock_token(&text);
}

/// Written in full, percent-encoded, a path may be longer than one that is read.
fn is_short(site: &Site, href: &Href) -> bool {
    site.write(href).len() <= LONGEST
}
