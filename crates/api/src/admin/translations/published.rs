//! What resources say of themselves in other languages.

use commerce::catalog::{Collection, OptionWithValues, Product, UsedValue};
use commerce::content::{Article, Blog, Menu, Page, ShopPolicy};
use commerce::metafields::Metafield;
use commerce::selling_plans::{SellingPlan, SellingPlanGroup};
use commerce::shops::Shop;
use commerce::themes::Theme;
use commerce::translations::Resource;
use serde::Deserialize;
use units::MarketId;

use super::Said;
use super::resources::said;
use crate::admin::apps::Link;
use crate::admin::files::Picture;
use crate::admin::priced::Priced;
use crate::admin::products::Variant;
use crate::errors::spread;
use crate::images::Image;
use crate::{Cx, Registry};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SaidArgs {
    locale: String,
    market_id: Option<MarketId>,
}

pub(super) fn register(r: &mut Registry) {
    on::<Product>(r, "Product", Resource::Product, |own| own.id.get());
    on::<Collection>(r, "Collection", Resource::Collection, |own| own.id.get());
    on::<Page>(r, "Page", Resource::Page, |own| own.id.get());
    on::<Blog>(r, "Blog", Resource::Blog, |own| own.id.get());
    on::<Article>(r, "Article", Resource::Article, |own| own.id.get());
    on::<Metafield>(r, "Metafield", Resource::Metafield, |own| own.id.get());
    on::<Shop>(r, "Shop", Resource::Shop, |own| own.id.get());
    on::<Menu>(r, "Menu", Resource::Menu, |own| own.id.get());
    on::<OptionWithValues>(r, "ProductOption", Resource::ProductOption, |own| {
        own.option.id.get()
    });
    on::<UsedValue>(
        r,
        "ProductOptionValue",
        Resource::ProductOptionValue,
        |own| own.value.id.get(),
    );
    on::<Picture>(r, "MediaImage", Resource::MediaImage, |own| own.id().get());
    on::<ShopPolicy>(r, "ShopPolicy", Resource::ShopPolicy, |own| own.id.get());
    on::<SellingPlanGroup>(r, "SellingPlanGroup", Resource::SellingPlanGroup, |own| {
        own.id.get()
    });
    on::<Priced<SellingPlan>>(r, "SellingPlan", Resource::SellingPlan, |own| {
        own.row.id.get()
    });
    // A variant says what its product's options say, a picture what its medium says.
    none::<Variant>(r, "ProductVariant");
    none::<Image>(r, "Image");
    none::<Theme>(r, "OnlineStoreTheme");
    none::<Link>(r, "Link");
}

/// Gives a type that nothing is said of an empty list.
fn none<T: 'static>(r: &mut Registry, name: &'static str) {
    r.object::<T>(name)
        .load("translations", |all: &[&T], _: &SaidArgs, _: &mut Cx| {
            all.iter().map(|_| Ok(Vec::<Said>::new())).collect()
        });
}

/// Gives a type what it says in other languages.
fn on<T: 'static>(r: &mut Registry, name: &'static str, kind: Resource, id: fn(&T) -> i64) {
    r.object::<T>(name).load(
        "translations",
        move |all: &[&T], args: &SaidArgs, cx: &mut Cx| {
            let wanted: Vec<_> = all.iter().map(|own| (kind, id(own))).collect();
            let market = args.market_id.map_or(0, MarketId::get);
            spread(said(cx, &wanted, &args.locale, market), all.len())
        },
    );
}
