//! What is forgotten by and by.

use std::time::Duration;

use commerce::customers::accounts;
use commerce::{carts, events, idempotency, mails, shops, staff, translations, webhooks};
use store::{StoreError, Tx};
use tokio::sync::watch;
use units::{ShopId, Timestamp};

use crate::worker::Deps;
use crate::{bulk, file};

/// How often a worker looks for what may be forgotten; first a while after its start.
const EVERY: Duration = Duration::from_secs(3_600);
/// Rounds for one shop and kind; the rest waits for the next time.
const ROUNDS_MAX: usize = 1_000;

/// Forgets some of a kind, and says whether there may be more.
type Forget = fn(&mut Tx, Timestamp) -> Result<bool, StoreError>;

/// What grows by itself, with every visitor, client and sale. Each says how long it is kept.
const KINDS: [Forget; 8] = [
    webhooks::forget,
    idempotency::forget,
    carts::forget,
    mails::forget,
    events::forget,
    staff::forget_sessions,
    accounts::forget,
    translations::forget,
];

/// Forgets, until the worker is stopped.
pub(crate) async fn run(deps: Deps, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(fault) = round(&deps, &stopped).await {
            tracing::error!(%fault, "what is old could not be forgotten");
        }
    }
}

async fn round(deps: &Deps, stopped: &watch::Receiver<bool>) -> Result<(), StoreError> {
    for shop in deps.db.platform_read(shops::all).await?? {
        for kind in KINDS {
            for _ in 0..ROUNDS_MAX {
                if *stopped.borrow() || !forget(deps, shop.id, kind).await? {
                    break;
                }
            }
        }
        for _ in 0..ROUNDS_MAX {
            if *stopped.borrow() || !file::sweep(deps, shop.id).await? {
                break;
            }
        }
        for _ in 0..ROUNDS_MAX {
            if *stopped.borrow() || !bulk::expire(deps, shop.id).await? {
                break;
            }
        }
    }
    Ok(())
}

async fn forget(deps: &Deps, shop: ShopId, kind: Forget) -> Result<bool, StoreError> {
    let now = deps.clock.now();
    deps.db.write(shop, move |tx| kind(tx, now)).await
}

/// Forgets all that may be forgotten now, once: for tests and tools.
///
/// # Errors
/// The store's faults.
pub async fn keep_house(deps: &Deps) -> Result<(), StoreError> {
    let (_running, stopped) = watch::channel(false);
    round(deps, &stopped).await
}
