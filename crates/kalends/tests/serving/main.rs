//! `kalends serve`, run as people run it: a phone writes by HTTP, the terminal sees it.

#![allow(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod notes;
mod proxies;
mod settings;
mod watch;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

/// A folder with a store, and Ann who signs in.
struct Place(TempDir);

/// A service that runs.
struct Serving {
    child: Child,
    address: String,
    out: BufReader<ChildStdout>,
}

impl Place {
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        let mut added = place.command(&["admin", "user", "add", "ann", "--password-stdin"]);
        let mut added = added.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        added.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
        assert!(added.wait().unwrap().success());
        place
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kalends"));
        command.env_clear().env("HOME", self.0.path()).env("LANG", "C.UTF-8").env("TZ", "Europe/Vienna");
        command.arg("--data").arg(self.data()).args(arguments).stdin(Stdio::null());
        command
    }

    /// What it says on standard output, standard error, and its exit code.
    fn run(&self, arguments: &[&str]) -> (String, String, i32) {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr), output.status.code().unwrap())
    }

    fn serve(&self) -> Serving {
        self.serve_with(&["--log", "off"])
    }

    /// A service with these arguments besides; [`Place::logged`] is what it notes.
    fn serve_with(&self, arguments: &[&str]) -> Serving {
        let mut command = self.command(&["serve", "--http", "127.0.0.1:0"]);
        let log = File::create(self.log()).unwrap();
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut serving = Serving { child, address: String::new(), out };
        serving.address = serving.next_address();
        serving
    }

    fn log(&self) -> PathBuf {
        self.0.path().join("log")
    }

    /// The lines that are whole: one may just be written.
    fn logged(&self) -> String {
        let mut bytes = std::fs::read(self.log()).unwrap();
        bytes.truncate(bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
        String::from_utf8(bytes).unwrap()
    }

    /// Waits until a line with these words is noted, so many times.
    fn wait_for(&self, words: &str, times: usize) {
        while self.logged().lines().filter(|line| line.contains(words)).count() < times {
            std::thread::yield_now();
        }
    }

    /// Its settings, as its owner has them.
    fn set(&self, settings: &str) {
        let folder = self.0.path().join(".config/kalends");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("kalends.toml"), settings).unwrap();
    }
}

impl Serving {
    /// The next address that it says it has.
    fn next_address(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        let (address, _) = line.trim().strip_prefix("http://").unwrap().split_once('/').unwrap();
        address.to_owned()
    }

    /// The answer to a request of Ann's, whole.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let media = if body.starts_with('<') { "application/xml" } else { "text/calendar" };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: {media}\r\n\
             Authorization: Basic YW5uOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ==\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn signal(&self, signal: &str) {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
    }

