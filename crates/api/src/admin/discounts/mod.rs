//! Discounts: their lists, their fields, and what may be done with them.

mod entitled;
mod fields;
mod inputs;
mod mutations;

use std::rc::Rc;

use commerce::apps::Scope;
use commerce::discounts::{self, Discount, DiscountSort, Kind, Method};
use commerce::metafields::Owner;
use graphql::{Error, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{Currency, DiscountId, Gid, SavedSearchId, Timestamp};

use super::batches::map_page;
use super::counts::Count;
use super::metafields;
use super::saved_searches::{SavedArgs, joined};
use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::searches::compiled;
use crate::{Cx, Registry};

/// Counts go up to this, as clients expect.
const COUNT_LIMIT: i64 = 10_000;

/// A discount with what its amounts and its status depend on.
pub(crate) struct Seen {
    row: Discount,
    currency: Currency,
    now: Timestamp,
}

pub(crate) type Own = Rc<Seen>;

/// A discount's node, whichever way it comes to sales.
pub(crate) struct Node(pub(crate) Own);
/// The node of a discount by a code.
pub(crate) struct CodeNode(pub(crate) Own);
/// The node of an automatic discount.
pub(crate) struct AutomaticNode(pub(crate) Own);

#[derive(Deserialize)]
struct IdArgs {
    id: Gid,
}

#[derive(Deserialize)]
struct CodeArgs {
    code: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    query: Option<String>,
    saved_search_id: Option<SavedSearchId>,
    sort_key: SortKey,
}

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

/// What lists of discounts are sorted by; automatic ones by two of them alone.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    CreatedAt,
    EndsAt,
    Id,
    Relevance,
    StartsAt,
    Title,
    UpdatedAt,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AutomaticListArgs {
    query: Option<String>,
    sort_key: AutomaticSortKey,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AutomaticSortKey {
    CreatedAt,
    Id,
}

impl From<SortKey> for DiscountSort {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::CreatedAt => Self::CreatedAt,
            SortKey::EndsAt => Self::EndsAt,
            SortKey::Id | SortKey::Relevance => Self::Id,
            SortKey::StartsAt => Self::StartsAt,
            SortKey::Title => Self::Title,
            SortKey::UpdatedAt => Self::UpdatedAt,
        }
    }
}

