//! The pure rule: which options and variants a bundle has, and what each is made of.

use std::collections::BTreeMap;

use units::ProductVariantId;

use super::{Bundle, BundleError, BundlePart, ConsolidatedOption, QUANTITY_MAX};
use crate::catalog::{OPTIONS_MAX, OptionWithValues, ProductVariant, VARIANTS_MAX};

/// A component's options and variants.
pub(super) struct Stockpile<'a> {
    pub(super) options: &'a [OptionWithValues],
    pub(super) variants: &'a [ProductVariant],
}

/// An option of the bundle, with what each of its values decides.
struct Axis {
    name: String,
    values: Vec<(String, Vec<Decision>)>,
}

/// What a value of the bundle decides of one of its parts.
#[derive(Clone)]
enum Decision {
    /// The part's option of that place has that value.
    Value(usize, usize, String),
    /// There are so many of the part.
    Quantity(usize, i64),
}

/// A variant of the bundle.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Combination {
    /// Its values, one for each option of the bundle.
    pub(super) values: Vec<String>,
    /// Variants and how many of each.
    pub(super) components: BTreeMap<ProductVariantId, i64>,
    /// What these cost together, in minor units.
    pub(super) price_minor: i64,
}

/// The bundle's options, by name, and its variants.
pub(super) type Combined = (Vec<(String, Vec<String>)>, Vec<Combination>);

