//! A client's certificate: for whom it stands.

use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// A client's own certificate, of which others have said that it is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The addresses of mail that it is for (rfc822Name, RFC 5280 4.2.1.6).
    pub addresses: Vec<String>,
}

impl Certificate {
    /// Reads one, as DER; what cannot be read is for nobody.
    pub(crate) fn read(der: &[u8]) -> Self {
        let certificate = X509Certificate::from_der(der).ok().map(|(_, certificate)| certificate);
        let names = certificate.as_ref().and_then(|one| one.subject_alternative_name().ok().flatten());
        let names = names.into_iter().flat_map(|names| &names.value.general_names);
        let address = |name: &GeneralName<'_>| match name {
            GeneralName::RFC822Name(address) => Some((*address).to_owned()),
            _ => None,
        };
        Self { addresses: names.filter_map(address).collect() }
    }
}
