//! A new discount.

use store::{StoreError, Tx};
use units::{DiscountId, DiscountRedeemCodeId};

use super::discount::{Discount, Kind, Method, code_key};
use super::error::DiscountError;
use super::input::{DiscountInput, blank, checked_code};
use super::sql;
use crate::call::{Actor, Call};
use crate::events::{self, NewEvent, Subject, Topic};
use crate::shops;

/// Automatic discounts that are not over.
pub(super) const AUTOMATIC_MAX: usize = 25;

/// Makes a discount of a kind, given by a code or automatic.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    method: Method,
    kind: Kind,
    input: &DiscountInput,
) -> Result<DiscountId, DiscountError> {
    let shop = shops::current(tx)?;
    let mut discount = Discount {
        id: call.new_id(),
        method,
        kind,
        // A discount by a code is called by it, unless it is called otherwise.
        title: match (method, &input.code) {
            (Method::Code, Some(code)) => code.trim().to_owned(),
            _ => String::new(),
        },
        terms: blank(kind),
        starts_at: input.starts_at.ok_or(DiscountError::StartsAtBlank)?,
        ends_at: None,
        usage_limit: None,
        once_per_customer: false,
        usage_count: 0,
        codes_count: i64::from(method == Method::Code),
        app_id: app_of(call),
        created_at: call.now,
        updated_at: call.now,
    };
    input.apply(tx, &mut discount, shop.currency)?;
    match method {
        Method::Code => {
            let code = checked_code(input.code.as_deref().unwrap_or_default())?;
            if sql::discount_of_code(tx, &code_key(code))?.is_some() {
                return Err(DiscountError::CodeTaken);
            }
            sql::insert(tx, &discount)?;
            let id: DiscountRedeemCodeId = call.new_id();
            sql::insert_codes(tx, call, discount.id, &[(id, code)])?;
        }
        Method::Automatic => {
            check_automatic(tx, call, &discount)?;
            sql::insert(tx, &discount)?;
            sql::count_automatic(tx)?;
        }
    }
    tell(tx, call, &discount, &[Topic::DiscountsCreate])?;
    Ok(discount.id)
}

/// Whether one more automatic discount may be there beside those that are not over.
pub(super) fn check_automatic(
    tx: &mut Tx,
    call: &Call,
    discount: &Discount,
) -> Result<(), DiscountError> {
    let others = sql::automatic_not_over(tx, call.now, discount.id)?;
    let over = discount.ends_at.is_some_and(|end| end <= call.now);
    if !over && others >= i64::try_from(AUTOMATIC_MAX).unwrap_or(i64::MAX) {
        return Err(DiscountError::TooManyAutomatic(AUTOMATIC_MAX));
    }
    Ok(())
}

pub(super) fn app_of(call: &Call) -> Option<units::AppId> {
    match call.actor {
        Actor::App(app) => Some(app),
        _ => None,
    }
}

/// Records what happened to a discount.
pub(super) fn tell(
    tx: &mut Tx,
    call: &Call,
    discount: &Discount,
    topics: &'static [Topic],
) -> Result<(), StoreError> {
    let mut event = NewEvent::of(topics, Subject::Discount, discount.id);
    event.facts = serde_json::json!({
        "node": node_id(discount),
        "title": discount.title,
    })
    .to_string();
    events::record(tx, call, event)?;
    Ok(())
}

/// The global id of a discount's node of its own kind.
pub(super) fn node_id(discount: &Discount) -> String {
    let kind = match discount.method {
        Method::Code => "DiscountCodeNode",
        Method::Automatic => "DiscountAutomaticNode",
    };
    format!("gid://shopify/{kind}/{}", discount.id.get())
}
