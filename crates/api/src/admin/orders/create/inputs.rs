//! An order as apps describe it, turned into the domain's words.

use commerce::attributes::Attribute;
use commerce::fulfillment::{Sent, Tracking};
use commerce::orders::{
    CreateError, CustomerInput, DiscountInput, DiscountKind, DiscountTarget, DiscountValue,
    DisplayFinancialStatus, InventoryBehaviour, LineInput, OrderInput, PersonInput, Receipt,
    ShippingLineInput, TaxInput, TransactionInput, TransactionKind, TransactionStatus,
};
use serde::Deserialize;
use units::{Currency, CustomerId, LocationId, Money, ProductVariantId, Timestamp, WeightUnit};

use crate::admin::addresses::MailingAddressInput;
use crate::admin::orders::mutations::MetafieldInput;
use crate::errors::UserError;
use crate::scalars::DecimalInput;

/// A code is no longer than this.
const CODE_BYTES_MAX: usize = 255;
/// Nothing that is sold weighs more than a thousand tons.
const GRAMS_MAX: i64 = 1_000_000_000;

/// The refusal of a value that cannot be read, and where it stands.
pub(super) type Unreadable = UserError;

#[derive(Deserialize)]
pub(super) struct Args {
    pub(super) order: OrderArgs,
    pub(super) options: Option<Options>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Options {
    inventory_behaviour: Behaviour,
    send_fulfillment_receipt: bool,
    send_receipt: bool,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Behaviour {
    Bypass,
    DecrementIgnoringPolicy,
    DecrementObeyingPolicy,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrderArgs {
    billing_address: Option<MailingAddressInput>,
    closed_at: Option<Timestamp>,
    currency: Option<Currency>,
    custom_attributes: Option<Vec<Pair>>,
    customer: Option<CustomerArgs>,
    customer_id: Option<CustomerId>,
    discount_code: Option<DiscountCodeArgs>,
    email: Option<String>,
    financial_status: Option<FinancialStatus>,
    fulfillment: Option<FulfillmentArgs>,
    fulfillment_status: Option<FulfillmentStatus>,
    line_items: Option<Vec<LineArgs>>,
    metafields: Option<Vec<MetafieldInput>>,
    name: Option<String>,
    note: Option<String>,
    phone: Option<String>,
    po_number: Option<String>,
    presentment_currency: Option<Currency>,
    processed_at: Option<Timestamp>,
    shipping_address: Option<MailingAddressInput>,
    shipping_lines: Option<Vec<ShippingLineArgs>>,
    source_name: Option<String>,
    tags: Option<Vec<String>>,
    tax_lines: Option<Vec<TaxArgs>>,
    taxes_included: Option<bool>,
    test: Option<bool>,
    transactions: Option<Vec<TransactionArgs>>,
}

/// The code that the buyer had: one of these.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiscountCodeArgs {
    item_fixed_discount_code: Option<FixedCodeArgs>,
    item_percentage_discount_code: Option<PercentageCodeArgs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FixedCodeArgs {
    amount_set: Option<MoneyBagArgs>,
    code: String,
}

#[derive(Deserialize)]
struct PercentageCodeArgs {
    code: String,
    percentage: Option<f64>,
}

/// How the order left already.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FulfillmentArgs {
    location_id: LocationId,
    notify_customer: Option<bool>,
    tracking_company: Option<String>,
    tracking_number: Option<String>,
    tracking_numbers: Option<Vec<String>>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FulfillmentStatus {
    Fulfilled,
}

/// What one of a line weighs.
#[derive(Deserialize)]
struct Weighed {
    unit: WeightUnit,
    value: f64,
}

#[derive(Deserialize)]
struct Pair {
    key: String,
    value: String,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomerArgs {
    to_associate: Option<AssociateArgs>,
    to_upsert: Option<UpsertArgs>,
}

#[derive(Deserialize)]
struct AssociateArgs {
    id: Option<CustomerId>,
    email: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpsertArgs {
    id: Option<CustomerId>,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    note: Option<String>,
    tax_exempt: Option<bool>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FinancialStatus {
    Authorized,
    Expired,
    Paid,
    PartiallyPaid,
    PartiallyRefunded,
    Pending,
    Refunded,
    Voided,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineArgs {
    gift_card: bool,
    price_set: Option<MoneyBagArgs>,
    properties: Option<Vec<Property>>,
    quantity: i64,
    requires_shipping: bool,
    sku: Option<String>,
    tax_lines: Option<Vec<TaxArgs>>,
    taxable: bool,
    title: Option<String>,
    variant_id: Option<ProductVariantId>,
    variant_title: Option<String>,
    vendor: Option<String>,
    weight: Option<Weighed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShippingLineArgs {
    title: String,
    code: Option<String>,
    source: Option<String>,
    price_set: MoneyBagArgs,
    tax_lines: Option<Vec<TaxArgs>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TaxArgs {
    title: String,
    rate: DecimalInput,
    price_set: Option<MoneyBagArgs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TransactionArgs {
    amount_set: MoneyBagArgs,
    authorization_code: Option<String>,
    gateway: Option<String>,
    kind: Kind,
    processed_at: Option<Timestamp>,
    status: Status,
    test: bool,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Authorization,
    Capture,
    Change,
    EmvAuthorization,
    Refund,
    Sale,
    SuggestedRefund,
    Void,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    AwaitingResponse,
    Error,
    Failure,
    Pending,
    Success,
    Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyBagArgs {
    shop_money: MoneyArgs,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyArgs {
    amount: DecimalInput,
    currency_code: Currency,
}

impl OrderArgs {
    /// How the order left, when it has left already.
    pub(super) fn sent(&self, options: Option<&Options>) -> Option<Sent> {
        let notify = options.is_some_and(|own| own.send_fulfillment_receipt);
        match (&self.fulfillment, self.fulfillment_status) {
            (None, None) => None,
            (None, Some(FulfillmentStatus::Fulfilled)) => Some(Sent {
                tracking: Tracking::default(),
                notify_customer: notify,
            }),
            (Some(own), _) => {
                let one = || own.tracking_number.iter().cloned().collect();
                let mut numbers = own.tracking_numbers.clone().unwrap_or_else(one);
                numbers.retain(|number| !number.trim().is_empty());
                Some(Sent {
                    tracking: Tracking {
                        company: own.tracking_company.clone(),
                        numbers,
                        urls: Vec::new(),
                    },
                    notify_customer: notify || own.notify_customer.unwrap_or(false),
                })
            }
        }
    }

    pub(super) fn into_input(self, options: Option<&Options>) -> Result<OrderInput, Unreadable> {
        let customer = customer(self.customer, self.customer_id)?;
        let pairs = self.custom_attributes.unwrap_or_default().into_iter();
        let lines = numbered(self.line_items, LineArgs::into_line)?;
        let shipping_lines = numbered(self.shipping_lines, ShippingLineArgs::into_line)?;
        let tax_lines = taxes(self.tax_lines, &["order", "taxLines"])?;
        let transactions = numbered(self.transactions, TransactionArgs::into_transaction)?;
        let code = self.discount_code.map(|own| own.into_discount());
        Ok(OrderInput {
            discounts: code.transpose()?.into_iter().collect(),
            lines,
            customer,
            email: self.email,
            phone: self.phone,
            note: self.note,
            po_number: self.po_number,
            tags: self.tags.unwrap_or_default(),
            attributes: pairs
                .map(|pair| Attribute::new(pair.key, pair.value))
                .collect(),
            shipping_address: self.shipping_address.map(MailingAddressInput::into_address),
            billing_address: self.billing_address.map(MailingAddressInput::into_address),
            shipping_lines,
            tax_lines,
            taxes_included: self.taxes_included.unwrap_or(false),
            transactions,
            financial_status: self.financial_status.map(FinancialStatus::into),
            currency: self.currency,
            presentment_currency: self.presentment_currency,
            name: self.name,
            source_name: self.source_name,
            processed_at: self.processed_at,
            closed_at: self.closed_at,
            test: self.test.unwrap_or(false),
            inventory: options.map_or(InventoryBehaviour::Bypass, |own| {
                match own.inventory_behaviour {
                    Behaviour::Bypass => InventoryBehaviour::Bypass,
                    Behaviour::DecrementIgnoringPolicy => {
                        InventoryBehaviour::DecrementIgnoringPolicy
                    }
                    Behaviour::DecrementObeyingPolicy => InventoryBehaviour::DecrementObeyingPolicy,
                }
            }),
            receipt: match options {
                Some(own) if own.send_receipt => Receipt::Sent,
                _ => Receipt::None,
            },
            ships_from: self.fulfillment.map(|own| own.location_id),
            metafields: self
                .metafields
                .unwrap_or_default()
                .into_iter()
                .map(MetafieldInput::into_metafield)
                .collect(),
        })
    }
}

impl DiscountCodeArgs {
    fn into_discount(self) -> Result<DiscountInput, Unreadable> {
        let path = ["order", "discountCode"];
        let invalid = |message: &str| UserError::new(&path, "INVALID", &message);
        let (code, value) = match (
            self.item_fixed_discount_code,
            self.item_percentage_discount_code,
        ) {
            (Some(own), None) => {
                let amount = own
                    .amount_set
                    .map(|bag| bag.into_money(&path))
                    .transpose()?;
                let minor = amount.map_or(0, |amount| amount.minor);
                if minor < 0 {
                    return Err(invalid("A discount's amount cannot be negative."));
                }
                (own.code, DiscountValue::Amount(minor))
            }
            (None, Some(own)) => {
                let percent = own.percentage.unwrap_or(0.0).to_string();
                let ppm = parts_per_million(&percent).map(|millionths| millionths / 100);
                let ppm = ppm.filter(|ppm| *ppm <= 1_000_000);
                let ppm = ppm.ok_or_else(|| invalid("A percentage is between 0 and 100."))?;
                (own.code, DiscountValue::Percentage(ppm))
            }
            _ => return Err(invalid("An order takes one discount code.")),
        };
        if code.trim().is_empty() || code.len() > CODE_BYTES_MAX {
            return Err(invalid(
                "A discount's code has between 1 and 255 characters.",
            ));
        }
        Ok(DiscountInput {
            kind: DiscountKind::Code,
            title: code,
            description: None,
            value,
            target: DiscountTarget::AllLines,
        })
    }
}

/// Turns a list's entries into the domain's, each told its place.
fn numbered<T, U>(
    list: Option<Vec<T>>,
    turn: impl Fn(T, usize) -> Result<U, Unreadable>,
) -> Result<Vec<U>, Unreadable> {
    let entries = list.unwrap_or_default().into_iter().enumerate();
    entries.map(|(at, entry)| turn(entry, at)).collect()
}

fn customer(
    customer: Option<CustomerArgs>,
    id: Option<CustomerId>,
) -> Result<CustomerInput, Unreadable> {
    let redundant = || {
        let message = "Specify the customer once: by customer or by customerId.";
        UserError::new(
            &["order", "customer"],
            "REDUNDANT_CUSTOMER_FIELDS",
            &message,
        )
    };
    let nobody = || {
        let message = "A customer needs an id or an email.";
        UserError::new(&["order", "customer"], "INVALID", &message)
    };
    match (customer, id) {
        (None, None) => Ok(CustomerInput::Unnamed),
        (None, Some(id)) => Ok(CustomerInput::Id(id)),
        (Some(_), Some(_)) => Err(redundant()),
        (
            Some(CustomerArgs {
                to_associate: Some(known),
                ..
            }),
            None,
        ) => match (known.id, known.email) {
            (Some(id), _) => Ok(CustomerInput::Id(id)),
            (None, Some(email)) => Ok(CustomerInput::Email(email)),
            (None, None) => Err(nobody()),
        },
        (
            Some(CustomerArgs {
                to_upsert: Some(person),
                ..
            }),
            None,
        ) => match (person.id, &person.email) {
            (None, None) => Err(nobody()),
            _ => Ok(CustomerInput::Upsert(PersonInput {
                id: person.id,
                email: person.email,
                first_name: person.first_name,
                last_name: person.last_name,
                note: person.note,
                tax_exempt: person.tax_exempt,
            })),
        },
        (Some(_), None) => Err(nobody()),
    }
}

impl LineArgs {
    fn into_line(self, at: usize) -> Result<LineInput, Unreadable> {
        let place = at.to_string();
        let path = ["order", "lineItems", &place];
        let properties = self.properties.unwrap_or_default().into_iter();
        // The schema gives these flags a default, so only the other value says anything about a
        // variant, which has its own.
        let variant = self.variant_id.is_some();
        let said = |flag: bool, default: bool| Some(flag).filter(|_| !variant || flag != default);
        Ok(LineInput {
            variant: self.variant_id,
            title: self.title,
            variant_title: self.variant_title,
            vendor: self.vendor,
            sku: self.sku,
            quantity: self.quantity,
            price: self
                .price_set
                .map(|bag| bag.into_money(&path))
                .transpose()?,
            taxable: said(self.taxable, true),
            requires_shipping: said(self.requires_shipping, false),
            gift_card: said(self.gift_card, false),
            weight_grams: self.weight.map(|own| own.grams(&path)).transpose()?,
            attributes: properties
                .map(|property| Attribute::new(property.name, property.value))
                .collect(),
            tax_lines: taxes(self.tax_lines, &path)?,
        })
    }
}

impl Weighed {
    fn grams(&self, path: &[&str]) -> Result<i64, Unreadable> {
        let grams = self.unit.to_grams(self.value);
        if (0..=GRAMS_MAX).contains(&grams) {
            return Ok(grams);
        }
        let message = "A weight is between 0 and 1,000,000 kilograms.";
        Err(UserError::new(path, "INVALID", &message))
    }
}

impl ShippingLineArgs {
    fn into_line(self, at: usize) -> Result<ShippingLineInput, Unreadable> {
        let place = at.to_string();
        let path = ["order", "shippingLines", &place];
        Ok(ShippingLineInput {
            title: self.title,
            code: self.code,
            source: self.source,
            price: self.price_set.into_money(&path)?,
            tax_lines: taxes(self.tax_lines, &path)?,
        })
    }
}

fn taxes(list: Option<Vec<TaxArgs>>, path: &[&str]) -> Result<Vec<TaxInput>, Unreadable> {
    numbered(list, |tax, _| {
        let rate_ppm = parts_per_million(&tax.rate.0).ok_or_else(|| {
            let message = format!("'{}' is not a tax rate such as 0.19", tax.rate.0);
            UserError::new(path, "INVALID", &message)
        })?;
        Ok(TaxInput {
            title: tax.title,
            rate_ppm,
            price: tax.price_set.map(|bag| bag.into_money(path)).transpose()?,
        })
    })
}

/// A rate such as `0.19` in millionths; further decimals are cut.
pub(in crate::admin) fn parts_per_million(text: &str) -> Option<i64> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.len() > 6 || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let part: String = part.chars().chain("000000".chars()).take(6).collect();
    format!("0{whole}{part}").parse().ok()
}

impl TransactionArgs {
    fn into_transaction(self, at: usize) -> Result<TransactionInput, Unreadable> {
        let place = at.to_string();
        let path = ["order", "transactions", &place];
        let kind = match self.kind {
            Kind::Authorization => TransactionKind::Authorization,
            Kind::Capture => TransactionKind::Capture,
            Kind::Sale => TransactionKind::Sale,
            Kind::Void => TransactionKind::Void,
            Kind::Refund | Kind::SuggestedRefund => TransactionKind::Refund,
            Kind::Change | Kind::EmvAuthorization => {
                let error = CreateError::TransactionInvalid { at };
                return Err(UserError::new(&path, "INVALID", &error));
            }
        };
        Ok(TransactionInput {
            kind,
            status: match self.status {
                Status::AwaitingResponse => TransactionStatus::AwaitingResponse,
                Status::Error => TransactionStatus::Error,
                Status::Failure => TransactionStatus::Failure,
                Status::Pending => TransactionStatus::Pending,
                Status::Success => TransactionStatus::Success,
                Status::Unknown => TransactionStatus::Unknown,
            },
            amount: self.amount_set.into_money(&path)?,
            gateway: self.gateway,
            authorization_code: self.authorization_code,
            processed_at: self.processed_at,
            test: self.test,
        })
    }
}

impl MoneyBagArgs {
    fn into_money(self, path: &[&str]) -> Result<Money, Unreadable> {
        let MoneyArgs {
            amount,
            currency_code,
        } = self.shop_money;
        Money::parse(&amount.0, currency_code)
            .map_err(|error| UserError::new(path, "INVALID", &error))
    }
}

impl From<FinancialStatus> for DisplayFinancialStatus {
    fn from(status: FinancialStatus) -> Self {
        match status {
            FinancialStatus::Authorized => Self::Authorized,
            FinancialStatus::Expired => Self::Expired,
            FinancialStatus::Paid => Self::Paid,
            FinancialStatus::PartiallyPaid => Self::PartiallyPaid,
            FinancialStatus::PartiallyRefunded => Self::PartiallyRefunded,
            FinancialStatus::Pending => Self::Pending,
            FinancialStatus::Refunded => Self::Refunded,
            FinancialStatus::Voided => Self::Voided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_to_the_millionth() {
        assert_eq!(parts_per_million("0.19"), Some(190_000));
        assert_eq!(parts_per_million(".0725"), Some(72_500));
        assert_eq!(parts_per_million("1"), Some(1_000_000));
        assert_eq!(parts_per_million("-0.1"), None);
        assert_eq!(parts_per_million("x"), None);
        assert_eq!(parts_per_million(""), None);
    }
}
