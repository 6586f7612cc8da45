//! Pictures and their addresses, the same in both interfaces.

use commerce::catalog::MediaImage;
use commerce::files::{File, FileKind};
use serde::Deserialize;
use units::{Gid, MediaImageId};

use crate::Registry;

/// A picture with its whole address.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    id: Option<String>,
    url: String,
    alt: String,
    width: Option<i64>,
    height: Option<i64>,
    /// Whether it is one of the shop's own files.
    is_own: bool,
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
    /// What it shows, when that is said.
    pub(crate) fn alt(&self) -> Option<&str> {
        (!self.alt.is_empty()).then_some(self.alt.as_str())
    }

    /// The number of the medium that it is, for pictures of the catalogue.
    pub(crate) fn medium(&self) -> Option<i64> {
        let gid = Gid::parse(self.id.as_deref()?).ok()?;
        (gid.kind == "ProductImage").then_some(gid.number)
    }

    /// What it shows, said in other words.
    pub(crate) fn called(mut self, alt: &str) -> Self {
        alt.clone_into(&mut self.alt);
        self
    }

    /// A picture of the catalogue.
    pub(crate) fn of(media: &MediaImage, origin: &str) -> Self {
        Self {
            id: Some(format!("gid://shopify/ProductImage/{}", media.id.get())),
            width: media.width,
            height: media.height,
            ..Self::at(&media.url, &media.alt, origin)
        }
    }

    /// A file of the shop as a picture: nothing for other files, and before it can be seen. One that
    /// is brought anew is seen as it was.
    pub(crate) fn of_file(file: &File, origin: &str) -> Option<Self> {
        (file.kind == FileKind::Image && !file.url.is_empty()).then(|| Self {
            id: Some(format!("gid://shopify/ImageSource/{}", file.id.get())),
            width: file.width,
            height: file.height,
            ..Self::at(&file.url, &file.alt, origin)
        })
    }

    /// The picture of something that keeps one: with the noun that its id has there.
    pub(crate) fn kept(
        noun: &str,
        file: Option<MediaImageId>,
        shown: Option<(&str, &str)>,
        size: (Option<i64>, Option<i64>),
        origin: &str,
    ) -> Option<Self> {
        let (url, alt) = shown?;
        Some(Self {
            id: file.map(|id| format!("gid://shopify/{noun}/{}", id.get())),
            width: size.0,
            height: size.1,
            ..Self::at(url, alt, origin)
        })
    }

    /// A picture that has only an address.
    pub(crate) fn at(url: &str, alt: &str, origin: &str) -> Self {
        Self {
            id: None,
            url: absolute(url, origin),
            alt: alt.to_owned(),
            width: None,
            height: None,
            is_own: is_path(url),
        }
    }

    /// The address with what was asked for as its query; the file server does the rest. What
    /// another host shows is nothing that a query of this one changes.
    fn transformed(&self, wanted: &Transform) -> String {
        if !self.is_own {
            return self.url.clone();
        }
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
pub(crate) fn absolute(url: &str, origin: &str) -> String {
    if is_path(url) {
        format!("{origin}{url}")
    } else {
        url.to_owned()
    }
}

fn is_path(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}

/// The type `Image` and its connection.
pub(crate) fn register(r: &mut Registry) {
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
        .text_opt("altText", Image::alt)
        .leaf("width", |image| image.width)
        .leaf("height", |image| image.height);
    r.connection::<Image>("ImageConnection", "ImageEdge");
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
        let image = Image::at("/a.png?v=1", "", "https://x");
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
        let foreign = Image::at("https://y/a.png", "", "https://x");
        assert_eq!(foreign.transformed(&wanted), "https://y/a.png");
    }
}
