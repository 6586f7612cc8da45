//! Lines that were sold together as a bundle.

use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use units::{LineItemGroupId, ProductId, ProductVariantId};

use super::rows::NewOrder;
use crate::attributes::Attribute;

/// A bundle as an order remembers it: what it was made of are the order's lines. Kept as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineItemGroup {
    id: i64,
    product: i64,
    variant: i64,
    /// What it was called.
    pub title: String,
    /// Its stock-keeping unit, if it had one.
    pub variant_sku: Option<String>,
    /// How many bundles were bought.
    pub quantity: i64,
    /// What the buyer or an app attached to it.
    pub attributes: Vec<Attribute>,
}

impl LineItemGroup {
    /// A group of what a bundle is made of; the rest is to be filled in.
    pub(crate) fn of(id: LineItemGroupId, product: ProductId, variant: ProductVariantId) -> Self {
        Self {
            id: id.get(),
            product: product.get(),
            variant: variant.get(),
            title: String::new(),
            variant_sku: None,
            quantity: 0,
            attributes: Vec::new(),
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> LineItemGroupId {
        LineItemGroupId(self.id)
    }

    /// The bundle's product, which may be gone by now.
    #[must_use]
    pub fn product(&self) -> ProductId {
        ProductId(self.product)
    }

    /// The bundle's variant, which may be gone by now.
    #[must_use]
    pub fn variant(&self) -> ProductVariantId {
        ProductVariantId(self.variant)
    }
}

/// Writes which of a slice's lines were sold in bundles; nothing where there are none.
pub(super) fn write(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let lines = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(move |line| (order.id, line)));
    let rows: Vec<_> = lines
        .filter_map(|(order, line)| Some((order, line.id, line.group.as_ref()?)))
        .map(|(order, line, group)| (order, line, text_of(group)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "UPDATE line_items SET line_group = $3 WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &rows,
    )?;
    Ok(())
}

fn text_of(group: &LineItemGroup) -> String {
    serde_json::to_string(group).expect("plain values have a JSON text")
}
