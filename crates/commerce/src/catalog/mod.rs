//! The catalogue: products with options, variants and pictures, and the collections they stand in.
//!
//! Every change of a product goes the same way: its sheet is read whole, a pure rule makes
//! the sheet that is wanted, and one function writes what differs, with everything that
//! follows from it: the price range, the searched words, the stocked items, the event.

mod bundles;
mod changes;
mod collections;
mod columns;
mod combined;
mod create;
mod delete;
mod duplicate;
mod encoded;
mod errors;
mod export;
mod facets;
mod files;
mod filters;

mod import;
mod input;
mod lists;
mod loads;
mod media;
mod members;
mod options;
mod publications;
mod recommendations;
mod relevance;
mod save;
mod scheduled;
mod search;
mod set;
mod shared_texts;
mod sheet;
mod smart;
mod spelling;
mod sql;
mod stock;
mod suggest;
mod taxonomy;
mod terms;
mod unit_price;
mod update;
mod update_item;
mod variant_media;
mod variants;
mod variants_bulk;
mod variants_reorder;
mod walk;

pub mod csv;

pub use bundles::{
    Bundle, BundleError, BundleInput, BundlePart, Calculation, Component, ConsolidatedOption,
    OptionSelection, PARTS_MAX, QuantityOption, Relation, RelationWhy, bundled_in,
    bundled_variants, bundles, components_of, create_bundle, grouped_by, parents_of_products,
    parents_of_variants, relate, update_bundle,
};
pub use collections::{
    Collection, CollectionInput, CollectionSort, Publications, Renamed, create_collection,
    delete_collection, duplicate_collection, update_collection,
};
pub use columns::{
    ListSort, ProductList, Shown, Source, columns_faults, facets, list_count, list_page,
    ranked_page,
};
pub use combined::{
    Chosen, CombinedChange, CombinedChild, CombinedError, change_combined, combined_children,
    combined_listings, combined_parents,
};
pub use create::create;
pub use delete::delete;
pub use duplicate::{Pictures, duplicate};
pub use encoded::encode_variants;
pub use errors::{CatalogError, Refusal, Why};
pub use export::{ExportError, export};
pub use facets::{Choice, Facet};
pub use files::{FileChange, change_files, delete_files};
pub use filters::{FILTER_PARAMETERS_MAX, ListedPrice, MetafieldIs, ProductFilter, narrowed};

pub use import::{Imported, import, import_chunk};
pub use input::{
    ItemInput, LinkedInput, MediaInput, OptionInput, OptionValueInput, ProductInput, StockInput,
    VariantInput, VariantOptionInput,
};
pub use lists::{
    Collected, CollectionProducts, all_media_of, collections_count, collections_of,
    collections_page, media_of, products_count, products_of, products_page, variants_count,
    variants_of, variants_page,
};
pub use loads::{
    OptionWithValues, StockedVariant, UsedValue, available, collection_by_handle, collections,
    collections_with, first_media, first_of_all_media, listed, listed_collections, media,
    media_counts, option_names, options, out_of_stock_variants, product_by_handle, products,
    products_in, tracked_variants, variants, variants_of_items,
};
pub use media::{AddedMedia, MediaChange, add_media, delete_media, reorder_media, update_media};
pub use members::{Placement, add_products, remove_products, reorder_products};
pub use options::{
    DeletionStrategy, OptionChange, OptionWhy, Swatch, VariantStrategy, create_options,
    delete_options, reorder_options, swatches, update_option,
};
pub use publications::{ONLINE_STORE, PublishError, Publishable, Release, release, withdraw};
pub(crate) use recommendations::note_sales;
pub use recommendations::{Intent, RECOMMENDED_MAX, recommendations};
pub use relevance::{Open, RANKED_MAX, Relevance};
pub use scheduled::{tell_collection, tell_product};
pub use search::{
    COLLECTIONS, CollectionOrder, PRODUCTS, ProductSort, ResultSort, STOREFRONT_PRODUCTS, SoldOut,
    VARIANTS, VariantSort,
};
pub use set::{Identifier, set};
pub use shared_texts::{SharedText, shared_texts};
pub use smart::{
    CollectionRule, RULES_MAX, RuleColumn, RuleError, RuleRelation, RulesMatch, delete_metafields,
    rules_of, set_metafields, sort_in_stocked, sweep,
};
pub use spelling::{beginnings, means, meant};
pub use suggest::{SearchedField, predicted, suggestions};
pub use taxonomy::{Among, Category, Place, Taxonomy, TaxonomyError, adopt_taxonomy, taxonomy};
pub use terms::plain_text;
pub use unit_price::{MeasuredType, MeasuredUnit, UnitMeasure};
pub use update::{add_tags, publish, remove_tags, unpublish, update};
pub use update_item::update_item;
pub use variant_media::{MediaWhy, VariantMedia, append_media, detach_media};
pub use variants_bulk::{
    BulkUpdate, Partial, Strategy, create_variants, delete_variants, update_variants,
};
pub use variants_reorder::reorder_variants;
pub use walk::products_found;

