//! Pictures.

use commerce::catalog::{self, MediaImage, Product};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use units::{MediaImageId, ProductId};

use crate::errors::{fault, spread};
use crate::images::{self, Image};
use crate::paging::{page_error, window};
use crate::scalars::Id;
use crate::{Cx, Registry};

/// A picture as a medium: the row, and the picture with its whole address.
pub(super) struct Picture {
    id: MediaImageId,
    image: Image,
}

pub(super) fn register(r: &mut Registry) {
    images::register(r);
    r.object::<Picture>("MediaImage")
        .leaf("id", |picture| Id(picture.id))
        .text_opt("alt", |picture| picture.image.alt())
        .text("mediaContentType", |_| "IMAGE")
        .child("image", |picture| Some(picture.image.clone()))
        .child("previewImage", |picture| Some(picture.image.clone()));
    r.connection::<Obj>("MediaConnection", "MediaEdge");
    r.object::<Product>("Product")
        .load("featuredImage", featured)
        .load("images", images)
        .load("media", media);
}

fn featured(products: &[&Product], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Image>, Error>> {
    let found = catalog::first_media(&mut cx.tx, &ids(products)).map_err(fault);
    let origin = cx.request.origin();
    let image = |media: Option<MediaImage>| media.map(|media| Image::of(&media, origin));
    spread(
        found.map(|all| all.into_iter().map(image).collect()),
        products.len(),
    )
}

fn pages(
    products: &[&Product],
    args: &PageArgs,
    cx: &mut Cx,
) -> Result<Vec<store::Page<MediaImage>>, Error> {
    catalog::media_of(&mut cx.tx, &ids(products), &window(args)?).map_err(page_error)
}

fn images(products: &[&Product], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Image>, Error>> {
    let found = pages(products, args, cx);
    let origin = cx.request.origin();
    let page = |page: store::Page<MediaImage>| map(page, |media| Image::of(&media, origin));
    spread(
        found.map(|all| all.into_iter().map(page).collect()),
        products.len(),
    )
}

fn media(products: &[&Product], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Obj>, Error>> {
    let found = pages(products, args, cx);
    let origin = cx.request.origin();
    let page = |page: store::Page<MediaImage>| map(page, |media| obj(picture(&media, origin)));
    spread(
        found.map(|all| all.into_iter().map(page).collect()),
        products.len(),
    )
}

fn picture(media: &MediaImage, origin: &str) -> Picture {
    Picture {
        id: media.id,
        image: Image::of(media, origin),
    }
}

/// Pictures by id, for `node` and for references.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<MediaImageId> = ids.iter().copied().map(MediaImageId).collect();
    let found = catalog::media(&mut cx.tx, &ids).map_err(fault)?;
    let origin = cx.request.origin();
    Ok(found
        .into_iter()
        .map(|media| Some(obj(picture(&media?, origin))))
        .collect())
}

/// The same page with its nodes presented.
pub(super) fn map<T, U>(page: store::Page<T>, present: impl FnMut(T) -> U) -> Page<U> {
    Page {
        nodes: page.nodes.into_iter().map(present).collect(),
        cursors: page.cursors,
        has_next_page: page.has_next_page,
        has_previous_page: page.has_previous_page,
        ..Page::default()
    }
}

fn ids(products: &[&Product]) -> Vec<ProductId> {
    products.iter().map(|product| product.id).collect()
}
