//! Discounts on orders: none can be made yet, so every list of them is empty.

use commerce::orders::{Order, ShippingLine};
use graphql::{Obj, Page, PageArgs};
use units::MoneyBag;

use super::lines::Line;
use crate::admin::priced::Priced;
use crate::{Cx, Registry};

/// A discount of one kind: there is none.
enum CodeDiscount {}
/// What a discount takes off: there is none.
enum Allocation {}

pub(super) fn register(r: &mut Registry) {
    r.connection::<Obj>("DiscountApplicationConnection", "DiscountApplicationEdge");
    r.object::<Order>("Order").load(
        "discountApplications",
        |orders: &[&Order], args: &PageArgs, _: &mut Cx| {
            orders
                .iter()
                .map(|_| args.window().map(|_| Page::<Obj>::default()))
                .collect()
        },
    );
    r.object::<CodeDiscount>("DiscountCodeApplication")
        .leaf("code", |never| -> String { match *never {} })
        .leaf("index", |never| -> i64 { match *never {} })
        .leaf("allocationMethod", |never| -> String { match *never {} })
        .leaf("targetSelection", |never| -> String { match *never {} })
        .leaf("targetType", |never| -> String { match *never {} })
        .child("value", |never| -> Obj { match *never {} });
    r.object::<Allocation>("DiscountAllocation")
        .child("allocatedAmountSet", |never| -> MoneyBag {
            match *never {}
        })
        .child("discountApplication", |never| -> Obj { match *never {} });
    r.object::<Line>("LineItem")
        .child("discountAllocations", |_| Vec::<Allocation>::new());
    r.object::<Priced<ShippingLine>>("ShippingLine")
        .child("discountAllocations", |_| Vec::<Allocation>::new());
}
