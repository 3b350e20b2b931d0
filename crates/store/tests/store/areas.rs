//! Files of a principal: a tree of collections and documents, kept, counted, and held together.

use ical::civil::Timestamp;
use store::{
    Amiss, Area, CHUNK, Chunk, Clash, Effect, Error, Expect, File, FileChange, FileId, Finding, Kept,
    Outcome, Owner, PrincipalId, PropertyName, Tag, Tree,
};

use crate::scene::{DAY, NOW, Scene, all_before, chunks, document};

impl Scene {
    fn area(&self) -> Area {
        self.snapshot().area(PrincipalId::OWNER).unwrap().unwrap()
    }

    /// What is at a path below the root.
    fn file(&self, path: &str) -> Option<File> {
        let snapshot = self.snapshot();
        let root = snapshot.file(self.area().root).unwrap();
        path.split('/')
            .filter(|name| !name.is_empty())
            .fold(root, |around, name| around.and_then(|around| snapshot.file_at(around.id, name).unwrap()))
    }

    fn id(&self, path: &str) -> FileId {
        self.file(path).unwrap().id
    }

    fn change(&self, change: FileChange) -> Result<Outcome, Error> {
        self.apply(vec![Effect::File(change)])
    }

    fn make(&self, within: &str, name: &str) {
        self.change(FileChange::MakeCollection { collection: self.id(within), name: name.to_owned() })
            .unwrap();
    }

    fn write(&self, within: &str, name: &str, bytes: &[u8]) {
        self.apply(self.writing(within, name, bytes)).unwrap();
    }

    fn writing(&self, within: &str, name: &str, bytes: &[u8]) -> Vec<Effect> {
        document(self.id(within), name, bytes)
    }

    fn copy(&self, from: &str, within: &str, name: &str, is_deep: bool) -> Result<Outcome, Error> {
        let (file, collection) = (self.id(from), self.id(within));
        self.change(FileChange::Copy { file, collection, name: name.to_owned(), is_deep })
    }

    fn relocate(&self, from: &str, within: &str, name: &str) -> Result<Outcome, Error> {
        let (file, collection) = (self.id(from), self.id(within));
        self.change(FileChange::Move { file, collection, name: name.to_owned() })
    }

    fn take_away(&self, path: &str) {
        self.change(FileChange::Remove(self.id(path))).unwrap();
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        let (contents, mut bytes) = (self.file(path)?.contents?, Vec::new());
        loop {
            let more = self.snapshot().bytes(&contents, u64::try_from(bytes.len()).unwrap()).unwrap();
            if more.is_empty() {
                return Some(bytes);
            }
            bytes.extend(more);
        }
    }

    fn counted(&self) -> (u64, u64) {
        let area = self.area();
        (area.files, area.bytes)
    }

    fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        self.store.verify(&mut |finding| found.push(finding), &mut |_| ()).unwrap();
        found
    }
}

fn is_file_clash(result: &Result<Outcome, Error>) -> bool {
    matches!(result, Err(Error::Conflict(Clash::File(_))))
}

/// `a/` with a document and `a/b/` with another of the same bytes, and a property each.
fn full() -> Scene {
    let scene = Scene::new();
    scene.make("", "a");
    scene.make("a", "b");
    scene.write("a", "one", b"\0\xff bytes");
    scene.write("a/b", "two", b"\0\xff bytes");
    for path in ["a", "a/b/two"] {
        let name = PropertyName { namespace: "x:".to_owned(), local: "p".to_owned() };
        let of = Owner::File(scene.id(path));
        scene.apply(vec![Effect::SetProperty { of, name, xml: Some(format!("<p>{path}</p>")) }]).unwrap();
    }
    scene
}

fn properties(scene: &Scene, path: &str) -> Vec<String> {
    let kept = scene.snapshot().properties(&Owner::File(scene.id(path))).unwrap();
    kept.into_iter().map(|Kept { xml, .. }| xml).collect()
}

