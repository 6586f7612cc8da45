//! The older mutations of a product's media.

use commerce::apps::Scope;
use commerce::catalog::{
    self, CatalogError, MediaChange, MediaInput, MediaWhy, Product, Refusal, Why,
};
use graphql::{Error, MutationCx, NoArgs, Obj};
use serde::Deserialize;
use units::{Gid, MediaImageId, ProductId};

use super::by_id;
use super::inputs::MediaFields;
use super::media::objects;
use crate::admin::jobs::Job;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::scalars::DecimalInput;
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
#[serde(rename_all = "camelCase")]
struct UpdateFields {
    id: Gid,
    alt: Option<String>,
    preview_image_source: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteArgs {
    product_id: ProductId,
    media_ids: Vec<Gid>,
}

#[derive(Deserialize)]
struct ReorderArgs {
    id: ProductId,
    moves: Vec<MoveInput>,
}

/// Where a medium is to stand, from 0.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoveInput {
    id: Gid,
    new_position: DecimalInput,
}

/// Media at other places, or why they are where they were.
struct ReorderPayload {
    job: Option<Job>,
    user_errors: Vec<UserError>,
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
    r.mutation("productReorderMedia", reorder);
    r.object::<ReorderPayload>("ProductReorderMediaPayload")
        .child("job", |own| own.job.clone())
        .child("mediaUserErrors", |own| own.user_errors.clone())
        .child("userErrors", |own| own.user_errors.clone());
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
    let (done, refused) = match done {
        Ok(done) => (Ok(Some(done.added)), done.refused),
        Err(error) => (Err(error), Vec::new()),
    };
    let mut shown = present(product, done, None)?;
    let refused = user_errors(CatalogError::Refused(refused), "productId")?;
    shown.user_errors.extend(refused);
    Ok(shown)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<MediaPayload, Error> {
    let call = cx
        .request
        .permit("productUpdateMedia", Scope::WriteProducts)?;
    let product = args.product_id;
    let changes: Vec<MediaChange> = args
        .media
        .into_iter()
        .map(|fields| MediaChange {
            id: fields.id,
            alt: fields.alt,
            preview: fields.preview_image_source,
        })
        .collect();
    let ids = changes.iter().map(|change| MediaImageId(change.id.number));
    let ids: Vec<MediaImageId> = ids.collect();
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
    let error = match done {
        Ok(media) => {
            return Ok(MediaPayload {
                product,
                media,
                deleted,
                user_errors: Vec::new(),
            });
        }
        Err(error) => error,
    };
    let user_errors = user_errors(error, "productId")?;
    Ok(MediaPayload {
        product,
        media: None,
        deleted: None,
        user_errors,
    })
}

/// The refusals of a change of media, with their codes. `product` is the argument that names the
/// product.
pub(super) fn user_errors(error: CatalogError, product: &str) -> Result<Vec<UserError>, Error> {
    let refused = match error {
        CatalogError::Store(cause) => return Err(fault(cause)),
        CatalogError::Refused(refused) => refused,
    };
    let one = |refusal: &Refusal| {
        let path: Vec<&str> = match refusal.why {
            Why::ProductMissing => vec![product],
            _ => refusal.at.iter().map(|part| &**part).collect(),
        };
        UserError::new(&path, code(&refusal.why), &refusal.why)
    };
    Ok(refused.iter().map(one).collect())
}

const fn code(why: &Why) -> &'static str {
    match why {
        Why::ProductMissing => "PRODUCT_DOES_NOT_EXIST",
        Why::MediaMissing => "MEDIA_DOES_NOT_EXIST",
        Why::TooManyMedia => "PRODUCT_MEDIA_LIMIT_EXCEEDED",
        Why::Media(why) => match why {
            MediaWhy::TooManyPairs => "MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED",
            MediaWhy::NoVariant => "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT",
            MediaWhy::VariantTwice => "PRODUCT_VARIANT_SPECIFIED_MULTIPLE_TIMES",
            MediaWhy::OneOnly => "TOO_MANY_MEDIA_PER_INPUT_PAIR",
            MediaWhy::NoMedia => "MEDIA_DOES_NOT_EXIST_ON_PRODUCT",
            MediaWhy::NotAnImage => "INVALID_MEDIA_TYPE",
            MediaWhy::NotReady => "NON_READY_MEDIA",
            MediaWhy::HasMedia => "PRODUCT_VARIANT_ALREADY_HAS_MEDIA",
            MediaWhy::NotAttached => "MEDIA_IS_NOT_ATTACHED_TO_VARIANT",
        },
        _ => "INVALID",
    }
}

/// Puts a product's media at other places.
async fn reorder(cx: MutationCx<Request>, args: ReorderArgs) -> Result<ReorderPayload, Error> {
    let call = cx
        .request
        .permit("productReorderMedia", Scope::WriteProducts)?;
    let job = Job::done(&call);
    let (product, moves) = (args.id, args.moves);
    let moves: Vec<(MediaImageId, usize)> = moves
        .iter()
        .map(|one| (MediaImageId(one.id.number), one.new_position.place()))
        .collect();
    let done = cx
        .request
        .write(move |tx| catalog::reorder_media(tx, &call, product, &moves))
        .await;
    Ok(match done {
        Ok(()) => ReorderPayload {
            job: Some(job),
            user_errors: Vec::new(),
        },
        Err(error) => ReorderPayload {
            job: None,
            user_errors: user_errors(error, "id")?,
        },
    })
}
