//! What the staff does with drafts, fulfilment orders, parcels and money that was set aside.

use commerce::Actor;
use commerce::draft_orders::{
    self, AppliedDiscountType, Completion, DeliveryInput, DraftDiscountInput, DraftLineInput,
    DraftOrderInput, Settlement,
};
use commerce::fulfillment::{self, CancelFulfillmentError, HoldError, HoldReason, HoldRelease};
use commerce::fulfillment::{NewHold, RearrangeError};
use commerce::orders::{self, CaptureError, Rest};
use store::{StoreError, Tx};
use units::{
    Currency, FulfillmentId, FulfillmentOrderId, FulfillmentOrderLineItemId, Money, OrderId,
    OrderTransactionId, ProductVariantId, ShopId,
};

use super::{LOCATIONS, VARIANTS, World};

impl World {
    /// A draft is made and completed, and completed once more: there is one order at most.
    pub(super) fn draft(&mut self, shop: ShopId) {
        let euros = |minor| Money::new(minor, Currency::EUR);
        let discount = |value_type, value: String| DraftDiscountInput {
            title: None,
            description: None,
            value_type,
            value,
        };
        let percent = self.dice.below(101).to_string();
        let goods = DraftLineInput {
            variant: Some(ProductVariantId(1 + self.dice.below(VARIANTS))),
            quantity: 1 + self.dice.below(3),
            discount: Some(discount(AppliedDiscountType::Percentage, percent)),
            ..DraftLineInput::default()
        };
        let work = DraftLineInput {
            title: Some("Work".to_owned()),
            quantity: 2,
            price: Some(euros(self.dice.below(2000))),
            ..DraftLineInput::default()
        };
        let whole = discount(AppliedDiscountType::FixedAmount, "1.23".to_owned());
        let input = DraftOrderInput {
            lines: Some(vec![goods, work]),
            discount: Some(Some(whole)),
            delivery: Some(Some(DeliveryInput::Custom {
                title: None,
                price: euros(self.dice.below(900)),
            })),
            ..DraftOrderInput::default()
        };
        let call = self.call(shop, Actor::System);
        let made = self
            .db
            .write_blocking(shop, move |tx| draft_orders::create(tx, &call, &input));
        let id = made.expect("what is sold can be drafted");
        let settlement = if self.dice.below(2) == 0 {
            Settlement::Paid
        } else {
            Settlement::Pending
        };
        for round in 0..2 {
            let call = self.call(shop, Actor::System);
            let completion = Completion {
                settlement: settlement.clone(),
                source_name: None,
            };
            let done = self.db.write_blocking(shop, move |tx| {
                draft_orders::complete(tx, &call, id, &completion)
            });
            if let Ok(completed) = done {
                assert_eq!(round, 0, "a draft became a second order");
                self.memory(shop).orders.push(completed.order);
            }
        }
    }

    /// A fulfilment order is held, let go, moved, split or called off.
    pub(super) fn rearrange(&mut self, shop: ShopId) {
        let (what, quantity) = (self.dice.below(5), 1 + self.dice.below(2));
        let to = self.dice.one_of(&LOCATIONS).expect("two locations");
        self.with_order(shop, move |tx, call, order| {
            let Some((id, line)) = waiting(tx, order)? else {
                return Ok(());
            };
            let units = [(line, quantity)];

            match what {
                0 => {
                    let new = NewHold {
                        reason: HoldReason::Other,
                        reason_notes: None,
                        handle: quantity.to_string(),
                        external_id: None,
                        lines: units[..usize::from(quantity == 1)].to_vec(),
                    };
                    held(fulfillment::hold(tx, call, id, &new).map(drop))
                }
                1 => {
                    let all = &HoldRelease::All;
                    held(fulfillment::release_hold(tx, call, id, all).map(drop))
                }
                2 => fulfillment::move_to(tx, call, id, to, &units).map(drop),
                3 => fulfillment::split(tx, call, id, &units).map(drop),
                _ => fulfillment::call_off(tx, call, id).map(drop),
            }
        });
    }

    /// A parcel is called back.
    pub(super) fn call_back(&mut self, shop: ShopId) {
        self.with_order(shop, |tx, call, order| {
            let parcel: Option<FulfillmentId> = tx.optional(
                "SELECT id FROM fulfillments
                  WHERE shop_id = $shop AND order_id = $1 AND status = 'SUCCESS'
                  ORDER BY id LIMIT 1",
                (order,),
            )?;
            match parcel {
                Some(id) => fulfillment::cancel(tx, call, id).map(drop),
                None => Ok::<(), CancelFulfillmentError>(()),
            }
        });
    }

    /// Money that was set aside is taken or let go.
    pub(super) fn capture(&mut self, shop: ShopId) {
        let (what, cents) = (self.dice.below(3), 1 + self.dice.below(900));
        self.with_order(shop, move |tx, call, order| {
            let parent: Option<OrderTransactionId> = tx.optional(
                "SELECT id FROM order_transactions
                  WHERE shop_id = $shop AND order_id = $1 AND kind = 'AUTHORIZATION'
                  ORDER BY id LIMIT 1",
                (order,),
            )?;
            let Some(parent) = parent else {
                return Ok::<(), CaptureError>(());
            };
            let amount = Money::new(cents, Currency::EUR);
            match what {
                0 => orders::void(tx, call, parent).map(drop),
                1 => orders::capture(tx, call, order, parent, amount, Rest::Kept).map(drop),
                _ => orders::capture(tx, call, order, parent, amount, Rest::LetGo).map(drop),
            }
        });
    }
}

/// An order's fulfilment order with something left to send, and a line of it.
fn waiting(
    tx: &mut Tx,
    order: OrderId,
) -> Result<Option<(FulfillmentOrderId, FulfillmentOrderLineItemId)>, StoreError> {
    tx.optional(
        "SELECT n.fulfillment_order_id, n.id
           FROM fulfillment_order_line_items n
          WHERE n.shop_id = $shop AND n.order_id = $1 AND n.remaining_quantity > 0
          ORDER BY n.id LIMIT 1",
        (order,),
    )
}

/// A hold's outcome as the other changes give theirs.
fn held(done: Result<(), HoldError>) -> Result<(), RearrangeError> {
    match done {
        Ok(()) => Ok(()),
        Err(HoldError::Store(fault)) => Err(fault.into()),
        Err(_) => Err(RearrangeError::Unfit),
    }
}
