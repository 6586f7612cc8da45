//! Pages of lists: their products in order.

use store::page::{Edges, Key, edges, page_of};
use store::{Page, PageError, Sort, SortKind, StoreError, Tx, Window};
use units::ProductId;

use super::Columns;
use super::block::Row;
use super::narrow::{ProductList, Question, Shown};
use crate::catalog::lists::{BY_PLACE, products_count, products_page};
use crate::catalog::relevance::{RANKED_MAX, Relevance};
use crate::catalog::search::{ProductSort, ResultSort, SoldOut};
use crate::catalog::{Product, loads};

/// What products are put in order by, the id last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListSort {
    /// In an order of products.
    By(ProductSort),
    /// As the merchant placed them in the list's collection.
    Placed,
    /// In an order of results.
    Results(ResultSort, SoldOut),
}

/// A product where it stands: by its marks, a number, a text, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    mark: i64,
    number: i64,
    text: &'a str,
    id: i64,
}

/// A page of a list.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn list_page(
    tx: &mut Tx,
    list: &ProductList,
    sort: ListSort,
    window: &Window<'_>,
) -> Result<Page<Product>, PageError> {
    let Some(placed) = placed(tx, list, sort, window)? else {
        return products_page(tx, list.filter(), sort.without_columns(), window);
    };
    let ids: Vec<ProductId> = placed.iter().map(|(id, _)| *id).collect();
    let found = loads::products(tx, &ids)?.into_iter().zip(placed);
    let rows = found.filter_map(|(product, (_, keys))| Some((product?, keys)));
    Ok(page_of(rows.collect(), window))
}

/// A page of the products that have all words of a text, the best match first.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn ranked_page(
    tx: &mut Tx,
    text: &Relevance,
    shown: Shown,
    window: &Window<'_>,
) -> Result<Page<Product>, PageError> {
    let list = ProductList {
        shown,
        among: text.among(tx, RANKED_MAX)?,
        chosen: Vec::new(),
    };
    let sort = ListSort::Results(ResultSort::Relevance, SoldOut::InPlace);
    list_page(tx, &list, sort, window)
}

/// The first products of a list, at most so many.
///
/// # Errors
/// `Store` faults only.
pub(in crate::catalog) fn list_head(
    tx: &mut Tx,
    list: &ProductList,
    sort: ListSort,
    most: usize,
) -> Result<Vec<ProductId>, PageError> {
    let window = Window::first(most);
    let mut ids: Vec<ProductId> = match placed(tx, list, sort, &window)? {
        Some(placed) => placed.into_iter().map(|(id, _)| id).collect(),
        None => {
            let page = products_page(tx, list.filter(), sort.without_columns(), &window)?;
            page.nodes.into_iter().map(|product| product.id).collect()
        }
    };
    ids.truncate(most);
    Ok(ids)
}

/// A product and the keys of its place.
type Keyed = (ProductId, Vec<Key>);

/// What stands in a window over a list, and one more, each with the keys of its place; `None` when the columns do not
/// know the list.
fn placed(
    tx: &mut Tx,
    list: &ProductList,
    sort: ListSort,
    window: &Window<'_>,
) -> Result<Option<Vec<Keyed>>, PageError> {
    let kept = match tx.keeps() && sort.is_kept() {
        true => Columns::of(tx)?,
        false => None,
    };
    let Some(columns) = kept else {
        return Ok(None);
    };
    let question = Question::new(tx, &columns, list)?;
    let order = sort.columns();
    let bounds = Bounds::new(edges(window, order)?, window.reverse);
    let mut places: Vec<Place<'_>> = Vec::new();
    question.each(|row, weight, fit| {
        let place = sort.place(&question, row, weight, window.reverse);
        if fit.all && bounds.admit(place, order) {
            places.push(place);
        }
    });
    let falling = window.reverse != window.backwards;
    // One more than asked for tells whether the list goes on.
    best(&mut places, window.limit + 1, falling);
    let keyed = places
        .iter()
        .map(|place| (ProductId(place.id), place.keys(order)));
    Ok(Some(keyed.collect()))
}

/// How many products a list has, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn list_count(tx: &mut Tx, list: &ProductList, limit: i64) -> Result<i64, StoreError> {
    let kept = match tx.keeps() {
        true => Columns::of(tx)?,
        false => None,
    };
    let Some(columns) = kept else {
        return products_count(tx, list.filter(), limit);
    };
    let question = Question::new(tx, &columns, list)?;
    let mut count = 0;
    question.each(|_, _, fit| count += i64::from(fit.all));
    Ok(count.min(limit))
}

