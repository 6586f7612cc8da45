//! The rules of collections that fill themselves: what they look at, and whether a product meets
//! them. All of it is pure.
//!
//! A product with several variants meets a rule on variants when one of them does.

use std::cmp::Ordering;

use store::{record, text_enum};
use units::{Currency, MetafieldDefinitionId, Money, WeightUnit, fold};

use super::facts::{Facts, VariantFacts};
use crate::catalog::taxonomy::taxonomy;
use crate::metafields::{self, Definition, Owner};

/// Rules that a collection has at most.
pub const RULES_MAX: usize = 60;
/// Conditions, in characters.
const CONDITION_CHARS_MAX: usize = 255;

text_enum! {
    /// What a rule looks at.
    pub enum RuleColumn {
        /// Whether a variant has a price before a reduction.
        IsPriceReduced = "IS_PRICE_REDUCED",
        /// The product's category in the standard taxonomy.
        ProductCategory = "PRODUCT_CATEGORY_ID",
        /// The product's category, or one above it.
        ProductCategoryWithin = "PRODUCT_CATEGORY_ID_WITH_DESCENDANTS",
        /// A metafield of the product.
        ProductMetafield = "PRODUCT_METAFIELD_DEFINITION",
        /// A tag.
        Tag = "TAG",
        /// What the product is called.
        Title = "TITLE",
        /// The merchant's own kind of product.
        Type = "TYPE",
        /// A variant's price before a reduction.
        VariantCompareAtPrice = "VARIANT_COMPARE_AT_PRICE",
        /// What is available of a variant.
        VariantInventory = "VARIANT_INVENTORY",
        /// A metafield of a variant.
        VariantMetafield = "VARIANT_METAFIELD_DEFINITION",
        /// A variant's price.
        VariantPrice = "VARIANT_PRICE",
        /// What a variant is called.
        VariantTitle = "VARIANT_TITLE",
        /// What a variant weighs, in the shop's unit.
        VariantWeight = "VARIANT_WEIGHT",
        /// Who makes or sells the product.
        Vendor = "VENDOR",
    }
}

text_enum! {
    /// How a rule compares what it looks at with its condition.
    pub enum RuleRelation {
        /// The text has the condition in it.
        Contains = "CONTAINS",
        /// The text ends with the condition.
        EndsWith = "ENDS_WITH",
        /// Both are the same.
        Equals = "EQUALS",
        /// It is more than the condition.
        GreaterThan = "GREATER_THAN",
        /// There is none.
        IsNotSet = "IS_NOT_SET",
        /// There is one.
        IsSet = "IS_SET",
        /// It is less than the condition.
        LessThan = "LESS_THAN",
        /// The text does not have the condition in it.
        NotContains = "NOT_CONTAINS",
        /// They differ.
        NotEquals = "NOT_EQUALS",
        /// The text begins with the condition.
        StartsWith = "STARTS_WITH",
    }
}

text_enum! {
    /// How many of its rules a product must meet to be in a collection.
    pub enum RulesMatch {
        /// Every one.
        All = "ALL",
        /// One of them.
        Any = "ANY",
    }
}

record! {
    /// A rule as it is kept.
    #[derive(Clone, PartialEq, Eq)]
    pub struct CollectionRule {
        /// What it looks at.
        pub column: RuleColumn,
        /// How it compares.
        pub relation: RuleRelation,
        /// With what.
        pub condition: String,
        /// The definition of the metafield that it looks at.
        pub definition_id: Option<MetafieldDefinitionId>,
        /// The condition as a number: minor units, grams or pieces.
        pub number: Option<i64>,
    }
}

