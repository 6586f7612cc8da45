//! Asking the merchant to pay once.

use store::Tx;
use units::{AppId, AppPurchaseOneTimeId, Money};

use super::create::{BillingError, check_name, check_return_url};
use super::{Purchase, PurchaseStatus, sql};
use crate::call::Call;

/// What the merchant is asked for.
#[derive(Debug, Clone)]
pub struct NewPurchase {
    /// Who asks.
    pub app: AppId,
    /// What it is called.
    pub name: String,
    /// The price.
    pub price: Money,
    /// Where the merchant goes after the answer.
    pub return_url: String,
    /// Whether it is a test.
    pub test: bool,
}

/// Asks the merchant to pay once: it waits for an answer on a page of its own.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn purchase(
    tx: &mut Tx,
    call: &Call,
    new: &NewPurchase,
) -> Result<AppPurchaseOneTimeId, BillingError> {
    check_name(&new.name)?;
    check_return_url(&new.return_url)?;
    if !new.price.is_positive() {
        return Err(BillingError::Price);
    }
    let purchase = Purchase {
        id: call.new_id(),
        app_id: new.app,
        name: new.name.trim().to_owned(),
        status: PurchaseStatus::Pending,
        test: new.test,
        price_minor: new.price.minor,
        currency: new.price.currency,
        return_url: new.return_url.clone(),
        secret: call.new_token(),
        created_at: call.now,
        updated_at: call.now,
    };
    sql::insert_purchase(tx, &purchase)?;
    Ok(purchase.id)
}
