//! The pictures of a product.

use commerce::apps::Scope;
use commerce::catalog::{self, MediaImage, Product};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use units::{MediaImageId, Timestamp};

use super::product::{ids, pictures};
use crate::admin::batches::map_page;
use crate::admin::counts::Count;
use crate::errors::{fault, spread};
use crate::images::{self, Image};
use crate::paging::page;
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

/// A picture as a medium.
#[derive(Clone)]
pub(in crate::admin) struct Picture {
    pub(in crate::admin) id: MediaImageId,
    image: Image,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The small picture that stands for a medium: the picture itself.
struct Preview(Image);

/// What went wrong with a medium: nothing can, an address is kept as it is.
#[derive(Clone, Copy)]
enum Trouble {}

impl Picture {
    pub(super) fn of(media: &MediaImage, origin: &str) -> Self {
        Self {
            id: media.id,
            image: Image::of(media, origin),
            created_at: media.created_at,
            updated_at: media.updated_at,
        }
    }
}

pub(super) fn register(r: &mut Registry) {
    images::register(r);
    r.object::<Picture>("MediaImage")
        .leaf("id", |picture| Id(picture.id))
        .text_opt("alt", |picture| picture.image.alt())
        .text("mediaContentType", |_| "IMAGE")
        .text("status", |_| "READY")
        .text("fileStatus", |_| "READY")
        .text_opt("mimeType", |picture| picture.image.mime_type())
        .leaf("createdAt", |picture| DateTime(picture.created_at))
        .leaf("updatedAt", |picture| DateTime(picture.updated_at))
        .child("image", |picture| Some(picture.image.clone()))
        .child("preview", |picture| Some(Preview(picture.image.clone())))
        .child("mediaErrors", |_| Vec::<Trouble>::new())
        .child("mediaWarnings", |_| Vec::<Trouble>::new())
        .child("fileErrors", |_| Vec::<Trouble>::new());
    r.object::<Preview>("MediaPreviewImage")
        .child("image", |preview| Some(preview.0.clone()))
        .text("status", |_| "READY");
    r.object::<Trouble>("MediaError")
        .text("code", |trouble| match *trouble {})
        .text_opt("details", |trouble| match *trouble {})
        .text("message", |trouble| match *trouble {});
    r.object::<Trouble>("MediaWarning")
        .text("code", |trouble| match *trouble {})
        .text_opt("message", |trouble| match *trouble {});
    r.object::<Trouble>("FileError")
        .text("code", |trouble| match *trouble {})
        .text_opt("details", |trouble| match *trouble {})
        .text("message", |trouble| match *trouble {});
    r.connection::<Obj>("MediaConnection", "MediaEdge");
    r.object::<Product>("Product")
        .load(
            "featuredImage",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| first(all, cx, Image::of),
        )
        .load(
            "featuredMedia",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| {
                first(all, cx, |media, origin| obj(Picture::of(media, origin)))
            },
        )
        .load(
            "images",
            |all: &[&Product], args: &PageArgs, cx: &mut Cx| pages(all, args, cx, Image::of),
        )
        .load("media", |all: &[&Product], args: &PageArgs, cx: &mut Cx| {
            pages(all, args, cx, |media, origin| {
                obj(Picture::of(media, origin))
            })
        })
        .load("mediaCount", count);
}

fn first<T>(
    all: &[&Product],
    cx: &mut Cx,
    present: impl Fn(&MediaImage, &str) -> T,
) -> Vec<Result<Option<T>, Error>> {
    let found = catalog::first_media(&mut cx.tx, &ids(all)).map_err(fault);
    let origin = cx.request.origin();
    let shown = |media: Option<MediaImage>| media.map(|media| present(&media, origin));
    spread(
        found.map(|found| found.into_iter().map(shown).collect()),
        all.len(),
    )
}

fn pages<T>(
    all: &[&Product],
    args: &PageArgs,
    cx: &mut Cx,
    present: impl Fn(&MediaImage, &str) -> T,
) -> Vec<Result<Page<T>, Error>> {
    let found = pictures(all, args, cx);
    let origin = cx.request.origin();
    let shown = |found| map_page(page(found), |media| present(&media, origin));
    spread(
        found.map(|found| found.into_iter().map(shown).collect()),
        all.len(),
    )
}

fn count(all: &[&Product], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Count>, Error>> {
    let found = catalog::media_counts(&mut cx.tx, &ids(all)).map_err(fault);
    let exact = |count: i64| Some(Count::exactly(usize::try_from(count).unwrap_or(0)));
    spread(
        found.map(|found| found.into_iter().map(exact).collect()),
        all.len(),
    )
}

/// The pictures of some ids, in that order.
pub(super) fn by_id(
    cx: &mut Cx,
    wanted: &[Option<MediaImageId>],
) -> Result<Vec<Option<MediaImage>>, Error> {
    let known: Vec<MediaImageId> = wanted.iter().copied().flatten().collect();
    let found = catalog::media(&mut cx.tx, &known).map_err(fault)?;
    let find = |id: MediaImageId| found.iter().flatten().find(|media| media.id == id).cloned();
    Ok(wanted.iter().map(|id| id.and_then(find)).collect())
}

/// Pictures by id, for `node` and for references.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("file", Scope::ReadProducts)?;
    let ids: Vec<MediaImageId> = ids.iter().copied().map(MediaImageId).collect();
    let found = catalog::media(&mut cx.tx, &ids).map_err(fault)?;
    let origin = cx.request.origin();
    let shown = |media: MediaImage| obj(Picture::of(&media, origin));
    Ok(found.into_iter().map(|media| media.map(shown)).collect())
}
