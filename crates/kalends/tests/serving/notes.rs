//! What a service notes of its work: each request, and nothing that anybody keeps or signs in with.

use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::{CALENDAR, Place, Serving};

/// Stands in all that is kept, shown and sent; nobody says it but the tests.
const WORD: &str = "Quinquireme";

/// The answer to a request that is written out.
fn send(serving: &Serving, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(&serving.address).unwrap();
    let length = body.len();
    write!(stream, "{head}\r\nHost: here\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// The value of a hidden field.
fn hidden(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// What the server gave to be shown again.
fn cookie(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    line.split(';').next().unwrap().to_owned()
}

/// Asks all sorts of things, right ones and wrong ones; secrets that were shown or made.
fn ask_all(place: &Place, serving: &Serving) -> Vec<String> {
    let mut secrets = vec![WORD.to_owned(), "correct horse".to_owned()];
    let authorization = |who: &str| format!("Authorization: Basic {}", STANDARD.encode(format!("ann:{who}")));
    let right = authorization("correct horse battery");
    let event = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Phone//EN\r\nBEGIN:VEVENT\r\nUID:{WORD}\r\n\
         DTSTAMP:20300101T000000Z\r\nDTSTART:20300302T090000Z\r\nSUMMARY:{WORD}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let put = format!("PUT {CALENDAR}{WORD}.ics HTTP/1.1\r\nContent-Type: text/calendar\r\n{right}");
    assert!(send(serving, &put, &event).starts_with("HTTP/1.1 201"));
    send(serving, &put, &event.replace("VERSION:2.0", WORD));
    send(serving, &put, &event.replace("20300302T090000Z", WORD));
    let jcal = put.replace("text/calendar", "application/calendar+json");
    send(serving, &jcal, &format!("[\"vcalendar\", \"{WORD}\", []]"));
    send(serving, &put.replace("text/calendar", "application/calendar+xml"), &format!("<{WORD}>"));
    send(serving, &format!("GET {CALENDAR}{WORD}.ics?{WORD} HTTP/1.1\r\n{right}"), "");
    let query = |text: &str| {
        format!(
            "<C:calendar-query xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\"><D:prop><C:calendar-data/>\
             </D:prop><C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">\
             <C:prop-filter name=\"SUMMARY\"><C:text-match>{text}</C:text-match></C:prop-filter></C:comp-filter>\
             </C:comp-filter></C:filter></C:calendar-query>"
        )
    };
    let report = format!("REPORT {CALENDAR} HTTP/1.1\r\nDepth: 1\r\n{right}");
    assert!(send(serving, &report, &query(WORD)).contains(WORD));
    send(serving, &report, &query(&format!("<{WORD}>")));
    send(serving, &format!("MKCALENDAR {CALENDAR}{WORD} HTTP/1.1\r\n{right}"), "");
    send(serving, &format!("DELETE {CALENDAR}{WORD}.ics HTTP/1.1\r\nIf-Match: \"{WORD}\"\r\n{right}"), "");
    send(serving, &format!("BREW {CALENDAR} HTTP/1.1\r\n{right}"), "");
    for wrong in [&*authorization(WORD), &*format!("Authorization: Bearer {WORD}"), "Authorization: Basic !"]
    {
        assert!(
            send(serving, &format!("GET {CALENDAR} HTTP/1.1\r\n{wrong}"), "").starts_with("HTTP/1.1 401")
        );
    }
    let (token, ..) = place.run(&["admin", "token", "add", "ann", "script"]);
    let token = token.trim().to_owned();
    let bearer = format!("GET {CALENDAR} HTTP/1.1\r\nAuthorization: Bearer {token}");
    assert!(send(serving, &bearer, "").starts_with("HTTP/1.1 200"));
    secrets.push(token);

    let form = "HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nCookie:";
    let page = send(serving, "GET / HTTP/1.1", "");
    let (visitor, token) = (cookie(&page), hidden(&page));
    let fields = |password: &str| format!("token={token}&login=ann&password={password}");
    send(serving, &format!("POST /sign-in {form} {visitor}"), &fields(WORD));
    let page = send(serving, &format!("POST /sign-in {form} {visitor}"), &fields("correct+horse+battery"));
    assert!(page.starts_with("HTTP/1.1 303"), "{page}");
    let signed = page.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let signed = signed.map(|line| line.split(';').next().unwrap()).find(|cookie| !cookie.ends_with('='));
    let session = signed.unwrap().to_owned();
    let page = send(serving, &format!("GET /app-passwords HTTP/1.1\r\nCookie: {session}"), "");
    let body = format!("token={}&label={WORD}", hidden(&page));
    let made = send(serving, &format!("POST /app-passwords {form} {session}"), &body);
    let (_, made) = made.split_once("id=\"secret\">").unwrap_or_else(|| panic!("{made}"));
    secrets.push(made.split_once("</code>").unwrap().0.to_owned());
    secrets.extend([token, hidden(&page)]);
    secrets.extend([visitor, session].iter().map(|cookie| cookie.split_once('=').unwrap().1.to_owned()));
    secrets
}

#[test]
fn each_request_is_noted_and_no_secret_and_nothing_that_is_kept() {
    for form in ["text", "json"] {
        let place = Place::new();
        let mut serving = place.serve_with(&["--log", "debug", "--log-format", form]);
        let secrets = ask_all(&place, &serving);
        assert_eq!(serving.stop(), Some(0));
        let logged = place.logged();
        let answered = logged.lines().filter(|line| line.contains("answered"));
        assert!(answered.count() >= 18, "{logged}");
        assert!(secrets.iter().all(|secret| secret.len() > 8), "{secrets:?}");
        for secret in &secrets {
            let found = logged.lines().find(|line| line.to_lowercase().contains(&secret.to_lowercase()));
            assert_eq!(found, None, "{secret}");
        }
        if form == "json" {
            let lines: Vec<Value> = logged.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let put = lines.iter().find(|line| line["method"] == "PUT").unwrap();
            assert_eq!((&put["level"], &put["message"]), (&"INFO".into(), &"answered".into()), "{put}");
            assert_eq!(
                (&put["who"], &put["path"], &put["status"]),
                (&"ann".into(), &CALENDAR.into(), &201.into())
            );
            assert!(put["seconds"].is_number() && put["timestamp"].is_string(), "{put}");
        } else {
            let put = logged.lines().find(|line| line.contains("method=PUT")).unwrap();
            assert!(put.contains("answered who=\"ann\"") && put.contains("status=201"), "{put}");
        }
    }
}
