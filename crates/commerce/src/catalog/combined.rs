//! Combined listings: a product that stands for others, each of which is one of its variants.
//!
//! The parent is shown, and its children are what is bought: its variants are counted, and nothing
//! of them is in stock.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx, record};
use units::{ProductId, ProductVariantId, fold};

use super::errors::CatalogError;
use super::input::{
    ItemInput, OptionInput, OptionValueInput, ProductInput, VariantInput, VariantOptionInput,
};
use super::{Identifier, ProductVariant, loads, set, sql};
use crate::call::Call;

/// Products that a listing combines, at most.
const CHILDREN_MAX: usize = 250;

record! {
    /// A product of a combined listing.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct CombinedChild {
        /// The product that stands for it.
        pub parent: ProductId,
        /// The product.
        pub child: ProductId,
        /// The parent's variant that it is.
        pub variant: ProductVariantId,
    }
}

/// Values of the parent's options, by the options' names.
pub type Chosen = Vec<(String, String)>;

/// What is to change of a combined listing.
#[derive(Debug, Clone, Default)]
pub struct CombinedChange {
    /// The parent's title.
    pub title: Option<String>,
    /// Products to add, and which variant each is.
    pub added: Vec<(ProductId, Chosen)>,
    /// Products that shall be another variant.
    pub edited: Vec<(ProductId, Chosen)>,
    /// Products to take out.
    pub removed: Vec<ProductId>,
    /// The parent's options with their values, in order; as they are when empty.
    pub options: Vec<(String, Vec<String>)>,
}

/// Why a combined listing is not changed.
#[derive(Debug, thiserror::Error)]
pub enum CombinedError {
    /// No such parent.
    #[error("The parent product was not found")]
    ParentMissing,
    /// The product does not stand for others.
    #[error("The parent product must be a combined listing")]
    NotCombined,
    /// No such product.
    #[error("The product {0} was not found")]
    ProductMissing(ProductId),
    /// The parent would be part of itself.
    #[error("The parent product can't be a product of its own listing")]
    ParentAsChild,
    /// A product is named twice.
    #[error("A product can be named only once")]
    Duplicate,
    /// The product is in a listing already, or stands for others itself.
    #[error("The product {0} is part of a combined listing already")]
    AlreadyChild(ProductId),
    /// The product is not in the listing.
    #[error("The product {0} is not part of the combined listing")]
    NotChild(ProductId),
    /// A product that is changed and taken out.
    #[error("A product can't be edited and removed at once")]
    EditedAndRemoved,
    /// A product without a value of each option.
    #[error("A value of the option '{0}' must be selected for each product")]
    ValueMissing(String),
    /// A value of an option that the parent does not have.
    #[error("The option '{0}' does not exist on the parent product")]
    OptionMissing(String),
    /// Two products that would be one variant.
    #[error("Two products can't have the same option values")]
    SameValues,
    /// More products than a listing may have.
    #[error("A combined listing has at most 250 products")]
    TooMany,
    /// What the catalogue says of the parent.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl From<StoreError> for CombinedError {
    fn from(fault: StoreError) -> Self {
        Self::Catalog(CatalogError::Store(fault))
    }
}

/// Notes that a product stands for others.
pub(super) fn combine(tx: &mut Tx, id: ProductId) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO combined_listings (shop_id, product_id) VALUES ($shop, $1)
         ON CONFLICT (shop_id, product_id) DO NOTHING",
        (id,),
    )?;
    Ok(())
}

/// Which of the products stand for others.
///
/// # Errors
/// `Store` faults only.
pub fn combined_listings(tx: &mut Tx, ids: &[ProductId]) -> Result<Vec<ProductId>, StoreError> {
    tx.all(
        "SELECT product_id FROM combined_listings
          WHERE shop_id = $shop AND product_id = ANY($1)",
        (ids,),
    )
}

/// The products of each listing, by its parent.
///
/// # Errors
/// `Store` faults only.
pub fn combined_children(
    tx: &mut Tx,
    parents: &[ProductId],
) -> Result<Vec<Vec<CombinedChild>>, StoreError> {
    tx.each(
        "SELECT parent_id, child_id, variant_id FROM combined_listing_products
          WHERE shop_id = $shop AND parent_id = $1
          ORDER BY child_id LIMIT $2",
        parents,
        (CHILDREN_MAX as i64,),
    )
}

