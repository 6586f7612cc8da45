//! What a slice of new orders is about: the merchandise, as lines snapshot it.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;
use store::{StoreError, Tx};
use units::{InventoryItemId, ProductId, ProductVariantId};

use super::rows::NewLineItem;
use crate::attributes::{Attribute, to_json};
use crate::call::Call;
use crate::carts::bundles::{Bundles, Component};
use crate::carts::{self, Merchandise};
use crate::markets::Terms;

/// The merchandise that a slice names, with the names of its products' options.
#[derive(Debug, Default)]
pub(crate) struct Goods {
    merchandise: HashMap<ProductVariantId, Merchandise>,
    bundles: Bundles,
    options: HashMap<ProductId, Vec<String>>,
}

/// A tax, as lines keep it in JSON.
#[derive(Debug, Serialize)]
pub(crate) struct TaxText<'a> {
    pub(crate) title: &'a str,
    pub(crate) rate_ppm: i64,
    pub(crate) price_minor: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) presentment_minor: Option<i64>,
}

#[derive(Serialize)]
struct OptionText<'a> {
    name: &'a str,
    value: &'a str,
}

impl Goods {
    /// Reads the merchandise and its products' options; without bundles.
    pub(crate) fn load(tx: &mut Tx, variants: Vec<ProductVariantId>) -> Result<Self, StoreError> {
        let merchandise = carts::load_merchandise(tx, variants)?;
        Self::with_options(tx, merchandise, Bundles::default())
    }

    /// Reads the merchandise, what its bundles are made of, and their products' options.
    pub(crate) fn load_whole(
        tx: &mut Tx,
        variants: Vec<ProductVariantId>,
    ) -> Result<Self, StoreError> {
        let (merchandise, bundles) = carts::load_whole(tx, variants)?;
        Self::with_options(tx, merchandise, bundles)
    }

    fn with_options(
        tx: &mut Tx,
        merchandise: HashMap<ProductVariantId, Merchandise>,
        bundles: Bundles,
    ) -> Result<Self, StoreError> {
        let all = merchandise.values().chain(bundles.components());
        let with_options = all.filter(|row| row.own_title().is_some());
        let mut products: Vec<ProductId> = with_options.map(|row| row.product_id).collect();
        products.sort_unstable();
        products.dedup();
        let mut options: HashMap<ProductId, Vec<String>> = HashMap::new();
        if !products.is_empty() {
            let rows: Vec<(ProductId, String)> = tx.all(
                "SELECT product_id, name
                   FROM product_options
                  WHERE shop_id = $shop AND product_id = ANY($1)
                  ORDER BY product_id, position, id",
                (products,),
            )?;
            for (product, name) in rows {
                options.entry(product).or_default().push(name);
            }
        }
        Ok(Self {
            merchandise,
            bundles,
            options,
        })
    }

    /// The goods of a cart's lines at the prices of a market.
    pub(crate) fn in_market(
        &self,
        tx: &mut Tx,
        terms: &Terms,
        variants: impl Iterator<Item = ProductVariantId>,
    ) -> Result<Self, StoreError> {
        let own = variants.filter_map(|id| Some((id, self.get(id)?.clone())));
        let merchandise = carts::market::in_market(tx, terms, own.collect())?;
        let held = |product: &ProductId| merchandise.values().any(|row| row.product_id == *product);
        let options = self.options.iter().filter(|(product, _)| held(product));
        Ok(Self {
            options: options.map(|(id, names)| (*id, names.clone())).collect(),
            bundles: Bundles::default(),
            merchandise,
        })
    }

    /// One piece of merchandise, if there is such a variant.
    pub(crate) fn get(&self, variant: ProductVariantId) -> Option<&Merchandise> {
        self.merchandise.get(&variant)
    }

    /// One piece of merchandise, or one that a bundle is made of.
    pub(crate) fn any(&self, variant: ProductVariantId) -> Option<&Merchandise> {
        self.get(variant)
            .or_else(|| self.bundles.component(variant))
    }

    /// What a variant is made of; empty for one that is no bundle.
    pub(crate) fn components_of(&self, variant: ProductVariantId) -> &[Component] {
        self.bundles.of(variant)
    }

    /// The items whose stock is counted.
    pub(crate) fn counted(&self) -> Vec<InventoryItemId> {
        let all = self.merchandise.values().chain(self.bundles.components());
        let counted = all.filter(|row| row.tracked);
        let mut items: Vec<_> = counted.map(|row| row.inventory_item_id).collect();
        items.sort_unstable();
        items.dedup();
        items
    }

    /// A line that sells some of it; amounts and shares are to be filled in.
    pub(crate) fn line<'a>(
        &'a self,
        call: &Call,
        row: &'a Merchandise,
        quantity: i64,
        attributes: &[Attribute],
    ) -> NewLineItem<'a> {
        let filled = |text: &'a str| (!text.is_empty()).then_some(Cow::Borrowed(text));
        NewLineItem {
            id: call.new_id(),
            product_id: Some(row.product_id),
            variant_id: Some(row.variant_id),
            inventory_item_id: Some(row.inventory_item_id),
            title: Cow::Borrowed(&row.product_title),
            variant_title: row.own_title().map(Cow::Borrowed),
            vendor: filled(&row.vendor),
            sku: filled(&row.sku),
            image_url: row.image_url.as_deref().map(Cow::Borrowed),
            options: self.options_of(row),
            attributes: to_json(attributes),
            quantity,
            price_minor: row.price_minor,
            discount_minor: 0,
            discounts: Vec::new(),
            tax_minor: 0,
            tax_lines: String::new(),
            taxable: row.taxable,
            requires_shipping: row.requires_shipping,
            gift_card: row.gift_card,
            weight_grams: row.weight_grams,
            seen: None,
            selling_plan: None,
            group: None,
            shares: Vec::new(),
            committed: false,
        }
    }

    fn options_of(&self, row: &Merchandise) -> String {
        let names = self
            .options
            .get(&row.product_id)
            .map_or(&[][..], Vec::as_slice);
        let values = [&row.option1, &row.option2, &row.option3];
        let pairs: Vec<OptionText<'_>> = names
            .iter()
            .zip(values)
            .filter_map(|(name, value)| {
                let value = value.as_deref()?;
                Some(OptionText { name, value })
            })
            .collect();
        to_json(&pairs)
    }
}

/// The text of a line's taxes; those of nothing are left out.
pub(crate) fn tax_lines(taxes: &[TaxText<'_>]) -> String {
    to_json(taxes)
}
