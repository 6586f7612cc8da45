//! What a sale got of what it might have got, as carts show it and orders keep it.

use pricing::{Applied, MarketPricing, Offer, Priced};
use units::{CustomerId, DiscountId, DiscountRedeemCodeId, OrderId, Timestamp};

use super::application::{
    AllocationMethod, ApplicationKind, DiscountAllocation, DiscountApplication, DiscountValue,
    TargetSelection,
};
use super::discount::{Discount, RedeemCode};
use super::terms::{Effect, Items, Value};
use super::uses::Use;

/// Why a code gives nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// No discount has it.
    #[error("does not exist")]
    NotFound,
    /// Its time has not come, or is over.
    #[error("is not active at the moment")]
    Inactive,
    /// As many orders got it as may.
    #[error("has been used as often as it may be")]
    UsedUp,
    /// This customer used it before.
    #[error("has been used by this customer already")]
    UsedByBuyer,
    /// It is for certain customers, and it is not known who buys.
    #[error("is for certain customers: enter your email address to use it")]
    BuyerUnknown,
    /// It is for other customers.
    #[error("is not for this customer")]
    BuyerNotMeant,
    /// Nothing in the cart is reduced by it.
    #[error("does not apply to anything in the cart")]
    NoLineItems,
    /// What it reduces is bought in another way: by subscription, or once.
    #[error("does not apply to items that are bought in this way")]
    IncompatiblePurchase,
    /// The cart is not sent, or not in a way that it reduces.
    #[error("does not apply to this delivery")]
    NoShippingLines,
    /// The cart is not worth enough.
    #[error("needs a larger purchase")]
    PurchaseNotInRange,
    /// There are not enough items.
    #[error("needs more items")]
    QuantityNotInRange,
    /// Other discounts of the cart take off more, and it does not combine with them.
    #[error("does not combine with the other discounts of the cart, which take off more")]
    NotHonoured,
}

/// How a code that a buyer typed stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeStanding {
    /// As it was typed.
    pub code: String,
    /// Why it gives nothing; `None` when it gives something.
    pub refusal: Option<CodeRefusal>,
}

/// Where an offer comes from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    discount: DiscountId,
    code: Option<DiscountRedeemCodeId>,
    application: DiscountApplication,
}

/// What a sale may be given.
#[derive(Debug, Default)]
pub struct Candidates {
    offers: Vec<Offer>,
    sources: Vec<Source>,
    codes: Vec<(String, Result<usize, CodeRefusal>)>,
}

/// What a sale was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Granted {
    /// The discounts, in the order in which they were taken off.
    pub applications: Vec<DiscountApplication>,
    /// What was taken off each line.
    pub lines: Vec<Vec<DiscountAllocation>>,
    /// What was taken off the delivery.
    pub shipping: Vec<DiscountAllocation>,
    /// The codes that the buyer typed.
    pub codes: Vec<CodeStanding>,
    used: Vec<(DiscountId, Option<DiscountRedeemCodeId>)>,
}

impl Source {
    pub(super) fn code(discount: &Discount, code: &RedeemCode, typed: &str) -> Self {
        let mut application = application(discount, ApplicationKind::Code);
        application.title = code.code.clone();
        application.code = Some(typed.trim().to_owned());
        Self {
            discount: discount.id,
            code: Some(code.id),
            application,
        }
    }

    pub(super) fn automatic(discount: &Discount) -> Self {
        Self {
            discount: discount.id,
            code: None,
            application: application(discount, ApplicationKind::Automatic),
        }
    }
}

fn application(discount: &Discount, kind: ApplicationKind) -> DiscountApplication {
    let (value, items) = match &discount.terms.effect {
        Effect::Off { items, value } => (*value, Some(items)),
        Effect::BuyGet { gets, value, .. } => (*value, Some(gets)),
        Effect::FreeShipping { .. } => (Value::Percentage(pricing::PPM), None),
    };
    let each = matches!(value, Value::AmountEach(_))
        || matches!(discount.terms.effect, Effect::BuyGet { .. });
    DiscountApplication {
        kind,
        title: discount.title.clone(),
        code: None,
        description: None,
        class: discount.terms.class(),
        method: if each {
            AllocationMethod::Each
        } else {
            AllocationMethod::Across
        },
        selection: match items {
            None | Some(Items::All) => TargetSelection::All,
            Some(Items::Products { .. } | Items::Collections(_)) => TargetSelection::Entitled,
        },
        value: match value {
            Value::Percentage(percentage_ppm) => DiscountValue::Percentage { percentage_ppm },
            Value::Amount(amount_minor) | Value::AmountEach(amount_minor) => {
                DiscountValue::amount(amount_minor)
            }
        },
        amount_minor: 0,
        presentment_minor: None,
    }
}

impl Candidates {
    pub(super) fn add(&mut self, offer: Offer, source: Source) -> usize {
        self.offers.push(offer);
        self.sources.push(source);
        self.offers.len() - 1
    }

    pub(super) fn has(&self, discount: DiscountId) -> bool {
        self.sources
            .iter()
            .any(|source| source.discount == discount)
    }