/// The products that stand for some of these.
///
/// # Errors
/// `Store` faults only.
pub fn combined_parents(
    tx: &mut Tx,
    children: &[ProductId],
) -> Result<Vec<CombinedChild>, StoreError> {
    tx.all(
        "SELECT parent_id, child_id, variant_id FROM combined_listing_products
          WHERE shop_id = $shop AND child_id = ANY($1)",
        (children,),
    )
}

/// Changes which products a listing combines, and as which variants of its parent.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn change_combined(
    tx: &mut Tx,
    call: &Call,
    parent: ProductId,
    change: &CombinedChange,
) -> Result<(), CombinedError> {
    check(tx, parent, change)?;
    let held = combined_children(tx, &[parent])?.pop().unwrap_or_default();
    let variants = sql::variants_of(tx, &[parent])?;
    let options = loads::options(tx, &[parent])?.pop().unwrap_or_default();
    let mut named: Vec<(String, Vec<String>)> = change.options.clone();
    if named.is_empty() && !held.is_empty() {
        let values = |own: &super::OptionWithValues| {
            let values = own.values.iter().map(|value| value.value.name.clone());
            (own.option.name.clone(), values.collect())
        };
        named = options.iter().map(values).collect();
    }
    let mut children = wanted(&held, &variants, &options, change)?;
    let combinations = combinations(&mut named, &mut children)?;
    let input = parent_input(change.title.as_deref(), &named, &combinations);
    set(tx, call, Some(&Identifier::Id(parent)), &input)?;
    keep(tx, parent, &combinations)
}

fn check(tx: &mut Tx, parent: ProductId, change: &CombinedChange) -> Result<(), CombinedError> {
    if loads::products(tx, &[parent])?.iter().all(Option::is_none) {
        return Err(CombinedError::ParentMissing);
    }
    if combined_listings(tx, &[parent])?.is_empty() {
        return Err(CombinedError::NotCombined);
    }
    let named = change.added.iter().chain(&change.edited);
    let ids: Vec<ProductId> = named.map(|(id, _)| *id).collect();
    if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
        return Err(CombinedError::Duplicate);
    }
    if ids.contains(&parent) {
        return Err(CombinedError::ParentAsChild);
    }
    let edited: BTreeSet<ProductId> = change.edited.iter().map(|(id, _)| *id).collect();
    if change.removed.iter().any(|id| edited.contains(id)) {
        return Err(CombinedError::EditedAndRemoved);
    }
    let added: Vec<ProductId> = change.added.iter().map(|(id, _)| *id).collect();
    let found = loads::products(tx, &added)?;
    if let Some(place) = found.iter().position(Option::is_none) {
        return Err(CombinedError::ProductMissing(added[place]));
    }
    if let Some(taken) = combined_parents(tx, &added)?.first() {
        return Err(CombinedError::AlreadyChild(taken.child));
    }
    match combined_listings(tx, &added)?.first() {
        Some(taken) => Err(CombinedError::AlreadyChild(*taken)),
        None => Ok(()),
    }
}

/// The products of a listing after a change, with the values that each has.
fn wanted(
    held: &[CombinedChild],
    variants: &[ProductVariant],
    options: &[super::OptionWithValues],
    change: &CombinedChange,
) -> Result<BTreeMap<ProductId, Chosen>, CombinedError> {
    let values = |variant: ProductVariantId| -> Chosen {
        let own = variants.iter().find(|own| own.id == variant);
        let names = options.iter().map(|own| own.option.name.clone());
        let values = own.into_iter().flat_map(ProductVariant::option_values);
        names.zip(values.map(str::to_owned)).collect()
    };
    let mut children: BTreeMap<ProductId, Chosen> = held
        .iter()
        .map(|own| (own.child, values(own.variant)))
        .collect();
    for id in &change.removed {
        children.remove(id).ok_or(CombinedError::NotChild(*id))?;
    }
    for (id, chosen) in &change.edited {
        let own = children.get_mut(id).ok_or(CombinedError::NotChild(*id))?;
        own.clone_from(chosen);
    }
    children.extend(change.added.iter().cloned());
    if children.len() > CHILDREN_MAX {
        return Err(CombinedError::TooMany);
    }
    Ok(children)
}

