//! Principals: who has calendars here. Made, named, disabled and removed by whoever keeps the store; found by everybody.

use ical::civil::Timestamp;
use ical::value::CalAddress;
use rights::predefined;
use store::{
    Address, Container, Credential, CredentialKind, Effect, Expect, Principal, PrincipalId, PrincipalKind,
    Profile, Settings, Snapshot, State, Verifier,
};

use crate::actor::{Actor, Standing};
use crate::error::{Error, Refusal};
use crate::secret::Secret;

/// Who is made.
#[derive(Clone, Debug)]
pub struct Newcomer<'n> {
    /// What it is.
    pub kind: PrincipalKind,
    /// Its name in URLs and at sign-in: letters, digits, `.`, `_` and `-`.
    pub name: &'n str,
    /// Its name for people.
    pub display: Option<&'n str>,
    /// Its addresses; the first stands for it.
    pub addresses: &'n [String],
    /// What it signs in with.
    pub password: Option<&'n Secret>,
}

/// What a first calendar is called.
const FIRST: &str = "Personal";
/// So many letters has a name.
const LONGEST: usize = 64;
/// So many addresses, app passwords or tokens has a principal.
const MOST: usize = 100;

impl Actor<'_> {
    /// Whose acts these are, as they are now.
    ///
    /// # Errors
    /// They are gone, or the store cannot be read.
    pub fn me(self) -> Result<Principal, Error> {
        let snapshot = self.snapshot()?;
        let found = snapshot.map(|snapshot| snapshot.principal(self.principal)).transpose()?.flatten();
        found.ok_or_else(|| nobody_is(&self.principal.to_string()))
    }

    /// The principal of a name or an address, as far as the Actor may see: who was removed is seen by the store's keeper
    /// alone.
    ///
    /// # Errors
    /// There is none, or the store cannot be read.
    pub fn principal(self, name: &str) -> Result<Principal, Error> {
        let snapshot = self.snapshot()?.ok_or_else(|| nobody_is(name))?;
        self.principal_in(&snapshot, name)
    }

    /// The principal of an id, as far as the Actor may see.
    ///
    /// # Errors
    /// There is none, or the store cannot be read.
    pub fn principal_of(self, id: PrincipalId) -> Result<Principal, Error> {
        let nobody = || nobody_is(&id.to_string());
        let found = self.snapshot()?.ok_or_else(nobody)?.principal(id)?;
        found.filter(|principal| self.sees(principal)).ok_or_else(nobody)
    }

    /// The address of a name, the first that they have; or an address as it is written, in normal form.
    ///
    /// # Errors
    /// There is nobody of the name, they have no address, it is none, or the store cannot be read.
    pub fn address_of(self, name: &str) -> Result<CalAddress<'static>, Error> {
        let address = |address: &Address| CalAddress::new(address.as_str()).into_owned();
        if name.contains('@') || CalAddress::new(name).has_scheme() {
            let found = normal(&[name.to_owned()])?;
            return found.first().map(|(found, _)| address(found)).ok_or_else(|| nobody_is(name));
        }
        let found = self.principal(name)?.profile;
        let no_address = || Refusal::NoAddress(found.name.clone());
        Ok(found.addresses.first().map(|(first, _)| address(first)).ok_or_else(no_address)?)
    }

    pub(crate) fn principal_in(self, snapshot: &Snapshot, name: &str) -> Result<Principal, Error> {
        let mut found = snapshot.principal_named(name)?;
        if found.is_none() {
            found = snapshot.principal_at(&Address::new(&CalAddress::new(name)))?;
        }
        found.filter(|principal| self.sees(principal)).ok_or_else(|| nobody_is(name))
    }

    pub(crate) fn sees(self, principal: &Principal) -> bool {
        self.standing == Standing::Keeper || principal.profile.state != State::Removed
    }

    /// The principals whom the Actor may see, in the order in which they were made.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn principals(self) -> Result<Vec<Principal>, Error> {
        let Some(snapshot) = self.snapshot()? else { return Ok(Vec::new()) };
        let mut principals = snapshot.principals()?;
        principals.retain(|principal| principal.profile.name.is_some() && self.sees(principal));
        Ok(principals)
    }

    /// Makes a principal with a first calendar. The first person of a store is its owner, so that who used it alone until
    /// then goes on with the same calendars.
    ///
    /// # Errors
    /// The name or an address is taken or is none, or the Actor does not keep the store.
    pub fn make_principal(self, newcomer: &Newcomer<'_>) -> Result<Principal, Error> {
        let profile = profile(newcomer)?;
        let password = newcomer.password.map(password).transpose()?;
        let name = profile.name.as_deref().unwrap_or_default();
        let command = self.command("user", format!("{name} was added"));
        let (outcome, owner) = self.directory(&command, |snapshot| {
            is_free(snapshot, &profile, None)?;
            let is_first =
                profile.kind == PrincipalKind::Individual && !snapshot.map_or(Ok(false), has_owner)?;
            let owner = is_first.then_some(PrincipalId::OWNER);
            let (principal, mut effects) = match owner {
                Some(owner) => {
                    (owner, vec![Effect::SetPrincipal { principal: owner, profile: profile.clone() }])
                }
                None => {
                    let container = Container::Home(PrincipalId::MADE);
                    let rule = predefined::read_busy_time_info();
                    let made = Effect::MakePrincipal(profile.clone());
                    (PrincipalId::MADE, vec![made, Effect::AddRule { container, rule }])
                }
            };
            if let Some(verifier) = &password {
                effects.push(set_password(principal, verifier));
            }
            let calendars = match (snapshot, owner) {
                (Some(snapshot), Some(owner)) => snapshot.calendars(owner)?,
                _ => Vec::new(),
            };
            if calendars.is_empty() {
                effects.push(Effect::MakeCalendar { home: principal, settings: first_calendar() });
            }
            Ok((effects, principal, owner))
        })?;
        let id = owner.or(outcome.principals.first().copied());
        let snapshot = self.snapshot()?;
        let found = snapshot.zip(id).map(|(snapshot, id)| snapshot.principal(id)).transpose()?.flatten();
        found.ok_or_else(|| nobody_is(newcomer.name))
    }

    /// Gives a principal another name for people, or other addresses; `None` leaves them as they are.
    ///
    /// # Errors
    /// There is nobody of the name, an address is taken, or the Actor does not keep the store.
    pub fn set_principal(
        self,
        name: &str,
        display: Option<&str>,
        addresses: Option<&[String]>,
    ) -> Result<Principal, Error> {
        let addresses = addresses.map(normal).transpose()?;
        self.change_principal(name, format!("{name} was changed"), |profile| {
            if let Some(display) = display {
                profile.display = shown(display);
            }
            if let Some(addresses) = &addresses {
                profile.addresses.clone_from(addresses);
            }
            Ok(())
        })
    }

    /// Disables a principal, brings it back, or removes it. What was removed has no credentials any more; its name, its
    /// addresses and its calendars stay its own, and it can be brought back.
    ///
    /// # Errors
    /// There is nobody of the name, it is the store's owner, or the Actor does not keep the store.
    pub fn set_state(self, name: &str, state: State) -> Result<Principal, Error> {
        let verb = match state {
            State::Active => "enabled",
            State::Disabled => "disabled",
            State::Removed => "removed",
        };
        self.change_principal(name, format!("{name} was {verb}"), |profile| {
            profile.state = state;
            Ok(())
        })
    }

    fn change_principal(
        self,
        name: &str,
        line: String,
        change: impl Fn(&mut Profile) -> Result<(), Error>,
    ) -> Result<Principal, Error> {
        let command = self.command("user", line);
        let (_, principal) = self.directory(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| nobody_is(name))?;
            let mut principal = self.principal_in(snapshot, name)?;
            change(&mut principal.profile)?;
            if principal.id == PrincipalId::OWNER && principal.profile.state == State::Removed {
                return Err(Refusal::OwnerStays.into());
            }
            is_free(Some(snapshot), &principal.profile, Some(principal.id))?;
            let profile = principal.profile.clone();
            let mut effects = vec![Effect::SetPrincipal { principal: principal.id, profile }];
            if principal.profile.state == State::Removed {
                let credentials = snapshot.credentials(principal.id)?;
                effects.extend(credentials.into_iter().map(|one| Effect::RemoveCredential(one.id)));
            }
            Ok((effects, principal.id, principal))
        })?;
        Ok(principal)
    }

    /// Gives a principal a password, in place of the one it has.
    ///
    /// # Errors
    /// There is nobody of the name, it is no password, or the Actor does not keep the store.
    pub fn set_password(self, name: &str, secret: &Secret) -> Result<(), Error> {
        let verifier = password(secret)?;
        let command = self.command("password", format!("{name} got a password"));
        self.directory(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| nobody_is(name))?;
            let principal = self.is_here(snapshot, name)?;
            Ok((vec![set_password(principal.id, &verifier)], principal.id, ()))
        })?;
        Ok(())
    }

    /// Makes an app password or a token of a label, and shows it this once. People make app passwords of their own.
    ///
    /// # Errors
    /// There is nobody of the name, the label is taken, or the Actor may not do so.
    pub fn make_credential(
        self,
        name: &str,
        kind: CredentialKind,
        label: &str,
        expires: Option<Timestamp>,
    ) -> Result<Secret, Error> {
        let label = label.trim();
        if label.is_empty() || label.chars().count() > LONGEST || label.chars().any(char::is_control) {
            return Err(Refusal::BadLabel(label.to_owned()).into());
        }
        let secret = Secret::by_chance()?;
        let verifier = secret.made().ok_or_else(|| Refusal::BadLabel(label.to_owned()))?;
        let command = self.command("token", format!("{name} got {label}"));
        self.in_directory(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| nobody_is(name))?;
            let principal = self.is_here(snapshot, name)?;
            if principal.id != self.principal || kind != CredentialKind::App {
                self.must_keep()?;
            }
            let credentials = snapshot.credentials(principal.id)?;
            if credentials.iter().any(|one| one.kind == kind && one.label == label) {
                return Err(Refusal::LabelTaken(label.to_owned()).into());
            }
            if credentials.len() >= MOST {
                return Err(Refusal::TooMany { what: "credentials of a principal", most: MOST }.into());
            }
            let (label, verifier) = (label.to_owned(), verifier.clone());
            let effect = Effect::SetCredential { principal: principal.id, kind, label, verifier, expires };
            Ok((vec![effect], principal.id, ()))
        })?;
        Ok(secret)
    }

    /// What a principal signs in with, by kind and label; the secrets nobody knows.
    ///
    /// # Errors
    /// There is nobody of the name, or the Actor neither is them nor keeps the store.
    pub fn credentials(self, name: &str) -> Result<Vec<Credential>, Error> {
        let snapshot = self.snapshot()?.ok_or_else(|| nobody_is(name))?;
        let principal = self.principal_in(&snapshot, name)?;
        if principal.id != self.principal {
            self.must_keep()?;
        }
        Ok(snapshot.credentials(principal.id)?)
    }

    /// Takes an app password or a token back, or both of a label: they are good for nothing from now on. People take their own
    /// back.
    ///
    /// # Errors
    /// There is none of the label, or the Actor neither is them nor keeps the store.
    pub fn revoke(self, name: &str, label: &str) -> Result<Vec<Credential>, Error> {
        let command = self.command("token", format!("{label} of {name} was revoked"));
        let (_, revoked) = self.in_directory(&command, |snapshot| {
            let snapshot = snapshot.ok_or_else(|| nobody_is(name))?;
            let principal = self.principal_in(snapshot, name)?;
            if principal.id != self.principal {
                self.must_keep()?;
            }
            let mut revoked = snapshot.credentials(principal.id)?;
            revoked.retain(|one| one.kind != CredentialKind::Password && one.label == label.trim());
            if revoked.is_empty() {
                return Err(Error::NotFound(format!("{name} has nothing called {label}")));
            }
            let effects = revoked.iter().map(|one| Effect::RemoveCredential(one.id)).collect();
            Ok((effects, principal.id, revoked))
        })?;
        Ok(revoked)
    }

    /// A principal who is not removed.
    pub(crate) fn is_here(self, snapshot: &Snapshot, name: &str) -> Result<Principal, Error> {
        let principal = self.principal_in(snapshot, name)?;
        match principal.profile.state {
            State::Removed => Err(Refusal::WasRemoved(name.to_owned()).into()),
            State::Active | State::Disabled => Ok(principal),
        }
    }

    /// Changes the directory as it was read, for whoever keeps it. What is decided comes with whom it is about.
    pub(crate) fn directory<T>(
        self,
        command: &store::Command,
        decide: impl FnMut(Option<&Snapshot>) -> Result<(Vec<Effect>, PrincipalId, T), Error>,
    ) -> Result<(store::Outcome, T), Error> {
        self.must_keep()?;
        self.in_directory(command, decide)
    }

    /// Changes it as it was read, for whoever may do that.
    fn in_directory<T>(
        self,
        command: &store::Command,
        mut decide: impl FnMut(Option<&Snapshot>) -> Result<(Vec<Effect>, PrincipalId, T), Error>,
    ) -> Result<(store::Outcome, T), Error> {
        self.decide(command, |snapshot| {
            let directory = snapshot.map(Snapshot::directory).transpose()?;
            let (mut effects, whom, decided) = decide(snapshot)?;
            if !effects.is_empty() {
                effects.extend(self.noted(Some(whom)));
            }
            Ok((directory.map(Expect::Directory).into_iter().collect(), effects, decided))
        })
    }
}

