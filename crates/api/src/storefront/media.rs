//! Pictures.

use commerce::catalog::{self, MediaImage, Product};
use graphql::{Error, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{MediaImageId, ProductId};

use crate::errors::{fault, spread};
use crate::paging::{page_error, window};
use crate::scalars::Id;
use crate::{Cx, Registry};

/// A picture with its whole address.
#[derive(Debug, Clone)]
pub(super) struct Image {
    id: Option<String>,
    url: String,
    alt: String,
    width: Option<i64>,
    height: Option<i64>,
}

/// A picture as a medium: the row, and the picture with its whole address.
pub(super) struct Picture {
    id: MediaImageId,
    image: Image,
}

/// How a picture is to be cut and scaled.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Transform {
    crop: Option<String>,
    max_height: Option<u32>,
    max_width: Option<u32>,
    preferred_content_type: Option<String>,
    scale: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct UrlArgs {
    transform: Option<Transform>,
}

impl Image {
    /// A picture of the catalogue.
    pub(super) fn of(media: &MediaImage, origin: &str) -> Self {
        Self {
            id: Some(format!("gid://shopify/ProductImage/{}", media.id.get())),
            url: absolute(&media.url, origin),
            alt: media.alt.clone(),
            width: media.width,
            height: media.height,
        }
    }

    /// A picture that has only an address.
    pub(super) fn at(url: &str, alt: &str, origin: &str) -> Self {
        Self {
            id: None,
            url: absolute(url, origin),
            alt: alt.to_owned(),
            width: None,
            height: None,
        }
    }

    /// The address with what was asked for as its query; the file server does the rest.
    fn transformed(&self, wanted: &Transform) -> String {
        let scale = wanted.scale.unwrap_or(1).clamp(1, 3);
        let mut query: Vec<String> = Vec::new();
        query.extend(
            wanted
                .max_width
                .map(|width| format!("width={}", width.saturating_mul(scale))),
        );
        query.extend(
            wanted
                .max_height
                .map(|height| format!("height={}", height.saturating_mul(scale))),
        );
        query.extend(
            wanted
                .crop
                .as_ref()
                .map(|crop| format!("crop={}", crop.to_ascii_lowercase())),
        );
        let format = wanted.preferred_content_type.as_ref();
        query.extend(format.map(|format| format!("format={}", format.to_ascii_lowercase())));
        if query.is_empty() {
            return self.url.clone();
        }
        let joint = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{joint}{}", self.url, query.join("&"))
    }
}

/// Addresses of the shop's own files are kept without their host.
fn absolute(url: &str, origin: &str) -> String {
    if url.starts_with('/') && !url.starts_with("//") {
        format!("{origin}{url}")
    } else {
        url.to_owned()
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<Image>("Image")
        .leaf("id", |image| image.id.clone())
        .with("url", |image, args: &UrlArgs| {
            Ok(args
                .transform
                .as_ref()
                .map_or_else(|| image.url.clone(), |it| image.transformed(it)))
        })
        .text("src", |image| &image.url)
        .text("originalSrc", |image| &image.url)
        .with("transformedSrc", |image, args: &Transform| {
            Ok(image.transformed(args))
        })
        .text_opt("altText", |image| {
            (!image.alt.is_empty()).then_some(image.alt.as_str())
        })
        .leaf("width", |image| image.width)
        .leaf("height", |image| image.height);
    r.connection::<Image>("ImageConnection", "ImageEdge");
    r.object::<Picture>("MediaImage")
        .leaf("id", |picture| Id(picture.id))
        .text_opt("alt", |picture| {
            (!picture.image.alt.is_empty()).then_some(picture.image.alt.as_str())
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shops_own_files_get_its_host() {
        assert_eq!(absolute("/cdn/a.svg", "https://s"), "https://s/cdn/a.svg");
        assert_eq!(absolute("https://x/a.png", "https://s"), "https://x/a.png");
        assert_eq!(absolute("//x/a.png", "https://s"), "//x/a.png");
    }

    #[test]
    fn a_transformation_is_written_behind_the_address() {
        let image = Image::at("https://x/a.png?v=1", "", "");
        let wanted = Transform {
            max_width: Some(100),
            scale: Some(2),
            ..Transform::default()
        };
        assert_eq!(image.transformed(&wanted), "https://x/a.png?v=1&width=200");
        assert_eq!(
            image.transformed(&Transform::default()),
            "https://x/a.png?v=1"
        );
    }
}