/// Each product with its values in the order of the options, which gain the values that products
/// have. Without options yet, they are those that the first product names.
fn combinations(
    named: &mut Vec<(String, Vec<String>)>,
    children: &mut BTreeMap<ProductId, Chosen>,
) -> Result<Vec<(ProductId, Vec<String>)>, CombinedError> {
    if named.is_empty() {
        let first = children.values().next().into_iter().flatten();
        *named = first.map(|(name, _)| (name.clone(), Vec::new())).collect();
    }
    let mut seen = BTreeSet::new();
    let mut combinations = Vec::with_capacity(children.len());
    for (id, chosen) in children.iter() {
        let known = |name: &String| named.iter().any(|(own, _)| fold(own) == fold(name));
        if let Some((name, _)) = chosen.iter().find(|(name, _)| !known(name)) {
            return Err(CombinedError::OptionMissing(name.clone()));
        }
        let mut values = Vec::with_capacity(named.len());
        for (name, all) in named.iter_mut() {
            let own = chosen.iter().find(|(option, _)| fold(option) == fold(name));
            let own = own.filter(|(_, value)| !value.trim().is_empty());
            let Some((_, value)) = own else {
                return Err(CombinedError::ValueMissing(name.clone()));
            };
            if !all.contains(value) {
                all.push(value.clone());
            }
            values.push(value.clone());
        }
        let key: Vec<String> = values.iter().map(|value| fold(value)).collect();
        if !seen.insert(key) {
            return Err(CombinedError::SameValues);
        }
        combinations.push((*id, values));
    }
    Ok(combinations)
}

fn parent_input(
    title: Option<&str>,
    named: &[(String, Vec<String>)],
    combinations: &[(ProductId, Vec<String>)],
) -> ProductInput {
    let mut input = ProductInput {
        title: title.map(str::to_owned),
        ..ProductInput::default()
    };
    if combinations.is_empty() {
        return input;
    }
    let value = |name: &String| OptionValueInput {
        name: Some(name.clone()),
        ..OptionValueInput::default()
    };
    let option = |(name, values): &(String, Vec<String>)| OptionInput {
        name: Some(name.clone()),
        values: values.iter().map(value).collect(),
        ..OptionInput::default()
    };
    let variant = |(_, values): &(ProductId, Vec<String>)| VariantInput {
        option_values: named
            .iter()
            .zip(values)
            .map(|((name, _), value)| VariantOptionInput {
                option_name: Some(name.clone()),
                name: Some(value.clone()),
                ..VariantOptionInput::default()
            })
            .collect(),
        item: ItemInput {
            tracked: Some(true),
            ..ItemInput::default()
        },
        ..VariantInput::default()
    };
    input.options = Some(named.iter().map(option).collect());
    input.variants = Some(combinations.iter().map(variant).collect());
    input
}

fn keep(
    tx: &mut Tx,
    parent: ProductId,
    combinations: &[(ProductId, Vec<String>)],
) -> Result<(), CombinedError> {
    let variants = sql::variants_of(tx, &[parent])?;
    let key = |values: &mut dyn Iterator<Item = &str>| values.map(fold).collect::<Vec<String>>();
    let by_values: BTreeMap<Vec<String>, ProductVariantId> = variants
        .iter()
        .map(|variant| (key(&mut variant.option_values()), variant.id))
        .collect();
    let rows: Vec<(ProductId, ProductId, ProductVariantId)> = combinations
        .iter()
        .filter_map(|(child, values)| {
            let values = key(&mut values.iter().map(String::as_str));
            Some((*child, parent, *by_values.get(&values)?))
        })
        .collect();
    tx.execute(
        "DELETE FROM combined_listing_products WHERE shop_id = $shop AND parent_id = $1",
        (parent,),
    )?;
    if rows.is_empty() {
        return Ok(());
    }
    tx.insert_many(
        "INSERT INTO combined_listing_products (shop_id, child_id, parent_id, variant_id)
         VALUES ($shop, $1, $2, $3)",
        &rows,
    )?;
    Ok(())
}
