//! The metafields' queries.

use store::{Filter, Listing, Page, PageError, Param, Sort, SortKind, StoreError, Tx, Window};
use units::{AppId, MetafieldId, MetaobjectDefinitionId, MetaobjectId, fold};

use super::access::readable_filter;
use super::{Metafield, Owner, types};

/// As much of a value as is kept to find it by, in characters.
const VALUE_KEY_CHARS: usize = 100;

pub(super) const METAFIELD: &str = "m.id, m.owner_kind, m.owner_id, m.namespace, m.key, m.type, m.value, m.created_at, \
     m.updated_at";

const BY_ID: Sort = Sort {
    columns: &[("m.id", SortKind::Int)],
};

/// The metafields of each owner that an app may read, paged; all of them or those of one namespace.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn page_each(
    tx: &mut Tx,
    owner: Owner,
    ids: &[i64],
    app: AppId,
    namespace: Option<&str>,
    window: &Window<'_>,
) -> Result<Vec<Page<Metafield>>, PageError> {
    let select = format!(
        "SELECT {METAFIELD} FROM metafields m
          WHERE m.shop_id = $shop AND m.owner_kind = '{}' AND m.owner_id = $1",
        owner.as_str()
    );
    let filter = match namespace {
        Some(namespace) => Filter::of(
            "m.namespace = $1",
            vec![Param::Text(namespace.to_owned().into())],
        ),
        None => Filter::none(),
    };
    let listing = Listing {
        select: &select,
        filter: filter.and(readable_filter(app)),
        sort: &BY_ID,
    };
    store::page::page_each(tx, ids, &listing, window)
}

/// All metafields of those owners.
pub(crate) fn all_of(tx: &mut Tx, owner: Owner, ids: &[i64]) -> Result<Vec<Metafield>, StoreError> {
    let text = format!(
        "SELECT {METAFIELD} FROM metafields m
          WHERE m.shop_id = $shop AND m.owner_kind = $1 AND m.owner_id = ANY($2)
          ORDER BY m.id"
    );
    tx.all(&text, (owner, ids))
}

/// The metafields with those ids; those that are not there are left out.
///
/// # Errors
/// `Store` faults only.
pub fn by_id(tx: &mut Tx, ids: &[MetafieldId]) -> Result<Vec<Metafield>, StoreError> {
    let text =
        format!("SELECT {METAFIELD} FROM metafields m WHERE m.shop_id = $shop AND m.id = ANY($1)");
    tx.all(&text, (ids,))
}

/// The owners' metafields with one of those keys, in no particular order.
///
/// # Errors
/// `Store` faults only.
pub fn by_keys(
    tx: &mut Tx,
    owner: Owner,
    ids: &[i64],
    keys: &[&str],
) -> Result<Vec<Metafield>, StoreError> {
    if ids.is_empty() || keys.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT {METAFIELD} FROM metafields m
          WHERE m.shop_id = $shop AND m.owner_kind = $1 AND m.owner_id = ANY($2)
            AND m.key = ANY($3)"
    );
    tx.all(&text, (owner, ids, keys))
}

