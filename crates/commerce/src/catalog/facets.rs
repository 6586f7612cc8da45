//! What a list of products can be narrowed by, with how many products each choice leaves.
//!
//! The choices of a kind are counted as if nothing of that kind were chosen yet, so that a buyer
//! sees what another choice would bring. The rows are read once and counted here,
//! at most [`PRODUCTS_MAX`] of them; longer lists are not offered any choices.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use store::{Filter, Param, StoreError, Tx};
use units::ProductId;

use super::filters::{Kind, ProductFilter, narrowed};
use super::search::AVAILABLE;

/// Products of a list that is offered choices, at most.
const PRODUCTS_MAX: usize = 5_000;
/// Variants of such a list, at most.
const VARIANTS_MAX: i64 = 100_000;
/// Choices of one kind, at most.
const CHOICES_MAX: usize = 100;
/// Options whose values were chosen, and are counted without them, at most.
const CHOSEN_OPTIONS_MAX: usize = 5;

/// What a list can be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Facet {
    /// Whether products can be bought: how many can, and how many cannot.
    Availability {
        /// Those that can.
        available: i64,
        /// Those that cannot.
        sold_out: i64,
    },
    /// What they cost: each product with its highest price, in minor units of the shop's currency.
    Price(Vec<(ProductId, i64)>),
    /// The merchant's kinds of product.
    ProductTypes(Vec<Choice>),
    /// Who makes or sells them.
    Vendors(Vec<Choice>),
    /// The values of an option.
    Option {
        /// The option: `Size`.
        name: String,
        /// Its values.
        values: Vec<Choice>,
    },
}

/// A choice, and how many products it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is chosen: `Red`.
    pub value: String,
    /// How many products have it.
    pub count: i64,
}

/// What the list of products (`p`) of a filter can be narrowed by, some choices being made.
///
/// # Errors
/// `Store` faults only.
pub fn facets(
    tx: &mut Tx,
    list: &Filter,
    chosen: &[ProductFilter],
) -> Result<Vec<Facet>, StoreError> {
    let Some(counted) = Counted::read(tx, list)? else {
        return Ok(Vec::new());
    };
    let without = |tx: &mut Tx, kind: &Kind| {
        let others: Vec<ProductFilter> = chosen
            .iter()
            .filter(|filter| filter.kind() != *kind)
            .cloned()
            .collect();
        counted.narrowed(tx, &others)
    };
    let all = counted.narrowed(tx, chosen)?;
    let narrowed_but = |tx: &mut Tx, kind: Kind| {
        if chosen.iter().any(|filter| filter.kind() == kind) {
            return without(tx, &kind);
        }
        Ok(all.clone())
    };
    let mut facets = vec![
        availability(&narrowed_but(tx, Kind::Available)?),
        price(&narrowed_but(tx, Kind::Price)?),
        Facet::ProductTypes(choices(&narrowed_but(tx, Kind::ProductType)?, |row| {
            &row.product_type
        })),
        Facet::Vendors(choices(&narrowed_but(tx, Kind::Vendor)?, |row| &row.vendor)),
    ];
    let mut options = options(tx, &all)?;
    let mut kinds: Vec<Kind> = chosen.iter().map(ProductFilter::kind).collect();
    kinds.sort();
    kinds.dedup();
    let kinds = kinds
        .into_iter()
        .filter(|kind| matches!(kind, Kind::Option(_)));
    for kind in kinds.take(CHOSEN_OPTIONS_MAX) {
        let Kind::Option(name) = &kind else { continue };
        let wide = without(tx, &kind)?;
        for wider in self::options(tx, &wide)? {
            if units::fold(&wider.0) != *name {
                continue;
            }
            match options.iter_mut().find(|it| it.0 == wider.0) {
                Some(held) => held.1 = wider.1,
                None => options.push(wider),
            }
        }
    }
    facets.extend(
        options
            .into_iter()
            .map(|(name, values)| Facet::Option { name, values }),
    );
    facets.retain(Facet::is_of_use);
    Ok(facets)
}

impl Facet {
    /// Whether there is anything to choose.
    fn is_of_use(&self) -> bool {
        match self {
            Self::Availability {
                available,
                sold_out,
            } => available + sold_out > 0,
            Self::Price(products) => !products.is_empty(),
            Self::ProductTypes(choices) | Self::Vendors(choices) => !choices.is_empty(),
            Self::Option { values, .. } => !values.is_empty(),
        }
    }
}

/// What is counted of a product.
struct Row {
    id: i64,
    product_type: String,
    vendor: String,
    price_max_minor: i64,
    only_default_variant: bool,
    available: bool,
}

/// The products of a list that is offered choices.
struct Counted(Vec<Rc<Row>>);

