//! `kalends admin`.

use super::{Place, calendar, event, many};

#[test]
fn a_sound_store_is_told_so_and_a_damaged_one_too() {
    let place = Place::new();
    let file = place.file("a.ics", many(300));
    place.run(&["import", &file]);
    let run = place.run(&["admin", "check"]);
    assert_eq!((run.code, &*run.err), (0, "kalends: the store is sound: 300 objects, 300 texts\n"));
    let path = place.data().join("kalends.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let run = place.run(&["admin", "check", "--json"]);
    assert!(matches!(run.code, 1 | 5), "{run:?}");
    assert!(
        run.code == 5 || run.json_by("admin-check").iter().all(|line| line["message"].is_string()),
        "{run:?}"
    );
}

#[test]
fn a_backup_is_a_store_and_replaces_nothing_unasked() {
    let place = Place::new();
    let nothing = place.run(&["admin", "backup", &place.path("b/kalends.db").display().to_string()]);
    assert_eq!(nothing.code, 3);
    let file = place.file("a.ics", calendar(&event("a", "SUMMARY:Tea\r\n")));
    place.run(&["import", &file]);
    std::fs::create_dir(place.path("b")).unwrap();
    let backup = place.path("b/kalends.db").display().to_string();
    let run = place.run(&["admin", "backup", "--json", &backup]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        run.json_by("admin-backup")[0]["bytes"].as_u64().unwrap(),
        std::fs::metadata(&backup).unwrap().len()
    );
    assert_eq!(place.run_in("b", &["export"]).out, place.run(&["export"]).out);
    let again = place.run(&["admin", "backup", &backup]);
    assert_eq!(again.code, 4);
    assert!(again.err.contains("--force"), "{}", again.err);
    assert_eq!(place.run(&["admin", "backup", "--force", &backup]).code, 0);
}

#[test]
fn an_index_derived_anew_is_the_same() {
    let place = Place::new();
    let file = place.file("a.ics", many(150));
    place.run(&["import", &file]);
    let before = place.run(&["export", "--format", "csv"]).out;
    let run = place.run(&["admin", "reindex", "--json"]);
    assert_eq!(run.json_by("admin-reindex"), [serde_json::json!({"objects": 150})]);
    assert_eq!(place.run(&["export", "--format", "csv"]).out, before);
    assert_eq!(before.lines().count(), 151);
}
