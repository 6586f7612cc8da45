//! What a file says of products' metafields.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Number;
use store::{StoreError, Tx};

use super::Rejected;
use crate::attributes::{from_json, to_json};
use crate::call::Call;
use crate::catalog::csv::FileProduct;
use crate::catalog::save::Change;
use crate::metafields::{self, MetafieldError, MetafieldsError, Owned, Owner, Plan};

/// The type of a metafield that nothing else says the type of.
const PLAIN: &str = "single_line_text_field";

/// Plans the metafields of a file's products; a product with one that cannot be taken is left out
/// whole, and told of.
pub(super) fn plan(
    tx: &mut Tx,
    call: &Call,
    products: &mut Vec<(&FileProduct, Change)>,
    rejected: &mut Vec<Rejected>,
) -> Result<Plan, StoreError> {
    let mut owned: Vec<(usize, Owned)> = products
        .iter()
        .enumerate()
        .flat_map(|(place, (product, change))| {
            let id = change.after.as_ref().map(|sheet| sheet.product.id.get());
            let own = product.input.metafields.iter();
            own.filter_map(move |metafield| {
                let owned = Owned {
                    owner: Owner::Product,
                    owner_id: id?,
                    metafield: metafield.clone(),
                };
                Some((place, owned))
            })
        })
        .collect();
    let mut forms = FORMS.iter();
    loop {
        let inputs: Vec<Owned> = owned.iter().map(|(_, owned)| owned.clone()).collect();
        let refused = match metafields::plan(tx, call, &inputs) {
            Ok(plan) => return Ok(plan),
            Err(MetafieldsError::Store(fault)) => return Err(fault),
            Err(MetafieldsError::Refused(refused)) => refused,
            // Planning counts nothing.
            Err(MetafieldsError::TooMany) => Vec::new(),
        };
        if let Some(form) = forms.next().filter(|_| !refused.is_empty()) {
            for (at, why) in &refused {
                mend(&mut owned[*at].1, why, *form);
            }
            continue;
        }
        let mut blamed: BTreeMap<usize, String> = BTreeMap::new();
        for (at, why) in &refused {
            let (place, owned) = &owned[*at];
            let name = format!(
                "{}.{}: {why}",
                owned.metafield.namespace.as_deref().unwrap_or_default(),
                owned.metafield.key
            );
            blamed.entry(*place).or_insert(name);
        }
        if blamed.is_empty() {
            return Ok(Plan::default());
        }
        let gone: BTreeSet<usize> = blamed.keys().copied().collect();
        for (place, reason) in blamed {
            let (product, _) = &products[place];
            rejected.push(super::reject(product, product.line, format!("{reason}.")));
        }
        // The others keep their order; their places move up.
        let mut place = 0;
        products.retain(|_| {
            place += 1;
            !gone.contains(&(place - 1))
        });
        owned.retain(|(place, _)| !gone.contains(place));
        for (place, _) in &mut owned {
            *place -= gone.range(..*place).count();
        }
    }
}

/// How the items of a list may be meant.
#[derive(Clone, Copy)]
enum Items {
    Numbers,
    Texts,
}

const FORMS: [Items; 2] = [Items::Numbers, Items::Texts];

/// Helps a value that files write in another form: without a type, or as a list with semicolons.
fn mend(owned: &mut Owned, why: &MetafieldError, form: Items) {
    let metafield = &mut owned.metafield;
    match why {
        MetafieldError::TypeMissing => metafield.kind = Some(PLAIN.to_owned()),
        MetafieldError::Value(_) => {
            if let Some(list) = as_list(&metafield.value, form) {
                metafield.value = list;
            }
        }
        _ => {}
    }
}

/// A list of what semicolons part, or of what an earlier form made of it.
fn as_list(value: &str, form: Items) -> Option<String> {
    let items: Vec<String> = match value.starts_with('[') {
        true => {
            let numbers: Vec<Number> = from_json(value);
            numbers.iter().map(ToString::to_string).collect()
        }
        false => value
            .split(';')
            .map(|item| item.trim().to_owned())
            .collect(),
    };
    if items.is_empty() {
        return None;
    }
    match form {
        Items::Texts => Some(to_json(&items)),
        Items::Numbers => {
            let numbers: Option<Vec<Number>> = items.iter().map(|own| own.parse().ok()).collect();
            numbers.map(|numbers| to_json(&numbers))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_semicolons_part_is_a_list_of_numbers_or_of_texts() {
        assert_eq!(as_list("3; 4", Items::Numbers).unwrap(), "[3,4]");
        assert_eq!(as_list("[3,4]", Items::Texts).unwrap(), "[\"3\",\"4\"]");
        assert_eq!(as_list("red; 4", Items::Numbers), None);
        assert_eq!(as_list("red; 4", Items::Texts).unwrap(), "[\"red\",\"4\"]");
        assert_eq!(as_list("[\"red\"]", Items::Texts), None);
    }
}
