//! Measures what requests of CalDAV cost at servers that are running, and prints tables; exit code 1 where a target is missed.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use load::{Peer, Size, flood, writers};

const USAGE: &str = "load PEER.JSON... [--objects N,N,...] [--beside N,N,...] [--connections N] [--seconds N] \
    [--rounds N] [--patience SECONDS]\n\
    load --flood PEER.JSON [--seconds N] [--rounds N] [--rate N]\n\
    load --writers PEER.JSON [--seconds N] [--rounds N] [--number N]\n\
    load --store FOLDER [--seconds N] [--number N]";

fn main() -> ExitCode {
    measure().unwrap_or_else(|error| {
        let _ = writeln!(io::stderr().lock(), "load: {error:#}");
        ExitCode::FAILURE
    })
}

fn measure() -> Result<ExitCode> {
    let (mut files, mut size) = (Vec::new(), Size::default());
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|first| first == "--flood").is_some() {
        return flooded(arguments);
    }
    if let Some(first) = arguments.next_if(|first| first == "--writers" || first == "--store") {
        return written(&first, arguments);
    }
    while let Some(name) = arguments.next() {
        if !name.starts_with("--") {
            files.push(PathBuf::from(name));
            continue;
        }
        let value = arguments.next().context(USAGE)?;
        match name.as_str() {
            "--objects" => size.objects = numbers(&value)?,
            "--beside" => size.beside = numbers(&value)?,
            "--connections" => size.connections = value.parse().context(USAGE)?,
            "--seconds" => size.time = seconds(&value)?,
            "--rounds" => size.rounds = value.parse().context(USAGE)?,
            "--patience" => size.patience = seconds(&value)?,
            _ => bail!(USAGE),
        }
    }
    let peers = files.iter().map(PathBuf::as_path).map(Peer::read).collect::<Result<Vec<Peer>>>()?;
    if peers.is_empty() {
        bail!(USAGE);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut tell = |words: &str| {
        let _ = writeln!(io::stderr().lock(), "{words}");
    };
    let report = runtime.block_on(load::run(&peers, &size, &mut tell))?;
    write!(io::stdout().lock(), "{report}")?;
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures what others notice of floods.
fn flooded(mut arguments: impl Iterator<Item = String>) -> Result<ExitCode> {
    let peer = Peer::read(&PathBuf::from(arguments.next().context(USAGE)?))?;
    let mut size = flood::Size::default();
    while let Some(name) = arguments.next() {
        let value = arguments.next().context(USAGE)?;
        match name.as_str() {
            "--seconds" => size.time = seconds(&value)?,
            "--rounds" => size.rounds = value.parse().context(USAGE)?,
            "--rate" => size.rate = value.parse().context(USAGE)?,
            _ => bail!(USAGE),
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let noticed = runtime.block_on(flood::run(&peer, &size))?;
    for line in &noticed {
        writeln!(io::stdout().lock(), "{line}")?;
    }
    let holds = noticed.iter().all(|noticed| noticed.ratio() <= flood::TARGET);
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures what many write at once: through HTTP beside the store alone, or the store alone.
fn written(first: &str, mut arguments: impl Iterator<Item = String>) -> Result<ExitCode> {
    let place = PathBuf::from(arguments.next().context(USAGE)?);
    let mut size = writers::Size::default();
    while let Some(name) = arguments.next() {
        let value = arguments.next().context(USAGE)?;
        match name.as_str() {
            "--seconds" => size.time = seconds(&value)?,
            "--rounds" => size.rounds = value.parse().context(USAGE)?,
            "--number" => size.writers = value.parse().context(USAGE)?,
            _ => bail!(USAGE),
        }
    }
    if first == "--store" {
        writeln!(io::stdout().lock(), "{}", writers::alone(&place, &size)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let peer = Peer::read(&place)?;
    let mut round = 0;
    let mut alone = || {
        round += 1;
        let folder = place.with_file_name(format!("alone-{round}"));
        store_alone(&folder, &size)
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rates = runtime.block_on(writers::run(&peer, &size, &mut alone))?;
    writeln!(io::stdout().lock(), "{} writers: {rates}", size.writers)?;
    Ok(if rates.share() >= writers::TARGET { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// This program, once more, for the store alone: on the core of the servers, which PIN names.
fn store_alone(folder: &Path, size: &writers::Size) -> Result<Command> {
    let pin = std::env::var("PIN").unwrap_or_default();
    let own = std::env::current_exe()?;
    let mut words = pin.split_whitespace();
    let mut command = Command::new(words.next().map_or(own.as_os_str(), OsStr::new));
    command.args(words);
    if !pin.trim().is_empty() {
        command.arg(&own);
    }
    let (seconds, number) = (size.time.as_secs_f64().to_string(), size.writers.to_string());
    command.arg("--store").arg(folder).args(["--seconds", &seconds, "--number", &number]);
    Ok(command)
}

fn seconds(text: &str) -> Result<Duration> {
    Duration::try_from_secs_f64(text.parse().context(USAGE)?).context(USAGE)
}

/// Numbers with commas between them.
fn numbers(text: &str) -> Result<Vec<usize>> {
    text.split(',').map(|number| number.parse().context(USAGE)).collect()
}
