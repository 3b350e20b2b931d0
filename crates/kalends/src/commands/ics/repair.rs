//! `kalends ics repair`: named mends.

use std::path::PathBuf;

use ical::civil::Timestamp;
use ical::{Given, Mended, Repair};

use super::rules::Rules;
use crate::clock;
use crate::excerpt::Places;
use crate::exit::{Exit, Failure, tell};
use crate::input::{self, Text};

const EXAMPLES: &str = "Each mend is named as `check --json` names it under `repair`, and told on standard \
    error with the place of its problem. What needs none stays byte for byte.

Examples:
  kalends ics repair --dry-run calendar.ics
  kalends ics repair --only add-uid --only add-dtstamp calendar.ics
  kalends ics repair - < broken.ics > mended.ics

Exit codes: 0 done, 1 with --dry-run when something would be mended, 4 no calendar or over a limit, 5 \
    unreadable.";

/// Mend what can be mended without a question, in the file's place.
///
/// The new text is written beside the file and takes its place whole; permissions stay, and
/// symbolic links lead to the new text.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Mend {
    /// Change nothing; tell what would be.
    #[arg(long)]
    dry_run: bool,
    /// Only this mend; may be given several times.
    #[arg(long, value_name = "MEND", value_parser = repair)]
    only: Vec<Repair>,
    /// The rules, as for `check`.
    #[arg(long, value_name = "PROFILE", default_value = "rfc5545")]
    profile: Rules,
    /// Files, folders (all calendars inside), or - for standard input to standard output.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

fn repair(name: &str) -> Result<Repair, String> {
    let names = || Repair::ALL.iter().map(|repair| repair.name()).collect::<Vec<_>>().join(", ");
    Repair::from_name(name).ok_or_else(|| format!("the mends are {}", names()))
}

impl Mend {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let now = clock::now()?;
        let mut exit = Exit::Done;
        for source in input::sources(&self.files) {
            let done = source.and_then(|source| source.read()).and_then(|text| self.mend(&text, now));
            exit = exit.max(done.unwrap_or_else(|failure| failure.tell()));
        }
        Ok(exit)
    }

    fn mend(&self, text: &Text, now: Timestamp) -> Result<Exit, Failure> {
        text.must_be_calendar()?;
        let given = Given {
            stamp: now,
            uid: uid_of(text.document.original()),
            prodid: concat!("-//Kalends//", env!("CARGO_PKG_VERSION"), "//EN").to_owned(),
        };
        let repairs = if self.only.is_empty() { Repair::ALL } else { &self.only };
        let profile = self.profile.of(&text.document);
        let mut document = text.document.clone();
        let mended = document.repair(&profile, repairs, &given);
        told(text, &mended);
        if self.dry_run {
            return Ok(if mended.is_empty() { Exit::Done } else { Exit::Told });
        }
        if !mended.is_empty() || text.metadata.is_none() {
            text.replace(&document.to_bytes())?;
        }
        Ok(Exit::Done)
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

/// Tells each mend at the line where its problem was.
fn told(text: &Text, mended: &[Mended]) {
    let mut places = Places::new(&text.document);
    for mended in mended {
        let place = places.find(&mended.place);
        tell(&format!(
            "{}:{}:{}: {}: {}",
            text.source,
            place.line,
            place.column,
            mended.repair.name(),
            mended.message
        ));
    }
}