impl From<AutomaticSortKey> for DiscountSort {
    fn from(key: AutomaticSortKey) -> Self {
        match key {
            AutomaticSortKey::CreatedAt => Self::CreatedAt,
            AutomaticSortKey::Id => Self::Id,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    queries(r);
    r.connection::<Node>("DiscountNodeConnection", "DiscountNodeEdge");
    r.connection::<CodeNode>("DiscountCodeNodeConnection", "DiscountCodeNodeEdge");
    r.connection::<AutomaticNode>(
        "DiscountAutomaticNodeConnection",
        "DiscountAutomaticNodeEdge",
    );
    r.object::<Node>("DiscountNode")
        .leaf("id", |node| node.0.gid("DiscountNode"))
        .child("discount", |node| node.0.discount());
    r.object::<CodeNode>("DiscountCodeNode")
        .leaf("id", |node| node.0.gid("DiscountCodeNode"))
        .child("codeDiscount", |node| node.0.discount());
    r.object::<AutomaticNode>("DiscountAutomaticNode")
        .leaf("id", |node| node.0.gid("DiscountAutomaticNode"))
        .child("automaticDiscount", |node| node.0.discount());
    metafields::on::<Node>(r, "DiscountNode", Owner::Discount, |own| own.0.row.id.get());
    metafields::on::<CodeNode>(r, "DiscountCodeNode", Owner::Discount, |own| {
        own.0.row.id.get()
    });
    metafields::on::<AutomaticNode>(r, "DiscountAutomaticNode", Owner::Discount, |own| {
        own.0.row.id.get()
    });
    fields::register(r);
    entitled::register(r);
    mutations::register(r);
}

fn queries(r: &mut Registry) {
    r.query("discountNode", |args: &IdArgs, cx: &mut Cx| {
        let found = find(cx, "discountNode", &args.id, None)?;
        Ok(found.map(Node))
    });
    r.query("codeDiscountNode", |args: &IdArgs, cx: &mut Cx| {
        let found = find(cx, "codeDiscountNode", &args.id, Some(Method::Code))?;
        Ok(found.map(CodeNode))
    });
    r.query("automaticDiscountNode", |args: &IdArgs, cx: &mut Cx| {
        let way = Some(Method::Automatic);
        let found = find(cx, "automaticDiscountNode", &args.id, way)?;
        Ok(found.map(AutomaticNode))
    });
    r.query("codeDiscountNodeByCode", |args: &CodeArgs, cx: &mut Cx| {
        cx.permit("codeDiscountNodeByCode", Scope::ReadDiscounts)?;
        let found = discounts::by_code(&mut cx.tx, &args.code).map_err(fault)?;
        found.map(|row| Ok(CodeNode(seen(cx, row)?))).transpose()
    });
    r.query(
        "discountNodes",
        |args: &(PageArgs, ListArgs), cx: &mut Cx| {
            let wanted = &args.1;
            let query = Some(joined(cx, wanted.query.as_deref(), wanted.saved_search_id)?);
            let found = list(cx, "discountNodes", None, &args.0, &query, wanted.sort_key)?;
            Ok(map_page(found, Node))
        },
    );
    r.query(
        "codeDiscountNodes",
        |args: &(PageArgs, ListArgs), cx: &mut Cx| {
            let (way, wanted) = (Some(Method::Code), &args.1);
            let sort = wanted.sort_key;
            let query = Some(joined(cx, wanted.query.as_deref(), wanted.saved_search_id)?);
            let found = list(cx, "codeDiscountNodes", way, &args.0, &query, sort)?;
            Ok(map_page(found, CodeNode))
        },
    );
    r.query(
        "automaticDiscountNodes",
        |args: &(PageArgs, SavedArgs, AutomaticListArgs), cx: &mut Cx| {
            let (way, wanted) = (Some(Method::Automatic), &args.2);
            let sort = wanted.sort_key;
            let query = Some(args.1.with(cx, wanted.query.as_deref())?);
            let found = list(cx, "automaticDiscountNodes", way, &args.0, &query, sort)?;
            Ok(map_page(found, AutomaticNode))
        },
    );
    r.query("discountNodesCount", count);
}

/// The number of a discount, from the id of any of its nodes.
fn number(id: &Gid) -> Option<DiscountId> {
    let known = ["DiscountNode", "DiscountCodeNode", "DiscountAutomaticNode"];
    known
        .contains(&id.kind.as_str())
        .then_some(DiscountId(id.number))
}

fn seen(cx: &mut Cx, row: Discount) -> Result<Own, Error> {
    Ok(Rc::new(Seen {
        row,
        currency: cx.shop()?.currency,
        now: cx.request.now(),
    }))
}

fn find(cx: &mut Cx, field: &str, id: &Gid, method: Option<Method>) -> Result<Option<Own>, Error> {
    cx.permit(field, Scope::ReadDiscounts)?;
    match number(id) {
        Some(id) => by_id(cx, id, method),
        None => Ok(None),
    }
}

/// The discount of an id, if it comes to sales that way.
fn by_id(cx: &mut Cx, id: DiscountId, method: Option<Method>) -> Result<Option<Own>, Error> {
    let found = discounts::load(&mut cx.tx, &[id]).map_err(fault)?;
    let found = found.into_iter().next().flatten();
    let meant = found.filter(|row| method.is_none_or(|method| row.method == method));
    meant.map(|row| seen(cx, row)).transpose()
}

fn list(
    cx: &mut Cx,
    field: &str,
    method: Option<Method>,
    args: &PageArgs,
    query: &Option<String>,
    sort: impl Into<DiscountSort>,
) -> Result<Page<Own>, Error> {
    cx.permit(field, Scope::ReadDiscounts)?;
    let filter = search(cx, field, query.as_deref())?;
    let window = window(args)?;
    let found = discounts::list(&mut cx.tx, method, filter, sort.into(), &window);
    let found = page(found.map_err(page_error)?);
    let (currency, now) = (cx.shop()?.currency, cx.request.now());
    Ok(map_page(found, |row| Rc::new(Seen { row, currency, now })))
}

fn count(args: &(CountArgs, SavedArgs), cx: &mut Cx) -> Result<Option<Count>, Error> {
    cx.permit("discountNodesCount", Scope::ReadDiscounts)?;
    let (args, saved) = args;
    let query = saved.with(cx, args.query.as_deref())?;
    let filter = search(cx, "discountNodesCount", Some(&query))?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).max(0);
    let found = discounts::count(&mut cx.tx, None, filter, limit.saturating_add(1));
    Ok(Some(Count::up_to(found.map_err(fault)?, limit)))
}

fn search(cx: &mut Cx, field: &str, query: Option<&str>) -> Result<store::page::Filter, Error> {
    let currency = cx.shop()?.currency;
    let query = query.unwrap_or_default();
    let found = discounts::parse_search(query, currency, cx.request.now());
    Ok(compiled(cx, field, query, found))
}

impl Seen {
    fn gid(&self, kind: &str) -> String {
        format!("gid://shopify/{kind}/{}", self.row.id.get())
    }

    /// The discount as the member of the unions that it is.
    fn discount(self: &Rc<Self>) -> Obj {
        let own = self.clone();
        match (self.row.method, self.row.kind) {
            (Method::Code, Kind::Basic) => obj(fields::CodeBasic(own)),
            (Method::Code, Kind::BuyGet) => obj(fields::CodeBxgy(own)),
            (Method::Code, Kind::FreeShipping) => obj(fields::CodeFreeShipping(own)),
            (Method::Automatic, Kind::Basic) => obj(fields::AutomaticBasic(own)),
            (Method::Automatic, Kind::BuyGet) => obj(fields::AutomaticBxgy(own)),
            (Method::Automatic, Kind::FreeShipping) => obj(fields::AutomaticFreeShipping(own)),
        }
    }
}

/// Discounts of any way, for `node` and `nodes`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    each_node(cx, ids, None, |own| obj(Node(own)))
}

/// Discounts by codes, for `node` and `nodes`.
pub(super) fn code_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    each_node(cx, ids, Some(Method::Code), |own| obj(CodeNode(own)))
}

/// Automatic discounts, for `node` and `nodes`.
pub(super) fn automatic_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    each_node(cx, ids, Some(Method::Automatic), |own| {
        obj(AutomaticNode(own))
    })
}

fn each_node(
    cx: &mut Cx,
    ids: &[i64],
    method: Option<Method>,
    present: impl Fn(Own) -> Obj,
) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("discountNode", Scope::ReadDiscounts)?;
    let ids: Vec<DiscountId> = ids.iter().copied().map(DiscountId).collect();
    let found = discounts::load(&mut cx.tx, &ids).map_err(fault)?;
    found
        .into_iter()
        .map(|row| {
            let meant = row.filter(|row| method.is_none_or(|method| row.method == method));
            meant.map(|row| Ok(present(seen(cx, row)?))).transpose()
        })
        .collect()
}
