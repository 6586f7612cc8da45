//! Work on products that a caller did not want to wait for.
//!
//! It is over when the reply leaves; its number is that of the product that it made, changed or
//! took away, so that it can be asked about ever after.

use commerce::apps::Scope;
use commerce::catalog::{self, Product};
use graphql::{Error, NoArgs, Obj, obj};
use serde::Deserialize;
use units::{Gid, ProductId};

use super::duplicate::DuplicateOperation;
use super::mutations::{SetOperation, product_of};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::Id;
use crate::{Cx, Registry};

/// A bundle was made or changed.
#[derive(Clone)]
pub(super) struct BundleOperation(pub(super) ProductId);

/// A product was deleted.
#[derive(Clone)]
pub(super) struct DeleteOperation(pub(super) ProductId);

#[derive(Deserialize)]
struct IdArgs {
    id: Gid,
}

pub(super) fn register(r: &mut Registry) {
    r.query("productOperation", operation);
    r.object::<BundleOperation>("ProductBundleOperation")
        .leaf("id", |own| {
            format!("gid://shopify/ProductBundleOperation/{}", own.0.get())
        })
        .text("status", |_| "COMPLETE")
        .load(
            "product",
            |all: &[&BundleOperation], _: &NoArgs, cx: &mut Cx| {
                product_of(all.iter().map(|own| Some(own.0)), cx)
            },
        )
        .child("userErrors", |_| Vec::<UserError>::new());
    r.object::<DeleteOperation>("ProductDeleteOperation")
        .leaf("id", |own| {
            format!("gid://shopify/ProductDeleteOperation/{}", own.0.get())
        })
        .text("status", |_| "COMPLETE")
        .leaf("deletedProductId", |own| Some(Id(own.0)))
        // It is gone.
        .child("product", |_| None::<Product>)
        .child("userErrors", |_| Vec::<UserError>::new());
    user_error_with_code(r, "ProductBundleMutationUserError");
}

fn operation(args: &IdArgs, cx: &mut Cx) -> Result<Option<Obj>, Error> {
    cx.permit("productOperation", Scope::ReadProducts)?;
    let id = ProductId(args.id.number);
    let found = catalog::products(&mut cx.tx, &[id]).map_err(fault)?;
    let found = found.into_iter().next().flatten();
    Ok(match (args.id.kind.as_str(), found) {
        ("ProductBundleOperation", Some(_)) => Some(obj(BundleOperation(id))),
        ("ProductSetOperation", Some(_)) => Some(obj(SetOperation::of(id))),
        ("ProductDuplicateOperation", Some(_)) => Some(obj(DuplicateOperation::of(id))),
        ("ProductDeleteOperation", None) => Some(obj(DeleteOperation(id))),
        _ => None,
    })
}
