//! Discounts: what buyers may be given, by a code or by itself.
//!
//! A discount's terms are kept with it; `pricing` decides which of the discounts that a sale may
//! get it gets. Uses are counted where orders are written: in the transaction that places them,
//! on rows that it has locked.

mod application;
mod codes;
mod create;
mod delete;
mod discount;
mod error;
mod grant;
mod input;
mod list;
mod offered;
mod sql;
mod summary;
mod switch;
mod terms;
mod update;
mod uses;

pub use application::{
    AllocationMethod, ApplicationKind, DiscountAllocation, DiscountApplication, DiscountClass,
    DiscountValue, TargetSelection,
};
pub use codes::{AddedCode, AddedCodes, add_codes, remove_codes};
pub use create::create;
pub use delete::{delete, delete_many};
pub use discount::{Discount, Kind, Method, RedeemCode, Status};
pub use error::{DiscountError, Place};
pub use grant::{CodeRefusal, CodeStanding, Granted};
pub use input::{
    BuyersInput, BuysInput, DestinationInput, DiscountInput, GetsInput, ItemsInput, MinimumInput,
    OnQuantity, PurchasesInput, ValueInput,
};
pub use list::{CodeSort, DiscountSort, codes_page, count, list, parse_code_search, parse_search};
pub use offered::{Basket, Item, Offered};
pub use summary::{short_summary, summary};
pub use switch::{activate, deactivate};
pub use terms::{Buyers, Buys, Destination, Effect, Items, Minimum, Purchases, Terms, Value};
pub use update::update;
pub(crate) use uses::{Use, record as record_uses};

use store::{StoreError, Tx};
use units::{DiscountId, DiscountRedeemCodeId};

/// Discounts by id, in the ids' order; `None` for those that do not exist.
///
/// # Errors
/// `Store` faults only.
pub fn load(tx: &mut Tx, ids: &[DiscountId]) -> Result<Vec<Option<Discount>>, StoreError> {
    sql::load(tx, ids)
}

/// Codes by id, in the ids' order; `None` for those that do not exist.
///
/// # Errors
/// `Store` faults only.
pub fn load_codes(
    tx: &mut Tx,
    ids: &[DiscountRedeemCodeId],
) -> Result<Vec<Option<RedeemCode>>, StoreError> {
    sql::load_codes(tx, ids)
}

/// The discount that a code gives, whatever its case.
///
/// # Errors
/// `Store` faults only.
pub fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Discount>, StoreError> {
    let found = sql::discount_of_code(tx, &discount::code_key(code))?;
    match found {
        Some(id) => Ok(sql::load(tx, &[id])?.pop().flatten()),
        None => Ok(None),
    }
}