/// Leaves the first so many, in order.
fn best(places: &mut Vec<Place<'_>>, most: usize, falling: bool) {
    let compare = |one: &Place<'_>, other: &Place<'_>| match falling {
        true => other.cmp(one),
        false => one.cmp(other),
    };
    if places.len() > most {
        places.select_nth_unstable_by(most, compare);
        places.truncate(most);
    }
    places.sort_unstable_by(compare);
}

impl ListSort {
    /// Whether the columns hold what it looks at.
    const fn is_kept(self) -> bool {
        !matches!(
            self,
            Self::By(
                ProductSort::Vendor
                    | ProductSort::ProductType
                    | ProductSort::UpdatedAt
                    | ProductSort::PublishedAt
                    | ProductSort::InventoryTotal
            )
        )
    }

    /// The nearest order that the store itself can give.
    const fn without_columns(self) -> ProductSort {
        match self {
            Self::By(sort) => sort,
            Self::Results(ResultSort::Price, _) => ProductSort::Price,
            Self::Placed | Self::Results(ResultSort::Relevance, _) => ProductSort::Id,
        }
    }

    const fn columns(self) -> &'static Sort {
        match self {
            Self::By(sort) => sort.columns(),
            Self::Placed => &BY_PLACE,
            Self::Results(_, sold_out) => sold_out.columns(),
        }
    }

    fn place<'r>(
        self,
        question: &Question<'_>,
        row: Row<'r>,
        weight: i64,
        reverse: bool,
    ) -> Place<'r> {
        let head = row.head;
        let mut place = Place {
            mark: 0,
            number: 0,
            text: "",
            id: head.id,
        };
        match self {
            Self::By(sort) => match sort {
                ProductSort::Title => place.text = row.title_key,
                ProductSort::CreatedAt => place.number = head.created_at,
                ProductSort::Price => place.number = head.price_min_minor,
                ProductSort::BestSelling => place.number = head.sales_key,
                _ => {}
            },
            Self::Placed => place.number = question.position(row),
            Self::Results(sort, sold_out) => {
                if sold_out == SoldOut::Last {
                    // Behind the rest also where the list is turned round.
                    place.mark = i64::from(head.available == reverse);
                }
                place.number = match sort {
                    ResultSort::Relevance => -weight,
                    ResultSort::Price => head.price_min_minor,
                };
            }
        }
        place
    }
}

impl Place<'_> {
    /// The values of the order's columns.
    fn keys(&self, order: &Sort) -> Vec<Key> {
        let count = order.columns.len();
        let key = |(at, (_, kind)): (usize, &(&str, SortKind))| match (kind, count - at) {
            (SortKind::Text, _) => Key::Text(self.text.to_owned()),
            (SortKind::Int, 1) => Key::Int(self.id),
            (SortKind::Int, 2) => Key::Int(self.number),
            (SortKind::Int, _) => Key::Int(self.mark),
        };
        order.columns.iter().enumerate().map(key).collect()
    }
}

/// Between which places a page lies.
struct Bounds {
    above: Option<Vec<Key>>,
    below: Option<Vec<Key>>,
}

impl Bounds {
    fn new(edges: Edges, reverse: bool) -> Self {
        match reverse {
            false => Self {
                above: edges.after,
                below: edges.before,
            },
            true => Self {
                above: edges.before,
                below: edges.after,
            },
        }
    }

    fn admit(&self, place: Place<'_>, order: &Sort) -> bool {
        if self.above.is_none() && self.below.is_none() {
            return true;
        }
        let keys = place.keys(order);
        self.above.as_ref().is_none_or(|above| keys > *above)
            && self.below.as_ref().is_none_or(|below| keys < *below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(numbers: &[i64]) -> Vec<Place<'static>> {
        let place = |(number, id): (&i64, i64)| Place {
            mark: 0,
            number: *number,
            text: "",
            id,
        };
        numbers.iter().zip(1..).map(place).collect()
    }

    #[test]
    fn the_first_of_a_list_are_those_of_the_whole_in_order() {
        let ids = |numbers: &[i64], most, falling| {
            let mut all = places(numbers);
            best(&mut all, most, falling);
            all.iter().map(|place| place.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&[5, 3, 4, 3], 3, false), [2, 4, 3]);
        assert_eq!(ids(&[5, 3, 4, 3], 2, true), [1, 3]);
        assert_eq!(ids(&[5], 9, true), [1]);
    }

    #[test]
    fn a_page_lies_between_its_edges_whichever_way_it_is_read() {
        let after = Edges {
            after: Some(vec![Key::Int(4), Key::Int(3)]),
            before: None,
        };
        let price = ProductSort::Price.columns();
        let ids = |reverse| {
            let bounds = Bounds::new(after.clone(), reverse);
            let all = places(&[5, 3, 4, 4]);
            let own = all.iter().filter(|place| bounds.admit(**place, price));
            own.map(|place| place.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(false), [1, 4]);
        assert_eq!(ids(true), [2]);
    }
}
