//! The rows that an order is born with, for orders that apps create and for finished checkouts.
//!
//! One shape and one way to write it: a slice of new orders goes to the store in one set-based
//! statement per table.

use std::borrow::Cow;

use store::{StoreError, Tx};
use units::{
    AppId, Currency, CustomerId, FulfillmentOrderId, FulfillmentOrderLineItemId, InventoryItemId,
    LineItemGroupId, LineItemId, LocationId, MinorBag, OrderId, OrderTransactionId, ProductId,
    ProductVariantId, SellingPlanId, ShippingLineId, Timestamp,
};

use super::groups::{self, LineItemGroup};
use super::line_item::told_by;
use super::presentment;
use super::status::{self, DisplayFinancialStatus, TransactionKind, TransactionStatus};
use crate::attributes::to_json;
use crate::call::Call;
use crate::discounts::{DiscountAllocation, DiscountApplication};
use crate::events::{self, NewEvent, Subject, Subscriptions, Topic};
use crate::inventory::{self, Entry, Movement, Share};
use crate::mails::{self, NewMail};
use crate::tags;

/// The number of a shop's first order.
const NUMBER_FIRST: i64 = 1001;

/// What anybody may listen to when orders come into being.
pub(crate) const TOPICS: &[Topic] = &[
    Topic::OrdersCreate,
    Topic::OrdersPaid,
    Topic::OrderTransactionsCreate,
    Topic::TenderTransactionsCreate,
    Topic::CustomersCreate,
    Topic::InventoryLevelsConnect,
    Topic::InventoryLevelsUpdate,
    Topic::VariantsInStock,
    Topic::VariantsOutOfStock,
];

/// An order that is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewOrder<'a> {
    pub(crate) call: &'a Call,
    pub(crate) id: OrderId,
    /// The name that its maker gave it; else `#` and its number.
    pub(crate) name: Option<&'a str>,
    /// The secret in the address of its status page.
    pub(crate) token: String,
    pub(crate) checkout_token: Option<&'a str>,
    pub(crate) app_id: Option<AppId>,
    pub(crate) source_name: Cow<'a, str>,
    pub(crate) customer_id: Option<CustomerId>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) note: Option<&'a str>,
    pub(crate) po_number: Option<&'a str>,
    pub(crate) locale: &'a str,
    /// JSON.
    pub(crate) attributes: String,
    /// JSON.
    pub(crate) shipping_address: Option<String>,
    /// JSON.
    pub(crate) billing_address: Option<String>,
    pub(crate) currency: Currency,
    pub(crate) taxes_included: bool,
    /// The discounts that it got; lines and shipping lines say what each took off them.
    pub(crate) discounts: Vec<DiscountApplication>,
    pub(crate) amounts: Amounts,
    /// What the buyer saw, where that was another currency: lines, shipping lines and transactions
    /// have their own.
    pub(crate) seen: Option<Seen>,
    pub(crate) financial_status: DisplayFinancialStatus,
    pub(crate) test: bool,
    pub(crate) processed_at: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) lines: Vec<NewLineItem<'a>>,
    /// The bundles that lines were sold in.
    pub(crate) groups: Vec<LineItemGroup>,
    pub(crate) shipping_lines: Vec<NewShippingLine<'a>>,
    pub(crate) transactions: Vec<NewTransaction<'a>>,
    pub(crate) tags: Vec<String>,
    /// Who is sent the confirmation.
    pub(crate) confirm_to: Option<String>,
}

/// An order's sums, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Amounts {
    /// The lines, less their discounts.
    pub(crate) subtotal_minor: i64,
    /// On lines and on shipping.
    pub(crate) discounts_minor: i64,
    /// Less its discounts.
    pub(crate) shipping_minor: i64,
    pub(crate) tax_minor: i64,
    pub(crate) total_minor: i64,
    /// What the buyer has paid so far.
    pub(crate) received_minor: i64,
}

