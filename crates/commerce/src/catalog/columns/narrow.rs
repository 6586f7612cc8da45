//! Which products a list has, and which conditions of its own each fails.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use store::{Filter, Param, StoreError, Tx};
use units::{CollectionId, Timestamp};

use super::Columns;
use super::block::{Row, Variant};
use crate::catalog::filters::{Kind, ListedPrice, MetafieldIs, ProductFilter, collected, narrowed};
use crate::catalog::{listed, search};
use crate::metafields;

/// Kinds of conditions of one list, at most.
const KINDS_MAX: usize = 32;
/// Products that a list may have which is found by a condition of the store's.
const WHERE_MAX: i64 = 25_000;

/// What a list shows before anybody narrows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Every product: to the merchant.
    Everything,
    /// What buyers see at a moment.
    ToBuyers {
        /// The moment.
        now: Timestamp,
        /// What their market sells (`p`); empty for everything.
        sold: Filter,
        /// Whether only what can be bought is shown.
        in_stock: bool,
    },
}

/// Where a list takes its products from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The whole catalogue.
    All,
    /// A collection.
    Collection(CollectionId),
    /// These, by id, each with its weight.
    Ranked(Arc<Vec<(i64, i64)>>),
    /// Those that meet a condition (`p`), which also says what is shown.
    Where(Filter),
}

/// A list of products that can be narrowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductList {
    /// What it shows.
    pub shown: Shown,
    /// Of which products.
    pub among: Source,
    /// What was chosen.
    pub chosen: Vec<ProductFilter>,
}

impl Shown {
    /// What buyers see at a moment, in every market.
    #[must_use]
    pub const fn to_buyers(now: Timestamp) -> Self {
        Self::ToBuyers {
            now,
            sold: Filter::none(),
            in_stock: false,
        }
    }

    /// The condition on products (`p`).
    #[must_use]
    pub fn filter(&self) -> Filter {
        match self {
            Self::Everything => Filter::none(),
            Self::ToBuyers {
                now,
                sold,
                in_stock,
            } => {
                let shown = listed(*now).and(sold.clone());
                match in_stock {
                    true => shown.and(Filter::of(search::AVAILABLE, Vec::new())),
                    false => shown,
                }
            }
        }
    }
}

impl Source {
    /// Those of it that meet a condition (`p`), too.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn meeting(self, tx: &mut Tx, condition: &Filter) -> Result<Self, StoreError> {
        if condition.sql.is_empty() {
            return Ok(self);
        }
        let ranked = match self {
            Self::Ranked(ranked) => ranked,
            Self::All => return Ok(Self::Where(condition.clone())),
            Self::Where(own) => return Ok(Self::Where(own.and(condition.clone()))),
            Self::Collection(id) => return Ok(Self::Where(collected(id).and(condition.clone()))),
        };
        let ids = ranked.iter().map(|(id, _)| Param::Int(*id)).collect();
        let among = Filter::of("p.id = ANY($1)", vec![Param::List(ids)]);
        let met = ids_where(tx, &among.and(condition.clone()), i64::MAX)?;
        let kept = ranked
            .iter()
            .filter(|(id, _)| met.binary_search(id).is_ok());
        Ok(Self::Ranked(Arc::new(kept.copied().collect())))
    }
}

impl ProductList {
    /// The condition on products (`p`), for lists that the columns do not know.
    pub(super) fn filter(&self) -> Filter {
        let among = match &self.among {
            Source::All => Filter::none(),
            Source::Collection(id) => collected(*id),
            Source::Ranked(ranked) => {
                let ids = ranked.iter().map(|(id, _)| Param::Int(*id)).collect();
                Filter::of("p.id = ANY($1)", vec![Param::List(ids)])
            }
            Source::Where(filter) => filter.clone(),
        };
        self.shown.filter().and(among).and(narrowed(&self.chosen))
    }
}

