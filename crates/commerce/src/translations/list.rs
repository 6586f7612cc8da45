//! Lists of what can be translated, and clearing up what is left of resources that are gone.

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window, page};
use store::{Param, StoreError, Tx};
use units::{AppId, Timestamp};

use super::content::Resource;
use crate::metafields;

/// A page of the resources of a kind that an app may know of, by id.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn resources_page(
    tx: &mut Tx,
    app: AppId,
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
    let own = match kind {
        Resource::Metafield => metafields::not_foreign(app, "x.namespace"),
        Resource::Metaobject => metafields::not_foreign(app, "x.type"),
        _ => Filter::none(),
    };
    let filter = Filter::of(kind.condition(), Vec::new()).and(own);
    let listing = Listing {
        select: &select,
        filter,
        sort: &ID,
    };
    page(tx, &listing, window)
}

/// Resources below one, at most.
const NESTED_MAX: i64 = 2_500;

/// What hangs on a resource and can be translated by itself, by kind and id: of one kind, or of all.
///
/// # Errors
/// `Store` faults only.
pub fn nested(
    tx: &mut Tx,
    app: AppId,
    (parent, id): (Resource, i64),
    wanted: Option<Resource>,
) -> Result<Vec<(Resource, i64)>, StoreError> {
    let mut found = Vec::new();
    for (kind, condition) in below(parent) {
        if wanted.is_some_and(|wanted| wanted != *kind) {
            continue;
        }
        let own = match kind {
            Resource::Metafield => metafields::not_foreign(app, "x.namespace"),
            _ => Filter::none(),
        };
        let hanging = Filter::of(*condition, vec![Param::Int(id)]);
        let filter = Filter::of(kind.condition(), Vec::new())
            .and(hanging)
            .and(own);
        let mut params = filter.params;
        params.push(Param::Int(NESTED_MAX));
        let text = format!(
            "SELECT x.id FROM {} x WHERE x.shop_id = $shop AND {} ORDER BY x.id LIMIT ${}",
            kind.table(),
            filter.sql,
            params.len()
        );
        let ids: Vec<i64> = tx.all(&text, params)?;
        found.extend(ids.into_iter().map(|id| (*kind, id)));
    }
    Ok(found)
}

/// The kinds that hang on a kind, each with the condition on its rows (`x`).
const fn below(parent: Resource) -> &'static [(Resource, &'static str)] {
    const ITSELF: &str = "x.id = $1";
    match parent {
        Resource::Article => &[
            (Resource::ArticleImage, ITSELF),
            (
                Resource::Metafield,
                "x.owner_kind = 'ARTICLE' AND x.owner_id = $1",
            ),
        ],
        Resource::Blog => &[(
            Resource::Metafield,
            "x.owner_kind = 'BLOG' AND x.owner_id = $1",
        )],
        Resource::Collection => &[
            (Resource::CollectionImage, ITSELF),
            (
                Resource::Metafield,
                "x.owner_kind = 'COLLECTION' AND x.owner_id = $1",
            ),
        ],
        Resource::Menu => &[(Resource::Link, "x.menu_id = $1")],
        Resource::Page => &[(
            Resource::Metafield,
            "x.owner_kind = 'PAGE' AND x.owner_id = $1",
        )],
        Resource::Product => &[
            (
                Resource::MediaImage,
                "x.id IN (SELECT m.id FROM media m
                   WHERE m.shop_id = $shop AND m.product_id = $1)",
            ),
            (
                Resource::Metafield,
                "x.owner_kind = 'PRODUCT' AND x.owner_id = $1",
            ),
            (Resource::ProductOption, "x.product_id = $1"),
            (Resource::ProductOptionValue, "x.product_id = $1"),
        ],
        Resource::ProductOption => &[(Resource::ProductOptionValue, "x.option_id = $1")],
        Resource::SellingPlanGroup => &[(Resource::SellingPlan, "x.group_id = $1")],
        Resource::Shop => &[(
            Resource::Metafield,
            "x.owner_kind = 'SHOP' AND x.owner_id = $1",
        )],
        Resource::ArticleImage
        | Resource::CollectionImage
        | Resource::Link
        | Resource::MediaImage
        | Resource::Metafield
        | Resource::Metaobject
        | Resource::ProductOptionValue
        | Resource::SellingPlan
        | Resource::ShopPolicy => &[],
    }
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
