//! What discounts are about: the items that are bought or reduced, and by how much.

use std::collections::HashMap;

use commerce::catalog::{self, Collection, Product};
use commerce::discounts::{Effect, Items, Minimum, Purchases, Value};
use graphql::{Error, Obj, Page, PageArgs, obj};
use store::StoreError;
use units::{CollectionId, Money, ProductId, ProductVariantId};

use super::{Own, Seen};
use crate::admin::products::Variant;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::scalars::{Amount, Rate};
use crate::{Cx, Registry};

/// What is reduced, and by how much.
pub(super) struct CustomerGets(pub(super) Own);
/// What has to be bought.
pub(super) struct CustomerBuys(pub(super) Own);

/// All items.
struct AllItems;
/// Certain products and variants.
struct Products {
    products: Vec<ProductId>,
    variants: Vec<ProductVariantId>,
}
/// What is in certain collections.
struct Collections(Vec<CollectionId>);
/// An amount off.
struct AmountOff {
    amount: Money,
    each: bool,
}
/// A share off, in millionths.
struct Percentage(i64);
/// Something off a number of units.
struct OnQuantity(Own);
/// A number of units.
struct Quantity(i64);
/// An amount that is spent.
struct PurchaseAmount(Money);

pub(super) fn register(r: &mut Registry) {
    r.object::<CustomerGets>("DiscountCustomerGets")
        .leaf("appliesOnOneTimePurchase", |own| {
            own.0.row.terms.purchases.one_time
        })
        .leaf("appliesOnSubscription", |own| {
            own.0.row.terms.purchases.subscription
        })
        .child("items", |own| own.0.gets())
        .child("value", |own| value(&own.0));
    r.object::<CustomerBuys>("DiscountCustomerBuys")
        .leaf("isOneTimePurchase", |own| own.0.bought_how().one_time)
        .leaf("isSubscription", |own| own.0.bought_how().subscription)
        .child("items", |own| own.0.buys())
        .child("value", |own| own.0.bought());
    r.object::<AllItems>("AllDiscountItems")
        .leaf("allItems", |_| true);
    r.object::<Products>("DiscountProducts")
        .load("products", products)
        .load("productVariants", variants);
    r.object::<Collections>("DiscountCollections")
        .load("collections", collections);
    r.object::<AmountOff>("DiscountAmount")
        .child("amount", |own| own.amount)
        .leaf("appliesOnEachItem", |own| own.each);
    r.object::<Percentage>("DiscountPercentage")
        .leaf("percentage", |own| Rate::share(own.0));
    r.object::<OnQuantity>("DiscountOnQuantity")
        .child("quantity", |own| Quantity(own.0.get_quantity()))
        .child("effect", |own| own.0.off());
    r.object::<Quantity>("DiscountQuantity")
        .leaf("quantity", |own| own.0.to_string());
    r.object::<PurchaseAmount>("DiscountPurchaseAmount")
        .leaf("amount", |own| Amount(own.0));
}

/// What comes off: on a number of units where some have to be bought first.
fn value(own: &Own) -> Obj {
    match own.row.terms.effect {
        Effect::BuyGet { .. } => obj(OnQuantity(own.clone())),
        Effect::Off { .. } | Effect::FreeShipping { .. } => own.off(),
    }
}

impl Seen {
    fn gets(&self) -> Obj {
        match &self.row.terms.effect {
            Effect::Off { items, .. } | Effect::BuyGet { gets: items, .. } => shown(items),
            Effect::FreeShipping { .. } => obj(AllItems),
        }
    }

    fn buys(&self) -> Obj {
        match &self.row.terms.effect {
            Effect::BuyGet { buys, .. } => shown(&buys.items),
            Effect::Off { .. } | Effect::FreeShipping { .. } => obj(AllItems),
        }
    }

    fn bought_how(&self) -> Purchases {
        match &self.row.terms.effect {
            Effect::BuyGet { buys, .. } => buys.purchases,
            Effect::Off { .. } | Effect::FreeShipping { .. } => Purchases::default(),
        }
    }

