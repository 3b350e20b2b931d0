//! People who plan with each other: two organize, more are invited than one set of the store goes to, and some of these answer.
//!
//! Whoever was not answered looks at what is there: what they wrote has been done, and then all have it, or it has not, and
//! then nobody has, and they write it again, with the same number. So that all have it once shows that it was done once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::Clients;
use crate::contents::Contents;
use crate::door::base::{Base, Disk};
use crate::door::meeting::{Answer, Edit, Found, Kind, Meeting, Said};
use crate::door::wire::{self, Mute, Wire};
use crate::door::world::World;
use crate::{Numbers, Program};

/// Who organizes.
const ORGANIZERS: [&str; 2] = ["ann", "bob"];
/// So many are invited to what all are invited to. One set of the store goes to 64 people.
const GUESTS: usize = 72;
/// Those who answer: some have it at once, some out of what is still owed, for they are told in the order of their names.
const ANSWERING: [usize; 4] = [0, 20, 66, 71];
/// So many meetings of an organizer go on at one time.
const MEETINGS: usize = 3;
/// Nobody waits so long for what is owed; a service looks for it each minute.
const PATIENCE: Duration = Duration::from_secs(300);

const ANSWERS: [&str; 3] = ["ACCEPTED", "TENTATIVE", "DECLINED"];

/// All of them, and what they know.
pub(super) struct Planners {
    tokens: BTreeMap<String, String>,
    organizers: [Organizer; 2],
    answering: [Guest; 4],
}

/// Somebody who organizes meetings.
struct Organizer {
    token: String,
    numbers: Numbers,
    name: &'static str,
    made: u32,
    meetings: Vec<Meeting>,
    /// An edit that was not answered, with its meeting.
    unanswered: Option<(Meeting, Edit)>,
    /// One that has not been done, and is to be.
    again: Option<(Meeting, Edit)>,
}

/// Somebody who answers.
struct Guest {
    token: String,
    numbers: Numbers,
    name: String,
    answers: Vec<Answer>,
    unanswered: Option<Answer>,
    again: Option<Answer>,
}

/// How many edits of each meeting were begun, and how many of them were answered.
type Board = RefCell<BTreeMap<String, (usize, usize)>>;

fn guest(number: usize) -> String {
    format!("g{number:02}")
}

impl Clients for Planners {
    const COUNT: usize = ORGANIZERS.len() + ANSWERING.len();
    const ACTS: usize = 5;

    fn base(program: &Program, runtime: &Runtime) -> Base {
        let organizers = ORGANIZERS.into_iter().map(str::to_owned);
        let people: Vec<String> = organizers.chain((0..GUESTS).map(guest)).collect();
        Base::new(program, runtime, &people)
    }

    // The same texts are of many, and their indexes are by whose they are: the store knows that.
    fn look(folder: &Path) -> Result<(), String> {
        Contents::verify(folder)
    }

    fn new(base: &Base, seed: u64) -> Self {
        let numbers = |number: u64| Numbers::of(seed ^ (number << 40));
        let organizer = |name: &'static str, number| Organizer {
            token: base.token(name),
            numbers: numbers(number),
            name,
            made: 0,
            meetings: Vec::new(),
            unanswered: None,
            again: None,
        };
        let answering = |number: usize| Guest {
            token: base.token(&guest(number)),
            numbers: numbers(3 + number as u64),
            name: guest(number),
            answers: Vec::new(),
            unanswered: None,
            again: None,
        };
        let [ann, bob] = ORGANIZERS;
        Self {
            tokens: (0..GUESTS).map(guest).map(|name| (name.clone(), base.token(&name))).collect(),
            organizers: [organizer(ann, 1), organizer(bob, 2)],
            answering: ANSWERING.map(answering),
        }
    }

    async fn work(&mut self, address: &str, world: &RefCell<World>, acts: usize) -> Result<(), Mute> {
        let board = Board::default();
        let ([ann, bob], [first, second, third, fourth]) = (&mut self.organizers, &mut self.answering);
        let done = tokio::join!(
            ann.work(address, world, &board, acts),
            bob.work(address, world, &board, acts),
            first.work(address, world, &board, acts),
            second.work(address, world, &board, acts),
            third.work(address, world, &board, acts),
            fourth.work(address, world, &board, acts)
        );
        done.0.and(done.1).and(done.2).and(done.3).and(done.4).and(done.5)
    }

    async fn settle(&mut self, disk: &Disk, address: &str, _world: &RefCell<World>) -> Result<(), Mute> {
        let mut wire = Wire::open(address, "").await?;
        let since = Instant::now();
        while disk.owes() {
            // Upkeep delivers it. Whether the service lives is asked, too: it may be ended meanwhile.
            wire.sign_in_by(&self.organizers[0].token);
            wire.listing("/calendars/ann/inbox/").await?;
            if since.elapsed() > PATIENCE {
                return Err(Mute::Wrong("what is owed is not delivered".to_owned()));
            }
        }
        let mut found = Found::default();
        let organizers = self.organizers.iter().map(|organizer| (organizer.name, &organizer.token));
        let guests = self.tokens.iter().map(|(name, token)| (&**name, token));
        for (name, token) in organizers.chain(guests) {
            wire.sign_in_by(token);
            for (collection, into) in [("personal", &mut found.calendars), ("inbox", &mut found.inboxes)] {
                let texts = wire.texts(&format!("/calendars/{name}/{collection}/")).await?;
                into.insert(name.to_owned(), texts.values().map(|text| Said::read(text)).collect());
            }
        }
        self.check(&found).map_err(Mute::Wrong)
    }
}

