//! A meeting: the edits of its organizer that have been done, the answers to it, and how what everybody has stands to these.

use std::collections::BTreeMap;

/// What an edit does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    New,
    /// Other words, and the same time.
    Words,
    /// Another time: all are asked anew.
    Time,
    /// It is called off.
    Off,
}

/// An edit of the organizer's.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub(super) kind: Kind,
    /// No other edit has it; it stands in the summary.
    pub(super) number: u32,
    /// DTSTART from then on.
    pub(super) start: String,
}

/// An answer of a guest's: another than they gave before.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) uid: String,
    pub(super) guest: String,
    pub(super) partstat: &'static str,
    /// SEQUENCE of what was answered.
    pub(super) sequence: usize,
    /// From when it was read until it was answered nobody edited the meeting: so it was no answer to what had gone by.
    pub(super) is_in_time: bool,
}

/// A meeting, as far as its edits have been done.
#[derive(Clone, Debug)]
pub(super) struct Meeting {
    pub(super) uid: String,
    pub(super) organizer: String,
    pub(super) guests: Vec<String>,
    pub(super) edits: Vec<Edit>,
}

/// What an object says, or a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) method: String,
    pub(super) uid: String,
    pub(super) summary: String,
    pub(super) start: String,
    pub(super) status: String,
    pub(super) sequence: usize,
    /// PARTSTAT and SCHEDULE-STATUS of all who are invited.
    pub(super) guests: BTreeMap<String, (String, String)>,
}

/// What all have, by their names.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) calendars: BTreeMap<String, Vec<Said>>,
    pub(super) inboxes: BTreeMap<String, Vec<Said>>,
}

impl Edit {
    pub(super) fn summary(&self) -> String {
        format!("Edit {}", self.number)
    }
}

impl Answer {
    /// Is it of the same guest to the same, and the same?
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let what =
            |answer: &Self| (answer.uid.clone(), answer.guest.clone(), answer.partstat, answer.sequence);
        what(self) == what(other)
    }
}

impl Said {
    /// Reads a text whose lines are whole.
    pub(super) fn read(text: &str) -> Self {
        let mut said = Self::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
            let value = value.to_owned();
            let mut parts = name.split(';');
            match parts.next().unwrap_or_default() {
                "METHOD" => said.method = value,
                "UID" => said.uid = value,
                "SUMMARY" => said.summary = value,
                "DTSTART" => said.start = value,
                "STATUS" => said.status = value,
                "SEQUENCE" => said.sequence = value.parse().unwrap_or_default(),
                "ATTENDEE" => {
                    let parameters: BTreeMap<&str, &str> =
                        parts.filter_map(|part| part.split_once('=')).collect();
                    let one = |name| parameters.get(name).copied().unwrap_or_default().to_owned();
                    let name = name_of(&value).to_owned();
                    said.guests.insert(name, (one("PARTSTAT"), one("SCHEDULE-STATUS")));
                }
                _ => {}
            }
        }
        said
    }

    /// The answer of somebody that stands here.
    pub(super) fn partstat(&self, guest: &str) -> &str {
        match self.guests.get(guest).map_or("", |(partstat, _)| partstat) {
            "" => "NEEDS-ACTION",
            said => said,
        }
    }
}

/// Who has a calendar user address.
fn name_of(address: &str) -> &str {
    let address = address.strip_prefix("mailto:").unwrap_or(address);
    address.strip_suffix("@example.com").unwrap_or(address)
}

impl Found {
    /// What somebody has in their calendar of a UID.
    pub(super) fn copy(&self, who: &str, uid: &str) -> Option<&Said> {
        self.calendars.get(who)?.iter().find(|said| said.uid == uid)
    }

    /// The messages of a UID in somebody's inbox.
    pub(super) fn messages<'f>(&'f self, who: &str, uid: &'f str) -> impl Iterator<Item = &'f Said> {
        self.inboxes.get(who).into_iter().flatten().filter(move |said| said.uid == uid)
    }

    /// How often an answer is in an inbox, or one like it.
    pub(super) fn count_of(&self, organizer: &str, answer: &Answer) -> usize {
        let is_it = |said: &&Said| {
            said.method == "REPLY"
                && said.sequence == answer.sequence
                && said.guests.len() == 1
                && said.guests.contains_key(&answer.guest)
                && said.partstat(&answer.guest) == answer.partstat
        };
        self.messages(organizer, &answer.uid).filter(is_it).count()
    }
}

impl Meeting {
    pub(super) fn path(&self) -> String {
        format!("/calendars/{}/personal/{}.ics", self.organizer, self.uid)
    }

