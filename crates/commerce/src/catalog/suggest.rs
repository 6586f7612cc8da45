//! What a buyer may be typing: products by the beginnings of words in chosen fields, and words
//! that go on.

use std::collections::BTreeSet;

use store::{Filter, PageError, Param, StoreError, Tx};
use units::{ProductId, words};

use super::columns::{ListSort, ProductList, Shown, list_head};
use super::relevance::{Open, Relevance};
use super::search::{ResultSort, SoldOut};
use super::{Product, loads};

/// Words of a text that count.
const WORDS_MAX: usize = 8;
/// Entries of the index that are looked at for one suggestion list.
const ENTRIES_MAX: i64 = 2_000;
/// Products of a word that are ranked for one suggestion list.
const RANKED_MAX: usize = 4_000;
/// The best of them whose fields are looked at.
const LOOKED_AT_MAX: usize = 200;

/// Where a product's words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchedField {
    /// Its title.
    Title,
    /// The merchant's kind of product.
    ProductType,
    /// A tag.
    Tag,
    /// A variant's bar code.
    VariantBarcode,
    /// A variant's article number.
    VariantSku,
    /// A variant's title.
    VariantTitle,
    /// Who makes or sells it.
    Vendor,
}

const VARIANTS: &str = "SELECT 1 FROM product_variants gv WHERE gv.shop_id = $shop \
     AND gv.product_id = p.id";

impl SearchedField {
    /// Whether a word begins in the field; `$1` at the value's beginning, `$2` after a blank.
    fn begins(self, first: &str, later: &str) -> String {
        let either =
            |sql: &str| format!("({sql} LIKE {first} ESCAPE '!' OR {sql} LIKE {later} ESCAPE '!')");
        let of_variant = |sql: &str| format!("EXISTS ({VARIANTS} AND {})", either(sql));
        match self {
            Self::Title => either("p.title_key"),
            Self::ProductType => either("p.product_type_key"),
            Self::Vendor => either("p.vendor_key"),
            Self::Tag => format!(
                "EXISTS (SELECT 1 FROM tags gt WHERE gt.shop_id = $shop \
                 AND gt.owner_kind = 'Product' AND gt.owner_id = p.id AND {})",
                either("gt.tag_key")
            ),
            Self::VariantBarcode => of_variant("lower(gv.barcode)"),
            Self::VariantSku => of_variant("lower(gv.sku)"),
            Self::VariantTitle => of_variant("lower(gv.title)"),
        }
    }
}

/// The products that a buyer may be typing the words of, the best match first: those that have, for each word of the
/// text, a word beginning with it in one of the fields.
///
/// # Errors
/// `Store` faults only.
pub fn predicted(
    tx: &mut Tx,
    text: &str,
    fields: &[SearchedField],
    (shown, sold_out): (Shown, SoldOut),
    limit: usize,
) -> Result<Vec<Product>, PageError> {
    let Some(words) = Relevance::of(text, Open::Last) else {
        return Ok(Vec::new());
    };
    let list = ProductList {
        shown,
        among: words.among(tx, RANKED_MAX)?,
        chosen: Vec::new(),
    };
    let sort = ListSort::Results(ResultSort::Relevance, sold_out);
    let mut best = list_head(tx, &list, sort, LOOKED_AT_MAX)?;
    let mut condition = worded_in(text, fields);
    let ids = best.iter().map(|id| Param::Int(id.get()));
    condition.params.push(Param::List(ids.collect()));
    let statement = format!(
        "SELECT p.id FROM products p WHERE p.shop_id = $shop AND p.id = ANY(${}) AND {}",
        condition.params.len(),
        condition.sql
    );
    let found: Vec<ProductId> = tx.all(&statement, condition.params)?;
    let found: BTreeSet<ProductId> = found.into_iter().collect();
    best.retain(|id| found.contains(id));
    best.truncate(limit);
    Ok(loads::products(tx, &best)?.into_iter().flatten().collect())
}

/// The products (`p`) that have, for each word of a text, a word beginning with it in one of the
/// fields.
fn worded_in(text: &str, fields: &[SearchedField]) -> Filter {
    let mut params: Vec<Param<'static>> = Vec::new();
    let mut each = Vec::new();
    for word in words(text).take(WORDS_MAX) {
        params.push(Param::Text(format!("{word}%").into()));
        let first = format!("${}", params.len());
        params.push(Param::Text(format!("% {word}%").into()));
        let later = format!("${}", params.len());
        let any: Vec<String> = fields.iter().map(|it| it.begins(&first, &later)).collect();
        each.push(if any.is_empty() {
            "1 = 0".to_owned()
        } else {
            format!("({})", any.join(" OR "))
        });
    }
    Filter::of(each.join(" AND "), params)
}

/// Words of the shop's products that begin like the last word of a text, those of most products
/// first; each comes as the whole text with the word completed.
///
/// # Errors
/// `Store` faults only.
pub fn suggestions(tx: &mut Tx, text: &str, limit: usize) -> Result<Vec<String>, StoreError> {
    let mut typed: Vec<String> = words(text).take(WORDS_MAX).collect();
    let Some(last) = typed.pop() else {
        return Ok(Vec::new());
    };
    let found: Vec<String> = tx.all(
        "SELECT g.term
           FROM (SELECT s.term
                   FROM search_terms s
                  WHERE s.shop_id = $shop AND s.owner_kind = 'Product'
                    AND s.term >= $1 AND s.term < $2
                  ORDER BY s.term
                  LIMIT $3) AS g
          GROUP BY g.term
          ORDER BY COUNT(*) DESC, g.term
          LIMIT $4",
        (
            last.as_str(),
            format!("{last}\u{10FFFF}"),
            ENTRIES_MAX,
            i64::try_from(limit).unwrap_or(i64::MAX),
        ),
    )?;
    let whole = |term: String| {
        let mut all = typed.clone();
        all.push(term);
        all.join(" ")
    };
    Ok(found.into_iter().map(whole).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_looked_for_in_every_field() {
        let filter = worded_in("Oak St", &[SearchedField::Title, SearchedField::Vendor]);
        assert_eq!(filter.params.len(), 4);
        assert_eq!(filter.sql.matches("p.vendor_key LIKE").count(), 4);
        assert_eq!(worded_in("oak", &[]).sql, "1 = 0");
        assert_eq!(worded_in("!", &[SearchedField::Title]), Filter::none());
    }
}
