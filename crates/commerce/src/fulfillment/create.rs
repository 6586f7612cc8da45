//! Fulfilling: goods leave a location for a buyer.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{FulfillmentId, FulfillmentOrderId, FulfillmentOrderLineItemId, LocationId, OrderId};

use super::records::{
    Fulfillment, FulfillmentLineItem, FulfillmentOrder, FulfillmentOrderLineItem,
    FulfillmentStatus, Tracking,
};
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::inventory::{self, Movement};
use crate::orders::{self, Amendment, DisplayFulfillmentStatus, FulfillmentOrderStatus, Mail};

/// What leaves, and what the buyer is told.
#[derive(Debug, Clone, Default)]
pub struct NewFulfillment {
    /// What leaves, by fulfilment order.
    pub fulfillment_orders: Vec<FulfillmentOrderLines>,
    /// How the parcel may be followed.
    pub tracking: Tracking,
    /// Whether the buyer gets a mail.
    pub notify_customer: bool,
}

/// What leaves of one fulfilment order.
#[derive(Debug, Clone)]
pub struct FulfillmentOrderLines {
    /// The fulfilment order.
    pub id: FulfillmentOrderId,
    /// Units by line; empty for all that remains.
    pub lines: Vec<(FulfillmentOrderLineItemId, i64)>,
}

/// Why nothing left.
#[derive(Debug, thiserror::Error)]
pub enum FulfillError {
    /// No fulfilment order was named.
    #[error("Name at least one fulfillment order.")]
    Empty,
    /// A quantity is not above zero: the places of fulfilment order and line.
    #[error("Quantity must be greater than 0")]
    QuantityNotPositive {
        /// Which of the named fulfilment orders.
        group: usize,
        /// Which of its lines.
        line: usize,
    },
    /// There is no such fulfilment order.
    #[error("Fulfillment order does not exist.")]
    NotFound,
    /// The fulfilment orders belong to several orders.
    #[error(
        "All fulfillment orders must belong to the same order. Multiple orders with ids {0:?} were found."
    )]
    SeveralOrders(Vec<i64>),
    /// The fulfilment orders are several locations'.
    #[error(
        "All fulfillment orders must be assigned to a single location. Multiple locations with ids {0:?} were found."
    )]
    SeveralLocations(Vec<i64>),
    /// Nothing may leave on it as it stands.
    #[error("Fulfillment order {id} has an unfulfillable status= {status}.")]
    Unfulfillable {
        /// Its bare id.
        id: i64,
        /// Where it stands, in lower case.
        status: String,
    },
    /// The fulfilment order has no such line.
    #[error("Fulfillment order line item does not exist.")]
    LineNotFound,
    /// A tracking address is not one of the web.
    #[error("Tracking URL '{0}' must begin with https:// or http://.")]
    TrackingUrl(String),
    /// More is asked for than remains.
    #[error("Invalid fulfillment order line item quantity requested.")]
    TooMany,
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What leaves, line by line.
type Picks = BTreeMap<FulfillmentOrderLineItemId, i64>;