/// Why a rule is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Fewer or more rules than a collection may have.
    #[error("A smart collection has between 1 and 60 rules")]
    Count,
    /// The column cannot be compared like that.
    #[error("The relation {1} cannot be used with the column {0}")]
    Relation(&'static str, &'static str),
    /// Nothing to compare with.
    #[error("Condition can't be blank")]
    Blank,
    /// Too long.
    #[error("Condition is too long (maximum is 255 characters)")]
    TooLong,
    /// Not a number where one is needed.
    #[error("Condition must be a number")]
    Number,
    /// A metafield is compared, and none is named.
    #[error("A metafield definition that can be used in smart collections must be given")]
    Definition,
    /// Not a category of the taxonomy.
    #[error("Condition must be the id of a category of the taxonomy")]
    Category,
    /// Not a value of the metafield's type.
    #[error("Condition is not a value of the metafield's type")]
    Value,
}

/// What a shop counts prices and weights in.
#[derive(Debug, Clone, Copy)]
pub(in crate::catalog) struct Scales {
    pub(in crate::catalog) currency: Currency,
    pub(in crate::catalog) weight_unit: WeightUnit,
}

const TEXT: &[RuleRelation] = &[
    RuleRelation::Equals,
    RuleRelation::NotEquals,
    RuleRelation::StartsWith,
    RuleRelation::EndsWith,
    RuleRelation::Contains,
    RuleRelation::NotContains,
];
const NUMBER: &[RuleRelation] = &[
    RuleRelation::GreaterThan,
    RuleRelation::LessThan,
    RuleRelation::Equals,
    RuleRelation::NotEquals,
];
const PIECES: &[RuleRelation] = &[
    RuleRelation::GreaterThan,
    RuleRelation::LessThan,
    RuleRelation::Equals,
];
const SAME: &[RuleRelation] = &[RuleRelation::Equals];
const DIFFERENCE: &[RuleRelation] = &[RuleRelation::Equals, RuleRelation::NotEquals];
const PRESENCE: &[RuleRelation] = &[RuleRelation::IsSet, RuleRelation::IsNotSet];

impl RuleColumn {
    /// The kind of resource whose metafields it looks at.
    #[must_use]
    pub const fn owner(self) -> Option<Owner> {
        match self {
            Self::ProductMetafield => Some(Owner::Product),
            Self::VariantMetafield => Some(Owner::ProductVariant),
            _ => None,
        }
    }

    /// Whether it looks at the product's category.
    #[must_use]
    pub const fn is_category(self) -> bool {
        matches!(self, Self::ProductCategory | Self::ProductCategoryWithin)
    }

    /// How it can be compared, the usual way first; `kind` is the metafield's type.
    #[must_use]
    pub fn relations(self, kind: Option<&str>) -> &'static [RuleRelation] {
        match self {
            Self::Title | Self::Type | Self::Vendor | Self::VariantTitle => TEXT,
            Self::Tag | Self::ProductCategoryWithin => SAME,
            Self::ProductCategory => DIFFERENCE,
            Self::IsPriceReduced => PRESENCE,
            Self::VariantPrice | Self::VariantCompareAtPrice | Self::VariantWeight => NUMBER,
            Self::VariantInventory => PIECES,
            Self::ProductMetafield | Self::VariantMetafield => match kind {
                Some("number_integer" | "number_decimal") => PIECES,
                _ => SAME,
            },
        }
    }
}

