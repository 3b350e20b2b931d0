//! VTIMEZONEs that we wrote, for every IANA zone and a few spans: accepted by PyPI `icalendar`, with the same
//! offsets.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use ical::civil::{Date, DateTime, Timestamp};
use ical::zone::{Reading, TimezoneOptions, Zone};
use ical::{ComponentKind, Document};

use crate::collection::Collection;
use crate::suite::Suite;

/// First and last year; without a last one it is to be right for ever.
const SPANS: [(i16, Option<i16>); 4] =
    [(1970, Some(1990)), (2015, Some(2035)), (2026, Some(2026)), (2020, None)];

/// What is asked of a span without end.
const ENDLESS: i16 = 2036;

/// Writes them all, reads them back and has them judged.
pub(super) fn check(collection: &Collection, suite: &mut Suite) -> Result<()> {
    let folder = collection.place("zones");
    fs::create_dir_all(&folder)?;
    let names = Zone::iana_names();
    let (mut files, mut probes, mut count) = (Vec::new(), String::new(), 0);
    for (first, last) in SPANS {
        let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kalends//conform//EN\r\n".to_owned();
        for name in &names {
            let zone = Zone::iana(name).with_context(|| format!("no zone {name}"))?;
            let tzid = format!("{name} {first}");
            let (from, until) = (new_year(first)?, last.map(|last| new_year(last + 1)).transpose()?);
            let timezone = zone.to_timezone(&TimezoneOptions { tzid: &tzid, from, until, location: None });
            let until = until.map_or_else(|| new_year(ENDLESS + 1), Ok)?;
            suite.check(
                read_back(&zone, &timezone, from..until).map_err(|failure| format!("{tzid}: {failure}")),
            );
            probe(&zone, &tzid, from..until, &mut probes)?;
            text += &timezone;
            count += 1;
        }
        let path = folder.join(format!("from-{first}.ics"));
        fs::write(&path, text + "END:VCALENDAR\r\n")?;
        files.push(path);
    }
    let asked = probes.lines().count();
    let list = folder.join("probes.jsonl");
    fs::write(&list, probes)?;
    let told = judge(collection, &files, &list)?;
    suite.pass(asked.saturating_sub(told.len()));
    for line in &told {
        suite.fail(format!("PyPI icalendar: {line}"));
    }
    println!("zones: {count} VTIMEZONEs written, {asked} of their offsets asked of PyPI icalendar");
    Ok(())
}

fn new_year(year: i16) -> Result<Timestamp> {
    Ok(Timestamp::from_utc(Date::new(year, 1, 1).context("no such year")?.midnight()))
}

fn read_back(zone: &Zone, timezone: &str, range: std::ops::Range<Timestamp>) -> Result<(), String> {
    let document = Document::read(timezone).map_err(|error| error.to_string())?;
    let read = document.components(ComponentKind::Timezone).next().ok_or("no VTIMEZONE")?;
    let read = Zone::from_timezone(read).map_err(|fault| fault.to_string())?;
    match zone.disagreements(&read, range).first() {
        Some(first) => Err(format!("read back it differs: {first:?}")),
        None => Ok(()),
    }
}

/// Asks at both sides of each change, and in the middle of what is between.
fn probe(zone: &Zone, tzid: &str, range: std::ops::Range<Timestamp>, probes: &mut String) -> Result<()> {
    let mut edges = vec![range.start.0];
    edges.extend(zone.transitions(range.clone()).map(|change| change.at.0));
    edges.push(range.end.0);
    edges.dedup();
    for pair in edges.windows(2) {
        let &[from, to] = pair else { continue };
        for at in [from, from + (to - from) / 2, to - 1] {
            let at = Timestamp(at);
            let wall = zone.to_wall(at).context("no wall")?;
            let fold = match zone.read(wall) {
                Reading::Unique(_) => "",
                Reading::Fold { second, .. } if second == at => ", \"fold\": 1",
                Reading::Fold { .. } => "",
                Reading::Gap { .. } => continue,
            };
            let (local, offset) = (basic(wall), written(zone.offset_at(at)));
            writeln!(
                probes,
                "{{\"tzid\": \"{tzid}\", \"local\": \"{local}\", \"offset\": \"{offset}\"{fold}}}"
            )?;
        }
    }
    Ok(())
}

fn basic(wall: DateTime) -> String {
    wall.to_string().replace(['-', ':'], "")
}

/// As RFC 5545 3.3.14 has it.
fn written(offset: i32) -> String {
    let (sign, size) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    let seconds = if size % 60 == 0 { String::new() } else { format!("{:02}", size % 60) };
    format!("{sign}{:02}{:02}{seconds}", size / 3600, size / 60 % 60)
}

/// What `accepts_vtimezone.py` says is wrong, a line each.
fn judge(collection: &Collection, files: &[std::path::PathBuf], probes: &Path) -> Result<Vec<String>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/accepts_vtimezone.py");
    let output = Command::new("python3")
        .arg(script)
        .arg("--into")
        .arg(collection.place(""))
        .args(files)
        .stdin(Stdio::from(File::open(probes)?))
        .stderr(Stdio::inherit())
        .output()
        .context("python3 cannot be run")?;
    let told: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    if !output.status.success() && told.is_empty() {
        anyhow::bail!("accepts_vtimezone.py ended with {}", output.status);
    }
    Ok(told)
}