/// Works out the options and variants of a bundle from its components, one for each part.
pub(super) fn combine(bundle: &Bundle, piles: &[Stockpile<'_>]) -> Result<Combined, BundleError> {
    let mut axes = Vec::new();
    let mut fixed: Vec<Decision> = Vec::new();
    for (place, (part, pile)) in bundle.parts.iter().zip(piles).enumerate() {
        part_axes(bundle, place, part, pile, &mut axes, &mut fixed)?;
    }
    consolidate(bundle, piles, &mut axes)?;
    if axes.len() > OPTIONS_MAX {
        return Err(BundleError::TooManyOptions);
    }
    let count = axes.iter().try_fold(1_usize, |count, axis| {
        count
            .checked_mul(axis.values.len())
            .filter(|count| *count <= VARIANTS_MAX)
    });
    let count = count.ok_or(BundleError::TooManyVariants)?;
    let combinations: Vec<Combination> = (0..count)
        .filter_map(|number| combination(&axes, number, &fixed, &bundle.parts, piles))
        .collect();
    if combinations.is_empty() {
        return Err(BundleError::NoVariants);
    }
    let named = axes.into_iter().map(|axis| {
        let values = axis.values.into_iter().map(|(value, _)| value);
        (axis.name, values.collect())
    });
    Ok((named.collect(), combinations))
}

/// The options that one part brings of its own.
fn part_axes(
    bundle: &Bundle,
    place: usize,
    part: &BundlePart,
    pile: &Stockpile<'_>,
    axes: &mut Vec<Axis>,
    fixed: &mut Vec<Decision>,
) -> Result<(), BundleError> {
    let known = |id: i64| pile.options.iter().any(|own| own.option.id.get() == id);
    if part.selections.iter().any(|own| !known(own.option)) {
        return Err(BundleError::OptionMissing(place));
    }
    for (at, option) in pile.options.iter().enumerate() {
        let id = option.option.id.get();
        let selected = part.selections.iter().find(|own| own.option == id);
        let has = |value: &String| option.values.iter().any(|own| own.value.name == *value);
        let Some(selected) = selected.filter(|own| !own.values.is_empty()) else {
            match &option.values[..] {
                [only] => fixed.push(Decision::Value(place, at, only.value.name.clone())),
                _ => return Err(BundleError::Unselected(place, option.option.name.clone())),
            }
            continue;
        };
        if let Some(value) = selected.values.iter().find(|value| !has(value)) {
            return Err(BundleError::ValueMissing(place, value.clone()));
        }
        if bundle.consolidated.iter().any(|own| own.stands_for(id)) {
            continue;
        }
        if let ([value], true) = (&selected.values[..], option.values.len() == 1) {
            fixed.push(Decision::Value(place, at, value.clone()));
            continue;
        }
        let decided = |value: &String| {
            (
                value.clone(),
                vec![Decision::Value(place, at, value.clone())],
            )
        };
        axes.push(Axis {
            name: selected.name.clone(),
            values: selected.values.iter().map(decided).collect(),
        });
    }
    quantity(place, part, axes, fixed)
}

/// How many of a part there are, as one number or by an option.
fn quantity(
    place: usize,
    part: &BundlePart,
    axes: &mut Vec<Axis>,
    fixed: &mut Vec<Decision>,
) -> Result<(), BundleError> {
    let sound = |quantity: i64| {
        (1..=QUANTITY_MAX)
            .contains(&quantity)
            .then_some(Decision::Quantity(place, quantity))
            .ok_or(BundleError::Quantity(place))
    };
    let Some(option) = &part.quantity_option else {
        fixed.push(sound(part.quantity.unwrap_or(1))?);
        return Ok(());
    };
    let mut values = Vec::with_capacity(option.values.len());
    for (value, quantity) in &option.values {
        values.push((value.clone(), vec![sound(*quantity)?]));
    }
    if values.is_empty() {
        return Err(BundleError::Quantity(place));
    }
    axes.push(Axis {
        name: option.name.clone(),
        values,
    });
    Ok(())
}

impl ConsolidatedOption {
    fn stands_for(&self, option: i64) -> bool {
        let chosen = |own: &(String, Vec<(i64, String)>)| own.1.iter().any(|(id, _)| *id == option);
        self.values.iter().any(chosen)
    }
}

/// The options that stand for several.
fn consolidate(
    bundle: &Bundle,
    piles: &[Stockpile<'_>],
    axes: &mut Vec<Axis>,
) -> Result<(), BundleError> {
    for option in &bundle.consolidated {
        let wrong = || BundleError::Consolidation(option.name.clone());
        // Where each option that it stands for is, with the values that may be said.
        let stood: Vec<(i64, usize, usize, &[String])> = bundle
            .parts
            .iter()
            .zip(piles)
            .enumerate()
            .flat_map(|(place, (part, pile))| {
                part.selections.iter().filter_map(move |own| {
                    let same = |known: &OptionWithValues| known.option.id.get() == own.option;
                    let at = pile.options.iter().position(same)?;
                    Some((own.option, place, at, &own.values[..]))
                })
            })
            .filter(|(id, ..)| option.stands_for(*id))
            .collect();
        let mut values = Vec::with_capacity(option.values.len());
        for (value, chosen) in &option.values {
            let mut decisions = Vec::with_capacity(stood.len());
            for (id, place, at, allowed) in &stood {
                let said = chosen.iter().find(|(option, _)| option == id);
                let said = said.filter(|(_, said)| allowed.contains(said));
                let (_, said) = said.ok_or_else(wrong)?;
                decisions.push(Decision::Value(*place, *at, said.clone()));
            }
            values.push((value.clone(), decisions));
        }
        if values.is_empty() || stood.is_empty() {
            return Err(wrong());
        }
        axes.push(Axis {
            name: option.name.clone(),
            values,
        });
    }
    Ok(())
}

/// The variant of that number among all combinations, the last option's values changing first;
/// none when a component has no variant with the values.
fn combination(
    axes: &[Axis],
    number: usize,
    fixed: &[Decision],
    parts: &[BundlePart],
    piles: &[Stockpile<'_>],
) -> Option<Combination> {
    let mut rest = number;
    let mut picks = vec![0; axes.len()];
    for (pick, axis) in picks.iter_mut().zip(axes).rev() {
        *pick = rest % axis.values.len();
        rest /= axis.values.len();
    }
    let chosen = axes
        .iter()
        .zip(&picks)
        .map(|(axis, pick)| &axis.values[*pick]);
    let decided: Vec<&Decision> = fixed
        .iter()
        .chain(chosen.clone().flat_map(|(_, decisions)| decisions))
        .collect();
    let mut components: BTreeMap<ProductVariantId, i64> = BTreeMap::new();
    let mut price_minor = 0_i64;
    for (place, pile) in piles.iter().enumerate().take(parts.len()) {
        let quantity = decided.iter().find_map(|own| match own {
            Decision::Quantity(part, quantity) if *part == place => Some(*quantity),
            _ => None,
        })?;
        let fits = |variant: &&ProductVariant| {
            let held: Vec<&str> = variant.option_values().collect();
            decided.iter().all(|own| match own {
                Decision::Value(part, at, value) if *part == place => {
                    held.get(*at) == Some(&value.as_str())
                }
                _ => true,
            })
        };
        let variant = pile.variants.iter().find(fits)?;
        *components.entry(variant.id).or_default() += quantity;
        price_minor = price_minor.saturating_add(variant.price_minor.saturating_mul(quantity));
    }
    Some(Combination {
        values: chosen.map(|(value, _)| value.clone()).collect(),
        components,
        price_minor,
    })
}

#[cfg(test)]
mod tests {
    use units::{ProductId, ProductOptionId, ProductOptionValueId, Timestamp};

    use super::*;
    use crate::catalog::bundles::{OptionSelection, QuantityOption};
    use crate::catalog::sheet::Birth;
    use crate::catalog::sheet::Sheet;
    use crate::catalog::{ProductOption, ProductOptionValue, UsedValue, variants};

    /// A product with one option of those values, a variant for each, at 10.00, 11.00, …
    fn product(
        number: i64,
        name: &str,
        values: &[&str],
    ) -> (Vec<OptionWithValues>, Vec<ProductVariant>) {
        let ids = std::cell::Cell::new(number * 100);
        let birth = Birth {
            now: Timestamp(0),
            new_id: &|| {
                ids.set(ids.get() + 1);
                ids.get()
            },
        };
        let sheet = Sheet::blank(&birth);
        let value = |(place, value): (i64, &&str)| UsedValue {
            value: ProductOptionValue {
                id: ProductOptionValueId(place),
                product_id: ProductId(number),
                option_id: ProductOptionId(number),
                position: place,
                name: (*value).to_owned(),
                linked_value: None,
            },
            has_variants: true,
        };
        let option = OptionWithValues {
            option: ProductOption {
                id: ProductOptionId(number),
                product_id: ProductId(number),
                position: 1,
                name: name.to_owned(),
                linked_namespace: None,
                linked_key: None,
            },
            values: (1..).zip(values).map(value).collect(),
        };
        let variant = |(place, value): (i64, &&str)| ProductVariant {
            id: ProductVariantId(number * 10 + place),
            option1: Some((*value).to_owned()),
            price_minor: 900 + place * 100,
            ..variants::first(&sheet, &birth)
        };
        let variants = (1..).zip(values).map(variant).collect();
        (vec![option], variants)
    }

    fn part(number: i64, name: &str, values: &[&str]) -> BundlePart {
        BundlePart {
            product: number,
            quantity: None,
            quantity_option: None,
            selections: vec![OptionSelection {
                option: number,
                name: name.to_owned(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }],
        }
    }

    #[test]
    fn a_bundle_has_a_variant_for_each_choice_of_its_components() {
        let (shirts, sizes) = product(1, "Size", &["S", "M"]);
        let (mugs, plain) = product(2, "Title", &["Default Title"]);
        let piles = [
            Stockpile {
                options: &shirts,
                variants: &sizes,
            },
            Stockpile {
                options: &mugs,
                variants: &plain,
            },
        ];
        let mut bundle = Bundle {
            parts: vec![part(1, "Shirt size", &["S", "M"]), part(2, "Title", &[])],
            consolidated: Vec::new(),
        };
        bundle.parts[1].quantity = Some(2);
        let (options, variants) = combine(&bundle, &piles).unwrap();
        assert_eq!(
            options,
            [(
                "Shirt size".to_owned(),
                vec!["S".to_owned(), "M".to_owned()]
            )]
        );
        assert_eq!(variants.len(), 2);
        assert_eq!(variants[1].values, ["M"]);
        assert_eq!(variants[1].price_minor, 1_100 + 2 * 1_000);
        let made = [(ProductVariantId(12), 1), (ProductVariantId(21), 2)];
        assert_eq!(variants[1].components, BTreeMap::from(made));
    }

    #[test]
    fn an_option_may_say_how_many_or_stand_for_several() {
        let (shirts, sizes) = product(1, "Size", &["S", "M"]);
        let (trousers, lengths) = product(2, "Length", &["30", "32"]);
        let piles = [
            Stockpile {
                options: &shirts,
                variants: &sizes,
            },
            Stockpile {
                options: &trousers,
                variants: &lengths,
            },
        ];
        let mut bundle = Bundle {
            parts: vec![
                part(1, "Size", &["S", "M"]),
                part(2, "Length", &["30", "32"]),
            ],
            consolidated: vec![ConsolidatedOption {
                name: "Suit".to_owned(),
                values: vec![
                    (
                        "Small".to_owned(),
                        vec![(1, "S".to_owned()), (2, "30".to_owned())],
                    ),
                    (
                        "Large".to_owned(),
                        vec![(1, "M".to_owned()), (2, "32".to_owned())],
                    ),
                ],
            }],
        };
        bundle.parts[0].quantity_option = Some(QuantityOption {
            name: "Shirts".to_owned(),
            values: vec![("One".to_owned(), 1), ("Three".to_owned(), 3)],
        });
        let (options, variants) = combine(&bundle, &piles).unwrap();
        let names: Vec<&str> = options.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Shirts", "Suit"]);
        assert_eq!(variants.len(), 4);
        assert_eq!(variants[3].values, ["Three", "Large"]);
        let made = [(ProductVariantId(12), 3), (ProductVariantId(22), 1)];
        assert_eq!(variants[3].components, BTreeMap::from(made));
        bundle.consolidated[0].values[0].1.pop();
        let wrong = combine(&bundle, &piles);
        assert!(matches!(wrong, Err(BundleError::Consolidation(_))));
    }

    #[test]
    fn what_is_not_there_cannot_be_bundled() {
        let (shirts, sizes) = product(1, "Size", &["S", "M"]);
        let piles = [Stockpile {
            options: &shirts,
            variants: &sizes,
        }];
        let why = |part: BundlePart| {
            let bundle = Bundle {
                parts: vec![part],
                consolidated: Vec::new(),
            };
            combine(&bundle, &piles).unwrap_err()
        };
        assert!(matches!(
            why(part(7, "Size", &["S"])),
            BundleError::OptionMissing(0)
        ));
        assert!(matches!(
            why(part(1, "Size", &["XL"])),
            BundleError::ValueMissing(0, _)
        ));
        assert!(matches!(
            why(part(1, "Size", &[])),
            BundleError::Unselected(0, _)
        ));
        let none = BundlePart {
            quantity: Some(0),
            ..part(1, "Size", &["S"])
        };
        assert!(matches!(why(none), BundleError::Quantity(0)));
    }
}