impl Planners {
    /// Holds what everybody has against what was acknowledged; of what was not answered it is known from then on.
    fn check(&mut self, found: &Found) -> Result<(), String> {
        for organizer in &mut self.organizers {
            organizer.settle(found);
        }
        let meetings: BTreeMap<&str, &Meeting> = self
            .organizers
            .iter()
            .flat_map(|organizer| &organizer.meetings)
            .map(|meeting| (&*meeting.uid, meeting))
            .collect();
        for guest in &mut self.answering {
            guest.settle(found, &meetings);
        }
        for (who, said) in found.calendars.iter().chain(&found.inboxes) {
            let is_theirs = |said: &&Said| {
                let meeting = meetings.get(&*said.uid);
                meeting.is_some_and(|meeting| meeting.organizer == *who || meeting.guests.contains(who))
            };
            if let Some(said) = said.iter().find(|said| !is_theirs(said)) {
                return Err(format!(
                    "{who} has what was not acknowledged and is not with its organizer: {said:?}"
                ));
            }
        }
        for meeting in meetings.values() {
            let all = self.answering.iter().flat_map(|guest| &guest.answers);
            let answers: Vec<&Answer> = all.filter(|answer| answer.uid == meeting.uid).collect();
            meeting.check(found, &answers)?;
        }
        Ok(())
    }
}

impl Organizer {
    async fn work(
        &mut self,
        address: &str,
        world: &RefCell<World>,
        board: &Board,
        acts: usize,
    ) -> Result<(), Mute> {
        let mut wire = Wire::open(address, &self.token).await?;
        for _ in 0..acts {
            let (meeting, edit) = self.again.take().unwrap_or_else(|| self.draw());
            heard(self.edit(meeting, edit, &mut wire, world, board).await, world)?;
        }
        Ok(())
    }

    /// The next edit, and of what.
    fn draw(&mut self) -> (Meeting, Edit) {
        self.made += 1;
        let numbers = &mut self.numbers;
        let going: Vec<Meeting> = self.meetings.iter().filter(|meeting| !meeting.is_off()).cloned().collect();
        let start = format!("202604{:02}T{:02}0000Z", 1 + numbers.below(28), numbers.below(24));
        let mut edit = Edit { kind: Kind::New, number: self.made, start };
        let kind = [Kind::Words, Kind::Words, Kind::Time, Kind::Time, Kind::Off, Kind::New][numbers.below(6)];
        match numbers.pick(&going) {
            Some(meeting) if kind != Kind::New || going.len() == MEETINGS => {
                edit.kind = if kind == Kind::New { Kind::Words } else { kind };
                let last = meeting.edits.last().map(|last| last.start.clone()).unwrap_or_default();
                // Another time is another, and other words are at the same.
                if edit.kind != Kind::Time || edit.start == last {
                    edit = Edit {
                        kind: if edit.kind == Kind::Off { Kind::Off } else { Kind::Words },
                        start: last,
                        ..edit
                    };
                }
                (meeting.clone(), edit)
            }
            _ => {
                let mut guests: Vec<String> = (0..GUESTS).map(guest).collect();
                if numbers.below(2) == 0 {
                    let few = 1 + numbers.below(ANSWERING.len());
                    guests = ANSWERING.into_iter().take(few).map(guest).collect();
                }
                let uid = format!("{}-{}", self.name, self.made);
                let organizer = self.name.to_owned();
                (Meeting { uid, organizer, guests, edits: Vec::new() }, edit)
            }
        }
    }

