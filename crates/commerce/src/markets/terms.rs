//! What a buyer's country means for a sale: currency, prices, and what is sold at all.

use std::collections::HashMap;

use pricing::MarketPricing;
use store::page::Filter;
use store::{Param, StoreError, Tx, record, text_enum};
use units::{Currency, PriceListId, ProductId, ProductVariantId, PublicationId, Timestamp};

use super::market::Market;
use crate::catalog::{ListedPrice, Product, ProductFilter};
use crate::shops::Shop;

text_enum! {
    /// What becomes of what goods used to cost, where a price list changes prices.
    pub enum CompareAtMode {
        /// It is changed likewise.
        Adjusted = "ADJUSTED",
        /// It is not shown.
        Nullify = "NULLIFY",
    }
}

/// What a sale has to know of the buyer's market.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The market.
    pub market: Market,
    /// How the shop's prices become the market's.
    pub pricing: MarketPricing,
    /// Where its own prices stand.
    pub price_list: Option<PriceListTerms>,
    /// What it sells; everything that is sold online without.
    pub publication: Option<PublicationTerms>,
}

record! {
    /// A price list, as far as prices follow from it.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct PriceListTerms {
        /// Id.
        pub id: PriceListId,
        /// What it puts on every price, or takes off, in millionths.
        pub adjustment_ppm: i64,
        /// What becomes of what goods used to cost.
        pub compare_at_mode: CompareAtMode,
        /// How many prices it names, or more: variants may have gone since.
        pub fixed_prices_count: i64,
    }
}

record! {
    /// A publication, as far as it says what is sold.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct PublicationTerms {
        /// Id.
        pub id: PublicationId,
        /// Products made before are in it.
        pub all_until: Timestamp,
        /// Products made since are in it.
        pub auto_from: Timestamp,
    }
}

/// A price in the market's currency, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// The price.
    pub price_minor: i64,
    /// What it used to be.
    pub compare_at_minor: Option<i64>,
    /// Whether the price list names it.
    pub fixed: bool,
}

record! {
    struct Row {
        country_code: Option<String>,
        market: Market,
        price_list_id: Option<PriceListId>,
        adjustment_ppm: Option<i64>,
        compare_at_mode: Option<CompareAtMode>,
        fixed_prices_count: Option<i64>,
        publication_id: Option<PublicationId>,
        all_until: Option<Timestamp>,
        auto_from: Option<Timestamp>,
    }
}

/// The terms of buyers in a country (ISO 3166-1, upper case); `None` where the shop does not sell:
/// no order goes to a country that is in no active market, as merchants' manuals of the real service
/// say. What buyers there see meanwhile is [`terms_shown`].
///
/// Of several markets that sell there, the one with the fewest regions counts; one of all regions
/// counts last.
///
/// # Errors
/// `Store` faults only.
pub fn terms(tx: &mut Tx, shop: &Shop, country: &str) -> Result<Option<Terms>, StoreError> {
    Ok(terms_in(tx, shop, &[country])?.remove(country))
}

