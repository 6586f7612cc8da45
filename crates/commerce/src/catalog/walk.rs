//! Pages of products that a query finds.
//!
//! What many products meet is found soonest by reading the list in its order until the page is full; what few meet, by
//! reading those few and putting them in order. Which it is shows in the first products of the list: they are asked
//! first, and only when they fill no page, the database seeks.

use store::page::page;
use store::{Dialect, Filter, Listing, Page, PageError, Tx, Window};

use super::Product;
use super::lists::products_page;
use super::loads::aliased;
use super::search::ProductSort;

/// Products that are asked at first, and then, unless hardly any of those was found.
const WALKS: [i64; 2] = [250, 4_000];
/// So many of the first ones must be found for the others to be asked.
const WORTH_WALKING: usize = 3;

/// A page of the products that are shown and that a query finds.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn products_found(
    tx: &mut Tx,
    shown: Filter,
    searched: Filter,
    sort: ProductSort,
    window: &Window<'_>,
) -> Result<Page<Product>, PageError> {
    // PostgreSQL itself walks where a word is common.
    let planned = tx.dialect() == Dialect::Postgres && searched.sql.contains("search_terms");
    let can_walk = sort.is_indexed() && !searched.sql.is_empty() && !planned;
    let filter = shown.and(searched);
    if let Some(sql) = can_walk.then(|| probing(&filter.sql)).flatten() {
        let probing = Filter {
            sql,
            params: filter.params.clone(),
        };
        for most in WALKS {
            let walked = walked(tx, &probing, (sort, most), window)?;
            let more = match window.backwards {
                true => walked.has_previous_page,
                false => walked.has_next_page,
            };
            // More than a page was found, so that nothing can be missing from it.
            if more && walked.nodes.len() == window.limit {
                return Ok(walked);
            }
            if walked.nodes.len() < WORTH_WALKING {
                break;
            }
        }
    }
    products_page(tx, filter, sort, window)
}

/// A page of what is found among the next `most` products of the list.
fn walked(
    tx: &mut Tx,
    filter: &Filter,
    (sort, most): (ProductSort, i64),
    window: &Window<'_>,
) -> Result<Page<Product>, PageError> {
    let sort = sort.columns();
    let ahead = store::page::ahead(
        "SELECT p.id FROM products p WHERE p.shop_id = $shop",
        sort,
        window,
        most,
    )?;
    let select = format!(
        "SELECT {} FROM products p WHERE p.shop_id = $shop",
        aliased::<Product>("p")
    );
    let listing = Listing {
        select: &select,
        filter: Filter::of(format!("p.id IN ({})", ahead.sql), ahead.params).and(filter.clone()),
        sort,
    };
    page(tx, &listing, window)
}

/// The condition asked product by product, instead of reading all that have a word, a vendor or a type: an expression
/// that no index knows. `None` for what can only be read whole.
fn probing(sql: &str) -> Option<String> {
    const WHOLE: &str = "p.id IN (SELECT s.owner_id FROM search_terms s WHERE";
    const EACH: &str = "EXISTS (SELECT 1 FROM search_terms s WHERE s.owner_id = p.id + 0 AND";
    let ranged = sql.contains("s.term >=") || sql.contains("s.term LIKE");
    let asked = || {
        sql.replace(WHOLE, EACH)
            .replace("p.vendor_key ", "(p.vendor_key || '') ")
            .replace("p.product_type_key ", "(p.product_type_key || '') ")
    };
    (!ranged).then(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_asked_product_by_product_and_beginnings_are_not() {
        let word = "(p.id IN (SELECT s.owner_id FROM search_terms s WHERE s.shop_id = $shop AND s.term = $1))";
        let asked = probing(word).unwrap();
        assert!(asked.starts_with(
            "(EXISTS (SELECT 1 FROM search_terms s WHERE s.owner_id = p.id + 0 AND s.shop_id"
        ));
        assert_eq!(
            probing("p.vendor_key = $1").unwrap(),
            "(p.vendor_key || '') = $1"
        );
        assert!(probing("(p.id IN (SELECT 1 WHERE s.term >= $1))").is_none());
    }
}
