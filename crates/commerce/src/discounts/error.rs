//! Why nothing was done about a discount.

use store::StoreError;

use super::discount::Method;

/// What part of the input a refusal is about; the path below the input object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The argument `id`.
    Id,
    /// A field of the input, by its path.
    Input(&'static [&'static str]),
}

/// Why nothing was done about a discount.
#[derive(Debug, thiserror::Error)]
pub enum DiscountError {
    /// There is no such discount.
    #[error("{}", not_found(*.0))]
    NotFound(Method),
    /// It is of another kind than the mutation is for.
    #[error("The discount is of another type.")]
    OtherKind,
    /// Without a name.
    #[error("Title can't be blank")]
    TitleBlank,
    /// Too long a name.
    #[error("Title is too long (maximum is 255 characters)")]
    TitleTooLong,
    /// Without a code.
    #[error("Code can't be blank")]
    CodeBlank,
    /// Too long a code.
    #[error("Code is too long (maximum is 255 characters)")]
    CodeTooLong,
    /// Line breaks in a code.
    #[error("Code cannot contain newline characters.")]
    CodeInvalid,
    /// Another discount has it.
    #[error("Code must be unique. Please try a different code.")]
    CodeTaken,
    /// More codes than a discount may have, or one call may add.
    #[error("A discount can have {0} codes at most.")]
    TooManyCodes(usize),
    /// Without a beginning.
    #[error("Starts at can't be blank")]
    StartsAtBlank,
    /// It ends before it begins.
    #[error("Ends at needs to be after starts_at")]
    EndsBeforeStart,
    /// More automatic discounts than may be active at once.
    #[error("At most {0} automatic discounts can be active at the same time.")]
    TooManyAutomatic(usize),
    /// A limit below one.
    #[error("{label} must be greater than 0")]
    NotPositive {
        /// Where it stands.
        at: &'static [&'static str],
        /// What it is called.
        label: &'static str,
    },
    /// A share outside of 0 to 1.
    #[error("Value must be between 0.0 and 1.0")]
    PercentageRange {
        /// Where it stands.
        at: &'static [&'static str],
    },
    /// Not an amount in the shop's currency.
    #[error("{label} is not an amount that can be counted")]
    AmountInvalid {
        /// Where it stands.
        at: &'static [&'static str],
        /// What it is called.
        label: &'static str,
    },
    /// Nothing, or too much, says how much comes off.
    #[error("Value must be exactly one of percentage, discountAmount and discountOnQuantity")]
    ValueMissing {
        /// Where it stands.
        at: &'static [&'static str],
    },
    /// The value is of another kind of discount.
    #[error("{0}")]
    ValueForeign(&'static str, &'static [&'static str]),
    /// Nothing says which items.
    #[error("Items in '{label}' must be defined")]
    ItemsMissing {
        /// Where they stand.
        at: &'static [&'static str],
        /// What they are called.
        label: &'static str,
    },
    /// Items of several kinds.
    #[error("Cannot entitle collections in combination with product variants or products")]
    ItemsConflict {
        /// Where they stand.
        at: &'static [&'static str],
    },
    /// All items, where some have to be named.
    #[error("Items in '{label}' cannot be set to all")]
    ItemsAll {
        /// Where they stand.
        at: &'static [&'static str],
        /// What they are called.
        label: &'static str,
    },
    /// No such product, variant, collection or customer.
    #[error("{noun} with id: {id} is invalid")]
    ItemUnknown {
        /// Where it stands.
        at: &'static [&'static str],
        /// What it should be.
        noun: &'static str,
        /// The number.
        id: i64,
    },
    /// More than may be named.
    #[error("At most {0} can be selected.")]
    TooManyItems(usize, &'static [&'static str]),
    /// A sum and a number at once.
    #[error("Minimum subtotal cannot be defined when minimum quantity is.")]
    MinimumTwice,
    /// Neither what is bought once nor what is bought by subscription.
    #[error("Discount must apply to one-time purchases, subscriptions or both.")]
    AppliesOnNothing(&'static [&'static str]),
    /// Delivery beside delivery.
    #[error("The combinesWith settings are not valid for the discount class.")]
    CombinesInvalid,
    /// Everybody, and certain customers.
    #[error("Cannot select all customers and certain customers at once.")]
    BuyersConflict,
    /// Nobody.
    #[error("At least one customer must be selected.")]
    BuyersMissing,
    /// Not a country.
    #[error("'{0}' is not a country code of ISO 3166-1.")]
    CountryUnknown(String),
    /// Everywhere, and in certain countries; or neither.
    #[error("Destination must be either all countries or certain countries.")]
    DestinationConflict,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn not_found(method: Method) -> &'static str {
    match method {
        Method::Code => "Code discount does not exist.",
        Method::Automatic => "Automatic discount does not exist.",
    }
}

