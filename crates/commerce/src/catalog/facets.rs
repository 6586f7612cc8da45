//! What a list of products can be narrowed by, with how many products each choice leaves.
//!
//! The choices of a kind are counted as if nothing of that kind were chosen yet, so that a buyer
//! sees what another choice would bring. Everything is counted by a fixed number of statements
//! over at most [`PRODUCTS_MAX`] products; longer lists are not offered any choices.

use store::{Filter, StoreError, Tx};

use super::filters::{Kind, ProductFilter, narrowed};
use super::search::AVAILABLE;

/// Products of a list that is offered choices, at most.
const PRODUCTS_MAX: i64 = 5_000;
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
    /// What they cost: the highest price in minor units, and how many products there are.
    Price {
        /// The highest price.
        max_minor: i64,
        /// The products.
        count: i64,
    },
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
    if !is_countable(tx, list)? {
        return Ok(Vec::new());
    }
    let without = |kind: &Kind| -> Filter {
        let others: Vec<ProductFilter> = chosen
            .iter()
            .filter(|filter| filter.kind() != *kind)
            .cloned()
            .collect();
        list.clone().and(narrowed(&others))
    };
    let mut facets = vec![
        availability(tx, &without(&Kind::Available))?,
        price(tx, &without(&Kind::Price))?,
    ];
    let types = choices(tx, "p.product_type", &without(&Kind::ProductType))?;
    facets.push(Facet::ProductTypes(types));
    facets.push(Facet::Vendors(choices(
        tx,
        "p.vendor",
        &without(&Kind::Vendor),
    )?));
    let mut options = options(tx, &list.clone().and(narrowed(chosen)))?;
    let mut kinds: Vec<Kind> = chosen.iter().map(ProductFilter::kind).collect();
    kinds.sort();
    kinds.dedup();
    let kinds = kinds
        .into_iter()
        .filter(|kind| matches!(kind, Kind::Option(_)));
    for kind in kinds.take(CHOSEN_OPTIONS_MAX) {
        let Kind::Option(name) = &kind else { continue };
        for wider in self::options(tx, &without(&kind))? {
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
            Self::Price { count, .. } => *count > 0,
            Self::ProductTypes(choices) | Self::Vendors(choices) => !choices.is_empty(),
            Self::Option { values, .. } => !values.is_empty(),
        }
    }
}

fn is_countable(tx: &mut Tx, list: &Filter) -> Result<bool, StoreError> {
    let text = format!(
        "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(b.variants_count), 0) AS BIGINT)
           FROM ({}) AS b",
        base("p.variants_count", list, PRODUCTS_MAX + 1)
    );
    let (products, variants): (i64, i64) = tx.one(&text, list.params.clone())?;
    Ok(products <= PRODUCTS_MAX && variants <= VARIANTS_MAX)
}

/// `SELECT` of some columns of the products of a filter, so many at most.
fn base(columns: &str, list: &Filter, limit: i64) -> String {
    let condition = if list.sql.is_empty() {
        String::new()
    } else {
        format!(" AND ({})", list.sql)
    };
    format!("SELECT {columns} FROM products p WHERE p.shop_id = $shop{condition} LIMIT {limit}")
}

fn availability(tx: &mut Tx, list: &Filter) -> Result<Facet, StoreError> {
    let can_be_bought = format!("CASE WHEN {AVAILABLE} THEN 1 ELSE 0 END AS available");
    let text = format!(
        "SELECT CAST(COALESCE(SUM(b.available), 0) AS BIGINT), CAST(COUNT(*) AS BIGINT)
           FROM ({}) AS b",
        base(&can_be_bought, list, PRODUCTS_MAX)
    );
    let (available, all): (i64, i64) = tx.one(&text, list.params.clone())?;
    Ok(Facet::Availability {
        available,
        sold_out: all - available,
    })
}

fn price(tx: &mut Tx, list: &Filter) -> Result<Facet, StoreError> {
    let text = format!(
        "SELECT CAST(COALESCE(MAX(b.price_max_minor), 0) AS BIGINT), CAST(COUNT(*) AS BIGINT)
           FROM ({}) AS b",
        base("p.price_max_minor", list, PRODUCTS_MAX)
    );
    let (max_minor, count): (i64, i64) = tx.one(&text, list.params.clone())?;
    Ok(Facet::Price { max_minor, count })
}

/// The values of a column, the commonest first.
fn choices(tx: &mut Tx, column: &str, list: &Filter) -> Result<Vec<Choice>, StoreError> {
    let text = format!(
        "SELECT b.value, CAST(COUNT(*) AS BIGINT)
           FROM ({}) AS b
          WHERE b.value <> ''
          GROUP BY b.value
          ORDER BY COUNT(*) DESC, b.value
          LIMIT {CHOICES_MAX}",
        base(&format!("{column} AS value"), list, PRODUCTS_MAX)
    );
    let rows: Vec<(String, i64)> = tx.all(&text, list.params.clone())?;
    Ok(rows
        .into_iter()
        .map(|(value, count)| Choice { value, count })
        .collect())
}

/// The options of a list's products with the values that variants have: in the products' own
/// order, as far as they agree.
fn options(tx: &mut Tx, list: &Filter) -> Result<Vec<(String, Vec<Choice>)>, StoreError> {
    let text = format!(
        "SELECT o.name, w.name, CAST(COUNT(DISTINCT b.id) AS BIGINT), MIN(o.position),
                MIN(w.position)
           FROM ({}) AS b
           JOIN product_variants v ON v.shop_id = $shop AND v.product_id = b.id
           JOIN product_options o ON o.shop_id = $shop AND o.product_id = b.id
           JOIN product_option_values w ON w.shop_id = $shop AND w.option_id = o.id
            AND w.name = CASE o.position WHEN 1 THEN v.option1 WHEN 2 THEN v.option2
                                         ELSE v.option3 END
          GROUP BY o.name, w.name
          ORDER BY MIN(o.position), o.name, MIN(w.position), w.name
          LIMIT 1000",
        base(
            "p.id",
            &list
                .clone()
                .and(Filter::of("p.only_default_variant = 0", Vec::new())),
            PRODUCTS_MAX
        )
    );
    let rows: Vec<(String, String, i64, i64, i64)> = tx.all(&text, list.params.clone())?;
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
