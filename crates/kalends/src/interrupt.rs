//! Ctrl-C and its kin, heard between two steps of long work.

use std::io::{self, ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::exit::Exit;

/// Becomes true when somebody wants the work to end. Whoever asks twice wants it at once; what is on disk stays.
pub(crate) fn asked() -> io::Result<Arc<AtomicBool>> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, Exit::TryAgain as i32, Arc::clone(&asked))?;
        signal_hook::flag::register(signal, Arc::clone(&asked))?;
    }
    Ok(asked)
}

/// Waits, and hears when somebody wants an end.
pub(crate) struct Pause(UnixStream);

impl Pause {
    pub(crate) fn new() -> io::Result<Self> {
        let (stopped, stop) = UnixStream::pair()?;
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            signal_hook::low_level::pipe::register(signal, stop.try_clone()?)?;
        }
        Ok(Self(stopped))
    }

    /// Waits so long at most; `true` where it is to end.
    pub(crate) fn is_ended_within(&mut self, wait: Duration) -> io::Result<bool> {
        self.0.set_read_timeout(Some(wait.max(Duration::from_millis(1))))?;
        match self.0.read(&mut [0]) {
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                ) =>
            {
                Ok(false)
            }
            read => read.map(|_| true),
        }
    }
}
