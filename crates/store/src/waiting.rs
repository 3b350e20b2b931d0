//! How long is waited for another process, and who hears of it.

use std::time::{Duration, Instant};

use crate::error::Error;

/// What is done while another process holds the store.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// So long at most.
    pub most: Duration,
    /// Called once, when it has taken a moment: somebody may want to know.
    pub tell: fn(),
}

/// So long passes before somebody is told that another process is waited for.
pub(crate) const MOMENT: Duration = Duration::from_millis(300);

impl Waiting {
    /// Not at all.
    pub const fn never() -> Self {
        Self { most: Duration::ZERO, tell: || () }
    }

    /// Tries `act` again while the store is held by another process.
    pub(crate) fn retry<T>(self, mut act: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
        let start = Instant::now();
        let mut is_told = false;
        let mut pause = Duration::from_millis(1);
        loop {
            match act() {
                Err(Error::Busy) if start.elapsed() < self.most => {}
                answer => return answer,
            }
            if !is_told && start.elapsed() > MOMENT {
                is_told = true;
                (self.tell)();
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}
