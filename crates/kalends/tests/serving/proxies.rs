//! The program behind a little proxy that hands `/kalends` on and says for whom.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

use super::{Place, Serving, TEA};

/// What stands before a service: it adds a line to the head of each request, and hands on the rest as it comes.
struct Proxy {
    address: SocketAddr,
}

impl Proxy {
    fn before(serving: &Serving, added: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, upstream) = (listener.local_addr().unwrap(), serving.address.clone());
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&upstream).unwrap());
                thread::spawn(move || hand_on(client, server, added));
            }
        });
        Self { address }
    }

    /// The answer to a request of Ann's that comes by it.
    fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{head}\r\nHost: {}\r\nConnection: close\r\nAuthorization: Basic YW5uOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

/// One request and its answer.
fn hand_on(client: TcpStream, mut server: TcpStream, added: &str) {
    let mut answers = server.try_clone().unwrap();
    let mut back = client.try_clone().unwrap();
    let answered = thread::spawn(move || {
        // Whoever went away has what they wanted.
        let _ = io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut client = BufReader::new(client);
    let mut first = String::new();
    client.read_line(&mut first).unwrap();
    write!(server, "{first}{added}\r\n").unwrap();
    let _ = io::copy(&mut client, &mut server);
    answered.join().unwrap();
}

#[test]
fn behind_a_proxy_all_is_below_its_prefix_and_at_the_address_that_people_know() {
    let place = Place::new();
    let mut serving = place.serve_with(&["--prefix", "/kalends", "--proxies", "127.0.0.1"]);
    let proxy = Proxy::before(&serving, "Forwarded: for=192.0.2.43;proto=https;host=cal.example.com");
    let is = |head: &str, body: &str, status: &str, says: &str| {
        let answer = proxy.ask(head, body);
        let is_well = answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(says);
        assert!(is_well, "{head}: {says}: {answer}");
    };
    is("GET /.well-known/caldav HTTP/1.1", "", "301", "location: /kalends/\r\n");
    let who = "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:current-user-principal/></D:prop></D:propfind>";
    is("PROPFIND /kalends/ HTTP/1.1\r\nDepth: 0", who, "207", "<D:href>/kalends/principals/ann/</D:href>");
    is("PUT /kalends/calendars/ann/personal/tea.ics HTTP/1.1", TEA, "201", "");
    let to = "Destination: https://cal.example.com/kalends/calendars/ann/personal/coffee.ics";
    is(&format!("MOVE /kalends/calendars/ann/personal/tea.ics HTTP/1.1\r\n{to}"), "", "201", "");
    is("GET /kalends/calendars/ann/personal/coffee.ics HTTP/1.1", "", "200", "SUMMARY:Tea");
    let outside = "Destination: https://cal.example.com/calendars/ann/personal/tea.ics";
    is(&format!("MOVE /kalends/calendars/ann/personal/coffee.ics HTTP/1.1\r\n{outside}"), "", "502", "");
    is("GET /kalends/connect HTTP/1.1", "", "200", "<code>https://cal.example.com/kalends/</code>");
    is("GET /calendars/ann/personal/coffee.ics HTTP/1.1", "", "404", "all paths begin with /kalends/");
    assert!(serving.ask("GET", "/healthz", "").starts_with("HTTP/1.1 200"));
    assert_eq!(serving.stop(), Some(0));
}

/// Whom it believes and what stands before all paths are settings that hold from SIGHUP on.
#[test]
fn who_is_believed_and_the_path_before_all_change_while_it_runs() {
    let place = Place::new();
    let mut serving = place.serve_with(&[]);
    let proxy = Proxy::before(&serving, "Forwarded: for=192.0.2.43;proto=https;host=cal.example.com");
    let is_at = |prefix: &str, address: &str| {
        let page = proxy.ask(&format!("GET {prefix}/connect HTTP/1.1"), "");
        assert!(page.contains(&format!("<code>{address}{prefix}/</code>")), "{page}");
    };
    let near = format!("http://{}", proxy.address);
    is_at("", &near);
    place.set("http_proxies = \"127.0.0.0/8\"\nhttp_prefix = \"/kalends\"\n");
    serving.signal("-HUP");
    place.wait_for("settings were read again changed=\"http_prefix http_proxies\"", 1);
    is_at("/kalends", "https://cal.example.com");
    place.set("http_prefix = \"/calendars/of/all/\"\n");
    serving.signal("-HUP");
    place.wait_for("settings were read again changed=\"http_prefix http_proxies\"", 2);
    is_at("/calendars/of/all", &near);
    assert!(!place.logged().contains("started again"));
    assert_eq!(serving.stop(), Some(0));
}

/// The same said by somebody who is no proxy that is known: nothing of it is believed.
#[test]
fn a_stranger_who_says_that_they_come_for_others_is_not_believed() {
    let place = Place::new();
    std::fs::write(place.0.path().join("kalends.toml"), "http_proxies = \"192.0.2.1 2001:db8::/32\"\n")
        .unwrap();
    let config = place.0.path().join("kalends.toml");
    let serving = place.serve_with(&["--config", config.to_str().unwrap()]);
    let proxy = Proxy::before(&serving, "Forwarded: for=192.0.2.43;proto=https;host=cal.example.com");
    let page = proxy.ask("GET /connect HTTP/1.1", "");
    assert!(page.starts_with("HTTP/1.1 200") && !page.contains("cal.example.com"), "{page}");
    let put = proxy.ask("PUT /files/ann/tea HTTP/1.1", "Green");
    assert!(put.starts_with("HTTP/1.1 201"), "{put}");
    let to = "Destination: https://cal.example.com/files/ann/copy";
    let copied = proxy.ask(&format!("COPY /files/ann/tea HTTP/1.1\r\n{to}"), "");
    assert!(copied.starts_with("HTTP/1.1 502"), "{copied}");
}

#[test]
fn a_prefix_or_a_proxy_that_is_none_is_told() {
    let place = Place::new();
    for (option, value, says) in [
        ("--prefix", "kalends", "wanted a path, as /kalends"),
        ("--proxies", "here", "wanted an address or a network"),
    ] {
        let (_, said, code) = place.run(&["serve", "--check", option, value]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(says), "{said}");
    }
}
