//! What a buyer may be about to type.

use std::rc::Rc;

use commerce::catalog::{
    self, COLLECTIONS, Collection, CollectionOrder, Open, Product, SearchedField, SoldOut,
    listed_collections,
};
use commerce::content::{self, Article, ArticleSort, Page, PageSort};
use graphql::Error;
use serde::Deserialize;
use store::{Filter, PageError, Window, search};

use super::market;
use super::search::{Unavailable, hide_sold_out, titles};
use crate::errors::fault;
use crate::paging::page_error;
use crate::{Cx, Registry};

/// Results of one request, or of each kind, at most.
const LIMIT_MAX: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum LimitScope {
    All,
    Each,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Article,
    Collection,
    Page,
    Product,
    Query,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FieldArg {
    ProductType,
    Tag,
    Title,
    VariantsBarcode,
    VariantsSku,
    VariantsTitle,
    Vendor,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PredictiveArgs {
    query: String,
    limit: Option<usize>,
    limit_scope: Option<LimitScope>,
    searchable_fields: Option<Vec<FieldArg>>,
    types: Option<Vec<Kind>>,
    unavailable_products: Option<Unavailable>,
}

/// What was found, by kind.
#[derive(Default)]
struct Found {
    products: Vec<Rc<Product>>,
    collections: Vec<Rc<Collection>>,
    queries: Vec<Rc<Suggestion>>,
    pages: Vec<Rc<Page>>,
    articles: Vec<Rc<Article>>,
}

/// A text to search for.
struct Suggestion {
    text: String,
    styled: String,
}

pub(super) fn register(r: &mut Registry) {
    r.query("predictiveSearch", |args: &PredictiveArgs, cx: &mut Cx| {
        predict(args, cx).map(Some)
    });
    r.object::<Found>("PredictiveSearchResult")
        .child("products", |found| found.products.clone())
        .child("collections", |found| found.collections.clone())
        .child("queries", |found| found.queries.clone())
        .child("pages", |found| found.pages.clone())
        .child("articles", |found| found.articles.clone());
    r.object::<Suggestion>("SearchQuerySuggestion")
        .text("text", |it| &it.text)
        .text("styledText", |it| &it.styled)
        .text_opt("trackingParameters", |_| None);
}

/// Titles that are ranked, at most.
const RANKED_MAX: usize = 50;

fn predict(args: &PredictiveArgs, cx: &mut Cx) -> Result<Found, Error> {
    let limit = args.limit.unwrap_or(LIMIT_MAX);
    if !(1..=LIMIT_MAX).contains(&limit) {
        let why = format!("The limit must be between 1 and {LIMIT_MAX}.");
        return Err(Error::new(why).code("BAD_REQUEST"));
    }
    let wants = |kind| {
        args.types
            .as_ref()
            .is_none_or(|types| types.contains(&kind))
    };
    let mut found = Found::default();
    let goods = (wants(Kind::Product), wants(Kind::Query));
    found.sell(&args.query, args, goods, limit, cx)?;
    if found.products.is_empty() && found.queries.is_empty() && goods != (false, false) {
        let meant = catalog::meant(&mut cx.tx, &args.query, Open::Last).map_err(fault)?;
        if let Some(meant) = meant {
            found.sell(&meant, args, goods, limit, cx)?;
        }
    }
    for near in [false, true] {
        // A slip is looked for when nothing has what was typed.
        if near && !found.is_empty() {
            break;
        }
        let query = args.query.as_str();
        let asked = Asked { query, limit, near };
        if wants(Kind::Collection) {
            found.collections = collections(asked, cx)?;
        }
        if wants(Kind::Page) {
            found.pages = pages(asked, cx)?;
        }
        if wants(Kind::Article) {
            found.articles = articles(asked, cx)?;
        }
    }
    if args.limit_scope != Some(LimitScope::Each) {
        found.share(limit);
    }
    Ok(found)
}

fn products(
    query: &str,
    args: &PredictiveArgs,
    limit: usize,
    cx: &mut Cx,
) -> Result<Vec<Rc<Product>>, Error> {
    let fields: Vec<SearchedField> = match &args.searchable_fields {
        None => vec![
            SearchedField::Title,
            SearchedField::ProductType,
            SearchedField::VariantTitle,
            SearchedField::Vendor,
        ],
        Some(fields) => fields.iter().map(|field| field.searched()).collect(),
    };
    let mut shown = market::shown(cx)?;
    let sold_out = match args.unavailable_products.unwrap_or(Unavailable::Last) {
        Unavailable::Hide => {
            hide_sold_out(&mut shown);
            SoldOut::InPlace
        }
        Unavailable::Last => SoldOut::Last,
        Unavailable::Show => SoldOut::InPlace,
    };
    let found = catalog::predicted(&mut cx.tx, query, &fields, (shown, sold_out), limit);
    Ok(found
        .map_err(page_error)?
        .into_iter()
        .map(Rc::new)
        .collect())
}

fn collections(asked: Asked<'_>, cx: &mut Cx) -> Result<Vec<Rc<Collection>>, Error> {
    let load = |cx: &mut Cx, titled: Filter, window: &Window<'_>| {
        let filter = listed_collections(cx.request.now()).and(titled);
        catalog::collections_page(&mut cx.tx, filter, CollectionOrder::Title, window)
    };
    asked.titled(&COLLECTIONS, cx, load, |own| &own.title)
}

fn pages(asked: Asked<'_>, cx: &mut Cx) -> Result<Vec<Rc<Page>>, Error> {
    let load = |cx: &mut Cx, titled: Filter, window: &Window<'_>| {
        let filter = content::listed_pages(cx.request.now()).and(titled);
        content::pages_page(&mut cx.tx, filter, PageSort::default(), window)
    };
    asked.titled(&content::PAGES, cx, load, |own| &own.title)
}

