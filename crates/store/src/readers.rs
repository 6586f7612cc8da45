//! Reader threads: each owns a connection and runs reading closures on snapshots.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;
use units::ShopId;

use crate::error::StoreError;
use crate::job::message;
use crate::queue::Queue;
use crate::tx::Tx;

/// A reading closure; gives the transaction back unless it was lost in a panic.
pub(crate) type Reading = Box<dyn FnOnce(Result<Tx, StoreError>) -> Option<Tx> + Send>;

pub(crate) type Readings = Queue<Reading>;

/// What a reader waits on.
pub(crate) type Answer<R> = oneshot::Receiver<Result<R, StoreError>>;

/// Works until the queue is closed and empty. `open` makes a connection, at first and after
/// one was lost.
pub(crate) fn work(queue: &Readings, open: impl Fn() -> Result<Tx, StoreError>) {
    let mut held: Option<Tx> = None;
    while let Some(reading) = queue.pop() {
        let tx = match held.take() {
            Some(tx) => Ok(tx),
            None => open(),
        };
        held = reading(tx);
    }
}

/// Packs a closure that borrows its transaction.
pub(crate) fn borrowed<R: Send + 'static>(
    shop: Option<ShopId>,
    run: impl FnOnce(&mut Tx) -> R + Send + 'static,
) -> (Reading, Answer<R>) {
    let (reply, answer) = oneshot::channel();
    let reading = move |tx: Result<Tx, StoreError>| {
        if reply.is_closed() {
            // Nobody waits any more, and a reading leaves no trace.
            return tx.ok();
        }
        let mut tx = match begun(tx, shop) {
            Ok(tx) => tx,
            Err(error) => {
                let _ = reply.send(Err(error));
                return None;
            }
        };
        let result = catch_unwind(AssertUnwindSafe(|| run(&mut tx)))
            .map_err(|panic| StoreError::Panicked(message(&*panic)));
        let _ = reply.send(result);
        ended(tx)
    };
    (Box::new(reading), answer)
}

/// Packs a closure that owns its transaction while it runs.
pub(crate) fn owned<R: Send + 'static>(
    shop: ShopId,
    run: impl FnOnce(Tx) -> (Tx, R) + Send + 'static,
) -> (Reading, Answer<R>) {
    let (reply, answer) = oneshot::channel();
    let reading = move |tx: Result<Tx, StoreError>| {
        if reply.is_closed() {
            return tx.ok();
        }
        let tx = match begun(tx, Some(shop)) {
            Ok(tx) => tx,
            Err(error) => {
                let _ = reply.send(Err(error));
                return None;
            }
        };
        match catch_unwind(AssertUnwindSafe(|| run(tx))) {
            Ok((tx, result)) => {
                let _ = reply.send(Ok(result));
                ended(tx)
            }
            Err(panic) => {
                let _ = reply.send(Err(StoreError::Panicked(message(&*panic))));
                None
            }
        }
    };
    (Box::new(reading), answer)
}

fn begun(tx: Result<Tx, StoreError>, shop: Option<ShopId>) -> Result<Tx, StoreError> {
    let mut tx = tx?;
    tx.enter(shop);
    tx.begin()?;
    Ok(tx)
}

/// Ends the snapshot; a connection that cannot is let go.
fn ended(mut tx: Tx) -> Option<Tx> {
    tx.rollback().ok().map(|()| tx)
}
