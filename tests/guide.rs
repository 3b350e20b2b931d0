//! The guide's pages: each command that they show is run, and says what they say.
//!
//! A block ```` ```console ```` is a session: lines after `$ ` are run by a shell, in order, in one empty folder a page, with
//! the program on its path; what follows is what the person sees. A line that ends with ` &` is a service: it is started at a
//! free port, which the page calls [`SHOWN`], and goes on until the page's end. A block ```` ```http ```` is a request to it,
//! and from the line `HTTP/1.1` on the answer: its status, and what it says. `UPDATE=1` writes what is said now into the page;
//! it is read before it is kept.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use kalends_tests::{files, program, read, root};

/// Where a service of a page is, for its readers.
const SHOWN: &str = "127.0.0.1:8008";

/// A service that a page has started.
struct Service {
    child: Child,
    /// Where it is in truth.
    address: String,
}

impl Service {
    /// Starts it; what it says first.
    fn start(line: &str, folder: &Path, program: &Path) -> (Self, String) {
        let mut command = shell(&format!("exec {line} --test-clock"), folder, program);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("a shell runs");
        let mut said = String::new();
        let output = child.stdout.take().expect("it was asked for");
        BufReader::new(output).read_line(&mut said).expect("it says where it is");
        let address =
            said.trim().trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned();
        (Self { child, address }, said)
    }

    /// The answer to a request as a page has it: its status, and what it says.
    fn answer(&self, request: &[&str]) -> String {
        let (head, body) = match request.iter().position(|line| line.is_empty()) {
            Some(at) => {
                (&request[..at], request[at + 1..].iter().map(|line| format!("{line}\r\n")).collect())
            }
            None => (request, String::new()),
        };
        let mut stream = TcpStream::connect(&self.address).expect("it hears");
        let first = head.first().expect("a request has a first line");
        let mut sent = format!("{first} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for line in head.iter().skip(1) {
            sent.push_str(&format!("{line}\r\n"));
        }
        sent.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        stream.write_all(sent.as_bytes()).expect("it takes a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers in UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        let status = head.lines().next().expect("an answer has a status");
        let body = body.replace("\r\n", "\n");
        if body.is_empty() { format!("{status}\n") } else { format!("{status}\n\n{}\n", body.trim_end()) }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have come to its end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A shell as a person of the guide has it.
fn shell(line: &str, folder: &Path, program: &Path) -> Command {
    let path = format!("{}:{}", program.parent().expect("it is in a folder").display(), env!("PATH"));
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder).env_clear().envs([
        ("PATH", path.as_str()),
        ("HOME", folder.to_str().expect("temporary folders have plain names")),
        ("KALENDS_DATA", "store"),
        // Nothing hears where other services of this machine may be.
        ("KALENDS_HTTP", "127.0.0.1:0"),
        ("KALENDS_NOW", "2026-03-23T07:30:00Z"),
        ("TZ", "Europe/Vienna"),
        ("COLUMNS", "80"),
        ("LC_ALL", "C.UTF-8"),
        ("NO_COLOR", "1"),
    ]);
    command
}

/// What a person sees who types a line.
fn run(line: &str, folder: &Path, program: &Path) -> String {
    let output = shell(&format!("exec 2>&1\n{line}"), folder, program).output().expect("a shell runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The page with what each of its commands says now.
fn told(page: &str, folder: &Path, program: &Path) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    let mut service: Option<Service> = None;
    while let Some(line) = lines.next() {
        writeln!(out, "{line}").expect("a string takes all");
        if line == "```http" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let request = block.split(|line| line.starts_with("HTTP/1.1 ")).next().unwrap_or_default();
            let end = request.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
            let request = &request[..end];
            let answer = service.as_ref().expect("a service runs").answer(request);
            write!(out, "{}\n\n{answer}```\n", request.join("\n")).expect("a string takes all");
            continue;
        }
        if line != "```console" {
            continue;
        }
        for line in lines.by_ref().take_while(|line| *line != "```") {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            writeln!(out, "{line}").expect("a string takes all");
            let said = match command.strip_suffix(" &") {
                Some(command) => {
                    let (started, said) = Service::start(command, folder, program);
                    let said = said.replace(&started.address, SHOWN);
                    service = Some(started);
                    said
                }
                None => run(command, folder, program),
            };
            out.push_str(&said);
            if !said.is_empty() && !said.ends_with('\n') {
                out.push('\n');
            }
        }
        out.push_str("```\n");
    }
    out
}

#[test]
fn its_commands_say_what_it_says() {
    let program = program();
    let pages = files("docs/guide", ".md").into_iter().filter(|page| read(page).contains("```console"));
    let mut found = 0;
    for page in pages {
        found += 1;
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let samples = root().join("docs/samples");
        for sample in fs::read_dir(samples).expect("the samples are there").flatten() {
            fs::copy(sample.path(), folder.path().join(sample.file_name())).expect("a sample can be copied");
        }
        let before = read(&page);
        let now = told(&before, folder.path(), &program);
        if env::var_os("UPDATE").is_some() {
            fs::write(root().join(&page), &now).expect("a page can be written");
        }
        assert_eq!(read(&page), now, "{}: left is the page, right what is said now", page.display());
    }
    assert!(found > 0, "no page of the guide shows a command");
}
