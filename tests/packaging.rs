//! What a machine is given to run the service: its settings are all there are, each as it is without them; and what one of them
//! says of a path or a user the others say, too.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use kalends_tests::{program, read};
use serde_json::Value;

/// What the program takes from a file of settings: keys with their values.
fn settings(program: &Path, file: &Path) -> BTreeMap<String, String> {
    let output = Command::new(program)
        .arg("--config")
        .arg(file)
        .args(["config", "--json"])
        .env_clear()
        .envs([("HOME", "/nonexistent"), ("TZ", "Europe/Vienna")])
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("the program writes UTF-8");
    let line = |line: &str| {
        let line: Value = serde_json::from_str(line).expect("each line is JSON");
        let text = |key: &str| line[key].as_str().expect("a text").to_owned();
        (text("key"), text("value"))
    };
    lines.lines().map(line).collect()
}

/// The settings in a text, each commented out: `#key = value`.
fn commented(text: &str) -> impl Iterator<Item = &str> {
    let is_setting = |line: &&str| line.starts_with(|letter: char| letter.is_ascii_lowercase());
    text.lines().filter_map(|line| line.strip_prefix('#')).filter(is_setting)
}

#[test]
fn each_setting_is_there_with_what_it_is_without_it() {
    let program = program();
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let written = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file can be written");
        settings(&program, &path)
    };
    let text = read("packaging/kalends.toml");
    let without = written("without.toml", "");
    assert_eq!(written("as-it-is.toml", &text), without, "nothing in it is set");
    let set: Vec<&str> = commented(&text).collect();
    assert_eq!(written("set.toml", &set.join("\n")), without, "each stands there as it is without");
    let named: Vec<&str> = set.iter().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
    let lacking: Vec<&String> = without.keys().filter(|key| !named.contains(&key.as_str())).collect();
    assert!(lacking.is_empty(), "packaging/kalends.toml does not name {lacking:?}");
}

#[test]
fn units_and_folders_agree() {
    let [service, backup] = ["packaging/kalends.service", "packaging/kalends-backup.service"].map(read);
    for line in [
        "User=kalends",
        "Group=kalends",
        "Environment=KALENDS_CONFIG=/etc/kalends/kalends.toml KALENDS_DATA=/var/lib/kalends",
    ] {
        assert!([&service, &backup].iter().all(|unit| unit.lines().any(|one| one == line)), "{line}");
    }
    let [users, folders] = ["packaging/kalends.sysusers", "packaging/kalends.tmpfiles"].map(read);
    assert!(users.contains("u kalends ") && users.contains(" /var/lib/kalends"), "{users}");
    assert!(
        backup.contains("/var/backups/kalends/") && folders.contains("d /var/backups/kalends 0700 kalends")
    );
    // What answers are given to come to their end is less than what the system gives the service.
    let given = service.lines().find_map(|line| line.strip_prefix("TimeoutStopSec=")).expect("it says so");
    assert!(given.parse::<u32>().is_ok_and(|seconds| seconds > 30), "{given}");
    let guide = read("docs/guide/administrator.md");
    for file in ["kalends.sysusers", "kalends.tmpfiles", "kalends.toml", "kalends-backup.timer"] {
        assert!(guide.contains(&format!("packaging/{file}")) || guide.contains(file), "{file}");
    }
}
