//! The options of a product.

use commerce::catalog::{self, OptionWithValues, Product, UsedValue};
use graphql::{Error, NoArgs};
use serde::Deserialize;
use units::MediaImageId;

use super::product::ids;
use crate::admin::files::{Picture, picture};
use crate::errors::{fault, spread};
use crate::scalars::Id;
use crate::{Cx, Registry};

/// A sample of a colour or material.
struct Swatch {
    color: Option<String>,
    image: Option<Picture>,
}

/// The metafield whose metaobjects are an option's values.
struct Linked {
    namespace: String,
    key: String,
}

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
        .child("linkedMetafield", |own| {
            Some(Linked {
                namespace: own.option.linked_namespace.clone()?,
                key: own.option.linked_key.clone()?,
            })
        })
        .child("optionValues", |own| own.values.clone());
    r.object::<Linked>("LinkedMetafield")
        .text_opt("namespace", |own| Some(own.namespace.as_str()))
        .text_opt("key", |own| Some(own.key.as_str()));
    r.object::<UsedValue>("ProductOptionValue")
        .leaf("id", |own| Id(own.value.id))
        .text("name", |own| &own.value.name)
        .leaf("hasVariants", |own| own.has_variants)
        .text_opt("linkedMetafieldValue", |own| {
            own.value.linked_value.as_deref()
        })
        .load("swatch", |all: &[&UsedValue], _: &NoArgs, cx: &mut Cx| {
            spread(swatches(all, cx), all.len())
        });
    r.object::<Swatch>("ProductOptionValueSwatch")
        .text_opt("color", |own| own.color.as_deref())
        .child("image", |own| own.image.clone());
}

fn swatches(all: &[&UsedValue], cx: &mut Cx) -> Result<Vec<Option<Swatch>>, Error> {
    let values: Vec<_> = all.iter().map(|own| &own.value).collect();
    let found = catalog::swatches(&mut cx.tx, &values).map_err(fault)?;
    let ids: Vec<MediaImageId> = found.iter().flatten().filter_map(|own| own.image).collect();
    let files = match ids[..] {
        [] => Vec::new(),
        _ => commerce::files::by_ids(&mut cx.tx, &ids).map_err(fault)?,
    };
    let origin = cx.request.origin();
    let one = |own: catalog::Swatch| {
        let file = files
            .iter()
            .flatten()
            .find(|file| Some(file.id) == own.image);
        Swatch {
            color: own.color,
            image: file.and_then(|file| picture(file.clone(), origin)),
        }
    };
    Ok(found.into_iter().map(|own| own.map(one)).collect())
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
