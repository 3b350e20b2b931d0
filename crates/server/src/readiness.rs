//! Is the service ready? Not while it comes to its end, and not while its store cannot write.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// What is known of that.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    is_ending: AtomicBool,
    /// What the store was found to be, and when.
    found: Mutex<Option<(Instant, bool)>>,
}

/// The store is asked so often at most, however often somebody wants to know: to try is to write.
const AGAIN: Duration = Duration::from_secs(1);

impl Readiness {
    /// From now on it is not ready.
    pub(crate) fn end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Why it is not ready. `try_store` says whether the store can write; those who ask meanwhile wait for one answer.
    pub(crate) async fn ask(&self, try_store: impl Future<Output = bool>) -> Result<(), &'static str> {
        if self.is_ending.load(Ordering::Relaxed) {
            return Err("the service comes to its end\n");
        }
        let mut found = self.found.lock().await;
        let can_write = match *found {
            Some((at, can_write)) if at.elapsed() < AGAIN => can_write,
            _ => {
                let can_write = try_store.await;
                *found = Some((Instant::now(), can_write));
                can_write
            }
        };
        if can_write { Ok(()) } else { Err("nothing can be written to the store\n") }
    }
}
