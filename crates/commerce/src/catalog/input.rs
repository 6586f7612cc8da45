//! What callers may say about a product: everything left out stays as it is.

use units::{
    CollectionId, LocationId, MediaImageId, ProductOptionId, ProductOptionValueId,
    ProductVariantId, Timestamp, WeightUnit,
};

use super::{InventoryPolicy, ProductStatus, UnitMeasure};
use crate::files::{File, FileKind};
use crate::metafields::NewMetafield;

/// A product, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct ProductInput {
    /// What it is called.
    pub title: Option<String>,
    /// Its part of the address; made of the title when left out.
    pub handle: Option<String>,
    /// The description, in HTML.
    pub description_html: Option<String>,
    /// Who makes or sells it; the shop when left out.
    pub vendor: Option<String>,
    /// The merchant's own kind of product.
    pub product_type: Option<String>,
    /// The category's id or full name.
    pub category: Option<String>,
    /// Whether it is for sale.
    pub status: Option<ProductStatus>,
    /// All of its tags.
    pub tags: Option<Vec<String>>,
    /// The theme's template; `Some(None)` for the usual one.
    pub template_suffix: Option<Option<String>>,
    /// Whether it is a gift card; only when it is made.
    pub gift_card: Option<bool>,
    /// Whether it is sold by selling plans alone.
    pub requires_selling_plan: Option<bool>,
    /// The title for search engines.
    pub seo_title: Option<Option<String>>,
    /// The description for search engines.
    pub seo_description: Option<Option<String>>,
    /// Since when the shop window shows it; `Some(None)` for not at all, as for a new product that
    /// leaves it out.
    pub published_at: Option<Option<Timestamp>>,
    /// Its options, all of them.
    pub options: Option<Vec<OptionInput>>,
    /// Its variants, all of them.
    pub variants: Option<Vec<VariantInput>>,
    /// Its pictures: all of them when a product is set, more of them otherwise.
    pub media: Option<Vec<MediaInput>>,
    /// Whether it stands for others; what does goes on doing so.
    pub combined: bool,
    /// Metafields to set.
    pub metafields: Vec<NewMetafield>,
    /// Whether those are all that it is to have: others go.
    pub only_metafields: bool,
    /// Collections to stand in.
    pub collections_to_join: Vec<CollectionId>,
    /// Collections to leave.
    pub collections_to_leave: Vec<CollectionId>,
    /// The collections to stand in, all of them.
    pub collections: Option<Vec<CollectionId>>,
}

/// An option with its values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptionInput {
    /// An existing option's id.
    pub id: Option<ProductOptionId>,
    /// What it is called.
    pub name: Option<String>,
    /// Its place, from 1; otherwise as listed.
    pub position: Option<i64>,
    /// Its values, in order.
    pub values: Vec<OptionValueInput>,
    /// The metafield whose metaobjects are its values, instead of those above.
    pub linked: Option<LinkedInput>,
}

/// A metafield of the product that lists metaobjects: an option's values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkedInput {
    /// Its namespace.
    pub namespace: String,
    /// Its key.
    pub key: String,
    /// The metaobjects, by their global ids, in order.
    pub values: Vec<String>,
}

/// A value of an option.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptionValueInput {
    /// An existing value's id.
    pub id: Option<ProductOptionValueId>,
    /// What it is called.
    pub name: Option<String>,
    /// The metaobject that it is, by its global id: its name is that one's.
    pub linked: Option<String>,
}

/// The value that a variant has for one option.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VariantOptionInput {
    /// The option's id.
    pub option_id: Option<ProductOptionId>,
    /// Or its name.
    pub option_name: Option<String>,
    /// The value's id.
    pub id: Option<ProductOptionValueId>,
    /// Or its name.
    pub name: Option<String>,
    /// Or the metaobject that it is, by its global id.
    pub linked: Option<String>,
}

/// A variant, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct VariantInput {
    /// An existing variant's id.
    pub id: Option<ProductVariantId>,
    /// Its options' values.
    pub option_values: Vec<VariantOptionInput>,
    /// The price in minor units of the shop's currency.
    pub price_minor: Option<i64>,
    /// The price before a reduction; `Some(None)` for none.
    pub compare_at_minor: Option<Option<i64>>,
    /// EAN, UPC, ISBN.
    pub barcode: Option<String>,
    /// Whether it is taxed.
    pub taxable: Option<bool>,
    /// A code for tax services.
    pub tax_code: Option<String>,
    /// What happens when its stock is gone.
    pub inventory_policy: Option<InventoryPolicy>,
    /// The stocked side of it.
    pub item: ItemInput,
    /// What is available where.
    pub stock: Vec<StockInput>,
    /// A picture that the product has.
    pub media_id: Option<MediaImageId>,
    /// A picture that is added to the product's when it is not there.
    pub media: Option<MediaInput>,
    /// What its price is told by; `Some(None)` for nothing.
    pub unit_measure: Option<Option<UnitMeasure>>,
    /// Whether buyers are shown that price.
    pub show_unit_price: Option<bool>,
    /// Whether it is sold by way of its components alone.
    pub requires_components: Option<bool>,
    /// Metafields to set.
    pub metafields: Vec<NewMetafield>,
    /// Whether those are all that it is to have: others go.
    pub only_metafields: bool,
}

/// The stocked side of a variant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemInput {
    /// The merchant's article number.
    pub sku: Option<String>,
    /// Whether its stock is counted.
    pub tracked: Option<bool>,
    /// Whether it is sent by post.
    pub requires_shipping: Option<bool>,
    /// What it weighs in grams, and the unit that the merchant weighs in.
    pub weight: Option<(i64, WeightUnit)>,
    /// What it costs the merchant, in minor units; `Some(None)` for unknown.
    pub cost_minor: Option<Option<i64>>,
    /// ISO 3166-1 code of where it was made.
    pub country_code_of_origin: Option<Option<String>>,
    /// Province of where it was made.
    pub province_code_of_origin: Option<Option<String>>,
    /// The customs tariff number.
    pub harmonized_system_code: Option<Option<String>>,
    /// Customs tariff numbers of single countries, all of them, by ISO 3166-1 code.
    pub country_codes: Option<Vec<(String, String)>>,
}

/// What is available of a variant at a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockInput {
    /// The location; the shop's primary one when left out.
    pub location: Option<LocationId>,
    /// How many.
    pub available: i64,
}

impl ProductInput {
    /// Sets a metafield, too, unless the input sets it already.
    pub fn give(&mut self, metafield: NewMetafield) {
        let same =
            |own: &NewMetafield| own.key == metafield.key && own.namespace == metafield.namespace;
        if !self.metafields.iter().any(same) {
            self.metafields.push(metafield);
        }
    }
}

impl MediaInput {
    /// The picture at an address.
    #[must_use]
    pub fn at(url: String) -> Self {
        Self {
            url: Some(url),
            ..Self::default()
        }
    }
}

/// A picture, film or model to add or keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaInput {
    /// An existing file's id.
    pub id: Option<MediaImageId>,
    /// Where it is: an address, or an upload's.
    pub url: Option<String>,
    /// What it shows.
    pub alt: Option<String>,
    /// What it is: a picture, unless it is said.
    pub kind: Option<FileKind>,
    /// The file that stands behind it: looked up by the operation, whatever is given here.
    pub file: Option<File>,
}
