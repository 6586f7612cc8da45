//! Making a product like another.

use std::collections::BTreeMap;

use store::Tx;
use units::ProductId;

use super::create::{finish, name};
use super::errors::CatalogError;
use super::input::ProductInput;
use super::set::{Extras, MediaRule, whole};
use super::sheet::{Birth, Sheet, born};
use super::update::locked;
use super::{ProductStatus, sql};
use crate::call::Call;
use crate::metafields::{self, MetafieldsError, NewMetafield, Owned, Owner};

/// Whether a copy shows what the product shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// It shows the same files.
    Keep,
    /// It shows nothing.
    Leave,
}

/// Makes a product with another title like one that is there: its options, variants, tags, custom
/// data and collections. The copy has no stock. Its state is the original's unless one is given.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn duplicate(
    tx: &mut Tx,
    call: &Call,
    id: ProductId,
    title: &str,
    status: Option<ProductStatus>,
    pictures: Pictures,
) -> Result<ProductId, CatalogError> {
    let original = locked(tx, id)?;
    let (mut copy, variants) = born(call, |birth| copied(&original, pictures, birth));
    let input = ProductInput {
        title: Some(title.to_owned()),
        status,
        collections_to_join: sql::collections_of_product(tx, id)?,
        ..ProductInput::default()
    };
    born(call, |birth| {
        whole(&mut copy, &input, MediaRule::Add, birth, false)
    })?;
    name(tx, &mut copy, None, false)?;
    let mut owned = custom_data(
        tx,
        Owner::Product,
        &BTreeMap::from([(id.get(), copy.product.id.get())]),
    )?;
    owned.extend(custom_data(tx, Owner::ProductVariant, &variants)?);
    let extras = Extras {
        metafields: allowed(tx, call, owned)?,
        ..Extras::default()
    };
    finish(tx, call, None, copy, &input, extras)
}

/// The copy's sheet, and which of its variants is like which of the original's.
fn copied(original: &Sheet, pictures: Pictures, birth: &Birth<'_>) -> (Sheet, BTreeMap<i64, i64>) {
    let mut copy = original.clone();
    let product = &mut copy.product;
    product.id = birth.id();
    product.handle = String::new();
    product.created_at = birth.now;
    let id = product.id;
    for option in &mut copy.options {
        option.option.id = birth.id();
        option.option.product_id = id;
        for value in &mut option.values {
            value.id = birth.id();
            value.product_id = id;
            value.option_id = option.option.id;
        }
    }
    let mut variants = BTreeMap::new();
    for variant in &mut copy.variants {
        let was = variant.id;
        variant.id = birth.id();
        variant.inventory_item_id = birth.id();
        variant.product_id = id;
        (variant.created_at, variant.updated_at) = (birth.now, birth.now);
        variants.insert(was.get(), variant.id.get());
    }
    if pictures == Pictures::Leave {
        copy.media.clear();
    }
    for media in &mut copy.media {
        media.product_id = id;
    }
    (copy, variants)
}

/// The owners' metafields, as those of other owners.
fn custom_data(
    tx: &mut Tx,
    owner: Owner,
    copies: &BTreeMap<i64, i64>,
) -> Result<Vec<Owned>, CatalogError> {
    let ids: Vec<i64> = copies.keys().copied().collect();
    let found = metafields::all_of(tx, owner, &ids)?;
    let copy = found.into_iter().filter_map(|held| {
        Some(Owned {
            owner,
            owner_id: *copies.get(&held.owner_id)?,
            metafield: NewMetafield {
                namespace: Some(held.namespace),
                key: held.key,
                kind: Some(held.kind),
                value: held.value,
                compare_digest: None,
            },
        })
    });
    Ok(copy.collect())
}

/// Those that two owners may have: a value that must be one owner's alone stays the original's.
fn allowed(tx: &mut Tx, call: &Call, mut owned: Vec<Owned>) -> Result<Vec<Owned>, CatalogError> {
    let refused = match metafields::plan(tx, call, &owned) {
        Ok(_) => return Ok(owned),
        Err(MetafieldsError::Store(fault)) => return Err(fault.into()),
        Err(MetafieldsError::TooMany) => return Ok(owned),
        Err(MetafieldsError::Refused(refused)) => refused,
    };
    let mut place = 0;
    owned.retain(|_| {
        place += 1;
        !refused.iter().any(|(at, _)| *at == place - 1)
    });
    Ok(owned)
}