/// Records that goods left: remaining quantities fall, committed stock goes, and the order's
/// state follows.
///
/// The order's row stays locked until commit, so that two parcels cannot take the same unit.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    new: &NewFulfillment,
) -> Result<FulfillmentId, FulfillError> {
    check_quantities(&new.fulfillment_orders)?;
    if let Some(url) = new.tracking.foreign_url() {
        return Err(FulfillError::TrackingUrl(url.to_owned()));
    }
    let order_id = order_of(tx, new)?;
    let mut amendment = Amendment::open(tx, order_id)?.ok_or(FulfillError::NotFound)?;
    let orders = sql::fulfillment_orders(tx, &[order_id])?
        .pop()
        .unwrap_or_default();
    let mut lines = sql::lines_of_order(tx, order_id)?;
    let location_id = location_of(&orders, new)?;
    let picks = picks(&orders, &lines, &new.fulfillment_orders)?;

    let id: FulfillmentId = call.new_id();
    let fulfillment = parcel(tx, call, &amendment, location_id, &new.tracking, id)?;
    sql::insert_fulfillment(tx, &fulfillment)?;
    let mut moves = Vec::new();
    let mut packed = Vec::new();
    for line in &mut lines {
        let Some(quantity) = picks.get(&line.id).copied() else {
            continue;
        };
        line.remaining_quantity -= quantity;
        if let Some(sold) = amendment.line_mut(line.line_item_id) {
            sold.fulfillable_quantity = (sold.fulfillable_quantity - quantity).max(0);
        }
        if let Some(item) = line.inventory_item_id {
            moves.push(Movement::fulfilled(item, location_id, quantity));
        }
        packed.push(packed_line(call, id, line, quantity));
    }
    sql::insert_fulfillment_lines(tx, &packed)?;
    let touched: Vec<_> = lines
        .iter()
        .filter(|line| picks.contains_key(&line.id))
        .collect();
    sql::save_lines(tx, &touched)?;
    sql::save_statuses(
        tx,
        order_id,
        &statuses(&orders, &lines, &new.fulfillment_orders),
        call.now,
    )?;
    amendment.save_lines(tx)?;
    inventory::enter_of_orders(tx, call, "fulfillment", &id.to_string(), &moves)?;
    amendment.settle(tx, call)?;
    if new.notify_customer {
        let about = (Subject::Fulfillment, id.get());
        orders::post_mail(
            tx,
            call,
            Mail::ShippingConfirmation,
            &amendment.order,
            about,
        )?;
    }
    tell(tx, call, &amendment, id)?;
    Ok(id)
}

fn check_quantities(groups: &[FulfillmentOrderLines]) -> Result<(), FulfillError> {
    if groups.is_empty() {
        return Err(FulfillError::Empty);
    }
    for (group, asked) in groups.iter().enumerate() {
        for (line, (_, quantity)) in asked.lines.iter().enumerate() {
            if *quantity <= 0 {
                return Err(FulfillError::QuantityNotPositive { group, line });
            }
        }
    }
    Ok(())
}

/// The one order that the named fulfilment orders belong to.
fn order_of(tx: &mut Tx, new: &NewFulfillment) -> Result<OrderId, FulfillError> {
    let ids: Vec<FulfillmentOrderId> = new
        .fulfillment_orders
        .iter()
        .map(|asked| asked.id)
        .collect();
    let mut orders = Vec::new();
    for found in sql::fulfillment_orders_by_id(tx, &ids)? {
        let order_id = found.ok_or(FulfillError::NotFound)?.order_id;
        if !orders.contains(&order_id) {
            orders.push(order_id);
        }
    }
    match orders.as_slice() {
        [order] => Ok(*order),
        [] => Err(FulfillError::Empty),
        several => Err(FulfillError::SeveralOrders(
            several.iter().map(|order| order.get()).collect(),
        )),
    }
}

/// The one location that the named fulfilment orders are assigned to.
fn location_of(
    orders: &[FulfillmentOrder],
    new: &NewFulfillment,
) -> Result<LocationId, FulfillError> {
    let mut locations: Vec<LocationId> = Vec::new();
    for asked in &new.fulfillment_orders {
        let order = orders.iter().find(|order| order.id == asked.id);
        let location = order.ok_or(FulfillError::NotFound)?.location_id;
        if !locations.contains(&location) {
            locations.push(location);
        }
    }
    match locations.as_slice() {
        [location] => Ok(*location),
        [] => Err(FulfillError::Empty),
        several => Err(FulfillError::SeveralLocations(
            several.iter().map(|location| location.get()).collect(),
        )),
    }
}

