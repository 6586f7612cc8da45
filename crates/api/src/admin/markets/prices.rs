//! The prices of a price list, and naming them.

use commerce::apps::Scope;
use commerce::catalog::{self, Product};
use commerce::markets::{
    self, FIXED_PRICES_MAX, NewPrice, NewProductPrice, PriceList, VariantPrice,
};
use graphql::{Error, MutationCx, NoArgs, Page, PageArgs};
use serde::Deserialize;
use store::search;
use units::{Currency, Money, MoneyError, PriceListId, ProductId, ProductVariantId};

use super::price_lists::by_id;
use super::refusals::{price_error, product_price_error};
use crate::admin::batches::map_page;
use crate::admin::payload::Payload;
use crate::admin::products::{Variant, variants};
use crate::errors::{UserError, fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DecimalInput, Id};
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

const WRITE: Scope = Scope::WriteProducts;

/// What a list says of a variant.
#[derive(Clone)]
struct Price {
    variant: ProductVariantId,
    price: Money,
    compare_at: Option<Money>,
    fixed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PricesArgs {
    origin_type: Option<OriginType>,
    query: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum OriginType {
    Fixed,
    Relative,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct MoneyInput {
    amount: DecimalInput,
    currency_code: Currency,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct PriceInput {
    variant_id: ProductVariantId,
    price: MoneyInput,
    compare_at_price: Option<MoneyInput>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct ProductPriceInput {
    product_id: ProductId,
    price: MoneyInput,
    compare_at_price: Option<MoneyInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddArgs {
    price_list_id: PriceListId,
    prices: Vec<PriceInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    price_list_id: PriceListId,
    prices_to_add: Vec<PriceInput>,
    variant_ids_to_delete: Vec<ProductVariantId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    price_list_id: PriceListId,
    variant_ids: Vec<ProductVariantId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByProductArgs {
    price_list_id: PriceListId,
    prices_to_add: Option<Vec<ProductPriceInput>>,
    prices_to_delete_by_product_ids: Option<Vec<ProductId>>,
}

/// Prices that were named, and that no longer are.
struct Fixed {
    list: PriceListId,
    added: Vec<ProductVariantId>,
    deleted: Vec<ProductVariantId>,
}

/// Products whose prices were named, and that no longer are.
struct ByProduct {
    list: PriceListId,
    added: Vec<ProductId>,
    deleted: Vec<ProductId>,
}

type FixedPayload = Payload<Fixed>;
type ByProductPayload = Payload<ByProduct>;

impl MoneyInput {
    fn money(&self) -> Result<Money, MoneyError> {
        Money::parse(&self.amount.0, self.currency_code)
    }
}

/// The prices of an argument, or what is wrong with one.
fn parsed<I, T>(
    argument: &str,
    all: Vec<I>,
    parse: impl Fn(&I) -> Result<T, MoneyError>,
) -> Result<Vec<T>, UserError> {
    let one = |(at, input): (usize, &I)| {
        let place = at.to_string();
        let field = [argument, place.as_str(), "price"];
        parse(input).map_err(|why| UserError::new(&field, "BLANK", &why))
    };
    all.iter().enumerate().map(one).collect()
}

fn new_price(input: &PriceInput) -> Result<NewPrice, MoneyError> {
    let before = input.compare_at_price.as_ref();
    Ok(NewPrice {
        variant: input.variant_id,
        price: input.price.money()?,
        compare_at: before.map(MoneyInput::money).transpose()?,
    })
}

fn new_product_price(input: &ProductPriceInput) -> Result<NewProductPrice, MoneyError> {
    let before = input.compare_at_price.as_ref();
    Ok(NewProductPrice {
        product: input.product_id,
        price: input.price.money()?,
        compare_at: before.map(MoneyInput::money).transpose()?,
    })
}

pub(super) fn register(r: &mut Registry) {
    r.connection::<Price>("PriceListPriceConnection", "PriceListPriceEdge");
    r.object::<PriceList>("PriceList").load(
        "prices",
        |all: &[&PriceList], args: &(PageArgs, PricesArgs), cx: &mut Cx| {
            all.iter().map(|own| prices(own, args, cx)).collect()
        },
    );
    r.object::<Price>("PriceListPrice")
        .child("price", |own| own.price)
        .child("compareAtPrice", |own| own.compare_at)
        .text(
            "originType",
            |own| if own.fixed { "FIXED" } else { "RELATIVE" },
        )
        .load("variant", variant);
    for argument in ["pricesToAdd", "variantIdsToDelete"] {
        let place = format!("priceListFixedPricesUpdate.{argument}");
        r.list_limit(&place, FIXED_PRICES_MAX);
    }
    r.mutation("priceListFixedPricesAdd", add);
    r.mutation("priceListFixedPricesUpdate", update);
    r.mutation("priceListFixedPricesDelete", delete);
    r.mutation("priceListFixedPricesByProductUpdate", update_by_product);
    payload_types(r);
}

fn payload_types(r: &mut Registry) {
    r.object::<FixedPayload>("PriceListFixedPricesAddPayload")
        .load(
            "prices",
            |all: &[&FixedPayload], _: &NoArgs, cx: &mut Cx| {
                all.iter().map(|own| added(own, cx)).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<FixedPayload>("PriceListFixedPricesUpdatePayload")
        .load(
            "pricesAdded",
            |all: &[&FixedPayload], _: &NoArgs, cx: &mut Cx| {
                all.iter().map(|own| added(own, cx)).collect()
            },
        )
        .leaf("deletedFixedPriceVariantIds", gone)
        .load(
            "priceList",
            |all: &[&FixedPayload], _: &NoArgs, cx: &mut Cx| {
                let list = |own: &&FixedPayload| match &own.done {
                    Some(done) => by_id(cx, done.list),
                    None => Ok(None),
                };
                all.iter().map(list).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<FixedPayload>("PriceListFixedPricesDeletePayload")
        .leaf("deletedFixedPriceVariantIds", gone)
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<ByProductPayload>("PriceListFixedPricesByProductUpdatePayload")
        .load(
            "priceList",
            |all: &[&ByProductPayload], _: &NoArgs, cx: &mut Cx| {
                let list = |own: &&ByProductPayload| match &own.done {
                    Some(done) => by_id(cx, done.list),
                    None => Ok(None),
                };
                all.iter().map(list).collect()
            },
        )
        .load(
            "pricesToAddProducts",
            |all: &[&ByProductPayload], _: &NoArgs, cx: &mut Cx| {
                let own = |own: &&ByProductPayload| products(own, cx, |done| &done.added);
                all.iter().map(own).collect()
            },
        )
        .load(
            "pricesToDeleteProducts",
            |all: &[&ByProductPayload], _: &NoArgs, cx: &mut Cx| {
                let own = |own: &&ByProductPayload| products(own, cx, |done| &done.deleted);
                all.iter().map(own).collect()
            },
        )
        .child("userErrors", |own| own.user_errors.clone());
}

fn products(
    payload: &ByProductPayload,
    cx: &mut Cx,
    ids: fn(&ByProduct) -> &[ProductId],
) -> Result<Option<Vec<Product>>, Error> {
    let Some(done) = &payload.done else {
        return Ok(None);
    };
    let found = catalog::products(&mut cx.tx, ids(done)).map_err(fault)?;
    Ok(Some(found.into_iter().flatten().collect()))
}

fn gone(payload: &FixedPayload) -> Option<Vec<Id<ProductVariantId>>> {
    let done = payload.done.as_ref()?;
    Some(done.deleted.iter().copied().map(Id).collect())
}

fn added(payload: &FixedPayload, cx: &mut Cx) -> Result<Option<Vec<Price>>, Error> {
    let Some(done) = &payload.done else {
        return Ok(None);
    };
    let Some(list) = by_id(cx, done.list)? else {
        return Ok(None);
    };
    let found = markets::fixed(&mut cx.tx, list.id, &done.added).map_err(fault)?;
    let one = |id: &ProductVariantId| {
        let own = found.iter().find(|price| price.variant == *id)?;
        let money = |minor| Money::new(minor, list.currency);
        Some(Price {
            variant: *id,
            price: money(own.listed.price_minor),
            compare_at: own.listed.compare_at_minor.map(money),
            fixed: true,
        })
    };
    Ok(Some(done.added.iter().filter_map(one).collect()))
}

fn prices(
    list: &PriceList,
    (args, wanted): &(PageArgs, PricesArgs),
    cx: &mut Cx,
) -> Result<Page<Price>, Error> {
    let shop = cx.shop()?;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = search::compile(query, &markets::PRICES, shop.currency);
    let filter = compiled(cx, "prices", query, found);
    let named = wanted.origin_type.map(|kind| match kind {
        OriginType::Fixed => true,
        OriginType::Relative => false,
    });
    let pricing = markets::pricing_of(&mut cx.tx, &shop, list).map_err(fault)?;
    let found = markets::prices_page(&mut cx.tx, list.id, named, filter, &window(args)?);
    let money = |minor| Money::new(minor, list.currency);
    let nullified = list.compare_at_mode == markets::CompareAtMode::Nullify;
    let price = |row: VariantPrice| {
        let before = row.compare_at_minor.filter(|_| !nullified);
        let relative = || {
            (
                pricing.price(row.price_minor),
                before.map(|own| pricing.price(own)),
            )
        };
        let fixed = row.fixed_minor.map(|own| (own, row.fixed_compare_at_minor));
        let (price, before) = fixed.unwrap_or_else(relative);
        Price {
            variant: row.variant_id,
            price: money(price),
            compare_at: before.map(money),
            fixed: fixed.is_some(),
        }
    };
    Ok(map_page(found.map(page).map_err(page_error)?, price))
}

fn variant(all: &[&Price], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Variant, Error>> {
    let ids: Vec<ProductVariantId> = all.iter().map(|own| own.variant).collect();
    let missing = || Error::new("The variant of this price is gone.");
    spread(variants(cx, &ids), all.len())
        .into_iter()
        .map(|own| own?.ok_or_else(missing))
        .collect()
}

async fn add(cx: MutationCx<Request>, args: AddArgs) -> Result<FixedPayload, Error> {
    cx.request.permit("priceListFixedPricesAdd", WRITE)?;
    let prices = match parsed("prices", args.prices, new_price) {
        Ok(prices) => prices,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    fix(
        &cx,
        args.price_list_id,
        (prices, Vec::new()),
        ("prices", ""),
    )
    .await
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<FixedPayload, Error> {
    cx.request.permit("priceListFixedPricesUpdate", WRITE)?;
    let prices = match parsed("pricesToAdd", args.prices_to_add, new_price) {
        Ok(prices) => prices,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let change = (prices, args.variant_ids_to_delete);
    let fields = ("pricesToAdd", "variantIdsToDelete");
    fix(&cx, args.price_list_id, change, fields).await
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<FixedPayload, Error> {
    cx.request.permit("priceListFixedPricesDelete", WRITE)?;
    let change = (Vec::new(), args.variant_ids);
    fix(&cx, args.price_list_id, change, ("", "variantIds")).await
}

async fn fix(
    cx: &MutationCx<Request>,
    list: PriceListId,
    (add, delete): (Vec<NewPrice>, Vec<ProductVariantId>),
    (add_field, delete_field): (&str, &str),
) -> Result<FixedPayload, Error> {
    let deleted = delete.clone();
    let done = cx
        .request
        .write(move |tx| markets::fix(tx, list, &add, &delete))
        .await;
    let done = done.map(|added| Fixed {
        list,
        added,
        deleted,
    });
    Payload::of(done, |error| price_error(error, add_field, delete_field))
}

async fn update_by_product(
    cx: MutationCx<Request>,
    args: ByProductArgs,
) -> Result<ByProductPayload, Error> {
    cx.request
        .permit("priceListFixedPricesByProductUpdate", WRITE)?;
    let list = args.price_list_id;
    let given = args.prices_to_add.unwrap_or_default();
    let add = match parsed("pricesToAdd", given, new_product_price) {
        Ok(prices) => prices,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let delete = args.prices_to_delete_by_product_ids.unwrap_or_default();
    let added = add.iter().map(|new| new.product).collect();
    let deleted = delete.clone();
    let done = cx
        .request
        .write(move |tx| markets::fix_products(tx, list, &add, &delete))
        .await;
    let done = done.map(|()| ByProduct {
        list,
        added,
        deleted,
    });
    Payload::of(done, product_price_error)
}
