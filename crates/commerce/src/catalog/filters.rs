//! What buyers narrow a list of products by.
//!
//! Conditions of one kind widen each other, those of different kinds narrow: red or blue, and in
//! stock. What concerns variants must be true of one and the same variant.

use std::collections::BTreeMap;

use store::{Filter, Param};
use units::{CollectionId, PriceListId, fold};

use super::search::{AVAILABLE, VARIANT_AVAILABLE, reach};
use super::taxonomy::taxonomy;

/// Parameters of the conditions of one list, at most: a statement takes 64, and paging and search
/// need some.
pub const FILTER_PARAMETERS_MAX: usize = 40;

/// One thing that a buyer narrows a list of products by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductFilter {
    /// Whether it can be bought.
    Available(bool),
    /// What a variant costs, in minor units of the shop's currency, both ends included.
    Price {
        /// The least.
        min_minor: i64,
        /// The most.
        max_minor: Option<i64>,
        /// Where some prices stand by themselves.
        listed: Option<ListedPrice>,
    },
    /// The merchant's kind of product.
    ProductType(String),
    /// Who makes or sells it.
    Vendor(String),
    /// A tag.
    Tag(String),
    /// A value of an option.
    Option {
        /// The option: `Size`.
        name: String,
        /// The value: `M`.
        value: String,
    },
    /// A metafield of the product.
    ProductMetafield(MetafieldIs),
    /// A metafield of a variant.
    VariantMetafield(MetafieldIs),
    /// A category of the public taxonomy by its id, with all below it.
    Category(String),
}

/// What a variant costs that a price list names, in minor units of the list's currency, both ends
/// included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedPrice {
    /// The list.
    pub price_list: PriceListId,
    /// The least.
    pub min_minor: i64,
    /// The most.
    pub max_minor: Option<i64>,
}

/// What a metafield must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetafieldIs {
    /// The group.
    pub namespace: String,
    /// The name.
    pub key: String,
    /// The value as text; of a list, one of its entries.
    pub value: String,
}

/// Which conditions widen each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Available,
    Price,
    ProductType,
    Vendor,
    Tag,
    Option(String),
    ProductMetafield(String, String),
    VariantMetafield(String, String),
    Category,
}

impl ProductFilter {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Available(_) => Kind::Available,
            Self::Price { .. } => Kind::Price,
            Self::ProductType(_) => Kind::ProductType,
            Self::Vendor(_) => Kind::Vendor,
            Self::Tag(_) => Kind::Tag,
            Self::Option { name, .. } => Kind::Option(fold(name)),
            Self::ProductMetafield(it) => {
                Kind::ProductMetafield(it.namespace.clone(), it.key.clone())
            }
            Self::VariantMetafield(it) => {
                Kind::VariantMetafield(it.namespace.clone(), it.key.clone())
            }
            Self::Category(_) => Kind::Category,
        }
    }

    /// Whether it is about a variant (`fv`) rather than the product (`p`).
    pub(super) fn is_of_variant(&self) -> bool {
        matches!(
            self,
            Self::Available(true)
                | Self::Price { .. }
                | Self::Option { .. }
                | Self::VariantMetafield(_)
        )
    }
}

/// The condition of a list of products (`p`) that is narrowed so.
#[must_use]
pub fn narrowed(filters: &[ProductFilter]) -> Filter {
    let mut terms = Terms::default();
    let mut of_product: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    let mut of_variant: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    // Both answers to the same question are no condition at all.
    let both = |filter: &ProductFilter| match filter {
        ProductFilter::Available(is) => filters.contains(&ProductFilter::Available(!is)),
        _ => false,
    };
    for filter in filters.iter().filter(|it| !both(it)) {
        let sql = terms.of(filter);
        let kinds = if filter.is_of_variant() {
            &mut of_variant
        } else {
            &mut of_product
        };
        kinds.entry(filter.kind()).or_default().push(sql);
    }
    let any = |sql: Vec<String>| format!("({})", sql.join(" OR "));
    let mut all: Vec<String> = of_product.into_values().map(any).collect();
    if !of_variant.is_empty() {
        let conditions: Vec<String> = of_variant.into_values().map(any).collect();
        all.push(format!(
            "EXISTS (SELECT 1 FROM product_variants fv WHERE fv.shop_id = $shop \
             AND fv.product_id = p.id AND {})",
            conditions.join(" AND ")
        ));
    }
    Filter::of(all.join(" AND "), terms.params)
}

/// The products (`p`) of a collection.
pub(super) fn collected(id: CollectionId) -> Filter {
    Filter::of(
        "p.id IN (SELECT fc.product_id FROM collection_products fc \
         WHERE fc.shop_id = $shop AND fc.collection_id = $1)",
        vec![Param::Int(id.get())],
    )
}

/// Numbers the parameters of conditions.
#[derive(Default)]
struct Terms {
    params: Vec<Param<'static>>,
}

impl Terms {
    fn int(&mut self, value: i64) -> String {
        self.params.push(Param::Int(value));
        format!("${}", self.params.len())
    }

    fn between(&mut self, price: &str, min_minor: i64, max_minor: Option<i64>) -> String {
        let least = self.int(min_minor);
        match max_minor {
            Some(most) => {
                let most = self.int(most);
                format!("({price} >= {least} AND {price} <= {most})")
            }
            None => format!("{price} >= {least}"),
        }
    }