    pub(super) fn note_code(&mut self, code: &str, standing: Result<usize, CodeRefusal>) {
        self.codes.push((code.to_owned(), standing));
    }

    /// The offers, for pricing.
    #[must_use]
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// What the priced sale got of them.
    #[must_use]
    pub fn granted(&self, priced: &Priced) -> Granted {
        let mut granted = Granted {
            lines: vec![Vec::new(); priced.lines.len()],
            ..Granted::default()
        };
        for (place, applied) in priced.discounts.iter().enumerate() {
            let Some(source) = self.sources.get(applied.offer) else {
                continue;
            };
            let mut application = source.application.clone();
            application.amount_minor = applied.amount_minor();
            granted.applications.push(application);
            granted.used.push((source.discount, source.code));
            for (line, minor) in granted.lines.iter_mut().zip(&applied.lines) {
                if *minor > 0 {
                    line.push(DiscountAllocation {
                        application: place,
                        amount_minor: *minor,
                        presentment_minor: None,
                    });
                }
            }
            if applied.shipping_minor > 0 {
                granted.shipping.push(DiscountAllocation {
                    application: place,
                    amount_minor: applied.shipping_minor,
                    presentment_minor: None,
                });
            }
        }
        let got = |offer: usize| priced.discounts.iter().any(|own| own.offer == offer);
        granted.codes = self
            .codes
            .iter()
            .map(|(code, standing)| CodeStanding {
                code: code.clone(),
                refusal: match standing {
                    Ok(offer) if got(*offer) => None,
                    Ok(_) => Some(CodeRefusal::NotHonoured),
                    Err(refusal) => Some(*refusal),
                },
            })
            .collect();
        granted
    }
}

impl Granted {
    /// The same in both currencies, when `own` is the sale in the shop's: what a buyer in another
    /// one saw stands beside it.
    #[must_use]
    pub(crate) fn in_both(&self, own: &Priced, market: &MarketPricing) -> Self {
        let mut both = self.clone();
        let part =
            |place: usize, of: &dyn Fn(&Applied) -> i64| own.discounts.get(place).map_or(0, of);
        for (place, application) in both.applications.iter_mut().enumerate() {
            application.presentment_minor = Some(application.amount_minor);
            application.amount_minor = part(place, &Applied::amount_minor);
            if let DiscountValue::Amount {
                amount_minor,
                presentment_minor,
            } = &mut application.value
            {
                *presentment_minor = Some(*amount_minor);
                *amount_minor = market.convert_back(*amount_minor);
            }
        }
        for (at, line) in both.lines.iter_mut().enumerate() {
            for own in line {
                own.presentment_minor = Some(own.amount_minor);
                let of = |applied: &Applied| applied.lines.get(at).copied().unwrap_or(0);
                own.amount_minor = part(own.application, &of);
            }
        }
        for own in &mut both.shipping {
            own.presentment_minor = Some(own.amount_minor);
            own.amount_minor = part(own.application, &|applied| applied.shipping_minor);
        }
        both
    }

    /// The uses that an order makes of it.
    pub(crate) fn uses(
        &self,
        order: OrderId,
        customer: Option<CustomerId>,
        at: Timestamp,
    ) -> Vec<Use> {
        let used = self.used.iter().map(|(discount, code)| Use {
            order,
            discount: *discount,
            code: *code,
            customer,
            at,
        });
        used.collect()
    }
}

impl CodeRefusal {
    /// The member of the Storefront API's `CartWarningCode`.
    #[must_use]
    pub const fn warning_code(self) -> &'static str {
        match self {
            Self::NotFound => "DISCOUNT_NOT_FOUND",
            Self::Inactive => "DISCOUNT_CURRENTLY_INACTIVE",
            Self::UsedUp => "DISCOUNT_USAGE_LIMIT_REACHED",
            Self::UsedByBuyer => "DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED",
            Self::BuyerUnknown => "DISCOUNT_ELIGIBLE_CUSTOMER_MISSING",
            Self::BuyerNotMeant => "DISCOUNT_CUSTOMER_NOT_ELIGIBLE",
            Self::NoLineItems => "DISCOUNT_NO_ENTITLED_LINE_ITEMS",
            Self::IncompatiblePurchase => "DISCOUNT_INCOMPATIBLE_PURCHASE_TYPE",
            Self::NoShippingLines => "DISCOUNT_NO_ENTITLED_SHIPPING_LINES",
            Self::PurchaseNotInRange => "DISCOUNT_PURCHASE_NOT_IN_RANGE",
            Self::QuantityNotInRange => "DISCOUNT_QUANTITY_NOT_IN_RANGE",
            Self::NotHonoured => "DISCOUNT_CODE_NOT_HONOURED",
        }
    }

    /// Whether it may have come between what the buyer saw and the order: another buyer was
    /// faster, time went by, or only now it is known who buys.
    #[must_use]
    pub const fn came_between(self) -> bool {
        matches!(
            self,
            Self::Inactive | Self::UsedUp | Self::UsedByBuyer | Self::BuyerNotMeant
        )
    }
}
