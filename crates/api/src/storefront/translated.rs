//! What resources say to a buyer who speaks another language than the shop.
//!
//! Objects are translated as they come into a reply, all of a level with one load; without a language
//! in the request's context nothing is looked for.

use std::collections::HashMap;

use commerce::catalog::{self, Collection, OptionWithValues, Product};
use commerce::content::{Article, Blog, Item, Menu, Page, ShopPolicy};
use commerce::metafields::Metafield;
use commerce::shops::Shop;
use commerce::translations::{self, Resource, Texts};
use graphql::Error;
use units::{MetaobjectId, ProductId};

use super::selling_plans::{Group, Plan};
use super::shop::ShopPolicyWithDefault;
use super::variants::Variant;
use crate::errors::fault;
use crate::images::Image;
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    r.arriving::<Product>("Product", |all, cx| {
        said(
            all,
            cx,
            Resource::Product,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "title", &mut own.title);
                texts.put(id, "body_html", &mut own.description_html);
                texts.put(id, "handle", &mut own.handle);
                texts.put(id, "product_type", &mut own.product_type);
                texts.put_some(id, "meta_title", &mut own.seo_title);
                texts.put_some(id, "meta_description", &mut own.seo_description);
            },
        )
    });
    r.arriving::<Collection>("Collection", |all, cx| {
        said(
            all,
            cx,
            Resource::Collection,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "title", &mut own.title);
                texts.put(id, "body_html", &mut own.description_html);
                texts.put(id, "handle", &mut own.handle);
                texts.put_some(id, "meta_title", &mut own.seo_title);
                texts.put_some(id, "meta_description", &mut own.seo_description);
            },
        )
    });
    r.arriving::<Metafield>("Metafield", |all, cx| {
        said(
            all,
            cx,
            Resource::Metafield,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "value", &mut own.value);
            },
        )
    });
    r.arriving::<Shop>("Shop", |all, cx| {
        said(
            all,
            cx,
            Resource::Shop,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "meta_description", &mut own.description);
            },
        )
    });
    r.arriving::<OptionWithValues>("ProductOption", options);
    r.arriving::<Variant>("ProductVariant", |all, cx| {
        cx.speaks()?;
        let mut own: Vec<Variant> = all.iter().map(|own| (*own).clone()).collect();
        variants(cx, &mut own);
        Some(own)
    });
    r.arriving::<Image>("Image", pictures);
    content(r);
    terms(r);
}

/// The shop's terms, and how things are sold again and again.
fn terms(r: &mut Registry) {
    r.arriving::<ShopPolicy>("ShopPolicy", |all, cx| {
        said(
            all,
            cx,
            Resource::ShopPolicy,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "body", &mut own.body);
            },
        )
    });
    r.arriving::<ShopPolicyWithDefault>("ShopPolicyWithDefault", |all, cx| {
        said(
            all,
            cx,
            Resource::ShopPolicy,
            |own| own.0.id.get(),
            |own, id, texts| {
                texts.put(id, "body", &mut own.0.body);
            },
        )
    });
    r.arriving::<Plan>("SellingPlan", |all, cx| {
        said(
            all,
            cx,
            Resource::SellingPlan,
            Plan::number,
            |own, id, texts| {
                texts.put(id, "name", &mut own.own.name);
                texts.put_some(id, "description", &mut own.own.description);
            },
        )
    });
    r.arriving::<Group>("SellingPlanGroup", |all, cx| {
        said(
            all,
            cx,
            Resource::SellingPlanGroup,
            |own| own.own.id.get(),
            |own, id, texts| {
                texts.put(id, "name", &mut own.own.name);
            },
        )
    });
}

/// Pictures of products with what they show in the buyer's language.
fn pictures(all: &[&Image], cx: &mut Cx) -> Option<Vec<Image>> {
    let media: Vec<Option<i64>> = all.iter().map(|own| own.medium()).collect();
    let ids: Vec<i64> = media.iter().flatten().copied().collect();
    let texts = texts(cx, Resource::MediaImage, &ids)?;
    let said = |(own, id): (&&Image, &Option<i64>)| {
        let alt = id.and_then(|id| texts.get(id, "alt"));
        let own = (*own).clone();
        match alt {
            Some(alt) => own.called(alt),
            None => own,
        }
    };
    Some(all.iter().zip(&media).map(said).collect())
}

/// Pages, articles and menus.
fn content(r: &mut Registry) {
    r.arriving::<Page>("Page", |all, cx| {
        said(
            all,
            cx,
            Resource::Page,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "title", &mut own.title);
                texts.put(id, "body_html", &mut own.body_html);
            },
        )
    });
    r.arriving::<Blog>("Blog", |all, cx| {
        said(
            all,
            cx,
            Resource::Blog,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "title", &mut own.title);
            },
        )
    });
    r.arriving::<Article>("Article", |all, cx| {
        said(
            all,
            cx,
            Resource::Article,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "title", &mut own.title);
                texts.put(id, "body_html", &mut own.body_html);
                texts.put(id, "summary_html", &mut own.summary_html);
            },
        )
    });
    r.arriving::<Menu>("Menu", |all, cx| {
        said(
            all,
            cx,
            Resource::Menu,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "title", &mut own.title);
            },
        )
    });
    r.arriving::<Item>("MenuItem", |all, cx| {
        said(
            all,
            cx,
            Resource::Link,
            |own| own.id.get(),
            |own, id, texts| {
                texts.put(id, "title", &mut own.title);
            },
        )
    });
}