/// The terms of buyers in each of these countries (ISO 3166-1, upper case), as [`terms`] tells them, in
/// one statement; those where the shop does not sell are left out.
///
/// # Errors
/// `Store` faults only.
pub fn terms_in(
    tx: &mut Tx,
    shop: &Shop,
    countries: &[&str],
) -> Result<HashMap<String, Terms>, StoreError> {
    let rows: Vec<Row> = tx.all(
        "SELECT r.country_code, m.id, m.name, m.handle, m.status, m.is_primary, m.region_level, m.regions_count,
                m.currency, m.rate_billionths, m.rate_updated_at, m.rounding, m.created_at,
                m.updated_at, l.id, l.adjustment_ppm, l.compare_at_mode, l.fixed_prices_count,
                p.id, p.all_until, p.auto_from
           FROM markets m
           LEFT JOIN market_regions r
             ON r.shop_id = m.shop_id AND r.market_id = m.id AND r.country_code = ANY($1)
           LEFT JOIN market_catalogs mc ON mc.shop_id = m.shop_id AND mc.market_id = m.id
           LEFT JOIN catalogs c
             ON c.shop_id = mc.shop_id AND c.id = mc.catalog_id AND c.status = 'ACTIVE'
           LEFT JOIN price_lists l ON l.shop_id = c.shop_id AND l.id = c.price_list_id
           LEFT JOIN catalog_publications p ON p.shop_id = c.shop_id AND p.id = c.publication_id
          WHERE m.shop_id = $shop AND m.status = 'ACTIVE'
            AND (r.market_id IS NOT NULL OR m.region_level = 'ALL')
          ORDER BY CASE WHEN r.market_id IS NULL THEN 1 ELSE 0 END, m.regions_count, m.id",
        (countries,),
    )?;
    let mut found: HashMap<String, Terms> = HashMap::new();
    for row in rows {
        let named: Vec<&str> = match &row.country_code {
            Some(country) => vec![country],
            None => countries.to_vec(),
        };
        let new = named.into_iter().filter(|own| !found.contains_key(*own));
        let new: Vec<String> = new.map(str::to_owned).collect();
        if !new.is_empty() {
            let terms = row.into_terms(shop.currency);
            found.extend(new.into_iter().map(|country| (country, terms.clone())));
        }
    }
    Ok(found)
}

/// What buyers in a country (ISO 3166-1, upper case) see: the terms of its market, and in a country
/// that is in none, those of the shop's own country. `None` where that is in none either: there the
/// shop's prices hold as they are.
///
/// # Errors
/// `Store` faults only.
pub fn terms_shown(tx: &mut Tx, shop: &Shop, country: &str) -> Result<Option<Terms>, StoreError> {
    match terms(tx, shop, country)? {
        None if country != shop.country_code => terms(tx, shop, &shop.country_code),
        found => Ok(found),
    }
}

impl PublicationTerms {
    /// The condition on products (`p`) that are in it.
    #[must_use]
    pub fn includes(&self) -> Filter {
        Filter::of(
            "COALESCE((SELECT x.shown FROM catalog_publication_products x
                        WHERE x.shop_id = $shop AND x.publication_id = $1 AND x.product_id = p.id),
                      CASE WHEN p.created_at < $2 OR p.created_at >= $3 THEN 1 ELSE 0 END) = 1",
            vec![
                Param::Int(self.id.get()),
                Param::Int(self.all_until.micros()),
                Param::Int(self.auto_from.micros()),
            ],
        )
    }
}

impl Row {
    fn into_terms(self, shop: Currency) -> Terms {
        let price_list = match (
            self.price_list_id,
            self.adjustment_ppm,
            self.compare_at_mode,
        ) {
            (Some(id), Some(adjustment_ppm), Some(compare_at_mode)) => Some(PriceListTerms {
                id,
                adjustment_ppm,
                compare_at_mode,
                fixed_prices_count: self.fixed_prices_count.unwrap_or(0),
            }),
            _ => None,
        };
        let publication = match (self.publication_id, self.all_until, self.auto_from) {
            (Some(id), Some(all_until), Some(auto_from)) => Some(PublicationTerms {
                id,
                all_until,
                auto_from,
            }),
            _ => None,
        };
        let adjustment = price_list.map_or(0, |list| list.adjustment_ppm);
        Terms {
            pricing: self.market.pricing(shop).adjusted(adjustment),
            market: self.market,
            price_list,
            publication,
        }
    }
}

