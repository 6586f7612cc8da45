//! The customer pays a draft's invoice.

use store::{StoreError, Tx};
use units::{Money, OrderId};

use super::complete::{CompleteError, Completion, Settlement, place};
use super::fill::json;
use super::sql;
use crate::address::Address;
use crate::call::Call;
use crate::checkouts::{FieldError, Payment, fill};
use crate::orders::{CreateError, TransactionInput, TransactionKind, TransactionStatus};
use crate::payments::{self, Answer, Charge, PaymentRefusal};
use crate::shops;

/// An invoice's page, filled in and sent.
#[derive(Debug, Clone)]
pub struct Bill {
    /// The secret in the invoice's address.
    pub token: String,
    /// Where the confirmation goes.
    pub email: String,
    /// Where the goods go; not wanted when nothing has to be sent.
    pub shipping_address: Option<Address>,
    /// How the customer pays.
    pub payment: Payment,
    /// The total that the customer saw; unchecked when `None`.
    pub expected_total: Option<Money>,
}

/// What came of a paid invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paid {
    /// There is an order: of this payment, or of an earlier one.
    Placed(OrderId),
    /// The payment was declined; the customer may try again.
    Declined,
    /// The payment broke off; the customer may try again.
    Failed,
}

/// Why an invoice was not paid.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// There is no such invoice.
    #[error("The invoice does not exist.")]
    NotFound,
    /// Fields have to be filled in.
    #[error("Some fields have to be filled in.")]
    Fields(Vec<FieldError>),
    /// The draft was changed meanwhile.
    #[error("The total is {} now.", .now.shown())]
    TotalChanged {
        /// What it comes to.
        now: Money,
    },
    /// The gateway takes no such payment.
    #[error(transparent)]
    Payment(#[from] PaymentRefusal),
    /// The order cannot be placed.
    #[error(transparent)]
    Order(#[from] CreateError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes the payment of a draft's invoice and makes the order, once: a second payment finds the
/// order of the first.
///
/// # Errors
/// A refusal writes nothing and takes no payment; `Store` is safe to retry.
pub fn pay(tx: &mut Tx, call: &Call, bill: &Bill) -> Result<Paid, PayError> {
    let found = sql::by_token(tx, &bill.token)?.ok_or(PayError::NotFound)?;
    let mut draft = sql::lock(tx, found.id)?.ok_or(PayError::NotFound)?;
    if let Some(order) = draft.order_id {
        return Ok(Paid::Placed(order));
    }
    let total = draft.money(draft.total_minor);
    if bill.expected_total.is_some_and(|seen| seen != total) {
        return Err(PayError::TotalChanged { now: total });
    }
    let shipped = draft.requires_shipping();
    let address = bill.shipping_address.as_ref();
    let filled = fill(&bill.email, address, None, shipped).map_err(PayError::Fields)?;
    let settlement = if draft.total_minor == 0 {
        Settlement::Paid
    } else {
        let shop = shops::current(tx)?;
        let gateway = payments::gateway(&bill.payment.gateway)?;
        let charge = Charge {
            amount: total,
            number: bill.payment.number.as_deref(),
        };
        let status = match gateway.charge(&shop, &charge)? {
            Answer::Approved => TransactionStatus::Success,
            Answer::Pending => TransactionStatus::Pending,
            Answer::Declined => return Ok(Paid::Declined),
            Answer::Failed => return Ok(Paid::Failed),
        };
        Settlement::Through(TransactionInput {
            kind: TransactionKind::Sale,
            status,
            amount: total,
            gateway: Some(gateway.name().to_owned()),
            authorization_code: None,
            processed_at: None,
            test: shop.test_shop && gateway.name() == "bogus",
        })
    };
    draft.email = Some(filled.email);
    if let Some(address) = &filled.shipping_address {
        draft.shipping_address = Some(json(address));
        draft.billing_address = draft.billing_address.or_else(|| Some(json(address)));
    }
    let completion = Completion {
        settlement,
        source_name: None,
    };
    match place(tx, call, draft, &completion) {
        Ok(completed) => Ok(Paid::Placed(completed.order)),
        Err(CompleteError::Order(CreateError::Store(fault)) | CompleteError::Store(fault)) => {
            Err(fault.into())
        }
        Err(CompleteError::Order(refusal)) => Err(refusal.into()),
        Err(CompleteError::NotFound | CompleteError::Completed) => Err(PayError::NotFound),
    }
}
