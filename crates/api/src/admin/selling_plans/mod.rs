//! Groups of selling plans: their lists and fields.

mod inputs;
mod mutations;
mod policies;

use commerce::apps::Scope;
use commerce::catalog::Product;
use commerce::metafields::Owner;
use commerce::selling_plans::{self, GroupSort, SellingPlan, SellingPlanGroup};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{ProductId, ProductVariantId, SellingPlanGroupId, SellingPlanId};

use super::batches::{as_nodes, map_page, page_in_memory};
use super::counts::Count;
use super::metafields::on;
use super::priced::Priced;
use super::products::Variant;
use crate::errors::{fault, spread};
use crate::paging::{page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Counts go up to this, as clients expect.
const COUNT_LIMIT: i64 = 10_000;

/// A plan, with the currency of its amounts.
type Plan = Priced<SellingPlan>;

#[derive(Deserialize)]
struct IdArgs {
    id: SellingPlanGroupId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    query: Option<String>,
    sort_key: SortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    CreatedAt,
    Id,
    Name,
    UpdatedAt,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductArgs {
    product_id: ProductId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VariantArgs {
    product_variant_id: ProductVariantId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfProductArgs {
    product_id: Option<ProductId>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("sellingPlanGroup", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("sellingPlanGroup", Scope::ReadProducts)?;
        by_id(cx, args.id)
    });
    r.query("sellingPlanGroups", list);
    r.connection::<SellingPlanGroup>("SellingPlanGroupConnection", "SellingPlanGroupEdge");
    r.connection::<Plan>("SellingPlanConnection", "SellingPlanEdge");
    group(r);
    plan(r);
    of_catalog(r);
    policies::register(r);
    mutations::register(r);
}

fn group(r: &mut Registry) {
    r.object::<SellingPlanGroup>("SellingPlanGroup")
        .leaf("id", |own| Id(own.id))
        .text("name", |own| &own.name)
        .text("merchantCode", |own| &own.merchant_code)
        .text_opt("description", |own| own.description.as_deref())
        .leaf("options", SellingPlanGroup::option_names)
        .leaf("position", |own| own.position)
        .text_opt("appId", |own| own.app_id.as_deref())
        .leaf("createdAt", |own| DateTime(own.created_at))
        .load("sellingPlans", plans)
        .load("products", products)
        .load("productVariants", variants)
        .load_leaf(
            "summary",
            |all: &[&SellingPlanGroup], _: &NoArgs, cx: &mut Cx| {
                let found = selling_plans::plans_of(&mut cx.tx, &ids(all)).map_err(fault);
                spread(
                    found.map(|all| all.iter().map(|plans| summary(plans)).collect()),
                    all.len(),
                )
            },
        )
        .load(
            "productsCount",
            |all: &[&SellingPlanGroup], _: &NoArgs, cx: &mut Cx| {
                let count = |own: &&SellingPlanGroup| {
                    let limit = COUNT_LIMIT + 1;
                    let found = selling_plans::products_count(&mut cx.tx, own.id, limit);
                    Ok(Some(Count::up_to(found.map_err(fault)?, COUNT_LIMIT)))
                };
                all.iter().map(count).collect()
            },
        )
        .load(
            "productVariantsCount",
            |all: &[&SellingPlanGroup], args: &OfProductArgs, cx: &mut Cx| {
                let count = |own: &&SellingPlanGroup| {
                    let (of, limit) = (args.product_id, COUNT_LIMIT + 1);
                    let found = selling_plans::variants_count(&mut cx.tx, own.id, of, limit);
                    Ok(Some(Count::up_to(found.map_err(fault)?, COUNT_LIMIT)))
                };
                all.iter().map(count).collect()
            },
        )
        .load_leaf(
            "appliesToProduct",
            |all: &[&SellingPlanGroup], args: &ProductArgs, cx: &mut Cx| {
                applies(all, Some(args.product_id), None, cx)
            },
        )
        .load_leaf(
            "appliesToProductVariant",
            |all: &[&SellingPlanGroup], args: &VariantArgs, cx: &mut Cx| {
                applies(all, None, Some(args.product_variant_id), cx)
            },
        )
        .load_leaf(
            "appliesToProductVariants",
            |all: &[&SellingPlanGroup], args: &ProductArgs, cx: &mut Cx| {
                let any = |own: &&SellingPlanGroup| {
                    let of = Some(args.product_id);
                    let found = selling_plans::variants_count(&mut cx.tx, own.id, of, 1);
                    found.map(|count| count > 0).map_err(fault)
                };
                all.iter().map(any).collect()
            },
        );
}

fn plan(r: &mut Registry) {
    r.object::<Plan>("SellingPlan")
        .leaf("id", |own| Id(own.row.id))
        .text("name", |own| &own.row.name)
        .text_opt("description", |own| own.row.description.as_deref())
        .leaf("options", |own| own.row.option_values())
        .leaf("position", |own| own.row.position)
        .text_opt("category", |own| own.row.category.map(|own| own.as_str()))
        .leaf("createdAt", |own| DateTime(own.row.created_at));
    on::<Plan>(r, "SellingPlan", Owner::SellingPlan, |own| own.row.id.get());
}

/// What products and variants say of the groups that they are offered with.
fn of_catalog(r: &mut Registry) {
    r.object::<Product>("Product")
        .load(
            "sellingPlanGroups",
            |all: &[&Product], args: &PageArgs, cx: &mut Cx| {
                let wanted = all.iter().map(|own| (own.id, None)).collect();
                pages(wanted, args, cx)
            },
        )
        .load(
            "sellingPlanGroupsCount",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
                let wanted: Vec<_> = all.iter().map(|own| (own.id, None)).collect();
                let counts = counted(&wanted, cx);
                counts
                    .into_iter()
                    .map(|own| own.map(|own| Some(Count::exactly(own))))
                    .collect()
            },
        );
    let wanted = |all: &[&Variant]| -> Vec<(ProductId, Option<ProductVariantId>)> {
        let one = |own: &&Variant| {
            let variant = &own.row.variant;
            (variant.product_id, Some(variant.id))
        };
        all.iter().map(one).collect()
    };
    r.object::<Variant>("ProductVariant")
        .load(
            "sellingPlanGroups",
            move |all: &[&Variant], args: &PageArgs, cx: &mut Cx| pages(wanted(all), args, cx),
        )
        .load(
            "sellingPlanGroupsCount",
            move |all: &[&Variant], _: &NoArgs, cx: &mut Cx| {
                let counts = counted(&wanted(all), cx);
                counts
                    .into_iter()
                    .map(|own| own.map(|own| Some(Count::exactly(own))))
                    .collect()
            },
        )
        .load_leaf(
            "sellingPlanGroupCount",
            move |all: &[&Variant], _: &NoArgs, cx: &mut Cx| {
                let counts = counted(&wanted(all), cx);
                let narrow = |own| i32::try_from(own).unwrap_or(i32::MAX);
                counts.into_iter().map(|own| own.map(narrow)).collect()
            },
        );
}

type Wanted = (ProductId, Option<ProductVariantId>);

fn pages(
    wanted: Vec<Wanted>,
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<SellingPlanGroup>, Error>> {
    match selling_plans::groups_of(&mut cx.tx, &wanted).map_err(fault) {
        Ok(found) => found
            .into_iter()
            .map(|groups| page_in_memory(groups, args, |own| own.id.get()))
            .collect(),
        Err(error) => spread(Err(error), wanted.len()),
    }
}

fn counted(wanted: &[Wanted], cx: &mut Cx) -> Vec<Result<usize, Error>> {
    let found = selling_plans::groups_of(&mut cx.tx, wanted).map_err(fault);
    spread(
        found.map(|all| all.iter().map(Vec::len).collect()),
        wanted.len(),
    )
}

fn ids(all: &[&SellingPlanGroup]) -> Vec<SellingPlanGroupId> {
    all.iter().map(|own| own.id).collect()
}

/// How many plans a group has, as the merchant's list says it.
fn summary(plans: &[SellingPlan]) -> Option<String> {
    Some(match plans.len() {
        1 => "1 selling plan".to_owned(),
        many => format!("{many} selling plans"),
    })
}

fn by_id(cx: &mut Cx, id: SellingPlanGroupId) -> Result<Option<SellingPlanGroup>, Error> {
    let found = selling_plans::groups(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<SellingPlanGroup>, Error> {
    cx.permit("sellingPlanGroups", Scope::ReadProducts)?;
    let (args, wanted) = args;
    let query = wanted.query.as_deref().unwrap_or_default();
    let found = selling_plans::parse_search(query, cx.request.now());
    let filter = compiled(cx, "sellingPlanGroups", query, found);
    let sort = match wanted.sort_key {
        SortKey::CreatedAt => GroupSort::CreatedAt,
        SortKey::Id => GroupSort::Id,
        SortKey::Name => GroupSort::Name,
        SortKey::UpdatedAt => GroupSort::UpdatedAt,
    };
    let found = selling_plans::groups_page(&mut cx.tx, filter, sort, &window(args)?);
    found.map(page).map_err(page_error)
}

fn plans(
    all: &[&SellingPlanGroup],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<Plan>, Error>> {
    let currency = match cx.shop() {
        Ok(shop) => shop.currency,
        Err(error) => return spread(Err(error), all.len()),
    };
    match selling_plans::plans_of(&mut cx.tx, &ids(all)).map_err(fault) {
        Ok(found) => found
            .into_iter()
            .map(|plans| {
                let page = page_in_memory(plans, args, |own| own.id.get())?;
                Ok(map_page(page, |row| Priced::new(row, currency)))
            })
            .collect(),
        Err(error) => spread(Err(error), all.len()),
    }
}

fn products(
    all: &[&SellingPlanGroup],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Page<Product>, Error>> {
    let one = |own: &&SellingPlanGroup| {
        let found = selling_plans::products_page(&mut cx.tx, own.id, &window(args)?);
        found.map(page).map_err(page_error)
    };
    all.iter().map(one).collect()
}

fn variants(
    all: &[&SellingPlanGroup],
    (args, of): &(PageArgs, OfProductArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Variant>, Error>> {
    let one = |own: &&SellingPlanGroup| {
        let currency = cx.shop()?.currency;
        let (of, window) = (of.product_id, window(args)?);
        let found = selling_plans::variants_page(&mut cx.tx, own.id, of, &window);
        let found = found.map(page).map_err(page_error)?;
        Ok(map_page(found, |row| Priced::new(row, currency)))
    };
    all.iter().map(one).collect()
}

fn applies(
    all: &[&SellingPlanGroup],
    product: Option<ProductId>,
    variant: Option<ProductVariantId>,
    cx: &mut Cx,
) -> Vec<Result<bool, Error>> {
    let one = |own: &&SellingPlanGroup| {
        selling_plans::applies(&mut cx.tx, own.id, product, variant).map_err(fault)
    };
    all.iter().map(one).collect()
}

/// Plans by id, for `node`.
pub(super) fn plan_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("sellingPlanGroup", Scope::ReadProducts)?;
    let currency = cx.shop()?.currency;
    let ids: Vec<SellingPlanId> = ids.iter().copied().map(SellingPlanId).collect();
    let found = selling_plans::plans(&mut cx.tx, &ids).map_err(fault)?;
    let shown = |own: Option<SellingPlan>| own.map(|row| obj(Priced::new(row, currency)));
    Ok(found.into_iter().map(shown).collect())
}

/// Groups by id, for `node`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("sellingPlanGroup", Scope::ReadProducts)?;
    let ids: Vec<SellingPlanGroupId> = ids.iter().copied().map(SellingPlanGroupId).collect();
    as_nodes(selling_plans::groups(&mut cx.tx, &ids))
}