    /// Its text as it is first written.
    pub(super) fn text(&self, edit: &Edit) -> String {
        let guests: Vec<String> =
            self.guests.iter().map(|guest| format!("ATTENDEE:mailto:{guest}@example.com\r\n")).collect();
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//Crash//EN\r\nBEGIN:VEVENT\r\nUID:{}\r\n\
             DTSTAMP:20260101T000000Z\r\nDTSTART:{}\r\nDURATION:PT1H\r\nSUMMARY:{}\r\n\
             ORGANIZER:mailto:{}@example.com\r\n{}END:VEVENT\r\nEND:VCALENDAR\r\n",
            self.uid,
            edit.start,
            edit.summary(),
            self.organizer,
            guests.concat()
        )
    }

    pub(super) fn is_off(&self) -> bool {
        self.edits.last().is_some_and(|edit| edit.kind == Kind::Off)
    }

    fn sequence_at(&self, edits: usize) -> usize {
        self.edits.iter().take(edits).filter(|edit| edit.kind == Kind::Time).count()
    }

    /// SEQUENCE of what it is now.
    pub(super) fn sequence(&self) -> usize {
        self.sequence_at(self.edits.len())
    }

    /// Has an edit been done, of which nobody was told?
    pub(super) fn has(&self, edit: &Edit, found: &Found) -> bool {
        let copy = found.copy(&self.organizer, &self.uid);
        match edit.kind {
            Kind::Off => copy.is_none(),
            _ => copy.is_some_and(|copy| copy.summary == edit.summary()),
        }
    }

    /// Does everybody have what has been done, once, and all the same?
    pub(super) fn check(&self, found: &Found, answers: &[&Answer]) -> Result<(), String> {
        let copy = found.copy(&self.organizer, &self.uid);
        if copy.is_none() != self.is_off() {
            return Err(format!("{} of {} is there: {}", self.uid, self.organizer, copy.is_some()));
        }
        if let Some(copy) = copy {
            self.is_as_it_should(&self.organizer, copy)?;
            let is_told = |(_, status): &(String, String)| matches!(&**status, "1.2" | "2.0");
            let untold = copy.guests.iter().find(|(_, guest)| !is_told(guest));
            if let Some((guest, (_, status))) = untold {
                return Err(format!("{}: to its organizer {guest} has status {status:?}", self.uid));
            }
        }
        for guest in &self.guests {
            self.check_inbox(guest, found)?;
            let own = found.copy(guest, &self.uid).ok_or_else(|| format!("{guest} lacks {}", self.uid))?;
            self.is_as_it_should(guest, own)?;
            let differs = |of: &&String| copy.is_some_and(|copy| copy.partstat(of) != own.partstat(of));
            if let Some(of) = self.guests.iter().find(differs) {
                return Err(format!(
                    "{}: to {guest} {of} said {}, and not to its organizer",
                    self.uid,
                    own.partstat(of)
                ));
            }
        }
        self.check_answers(found, copy, answers)
    }

    fn is_as_it_should(&self, who: &str, said: &Said) -> Result<(), String> {
        let last = self.edits.iter().rfind(|edit| edit.kind != Kind::Off);
        let is_so = last.is_some_and(|last| said.summary == last.summary() && said.start == last.start);
        if !is_so || (said.status == "CANCELLED") != self.is_off() {
            return Err(format!("{who} has of {} {said:?}; acknowledged: {:?}", self.uid, self.edits));
        }
        // What is called off has a number of its own.
        if !self.is_off() && said.sequence != self.sequence() {
            return Err(format!("{who} has {} by number {}: {:?}", self.uid, said.sequence, self.edits));
        }
        Ok(())
    }

    /// Of each edit a guest has one message, and no other.
    fn check_inbox(&self, guest: &str, found: &Found) -> Result<(), String> {
        for (number, edit) in self.edits.iter().enumerate() {
            let is_it = |said: &&Said| match edit.kind {
                Kind::Off => said.method == "CANCEL",
                _ => {
                    said.method == "REQUEST"
                        && said.summary == edit.summary()
                        && said.start == edit.start
                        && said.sequence == self.sequence_at(number + 1)
                }
            };
            let count = found.messages(guest, &self.uid).filter(is_it).count();
            if count != 1 {
                return Err(format!("{guest} has {count} messages of {edit:?} of {}", self.uid));
            }
        }
        let all = found.messages(guest, &self.uid).count();
        match all == self.edits.len() {
            true => Ok(()),
            false => Err(format!("{guest} has {all} messages of {}: {:?}", self.uid, self.edits)),
        }
    }

    /// Each answer came once, unless it came too late, and what each guest said last of what is now stands.
    fn check_answers(&self, found: &Found, copy: Option<&Said>, answers: &[&Answer]) -> Result<(), String> {
        let now = self.sequence();
        let mut known = 0;
        for (number, answer) in answers.iter().enumerate() {
            if answers.iter().take(number).any(|before| before.is_like(answer)) {
                continue;
            }
            let alike = || answers.iter().filter(|other| other.is_like(answer));
            let is_owed = |answer: &&&Answer| answer.is_in_time || (answer.sequence == now && !self.is_off());
            let (least, most) = (alike().filter(is_owed).count(), alike().count());
            let count = found.count_of(&self.organizer, answer);
            if count < least || count > most {
                return Err(format!(
                    "{} has {count} messages of {answer:?}, which was said {most} times",
                    self.organizer
                ));
            }
            known += count;
        }
        let all = found.messages(&self.organizer, &self.uid).count();
        if all != known {
            return Err(format!("{} has {all} answers to {}, {known} known", self.organizer, self.uid));
        }
        let Some(copy) = copy else { return Ok(()) };
        for guest in &self.guests {
            let last = answers.iter().rfind(|answer| answer.guest == *guest && answer.sequence == now);
            let wanted = last.map_or("NEEDS-ACTION", |answer| answer.partstat);
            if copy.partstat(guest) != wanted {
                return Err(format!("{}: {guest} said {last:?}, and there is {copy:?}", self.uid));
            }
        }
        Ok(())
    }
}