impl DiscountError {
    /// What part of the input it is about; `None` for faults.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        Some(match self {
            Self::Store(_) => return None,
            Self::NotFound(_) | Self::OtherKind => Place::Id,
            Self::TitleBlank | Self::TitleTooLong => Place::Input(&["title"]),
            Self::CodeBlank | Self::CodeTooLong | Self::CodeInvalid | Self::CodeTaken => {
                Place::Input(&["code"])
            }
            Self::TooManyCodes(_) => Place::Input(&["codes"]),
            Self::StartsAtBlank => Place::Input(&["startsAt"]),
            Self::EndsBeforeStart => Place::Input(&["endsAt"]),
            Self::TooManyAutomatic(_) => Place::Input(&["startsAt"]),
            Self::NotPositive { at, .. }
            | Self::PercentageRange { at }
            | Self::AmountInvalid { at, .. }
            | Self::ValueMissing { at }
            | Self::ValueForeign(_, at)
            | Self::ItemsMissing { at, .. }
            | Self::ItemsConflict { at }
            | Self::ItemsAll { at, .. }
            | Self::ItemUnknown { at, .. }
            | Self::AppliesOnNothing(at)
            | Self::TooManyItems(_, at) => Place::Input(at),
            Self::MinimumTwice => Place::Input(&[
                "minimumRequirement",
                "subtotal",
                "greaterThanOrEqualToSubtotal",
            ]),
            Self::CombinesInvalid => Place::Input(&["combinesWith"]),
            Self::BuyersConflict | Self::BuyersMissing => Place::Input(&["context"]),
            Self::CountryUnknown(_) => Place::Input(&["destination", "countries", "add"]),
            Self::DestinationConflict => Place::Input(&["destination"]),
        })
    }

    /// The member of the public API's `DiscountErrorCode`; `None` for faults.
    #[must_use]
    pub const fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Store(_) => return None,
            Self::NotFound(_)
            | Self::OtherKind
            | Self::CodeInvalid
            | Self::EndsBeforeStart
            | Self::AmountInvalid { .. }
            | Self::ValueForeign(..)
            | Self::ItemsAll { .. }
            | Self::ItemUnknown { .. }
            | Self::CountryUnknown(_) => "INVALID",
            Self::TitleBlank
            | Self::CodeBlank
            | Self::StartsAtBlank
            | Self::ItemsMissing { .. }
            | Self::BuyersMissing => "BLANK",
            Self::TitleTooLong | Self::CodeTooLong => "TOO_LONG",
            Self::CodeTaken => "TAKEN",
            Self::TooManyCodes(_) | Self::TooManyItems(..) => "EXCEEDED_MAX",
            Self::TooManyAutomatic(_) => "ACTIVE_PERIOD_OVERLAP",
            Self::NotPositive { .. } => "GREATER_THAN",
            Self::PercentageRange { .. } => "VALUE_OUTSIDE_RANGE",
            Self::ValueMissing { .. } => "MISSING_ARGUMENT",
            Self::ItemsConflict { .. }
            | Self::MinimumTwice
            | Self::BuyersConflict
            | Self::DestinationConflict => "CONFLICT",
            Self::AppliesOnNothing(_) => "APPLIES_ON_NOTHING",
            Self::CombinesInvalid => "INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS",
        })
    }
}