fn articles(asked: Asked<'_>, cx: &mut Cx) -> Result<Vec<Rc<Article>>, Error> {
    let load = |cx: &mut Cx, titled: Filter, window: &Window<'_>| {
        let filter = content::listed_articles(cx.request.now()).and(titled);
        content::articles_page(&mut cx.tx, filter, ArticleSort::default(), window)
    };
    asked.titled(&content::ARTICLES, cx, load, |own| &own.title)
}

/// Which titles are wanted, and how many.
#[derive(Clone, Copy)]
struct Asked<'a> {
    query: &'a str,
    limit: usize,
    /// Whether a letter is forgiven.
    near: bool,
}

impl Asked<'_> {
    /// What has the typed words in its title, the last of them perhaps unfinished; those first whose
    /// title begins with what was typed.
    fn titled<T>(
        self,
        table: &search::Table,
        cx: &mut Cx,
        load: impl Fn(&mut Cx, Filter, &Window<'_>) -> Result<store::Page<T>, PageError>,
        title: fn(&T) -> &str,
    ) -> Result<Vec<Rc<T>>, Error> {
        let typed = titles(self.query, "");
        if typed.is_empty() {
            return Ok(Vec::new());
        }
        let text = match self.near {
            true => catalog::beginnings(self.query),
            false => titles(self.query, "*"),
        };
        let titled = search::compile(&text, table, cx.reading()?).filter;
        let found = load(cx, titled, &Window::first(RANKED_MAX)).map_err(page_error)?;
        let mut found = found.nodes;
        found.retain(|own| !self.near || catalog::means(self.query, title(own)));
        let words = typed.split(' ').count();
        let rank = |own: &T| {
            let title = titles(title(own), "");
            let first: Vec<&str> = title.split(' ').take(words).collect();
            (
                title != typed,
                !catalog::means(self.query, &first.join(" ")),
            )
        };
        found.sort_by_key(rank);
        found.truncate(self.limit);
        Ok(found.into_iter().map(Rc::new).collect())
    }
}

impl Found {
    /// Finds products and texts, where they are wanted, for a query.
    fn sell(
        &mut self,
        query: &str,
        args: &PredictiveArgs,
        (goods, texts): (bool, bool),
        limit: usize,
        cx: &mut Cx,
    ) -> Result<(), Error> {
        if goods {
            self.products = products(query, args, limit, cx)?;
        }
        if texts {
            let typed = units::words(&args.query).collect::<Vec<_>>().join(" ");
            let texts = catalog::suggestions(&mut cx.tx, query, limit).map_err(fault)?;
            let suggested = texts.into_iter().map(|text| Suggestion::of(text, &typed));
            self.queries = suggested.map(Rc::new).collect();
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.queries.is_empty()
            && self.products.is_empty()
            && self.collections.is_empty()
            && self.pages.is_empty()
            && self.articles.is_empty()
    }

    /// Leaves so many results in all: the kinds take turns.
    fn share(&mut self, limit: usize) {
        let there = [
            self.queries.len(),
            self.products.len(),
            self.collections.len(),
            self.pages.len(),
            self.articles.len(),
        ];
        let mut kept = [0; 5];
        let mut left = limit;
        while left > 0 && kept != there {
            for place in 0..there.len() {
                if left > 0 && kept[place] < there[place] {
                    kept[place] += 1;
                    left -= 1;
                }
            }
        }
        self.queries.truncate(kept[0]);
        self.products.truncate(kept[1]);
        self.collections.truncate(kept[2]);
        self.pages.truncate(kept[3]);
        self.articles.truncate(kept[4]);
    }
}

impl Suggestion {
    /// A suggestion, with what was typed marked and what would be added in a span. Both are words
    /// of letters and digits, which need no escaping.
    fn of(text: String, typed: &str) -> Self {
        let styled = match text.strip_prefix(typed) {
            Some("") => format!("<mark>{typed}</mark>"),
            Some(rest) => format!("<mark>{typed}</mark><span>{rest}</span>"),
            None => format!("<span>{text}</span>"),
        };
        Self { text, styled }
    }
}

impl FieldArg {
    fn searched(self) -> SearchedField {
        match self {
            Self::ProductType => SearchedField::ProductType,
            Self::Tag => SearchedField::Tag,
            Self::Title => SearchedField::Title,
            Self::VariantsBarcode => SearchedField::VariantBarcode,
            Self::VariantsSku => SearchedField::VariantSku,
            Self::VariantsTitle => SearchedField::VariantTitle,
            Self::Vendor => SearchedField::Vendor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_marked_and_the_rest_spanned() {
        let styled = |text: &str, typed: &str| Suggestion::of(text.to_owned(), typed).styled;
        assert_eq!(
            styled("snowboard", "sno"),
            "<mark>sno</mark><span>wboard</span>"
        );
        assert_eq!(styled("oak", "oak"), "<mark>oak</mark>");
    }
}
