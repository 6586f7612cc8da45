//! What a selling plan says of billing, delivery and price. All of it is pure.

use serde::{Deserialize, Serialize};
use store::{FromColumn, Param, ToParam, Value, text_enum};
use units::{Timestamp, divide_half_up};

/// Declares an enum of the public API that is kept within JSON, too.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $text:literal),* $(,)? }) => {
        text_enum! {
            $(#[$doc])*
            pub enum $name { $($(#[$case_doc])* $case = $text),* }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no such word"))
            }
        }
    };
}

word! {
    /// What kind of purchase a plan is.
    PlanCategory {
        /// Something else.
        Other = "OTHER",
        /// Bought before it is there.
        PreOrder = "PRE_ORDER",
        /// Bought again and again.
        Subscription = "SUBSCRIPTION",
        /// Paid when it is kept.
        TryBeforeYouBuy = "TRY_BEFORE_YOU_BUY",
    }
}
word! {
    /// When stock is taken.
    Reserve {
        /// When it is sent.
        OnFulfillment = "ON_FULFILLMENT",
        /// When it is sold.
        OnSale = "ON_SALE",
    }
}
word! {
    /// What is counted between two of something.
    Interval {
        /// Days.
        Day = "DAY",
        /// Months.
        Month = "MONTH",
        /// Weeks.
        Week = "WEEK",
        /// Years.
        Year = "YEAR",
    }
}
word! {
    /// What an anchor counts days of.
    AnchorType {
        /// A day of the month.
        Monthday = "MONTHDAY",
        /// A day of the week.
        Weekday = "WEEKDAY",
        /// A day of the year.
        Yearday = "YEARDAY",
    }
}
word! {
    /// When the rest is paid.
    RemainingBalanceTrigger {
        /// At a moment.
        ExactTime = "EXACT_TIME",
        /// Nothing is left to pay.
        NoRemainingBalance = "NO_REMAINING_BALANCE",
        /// When it is sent.
        OnFulfillment = "ON_FULFILLMENT",
        /// Some time after the checkout.
        TimeAfterCheckout = "TIME_AFTER_CHECKOUT",
    }
}
word! {
    /// What begins a delivery.
    FulfillmentTrigger {
        /// The next anchor.
        Anchor = "ANCHOR",
        /// As soon as it can be sent.
        Asap = "ASAP",
        /// A moment.
        ExactTime = "EXACT_TIME",
        /// It is not known yet.
        Unknown = "UNKNOWN",
    }
}
word! {
    /// What happens to an order shortly before an anchor.
    PreAnchorBehavior {
        /// It is sent as soon as possible.
        Asap = "ASAP",
        /// It waits for the next anchor.
        Next = "NEXT",
    }
}

/// A day that something happens on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// What the day is counted in.
    #[serde(rename = "type")]
    pub kind: AnchorType,
    /// The day.
    pub day: i64,
    /// The month, of a day of the year.
    pub month: Option<i64>,
    /// Days before it that orders count for the next one.
    pub cutoff_day: Option<i64>,
}

/// How often something happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Every {
    /// What is counted.
    pub interval: Interval,
    /// How many of them.
    pub count: i64,
}

/// What a thing costs instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adjustment {
    /// So much less.
    FixedAmount(i64),
    /// A share less, in millionths.
    Percentage(i64),
    /// That price.
    Price(i64),
}

/// What a plan does to the price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricingPolicy {
    /// From which delivery on; from the first when left out.
    pub after_cycle: Option<i64>,
    /// What it does.
    pub adjustment: Adjustment,
}

/// What is paid at the checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutCharge {
    /// A share of the price, in millionths.
    Percentage(i64),
    /// An amount, in minor units.
    Price(i64),
}

