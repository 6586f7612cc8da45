//! The options of a product.

use commerce::catalog::{self, OptionWithValues, Product, UsedValue};
use graphql::{Error, NoArgs};
use serde::Deserialize;

use super::product::ids;
use crate::admin::files::Picture;
use crate::errors::{fault, spread};
use crate::scalars::Id;
use crate::{Cx, Registry};

/// A sample of a colour or material, which option values do not have yet.
#[derive(Clone, Copy)]
enum Swatch {}

#[derive(Deserialize)]
struct FirstArgs {
    first: Option<usize>,
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Product>("Product").load("options", options);
    r.object::<OptionWithValues>("ProductOption")
        .leaf("id", |own| Id(own.option.id))
        .text("name", |own| &own.option.name)
        .leaf("position", |own| own.option.position)
        .leaf("values", |own| {
            let used = own.values.iter().filter(|value| value.has_variants);
            used.map(|value| value.value.name.clone())
                .collect::<Vec<_>>()
        })
        .child("optionValues", |own| own.values.clone());
    r.object::<UsedValue>("ProductOptionValue")
        .leaf("id", |own| Id(own.value.id))
        .text("name", |own| &own.value.name)
        .leaf("hasVariants", |own| own.has_variants)
        .text_opt("linkedMetafieldValue", |_| None)
        .child("swatch", |_| None::<Swatch>);
    r.object::<Swatch>("ProductOptionValueSwatch")
        .leaf("color", |swatch| -> Option<String> { match *swatch {} })
        .child("image", |swatch| -> Option<Picture> { match *swatch {} });
}

fn options(
    all: &[&Product],
    args: &FirstArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<OptionWithValues>, Error>> {
    let most = args.first.unwrap_or(usize::MAX);
    let found = catalog::options(&mut cx.tx, &ids(all)).map_err(fault);
    let cut = |options: Vec<OptionWithValues>| options.into_iter().take(most).collect();
    spread(
        found.map(|found| found.into_iter().map(cut).collect()),
        all.len(),
    )
}

/// Nothing but the names, where values are not asked for.
pub(super) fn names(
    cx: &mut Cx,
    products: &[units::ProductId],
    _: &NoArgs,
) -> Result<Vec<Vec<String>>, Error> {
    catalog::option_names(&mut cx.tx, products).map_err(fault)
}
