//! What a list of products can be narrowed by.

use units::ProductId;

/// What a list can be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facet {
    /// Whether products can be bought: how many can, and how many cannot.
    Availability {
        /// Those that can.
        available: i64,
        /// Those that cannot.
        sold_out: i64,
    },
    /// What they cost: each product with its highest price, in minor units of the shop's currency.
    Price(Vec<(ProductId, i64)>),
    /// The merchant's kinds of product.
    ProductTypes(Vec<Choice>),
    /// Who makes or sells them.
    Vendors(Vec<Choice>),
    /// The values of an option.
    Option {
        /// The option: `Size`.
        name: String,
        /// Its values.
        values: Vec<Choice>,
    },
}

/// A choice, and how many products it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is chosen: `Red`.
    pub value: String,
    /// How many products have it.
    pub count: i64,
}

impl Facet {
    /// Whether there is anything to choose.
    pub(super) fn is_of_use(&self) -> bool {
        match self {
            Self::Availability {
                available,
                sold_out,
            } => available + sold_out > 0,
            Self::Price(products) => !products.is_empty(),
            Self::ProductTypes(choices) | Self::Vendors(choices) => !choices.is_empty(),
            Self::Option { values, .. } => !values.is_empty(),
        }
    }
}
