//! What the rules of collections look at of products.

use std::collections::BTreeMap;

use store::{StoreError, Tx, record};
use units::{MetafieldDefinitionId, ProductId, ProductVariantId};

use super::rule::{RuleColumn, RuleSet};
use crate::catalog::sheet::Sheet;
use crate::catalog::sql::{self, VARIANT_FROM};
use crate::metafields::{self, Definition, Owner};

/// A product, as rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::catalog) struct Facts {
    pub(in crate::catalog) id: ProductId,
    pub(in crate::catalog) title: String,
    pub(in crate::catalog) product_type: String,
    pub(in crate::catalog) vendor: String,
    pub(in crate::catalog) category: String,
    pub(in crate::catalog) tags: Vec<String>,
    pub(in crate::catalog) variants: Vec<VariantFacts>,
    /// By definition and by the product's or variant's id.
    pub(in crate::catalog) metafields: BTreeMap<(MetafieldDefinitionId, i64), String>,
}

record! {
    /// A variant, as rules see it.
    #[derive(Clone, PartialEq, Eq)]
    pub(in crate::catalog) struct VariantFacts {
        pub(in crate::catalog) id: ProductVariantId,
        pub(in crate::catalog) product_id: ProductId,
        pub(in crate::catalog) title: String,
        pub(in crate::catalog) price_minor: i64,
        pub(in crate::catalog) compare_at_minor: Option<i64>,
        pub(in crate::catalog) weight_grams: i64,
        /// What is available of it, at all locations; zero when no rule asks.
        pub(in crate::catalog) available: i64,
    }
}

/// What the rules of some collections look at: nothing else is read.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::catalog) struct Needs {
    tags: bool,
    pub(in crate::catalog) variants: bool,
    stock: bool,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            id: ProductId(0),
            title: String::new(),
            product_type: String::new(),
            vendor: String::new(),
            category: String::new(),
            tags: Vec::new(),
            variants: Vec::new(),
            metafields: BTreeMap::new(),
        }
    }
}

impl Needs {
    pub(in crate::catalog) fn of<'a>(sets: impl IntoIterator<Item = &'a RuleSet>) -> Self {
        let mut needs = Self::default();
        for column in sets.into_iter().flat_map(RuleSet::columns) {
            match column {
                RuleColumn::Tag => needs.tags = true,
                RuleColumn::VariantInventory => {
                    needs.variants = true;
                    needs.stock = true;
                }
                RuleColumn::IsPriceReduced
                | RuleColumn::VariantCompareAtPrice
                | RuleColumn::VariantMetafield
                | RuleColumn::VariantPrice
                | RuleColumn::VariantTitle
                | RuleColumn::VariantWeight => needs.variants = true,
                RuleColumn::ProductCategory
                | RuleColumn::ProductCategoryWithin
                | RuleColumn::ProductMetafield
                | RuleColumn::Title
                | RuleColumn::Type
                | RuleColumn::Vendor => {}
            }
        }
        needs
    }
}

impl Facts {
    /// What rules may see of a sheet; stock and metafields are not on it.
    pub(in crate::catalog) fn of(sheet: &Sheet) -> Self {
        let product = &sheet.product;
        let variant = |v: &crate::catalog::ProductVariant| VariantFacts {
            id: v.id,
            product_id: v.product_id,
            title: v.title.clone(),
            price_minor: v.price_minor,
            compare_at_minor: v.compare_at_minor,
            weight_grams: v.weight_grams,
            available: 0,
        };
        Self {
            id: product.id,
            title: product.title.clone(),
            product_type: product.product_type.clone(),
            vendor: product.vendor.clone(),
            category: product.category.clone(),
            tags: sheet.tags.clone(),
            variants: sheet.variants.iter().map(variant).collect(),
            metafields: BTreeMap::new(),
        }
    }

    /// Reads what is needed of some products; those that are not there are left out.
    pub(in crate::catalog) fn load(
        tx: &mut Tx,
        ids: &[ProductId],
        needs: Needs,
        definitions: &[Definition],
    ) -> Result<Vec<Self>, StoreError> {
        let rows: Vec<(ProductId, String, String, String, String)> = tx.all(
            "SELECT id, title, product_type, vendor, category FROM products
              WHERE shop_id = $shop AND id = ANY($1)",
            (ids,),
        )?;
        let mut all: BTreeMap<ProductId, Self> = rows
            .into_iter()
            .map(|(id, title, product_type, vendor, category)| {
                let facts = Self {
                    id,
                    title,
                    product_type,
                    vendor,
                    category,
                    ..Self::default()
                };
                (id, facts)
            })
            .collect();
        if needs.tags {
            for (id, tag) in sql::tags_of(tx, ids)? {
                if let Some(facts) = all.get_mut(&id) {
                    facts.tags.push(tag);
                }
            }
        }
        if needs.variants {
            for variant in variants(tx, ids, needs)? {
                if let Some(facts) = all.get_mut(&variant.product_id) {
                    facts.variants.push(variant);
                }
            }
        }
        let mut all: Vec<Self> = all.into_values().collect();
        add_metafields(tx, &mut all, definitions)?;
        Ok(all)
    }
}

fn variants(tx: &mut Tx, ids: &[ProductId], needs: Needs) -> Result<Vec<VariantFacts>, StoreError> {
    let available = if needs.stock {
        "(SELECT CAST(COALESCE(SUM(l.available), 0) AS BIGINT) FROM inventory_levels l
           WHERE l.shop_id = v.shop_id AND l.inventory_item_id = v.inventory_item_id)"
    } else {
        "CAST(0 AS BIGINT)"
    };
    let text = format!(
        "SELECT v.id, v.product_id, v.title, v.price_minor, v.compare_at_minor, i.weight_grams,
                {available}
         {VARIANT_FROM}
          WHERE v.shop_id = $shop AND v.product_id = ANY($1)"
    );
    tx.all(&text, (ids,))
}

fn add_metafields(
    tx: &mut Tx,
    all: &mut [Facts],
    definitions: &[Definition],
) -> Result<(), StoreError> {
    for owner in [Owner::Product, Owner::ProductVariant] {
        let own: Vec<&Definition> = definitions.iter().filter(|d| d.owner == owner).collect();
        if own.is_empty() {
            continue;
        }
        let holders: BTreeMap<i64, usize> = all
            .iter()
            .enumerate()
            .flat_map(|(place, facts)| {
                let ids: Vec<i64> = match owner {
                    Owner::Product => vec![facts.id.get()],
                    _ => facts.variants.iter().map(|v| v.id.get()).collect(),
                };
                ids.into_iter().map(move |id| (id, place))
            })
            .collect();
        let ids: Vec<i64> = holders.keys().copied().collect();
        let keys: Vec<&str> = own.iter().map(|d| d.key.as_str()).collect();
        for metafield in metafields::by_keys(tx, owner, &ids, &keys)? {
            let of = |d: &&&Definition| d.is_for(&metafield);
            let definition = own.iter().find(of).map(|d| d.id);
            let place = holders.get(&metafield.owner_id).copied();
            if let (Some(id), Some(facts)) = (definition, place.and_then(|p| all.get_mut(p))) {
                facts
                    .metafields
                    .insert((id, metafield.owner_id), metafield.value);
            }
        }
    }
    Ok(())
}