/// What the buyer saw of an order, in another currency than the shop's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) currency: Currency,
    /// What one unit of the shop's currency is worth in the buyer's.
    pub(crate) rate_billionths: i64,
    pub(crate) amounts: Amounts,
}

/// What the buyer saw of a line or shipping line, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeenLine {
    pub(crate) price_minor: i64,
    pub(crate) discount_minor: i64,
    pub(crate) tax_minor: i64,
}

/// A line that is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewLineItem<'a> {
    pub(crate) id: LineItemId,
    pub(crate) product_id: Option<ProductId>,
    pub(crate) variant_id: Option<ProductVariantId>,
    pub(crate) inventory_item_id: Option<InventoryItemId>,
    pub(crate) title: Cow<'a, str>,
    pub(crate) variant_title: Option<Cow<'a, str>>,
    pub(crate) vendor: Option<Cow<'a, str>>,
    pub(crate) sku: Option<Cow<'a, str>>,
    pub(crate) image_url: Option<Cow<'a, str>>,
    /// JSON.
    pub(crate) options: String,
    /// JSON.
    pub(crate) attributes: String,
    pub(crate) quantity: i64,
    pub(crate) price_minor: i64,
    pub(crate) discount_minor: i64,
    pub(crate) discounts: Vec<DiscountAllocation>,
    pub(crate) tax_minor: i64,
    /// JSON.
    pub(crate) tax_lines: String,
    pub(crate) taxable: bool,
    pub(crate) requires_shipping: bool,
    pub(crate) gift_card: bool,
    pub(crate) weight_grams: i64,
    pub(crate) seen: Option<SeenLine>,
    /// The selling plan by which it was bought, and what it was called.
    pub(crate) selling_plan: Option<(SellingPlanId, String)>,
    /// The bundle that it was sold in.
    pub(crate) group: Option<LineItemGroupId>,
    /// Which locations send it.
    pub(crate) shares: Vec<Share>,
    /// Whether those locations' stock is committed to it.
    pub(crate) committed: bool,
}

/// A shipping line that is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewShippingLine<'a> {
    pub(crate) id: ShippingLineId,
    pub(crate) title: Cow<'a, str>,
    pub(crate) code: Cow<'a, str>,
    pub(crate) source: Cow<'a, str>,
    /// Before discounts.
    pub(crate) price_minor: i64,
    pub(crate) discount_minor: i64,
    pub(crate) discounts: Vec<DiscountAllocation>,
    pub(crate) tax_minor: i64,
    /// JSON.
    pub(crate) tax_lines: String,
    pub(crate) seen: Option<SeenLine>,
}

/// A movement of money that is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewTransaction<'a> {
    pub(crate) id: OrderTransactionId,
    pub(crate) parent_id: Option<OrderTransactionId>,
    pub(crate) kind: TransactionKind,
    pub(crate) status: TransactionStatus,
    pub(crate) gateway: Cow<'a, str>,
    /// What was moved in the buyer's currency stands beside, where that is another.
    pub(crate) amount_minor: i64,
    pub(crate) presentment_minor: Option<i64>,
    pub(crate) authorization_code: Option<Cow<'a, str>>,
    pub(crate) message: &'static str,
    pub(crate) test: bool,
    pub(crate) processed_at: Timestamp,
}

impl NewTransaction<'_> {
    /// The movement, for the books.
    pub(crate) fn movement(&self) -> status::Movement {
        status::Movement {
            kind: self.kind,
            status: self.status,
            amount: MinorBag::kept(self.amount_minor, self.presentment_minor),
        }
    }
}