/// A condition that was looked up in the columns.
enum Test {
    Available(bool),
    /// What it costs in the shop, and what those variants cost whose prices stand by themselves.
    Price(RangeInclusive<i64>, Option<Fixed>),
    ProductType(Vec<bool>),
    Vendor(Vec<bool>),
    Tag(Option<u32>),
    Value(Vec<bool>),
    Product(HashSet<i64>),
    Variant(HashSet<i64>),
}

/// Prices of a list.
struct Fixed {
    wanted: RangeInclusive<i64>,
    /// By variant.
    prices: HashMap<i64, i64>,
}

/// Conditions of one kind: one of them must be met.
struct Asked {
    kind: Kind,
    of_variant: bool,
    any: Vec<Test>,
}

/// A list, ready to be asked about products.
pub(in crate::catalog) struct Question<'a> {
    pub(super) columns: &'a Columns,
    /// Up to when a product must have been published.
    now: Option<i64>,
    in_stock: bool,
    sold: Option<HashSet<i64>>,
    among: Reach,
    kinds: Vec<Asked>,
    /// The kinds that are about variants, a bit each.
    of_variant: u32,
}

enum Reach {
    All,
    Collection(u32),
    Ranked(Arc<Vec<(i64, i64)>>),
    Nowhere,
}

/// How a product of a list meets the conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fit {
    /// It meets all.
    pub(super) all: bool,
    /// It meets all but perhaps those of this kind; a bit each.
    pub(super) but: u32,
}

impl<'a> Question<'a> {
    pub(in crate::catalog) fn new(
        tx: &mut Tx,
        columns: &'a Columns,
        list: &ProductList,
    ) -> Result<Self, StoreError> {
        let mut question = Self {
            columns,
            now: None,
            in_stock: false,
            sold: None,
            among: Reach::All,
            kinds: Vec::new(),
            of_variant: 0,
        };
        if let Shown::ToBuyers {
            now,
            sold,
            in_stock,
        } = &list.shown
        {
            question.now = Some(now.micros());
            question.in_stock = *in_stock;
            if !sold.sql.is_empty() {
                let sold = ids_where(tx, sold, i64::MAX)?;
                question.sold = Some(sold.into_iter().collect());
            }
        }
        question.among = match &list.among {
            Source::All => Reach::All,
            Source::Collection(id) => match columns.names.collection(*id) {
                Some(number) => Reach::Collection(number),
                None => Reach::Nowhere,
            },
            Source::Ranked(ranked) => Reach::Ranked(Arc::clone(ranked)),
            Source::Where(filter) => {
                let found = ids_where(tx, filter, WHERE_MAX + 1)?;
                match i64::try_from(found.len()).is_ok_and(|count| count <= WHERE_MAX) {
                    true => Reach::Ranked(Arc::new(found.into_iter().map(|id| (id, 0)).collect())),
                    false => Reach::Nowhere,
                }
            }
        };
        question.ask(tx, &list.chosen)?;
        Ok(question)
    }

    /// Looks the conditions up.
    fn ask(&mut self, tx: &mut Tx, chosen: &[ProductFilter]) -> Result<(), StoreError> {
        for filter in chosen {
            // Both answers to the same question are no condition at all.
            let both = match filter {
                ProductFilter::Available(is) => chosen.contains(&ProductFilter::Available(!is)),
                _ => false,
            };
            let (kind, of_variant) = (filter.kind(), filter.is_of_variant());
            if both {
                continue;
            }
            let test = self.test(tx, filter)?;
            match self.kinds.iter().position(|asked| asked.kind == kind) {
                Some(place) => self.kinds[place].any.push(test),
                None if self.kinds.len() < KINDS_MAX => {
                    if of_variant {
                        self.of_variant |= 1 << self.kinds.len();
                    }
                    self.kinds.push(Asked {
                        kind,
                        of_variant,
                        any: vec![test],
                    });
                }
                None => {}
            }
        }
        Ok(())
    }