    fn text(&mut self, value: &str) -> String {
        self.params.push(Param::Text(value.to_owned().into()));
        format!("${}", self.params.len())
    }

    /// Products of a category, or of one below it; of none, when there is no such category.
    fn category(&mut self, id: &str) -> String {
        let Some(category) = taxonomy().by_id(id.trim()) else {
            return "1 = 0".to_owned();
        };
        let [whole, from, to] = reach(&category).map(|text| self.text(&text));
        format!("(p.category = {whole} OR (p.category >= {from} AND p.category < {to}))")
    }

    fn of(&mut self, filter: &ProductFilter) -> String {
        match filter {
            ProductFilter::Available(true) => VARIANT_AVAILABLE.to_owned(),
            ProductFilter::Available(false) => format!("NOT {AVAILABLE}"),
            ProductFilter::Price {
                min_minor,
                max_minor,
                listed,
            } => {
                let own = self.between("fv.price_minor", *min_minor, *max_minor);
                let Some(listed) = listed else {
                    return own;
                };
                let named = format!(
                    "SELECT 1 FROM price_list_prices fl WHERE fl.shop_id = $shop \
                     AND fl.price_list_id = {} AND fl.variant_id = fv.id",
                    self.int(listed.price_list.get())
                );
                let fixed = self.between("fl.price_minor", listed.min_minor, listed.max_minor);
                format!("(({own} AND NOT EXISTS ({named})) OR EXISTS ({named} AND {fixed}))")
            }
            ProductFilter::ProductType(name) => {
                format!("p.product_type_key = {}", self.text(&fold(name)))
            }
            ProductFilter::Vendor(name) => {
                format!("p.vendor_key = {}", self.text(&fold(name)))
            }
            ProductFilter::Tag(tag) => format!(
                "EXISTS (SELECT 1 FROM tags ft WHERE ft.shop_id = $shop \
                 AND ft.owner_kind = 'Product' AND ft.owner_id = p.id AND ft.tag_key = {})",
                self.text(&fold(tag))
            ),
            ProductFilter::Option { name, value } => {
                let (lower, name) = (self.text(&name.to_lowercase()), self.text(name));
                let (small, value) = (self.text(&value.to_lowercase()), self.text(value));
                let has = "CASE fo.position WHEN 1 THEN fv.option1 WHEN 2 THEN fv.option2 \
                     ELSE fv.option3 END";
                format!(
                    "EXISTS (SELECT 1 FROM product_options fo WHERE fo.shop_id = $shop \
                     AND fo.product_id = fv.product_id \
                     AND (fo.name = {name} OR lower(fo.name) = {lower}) \
                     AND ({has} = {value} OR lower({has}) = {small}))"
                )
            }
            ProductFilter::Category(id) => self.category(id),
            ProductFilter::ProductMetafield(it) => self.metafield("PRODUCT", "p.id", it),
            ProductFilter::VariantMetafield(it) => self.metafield("PRODUCTVARIANT", "fv.id", it),
        }
    }

    fn metafield(&mut self, owner: &str, id: &str, it: &MetafieldIs) -> String {
        let (namespace, key) = (self.text(&it.namespace), self.text(&it.key));
        let value = self.text(&it.value);
        let entry = serde_json::to_string(&it.value).unwrap_or_default();
        let entry = self.text(&format!("%{}%", escaped(&entry)));
        // Buyers filter by what they may read: what a definition opens to storefronts.
        format!(
            "EXISTS (SELECT 1 FROM metafields fm WHERE fm.shop_id = $shop \
             AND fm.owner_kind = '{owner}' AND fm.owner_id = {id} AND fm.namespace = {namespace} \
             AND fm.key = {key} AND (fm.value = {value} \
             OR (fm.type LIKE 'list.%' AND fm.value LIKE {entry} ESCAPE '!')) \
             AND EXISTS (SELECT 1 FROM metafield_definitions fd WHERE fd.shop_id = $shop \
             AND fd.owner_kind = fm.owner_kind AND fd.namespace = fm.namespace \
             AND fd.key = fm.key AND fd.storefront_access = 'PUBLIC_READ'))"
        )
    }
}

/// A text as a pattern that only it matches.
fn escaped(text: &str) -> String {
    let special = |c: char| matches!(c, '%' | '_' | '!');
    text.chars()
        .flat_map(|c| special(c).then_some('!').into_iter().chain([c]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(value: &str) -> ProductFilter {
        ProductFilter::Option {
            name: "Size".to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn equal_kinds_widen_and_different_kinds_narrow() {
        let filter = narrowed(&[
            option("S"),
            option("M"),
            ProductFilter::Vendor("Ash & Co".into()),
        ]);
        assert!(
            filter.sql.starts_with("(p.vendor_key = $9) AND EXISTS"),
            "{}",
            filter.sql
        );
        assert_eq!(
            filter
                .sql
                .matches(" OR EXISTS (SELECT 1 FROM product_options")
                .count(),
            1
        );
        assert_eq!(filter.params.len(), 9);
        assert_eq!(narrowed(&[]), Filter::none());
    }

    #[test]
    fn what_is_both_available_and_not_is_everything() {
        let both = [
            ProductFilter::Available(true),
            ProductFilter::Available(false),
        ];
        assert_eq!(narrowed(&both), Filter::none());
    }

    #[test]
    fn a_pattern_matches_nothing_but_its_text() {
        assert_eq!(escaped("50%_!"), "50!%!_!!");
    }
}
