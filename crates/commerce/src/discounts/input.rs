//! What somebody says about a discount, and what cannot be said.

mod read;

use store::Tx;
use units::{CollectionId, Currency, CustomerId, Money, ProductId, ProductVariantId, Timestamp};

use super::application::DiscountClass;
use super::discount::{Discount, Kind, Method};
use super::error::DiscountError;
use super::terms::{Buyers, Buys, Destination, Effect, Items, Minimum, Purchases, Terms, Value};

/// Products, variants, collections or customers that one discount names at most.
const NAMED_MAX: usize = 1000;
const TITLE_CHARS_MAX: usize = 255;

/// What is said about a discount. `None` leaves a part as it is, `Some(None)` empties it.
#[derive(Debug, Clone, Default)]
pub struct DiscountInput {
    /// Its name.
    pub title: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// From when on it is given.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Option<Timestamp>>,
    /// How many orders may get it.
    pub usage_limit: Option<Option<i64>>,
    /// Whether a customer gets it once at most.
    pub once_per_customer: Option<bool>,
    /// What it stands beside: discounts on products, on the order, on delivery.
    pub combines: Option<[bool; 3]>,
    /// What the sale must come to.
    pub minimum: Option<MinimumInput>,
    /// Who gets it.
    pub buyers: Option<BuyersInput>,
    /// What has to be bought.
    pub buys: Option<BuysInput>,
    /// What is reduced, and by how much.
    pub gets: Option<GetsInput>,
    /// How often it applies to one order.
    pub uses_per_order: Option<Option<i64>>,
    /// Which purchases are meant.
    pub purchases: PurchasesInput,
    /// Where delivery is free.
    pub destination: Option<DestinationInput>,
    /// Deliveries that cost more are not free; a decimal.
    pub price_max: Option<Option<String>>,
}

/// Which purchases are meant; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct PurchasesInput {
    /// What is bought once.
    pub one_time: Option<bool>,
    /// What is bought again and again.
    pub subscription: Option<bool>,
}

/// What a sale must come to; neither for nothing.
#[derive(Debug, Clone, Default)]
pub struct MinimumInput {
    /// A decimal.
    pub subtotal: Option<String>,
    /// Units.
    pub quantity: Option<i64>,
}

/// Who gets a discount.
#[derive(Debug, Clone, Default)]
pub struct BuyersInput {
    /// Everybody.
    pub all: bool,
    /// These too.
    pub add: Vec<CustomerId>,
    /// These no longer.
    pub remove: Vec<CustomerId>,
}

/// Items to be named.
#[derive(Debug, Clone, Default)]
pub struct ItemsInput {
    /// All.
    pub all: bool,
    /// These products too.
    pub add_products: Vec<ProductId>,
    /// These products no longer.
    pub remove_products: Vec<ProductId>,
    /// These variants too.
    pub add_variants: Vec<ProductVariantId>,
    /// These variants no longer.
    pub remove_variants: Vec<ProductVariantId>,
    /// These collections too.
    pub add_collections: Vec<CollectionId>,
    /// These collections no longer.
    pub remove_collections: Vec<CollectionId>,
}

/// What has to be bought.
#[derive(Debug, Clone, Default)]
pub struct BuysInput {
    /// Of which items.
    pub items: Option<ItemsInput>,
    /// How many units.
    pub quantity: Option<i64>,
    /// For how much, a decimal.
    pub amount: Option<String>,
    /// In which ways.
    pub purchases: PurchasesInput,
}

/// What is reduced, and by how much.
#[derive(Debug, Clone, Default)]
pub struct GetsInput {
    /// Which items.
    pub items: Option<ItemsInput>,
    /// How much comes off.
    pub value: Option<ValueInput>,
}

/// How much comes off: one of the three.
#[derive(Debug, Clone, Default)]
pub struct ValueInput {
    /// A share, in millionths.
    pub percentage_ppm: Option<i64>,
    /// A decimal, and whether it comes off each unit.
    pub amount: Option<(String, bool)>,
    /// Units, and what comes off each.
    pub on_quantity: Option<OnQuantity>,
}

