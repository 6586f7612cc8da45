//! Saying which variants a variant is made of, for many variants at once.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{ProductId, ProductVariantId};

use super::{Component, QUANTITY_MAX, components_of};
use crate::call::Call;
use crate::catalog::errors::CatalogError;
use crate::catalog::input::VariantInput;
use crate::catalog::variants::PRICE_MINOR_MAX;
use crate::catalog::{Partial, ProductVariant, loads, update_variants};
use crate::revisions;

/// Components of one variant, at most.
const COMPONENTS_MAX: usize = 150;
/// Variants that one call relates, at most.
const RELATIONS_MAX: usize = 250;

/// What a parent's price becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calculation {
    /// It stays.
    None,
    /// What its components cost together.
    Sum,
    /// That many minor units.
    Fixed(i64),
}

/// What a variant is to be made of.
#[derive(Debug, Clone)]
pub struct Relation {
    /// The variant, by its own id.
    pub variant: Option<ProductVariantId>,
    /// The variant, as the only one of a product.
    pub product: Option<ProductId>,
    /// Components to add, and how many of each.
    pub create: Vec<(ProductVariantId, i64)>,
    /// Components of which there shall be another number.
    pub update: Vec<(ProductVariantId, i64)>,
    /// Components to take out.
    pub remove: Vec<ProductVariantId>,
    /// Whether all go that there are, before any is added.
    pub remove_all: bool,
    /// What its price becomes.
    pub price: Calculation,
}

/// Why variants are not related.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelationWhy {
    /// Nothing says which variant is meant.
    #[error("A parent product variant or a parent product with one variant must be given")]
    ParentMissing,
    /// Variants that there are not.
    #[error("The product variants with IDs {0} do not exist")]
    VariantsMissing(String),
    /// Variants to change or take out that are no components.
    #[error("The product variants with IDs {0} are not components of the parent")]
    NotComponents(String),
    /// Components that are there already.
    #[error("The product variants with IDs {0} are components already")]
    Duplicate(String),
    /// Two relations of one parent.
    #[error("A parent product variant can be named once in a call")]
    ParentTwice,
    /// A variant that would be part of itself.
    #[error("A product variant can't be a component of itself")]
    Circular,
    /// A bundle within a bundle.
    #[error("A product variant with components can't be a component itself")]
    Nested,
    /// Gift cards are sold alone.
    #[error("A gift card can't have components")]
    GiftCard,
    /// More components than a variant may have.
    #[error("A product variant has at most {COMPONENTS_MAX} components")]
    TooMany,
    /// Not a number of pieces.
    #[error("Quantities go from 1 to 2000")]
    Quantity,
    /// More than one call may change.
    #[error("At most {RELATIONS_MAX} product variants can be changed at once")]
    TooManyRelations,
    /// A gift card among the components: what a bundle is reduced by would be taken off its worth.
    #[error("A gift card can't be a component")]
    GiftCardInside,
    /// A price that is none.
    #[error("Price is out of range")]
    Price,
    /// Anything the catalogue says of the parent.
    #[error("{0}")]
    Parent(String),
}

/// Relates variants, all of them or none.
///
/// # Errors
/// Why not, by the relation's place (outer `Err`: the store's fault).
pub fn relate(
    tx: &mut Tx,
    call: &Call,
    relations: &[Relation],
) -> Result<Result<Vec<ProductVariantId>, (usize, RelationWhy)>, StoreError> {
    if relations.len() > RELATIONS_MAX {
        return Ok(Err((0, RelationWhy::TooManyRelations)));
    }
    let mut planned = Vec::with_capacity(relations.len());
    for (place, relation) in relations.iter().enumerate() {
        match plan(tx, relation)? {
            Ok(plan) => planned.push(plan),
            Err(why) => return Ok(Err((place, why))),
        }
    }
    let mut named = BTreeSet::new();
    let twice = planned
        .iter()
        .position(|plan| !named.insert(plan.parent.id));
    if let Some(place) = twice {
        return Ok(Err((place, RelationWhy::ParentTwice)));
    }
    let parents: BTreeSet<ProductVariantId> = planned
        .iter()
        .filter(|plan| !plan.components.is_empty())
        .map(|plan| plan.parent.id)
        .collect();
    for (place, plan) in planned.iter().enumerate() {
        if plan.components.keys().any(|id| parents.contains(id)) {
            return Ok(Err((place, RelationWhy::Nested)));
        }
    }
    let ids: Vec<ProductVariantId> = planned.iter().map(|plan| plan.parent.id).collect();
    for (place, plan) in planned.iter().enumerate() {
        if let Err(error) = mark(tx, call, plan) {
            return match error {
                CatalogError::Store(fault) => Err(fault),
                error => Ok(Err((place, RelationWhy::Parent(error.to_string())))),
            };
        }
    }
    clear(tx, &ids)?;
    let rows: Vec<_> = planned
        .iter()
        .flat_map(|plan| {
            let parent = plan.parent.id;
            let each = plan.components.iter();
            each.map(move |(id, own)| {
                (
                    parent,
                    *id,
                    own.id.unwrap_or_else(|| call.new_id()),
                    own.quantity,
                )
            })
        })
        .collect();
    insert(tx, &rows)?;
    Ok(Ok(ids))
}

