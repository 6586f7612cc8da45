//! The queries of collections' rules.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::{CollectionId, MetafieldDefinitionId, ProductId};

use super::rule::{CollectionRule, RuleSet, RulesMatch};
use crate::metafields::{self, Definition};

/// Collections that fill themselves in one shop, at most.
const SETS_MAX: i64 = 5_000;

/// A shop's rules, or one collection's, with the definitions of the metafields they look at.
#[derive(Default)]
pub(super) struct Rules {
    pub(super) sets: BTreeMap<CollectionId, RuleSet>,
    pub(super) definitions: Vec<Definition>,
}

type Row = (CollectionId, RulesMatch, CollectionRule);

impl Rules {
    /// All of the shop's.
    pub(super) fn all(tx: &mut Tx) -> Result<Self, StoreError> {
        let rows = tx.all(
            "SELECT r.collection_id, c.rules_match, r.attribute, r.relation, r.condition,
                    r.definition_id, r.number
               FROM collection_rules r
               JOIN collections c ON c.shop_id = r.shop_id AND c.id = r.collection_id
              WHERE r.shop_id = $shop AND c.rules_match IS NOT NULL
              ORDER BY r.collection_id, r.position
              LIMIT $1",
            (SETS_MAX * super::RULES_MAX as i64,),
        )?;
        Self::gathered(tx, rows)
    }

    /// One collection's.
    pub(super) fn of(tx: &mut Tx, collection: CollectionId) -> Result<Self, StoreError> {
        let rows = tx.all(
            "SELECT r.collection_id, c.rules_match, r.attribute, r.relation, r.condition,
                    r.definition_id, r.number
               FROM collection_rules r
               JOIN collections c ON c.shop_id = r.shop_id AND c.id = r.collection_id
              WHERE r.shop_id = $shop AND r.collection_id = $1 AND c.rules_match IS NOT NULL
              ORDER BY r.position",
            (collection,),
        )?;
        Self::gathered(tx, rows)
    }

    fn gathered(tx: &mut Tx, rows: Vec<Row>) -> Result<Self, StoreError> {
        let mut meant: Vec<MetafieldDefinitionId> = rows
            .iter()
            .filter_map(|(_, _, rule)| rule.definition_id)
            .collect();
        meant.sort_unstable();
        meant.dedup();
        let definitions = match meant.is_empty() {
            true => Vec::new(),
            false => metafields::definitions(tx, &meant)?,
        };
        let mut grouped: BTreeMap<CollectionId, (RulesMatch, Vec<CollectionRule>)> =
            BTreeMap::new();
        for (collection, matching, rule) in rows {
            let group = grouped.entry(collection);
            group.or_insert((matching, Vec::new())).1.push(rule);
        }
        let set = |(id, (matching, rules))| (id, RuleSet::new(matching, rules, &definitions));
        Ok(Self {
            sets: grouped.into_iter().map(set).collect(),
            definitions,
        })
    }
}

/// The rules of some collections, in order.
///
/// # Errors
/// `Store` faults only.
pub fn rules_of(
    tx: &mut Tx,
    collections: &[CollectionId],
) -> Result<BTreeMap<CollectionId, Vec<CollectionRule>>, StoreError> {
    let rows: Vec<(CollectionId, CollectionRule)> = tx.all(
        "SELECT collection_id, attribute, relation, condition, definition_id, number
           FROM collection_rules
          WHERE shop_id = $shop AND collection_id = ANY($1)
          ORDER BY collection_id, position",
        (collections,),
    )?;
    let mut rules: BTreeMap<CollectionId, Vec<CollectionRule>> = BTreeMap::new();
    for (collection, rule) in rows {
        rules.entry(collection).or_default().push(rule);
    }
    Ok(rules)
}

pub(in crate::catalog) fn insert_rules(
    tx: &mut Tx,
    collection: CollectionId,
    rules: &[CollectionRule],
) -> Result<(), StoreError> {
    let rows: Vec<_> = rules
        .iter()
        .zip(1_i64..)
        .map(|(rule, position)| {
            (
                collection,
                position,
                rule.column,
                rule.relation,
                rule.condition.as_str(),
                rule.definition_id,
                rule.number,
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO collection_rules (shop_id, collection_id, position, attribute, relation,
             condition, definition_id, number)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7)",
        &rows,
    )?;
    Ok(())
}

pub(in crate::catalog) fn delete_rules(
    tx: &mut Tx,
    collection: CollectionId,
) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM collection_rules WHERE shop_id = $shop AND collection_id = $1",
        (collection,),
    )?;
    Ok(())
}

/// Puts other rules in the place of a collection's.
pub(in crate::catalog) fn write_rules(
    tx: &mut Tx,
    collection: CollectionId,
    rules: &[CollectionRule],
) -> Result<(), StoreError> {
    delete_rules(tx, collection)?;
    insert_rules(tx, collection, rules)
}

/// In which collections that fill themselves some products are.
pub(super) fn held(
    tx: &mut Tx,
    products: &[ProductId],
) -> Result<Vec<(CollectionId, ProductId)>, StoreError> {
    tx.all(
        "SELECT cp.collection_id, cp.product_id
           FROM collection_products cp
           JOIN collections c ON c.shop_id = cp.shop_id AND c.id = cp.collection_id
          WHERE cp.shop_id = $shop AND cp.product_id = ANY($1) AND c.rules_match IS NOT NULL",
        (products,),
    )
}
