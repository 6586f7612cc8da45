//! The metaobjects' queries.

use std::collections::BTreeMap;

use store::page::{Listing, Page, PageError, Sort, SortKind, Window};
use store::{StoreError, Tx};
use units::{AppId, MetaobjectDefinitionId, MetaobjectId, sort_key};

use super::{Definition, Metaobject};
use crate::metafields::{self, value_key};

const DEFINITION: &str = "d.id, d.type, d.name, d.description, d.display_name_key, d.admin_access, \
     d.storefront_access, d.customer_account_access, d.publishable, d.translatable, d.renderable, \
     d.meta_title_key, d.meta_description_key, d.online_store, d.url_handle, d.fields, d.app_id, \
     d.created_at, d.updated_at";

pub(super) const ENTRY: &str = "o.id, o.definition_id, o.type, o.handle, o.display_name, o.status, \
     o.template_suffix, o.app_id, o.created_at, o.updated_at";

/// The definitions with those ids; those that are not there are left out.
///
/// # Errors
/// `Store` faults only.
pub fn definitions(
    tx: &mut Tx,
    ids: &[MetaobjectDefinitionId],
) -> Result<Vec<Definition>, StoreError> {
    let text = format!(
        "SELECT {DEFINITION} FROM metaobject_definitions d WHERE d.shop_id = $shop AND d.id = ANY($1)"
    );
    tx.all(&text, (ids,))
}

/// The definition of a type, as the type is kept.
///
/// # Errors
/// `Store` faults only.
pub fn definition_by_type(tx: &mut Tx, kind: &str) -> Result<Option<Definition>, StoreError> {
    let text = format!(
        "SELECT {DEFINITION} FROM metaobject_definitions d WHERE d.shop_id = $shop AND d.type = $1"
    );
    tx.optional(&text, (kind,))
}

/// A window of the definitions that an app may know of.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn definitions_page(
    tx: &mut Tx,
    app: AppId,
    window: &Window<'_>,
) -> Result<Page<Definition>, PageError> {
    const BY_ID: Sort = Sort {
        columns: &[("d.id", SortKind::Int)],
    };
    let select =
        format!("SELECT {DEFINITION} FROM metaobject_definitions d WHERE d.shop_id = $shop");
    let listing = Listing {
        select: &select,
        filter: metafields::not_foreign(app, "d.type"),
        sort: &BY_ID,
    };
    store::page::page(tx, &listing, window)
}

pub(super) fn definitions_count(tx: &mut Tx, app: Option<AppId>) -> Result<i64, StoreError> {
    match app {
        Some(app) => tx.one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM metaobject_definitions
              WHERE shop_id = $shop AND app_id = $1 AND type LIKE 'app--%'",
            (app,),
        ),
        None => tx.one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM metaobject_definitions
              WHERE shop_id = $shop AND type NOT LIKE 'app--%'",
            (),
        ),
    }
}

pub(super) fn insert_definition(tx: &mut Tx, own: &Definition) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO metaobject_definitions (shop_id, id, type, name, description, display_name_key,
             admin_access, storefront_access, customer_account_access, publishable, translatable,
             renderable, meta_title_key, meta_description_key, online_store, url_handle, fields,
             app_id, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
             $18, $19)",
        (
            own.id,
            &own.kind,
            &own.name,
            &own.description,
            &own.display_name_key,
            own.admin_access,
            own.storefront_access,
            own.customer_account_access,
            own.publishable,
            own.translatable,
            own.renderable,
            &own.meta_title_key,
            &own.meta_description_key,
            own.online_store,
            &own.url_handle,
            &own.fields,
            own.app_id,
            own.created_at,
            own.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update_definition(tx: &mut Tx, own: &Definition) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE metaobject_definitions
            SET name = $2, description = $3, display_name_key = $4, admin_access = $5,
                storefront_access = $6, customer_account_access = $7, publishable = $8,
                translatable = $9, renderable = $10, meta_title_key = $11,
                meta_description_key = $12, online_store = $13, url_handle = $14, fields = $15,
                updated_at = $16
          WHERE shop_id = $shop AND id = $1",
        (
            own.id,
            &own.name,
            &own.description,
            &own.display_name_key,
            own.admin_access,
            own.storefront_access,
            own.customer_account_access,
            own.publishable,
            own.translatable,
            own.renderable,
            &own.meta_title_key,
            &own.meta_description_key,
            own.online_store,
            &own.url_handle,
            &own.fields,
            own.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn delete_definition(tx: &mut Tx, id: MetaobjectDefinitionId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM metaobject_definitions WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(())
}

pub(super) fn url_handle_taken(
    tx: &mut Tx,
    own: MetaobjectDefinitionId,
    handle: &str,
) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT id FROM metaobject_definitions
          WHERE shop_id = $shop AND online_store = 1 AND url_handle = $1 AND id <> $2
          LIMIT 1",
        (handle, own),
    )?;
    Ok(found.is_some())
}

