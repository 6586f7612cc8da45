//! What products show: pictures, films and models; and files that metafields name.

use commerce::catalog::{self, MediaImage, Product};
use commerce::files::{self, File, FileKind};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use units::{MediaImageId, ProductId};

use crate::errors::{fault, spread};
use crate::images::{self, Image, absolute};
use crate::paging::{page_error, window};
use crate::{Cx, Registry};

/// A file with the host that its address is told under.
struct Shown {
    file: File,
    origin: String,
}

/// A picture as a medium.
pub(super) struct Picture(Shown);
/// A film.
struct Video(Shown);
/// A film on another site.
struct ExternalVideo(Shown);
/// A model in three dimensions.
struct Model3d(Shown);
/// Any other file.
struct GenericFile(Shown);

/// Where a film or model is read from.
struct Source {
    url: String,
    format: String,
    mime_type: String,
    size_bytes: i64,
    width: i64,
    height: i64,
}

impl Shown {
    fn url(&self) -> String {
        absolute(&self.file.url, &self.origin)
    }

    fn image(&self) -> Option<Image> {
        Image::of_file(&self.file, &self.origin)
    }

    fn sources(&self) -> Vec<Source> {
        let file = &self.file;
        let ending = file.filename.rsplit_once('.').map_or("", |(_, end)| end);
        vec![Source {
            url: self.url(),
            format: ending.to_ascii_lowercase(),
            mime_type: file.mime_type.clone(),
            size_bytes: file.size_bytes.unwrap_or(0),
            width: file.width.unwrap_or(0),
            height: file.height.unwrap_or(0),
        }]
    }

    fn alt(&self) -> Option<&str> {
        Some(self.file.alt.as_str()).filter(|alt| !alt.is_empty())
    }
}

/// A file as the object of its kind; nothing before it can be seen.
fn object(file: File, origin: &str) -> Option<Obj> {
    if !file.is_ready() {
        return None;
    }
    let kind = file.kind;
    let shown = Shown {
        file,
        origin: origin.to_owned(),
    };
    Some(match kind {
        FileKind::Image => obj(Picture(shown)),
        FileKind::Video => obj(Video(shown)),
        FileKind::ExternalVideo => obj(ExternalVideo(shown)),
        FileKind::Model3d => obj(Model3d(shown)),
        FileKind::File => obj(GenericFile(shown)),
    })
}

pub(super) fn register(r: &mut Registry) {
    images::register(r);
    media_fields::<Picture>(r, "MediaImage", |own| &own.0);
    media_fields::<Video>(r, "Video", |own| &own.0);
    media_fields::<ExternalVideo>(r, "ExternalVideo", |own| &own.0);
    media_fields::<Model3d>(r, "Model3d", |own| &own.0);
    r.object::<Picture>("MediaImage")
        .child("image", |own| own.0.image());
    r.object::<Video>("Video")
        .child("sources", |own| own.0.sources());
    r.object::<Model3d>("Model3d")
        .child("sources", |own| own.0.sources());
    external_video(r);
    r.object::<GenericFile>("GenericFile")
        .leaf("id", |own| own.0.file.gid())
        .text_opt("alt", |own| own.0.alt())
        .text_opt("mimeType", |own| {
            Some(own.0.file.mime_type.as_str()).filter(|kind| !kind.is_empty())
        })
        .leaf("originalFileSize", |own| own.0.file.size_bytes)
        .leaf("url", |own| Some(own.0.url()))
        .child("previewImage", |own| own.0.image());
    r.object::<Source>("VideoSource")
        .text("url", |own| &own.url)
        .text("format", |own| &own.format)
        .text("mimeType", |own| &own.mime_type)
        .leaf("width", |own| own.width)
        .leaf("height", |own| own.height);
    r.object::<Source>("Model3dSource")
        .text("url", |own| &own.url)
        .text("format", |own| &own.format)
        .text("mimeType", |own| &own.mime_type)
        .leaf("filesize", |own| own.size_bytes);
    r.connection::<Obj>("MediaConnection", "MediaEdge");
    r.object::<Product>("Product")
        .load("featuredImage", featured)
        .load("images", images)
        .load("media", media);
}

/// What everything tells that a product can show.
fn media_fields<T: 'static>(r: &mut Registry, name: &'static str, get: fn(&T) -> &Shown) {
    r.object::<T>(name)
        .leaf("id", move |own| get(own).file.gid())
        .leaf("alt", move |own| get(own).alt().map(str::to_owned))
        .leaf("mediaContentType", move |own| get(own).file.kind.as_str())
        .load(
            "previewImage",
            move |all: &[&T], _: &NoArgs, cx: &mut Cx| {
                let all: Vec<&Shown> = all.iter().map(|own| get(own)).collect();
                spread(previews(&all, cx), all.len())
            },
        );
}

/// The pictures that stand for media: a picture for itself, for others one that was given.
fn previews(all: &[&Shown], cx: &mut Cx) -> Result<Vec<Option<Image>>, Error> {
    let ids: Vec<MediaImageId> = all.iter().filter_map(|own| own.file.preview_id).collect();
    let mut found = match ids[..] {
        [] => Vec::new(),
        _ => files::by_ids(&mut cx.tx, &ids).map_err(fault)?,
    }
    .into_iter();
    let one = |own: &&Shown| match own.file.preview_id {
        Some(_) => Image::of_file(&found.next().flatten()?, &own.origin),
        None => own.image(),
    };
    Ok(all.iter().map(one).collect())
}

fn external_video(r: &mut Registry) {
    let embed = |own: &ExternalVideo| {
        let film = files::external_video(&own.0.file.url);
        film.map_or_else(|| own.0.url(), |film| film.embed_url)
    };
    r.object::<ExternalVideo>("ExternalVideo")
        .leaf("embedUrl", embed)
        .leaf("embeddedUrl", embed)
        .leaf("originUrl", |own| own.0.url())
        .leaf("host", |own| {
            let film = files::external_video(&own.0.file.url);
            film.map_or("YOUTUBE", |film| film.host.as_str())
        });
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
    let mut load = || {
        let window = window(args)?;
        let found = catalog::all_media_of(&mut cx.tx, &ids(products), &window);
        let found = found.map_err(page_error)?;
        let all: Vec<MediaImageId> = found
            .iter()
            .flat_map(|page| page.nodes.iter().map(|media| media.id))
            .collect();
        let mut objects = of_ids(cx, &all)?.into_iter();
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
    spread(load(), products.len())
}

/// The media of those ids, one place for each; nothing for those that cannot be seen.
pub(super) fn of_ids(cx: &mut Cx, ids: &[MediaImageId]) -> Result<Vec<Option<Obj>>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = files::by_ids(&mut cx.tx, ids).map_err(fault)?;
    let origin = cx.request.origin();
    let shown = |file| object(file, origin);
    Ok(found.into_iter().map(|file| file.and_then(shown)).collect())
}

/// Files by id and kind, for `node` and for references.
pub(super) fn nodes(cx: &mut Cx, kind: &str, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<MediaImageId> = ids.iter().copied().map(MediaImageId).collect();
    let found = files::by_ids(&mut cx.tx, &ids).map_err(fault)?;
    let origin = cx.request.origin();
    let shown = |file: Option<File>| object(file.filter(|own| own.gid_kind() == kind)?, origin);
    Ok(found.into_iter().map(shown).collect())
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
