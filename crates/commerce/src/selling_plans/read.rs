//! Reading groups of selling plans and their plans.

use std::collections::BTreeMap;

use store::page::{Filter, Listing, Page, PageError, Sort, SortKind, Window};
use store::search::{self, Compiled, FieldKind, Table, field};
use store::{Param, Record, StoreError, Tx};
use units::{Currency, ProductId, ProductVariantId, SellingPlanGroupId, SellingPlanId, Timestamp};

use super::{SellingPlan, SellingPlanGroup};
use crate::catalog::{self, Product, ProductSort, StockedVariant, VariantSort};

/// What groups are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupSort {
    /// By id, the order in which they were made.
    #[default]
    Id,
    /// By when they were made.
    CreatedAt,
    /// By name.
    Name,
    /// By when they last changed.
    UpdatedAt,
}

const PLANS: &str =
    "SELECT 1 FROM selling_plans sp WHERE sp.shop_id = $shop AND sp.group_id = g.id";

const TABLE: Table = Table {
    fields: &[
        field("app_id", FieldKind::Exact("g.app_id")),
        field(
            "category",
            FieldKind::Exists(PLANS, &FieldKind::Exact("sp.category")),
        ),
        field("created_at", FieldKind::Time("g.created_at")),
        field("id", FieldKind::Id("g.id")),
        field("name", FieldKind::Words("g.name_key")),
    ],
    default: &[FieldKind::Words("g.name_key")],
};

/// Groups of one product, at most; a shop has no more that make sense to a buyer.
const PER_PRODUCT_MAX: i64 = 250;

/// Reads a query for groups.
#[must_use]
pub fn parse_search(query: &str, now: Timestamp) -> Compiled {
    // No field holds an amount.
    search::compile(query, &TABLE, (Currency::USD, now))
}

/// A page of groups.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn groups_page(
    tx: &mut Tx,
    filter: Filter,
    sort: GroupSort,
    window: &Window<'_>,
) -> Result<Page<SellingPlanGroup>, PageError> {
    const ID: (&str, SortKind) = ("g.id", SortKind::Int);
    const BY_ID: Sort = Sort { columns: &[ID] };
    const BY_CREATED_AT: Sort = Sort {
        columns: &[("g.created_at", SortKind::Int), ID],
    };
    const BY_NAME: Sort = Sort {
        columns: &[("g.name_key", SortKind::Text), ID],
    };
    const BY_UPDATED_AT: Sort = Sort {
        columns: &[("g.updated_at", SortKind::Int), ID],
    };
    let select = format!(
        "SELECT {} FROM selling_plan_groups g WHERE g.shop_id = $shop",
        aliased("g")
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: match sort {
            GroupSort::Id => &BY_ID,
            GroupSort::CreatedAt => &BY_CREATED_AT,
            GroupSort::Name => &BY_NAME,
            GroupSort::UpdatedAt => &BY_UPDATED_AT,
        },
    };
    store::page::page(tx, &listing, window)
}

fn aliased(alias: &str) -> String {
    let columns = SellingPlanGroup::COLUMNS.split(", ");
    let columns: Vec<String> = columns.map(|own| format!("{alias}.{own}")).collect();
    columns.join(", ")
}

/// The groups with those ids, in that order.
///
/// # Errors
/// `Store` faults only.
pub fn groups(
    tx: &mut Tx,
    ids: &[SellingPlanGroupId],
) -> Result<Vec<Option<SellingPlanGroup>>, StoreError> {
    let text = format!(
        "SELECT {} FROM selling_plan_groups WHERE shop_id = $shop AND id = ANY($1)",
        SellingPlanGroup::COLUMNS
    );
    let found: Vec<SellingPlanGroup> = tx.all(&text, (ids,))?;
    let of = |id: &SellingPlanGroupId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(of).collect())
}