/// What leaves, line by line, when it may.
fn picks(
    orders: &[FulfillmentOrder],
    lines: &[FulfillmentOrderLineItem],
    groups: &[FulfillmentOrderLines],
) -> Result<Picks, FulfillError> {
    let mut picks = Picks::new();
    for asked in groups {
        let order = orders.iter().find(|order| order.id == asked.id);
        let order = order.ok_or(FulfillError::NotFound)?;
        if !order.status.is_fulfillable() {
            return Err(FulfillError::Unfulfillable {
                id: order.id.get(),
                status: order.status.as_str().to_ascii_lowercase(),
            });
        }
        let own = || {
            lines
                .iter()
                .filter(|line| line.fulfillment_order_id == asked.id)
        };
        let wanted: Vec<_> = if asked.lines.is_empty() {
            own()
                .map(|line| (line.id, line.remaining_quantity))
                .collect()
        } else {
            asked.lines.clone()
        };
        for (id, quantity) in wanted {
            let line = own()
                .find(|line| line.id == id)
                .ok_or(FulfillError::LineNotFound)?;
            let picked = picks.entry(id).or_default();
            *picked = picked.saturating_add(quantity);
            if *picked > line.remaining_quantity {
                return Err(FulfillError::TooMany);
            }
        }
    }
    picks.retain(|_, quantity| *quantity > 0);
    if picks.is_empty() {
        Err(FulfillError::TooMany)
    } else {
        Ok(picks)
    }
}

/// Where the named fulfilment orders stand once `lines` remain.
fn statuses(
    orders: &[FulfillmentOrder],
    lines: &[FulfillmentOrderLineItem],
    groups: &[FulfillmentOrderLines],
) -> Vec<(FulfillmentOrderId, FulfillmentOrderStatus)> {
    let named = |order: &&FulfillmentOrder| groups.iter().any(|asked| asked.id == order.id);
    let mut statuses = Vec::new();
    for order in orders.iter().filter(named) {
        let own = lines
            .iter()
            .filter(|line| line.fulfillment_order_id == order.id);
        let remaining: i64 = own.map(|line| line.remaining_quantity).sum();
        let next = if remaining == 0 {
            FulfillmentOrderStatus::Closed
        } else {
            FulfillmentOrderStatus::InProgress
        };
        if order.status.can_become(next) {
            statuses.push((order.id, next));
        }
    }
    statuses
}

fn parcel(
    tx: &mut Tx,
    call: &Call,
    amendment: &Amendment,
    location_id: LocationId,
    tracking: &Tracking,
    id: FulfillmentId,
) -> Result<Fulfillment, StoreError> {
    let order = &amendment.order;
    let before = sql::fulfillments(tx, &[order.id])?
        .pop()
        .unwrap_or_default()
        .len();
    let (tracking_numbers, tracking_urls) = tracking.stored();
    Ok(Fulfillment {
        order_id: order.id,
        id,
        location_id,
        name: format!("{}-F{}", order.name, before + 1),
        status: FulfillmentStatus::Success,
        tracking_company: tracking.company.clone(),
        tracking_numbers,
        tracking_urls,
        created_at: call.now,
        updated_at: call.now,
    })
}

fn packed_line(
    call: &Call,
    fulfillment_id: FulfillmentId,
    line: &FulfillmentOrderLineItem,
    quantity: i64,
) -> FulfillmentLineItem {
    FulfillmentLineItem {
        order_id: line.order_id,
        fulfillment_id,
        id: call.new_id(),
        line_item_id: line.line_item_id,
        fulfillment_order_id: line.fulfillment_order_id,
        fulfillment_order_line_item_id: line.id,
        quantity,
    }
}

