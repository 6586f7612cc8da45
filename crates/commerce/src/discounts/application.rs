//! Discounts as carts show them and orders keep them: which applied, and what each took off what.

use serde::{Deserialize, Serialize};
use units::MinorBag;

/// A discount that a sale got: a snapshot, since discounts get changed and deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountApplication {
    /// How it came.
    pub kind: ApplicationKind,
    /// What people call it; the code, for one that came by a code.
    pub title: String,
    /// The code, as the buyer typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, for one that somebody gave by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it reduces.
    pub class: DiscountClass,
    /// How it is laid on what it reduces.
    pub method: AllocationMethod,
    /// Which lines it reduces.
    pub selection: TargetSelection,
    /// What it says.
    pub value: DiscountValue,
    /// What it took off in all, in minor units of the shop's currency; of the cart's in a cart.
    pub amount_minor: i64,
    /// The same in the currency that an order's buyer saw, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presentment_minor: Option<i64>,
}

/// What a discount took off one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountAllocation {
    /// Its place among the order's applications.
    pub application: usize,
    /// What it took off, in minor units of the shop's currency; of the cart's in a cart.
    pub amount_minor: i64,
    /// The same in the currency that an order's buyer saw, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presentment_minor: Option<i64>,
}

/// How a discount came to a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationKind {
    /// By a code.
    Code,
    /// By itself.
    Automatic,
    /// By somebody's hand.
    Manual,
}

/// What a discount reduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DiscountClass {
    /// Certain lines.
    Product,
    /// The order as a whole.
    Order,
    /// The delivery.
    Shipping,
}

/// How a discount is laid on what it reduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AllocationMethod {
    /// Once, shared out over all.
    Across,
    /// On each.
    Each,
    /// On one alone.
    One,
}

/// Which lines a discount reduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetSelection {
    /// All of them.
    All,
    /// Those that its terms name.
    Entitled,
    /// Those that somebody picked.
    Explicit,
}

/// What a discount says that it takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DiscountValue {
    /// A share, in millionths.
    Percentage {
        /// 100,000 is 10 %.
        percentage_ppm: i64,
    },
    /// An amount, in minor units.
    Amount {
        /// Per unit where the method is [`AllocationMethod::Each`].
        amount_minor: i64,
        /// The same in the currency that an order's buyer saw, where that is another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        presentment_minor: Option<i64>,
    },
}

impl DiscountValue {
    /// An amount in minor units, in the one currency that there is.
    #[must_use]
    pub const fn amount(amount_minor: i64) -> Self {
        Self::Amount {
            amount_minor,
            presentment_minor: None,
        }
    }
}

impl DiscountAllocation {
    /// What it took off.
    #[must_use]
    pub fn amount(&self) -> MinorBag {
        MinorBag::kept(self.amount_minor, self.presentment_minor)
    }
}

impl DiscountApplication {
    /// What it took off in all.
    #[must_use]
    pub fn amount(&self) -> MinorBag {
        MinorBag::kept(self.amount_minor, self.presentment_minor)
    }

    /// `LINE_ITEM` or `SHIPPING_LINE`.
    #[must_use]
    pub const fn target_type(&self) -> &'static str {
        match self.class {
            DiscountClass::Shipping => "SHIPPING_LINE",
            DiscountClass::Product | DiscountClass::Order => "LINE_ITEM",
        }
    }
}

impl ApplicationKind {
    /// As REST writes it: `discount_code`, `automatic`, `manual`.
    #[must_use]
    pub const fn rest_name(self) -> &'static str {
        match self {
            Self::Code => "discount_code",
            Self::Automatic => "automatic",
            Self::Manual => "manual",
        }
    }
}

impl DiscountClass {
    /// The public API's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Product => "PRODUCT",
            Self::Order => "ORDER",
            Self::Shipping => "SHIPPING",
        }
    }
}

impl AllocationMethod {
    /// The public API's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Across => "ACROSS",
            Self::Each => "EACH",
            Self::One => "ONE",
        }
    }
}

impl TargetSelection {
    /// The public API's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Entitled => "ENTITLED",
            Self::Explicit => "EXPLICIT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_reads_back_as_it_was_kept() {
        let own = DiscountApplication {
            kind: ApplicationKind::Code,
            title: "SPRING".to_owned(),
            code: Some("spring".to_owned()),
            description: None,
            class: DiscountClass::Order,
            method: AllocationMethod::Across,
            selection: TargetSelection::All,
            value: DiscountValue::Percentage {
                percentage_ppm: 100_000,
            },
            amount_minor: 250,
            presentment_minor: None,
        };
        let text = serde_json::to_string(&own).unwrap();
        assert!(text.contains(r#""value":{"percentage_ppm":100000}"#));
        assert_eq!(
            serde_json::from_str::<DiscountApplication>(&text).unwrap(),
            own
        );
    }
}
