//! Carts: lists of intentions. Nothing in a cart is promised; a checkout promises.

pub(crate) mod bundles;
mod cart;
mod edit;
mod error;
mod forget;
pub(crate) mod market;
mod merchandise;
pub(crate) mod plans;
mod reckon;
pub(crate) mod sql;
mod view;
mod write;

pub use cart::{
    Buyer, Cart, CartLine, CartRef, Delivery, SelectableAddress, delivery_group_id, line_id,
};
pub use edit::{AddressUpdate, Edit, LineUpdate, NewAddress, NewLine};
pub use error::{CartError, Place};
pub use forget::forget;
pub(crate) use merchandise::load_whole;
pub use merchandise::{Merchandise, load as load_merchandise};
pub(crate) use reckon::{booked, item, reckon};
pub use view::{
    AppliedGiftCard, CartCost, CartView, LineView, delivery_handle, terms, view, view_in, view_of,
};
pub use write::{CartWarning, Target, WarningCode, Write, Written};

/// A cart has at most this many lines.
pub const LINES_MAX: usize = 500;
/// A line has at most this many units.
pub const QUANTITY_MAX: i64 = 1_000_000;
/// A cart or line has at most this many attributes.
pub const ATTRIBUTES_MAX: usize = 250;
/// A cart has at most this many delivery addresses.
pub const ADDRESSES_MAX: usize = 100;
/// A cart has at most this many discount codes.
pub const DISCOUNT_CODES_MAX: usize = 250;
/// A cart has at most this many gift cards.
pub const GIFT_CARDS_MAX: usize = 20;
/// A note has at most this many characters.
pub const NOTE_CHARS_MAX: usize = 5000;
/// Any other text of a buyer has at most this many bytes.
pub const TEXT_BYTES_MAX: usize = 5000;
