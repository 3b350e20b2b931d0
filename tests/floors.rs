//! The floors: what a crate may import stands in ARCHITECTURE.md, and the build's own graph is held against it. And the
//! rooms: how a file opens, and how long it and its functions may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use kalends_tests::{code, files, read, root, table};
use serde_json::Value;

const HEADING: &str = "What may be imported";

/// What a crate imports: names of the house, names of the world.
type Imports = (BTreeSet<String>, BTreeSet<String>);

/// Normal dependencies of each package, on any platform and with any feature, optional ones too.
fn built() -> BTreeMap<String, Imports> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo, which runs this test, runs again");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages are a list");
    packages.iter().map(|package| (house_name(&package["name"]), imports(package))).collect()
}

fn imports(package: &Value) -> Imports {
    let (mut house, mut world) = Imports::default();
    let dependencies = package["dependencies"].as_array().expect("dependencies are a list");
    for dependency in dependencies.iter().filter(|dependency| dependency["kind"].is_null()) {
        if dependency["path"].is_string() {
            house.insert(house_name(&dependency["name"]));
        } else {
            world.insert(text(&dependency["name"]).to_owned());
        }
    }
    (house, world)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("names are strings")
}

/// A crate `crates/x` is the package `kalends-x`; in the house it is called `x`.
fn house_name(package: &Value) -> String {
    let name = text(package);
    name.strip_prefix("kalends-").unwrap_or(name).to_owned()
}

fn told() -> BTreeMap<String, Imports> {
    let names = |cell: &str| code(cell).map(str::to_owned).collect();
    let row = |cells: Vec<&str>| match cells[..] {
        [name, house, world, ..] => (
            code(name).next().expect("a crate's name stands in backticks").to_owned(),
            (names(house), names(world)),
        ),
        _ => panic!("a row of \"{HEADING}\" with fewer than three cells: {cells:?}"),
    };
    table(&read("ARCHITECTURE.md"), HEADING).into_iter().map(row).collect()
}

#[test]
fn crates_import_what_the_table_says() {
    let (built, told) = (built(), told());
    assert!(!told.is_empty(), "ARCHITECTURE.md has no table under \"{HEADING}\"");
    assert_eq!(
        built.keys().collect::<Vec<_>>(),
        told.keys().collect::<Vec<_>>(),
        "left the crates of the workspace, right those in ARCHITECTURE.md under \"{HEADING}\""
    );
    for (name, imports) in &built {
        assert_eq!(
            imports, &told[name],
            "{name} imports (house, world), and what ARCHITECTURE.md says of it"
        );
    }
}

#[test]
fn a_crate_stands_above_all_that_it_imports() {
    let order: Vec<String> = table(&read("ARCHITECTURE.md"), HEADING)
        .iter()
        .filter_map(|row| row.first().and_then(|cell| code(cell).next()).map(str::to_owned))
        .collect();
    let place = |name: &str| order.iter().position(|other| other == name);
    for (name, (house, _)) in told() {
        for below in house {
            assert!(place(&below) < place(&name), "the table tells {name} before {below}, which it imports");
        }
    }
}

/// Tests may be as long as they are pleasant, tables as long as they are.
fn is_excused(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default();
    path.components().any(|part| part.as_os_str() == "tests") || name == "tests" || name == "table"
}

fn source_files() -> impl Iterator<Item = (String, String)> {
    let sources = files("crates", ".rs").into_iter();
    let sources = sources.filter(|path| path.components().any(|part| part.as_os_str() == "src"));
    sources.filter(|path| !is_excused(path)).map(|path| (path.display().to_string(), read(path)))
}

/// The code without the unit tests at its foot.
fn without_tests(source: &str) -> &str {
    source.find("\n#[cfg(test)]\nmod tests {").map_or(source, |at| &source[..at])
}

#[test]
fn a_file_says_what_it_is_for() {
    let silent: Vec<String> =
        source_files().filter(|(_, source)| !source.starts_with("//! ")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "these files do not open with `//! ...`: {silent:?}");
}

#[test]
fn a_file_is_one_thought() {
    let long: Vec<String> = source_files()
        .map(|(path, source)| (path, without_tests(&source).lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "more than 600 lines, tests left out: {long:?}");
}

/// The functions of a source that rustfmt has laid out: name and lines, from `fn` to the brace that closes it.
fn functions(source: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<(&str, usize, usize)> = Vec::new();
    for (number, line) in source.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let code = line.trim_start();
        let name = code.split_once("fn ").filter(|(before, _)| {
            before.split_whitespace().all(|word| word.starts_with("pub") || QUALIFIERS.contains(&word))
        });
        if let Some((_, rest)) = name
            && !code.ends_with([';', '}'])
        {
            open.push((rest.split(['(', '<']).next().unwrap_or_default(), indent, number));
        } else if code.starts_with('}') {
            // What is deeper and still open was a declaration without a body.
            open.retain(|(_, outer, _)| *outer <= indent);
            if let Some((name, _, start)) = open.pop_if(|(_, outer, _)| *outer == indent) {
                found.push((name.to_owned(), number - start + 1));
            }
        }
    }
    found
}

const QUALIFIERS: [&str; 2] = ["const", "async"];

#[test]
fn a_function_fits_on_a_screen() {
    let mut long = Vec::new();
    let mut number = 0;
    for (path, source) in source_files() {
        for (name, lines) in functions(without_tests(&source)) {
            number += 1;
            if lines > 80 {
                long.push(format!("{path}: {name}, {lines} lines"));
            }
        }
    }
    assert!(number > 100, "only {number} functions were found: the measure is broken");
    assert!(long.is_empty(), "more than 80 lines: {long:?}");
}

#[test]
fn functions_are_measured() {
    let source = "impl X {
    pub(super) const fn one() {
        if y {
        }
    }
}
trait T {
    fn declared(
        a: u8,
    );
}
fn two<T>(
    a: T,
) {
}
fn three() {}
";
    assert_eq!(functions(source), [("one".to_owned(), 4), ("two".to_owned(), 4)]);
}