impl Terms {
    /// The currency that buyers see.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.pricing.currency()
    }

    /// A price that the price list does not name.
    #[must_use]
    pub fn relative(&self, price_minor: i64, compare_at_minor: Option<i64>) -> Listed {
        let nullified = self
            .price_list
            .is_some_and(|list| list.compare_at_mode == CompareAtMode::Nullify);
        Listed {
            price_minor: self.pricing.price(price_minor),
            compare_at_minor: compare_at_minor
                .filter(|_| !nullified)
                .map(|minor| self.pricing.price(minor)),
            fixed: false,
        }
    }

    /// The condition on products of which a variant costs so much, in minor units of the market's
    /// currency, both ends included.
    #[must_use]
    pub fn costing(&self, min_minor: i64, max_minor: Option<i64>) -> ProductFilter {
        let list = self.price_list.filter(|list| list.fixed_prices_count > 0);
        let listed = list.map(|list| ListedPrice {
            price_list: list.id,
            min_minor,
            max_minor,
        });
        let (min_minor, max_minor) = self.pricing.range(min_minor, max_minor);
        ProductFilter::Price {
            min_minor,
            max_minor,
            listed,
        }
    }

    /// The highest price of products, given with their highest price in the shop.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn highest(&self, tx: &mut Tx, products: &[(ProductId, i64)]) -> Result<i64, StoreError> {
        let ids: Vec<ProductId> = products.iter().map(|(id, _)| *id).collect();
        let ranges = self.fixed_ranges(tx, &ids)?;
        let of = |(id, own): &(ProductId, i64)| match ranges.get(id) {
            None => self.pricing.price(*own),
            Some(range) => {
                let relative = range
                    .relative
                    .map_or(0, |(_, high)| self.pricing.price(high));
                relative.max(range.fixed.map_or(0, |(_, high)| high))
            }
        };
        Ok(products.iter().map(of).max().unwrap_or(0))
    }

    /// The prices of variants, given with the shop's price and what it used to be.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn prices(
        &self,
        tx: &mut Tx,
        variants: &[(ProductVariantId, i64, Option<i64>)],
    ) -> Result<Vec<Listed>, StoreError> {
        let ids: Vec<ProductVariantId> = variants.iter().map(|(id, ..)| *id).collect();
        let fixed = self.fixed(tx, &ids)?;
        let of = |(id, price, compare_at): &(ProductVariantId, i64, Option<i64>)| {
            let relative = || self.relative(*price, *compare_at);
            fixed.get(id).copied().unwrap_or_else(relative)
        };
        Ok(variants.iter().map(of).collect())
    }

    fn fixed(
        &self,
        tx: &mut Tx,
        ids: &[ProductVariantId],
    ) -> Result<HashMap<ProductVariantId, Listed>, StoreError> {
        let list = self.price_list.filter(|list| list.fixed_prices_count > 0);
        let Some(list) = list.filter(|_| !ids.is_empty()) else {
            return Ok(HashMap::new());
        };
        let rows: Vec<(ProductVariantId, i64, Option<i64>)> = tx.all(
            "SELECT variant_id, price_minor, compare_at_minor FROM price_list_prices
              WHERE shop_id = $shop AND price_list_id = $1 AND variant_id = ANY($2)",
            (list.id, ids),
        )?;
        let listed = |(id, price_minor, compare_at_minor)| {
            let listed = Listed {
                price_minor,
                compare_at_minor,
                fixed: true,
            };
            (id, listed)
        };
        Ok(rows.into_iter().map(listed).collect())
    }

    /// Products with the lowest and highest prices that buyers see instead of the shop's.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn reprice(&self, tx: &mut Tx, products: &mut [Product]) -> Result<(), StoreError> {
        let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
        let mut ranges = self.fixed_ranges(tx, &ids)?;
        for product in products {
            let range = ranges.remove(&product.id).unwrap_or(Range {
                relative: Some((product.price_min_minor, product.price_max_minor)),
                relative_before: product
                    .compare_at_min_minor
                    .zip(product.compare_at_max_minor),
                fixed: None,
                fixed_before: None,
            });
            let spread = |relative: Option<(i64, i64)>, fixed: Option<(i64, i64)>| {
                let relative =
                    relative.map(|(low, high)| (self.pricing.price(low), self.pricing.price(high)));
                match (relative, fixed) {
                    (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
                    (one, other) => one.or(other),
                }
            };
            if let Some((low, high)) = spread(range.relative, range.fixed) {
                (product.price_min_minor, product.price_max_minor) = (low, high);
            }
            let shown = self
                .price_list
                .is_none_or(|list| list.compare_at_mode == CompareAtMode::Adjusted);
            let before = range.relative_before.filter(|_| shown);
            (product.compare_at_min_minor, product.compare_at_max_minor) =
                spread(before, range.fixed_before).unzip();
        }
        Ok(())
    }

    /// The prices of products of which the price list names some.
    fn fixed_ranges(
        &self,
        tx: &mut Tx,
        ids: &[ProductId],
    ) -> Result<HashMap<ProductId, Range>, StoreError> {
        let list = self.price_list.filter(|list| list.fixed_prices_count > 0);
        let Some(list) = list.filter(|_| !ids.is_empty()) else {
            return Ok(HashMap::new());
        };
        let rows: Vec<RangeRow> = tx.all(
            "SELECT v.product_id,
                    MIN(CASE WHEN f.variant_id IS NULL THEN v.price_minor END) AS low,
                    MAX(CASE WHEN f.variant_id IS NULL THEN v.price_minor END) AS high,
                    MIN(CASE WHEN f.variant_id IS NULL THEN v.compare_at_minor END) AS low_before,
                    MAX(CASE WHEN f.variant_id IS NULL THEN v.compare_at_minor END) AS high_before,
                    MIN(f.price_minor) AS fixed_low, MAX(f.price_minor) AS fixed_high,
                    MIN(f.compare_at_minor) AS fixed_low_before,
                    MAX(f.compare_at_minor) AS fixed_high_before
               FROM product_variants v
               LEFT JOIN price_list_prices f
                 ON f.shop_id = v.shop_id AND f.price_list_id = $1 AND f.variant_id = v.id
              WHERE v.shop_id = $shop AND v.product_id IN
                    (SELECT n.product_id FROM price_list_prices n
                      WHERE n.shop_id = $shop AND n.price_list_id = $1 AND n.product_id = ANY($2))
              GROUP BY v.product_id",
            (list.id, ids),
        )?;
        let range = |row: RangeRow| {
            let range = Range {
                relative: row.low.zip(row.high),
                relative_before: row.low_before.zip(row.high_before),
                fixed: row.fixed_low.zip(row.fixed_high),
                fixed_before: row.fixed_low_before.zip(row.fixed_high_before),
            };
            (row.product_id, range)
        };
        Ok(rows.into_iter().map(range).collect())
    }

    /// The condition on products (`p`) that the market sells.
    #[must_use]
    pub fn sold(&self) -> Filter {
        let sold = self.publication.map(|own| own.includes());
        sold.unwrap_or_else(Filter::none)
    }

    /// Which of the products the market sells: as many answers as products.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn sells(&self, tx: &mut Tx, products: &[ProductId]) -> Result<Vec<bool>, StoreError> {
        let Some(publication) = &self.publication else {
            return Ok(vec![true; products.len()]);
        };
        let rows: Vec<(ProductId, i64)> = tx.all(
            "SELECT p.id,
                    COALESCE(x.shown,
                             CASE WHEN p.created_at < $2 OR p.created_at >= $3 THEN 1 ELSE 0 END)
               FROM products p
               LEFT JOIN catalog_publication_products x
                 ON x.shop_id = p.shop_id AND x.publication_id = $1 AND x.product_id = p.id
              WHERE p.shop_id = $shop AND p.id = ANY($4)",
            (
                publication.id,
                publication.all_until,
                publication.auto_from,
                products,
            ),
        )?;
        let rows: HashMap<ProductId, i64> = rows.into_iter().collect();
        Ok(products.iter().map(|id| rows.get(id) == Some(&1)).collect())
    }
}

/// A product's prices: those that follow from the shop's (in its currency), and those of the list.
struct Range {
    relative: Option<(i64, i64)>,
    relative_before: Option<(i64, i64)>,
    fixed: Option<(i64, i64)>,
    fixed_before: Option<(i64, i64)>,
}

record! {
    struct RangeRow {
        product_id: ProductId,
        low: Option<i64>,
        high: Option<i64>,
        low_before: Option<i64>,
        high_before: Option<i64>,
        fixed_low: Option<i64>,
        fixed_high: Option<i64>,
        fixed_low_before: Option<i64>,
        fixed_high_before: Option<i64>,
    }
}