impl Counted {
    /// Reads them once for all kinds of choices; `None` when there are too many.
    fn read(tx: &mut Tx, list: &Filter) -> Result<Option<Self>, StoreError> {
        let condition = if list.sql.is_empty() {
            String::new()
        } else {
            format!(" AND ({})", list.sql)
        };
        let text = format!(
            "SELECT p.id, p.product_type, p.vendor, p.price_max_minor, p.variants_count,
                    p.only_default_variant
               FROM products p WHERE p.shop_id = $shop{condition} LIMIT {}",
            PRODUCTS_MAX + 1
        );
        let rows: Vec<(i64, String, String, i64, i64, i64)> = tx.all(&text, list.params.clone())?;
        let variants: i64 = rows.iter().map(|row| row.4).sum();
        if rows.len() > PRODUCTS_MAX || variants > VARIANTS_MAX {
            return Ok(None);
        }
        // Only now: what can be bought is the dearest question.
        let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
        let in_stock: HashSet<i64> = tx
            .all(
                &format!(
                    "SELECT p.id FROM products p
                      WHERE p.shop_id = $shop AND p.id = ANY($1) AND {AVAILABLE}"
                ),
                (ids,),
            )?
            .into_iter()
            .collect();
        let rows = rows.into_iter().map(|row| {
            Rc::new(Row {
                id: row.0,
                available: in_stock.contains(&row.0),
                product_type: row.1,
                vendor: row.2,
                price_max_minor: row.3,
                only_default_variant: row.5 != 0,
            })
        });
        Ok(Some(Self(rows.collect())))
    }

    /// Those that are left when the list is narrowed.
    fn narrowed(&self, tx: &mut Tx, chosen: &[ProductFilter]) -> Result<Vec<Rc<Row>>, StoreError> {
        if chosen.is_empty() {
            return Ok(self.0.clone());
        }
        let ids = self.0.iter().map(|row| Param::Int(row.id)).collect();
        let among = Filter::of("p.id = ANY($1)", vec![Param::List(ids)]).and(narrowed(chosen));
        let text = format!(
            "SELECT p.id FROM products p WHERE p.shop_id = $shop AND {}",
            among.sql
        );
        let left: HashSet<i64> = tx.all(&text, among.params)?.into_iter().collect();
        let rows = self.0.iter().filter(|row| left.contains(&row.id));
        Ok(rows.cloned().collect())
    }
}

fn availability(rows: &[Rc<Row>]) -> Facet {
    let available = rows.iter().filter(|row| row.available).count();
    Facet::Availability {
        available: whole(available),
        sold_out: whole(rows.len() - available),
    }
}

fn price(rows: &[Rc<Row>]) -> Facet {
    let highest = |row: &Rc<Row>| (ProductId(row.id), row.price_max_minor);
    Facet::Price(rows.iter().map(highest).collect())
}

/// The values of a column, the commonest first.
fn choices(rows: &[Rc<Row>], value: impl Fn(&Row) -> &String) -> Vec<Choice> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(value(row)).or_default() += 1;
    }
    let mut choices: Vec<Choice> = counts
        .into_iter()
        .filter(|(value, _)| !value.is_empty())
        .map(|(value, count)| Choice {
            value: value.clone(),
            count: whole(count),
        })
        .collect();
    // Those of the same count stay in the order of their names.
    choices.sort_by_key(|choice| Reverse(choice.count));
    choices.truncate(CHOICES_MAX);
    choices
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The options of a list's products with the values that variants have: in the products' own
/// order, as far as they agree.
fn options(tx: &mut Tx, rows: &[Rc<Row>]) -> Result<Vec<(String, Vec<Choice>)>, StoreError> {
    let with_options = rows.iter().filter(|row| !row.only_default_variant);
    let ids: Vec<i64> = with_options.map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT o.name, w.name, CAST(COUNT(DISTINCT v.product_id) AS BIGINT),
                MIN(o.position), MIN(w.position)
           FROM product_variants v
           JOIN product_options o ON o.shop_id = $shop AND o.product_id = v.product_id
           JOIN product_option_values w ON w.shop_id = $shop AND w.option_id = o.id
            AND w.name = CASE o.position WHEN 1 THEN v.option1 WHEN 2 THEN v.option2
                                         ELSE v.option3 END
          WHERE v.shop_id = $shop AND v.product_id = ANY($1)
          GROUP BY o.name, w.name
          ORDER BY MIN(o.position), o.name, MIN(w.position), w.name
          LIMIT 1000";
    let rows: Vec<(String, String, i64, i64, i64)> = tx.all(text, (ids,))?;
    let mut found: Vec<(String, Vec<Choice>)> = Vec::new();
    for (option, value, count, _, _) in rows {
        let choice = Choice { value, count };
        match found.iter_mut().find(|(name, _)| *name == option) {
            Some((_, values)) if values.len() >= CHOICES_MAX => {}
            Some((_, values)) => values.push(choice),
            None => found.push((option, vec![choice])),
        }
    }
    Ok(found)
}
