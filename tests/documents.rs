//! The documents: what they name exists, where they point there is something, and ARCHITECTURE.md knows every room.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kalends_tests::{Part, code, files, parts, read, root};

/// A path of the repository, as documents write it: from the root, with the ending or the slash that says what it is.
fn as_path(word: &str) -> Option<&str> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./".contains(letter);
    let is_path = word.ends_with('/')
        || Path::new(word).extension().is_some_and(|ending| FILES.iter().any(|known| ending == *known));
    (is_path && word.chars().all(is_plain)).then_some(word)
}

const FILES: [&str; 7] = ["rs", "md", "toml", "py", "svg", "ics", "json"];

/// A function, as documents write it: `name()`, `Type::name()`.
fn as_function(word: &str) -> Option<(Option<&str>, &str)> {
    let path = word.strip_suffix("()")?;
    Some(path.rsplit_once("::").map_or((None, path), |(of, name)| (Some(of), name)))
}

fn has_function(source: &str, of: Option<&str>, name: &str) -> bool {
    let is_defined = ["(", "<"].iter().any(|after| source.contains(&format!("fn {name}{after}")));
    let is_of = of.is_none_or(|of| {
        let heads = source.lines().filter(|line| line.starts_with("impl") || line.starts_with("pub trait"));
        heads.flat_map(|head| head.split(|letter: char| !letter.is_alphanumeric())).any(|word| word == of)
    });
    is_defined && is_of
}

fn lines(document: &str) -> Vec<(usize, String)> {
    let text = read(document);
    let line = |part| match part {
        Part::Line(number, line) => Some((number, String::from(line))),
        Part::Fenced(..) => None,
    };
    parts(&text).into_iter().filter_map(line).collect()
}

fn documents() -> Vec<String> {
    files("", ".md").iter().map(|path| path.display().to_string()).collect()
}

#[test]
fn files_that_are_named_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/acceptance.md"] {
        for (number, line) in lines(document) {
            for path in code(&line).filter_map(as_path) {
                assert!(root().join(path).exists(), "{document}:{number}: there is no {path}");
            }
        }
    }
}

#[test]
fn functions_that_are_named_stand_in_the_file_named_before_them() {
    let mut number_of_functions = 0;
    let mut file = None;
    for (number, line) in lines("ARCHITECTURE.md") {
        // Paragraphs, items and rows each name their own.
        if line.is_empty() || line.starts_with(['#', '|', '-', '1', '2', '3', '4', '5', '6']) {
            file = None;
        }
        for word in code(&line) {
            file = as_path(word).map(str::to_owned).or(file);
            let Some((of, name)) = as_function(word) else { continue };
            let place = format!("ARCHITECTURE.md:{number}: {word}");
            let file = file.as_deref().unwrap_or_else(|| panic!("{place} is named without its file"));
            assert!(has_function(&read(file), of, name), "{place} is not in {file}");
            number_of_functions += 1;
        }
    }
    assert!(number_of_functions > 20, "ARCHITECTURE.md names only {number_of_functions} functions");
}

/// A room is a file or a folder directly in `src`.
#[test]
fn every_room_is_on_the_map() {
    let architecture = lines("ARCHITECTURE.md");
    let named: BTreeSet<&str> =
        architecture.iter().flat_map(|(_, line)| code(line).filter_map(as_path)).collect();
    let rooms: BTreeSet<String> = files("crates", ".rs").iter().filter_map(|path| room(path)).collect();
    let missing: Vec<&String> = rooms.iter().filter(|room| !named.contains(room.as_str())).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md does not name {missing:?}");
}

fn room(path: &Path) -> Option<String> {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    match parts[..] {
        [crates, name, "src", "lib.rs"] => Some(format!("{crates}/{name}/src/lib.rs")),
        [crates, name, "src", file] => Some(format!("{crates}/{name}/src/{file}")),
        [crates, name, "src", folder, ..] => Some(format!("{crates}/{name}/src/{folder}/")),
        _ => None,
    }
}

#[test]
fn links_lead_somewhere() {
    let mut number_of_links = 0;
    for document in documents() {
        for (number, line) in lines(&document) {
            for target in links(&line).filter(|target| !target.contains("://")) {
                number_of_links += 1;
                let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
                let folder = Path::new(&document).parent().unwrap_or(Path::new(""));
                let path = if path.is_empty() { PathBuf::from(&document) } else { folder.join(path) };
                assert!(root().join(&path).exists(), "{document}:{number}: {target} leads nowhere");
                assert!(
                    anchor.is_empty() || anchors(&path).contains(anchor),
                    "{document}:{number}: {target}: there is no such heading"
                );
            }
        }
    }
    assert!(number_of_links > 10, "only {number_of_links} links were found");
}

/// Targets of `[text](target)`, and of an image's or a link's HTML.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let after = |mark: &'static str, end: char| {
        line.split(mark).skip(1).filter_map(move |rest| rest.split(end).next())
    };
    after("](", ')').chain(after("src=\"", '"')).chain(after("href=\"", '"'))
}

/// The names that headings have as targets.
fn anchors(path: &Path) -> BTreeSet<String> {
    let headings = lines(&path.display().to_string()).into_iter().filter(|(_, line)| line.starts_with('#'));
    headings.map(|(_, line)| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter.to_ascii_lowercase() }).collect()
}