/// What comes off a number of units: one of the two.
#[derive(Debug, Clone, Default)]
pub struct OnQuantity {
    /// Units.
    pub quantity: Option<i64>,
    /// A share, in millionths.
    pub percentage_ppm: Option<i64>,
    /// A decimal.
    pub amount: Option<String>,
}

/// Where a delivery is free.
#[derive(Debug, Clone, Default)]
pub struct DestinationInput {
    /// Everywhere.
    pub all: bool,
    /// In these countries too, by ISO 3166-1 code.
    pub add: Vec<String>,
    /// In these no longer.
    pub remove: Vec<String>,
    /// Where no rate names the country.
    pub rest_of_world: Option<bool>,
}

/// Where the parts of the input stand.
struct Side {
    label: &'static str,
    items: &'static [&'static str],
    products: &'static [&'static str],
    variants: &'static [&'static str],
    collections: &'static [&'static str],
}

const GETS: Side = Side {
    label: "customer get",
    items: &["customerGets", "items"],
    products: &["customerGets", "items", "products", "productsToAdd"],
    variants: &["customerGets", "items", "products", "productVariantsToAdd"],
    collections: &["customerGets", "items", "collections", "add"],
};
const BUYS: Side = Side {
    label: "customer buys",
    items: &["customerBuys", "items"],
    products: &["customerBuys", "items", "products", "productsToAdd"],
    variants: &["customerBuys", "items", "products", "productVariantsToAdd"],
    collections: &["customerBuys", "items", "collections", "add"],
};
const GETS_VALUE: &[&str] = &["customerGets", "value"];
const PERCENTAGE: &[&str] = &["customerGets", "value", "percentage"];
const AMOUNT: &[&str] = &["customerGets", "value", "discountAmount", "amount"];
const ON_QUANTITY: &[&str] = &["customerGets", "value", "discountOnQuantity", "quantity"];
const ON_QUANTITY_EFFECT: &[&str] = &["customerGets", "value", "discountOnQuantity", "effect"];
const BUYS_VALUE: &[&str] = &["customerBuys", "value"];
const BUYS_QUANTITY: &[&str] = &["customerBuys", "value", "quantity"];
const BUYS_AMOUNT: &[&str] = &["customerBuys", "value", "amount"];
const SUBTOTAL: &[&str] = &[
    "minimumRequirement",
    "subtotal",
    "greaterThanOrEqualToSubtotal",
];
const QUANTITY: &[&str] = &[
    "minimumRequirement",
    "quantity",
    "greaterThanOrEqualToQuantity",
];

impl DiscountInput {
    /// Writes what is said onto a discount of a kind, and checks what comes of it.
    pub(super) fn apply(
        &self,
        tx: &mut Tx,
        discount: &mut Discount,
        currency: Currency,
    ) -> Result<(), DiscountError> {
        if let Some(title) = &self.title {
            discount.title = title.trim().to_owned();
        }
        if discount.title.is_empty() {
            return Err(DiscountError::TitleBlank);
        }
        if discount.title.chars().count() > TITLE_CHARS_MAX {
            return Err(DiscountError::TitleTooLong);
        }
        discount.starts_at = self.starts_at.unwrap_or(discount.starts_at);
        if let Some(end) = self.ends_at {
            discount.ends_at = end;
        }
        if discount
            .ends_at
            .is_some_and(|end| end <= discount.starts_at)
        {
            return Err(DiscountError::EndsBeforeStart);
        }
        if let Some(limit) = self.usage_limit {
            discount.usage_limit = limit;
        }
        positive(discount.usage_limit, &["usageLimit"], "Usage limit")?;
        discount.once_per_customer = self.once_per_customer.unwrap_or(discount.once_per_customer);
        let terms = &mut discount.terms;
        if let Some([products, order, shipping]) = self.combines {
            terms.with_products = products;
            terms.with_order = order;
            terms.with_shipping = shipping;
        }
        if let Some(minimum) = &self.minimum {
            terms.minimum = minimum.read(currency)?;
        }
        if let Some(buyers) = &self.buyers {
            terms.buyers = buyers.read(tx, &terms.buyers)?;
        }
        let at = match terms.effect {
            Effect::FreeShipping { .. } => &["appliesOnOneTimePurchase"],
            Effect::Off { .. } | Effect::BuyGet { .. } => &["customerGets"],
        };
        terms.purchases = self.purchases.read(terms.purchases, at)?;
        self.apply_effect(tx, &mut terms.effect, currency)?;
        if terms.class() == DiscountClass::Shipping && terms.with_shipping {
            return Err(DiscountError::CombinesInvalid);
        }
        Ok(())
    }

