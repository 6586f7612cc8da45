//! The older mutations of a product's media.

use commerce::apps::Scope;
use commerce::catalog::{self, CatalogError, MediaInput, Product, Why};
use graphql::{Error, MutationCx, NoArgs, Obj};
use serde::Deserialize;
use units::{Gid, MediaImageId, ProductId};

use super::inputs::MediaFields;
use super::media::objects;
use super::{Codes, by_id, catalog_error};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateArgs {
    product_id: ProductId,
    media: Vec<MediaFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    product_id: ProductId,
    media: Vec<UpdateFields>,
}

#[derive(Deserialize)]
struct UpdateFields {
    id: Gid,
    alt: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    product_id: ProductId,
    media_ids: Vec<Gid>,
}

/// Media after a mutation, or why they are as they were.
struct MediaPayload {
    product: ProductId,
    media: Option<Vec<MediaImageId>>,
    /// The ids as the caller gave them, where media are gone.
    deleted: Option<Vec<Gid>>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    user_error_with_code(r, "MediaUserError");
    r.mutation("productCreateMedia", create);
    r.mutation("productUpdateMedia", update);
    r.mutation("productDeleteMedia", delete);
    for name in ["ProductCreateMediaPayload", "ProductUpdateMediaPayload"] {
        payload(r, name);
        r.object::<MediaPayload>(name).load(
            "media",
            |all: &[&MediaPayload], _: &NoArgs, cx: &mut Cx| {
                let shown = |own: &&MediaPayload| -> Result<Option<Vec<Obj>>, Error> {
                    let Some(ids) = &own.media else {
                        return Ok(None);
                    };
                    Ok(Some(objects(cx, ids)?.into_iter().flatten().collect()))
                };
                all.iter().map(shown).collect()
            },
        );
    }
    payload(r, "ProductDeleteMediaPayload");
    r.object::<MediaPayload>("ProductDeleteMediaPayload")
        .leaf("deletedMediaIds", |own| own.deleted.as_deref().map(texts))
        .leaf("deletedProductImageIds", |own| {
            let pictures = own.deleted.as_ref()?.iter();
            let picture = |gid: &&Gid| gid.kind == "MediaImage";
            let id = |gid: &Gid| format!("gid://shopify/ProductImage/{}", gid.number);
            Some(pictures.filter(picture).map(id).collect::<Vec<String>>())
        });
}

fn texts(gids: &[Gid]) -> Vec<String> {
    gids.iter().map(ToString::to_string).collect()
}

fn payload(r: &mut Registry, name: &'static str) {
    r.object::<MediaPayload>(name)
        .load(
            "product",
            |all: &[&MediaPayload], _: &NoArgs, cx: &mut Cx| {
                let load = |own: &&MediaPayload| -> Result<Option<Product>, Error> {
                    by_id(cx, own.product)
                };
                all.iter().map(load).collect()
            },
        )
        .child("mediaUserErrors", |own| own.user_errors.clone())
        .child("userErrors", |own| own.user_errors.clone());
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<MediaPayload, Error> {
    let call = cx
        .request
        .permit("productCreateMedia", Scope::WriteProducts)?;
    let product = args.product_id;
    let inputs: Vec<MediaInput> = args.media.iter().map(MediaFields::input).collect();
    let done = cx
        .request
        .write(move |tx| catalog::add_media(tx, &call, product, &inputs))
        .await;
    present(product, done.map(Some), None)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<MediaPayload, Error> {
    let call = cx
        .request
        .permit("productUpdateMedia", Scope::WriteProducts)?;
    let product = args.product_id;
    let changes: Vec<(MediaImageId, Option<String>)> = args
        .media
        .into_iter()
        .map(|fields| (MediaImageId(fields.id.number), fields.alt))
        .collect();
    let ids: Vec<MediaImageId> = changes.iter().map(|(id, _)| *id).collect();
    let done = cx
        .request
        .write(move |tx| catalog::update_media(tx, &call, product, &changes))
        .await;
    present(product, done.map(|()| Some(ids)), None)
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<MediaPayload, Error> {
    let call = cx
        .request
        .permit("productDeleteMedia", Scope::WriteProducts)?;
    let product = args.product_id;
    let ids: Vec<MediaImageId> = args
        .media_ids
        .iter()
        .map(|gid| MediaImageId(gid.number))
        .collect();
    let done = cx
        .request
        .write(move |tx| catalog::delete_media(tx, &call, product, &ids))
        .await;
    present(product, done.map(|()| None), Some(args.media_ids))
}

fn present(
    product: ProductId,
    done: Result<Option<Vec<MediaImageId>>, CatalogError>,
    deleted: Option<Vec<Gid>>,
) -> Result<MediaPayload, Error> {
    let refused = match done {
        Ok(media) => {
            return Ok(MediaPayload {
                product,
                media,
                deleted,
                user_errors: Vec::new(),
            });
        }
        Err(CatalogError::Store(cause)) => return Err(fault(cause)),
        Err(CatalogError::Refused(refused)) => refused,
    };
    let codes: Vec<&'static str> = refused.iter().map(|one| code(&one.why)).collect();
    let shown = catalog_error(CatalogError::Refused(refused), Codes::None, &[])?;
    let user_errors = shown
        .into_iter()
        .zip(codes)
        .map(|(error, code)| UserError {
            code: Some(code),
            // The product is named by another argument than in other mutations.
            field: match error.field.as_deref() {
                Some([id]) if id == "id" => Some(vec!["productId".to_owned()]),
                _ => error.field,
            },
            message: error.message,
        })
        .collect();
    Ok(MediaPayload {
        product,
        media: None,
        deleted: None,
        user_errors,
    })
}

fn code(why: &Why) -> &'static str {
    match why {
        Why::ProductMissing => "PRODUCT_DOES_NOT_EXIST",
        Why::MediaMissing => "MEDIA_DOES_NOT_EXIST",
        Why::TooManyMedia => "PRODUCT_MEDIA_LIMIT_EXCEEDED",
        _ => "INVALID",
    }
}
