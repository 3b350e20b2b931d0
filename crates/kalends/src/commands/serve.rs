//! `kalends serve`: calendars for phones, tablets and other programs, by CalDAV.

use std::net::SocketAddr;
use std::path::PathBuf;

use server::{AT_START, Door, Files, Href, Networks, Options, Settings};
use tracing_subscriber::filter::LevelFilter;

use crate::clock;
use crate::config::{Config, prefix_of};
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::log::{FORMS, LEVELS, Log};
use crate::output::bytes;

/// Serves your calendars by CalDAV to phones and other programs
#[derive(clap::Args)]
#[command(
    after_help = "It prints its address; Ctrl-C stops it. SIGHUP has it read its settings again.\nEach option is also \
    a setting: kalends config.\n\nExample: kalends serve --http 127.0.0.1:8008"
)]
pub(crate) struct Serve {
    /// Where to be; port 0 is any that is free
    #[arg(long, value_name = "ADDR:PORT")]
    http: Option<SocketAddr>,
    /// The certificate and those that vouch for it, in PEM
    #[arg(long, value_name = "FILE", requires = "key")]
    certificates: Option<PathBuf>,
    /// The certificate's private key, in PEM
    #[arg(long, value_name = "FILE", requires = "certificates")]
    key: Option<PathBuf>,
    /// Who vouches for certificates of clients, in PEM
    #[arg(long, value_name = "FILE")]
    clients: Option<PathBuf>,
    /// What stands before all paths, as /kalends
    #[arg(long, value_name = "PATH", value_parser = prefixed)]
    prefix: Option<Href>,
    /// Proxies before it that are believed, as 127.0.0.1
    #[arg(long, value_name = "ADDRESSES")]
    proxies: Option<Networks>,
    /// Where to tell what is counted, for Prometheus
    #[arg(long, value_name = "ADDR:PORT")]
    metrics: Option<SocketAddr>,
    /// Looks whether all is well, and serves nobody
    #[arg(long)]
    check: bool,
    /// How much to say: off, error, warn, info or debug
    #[arg(long, value_name = "LEVEL", value_parser = LEVELS, hide_possible_values = true)]
    log: Option<String>,
    /// How to say it: text, or json for programs
    #[arg(long, value_name = "FORMAT", value_parser = FORMS, hide_possible_values = true)]
    log_format: Option<String>,
    /// Works with the time that KALENDS_NOW says: for tests
    #[arg(long, hide = true)]
    test_clock: bool,
}

/// What is as it was when the service began, whatever the settings say later, beside [`AT_START`].
const NEED_A_START: [&str; 3] = ["http", "metrics", "log_format"];

const OF_TLS: [&str; 3] = ["http_certificates", "http_key", "http_clients"];

impl Serve {
    pub(crate) fn run(&self, local: Local) -> Result<Exit, Failure> {
        if clock::told().is_some() && !self.test_clock {
            let words =
                "KALENDS_NOW is set: a service whose clock stands still forgets nothing and rings nobody";
            return Err(Failure::new(Exit::WrongUse, words));
        }
        let options = self.door(&local.config)?;
        let people = local.keeper().principals()?;
        if people.is_empty() {
            tell("nobody can sign in yet: kalends admin user add NAME --password-stdin");
        }
        let is_near = options.address.ip().is_loopback() || !options.proxies.is_empty();
        let is_open = options.tls.is_none() && !is_near;
        if is_open {
            tell(
                "passwords go in the clear: set http_certificates and http_key, or put a proxy with TLS before it",
            );
        }
        if self.check {
            return check(local, options);
        }
        let scheme = if options.tls.is_some() { "https" } else { "http" };
        let (root, mut config) = (options.prefix.to_string(), local.config.clone());
        let log = Log::begin(
            self.level().unwrap_or(config.log),
            self.log_format.as_deref().unwrap_or(config.log_format),
        );
        let reread = |hold: &dyn Fn(Settings)| {
            let read = config.reread().and_then(|now| Ok((self.door(&now)?, now)));
            let (door, now) = match read {
                Ok(read) => read,
                Err(failure) => {
                    tracing::error!(error = failure.words(), "settings stay as they were");
                    return;
                }
            };
            log.set(self.level().unwrap_or(now.log));
            hold(Settings { door, service: now.options.clone() });
            note(&config, &now);
            config = now;
        };
        let mut said = Ok(());
        // Whoever started it may wait for these lines.
        let ready = |address: SocketAddr, metrics: Option<SocketAddr>| {
            let metrics = metrics.map(|address| format!("http://{address}/metrics\n")).unwrap_or_default();
            said = bytes(format!("{scheme}://{address}{root}\n{metrics}").as_bytes());
        };
        Door::new(local.into_service(), options).run(ready, reread)?;
        said?;
        Ok(Exit::Done)
    }

    /// The door as settings have it, and over them what was said when it was started.
    fn door(&self, config: &Config) -> Result<Options, Failure> {
        let mut options = config.door.clone();
        options.address = self.http.unwrap_or(options.address);
        options.metrics = self.metrics.or(options.metrics);
        options.tls = self.files(options.tls)?;
        if let Some(prefix) = &self.prefix {
            options.prefix.clone_from(prefix);
        }
        if let Some(proxies) = &self.proxies {
            options.proxies.clone_from(proxies);
        }
        Ok(options)
    }

    /// The files of TLS: those that are set, and those that are said here.
    fn files(&self, set: Option<Files>) -> Result<Option<Files>, Failure> {
        let clients = self.clients.clone().or_else(|| set.as_ref()?.clients.clone());
        match (&self.certificates, &self.key, set) {
            (Some(certificates), Some(key), _) => {
                Ok(Some(Files { certificates: certificates.clone(), key: key.clone(), clients }))
            }
            (.., Some(files)) => Ok(Some(Files { clients, ..files })),
            (.., None) if clients.is_some() => Err(Failure::new(
                Exit::WrongUse,
                "--clients goes with --certificates and --key: a client shows its own by TLS",
            )),
            (.., None) => Ok(None),
        }
    }

    fn level(&self) -> Option<LevelFilter> {
        self.log.as_ref().and_then(|level| level.parse().ok())
    }
}

/// Looks whether it could serve: settings were read before; files of keys, addresses, and that the store can be written.
fn check(local: Local, options: Options) -> Result<Exit, Failure> {
    let has_store = local.store().snapshot()?.is_some();
    let service = local.into_service();
    if has_store {
        service.probe()?;
    }
    Door::new(service, options).check(|address| {
        tell(&format!("{address}: somebody listens there already: this service, or another program"));
    })?;
    Ok(Exit::Done)
}

/// Notes what is new in settings that hold now.
fn note(before: &Config, now: &Config) {
    // Whoever listens in the clear goes on so.
    let is_other = now.door.tls.is_some() != before.door.tls.is_some();
    let needs_a_start =
        |key: &&str| NEED_A_START.contains(key) || AT_START.contains(key) || is_other && OF_TLS.contains(key);
    let (later, changed): (Vec<&str>, Vec<&str>) = now.changed_since(before).partition(needs_a_start);
    if !later.is_empty() {
        tracing::warn!(settings = later.join(" "), "these hold when it is started again");
    }
    tracing::info!(changed = changed.join(" "), "settings were read again");
}

fn prefixed(text: &str) -> Result<Href, &'static str> {
    prefix_of(text).ok_or("wanted a path, as /kalends")
}

impl From<server::Error> for Failure {
    fn from(error: server::Error) -> Self {
        Self::new(Exit::Unreadable, error.to_string())
    }
}