pub(super) fn upsert(tx: &mut Tx, metafields: &[Metafield]) -> Result<(), StoreError> {
    if metafields.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = metafields
        .iter()
        .map(|m| {
            (
                m.id,
                m.owner,
                m.owner_id,
                &m.namespace,
                &m.key,
                &m.kind,
                &m.value,
                value_key(&m.value),
                m.created_at,
                m.updated_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO metafields (shop_id, id, owner_kind, owner_id, namespace, key, type, value,
             value_key, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (shop_id, owner_kind, owner_id, namespace, key) DO UPDATE
             SET type = excluded.type, value = excluded.value, value_key = excluded.value_key,
                 updated_at = excluded.updated_at",
        &rows,
    )?;
    refer(tx, metafields)
}

/// The beginning of a value, folded: what values are found and compared by.
pub(crate) fn value_key(value: &str) -> String {
    let beginning: String = value.chars().take(VALUE_KEY_CHARS).collect();
    fold(&beginning).chars().take(VALUE_KEY_CHARS).collect()
}

/// Keeps which metaobjects the metafields refer to.
fn refer(tx: &mut Tx, metafields: &[Metafield]) -> Result<(), StoreError> {
    // Most metafields refer to nothing, and never did: their type stays.
    let referring: Vec<&Metafield> = metafields
        .iter()
        .filter(|m| types::may_refer_to_metaobjects(&m.kind))
        .collect();
    if referring.is_empty() {
        return Ok(());
    }
    let ids: Vec<MetafieldId> = referring.iter().map(|m| m.id).collect();
    unrefer(tx, &ids)?;
    let rows: Vec<(MetaobjectId, MetafieldId, &str)> = referring
        .iter()
        .flat_map(|m| {
            let meant = types::metaobjects(&m.kind, &m.value).into_iter();
            meant.map(|id| (id, m.id, m.key.as_str()))
        })
        .collect();
    tx.insert_many(
        "INSERT INTO metaobject_references (shop_id, metaobject_id, source_kind, source_id, key)
         VALUES ($shop, $1, 'METAFIELD', $2, $3)",
        &rows,
    )?;
    Ok(())
}

fn unrefer(tx: &mut Tx, ids: &[MetafieldId]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM metaobject_references
          WHERE shop_id = $shop AND source_kind = 'METAFIELD' AND source_id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}

/// The definitions of the metaobjects of some ids.
pub(super) fn definitions_of_metaobjects(
    tx: &mut Tx,
    ids: &[MetaobjectId],
) -> Result<Vec<(MetaobjectId, MetaobjectDefinitionId)>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.all(
        "SELECT id, definition_id FROM metaobjects WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )
}

/// The owners that have a value, by its beginning: whose it is, and the whole value.
pub(super) fn with_value(
    tx: &mut Tx,
    name: (Owner, &str, &str),
    value: &str,
) -> Result<Vec<(i64, String)>, StoreError> {
    let (owner, namespace, key) = name;
    tx.all(
        "SELECT owner_id, value FROM metafields
          WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3
            AND value_key = $4
          LIMIT 250",
        (owner, namespace, key, value_key(value)),
    )
}

/// As [`by_keys`], those alone that a definition shows to storefronts.
///
/// # Errors
/// `Store` faults only.
pub fn shown_by_keys(
    tx: &mut Tx,
    owner: Owner,
    ids: &[i64],
    keys: &[&str],
) -> Result<Vec<Metafield>, StoreError> {
    if ids.is_empty() || keys.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT {METAFIELD}
           FROM metafields m
           JOIN metafield_definitions d
             ON d.shop_id = m.shop_id AND d.owner_kind = m.owner_kind AND d.key = m.key
                AND d.namespace = m.namespace
          WHERE m.shop_id = $shop AND m.owner_kind = $1 AND m.owner_id = ANY($2)
            AND m.key = ANY($3) AND d.storefront_access = 'PUBLIC_READ'"
    );
    tx.all(&text, (owner, ids, keys))
}

pub(super) fn delete(tx: &mut Tx, ids: &[MetafieldId]) -> Result<(), StoreError> {
    unrefer(tx, ids)?;
    tx.execute(
        "DELETE FROM metafields WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}

pub(super) fn delete_of(tx: &mut Tx, owner: Owner, ids: &[i64]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM metaobject_references
          WHERE shop_id = $shop AND source_kind = 'METAFIELD'
            AND source_id IN (SELECT id FROM metafields
                               WHERE shop_id = $shop AND owner_kind = $1 AND owner_id = ANY($2))",
        (owner, ids),
    )?;
    tx.execute(
        "DELETE FROM metafields
          WHERE shop_id = $shop AND owner_kind = $1 AND owner_id = ANY($2)",
        (owner, ids),
    )?;
    Ok(())
}

/// Those of the ids that are there, their rows locked until commit.
pub(super) fn existing_locked(
    tx: &mut Tx,
    owner: Owner,
    ids: &[i64],
) -> Result<Vec<i64>, StoreError> {
    let text = match owner {
        Owner::Product => {
            "SELECT id FROM products WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::ProductVariant => {
            "SELECT id FROM product_variants WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Collection => {
            "SELECT id FROM collections WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Customer => {
            "SELECT id FROM customers WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Order => "SELECT id FROM orders WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        Owner::DraftOrder => {
            "SELECT id FROM draft_orders WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Location => {
            "SELECT id FROM locations
              WHERE shop_id = $shop AND id = ANY($1) AND deleted_at IS NULL ORDER BY id"
        }
        Owner::Shop => "SELECT id FROM shops WHERE id = $shop AND id = ANY($1) ORDER BY id",
        Owner::MediaImage => {
            "SELECT id FROM files WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Page => "SELECT id FROM pages WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        Owner::Blog => "SELECT id FROM blogs WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        Owner::Article => {
            "SELECT id FROM articles WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Market => {
            "SELECT id FROM markets WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Discount => {
            "SELECT id FROM discounts WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::GiftCardTransaction => {
            "SELECT id FROM gift_card_transactions
              WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::SellingPlan => {
            "SELECT id FROM selling_plans WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::AppInstallation => {
            "SELECT installation_id FROM apps
              WHERE shop_id = $shop AND installation_id = ANY($1)
              ORDER BY installation_id"
        }
    };
    tx.all_locked(text, (ids,))
}

/// Dates the owners' change; a variant's is its product's. Gives the ids that an event tells of.
pub(super) fn touch(
    tx: &mut Tx,
    owner: Owner,
    ids: &[i64],
    now: units::Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let text = match owner {
        Owner::Product => {
            "UPDATE products SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)"
        }
        Owner::ProductVariant => {
            "UPDATE product_variants SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)"
        }
        Owner::Collection => {
            "UPDATE collections SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)"
        }
        Owner::Customer => {
            "UPDATE customers SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)"
        }
        Owner::Order => "UPDATE orders SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)",
        Owner::Page => "UPDATE pages SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)",
        Owner::Blog => "UPDATE blogs SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)",
        Owner::Article => {
            "UPDATE articles SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)"
        }
        Owner::DraftOrder => {
            "UPDATE draft_orders SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)"
        }
        Owner::Market => {
            "UPDATE markets SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)"
        }
        Owner::Discount => {
            "UPDATE discounts SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)"
        }
        Owner::Location
        | Owner::Shop
        | Owner::MediaImage
        | Owner::GiftCardTransaction
        | Owner::SellingPlan
        | Owner::AppInstallation => {
            return Ok(Vec::new());
        }
    };
    tx.execute(text, (now, ids))?;
    if owner != Owner::ProductVariant {
        return Ok(ids.to_vec());
    }
    let products: Vec<i64> = tx.all(
        "SELECT DISTINCT product_id FROM product_variants WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    tx.execute(
        "UPDATE products SET updated_at = $1 WHERE shop_id = $shop AND id = ANY($2)",
        (now, &products),
    )?;
    Ok(products)
}
