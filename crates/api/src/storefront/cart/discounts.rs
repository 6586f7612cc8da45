//! The discounts and gift cards of a cart.

use commerce::carts::{AppliedGiftCard, CartView};
use commerce::discounts::{
    ApplicationKind, CodeStanding, DiscountAllocation, DiscountApplication, DiscountClass,
    DiscountValue,
};
use graphql::{Obj, obj};
use units::{Currency, Money};

use super::CartNode;
use crate::Registry;
use crate::scalars::Rate;

/// What a discount takes off a cart, a line or a delivery.
#[derive(Clone)]
struct Allocation {
    application: CartDiscountApplication,
    amount: Money,
}

/// A discount that came by a code.
struct CodeAllocation(Allocation);
/// A discount that came by itself.
struct AutomaticAllocation(Allocation);
/// A discount that somebody gave by hand.
struct CustomAllocation(Allocation);

/// What a discount says.
#[derive(Clone)]
pub(in crate::storefront) struct CartDiscountApplication {
    own: DiscountApplication,
    currency: Currency,
}

/// A share of a price, in millionths.
pub(in crate::storefront) struct Percentage(pub(in crate::storefront) i64);

pub(super) fn register(r: &mut Registry) {
    r.object::<CartNode>("Cart")
        .child("discountCodes", |cart| cart.view.granted.codes.clone())
        .child("discountAllocations", |cart| of_cart(&cart.view))
        .child("appliedGiftCards", |cart| cart.view.gift_cards.clone());
    r.object::<CodeStanding>("CartDiscountCode")
        .text("code", |code| &code.code)
        .leaf("applicable", |code| code.refusal.is_none());
    r.object::<CodeAllocation>("CartCodeDiscountAllocation")
        .leaf("code", |own| {
            own.0.application.own.code.clone().unwrap_or_default()
        })
        .leaf("targetType", |own| own.0.application.own.target_type())
        .child("discountedAmount", |own| own.0.amount)
        .child("discountApplication", |own| own.0.application.clone());
    r.object::<AutomaticAllocation>("CartAutomaticDiscountAllocation")
        .text("title", |own| &own.0.application.own.title)
        .leaf("targetType", |own| own.0.application.own.target_type())
        .child("discountedAmount", |own| own.0.amount)
        .child("discountApplication", |own| own.0.application.clone());
    r.object::<CustomAllocation>("CartCustomDiscountAllocation")
        .text("title", |own| &own.0.application.own.title)
        .leaf("targetType", |own| own.0.application.own.target_type())
        .child("discountedAmount", |own| own.0.amount)
        .child("discountApplication", |own| own.0.application.clone());
    r.object::<CartDiscountApplication>("CartDiscountApplication")
        .leaf("allocationMethod", |own| own.own.method.as_str())
        .leaf("targetSelection", |own| own.own.selection.as_str())
        .leaf("targetType", |own| own.own.target_type())
        .child("value", CartDiscountApplication::value);
    r.object::<Percentage>("PricingPercentageValue")
        .leaf("percentage", |own| Rate::per_cent(own.0));
    r.object::<AppliedGiftCard>("AppliedGiftCard")
        .leaf("id", |own| {
            format!("gid://shopify/AppliedGiftCard/{}", own.card.id.get())
        })
        .text("lastCharacters", |own| &own.card.last_characters)
        .child("amountUsed", |own| own.used.shop)
        .child("amountUsedV2", |own| own.used.shop)
        .child("presentmentAmountUsed", |own| own.used.presentment)
        .child("balance", |own| own.card.balance())
        .child("balanceV2", |own| own.card.balance());
}

/// The discounts on the order as a whole, and those on its delivery once that is chosen.
fn of_cart(view: &CartView) -> Vec<Obj> {
    let chosen = view.cart.delivery.selected().is_some();
    let meant = |application: &DiscountApplication| match application.class {
        DiscountClass::Product => false,
        DiscountClass::Order => true,
        DiscountClass::Shipping => chosen,
    };
    let applications = view.granted.applications.iter();
    applications
        .filter(|application| meant(application))
        .map(|application| shown(view, application, application.amount_minor))
        .collect()
}

/// What a line's or a delivery's share of the cart's discounts is: all of them, or only those
/// that are the line's own.
pub(super) fn of_line(
    view: &CartView,
    allocations: &[DiscountAllocation],
    own_only: bool,
) -> Vec<Obj> {
    let with_application = |allocation: &DiscountAllocation| {
        let application = view.granted.applications.get(allocation.application)?;
        Some((application, allocation.amount_minor))
    };
    allocations
        .iter()
        .filter_map(with_application)
        .filter(|(application, _)| !own_only || application.class == DiscountClass::Product)
        .map(|(application, minor)| shown(view, application, minor))
        .collect()
}

fn shown(view: &CartView, application: &DiscountApplication, minor: i64) -> Obj {
    let currency = view.subtotal.currency;
    let own = Allocation {
        application: CartDiscountApplication {
            own: application.clone(),
            currency,
        },
        amount: Money::new(minor, currency),
    };
    match application.kind {
        ApplicationKind::Code => obj(CodeAllocation(own)),
        ApplicationKind::Automatic => obj(AutomaticAllocation(own)),
        ApplicationKind::Manual => obj(CustomAllocation(own)),
    }
}

impl CartDiscountApplication {
    fn value(&self) -> Obj {
        match self.own.value {
            DiscountValue::Percentage { percentage_ppm } => obj(Percentage(percentage_ppm)),
            DiscountValue::Amount { amount_minor, .. } => {
                obj(Money::new(amount_minor, self.currency))
            }
        }
    }
}