    /// Writes an edit, until it is answered by more than that another was faster.
    async fn edit(
        &mut self,
        meeting: Meeting,
        edit: Edit,
        wire: &mut Wire,
        world: &RefCell<World>,
        board: &Board,
    ) -> Result<(), Mute> {
        let path = meeting.path();
        board.borrow_mut().entry(meeting.uid.clone()).or_default().0 += 1;
        let status = loop {
            let (method, header, text) = match edit.kind {
                Kind::New => ("PUT", ("if-none-match", "*".to_owned()), meeting.text(&edit)),
                Kind::Off => ("DELETE", ("depth", "infinity".to_owned()), String::new()),
                Kind::Words | Kind::Time => {
                    let seen = wire.ask("GET", &path, &[], "").await?;
                    world.borrow_mut().answered();
                    let text = replaced(&wire::whole(&seen.body), "SUMMARY", &edit.summary());
                    let text = replaced(&text, "DTSTART", &edit.start);
                    ("PUT", matching(&mut self.numbers, &seen), text)
                }
            };
            let headers = [("content-type", "text/calendar"), (header.0, &*header.1)];
            self.unanswered = Some((meeting.clone(), edit.clone()));
            let answer = match wire.ask(method, &path, &headers, text).await {
                // Others were faster, again and again: nothing was done.
                Err(Mute::Away) if !world.borrow().is_away() => continue,
                answer => answer?,
            };
            self.unanswered = None;
            world.borrow_mut().answered();
            match answer.status {
                // Somebody has answered meanwhile.
                412 if matches!(edit.kind, Kind::Words | Kind::Time) && header.0 == "if-match" => {}
                201 | 204 => break answer.status,
                status => {
                    let body = String::from_utf8_lossy(&answer.body);
                    return Err(Mute::Wrong(format!("{method} {path} for {edit:?}: {status} {body}")));
                }
            }
        };
        board.borrow_mut().entry(meeting.uid.clone()).or_default().1 += 1;
        if (status == 201) != (edit.kind == Kind::New) {
            return Err(Mute::Wrong(format!("{path} for {edit:?}: {status}")));
        }
        self.done(meeting, edit);
        Ok(())
    }

    fn done(&mut self, meeting: Meeting, edit: Edit) {
        match self.meetings.iter_mut().find(|known| known.uid == meeting.uid) {
            Some(known) => known.edits.push(edit),
            None => self.meetings.push(Meeting { edits: vec![edit], ..meeting }),
        }
    }

    fn settle(&mut self, found: &Found) {
        let Some((meeting, edit)) = self.unanswered.take() else { return };
        match meeting.has(&edit, found) {
            true => self.done(meeting, edit),
            false => self.again = Some((meeting, edit)),
        }
    }
}

impl Guest {
    async fn work(
        &mut self,
        address: &str,
        world: &RefCell<World>,
        board: &Board,
        acts: usize,
    ) -> Result<(), Mute> {
        let mut wire = Wire::open(address, &self.token).await?;
        for _ in 0..acts {
            heard(self.answer(&mut wire, world, board).await, world)?;
        }
        Ok(())
    }