/// The plans with those ids, in that order.
///
/// # Errors
/// `Store` faults only.
pub fn plans(tx: &mut Tx, ids: &[SellingPlanId]) -> Result<Vec<Option<SellingPlan>>, StoreError> {
    let text = format!(
        "SELECT {} FROM selling_plans WHERE shop_id = $shop AND id = ANY($1)",
        SellingPlan::COLUMNS
    );
    let found: Vec<SellingPlan> = tx.all(&text, (ids,))?;
    let of = |id: &SellingPlanId| found.iter().find(|own| own.id == *id).cloned();
    Ok(ids.iter().map(of).collect())
}

/// The plans of each group, in order.
///
/// # Errors
/// `Store` faults only.
pub fn plans_of(
    tx: &mut Tx,
    groups: &[SellingPlanGroupId],
) -> Result<Vec<Vec<SellingPlan>>, StoreError> {
    let text = format!(
        "SELECT {} FROM selling_plans
          WHERE shop_id = $shop AND group_id = ANY($1)
          ORDER BY group_id, COALESCE(position, 0), id",
        SellingPlan::COLUMNS
    );
    let mut plans: BTreeMap<SellingPlanGroupId, Vec<SellingPlan>> = BTreeMap::new();
    for plan in tx.all::<SellingPlan>(&text, (groups,))? {
        plans.entry(plan.group_id).or_default().push(plan);
    }
    let of = |id: &SellingPlanGroupId| plans.get(id).cloned().unwrap_or_default();
    Ok(groups.iter().map(of).collect())
}

/// The groups that each variant, given with its product, is offered with: by itself or with its
/// product. Without a variant, those of the product or of any of its variants.
///
/// # Errors
/// `Store` faults only.
pub fn groups_of(
    tx: &mut Tx,
    wanted: &[(ProductId, Option<ProductVariantId>)],
) -> Result<Vec<Vec<SellingPlanGroup>>, StoreError> {
    let mut products: Vec<ProductId> = wanted.iter().map(|(product, _)| *product).collect();
    products.sort_unstable();
    products.dedup();
    let of_products: Vec<(ProductId, SellingPlanGroupId)> = tx.all(
        "SELECT product_id, group_id FROM selling_plan_group_products
          WHERE shop_id = $shop AND product_id = ANY($1)
          ORDER BY product_id, group_id",
        (&products,),
    )?;
    let of_variants: Vec<(ProductId, ProductVariantId, SellingPlanGroupId)> = tx.all(
        "SELECT v.product_id, m.variant_id, m.group_id
           FROM product_variants v
           JOIN selling_plan_group_variants m ON m.shop_id = v.shop_id AND m.variant_id = v.id
          WHERE v.shop_id = $shop AND v.product_id = ANY($1)
          ORDER BY v.product_id, m.group_id",
        (&products,),
    )?;
    let with_products = of_products.iter().map(|(_, group)| *group);
    let with_variants = of_variants.iter().map(|(_, _, group)| *group);
    let mut ids: Vec<SellingPlanGroupId> = with_products.chain(with_variants).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(wanted.iter().map(|_| Vec::new()).collect());
    }
    let found = groups(tx, &ids)?;
    let mut all = Vec::with_capacity(wanted.len());
    for (product, variant) in wanted {
        let own = of_products.iter().filter(|(of, _)| of == product);
        let of_own = of_variants
            .iter()
            .filter(|(of, one, _)| of == product && variant.is_none_or(|variant| variant == *one));
        let mut ids: Vec<SellingPlanGroupId> = own.map(|(_, group)| *group).collect();
        ids.extend(of_own.map(|(_, _, group)| *group));
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(usize::try_from(PER_PRODUCT_MAX).unwrap_or(usize::MAX));
        let groups = found.iter().flatten().filter(|own| ids.contains(&own.id));
        let mut groups: Vec<SellingPlanGroup> = groups.cloned().collect();
        groups.sort_by_key(|own| (own.position.unwrap_or(i64::MAX), own.id));
        all.push(groups);
    }
    Ok(all)
}

