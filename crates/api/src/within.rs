//! Mutations inside a transaction that is open already.
//!
//! A resolver of a mutation is async: it hands its operation to the shop's lane, and waits. For a
//! line of a bulk mutation the lane itself runs the resolver, so that the effect and what came of
//! it commit together: whatever the resolver hands over is run there and then.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use store::{Slice, StoreError, Tx};
use tokio::sync::oneshot;

/// Operations of one mutation.
const STEPS_MAX: usize = 1_000;

type Step = Box<dyn FnOnce(&mut Tx) + Send>;

/// A transaction that is open already, as those who work in it see it.
#[derive(Clone, Default)]
pub(crate) struct Within(Arc<Mutex<Handed>>);

#[derive(Default)]
struct Handed {
    step: Option<Step>,
    /// An operation failed after it had written.
    spoilt: bool,
}

/// What was begun inside a transaction cannot be kept.
#[derive(Debug)]
pub(crate) struct Spoilt;

impl Within {
    /// Runs an operation.
    pub(crate) fn write<T, E, F>(
        &self,
        mut operation: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let own = self.clone();
        self.hand(move |tx| {
            let (result, wrote) = tx.watch(|tx| operation(tx));
            if wrote && result.is_err() {
                own.lock().spoilt = true;
            }
            result
        })
    }

    /// Runs a hot operation for one request.
    pub(crate) fn submit<S: Slice>(
        &self,
        request: S,
    ) -> impl Future<Output = Result<S::Done, S::Error>> + Send + use<S> {
        let mut request = [request];
        self.write(move |tx| {
            let served = S::run(tx, &mut request)?;
            served
                .into_iter()
                .next()
                .unwrap_or_else(|| Err(StoreError::Closed.into()))
        })
    }

    /// Looks.
    pub(crate) fn read<T, F>(
        &self,
        look: F,
    ) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
    where
        F: FnOnce(&mut Tx) -> T + Send + 'static,
        T: Send + 'static,
    {
        self.hand(move |tx| Ok(look(tx)))
    }

    fn hand<T, E, F>(&self, step: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.lock().step = Some(Box::new(move |tx: &mut Tx| {
            // Who waits no longer does not want to know.
            let _ = reply.send(step(tx));
        }));
        async move {
            answer
                .await
                .unwrap_or_else(|_| Err(StoreError::Closed.into()))
        }
    }

    /// Does work that waits for nothing but this transaction, to its end.
    ///
    /// # Errors
    /// When it failed half-way, or waits for something else: nothing of it may be kept.
    pub(crate) fn run<T>(&self, tx: &mut Tx, work: impl Future<Output = T>) -> Result<T, Spoilt> {
        let mut work = pin!(work);
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..STEPS_MAX {
            if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
                let spoilt = self.lock().spoilt || tx.is_at_fault();
                return if spoilt { Err(Spoilt) } else { Ok(done) };
            }
            let step = self.lock().step.take().ok_or(Spoilt)?;
            step(tx);
        }
        Err(Spoilt)
    }

    fn lock(&self) -> MutexGuard<'_, Handed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
