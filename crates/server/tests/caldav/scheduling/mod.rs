//! People who plan with each other, each by a client of their own (RFC 6638).

mod availability;
mod busy;
mod delegates;
mod edits;
mod groups;
mod hostile;
mod invitations;
mod meeting;
mod receiving;
mod series;
mod tags;

use server::Options;
use service::{Newcomer, PrincipalKind, Secret};

use crate::scene::{Answer, Scene};

/// Six people who can be invited. Their programs know nothing of each other.
pub(crate) struct People(Scene);

/// Who is there.
const NAMES: [&str; 6] = ["ann", "bob", "cat", "dan", "eve", "fay"];

impl People {
    async fn open() -> Self {
        Self::behind(Scene::with(Options::default()).await)
    }

    /// People behind a door that is there.
    fn behind(scene: Scene) -> Self {
        scene.keep(|service| {
            let keeper = service.keeper();
            for name in NAMES {
                let addresses = [format!("{name}@example.com")];
                let secret = Secret::new(format!("secret of {name}"));
                let kind = PrincipalKind::Individual;
                let addresses = addresses.as_slice();
                let newcomer = Newcomer { kind, name, display: None, addresses, password: Some(&secret) };
                if keeper.set_principal(name, None, Some(addresses)).is_err() {
                    keeper.make_principal(&newcomer).unwrap();
                }
            }
        });
        Self(scene)
    }

    async fn ask(&self, who: &str, request: &str) -> Answer {
        self.0.ask_as(&format!("{who}:secret of {who}"), request).await
    }

    /// Puts an object into somebody's calendar.
    async fn put(&self, who: &str, name: &str, text: &str) -> Answer {
        let request = format!("PUT /calendars/{who}/personal/{name}\nContent-Type: text/calendar\n\n{text}");
        self.ask(who, &request).await
    }

    /// What somebody has in their calendar, unfolded; nothing where it is not there.
    async fn copy(&self, who: &str, name: &str) -> String {
        let answer = self.ask(who, &format!("GET /calendars/{who}/personal/{name}\n")).await;
        if answer.status == 404 {
            return String::new();
        }
        answer.is(200).body.replace("\r\n ", "")
    }

    /// Writes somebody's copy anew, with some words replaced.
    async fn change(&self, who: &str, name: &str, words: &[(&str, &str)]) -> Answer {
        let mut text = self.copy(who, name).await;
        for (from, to) in words {
            assert!(text.contains(from), "no {from} in {text}");
            text = text.replace(from, to);
        }
        self.put(who, name, &text).await
    }

    /// Answers for somebody.
    async fn answer(&self, who: &str, name: &str, partstat: &str) -> Answer {
        let text = answered(&self.copy(who, name).await, who, partstat);
        self.put(who, name, &text).await.is(204)
    }

    async fn delete(&self, who: &str, name: &str) -> Answer {
        self.ask(who, &format!("DELETE /calendars/{who}/personal/{name}\n")).await
    }

    /// The messages in somebody's inbox, in the order in which they came: METHOD and what names them.
    async fn inbox(&self, who: &str) -> Vec<(String, String)> {
        let listing = format!("PROPFIND /calendars/{who}/inbox/\nDepth: 1\n\n");
        let listing = self.ask(who, &listing).await.is(207).body;
        let mut found = Vec::new();
        for part in listing.split("href>").skip(1) {
            let path = part.split('<').next().unwrap();
            if !path.ends_with(".ics") {
                continue;
            }
            let text = self.ask(who, &format!("GET {path}\n")).await.is(200).body;
            let method = text.lines().find_map(|line| line.strip_prefix("METHOD:")).unwrap();
            found.push((method.to_owned(), path.to_owned()));
        }
        found
    }

    /// The methods of these.
    async fn methods(&self, who: &str) -> Vec<String> {
        self.inbox(who).await.into_iter().map(|(method, _)| method).collect()
    }
}

/// A meeting of Ann's with others.
fn meeting(uid: &str, guests: &[&str], more: &str) -> String {
    let guests: Vec<String> =
        guests.iter().map(|guest| format!("ATTENDEE:mailto:{guest}@example.com\r\n")).collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Client//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20260201T000000Z\r\nDTSTART:20260302T160000Z\r\nDURATION:PT1H\r\nSUMMARY:Tea\r\n\
         ORGANIZER:mailto:ann@example.com\r\n{}{more}END:VEVENT\r\nEND:VCALENDAR\r\n",
        guests.concat()
    )
}

/// A text with somebody's answer in it.
fn answered(text: &str, who: &str, partstat: &str) -> String {
    let own = format!("mailto:{who}@example.com");
    let lines = text.lines().map(|line| {
        if !line.starts_with("ATTENDEE") || !line.ends_with(&own) {
            return line.to_owned();
        }
        let kept = line.trim_end_matches(&format!(":{own}")).split(';');
        let kept = kept.filter(|part| !part.starts_with("PARTSTAT=")).collect::<Vec<_>>().join(";");
        format!("{kept};PARTSTAT={partstat}:{own}")
    });
    lines.collect::<Vec<_>>().join("\r\n") + "\r\n"
}

/// What the line of somebody says, in a text.
fn line_of<'t>(text: &'t str, who: &str) -> &'t str {
    let own = format!("mailto:{who}@example.com");
    text.lines().find(|line| line.starts_with("ATTENDEE") && line.ends_with(&own)).unwrap_or_default()
}
