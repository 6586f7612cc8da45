//! Putting variants of a product at other places.

use std::collections::BTreeMap;

use store::Tx;
use units::{ProductId, ProductVariantId};

use super::ProductVariant;
use super::errors::{CatalogError, Refusal, Why};
use super::update::change;
use crate::call::Call;

/// Moves variants to places from 1, the others keep their order around them. A place beyond the
/// last is the last.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn reorder_variants(
    tx: &mut Tx,
    call: &Call,
    product: ProductId,
    positions: &[(ProductVariantId, i64)],
) -> Result<(), CatalogError> {
    change(tx, call, product, |sheet| {
        arrange(&mut sheet.variants, positions)
            .map_err(|refusal| CatalogError::Refused(vec![refusal]))
    })
}

fn arrange(
    variants: &mut Vec<ProductVariant>,
    positions: &[(ProductVariantId, i64)],
) -> Result<(), Refusal> {
    let mut wanted: BTreeMap<ProductVariantId, usize> = BTreeMap::new();
    for (index, (id, position)) in positions.iter().enumerate() {
        let at = |field: &str, why| {
            Refusal::new(
                ["positions".to_owned(), index.to_string(), field.to_owned()],
                why,
            )
        };
        let place = usize::try_from(*position).ok().filter(|place| *place > 0);
        let place = place.ok_or_else(|| at("position", Why::Position))?;
        if wanted.insert(*id, place - 1).is_some() {
            return Err(at("id", Why::VariantTwice));
        }
    }
    let (moved, mut rest): (Vec<_>, Vec<_>) = std::mem::take(variants)
        .into_iter()
        .partition(|variant| wanted.contains_key(&variant.id));
    if moved.len() < wanted.len() {
        let known = |id: &ProductVariantId| moved.iter().any(|variant| variant.id == *id);
        let index = positions.iter().position(|(id, _)| !known(id)).unwrap_or(0);
        let at = ["positions".to_owned(), index.to_string(), "id".to_owned()];
        return Err(Refusal::new(at, Why::VariantMissing));
    }
    let mut moved: Vec<(usize, ProductVariant)> = moved
        .into_iter()
        .map(|variant| (wanted[&variant.id], variant))
        .collect();
    moved.sort_by_key(|(place, _)| *place);
    let mut rest = rest.drain(..);
    let mut moved = moved.into_iter().peekable();
    loop {
        let due = moved.next_if(|(place, _)| *place <= variants.len());
        let next = due.map(|(_, variant)| variant).or_else(|| rest.next());
        match next.or_else(|| moved.next().map(|(_, variant)| variant)) {
            Some(variant) => variants.push(variant),
            None => return Ok(()),
        }
    }
}
