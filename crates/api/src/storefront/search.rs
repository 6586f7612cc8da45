//! Searching the shop: products, as long as there are no pages and articles.

use commerce::catalog::{
    self, Open, Product, Relevance, ResultSort, STOREFRONT_PRODUCTS, SoldOut, listed,
};
use graphql::{Error, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, search};

use super::media::map;
use crate::errors::fault;
use crate::paging::{page_error, window};
use crate::{Cx, Registry};

/// Results are counted this far.
const COUNT_MAX: i64 = 25_001;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKey {
    Price,
    Relevance,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SearchType {
    Article,
    Page,
    Product,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Prefix {
    Last,
    None,
}

/// Sold-out products come as they rank, behind the others, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Unavailable {
    Hide,
    Last,
    Show,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchArgs {
    query: String,
    prefix: Option<Prefix>,
    sort_key: Option<SortKey>,
    types: Option<Vec<SearchType>>,
    unavailable_products: Option<Unavailable>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("search", found);
    r.connection::<Obj>("SearchResultItemConnection", "SearchResultItemEdge")
        .leaf("totalCount", |connection| {
            connection.total_count.unwrap_or(0)
        });
}

fn found((page, args): &(PageArgs, SearchArgs), cx: &mut Cx) -> Result<Page<Obj>, Error> {
    let window = window(page)?;
    let products_wanted = args
        .types
        .as_ref()
        .is_none_or(|types| types.contains(&SearchType::Product));
    if !products_wanted {
        return Ok(Page {
            total_count: Some(0),
            ..Page::default()
        });
    }
    let mut filter = listed(cx.request.now());
    if args.unavailable_products == Some(Unavailable::Hide) {
        filter = filter.and(compiled("available_for_sale:true", cx)?);
    }
    let open = match args.prefix {
        Some(Prefix::Last) => Open::Last,
        Some(Prefix::None) | None => Open::Never,
    };
    let sort = if args.sort_key == Some(SortKey::Price) {
        ResultSort::Price
    } else {
        ResultSort::Relevance
    };
    let sold_out = match args.unavailable_products {
        Some(Unavailable::Last) => SoldOut::Last,
        Some(Unavailable::Hide | Unavailable::Show) | None => SoldOut::InPlace,
    };
    let text = Relevance::of(&args.query, open);
    let order = (sort, sold_out);
    let found = catalog::results_page(&mut cx.tx, text.as_ref(), filter.clone(), order, &window);
    let count = match &text {
        Some(text) => catalog::relevant_count(&mut cx.tx, text, filter, COUNT_MAX),
        None => catalog::products_count(&mut cx.tx, filter, COUNT_MAX),
    };
    Ok(Page {
        total_count: Some(count.map_err(fault)?),
        ..map(found.map_err(page_error)?, |product: Product| obj(product))
    })
}

fn compiled(query: &str, cx: &mut Cx) -> Result<Filter, Error> {
    let currency = cx.shop()?.currency;
    Ok(search::compile(query, &STOREFRONT_PRODUCTS, currency).filter)
}