/// Whether a group is offered with a product or variant: with the product as a whole, and with the
/// variant by itself.
///
/// # Errors
/// `Store` faults only.
pub fn applies(
    tx: &mut Tx,
    id: SellingPlanGroupId,
    product: Option<ProductId>,
    variant: Option<ProductVariantId>,
) -> Result<bool, StoreError> {
    let found: i64 = tx.one(
        "SELECT CAST((SELECT COUNT(*) FROM selling_plan_group_products
                       WHERE shop_id = $shop AND group_id = $1 AND product_id = $2)
                   + (SELECT COUNT(*) FROM selling_plan_group_variants
                       WHERE shop_id = $shop AND group_id = $1 AND variant_id = $3) AS BIGINT)",
        (
            id,
            product.unwrap_or(ProductId(0)),
            variant.unwrap_or(ProductVariantId(0)),
        ),
    )?;
    Ok(found > 0)
}

/// Which of these groups are offered with which of these variants: by themselves or with their
/// products.
///
/// # Errors
/// `Store` faults only.
pub fn offered(
    tx: &mut Tx,
    groups: &[SellingPlanGroupId],
    variants: &[ProductVariantId],
) -> Result<Vec<(SellingPlanGroupId, ProductVariantId)>, StoreError> {
    tx.all(
        "SELECT m.group_id, v.id
           FROM product_variants v
           JOIN selling_plan_group_products m
             ON m.shop_id = v.shop_id AND m.product_id = v.product_id
          WHERE v.shop_id = $shop AND v.id = ANY($2) AND m.group_id = ANY($1)
          UNION
         SELECT m.group_id, m.variant_id
           FROM selling_plan_group_variants m
          WHERE m.shop_id = $shop AND m.variant_id = ANY($2) AND m.group_id = ANY($1)",
        (groups, variants),
    )
}

fn members(id: SellingPlanGroupId, column: &str, member: &str, table: &str) -> Filter {
    Filter::of(
        format!(
            "{column} IN (SELECT sg.{member} FROM {table} sg
                           WHERE sg.shop_id = $shop AND sg.group_id = $1)"
        ),
        vec![Param::Int(id.get())],
    )
}

fn products(id: SellingPlanGroupId) -> Filter {
    members(id, "p.id", "product_id", "selling_plan_group_products")
}

fn variants(id: SellingPlanGroupId, of: Option<ProductId>) -> Filter {
    let filter = members(id, "v.id", "variant_id", "selling_plan_group_variants");
    match of {
        None => filter,
        Some(product) => filter.and(Filter::of(
            "v.product_id = $1",
            vec![Param::Int(product.get())],
        )),
    }
}

/// A page of the products that a group is offered with.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn products_page(
    tx: &mut Tx,
    id: SellingPlanGroupId,
    window: &Window<'_>,
) -> Result<Page<Product>, PageError> {
    catalog::products_page(tx, products(id), ProductSort::Id, window)
}

/// A page of the variants that a group is offered with by themselves.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn variants_page(
    tx: &mut Tx,
    id: SellingPlanGroupId,
    of: Option<ProductId>,
    window: &Window<'_>,
) -> Result<Page<StockedVariant>, PageError> {
    catalog::variants_page(tx, variants(id, of), VariantSort::Id, window)
}

/// How many products a group is offered with, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn products_count(tx: &mut Tx, id: SellingPlanGroupId, limit: i64) -> Result<i64, StoreError> {
    catalog::products_count(tx, products(id), limit)
}

/// How many variants a group is offered with by themselves, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn variants_count(
    tx: &mut Tx,
    id: SellingPlanGroupId,
    of: Option<ProductId>,
    limit: i64,
) -> Result<i64, StoreError> {
    catalog::variants_count(tx, variants(id, of), limit)
}
