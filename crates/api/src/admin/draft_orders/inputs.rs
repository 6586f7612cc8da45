//! What clients say about a draft, turned into the domain's words.

use commerce::draft_orders::{
    AppliedDiscountType, DeliveryInput, DraftDiscountInput, DraftLineInput,
    DraftOrderInput as Input,
};
use graphql::Maybe;
use serde::Deserialize;
use units::{Currency, CustomerId, Money, MoneyError, ProductVariantId, WeightUnit};

use crate::admin::addresses::MailingAddressInput;
use crate::admin::orders::{AttributeInput, MetafieldInput};
use crate::errors::UserError;
use crate::scalars::DecimalInput;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DraftOrderInput {
    #[serde(default)]
    applied_discount: Maybe<AppliedDiscountInput>,
    #[serde(default)]
    billing_address: Maybe<MailingAddressInput>,
    custom_attributes: Option<Vec<AttributeInput>>,
    #[serde(default)]
    customer_id: Maybe<CustomerId>,
    #[serde(default)]
    email: Maybe<String>,
    line_items: Option<Vec<LineItemInput>>,
    metafields: Option<Vec<MetafieldInput>>,
    #[serde(default)]
    note: Maybe<String>,
    #[serde(default)]
    phone: Maybe<String>,
    #[serde(default)]
    po_number: Maybe<String>,
    #[serde(default)]
    purchasing_entity: Maybe<PurchasingEntityInput>,
    #[serde(default)]
    shipping_address: Maybe<MailingAddressInput>,
    #[serde(default)]
    shipping_line: Maybe<ShippingLineInput>,
    #[serde(default)]
    source_name: Maybe<String>,
    tags: Option<Vec<String>>,
    tax_exempt: Option<bool>,
    use_customer_default_address: Option<bool>,
    visible_to_customer: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PurchasingEntityInput {
    customer_id: Option<CustomerId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItemInput {
    applied_discount: Option<AppliedDiscountInput>,
    custom_attributes: Option<Vec<AttributeInput>>,
    grams: Option<i64>,
    original_unit_price: Option<DecimalInput>,
    original_unit_price_with_currency: Option<MoneyInput>,
    price_override: Option<MoneyInput>,
    quantity: i64,
    requires_shipping: Option<bool>,
    sku: Option<String>,
    taxable: Option<bool>,
    title: Option<String>,
    uuid: Option<String>,
    variant_id: Option<ProductVariantId>,
    weight: Option<WeightInput>,
}

/// The amount that it comes to is reckoned here, whatever a client says of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppliedDiscountInput {
    #[expect(dead_code, reason = "follows from value, type and price")]
    amount: Option<DecimalInput>,
    #[expect(dead_code, reason = "follows from value, type and price")]
    amount_with_currency: Option<MoneyInput>,
    description: Option<String>,
    title: Option<String>,
    value: f64,
    value_type: ValueType,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ValueType {
    FixedAmount,
    Percentage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShippingLineInput {
    price: Option<DecimalInput>,
    price_with_currency: Option<MoneyInput>,
    shipping_rate_handle: Option<String>,
    title: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoneyInput {
    amount: DecimalInput,
    currency_code: Currency,
}

#[derive(Deserialize)]
struct WeightInput {
    unit: WeightUnit,
    value: f64,
}

impl DraftOrderInput {
    /// The domain's input; amounts without a currency are of `currency`.
    pub(super) fn into_input(self, currency: Currency) -> Result<Input, UserError> {
        let lines = self.line_items.map(|lines| {
            let lines = lines.into_iter().enumerate();
            let lines = lines.map(|(at, line)| line.into_line(at, currency));
            lines.collect::<Result<Vec<_>, _>>()
        });
        let delivery = match self.shipping_line.given() {
            None => None,
            Some(None) => Some(None),
            Some(Some(line)) => Some(Some(line.into_delivery(currency)?)),
        };
        let entity = self.purchasing_entity.given();
        let entity = entity.map(|entity| entity.and_then(|entity| entity.customer_id));
        let address = |given: Maybe<MailingAddressInput>| {
            let given = given.given();
            given.map(|given| given.map(MailingAddressInput::into_address))
        };
        Ok(Input {
            lines: lines.transpose()?,
            customer: self.customer_id.given().or(entity),
            use_default_address: self.use_customer_default_address.unwrap_or(false),
            email: self.email.given(),
            phone: self.phone.given(),
            note: self.note.given(),
            po_number: self.po_number.given(),
            source_name: self.source_name.given(),
            tags: self.tags,
            attributes: self.custom_attributes.map(|own| {
                let own = own.into_iter();
                own.map(AttributeInput::into_attribute).collect()
            }),
            shipping_address: address(self.shipping_address),
            billing_address: address(self.billing_address),
            discount: self
                .applied_discount
                .given()
                .map(|own| own.map(AppliedDiscountInput::into_discount)),
            delivery,
            tax_exempt: self.tax_exempt,
            visible_to_customer: self.visible_to_customer,
            metafields: self
                .metafields
                .unwrap_or_default()
                .into_iter()
                .map(MetafieldInput::into_metafield)
                .collect(),
        })
    }
}

impl LineItemInput {
    fn into_line(self, at: usize, currency: Currency) -> Result<DraftLineInput, UserError> {
        let place = at.to_string();
        let unreadable = |field: &str, error: MoneyError| {
            UserError::new(&["lineItems", &place, field], None, &error)
        };
        let price = match (
            self.original_unit_price_with_currency,
            self.original_unit_price,
        ) {
            (Some(price), _) => Some(
                price
                    .money()
                    .map_err(|error| unreadable("originalUnitPriceWithCurrency", error))?,
            ),
            (None, Some(price)) => Some(
                Money::parse(&price.0, currency)
                    .map_err(|error| unreadable("originalUnitPrice", error))?,
            ),
            (None, None) => None,
        };
        let price_override = self.price_override.map(|price| price.money());
        let price_override = price_override
            .transpose()
            .map_err(|error| unreadable("priceOverride", error))?;
        let weight = self.weight.map(|own| own.unit.to_grams(own.value));
        let attributes = self.custom_attributes.unwrap_or_default().into_iter();
        Ok(DraftLineInput {
            variant: self.variant_id,
            uuid: self.uuid,
            title: self.title,
            sku: self.sku,
            quantity: self.quantity,
            price,
            price_override,
            taxable: self.taxable,
            requires_shipping: self.requires_shipping,
            weight_grams: weight.or(self.grams),
            attributes: attributes.map(AttributeInput::into_attribute).collect(),
            discount: self
                .applied_discount
                .map(AppliedDiscountInput::into_discount),
        })
    }
}

impl AppliedDiscountInput {
    fn into_discount(self) -> DraftDiscountInput {
        DraftDiscountInput {
            title: self.title,
            description: self.description,
            value_type: match self.value_type {
                ValueType::FixedAmount => AppliedDiscountType::FixedAmount,
                ValueType::Percentage => AppliedDiscountType::Percentage,
            },
            value: self.value.to_string(),
        }
    }
}

impl ShippingLineInput {
    fn into_delivery(self, currency: Currency) -> Result<DeliveryInput, UserError> {
        if let Some(handle) = self.shipping_rate_handle {
            return Ok(DeliveryInput::Rate(handle));
        }
        let price = match (self.price_with_currency, self.price) {
            (Some(price), _) => price.money(),
            (None, Some(price)) => Money::parse(&price.0, currency),
            (None, None) => Ok(Money::zero(currency)),
        };
        let price =
            price.map_err(|error| UserError::new(&["shippingLine", "price"], None, &error))?;
        Ok(DeliveryInput::Custom {
            title: self.title,
            price,
        })
    }
}

impl MoneyInput {
    fn money(&self) -> Result<Money, MoneyError> {
        Money::parse(&self.amount.0, self.currency_code)
    }
}
