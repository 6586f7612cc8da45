//! Filling a collection in bounded turns: its new rules are asked about all products of the shop,
//! or it is given the products of the one that it is a copy of.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{CollectionId, MetafieldDefinitionId, ProductId};

use super::facts::{Facts, Needs};
use super::rule::{CollectionRule, RULES_MAX, RuleError, RulesMatch, Scales};
use super::sql::Rules;
use crate::call::Call;
use crate::catalog::errors::{CatalogError, Why};
use crate::catalog::members::{self, Moves};
use crate::queue::{self, NewJob};
use crate::{metafields, shops};

/// Products that one turn looks at, at most: a lane's turn stays short.
const PRODUCTS_PER_TURN: i64 = 250;
/// Variants that one turn looks at; one product may have more.
const VARIANTS_PER_TURN: i64 = 1_000;

/// Checks the rules of an input.
///
/// # Errors
/// A refusal at the rule's place; nothing is written in any case.
pub(in crate::catalog) fn checked(
    tx: &mut Tx,
    (_, rules): &(RulesMatch, Vec<CollectionRule>),
) -> Result<Vec<CollectionRule>, CatalogError> {
    let refused = |at: Vec<String>, why| CatalogError::at(at, Why::Rule(why));
    let whole = || vec!["ruleSet".to_owned(), "rules".to_owned()];
    if rules.is_empty() || rules.len() > RULES_MAX {
        return Err(refused(whole(), RuleError::Count));
    }
    let shop = shops::current(tx)?;
    let scales = Scales {
        currency: shop.currency,
        weight_unit: shop.weight_unit,
    };
    let meant: Vec<MetafieldDefinitionId> =
        rules.iter().filter_map(|rule| rule.definition_id).collect();
    let definitions = metafields::definitions(tx, &meant)?;
    let mut checked = Vec::with_capacity(rules.len());
    for (place, rule) in rules.iter().enumerate() {
        let definition = definitions
            .iter()
            .find(|own| Some(own.id) == rule.definition_id);
        let ready = rule.clone().checked(scales, definition).map_err(|why| {
            let mut at = whole();
            at.push(place.to_string());
            refused(at, why)
        })?;
        checked.push(ready);
    }
    Ok(checked)
}

/// Begins to fill a collection: the first turn is done at once, and a job asks for the others.
pub(in crate::catalog) fn begin(
    tx: &mut Tx,
    call: &Call,
    collection: CollectionId,
) -> Result<(), StoreError> {
    let (running, copy_of) = state(tx, collection)?;
    let more = turn(tx, call, (collection, copy_of), ProductId(0))?;
    if more && running.is_none() {
        queue::add(tx, &[NewJob::sweep(call, collection)])?;
    }
    Ok(())
}

/// Goes on to fill a collection by a turn; gives whether there are more. The job that asked for it
/// is taken off with the last of them.
///
/// # Errors
/// `Store` faults only.
pub fn sweep(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    collection: CollectionId,
) -> Result<bool, StoreError> {
    let more = match state(tx, collection)? {
        (None, _) => false,
        (Some(last), copy_of) => turn(tx, call, (collection, copy_of), last)?,
    };
    if !more {
        queue::finish(tx, job)?;
    }
    Ok(more)
}

/// How far the filling of a collection has come, if it is under way, and what it is a copy of.
fn state(
    tx: &mut Tx,
    collection: CollectionId,
) -> Result<(Option<ProductId>, Option<CollectionId>), StoreError> {
    let found = tx.optional_locked(
        "SELECT swept_to, copy_of FROM collections WHERE shop_id = $shop AND id = $1",
        (collection,),
    )?;
    Ok(found.unwrap_or_default())
}

fn turn(
    tx: &mut Tx,
    call: &Call,
    (collection, copy_of): (CollectionId, Option<CollectionId>),
    last: ProductId,
) -> Result<bool, StoreError> {
    let (last, more) = match copy_of {
        Some(source) => copied(tx, call, collection, source, last)?,
        None => judged(tx, call, collection, last)?,
    };
    let swept_to = last.filter(|_| more);
    tx.execute(
        "UPDATE collections
            SET swept_to = $2, copy_of = CASE WHEN $3 = 1 THEN copy_of ELSE NULL END
          WHERE shop_id = $shop AND id = $1",
        (collection, swept_to, more),
    )?;
    Ok(more)
}

/// Asks the rules about the next products; gives the last of them, and whether others follow.
fn judged(
    tx: &mut Tx,
    call: &Call,
    collection: CollectionId,
    last: ProductId,
) -> Result<(Option<ProductId>, bool), StoreError> {
    let rules = Rules::of(tx, collection)?;
    let needs = Needs::of(rules.sets.values());
    let (ids, more) = next(tx, last, needs)?;
    let Some(set) = rules.sets.get(&collection) else {
        return Ok((None, false));
    };
    let products = Facts::load(tx, &ids, needs, &rules.definitions)?;
    let held: Vec<ProductId> = tx.all(
        "SELECT product_id FROM collection_products
          WHERE shop_id = $shop AND collection_id = $1 AND product_id = ANY($2)",
        (collection, &ids),
    )?;
    let held: BTreeSet<ProductId> = held.into_iter().collect();
    let mut moves = Moves::default();
    for product in &products {
        match (set.admits(product), held.contains(&product.id)) {
            (true, false) => moves.join.push(product.id),
            (false, true) => moves.leave.push(product.id),
            _ => {}
        }
    }
    members::carry_out(tx, call, &BTreeMap::from([(collection, moves)]))?;
    Ok((ids.last().copied(), more))
}

/// Gives a copy the next products of its original, at the same places; gives the last of them, and
/// whether others follow.
fn copied(
    tx: &mut Tx,
    call: &Call,
    collection: CollectionId,
    source: CollectionId,
    last: ProductId,
) -> Result<(Option<ProductId>, bool), StoreError> {
    let found: Vec<(ProductId, i64)> = tx.all(
        "SELECT product_id, position FROM collection_products
          WHERE shop_id = $shop AND collection_id = $1 AND product_id > $2
          ORDER BY product_id
          LIMIT $3",
        (source, last, PRODUCTS_PER_TURN),
    )?;
    let rows: Vec<_> = found
        .iter()
        .map(|(product, position)| (collection, *product, *position, call.now))
        .collect();
    let more = members::count(rows.len() as u64) == PRODUCTS_PER_TURN;
    members::place(tx, call, collection, &rows)?;
    Ok((found.last().map(|(product, _)| *product), more))
}

/// The products after `last`, as many as one turn looks at, and whether others follow.
fn next(tx: &mut Tx, last: ProductId, needs: Needs) -> Result<(Vec<ProductId>, bool), StoreError> {
    let found: Vec<(ProductId, i64)> = tx.all(
        "SELECT id, variants_count FROM products
          WHERE shop_id = $shop AND id > $1
          ORDER BY id
          LIMIT $2",
        (last, PRODUCTS_PER_TURN + 1),
    )?;
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let mut variants = 0;
    let ids: Vec<ProductId> = found
        .iter()
        .zip(1..=PRODUCTS_PER_TURN)
        .take_while(|((_, own), place)| {
            variants += *own;
            !needs.variants || *place == 1 || variants <= VARIANTS_PER_TURN
        })
        .map(|((id, _), _)| *id)
        .collect();
    let taken = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    Ok((ids, taken < count))
}
