//! Why a cart was not changed.

use store::StoreError;
use units::ProductVariantId;

use super::{
    ADDRESSES_MAX, ATTRIBUTES_MAX, DISCOUNT_CODES_MAX, GIFT_CARDS_MAX, LINES_MAX, NOTE_CHARS_MAX,
    QUANTITY_MAX, TEXT_BYTES_MAX,
};

/// What part of a request a refusal is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The cart's id.
    Cart,
    /// A line, and the named part of it.
    Line(usize, &'static str),
    /// The list of lines.
    Lines,
    /// One of the ids of lines to be removed.
    LineId(usize),
    /// The note.
    Note,
    /// The attributes of the cart.
    Attributes,
    /// Part of what is known of the buyer.
    Buyer(&'static str),
    /// A delivery address, and the named part of it.
    Address(usize, &'static str),
    /// The list of addresses.
    Addresses,
    /// One of the ids of addresses to be removed.
    AddressId(usize),
    /// A chosen delivery option, and the named part of it.
    DeliveryOption(usize, &'static str),
    /// The discount codes.
    DiscountCodes,
    /// The gift cards' codes.
    GiftCardCodes,
    /// The ids of gift cards.
    GiftCardIds,
}

/// Why a cart was not changed. `at` counts from 0 in the list that the request gave.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// No such cart, another key, or it has been bought.
    #[error("The specified cart does not exist.")]
    CartUnknown,
    /// No such variant is sold here.
    #[error("The merchandise with id {id} does not exist.")]
    MerchandiseUnknown {
        /// Which line.
        at: usize,
        /// What was asked for.
        id: ProductVariantId,
    },
    /// The selling plan is not offered with the merchandise.
    #[error("The selling plan is not available for this product.")]
    PlanNotApplicable {
        /// Which line.
        at: usize,
    },
    /// The merchandise is sold by selling plans alone.
    #[error("This product can only be bought with a selling plan. Choose one.")]
    PlanRequired {
        /// Which line.
        at: usize,
    },
    /// The cart has no such line.
    #[error("The merchandise line with id {id} does not exist.")]
    LineUnknown {
        /// Where it stands.
        place: Place,
        /// What was asked for.
        id: String,
    },
    /// Below zero.
    #[error("The quantity cannot be negative.")]
    QuantityNegative {
        /// Which line.
        at: usize,
    },
    /// Beyond [`QUANTITY_MAX`].
    #[error("The quantity of a line can be {QUANTITY_MAX} at most.")]
    QuantityTooHigh {
        /// Which line.
        at: usize,
    },
    /// Beyond [`LINES_MAX`].
    #[error("A cart can have {LINES_MAX} lines at most.")]
    TooManyLines,
    /// Beyond [`LINES_MAX`], with bundles as what they are made of.
    #[error(
        "An order can have {LINES_MAX} lines at most, and each component of a bundle is one. Take something out of the cart."
    )]
    TooManyParts,
    /// Beyond [`ATTRIBUTES_MAX`].
    #[error("A cart or line can have {ATTRIBUTES_MAX} attributes at most.")]
    TooManyAttributes {
        /// Where they stand.
        place: Place,
    },
    /// Beyond [`TEXT_BYTES_MAX`].
    #[error("A text can be {TEXT_BYTES_MAX} bytes long at most.")]
    TextTooLong {
        /// Where it stands.
        place: Place,
    },
    /// An attribute without a key.
    #[error("An attribute needs a key.")]
    KeyMissing {
        /// Where it stands.
        place: Place,
    },
    /// Beyond [`NOTE_CHARS_MAX`].
    #[error("The note can be {NOTE_CHARS_MAX} characters long at most.")]
    NoteTooLong,
    /// Beyond [`DISCOUNT_CODES_MAX`].
    #[error("A cart can have {DISCOUNT_CODES_MAX} discount codes at most.")]
    TooManyDiscountCodes,
    /// No gift card has this code, or it can no longer be used.
    #[error("The gift card code '{code}' is not valid.")]
    GiftCardInvalid {
        /// The end of what was typed.
        code: String,
    },
    /// The cart has no such gift card.
    #[error("The gift card with id {0} is not applied to the cart.")]
    GiftCardUnknown(String),
    /// Beyond [`GIFT_CARDS_MAX`].
    #[error("A cart can have {GIFT_CARDS_MAX} gift cards at most.")]
    TooManyGiftCards,
    /// Not the address of a mailbox.
    #[error("Email is invalid")]
    EmailInvalid,
    /// Not a telephone number.
    #[error("Phone is invalid")]
    PhoneInvalid,
    /// The customer's access token is unknown or has ended.
    #[error("Customer is invalid")]
    CustomerUnknown,
    /// Not a country.
    #[error("'{code}' is not a country code of ISO 3166-1.")]
    CountryUnknown {
        /// Where it stands.
        place: Place,
        /// What came.
        code: String,
    },
    /// Not a province of the country.
    #[error("An address needs a country.")]
    CountryMissing {
        /// Where it is missing.
        place: Place,
    },
    /// The cart has no such address.
    #[error("The delivery address with id {id} does not exist.")]
    AddressUnknown {
        /// Where it stands.
        place: Place,
        /// What was asked for.
        id: String,
    },
    /// Beyond [`ADDRESSES_MAX`].
    #[error("A cart can have {ADDRESSES_MAX} delivery addresses at most.")]
    TooManyAddresses,
    /// More than one is chosen.
    #[error("Only one delivery address can be selected.")]
    SeveralSelected,
    /// The cart has no such delivery group.
    #[error("The delivery group with id {id} does not exist.")]
    DeliveryGroupUnknown {
        /// Which choice.
        at: usize,
        /// What was asked for.
        id: String,
    },
    /// The group has no such option.
    #[error("The delivery option '{handle}' does not exist.")]
    DeliveryOptionUnknown {
        /// Which choice.
        at: usize,
        /// What was asked for.
        handle: String,
    },
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CartError {
    /// What part of the request it is about; `None` for faults.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        Some(match self {
            Self::CartUnknown => Place::Cart,
            Self::MerchandiseUnknown { at, .. } => Place::Line(*at, "merchandiseId"),
            Self::QuantityNegative { at } | Self::QuantityTooHigh { at } => {
                Place::Line(*at, "quantity")
            }
            Self::PlanNotApplicable { at } | Self::PlanRequired { at } => {
                Place::Line(*at, "sellingPlanId")
            }
            Self::TooManyLines | Self::TooManyParts => Place::Lines,
            Self::NoteTooLong => Place::Note,
            Self::TooManyDiscountCodes => Place::DiscountCodes,
            Self::GiftCardInvalid { .. } | Self::TooManyGiftCards => Place::GiftCardCodes,
            Self::GiftCardUnknown(_) => Place::GiftCardIds,
            Self::EmailInvalid => Place::Buyer("email"),
            Self::PhoneInvalid => Place::Buyer("phone"),
            Self::CustomerUnknown => Place::Buyer("customerAccessToken"),
            Self::LineUnknown { place, .. }
            | Self::TooManyAttributes { place }
            | Self::TextTooLong { place }
            | Self::KeyMissing { place }
            | Self::CountryUnknown { place, .. }
            | Self::CountryMissing { place }
            | Self::AddressUnknown { place, .. } => place.clone(),
            Self::TooManyAddresses | Self::SeveralSelected => Place::Addresses,
            Self::DeliveryGroupUnknown { at, .. } => Place::DeliveryOption(*at, "deliveryGroupId"),
            Self::DeliveryOptionUnknown { at, .. } => {
                Place::DeliveryOption(*at, "deliveryOptionHandle")
            }
            Self::Store(_) => return None,
        })
    }
}
