//! What is sold, as carts and orders see it: a variant with what they take over from its product.

use std::collections::HashMap;

use store::{StoreError, Tx, record};
use units::{InventoryItemId, ProductId, ProductVariantId, Timestamp};

use super::bundles::Bundles;
use super::sql;
use crate::catalog::{self, ProductStatus};
use crate::inventory::Policy;

record! {
    /// A variant as it may be bought now.
    #[derive(Clone)]
    pub struct Merchandise {
        /// The variant.
        pub variant_id: ProductVariantId,
        /// Its product.
        pub product_id: ProductId,
        /// Whether its product is for sale at all.
        pub status: ProductStatus,
        /// Since when the shop shows its product; not at all when empty.
        pub published_at: Option<Timestamp>,
        /// Whether it is a gift card.
        pub gift_card: bool,
        /// Whether it is sold by selling plans alone.
        pub requires_selling_plan: bool,
        /// The product's title.
        pub product_title: String,
        /// The product's vendor.
        pub vendor: String,
        /// The variant's title.
        pub title: String,
        /// Value of the first option.
        pub option1: Option<String>,
        /// Value of the second option.
        pub option2: Option<String>,
        /// Value of the third option.
        pub option3: Option<String>,
        /// Stock-keeping unit; may be empty.
        pub sku: String,
        /// Price in minor units of the shop's currency.
        pub price_minor: i64,
        /// What it used to cost, in minor units.
        pub compare_at_minor: Option<i64>,
        /// Whether it is taxed.
        pub taxable: bool,
        /// What happens when its stock is used up.
        pub policy: Policy,
        /// The stocked side.
        pub inventory_item_id: InventoryItemId,
        /// Whether its stock is counted.
        pub tracked: bool,
        /// Whether it has to be sent.
        pub requires_shipping: bool,
        /// What one weighs.
        pub weight_grams: i64,
        /// Whether it is sold by way of the variants that it is made of.
        pub bundle: bool,
        /// The picture that shows it.
        pub image_url: Option<String>,
    }
}

impl Merchandise {
    /// Whether buyers may buy it at `now`: whenever the catalogue shows its product.
    #[must_use]
    pub fn is_sold(&self, now: Timestamp) -> bool {
        catalog::is_visible(self.status, self.published_at, now)
    }

    /// Whether its stock limits how many can be sold.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.tracked && self.policy == Policy::Deny
    }

    /// The variant's title, unless it is the one that products without options have.
    #[must_use]
    pub fn own_title(&self) -> Option<&str> {
        (self.title != "Default Title").then_some(self.title.as_str())
    }

    /// What it is called in full: `Shirt - Blue / M`.
    #[must_use]
    pub fn full_title(&self) -> String {
        match self.own_title() {
            Some(title) => format!("{} - {title}", self.product_title),
            None => self.product_title.clone(),
        }
    }
}

/// The variants that there are, by id, published or not; without bundles.
///
/// # Errors
/// `Store` faults only.
pub fn load(
    tx: &mut Tx,
    ids: Vec<ProductVariantId>,
) -> Result<HashMap<ProductVariantId, Merchandise>, StoreError> {
    let mut found = read(tx, ids)?;
    found.retain(|_, row| !row.bundle);
    Ok(found)
}

/// The variants that there are, by id, published or not, and what the bundles among them are made of.
pub(crate) fn load_whole(
    tx: &mut Tx,
    ids: Vec<ProductVariantId>,
) -> Result<(HashMap<ProductVariantId, Merchandise>, Bundles), StoreError> {
    let mut found = read(tx, ids)?;
    let bundles = Bundles::read(tx, &mut found)?;
    Ok((found, bundles))
}

fn read(
    tx: &mut Tx,
    mut ids: Vec<ProductVariantId>,
) -> Result<HashMap<ProductVariantId, Merchandise>, StoreError> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(by_variant(sql::merchandise(tx, ids)?))
}

pub(super) fn by_variant(rows: Vec<Merchandise>) -> HashMap<ProductVariantId, Merchandise> {
    rows.into_iter().map(|row| (row.variant_id, row)).collect()
}
