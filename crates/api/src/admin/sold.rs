//! From what was sold to what is in the catalogue: nothing where that is gone.

use commerce::catalog::{self, Product};
use graphql::{Error, NoArgs};
use units::{ProductId, ProductVariantId};

use super::orders::Line;
use super::products::{self, Variant};
use crate::errors::{fault, spread};
use crate::images::Image;
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    r.object::<Line>("LineItem")
        .load("product", product)
        .load("variant", variant)
        .load("image", |all: &[&Line], _: &NoArgs, cx: &mut Cx| {
            let origin = cx.request.origin();
            let image = |line: &&Line| {
                let url = line.row.image_url.as_deref();
                Ok(url.map(|url| Image::at(url, &line.row.title, origin)))
            };
            all.iter().map(image).collect()
        });
}

fn product(all: &[&Line], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Product>, Error>> {
    let ids: Vec<_> = all.iter().map(|line| line.row.product_id).collect();
    products_sold(cx, &ids)
}

fn variant(all: &[&Line], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Variant>, Error>> {
    let ids: Vec<_> = all.iter().map(|line| line.row.variant_id).collect();
    variants_sold(cx, &ids)
}

/// The products of some lines, as far as they are still there.
pub(crate) fn products_sold(
    cx: &mut Cx,
    ids: &[Option<ProductId>],
) -> Vec<Result<Option<Product>, Error>> {
    let known: Vec<ProductId> = ids.iter().copied().flatten().collect();
    let found = catalog::products(&mut cx.tx, &known)
        .map_err(fault)
        .map(|found| {
            let of = |id: &Option<ProductId>| {
                let mut rows = found.iter().flatten();
                rows.find(|product| Some(product.id) == *id).cloned()
            };
            ids.iter().map(of).collect()
        });
    spread(found, ids.len())
}

/// The variants of some lines, as far as they are still there.
pub(crate) fn variants_sold(
    cx: &mut Cx,
    ids: &[Option<ProductVariantId>],
) -> Vec<Result<Option<Variant>, Error>> {
    let known: Vec<ProductVariantId> = ids.iter().copied().flatten().collect();
    let found = products::variants(cx, &known).map(|found| {
        let of = |id: &Option<ProductVariantId>| {
            let held = |own: &&Variant| Some(own.row.variant.id) == *id;
            found.iter().flatten().find(held).cloned()
        };
        ids.iter().map(of).collect()
    });
    spread(found, ids.len())
}