impl CollectionRule {
    /// Checks a rule, and works out what its condition comes to.
    ///
    /// # Errors
    /// Why the merchant must change it.
    pub(in crate::catalog) fn checked(
        mut self,
        scales: Scales,
        definition: Option<&Definition>,
    ) -> Result<Self, RuleError> {
        let kind = match self.column.owner() {
            None => None,
            Some(owner) => {
                let usable = definition.filter(|own| own.owner == owner && own.smart_collection);
                Some(usable.ok_or(RuleError::Definition)?.kind.as_str())
            }
        };
        if self.column.owner().is_none() {
            self.definition_id = None;
        }
        if !self.column.relations(kind).contains(&self.relation) {
            let named = (self.column.as_str(), self.relation.as_str());
            return Err(RuleError::Relation(named.0, named.1));
        }
        self.condition = self.condition.trim().replace('\0', "");
        if self.condition.chars().count() > CONDITION_CHARS_MAX {
            return Err(RuleError::TooLong);
        }
        let text = self.condition.as_str();
        if self.column == RuleColumn::IsPriceReduced {
            return Ok(self);
        }
        if text.is_empty() {
            return Err(RuleError::Blank);
        }
        if let Some(kind) = kind {
            let single = kind.strip_prefix("list.").unwrap_or(kind);
            let value = metafields::check(single, text).map_err(|_| RuleError::Value)?;
            self.condition = value;
            return Ok(self);
        }
        if self.column.is_category() {
            let category = taxonomy().by_id(text).ok_or(RuleError::Category)?;
            self.condition = category.gid();
            return Ok(self);
        }
        self.number = match self.column {
            RuleColumn::VariantPrice | RuleColumn::VariantCompareAtPrice => {
                let price = Money::parse(text, scales.currency).map_err(|_| RuleError::Number)?;
                Some(price.minor)
            }
            RuleColumn::VariantWeight => {
                let weight: f64 = text.parse().map_err(|_| RuleError::Number)?;
                if !weight.is_finite() || weight < 0.0 {
                    return Err(RuleError::Number);
                }
                Some(scales.weight_unit.to_grams(weight))
            }
            RuleColumn::VariantInventory => {
                Some(text.parse::<i64>().map_err(|_| RuleError::Number)?)
            }
            _ => None,
        };
        Ok(self)
    }
}

/// A collection's rules, ready to be asked.
pub(in crate::catalog) struct RuleSet {
    pub(in crate::catalog) matching: RulesMatch,
    rules: Vec<Ready>,
}

struct Ready {
    rule: CollectionRule,
    /// The condition, whatever its case.
    folded: String,
    /// The type of the metafield that it looks at.
    kind: String,
}

impl RuleSet {
    pub(in crate::catalog) fn new(
        matching: RulesMatch,
        rules: Vec<CollectionRule>,
        definitions: &[Definition],
    ) -> Self {
        let ready = |rule: CollectionRule| {
            let of = |own: &&Definition| Some(own.id) == rule.definition_id;
            let kind = definitions.iter().find(of).map(|own| own.kind.clone());
            // Products keep the full names of their categories.
            let category = rule
                .column
                .is_category()
                .then(|| taxonomy().by_id(&rule.condition));
            let category = category.flatten();
            let named = category.as_ref().map(|own| own.full_name.as_str());
            Ready {
                folded: fold(named.unwrap_or(&rule.condition)),
                kind: kind.unwrap_or_default(),
                rule,
            }
        };
        Self {
            matching,
            rules: rules.into_iter().map(ready).collect(),
        }
    }

    /// What it looks at.
    pub(in crate::catalog) fn columns(&self) -> impl Iterator<Item = RuleColumn> {
        self.rules.iter().map(|ready| ready.rule.column)
    }

    /// Whether a product belongs into the collection.
    pub(in crate::catalog) fn admits(&self, product: &Facts) -> bool {
        match self.matching {
            RulesMatch::All => self.rules.iter().all(|rule| rule.is_met(product)),
            RulesMatch::Any => self.rules.iter().any(|rule| rule.is_met(product)),
        }
    }
}

impl Ready {
    fn is_met(&self, product: &Facts) -> bool {
        let any = |test: &dyn Fn(&VariantFacts) -> bool| product.variants.iter().any(test);
        match self.rule.column {
            RuleColumn::Title => self.text(&product.title),
            RuleColumn::Type => self.text(&product.product_type),
            RuleColumn::Vendor => self.text(&product.vendor),
            RuleColumn::ProductCategory => self.text(&product.category),
            RuleColumn::ProductCategoryWithin => self.category_or_above(&product.category),
            RuleColumn::Tag => product.tags.iter().any(|tag| fold(tag) == self.folded),
            RuleColumn::VariantTitle => any(&|variant| self.text(&variant.title)),
            RuleColumn::VariantPrice => any(&|variant| self.number(Some(variant.price_minor))),
            RuleColumn::VariantCompareAtPrice => {
                any(&|variant| self.number(variant.compare_at_minor))
            }
            RuleColumn::VariantWeight => any(&|variant| self.number(Some(variant.weight_grams))),
            RuleColumn::VariantInventory => any(&|variant| self.number(Some(variant.available))),
            RuleColumn::IsPriceReduced => {
                let wanted = self.rule.relation == RuleRelation::IsSet;
                any(&|variant| variant.compare_at_minor.is_some() == wanted)
            }
            RuleColumn::ProductMetafield => self.metafield(product.id.get(), product),
            RuleColumn::VariantMetafield => {
                any(&|variant| self.metafield(variant.id.get(), product))
            }
        }
    }

