//! The metafields' queries.

use store::{Filter, Listing, Page, PageError, Param, Sort, SortKind, StoreError, Tx, Window};
use units::MetafieldId;

use super::{Metafield, Owner};

const METAFIELD: &str = "m.id, m.owner_kind, m.owner_id, m.namespace, m.key, m.type, m.value, m.created_at, \
     m.updated_at";

const BY_ID: Sort = Sort {
    columns: &[("m.id", SortKind::Int)],
};

/// The metafields of each owner, paged; all of them or those of one namespace.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn page_each(
    tx: &mut Tx,
    owner: Owner,
    ids: &[i64],
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
        filter,
        sort: &BY_ID,
    };
    store::page::page_each(tx, ids, &listing, window)
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
                m.created_at,
                m.updated_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO metafields (shop_id, id, owner_kind, owner_id, namespace, key, type, value,
             created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (shop_id, owner_kind, owner_id, namespace, key) DO UPDATE
             SET type = excluded.type, value = excluded.value, updated_at = excluded.updated_at",
        &rows,
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, ids: &[MetafieldId]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM metafields WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}

pub(super) fn delete_of(tx: &mut Tx, owner: Owner, ids: &[i64]) -> Result<(), StoreError> {
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
        Owner::Location => {
            "SELECT id FROM locations WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Shop => "SELECT id FROM shops WHERE id = $shop AND id = ANY($1) ORDER BY id",
        Owner::MediaImage => {
            "SELECT id FROM media WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
        }
        Owner::Page => "SELECT id FROM pages WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        Owner::Blog => "SELECT id FROM blogs WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        Owner::Article => {
            "SELECT id FROM articles WHERE shop_id = $shop AND id = ANY($1) ORDER BY id"
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
        Owner::Location | Owner::Shop | Owner::MediaImage | Owner::AppInstallation => {
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
