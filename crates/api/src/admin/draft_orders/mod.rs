//! Draft orders: their lists, their fields, and what may be done with them.

mod calculated;
mod draft;
mod inputs;
mod lines;
mod mutations;

use commerce::apps::Scope;
use commerce::draft_orders::{self, DraftOrder, SortKey};
use graphql::{Error, Obj, Page, PageArgs};
use serde::Deserialize;
use store::page::Filter;
use units::{DraftOrderId, SavedSearchId};

use super::batches::as_nodes;
use super::counts::Count;
use super::saved_searches::{SavedArgs, joined};
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Counts go up to this unless another limit is asked for.
const COUNT_LIMIT: i64 = 10_000;

#[derive(Deserialize)]
struct IdArgs {
    id: DraftOrderId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    query: Option<String>,
    saved_search_id: Option<SavedSearchId>,
    sort_key: DraftOrderSortKeys,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DraftOrderSortKeys {
    CustomerName,
    Id,
    Number,
    Relevance,
    Status,
    TotalPrice,
    UpdatedAt,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

impl From<DraftOrderSortKeys> for SortKey {
    fn from(key: DraftOrderSortKeys) -> Self {
        match key {
            DraftOrderSortKeys::CustomerName => Self::CustomerName,
            // A search matches or it does not: no draft is more relevant than another.
            DraftOrderSortKeys::Id | DraftOrderSortKeys::Relevance => Self::Id,
            DraftOrderSortKeys::Number => Self::Number,
            DraftOrderSortKeys::Status => Self::Status,
            DraftOrderSortKeys::TotalPrice => Self::TotalPrice,
            DraftOrderSortKeys::UpdatedAt => Self::UpdatedAt,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("draftOrder", load_one);
    r.query("draftOrders", list);
    r.query("draftOrdersCount", count);
    r.connection::<DraftOrder>("DraftOrderConnection", "DraftOrderEdge");
    draft::register(r);
    lines::register(r);
    calculated::register(r);
    mutations::register(r);
}

fn load_one(args: &IdArgs, cx: &mut Cx) -> Result<Option<DraftOrder>, Error> {
    cx.permit("draftOrder", Scope::ReadDraftOrders)?;
    let found = draft_orders::load(&mut cx.tx, &[args.id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(args: &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<DraftOrder>, Error> {
    cx.permit("draftOrders", Scope::ReadDraftOrders)?;
    let (args, wanted) = args;
    let query = joined(cx, wanted.query.as_deref(), wanted.saved_search_id)?;
    let filter = search(cx, "draftOrders", Some(&query))?;
    let found = draft_orders::list(&mut cx.tx, filter, wanted.sort_key.into(), &window(args)?);
    found.map(page).map_err(page_error)
}

fn count(args: &(CountArgs, SavedArgs), cx: &mut Cx) -> Result<Count, Error> {
    cx.permit("draftOrdersCount", Scope::ReadDraftOrders)?;
    let (args, saved) = args;
    let query = saved.with(cx, args.query.as_deref())?;
    let filter = search(cx, "draftOrdersCount", Some(&query))?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).max(0);
    let found = draft_orders::count(&mut cx.tx, filter, limit.saturating_add(1)).map_err(fault)?;
    Ok(Count::up_to(found, limit))
}

fn search(cx: &mut Cx, field: &str, query: Option<&str>) -> Result<Filter, Error> {
    let reading = cx.reading()?;
    let query = query.unwrap_or_default();
    let found = draft_orders::parse_search(query, reading);
    Ok(compiled(cx, field, query, found))
}

/// Drafts, for `node` and `nodes`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("draftOrder", Scope::ReadDraftOrders)?;
    let ids: Vec<DraftOrderId> = ids.iter().copied().map(DraftOrderId).collect();
    as_nodes(draft_orders::load(&mut cx.tx, &ids))
}
