//! Lines that were sold together as a bundle.

use std::collections::HashMap;

use store::{Record as _, StoreError, Tx, record};
use units::{LineItemGroupId, OrderId, ProductId, ProductVariantId};

use super::rows::NewOrder;
use crate::attributes::{self, Attribute};

record! {
    /// A bundle as an order remembers it: what it was made of are the order's lines.
    #[derive(Clone, PartialEq, Eq)]
    pub struct LineItemGroup {
        /// Id.
        pub id: LineItemGroupId,
        /// The bundle's product, which may be gone by now.
        pub product_id: ProductId,
        /// The bundle's variant, which may be gone by now.
        pub variant_id: ProductVariantId,
        /// What it was called.
        pub title: String,
        /// Its stock-keeping unit, if it had one.
        pub variant_sku: Option<String>,
        /// How many bundles were bought.
        pub quantity: i64,
        /// In JSON.
        pub(crate) attributes: String,
    }
}

impl LineItemGroup {
    /// What the buyer or an app attached to it. It stands here once, and not on each of the lines.
    #[must_use]
    pub fn attributes(&self) -> Vec<Attribute> {
        attributes::from_json(&self.attributes)
    }
}

/// The groups of orders' lines, one place for each pair; `None` where there is none.
///
/// # Errors
/// `Store` faults only.
pub fn line_item_groups(
    tx: &mut Tx,
    wanted: &[(OrderId, Option<LineItemGroupId>)],
) -> Result<Vec<Option<LineItemGroup>>, StoreError> {
    let grouped = wanted.iter().filter(|(_, group)| group.is_some());
    let mut orders: Vec<OrderId> = grouped.map(|(order, _)| *order).collect();
    if orders.is_empty() {
        return Ok(vec![None; wanted.len()]);
    }
    orders.sort_unstable();
    orders.dedup();
    let text = format!(
        "SELECT {} FROM line_item_groups WHERE shop_id = $shop AND order_id = $1 ORDER BY id",
        LineItemGroup::COLUMNS
    );
    let found: Vec<Vec<LineItemGroup>> = tx.each(&text, &orders, ())?;
    let found: HashMap<LineItemGroupId, LineItemGroup> = found
        .into_iter()
        .flatten()
        .map(|group| (group.id, group))
        .collect();
    let one = |(_, group): &(OrderId, Option<LineItemGroupId>)| found.get(group.as_ref()?).cloned();
    Ok(wanted.iter().map(one).collect())
}

/// Writes which of a slice's lines were sold in bundles; nothing where there are none.
pub(super) fn write(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let lines = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(move |line| (order.id, line)));
    let lines: Vec<_> = lines
        .filter_map(|(order, line)| Some((order, line.id, line.group?)))
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let groups = orders
        .iter()
        .flat_map(|order| order.groups.iter().map(move |group| (order.id, group)));
    let groups: Vec<_> = groups
        .map(|(order, group)| {
            (
                order,
                group.id,
                group.product_id,
                group.variant_id,
                group.title.as_str(),
                group.variant_sku.as_deref(),
                group.quantity,
                group.attributes.as_str(),
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO line_item_groups (shop_id, order_id, id, product_id, variant_id, title,
                                       variant_sku, quantity, attributes)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8)",
        &groups,
    )?;
    tx.update_many(
        "UPDATE line_items SET group_id = $3 WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &lines,
    )?;
    Ok(())
}