fn tell(
    tx: &mut Tx,
    call: &Call,
    amendment: &Amendment,
    id: FulfillmentId,
) -> Result<(), StoreError> {
    let topics: &[Topic] = match amendment.order.fulfillment_status {
        DisplayFulfillmentStatus::Fulfilled => &[Topic::OrdersFulfilled, Topic::OrdersUpdated],
        _ => &[Topic::OrdersPartiallyFulfilled, Topic::OrdersUpdated],
    };
    let left = NewEvent::of(&[Topic::FulfillmentsCreate], Subject::Fulfillment, id);
    let order = NewEvent::of(topics, Subject::Order, amendment.order.id);
    events::record_many(tx, &[(call, left), (call, order)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::FulfillmentOrderRequestStatus;
    use units::{LineItemId, Timestamp};

    fn order(id: i64, status: FulfillmentOrderStatus) -> FulfillmentOrder {
        FulfillmentOrder {
            order_id: OrderId(1),
            id: FulfillmentOrderId(id),
            location_id: LocationId(1),
            status,
            request_status: FulfillmentOrderRequestStatus::Unsubmitted,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    fn line(order: i64, id: i64, remaining: i64) -> FulfillmentOrderLineItem {
        FulfillmentOrderLineItem {
            order_id: OrderId(1),
            fulfillment_order_id: FulfillmentOrderId(order),
            id: FulfillmentOrderLineItemId(id),
            line_item_id: LineItemId(id),
            inventory_item_id: None,
            total_quantity: 5,
            remaining_quantity: remaining,
        }
    }

    fn asked(order: i64, lines: &[(i64, i64)]) -> FulfillmentOrderLines {
        FulfillmentOrderLines {
            id: FulfillmentOrderId(order),
            lines: lines
                .iter()
                .map(|(id, quantity)| (FulfillmentOrderLineItemId(*id), *quantity))
                .collect(),
        }
    }

    #[test]
    fn no_lines_means_all_that_remains() {
        let orders = [order(1, FulfillmentOrderStatus::Open)];
        let lines = [line(1, 10, 2), line(1, 11, 0)];
        let picked = picks(&orders, &lines, &[asked(1, &[])]).unwrap();
        assert_eq!(picked, Picks::from([(FulfillmentOrderLineItemId(10), 2)]));
    }

    #[test]
    fn a_line_named_twice_counts_twice() {
        let orders = [order(1, FulfillmentOrderStatus::Open)];
        let lines = [line(1, 10, 2)];
        let twice = picks(&orders, &lines, &[asked(1, &[(10, 1), (10, 1)])]).unwrap();
        assert_eq!(twice[&FulfillmentOrderLineItemId(10)], 2);
        let thrice = picks(&orders, &lines, &[asked(1, &[(10, 2), (10, 1)])]);
        assert!(matches!(thrice, Err(FulfillError::TooMany)));
    }

    #[test]
    fn what_cannot_leave_is_refused_by_name() {
        let closed = [order(7, FulfillmentOrderStatus::Closed)];
        let refused = picks(&closed, &[line(7, 10, 1)], &[asked(7, &[])]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "Fulfillment order 7 has an unfulfillable status= closed."
        );
        let open = [order(7, FulfillmentOrderStatus::Open)];
        let other = picks(&open, &[line(8, 10, 1)], &[asked(7, &[(10, 1)])]);
        assert!(matches!(other, Err(FulfillError::LineNotFound)));
        let nothing = picks(&open, &[line(7, 10, 0)], &[asked(7, &[])]);
        assert!(matches!(nothing, Err(FulfillError::TooMany)));
    }

    #[test]
    fn a_fulfilment_order_closes_with_its_last_unit() {
        let orders = [order(1, FulfillmentOrderStatus::Open)];
        let closed = statuses(&orders, &[line(1, 10, 0)], &[asked(1, &[])]);
        assert_eq!(
            closed,
            [(FulfillmentOrderId(1), FulfillmentOrderStatus::Closed)]
        );
        let begun = statuses(&orders, &[line(1, 10, 1)], &[asked(1, &[])]);
        assert_eq!(
            begun,
            [(FulfillmentOrderId(1), FulfillmentOrderStatus::InProgress)]
        );
    }

    #[test]
    fn a_quantity_of_nothing_is_refused_with_its_place() {
        let groups = [asked(1, &[(10, 1)]), asked(2, &[(20, 0)])];
        assert!(matches!(
            check_quantities(&groups),
            Err(FulfillError::QuantityNotPositive { group: 1, line: 0 })
        ));
    }
}