/// Objects with their texts in the buyer's language; `None` when they stay as they are.
fn said<T: Clone>(
    all: &[&T],
    cx: &mut Cx,
    kind: Resource,
    id: fn(&T) -> i64,
    put: fn(&mut T, i64, &Texts),
) -> Option<Vec<T>> {
    let ids: Vec<i64> = all.iter().map(|own| id(own)).collect();
    let texts = texts(cx, kind, &ids)?;
    let translated = |own: &&T| {
        let mut changed = (*own).clone();
        put(&mut changed, id(own), &texts);
        changed
    };
    Some(all.iter().map(translated).collect())
}

/// What resources say in the buyer's language; `None` when that is the shop's, or nothing is said.
fn texts(cx: &mut Cx, kind: Resource, ids: &[i64]) -> Option<Texts> {
    let (locale, market) = match cx.speaks() {
        Some(spoken) => spoken,
        // In its own language, too, the shop may say something else in a market.
        None if translations::is_localizable(kind) => cx.speaks_in_market()?,
        None => return None,
    };
    match translations::texts(&mut cx.tx, kind, ids, &locale, market) {
        Ok(texts) => Some(texts).filter(|texts| !texts.is_empty()),
        Err(cause) => {
            cx.fail(fault(cause));
            None
        }
    }
}

fn options(all: &[&OptionWithValues], cx: &mut Cx) -> Option<Vec<OptionWithValues>> {
    cx.speaks()?;
    let mut own: Vec<OptionWithValues> = all.iter().map(|own| (*own).clone()).collect();
    translate(&mut own, cx);
    Some(own)
}

fn translate(options: &mut [OptionWithValues], cx: &mut Cx) {
    let ids: Vec<i64> = options.iter().map(|own| own.option.id.get()).collect();
    if let Some(texts) = texts(cx, Resource::ProductOption, &ids) {
        for own in options.iter_mut() {
            texts.put(own.option.id.get(), "name", &mut own.option.name);
        }
    }
    let values = options.iter().flat_map(|own| &own.values);
    let ids: Vec<i64> = values.map(|used| used.value.id.get()).collect();
    if let Some(texts) = texts(cx, Resource::ProductOptionValue, &ids) {
        for used in options.iter_mut().flat_map(|own| &mut own.values) {
            texts.put(used.value.id.get(), "name", &mut used.value.name);
        }
    }
}

/// The names of each product's options, in the buyer's language.
pub(super) fn option_names(cx: &mut Cx, ids: &[ProductId]) -> Result<Vec<Vec<String>>, Error> {
    if cx.speaks().is_none() {
        return catalog::option_names(&mut cx.tx, ids).map_err(fault);
    }
    let mut lists = catalog::options(&mut cx.tx, ids).map_err(fault)?;
    let numbers: Vec<i64> = lists
        .iter()
        .flatten()
        .map(|own| own.option.id.get())
        .collect();
    if let Some(texts) = texts(cx, Resource::ProductOption, &numbers) {
        for own in lists.iter_mut().flatten() {
            texts.put(own.option.id.get(), "name", &mut own.option.name);
        }
    }
    let names = |list: Vec<OptionWithValues>| list.into_iter().map(|own| own.option.name).collect();
    Ok(lists.into_iter().map(names).collect())
}

/// Puts variants' option values, and the titles made of them, into the buyer's language.
pub(super) fn variants(cx: &mut Cx, all: &mut [Variant]) {
    if cx.speaks().is_none() {
        return;
    }
    let mut ids: Vec<ProductId> = all.iter().map(|own| own.variant.product_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let plain = match catalog::options(&mut cx.tx, &ids) {
        Ok(options) => options,
        Err(cause) => return cx.fail(fault(cause)),
    };
    let plain: Vec<OptionWithValues> = plain.into_iter().flatten().collect();
    let mut spoken = plain.clone();
    translate(&mut spoken, cx);
    // By product, place of the option from 1, and value.
    let mut names: HashMap<(ProductId, i64, &str), &str> = HashMap::new();
    for (from, to) in plain.iter().zip(&spoken) {
        for (value, said) in from.values.iter().zip(&to.values) {
            let key = (
                from.option.product_id,
                from.option.position,
                value.value.name.as_str(),
            );
            names.insert(key, &said.value.name);
        }
    }
    for own in all {
        let variant = &mut own.variant;
        let product = variant.product_id;
        let mut changed = false;
        let slots = [
            &mut variant.option1,
            &mut variant.option2,
            &mut variant.option3,
        ];
        for (slot, place) in slots.into_iter().zip(1..) {
            let Some(value) = slot else { continue };
            if let Some(said) = names.get(&(product, place, value.as_str()))
                && *said != value.as_str()
            {
                *value = (*said).to_owned();
                changed = true;
            }
        }
        if changed {
            let values: Vec<&str> = variant.option_values().collect();
            variant.title = values.join(" / ");
        }
    }
}

/// Puts the values of metaobjects' fields into the buyer's language.
pub(super) fn values(cx: &mut Cx, ids: &[MetaobjectId], all: &mut [Vec<(String, String)>]) {
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    if let Some(texts) = texts(cx, Resource::Metaobject, &numbers) {
        for (id, values) in numbers.iter().zip(all) {
            for (key, value) in values {
                texts.put(*id, key, value);
            }
        }
    }
}

/// The resource whose handle is this in the buyer's language.
pub(super) fn named(cx: &mut Cx, kind: Resource, handle: &str) -> Result<Option<i64>, Error> {
    let Some((locale, _)) = cx.speaks() else {
        return Ok(None);
    };
    translations::by_handle(&mut cx.tx, kind, &locale, handle).map_err(fault)
}
