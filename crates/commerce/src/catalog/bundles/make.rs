//! Making a bundle of products, and changing what it is made of.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{ProductId, ProductVariantId, fold};

use super::combine::{Combination, Stockpile, combine};
use super::{Bundle, BundleError, PARTS_MAX};
use crate::attributes::to_json;
use crate::call::Call;
use crate::catalog::input::{OptionInput, OptionValueInput, ProductInput, VariantInput};
use crate::catalog::{
    DEFAULT_OPTION, DEFAULT_VALUE, Identifier, ProductVariant, VariantOptionInput, create, loads,
    set, sql, update,
};

/// What a bundle shall be.
#[derive(Debug, Clone, Default)]
pub struct BundleInput {
    /// What it is called.
    pub title: Option<String>,
    /// What it is put together of.
    pub bundle: Option<Bundle>,
}

/// Makes a product that is a bundle of others, with a variant for each choice that they leave. Each
/// costs what its components cost together, until the merchant says otherwise.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_bundle(
    tx: &mut Tx,
    call: &Call,
    title: &str,
    bundle: &Bundle,
) -> Result<ProductId, BundleError> {
    let (mut input, combinations) = planned(tx, None, bundle)?;
    input.title = Some(title.to_owned());
    let id = create(tx, call, &input)?;
    write(tx, call, id, bundle, &combinations)?;
    Ok(id)
}

/// Changes a bundle's title, or what it is put together of: variants with the values that they had
/// stay, at their prices.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_bundle(
    tx: &mut Tx,
    call: &Call,
    id: ProductId,
    input: &BundleInput,
) -> Result<(), BundleError> {
    if super::bundles(tx, &[id])?.iter().all(Option::is_none) {
        return Err(BundleError::NotABundle);
    }
    let Some(bundle) = &input.bundle else {
        let renamed = ProductInput {
            title: input.title.clone(),
            ..ProductInput::default()
        };
        return Ok(update(tx, call, id, &renamed)?);
    };
    let (mut wanted, combinations) = planned(tx, Some(id), bundle)?;
    wanted.title.clone_from(&input.title);
    set(tx, call, Some(&Identifier::Id(id)), &wanted)?;
    write(tx, call, id, bundle, &combinations)
}

/// The product that a bundle is, and what each of its variants is made of.
fn planned(
    tx: &mut Tx,
    id: Option<ProductId>,
    bundle: &Bundle,
) -> Result<(ProductInput, Vec<Combination>), BundleError> {
    if bundle.parts.is_empty() || bundle.parts.len() > PARTS_MAX {
        return Err(BundleError::Count);
    }
    let mut ids: Vec<ProductId> = bundle
        .parts
        .iter()
        .map(|part| ProductId(part.product))
        .collect();
    let places: BTreeMap<ProductId, usize> = ids.iter().copied().zip(0..).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = loads::products(tx, &ids)?;
    for (own, product) in ids.iter().zip(&found) {
        let place = places.get(own).copied().unwrap_or(0);
        match product {
            None => return Err(BundleError::ProductMissing(place)),
            Some(product) if product.gift_card => return Err(BundleError::GiftCard(place)),
            Some(product) if Some(product.id) == id => return Err(BundleError::Nested(place)),
            Some(_) => {}
        }
    }
    let options = loads::options(tx, &ids)?;
    let variants = sql::variants_of(tx, &ids)?;
    if let Some(nested) = variants.iter().find(|variant| variant.requires_components) {
        let place = places.get(&nested.product_id).copied().unwrap_or(0);
        return Err(BundleError::Nested(place));
    }
    let by_product: Vec<Vec<ProductVariant>> = ids
        .iter()
        .map(|id| {
            let own = variants.iter().filter(|variant| variant.product_id == *id);
            own.cloned().collect()
        })
        .collect();
    let pile = |part: &super::BundlePart| {
        let place = ids.binary_search(&ProductId(part.product)).unwrap_or(0);
        Stockpile {
            options: &options[place],
            variants: &by_product[place],
        }
    };
    let piles: Vec<Stockpile<'_>> = bundle.parts.iter().map(pile).collect();
    let (named, combinations) = combine(bundle, &piles)?;
    let priced = match id {
        None => BTreeSet::new(),
        Some(id) => sql::variants_of(tx, &[id])?.iter().map(key_of).collect(),
    };
    Ok((product_of(&named, &combinations, &priced), combinations))
}