use store::{record, text_enum};
use units::{
    InventoryItemId, MediaImageId, ProductId, ProductOptionId, ProductOptionValueId,
    ProductVariantId, Timestamp, WeightUnit,
};

use crate::files::{FileKind, FileStatus};
use crate::inventory::CountryCodes;

/// Options of a product, at most.
pub const OPTIONS_MAX: usize = 3;
/// Variants of a product, at most.
pub const VARIANTS_MAX: usize = 2048;
/// Pictures of a product, at most.
pub const MEDIA_MAX: usize = 250;
/// Variants that one bulk call takes, at most.
pub const BULK_MAX: usize = 2048;
/// The option of a product that has none of its own.
pub const DEFAULT_OPTION: &str = "Title";
/// The only value of that option.
pub const DEFAULT_VALUE: &str = "Default Title";

text_enum! {
    /// Whether a product is for sale.
    pub enum ProductStatus {
        /// For sale where it is published.
        Active = "ACTIVE",
        /// Put away.
        Archived = "ARCHIVED",
        /// Not ready yet.
        Draft = "DRAFT",
        /// For sale to those who know its address, and in no list.
        Unlisted = "UNLISTED",
    }
}

text_enum! {
    /// What happens when a variant's stock is gone.
    pub enum InventoryPolicy {
        /// It cannot be bought.
        Deny = "DENY",
        /// It is sold on.
        Continue = "CONTINUE",
    }
}

record! {
    /// A product. Its price range and counts follow from its variants.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Product {
        /// Id.
        pub id: ProductId,
        /// What it is called.
        pub title: String,
        /// Its part of the address; unique in the shop.
        pub handle: String,
        /// The description, in HTML.
        pub description_html: String,
        /// Who makes or sells it.
        pub vendor: String,
        /// The merchant's own kind of product.
        pub product_type: String,
        /// The category in the standard taxonomy, by its full name; may be empty.
        pub category: String,
        /// Whether it is for sale.
        pub status: ProductStatus,
        /// The theme's template, when it is not the usual one.
        pub template_suffix: Option<String>,
        /// Whether it is a gift card.
        pub gift_card: bool,
        /// Whether it is sold by selling plans alone.
        pub requires_selling_plan: bool,
        /// The title for search engines, when it is another one.
        pub seo_title: Option<String>,
        /// The description for search engines, when it is another one.
        pub seo_description: Option<String>,
        /// The lowest price of a variant, in minor units.
        pub price_min_minor: i64,
        /// The highest price of a variant, in minor units.
        pub price_max_minor: i64,
        /// The lowest price before a reduction, in minor units.
        pub compare_at_min_minor: Option<i64>,
        /// The highest price before a reduction, in minor units.
        pub compare_at_max_minor: Option<i64>,
        /// How many variants it has.
        pub variants_count: i64,
        /// Whether its one variant is the default one, without options.
        pub only_default_variant: bool,
        /// Since when the shop window shows it; not at all when empty.
        pub published_at: Option<Timestamp>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// An option of a product, such as its size.
    #[derive(Clone, PartialEq, Eq)]
    pub struct ProductOption {
        /// Id.
        pub id: ProductOptionId,
        /// The product's.
        pub product_id: ProductId,
        /// Its place among the product's options, from 1.
        pub position: i64,
        /// What it is called.
        pub name: String,
        /// The namespace of the metafield whose metaobjects are its values.
        pub linked_namespace: Option<String>,
        /// The key of that metafield.
        pub linked_key: Option<String>,
    }
}

record! {
    /// A value of an option.
    #[derive(Clone, PartialEq, Eq)]
    pub struct ProductOptionValue {
        /// Id.
        pub id: ProductOptionValueId,
        /// The product's.
        pub product_id: ProductId,
        /// The option's.
        pub option_id: ProductOptionId,
        /// Its place among the option's values, from 1.
        pub position: i64,
        /// What it is called.
        pub name: String,
        /// The metaobject that it is, by its global id.
        pub linked_value: Option<String>,
    }
}