impl NewOrder<'_> {
    /// What the buyer is told at the end: nine characters of the token.
    fn confirmation_number(&self) -> String {
        self.token
            .chars()
            .take(9)
            .collect::<String>()
            .to_ascii_uppercase()
    }

    /// The stock that it commits.
    fn movements(&self) -> Vec<Movement> {
        let mut movements = Vec::with_capacity(self.lines.len());
        for line in self.lines.iter().filter(|line| line.committed) {
            if let Some(item) = line.inventory_item_id {
                let sold = |share: &Share| Movement::sold(item, share.location, share.quantity);
                movements.extend(line.shares.iter().map(sold));
            }
        }
        movements
    }

    /// The locations that send something, in the order in which lines name them first.
    fn locations(&self) -> Vec<LocationId> {
        let mut found = Vec::new();
        for share in self.lines.iter().flat_map(|line| &line.shares) {
            if !found.contains(&share.location) {
                found.push(share.location);
            }
        }
        found
    }
}

/// Writes a slice's new orders with all their rows, the stock they commit, and their events.
/// Gives each order's name. `newcomers` are customers who came with them.
pub(crate) fn write(
    tx: &mut Tx,
    orders: &[NewOrder<'_>],
    newcomers: &[(&Call, CustomerId)],
) -> Result<Vec<String>, StoreError> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let names = insert_orders(tx, orders)?;
    insert_lines(tx, orders)?;
    insert_shipping_lines(tx, orders)?;
    insert_transactions(tx, orders)?;
    presentment::write(tx, orders)?;
    set_selling_plans(tx, orders)?;
    groups::write(tx, orders)?;
    insert_fulfillment_orders(tx, orders)?;
    insert_tags(tx, orders)?;
    insert_mails(tx, orders)?;

    let subscriptions = Subscriptions::load(tx, TOPICS)?;
    let mut told: Vec<(&Call, NewEvent)> = Vec::with_capacity(orders.len());
    for (call, customer) in newcomers {
        if subscriptions.want(Topic::CustomersCreate) {
            let topics = &[Topic::CustomersCreate];
            told.push((call, NewEvent::of(topics, Subject::Customer, *customer)));
        }
    }
    told.extend(
        orders
            .iter()
            .flat_map(|order| order_events(order, &subscriptions)),
    );
    told.extend(commit_stock(tx, orders, &subscriptions)?);
    events::record_for(tx, &subscriptions, &told)?;
    Ok(names)
}

fn order_events<'a>(
    order: &NewOrder<'a>,
    subscriptions: &Subscriptions,
) -> Vec<(&'a Call, NewEvent)> {
    const CREATED: &[Topic] = &[Topic::OrdersCreate];
    const CREATED_PAID: &[Topic] = &[Topic::OrdersCreate, Topic::OrdersPaid];
    let paid = order.financial_status == DisplayFinancialStatus::Paid;
    let topics = if paid { CREATED_PAID } else { CREATED };
    let mut told = vec![(order.call, NewEvent::of(topics, Subject::Order, order.id))];
    if subscriptions.want(Topic::OrderTransactionsCreate)
        || subscriptions.want(Topic::TenderTransactionsCreate)
    {
        told.extend(order.transactions.iter().map(|transaction| {
            let topics = told_by(transaction.kind, transaction.status);
            let subject = Subject::OrderTransaction;
            (order.call, NewEvent::of(topics, subject, transaction.id))
        }));
    }
    told
}

