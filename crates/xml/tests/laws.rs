//! What is read is what a strict reader reads, what is written is read again, and what is refused is refused for its reason.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

use proptest::prelude::*;
use xml::{Content, Document, Element, Fault, Limits, Name, Writer};

fn read(text: &str) -> Result<Document, xml::Error> {
    Document::read(text.as_bytes(), &Limits::default())
}

/// An element as both readers can tell it.
fn told(element: Element<'_>) -> String {
    let mut out = format!("<{}", element.name());
    let mut attributes: Vec<String> =
        element.attributes().map(|one| format!(" {}={:?}", one.name, one.value)).collect();
    attributes.sort();
    out.push_str(&attributes.concat());
    out.push('>');
    for content in element.content() {
        match content {
            Content::Element(inner) => out.push_str(&told(inner)),
            Content::Text(text) => out.push_str(&format!("{text:?}")),
        }
    }
    out + "</>"
}

/// The same of the strict reader.
fn told_strictly(node: roxmltree::Node<'_, '_>) -> String {
    let name = |namespace: Option<&str>, local: &str| Name::new(namespace.unwrap_or(""), local).to_string();
    let mut out = format!("<{}", name(node.tag_name().namespace(), node.tag_name().name()));
    let mut attributes: Vec<String> = node
        .attributes()
        .map(|one| format!(" {}={:?}", name(one.namespace(), one.name()), one.value()))
        .collect();
    attributes.sort();
    out.push_str(&attributes.concat());
    out.push('>');
    let mut text = String::new();
    for child in node.children() {
        if let Some(part) = child.text().filter(|_| child.is_text()) {
            text.push_str(part);
        } else if child.is_element() {
            if !text.is_empty() {
                out.push_str(&format!("{:?}", std::mem::take(&mut text)));
            }
            out.push_str(&told_strictly(child));
        }
    }
    if !text.is_empty() {
        out.push_str(&format!("{text:?}"));
    }
    out + "</>"
}

/// Pieces that texts are made of: tags that fit together now and then, and what breaks them.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "<a>",
        "</a>",
        "<b/>",
        "<D:a xmlns:D='DAV:'>",
        "</D:a>",
        "<D:b/>",
        "<x xmlns='u'>",
        "</x>",
        "<x xmlns=''/>",
        "text",
        " ",
        "\r\n",
        "&amp;",
        "&lt;",
        "&#65;",
        "&#x41;",
        "&#0;",
        "&#xD;",
        "&no;",
        "&",
        "<",
        ">",
        "]]>",
        "<![CDATA[ <c> ]]>",
        "<!-- c -->",
        "<!-- -- -->",
        "<?p i?>",
        "<?xml version='1.0'?>",
        "<a b='1' c=\"2\"/>",
        "<a b='1' b='2'/>",
        "<a b='1'c='2'/>",
        "<a b='<'/>",
        "<a b=1/>",
        "<a b/>",
        "<a xmlns:p='q' p:b='&amp;&#10;\t'/>",
        "<p:a/>",
        "<a:b:c/>",
        "<1/>",
        "<a xml:lang='de'/>",
        "<a xmlns:xml='u'/>",
        "<a xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'/>",
        "<!DOCTYPE a>",
        "é",
        "\u{FFFE}",
        "</ a>",
        "< a>",
        "</a >",
        "<a ></a>",
        "<a\n/>",
        "'",
        "\"",
        "/>",
        "=",
    ])
}