record! {
    /// A variant with its stocked item: what is bought.
    #[derive(Clone, PartialEq, Eq)]
    pub struct ProductVariant {
        /// Id.
        pub id: ProductVariantId,
        /// The product's.
        pub product_id: ProductId,
        /// Its place among the product's variants, from 1.
        pub position: i64,
        /// Its options' values in one line.
        pub title: String,
        /// The first option's value.
        pub option1: Option<String>,
        /// The second option's value.
        pub option2: Option<String>,
        /// The third option's value.
        pub option3: Option<String>,
        /// The merchant's article number; may be empty.
        pub sku: String,
        /// EAN, UPC, ISBN; may be empty.
        pub barcode: String,
        /// The price in minor units.
        pub price_minor: i64,
        /// The price before a reduction, in minor units.
        pub compare_at_minor: Option<i64>,
        /// Whether it is taxed.
        pub taxable: bool,
        /// A code for tax services; may be empty.
        pub tax_code: String,
        /// What happens when its stock is gone.
        pub inventory_policy: InventoryPolicy,
        /// The stocked item's id.
        pub inventory_item_id: InventoryItemId,
        /// Its own picture among the product's.
        pub media_id: Option<MediaImageId>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// Whether its stock is counted.
        pub tracked: bool,
        /// Whether it is sent by post.
        pub requires_shipping: bool,
        /// What it weighs, in grams.
        pub weight_grams: i64,
        /// The unit that the merchant weighs it in.
        pub weight_unit: WeightUnit,
        /// What it costs the merchant, in minor units.
        pub cost_minor: Option<i64>,
        /// ISO 3166-1 code of where it was made.
        pub country_code_of_origin: Option<String>,
        /// Province of where it was made.
        pub province_code_of_origin: Option<String>,
        /// The customs tariff number.
        pub harmonized_system_code: Option<String>,
        /// How much is sold, in millionths of its unit, when its price is told by a measure.
        pub unit_quantity_micros: Option<i64>,
        /// In what unit.
        pub unit_quantity_unit: Option<MeasuredUnit>,
        /// How much the price is told for.
        pub unit_reference_value: Option<i64>,
        /// In what unit.
        pub unit_reference_unit: Option<MeasuredUnit>,
        /// Whether buyers are shown that price.
        pub show_unit_price: bool,
        /// Customs tariff numbers of single countries.
        pub country_codes: CountryCodes,
        /// Whether it is a bundle: sold by way of its components alone.
        pub requires_components: bool,
    }
}

record! {
    /// A medium of a product: a picture in most cases, a film or a model. It has the id of the
    /// file that it shows, and what lists need of it.
    #[derive(Clone, PartialEq, Eq)]
    pub struct MediaImage {
        /// Id.
        pub id: MediaImageId,
        /// The product's.
        pub product_id: ProductId,
        /// Its place among the product's media, from 1.
        pub position: i64,
        /// What it is.
        pub content_type: FileKind,
        /// Whether it can be seen.
        pub status: FileStatus,
        /// Where it is kept: an address, or a path in the shop.
        pub url: String,
        /// What it shows, for those who cannot see it.
        pub alt: String,
        /// Width in pixels, when known.
        pub width: Option<i64>,
        /// Height in pixels, when known.
        pub height: Option<i64>,
        /// When it was added.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

impl ProductVariant {
    /// The values of its options, in order.
    pub fn option_values(&self) -> impl Iterator<Item = &str> {
        [&self.option1, &self.option2, &self.option3]
            .into_iter()
            .filter_map(|value| value.as_deref())
    }

    /// Whether the stocked item of both is the same in all that is kept of it.
    fn is_stocked_like(&self, other: &Self) -> bool {
        let item = |variant: &Self| {
            let sent = (variant.tracked, variant.requires_shipping);
            let weight = (variant.weight_grams, variant.weight_unit);
            (sent, weight, variant.cost_minor)
        };
        let origin = |variant: &Self| {
            [
                Some(variant.sku.clone()),
                variant.country_code_of_origin.clone(),
                variant.province_code_of_origin.clone(),
                variant.harmonized_system_code.clone(),
            ]
        };
        let abroad = self.country_codes == other.country_codes;
        abroad && item(self) == item(other) && origin(self) == origin(other)
    }

    /// Whether the other is the same but for its prices.
    fn is_priced_anew_as(&self, other: &Self) -> bool {
        let as_before = Self {
            price_minor: self.price_minor,
            compare_at_minor: self.compare_at_minor,
            updated_at: self.updated_at,
            ..other.clone()
        };
        as_before == *self
    }

    /// Whether it can be bought, given what is in stock.
    #[must_use]
    pub fn is_available(&self, in_stock: i64) -> bool {
        // A bundle has no stock of its own: what its components leave is counted.
        let counted = self.requires_components
            || (self.tracked && self.inventory_policy == InventoryPolicy::Deny);
        !counted || in_stock > 0
    }
}

impl Product {
    /// Whether buyers who know its address see it at `now`.
    #[must_use]
    pub fn is_visible(&self, now: Timestamp) -> bool {
        is_visible(self.status, self.published_at, now)
    }
}

/// Whether buyers who know its address see a product at `now`: one rule for what is shown and for
/// what can be bought.
#[must_use]
pub fn is_visible(status: ProductStatus, published_at: Option<Timestamp>, now: Timestamp) -> bool {
    matches!(status, ProductStatus::Active | ProductStatus::Unlisted)
        && published_at.is_some_and(|since| since <= now)
}
