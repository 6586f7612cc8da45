//! Catalogs of markets.

use commerce::apps::Scope;
use commerce::markets::{
    self, CATALOGS, Catalog, CatalogInput, CatalogSort, CatalogStatus, Dependents, Market,
    MarketStatus, PriceList,
};
use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, search};
use units::{CatalogId, Gid, MarketId, PriceListId, PublicationId};

use super::market::{self, Kind};
use super::refusals::catalog_error;
use super::{COUNT_LIMIT, catalogs_by_ids, lists_by_ids, markets_by_ids};
use crate::admin::batches::map_page;
use crate::admin::counts::Count;
use crate::admin::enums::input_enum;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::admin::publications;
use crate::admin::publications::CatalogType;
use crate::errors::{UserError, fault, spread};
use crate::paging::{of_list, page, page_error, window};
use crate::scalars::Id;
use crate::searches::compiled;
use crate::{Cx, Registry, Request};

pub(super) const READ: Scope = Scope::ReadProducts;
const WRITE: Scope = Scope::WriteProducts;

input_enum! {
    /// Whether a catalog counts.
    Status(CatalogStatus)
}

#[derive(Deserialize)]
struct IdArgs {
    id: Gid,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    query: Option<String>,
    sort_key: SortKey,
    #[serde(rename = "type")]
    kind: Option<CatalogType>,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
    #[serde(rename = "type")]
    kind: Option<CatalogType>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Id,
    Title,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MarketsArgs {
    status: Option<Standing>,
    #[serde(rename = "type")]
    kind: Option<Kind>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Standing {
    Active,
    Draft,
}

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: CatalogId,
    input: UpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    id: CatalogId,
    delete_dependent_resources: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextArgs {
    catalog_id: CatalogId,
    contexts_to_add: Option<ContextInput>,
    contexts_to_remove: Option<ContextInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    title: String,
    status: Status,
    context: ContextInput,
    price_list_id: Option<PriceListId>,
    publication_id: Option<PublicationId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    title: Option<String>,
    status: Option<Status>,
    context: Option<ContextInput>,
    #[serde(default)]
    price_list_id: Maybe<PriceListId>,
    #[serde(default)]
    publication_id: Maybe<PublicationId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContextInput {
    market_ids: Option<Vec<MarketId>>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("catalog", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("catalog", READ)?;
        if args.id.kind != CatalogId::KIND {
            return Ok(None);
        }
        let found = by_id(cx, CatalogId(args.id.number))?;
        Ok(found)
    });
    r.query("catalogs", list);
    r.query("catalogsCount", count);
    r.connection::<Obj>("CatalogConnection", "CatalogEdge");
    r.connection::<Catalog>("MarketCatalogConnection", "MarketCatalogEdge");
    r.object::<Catalog>("MarketCatalog")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("status", |own| own.status.as_str())
        .load(
            "publication",
            |all: &[&Catalog], _: &NoArgs, cx: &mut Cx| {
                let publication = |own: &&Catalog| match own.publication_id {
                    Some(id) => publications::by_id(cx, id),
                    None => Ok(None),
                };
                all.iter().map(publication).collect()
            },
        )
        .load("priceList", |all: &[&Catalog], _: &NoArgs, cx: &mut Cx| {
            spread(price_lists(all, cx), all.len())
        })
        .load(
            "markets",
            |all: &[&Catalog], (args, wanted): &(PageArgs, MarketsArgs), cx: &mut Cx| {
                let lists = match market_lists(all, cx) {
                    Ok(lists) => lists,
                    Err(error) => return spread(Err(error), all.len()),
                };
                let one = |mut own: Vec<Market>| {
                    own.retain(|market| wanted.fits(market));
                    of_list(&own, args, |market| market.id.to_string())
                };
                lists.into_iter().map(one).collect()
            },
        )
        .load(
            "marketsCount",
            |all: &[&Catalog], _: &NoArgs, cx: &mut Cx| {
                let found = market_lists(all, cx);
                let count = |own: Vec<Market>| Some(Count::exactly(own.len()));
                spread(
                    found.map(|lists| lists.into_iter().map(count).collect()),
                    all.len(),
                )
            },
        );
    r.mutation("catalogCreate", create);
    r.mutation("catalogUpdate", update);
    r.mutation("catalogContextUpdate", update_context);
    r.mutation("catalogDelete", delete);
    let shown = &[
        "CatalogCreatePayload",
        "CatalogUpdatePayload",
        "CatalogContextUpdatePayload",
    ];
    payloads(r, shown, "catalog", by_id);
    deleted::<CatalogId>(r, "CatalogDeletePayload", "deletedId");
}

impl MarketsArgs {
    fn fits(&self, market: &Market) -> bool {
        let status = self.status.is_none_or(|status| match status {
            Standing::Active => market.status == MarketStatus::Active,
            Standing::Draft => market.status == MarketStatus::Draft,
        });
        status && self.kind.is_none_or(|kind| kind == market::kind(market))
    }
}

fn by_id(cx: &mut Cx, id: CatalogId) -> Result<Option<Obj>, Error> {
    Ok(catalogs_by_ids(cx, &[id])?.pop().flatten().map(obj))
}

fn filter(
    cx: &mut Cx,
    field: &str,
    query: Option<&str>,
    kind: Option<CatalogType>,
) -> Result<Filter, Error> {
    let reading = cx.reading()?;
    let query = query.unwrap_or_default();
    let found = search::compile(query, &CATALOGS, reading);
    let filter = compiled(cx, field, query, found);
    Ok(match kind {
        None | Some(CatalogType::Market) => filter,
        Some(CatalogType::App | CatalogType::CompanyLocation | CatalogType::None) => {
            filter.and(Filter::of("1 = 0", Vec::new()))
        }
    })
}

fn list((args, wanted): &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<Obj>, Error> {
    cx.permit("catalogs", READ)?;
    let filter = filter(cx, "catalogs", wanted.query.as_deref(), wanted.kind)?;
    let sort = match wanted.sort_key {
        SortKey::Id => CatalogSort::Id,
        SortKey::Title => CatalogSort::Title,
    };
    let found = markets::catalogs_page(&mut cx.tx, filter, sort, &window(args)?);
    Ok(map_page(found.map(page).map_err(page_error)?, obj))
}

fn count(args: &CountArgs, cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit("catalogsCount", READ)?;
    let filter = filter(cx, "catalogsCount", args.query.as_deref(), args.kind)?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).clamp(0, COUNT_LIMIT);
    let found = markets::catalogs_count(&mut cx.tx, filter, limit + 1).map_err(fault)?;
    Ok(Some(Count::up_to(found, limit)))
}

fn price_lists(all: &[&Catalog], cx: &mut Cx) -> Result<Vec<Option<PriceList>>, Error> {
    let ids: Vec<PriceListId> = all.iter().filter_map(|own| own.price_list_id).collect();
    let mut found = lists_by_ids(cx, &ids)?.into_iter();
    let next = |own: &&Catalog| own.price_list_id.and_then(|_| found.next().flatten());
    Ok(all.iter().map(next).collect())
}

fn market_lists(all: &[&Catalog], cx: &mut Cx) -> Result<Vec<Vec<Market>>, Error> {
    let ids: Vec<CatalogId> = all.iter().map(|own| own.id).collect();
    let lists = markets::markets_of(&mut cx.tx, &ids).map_err(fault)?;
    let wanted: Vec<MarketId> = lists.iter().flatten().copied().collect();
    let mut found = markets_by_ids(cx, &wanted)?.into_iter();
    let own = |list: Vec<MarketId>| list.iter().filter_map(|_| found.next().flatten()).collect();
    Ok(lists.into_iter().map(own).collect())
}

/// The markets of a context, which has to name some.
fn context(input: ContextInput) -> Result<Vec<MarketId>, UserError> {
    input.market_ids.ok_or_else(|| {
        UserError::new(
            &["input", "context"],
            "MUST_PROVIDE_EXACTLY_ONE_CONTEXT_TYPE",
            &"Must provide exactly one context type.",
        )
    })
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Payload<CatalogId>, Error> {
    let call = cx.request.permit("catalogCreate", WRITE)?;
    let given = args.input;
    let markets = match context(given.context) {
        Ok(markets) => markets,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let input = CatalogInput {
        title: Some(given.title),
        status: Some(given.status.0),
        markets: Some(markets),
        price_list: given.price_list_id.map(Some),
        publication: given.publication_id.map(Some),
    };
    let done = cx
        .request
        .write(move |tx| markets::create_catalog(tx, &call, &input))
        .await;
    Payload::of(done, catalog_error)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<CatalogId>, Error> {
    let call = cx.request.permit("catalogUpdate", WRITE)?;
    let given = args.input;
    let markets = match given.context.map(context).transpose() {
        Ok(markets) => markets,
        Err(refused) => return Ok(Payload::refused(refused)),
    };
    let input = CatalogInput {
        title: given.title,
        status: given.status.map(|status| status.0),
        markets,
        price_list: given.price_list_id.given(),
        publication: given.publication_id.given(),
    };
    let done = cx
        .request
        .write(move |tx| markets::update_catalog(tx, &call, args.id, &input))
        .await;
    Payload::of(done, catalog_error)
}

async fn update_context(
    cx: MutationCx<Request>,
    args: ContextArgs,
) -> Result<Payload<CatalogId>, Error> {
    let call = cx.request.permit("catalogContextUpdate", WRITE)?;
    let ids =
        |input: Option<ContextInput>| input.and_then(|own| own.market_ids).unwrap_or_default();
    let (add, remove) = (ids(args.contexts_to_add), ids(args.contexts_to_remove));
    let done = cx
        .request
        .write(move |tx| markets::move_catalog(tx, &call, args.catalog_id, &add, &remove))
        .await;
    Payload::of(done, catalog_error)
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<Payload<CatalogId>, Error> {
    cx.request.permit("catalogDelete", WRITE)?;
    let dependents = match args.delete_dependent_resources {
        true => Dependents::Go,
        false => Dependents::Stay,
    };
    let done = cx
        .request
        .write(move |tx| markets::delete_catalog(tx, args.id, dependents))
        .await;
    Payload::of(done, catalog_error)
}
