//! What clients say about variants.

use commerce::catalog::{
    InventoryPolicy, ItemInput, MediaInput, StockInput, VariantInput, VariantOptionInput,
};
use graphql::{Error, Maybe};
use serde::Deserialize;
use units::{
    Currency, LocationId, MediaImageId, Money, ProductOptionId, ProductOptionValueId,
    ProductVariantId, WeightUnit,
};

use super::inputs::{FileFields, MetafieldInput, maybe, metafields};
use super::unit_price::MeasureFields;
use crate::scalars::DecimalInput;

/// What both inputs for variants say.
struct VariantFields<'a> {
    id: Option<ProductVariantId>,
    option_values: &'a [ChosenFields],
    price: Option<&'a DecimalInput>,
    compare_at_price: &'a Maybe<DecimalInput>,
    barcode: Option<&'a String>,
    taxable: Option<bool>,
    tax_code: Option<&'a String>,
    inventory_policy: Option<Policy>,
    inventory_item: Option<&'a ItemFields>,
    unit_price_measurement: &'a Maybe<MeasureFields>,
    show_unit_price: Option<bool>,
    requires_components: Option<bool>,
    metafields: Option<&'a [MetafieldInput]>,
}

/// Declares an input for variants: what both have, and what is its own.
macro_rules! variant_input {
    ($(#[$doc:meta])* $name:ident: $chosen:ty, $values:expr; $($own:ident: $kind:ty),*) => {
        $(#[$doc])*
        #[derive(Deserialize, Clone)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
            id: Option<ProductVariantId>,
            option_values: $chosen,
            price: Option<DecimalInput>,
            #[serde(default)]
            compare_at_price: Maybe<DecimalInput>,
            barcode: Option<String>,
            taxable: Option<bool>,
            tax_code: Option<String>,
            inventory_policy: Option<Policy>,
            inventory_item: Option<ItemFields>,
            #[serde(default)]
            unit_price_measurement: Maybe<MeasureFields>,
            show_unit_price: Option<bool>,
            requires_components: Option<bool>,
            metafields: Option<Vec<MetafieldInput>>,
            $($own: Option<$kind>,)*
        }

        impl $name {
            fn common(&self) -> VariantFields<'_> {
                let values: fn(&Self) -> &[ChosenFields] = $values;
                VariantFields {
                    id: self.id,
                    option_values: values(self),
                    price: self.price.as_ref(),
                    compare_at_price: &self.compare_at_price,
                    barcode: self.barcode.as_ref(),
                    taxable: self.taxable,
                    tax_code: self.tax_code.as_ref(),
                    inventory_policy: self.inventory_policy,
                    inventory_item: self.inventory_item.as_ref(),
                    unit_price_measurement: &self.unit_price_measurement,
                    show_unit_price: self.show_unit_price,
                    requires_components: self.requires_components,
                    metafields: self.metafields.as_deref(),
                }
            }
        }
    };
}

variant_input! {
    /// A variant among many to make or change.
    BulkFields: Option<Vec<ChosenFields>>, |own| own.option_values.as_deref().unwrap_or_default();
    inventory_quantities: Vec<LevelFields>, media_id: MediaImageId, media_src: Vec<String>
}

variant_input! {
    /// A variant of a whole product.
    VariantSetFields: Vec<ChosenFields>, |own| &own.option_values;
    inventory_quantities: Vec<QuantityFields>, sku: String, file: FileFields
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct ChosenFields {
    linked_metafield_value: Option<String>,
    id: Option<ProductOptionValueId>,
    name: Option<String>,
    option_id: Option<ProductOptionId>,
    option_name: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Policy {
    Continue,
    Deny,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct ItemFields {
    sku: Option<String>,
    tracked: Option<bool>,
    requires_shipping: Option<bool>,
    measurement: Option<MeasurementFields>,
    #[serde(default)]
    cost: Maybe<DecimalInput>,
    #[serde(default)]
    country_code_of_origin: Maybe<String>,
    #[serde(default)]
    province_code_of_origin: Maybe<String>,
    #[serde(default)]
    harmonized_system_code: Maybe<String>,
    country_harmonized_system_codes: Option<Vec<CountryCodeFields>>,
}

/// A customs number in one country.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct CountryCodeFields {
    country_code: Option<String>,
    harmonized_system_code: String,
}

#[derive(Deserialize, Clone)]
struct MeasurementFields {
    weight: Option<WeightFields>,
}

#[derive(Deserialize, Clone, Copy)]
struct WeightFields {
    value: f64,
    unit: WeightUnit,
}

/// What is available at a location.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct LevelFields {
    location_id: LocationId,
    available_quantity: i64,
}

/// A named quantity at a location.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct QuantityFields {
    location_id: LocationId,
    name: String,
    quantity: i64,
}

