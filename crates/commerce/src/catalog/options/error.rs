//! Why a change of a product's options is refused.

use super::super::errors::{Refusal, Why};

/// Why a change of options is refused. The texts are for the merchant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionWhy {
    /// No such option of this product.
    #[error("Option does not exist")]
    Missing,
    /// The option is another product's.
    #[error("The option belongs to another product")]
    OfAnotherProduct,
    /// An option without a name.
    #[error("Option name can't be blank")]
    NameMissing,
    /// A name that would part a variant's title in the wrong place.
    #[error("Option name '{0}' is not valid. Leave out ' / '.")]
    NameInvalid(String),
    /// A name beyond the limit.
    #[error("Option name is too long (maximum is 255 characters)")]
    NameTooLong,
    /// The product has an option of that name.
    #[error("Option '{0}' already exists")]
    NameTaken(String),
    /// Two options of one name in the input.
    #[error("Option name '{0}' is used twice")]
    NameTwice(String),
    /// More options than a product may have.
    #[error("A product has at most 3 options")]
    TooMany,
    /// Some options have a position, others do not.
    #[error("Give every option a position, or none of them")]
    PositionMissing,
    /// A position beyond the product's options.
    #[error("The position must be between 1 and {0}")]
    Position(usize),
    /// An option without values.
    #[error("Option '{0}' needs at least one value")]
    ValuesMissing(String),
    /// More values than an option may have.
    #[error("An option has at most 2048 values")]
    TooManyValues,
    /// No such value of this option.
    #[error("Option value does not exist")]
    ValueMissing,
    /// A value without a name.
    #[error("Option value can't be blank")]
    ValueBlank,
    /// A value beyond the limit.
    #[error("Option value is too long (maximum is 255 characters)")]
    ValueTooLong,
    /// The option has a value of that name.
    #[error("Option value '{0}' already exists")]
    ValueTaken(String),
    /// Two values of one name in the input.
    #[error("Option value '{0}' is used twice")]
    ValueTwice(String),
    /// A value is to be changed and deleted at once.
    #[error("An option value cannot be changed and deleted at once")]
    ValueConflict,
    /// Variants have the value.
    #[error("Option value '{0}' has variants. Delete them, or let the variants be managed.")]
    ValueHasVariants(String),
    /// No value would be left.
    #[error("An option needs at least one value")]
    NoValuesLeft,
    /// No variant would be left.
    #[error("A product needs at least one variant")]
    NoVariantsLeft,
    /// More variants than a product may have.
    #[error("The product would have more than 2048 variants")]
    TooManyVariants,
    /// The option can only go with some of the variants.
    #[error("Option '{0}' has more than one value")]
    SeveralValues(String),
    /// Variants would be the same without the options.
    #[error("Variants would be lost. Use another strategy to delete them.")]
    VariantsWouldGo,
    /// No option of that id.
    #[error("Option id '{0}' does not exist")]
    IdUnknown(i64),
    /// No option of that name.
    #[error("Option '{0}' does not exist")]
    NameUnknown(String),
    /// No value of that id.
    #[error("Option value id '{0}' does not exist")]
    ValueIdUnknown(i64),
    /// No value of that name.
    #[error("Option value '{0}' does not exist")]
    ValueUnknown(String),
    /// An order must name all options.
    #[error("Option '{0}' is missing from the order")]
    LeftOut(String),
    /// An order of values must name all of them.
    #[error("Option value '{0}' is missing from the order")]
    ValueLeftOut(String),
    /// Some are named by id, others by name.
    #[error("Name all options and values by id, or all by name")]
    KeysMixed,
    /// No definition of the product's metafields that lists metaobjects is meant.
    #[error("The metafield '{0}.{1}' is not defined for products as a list of metaobjects")]
    LinkedDefinitionMissing(String, String),
    /// Both a metafield and values of the option's own.
    #[error("An option has either a linked metafield or values of its own")]
    LinkedCombined,
    /// A linked option without metaobjects.
    #[error("A linked option needs at least one metafield value")]
    LinkedValuesMissing,
    /// No metaobject that the metafield may name.
    #[error("'{0}' is not a metaobject that the linked metafield can name")]
    LinkedValueInvalid(String),
    /// A value of a linked option that is no metaobject.
    #[error("Values of a linked option are metaobjects. Give linkedMetafieldValue.")]
    LinkedValueNeeded,
    /// A metaobject for an option that is not linked.
    #[error("The option is not linked to a metafield")]
    LinkedValueWithoutOption,
    /// Two options are linked to one metafield.
    #[error("Another option is linked to the metafield '{0}.{1}'")]
    LinkedTwice(String, String),
    /// Named by nothing.
    #[error("Give an id or a name")]
    KeyMissing,
}

/// A refusal at a place of the input.
pub(super) fn refused<const N: usize>(at: [&str; N], why: OptionWhy) -> Refusal {
    Refusal::new(at.map(str::to_owned), Why::Option(why))
}

/// A refusal of the one with that index in a list of the input.
pub(super) fn refused_nth(list: &str, index: usize, why: OptionWhy) -> Refusal {
    refused([list, &index.to_string()], why)
}
