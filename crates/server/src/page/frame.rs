//! What stands around every page: who is signed in, and where they are.

use service::Principal;

/// A person who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// By which they sign in.
    pub(super) login: String,
    /// What they are called.
    pub(super) called: String,
    /// The token of their forms.
    pub(super) token: String,
}

impl Person {
    pub(super) fn of(principal: &Principal, token: String) -> Self {
        let login = principal.profile.name.clone().unwrap_or_default();
        let called = principal.profile.display.clone().unwrap_or_else(|| login.clone());
        Self { login, called, token }
    }
}

/// Pages that the frame leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    Week,
    AppPasswords,
    Connect,
    Elsewhere,
}

/// The frame of a page.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) person: Option<Person>,
    pub(super) here: Here,
}

impl Frame {
    pub(super) const fn of(person: Person, here: Here) -> Self {
        Self { person: Some(person), here }
    }

    pub(super) const fn of_nobody() -> Self {
        Self { person: None, here: Here::Elsewhere }
    }

    /// What a link to a page says of being there already.
    fn current(&self, page: Here) -> &'static str {
        if self.here == page { "page" } else { "false" }
    }

    pub(super) fn on_week(&self) -> &'static str {
        self.current(Here::Week)
    }

    pub(super) fn on_app_passwords(&self) -> &'static str {
        self.current(Here::AppPasswords)
    }

    pub(super) fn on_connect(&self) -> &'static str {
        self.current(Here::Connect)
    }
}
