//! Which picture of its product a variant shows.

use commerce::apps::Scope;
use commerce::catalog::{self, CatalogError, Product, VariantMedia};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{Gid, MediaImageId, ProductId, ProductVariantId};

use super::media_mutations::user_errors;
use super::mutations::product_of;
use super::{Variant, variants};
use crate::errors::UserError;
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Args {
    product_id: ProductId,
    variant_media: Vec<PairFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PairFields {
    variant_id: ProductVariantId,
    media_ids: Vec<Gid>,
}

/// Variants with their new pictures, or why they have their old ones.
struct VariantMediaPayload {
    product: Option<ProductId>,
    variants: Option<Vec<ProductVariantId>>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("productVariantAppendMedia", append);
    r.mutation("productVariantDetachMedia", detach);
    for name in [
        "ProductVariantAppendMediaPayload",
        "ProductVariantDetachMediaPayload",
    ] {
        r.object::<VariantMediaPayload>(name)
            .load("product", product)
            .load("productVariants", payload_variants)
            .child("userErrors", |own| own.user_errors.clone());
    }
}

/// Lets variants show a picture.
async fn append(cx: MutationCx<Request>, args: Args) -> Result<VariantMediaPayload, Error> {
    let call = cx
        .request
        .permit("productVariantAppendMedia", Scope::WriteProducts)?;
    let (product, pairs) = args.pairs();
    let named = ids(&pairs);
    let done = cx
        .request
        .write(move |tx| catalog::append_media(tx, &call, product, &pairs))
        .await;
    VariantMediaPayload::present(product, named, done)
}

/// Lets variants no longer show a picture.
async fn detach(cx: MutationCx<Request>, args: Args) -> Result<VariantMediaPayload, Error> {
    let call = cx
        .request
        .permit("productVariantDetachMedia", Scope::WriteProducts)?;
    let (product, pairs) = args.pairs();
    let named = ids(&pairs);
    let done = cx
        .request
        .write(move |tx| catalog::detach_media(tx, &call, product, &pairs))
        .await;
    VariantMediaPayload::present(product, named, done)
}

fn ids(pairs: &[VariantMedia]) -> Vec<ProductVariantId> {
    pairs.iter().map(|(id, _)| *id).collect()
}

impl Args {
    fn pairs(self) -> (ProductId, Vec<VariantMedia>) {
        let media = |gids: Vec<Gid>| gids.iter().map(|gid| MediaImageId(gid.number)).collect();
        let pairs = self.variant_media.into_iter();
        let pairs = pairs.map(|pair| (pair.variant_id, media(pair.media_ids)));
        (self.product_id, pairs.collect())
    }
}

impl VariantMediaPayload {
    fn present(
        product: ProductId,
        variants: Vec<ProductVariantId>,
        done: Result<(), CatalogError>,
    ) -> Result<Self, Error> {
        Ok(match done {
            Ok(()) => Self {
                product: Some(product),
                variants: Some(variants),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                product: Some(product),
                variants: None,
                user_errors: user_errors(error, "productId")?,
            },
        })
    }
}

fn product(
    all: &[&VariantMediaPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Product>, Error>> {
    product_of(all.iter().map(|own| own.product), cx)
}

fn payload_variants(
    all: &[&VariantMediaPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Vec<Variant>>, Error>> {
    let one = |own: &&VariantMediaPayload| match &own.variants {
        None => Ok(None),
        Some(ids) => Ok(Some(variants(cx, ids)?.into_iter().flatten().collect())),
    };
    all.iter().map(one).collect()
}