#[test]
fn bytes_are_kept_once_and_counted_as_often_as_they_are_there() {
    let scene = full();
    assert_eq!(scene.read("a/b/two").unwrap(), b"\0\xff bytes");
    assert_eq!((scene.counted(), scene.number("SELECT count(*) FROM blob")), ((4, 16), 1));
    let two = scene.file("a/b/two").unwrap();
    assert_eq!(two.contents.unwrap().media.as_deref(), Some("image/png"));
    scene.write("a", "one", b"other");
    assert_eq!((scene.counted(), scene.number("SELECT count(*) FROM blob")), ((4, 13), 2));
    scene.write("a", "one", b"");
    assert_eq!((scene.counted(), scene.number("SELECT count(*) FROM blob")), ((4, 8), 2));
    assert_eq!(scene.read("a/one").unwrap(), b"");
    scene.take_away("a/b/two");
    assert_eq!((scene.counted(), scene.number("SELECT count(*) FROM blob")), ((3, 0), 1));
    assert_eq!(scene.findings(), []);
}

#[test]
fn a_document_that_is_replaced_stays_what_it_is_but_for_its_bytes() {
    let scene = full();
    let before = scene.file("a/b/two").unwrap();
    scene.now.set(Timestamp(scene.now.get().0 + 60));
    scene.write("a/b", "two", b"new");
    let after = scene.file("a/b/two").unwrap();
    assert_eq!((before.id, before.created), (after.id, after.created));
    assert!(after.modified > before.modified && after.version > before.version);
    assert_eq!(properties(&scene, "a/b/two"), ["<p>a/b/two</p>"]);
}

#[test]
fn a_collection_goes_with_all_that_is_inside() {
    let scene = full();
    scene.write("", "stays", b"\0\xff bytes");
    scene.take_away("a");
    assert_eq!((scene.counted(), scene.file("a")), ((1, 8), None));
    assert_eq!(scene.number("SELECT count(*) FROM property"), 0);
    assert_eq!(scene.read("stays").unwrap(), b"\0\xff bytes");
    assert_eq!(scene.findings(), []);
}

#[test]
fn a_copy_has_all_of_it_or_the_collection_alone() {
    let scene = full();
    scene.copy("a", "", "deep", true).unwrap();
    scene.copy("a", "", "flat", false).unwrap();
    assert_eq!(scene.read("deep/b/two").unwrap(), b"\0\xff bytes");
    assert_eq!(properties(&scene, "deep"), ["<p>a</p>"]);
    assert_eq!(properties(&scene, "deep/b/two"), ["<p>a/b/two</p>"]);
    assert_eq!((properties(&scene, "flat"), scene.file("flat/b")), (vec!["<p>a</p>".to_owned()], None));
    assert_eq!((scene.counted(), scene.number("SELECT count(*) FROM blob")), ((9, 32), 1));
    // A copy inside of itself has what was there, once.
    scene.copy("a", "a/b", "again", true).unwrap();
    assert_eq!(scene.snapshot().tree(scene.id("a")).unwrap(), Tree { files: 8, bytes: 32, height: 4 });
    assert!(is_file_clash(&scene.copy("a", "", "deep", true)), "something has the name");
    assert_eq!(scene.findings(), []);
}

#[test]
fn what_moves_goes_with_all_that_is_inside_but_not_into_itself() {
    let scene = full();
    scene.make("", "c");
    scene.relocate("a", "c", "moved").unwrap();
    assert_eq!((scene.file("a"), scene.read("c/moved/b/two").is_some()), (None, true));
    assert_eq!(properties(&scene, "c/moved"), ["<p>a</p>"]);
    for (from, within) in [("c", "c"), ("c", "c/moved/b"), ("", "c")] {
        assert!(is_file_clash(&scene.relocate(from, within, "new")), "{from} into {within}");
    }
    assert!(is_file_clash(&scene.relocate("c/moved/one", "c/moved", "b")), "something has the name");
    assert_eq!((scene.counted(), scene.findings()), ((5, 16), vec![]));
}

#[test]
fn nothing_is_inside_of_a_document_and_the_root_stays() {
    let scene = full();
    assert!(is_file_clash(&scene.apply(scene.writing("a/one", "x", b""))));
    assert!(is_file_clash(&scene.apply(scene.writing("", "a", b""))), "a collection has the name");
    let make = FileChange::MakeCollection { collection: scene.id(""), name: "a".to_owned() };
    assert!(is_file_clash(&scene.change(make)));
    assert!(is_file_clash(&scene.change(FileChange::Remove(scene.id("")))));
    assert!(is_file_clash(&scene.change(FileChange::Remove(FileId::MADE))));
}

