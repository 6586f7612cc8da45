//! A product whole, as changes are worked out on it.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{ProductId, ProductOptionId, Timestamp};

use super::changes::same;
use super::{
    DEFAULT_OPTION, DEFAULT_VALUE, MediaImage, Product, ProductOption, ProductOptionValue,
    ProductStatus, ProductVariant, loads, sql,
};
use crate::call::Call;
use crate::files::File;

/// A product with everything that is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    /// The product.
    pub(super) product: Product,
    /// Its options, in order.
    pub(super) options: Vec<OptionSheet>,
    /// Its variants, in order.
    pub(super) variants: Vec<ProductVariant>,
    /// Its pictures, in order.
    pub(super) media: Vec<MediaImage>,
    /// Files that came with the change.
    pub(super) files: Vec<File>,
    /// Its tags, by name.
    pub(super) tags: Vec<String>,
}

/// An option with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OptionSheet {
    /// The option.
    pub(super) option: ProductOption,
    /// Its values, in order.
    pub(super) values: Vec<ProductOptionValue>,
}

/// Where new rows get their ids and their moment from.
pub(super) struct Birth<'a> {
    pub(super) now: Timestamp,
    pub(super) new_id: &'a dyn Fn() -> i64,
}

impl Birth<'_> {
    pub(super) fn id<T: From<i64>>(&self) -> T {
        T::from((self.new_id)())
    }
}

/// Runs a rule with the call's ids and moment.
pub(super) fn born<R>(call: &Call, rule: impl FnOnce(&Birth<'_>) -> R) -> R {
    rule(&Birth {
        now: call.now,
        new_id: &|| call.new_id(),
    })
}

impl OptionSheet {
    /// The value that is a metaobject, by that one's global id.
    pub(super) fn linked_to(&self, gid: &str) -> Option<&ProductOptionValue> {
        let is_it = |value: &&ProductOptionValue| value.linked_value.as_deref() == Some(gid);
        self.values.iter().find(is_it)
    }

    /// The value of that name, whatever its case.
    pub(super) fn named(&self, name: &str) -> Option<&ProductOptionValue> {
        let exact = self.values.iter().find(|value| value.name == name);
        exact.or_else(|| self.values.iter().find(|value| same(&value.name, name)))
    }
}

impl Sheet {
    /// An empty product, for sale but published nowhere, without options or variants yet.
    pub(super) fn blank(birth: &Birth<'_>) -> Self {
        Self {
            product: Product {
                id: birth.id(),
                title: String::new(),
                handle: String::new(),
                description_html: String::new(),
                vendor: String::new(),
                product_type: String::new(),
                category: String::new(),
                status: ProductStatus::Active,
                template_suffix: None,
                gift_card: false,
                requires_selling_plan: false,
                seo_title: None,
                seo_description: None,
                price_min_minor: 0,
                price_max_minor: 0,
                compare_at_min_minor: None,
                compare_at_max_minor: None,
                variants_count: 0,
                only_default_variant: false,
                published_at: None,
                created_at: birth.now,
                updated_at: birth.now,
            },
            options: Vec::new(),
            variants: Vec::new(),
            media: Vec::new(),
            files: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// The option of that name, whatever its case.
    pub(super) fn option_named(&self, name: &str) -> Option<usize> {
        self.options
            .iter()
            .position(|option| same(&option.option.name, name))
    }

    /// Whether the product has no options of its own.
    pub(super) fn is_default_only(&self) -> bool {
        match &self.options[..] {
            [] => true,
            [only] => {
                only.option.name == DEFAULT_OPTION
                    && self.variants.len() <= 1
                    && only.values.iter().all(|value| value.name == DEFAULT_VALUE)
            }
            _ => false,
        }
    }

    /// Brings everything that follows from the rest up to date: positions, variants' titles,
    /// the price range, the counts.
    pub(super) fn settle(&mut self) {
        for (option, place) in self.options.iter_mut().zip(1..) {
            option.option.position = place;
            for (value, place) in option.values.iter_mut().zip(1..) {
                value.position = place;
            }
        }
        for (variant, place) in self.variants.iter_mut().zip(1..) {
            variant.position = place;
            variant.title = variant.option_values().collect::<Vec<_>>().join(" / ");
        }
        for (media, place) in self.media.iter_mut().zip(1..) {
            media.position = place;
        }
        for variant in &mut self.variants {
            let kept = |id| self.media.iter().any(|media| media.id == id);
            variant.media_id = variant.media_id.filter(|id| kept(*id));
        }
        let prices = || self.variants.iter().map(|variant| variant.price_minor);
        let before = || {
            self.variants
                .iter()
                .filter_map(|variant| variant.compare_at_minor)
        };
        let only_default = self.is_default_only();
        let product = &mut self.product;
        product.price_min_minor = prices().min().unwrap_or(0);
        product.price_max_minor = prices().max().unwrap_or(0);
        product.compare_at_min_minor = before().min();
        product.compare_at_max_minor = before().max();
        product.variants_count = i64::try_from(self.variants.len()).unwrap_or(i64::MAX);
        product.only_default_variant = only_default;
    }

    /// The sheet of one product, its row locked until commit.
    pub(super) fn locked(tx: &mut Tx, id: ProductId) -> Result<Option<Self>, StoreError> {
        Ok(Self::all_locked(tx, &[id])?.pop())
    }

    /// The sheets of those products that exist, by id, their rows locked until commit.
    pub(super) fn all_locked(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<Self>, StoreError> {
        let products = sql::products_locked(tx, ids)?;
        Self::of_products(tx, products)
    }

    /// The sheets of those products that exist, by id, to be read only.
    pub(super) fn all(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<Self>, StoreError> {
        let products = loads::products(tx, ids)?.into_iter().flatten().collect();
        Self::of_products(tx, products)
    }

    fn of_products(tx: &mut Tx, products: Vec<Product>) -> Result<Vec<Self>, StoreError> {
        if products.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
        let mut sheets: BTreeMap<ProductId, Self> = products
            .into_iter()
            .map(|product| {
                let sheet = Self {
                    product,
                    options: Vec::new(),
                    variants: Vec::new(),
                    media: Vec::new(),
                    files: Vec::new(),
                    tags: Vec::new(),
                };
                (sheet.product.id, sheet)
            })
            .collect();
        let mut values: BTreeMap<ProductOptionId, Vec<ProductOptionValue>> = BTreeMap::new();
        for value in sql::option_values_of(tx, &ids)? {
            values.entry(value.option_id).or_default().push(value);
        }
        for option in sql::options_of(tx, &ids)? {
            let values = values.remove(&option.id).unwrap_or_default();
            if let Some(sheet) = sheets.get_mut(&option.product_id) {
                sheet.options.push(OptionSheet { option, values });
            }
        }
        for variant in sql::variants_of(tx, &ids)? {
            if let Some(sheet) = sheets.get_mut(&variant.product_id) {
                sheet.variants.push(variant);
            }
        }
        for media in sql::media_of(tx, &ids)? {
            if let Some(sheet) = sheets.get_mut(&media.product_id) {
                sheet.media.push(media);
            }
        }
        for (product, tag) in sql::tags_of(tx, &ids)? {
            if let Some(sheet) = sheets.get_mut(&product) {
                sheet.tags.push(tag);
            }
        }
        Ok(sheets.into_values().collect())
    }
}