/// A component as it shall be; its number when it has one.
struct Planned {
    id: Option<i64>,
    quantity: i64,
}

struct Plan {
    parent: ProductVariant,
    components: BTreeMap<ProductVariantId, Planned>,
    price_minor: Option<i64>,
}

fn plan(tx: &mut Tx, relation: &Relation) -> Result<Result<Plan, RelationWhy>, StoreError> {
    let Some(parent) = parent_of(tx, relation)? else {
        return Ok(Err(RelationWhy::ParentMissing));
    };
    let held = components_of(tx, &[parent.id])?.pop().unwrap_or_default();
    let named = relation.create.iter().chain(&relation.update);
    let mut wanted: Vec<ProductVariantId> = named.map(|(id, _)| *id).collect();
    wanted.extend(held.iter().map(|own| own.variant));
    wanted.sort_unstable();
    wanted.dedup();
    let found = loads::variants(tx, &wanted)?;
    let found: BTreeMap<ProductVariantId, ProductVariant> = found
        .into_iter()
        .flatten()
        .map(|own| (own.variant.id, own.variant))
        .collect();
    let parts: BTreeSet<ProductId> = found.values().map(|own| own.product_id).collect();
    let asked: Vec<ProductId> = parts.into_iter().chain([parent.product_id]).collect();
    let gift = loads::products(tx, &asked)?;
    let mut gift = gift.iter().flatten().filter(|product| product.gift_card);
    if let Some(card) = gift.next().filter(|_| !relation.create.is_empty()) {
        return Ok(Err(match card.id == parent.product_id {
            true => RelationWhy::GiftCard,
            false => RelationWhy::GiftCardInside,
        }));
    }
    let above = parents_having(tx, &[parent.id])?;
    let components = match wanted_components(relation, &parent, &held, &found) {
        Ok(components) => components,
        Err(why) => return Ok(Err(why)),
    };
    let nested = components.keys().filter_map(|id| found.get(id));
    if nested.clone().any(|own| own.requires_components) || (above && !components.is_empty()) {
        return Ok(Err(RelationWhy::Nested));
    }
    let sum = || {
        components.iter().fold(0_i64, |sum, (id, own)| {
            let each = found.get(id).map_or(0, |variant| variant.price_minor);
            sum.saturating_add(each.saturating_mul(own.quantity))
        })
    };
    let price_minor = match relation.price {
        Calculation::None => None,
        Calculation::Sum => Some(sum()),
        Calculation::Fixed(minor) => Some(minor),
    };
    if price_minor.is_some_and(|minor| !(0..=PRICE_MINOR_MAX).contains(&minor)) {
        return Ok(Err(RelationWhy::Price));
    }
    Ok(Ok(Plan {
        parent,
        components,
        price_minor,
    }))
}

fn parent_of(tx: &mut Tx, relation: &Relation) -> Result<Option<ProductVariant>, StoreError> {
    match (relation.variant, relation.product) {
        (Some(id), _) => {
            let found = loads::variants(tx, &[id])?.pop().flatten();
            Ok(found.map(|own| own.variant))
        }
        (None, Some(product)) => {
            let mut found = crate::catalog::sql::variants_of(tx, &[product])?;
            Ok(if found.len() == 1 { found.pop() } else { None })
        }
        (None, None) => Ok(None),
    }
}

fn listed(ids: Vec<ProductVariantId>) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("[{}]", ids.join(", "))
}