#[test]
fn what_was_expected_of_a_name_and_of_room_holds_when_it_is_written() {
    let scene = full();
    let one = scene.file("a/one").unwrap();
    let effects = || scene.writing("a", "one", b"next");
    let expect = |found| Expect::File { collection: scene.id("a"), name: "one".to_owned(), found };
    assert!(is_file_clash(&scene.expecting(expect(None), effects())));
    scene.expecting(expect(Some((one.id, one.version))), effects()).unwrap();
    assert!(is_file_clash(&scene.expecting(expect(Some((one.id, one.version))), effects())));
    let room = |files, bytes| Expect::Room { home: PrincipalId::OWNER, files, bytes };
    assert_eq!(scene.counted(), (4, 12));
    scene.expecting(room(4, 12), effects()).unwrap();
    for room in [room(3, 12), room(4, 11)] {
        assert!(matches!(scene.expecting(room, effects()), Err(Error::Conflict(Clash::Room))));
    }
}

#[test]
fn what_is_made_gets_its_properties_at_once() {
    let scene = Scene::new();
    let make = FileChange::MakeCollection { collection: scene.id(""), name: "a".to_owned() };
    let name = PropertyName { namespace: String::new(), local: "p".to_owned() };
    let property = Effect::SetProperty { of: Owner::File(FileId::MADE), name, xml: Some("<p/>".to_owned()) };
    scene.apply(vec![Effect::File(make), property.clone()]).unwrap();
    assert_eq!(properties(&scene, "a"), ["<p/>"]);
    assert!(is_file_clash(&scene.apply(vec![property])), "nothing was made");
}

#[test]
fn a_collection_is_listed_by_names_page_by_page() {
    let scene = Scene::new();
    for name in ["b", "a/b", "🍵", "%2F", "a"] {
        scene.write("", name, b"x");
    }
    let (root, snapshot) = (scene.id(""), scene.snapshot());
    let mut names: Vec<String> = Vec::new();
    loop {
        let page = snapshot.files(root, names.last().map(String::as_str), 2).unwrap();
        if page.is_empty() {
            break;
        }
        names.extend(page.into_iter().map(|file| file.name));
    }
    assert_eq!(names, ["%2F", "a", "a/b", "b", "🍵"]);
    assert_eq!(snapshot.members(root).unwrap(), 5);
}

#[test]
fn undo_passes_files_by() {
    let scene = full();
    assert_eq!(scene.snapshot().to_undo(PrincipalId::OWNER).unwrap().unwrap().line, "work was made");
}

#[test]
fn what_was_overwritten_is_found() {
    let area = || Amiss::Area("the owner".to_owned());
    let raw = format!("UPDATE chunk SET raw = {}", engines::bytes(&[0]));
    let hash = format!("UPDATE blob SET hash = {}", engines::bytes(&[0; 32]));
    for (sql, amiss) in [
        (raw.as_str(), vec![Amiss::Bytes("one, two".to_owned())]),
        ("UPDATE chunk SET number = 1", vec![Amiss::Bytes("one, two".to_owned())]),
        ("UPDATE blob SET size = 1", vec![Amiss::Bytes("one, two".to_owned()), area()]),
        (hash.as_str(), vec![Amiss::Bytes("one, two".to_owned())]),
        ("UPDATE area SET files = files + 1", vec![area()]),
        ("UPDATE area SET bytes = -1", vec![area()]),
        ("UPDATE file SET parent = id WHERE name = 'b'", vec![area()]),
        (
            "UPDATE file SET parent = 99 WHERE name = 'one'",
            vec![area(), Amiss::Dangling { of: "file", to: "file", rows: 1 }],
        ),
    ] {
        let scene = full();
        scene.run(sql);
        let found: Vec<Amiss> = scene.findings().into_iter().map(|finding| finding.amiss).collect();
        assert_eq!(found.len(), amiss.len(), "{sql}: {found:?}");
        for (found, wanted) in found.iter().zip(&amiss) {
            match (found, wanted) {
                (Amiss::Area(_), Amiss::Area(_)) => {}
                _ => assert_eq!(found, wanted, "{sql}"),
            }
        }
    }
}

/// Bytes that differ from chunk to chunk.
fn large(size: u64) -> Vec<u8> {
    (0..size).map(|at| u8::try_from((at / 1_000 + at) % 251).unwrap()).collect()
}

