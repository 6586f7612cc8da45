//! A draft becomes an order.

use store::{StoreError, Tx};
use units::{DraftOrderId, OrderId};

use super::draft_order::{
    AppliedDiscount, AppliedDiscountType, DraftOrder, DraftOrderLineItem, DraftOrderStatus,
};
use super::sql;
use crate::call::Call;
use crate::customers;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::orders::{
    self, CreateError, CustomerInput, DiscountInput, DiscountKind, DiscountTarget, DiscountValue,
    DisplayFinancialStatus, InventoryBehaviour, LineInput, OrderInput, Receipt, ShippingLineInput,
    TaxInput, TransactionInput,
};
use crate::tags;

/// How a draft becomes an order.
#[derive(Debug, Clone)]
pub struct Completion {
    /// What is paid of it.
    pub settlement: Settlement,
    /// Where the order came from, unless the draft says so.
    pub source_name: Option<String>,
}

/// What is paid of a draft that becomes an order.
#[derive(Debug, Clone)]
pub enum Settlement {
    /// All of it, outside of the shop.
    Paid,
    /// Nothing yet.
    Pending,
    /// What a gateway took or awaits; the buyer gets a confirmation.
    Through(TransactionInput),
}

/// A draft that became an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completed {
    /// The draft.
    pub draft: DraftOrderId,
    /// The order.
    pub order: OrderId,
}

/// Why a draft did not become an order.
#[derive(Debug, thiserror::Error)]
pub enum CompleteError {
    /// There is no such draft.
    #[error("Draft order does not exist")]
    NotFound,
    /// There is an order already.
    #[error("This order has been paid")]
    Completed,
    /// The order cannot be as the draft has it.
    #[error(transparent)]
    Order(#[from] CreateError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an order of a draft, at the draft's prices, and commits the stock. A draft becomes one
/// order, once: its row is locked until commit.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn complete(
    tx: &mut Tx,
    call: &Call,
    id: DraftOrderId,
    completion: &Completion,
) -> Result<Completed, CompleteError> {
    let draft = sql::lock(tx, id)?.ok_or(CompleteError::NotFound)?;
    if draft.is_completed() {
        return Err(CompleteError::Completed);
    }
    place(tx, call, draft, completion)
}

/// As [`complete`], for a draft that is locked and open.
pub(super) fn place(
    tx: &mut Tx,
    call: &Call,
    mut draft: DraftOrder,
    completion: &Completion,
) -> Result<Completed, CompleteError> {
    let tags = tags::load(tx, tags::Owner::DraftOrder, &[draft.id.get()])?;
    let known = match draft.customer_id {
        Some(id) => customers::load_many(tx, &[id])?.pop().map(|own| own.id),
        None => None,
    };
    let input = OrderInput {
        customer: known.map_or(CustomerInput::Unnamed, CustomerInput::Id),
        tags: tags.into_iter().next().unwrap_or_default(),
        ..order_of(&draft, completion)
    };
    let created = orders::create(tx, call, &input)?;
    draft.status = DraftOrderStatus::Completed;
    draft.order_id = Some(created.id);
    draft.completed_at = Some(call.now);
    draft.updated_at = call.now;
    sql::save(tx, &draft)?;
    let topics = &[Topic::DraftOrdersUpdate];
    let event = NewEvent::of(topics, Subject::DraftOrder, draft.id);
    events::record(tx, call, event)?;
    Ok(Completed {
        draft: draft.id,
        order: created.id,
    })
}

/// The order that a draft describes.
fn order_of(draft: &DraftOrder, completion: &Completion) -> OrderInput {
    let lines = draft.line_items();
    let tax = || TaxInput {
        title: draft.tax_title.clone(),
        rate_ppm: draft.tax_rate_ppm,
        price: None,
    };
    let taxed = draft.tax_rate_ppm > 0;
    let mut discounts = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(own) = &line.discount {
            discounts.push(discount(draft, own, DiscountTarget::Line(at)));
        }
    }
    if let Some(own) = draft.applied_discount() {
        discounts.push(discount(draft, &own, DiscountTarget::AllLines));
    }
    let delivery = draft.delivery().map(|own| ShippingLineInput {
        title: own.title,
        code: Some(own.code),
        source: None,
        price: draft.money(own.price_minor),
        tax_lines: if taxed && draft.shipping_taxed {
            vec![tax()]
        } else {
            Vec::new()
        },
    });
    let source = draft.source_name.clone();
    let (transactions, financial_status, receipt) = match &completion.settlement {
        Settlement::Paid => (
            Vec::new(),
            Some(DisplayFinancialStatus::Paid),
            Receipt::None,
        ),
        Settlement::Pending => (
            Vec::new(),
            Some(DisplayFinancialStatus::Pending),
            Receipt::None,
        ),
        Settlement::Through(transaction) => (vec![transaction.clone()], None, Receipt::Sent),
    };
    OrderInput {
        lines: lines.iter().map(|line| line_of(draft, line)).collect(),
        email: draft.email.clone(),
        phone: draft.phone.clone(),
        note: draft.note.clone(),
        po_number: draft.po_number.clone(),
        attributes: draft.attributes(),
        shipping_address: draft.shipping_address(),
        billing_address: draft.billing_address(),
        shipping_lines: delivery.into_iter().collect(),
        tax_lines: if taxed { vec![tax()] } else { Vec::new() },
        taxes_included: draft.taxes_included,
        discounts,
        transactions,
        // Nothing is owed for what costs nothing.
        financial_status: financial_status.filter(|_| draft.total_minor > 0),
        source_name: source
            .or_else(|| completion.source_name.clone())
            .or_else(|| Some("shopify_draft_order".to_owned())),
        inventory: InventoryBehaviour::DecrementObeyingPolicy,
        receipt,
        ..OrderInput::default()
    }
}

fn line_of(draft: &DraftOrder, line: &DraftOrderLineItem) -> LineInput {
    LineInput {
        variant: line.variant_id(),
        title: Some(line.title.clone()),
        variant_title: line.variant_title.clone(),
        vendor: line.vendor.clone(),
        sku: line.sku.clone(),
        quantity: line.quantity,
        price: Some(draft.money(line.price_minor)),
        taxable: Some(line.taxable),
        requires_shipping: Some(line.requires_shipping),
        gift_card: Some(line.gift_card),
        weight_grams: Some(line.weight_grams),
        attributes: line.attributes.clone(),
        tax_lines: Vec::new(),
    }
}

fn discount(draft: &DraftOrder, own: &AppliedDiscount, target: DiscountTarget) -> DiscountInput {
    let value = match (own.value(draft.currency), target) {
        ((AppliedDiscountType::Percentage, ppm), _) => DiscountValue::Percentage(ppm),
        ((AppliedDiscountType::FixedAmount, minor), DiscountTarget::Line(_)) => {
            DiscountValue::AmountEach(minor)
        }
        ((AppliedDiscountType::FixedAmount, minor), DiscountTarget::AllLines) => {
            DiscountValue::Amount(minor)
        }
    };
    let title = own.title.as_deref().unwrap_or("Custom discount");
    DiscountInput {
        kind: DiscountKind::Manual,
        title: title.to_owned(),
        description: Some(own.description.clone()).filter(|text| !text.is_empty()),
        value,
        target,
    }
}