fn commit_stock<'a>(
    tx: &mut Tx,
    orders: &[NewOrder<'a>],
    subscriptions: &Subscriptions,
) -> Result<Vec<(&'a Call, NewEvent)>, StoreError> {
    let moved: Vec<(&NewOrder<'a>, String, Vec<Movement>)> = orders
        .iter()
        .map(|order| (order, order.id.to_string(), order.movements()))
        .filter(|(_, _, movements)| !movements.is_empty())
        .collect();
    let entries: Vec<Entry<'a, '_>> = moved
        .iter()
        .map(|(order, document, movements)| Entry {
            call: order.call,
            group: order.id.get().into(),
            reason: "order",
            document,
            ledger_document: None,
            movements,
        })
        .collect();
    inventory::enter_many(tx, subscriptions, &entries)
}

/// The next numbers of the shop, one for each order.
fn next_numbers(tx: &mut Tx, orders: usize) -> Result<std::ops::RangeFrom<i64>, StoreError> {
    let count = i64::try_from(orders).expect("a slice is no longer than its queue");
    // Raised and read in one statement, so that two processes never give the same numbers.
    let last: i64 = tx.one(
        "INSERT INTO counters (shop_id, name, value)
         VALUES ($shop, 'order_number', $1)
         ON CONFLICT (shop_id, name) DO UPDATE SET value = counters.value + $2
         RETURNING value",
        (NUMBER_FIRST - 1 + count, count),
    )?;
    Ok(last - count + 1..)
}

fn insert_orders(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<Vec<String>, StoreError> {
    let numbers = next_numbers(tx, orders.len())?;
    let names: Vec<String> = numbers
        .clone()
        .zip(orders)
        .map(|(number, order)| match order.name {
            Some(name) => name.to_owned(),
            None => format!("#{number}"),
        })
        .collect();
    let rows: Vec<_> = orders
        .iter()
        .zip(numbers)
        .zip(&names)
        .map(|((order, number), name)| {
            (
                order.id,
                number,
                name,
                &order.token,
                order.checkout_token,
                order.confirmation_number(),
                order.app_id,
                &order.source_name,
                order.customer_id,
                &order.email,
                &order.phone,
                order.note,
                order.po_number,
                order.locale,
                &order.attributes,
                &order.shipping_address,
                &order.billing_address,
                order.currency,
                order.taxes_included,
                to_json(&order.discounts),
                order.amounts.subtotal_minor,
                order.amounts.discounts_minor,
                order.amounts.shipping_minor,
                order.amounts.tax_minor,
                order.amounts.total_minor,
                order.amounts.received_minor,
                order.lines.iter().map(|line| line.quantity).sum::<i64>(),
                order.lines.iter().map(weight).fold(0, i64::saturating_add),
                order.financial_status,
                order.test,
                order.processed_at,
                order.closed_at,
                order.call.now,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO orders (shop_id, id, number, name, token, checkout_token, confirmation_number,
             app_id, source_name, customer_id, email, phone, note, po_number, locale, attributes,
             shipping_address, billing_address, currency, presentment_currency, taxes_included,
             discount_applications, subtotal_minor, discounts_minor, shipping_minor, tax_minor,
             total_minor, received_minor, refunded_minor, quantity, weight_grams, financial_status,
             fulfillment_status, test, processed_at, closed_at, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $18, $19, $20, $21, $22, $23, $24, $25, $26, 0, $27, $28, $29,
             'UNFULFILLED', $30, $31, $32, $33, $33)",
        &rows,
    )?;
    Ok(names)
}

fn weight(line: &NewLineItem<'_>) -> i64 {
    line.weight_grams.saturating_mul(line.quantity)
}

fn insert_lines(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let lines = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(move |line| (order, line)));
    let rows: Vec<_> = lines
        .map(|(order, line)| {
            (
                order.id,
                line.id,
                line.product_id,
                line.variant_id,
                line.inventory_item_id,
                &line.title,
                &line.variant_title,
                &line.vendor,
                &line.sku,
                &line.image_url,
                &line.options,
                &line.attributes,
                line.quantity,
                line.price_minor,
                line.discount_minor,
                to_json(&line.discounts),
                line.tax_minor,
                &line.tax_lines,
                line.taxable,
                line.requires_shipping,
                line.gift_card,
                line.weight_grams,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO line_items (shop_id, order_id, id, product_id, variant_id, inventory_item_id,
             title, variant_title, vendor, sku, image_url, options, attributes, quantity,
             current_quantity, fulfillable_quantity, price_minor, discount_minor,
             discount_allocations, tax_minor, tax_lines, taxable, requires_shipping, gift_card,
             weight_grams)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $13, $14, $15,
             $16, $17, $18, $19, $20, $21, $22)",
        &rows,
    )?;
    Ok(())
}

/// Most orders have none, and are not touched.
fn set_selling_plans(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let lines = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(move |line| (order.id, line)));
    let rows: Vec<_> = lines
        .filter_map(|(order, line)| {
            let (plan, name) = line.selling_plan.as_ref()?;
            Some((order, line.id, *plan, name))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.update_many(
        "UPDATE line_items SET selling_plan_id = $3, selling_plan_name = $4
          WHERE shop_id = $shop AND order_id = $1 AND id = $2",
        &rows,
    )?;
    Ok(())
}

fn insert_shipping_lines(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = orders
        .iter()
        .flat_map(|order| order.shipping_lines.iter().map(move |line| (order, line)))
        .map(|(order, line)| {
            (
                order.id,
                line.id,
                &line.title,
                &line.code,
                &line.source,
                line.price_minor,
                line.discount_minor,
                to_json(&line.discounts),
                line.tax_minor,
                &line.tax_lines,
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO shipping_lines (shop_id, order_id, id, title, code, source, price_minor,
             discount_minor, discount_allocations, tax_minor, tax_lines)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &rows,
    )?;
    Ok(())
}

fn insert_transactions(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let rows: Vec<_> = orders
        .iter()
        .flat_map(|order| order.transactions.iter().map(move |each| (order, each)))
        .map(|(order, transaction)| {
            (
                order.id,
                transaction.id,
                transaction.parent_id,
                transaction.kind,
                transaction.status,
                &transaction.gateway,
                transaction.amount_minor,
                order.currency,
                &transaction.authorization_code,
                transaction.message,
                transaction.test,
                transaction.processed_at,
                order.call.now,
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO order_transactions (shop_id, order_id, id, parent_id, kind, status, gateway,
             amount_minor, currency, authorization_code, message, test, processed_at, created_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &rows,
    )?;
    Ok(())
}

fn insert_fulfillment_orders(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let mut headers = Vec::with_capacity(orders.len());
    let mut lines = Vec::with_capacity(orders.len());
    for order in orders {
        for location in order.locations() {
            let id: FulfillmentOrderId = order.call.new_id();
            headers.push((order.id, id, location, order.call.now));
            for line in &order.lines {
                let here = line
                    .shares
                    .iter()
                    .filter(|share| share.location == location);
                let quantity: i64 = here.map(|share| share.quantity).sum();
                if quantity > 0 {
                    let line_id: FulfillmentOrderLineItemId = order.call.new_id();
                    let item = line.inventory_item_id.filter(|_| line.committed);
                    lines.push((order.id, id, line_id, line.id, item, quantity));
                }
            }
        }
    }
    tx.insert_many(
        "INSERT INTO fulfillment_orders (shop_id, order_id, id, location_id, status,
             request_status, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, 'OPEN', 'UNSUBMITTED', $4, $4)",
        &headers,
    )?;
    tx.insert_many(
        "INSERT INTO fulfillment_order_line_items (shop_id, order_id, fulfillment_order_id, id,
             line_item_id, inventory_item_id, total_quantity, remaining_quantity)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $6)",
        &lines,
    )?;
    Ok(())
}

fn insert_tags(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    for order in orders.iter().filter(|order| !order.tags.is_empty()) {
        tags::replace(tx, tags::Owner::Order, order.id.get(), &order.tags)?;
    }
    Ok(())
}

fn insert_mails(tx: &mut Tx, orders: &[NewOrder<'_>]) -> Result<(), StoreError> {
    let confirmations: Vec<_> = orders
        .iter()
        .filter_map(|order| {
            let mail = NewMail {
                kind: "order_confirmation",
                recipient: order.confirm_to.as_deref()?,
                about: (Subject::Order.as_str(), order.id.get()),
                words: None,
            };
            Some((order.call, mail))
        })
        .collect();
    mails::post(tx, &confirmations)
}