#[test]
fn a_document_is_read_from_any_byte_on_and_never_whole() {
    let scene = Scene::new();
    for (name, size) in
        [("none", 0), ("less", CHUNK - 1), ("one", CHUNK), ("more", CHUNK + 1), ("many", 3 * CHUNK - 7)]
    {
        let bytes = large(size);
        scene.write("", name, &bytes);
        assert_eq!(scene.read(name).unwrap(), bytes);
        let contents = scene.file(name).unwrap().contents.unwrap();
        assert_eq!((contents.size, contents.tag), (size, Tag::of(&bytes)));
        for from in [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 3, size, size + 1] {
            let read = scene.snapshot().bytes(&contents, from).unwrap();
            let from = usize::try_from(from.min(size)).unwrap();
            assert!(bytes[from..].starts_with(&read), "{name} from {from}");
            assert_eq!(read.is_empty(), from == bytes.len(), "{name} from {from}");
            assert!(read.len() <= usize::try_from(CHUNK).unwrap());
        }
    }
    assert_eq!(scene.findings(), []);
}

#[test]
fn bytes_come_before_the_set_that_names_them_and_go_when_none_does() {
    let scene = Scene::new();
    let bytes = large(2 * CHUNK + 1);
    let chunks: Vec<_> = chunks(&bytes).collect();
    let blob = chunks[0].blob;
    let count =
        || (scene.number("SELECT count(*) FROM chunk"), scene.number("SELECT count(*) FROM incoming"));
    let bring = |chunk: &Chunk| scene.keep_up(vec![Effect::Chunk(chunk.clone())]);
    let is_lacking = |found: Result<Outcome, Error>| matches!(found, Err(Error::Conflict(Clash::Blob)));
    let put = || scene.apply(scene.writing("", "large", &bytes).split_off(3));

    assert!(is_lacking(put()), "nothing is there");
    // In any order, and more than once.
    for chunk in [&chunks[2], &chunks[0], &chunks[2]] {
        bring(chunk).unwrap();
        assert!(is_lacking(put()) && !scene.snapshot().has(&blob).unwrap());
    }
    assert_eq!((count(), scene.findings()), ((2, 1), vec![]));
    bring(&chunks[1]).unwrap();
    assert!(scene.snapshot().has(&blob).unwrap());
    put().unwrap();
    assert_eq!((count(), scene.read("large").unwrap() == bytes), ((3, 0), true));

    // Bytes that a document has stay, whoever brings them again; what was read of it before they went is told to be gone.
    bring(&chunks[0]).unwrap();
    scene.keep_up(vec![Effect::Purge(all_before(Timestamp(NOW.0 + DAY)))]).unwrap();
    let before = scene.file("large").unwrap().contents.unwrap();
    scene.write("", "large", b"small");
    assert_eq!((count(), scene.read("large").unwrap()), ((1, 0), b"small".to_vec()));
    assert!(matches!(scene.snapshot().bytes(&before, 0), Err(Error::Conflict(Clash::Blob))));

    // What nobody names goes in time, and not before.
    bring(&chunks[0]).unwrap();
    for (until, left) in [(NOW, (2, 1)), (Timestamp(NOW.0 + 1), (1, 0))] {
        let before = all_before(until);
        assert_eq!(scene.snapshot().has_expired(&before).unwrap(), left.1 == 0);
        scene.keep_up(vec![Effect::Purge(before)]).unwrap();
        assert_eq!(count(), left);
    }
    assert_eq!(scene.findings(), []);
}

#[test]
fn what_is_no_chunk_is_refused() {
    let scene = Scene::new();
    let whole: Vec<_> = chunks(&large(CHUNK + 9)).collect();
    let refused = |chunk: Chunk| {
        assert!(matches!(scene.keep_up(vec![Effect::Chunk(chunk)]), Err(Error::Database(_))));
    };
    refused(Chunk { from: 1, ..whole[1].clone() });
    refused(Chunk { from: 0, ..whole[1].clone() });
    refused(Chunk { from: 2 * CHUNK, ..whole[1].clone() });
    refused(Chunk { bytes: whole[0].bytes.slice(1..), ..whole[0].clone() });
    refused(Chunk { from: CHUNK, ..whole[0].clone() });
    assert_eq!(scene.number("SELECT count(*) FROM blob"), 0);
}