fn text() -> impl Strategy<Value = String> {
    let loose = prop::collection::vec(piece(), 0..8).prop_map(|pieces| pieces.concat());
    let inside =
        prop::collection::vec(piece(), 0..6).prop_map(|pieces| format!("<r>{}</r>", pieces.concat()));
    prop_oneof![loose, inside]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_what_a_strict_reader_reads(text in text()) {
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        match (read(&text), roxmltree::Document::parse_with_options(&text, options)) {
            (Ok(ours), Ok(theirs)) => prop_assert_eq!(told(ours.root()), told_strictly(theirs.root_element())),
            (Ok(ours), Err(error)) => prop_assert!(false, "{:?} was read as {:?}: {}", text, ours.root(), error),
            (Err(error), Ok(_)) => prop_assert!(error.fault == Fault::Doctype, "{:?}: {}", text, error),
            (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn what_is_written_is_read_again(texts in prop::collection::vec("\\PC*|[\\t\\n\\r <>&\"']{0,5}", 3), uri in "[a-z:&<\"]{1,9}") {
        let (root, inner) = (Name::new("DAV:", "r"), Name::new(&uri, "i"));
        let mut writer = Writer::new(&[("D", "DAV:")]);
        writer.start(root);
        writer.attribute(inner, &texts[0]);
        writer.text(&texts[1]);
        writer.leaf(inner, &texts[2]);
        writer.end();
        let written = writer.take();
        let document = read(&written).unwrap();
        let kept = |text: &str| text.chars().map(|c| if c == '\u{FFFE}' || c == '\u{FFFF}' { '\u{FFFD}' } else { c }).collect::<String>();
        prop_assert_eq!(document.root().attribute_named(inner), Some(&*kept(&texts[0])));
        prop_assert_eq!(&*document.root().text(), kept(&texts[1]));
        prop_assert_eq!(&*document.root().child(inner).unwrap().text(), kept(&texts[2]));
    }

    #[test]
    fn what_was_read_is_kept_by_itself(text in text()) {
        if let Ok(document) = read(&text) {
            for element in document.root().children().chain([document.root()]) {
                let alone = read(&element.to_xml()).unwrap();
                prop_assert_eq!(told(alone.root()), told_with_language(element));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Document::read(&bytes, &Limits::default());
    }
}

/// By itself an element says the language that was said around it.
fn told_with_language(element: Element<'_>) -> String {
    let own = element.attribute_named(Name::LANG);
    match element.language().filter(|_| own.is_none()) {
        None => told(element),
        Some(language) => {
            let told = told(element);
            let (name, rest) = told.split_once('>').unwrap();
            let mut attributes: Vec<&str> = name.split(' ').skip(1).collect();
            let said = format!("{}={language:?}", Name::LANG);
            attributes.push(&said);
            attributes.sort_unstable();
            format!("{} {}>{rest}", name.split(' ').next().unwrap(), attributes.join(" "))
        }
    }
}

fn fault(text: &str) -> Fault {
    read(text).unwrap_err().fault
}

#[test]
fn what_is_refused_says_why() {
    assert_eq!(fault("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), Fault::Doctype);
    assert_eq!(fault("<a>&b;</a>"), Fault::Reference("b".to_owned()));
    assert_eq!(fault("<D:a/>"), Fault::Prefix("D".to_owned()));
    assert_eq!(fault("<a/><b/>"), Fault::Root);
    assert_eq!(fault(""), Fault::Root);
    assert_eq!(fault("<a>\u{1}</a>"), Fault::Character('\u{1}'));
    assert_eq!(fault("<a b='1' b='1'/>"), Fault::Twice("b".to_owned()));
    // What the other reader takes (Namespaces in XML 1.0 2.2, 3, 4).
    assert_eq!(fault("<a xmlns:p=''/>"), Fault::Prefix("p".to_owned()));
    for text in ["<:a/>", "<a xmlns:xmlns='u'/>"] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(read("<a>\n\n<b></a>").unwrap_err().line, 3);
}

#[test]
fn past_its_limits_a_text_is_refused() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(read(&nested(64)).is_ok());
    assert_eq!(fault(&nested(65)), Fault::Depth(64));
    assert_eq!(fault(&nested(1_000_000)), Fault::Depth(64));
    let many = |number: usize| format!("<a>{}</a>", "<b c=''/>".repeat(number));
    assert!(read(&many(49_999)).is_ok());
    assert_eq!(fault(&many(50_001)), Fault::Elements(100_000));
    let attributes: String = (0..100_001).map(|number| format!(" a{number}=''")).collect();
    assert_eq!(fault(&format!("<a{attributes}/>")), Fault::Elements(100_000));
    let declared: String = (0..1_000).map(|number| format!(" xmlns:a{number}='u'")).collect();
    assert!(matches!(fault(&format!("<a{declared}/>")), Fault::Malformed(_)));
}

#[test]
fn utf_16_is_read_by_its_mark() {
    let text = "\u{FEFF}<?xml version='1.0' encoding='UTF-16'?><a>é</a>";
    for bytes in [
        text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        text.as_bytes().to_vec(),
    ] {
        assert_eq!(Document::read(&bytes, &Limits::default()).unwrap().root().text(), "é");
    }
    assert_eq!(Document::read(b"<a>\xE9</a>", &Limits::default()).unwrap_err().fault, Fault::Encoding);
}

#[test]
fn prefixes_stay_where_they_are_free() {
    let text = "<p:a xmlns:p='one'><p:b xmlns:p='two' p:c='1'/><d xmlns='three'/></p:a>";
    let kept = read(text).unwrap().root().to_xml();
    assert_eq!(
        kept,
        "<p:a xmlns:p=\"one\"><n0:b xmlns:n0=\"two\" n0:c=\"1\"/><n1:d xmlns:n1=\"three\"/></p:a>"
    );
    let mut writer = Writer::new(&[("D", "DAV:")]);
    writer.start(Name::new("DAV:", "prop"));
    writer.whole(&kept);
    let begun = writer.take();
    writer.empty(Name::new("DAV:", "end"));
    writer.end();
    assert_eq!(
        begun + &writer.take(),
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:prop xmlns:D=\"DAV:\">{kept}<D:end/></D:prop>"
        )
    );
}

/// A namespace of names without a prefix is so for elements alone: attributes, and elements of no namespace, say theirs.
#[test]
fn names_without_a_prefix() {
    let (ours, none) = (Name::new("urn:a", "a"), Name::new("", "b"));
    let mut writer = Writer::new(&[("", "urn:a")]);
    writer.start(ours);
    writer.start(none);
    writer.attribute(Name::new("urn:a", "c"), "1");
    writer.empty(none);
    writer.empty(ours);
    writer.end();
    writer.empty(ours);
    writer.end();
    let written = writer.take();
    let inside = r#"<a xmlns="urn:a"><b xmlns="" xmlns:n0="urn:a" n0:c="1"><b/><n0:a/></b><a/></a>"#;
    assert!(written.ends_with(inside), "{written}");
    let document = Document::read(written.as_bytes(), &Limits::default()).unwrap();
    let names: Vec<_> = document.root().children().map(|child| child.name()).collect();
    assert_eq!(names, [none, ours]);
    let inner = document.root().child(none).unwrap();
    assert_eq!(inner.attribute_named(Name::new("urn:a", "c")), Some("1"));
    assert_eq!(inner.children().map(|child| child.name()).collect::<Vec<_>>(), [none, ours]);
}