    /// Answers one of the meetings that it has, or one again.
    async fn answer(&mut self, wire: &mut Wire, world: &RefCell<World>, board: &Board) -> Result<(), Mute> {
        let listing = wire.listing(&format!("/calendars/{}/personal/", self.name)).await?;
        world.borrow_mut().answered();
        let paths: Vec<String> = listing.into_keys().collect();
        let again = self.again.take();
        let wanted =
            again.as_ref().map(|again| format!("/calendars/{}/personal/{}.ics", self.name, again.uid));
        let Some(path) = wanted.or_else(|| self.numbers.pick(&paths).cloned()) else { return Ok(()) };
        let uid = path.rsplit('/').next().and_then(|name| name.strip_suffix(".ics")).unwrap_or_default();
        let edits = board.borrow().get(uid).copied().unwrap_or_default();
        let seen = wire.ask("GET", &path, &[], "").await?;
        world.borrow_mut().answered();
        let text = wire::whole(&seen.body);
        let said = Said::read(&text);
        if said.status == "CANCELLED" || again.as_ref().is_some_and(|again| again.sequence != said.sequence) {
            return Ok(());
        }
        let mut answer = again.unwrap_or_else(|| {
            let others: Vec<&str> =
                ANSWERS.into_iter().filter(|answer| *answer != said.partstat(&self.name)).collect();
            Answer {
                uid: uid.to_owned(),
                guest: self.name.clone(),
                partstat: self.numbers.pick(&others).copied().unwrap_or_default(),
                sequence: said.sequence,
                is_in_time: false,
            }
        });
        let text = answered(&text, &self.name, answer.partstat);
        let header = matching(&mut self.numbers, &seen);
        let headers = [("content-type", "text/calendar"), (header.0, &*header.1)];
        self.unanswered = Some(answer.clone());
        let told = match wire.ask("PUT", &path, &headers, text).await {
            Err(Mute::Away) if !world.borrow().is_away() => {
                self.unanswered = None;
                self.again = Some(answer);
                return Ok(());
            }
            told => told?,
        };
        self.unanswered = None;
        world.borrow_mut().answered();
        match told.status {
            204 => {
                answer.is_in_time =
                    edits.0 == edits.1 && board.borrow().get(uid).copied().unwrap_or_default() == edits;
                self.answers.push(answer);
            }
            // It has been changed meanwhile.
            412 => {}
            status => {
                let body = String::from_utf8_lossy(&told.body);
                return Err(Mute::Wrong(format!("PUT {path} for {answer:?}: {status} {body}")));
            }
        }
        Ok(())
    }

    fn settle(&mut self, found: &Found, meetings: &BTreeMap<&str, &Meeting>) {
        let Some(answer) = self.unanswered.take() else { return };
        let Some(meeting) = meetings.get(&*answer.uid) else { return };
        let own = found.copy(&self.name, &answer.uid);
        let is_kept = own.is_some_and(|own| {
            own.sequence == answer.sequence && own.partstat(&self.name) == answer.partstat
        });
        let known = self.answers.iter().filter(|known| known.is_like(&answer)).count();
        let is_told = found.count_of(&meeting.organizer, &answer) > known;
        if is_kept || is_told {
            self.answers.push(answer);
        } else if !meeting.is_off() && meeting.sequence() == answer.sequence {
            self.again = Some(answer);
        }
    }
}

/// What is wrong ends the service, so that the others come to their end.
fn heard(done: Result<(), Mute>, world: &RefCell<World>) -> Result<(), Mute> {
    if let Err(Mute::Wrong(words)) = &done {
        world.borrow_mut().found(words);
    }
    done
}

/// By what it is said that what is replaced is what was seen: to the byte, or as far as one plans with it.
fn matching(numbers: &mut Numbers, seen: &wire::Answer) -> (&'static str, String) {
    match numbers.below(2) {
        0 => ("if-match", seen.tag.clone().unwrap_or_default()),
        _ => ("if-schedule-tag-match", seen.schedule_tag.clone().unwrap_or_default()),
    }
}

/// A text with another value of an event's property.
fn replaced(text: &str, name: &str, value: &str) -> String {
    let is_it = |line: &&str| line.split([':', ';']).next() == Some(name);
    let rest: Vec<&str> = text.lines().filter(|line| !is_it(line)).collect();
    rest.join("\r\n").replace("BEGIN:VEVENT\r\n", &format!("BEGIN:VEVENT\r\n{name}:{value}\r\n")) + "\r\n"
}

/// A text with somebody's answer in it.
fn answered(text: &str, who: &str, partstat: &str) -> String {
    let own = format!(":mailto:{who}@example.com");
    let lines = text.lines().map(|line| match line.strip_suffix(&own) {
        Some(line) if line.starts_with("ATTENDEE") => {
            let kept: Vec<&str> = line.split(';').filter(|part| !part.starts_with("PARTSTAT=")).collect();
            format!("{};PARTSTAT={partstat}{own}\r\n", kept.join(";"))
        }
        _ => format!("{line}\r\n"),
    });
    lines.collect()
}
