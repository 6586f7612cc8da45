//! Choosing a variant by its options' values.

use commerce::catalog::{self, OptionWithValues, Product, VariantSort};
use graphql::{Error, NoArgs};
use serde::Deserialize;
use store::Window;
use units::ProductId;

use super::translated;
use super::variants::{Variant, chosen};
use crate::errors::{fault, spread};
use crate::paging::page_error;
use crate::{Cx, Registry};

#[derive(Debug, Clone, Deserialize)]
struct SelectedOptionInput {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BySelectedArgs {
    selected_options: Vec<SelectedOptionInput>,
    ignore_unknown_options: Option<bool>,
    case_insensitive_match: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SelectedOrFirstArgs {
    selected_options: Option<Vec<SelectedOptionInput>>,
    ignore_unknown_options: Option<bool>,
    case_insensitive_match: Option<bool>,
}

/// What is wanted of a variant.
struct Wanted<'a> {
    options: &'a [SelectedOptionInput],
    ignore_unknown: bool,
    fold_case: bool,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Product>("Product")
        .load("variantBySelectedOptions", by_selected)
        .load("selectedOrFirstAvailableVariant", selected_or_first)
        .load("adjacentVariants", adjacent)
        .load_leaf(
            "encodedVariantExistence",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| encoded(all, cx, |_| true),
        )
        .load_leaf(
            "encodedVariantAvailability",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| encoded(all, cx, Variant::is_available),
        );
}

/// Which combinations of option values the wanted variants have, encoded for storefronts.
fn encoded(
    products: &[&Product],
    cx: &mut Cx,
    wanted: fn(&Variant) -> bool,
) -> Vec<Result<Option<String>, Error>> {
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let found = catalog::options(&mut cx.tx, &ids)
        .map_err(fault)
        .and_then(|options| Ok((options, variants(&ids, cx)?)));
    let text = |(options, variants): (Vec<OptionWithValues>, Vec<Variant>)| {
        Some(catalog::encode_variants(&options, &variants, wanted))
    };
    spread(
        found.map(|(options, variants)| options.into_iter().zip(variants).map(text).collect()),
        products.len(),
    )
}

/// All variants of each product.
fn variants(ids: &[ProductId], cx: &mut Cx) -> Result<Vec<Vec<Variant>>, Error> {
    let all = Window::first(catalog::VARIANTS_MAX);
    let pages = catalog::variants_of(&mut cx.tx, ids, VariantSort::Position, &all);
    let pages = pages.map_err(page_error)?;
    Ok(pages.into_iter().map(|page| page.nodes).collect())
}

type Loaded = Vec<(Vec<String>, Vec<Variant>)>;

/// Each product's option names, and all its variants.
fn load(products: &[&Product], cx: &mut Cx) -> Result<Loaded, Error> {
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let names = translated::option_names(cx, &ids)?;
    let mut found = variants(&ids, cx)?;
    for own in &mut found {
        translated::variants(cx, own);
    }
    Ok(names.into_iter().zip(found).collect())
}

fn by_selected(
    products: &[&Product],
    args: &BySelectedArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Variant>, Error>> {
    let wanted = Wanted {
        options: &args.selected_options,
        ignore_unknown: args.ignore_unknown_options.unwrap_or(false),
        fold_case: args.case_insensitive_match.unwrap_or(false),
    };
    let found = load(products, cx);
    let pick = |(names, variants): (Vec<String>, Vec<Variant>)| wanted.pick(&names, variants);
    spread(
        found.map(|all| all.into_iter().map(pick).collect()),
        products.len(),
    )
}

fn selected_or_first(
    products: &[&Product],
    args: &SelectedOrFirstArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Variant>, Error>> {
    let wanted = Wanted::of(args);
    let found = load(products, cx);
    let pick = |(names, variants): (Vec<String>, Vec<Variant>)| {
        let selected = wanted.pick(&names, variants.clone());
        let first_available = || {
            variants
                .iter()
                .find(|variant| variant.is_available())
                .cloned()
        };
        selected
            .or_else(first_available)
            .or_else(|| variants.first().cloned())
    };
    spread(
        found.map(|all| all.into_iter().map(pick).collect()),
        products.len(),
    )
}

/// The variants that differ from the selected one in a single option.
fn adjacent(
    products: &[&Product],
    args: &SelectedOrFirstArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<Variant>, Error>> {
    let wanted = Wanted::of(args);
    let found = load(products, cx);
    let near = |(names, variants): (Vec<String>, Vec<Variant>)| {
        let selected = wanted.pick(&names, variants.clone());
        let Some(selected) = selected.or_else(|| variants.first().cloned()) else {
            return Vec::new();
        };
        let differences = |other: &Variant| {
            let pairs = other
                .variant
                .option_values()
                .zip(selected.variant.option_values());
            pairs.filter(|(one, other)| one != other).count()
        };
        variants
            .into_iter()
            .filter(|variant| differences(variant) == 1)
            .collect()
    };
    spread(
        found.map(|all| all.into_iter().map(near).collect()),
        products.len(),
    )
}

impl<'a> Wanted<'a> {
    fn of(args: &'a SelectedOrFirstArgs) -> Self {
        Self {
            options: args.selected_options.as_deref().unwrap_or_default(),
            ignore_unknown: args.ignore_unknown_options.unwrap_or(true),
            fold_case: args.case_insensitive_match.unwrap_or(false),
        }
    }

    /// The first variant that has all wanted values, when any option of the product is named.
    fn pick(&self, names: &[String], variants: Vec<Variant>) -> Option<Variant> {
        let known =
            |option: &&SelectedOptionInput| names.iter().any(|name| self.same(name, &option.name));
        let options: Vec<&SelectedOptionInput> = self.options.iter().filter(known).collect();
        let all_known = options.len() == self.options.len();
        if options.is_empty() || (!all_known && !self.ignore_unknown) {
            return None;
        }
        variants.into_iter().find(|variant| {
            let has = chosen(&variant.variant, names);
            options.iter().all(|wanted| {
                has.iter().any(|option| {
                    self.same(&option.name, &wanted.name) && self.same(&option.value, &wanted.value)
                })
            })
        })
    }

    fn same(&self, one: &str, other: &str) -> bool {
        one == other || (self.fold_case && one.to_lowercase() == other.to_lowercase())
    }
}