    fn category_or_above(&self, category: &str) -> bool {
        let category = fold(category);
        let below = category.strip_prefix(&self.folded);
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with(" > "))
    }

    fn text(&self, value: &str) -> bool {
        let (value, condition) = (fold(value), self.folded.as_str());
        match self.rule.relation {
            RuleRelation::Equals => value == condition,
            RuleRelation::NotEquals => value != condition,
            RuleRelation::StartsWith => value.starts_with(condition),
            RuleRelation::EndsWith => value.ends_with(condition),
            RuleRelation::Contains => value.contains(condition),
            RuleRelation::NotContains => !value.contains(condition),
            RuleRelation::GreaterThan
            | RuleRelation::LessThan
            | RuleRelation::IsSet
            | RuleRelation::IsNotSet => false,
        }
    }

    /// What is not there meets nothing.
    fn number(&self, value: Option<i64>) -> bool {
        let (Some(value), Some(condition)) = (value, self.rule.number) else {
            return false;
        };
        self.compared(value.cmp(&condition))
    }

    fn compared(&self, order: Ordering) -> bool {
        match self.rule.relation {
            RuleRelation::Equals => order.is_eq(),
            RuleRelation::NotEquals => order.is_ne(),
            RuleRelation::GreaterThan => order.is_gt(),
            RuleRelation::LessThan => order.is_lt(),
            _ => false,
        }
    }

    /// A list meets what one of its items does.
    fn metafield(&self, owner: i64, product: &Facts) -> bool {
        let Some(definition) = self.rule.definition_id else {
            return false;
        };
        let Some(value) = product.metafields.get(&(definition, owner)) else {
            return false;
        };
        let meets = |value: &str| {
            let kind = self.kind.strip_prefix("list.").unwrap_or(&self.kind);
            let order = metafields::compared(kind, value, &self.rule.condition);
            order.is_some_and(|order| self.compared(order))
        };
        if self.kind.starts_with("list.") {
            let items: Vec<String> = serde_json::from_str(value).unwrap_or_default();
            return items.iter().any(|item| meets(item));
        }
        meets(value)
    }
}

#[cfg(test)]
mod tests {
    use units::{ProductId, ProductVariantId};

    use super::*;

    const SCALES: Scales = Scales {
        currency: Currency::EUR,
        weight_unit: WeightUnit::Kilograms,
    };

    fn rule(column: RuleColumn, relation: RuleRelation, condition: &str) -> CollectionRule {
        CollectionRule {
            column,
            relation,
            condition: condition.to_owned(),
            definition_id: None,
            number: None,
        }
    }

    fn stool() -> Facts {
        let variant = |id, price, compare, available| VariantFacts {
            id: ProductVariantId(id),
            product_id: ProductId(1),
            title: "Oak / Low".to_owned(),
            price_minor: price,
            compare_at_minor: compare,
            weight_grams: 4_500,
            available,
        };
        Facts {
            id: ProductId(1),
            title: "Round Stool".to_owned(),
            product_type: "Seat".to_owned(),
            vendor: "Ärmel".to_owned(),
            category: "Furniture > Chairs".to_owned(),
            tags: vec!["Wood".to_owned()],
            variants: vec![
                variant(1, 9_900, None, 0),
                variant(2, 12_000, Some(15_000), 7),
            ],
            ..Facts::default()
        }
    }

    fn meets(column: RuleColumn, relation: RuleRelation, condition: &str) -> bool {
        let rule = rule(column, relation, condition)
            .checked(SCALES, None)
            .unwrap();
        RuleSet::new(RulesMatch::All, vec![rule], &[]).admits(&stool())
    }