    fn apply_effect(
        &self,
        tx: &mut Tx,
        effect: &mut Effect,
        currency: Currency,
    ) -> Result<(), DiscountError> {
        match effect {
            Effect::Off { items, value } => {
                if let Some(gets) = &self.gets {
                    if let Some(input) = &gets.items {
                        *items = input.read(tx, items, &GETS)?;
                    }
                    if let Some(input) = &gets.value {
                        *value = input.read(currency)?;
                    }
                }
                if items.is_empty() {
                    return Err(missing(&GETS));
                }
                if *value == UNSAID {
                    return Err(DiscountError::ValueMissing { at: GETS_VALUE });
                }
            }
            Effect::BuyGet {
                buys,
                gets,
                quantity,
                value,
                uses_per_order,
            } => {
                if let Some(input) = &self.buys {
                    input.apply(tx, buys, currency)?;
                }
                if let Some(input) = &self.gets {
                    if let Some(input) = &input.items {
                        *gets = input.read(tx, gets, &GETS)?;
                    }
                    if let Some(input) = &input.value {
                        (*quantity, *value) = input.read_on_quantity(currency)?;
                    }
                }
                if let Some(limit) = self.uses_per_order {
                    *uses_per_order = limit;
                }
                positive(
                    *uses_per_order,
                    &["usesPerOrderLimit"],
                    "Uses per order limit",
                )?;
                check_sides(buys, gets)?;
                if *value == UNSAID {
                    return Err(DiscountError::ValueMissing { at: GETS_VALUE });
                }
            }
            Effect::FreeShipping {
                destination,
                price_max_minor,
            } => {
                if let Some(input) = &self.destination {
                    *destination = input.read(destination)?;
                }
                if let Some(input) = &self.price_max {
                    let at = &["maximumShippingPrice"];
                    let read = |text| amount(text, currency, at, "Maximum shipping price");
                    *price_max_minor = input.as_deref().map(read).transpose()?;
                }
            }
        }
        Ok(())
    }
}

/// What a new discount begins as: nothing of it is said yet.
pub(super) fn blank(kind: Kind) -> Terms {
    let nothing = || Items::Products {
        products: Vec::new(),
        variants: Vec::new(),
    };
    let effect = match kind {
        Kind::Basic => Effect::Off {
            items: nothing(),
            value: UNSAID,
        },
        Kind::BuyGet => Effect::BuyGet {
            buys: Buys {
                items: nothing(),
                minimum: Minimum::Nothing,
                purchases: Purchases::default(),
            },
            gets: nothing(),
            quantity: 0,
            value: UNSAID,
            uses_per_order: None,
        },
        Kind::FreeShipping => Effect::FreeShipping {
            destination: Destination::All,
            price_max_minor: None,
        },
    };
    Terms {
        effect,
        minimum: Minimum::Nothing,
        buyers: Buyers::All,
        purchases: Purchases::default(),
        with_products: false,
        with_order: false,
        with_shipping: false,
    }
}

/// A value that nothing can mean: of a discount of which it was not said yet.
const UNSAID: Value = Value::Percentage(-1);

fn missing(side: &Side) -> DiscountError {
    DiscountError::ItemsMissing {
        at: side.items,
        label: side.label,
    }
}

fn check_sides(buys: &Buys, gets: &Items) -> Result<(), DiscountError> {
    for (items, side) in [(&buys.items, &BUYS), (gets, &GETS)] {
        if items.is_empty() {
            return Err(missing(side));
        }
        if *items == Items::All {
            return Err(DiscountError::ItemsAll {
                at: side.items,
                label: side.label,
            });
        }
    }
    if buys.minimum == Minimum::Nothing {
        return Err(DiscountError::ValueMissing { at: BUYS_VALUE });
    }
    Ok(())
}

fn positive(
    number: Option<i64>,
    at: &'static [&'static str],
    label: &'static str,
) -> Result<(), DiscountError> {
    match number {
        Some(number) if number < 1 => Err(DiscountError::NotPositive { at, label }),
        _ => Ok(()),
    }
}

