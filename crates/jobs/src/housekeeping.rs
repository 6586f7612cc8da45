//! What is forgotten by and by.

use std::time::Duration;

use commerce::{shops, webhooks};
use store::StoreError;
use tokio::sync::watch;
use units::ShopId;

use crate::bulk;
use crate::worker::Deps;

/// How often a worker looks for what may be forgotten; first a while after its start.
const EVERY: Duration = Duration::from_secs(3_600);
/// Rounds for one shop; the rest waits for the next time.
const ROUNDS_MAX: usize = 1_000;

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
        for _ in 0..ROUNDS_MAX {
            if *stopped.borrow() || !forget(deps, shop.id).await? {
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

async fn forget(deps: &Deps, shop: ShopId) -> Result<bool, StoreError> {
    let now = deps.clock.now();
    deps.db
        .write(shop, move |tx| webhooks::forget(tx, now))
        .await
}