    fn bought(&self) -> Obj {
        match &self.row.terms.effect {
            Effect::BuyGet { buys, .. } => match buys.minimum {
                Minimum::Subtotal(minor) => obj(PurchaseAmount(self.money(minor))),
                Minimum::Quantity(units) => obj(Quantity(units)),
                Minimum::Nothing => obj(Quantity(1)),
            },
            Effect::Off { .. } | Effect::FreeShipping { .. } => obj(Quantity(0)),
        }
    }

    fn get_quantity(&self) -> i64 {
        match self.row.terms.effect {
            Effect::BuyGet { quantity, .. } => quantity,
            Effect::Off { .. } | Effect::FreeShipping { .. } => 0,
        }
    }

    fn off(&self) -> Obj {
        let value = match self.row.terms.effect {
            Effect::Off { value, .. } | Effect::BuyGet { value, .. } => value,
            Effect::FreeShipping { .. } => Value::Percentage(1_000_000),
        };
        let amount = |minor, each| AmountOff {
            amount: self.money(minor),
            each,
        };
        match value {
            Value::Percentage(ppm) => obj(Percentage(ppm)),
            Value::Amount(minor) => obj(amount(minor, false)),
            Value::AmountEach(minor) => obj(amount(minor, true)),
        }
    }
}

fn shown(items: &Items) -> Obj {
    match items {
        Items::All => obj(AllItems),
        Items::Products { products, variants } => obj(Products {
            products: products.iter().copied().map(ProductId).collect(),
            variants: variants.iter().copied().map(ProductVariantId).collect(),
        }),
        Items::Collections(ids) => {
            obj(Collections(ids.iter().copied().map(CollectionId).collect()))
        }
    }
}

/// A window of each parent's ids, and the rows of all of them in one load. Rows that are gone
/// are left out.
fn windows<I: Copy + Eq + std::hash::Hash + Into<i64>, T: Clone>(
    lists: Vec<&Vec<I>>,
    args: &PageArgs,
    cx: &mut Cx,
    load: impl FnOnce(&mut Cx, &[I]) -> Result<Vec<Option<T>>, StoreError>,
) -> Vec<Result<Page<T>, Error>> {
    let parents = lists.len();
    let found = || {
        let key = |id: &I| -> String { (*id).into().to_string() };
        let pages: Vec<Page<I>> = lists
            .into_iter()
            .map(|ids| of_list(ids, args, key))
            .collect::<Result<_, Error>>()?;
        let wanted: Vec<I> = pages.iter().flat_map(|page| page.nodes.clone()).collect();
        let rows = load(cx, &wanted).map_err(fault)?;
        let rows: HashMap<I, T> = wanted
            .into_iter()
            .zip(rows)
            .filter_map(|(id, row)| Some((id, row?)))
            .collect();
        let present = |page: Page<I>| {
            let kept = page.nodes.iter().zip(page.cursors);
            let (nodes, cursors) = kept
                .filter_map(|(id, cursor)| Some((rows.get(id)?.clone(), cursor)))
                .unzip();
            Page {
                nodes,
                cursors,
                has_next_page: page.has_next_page,
                has_previous_page: page.has_previous_page,
                ..Page::default()
            }
        };
        Ok(pages.into_iter().map(present).collect())
    };
    spread(found(), parents)
}

fn products(all: &[&Products], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Product>, Error>> {
    let lists = all.iter().map(|own| &own.products).collect();
    windows(lists, args, cx, |cx, ids| {
        catalog::products(&mut cx.tx, ids)
    })
}

fn variants(all: &[&Products], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Variant>, Error>> {
    let currency = match cx.shop() {
        Ok(shop) => shop.currency,
        Err(error) => return all.iter().map(|_| Err(error.clone())).collect(),
    };
    let lists = all.iter().map(|own| &own.variants).collect();
    windows(lists, args, cx, |cx, ids| {
        let found = catalog::variants(&mut cx.tx, ids)?.into_iter();
        Ok(found
            .map(|row| row.map(|row| Variant::new(row, currency)))
            .collect())
    })
}

fn collections(
    all: &[&Collections],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<Collection>, Error>> {
    let lists = all.iter().map(|own| &own.0).collect();
    windows(lists, args, cx, |cx, ids| {
        catalog::collections(&mut cx.tx, ids)
    })
}
