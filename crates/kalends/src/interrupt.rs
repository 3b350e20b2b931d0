//! Ctrl-C and its kin, heard between two steps of long work.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

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