    fn test(&self, tx: &mut Tx, filter: &ProductFilter) -> Result<Test, StoreError> {
        let names = &self.columns.names;
        Ok(match filter {
            ProductFilter::Available(is) => Test::Available(*is),
            ProductFilter::Price {
                min_minor,
                max_minor,
                listed,
            } => {
                let own = *min_minor..=max_minor.unwrap_or(i64::MAX);
                let listed = listed
                    .as_ref()
                    .map(|listed| fixed(tx, listed))
                    .transpose()?;
                Test::Price(own, listed)
            }
            ProductFilter::ProductType(name) => Test::ProductType(names.types.like(name)),
            ProductFilter::Vendor(name) => Test::Vendor(names.vendors.like(name)),
            ProductFilter::Tag(tag) => Test::Tag(names.tags.get(&units::fold(tag))),
            ProductFilter::Option { name, value } => Test::Value(names.values_like(name, value)),
            ProductFilter::ProductMetafield(it) => Test::Product(holders(tx, "PRODUCT", it)?),
            ProductFilter::VariantMetafield(it) => {
                Test::Variant(holders(tx, "PRODUCTVARIANT", it)?)
            }
            ProductFilter::Category(_) => {
                let own = narrowed(std::slice::from_ref(filter));
                Test::Product(ids_where(tx, &own, i64::MAX)?.into_iter().collect())
            }
        })
    }

    /// The kinds of conditions there are; the place of each is its bit.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().map(|asked| &asked.kind)
    }

    /// Hands over every product of the list, with its weight and how it meets the conditions.
    pub(super) fn each(&self, mut take: impl FnMut(Row<'a>, i64, Fit)) {
        let mut one = |row: Row<'a>, weight: i64| {
            if let Some(fit) = self.is_in(row).then(|| self.fit(row)).flatten() {
                take(row, weight, fit);
            }
        };
        match &self.among {
            Reach::Nowhere => {}
            Reach::Ranked(ranked) => {
                for (id, weight) in ranked.iter() {
                    if let Some(row) = self.columns.find(*id) {
                        one(row, *weight);
                    }
                }
            }
            Reach::All | Reach::Collection(_) => {
                for row in self.columns.rows() {
                    one(row, 0);
                }
            }
        }
    }

    /// Whether the list has it, before it is narrowed.
    fn is_in(&self, row: Row<'_>) -> bool {
        let head = row.head;
        if let Reach::Collection(number) = self.among
            && !row.members.iter().any(|own| own.collection == number)
        {
            return false;
        }
        self.now
            .is_none_or(|now| head.active && head.published_at <= now)
            && (head.available || !self.in_stock)
            && self
                .sold
                .as_ref()
                .is_none_or(|sold| sold.contains(&head.id))
    }

    /// `None` when it fails conditions of more than one kind.
    fn fit(&self, row: Row<'_>) -> Option<Fit> {
        let mut failed = 0_u32;
        for (place, asked) in self.kinds.iter().enumerate() {
            if !asked.of_variant && !asked.any.iter().any(|test| test.meets(row, None)) {
                failed |= 1 << place;
            }
        }
        if failed.count_ones() > 1 {
            return None;
        }
        if self.of_variant == 0 {
            let all = failed == 0;
            let but = if all { u32::MAX } else { failed };
            return Some(Fit { all, but });
        }
        let (mut all, mut but) = (false, 0_u32);
        for variant in row.variants {
            let own = self.failed_by(row, variant);
            all |= own == 0;
            if own.count_ones() == 1 {
                but |= own;
            }
        }
        match (failed == 0, all) {
            (true, true) => Some(Fit { all, but: u32::MAX }),
            (true, false) if but != 0 => Some(Fit { all, but }),
            (false, true) => Some(Fit {
                all: false,
                but: failed,
            }),
            _ => None,
        }
    }

    /// The kinds about variants that a variant fails.
    fn failed_by(&self, row: Row<'_>, variant: &Variant) -> u32 {
        let mut failed = 0;
        for (place, asked) in self.kinds.iter().enumerate() {
            if asked.of_variant && !asked.any.iter().any(|test| test.meets(row, Some(variant))) {
                failed |= 1 << place;
            }
        }
        failed
    }

    /// Where a product stands in the list's collection.
    pub(super) fn position(&self, row: Row<'_>) -> i64 {
        let Reach::Collection(number) = self.among else {
            return 0;
        };
        let own = row.members.iter().find(|own| own.collection == number);
        own.map_or(0, |own| own.position)
    }
}