pub(crate) fn nobody_is(name: &str) -> Error {
    Error::NotFound(format!("nobody is called {name}"))
}

/// Did anybody name the store's owner?
fn has_owner(snapshot: &Snapshot) -> Result<bool, Error> {
    let owner = snapshot.principal(PrincipalId::OWNER)?;
    Ok(owner.is_some_and(|owner| owner.profile.name.is_some()))
}

fn profile(newcomer: &Newcomer<'_>) -> Result<Profile, Error> {
    let name = newcomer.name.to_ascii_lowercase();
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let is_name = name.len() <= LONGEST
        && name.bytes().all(is_letter)
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
    if !is_name {
        return Err(Refusal::BadPrincipal(newcomer.name.to_owned()).into());
    }
    Ok(Profile {
        kind: newcomer.kind,
        name: Some(name),
        display: newcomer.display.and_then(shown),
        addresses: normal(newcomer.addresses)?,
        state: State::Active,
    })
}

/// What people are shown.
fn shown(display: &str) -> Option<String> {
    let display: String = display.chars().filter(|one| !one.is_control()).collect();
    Some(display.trim().to_owned()).filter(|display| !display.is_empty())
}

/// Addresses in normal form. Whoever keeps the store vouches for them.
fn normal(addresses: &[String]) -> Result<Vec<(Address, bool)>, Error> {
    if addresses.len() > MOST {
        return Err(Refusal::TooMany { what: "addresses of a principal", most: MOST }.into());
    }
    let mut found: Vec<(Address, bool)> = Vec::with_capacity(addresses.len());
    for text in addresses {
        let address = CalAddress::new(text.as_str());
        let is_mail = address.email().is_some_and(|mail| {
            mail.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        });
        let is_other = address.email().is_none() && address.has_scheme();
        if !(is_mail || is_other) || text.chars().any(|one| one.is_control() || one.is_whitespace()) {
            return Err(Refusal::BadAddress(text.clone()).into());
        }
        let address = Address::new(&address);
        if found.iter().all(|(one, _)| *one != address) {
            found.push((address, true));
        }
    }
    Ok(found)
}

