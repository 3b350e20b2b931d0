//! A configuration profile, from which iPhones, iPads and Macs take an account.

use askama::Template;
use http::StatusCode;
use http::header::CONTENT_DISPOSITION;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Visit, app_passwords, guarded, to_sign_in};
use crate::caldav::answer::Answer;
use crate::caldav::error::Fault;

const MEDIA: &str = "application/x-apple-aspen-config";

/// The profile, as a property list.
#[derive(Template)]
#[template(path = "profile.xml", escape = "html")]
struct Profile<'p> {
    host: &'p str,
    port: u16,
    root: &'p str,
    is_secure: bool,
    login: &'p str,
    secret: &'p str,
    label: &'p str,
    profile: Uuid,
    account: Uuid,
}

/// The profile with an app password that was shown just now; whoever sent the form has it.
pub(super) fn answer(visit: &Visit<'_>) -> Result<Answer, Fault> {
    let Some(known) = visit.known()? else { return Ok(to_sign_in()) };
    let form = visit.form(Some(&known.id))?;
    let (label, login) = (form.field("label"), known.person.login.as_str());
    if !app_passwords::is_one(known.actor, login, label)? {
        return Err(Fault::not_found());
    }
    let (host, port) = host_and_port(&visit.asked.host, visit.asked.is_secure);
    // The same account is the same profile again, which takes the place of the one before.
    let place = visit.place();
    let named = |what: &str| {
        let hash = Sha256::digest([place.trim_end_matches('/'), login, label, what].join("\0"));
        let mut octets = [0; 16];
        octets.iter_mut().zip(hash).for_each(|(octet, hashed)| *octet = hashed);
        Uuid::new_v8(octets)
    };
    let (profile, account) = (named("profile"), named("account"));
    let (is_secure, root, secret) = (visit.asked.is_secure, visit.asked.root.as_str(), form.field("secret"));
    let text = Profile { host, port, root, is_secure, login, secret, label, profile, account };
    let text = text.render().map_err(|error| {
        tracing::error!(%error, "a profile could not be written");
        Fault::later("the profile could not be written", 5)
    })?;
    let answer = guarded(Answer::with_body(StatusCode::OK, MEDIA, text));
    Ok(answer.with(CONTENT_DISPOSITION, "attachment; filename=\"kalends.mobileconfig\""))
}

/// The two parts of a host; the port is told apart.
fn host_and_port(host: &str, is_secure: bool) -> (&str, u16) {
    let usual = if is_secure { 443 } else { 80 };
    match host.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
        Some((host, Ok(port))) => (host, port),
        _ => (host, usual),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_port() {
        for (told, is_secure, host, port) in [
            ("example.com", true, "example.com", 443),
            ("example.com", false, "example.com", 80),
            ("example.com:8443", true, "example.com", 8443),
            ("[2001:db8::1]", true, "[2001:db8::1]", 443),
            ("[2001:db8::1]:8008", false, "[2001:db8::1]", 8008),
        ] {
            assert_eq!(host_and_port(told, is_secure), (host, port), "{told}");
        }
    }
}
