//! Bundles in carts: what they are made of. A bundle has a price of its own; its stock, its weight and
//! whether it is sent are its components', and so are the lines of the order that it becomes.
//!
//! A bundle is sold where and as long as its own product is: whether what it is made of is active, published
//! or in the buyer's market by itself does not matter. Nothing in the public documentation of bundles asks
//! for that (it names stock alone as what components decide), and merchants keep goods unpublished that
//! they sell in bundles only.

use std::collections::HashMap;

use store::{StoreError, Tx};
use units::ProductVariantId;

use super::merchandise::{Merchandise, by_variant};
use super::sql;
use crate::catalog;
use crate::inventory::Stock;

/// A variant that a bundle is made of.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    /// The variant.
    pub(crate) row: Merchandise,
    /// How many of it are in one bundle.
    pub(crate) quantity: i64,
}

/// What the bundles of a slice are made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bundles {
    made_of: HashMap<ProductVariantId, Vec<Component>>,
    /// In which bundle each component is found, and at which place.
    found_in: HashMap<ProductVariantId, (ProductVariantId, usize)>,
}

impl Bundles {
    /// Reads what the bundles among merchandise are made of; nothing is read where there are none. One
    /// that lacks its components cannot be sold, and is taken out.
    pub(crate) fn read(
        tx: &mut Tx,
        merchandise: &mut HashMap<ProductVariantId, Merchandise>,
    ) -> Result<Self, StoreError> {
        let bundles = merchandise.values().filter(|row| row.bundle);
        let mut ids: Vec<ProductVariantId> = bundles.map(|row| row.variant_id).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        ids.sort_unstable();
        let made_of = catalog::components_of(tx, &ids)?;
        let mut named: Vec<ProductVariantId> =
            made_of.iter().flatten().map(|own| own.variant).collect();
        named.sort_unstable();
        named.dedup();
        let rows = by_variant(sql::merchandise(tx, named)?);
        let mut found = HashMap::new();
        for (id, made_of) in ids.into_iter().zip(made_of) {
            let whole = made_of.iter().map(|own| {
                let row = rows.get(&own.variant).filter(|row| !row.bundle)?.clone();
                let quantity = own.quantity;
                Some(Component { row, quantity })
            });
            let components: Option<Vec<Component>> = whole.collect();
            match (components, merchandise.get_mut(&id)) {
                (Some(components), Some(row)) if !components.is_empty() => {
                    row.be_made_of(&components);
                    found.insert(id, components);
                }
                _ => {
                    merchandise.remove(&id);
                }
            }
        }
        let mut found_in = HashMap::new();
        for (bundle, components) in &found {
            for (at, own) in components.iter().enumerate() {
                found_in.insert(own.row.variant_id, (*bundle, at));
            }
        }
        Ok(Self {
            made_of: found,
            found_in,
        })
    }

    /// A variant that one of the bundles is made of.
    pub(crate) fn component(&self, variant: ProductVariantId) -> Option<&Merchandise> {
        let (bundle, at) = self.found_in.get(&variant)?;
        Some(&self.of(*bundle).get(*at)?.row)
    }

    /// How many lines an order has at least for one of a cart's.
    pub(crate) fn parts_of(&self, variant: ProductVariantId) -> usize {
        self.of(variant).len().max(1)
    }

    /// What a variant is made of; empty for one that is no bundle.
    pub(crate) fn of(&self, variant: ProductVariantId) -> &[Component] {
        self.made_of.get(&variant).map_or(&[], Vec::as_slice)
    }

    /// The variants that any of the bundles is made of.
    pub(crate) fn components(&self) -> impl Iterator<Item = &Merchandise> {
        self.made_of.values().flatten().map(|own| &own.row)
    }
}

impl Merchandise {
    /// The bundle as a whole: it has no stock of its own.
    fn be_made_of(&mut self, components: &[Component]) {
        let weight = |own: &Component| own.row.weight_grams.saturating_mul(own.quantity);
        self.tracked = false;
        self.requires_shipping = components.iter().any(|own| own.row.requires_shipping);
        self.weight_grams = components.iter().map(weight).fold(0, i64::saturating_add);
    }
}

/// How many bundles the stock of its components makes; `None` when none of them is limited.
pub(crate) fn makes(components: &[Component], stock: &Stock) -> Option<i64> {
    let limited = components.iter().filter(|own| own.row.is_limited());
    limited
        .map(|own| stock.sellable(own.row.inventory_item_id) / own.quantity.max(1))
        .min()
}
