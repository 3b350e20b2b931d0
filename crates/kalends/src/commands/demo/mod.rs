//! `kalends demo`: a service to try, with people and their calendars in it, which leaves nothing behind.

mod cast;

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use ical::civil::Weekday;
use rights::Who;
use sentence::{Context, Sentence};
use server::Door;
use service::{Newcomer, PrincipalKind, Secret};
use signal_hook::consts::{SIGINT, SIGTERM};
use store::{Calendar, Container, Principal};
use tracing_subscriber::filter::LevelFilter;

use crate::compose;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::log::Log;
use crate::output::bytes;
use crate::words;

use cast::{CAST, FIRST, FIRST_COLOR, Member};

/// A service to try: people, a group, a room and their calendars, on a free port of this machine
#[derive(clap::Args)]
#[command(
    after_help = "It says whom you can be and how to connect; Ctrl-C ends it and removes all. Where its \
    standard input is no terminal, the end of that ends it, too.\n\nExample: kalends demo"
)]
pub(crate) struct Demo {}

impl Demo {
    pub(crate) fn run(&self, config: Option<PathBuf>) -> Result<Exit, Failure> {
        let stopped = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register(signal, Arc::clone(&stopped))?;
        }
        let folder = tempfile::Builder::new().prefix("kalends-demo-").tempdir()?;
        let store = folder.path().join("store");
        let local = Local::open(Some(store.clone()), config)?;
        let password = Secret::by_chance()?;
        let members: Vec<Principal> =
            CAST.iter().map(|member| add(&local, member, &password)).collect::<Result<_, _>>()?;
        for (member, principal) in CAST.iter().zip(&members) {
            if stopped.load(Ordering::SeqCst) {
                return Ok(Exit::Done);
            }
            fill(&local, member, principal, &members)?;
        }
        let options = server::Options {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            metrics: None,
            tls: None,
            bounds: server::Bounds { drain: Duration::from_secs(1), ..local.config.door.bounds },
            ..local.config.door.clone()
        };
        Log::begin(LevelFilter::WARN, local.config.log_format);
        let mut said = Ok(());
        let ready = |address: SocketAddr, _| {
            said = bytes(told(address, &store, &password).as_bytes());
            if !io::stdin().is_terminal() {
                thread::spawn(end_with_input);
            }
        };
        Door::new(local.into_service(), options).run(ready, |_| {})?;
        said?;
        folder.close()?;
        Ok(Exit::Done)
    }
}

/// Makes somebody, with what they sign in with.
fn add(local: &Local, member: &Member, password: &Secret) -> Result<Principal, Failure> {
    let address = [format!("{}@example.com", member.name)];
    let is_person = member.kind == PrincipalKind::Individual;
    let newcomer = Newcomer {
        kind: member.kind,
        name: member.name,
        display: Some(member.called),
        addresses: &address,
        password: is_person.then_some(password),
    };
    Ok(local.keeper().make_principal(&newcomer)?)
}

/// Gives somebody members and calendars, what is on in them, and others a look at it.
fn fill(local: &Local, member: &Member, principal: &Principal, all: &[Principal]) -> Result<(), Failure> {
    if !member.members.is_empty() {
        let members: Vec<String> = member.members.iter().map(|one| (*one).to_owned()).collect();
        local.keeper().set_members(member.name, &members, &[])?;
    }
    let home = local.keeper().in_home_of(principal.id)?;
    color(local, &home.default_calendar()?, FIRST_COLOR)?;
    for (name, shade) in member.calendars {
        color(local, &home.make_calendar(name)?, shade)?;
    }
    let context = monday(local)?;
    for (calendar, words) in member.schedule {
        let calendar = calendar_of(local, principal, calendar)?;
        let read = || Sentence::read(&[words], &context)?.understand(&context);
        let understood = read().map_err(|misunderstood| words::failure(&misunderstood))?;
        let document = compose::object(&understood, &home.new_uid(), local.now, None)
            .map_err(|error| Failure::new(Exit::Refused, error.to_string()))?;
        home.put(&calendar, &document.to_bytes(), "add", &understood.summary)?;
    }
    for (calendar, to, right) in member.shared {
        let calendar = calendar_of(local, principal, calendar)?;
        let to = all.iter().find(|one| one.profile.name.as_deref() == Some(*to));
        if let Some(to) = to {
            let line = format!("{} is shared", calendar.settings.name);
            local.keeper().share(
                Container::Calendar(calendar.id),
                Who::Principal(to.id),
                Some(*right),
                &line,
            )?;
        }
    }
    Ok(())
}

/// A calendar of somebody's; the first has a name of its own in the home of what is booked.
fn calendar_of(local: &Local, principal: &Principal, name: &str) -> Result<Calendar, Failure> {
    let home = local.keeper().in_home_of(principal.id)?;
    Ok(if name == FIRST { home.default_calendar()? } else { home.calendar(name)? })
}

fn color(local: &Local, calendar: &Calendar, shade: &str) -> Result<(), Failure> {
    let home = local.keeper().in_home_of(calendar.home)?;
    let line = format!("{} got a colour", calendar.settings.name);
    Ok(home.set_calendar(calendar.id, &line, |settings| settings.color = Some(shade.to_owned()))?)
}

/// Words are said on this week's Monday at midnight: so all of it falls into the week that people see.
fn monday(local: &Local) -> Result<Context, Failure> {
    let today = local.today();
    let since = i32::try_from(today.weekday().days_since(Weekday::Monday)).unwrap_or(0);
    let monday = today.plus_days(-since).unwrap_or(today);
    let now = local.home.zone.to_timestamp(monday.midnight());
    let context = words::context(local, sentence::Kind::Event)?;
    Ok(Context { now, week_start: Weekday::Monday, calendars: Vec::new(), ..context })
}

/// Whoever gave it an input ends it by that.
fn end_with_input() {
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
    tell("standard input has ended, and so does the demonstration");
    // As Ctrl-C would tell it.
    let _ = signal_hook::low_level::raise(SIGTERM);
}

/// Whom one can be, and how to connect.
fn told(address: SocketAddr, store: &Path, password: &Secret) -> String {
    let mut out = format!("http://{address}/\n\n");
    for member in &CAST {
        let names = |first: Option<&'static str>| {
            let more = member.calendars.iter().map(|(name, _)| *name);
            first.into_iter().chain(more).collect::<Vec<_>>().join(", ")
        };
        let (calendars, login) = match member.kind {
            PrincipalKind::Individual => (names(Some(FIRST)), password.as_str()),
            PrincipalKind::Group => (format!("{}: {}", member.members.join(" and "), names(None)), ""),
            _ => ("booked by those who may".to_owned(), ""),
        };
        // A string takes all that is written to it.
        let _ = writeln!(out, "  {:<8} {:<14} {login:<31}  {calendars}", member.name, member.called);
    }
    let (secret, folder) = (password.as_str(), store.display());
    let _ = write!(
        out,
        "\nOpen the address in a browser, and sign in as one of them: their week, passwords for programs, and how to\n\
         connect a phone, Thunderbird or a Mac. Calendar programs take the same address, name and password.\n\n  \
         curl -u ann:{secret} http://{address}/calendars/ann/team/\n  \
         kalends --data {folder} agenda\n\n\
         All this is made up, and only this machine reaches it. Ctrl-C ends it and leaves nothing.\n"
    );
    out
}
