//! The queries of metafields' definitions.

use store::{StoreError, Tx};
use units::MetafieldDefinitionId;

use super::Owner;
use super::definition::Definition;

pub(super) fn insert_definition(
    tx: &mut Tx,
    own: &Definition,
    name_key: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO metafield_definitions (shop_id, id, owner_kind, namespace, key, name, name_key,
             description, type, validations, admin_access, storefront_access,
             customer_account_access, pinned_position, admin_filterable, unique_values,
             smart_collection, app_id, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
             $18, $19)",
        (
            own.id,
            own.owner,
            &own.namespace,
            &own.key,
            &own.name,
            name_key,
            &own.description,
            &own.kind,
            &own.validations,
            own.admin_access,
            own.storefront_access,
            own.customer_account_access,
            own.pinned_position,
            own.admin_filterable,
            own.unique_values,
            own.smart_collection,
            own.app_id,
            own.created_at,
            own.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn update_definition(
    tx: &mut Tx,
    own: &Definition,
    name_key: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE metafield_definitions
            SET name = $2, name_key = $3, description = $4, validations = $5, admin_access = $6,
                storefront_access = $7, customer_account_access = $8, pinned_position = $9,
                admin_filterable = $10, unique_values = $11, updated_at = $12,
                smart_collection = $13
          WHERE shop_id = $shop AND id = $1",
        (
            own.id,
            &own.name,
            name_key,
            &own.description,
            &own.validations,
            own.admin_access,
            own.storefront_access,
            own.customer_account_access,
            own.pinned_position,
            own.admin_filterable,
            own.unique_values,
            own.updated_at,
            own.smart_collection,
        ),
    )?;
    Ok(())
}

pub(super) fn delete_definition(tx: &mut Tx, id: MetafieldDefinitionId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM metafield_definitions WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(())
}

/// Deletes every metafield of a definition.
pub(super) fn delete_values(tx: &mut Tx, own: &Definition) -> Result<(), StoreError> {
    let name = (own.owner, &own.namespace, &own.key);
    tx.execute(
        "DELETE FROM metaobject_references
          WHERE shop_id = $shop AND source_kind = 'METAFIELD'
            AND source_id IN (SELECT id FROM metafields
                               WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2
                                 AND key = $3)",
        name,
    )?;
    tx.execute(
        "DELETE FROM metafields
          WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3",
        name,
    )?;
    Ok(())
}

/// Whether there are metafields of another type under a definition's name.
pub(super) fn other_kinds(tx: &mut Tx, own: &Definition) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT id FROM metafields
          WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3 AND type <> $4
          LIMIT 1",
        (own.owner, &own.namespace, &own.key, &own.kind),
    )?;
    Ok(found.is_some())
}

/// Whether two metafields of a definition have the same value.
pub(super) fn has_equal_values(tx: &mut Tx, own: &Definition) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM metafields
          WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3
          GROUP BY value_key, value
         HAVING COUNT(*) > 1
          LIMIT 1",
        (own.owner, &own.namespace, &own.key),
    )?;
    Ok(found.is_some())
}

/// How many definitions a kind of resource has: those of an app's namespace, or the merchant's.
pub(super) fn definitions_count(
    tx: &mut Tx,
    owner: Owner,
    app_namespace: Option<&String>,
) -> Result<i64, StoreError> {
    // `app--7--loyalty` and `app--7` are one app's.
    let prefix = app_namespace.and_then(|name| name.split("--").nth(1));
    match prefix {
        Some(app) => tx.one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM metafield_definitions
              WHERE shop_id = $shop AND owner_kind = $1 AND (namespace = $2 OR namespace LIKE $3)",
            (owner, format!("app--{app}"), format!("app--{app}--%")),
        ),
        None => tx.one(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM metafield_definitions
              WHERE shop_id = $shop AND owner_kind = $1 AND namespace NOT LIKE 'app--%'",
            (owner,),
        ),
    }
}

pub(super) fn filterable_count(tx: &mut Tx, owner: Owner) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM metafield_definitions
          WHERE shop_id = $shop AND owner_kind = $1 AND admin_filterable = 1",
        (owner,),
    )
}

/// How many definitions are pinned, and the last place.
pub(super) fn pins(tx: &mut Tx, owner: Owner) -> Result<(i64, i64), StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT), COALESCE(MAX(pinned_position), 0)
           FROM metafield_definitions
          WHERE shop_id = $shop AND owner_kind = $1 AND pinned_position IS NOT NULL",
        (owner,),
    )
}

/// Moves the definitions that are pinned behind one to its place.
pub(super) fn close_gap(tx: &mut Tx, own: &Definition) -> Result<(), StoreError> {
    let Some(position) = own.pinned_position else {
        return Ok(());
    };
    tx.execute(
        "UPDATE metafield_definitions SET pinned_position = pinned_position - 1
          WHERE shop_id = $shop AND owner_kind = $1 AND pinned_position > $2",
        (own.owner, position),
    )?;
    Ok(())
}

/// Whether a rule of a smart collection looks at a definition's values.
pub(super) fn is_condition(tx: &mut Tx, id: MetafieldDefinitionId) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT collection_id FROM collection_rules
          WHERE shop_id = $shop AND definition_id = $1
          LIMIT 1",
        (id,),
    )?;
    Ok(found.is_some())
}

/// How many definitions for a kind of resource rules of smart collections may look at.
pub(super) fn smart_count(tx: &mut Tx, owner: Owner) -> Result<i64, StoreError> {
    tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM metafield_definitions
          WHERE shop_id = $shop AND owner_kind = $1 AND smart_collection = 1",
        (owner,),
    )
}
