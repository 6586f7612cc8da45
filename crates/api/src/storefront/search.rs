//! Searching the shop: products by all their words, pages and articles by their titles.

use commerce::catalog::{
    self, ListSort, Open, ProductList, RANKED_MAX, Relevance, ResultSort, Shown, SoldOut, Source,
};
use commerce::content::{self, ArticleSort, PageSort};
use graphql::{Error, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use store::{Filter, PageError, Window, search};

use super::filters::{self, ProductFilterInput};
use super::market;
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
pub(super) enum Unavailable {
    Hide,
    Last,
    Show,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SearchArgs {
    query: String,
    prefix: Option<Prefix>,
    product_filters: Option<Vec<ProductFilterInput>>,
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
    const EVERY: [SearchType; 3] = [SearchType::Product, SearchType::Page, SearchType::Article];
    let window = window(page)?;
    let wanted = |kind: &SearchType| args.types.as_ref().is_none_or(|types| types.contains(kind));
    let mut kinds: Vec<SearchType> = EVERY.into_iter().filter(wanted).collect();
    if window.reverse {
        kinds.reverse();
    }
    let mut search = Search::new(&args.query, args, cx)?;
    let mut total = search.count_all(&kinds, cx)?;
    if total == 0 && kinds.contains(&SearchType::Product) {
        let meant = catalog::meant(&mut cx.tx, &args.query, args.open()).map_err(fault)?;
        if let Some(meant) = meant {
            search = Search::new(&meant, args, cx)?;
            total = search.count_all(&kinds, cx)?;
        }
    }
    let mut page = search.chained(&kinds, &window, cx)?;
    page.total_count = Some(total.min(COUNT_MAX));
    if kinds.contains(&SearchType::Product) {
        page.extra = filters::narrowed_list(search.products);
    }
    Ok(page)
}

impl SearchArgs {
    fn open(&self) -> Open {
        match self.prefix {
            Some(Prefix::Last) => Open::Last,
            Some(Prefix::None) | None => Open::Never,
        }
    }
}

/// A search, read.
struct Search {
    /// The words for what is searched by its title.
    titles: String,
    products: ProductList,
    sort: ListSort,
}

impl Search {
    fn new(query: &str, args: &SearchArgs, cx: &mut Cx) -> Result<Self, Error> {
        let mut shown = market::shown(cx)?;
        if args.unavailable_products == Some(Unavailable::Hide) {
            hide_sold_out(&mut shown);
        }
        let (open, star) = match args.open() {
            Open::Last => (Open::Last, "*"),
            Open::Never => (Open::Never, ""),
        };
        let among = match Relevance::of(query, open) {
            Some(text) => text.among(&mut cx.tx, RANKED_MAX).map_err(fault)?,
            None => Source::All,
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
        let chosen = filters::chosen(args.product_filters.as_deref(), cx)?;
        Ok(Self {
            titles: titles(query, star),
            products: ProductList {
                shown,
                among,
                chosen,
            },
            sort: ListSort::Results(sort, sold_out),
        })
    }

    /// A window over the results of several kinds, one kind behind the other. A cursor names its
    /// kind.
    fn chained(
        &self,
        kinds: &[SearchType],
        window: &Window<'_>,
        cx: &mut Cx,
    ) -> Result<Page<Obj>, Error> {
        let after = window
            .after
            .map(|cursor| placed(cursor, kinds))
            .transpose()?;
        let before = window
            .before
            .map(|cursor| placed(cursor, kinds))
            .transpose()?;
        let first = after.map_or(0, |(place, _)| place);
        let last = before.map_or(kinds.len(), |(place, _)| place + 1);
        let mut places: Vec<usize> = (first..last).collect();
        if window.backwards {
            places.reverse();
        }
        let mut parts = Vec::new();
        let (mut left, mut more) = (window.limit, false);
        for place in places {
            let own = Window {
                limit: left,
                after: after.and_then(|(at, cursor)| (at == place).then_some(cursor)),
                before: before.and_then(|(at, cursor)| (at == place).then_some(cursor)),
                ..*window
            };
            let part = self.page(kinds[place], &own, cx)?;
            left -= part.nodes.len();
            more = if window.backwards {
                part.has_previous_page
            } else {
                part.has_next_page
            };
            parts.push(part);
            if more {
                break;
            }
        }
        if window.backwards {
            parts.reverse();
        }
        let (has_previous_page, has_next_page) = if window.backwards {
            (more, window.before.is_some())
        } else {
            (window.after.is_some(), more)
        };
        let (nodes, cursors): (Vec<_>, Vec<_>) = parts
            .into_iter()
            .map(|part| (part.nodes, part.cursors))
            .unzip();
        Ok(Page {
            nodes: nodes.into_iter().flatten().collect(),
            cursors: cursors.concat(),
            has_next_page,
            has_previous_page,
            ..Page::default()
        })
    }

    fn page(&self, kind: SearchType, window: &Window<'_>, cx: &mut Cx) -> Result<Page<Obj>, Error> {
        let now = cx.request.now();
        let page = match kind {
            SearchType::Product => {
                let found = catalog::list_page(&mut cx.tx, &self.products, self.sort, window);
                map(found.map_err(page_error)?, obj)
            }
            SearchType::Page => {
                let filter = content::listed_pages(now).and(self.titled(&content::PAGES, cx)?);
                let sort = PageSort::default();
                let found = content::pages_page(&mut cx.tx, filter, sort, window);
                map(found.map_err(page_error)?, obj)
            }
            SearchType::Article => {
                let titled = self.titled(&content::ARTICLES, cx)?;
                let filter = content::listed_articles(now).and(titled);
                let sort = ArticleSort::default();
                let found = content::articles_page(&mut cx.tx, filter, sort, window);
                map(found.map_err(page_error)?, obj)
            }
        };
        let cursor = |cursor: String| format!("{}{cursor}", kind.sign());
        Ok(Page {
            cursors: page.cursors.into_iter().map(cursor).collect(),
            ..page
        })
    }

    fn count_all(&self, kinds: &[SearchType], cx: &mut Cx) -> Result<i64, Error> {
        let mut total = 0;
        for kind in kinds {
            total += self.count(*kind, cx)?;
        }
        Ok(total)
    }

    fn count(&self, kind: SearchType, cx: &mut Cx) -> Result<i64, Error> {
        let now = cx.request.now();
        let count = match kind {
            SearchType::Product => catalog::list_count(&mut cx.tx, &self.products, COUNT_MAX),
            SearchType::Page => {
                let filter = content::listed_pages(now).and(self.titled(&content::PAGES, cx)?);
                content::pages_count(&mut cx.tx, filter, COUNT_MAX)
            }
            SearchType::Article => {
                let titled = self.titled(&content::ARTICLES, cx)?;
                let filter = content::listed_articles(now).and(titled);
                content::articles_found(&mut cx.tx, filter, COUNT_MAX)
            }
        };
        count.map_err(fault)
    }

    fn titled(&self, table: &search::Table, cx: &mut Cx) -> Result<Filter, Error> {
        let currency = cx.shop()?.currency;
        Ok(search::compile(&self.titles, table, currency).filter)
    }
}

impl SearchType {
    /// How its cursors begin.
    const fn sign(self) -> char {
        match self {
            Self::Product => 'p',
            Self::Page => 'g',
            Self::Article => 'a',
        }
    }
}

/// The place of a cursor's kind, and the kind's own cursor.
fn placed<'a>(cursor: &'a str, kinds: &[SearchType]) -> Result<(usize, &'a str), Error> {
    let own = |(at, kind): (usize, &SearchType)| Some((at, cursor.strip_prefix(kind.sign())?));
    let found = kinds.iter().enumerate().find_map(own);
    found.ok_or_else(|| page_error(PageError::BadCursor))
}

/// The plain words of a text as a query, so that nobody types search syntax by accident.
pub(super) fn titles(text: &str, star: &str) -> String {
    let words: Vec<String> = units::words(text).collect();
    if words.is_empty() {
        return String::new();
    }
    format!("{}{star}", words.join(" "))
}

/// Leaves only what can be bought.
pub(super) fn hide_sold_out(shown: &mut Shown) {
    if let Shown::ToBuyers { in_stock, .. } = shown {
        *in_stock = true;
    }
}
