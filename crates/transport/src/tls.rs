//! TLS as a server speaks it: keys and certificates out of files, read again when they are told to have changed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use crate::error::Error;

/// Where keys and certificates lie, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The certificate, and those that vouch for it.
    pub certificates: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Who vouches for clients' certificates; nobody is asked for one where there is none.
    pub clients: Option<PathBuf>,
}

/// TLS as a server speaks it.
#[derive(Debug)]
pub struct Tls {
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// One of them cannot be read, or the key is not the certificate's.
    pub fn read(files: &Files) -> Result<Self, Error> {
        Ok(Self { config: RwLock::new(Arc::new(config(files)?)) })
    }

    /// Reads the files again, or others: connections from now on have what is in them. Where they cannot be used all stays as it was.
    ///
    /// # Errors
    /// As of [`Tls::read`].
    pub fn reread(&self, files: &Files) -> Result<(), Error> {
        let config = Arc::new(config(files)?);
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn config(files: &Files) -> Result<ServerConfig, Error> {
    let unusable = |path: &Path| {
        let path = path.to_owned();
        move |why: String| Error::File { path, why }
    };
    let chain = certificates(&files.certificates)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| unusable(&files.key)(why("a private key", &error)))?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&files.certificates)(error.to_string()))?;
    let builder = match &files.clients {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for root in certificates(path)? {
                roots.add(root).map_err(|error| unusable(path)(error.to_string()))?;
            }
            // Who has none signs in otherwise.
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
                .allow_unauthenticated()
                .build()
                .map_err(|error| unusable(path)(error.to_string()))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder
        .with_single_cert(chain, key)
        .map_err(|error| unusable(&files.key)(format!("it does not go with the certificate: {error}")))?;
    if files.clients.is_some() {
        // A session that is resumed brings along whom a certificate stood for, and nobody asks whether it still does.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let unusable = |why: String| Error::File { path: path.to_owned(), why };
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = found.map_err(|error| unusable(why("certificates in PEM", &error)))?;
    if found.is_empty() { Err(unusable("there is no certificate in it".to_owned())) } else { Ok(found) }
}

/// Why a file is not what was wanted, and what to do.
fn why(wanted: &str, error: &pem::Error) -> String {
    match error {
        pem::Error::Io(error) if error.kind() == ErrorKind::NotFound => {
            "there is no such file; is the name right?".to_owned()
        }
        pem::Error::Io(error) if error.kind() == ErrorKind::PermissionDenied => {
            "it may not be read: give the service the right to, as by its group".to_owned()
        }
        error => format!("wanted {wanted}: {error}"),
    }
}