/// When what is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingPolicy {
    /// Once, or in two parts.
    Fixed {
        /// The first part.
        charge: CheckoutCharge,
        /// When the rest is paid.
        trigger: RemainingBalanceTrigger,
        /// The moment.
        exact_time: Option<i64>,
        /// The time after the checkout, as ISO 8601 writes durations.
        after_checkout: Option<String>,
    },
    /// Again and again.
    Recurring {
        /// How often.
        every: Every,
        /// Payments that there are at least.
        min_cycles: Option<i64>,
        /// Payments that there are at most.
        max_cycles: Option<i64>,
        /// On which days.
        anchors: Vec<Anchor>,
    },
}

/// When what is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryPolicy {
    /// Once.
    Fixed {
        /// What begins it.
        trigger: FulfillmentTrigger,
        /// The moment.
        exact_time: Option<i64>,
        /// On which days.
        anchors: Vec<Anchor>,
        /// Days before an anchor that orders count for the next one.
        cutoff: Option<i64>,
        /// What happens shortly before an anchor.
        before_anchor: PreAnchorBehavior,
    },
    /// Again and again.
    Recurring {
        /// How often.
        every: Every,
        /// On which days.
        anchors: Vec<Anchor>,
        /// Days before an anchor that orders count for the next one.
        cutoff: Option<i64>,
        /// What happens shortly before an anchor.
        before_anchor: PreAnchorBehavior,
    },
}

/// A share of an amount, rounded half up.
fn share(minor: i64, ppm: i64) -> i64 {
    let part = divide_half_up(i128::from(minor) * i128::from(ppm), 1_000_000);
    i64::try_from(part).unwrap_or(i64::MAX)
}

impl Adjustment {
    /// What something costs then, never below nothing.
    #[must_use]
    pub fn of(self, minor: i64) -> i64 {
        let price = match self {
            Self::FixedAmount(amount) => minor - amount,
            Self::Percentage(ppm) => minor - share(minor, ppm),
            Self::Price(price) => price,
        };
        price.max(0)
    }

    /// The public API's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FixedAmount(_) => "FIXED_AMOUNT",
            Self::Percentage(_) => "PERCENTAGE",
            Self::Price(_) => "PRICE",
        }
    }
}

impl CheckoutCharge {
    /// What is paid at the checkout of a price: never more than all of it.
    #[must_use]
    pub fn of(self, minor: i64) -> i64 {
        match self {
            Self::Percentage(ppm) => share(minor, ppm),
            Self::Price(price) => price.min(minor),
        }
    }
}

impl BillingPolicy {
    /// The moment that the rest is paid at.
    #[must_use]
    pub fn exact_time(&self) -> Option<Timestamp> {
        match self {
            Self::Fixed { exact_time, .. } => exact_time.map(Timestamp),
            Self::Recurring { .. } => None,
        }
    }
}

/// Lets the store keep a policy as JSON.
macro_rules! kept_as_json {
    ($name:ident) => {
        impl ToParam for $name {
            fn to_param(&self) -> Param<'_> {
                let text = serde_json::to_string(self).expect("a policy has no keys but texts");
                Param::Text(text.into())
            }
        }

        impl FromColumn for $name {
            const WANTED: &'static str = stringify!($name);

            fn from_column(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Text(text) => serde_json::from_str(text).ok(),
                    _ => None,
                }
            }
        }
    };
}
kept_as_json!(BillingPolicy);
kept_as_json!(DeliveryPolicy);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adjusted_price_is_exact_and_never_below_nothing() {
        assert_eq!(Adjustment::Percentage(100_000).of(1_995), 1_795);
        assert_eq!(Adjustment::Percentage(1_000_000).of(1_995), 0);
        assert_eq!(Adjustment::FixedAmount(2_000).of(1_995), 0);
        assert_eq!(Adjustment::Price(990).of(1_995), 990);
        assert_eq!(CheckoutCharge::Percentage(250_000).of(1_002), 251);
        assert_eq!(CheckoutCharge::Price(5_000).of(1_002), 1_002);
    }
}