/// An amount of at least nothing.
fn amount(
    text: &str,
    currency: Currency,
    at: &'static [&'static str],
    label: &'static str,
) -> Result<i64, DiscountError> {
    let parsed = Money::parse(text, currency).ok();
    let counted = parsed.filter(|money| (0..=pricing::TOTAL_MINOR_MAX).contains(&money.minor));
    counted
        .map(|money| money.minor)
        .ok_or(DiscountError::AmountInvalid { at, label })
}

/// An amount above nothing.
fn amount_off(
    text: &str,
    currency: Currency,
    at: &'static [&'static str],
) -> Result<i64, DiscountError> {
    match amount(text, currency, at, "Value")? {
        0 => Err(DiscountError::NotPositive { at, label: "Value" }),
        minor => Ok(minor),
    }
}

fn share(ppm: i64, at: &'static [&'static str]) -> Result<Value, DiscountError> {
    if (1..=pricing::PPM).contains(&ppm) {
        Ok(Value::Percentage(ppm))
    } else {
        Err(DiscountError::PercentageRange { at })
    }
}

/// Checks a code's text and gives it without blanks around it.
pub(super) fn checked_code(code: &str) -> Result<&str, DiscountError> {
    let code = code.trim();
    if code.is_empty() {
        return Err(DiscountError::CodeBlank);
    }
    if code.chars().count() > TITLE_CHARS_MAX {
        return Err(DiscountError::CodeTooLong);
    }
    if code.chars().any(char::is_control) {
        return Err(DiscountError::CodeInvalid);
    }
    Ok(code)
}

/// The discount of an id, when it comes to sales the way that the caller means.
pub(super) fn expect(found: Option<Discount>, method: Method) -> Result<Discount, DiscountError> {
    found
        .filter(|discount| discount.method == method)
        .ok_or(DiscountError::NotFound(method))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minimum_is_a_sum_or_a_number() {
        let read = |subtotal: Option<&str>, quantity| {
            let subtotal = subtotal.map(str::to_owned);
            MinimumInput { subtotal, quantity }.read(Currency::EUR)
        };
        assert_eq!(read(Some("50"), None).unwrap(), Minimum::Subtotal(5000));
        assert_eq!(read(Some("0"), None).unwrap(), Minimum::Nothing);
        assert_eq!(read(None, Some(3)).unwrap(), Minimum::Quantity(3));
        assert_eq!(
            read(Some("1"), Some(1)).unwrap_err().code(),
            Some("CONFLICT")
        );
        assert_eq!(read(Some("-1"), None).unwrap_err().code(), Some("INVALID"));
        assert_eq!(
            read(None, Some(0)).unwrap_err().code(),
            Some("GREATER_THAN")
        );
    }

    #[test]
    fn a_value_is_one_of_its_kinds() {
        let share = |ppm| ValueInput {
            percentage_ppm: Some(ppm),
            ..ValueInput::default()
        };
        let value = share(100_000).read(Currency::EUR).unwrap();
        assert_eq!(value, Value::Percentage(100_000));
        for ppm in [0, -5, 1_000_001] {
            let refusal = share(ppm).read(Currency::EUR).unwrap_err();
            assert_eq!(refusal.code(), Some("VALUE_OUTSIDE_RANGE"));
        }
        let nothing = ValueInput::default().read(Currency::EUR).unwrap_err();
        assert_eq!(nothing.code(), Some("MISSING_ARGUMENT"));
        let each = ValueInput {
            amount: Some(("2.50".to_owned(), true)),
            ..ValueInput::default()
        };
        assert_eq!(each.read(Currency::EUR).unwrap(), Value::AmountEach(250));
        assert!(each.read_on_quantity(Currency::EUR).is_err());
    }

    #[test]
    fn a_code_has_a_text() {
        assert_eq!(checked_code(" SPRING ").unwrap(), "SPRING");
        assert_eq!(checked_code("  ").unwrap_err().code(), Some("BLANK"));
        assert_eq!(checked_code("a\nb").unwrap_err().code(), Some("INVALID"));
        let long = "x".repeat(256);
        assert_eq!(checked_code(&long).unwrap_err().code(), Some("TOO_LONG"));
    }
}
