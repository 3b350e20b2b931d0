//! `kalends ics repair`: named mends.

use std::path::PathBuf;

use ical::civil::Timestamp;
use ical::{Given, Mended, Repair};
use serde::Serialize;

use super::rules::Rules;
use crate::clock;
use crate::excerpt::Places;
use crate::exit::{Exit, Failure, tell};
use crate::input::{self, Text};
use crate::output::Programs;

const EXAMPLES: &str = "Each mend is named as `check --json` names it under `repair`, and told on standard \
    error with the place of its problem. What needs none stays byte for byte. The new text takes the file's \
    place whole; permissions and links stay.
Exit codes: 0 done, 1 with --dry-run when something would be mended, 4 no calendar or over a limit, 5 \
    unreadable.
Example: kalends ics repair --only add-uid --only add-dtstamp calendar.ics";

/// Mend what can be mended without a question, in the file's place.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Mend {
    /// Change nothing; tell what would be.
    #[arg(long)]
    dry_run: bool,
    /// Only this mend; may be said again.
    #[arg(long, value_name = "MEND", value_parser = repair)]
    only: Vec<Repair>,
    /// The rules, as for `check`.
    #[arg(long, value_name = "PROFILE", default_value = "rfc5545")]
    profile: Rules,
    /// Files, folders; - is standard input to output
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON object a mend (docs/schemas/repair.json)
    #[arg(long)]
    json: bool,
}

/// A mend.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    repair: &'a str,
    message: &'a str,
}

fn repair(name: &str) -> Result<Repair, String> {
    let names = || Repair::ALL.iter().map(|repair| repair.name()).collect::<Vec<_>>().join(", ");
    Repair::from_name(name).ok_or_else(|| format!("the mends are {}", names()))
}

impl Mend {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let now = clock::now()?;
        let mut exit = Exit::Done;
        let mut programs = Programs::new();
        for source in input::sources(&self.files) {
            let done =
                source.and_then(|source| source.read()).and_then(|text| self.mend(&text, now, &mut programs));
            exit = exit.max(done.unwrap_or_else(|failure| failure.tell()));
        }
        programs.finish()?;
        Ok(exit)
    }

    fn mend(&self, text: &Text, now: Timestamp, programs: &mut Programs) -> Result<Exit, Failure> {
        text.must_be_calendar()?;
        if self.json && !self.dry_run {
            text.must_be_file()?;
        }
        let given = Given {
            stamp: now,
            uid: uid_of(text.document.original()),
            prodid: concat!("-//Kalends//", env!("CARGO_PKG_VERSION"), "//EN").to_owned(),
        };
        let repairs = if self.only.is_empty() { Repair::ALL } else { &self.only };
        let profile = self.profile.of(&text.document);
        let mut document = text.document.clone();
        let mended = document.repair(&profile, repairs, &given);
        if self.dry_run {
            self.told(text, &mended, programs)?;
            return Ok(if mended.is_empty() { Exit::Done } else { Exit::Told });
        }
        if !mended.is_empty() || text.metadata.is_none() {
            text.replace(&document.to_bytes())?;
        }
        self.told(text, &mended, programs)?;
        Ok(Exit::Done)
    }

    /// Tells each mend at the line where its problem was.
    fn told(&self, text: &Text, mended: &[Mended], programs: &mut Programs) -> Result<(), Failure> {
        let mut places = Places::new(&text.document);
        let file = text.source.to_string();
        for mended in mended {
            let place = places.find(&mended.place);
            let (line, column) = (place.line, place.column);
            let (repair, message) = (mended.repair.name(), &*mended.message);
            if self.json {
                programs.line(&Line { file: &file, line, column, repair, message })?;
            } else {
                tell(&format!("{file}:{line}:{column}: {repair}: {message}"));
            }
        }
        Ok(())
    }
}

/// A UUID (version 8, RFC 9562 5.8) of the text itself, so that who repairs the same text again makes no
/// second object.
fn uid_of(text: &[u8]) -> String {
    // FNV-1a of 128 bits.
    let mix =
        |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    let hash = text.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, mix);
    let hash = (hash & !(0xf << 76) & !(0x3 << 62)) | (0x8 << 76) | (0x2 << 62);
    let hex = format!("{hash:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
