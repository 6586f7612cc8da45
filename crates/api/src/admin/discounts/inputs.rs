//! What mutations of discounts take.

use commerce::discounts::{
    BuyersInput, BuysInput, DestinationInput, DiscountInput, GetsInput, ItemsInput, MinimumInput,
    OnQuantity, PurchasesInput, ValueInput,
};
use graphql::Maybe;
use serde::Deserialize;
use units::{CollectionId, CustomerId, ProductId, ProductVariantId, Timestamp};

use crate::admin::orders::parts_per_million;
use crate::scalars::DecimalInput;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CombinesArgs {
    order_discounts: Option<bool>,
    product_discounts: Option<bool>,
    shipping_discounts: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
struct MinimumArgs {
    quantity: Option<MinimumQuantityArgs>,
    subtotal: Option<MinimumSubtotalArgs>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MinimumQuantityArgs {
    greater_than_or_equal_to_quantity: Option<DecimalInput>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MinimumSubtotalArgs {
    greater_than_or_equal_to_subtotal: Option<DecimalInput>,
}

#[derive(Debug, Clone, Deserialize)]
struct CustomersArgs {
    add: Option<Vec<CustomerId>>,
    remove: Option<Vec<CustomerId>>,
}

#[derive(Debug, Clone, Deserialize)]
struct SelectionArgs {
    all: Option<bool>,
    customers: Option<CustomersArgs>,
}

#[derive(Debug, Clone, Deserialize)]
struct ContextArgs {
    all: Option<Everybody>,
    customers: Option<CustomersArgs>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Everybody {
    All,
}

#[derive(Debug, Clone, Deserialize)]
struct ItemsArgs {
    all: Option<bool>,
    collections: Option<CollectionsArgs>,
    products: Option<ProductsArgs>,
}

#[derive(Debug, Clone, Deserialize)]
struct CollectionsArgs {
    add: Option<Vec<CollectionId>>,
    remove: Option<Vec<CollectionId>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductsArgs {
    product_variants_to_add: Option<Vec<ProductVariantId>>,
    product_variants_to_remove: Option<Vec<ProductVariantId>>,
    products_to_add: Option<Vec<ProductId>>,
    products_to_remove: Option<Vec<ProductId>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetsArgs {
    applies_on_one_time_purchase: Option<bool>,
    applies_on_subscription: Option<bool>,
    items: Option<ItemsArgs>,
    value: Option<GetsValueArgs>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetsValueArgs {
    discount_amount: Option<AmountArgs>,
    discount_on_quantity: Option<OnQuantityArgs>,
    percentage: Option<DecimalInput>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AmountArgs {
    amount: Option<DecimalInput>,
    applies_on_each_item: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
struct OnQuantityArgs {
    effect: Option<EffectArgs>,
    quantity: Option<DecimalInput>,
}

#[derive(Debug, Clone, Deserialize)]
struct EffectArgs {
    amount: Option<DecimalInput>,
    percentage: Option<DecimalInput>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BuysArgs {
    is_one_time_purchase: Option<bool>,
    is_subscription: Option<bool>,
    items: Option<ItemsArgs>,
    value: Option<BuysValueArgs>,
}

#[derive(Debug, Clone, Deserialize)]
struct BuysValueArgs {
    amount: Option<DecimalInput>,
    quantity: Option<DecimalInput>,
}

#[derive(Debug, Clone, Deserialize)]
struct DestinationArgs {
    all: Option<bool>,
    countries: Option<CountriesArgs>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CountriesArgs {
    add: Option<Vec<String>>,
    include_rest_of_world: Option<bool>,
    remove: Option<Vec<String>>,
}

/// What every discount's input says.
struct Base {
    title: Option<String>,
    starts_at: Option<Timestamp>,
    ends_at: Maybe<Timestamp>,
    combines_with: Option<CombinesArgs>,
    context: Option<ContextArgs>,
}

/// Declares a discount's input: what all have, and what is its own.
macro_rules! discount_inputs {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $own:ident: $kind:ty),* } $fill:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
            title: Option<String>,
            starts_at: Option<Timestamp>,
            #[serde(default)]
            ends_at: Maybe<Timestamp>,
            combines_with: Option<CombinesArgs>,
            context: Option<ContextArgs>,
            $($(#[$attribute])* $own: $kind,)*
        }

        impl From<$name> for DiscountInput {
            fn from(given: $name) -> Self {
                let base = Base {
                    title: given.title.clone(),
                    starts_at: given.starts_at,
                    ends_at: given.ends_at.clone(),
                    combines_with: given.combines_with.clone(),
                    context: given.context.clone(),
                };
                let mut input = base.input();
                $fill(given, &mut input);
                input
            }
        }
    )*};
}

discount_inputs! {
    /// Something off items, by a code.
    CodeBasicInput {
        code: Option<String>,
        #[serde(default)]
        usage_limit: Maybe<i64>,
        applies_once_per_customer: Option<bool>,
        customer_selection: Option<SelectionArgs>,
        #[serde(default)]
        minimum_requirement: Maybe<MinimumArgs>,
        customer_gets: Option<GetsArgs>
    } code_basic
    /// Free delivery, by a code.
    CodeFreeShippingInput {
        code: Option<String>,
        #[serde(default)]
        usage_limit: Maybe<i64>,
        applies_once_per_customer: Option<bool>,
        customer_selection: Option<SelectionArgs>,
        #[serde(default)]
        minimum_requirement: Maybe<MinimumArgs>,
        applies_on_one_time_purchase: Option<bool>,
        applies_on_subscription: Option<bool>,
        destination: Option<DestinationArgs>,
        #[serde(default)]
        maximum_shipping_price: Maybe<DecimalInput>
    } code_free_shipping
    /// Something off some items for those who buy others, by a code.
    CodeBxgyInput {
        code: Option<String>,
        #[serde(default)]
        usage_limit: Maybe<i64>,
        applies_once_per_customer: Option<bool>,
        customer_selection: Option<SelectionArgs>,
        customer_buys: Option<BuysArgs>,
        customer_gets: Option<GetsArgs>,
        #[serde(default)]
        uses_per_order_limit: Maybe<i64>
    } code_bxgy
    /// Something off items, by itself.
    AutomaticBasicInput {
        #[serde(default)]
        minimum_requirement: Maybe<MinimumArgs>,
        customer_gets: Option<GetsArgs>
    } automatic_basic
    /// Free delivery, by itself.
    AutomaticFreeShippingInput {
        #[serde(default)]
        minimum_requirement: Maybe<MinimumArgs>,
        applies_on_one_time_purchase: Option<bool>,
        applies_on_subscription: Option<bool>,
        destination: Option<DestinationArgs>,
        #[serde(default)]
        maximum_shipping_price: Maybe<DecimalInput>
    } automatic_free_shipping
    /// Something off some items for those who buy others, by itself.
    AutomaticBxgyInput {
        customer_buys: Option<BuysArgs>,
        customer_gets: Option<GetsArgs>,
        #[serde(default)]
        uses_per_order_limit: Maybe<DecimalInput>
    } automatic_bxgy
}

fn code_basic(given: CodeBasicInput, input: &mut DiscountInput) {
    by_code(
        input,
        given.code,
        given.usage_limit,
        given.applies_once_per_customer,
    );
    selected(input, given.customer_selection);
    input.minimum = minimum(given.minimum_requirement);
    reduced(input, given.customer_gets);
}

fn code_free_shipping(given: CodeFreeShippingInput, input: &mut DiscountInput) {
    by_code(
        input,
        given.code,
        given.usage_limit,
        given.applies_once_per_customer,
    );
    selected(input, given.customer_selection);
    input.minimum = minimum(given.minimum_requirement);
    input.purchases = PurchasesInput {
        one_time: given.applies_on_one_time_purchase,
        subscription: given.applies_on_subscription,
    };
    input.destination = given.destination.map(destination);
    input.price_max = given.maximum_shipping_price.map(|price| price.0).given();
}

fn code_bxgy(given: CodeBxgyInput, input: &mut DiscountInput) {
    by_code(
        input,
        given.code,
        given.usage_limit,
        given.applies_once_per_customer,
    );
    selected(input, given.customer_selection);
    input.buys = given.customer_buys.map(buys);
    reduced(input, given.customer_gets);
    input.uses_per_order = given.uses_per_order_limit.given();
}

fn automatic_basic(given: AutomaticBasicInput, input: &mut DiscountInput) {
    input.minimum = minimum(given.minimum_requirement);
    reduced(input, given.customer_gets);
}

fn automatic_free_shipping(given: AutomaticFreeShippingInput, input: &mut DiscountInput) {
    input.minimum = minimum(given.minimum_requirement);
    input.purchases = PurchasesInput {
        one_time: given.applies_on_one_time_purchase,
        subscription: given.applies_on_subscription,
    };
    input.destination = given.destination.map(destination);
    input.price_max = given.maximum_shipping_price.map(|price| price.0).given();
}

fn automatic_bxgy(given: AutomaticBxgyInput, input: &mut DiscountInput) {
    input.buys = given.customer_buys.map(buys);
    reduced(input, given.customer_gets);
    input.uses_per_order = given
        .uses_per_order_limit
        .map(|limit| whole(&limit))
        .given();
}

impl Base {
    fn input(self) -> DiscountInput {
        let combines = self.combines_with.map(|own| {
            [
                own.product_discounts.unwrap_or(false),
                own.order_discounts.unwrap_or(false),
                own.shipping_discounts.unwrap_or(false),
            ]
        });
        DiscountInput {
            title: self.title,
            starts_at: self.starts_at,
            ends_at: self.ends_at.given(),
            combines,
            buyers: self
                .context
                .map(|context| buyers(context.all.is_some(), context.customers)),
            ..DiscountInput::default()
        }
    }
}

fn by_code(
    input: &mut DiscountInput,
    code: Option<String>,
    usage_limit: Maybe<i64>,
    once: Option<bool>,
) {
    input.code = code;
    input.usage_limit = usage_limit.given();
    input.once_per_customer = once;
}

fn selected(input: &mut DiscountInput, selection: Option<SelectionArgs>) {
    if let Some(own) = selection {
        input.buyers = Some(buyers(own.all.unwrap_or(false), own.customers));
    }
}

fn buyers(all: bool, customers: Option<CustomersArgs>) -> BuyersInput {
    let (add, remove) = customers.map_or((None, None), |own| (own.add, own.remove));
    BuyersInput {
        all,
        add: add.unwrap_or_default(),
        remove: remove.unwrap_or_default(),
    }
}

fn minimum(given: Maybe<MinimumArgs>) -> Option<MinimumInput> {
    match given {
        Maybe::Undefined => None,
        Maybe::Null => Some(MinimumInput::default()),
        Maybe::Value(own) => Some(MinimumInput {
            subtotal: own
                .subtotal
                .and_then(|own| own.greater_than_or_equal_to_subtotal)
                .map(|own| own.0),
            quantity: own
                .quantity
                .and_then(|own| own.greater_than_or_equal_to_quantity)
                .map(|own| whole(&own)),
        }),
    }
}

/// What is reduced, and bought in which ways.
fn reduced(input: &mut DiscountInput, given: Option<GetsArgs>) {
    if let Some(given) = given {
        input.purchases = PurchasesInput {
            one_time: given.applies_on_one_time_purchase,
            subscription: given.applies_on_subscription,
        };
        input.gets = Some(gets(given));
    }
}

fn gets(given: GetsArgs) -> GetsInput {
    GetsInput {
        items: given.items.map(items),
        value: given.value.map(|own| ValueInput {
            percentage_ppm: own.percentage.as_ref().map(ppm),
            amount: own.discount_amount.map(|own| {
                let amount = own.amount.map(|amount| amount.0).unwrap_or_default();
                (amount, own.applies_on_each_item.unwrap_or(false))
            }),
            on_quantity: own.discount_on_quantity.map(on_quantity),
        }),
    }
}

fn on_quantity(given: OnQuantityArgs) -> OnQuantity {
    let effect = given.effect.map(|own| (own.percentage, own.amount));
    let (percentage, amount) = effect.unwrap_or_default();
    OnQuantity {
        quantity: given.quantity.as_ref().map(whole),
        percentage_ppm: percentage.as_ref().map(ppm),
        amount: amount.map(|amount| amount.0),
    }
}

fn buys(given: BuysArgs) -> BuysInput {
    let value = given.value.map(|own| (own.quantity, own.amount));
    let (quantity, amount) = value.unwrap_or_default();
    BuysInput {
        items: given.items.map(items),
        quantity: quantity.as_ref().map(whole),
        amount: amount.map(|amount| amount.0),
        purchases: PurchasesInput {
            one_time: given.is_one_time_purchase,
            subscription: given.is_subscription,
        },
    }
}

fn items(given: ItemsArgs) -> ItemsInput {
    let mut input = ItemsInput {
        all: given.all.unwrap_or(false),
        ..ItemsInput::default()
    };
    if let Some(own) = given.collections {
        input.add_collections = own.add.unwrap_or_default();
        input.remove_collections = own.remove.unwrap_or_default();
    }
    if let Some(own) = given.products {
        input.add_products = own.products_to_add.unwrap_or_default();
        input.remove_products = own.products_to_remove.unwrap_or_default();
        input.add_variants = own.product_variants_to_add.unwrap_or_default();
        input.remove_variants = own.product_variants_to_remove.unwrap_or_default();
    }
    input
}

fn destination(given: DestinationArgs) -> DestinationInput {
    let mut input = DestinationInput {
        all: given.all.unwrap_or(false),
        ..DestinationInput::default()
    };
    if let Some(own) = given.countries {
        input.add = own.add.unwrap_or_default();
        input.remove = own.remove.unwrap_or_default();
        input.rest_of_world = own.include_rest_of_world;
    }
    input
}

/// A share as millionths; what is no share at all as less than nothing.
fn ppm(share: &DecimalInput) -> i64 {
    parts_per_million(&share.0).unwrap_or(-1)
}

/// A whole number; what is none as less than nothing.
fn whole(number: &DecimalInput) -> i64 {
    number.0.parse().unwrap_or(-1)
}
