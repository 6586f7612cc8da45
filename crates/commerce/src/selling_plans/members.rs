//! Which products and variants a group is offered with.

use std::collections::BTreeSet;

use store::{StoreError, Tx};
use units::{ProductId, ProductVariantId, SellingPlanGroupId};

use super::check::{PlanError, PlanWhy};
use super::save::{locked, refused};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Products, variants or groups that one call names, at most.
const PER_CALL_MAX: usize = 250;

/// Products and variants.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// The products, with all their variants.
    pub products: Vec<ProductId>,
    /// Variants by themselves.
    pub variants: Vec<ProductVariantId>,
}

impl Resources {
    /// Products alone.
    #[must_use]
    pub fn products(products: Vec<ProductId>) -> Self {
        let variants = Vec::new();
        Self { products, variants }
    }

    /// Variants alone.
    #[must_use]
    pub fn variants(variants: Vec<ProductVariantId>) -> Self {
        let products = Vec::new();
        Self { products, variants }
    }
}

/// What a change to groups is told as.
pub(super) const UPDATED: &[Topic] = &[Topic::SellingPlanGroupsUpdate];

/// Tells of groups.
pub(super) fn tell(
    tx: &mut Tx,
    call: &Call,
    topics: &'static [Topic],
    groups: &[SellingPlanGroupId],
) -> Result<(), StoreError> {
    let event = |id| (call, NewEvent::of(topics, Subject::SellingPlanGroup, id));
    let groups: BTreeSet<_> = groups.iter().copied().collect();
    let told: Vec<_> = groups.into_iter().map(event).collect();
    events::record_many(tx, &told)?;
    Ok(())
}

/// The first products and variants that a group is offered with.
///
/// # Errors
/// `Store` faults only.
pub fn members(
    tx: &mut Tx,
    id: SellingPlanGroupId,
    most: i64,
) -> Result<(Vec<ProductId>, Vec<ProductVariantId>), StoreError> {
    let products = tx.all(
        "SELECT product_id FROM selling_plan_group_products
          WHERE shop_id = $shop AND group_id = $1 ORDER BY product_id LIMIT $2",
        (id, most),
    )?;
    let variants = tx.all(
        "SELECT variant_id FROM selling_plan_group_variants
          WHERE shop_id = $shop AND group_id = $1 ORDER BY variant_id LIMIT $2",
        (id, most),
    )?;
    Ok((products, variants))
}

/// Offers a group with products and variants; those that have it keep it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add(
    tx: &mut Tx,
    call: &Call,
    id: SellingPlanGroupId,
    resources: &Resources,
) -> Result<SellingPlanGroupId, PlanError> {
    locked(tx, id)?;
    check(tx, resources, "")?;
    insert(tx, id, resources)?;
    tell(tx, call, UPDATED, &[id])?;
    Ok(id)
}

/// Offers a group no more with products and variants; those that do not have it are no error.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn remove(
    tx: &mut Tx,
    call: &Call,
    id: SellingPlanGroupId,
    resources: &Resources,
) -> Result<SellingPlanGroupId, PlanError> {
    locked(tx, id)?;
    bounded(resources)?;
    take_out(tx, &[id], resources)?;
    tell(tx, call, UPDATED, &[id])?;
    Ok(id)
}

/// Offers groups with a product or variant.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn join(
    tx: &mut Tx,
    call: &Call,
    groups: &[SellingPlanGroupId],
    resources: &Resources,
) -> Result<(), PlanError> {
    check(tx, resources, "id")?;
    check_groups(tx, groups)?;
    for id in groups {
        insert(tx, *id, resources)?;
    }
    Ok(tell(tx, call, UPDATED, groups)?)
}

/// Offers groups no more with a product or variant.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn leave(
    tx: &mut Tx,
    call: &Call,
    groups: &[SellingPlanGroupId],
    resources: &Resources,
) -> Result<(), PlanError> {
    check(tx, resources, "id")?;
    check_groups(tx, groups)?;
    take_out(tx, groups, resources)?;
    Ok(tell(tx, call, UPDATED, groups)?)
}