    /// Tells it to stop; its exit code.
    fn stop(&mut self) -> Option<i32> {
        self.signal("-TERM");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have come to its end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const TEA: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Phone//EN\r\nBEGIN:VEVENT\r\nUID:tea\r\nDTSTAMP:20300101T000000Z\r\n\
                   DTSTART:20300302T090000Z\r\nDURATION:PT30M\r\nSUMMARY:Tea\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[test]
fn what_a_phone_writes_the_terminal_sees_and_the_other_way_round() {
    let place = Place::new();
    let mut serving = place.serve();
    let put = serving.ask("PUT", "/calendars/ann/personal/tea.ics", TEA);
    assert!(put.starts_with("HTTP/1.1 201"), "{put}");
    let (agenda, ..) = place.run(&["agenda", "--from", "2030-03-02"]);
    assert!(agenda.contains("Tea"), "{agenda}");
    let (_, _, code) = place.run(&["add", "Milk", "--start", "2030-03-03T10:00"]);
    assert_eq!(code, 0);
    let stream = serving.ask("GET", "/calendars/ann/personal/", "");
    assert!(stream.starts_with("HTTP/1.1 200") && stream.contains("SUMMARY:Milk"), "{stream}");
    assert_eq!(serving.stop(), Some(0));
    assert!(TcpStream::connect(&serving.address).is_err());
}

#[test]
fn what_is_kept_beside_a_running_service_is_seen_at_once() {
    let place = Place::new();
    let serving = place.serve();
    let done = |arguments: &[&str]| {
        let (out, err, code) = place.run(&[&["admin"], arguments].concat());
        assert_eq!(code, 0, "{arguments:?}: {err}");
        out
    };
    let is = |path: &str, beginning: &str, says: &str| {
        let answer = serving.ask("GET", path, "");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {beginning}")) && answer.contains(says),
            "{path}: {says}: {answer}"
        );
    };
    is("/calendars/r1/personal/", "404", "");
    done(&["room", "add", "r1"]);
    done(&["grant", "r1", "--to", "ann", "--right", "read"]);
    is("/calendars/r1/personal/", "200", "BEGIN:VCALENDAR");
    let file = place.0.path().join("tea.ics");
    std::fs::write(&file, TEA).unwrap();
    done(&["import", "r1", &file.display().to_string()]);
    is("/calendars/r1/personal/", "200", "SUMMARY:Tea");
    done(&["calendar", "make", "ann", "Club"]);
    is("/calendars/ann/club/", "200", "BEGIN:VCALENDAR");
    let put = serving.ask("PUT", "/calendars/ann/club/tea.ics", TEA);
    assert!(put.starts_with("HTTP/1.1 201"), "{put}");
    assert!(done(&["export", "ann", "--calendar", "club"]).contains("SUMMARY:Tea"));
    done(&["calendar", "remove", "ann", "club", "--yes"]);
    is("/calendars/ann/club/", "404", "");
    done(&["user", "disable", "ann"]);
    is("/calendars/ann/personal/", "401", "");
}

#[test]
fn the_demonstration_can_be_asked_and_leaves_nothing() {
    let place = Place::new();
    let mut child = place.command(&["demo"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.next().unwrap();
    let address = address.strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
    let ann = lines.find(|line| line.contains("Ann Lindqvist")).unwrap();
    let secret = ann.split_whitespace().nth(3).unwrap().to_owned();
    let get = |who: &str, path: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        let authorization = STANDARD.encode(format!("{who}:{secret}"));
        let head = format!("Host: {address}\r\nConnection: close\r\nAuthorization: Basic {authorization}");
        write!(stream, "GET {path} HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let answer = get("ann", "/calendars/ann/team/");
    assert!(answer.contains("SUMMARY:Design review") && answer.contains("SUMMARY:Standup"), "{answer}");
    let concerts = get("ben", "/calendars/ensemble/concerts/");
    assert!(concerts.contains("SUMMARY:Rehearsal"), "Ben is in the group: {concerts}");
    let line = lines.find(|line| line.contains("--data ")).unwrap();
    let folder = PathBuf::from(line.split_whitespace().nth(2).unwrap());
    assert!(folder.join("kalends.db").exists(), "{}", folder.display());
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!folder.parent().unwrap().exists(), "{}", folder.display());
}

#[test]
fn what_stands_against_serving_is_told() {
    let place = Place::new();
    let serving = place.serve();
    let (_, taken, code) = place.run(&["serve", "--http", &serving.address, "--log", "off"]);
    assert_eq!(code, 5);
    assert!(taken.contains("is another program listening there?"), "{taken}");
    let (_, files, code) =
        place.run(&["serve", "--check", "--certificates", "none.pem", "--key", "none.key"]);
    assert_eq!(code, 5);
    assert!(files.contains("none.pem"), "{files}");
    assert_eq!(place.run(&["serve", "--check"]).2, 0);
    let still = place.command(&["serve", "--check"]).env("KALENDS_NOW", "2030-01-01").output().unwrap();
    assert_eq!(still.status.code(), Some(2));
    let wrong = place.command(&["serve", "--check"]).env("KALENDS_HTTP", "here").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let (_, open, code) = place.run(&["serve", "--check", "--http", "0.0.0.0:0"]);
    assert_eq!(code, 0);
    assert!(open.contains("passwords go in the clear"), "{open}");
}

/// The text of an event.
fn event(uid: &str, summary: &str) -> String {
    TEA.replace("UID:tea", &format!("UID:{uid}")).replace("Tea", summary)
}

/// What a client that follows a calendar by `sync-collection` has: names, each with its tag.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
struct Followed {
    token: String,
    objects: BTreeMap<String, String>,
}

impl Followed {
    /// Asks what changed, and from the beginning where the token is good no more: what is then not told is removed here.
    fn follow(&mut self, serving: &Serving) {
        let ask = |token: &str| {
            let body = format!(
                "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>\
                 <D:prop><D:getetag/></D:prop></D:sync-collection>"
            );
            serving.ask("REPORT", CALENDAR, &body)
        };
        let mut answer = ask(&self.token);
        if answer.starts_with("HTTP/1.1 403") {
            assert!(answer.contains("valid-sync-token"), "{answer}");
            self.objects.clear();
            answer = ask("");
        }
        assert!(answer.starts_with("HTTP/1.1 207"), "{answer}");
        let inside = |text: &str, tag: &str| {
            let (_, rest) = text.split_once(&format!("<D:{tag}>"))?;
            Some(rest.split_once(&format!("</D:{tag}>"))?.0.to_owned())
        };
        for response in answer.split("<D:response>").skip(1) {
            let name = inside(response, "href").unwrap();
            match inside(response, "getetag") {
                Some(tag) => self.objects.insert(name, tag),
                None => self.objects.remove(&name),
            };
        }
        self.token = inside(&answer, "sync-token").unwrap();
    }
}

const CALENDAR: &str = "/calendars/ann/personal/";

/// A client that misses an object under a token that it is told anew deletes its own: so nothing that it had may be missing.
#[test]
fn a_restore_takes_nothing_from_a_client_that_came_after_the_backup() {
    for is_served in [true, false] {
        let place = Place::new();
        let mut serving = place.serve();
        let put = |serving: &Serving, name: &str, summary: &str| {
            let answer = serving.ask("PUT", &format!("{CALENDAR}{name}.ics"), &event(name, summary));
            assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        };
        for name in ["removed", "changed", "kept"] {
            put(&serving, name, "Before");
        }
        let mut client = Followed::default();
        client.follow(&serving);
        assert_eq!(client.objects.len(), 3);
        let backup = place.0.path().join("then.backup");
        let backup = backup.to_str().unwrap();
        assert_eq!(place.run(&["admin", "backup", backup]).2, 0);

        put(&serving, "changed", "Since");
        put(&serving, "new", "Since");
        serving.ask("DELETE", &format!("{CALENDAR}removed.ics"), "");
        client.follow(&serving);
        let held = client.objects.clone();
        assert_eq!(held.len(), 3, "{held:?}");

        if !is_served {
            serving.stop();
        }
        let (_, said, code) = place.run(&["admin", "restore", backup, "--yes"]);
        assert_eq!(code, 0, "{said}");
        if !is_served {
            serving = place.serve();
        }
        client.follow(&serving);
        assert_eq!(client.objects, held, "served: {is_served}");
        let new = serving.ask("GET", &format!("{CALENDAR}new.ics"), "");
        assert!(new.contains("SUMMARY:Since"), "{new}");

        // What had been removed comes back where that is asked for, and is told.
        assert_eq!(place.run(&["admin", "restore", backup, "--deleted", "--yes"]).2, 0);
        client.follow(&serving);
        assert_eq!(client.objects.len(), 4, "{:?}", client.objects);
        assert!(held.iter().all(|(name, tag)| client.objects.get(name) == Some(tag)), "{:?}", client.objects);
    }
}

/// What a client holds is its only copy where the store is lost: a journal has it, and without one nobody is told that it is missing.
#[test]
fn a_store_that_is_lost_takes_nothing_from_a_client() {
    for has_journal in [true, false] {
        let place = Place::new();
        let mut serving = place.serve();
        let put = |serving: &Serving, name: &str, summary: &str| {
            let answer = serving.ask("PUT", &format!("{CALENDAR}{name}.ics"), &event(name, summary));
            assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
        };
        let path = |name: &str| place.0.path().join(name).to_str().unwrap().to_owned();
        let (backup, journal) = (path("then.backup"), path("journal"));
        for name in ["removed", "changed", "kept"] {
            put(&serving, name, "Before");
        }
        assert_eq!(place.run(&["admin", "backup", &backup]).2, 0);
        let mut follow = place.command(&["admin", "backup", "--follow", &journal, "--json"]);
        let mut follow = follow.stdout(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(follow.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(told.next().unwrap().contains("\"anew\":true"));

        put(&serving, "changed", "Since");
        put(&serving, "new", "Since");
        serving.ask("DELETE", &format!("{CALENDAR}removed.ics"), "");
        let mut client = Followed::default();
        client.follow(&serving);
        let held = client.objects.clone();
        assert_eq!(held.len(), 3, "{held:?}");
        // Told to stop, it follows up to then.
        Command::new("kill").args(["-TERM", &follow.id().to_string()]).status().unwrap();
        assert_eq!(follow.wait().unwrap().code(), Some(0));
        let commits = told.map(|line| {
            let (_, rest) = line.split_once("\"commits\":").unwrap();
            rest.split_once(',').unwrap().0.parse::<u32>().unwrap()
        });
        assert!(commits.sum::<u32>() >= 3);
        serving.stop();
        std::fs::remove_dir_all(place.data()).unwrap();

        let from = if has_journal { &journal } else { &backup };
        let (_, said, code) = place.run(&["admin", "restore", from, "--yes"]);
        assert_eq!(code, 0, "{said}");
        assert_eq!(said.contains("kalends admin reopen"), !has_journal, "{said}");
        serving = place.serve();
        if has_journal {
            client.follow(&serving);
            assert_eq!(client.objects, held);
            assert!(serving.ask("GET", &format!("{CALENDAR}new.ics"), "").contains("SUMMARY:Since"));
            continue;
        }
        let sync = "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token/><D:sync-level>1</D:sync-level><D:prop/></D:sync-collection>";
        for (method, name, body) in [("GET", "new.ics", ""), ("REPORT", "", sync), ("GET", "", "")] {
            let answer = serving.ask(method, &format!("{CALENDAR}{name}"), body);
            assert!(answer.starts_with("HTTP/1.1 503"), "{method} {name}: {answer}");
        }
        assert!(serving.ask("GET", &format!("{CALENDAR}kept.ics"), "").starts_with("HTTP/1.1 200"));
        // The journal turns up, and is merged beside the running service.
        assert_eq!(place.run(&["admin", "restore", &journal, "--deleted", "--yes"]).2, 0);
        let (_, said, code) = place.run(&["admin", "reopen"]);
        assert_eq!(code, 4, "{said}");
        assert!(said.contains("delete what they hold beside the 4 objects"), "{said}");
        assert_eq!(place.run(&["admin", "reopen", "--yes"]).2, 0);
        client.follow(&serving);
        assert!(held.iter().all(|(name, tag)| client.objects.get(name) == Some(tag)), "{:?}", client.objects);
    }
}
