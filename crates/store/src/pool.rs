//! Connections that read: as many as are wanted at once, up to a bound, and kept for who reads next. To open one costs more than
//! most questions do.

use std::num::NonZeroUsize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::counts;
use crate::error::Error;
use crate::waiting::Waiting;

/// The connections of a store that read.
#[derive(Debug)]
pub(crate) struct Pool<C> {
    waiting: Waiting,
    most: NonZeroUsize,
    state: Mutex<State<C>>,
    returned: Condvar,
}

#[derive(Debug)]
struct State<C> {
    /// Those that nobody uses.
    idle: Vec<C>,
    /// How many are lent out.
    lent: usize,
}

/// One of so many that are lent out.
#[derive(Debug)]
pub(crate) struct Lent<C>(Arc<Pool<C>>);

impl<C> Pool<C> {
    pub(crate) fn new(waiting: Waiting, most: NonZeroUsize) -> Arc<Self> {
        let state = Mutex::new(State { idle: Vec::new(), lent: 0 });
        Arc::new(Self { waiting, most, state, returned: Condvar::new() })
    }

    /// Counts one more as lent, and waits until that may be; with one that nobody uses, if there is any.
    pub(crate) fn lend(self: &Arc<Self>) -> Result<(Lent<C>, Option<C>), Error> {
        let since = Instant::now();
        let mut state = self.state();
        while state.lent >= self.most.get() {
            let left = self.waiting.most.saturating_sub(since.elapsed());
            if left.is_zero() {
                return Err(Error::Busy);
            }
            let waited = self.returned.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.lent += 1;
        counts::lent();
        Ok((Lent(Arc::clone(self)), state.idle.pop()))
    }

    /// Lets go of those that nobody uses.
    pub(crate) fn forget(&self) {
        let idle = std::mem::take(&mut self.state().idle);
        drop(idle);
    }

    /// How many are lent, and how many nobody uses.
    #[cfg(test)]
    pub(crate) fn count(&self) -> (usize, usize) {
        let state = self.state();
        (state.lent, state.idle.len())
    }

    fn state(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Lent<C> {
    /// Keeps a connection for who reads next.
    pub(crate) fn keep(&self, connection: C) {
        self.0.state().idle.push(connection);
    }
}

impl<C> Drop for Lent<C> {
    fn drop(&mut self) {
        self.0.state().lent -= 1;
        counts::returned();
        self.0.returned.notify_one();
    }
}
