//! Making, changing and deleting variants, many at a time.

use commerce::apps::Scope;
use commerce::catalog::{
    self, CatalogError, MediaInput, Partial, Product, Strategy, VariantInput, Why,
};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{ProductId, ProductVariantId};

use super::inputs::MediaFields;
use super::mutations::{currency, product_of};
use super::refusals::{Codes, catalog_error, user_error};
use super::variant_inputs::BulkFields;
use super::{Variant, variants};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Cx, Registry, Request};

/// Variants after a mutation, or why they are as they were.
struct BulkPayload {
    product: Option<ProductId>,
    variants: Option<Vec<ProductVariantId>>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateArgs {
    product_id: ProductId,
    variants: Vec<BulkFields>,
    media: Option<Vec<MediaFields>>,
    strategy: Option<StrategyName>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum StrategyName {
    Default,
    PreserveStandaloneVariant,
    RemoveStandaloneVariant,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    product_id: ProductId,
    variants: Vec<BulkFields>,
    media: Option<Vec<MediaFields>>,
    allow_partial_updates: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    product_id: ProductId,
    variants_ids: Vec<ProductVariantId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReorderArgs {
    product_id: ProductId,
    positions: Vec<PositionFields>,
}

#[derive(Deserialize)]
struct PositionFields {
    id: ProductVariantId,
    position: i64,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("productVariantsBulkReorder", reorder);
    r.list_limit("productVariantsBulkReorder.positions", catalog::BULK_MAX);
    r.list_limit("productVariantsBulkDelete.variantsIds", catalog::BULK_MAX);
    r.object::<BulkPayload>("ProductVariantsBulkReorderPayload")
        .load("product", product)
        .child("userErrors", |payload| payload.user_errors.clone());
    user_error_with_code(r, "ProductVariantsBulkReorderUserError");
    r.mutation("productVariantsBulkCreate", create);
    r.mutation("productVariantsBulkUpdate", update);
    r.mutation("productVariantsBulkDelete", delete);
    for field in ["productVariantsBulkCreate", "productVariantsBulkUpdate"] {
        r.list_limit(&format!("{field}.variants"), catalog::BULK_MAX);
    }
    for name in [
        "ProductVariantsBulkCreatePayload",
        "ProductVariantsBulkUpdatePayload",
    ] {
        r.object::<BulkPayload>(name)
            .load("product", product)
            .load("productVariants", payload_variants)
            .child("userErrors", |payload| payload.user_errors.clone());
    }
    r.object::<BulkPayload>("ProductVariantsBulkDeletePayload")
        .load("product", product)
        .child("userErrors", |payload| payload.user_errors.clone());
}

fn product(all: &[&BulkPayload], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Product>, Error>> {
    product_of(all.iter().map(|payload| payload.product), cx)
}

fn payload_variants(
    all: &[&BulkPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<Vec<Variant>>, Error>> {
    all.iter()
        .map(|payload| match &payload.variants {
            None => Ok(None),
            Some(ids) => Ok(Some(variants(cx, ids)?.into_iter().flatten().collect())),
        })
        .collect()
}

async fn inputs(
    request: &Request,
    given: &[BulkFields],
    media: Option<Vec<MediaFields>>,
) -> Result<(Vec<VariantInput>, Vec<MediaInput>), Error> {
    let currency = currency(request).await?;
    let variants = given
        .iter()
        .map(|one| one.input(currency))
        .collect::<Result<_, _>>()?;
    let media = media.iter().flatten().map(MediaFields::input).collect();
    Ok((variants, media))
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<BulkPayload, Error> {
    let call = cx
        .request
        .permit("productVariantsBulkCreate", Scope::WriteProducts)?;
    let (variants, media) = inputs(&cx.request, &args.variants, args.media).await?;
    let strategy = match args.strategy {
        None | Some(StrategyName::Default) => Strategy::Default,
        Some(StrategyName::PreserveStandaloneVariant) => Strategy::Preserve,
        Some(StrategyName::RemoveStandaloneVariant) => Strategy::Remove,
    };
    let product = args.product_id;
    let done = cx
        .request
        .write(move |tx| catalog::create_variants(tx, &call, product, &variants, &media, strategy))
        .await;
    Ok(match done {
        Ok(ids) => BulkPayload {
            product: Some(product),
            variants: Some(ids),
            user_errors: Vec::new(),
        },
        Err(error) => BulkPayload {
            product: None,
            variants: None,
            user_errors: catalog_error(error, Codes::Create, &[])?,
        },
    })
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<BulkPayload, Error> {
    let call = cx
        .request
        .permit("productVariantsBulkUpdate", Scope::WriteProducts)?;
    let (variants, media) = inputs(&cx.request, &args.variants, args.media).await?;
    let partially = match args.allow_partial_updates {
        Some(true) => Partial::Allow,
        _ => Partial::Refuse,
    };
    let product = args.product_id;
    let done = cx
        .request
        .write(move |tx| catalog::update_variants(tx, &call, product, &variants, &media, partially))
        .await;
    Ok(match done {
        Ok(done) => BulkPayload {
            product: Some(product),
            user_errors: done
                .refused
                .iter()
                .map(|refusal| user_error(refusal, Codes::Update, &[]))
                .collect(),
            variants: Some(done.variants),
        },
        Err(error) => BulkPayload {
            product: None,
            variants: None,
            user_errors: catalog_error(error, Codes::Update, &[])?,
        },
    })
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<BulkPayload, Error> {
    let call = cx
        .request
        .permit("productVariantsBulkDelete", Scope::WriteProducts)?;
    let product = args.product_id;
    let ids = args.variants_ids;
    let done = cx
        .request
        .write(move |tx| catalog::delete_variants(tx, &call, product, &ids))
        .await;
    Ok(match done {
        Ok(()) => BulkPayload {
            product: Some(product),
            variants: None,
            user_errors: Vec::new(),
        },
        Err(error) => BulkPayload {
            product: None,
            variants: None,
            user_errors: catalog_error(error, Codes::Delete, &[])?,
        },
    })
}

/// Puts variants at other places.
async fn reorder(cx: MutationCx<Request>, args: ReorderArgs) -> Result<BulkPayload, Error> {
    let call = cx
        .request
        .permit("productVariantsBulkReorder", Scope::WriteProducts)?;
    let product = args.product_id;
    let positions: Vec<(ProductVariantId, i64)> = args
        .positions
        .iter()
        .map(|given| (given.id, given.position))
        .collect();
    let done = cx
        .request
        .write(move |tx| catalog::reorder_variants(tx, &call, product, &positions))
        .await;
    let refused = match done {
        Ok(()) => Vec::new(),
        Err(CatalogError::Store(cause)) => return Err(fault(cause)),
        Err(CatalogError::Refused(refused)) => refused,
    };
    let shown = refused.iter().map(|refusal| {
        let (code, path) = match refusal.why {
            Why::ProductMissing => ("PRODUCT_DOES_NOT_EXIST", vec!["productId"]),
            Why::VariantTwice => ("DUPLICATED_VARIANT_ID", at(refusal)),
            Why::Position => ("INVALID_POSITION", at(refusal)),
            Why::VariantMissing => ("MISSING_VARIANT", at(refusal)),
            _ => ("GENERIC_ERROR", at(refusal)),
        };
        UserError::new(&path, code, &refusal.why)
    });
    Ok(BulkPayload {
        product: Some(product),
        variants: None,
        user_errors: shown.collect(),
    })
}

fn at(refusal: &catalog::Refusal) -> Vec<&str> {
    refusal.at.iter().map(|part| &**part).collect()
}