/// Checks what is asked for by itself.
fn sound(
    relation: &Relation,
    parent: &ProductVariant,
    found: &BTreeMap<ProductVariantId, ProductVariant>,
) -> Result<(), RelationWhy> {
    let named = relation.create.iter().chain(&relation.update);
    let (ids, quantities): (Vec<ProductVariantId>, Vec<i64>) = named.copied().unzip();
    let missing: Vec<_> = ids
        .iter()
        .copied()
        .filter(|id| !found.contains_key(id))
        .collect();
    if !missing.is_empty() {
        return Err(RelationWhy::VariantsMissing(listed(missing)));
    }
    if quantities
        .iter()
        .any(|own| !(1..=QUANTITY_MAX).contains(own))
    {
        return Err(RelationWhy::Quantity);
    }
    if ids.contains(&parent.id) {
        return Err(RelationWhy::Circular);
    }
    Ok(())
}

/// The pure rule: the components that a parent has after what is asked.
fn wanted_components(
    relation: &Relation,
    parent: &ProductVariant,
    held: &[Component],
    found: &BTreeMap<ProductVariantId, ProductVariant>,
) -> Result<BTreeMap<ProductVariantId, Planned>, RelationWhy> {
    sound(relation, parent, found)?;
    let mut components: BTreeMap<ProductVariantId, Planned> = BTreeMap::new();
    for own in held.iter().filter(|_| !relation.remove_all) {
        let kept = Planned {
            id: Some(own.id),
            quantity: own.quantity,
        };
        components.insert(own.variant, kept);
    }
    let strangers: Vec<_> = relation
        .remove
        .iter()
        .chain(relation.update.iter().map(|(id, _)| id))
        .copied()
        .filter(|id| !components.contains_key(id))
        .collect();
    if !strangers.is_empty() {
        return Err(RelationWhy::NotComponents(listed(strangers)));
    }
    for id in &relation.remove {
        components.remove(id);
    }
    for (id, quantity) in &relation.update {
        if let Some(own) = components.get_mut(id) {
            own.quantity = *quantity;
        }
    }
    let mut twice = Vec::new();
    for (id, quantity) in &relation.create {
        let new = Planned {
            id: None,
            quantity: *quantity,
        };
        if components.insert(*id, new).is_some() {
            twice.push(*id);
        }
    }
    if !twice.is_empty() {
        return Err(RelationWhy::Duplicate(listed(twice)));
    }
    if components.len() > COMPONENTS_MAX {
        return Err(RelationWhy::TooMany);
    }
    Ok(components)
}

/// Marks a parent as one that is sold by way of its components, or no longer, and prices it.
fn mark(tx: &mut Tx, call: &Call, plan: &Plan) -> Result<(), CatalogError> {
    let change = VariantInput {
        id: Some(plan.parent.id),
        price_minor: plan.price_minor,
        requires_components: Some(!plan.components.is_empty()),
        ..VariantInput::default()
    };
    let product = plan.parent.product_id;
    update_variants(tx, call, product, &[change], &[], Partial::Refuse)?;
    Ok(())
}

/// Whether one of the variants is part of another.
fn parents_having(tx: &mut Tx, variants: &[ProductVariantId]) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT quantity FROM variant_components
          WHERE shop_id = $shop AND component_variant_id = ANY($1) LIMIT 1",
        (variants,),
    )?;
    Ok(found.is_some())
}

/// Takes all components out of some variants, on which hangs whether their products can be bought.
pub(super) fn clear(tx: &mut Tx, parents: &[ProductVariantId]) -> Result<(), StoreError> {
    let products: Vec<ProductId> = tx.all(
        "SELECT DISTINCT product_id FROM product_variants WHERE shop_id = $shop AND id = ANY($1)",
        (parents,),
    )?;
    revisions::note_products(tx, &products)?;
    tx.execute(
        "DELETE FROM variant_components WHERE shop_id = $shop AND parent_variant_id = ANY($1)",
        (parents,),
    )?;
    Ok(())
}

/// Enters components: parent, component, number of the relation, pieces.
pub(super) fn insert(
    tx: &mut Tx,
    rows: &[(ProductVariantId, ProductVariantId, i64, i64)],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO variant_components (shop_id, parent_variant_id, component_variant_id, id,
             quantity)
         VALUES ($shop, $1, $2, $3, $4)",
        rows,
    )?;
    Ok(())
}