pub(super) fn has_drafts(tx: &mut Tx, id: MetaobjectDefinitionId) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT id FROM metaobjects
          WHERE shop_id = $shop AND definition_id = $1 AND status = 'DRAFT'
          LIMIT 1",
        (id,),
    )?;
    Ok(found.is_some())
}

/// Deletes the values of fields that a definition does not have any more.
pub(super) fn delete_values(
    tx: &mut Tx,
    id: MetaobjectDefinitionId,
    keys: &[&str],
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM metaobject_references
          WHERE shop_id = $shop AND source_kind = 'METAOBJECT' AND key = ANY($2)
            AND source_id IN (SELECT id FROM metaobjects
                               WHERE shop_id = $shop AND definition_id = $1)",
        (id, keys),
    )?;
    tx.execute(
        "DELETE FROM metaobject_fields
          WHERE shop_id = $shop AND key = ANY($2)
            AND metaobject_id IN (SELECT id FROM metaobjects
                                   WHERE shop_id = $shop AND definition_id = $1)",
        (id, keys),
    )?;
    Ok(())
}

/// The metaobjects with those ids; those that are not there are left out.
///
/// # Errors
/// `Store` faults only.
pub fn load(tx: &mut Tx, ids: &[MetaobjectId]) -> Result<Vec<Metaobject>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text =
        format!("SELECT {ENTRY} FROM metaobjects o WHERE o.shop_id = $shop AND o.id = ANY($1)");
    tx.all(&text, (ids,))
}

/// The metaobject of a type and handle, as they are kept.
///
/// # Errors
/// `Store` faults only.
pub fn by_handle(tx: &mut Tx, kind: &str, handle: &str) -> Result<Option<Metaobject>, StoreError> {
    let text = format!(
        "SELECT {ENTRY} FROM metaobjects o
          WHERE o.shop_id = $shop AND o.type = $1 AND o.handle = $2"
    );
    tx.optional(&text, (kind, handle))
}

pub(super) fn lock(tx: &mut Tx, id: MetaobjectId) -> Result<Option<Metaobject>, StoreError> {
    let text = format!("SELECT {ENTRY} FROM metaobjects o WHERE o.shop_id = $shop AND o.id = $1");
    tx.optional_locked(&text, (id,))
}

pub(super) fn lock_by_handle(
    tx: &mut Tx,
    kind: &str,
    handle: &str,
) -> Result<Option<Metaobject>, StoreError> {
    let text = format!(
        "SELECT {ENTRY} FROM metaobjects o
          WHERE o.shop_id = $shop AND o.type = $1 AND o.handle = $2"
    );
    tx.optional_locked(&text, (kind, handle))
}

/// The values of each metaobject, by key.
///
/// # Errors
/// `Store` faults only.
pub fn values(tx: &mut Tx, ids: &[MetaobjectId]) -> Result<Vec<Vec<(String, String)>>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(MetaobjectId, String, String)> = tx.all(
        "SELECT metaobject_id, key, value FROM metaobject_fields
          WHERE shop_id = $shop AND metaobject_id = ANY($1)
          ORDER BY metaobject_id, key",
        (ids,),
    )?;
    let mut of: BTreeMap<MetaobjectId, Vec<(String, String)>> = BTreeMap::new();
    for (id, key, value) in rows {
        of.entry(id).or_default().push((key, value));
    }
    Ok(ids
        .iter()
        .map(|id| of.get(id).cloned().unwrap_or_default())
        .collect())
}

/// How many metaobjects each definition has.
///
/// # Errors
/// `Store` faults only.
pub fn counts(tx: &mut Tx, ids: &[MetaobjectDefinitionId]) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(MetaobjectDefinitionId, i64)> = tx.all(
        "SELECT definition_id, CAST(COUNT(*) AS BIGINT) FROM metaobjects
          WHERE shop_id = $shop AND definition_id = ANY($1)
          GROUP BY definition_id",
        (ids,),
    )?;
    let of = |id: &MetaobjectDefinitionId| {
        let found = rows.iter().find(|(own, _)| own == id);
        found.map_or(0, |(_, count)| *count)
    };
    Ok(ids.iter().map(of).collect())
}

/// How many metaobjects a definition has, counted up to `limit`.
pub(super) fn count_of(
    tx: &mut Tx,
    id: MetaobjectDefinitionId,
    limit: i64,
) -> Result<i64, StoreError> {
    // The last one that the limit allows is looked for, so that few are not counted at each call.
    let last: Option<i64> = tx.optional(
        "SELECT id FROM metaobjects WHERE shop_id = $shop AND definition_id = $1
          ORDER BY id LIMIT 1",
        (id,),
    )?;
    if last.is_none() {
        return Ok(0);
    }
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT)
           FROM (SELECT 1 AS one FROM metaobjects
                  WHERE shop_id = $shop AND definition_id = $1 LIMIT $2) AS counted",
        (id, limit),
    )
}