fn check_groups(tx: &mut Tx, groups: &[SellingPlanGroupId]) -> Result<(), PlanError> {
    if groups.len() > PER_CALL_MAX {
        return Err(refused(["sellingPlanGroupIds"], PlanWhy::TooMany));
    }
    let wanted: BTreeSet<_> = groups.iter().copied().collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let known: Vec<SellingPlanGroupId> = tx.all(
        "SELECT id FROM selling_plan_groups WHERE shop_id = $shop AND id = ANY($1)",
        (&wanted,),
    )?;
    if known.len() == wanted.len() {
        return Ok(());
    }
    Err(refused(["sellingPlanGroupIds"], PlanWhy::GroupMissing))
}

fn bounded(resources: &Resources) -> Result<(), PlanError> {
    if resources.products.len() > PER_CALL_MAX {
        return Err(refused(["productIds"], PlanWhy::TooMany));
    }
    if resources.variants.len() > PER_CALL_MAX {
        return Err(refused(["productVariantIds"], PlanWhy::TooMany));
    }
    Ok(())
}

/// The refusal of products or variants that are not there. `within` is the input that names them,
/// or the id that is one of them.
pub(super) fn check(tx: &mut Tx, resources: &Resources, within: &str) -> Result<(), PlanError> {
    bounded(resources)?;
    let at = |field: &str| match within {
        "" => vec![field.to_owned()],
        "id" => vec!["id".to_owned()],
        within => vec![within.to_owned(), field.to_owned()],
    };
    let products: BTreeSet<_> = resources.products.iter().map(|id| id.get()).collect();
    if !exist(tx, "products", products)? {
        let why = PlanWhy::ProductMissing;
        return Err(PlanError::Refused(at("productIds"), why));
    }
    let variants: BTreeSet<_> = resources.variants.iter().map(|id| id.get()).collect();
    if !exist(tx, "product_variants", variants)? {
        let why = PlanWhy::VariantMissing;
        return Err(PlanError::Refused(at("productVariantIds"), why));
    }
    Ok(())
}

fn exist(tx: &mut Tx, table: &str, ids: BTreeSet<i64>) -> Result<bool, StoreError> {
    if ids.is_empty() {
        return Ok(true);
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let text = format!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM {table} WHERE shop_id = $shop AND id = ANY($1)"
    );
    let found: i64 = tx.one(&text, (&ids,))?;
    Ok(usize::try_from(found) == Ok(ids.len()))
}

pub(super) fn insert(
    tx: &mut Tx,
    id: SellingPlanGroupId,
    resources: &Resources,
) -> Result<(), StoreError> {
    let products: Vec<_> = resources.products.iter().map(|own| (id, *own)).collect();
    if !products.is_empty() {
        tx.insert_many(
            "INSERT INTO selling_plan_group_products (shop_id, group_id, product_id)
             VALUES ($shop, $1, $2)
             ON CONFLICT (shop_id, group_id, product_id) DO NOTHING",
            &products,
        )?;
    }
    let variants: Vec<_> = resources.variants.iter().map(|own| (id, *own)).collect();
    if !variants.is_empty() {
        tx.insert_many(
            "INSERT INTO selling_plan_group_variants (shop_id, group_id, variant_id)
             VALUES ($shop, $1, $2)
             ON CONFLICT (shop_id, group_id, variant_id) DO NOTHING",
            &variants,
        )?;
    }
    Ok(())
}

fn take_out(
    tx: &mut Tx,
    groups: &[SellingPlanGroupId],
    resources: &Resources,
) -> Result<(), StoreError> {
    if !resources.products.is_empty() {
        tx.execute(
            "DELETE FROM selling_plan_group_products
              WHERE shop_id = $shop AND group_id = ANY($1) AND product_id = ANY($2)",
            (groups, &resources.products),
        )?;
    }
    if !resources.variants.is_empty() {
        tx.execute(
            "DELETE FROM selling_plan_group_variants
              WHERE shop_id = $shop AND group_id = ANY($1) AND variant_id = ANY($2)",
            (groups, &resources.variants),
        )?;
    }
    Ok(())
}
