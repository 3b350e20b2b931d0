//! Where a database is, and how it is reached.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Builder;
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connection::{Connection, error, silent};
use crate::error::Error;

/// A database of PostgreSQL, and who asks for it.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    config: Box<Config>,
    name: Arc<str>,
}

/// So long is waited for a server that says nothing, where the URL does not say how long (`connect_timeout`).
const SILENCE: Duration = Duration::from_secs(10);

impl Database {
    /// Reads a URL; a password may come by itself.
    pub(crate) fn read(url: &str, password: Option<&str>) -> Result<Self, String> {
        let mut config: Config = url.parse().map_err(|bad| message(&bad))?;
        is_unmistakable(&config)?;
        if let Some(password) = password.filter(|_| config.get_password().is_none()) {
            config.password(password);
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(SILENCE);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("kalends");
        }
        // What goes over a network goes under TLS, unless somebody says `sslmode=disable`.
        if config.get_ssl_mode() == SslMode::Prefer && !is_local(&config) {
            config.ssl_mode(SslMode::Require);
        }
        let name = name(&config).into();
        Ok(Self { config: config.into(), name })
    }

    /// As people read it, without a password.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A connection of its own.
    pub(crate) fn connect(&self) -> Result<Connection, Error> {
        let failed = |why: String| Error::Database(format!("{}: {why}", self.name));
        // What a connection sends and receives is done while somebody waits for an answer of it: it needs no thread.
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|refused| failed(refused.to_string()))?;
        let is_clear = self.config.get_ssl_mode() != SslMode::Require;
        let tls = if is_clear { None } else { Some(tls().map_err(failed)?) };
        let connecting = async {
            let Some(tls) = tls else {
                let (client, connection) = self.config.connect(NoTls).await?;
                tokio::spawn(connection);
                return Ok::<Client, tokio_postgres::Error>(client);
            };
            let (client, connection) = self.config.connect(tls).await?;
            tokio::spawn(connection);
            Ok(client)
        };
        // Whoever hears connections, and then says nothing, is no server either.
        let hosts = u32::try_from(self.config.get_hosts().len().max(1)).unwrap_or(u32::MAX);
        let most = self.config.get_connect_timeout().copied().unwrap_or(SILENCE).saturating_mul(hosts);
        let client = runtime.block_on(async { timeout(most, connecting).await });
        let client = client.map_err(|_| silent(&self.name, most))?;
        let client = client.map_err(|refused| error(&self.name, &refused))?;
        Ok(Connection::new(runtime, client, Arc::clone(&self.name)))
    }
}

/// TLS to servers whose certificates the system trusts.
fn tls() -> Result<MakeRustlsConnect, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(|bad| bad.to_string())?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// Does all stay on this machine?
fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
    }) && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

/// A password with what divides a URL would be read as a part of what is shown.
fn is_unmistakable(config: &Config) -> Result<(), String> {
    let divides = |text: &str, letters: &[char]| text.contains(letters);
    let of_hosts =
        |host: &Host| matches!(host, Host::Tcp(name) if divides(name, &['@', ':', '/', '?', '&', '#']));
    let of_user = |user: &str| divides(user, &[':', '/', '?', '&', '#']);
    if config.get_hosts().iter().any(of_hosts) || config.get_user().is_some_and(of_user) {
        return Err(
            "of a user, a password and a host write @ as %40, : as %3A, / as %2F, ? as %3F".to_owned()
        );
    }
    Ok(())
}

fn name(config: &Config) -> String {
    let host = config.get_hosts().first().map_or_else(String::new, |host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string().replace('/', "%2F"),
    });
    let port = config.get_ports().first().map_or_else(String::new, |port| format!(":{port}"));
    let user = config.get_user().map_or_else(String::new, |user| format!("{user}@"));
    format!("postgres://{user}{host}{port}/{}", config.get_dbname().unwrap_or_default())
}

/// What a failure says, with what is behind it.
pub(super) fn message(error: &tokio_postgres::Error) -> String {
    let mut words = match error.as_db_error() {
        Some(said) => return said.message().to_owned(),
        None => error.to_string(),
    };
    let mut cause = std::error::Error::source(error);
    while let Some(behind) = cause {
        words = format!("{words}: {behind}");
        cause = behind.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, password) in [
            ("postgres://ann:secret@db.example.com:5433/calendars", None),
            ("postgresql://ann@db.example.com:5433/calendars", Some("secret")),
        ] {
            let database = Database::read(url, password).unwrap();
            assert_eq!(database.name(), "postgres://ann@db.example.com:5433/calendars");
            assert_eq!(database.config.get_password(), Some(b"secret".as_slice()));
            assert!(!format!("{database:?}").contains("secret"));
        }
        for bad in [
            "postgres://ann:secret@db.example.com:nine/",
            "postgres://ann:my@secret@db.example.com/x",
            "postgres://db.example.com/x?user=ann&password=secret@1",
        ] {
            let bad = Database::read(bad, None).unwrap_err();
            assert!(!bad.contains("secret"), "{bad}");
        }
        let database = Database::read("postgres://ann:my%40secret@db.example.com/x", None).unwrap();
        assert_eq!(database.config.get_password(), Some(b"my@secret".as_slice()));
    }

    #[test]
    fn whoever_hears_and_says_nothing_is_no_server() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("postgres://ann@{}/x?connect_timeout=1", listener.local_addr().unwrap());
        let refused = Database::read(&url, None).unwrap().connect().unwrap_err();
        assert!(matches!(refused, Error::Unreachable { .. }), "{refused:?}");
    }

    #[test]
    fn what_leaves_the_machine_goes_under_tls() {
        let mode = |url: &str| Database::read(url, None).unwrap().config.get_ssl_mode();
        assert_eq!(mode("postgres://ann@db.example.com/x"), SslMode::Require);
        assert_eq!(mode("postgres://ann@192.0.2.1/x"), SslMode::Require);
        assert_eq!(mode("postgres://ann@db.example.com/x?sslmode=disable"), SslMode::Disable);
        assert_eq!(mode("postgres://ann@127.0.0.1/x"), SslMode::Prefer);
        assert_eq!(mode("postgres://ann@%2Frun%2Fpostgresql/x"), SslMode::Prefer);
        assert_eq!(mode("postgres://ann@127.0.0.1,db.example.com/x"), SslMode::Require);
    }
}
