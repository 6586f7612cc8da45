//! Orders: their lists, their fields, and what may be done with them.

mod create;
mod discounts;
mod lines;
mod money;
mod mutations;
mod order;
mod transactions;

use commerce::apps::Scope;
use commerce::customers::Customer;
use commerce::metafields::Owner;
use commerce::orders::{self, Order, SortKey};
use commerce::shops::Shop;
use graphql::{Error, Obj, Page, PageArgs};
use serde::Deserialize;
use units::{CustomerId, LineItemId, OrderId, OrderTransactionId};

use crate::errors::fault;
use crate::paging::{page, page_error, window};
use crate::{Cx, Registry};

use super::batches::as_nodes;
use super::custom_id::CustomId;
use super::saved_searches::SavedArgs;
use crate::searches::compiled;

pub(super) use create::parts_per_million;
pub(super) use lines::{Line, ManualService, load_lines};
pub(super) use money::{EmailInput, email_field};
pub(super) use mutations::{AttributeInput, MetafieldInput};
pub(super) use order::{load_orders, summed};

/// Counts go up to this, as clients expect.
const COUNT_LIMIT: i64 = 10_000;

#[derive(Deserialize)]
struct IdArgs {
    id: OrderId,
}

#[derive(Deserialize)]
struct IdentifierArgs {
    identifier: OrderIdentifierInput,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
enum OrderIdentifierInput {
    Id(OrderId),
    CustomId(CustomId),
}

/// What a list of orders takes beside its window.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrdersArgs {
    query: Option<String>,
    sort_key: OrderSortKeys,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum OrderSortKeys {
    CreatedAt,
    CurrentTotalPrice,
    CustomerName,
    FinancialStatus,
    FulfillmentStatus,
    Id,
    OrderNumber,
    PoNumber,
    ProcessedAt,
    Relevance,
    TotalItemsQuantity,
    TotalPrice,
    UpdatedAt,
}

/// What the list of orders takes.
type OrderList = (PageArgs, SavedArgs, OrdersArgs);

#[derive(Deserialize)]
struct CountArgs {
    limit: Option<i64>,
    query: Option<String>,
}

impl From<OrderSortKeys> for SortKey {
    fn from(key: OrderSortKeys) -> Self {
        match key {
            OrderSortKeys::CreatedAt => Self::CreatedAt,
            OrderSortKeys::CurrentTotalPrice => Self::CurrentTotalPrice,
            OrderSortKeys::CustomerName => Self::CustomerName,
            OrderSortKeys::FinancialStatus => Self::FinancialStatus,
            OrderSortKeys::FulfillmentStatus => Self::FulfillmentStatus,
            OrderSortKeys::Id => Self::Id,
            OrderSortKeys::OrderNumber => Self::OrderNumber,
            OrderSortKeys::PoNumber => Self::PoNumber,
            // A search matches or it does not: the latest of those that do come first.
            OrderSortKeys::ProcessedAt | OrderSortKeys::Relevance => Self::ProcessedAt,
            OrderSortKeys::TotalItemsQuantity => Self::TotalItemsQuantity,
            OrderSortKeys::TotalPrice => Self::TotalPrice,
            OrderSortKeys::UpdatedAt => Self::UpdatedAt,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("order", load_order);
    r.query("orderByIdentifier", by_identifier);
    r.query("orders", |args: &OrderList, cx: &mut Cx| {
        let (args, saved, wanted) = args;
        let query = saved.with(cx, wanted.query.as_deref())?;
        list(cx, args, wanted, Some(&query))
    });
    r.object::<Shop>("Shop").load(
        "orders",
        |all: &[&Shop], args: &(PageArgs, OrdersArgs), cx: &mut Cx| {
            let query = args.1.query.as_deref();
            all.iter()
                .map(|_| list(cx, &args.0, &args.1, query))
                .collect()
        },
    );
    r.query("ordersCount", count);
    r.connection::<Order>("OrderConnection", "OrderEdge");
    order::register(r);
    lines::register(r);
    transactions::register(r);
    discounts::register(r);
    money::register(r);
    mutations::register(r);
    create::register(r);
}

fn load_order(args: &IdArgs, cx: &mut Cx) -> Result<Option<Order>, Error> {
    cx.permit("order", Scope::ReadOrders)?;
    let found = orders::load(&mut cx.tx, &[args.id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn by_identifier(args: &IdentifierArgs, cx: &mut Cx) -> Result<Option<Order>, Error> {
    cx.permit("orderByIdentifier", Scope::ReadOrders)?;
    let id = match &args.identifier {
        OrderIdentifierInput::Id(id) => Some(*id),
        OrderIdentifierInput::CustomId(custom) => custom.find(cx, Owner::Order)?.map(OrderId),
    };
    let Some(id) = id else {
        return Ok(None);
    };
    let found = orders::load(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

fn list(
    cx: &mut Cx,
    args: &PageArgs,
    wanted: &OrdersArgs,
    query: Option<&str>,
) -> Result<Page<Order>, Error> {
    cx.permit("orders", Scope::ReadOrders)?;
    let filter = search(cx, "orders", query)?;
    let found = orders::list(&mut cx.tx, filter, wanted.sort_key.into(), &window(args)?);
    found.map(page).map_err(page_error)
}

/// A window of each customer's orders.
pub(super) fn of_customers(
    parents: &[&Customer],
    args: &(PageArgs, OrdersArgs),
    cx: &mut Cx,
) -> Vec<Result<Page<Order>, Error>> {
    let (args, wanted) = args;
    let ids: Vec<CustomerId> = parents.iter().map(|customer| customer.id).collect();
    let found = cx.permit("orders", Scope::ReadOrders).and_then(|()| {
        let filter = search(cx, "orders", wanted.query.as_deref())?;
        let sort = wanted.sort_key.into();
        let found = orders::list_of_customers(&mut cx.tx, &ids, filter, sort, &window(args)?);
        found.map_err(page_error)
    });
    match found {
        Ok(pages) => pages.into_iter().map(|found| Ok(page(found))).collect(),
        Err(error) => parents.iter().map(|_| Err(error.clone())).collect(),
    }
}

fn count(args: &(CountArgs, SavedArgs), cx: &mut Cx) -> Result<super::counts::Count, Error> {
    cx.permit("ordersCount", Scope::ReadOrders)?;
    let (args, saved) = args;
    let query = saved.with(cx, args.query.as_deref())?;
    let filter = search(cx, "ordersCount", Some(&query))?;
    let limit = args.limit.unwrap_or(COUNT_LIMIT).max(0);
    let found = orders::count(&mut cx.tx, filter, limit.saturating_add(1)).map_err(fault)?;
    Ok(super::counts::Count::up_to(found, limit))
}

fn search(cx: &mut Cx, field: &str, query: Option<&str>) -> Result<store::page::Filter, Error> {
    let reading = cx.reading()?;
    let query = query.unwrap_or_default();
    Ok(compiled(
        cx,
        field,
        query,
        orders::parse_search(query, reading),
    ))
}

/// Orders, for `node` and `nodes`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("order", Scope::ReadOrders)?;
    let ids: Vec<OrderId> = ids.iter().copied().map(OrderId).collect();
    as_nodes(orders::load(&mut cx.tx, &ids))
}

/// Lines of orders, for `node` and `nodes`.
pub(super) fn line_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("lineItem", Scope::ReadOrders)?;
    let currency = cx.shop()?.currency;
    let ids: Vec<LineItemId> = ids.iter().copied().map(LineItemId).collect();
    let found = orders::line_items_by_id(&mut cx.tx, &ids);
    let priced = |line: Option<_>| line.map(|line| Line::new(line, currency));
    as_nodes(found.map(|lines| lines.into_iter().map(priced).collect()))
}

/// Movements of money, for `node` and `nodes`.
pub(super) fn transaction_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("orderTransaction", Scope::ReadOrders)?;
    let ids: Vec<OrderTransactionId> = ids.iter().copied().map(OrderTransactionId).collect();
    as_nodes(orders::transactions_by_id(&mut cx.tx, &ids))
}
