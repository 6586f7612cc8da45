//! Taking a checkout's payment: gift cards first, the gateway for the rest.

use std::borrow::Cow;

use units::{Currency, GiftCardId, MinorBag, Money, OrderTransactionId};

use super::{Desk, Outcome, Submit, SubmitError};
use crate::carts::Cart;
use crate::gift_cards;
use crate::orders::rows::NewTransaction;
use crate::orders::{
    Books, DisplayFinancialStatus, TransactionKind, TransactionStatus, financial_status,
};
use crate::payments::{self, Answer, Charge, PaymentRefusal};

const DECLINED: &str = "The card was declined. Use another card, or another way to pay.";
const FAILED: &str = "The payment could not be made and nothing was charged. Try again.";

/// Whether a payment let the order through.
pub(super) enum Paid {
    /// It did: what is entered, and what gift cards paid of it.
    Yes(Vec<NewTransaction<'static>>, Vec<Spent>),
    /// It did not.
    No(Outcome),
}

/// What a gift card paid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent {
    pub(super) card: GiftCardId,
    pub(super) transaction: OrderTransactionId,
    pub(super) amount: MinorBag,
}

impl<'a> Desk<'a> {
    /// Takes a total from the cart's gift cards and the gateway. What cards gave goes back to
    /// them when the gateway gives nothing.
    pub(super) fn pay(
        &mut self,
        request: &Submit,
        cart: &Cart,
        total: MinorBag,
        currency: Currency,
    ) -> Result<Paid, SubmitError> {
        let now = request.call.now;
        let taken = self.purse.take(&cart.gift_cards, total, now);
        let by_cards: MinorBag = taken.iter().map(|(_, amount)| *amount).sum();
        // Their ids come before the gateway's: that is the order in which money is taken.
        let spent: Vec<Spent> = taken
            .iter()
            .map(|(card, amount)| Spent {
                card: *card,
                transaction: request.call.new_id(),
                amount: *amount,
            })
            .collect();
        let due = total - by_cards;
        let now_due = Money::new(due.presentment, currency);
        if let Some(seen) = request.expected_due.filter(|seen| *seen != now_due) {
            self.purse.put_back(&taken);
            return Err(SubmitError::DueChanged { seen, now: now_due });
        }
        let charged = match due.presentment {
            0 => Ok(Ok(None)),
            _ => self.charge(request, due, currency),
        };
        let charged = match charged {
            Ok(Ok(charged)) => charged,
            Ok(Err(outcome)) => {
                self.purse.put_back(&taken);
                return Ok(Paid::No(outcome));
            }
            Err(refusal) => {
                self.purse.put_back(&taken);
                return Err(refusal.into());
            }
        };
        let by_cards = spent.iter().map(|spent| NewTransaction {
            id: spent.transaction,
            parent_id: None,
            kind: TransactionKind::Sale,
            status: TransactionStatus::Success,
            gateway: Cow::Borrowed(gift_cards::GATEWAY),
            amount_minor: spent.amount.shop,
            presentment_minor: self.seen(currency, spent.amount),
            authorization_code: None,
            message: "Approved",
            test: false,
            processed_at: now,
        });
        let transactions = by_cards.chain(charged).collect();
        Ok(Paid::Yes(transactions, spent))
    }

    fn charge(
        &self,
        request: &Submit,
        due: MinorBag,
        currency: Currency,
    ) -> Result<Result<Option<NewTransaction<'static>>, Outcome>, PaymentRefusal> {
        let gateway = payments::gateway(&request.payment.gateway)?;
        let charge = Charge {
            amount: Money::new(due.presentment, currency),
            number: request.payment.number.as_deref(),
        };
        let (status, message) = match gateway.charge(self.shop, &charge)? {
            Answer::Approved => (TransactionStatus::Success, "Approved"),
            Answer::Pending => (TransactionStatus::Pending, "Awaiting payment"),
            Answer::Declined => return Ok(Err(Outcome::Declined { message: DECLINED })),
            Answer::Failed => return Ok(Err(Outcome::Failed { message: FAILED })),
        };
        let id: OrderTransactionId = request.call.new_id();
        let approved = status == TransactionStatus::Success;
        Ok(Ok(Some(NewTransaction {
            id,
            parent_id: None,
            kind: TransactionKind::Sale,
            status,
            gateway: Cow::Borrowed(gateway.name()),
            amount_minor: due.shop,
            presentment_minor: self.seen(currency, due),
            authorization_code: approved.then(|| Cow::Owned(id.get().to_string())),
            message,
            test: self.shop.test_shop && gateway.name() == "bogus",
            processed_at: request.call.now,
        })))
    }

    /// What was paid, as rows keep it that have the shop's amount already.
    fn seen(&self, currency: Currency, amount: MinorBag) -> Option<i64> {
        (currency != self.shop.currency).then_some(amount.presentment)
    }
}

/// What is paid of an order with these movements of money, and how much came in.
pub(super) fn standing(
    total: MinorBag,
    transactions: &[NewTransaction<'_>],
) -> (DisplayFinancialStatus, MinorBag) {
    let books = Books::of(transactions.iter().map(NewTransaction::movement));
    let status = financial_status(total.presentment, total.presentment, books);
    (status, books.received)
}
