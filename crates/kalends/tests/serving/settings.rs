//! Settings that change while a service runs, and what is looked at before it does.

use std::net::TcpListener;

use crate::{CALENDAR, Place, TEA};

#[test]
fn settings_are_read_again_and_what_is_new_is_told() {
    let place = Place::new();
    place.set("limit_http_body = 100\nlog = \"info\"\n");
    let mut serving = place.serve_with(&[]);
    let path = format!("{CALENDAR}tea.ics");
    let put = |status: &str| {
        let answer = serving.ask("PUT", &path, TEA);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    };
    put("413");

    place.set("limit_http_body = 10000\nlog = \"info\"\nhttp = \"127.0.0.1:9\"\nlimit_locks = 3\n");
    serving.signal("-HUP");
    place.wait_for("settings were read again", 1);
    let logged = place.logged();
    assert!(logged.contains("changed=\"limit_http_body\""), "{logged}");
    assert!(logged.contains("these hold when it is started again settings=\"http limit_locks\""), "{logged}");
    put("201");

    for (broken, told) in [
        ("limit_http_body = 5\nlimt = 1\n", "kalends.toml:2: there is no key limt"),
        ("= 5", "kalends.toml:1: "),
    ] {
        place.set(broken);
        serving.signal("-HUP");
        place.wait_for("settings stay as they were", 1);
        place.wait_for(told, 1);
    }
    put("204");

    // A limit of the service behind the door; and of requests nothing more is noted.
    place.set("limit_object = 50\nlimit_http_body = 10000\nlog = \"warn\"\nlimit_locks = 3\n");
    serving.signal("-HUP");
    // Where it was is no setting any more. That is told when all of them hold.
    place.wait_for("these hold when it is started again settings=\"http\"", 1);
    assert!(serving.ask("PUT", &path, TEA).contains("max-resource-size"));
    let before = place.logged();
    serving.ask("GET", &path, "");
    assert_eq!(place.logged(), before);
    assert_eq!(serving.stop(), Some(0));
}

#[test]
fn all_that_stands_against_serving_is_found_before_it_is_tried() {
    let place = Place::new();
    let check = |arguments: &[&str]| {
        let (out, err, code) = place.run(&[&["serve", "--check"], arguments].concat());
        assert_eq!(out, "");
        (err, code)
    };
    let free = ["--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
    assert_eq!(check(&free), (String::new(), 0));

    // Nobody else's: there is no such address on this machine.
    let (told, code) = check(&["--http", "192.0.2.1:80"]);
    assert!(code == 5 && told.contains("192.0.2.1:80"), "{told}");
    let (told, code) = check(&["--http", "127.0.0.1:0", "--metrics", "192.0.2.1:80"]);
    assert!(code == 5 && told.contains("192.0.2.1:80"), "{told}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    let (told, code) = check(&["--http", &taken]);
    assert!(code == 0 && told.contains(&format!("{taken}: somebody listens there already")), "{told}");

    let (told, code) = check(&["--http", "127.0.0.1:0", "--certificates", "none.pem", "--key", "none.key"]);
    assert!(code == 5 && told.contains("none.pem") && told.lines().count() == 1, "{told}");

    place.set("htp = \"127.0.0.1:0\"\n");
    let (told, code) = check(&free);
    assert!(code == 2 && told.contains("kalends.toml:1: there is no key htp"), "{told}");
    place.set("metrics = \"here\"\n");
    let (told, code) = check(&free);
    assert!(code == 2 && told.contains("metrics wants an address and a port"), "{told}");
    place.set("");

    std::fs::write(place.data().join("kalends.db"), [7; 4_096]).unwrap();
    let (told, code) = check(&free);
    assert!(code == 5 && told.contains("is damaged") && told.contains("kalends admin"), "{told}");
}
