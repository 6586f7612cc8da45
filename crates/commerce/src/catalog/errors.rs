//! Why a change of the catalogue is refused.

use std::borrow::Cow;

use store::StoreError;

use super::options::OptionWhy;
use super::smart::RuleError;
use super::variant_media::MediaWhy;

/// A refusal of one or more parts of an input, or the store's fault.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The caller's to fix; nothing was written.
    #[error("{}", first(.0))]
    Refused(Vec<Refusal>),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One refused part of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where in the input: `["variants", "0", "price"]`; empty for the whole.
    pub at: Vec<Cow<'static, str>>,
    /// Why.
    pub why: Why,
}

/// Why a part of an input is refused. The texts are for the merchant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// No such product.
    #[error("Product does not exist")]
    ProductMissing,
    /// No such collection.
    #[error("Collection does not exist")]
    CollectionMissing,
    /// No such variant.
    #[error("Product variant does not exist")]
    VariantMissing,
    /// A variant is named twice.
    #[error("A variant can be named only once")]
    VariantTwice,
    /// A place before the first.
    #[error("Positions are counted from 1")]
    Position,
    /// No such category in the list.
    #[error("Category '{0}' is not in the list of product categories")]
    CategoryMissing(String),
    /// Anything said by the rules of variants' pictures.
    #[error(transparent)]
    Media(MediaWhy),
    /// A measure that no price can be told by.
    #[error("The unit price needs quantities above zero, in units of one kind")]
    Measure,
    /// Anything said by the rules of options.
    #[error(transparent)]
    Option(OptionWhy),
    /// A variant to update was not named.
    #[error("Product variant is missing ID attribute")]
    VariantIdMissing,
    /// A variant to create was given an id.
    #[error("A new variant cannot be given an ID")]
    VariantIdGiven,
    /// The variant is of another product.
    #[error("Variant does not belong to the product")]
    VariantOfAnotherProduct,
    /// A product needs one variant at least.
    #[error("The last variant of a product cannot be deleted")]
    LastVariant,
    /// No such picture of this product.
    #[error("Media does not exist on this product")]
    MediaMissing,
    /// Too many pictures.
    #[error("A product has at most 250 media")]
    TooManyMedia,
    /// No such location.
    #[error("Location does not exist")]
    LocationMissing,
    /// No such option of this product.
    #[error("Option does not exist")]
    OptionMissing,
    /// No such value of this option.
    #[error("Option value does not exist")]
    OptionValueMissing,
    /// A required text is empty.
    #[error("{0} can't be blank")]
    Blank(&'static str),
    /// A text is too long.
    #[error("{0} is too long (maximum is {1} characters)")]
    TooLong(&'static str, usize),
    /// The handle is another product's or collection's.
    #[error("Handle '{0}' already in use. Please provide a new handle.")]
    HandleTaken(String),
    /// A handle without a letter or digit.
    #[error("Handle must contain a letter or a digit")]
    HandleEmpty,
    /// A price below zero.
    #[error("Price must be greater than or equal to 0")]
    NegativePrice,
    /// A weight, cost or quantity below zero or beyond reason.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// A code that is not of the standard.
    #[error("'{0}' is not a country code of ISO 3166-1")]
    Country(String),
    /// Numbers that no customs office reads.
    #[error("Harmonized system codes have 6 to 13 digits, each for one country")]
    CustomsCodes,
    /// An address that is no address.
    #[error("Image URL is invalid")]
    Url,
    /// More tags than a resource may have.
    #[error("A resource has at most 250 tags")]
    TooManyTags,
    /// More options than a product may have.
    #[error("A product has at most 3 options")]
    TooManyOptions,
    /// More variants than a product may have.
    #[error("A product has at most 2048 variants")]
    TooManyVariants,
    /// More values than an option may have.
    #[error("An option has at most 2048 values")]
    TooManyValues,
    /// Two options of one name.
    #[error("Option name '{0}' is used twice")]
    DuplicateOption(String),
    /// Two values of one name in an option.
    #[error("Option value '{0}' is used twice")]
    DuplicateValue(String),
    /// An option without values.
    #[error("Option '{0}' needs at least one value")]
    ValuesMissing(String),
    /// A variant that leaves out an option.
    #[error("You need to add option values for {0}")]
    ValueMissing(String),
    /// More values than options.
    #[error("The variant has values for options that the product does not have")]
    UnknownOptions,
    /// Two variants with the same values.
    #[error("The variant '{0}' already exists. Please change at least one option value.")]
    VariantExists(String),
    /// Variants were given without options to choose them by.
    #[error("Product options are required when variants are given")]
    OptionsInputMissing,
    /// Options were given without the variants that use them.
    #[error("Variants are required when product options are given")]
    VariantsInputMissing,
    /// A gift card stays one, and nothing becomes one.
    #[error("Gift card cannot be changed after the product is created")]
    GiftCardFixed,
    /// Stock of existing variants is set by the inventory's own mutations.
    #[error(
        "Inventory quantities can only be provided during create. To update inventory for existing variants, use inventoryAdjustQuantities."
    )]
    QuantitiesOnUpdate,
    /// Products come to a smart collection by its rules alone.
    #[error("Can't manually add products to a smart collection")]
    SmartJoin,
    /// Products leave a smart collection by its rules alone.
    #[error("Can't manually remove products from a smart collection")]
    SmartLeave,
    /// A collection stays what it is.
    #[error(
        "A collection that is put together by hand cannot be given rules. Create a smart collection instead."
    )]
    RulesOnManual,
    /// The collection's order is not the merchant's.
    #[error("Can't reorder products unless collection is manually sorted")]
    NotOrderedByHand,
    /// A product to move is not in the collection.
    #[error("The product is not in the collection")]
    NotCollected,
    /// Anything said by the rules of smart collections.
    #[error(transparent)]
    Rule(RuleError),
    /// Both or neither of two.
    #[error("{0}")]
    Choice(&'static str),
    /// Anything said by the files' own rules.
    #[error("{0}")]
    File(String),
    /// Anything said by the metafields' own rules.
    #[error("{0}")]
    Metafield(String),
}

impl CatalogError {
    /// A refusal of one part.
    pub fn at<P: Into<Cow<'static, str>>>(path: impl IntoIterator<Item = P>, why: Why) -> Self {
        Self::Refused(vec![Refusal::new(path, why)])
    }
}

impl CatalogError {
    /// The same refusals, all at one place.
    #[must_use]
    pub(super) fn within(self, place: &'static str) -> Self {
        match self {
            Self::Store(fault) => Self::Store(fault),
            Self::Refused(refused) => {
                let at = |refusal: Refusal| Refusal::new([place], refusal.why);
                Self::Refused(refused.into_iter().map(at).collect())
            }
        }
    }
}

impl Refusal {
    /// A refusal at a place of the input.
    pub fn new<P: Into<Cow<'static, str>>>(path: impl IntoIterator<Item = P>, why: Why) -> Self {
        Self {
            at: path.into_iter().map(Into::into).collect(),
            why,
        }
    }

    /// The same refusal, seen from further out.
    #[must_use]
    pub fn within<P: Into<Cow<'static, str>>>(
        mut self,
        path: impl IntoIterator<Item = P, IntoIter: DoubleEndedIterator>,
    ) -> Self {
        for part in path.into_iter().rev() {
            self.at.insert(0, part.into());
        }
        self
    }
}

fn first(refusals: &[Refusal]) -> String {
    refusals
        .first()
        .map(|refusal| refusal.why.to_string())
        .unwrap_or_default()
}
