//! Amending an order: its rows under lock, and the states that follow from them.

use store::{StoreError, Tx};
use units::{LineItemId, MinorBag, OrderId, OrderTransactionId, RefundId};

use super::line_item::{LineItem, OrderTransaction, ShippingLine, told_by};
use super::order::Order;
use super::sql;
use super::status::{
    Books, DisplayFinancialStatus, DisplayFulfillmentStatus, TransactionKind, TransactionStatus,
    financial_status, fulfillment_status,
};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject};

/// An order with the rows that money and goods hang on.
///
/// The order's row stays locked until commit, so that amendments of one order queue up.
pub(crate) struct Amendment {
    pub(crate) order: Order,
    pub(crate) lines: Vec<LineItem>,
    pub(crate) shipping: Vec<ShippingLine>,
    pub(crate) transactions: Vec<OrderTransaction>,
}

/// A movement of money to be entered.
pub(crate) struct NewTransaction {
    pub(crate) parent_id: Option<OrderTransactionId>,
    pub(crate) refund_id: Option<RefundId>,
    pub(crate) kind: TransactionKind,
    pub(crate) status: TransactionStatus,
    pub(crate) gateway: String,
    pub(crate) amount: MinorBag,
    pub(crate) message: String,
    pub(crate) test: bool,
}

impl Amendment {
    /// Locks an order and reads its rows.
    pub(crate) fn open(tx: &mut Tx, id: OrderId) -> Result<Option<Self>, StoreError> {
        let Some(order) = sql::lock(tx, id)? else {
            return Ok(None);
        };
        let ids = [id];
        Ok(Some(Self {
            order,
            lines: sql::line_items(tx, &ids)?.pop().unwrap_or_default(),
            shipping: sql::shipping_lines(tx, &ids)?.pop().unwrap_or_default(),
            transactions: sql::transactions(tx, &ids)?.pop().unwrap_or_default(),
        }))
    }

    pub(crate) fn line_mut(&mut self, id: LineItemId) -> Option<&mut LineItem> {
        self.lines.iter_mut().find(|line| line.id == id)
    }

    pub(crate) fn transaction(&self, id: OrderTransactionId) -> Option<&OrderTransaction> {
        self.transactions
            .iter()
            .find(|transaction| transaction.id == id)
    }

    pub(crate) fn books(&self) -> Books {
        Books::of(self.transactions.iter().map(OrderTransaction::movement))
    }

    /// Enters movements of money, with an event for each.
    pub(crate) fn enter(
        &mut self,
        tx: &mut Tx,
        call: &Call,
        new: Vec<NewTransaction>,
    ) -> Result<(), StoreError> {
        let first = self.transactions.len();
        let abroad = self.order.is_abroad();
        let presentment = self.order.presentment_currency;
        self.transactions
            .extend(new.into_iter().map(|new| OrderTransaction {
                order_id: self.order.id,
                id: call.new_id(),
                parent_id: new.parent_id,
                refund_id: new.refund_id,
                kind: new.kind,
                status: new.status,
                gateway: new.gateway,
                amount_minor: new.amount.shop,
                currency: self.order.currency,
                presentment_minor: abroad.then_some(new.amount.presentment),
                presentment_currency: abroad.then_some(presentment),
                authorization_code: None,
                error_code: None,
                message: new.message,
                test: new.test,
                processed_at: call.now,
                created_at: call.now,
            }));
        let entered: Vec<&OrderTransaction> = self.transactions[first..].iter().collect();
        sql::insert_transactions(tx, &entered)?;
        let told: Vec<_> = entered
            .iter()
            .map(|transaction| {
                let topics = told_by(transaction.kind, transaction.status);
                (
                    call,
                    NewEvent::of(topics, Subject::OrderTransaction, transaction.id),
                )
            })
            .collect();
        events::record_many(tx, &told)?;
        Ok(())
    }

    /// Stores the lines' quantities.
    pub(crate) fn save_lines(&self, tx: &mut Tx) -> Result<(), StoreError> {
        sql::save_quantities(tx, &self.lines.iter().collect::<Vec<_>>())
    }

    /// Works the order's states out again from its rows, stores them, and brings the customer's
    /// account up to date. An order that is paid and has left entirely is put away.
    pub(crate) fn settle(&mut self, tx: &mut Tx, call: &Call) -> Result<(), StoreError> {
        let books = self.books();
        let (units, remaining) = sql::units_to_fulfill(tx, self.order.id)?;
        let order = &mut self.order;
        let spent = books.net().shop - order.net_payment().shop;
        let before = (order.financial_status, order.fulfillment_status);
        order.note_payments(books.received, books.refunded);
        let (total, current) = (order.total(), order.current_total());
        order.financial_status = financial_status(total.presentment, current.presentment, books);
        order.fulfillment_status = fulfillment_status(units, remaining);
        order.updated_at = call.now;
        let done = (
            DisplayFinancialStatus::Paid,
            DisplayFulfillmentStatus::Fulfilled,
        );
        let after = (order.financial_status, order.fulfillment_status);
        if after == done && before != done && order.closed_at.is_none() {
            order.closed_at = Some(call.now);
        }
        sql::save(tx, order)?;
        match order.customer_id {
            Some(customer) if spent != 0 => sql::add_spent(tx, customer, spent),
            _ => Ok(()),
        }
    }
}
