//! Work for a lane: single closures, and requests that are gathered into slices.

use std::any::{Any, TypeId};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;
use units::ShopId;

use crate::error::StoreError;
use crate::tx::Tx;

/// A hot operation that serves many requests of one shop at once.
///
/// Read once what all requests need, decide each in turn with a pure rule, write the results
/// with set-based statements. One request is a slice of one.
pub trait Slice: Send + Sized + 'static {
    /// What a request gives.
    type Done: Send + 'static;
    /// Why it is refused.
    type Error: From<StoreError> + Send + 'static;

    /// Serves the requests: one result each, in order. An inner `Err` is a refusal, which has
    /// written nothing. May be run again from the start, so it changes nothing outside `tx`.
    ///
    /// # Errors
    /// A fault of the store: nothing of the slice is kept.
    fn run(tx: &mut Tx, requests: &mut [Self]) -> Served<Self>;
}

/// What a slice gives: a result per request, or one fault for all.
pub type Served<S> = Result<Vec<Result<<S as Slice>::Done, <S as Slice>::Error>>, StoreError>;

/// How a job's run ended.
#[derive(Debug, Clone)]
pub(crate) enum Ran {
    /// It has its results; some may be refusals.
    Done,
    /// It gave an error: a refusal if it wrote nothing, else a fault.
    Failed,
    /// It panicked, or the slice as a whole failed.
    Fault(StoreError),
}

/// Work that a lane holds without knowing its types.
pub(crate) trait Job: Send {
    fn shop(&self) -> Option<ShopId>;

    /// Jobs of one kind and shop are gathered.
    fn kind(&self) -> Option<TypeId>;

    /// How many requests it holds.
    fn len(&self) -> usize;

    /// Takes over the requests of another job of the same kind.
    fn absorb(&mut self, other: Box<dyn Job>);

    /// Gives up the requests from `at` on, as a job of their own.
    fn split_off(&mut self, at: usize) -> Option<Box<dyn Job>>;

    fn run(&mut self, tx: &mut Tx, part: Range<usize>) -> Ran;

    /// The results of `part` become this fault.
    fn fail(&mut self, part: Range<usize>, fault: &StoreError);

    /// Sends the results out.
    fn answer(self: Box<Self>);

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// Where a result goes.
pub(crate) type Reply<T, E> = oneshot::Sender<Result<T, E>>;

/// What a caller waits on.
pub(crate) type Awaited<T, E> = oneshot::Receiver<Result<T, E>>;

/// One closure.
pub(crate) struct Closure<F, T, E> {
    shop: Option<ShopId>,
    run: F,
    result: Option<Result<T, E>>,
    reply: Reply<T, E>,
}

impl<F, T, E> Closure<F, T, E> {
    pub(crate) const fn new(shop: Option<ShopId>, run: F, reply: Reply<T, E>) -> Self {
        Self {
            shop,
            run,
            result: None,
            reply,
        }
    }
}

impl<F, T, E> Job for Closure<F, T, E>
where
    F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    fn shop(&self) -> Option<ShopId> {
        self.shop
    }

    fn kind(&self) -> Option<TypeId> {
        None
    }

    fn len(&self) -> usize {
        1
    }

    fn absorb(&mut self, _: Box<dyn Job>) {}

    fn split_off(&mut self, _: usize) -> Option<Box<dyn Job>> {
        None
    }

    fn run(&mut self, tx: &mut Tx, _: Range<usize>) -> Ran {
        match catch_unwind(AssertUnwindSafe(|| (self.run)(tx))) {
            Ok(result) => {
                let ran = if result.is_ok() {
                    Ran::Done
                } else {
                    Ran::Failed
                };
                self.result = Some(result);
                ran
            }
            Err(panic) => {
                let fault = StoreError::Panicked(message(&*panic));
                self.result = Some(Err(fault.clone().into()));
                Ran::Fault(fault)
            }
        }
    }

    fn fail(&mut self, _: Range<usize>, fault: &StoreError) {
        self.result = Some(Err(fault.clone().into()));
    }

    fn answer(self: Box<Self>) {
        let result = self
            .result
            .unwrap_or_else(|| Err(StoreError::Closed.into()));
        // A caller that stopped waiting is no concern of the lane's.
        let _ = self.reply.send(result);
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Requests of one kind and shop.
pub(crate) struct Gathered<S: Slice> {
    shop: ShopId,
    requests: Vec<S>,
    results: Vec<Option<Result<S::Done, S::Error>>>,
    replies: Vec<Reply<S::Done, S::Error>>,
}

impl<S: Slice> Gathered<S> {
    pub(crate) fn new(shop: ShopId, request: S, reply: Reply<S::Done, S::Error>) -> Self {
        Self {
            shop,
            requests: vec![request],
            results: vec![None],
            replies: vec![reply],
        }
    }
}

impl<S: Slice> Job for Gathered<S> {
    fn shop(&self) -> Option<ShopId> {
        Some(self.shop)
    }

    fn kind(&self) -> Option<TypeId> {
        Some(TypeId::of::<S>())
    }

    fn len(&self) -> usize {
        self.requests.len()
    }

    fn absorb(&mut self, other: Box<dyn Job>) {
        if let Ok(other) = other.into_any().downcast::<Self>() {
            self.requests.extend(other.requests);
            self.results.extend(other.results);
            self.replies.extend(other.replies);
        }
    }

    fn split_off(&mut self, at: usize) -> Option<Box<dyn Job>> {
        (at > 0 && at < self.requests.len()).then(|| {
            Box::new(Self {
                shop: self.shop,
                requests: self.requests.split_off(at),
                results: self.results.split_off(at),
                replies: self.replies.split_off(at),
            }) as Box<dyn Job>
        })
    }

    fn run(&mut self, tx: &mut Tx, part: Range<usize>) -> Ran {
        let requests = &mut self.requests[part.clone()];
        let wanted = requests.len();
        match catch_unwind(AssertUnwindSafe(|| S::run(tx, requests))) {
            Ok(Ok(results)) if results.len() == wanted => {
                for (place, result) in part.zip(results) {
                    self.results[place] = Some(result);
                }
                Ran::Done
            }
            Ok(Ok(results)) => Ran::Fault(StoreError::Database(format!(
                "a slice of {wanted} requests gave {} results",
                results.len()
            ))),
            Ok(Err(fault)) => Ran::Fault(fault),
            Err(panic) => Ran::Fault(StoreError::Panicked(message(&*panic))),
        }
    }

    fn fail(&mut self, part: Range<usize>, fault: &StoreError) {
        for result in &mut self.results[part] {
            *result = Some(Err(fault.clone().into()));
        }
    }

    fn answer(self: Box<Self>) {
        for (result, reply) in self.results.into_iter().zip(self.replies) {
            let result = result.unwrap_or_else(|| Err(StoreError::Closed.into()));
            let _ = reply.send(result);
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// What a panic said.
pub(crate) fn message(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