/// Has nobody else the name, or one of the addresses?
fn is_free(snapshot: Option<&Snapshot>, profile: &Profile, but: Option<PrincipalId>) -> Result<(), Error> {
    let Some(snapshot) = snapshot else { return Ok(()) };
    let taken = |text: &str, found: Option<Principal>| match found.filter(|found| Some(found.id) != but) {
        Some(Principal { profile: Profile { state: State::Removed, name, .. }, .. }) => {
            Err(Refusal::WasRemoved(name.unwrap_or_else(|| text.to_owned())).into())
        }
        Some(_) => Err(Error::from(Refusal::PrincipalTaken(text.to_owned()))),
        None => Ok(()),
    };
    if let Some(name) = &profile.name {
        taken(name, snapshot.principal_named(name)?)?;
    }
    for (address, _) in &profile.addresses {
        taken(address.as_str(), snapshot.principal_at(address)?)?;
    }
    Ok(())
}

fn password(secret: &Secret) -> Result<Verifier, Error> {
    if secret.is_password() { secret.hash() } else { Err(Refusal::BadPassword.into()) }
}

fn set_password(principal: PrincipalId, verifier: &Verifier) -> Effect {
    let (kind, label) = (CredentialKind::Password, String::new());
    Effect::SetCredential { principal, kind, label, verifier: verifier.clone(), expires: None }
}

fn first_calendar() -> Settings {
    Settings::new(FIRST.to_lowercase(), FIRST)
}
