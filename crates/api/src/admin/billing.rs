//! What apps would be paid: types that a query may name and that no value is ever of, since
//! apps of the shop's own are not billed.

use graphql::Obj;
use units::Money;

use crate::Registry;

/// Declares an empty type for each GraphQL type with its plain and its object fields, so that a
/// resolver for it cannot be anything but unreachable.
macro_rules! absent {
    ($($(#[$doc:meta])* $name:ident [$($leaf:literal: $leaf_type:ty),*]
       [$($child:literal: $child_type:ty),*])*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy)]
            pub(super) enum $name {}
        )*

        fn types(r: &mut Registry) {
            $(
                r.object::<$name>(stringify!($name))
                    $(.leaf($leaf, |own: &$name| -> $leaf_type { match *own {} }))*
                    $(.child($child, |own: &$name| -> $child_type { match *own {} }))*;
            )*
        }
    };
}

absent! {
    /// What is paid for an app every month or year.
    AppSubscription
        ["id": String, "name": String, "status": String, "test": bool, "trialDays": i32,
         "returnUrl": String, "createdAt": String, "currentPeriodEnd": Option<String>]
        ["lineItems": Vec<AppSubscriptionLineItem>]
    /// A part of that.
    AppSubscriptionLineItem ["id": String] ["plan": AppPlanV2]
    /// How a part is priced.
    AppPlanV2 [] ["pricingDetails": Obj]
    /// At a fixed price.
    AppRecurringPricing
        ["interval": String] ["price": Money, "discount": Option<AppSubscriptionDiscount>]
    /// By use.
    AppUsagePricing
        ["interval": String, "terms": String] ["balanceUsed": Money, "cappedAmount": Money]
    /// Less for a while.
    AppSubscriptionDiscount
        ["durationLimitInIntervals": Option<i32>, "remainingDurationInIntervals": Option<i32>]
        ["priceAfterDiscount": Money, "value": Obj]
    /// Less by an amount.
    AppSubscriptionDiscountAmount [] ["amount": Money]
    /// Less by a share.
    AppSubscriptionDiscountPercentage ["percentage": f64] []
    /// What is paid for an app once.
    AppPurchaseOneTime
        ["id": String, "name": String, "status": String, "test": bool, "createdAt": String]
        ["price": Money]
}

pub(super) fn register(r: &mut Registry) {
    types(r);
    r.connection::<AppSubscription>("AppSubscriptionConnection", "AppSubscriptionEdge");
    r.connection::<AppPurchaseOneTime>("AppPurchaseOneTimeConnection", "AppPurchaseOneTimeEdge");
}
