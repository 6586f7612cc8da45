//! What a product shows: pictures, films and models.

use commerce::catalog::{self, MediaImage, Product};
use graphql::{Error, NoArgs, Obj, Page, PageArgs};
use units::MediaImageId;

use super::product::{ids, pictures};
use crate::admin::batches::map_page;
use crate::admin::counts::Count;
use crate::admin::files;
use crate::errors::{fault, spread};
use crate::images::{self, Image};
use crate::paging::{page, page_error, window};
use crate::{Cx, Registry};

pub(super) fn register(r: &mut Registry) {
    images::register(r);
    r.object::<Product>("Product")
        .load(
            "featuredImage",
            |all: &[&Product], _: &NoArgs, cx: &mut Cx| first(all, cx, Image::of),
        )
        .load("featuredMedia", featured)
        .load(
            "images",
            |all: &[&Product], args: &PageArgs, cx: &mut Cx| pages(all, args, cx, Image::of),
        )
        .load("media", media)
        .load("mediaCount", count);
}

/// The media of those ids as objects, one place for each.
pub(super) fn objects(cx: &mut Cx, ids: &[MediaImageId]) -> Result<Vec<Option<Obj>>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = commerce::files::by_ids(&mut cx.tx, ids).map_err(fault)?;
    let origin = cx.request.origin();
    let shown = |file| files::media_object(file, origin);
    Ok(found.into_iter().map(|file| file.and_then(shown)).collect())
}

fn featured(all: &[&Product], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Obj>, Error>> {
    let mut load = || {
        let first = catalog::first_of_all_media(&mut cx.tx, &ids(all)).map_err(fault)?;
        let known: Vec<MediaImageId> = first.iter().copied().flatten().collect();
        let mut found = objects(cx, &known)?.into_iter();
        let one = |id: &Option<MediaImageId>| id.and_then(|_| found.next().flatten());
        Ok(first.iter().map(one).collect())
    };
    spread(load(), all.len())
}

fn media(all: &[&Product], args: &PageArgs, cx: &mut Cx) -> Vec<Result<Page<Obj>, Error>> {
    let mut load = || {
        let window = window(args)?;
        let found = catalog::all_media_of(&mut cx.tx, &ids(all), &window).map_err(page_error)?;
        let shown: Vec<MediaImageId> = found
            .iter()
            .flat_map(|page| page.nodes.iter().map(|media| media.id))
            .collect();
        let mut objects = objects(cx, &shown)?.into_iter();
        let one = |found: store::Page<MediaImage>| {
            let mut shown = Page {
                has_next_page: found.has_next_page,
                has_previous_page: found.has_previous_page,
                ..Page::default()
            };
            for (_, cursor) in found.nodes.iter().zip(found.cursors) {
                if let Some(object) = objects.next().flatten() {
                    shown.nodes.push(object);
                    shown.cursors.push(cursor);
                }
            }
            shown
        };
        Ok(found.into_iter().map(one).collect())
    };
    spread(load(), all.len())
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