fn minor(amount: &DecimalInput, currency: Currency) -> Result<i64, Error> {
    Money::parse(&amount.0, currency)
        .map(|money| money.minor)
        .map_err(|wrong| Error::new(wrong.to_string()).code("INVALID_VARIABLE"))
}

impl VariantFields<'_> {
    fn input(&self, currency: Currency) -> Result<VariantInput, Error> {
        let chosen = |one: &ChosenFields| VariantOptionInput {
            option_id: one.option_id,
            option_name: one.option_name.clone(),
            id: one.id,
            name: one.name.clone(),
            linked: one.linked_metafield_value.clone(),
        };
        let item = self
            .inventory_item
            .map(|item| item.input(currency))
            .transpose()?;
        let price = self.price.map(|price| minor(price, currency)).transpose()?;
        let compare_at = maybe(self.compare_at_price)
            .map(|price| price.map(|price| minor(&price, currency)).transpose())
            .transpose()?;
        Ok(VariantInput {
            id: self.id,
            option_values: self.option_values.iter().map(chosen).collect(),
            price_minor: price,
            compare_at_minor: compare_at,
            barcode: self.barcode.cloned(),
            taxable: self.taxable,
            tax_code: self.tax_code.cloned(),
            inventory_policy: self.inventory_policy.map(|policy| match policy {
                Policy::Continue => InventoryPolicy::Continue,
                Policy::Deny => InventoryPolicy::Deny,
            }),
            item: item.unwrap_or_default(),
            unit_measure: maybe(self.unit_price_measurement)
                .map(|given| given.as_ref().and_then(MeasureFields::measure)),
            show_unit_price: self.show_unit_price,
            requires_components: self.requires_components,
            metafields: metafields(self.metafields),
            ..VariantInput::default()
        })
    }
}

impl BulkFields {
    /// What the catalogue is to do; amounts are in `currency`.
    pub(super) fn input(&self, currency: Currency) -> Result<VariantInput, Error> {
        let stock = self.inventory_quantities.iter().flatten();
        Ok(VariantInput {
            stock: stock
                .map(|level| StockInput {
                    location: Some(level.location_id),
                    available: level.available_quantity,
                })
                .collect(),
            media_id: self.media_id,
            media: self
                .media_src
                .iter()
                .flatten()
                .next()
                .cloned()
                .map(MediaInput::at),
            ..self.common().input(currency)?
        })
    }
}

impl VariantSetFields {
    /// What the catalogue is to do; amounts are in `currency`.
    pub(super) fn input(&self, currency: Currency) -> Result<VariantInput, Error> {
        let stock = self.inventory_quantities.iter().flatten();
        let mut input = VariantInput {
            stock: stock.map(QuantityFields::input).collect::<Result<_, _>>()?,
            only_metafields: self.metafields.is_some(),
            media: self.file.as_ref().map(FileFields::input),
            ..self.common().input(currency)?
        };
        input.item.sku = input.item.sku.or_else(|| self.sku.clone());
        Ok(input)
    }
}

impl QuantityFields {
    fn input(&self) -> Result<StockInput, Error> {
        if self.name != "available" {
            let message = format!("'{}' cannot be set here: use 'available'.", self.name);
            return Err(Error::new(message).code("INVALID_VARIABLE"));
        }
        Ok(StockInput {
            location: Some(self.location_id),
            available: self.quantity,
        })
    }
}

impl ItemFields {
    pub(super) fn input(&self, currency: Currency) -> Result<ItemInput, Error> {
        let weight = self.measurement.as_ref().and_then(|given| given.weight);
        Ok(ItemInput {
            sku: self.sku.clone(),
            tracked: self.tracked,
            requires_shipping: self.requires_shipping,
            weight: weight.map(|weight| (weight.unit.to_grams(weight.value), weight.unit)),
            cost_minor: maybe(&self.cost)
                .map(|cost| cost.map(|cost| minor(&cost, currency)).transpose())
                .transpose()?,
            country_code_of_origin: maybe(&self.country_code_of_origin),
            province_code_of_origin: maybe(&self.province_code_of_origin),
            harmonized_system_code: maybe(&self.harmonized_system_code),
            country_codes: self.country_harmonized_system_codes.as_ref().map(|all| {
                let pair = |own: &CountryCodeFields| {
                    let country = own.country_code.clone().unwrap_or_default();
                    (country, own.harmonized_system_code.clone())
                };
                all.iter().map(pair).collect()
            }),
        })
    }
}
