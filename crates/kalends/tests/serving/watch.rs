//! What whoever watches over the service is told: what is counted, and whether it is ready.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use crate::{CALENDAR, Place, TEA};

/// The body of an answer, and its status.
fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// What is counted, by name and labels; each was told what it is.
fn counted(address: &str) -> BTreeMap<String, f64> {
    let (status, told) = get(address, "/metrics");
    assert_eq!(status, 200, "{told}");
    let is_told = |name: &str| {
        let series = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
        let (help, kind) = (series.unwrap_or(name), if series.is_some() { "histogram" } else { "" });
        told.contains(&format!("# HELP {help} ")) && told.contains(&format!("# TYPE {help} {kind}"))
    };
    let samples = told.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let samples = samples.map(|line| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let name = series.split('{').next().unwrap();
        assert!(is_told(name), "{name} is not told in {told}");
        (series.to_owned(), value.parse().unwrap())
    });
    samples.collect()
}

#[test]
fn what_is_counted_is_told_and_names_nobody() {
    let place = Place::new();
    let mut serving = place.serve_with(&["--log", "off", "--metrics", "127.0.0.1:0"]);
    let watch = serving.next_address();
    let put = serving.ask("PUT", &format!("{CALENDAR}tea.ics"), TEA);
    assert!(put.starts_with("HTTP/1.1 201"), "{put}");
    for _ in 0..2 {
        serving.ask("GET", &format!("{CALENDAR}tea.ics"), "");
    }
    serving.ask("BREW", CALENDAR, "");
    let (status, _) = get(&serving.address, CALENDAR);
    assert_eq!(status, 401);
    let mut wrong = TcpStream::connect(&serving.address).unwrap();
    let head = "Host: here\r\nConnection: close\r\nAuthorization: Basic YW5uOndyb25n";
    write!(wrong, "GET {CALENDAR} HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
    let mut answer = String::new();
    wrong.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");

    let counted = counted(&watch);
    let is = |series: &str, value: f64| {
        assert_eq!(counted.get(series), Some(&value), "{series} of {counted:#?}");
    };
    let requests = |method: &str, class: &str, value: f64| {
        is(&format!("kalends_http_request_seconds_count{{method=\"{method}\",status=\"{class}\"}}"), value);
    };
    requests("PUT", "2xx", 1.0);
    requests("GET", "2xx", 2.0);
    requests("GET", "4xx", 2.0);
    requests("other", "5xx", 1.0);
    is("kalends_http_requests_in_progress", 0.0);
    is("kalends_sign_ins_total{outcome=\"ok\"}", 4.0);
    is("kalends_sign_ins_total{outcome=\"refused\"}", 1.0);
    assert!(counted.contains_key("kalends_store_snapshots"), "{counted:#?}");
    let some = |series: &str, least: f64| {
        let found = counted.get(series).copied().unwrap_or_default();
        assert!(found >= least, "{series} is {found}, of {counted:#?}");
    };
    some("kalends_connections_total{outcome=\"accepted\"}", 6.0);
    some("kalends_received_bytes_total", 500.0);
    some("kalends_sent_bytes_total", 500.0);
    some("kalends_store_sets_total{outcome=\"applied\"}", 1.0);
    some("kalends_store_commit_seconds_count", 1.0);
    some("kalends_store_commit_sets_sum", 1.0);
    some("kalends_store_schema", 8.0);
    some("process_resident_memory_bytes", 1e6);
    some(&format!("kalends_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1.0);
    for series in counted.keys() {
        assert!(
            !["ann", "tea", "personal", "127.0.0.1"].iter().any(|word| series.contains(word)),
            "{series}"
        );
    }
    assert_eq!(get(&watch, CALENDAR).0, 404);
    assert_eq!(get(&serving.address, "/metrics").0, 401);
    assert_eq!(serving.stop(), Some(0));
}

#[test]
fn what_is_answered_comes_to_its_end_and_nobody_is_sent_there_meanwhile() {
    let place = Place::new();
    let mut serving = place.serve_with(&["--log", "off", "--metrics", "127.0.0.1:0"]);
    let watch = serving.next_address();
    assert_eq!(get(&watch, "/healthz"), (200, "here\n".to_owned()));
    assert_eq!(get(&watch, "/readyz"), (200, "ready\n".to_owned()));
    assert_eq!(get(&serving.address, "/readyz"), (200, "ready\n".to_owned()));
    let mut stream = TcpStream::connect(&serving.address).unwrap();
    let (first, rest) = TEA.split_at(40);
    write!(
        stream,
        "PUT {CALENDAR}tea.ics HTTP/1.1\r\nHost: here\r\nContent-Type: text/calendar\r\n\
         Authorization: Basic YW5uOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==\r\nContent-Length: {}\r\n\r\n{first}",
        TEA.len()
    )
    .unwrap();
    // It is at work.
    while counted(&watch).get("kalends_http_requests_in_progress") != Some(&1.0) {
        std::thread::yield_now();
    }
    serving.signal("-TERM");
    while get(&watch, "/readyz").0 == 200 {
        std::thread::yield_now();
    }
    assert_eq!(get(&watch, "/readyz"), (503, "the service comes to its end\n".to_owned()));
    assert_eq!(get(&watch, "/healthz").0, 200);
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    assert!(TcpStream::connect(&watch).is_err());
    let (agenda, ..) = place.run(&["agenda", "--from", "2030-03-02"]);
    assert!(agenda.contains("Tea"), "{agenda}");
}
