//! A server that is measured, and how it is reached.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use serde::Deserialize;

/// A server that is measured: the `peer.json` that a script of `bench/load/peers` writes.
#[derive(Clone, Debug, Deserialize)]
pub struct Peer {
    /// As the tables call it.
    pub name: String,
    /// Which one it is.
    pub version: String,
    /// Where it keeps the calendars of the user, an `http:` URL with a slash at its end.
    pub home: String,
    /// Who signs in.
    pub user: String,
    /// With what.
    pub password: String,
    /// What is on disk when a write is acknowledged, in words.
    pub durability: String,
    /// How a calendar is filled.
    pub fill: Fill,
}

/// How a calendar is filled.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fill {
    /// A PUT for each object.
    Put,
    /// Files in a calendar's folder, in the folder that is named here: for who takes in files that are there.
    Folder(PathBuf),
}

impl Peer {
    /// Reads the file of a peer that is running.
    ///
    /// # Errors
    /// The file is none.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let peer: Self = serde_json::from_slice(&text).with_context(|| format!("in {}", file.display()))?;
        peer.address()?;
        Ok(peer)
    }

    /// Host and port.
    pub(crate) fn address(&self) -> Result<String> {
        let uri: Uri = self.home.parse().with_context(|| format!("no URL: {}", self.home))?;
        match uri.authority() {
            Some(authority) if uri.scheme_str() == Some("http") && uri.path().ends_with('/') => {
                Ok(authority.to_string())
            }
            _ => bail!("a home is wanted as http://HOST:PORT/PATH/, and this is {}", self.home),
        }
    }

    /// The path of a calendar in the home.
    pub(crate) fn calendar(&self, segment: &str) -> Result<String> {
        let uri: Uri = self.home.parse().with_context(|| format!("no URL: {}", self.home))?;
        Ok(format!("{}{segment}/", uri.path()))
    }

    /// The header that signs in (RFC 7617).
    pub(crate) fn authorization(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)))
    }
}
