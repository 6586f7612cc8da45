//! Markets, their catalogs and price lists.

mod catalogs;
mod market;
mod mutations;
mod presences;
mod price_lists;
mod prices;
mod refusals;

use commerce::markets::{Catalog, Market, PriceList};
use graphql::{Error, Obj, obj};
use units::{CatalogId, MarketId, MarketRegionId, PriceListId};

use crate::errors::fault;
use crate::{Cx, Registry};

/// Counts go up to this unless another limit is asked for.
const COUNT_LIMIT: i64 = 10_000;

pub(super) use presences::{ShopLocale, name_of, nodes as presence_nodes};

pub(super) fn register(r: &mut Registry) {
    market::register(r);
    mutations::register(r);
    presences::register(r);
    catalogs::register(r);
    price_lists::register(r);
    prices::register(r);
    refusals::register(r);
}

/// The markets with those ids, in that order.
fn markets_by_ids(cx: &mut Cx, ids: &[MarketId]) -> Result<Vec<Option<Market>>, Error> {
    commerce::markets::markets(&mut cx.tx, ids).map_err(fault)
}

/// The catalogs with those ids, in that order.
fn catalogs_by_ids(cx: &mut Cx, ids: &[CatalogId]) -> Result<Vec<Option<Catalog>>, Error> {
    commerce::markets::catalogs(&mut cx.tx, ids).map_err(fault)
}

/// The price lists with those ids, in that order.
fn lists_by_ids(cx: &mut Cx, ids: &[PriceListId]) -> Result<Vec<Option<PriceList>>, Error> {
    commerce::markets::price_lists(&mut cx.tx, ids).map_err(fault)
}

fn objects<T: 'static>(found: Vec<Option<T>>) -> Vec<Option<Obj>> {
    found.into_iter().map(|own| own.map(obj)).collect()
}

/// Markets by id, for `node`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("market", market::READ)?;
    let ids: Vec<MarketId> = ids.iter().copied().map(MarketId).collect();
    markets_by_ids(cx, &ids).map(objects)
}

/// Regions of markets by id, for `node`.
pub(super) fn region_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("market", market::READ)?;
    let ids: Vec<MarketRegionId> = ids.iter().copied().map(MarketRegionId).collect();
    let found = commerce::markets::regions(&mut cx.tx, &ids).map_err(fault)?;
    let regions = market::presented(cx, found.iter().flatten())?;
    let one = |id: &MarketRegionId| regions.iter().find(|own| own.row.id == *id).cloned();
    Ok(objects(ids.iter().map(one).collect()))
}

/// Catalogs of markets by id, for `node`.
pub(super) fn catalog_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("catalog", catalogs::READ)?;
    let ids: Vec<CatalogId> = ids.iter().copied().map(CatalogId).collect();
    catalogs_by_ids(cx, &ids).map(objects)
}

/// Price lists by id, for `node`.
pub(super) fn price_list_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("priceList", catalogs::READ)?;
    let ids: Vec<PriceListId> = ids.iter().copied().map(PriceListId).collect();
    lists_by_ids(cx, &ids).map(objects)
}
