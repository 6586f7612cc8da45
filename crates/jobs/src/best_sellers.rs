//! What sells best: counted a minute after it was sold.

use std::time::Duration;

use commerce::{orders, shops};
use store::StoreError;
use tokio::sync::watch;
use units::ShopId;

use crate::worker::Deps;

/// How often a worker looks for orders to count.
const EVERY: Duration = Duration::from_secs(60);
/// Rounds for one shop; the rest waits for the next time.
const ROUNDS_MAX: usize = 200;

/// Counts, until the worker is stopped.
pub(crate) async fn run(deps: Deps, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(fault) = round(&deps, &stopped).await {
            tracing::error!(%fault, "sales could not be counted");
        }
    }
}

async fn round(deps: &Deps, stopped: &watch::Receiver<bool>) -> Result<(), StoreError> {
    for shop in deps.db.platform_read(shops::all).await?? {
        // Looking costs the writers nothing; only news are written.
        for _ in 0..ROUNDS_MAX {
            if *stopped.borrow()
                || !is_behind(deps, shop.id).await?
                || !count(deps, shop.id).await?
            {
                break;
            }
        }
    }
    Ok(())
}

async fn is_behind(deps: &Deps, shop: ShopId) -> Result<bool, StoreError> {
    let now = deps.clock.now();
    deps.db
        .read(shop, move |tx| orders::sales_are_behind(tx, now))
        .await?
}

async fn count(deps: &Deps, shop: ShopId) -> Result<bool, StoreError> {
    let now = deps.clock.now();
    deps.db
        .write(shop, move |tx| orders::count_sales(tx, now))
        .await
}
