//! A bounded queue between the callers and a store thread.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::StoreError;

/// Work waits here for a thread.
pub(crate) struct Queue<J> {
    state: Mutex<State<J>>,
    wake: Condvar,
    limit: usize,
}

struct State<J> {
    jobs: VecDeque<J>,
    closed: bool,
}

impl<J> Queue<J> {
    pub(crate) const fn new(limit: usize) -> Self {
        Self {
            state: Mutex::new(State {
                jobs: VecDeque::new(),
                closed: false,
            }),
            wake: Condvar::new(),
            limit,
        }
    }

    /// No user code runs under the lock, so a poisoned one still holds a whole queue.
    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job in line.
    pub(crate) fn push(&self, job: J) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::Closed);
        }
        if state.jobs.len() >= self.limit {
            return Err(StoreError::Busy);
        }
        state.jobs.push_back(job);
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// Waits for a job; `None` when the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<J> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self
                .wake
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Appends up to `max` jobs to `to`, waiting for the first one unless `to` has some
    /// already. `false` when the queue is closed and nothing is left.
    pub(crate) fn drain(&self, to: &mut VecDeque<J>, max: usize) -> bool {
        let mut state = self.lock();
        while to.is_empty() && state.jobs.is_empty() {
            if state.closed {
                return false;
            }
            state = self
                .wake
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let room = max.saturating_sub(to.len()).min(state.jobs.len());
        to.extend(state.jobs.drain(..room));
        true
    }

    /// Takes no more jobs; those in line are still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }
}