/// A variant's values, whatever their case; none for the variant of a product without options.
fn key_of(variant: &ProductVariant) -> Vec<String> {
    let values: Vec<String> = variant.option_values().map(fold).collect();
    if values == [fold(DEFAULT_VALUE)] {
        return Vec::new();
    }
    values
}

fn product_of(
    named: &[(String, Vec<String>)],
    combinations: &[Combination],
    priced: &BTreeSet<Vec<String>>,
) -> ProductInput {
    let option = |(name, values): &(String, Vec<String>)| OptionInput {
        name: Some(name.clone()),
        values: values
            .iter()
            .map(|value| OptionValueInput {
                name: Some(value.clone()),
                ..OptionValueInput::default()
            })
            .collect(),
        ..OptionInput::default()
    };
    let chosen = |(name, value): (&str, &str)| VariantOptionInput {
        option_name: Some(name.to_owned()),
        name: Some(value.to_owned()),
        ..VariantOptionInput::default()
    };
    let variant = |own: &Combination| {
        let names = named.iter().map(|(name, _)| name.as_str());
        let mut values: Vec<_> = names
            .zip(own.values.iter().map(String::as_str))
            .map(chosen)
            .collect();
        if values.is_empty() {
            values.push(chosen((DEFAULT_OPTION, DEFAULT_VALUE)));
        }
        let key: Vec<String> = own.values.iter().map(|value| fold(value)).collect();
        VariantInput {
            option_values: values,
            price_minor: (!priced.contains(&key)).then_some(own.price_minor),
            requires_components: Some(true),
            ..VariantInput::default()
        }
    };
    ProductInput {
        options: Some(named.iter().map(option).collect()),
        variants: Some(combinations.iter().map(variant).collect()),
        ..ProductInput::default()
    }
}

/// Writes how a bundle is put together, and what each of its variants is made of.
fn write(
    tx: &mut Tx,
    call: &Call,
    id: ProductId,
    bundle: &Bundle,
    combinations: &[Combination],
) -> Result<(), BundleError> {
    let made: BTreeMap<Vec<String>, &Combination> = combinations
        .iter()
        .map(|own| (own.values.iter().map(|value| fold(value)).collect(), own))
        .collect();
    let variants = sql::variants_of(tx, &[id])?;
    let mut rows: Vec<(ProductVariantId, ProductVariantId, i64, i64)> = Vec::new();
    for variant in &variants {
        let Some(own) = made.get(&key_of(variant)) else {
            continue;
        };
        let each = own.components.iter();
        rows.extend(each.map(|(part, quantity)| (variant.id, *part, call.new_id(), *quantity)));
    }
    let parents: Vec<ProductVariantId> = variants.iter().map(|variant| variant.id).collect();
    Ok(keep(tx, id, bundle, &parents, &rows)?)
}

fn keep(
    tx: &mut Tx,
    id: ProductId,
    bundle: &Bundle,
    parents: &[ProductVariantId],
    rows: &[(ProductVariantId, ProductVariantId, i64, i64)],
) -> Result<(), StoreError> {
    super::relate::clear(tx, parents)?;
    super::relate::insert(tx, rows)?;
    tx.insert_many(
        "INSERT INTO bundles (shop_id, product_id, parts, consolidated)
         VALUES ($shop, $1, $2, $3)
         ON CONFLICT (shop_id, product_id) DO UPDATE
             SET parts = excluded.parts, consolidated = excluded.consolidated",
        &[(id, to_json(&bundle.parts), to_json(&bundle.consolidated))],
    )?;
    Ok(())
}
