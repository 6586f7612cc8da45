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
    let ids: Vec<ProductId> = all.iter().filter_map(|line| line.row.product_id).collect();
    let found = catalog::products(&mut cx.tx, &ids)
        .map_err(fault)
        .map(|found| {
            let of = |line: &&Line| {
                let id = line.row.product_id?;
                found
                    .iter()
                    .flatten()
                    .find(|product| product.id == id)
                    .cloned()
            };
            all.iter().map(of).collect()
        });
    spread(found, all.len())
}

fn variant(all: &[&Line], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Variant>, Error>> {
    let ids: Vec<ProductVariantId> = all.iter().filter_map(|line| line.row.variant_id).collect();
    let found = products::variants(cx, &ids).map(|found| {
        let of = |line: &&Line| {
            let id = line.row.variant_id?;
            let held = |own: &&Variant| own.row.variant.id == id;
            found.iter().flatten().find(held).cloned()
        };
        all.iter().map(of).collect()
    });
    spread(found, all.len())
}