    #[test]
    fn texts_are_compared_whatever_their_case() {
        use RuleColumn::{Tag, Title, VariantTitle, Vendor};
        use RuleRelation::{Contains, EndsWith, Equals, NotContains, NotEquals, StartsWith};
        assert!(meets(Title, Equals, "round stool"));
        assert!(meets(Title, StartsWith, "ROUND"));
        assert!(meets(Title, EndsWith, "stool"));
        assert!(!meets(Title, NotContains, "nd st"));
        assert!(meets(Vendor, NotEquals, "Sleeve"));
        assert!(meets(VariantTitle, Contains, "low"));
        assert!(meets(Tag, Equals, "WOOD"));
        assert!(!meets(Tag, Equals, "Woo"));
    }

    #[test]
    fn a_category_is_met_by_those_below_it_when_asked() {
        use RuleColumn::{ProductCategory, ProductCategoryWithin};
        use RuleRelation::{Equals, NotEquals};
        let id = |name: &str| taxonomy().by_name(name).unwrap().gid();
        let (furniture, chairs) = (id("Furniture"), id("Furniture > Chairs"));
        assert!(meets(ProductCategory, Equals, &chairs));
        assert!(!meets(ProductCategory, Equals, &furniture));
        assert!(meets(ProductCategory, NotEquals, &furniture));
        assert!(meets(ProductCategoryWithin, Equals, &furniture));
        assert!(meets(ProductCategoryWithin, Equals, &chairs));
        assert!(!meets(ProductCategoryWithin, Equals, &id("Hardware")));
        let wrong = rule(ProductCategory, Equals, "chairs").checked(SCALES, None);
        assert_eq!(wrong.unwrap_err(), RuleError::Category);
    }

    #[test]
    fn one_variant_is_enough() {
        use RuleColumn::VariantWeight;
        use RuleColumn::{IsPriceReduced, VariantCompareAtPrice, VariantInventory, VariantPrice};
        use RuleRelation::{Equals, GreaterThan, IsNotSet, IsSet, LessThan, NotEquals};
        assert!(meets(VariantPrice, LessThan, "100"));
        assert!(meets(VariantPrice, GreaterThan, "119.99"));
        assert!(!meets(VariantPrice, GreaterThan, "120"));
        assert!(meets(VariantCompareAtPrice, NotEquals, "1"));
        assert!(meets(VariantInventory, GreaterThan, "6"));
        assert!(meets(VariantInventory, Equals, "0"));
        assert!(meets(VariantWeight, Equals, "4.5"));
        assert!(meets(IsPriceReduced, IsSet, ""));
        assert!(meets(IsPriceReduced, IsNotSet, ""));
    }

    #[test]
    fn all_or_one_of_the_rules_decide() {
        let rules = || {
            ["seat", "table"]
                .map(|kind| rule(RuleColumn::Type, RuleRelation::Equals, kind))
                .to_vec()
        };
        assert!(RuleSet::new(RulesMatch::Any, rules(), &[]).admits(&stool()));
        assert!(!RuleSet::new(RulesMatch::All, rules(), &[]).admits(&stool()));
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_refused() {
        use RuleColumn::{ProductMetafield, Tag, Title, VariantInventory, VariantPrice};
        use RuleRelation::{Equals, GreaterThan, LessThan};
        let why = |column, relation, condition: &str| {
            let checked = rule(column, relation, condition).checked(SCALES, None);
            checked.unwrap_err()
        };
        assert!(matches!(why(Tag, LessThan, "x"), RuleError::Relation(..)));
        assert_eq!(why(Title, Equals, "  "), RuleError::Blank);
        assert_eq!(why(Title, Equals, &"x".repeat(256)), RuleError::TooLong);
        assert_eq!(why(VariantPrice, GreaterThan, "dear"), RuleError::Number);
        assert_eq!(why(VariantInventory, LessThan, "1.5"), RuleError::Number);
        assert_eq!(why(ProductMetafield, Equals, "1"), RuleError::Definition);
    }
}