/// Some of a definition's metaobjects, those behind an id.
pub(super) fn entries_after(
    tx: &mut Tx,
    id: MetaobjectDefinitionId,
    after: MetaobjectId,
    limit: usize,
) -> Result<Vec<Metaobject>, StoreError> {
    let text = format!(
        "SELECT {ENTRY} FROM metaobjects o
          WHERE o.shop_id = $shop AND o.definition_id = $1 AND o.id > $2
          ORDER BY o.id LIMIT $3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    tx.all(&text, (id, after, limit))
}

/// The handles of a type that are `base`, or `base` with a number.
pub(super) fn handles_like(tx: &mut Tx, kind: &str, base: &str) -> Result<Vec<String>, StoreError> {
    let numbered = format!("{base}-");
    let end = format!("{base}-:");
    let mut found: Vec<String> = tx.all(
        "SELECT handle FROM metaobjects
          WHERE shop_id = $shop AND type = $1 AND handle >= $2 AND handle < $3
          ORDER BY handle",
        (kind, &numbered, &end),
    )?;
    let exact: Option<String> = tx.optional(
        "SELECT handle FROM metaobjects WHERE shop_id = $shop AND type = $1 AND handle = $2",
        (kind, base),
    )?;
    found.extend(exact);
    Ok(found)
}

pub(super) fn insert(tx: &mut Tx, own: &Metaobject) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO metaobjects (shop_id, id, definition_id, type, handle, display_name,
             display_name_key, status, template_suffix, app_id, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        (
            own.id,
            own.definition_id,
            &own.kind,
            &own.handle,
            &own.display_name,
            sort_key(&own.display_name),
            own.status,
            &own.template_suffix,
            own.app_id,
            own.created_at,
            own.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx, own: &Metaobject) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE metaobjects
            SET handle = $2, display_name = $3, display_name_key = $4, status = $5,
                template_suffix = $6, updated_at = $7
          WHERE shop_id = $shop AND id = $1",
        (
            own.id,
            &own.handle,
            &own.display_name,
            sort_key(&own.display_name),
            own.status,
            &own.template_suffix,
            own.updated_at,
        ),
    )?;
    Ok(())
}

/// Writes what entries are called.
pub(super) fn rename(tx: &mut Tx, entries: &[Metaobject]) -> Result<(), StoreError> {
    let rows: Vec<_> = entries
        .iter()
        .map(|own| (own.id, &own.display_name, sort_key(&own.display_name)))
        .collect();
    if !rows.is_empty() {
        tx.update_many(
            "UPDATE metaobjects SET display_name = $2, display_name_key = $3
              WHERE shop_id = $shop AND id = $1",
            &rows,
        )?;
    }
    Ok(())
}

pub(super) fn replace_values(
    tx: &mut Tx,
    id: MetaobjectId,
    values: &BTreeMap<String, String>,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM metaobject_fields WHERE shop_id = $shop AND metaobject_id = $1",
        (id,),
    )?;
    put_values(tx, id, values)
}

pub(super) fn put_values(
    tx: &mut Tx,
    id: MetaobjectId,
    values: &BTreeMap<String, String>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = values
        .iter()
        .map(|(key, value)| (id, key, value, value_key(value)))
        .collect();
    tx.insert_many(
        "INSERT INTO metaobject_fields (shop_id, metaobject_id, key, value, value_key)
         VALUES ($shop, $1, $2, $3, $4)",
        &rows,
    )?;
    Ok(())
}

pub(super) fn replace_references(
    tx: &mut Tx,
    id: MetaobjectId,
    meant: &[(MetaobjectId, &str)],
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM metaobject_references
          WHERE shop_id = $shop AND source_kind = 'METAOBJECT' AND source_id = $1",
        (id,),
    )?;
    let rows: Vec<_> = meant
        .iter()
        .map(|(target, key)| (*target, id, *key))
        .collect();
    tx.insert_many(
        "INSERT INTO metaobject_references (shop_id, metaobject_id, source_kind, source_id, key)
         VALUES ($shop, $1, 'METAOBJECT', $2, $3)",
        &rows,
    )?;
    Ok(())
}

/// Deletes entries with their values and all references from and to them.
pub(super) fn delete(tx: &mut Tx, ids: &[MetaobjectId]) -> Result<(), StoreError> {
    for text in [
        "DELETE FROM metaobject_fields WHERE shop_id = $shop AND metaobject_id = ANY($1)",
        "DELETE FROM metaobject_references WHERE shop_id = $shop AND metaobject_id = ANY($1)",
        "DELETE FROM metaobject_references
          WHERE shop_id = $shop AND source_kind = 'METAOBJECT' AND source_id = ANY($1)",
        "DELETE FROM metaobjects WHERE shop_id = $shop AND id = ANY($1)",
    ] {
        tx.execute(text, (ids,))?;
    }
    Ok(())
}
