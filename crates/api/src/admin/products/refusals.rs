//! The catalogue's refusals as user errors, with the codes of each mutation.

use commerce::catalog::{CatalogError, Refusal, Why};
use graphql::Error;

use crate::Registry;
use crate::errors::{UserError, fault, user_error_with_code};

/// Which mutation's codes are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::admin) enum Codes {
    /// `UserError` has none.
    None,
    /// `ProductSetUserErrorCode`
    Set,
    /// `ProductVariantsBulkCreateUserErrorCode`
    Create,
    /// `ProductVariantsBulkUpdateUserErrorCode`
    Update,
    /// `ProductVariantsBulkDeleteUserErrorCode`
    Delete,
}

pub(super) fn register(r: &mut Registry) {
    for name in [
        "ProductSetUserError",
        "ProductVariantsBulkCreateUserError",
        "ProductVariantsBulkUpdateUserError",
        "ProductVariantsBulkDeleteUserError",
    ] {
        user_error_with_code(r, name);
    }
}

/// The refusals of an operation; faults stay errors. `within` is where the mutation keeps the
/// operation's input.
pub(in crate::admin) fn catalog_error(
    error: CatalogError,
    codes: Codes,
    within: &[&str],
) -> Result<Vec<UserError>, Error> {
    match error {
        CatalogError::Store(cause) => Err(fault(cause)),
        CatalogError::Refused(refused) => Ok(refused
            .iter()
            .map(|refusal| user_error(refusal, codes, within))
            .collect()),
    }
}

/// One refusal.
pub(super) fn user_error(refusal: &Refusal, codes: Codes, within: &[&str]) -> UserError {
    let path = within
        .iter()
        .copied()
        .chain(refusal.at.iter().map(|part| &**part));
    let path: Vec<&str> = path.collect();
    UserError::new(&path, code(&refusal.why, codes), &refusal.why)
}

fn code(why: &Why, codes: Codes) -> Option<&'static str> {
    let [set, create, update, delete] = table(why);
    match codes {
        Codes::None => None,
        Codes::Set => Some(set),
        Codes::Create => Some(create),
        Codes::Update => Some(update),
        Codes::Delete => Some(delete),
    }
}

/// The codes for productSet and for creating, updating and deleting variants.
type Row = [&'static str; 4];

/// Deleting variants knows few codes: what else could be wrong is wrong with the product.
const DELETE: &str = "PRODUCT_DOES_NOT_EXIST";
const NOT_OF_PRODUCT: &str = "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT";

const PRODUCT: Row = [DELETE; 4];
const VARIANT: Row = [
    "PRODUCT_VARIANT_DOES_NOT_EXIST",
    "INVALID",
    "PRODUCT_VARIANT_DOES_NOT_EXIST",
    NOT_OF_PRODUCT,
];
const OTHER_PRODUCT: Row = [
    "PRODUCT_VARIANT_DOES_NOT_EXIST",
    "MUST_BE_FOR_THIS_PRODUCT",
    "MUST_BE_FOR_THIS_PRODUCT",
    NOT_OF_PRODUCT,
];
const LAST: Row = [
    "INVALID_INPUT",
    "INVALID",
    "INVALID_INPUT",
    "CANNOT_DELETE_LAST_VARIANT",
];

const fn plain(set: &'static str) -> Row {
    row(set, "INVALID_INPUT", "INVALID_INPUT")
}

const fn row(set: &'static str, create: &'static str, update: &'static str) -> Row {
    [set, create, update, DELETE]
}

const fn table(why: &Why) -> Row {
    const INPUT: &str = "INVALID_INPUT";
    const UNKNOWN: &str = "OPTION_VALUES_FOR_NUMBER_OF_UNKNOWN_OPTIONS";
    const NEED: &str = "NEED_TO_ADD_OPTION_VALUES";
    const NO_OPTION: &str = "OPTION_DOES_NOT_EXIST";
    const NO_VALUE: &str = "OPTION_VALUE_DOES_NOT_EXIST";
    const EXISTS: &str = "VARIANT_ALREADY_EXISTS";
    const NEGATIVE: &str = "NEGATIVE_PRICE_VALUE";
    const NO_LOCATION: &str = "TRACKED_VARIANT_LOCATION_NOT_FOUND";
    const QUANTITIES: &str = "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE";
    match why {
        Why::ProductMissing => PRODUCT,
        Why::VariantMissing => VARIANT,
        Why::Measure => row("INVALID_VARIANT", INPUT, "INVALID_VALUE"),
        Why::VariantTwice | Why::Position | Why::Option(_) | Why::Media(_) => plain(INPUT),
        Why::VariantOfAnotherProduct => OTHER_PRODUCT,
        Why::LastVariant => LAST,
        Why::VariantIdMissing => row(INPUT, INPUT, "PRODUCT_VARIANT_ID_MISSING"),
        Why::VariantIdGiven => row("ID_NOT_ALLOWED", "NO_KEY_ON_CREATE", INPUT),
        Why::LocationMissing => row("NOT_FOUND", NO_LOCATION, INPUT),
        Why::OptionMissing => row(NO_OPTION, INPUT, NO_OPTION),
        Why::OptionValueMissing => row(NO_VALUE, INPUT, NO_VALUE),
        Why::Blank(_) => row("MISSING_FIELD_REQUIRED", INPUT, "BLANK"),
        Why::TooLong(..) => row(INPUT, INPUT, "TOO_LONG"),
        Why::NegativePrice => row("INVALID_VARIANT", NEGATIVE, NEGATIVE),
        Why::OutOfRange(_) => row("INVALID_VARIANT", INPUT, "INVALID_VALUE"),
        Why::ValueMissing(_) => row("OPTION_VALUES_MISSING", NEED, NEED),
        Why::UnknownOptions => row("INVALID_VARIANT", UNKNOWN, UNKNOWN),
        Why::VariantExists(_) => row("INVALID_VARIANT", EXISTS, EXISTS),
        Why::QuantitiesOnUpdate => row(INPUT, INPUT, QUANTITIES),
        Why::HandleTaken(_) => plain("HANDLE_NOT_UNIQUE"),
        Why::TooManyOptions => plain("OPTIONS_OVER_LIMIT"),
        Why::TooManyVariants => plain("VARIANTS_OVER_LIMIT"),
        Why::TooManyValues => plain("OPTION_VALUES_OVER_LIMIT"),
        Why::DuplicateOption(_) => plain("DUPLICATED_OPTION_NAME"),
        Why::DuplicateValue(_) => plain("DUPLICATED_OPTION_VALUE"),
        Why::ValuesMissing(_) => plain("OPTION_VALUES_MISSING"),
        Why::OptionsInputMissing => plain("PRODUCT_OPTIONS_INPUT_MISSING"),
        Why::VariantsInputMissing => plain("VARIANTS_INPUT_MISSING"),
        Why::GiftCardFixed => plain("GIFT_CARD_ATTRIBUTE_CANNOT_BE_CHANGED"),
        Why::Metafield(_) => plain("INVALID_METAFIELD"),
        Why::CollectionMissing | Why::MediaMissing => plain("NOT_FOUND"),
        Why::TooManyMedia
        | Why::HandleEmpty
        | Why::Country(_)
        | Why::CustomsCodes
        | Why::Url
        | Why::TooManyTags
        | Why::File(_)
        | Why::CategoryMissing(_)
        | Why::SmartJoin
        | Why::SmartLeave
        | Why::RulesOnManual
        | Why::NotOrderedByHand
        | Why::NotCollected
        | Why::Rule(_)
        | Why::Choice(_) => plain(INPUT),
    }
}
