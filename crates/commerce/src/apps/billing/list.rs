//! Finding what apps are paid.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window, page};
use store::{Param, StoreError, Tx};
use units::{
    AppId, AppPurchaseOneTimeId, AppSubscriptionId, AppSubscriptionLineItemId, AppUsageRecordId,
};

use super::{LineItem, Purchase, Subscription, UsageRecord, sql};

/// By when they came; ids rise with time.
const BY_ID: Sort = Sort {
    columns: &[("b.id", SortKind::Int)],
};

fn of(column: &'static str, id: i64) -> Filter {
    Filter::of(column, vec![Param::Int(id)])
}

/// An app's subscriptions that the merchant agreed to and that have not ended.
///
/// # Errors
/// `Store` faults only.
pub fn active(tx: &mut Tx, app: AppId) -> Result<Vec<Subscription>, StoreError> {
    sql::active(tx, app)
}

/// The subscriptions with these ids, in no particular order.
///
/// # Errors
/// `Store` faults only.
pub fn subscriptions(
    tx: &mut Tx,
    ids: &[AppSubscriptionId],
) -> Result<Vec<Subscription>, StoreError> {
    sql::subscriptions(tx, ids)
}

/// A window of an app's subscriptions, whatever became of them.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn subscriptions_page(
    tx: &mut Tx,
    app: AppId,
    window: &Window<'_>,
) -> Result<Page<Subscription>, PageError> {
    let listing = Listing {
        select: sql::SUBSCRIPTIONS,
        filter: of("b.app_id = $1", app.get()),
        sort: &BY_ID,
    };
    page(tx, &listing, window)
}

/// The lines of each subscription, in their order.
///
/// # Errors
/// `Store` faults only.
pub fn line_items(
    tx: &mut Tx,
    ids: &[AppSubscriptionId],
) -> Result<Vec<Vec<LineItem>>, StoreError> {
    sql::lines_of(tx, ids)
}

/// The lines with these ids, in no particular order.
///
/// # Errors
/// `Store` faults only.
pub fn lines(tx: &mut Tx, ids: &[AppSubscriptionLineItemId]) -> Result<Vec<LineItem>, StoreError> {
    sql::lines(tx, ids)
}

/// The uses with these ids, in no particular order.
///
/// # Errors
/// `Store` faults only.
pub fn usage_records(
    tx: &mut Tx,
    ids: &[AppUsageRecordId],
) -> Result<Vec<UsageRecord>, StoreError> {
    sql::usage_records(tx, ids)
}

/// A window of a line's uses.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn usage_records_page(
    tx: &mut Tx,
    line: AppSubscriptionLineItemId,
    window: &Window<'_>,
) -> Result<Page<UsageRecord>, PageError> {
    let listing = Listing {
        select: sql::USAGE_RECORDS,
        filter: of("b.line_item_id = $1", line.get()),
        sort: &BY_ID,
    };
    page(tx, &listing, window)
}

/// The purchases with these ids, in no particular order.
///
/// # Errors
/// `Store` faults only.
pub fn purchases(tx: &mut Tx, ids: &[AppPurchaseOneTimeId]) -> Result<Vec<Purchase>, StoreError> {
    sql::purchases(tx, ids)
}

/// A window of an app's purchases.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn purchases_page(
    tx: &mut Tx,
    app: AppId,
    window: &Window<'_>,
) -> Result<Page<Purchase>, PageError> {
    let listing = Listing {
        select: sql::PURCHASES,
        filter: of("b.app_id = $1", app.get()),
        sort: &BY_ID,
    };
    page(tx, &listing, window)
}
