//! Bundles: variants that are put together of other variants.
//!
//! A bundle's price is its own; what is available of it is what its components leave. Which variant
//! is made of which is one table ([`relate`]); a product that is a bundle as a whole keeps, beside
//! that, how its options follow from those of its components ([`create_bundle`]).

mod combine;
mod make;
mod read;
mod relate;

pub use make::{BundleInput, create_bundle, update_bundle};
pub use read::{
    Component, bundled_in, bundled_variants, bundles, components_of, grouped_by,
    parents_of_products, parents_of_variants,
};
pub use relate::{Calculation, Relation, RelationWhy, relate};

use serde::{Deserialize, Serialize};
use store::StoreError;

use super::errors::CatalogError;

/// Products that a bundle is put together of, at most.
pub const PARTS_MAX: usize = 30;
/// Pieces of one variant in a bundle, at most.
const QUANTITY_MAX: i64 = 2_000;

/// A product that is part of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundlePart {
    /// The product's number.
    pub product: i64,
    /// How many of it; by option when empty and an option says so, else one.
    pub quantity: Option<i64>,
    /// An option of the bundle that says how many.
    pub quantity_option: Option<QuantityOption>,
    /// Which values of its options are offered.
    pub selections: Vec<OptionSelection>,
}

/// An option of a bundle that says how many of a product are in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantityOption {
    /// What it is called.
    pub name: String,
    /// Its values, each with how many it stands for.
    pub values: Vec<(String, i64)>,
}

/// Values of a component's option that a bundle offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionSelection {
    /// The option's number.
    pub option: i64,
    /// What the option is called on the bundle.
    pub name: String,
    /// The values.
    pub values: Vec<String>,
}

/// An option of a bundle that stands for options of several components.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsolidatedOption {
    /// What it is called.
    pub name: String,
    /// Its values, each with what it stands for: numbers of options, and a value of each.
    pub values: Vec<(String, Vec<(i64, String)>)>,
}

/// How a bundle is put together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The products that are part of it.
    pub parts: Vec<BundlePart>,
    /// The options that stand for several.
    pub consolidated: Vec<ConsolidatedOption>,
}

/// Why a bundle is refused.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// No components, or too many.
    #[error("A bundle has between 1 and 30 components")]
    Count,
    /// A component, by its place, that is no product.
    #[error("The component product does not exist")]
    ProductMissing(usize),
    /// A component that is the bundle itself, or a bundle too.
    #[error("A bundle can't be a component of a bundle")]
    Nested(usize),
    /// A component that is a gift card.
    #[error("A gift card can't be a component of a bundle")]
    GiftCard(usize),
    /// A selection of an option that the component does not have.
    #[error("The option does not exist on the component product")]
    OptionMissing(usize),
    /// An option of the component that nothing is selected of.
    #[error("Values of the option '{1}' must be selected")]
    Unselected(usize, String),
    /// A selected value that the option does not have.
    #[error("The option has no value '{1}'")]
    ValueMissing(usize, String),
    /// Not a number of pieces.
    #[error("Quantities go from 1 to 2000")]
    Quantity(usize),
    /// A consolidated option that leaves a selected option without a value.
    #[error("The consolidated option '{0}' must say a selected value of each of its options")]
    Consolidation(String),
    /// More options than a product may have.
    #[error("A bundle has at most 3 options")]
    TooManyOptions,
    /// More combinations than a product may have variants.
    #[error("A bundle has at most 2048 variants")]
    TooManyVariants,
    /// The components have no variants that could be bundled like that.
    #[error("The components have no variants with the selected values")]
    NoVariants,
    /// The product to change is no bundle.
    #[error("The product is not a bundle")]
    NotABundle,
    /// What the catalogue says of the product that it would be.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl From<StoreError> for BundleError {
    fn from(fault: StoreError) -> Self {
        Self::Catalog(CatalogError::Store(fault))
    }
}