impl Test {
    /// Whether a product meets it, or one of its variants where it is about those.
    fn meets(&self, row: Row<'_>, variant: Option<&Variant>) -> bool {
        let has = |all: &[bool], number: u32| all.get(number as usize) == Some(&true);
        match (self, variant) {
            (Self::Available(true), Some(variant)) => variant.available,
            (Self::Available(is), _) => row.head.available == *is,
            (Self::Price(own, listed), Some(variant)) => {
                let fixed = listed.as_ref().and_then(|listed| {
                    let price = listed.prices.get(&variant.id)?;
                    Some(listed.wanted.contains(price))
                });
                fixed.unwrap_or_else(|| own.contains(&variant.price_minor))
            }
            (Self::ProductType(which), _) => has(which, row.head.product_type),
            (Self::Vendor(which), _) => has(which, row.head.vendor),
            (Self::Tag(tag), _) => tag.is_some_and(|tag| row.tags.contains(&tag)),
            (Self::Value(which), Some(variant)) => {
                variant.values.iter().any(|value| has(which, *value))
            }
            (Self::Product(ids), _) => ids.contains(&row.head.id),
            (Self::Variant(ids), Some(variant)) => ids.contains(&variant.id),
            (Self::Price(..) | Self::Value(_) | Self::Variant(_), None) => false,
        }
    }
}

/// The prices that a list names.
fn fixed(tx: &mut Tx, listed: &ListedPrice) -> Result<Fixed, StoreError> {
    let prices: Vec<(i64, i64)> = tx.all(
        "SELECT variant_id, price_minor FROM price_list_prices
          WHERE shop_id = $shop AND price_list_id = $1",
        (listed.price_list,),
    )?;
    Ok(Fixed {
        wanted: listed.min_minor..=listed.max_minor.unwrap_or(i64::MAX),
        prices: prices.into_iter().collect(),
    })
}

/// The ids of products (`p`) that meet a condition, in order.
fn ids_where(tx: &mut Tx, filter: &Filter, most: i64) -> Result<Vec<i64>, StoreError> {
    let mut params = filter.params.clone();
    params.push(Param::Int(most));
    let condition = match filter.sql.as_str() {
        "" => "1 = 1",
        sql => sql,
    };
    let text = format!(
        "SELECT p.id FROM products p WHERE p.shop_id = $shop AND ({condition}) LIMIT ${}",
        params.len()
    );
    let mut ids: Vec<i64> = tx.all(&text, params)?;
    ids.sort_unstable();
    Ok(ids)
}

/// Whose metafield holds a value. Buyers narrow by what they may read: what a definition opens to storefronts.
fn holders(tx: &mut Tx, owner: &str, it: &MetafieldIs) -> Result<HashSet<i64>, StoreError> {
    let kind: Option<String> = tx.optional(
        "SELECT type FROM metafield_definitions
          WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3
            AND storefront_access = 'PUBLIC_READ'",
        (owner, &it.namespace, &it.key),
    )?;
    let Some(kind) = kind else {
        return Ok(HashSet::new());
    };
    let rows: Vec<(i64, String)> = if kind.starts_with("list.") {
        tx.all(
            "SELECT owner_id, value FROM metafields
              WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3",
            (owner, &it.namespace, &it.key),
        )?
    } else {
        tx.all(
            "SELECT owner_id, value FROM metafields
              WHERE shop_id = $shop AND owner_kind = $1 AND namespace = $2 AND key = $3
                AND value_key = $4",
            (
                owner,
                &it.namespace,
                &it.key,
                metafields::value_key(&it.value),
            ),
        )?
    };
    let entry = serde_json::to_string(&it.value).unwrap_or_default();
    let holds =
        |value: &str| *value == *it.value || kind.starts_with("list.") && value.contains(&entry);
    let own = rows.into_iter().filter(|(_, value)| holds(value));
    Ok(own.map(|(id, _)| id).collect())
}
