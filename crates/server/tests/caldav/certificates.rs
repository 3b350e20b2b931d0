//! Clients that show a certificate of their own, by TLS.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::{Files, Options};
use service::{Newcomer, PrincipalKind};
use store::State;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::scene::{Scene, basic};

/// Who vouches for a service and for clients, with files in a folder.
struct Authority {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Self { folder: TempDir::new().unwrap(), issuer };
        fs::write(authority.path("roots.pem"), authority.issuer.pem()).unwrap();
        authority
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn files(&self) -> Files {
        self.vouch("server", ExtendedKeyUsagePurpose::ServerAuth, &[]);
        let clients = Some(self.path("roots.pem"));
        Files { certificates: self.path("server.pem"), key: self.path("server.key"), clients }
    }

    /// Writes `NAME.pem` and `NAME.key`, for addresses of mail.
    fn vouch(&self, name: &str, usage: ExtendedKeyUsagePurpose, addresses: &[&str]) {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let named = |address: &&str| SanType::Rfc822Name((*address).try_into().unwrap());
        params.subject_alt_names.extend(addresses.iter().map(named));
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate().unwrap();
        fs::write(self.path(&format!("{name}.pem")), params.signed_by(&key, &self.issuer).unwrap().pem())
            .unwrap();
        fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    /// What is answered to a PROPFIND for who asks, by a client that shows this certificate.
    async fn ask(&self, scene: &Scene, name: &str, more: &str) -> String {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.path("roots.pem")).unwrap()).unwrap();
        let certificate = CertificateDer::from_pem_file(self.path(&format!("{name}.pem"))).unwrap();
        let key = PrivateKeyDer::from_pem_file(self.path(&format!("{name}.key"))).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![certificate], key)
            .unwrap();
        let stream = TcpStream::connect(scene.address()).await.unwrap();
        let host = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(host, stream).await.unwrap();
        let body = "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:current-user-principal/></D:prop></D:propfind>";
        let head =
            format!("PROPFIND / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nDepth: 0\r\n{more}");
        let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // One that is not let in may be cut off.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }
}

/// A door with TLS, where Ann and Bob have addresses.
async fn open(options: Options) -> Scene {
    let scene = Scene::with(options).await;
    scene.keep(|service| {
        for name in ["ann", "bob"] {
            let address = [format!("mailto:{name}@example.com")];
            service.keeper().set_principal(name, None, Some(&address)).unwrap();
        }
        let addresses = ["mailto:choir@example.com".to_owned()];
        let kind = PrincipalKind::Group;
        let newcomer = Newcomer { kind, name: "choir", display: None, addresses: &addresses, password: None };
        service.keeper().make_principal(&newcomer).unwrap();
    });
    scene
}

#[tokio::test]
async fn a_client_signs_in_by_the_address_in_its_certificate() {
    let authority = Authority::new();
    let scene = open(Options { tls: Some(authority.files()), ..Options::default() }).await;
    for (name, addresses) in [
        ("ann", &["ann@example.com"][..]),
        ("bob", &["bob@example.com"]),
        ("ANN", &["nobody@example.com", "Ann@Example.com"]),
        ("none", &[]),
        ("login", &["ann"]),
        ("nobody", &["nobody@example.com"]),
        ("both", &["ann@example.com", "bob@example.com"]),
        ("group", &["choir@example.com"]),
        // Only as a URI would any of these be hers.
        ("uri", &["mailto:ann@example.com"]),
        ("encoded", &["a%6En@example.com"]),
        ("asked", &["ann@example.com?subject=tea"]),
        ("bracketed", &["<ann@example.com>"]),
        ("blank", &[" ann@example.com"]),
    ] {
        authority.vouch(name, ExtendedKeyUsagePurpose::ClientAuth, addresses);
    }
    for name in ["ann", "ANN"] {
        let answer = authority.ask(&scene, name, "").await;
        assert!(answer.contains("<D:href>/principals/ann/</D:href>"), "{name}: {answer}");
    }
    for name in ["none", "login", "nobody", "both", "group", "uri", "encoded", "asked", "bracketed", "blank"]
    {
        let answer = authority.ask(&scene, name, "").await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{name}: {answer}");
    }
    // What a request says itself outweighs it.
    let other = format!("Authorization: {}\r\n", basic("bob:secret of bob"));
    let answer = authority.ask(&scene, "ann", &other).await;
    assert!(answer.contains("<D:href>/principals/bob/</D:href>"), "{answer}");
    let wrong = format!("Authorization: {}\r\n", basic("ann:wrong"));
    let answer = authority.ask(&scene, "ann", &wrong).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(authority.ask(&scene, "bob", "").await.contains("<D:href>/principals/bob/</D:href>"));
    for state in [State::Disabled, State::Removed] {
        scene.keep(|service| service.keeper().set_state("bob", state).map(drop).unwrap());
        for name in ["bob", "both"] {
            let answer = authority.ask(&scene, name, "").await;
            assert!(answer.starts_with("HTTP/1.1 401"), "{name} {state:?}: {answer}");
        }
    }
}

/// One that another authority vouches for lets nobody in, and neither does that of a server.
#[tokio::test]
async fn a_certificate_that_nobody_known_vouches_for_opens_nothing() {
    let authority = Authority::new();
    let scene = open(Options { tls: Some(authority.files()), ..Options::default() }).await;
    authority.vouch("server-of-ann", ExtendedKeyUsagePurpose::ServerAuth, &["ann@example.com"]);
    let stranger = Authority::new();
    stranger.vouch("ann", ExtendedKeyUsagePurpose::ClientAuth, &["ann@example.com"]);
    for name in ["ann.pem", "ann.key"] {
        fs::copy(stranger.path(name), authority.path(name)).unwrap();
    }
    for name in ["server-of-ann", "ann"] {
        let answer = authority.ask(&scene, name, "").await;
        assert!(!answer.contains("HTTP/1.1"), "{name}: {answer}");
    }
}

/// A proxy may show one of its own, for which it comes to the service; those whom it comes for sign in themselves.
#[tokio::test]
async fn the_certificate_of_a_proxy_lets_nobody_in() {
    let authority = Authority::new();
    let (tls, proxies) = (Some(authority.files()), "127.0.0.1".parse().unwrap());
    let scene = open(Options { tls, proxies, ..Options::default() }).await;
    authority.vouch("ann", ExtendedKeyUsagePurpose::ClientAuth, &["ann@example.com"]);
    let answer = authority.ask(&scene, "ann", "Forwarded: for=192.0.2.43\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}
