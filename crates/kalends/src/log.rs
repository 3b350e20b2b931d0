//! What a service notes of its work, on standard error: for people, or a JSON object a line for programs. Nothing that anybody keeps
//! or signs in with is in it.

use std::io::{self, IsTerminal};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt, reload};

/// Who notes something here; of others only what is amiss.
const OURS: [&str; 5] = ["kalends", "server", "service", "store", "transport"];

/// How much may be said.
pub(crate) const LEVELS: [&str; 5] = ["off", "error", "warn", "info", "debug"];
/// In which forms.
pub(crate) const FORMS: [&str; 2] = ["text", "json"];

/// What is noted from now on.
pub(crate) struct Log(reload::Handle<Targets, Registry>);

impl Log {
    /// Begins to note what a level says, in one of [`FORMS`].
    pub(crate) fn begin(level: LevelFilter, form: &str) -> Self {
        let (filter, handle) = reload::Layer::new(targets(level));
        let lines = fmt::layer().with_writer(io::stderr).with_target(false);
        let lines = match form {
            "json" => lines.json().flatten_event(true).boxed(),
            _ => lines.with_ansi(io::stderr().is_terminal()).boxed(),
        };
        // Whoever set another one before wants that.
        let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
        Self(handle)
    }

    /// Notes what another level says.
    pub(crate) fn set(&self, level: LevelFilter) {
        // It is gone where another one was set before.
        let _ = self.0.reload(targets(level));
    }
}

fn targets(level: LevelFilter) -> Targets {
    let others = level.min(LevelFilter::WARN);
    Targets::new().with_default(others).with_targets(OURS.map(|target| (target, level)))
}
