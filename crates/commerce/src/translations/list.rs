//! Lists of what can be translated, and clearing up what is left of resources that are gone.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window, page};
use store::{StoreError, Tx};
use units::Timestamp;

use super::content::{IS_TEXT, Resource};

/// A page of the resources of a kind, by id.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn resources_page(
    tx: &mut Tx,
    kind: Resource,
    window: &Window<'_>,
) -> Result<Page<i64>, PageError> {
    const ID: Sort = Sort {
        columns: &[("x.id", SortKind::Int)],
    };
    let shop = match kind {
        Resource::Shop => "x.id = $shop",
        _ => "x.shop_id = $shop",
    };
    let select = format!("SELECT x.id FROM {} x WHERE {shop}", kind.table());
    let filter = match kind {
        Resource::Metafield => Filter::of(IS_TEXT, Vec::new()),
        _ => Filter::none(),
    };
    let listing = Listing {
        select: &select,
        filter,
        sort: &ID,
    };
    page(tx, &listing, window)
}

/// Takes away translations of resources that are gone, so many of each kind at most; says how many.
///
/// # Errors
/// `Store` faults only.
fn sweep(tx: &mut Tx, limit: i64) -> Result<u64, StoreError> {
    let mut gone = 0;
    for kind in Resource::ALL.iter().filter(|kind| **kind != Resource::Shop) {
        let text = format!(
            "SELECT DISTINCT t.resource_id FROM translations t
              WHERE t.shop_id = $shop AND t.resource_kind = $1
                AND NOT EXISTS (SELECT 1 FROM {} x
                                 WHERE x.shop_id = $shop AND x.id = t.resource_id)
              LIMIT $2",
            kind.table()
        );
        let ids: Vec<i64> = tx.all(&text, (*kind, limit))?;
        if !ids.is_empty() {
            gone += tx.execute(
                "DELETE FROM translations
                  WHERE shop_id = $shop AND resource_kind = $1 AND resource_id = ANY($2)",
                (*kind, ids),
            )?;
        }
    }
    Ok(gone)
}

/// Resources of one kind that one turn clears up after.
const SWEPT_MAX: i64 = 500;

/// Forgets translations of resources that are gone, in turns; says whether there may be more.
///
/// # Errors
/// `Store` faults only.
pub fn forget(tx: &mut Tx, _now: Timestamp) -> Result<bool, StoreError> {
    Ok(sweep(tx, SWEPT_MAX)? > 0)
}
