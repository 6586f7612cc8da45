//! Creating orders that were sold elsewhere.

use commerce::apps::Scope;
use commerce::attributes::Attribute;
use commerce::orders::{
    self, Create, CreateError, Created, CustomerInput, DisplayFinancialStatus, InventoryBehaviour,
    LineInput, Order, OrderInput, PersonInput, Receipt, ShippingLineInput, TaxInput,
    TransactionInput, TransactionKind, TransactionStatus,
};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{Currency, CustomerId, Money, OrderId, ProductVariantId, Timestamp};

use crate::admin::addresses::MailingAddressInput;
use crate::admin::batches::fail_all;
use crate::admin::refunds::DecimalInput;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Cx, Registry, Request};

/// The refusal of a value that cannot be read, and where it stands.
type Unreadable = UserError;

#[derive(Deserialize)]
struct Args {
    order: OrderArgs,
    options: Option<Options>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    inventory_behaviour: Behaviour,
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
struct OrderArgs {
    billing_address: Option<MailingAddressInput>,
    closed_at: Option<Timestamp>,
    currency: Option<Currency>,
    custom_attributes: Option<Vec<Pair>>,
    customer: Option<CustomerArgs>,
    customer_id: Option<CustomerId>,
    email: Option<String>,
    financial_status: Option<FinancialStatus>,
    line_items: Option<Vec<LineArgs>>,
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

/// The order that was created, or why none was.
struct CreatePayload {
    order: Option<OrderId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("orderCreate", order_create);
    r.object::<CreatePayload>("OrderCreatePayload")
        .load("order", payload_order)
        .child("userErrors", |payload| payload.user_errors.clone());
    user_error_with_code(r, "OrderCreateUserError");
}

async fn order_create(cx: MutationCx<Request>, args: Args) -> Result<CreatePayload, Error> {
    let call = cx.request.permit("orderCreate", Scope::WriteOrders)?;
    let refused = |error: UserError| CreatePayload {
        order: None,
        user_errors: vec![error],
    };
    let input = match args.order.into_input(args.options.as_ref()) {
        Ok(input) => input,
        Err(unreadable) => return Ok(refused(unreadable)),
    };
    let done: Result<Created, CreateError> = cx.request.submit(Create { call, input }).await;
    Ok(match done {
        Ok(created) => CreatePayload {
            order: Some(created.id),
            user_errors: Vec::new(),
        },
        Err(error) => refused(user_error(error)?),
    })
}

fn payload_order(
    payloads: &[&CreatePayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Order>, Error>> {
    let ids: Vec<OrderId> = payloads.iter().filter_map(|own| own.order).collect();
    match orders::load(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            payloads
                .iter()
                .map(|own| Ok(own.order.and_then(|_| found.next().flatten())))
                .collect()
        }
        Err(cause) => fail_all(payloads.len(), cause),
    }
}

impl OrderArgs {
    fn into_input(self, options: Option<&Options>) -> Result<OrderInput, Unreadable> {
        let customer = customer(self.customer, self.customer_id)?;
        let pairs = self.custom_attributes.unwrap_or_default().into_iter();
        let lines = numbered(self.line_items, LineArgs::into_line)?;
        let shipping_lines = numbered(self.shipping_lines, ShippingLineArgs::into_line)?;
        let tax_lines = taxes(self.tax_lines, &["order", "taxLines"])?;
        let transactions = numbered(self.transactions, TransactionArgs::into_transaction)?;
        Ok(OrderInput {
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
        ) => match (person.id, person.email) {
            (Some(id), _) => Ok(CustomerInput::Id(id)),
            (None, Some(email)) => Ok(CustomerInput::Upsert(PersonInput {
                email,
                first_name: person.first_name,
                last_name: person.last_name,
                note: person.note,
                tax_exempt: person.tax_exempt.unwrap_or(false),
            })),
            (None, None) => Err(nobody()),
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
            weight_grams: None,
            attributes: properties
                .map(|property| Attribute::new(property.name, property.value))
                .collect(),
            tax_lines: taxes(self.tax_lines, &path)?,
        })
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
fn parts_per_million(text: &str) -> Option<i64> {
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

fn user_error(error: CreateError) -> Result<UserError, Error> {
    use CreateError as E;
    let (path, code): (&[&str], &'static str) = match &error {
        E::LinesMissing | E::TooManyLines => (&["lineItems"], "INVALID"),
        E::QuantityNotPositive { .. } | E::QuantityTooHigh { .. } => {
            (&["lineItems", "#", "quantity"], "INVALID")
        }
        E::VariantUnknown { .. } => (&["lineItems", "#", "variantId"], "INVALID"),
        E::TitleMissing { .. } => (&["lineItems", "#", "title"], "INVALID"),
        E::PriceMissing { .. } => (&["lineItems", "#", "priceSet"], "INVALID"),
        E::AmountNegative { field, .. } => (&[*field, "#"], "INVALID"),
        E::CurrencyMismatch { field, .. }
        | E::TextTooLong { field }
        | E::AddressInvalid { field } => (&[*field], "INVALID"),
        E::TaxRateInvalid { field } => (&[*field], "TAX_LINE_RATE_MISSING"),
        E::TooLarge | E::NoLocation => (&[], "INVALID"),
        E::EmailInvalid => (&["email"], "INVALID"),
        E::PhoneInvalid => (&["phone"], "INVALID"),
        E::CustomerUnknown => (&["customer"], "INVALID"),
        E::Tags(_) => (&["tags"], "INVALID"),
        E::TaxesTwice => (&["taxLines"], "INVALID"),
        E::StatusContradicted { .. } | E::StatusWithoutTransactions { .. } => {
            (&["financialStatus"], "INVALID")
        }
        E::TransactionInvalid { .. } => (&["transactions", "#"], "INVALID"),
        E::ProcessedAtInvalid => (&["processedAt"], "PROCESSED_AT_INVALID"),
        E::NotEnoughStock { .. } => (&["lineItems", "#"], "INVENTORY_CLAIM_FAILED"),
        E::Store(cause) => return Err(fault(cause.clone())),
    };
    let place = at(&error).to_string();
    let own = path
        .iter()
        .map(|part| if *part == "#" { &place } else { *part });
    let path: Vec<&str> = std::iter::once("order").chain(own).collect();
    Ok(UserError::new(&path, code, &error))
}

/// Which entry of its list a refusal is about.
const fn at(error: &CreateError) -> usize {
    match error {
        CreateError::QuantityNotPositive { at }
        | CreateError::QuantityTooHigh { at }
        | CreateError::VariantUnknown { at }
        | CreateError::TitleMissing { at }
        | CreateError::PriceMissing { at }
        | CreateError::AmountNegative { at, .. }
        | CreateError::TransactionInvalid { at }
        | CreateError::NotEnoughStock { at, .. } => *at,
        _ => 0,
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

    #[test]
    fn a_refusal_names_the_line_that_it_is_about() {
        let error = user_error(CreateError::VariantUnknown { at: 2 }).unwrap();
        let path = error.field.unwrap();
        assert_eq!(path, ["order", "lineItems", "2", "variantId"]);
    }
}
