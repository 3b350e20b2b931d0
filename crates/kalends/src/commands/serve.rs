//! `kalends serve`: calendars for phones, tablets and other programs, by CalDAV.

use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use std::path::PathBuf;

use server::{Door, Files};
use tracing_subscriber::filter::LevelFilter;

use crate::clock;
use crate::exit::{Exit, Failure, tell};
use crate::local::Local;
use crate::output::bytes;

/// How much may be said.
const LEVELS: [&str; 5] = ["off", "error", "warn", "info", "debug"];

/// Serves your calendars by CalDAV to phones and other programs
#[derive(clap::Args)]
#[command(
    after_help = "It prints its address; Ctrl-C stops it.\n\nExample: kalends serve --http 127.0.0.1:8008"
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
    /// Looks whether all is well, and serves nobody
    #[arg(long)]
    check: bool,
    /// How much to say: off, error, warn, info or debug
    #[arg(long, value_name = "LEVEL", default_value = "info", value_parser = LEVELS, hide_possible_values = true)]
    log: String,
    /// Works with the time that KALENDS_NOW says: for tests
    #[arg(long, hide = true)]
    test_clock: bool,
}

impl Serve {
    pub(crate) fn run(&self, local: Local) -> Result<Exit, Failure> {
        if clock::told().is_some() && !self.test_clock {
            let words =
                "KALENDS_NOW is set: a service whose clock stands still forgets nothing and rings nobody";
            return Err(Failure::new(Exit::WrongUse, words));
        }
        let mut options = local.config.door.clone();
        options.address = self.http.unwrap_or(options.address);
        if let (Some(certificates), Some(key)) = (&self.certificates, &self.key) {
            options.tls = Some(Files { certificates: certificates.clone(), key: key.clone(), clients: None });
        }
        let people = local.keeper().principals()?;
        if people.is_empty() {
            tell("nobody can sign in yet: kalends admin user add NAME --password-stdin");
        }
        let is_open = options.tls.is_none() && !options.address.ip().is_loopback();
        if is_open {
            tell(
                "passwords go in the clear: set http_certificates and http_key, or put a proxy with TLS before it",
            );
        }
        let scheme = if options.tls.is_some() { "https" } else { "http" };
        note(self.log.parse().unwrap_or(LevelFilter::INFO));
        let door = Door::new(local.into_service(), options);
        if self.check {
            door.check()?;
            return Ok(Exit::Done);
        }
        let mut said = Ok(());
        // Whoever started it may wait for this line.
        door.run(|address| said = bytes(format!("{scheme}://{address}/\n").as_bytes()))?;
        said?;
        Ok(Exit::Done)
    }
}

/// What is done is told on standard error, as much as a level says.
pub(super) fn note(level: LevelFilter) {
    let subscriber = tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr);
    // Whoever set another one before wants that.
    let _ = subscriber.with_ansi(io::stderr().is_terminal()).with_target(false).try_init();
}

impl From<server::Error> for Failure {
    fn from(error: server::Error) -> Self {
        Self::new(Exit::Unreadable, error.to_string())
    }
}
