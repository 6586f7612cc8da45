//! What a file holds, by its own bytes: what it says of itself elsewhere is not believed.

use std::io::Cursor;
use std::ops::Range;

use blobs::{BlobError, Blobs};
use bytes::Bytes;
use commerce::files::{FileKind, Probed, Settled, Task};
use image::metadata::Orientation;
use image::{ImageDecoder as _, ImageReader, Limits};

use crate::films;

/// Bytes of a picture's beginning that tell its size.
const HEAD_BYTES: u64 = 512 * 1024;
/// Bytes of a picture that is read to its end: WebP says there how it was held.
const WHOLE_BYTES_MAX: u64 = 20 * 1024 * 1024;
/// A picture beyond this in width or height is refused, in pixels.
const PIXELS_MAX: i64 = 20_000;
/// What a decoder may take to read how a picture was held.
const HEADER_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// A film beyond this is refused, in milliseconds.
const FILM_MS_MAX: i64 = 10 * 60 * 1000;
/// What a model in the binary form of glTF begins with.
const GLB: &[u8] = b"glTF";
/// What an archive begins with: a model for augmented reality is one.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// Bytes that are looked at.
#[derive(Clone, Copy)]
pub(crate) enum Held<'a> {
    /// Kept under a key.
    Kept(&'a Blobs, &'a str),
    /// In memory.
    Here(&'a Bytes),
}

impl Held<'_> {
    /// How many they are.
    ///
    /// # Errors
    /// When what keeps the bytes failed.
    pub(crate) async fn size(self) -> Result<u64, BlobError> {
        match self {
            Self::Kept(blobs, key) => Ok(blobs.known(key).await?.size_bytes),
            Self::Here(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// The first of them, `most` or all.
    async fn first(self, most: u64) -> Result<Bytes, BlobError> {
        match self {
            Self::Kept(blobs, key) => blobs.first(key, most).await,
            Self::Here(_) => self.range(0..most).await,
        }
    }

    /// Some of them, as far as there are so many.
    ///
    /// # Errors
    /// When what keeps the bytes failed.
    pub(crate) async fn range(self, range: Range<u64>) -> Result<Bytes, BlobError> {
        match self {
            Self::Kept(blobs, key) => blobs.range(key, range).await,
            Self::Here(bytes) => {
                let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                let (from, to) = (within(range.start), within(range.end));
                Ok(bytes.slice(from.min(to)..to))
            }
        }
    }
}

/// Looks at the bytes of a file.
///
/// # Errors
/// When what keeps the bytes failed.
pub(crate) async fn probe(held: Held<'_>, task: &Task) -> Result<Settled, BlobError> {
    let plain = Probed {
        size_bytes: i64::try_from(held.size().await?).unwrap_or(i64::MAX),
        mime_type: task.mime_type.clone(),
        dimensions: None,
        duration_ms: None,
        filename: None,
    };
    match task.kind {
        FileKind::Image => picture(held, plain).await,
        FileKind::Video => film(held, plain).await,
        FileKind::Model3d => model(held, plain).await,
        FileKind::File | FileKind::ExternalVideo => Ok(Settled::Ready(plain)),
    }
}

async fn picture(held: Held<'_>, plain: Probed) -> Result<Settled, BlobError> {
    let head = held.first(HEAD_BYTES).await?;
    if is_svg(&head) {
        return Ok(Settled::Ready(Probed {
            dimensions: svg_size(&head),
            mime_type: "image/svg+xml".to_owned(),
            ..plain
        }));
    }
    let kind = imagesize::image_type(&head).ok().and_then(mime_of);
    let size = imagesize::blob_size(&head).ok();
    let Some((mime_type, size)) = kind.zip(size) else {
        return Ok(refused(
            "UNSUPPORTED_IMAGE_FILE_TYPE",
            "The file is no picture of a kind that can be shown.",
        ));
    };
    let pixels = |side: usize| i64::try_from(side).unwrap_or(i64::MAX);
    let (width, height) = (pixels(size.width), pixels(size.height));
    if width < 1 || height < 1 || width > PIXELS_MAX || height > PIXELS_MAX {
        return Ok(refused(
            "INVALID_IMAGE_RESOLUTION",
            "A picture has at most 20,000 pixels in width and height.",
        ));
    }
    let bytes = match mime_type {
        "image/webp" => held.first(WHOLE_BYTES_MAX).await?,
        _ => head,
    };
    // A decoder may take its time, and may not be trusted with every file: then the picture stands as it is.
    let turned = tokio::task::spawn_blocking(move || is_on_its_side(bytes)).await;
    let dimensions = match turned.unwrap_or(false) {
        true => (height, width),
        false => (width, height),
    };
    Ok(Settled::Ready(Probed {
        dimensions: Some(dimensions),
        mime_type: mime_type.to_owned(),
        ..plain
    }))
}

/// Whether a picture says of itself that it is shown turned by a quarter: cameras do.
fn is_on_its_side(bytes: Bytes) -> bool {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let decoder = reader.ok().and_then(|mut reader| {
        let mut limits = Limits::default();
        limits.max_alloc = Some(HEADER_BYTES_MAX);
        reader.limits(limits);
        reader.into_decoder().ok()
    });
    let held = decoder.and_then(|mut decoder| decoder.orientation().ok());
    matches!(
        held,
        Some(
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        )
    )
}

async fn film(held: Held<'_>, plain: Probed) -> Result<Settled, BlobError> {
    let head = held.first(64).await?;
    // What is measured is the form that cameras and telephones write; the web's own is only known.
    if head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return Ok(Settled::Ready(Probed {
            mime_type: "video/webm".to_owned(),
            ..plain
        }));
    }
    if head.get(4..8) != Some(b"ftyp") {
        return Ok(refused(
            "VIDEO_INVALID_FILETYPE_ERROR",
            "The file is no film of a kind that can be shown. Use MP4, MOV or WebM.",
        ));
    }
    let Some(film) = films::measured(held).await? else {
        return Ok(refused(
            "VIDEO_METADATA_READ_ERROR",
            "The film does not say how large and how long it is.",
        ));
    };
    if film.duration_ms > FILM_MS_MAX {
        return Ok(refused(
            "VIDEO_MAX_DURATION_ERROR",
            "A film is ten minutes long at most.",
        ));
    }
    let mime_type = match head.get(8..12) {
        Some(b"qt  ") => "video/quicktime",
        _ => "video/mp4",
    };
    Ok(Settled::Ready(Probed {
        dimensions: Some((film.width, film.height)),
        duration_ms: Some(film.duration_ms),
        mime_type: mime_type.to_owned(),
        ..plain
    }))
}

async fn model(held: Held<'_>, plain: Probed) -> Result<Settled, BlobError> {
    let head = held.first(4).await?;
    let mime_type = match &head[..] {
        GLB => "model/gltf-binary",
        ARCHIVE => "model/vnd.usdz+zip",
        _ => {
            return Ok(refused(
                "MODEL3D_VALIDATION_ERROR",
                "The file is no model that can be shown. Use GLB or USDZ.",
            ));
        }
    };
    Ok(Settled::Ready(Probed {
        mime_type: mime_type.to_owned(),
        ..plain
    }))
}

fn refused(code: &'static str, why: &str) -> Settled {
    Settled::Failed(code, why.to_owned())
}

fn mime_of(kind: imagesize::ImageType) -> Option<&'static str> {
    use imagesize::ImageType;
    Some(match kind {
        ImageType::Png => "image/png",
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Webp => "image/webp",
        ImageType::Heif(imagesize::Compression::Av1) => "image/avif",
        ImageType::Heif(_) => "image/heic",
        _ => return None,
    })
}

fn is_svg(head: &[u8]) -> bool {
    let head = &head[..head.len().min(4096)];
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg"))
}

/// The size that an SVG says in its first element: its view box's.
fn svg_size(head: &[u8]) -> Option<(i64, i64)> {
    let text = String::from_utf8_lossy(&head[..head.len().min(4096)]);
    let (_, rest) = text.split_once("viewBox=")?;
    let quote = rest.chars().next()?;
    let (value, _) = rest.get(quote.len_utf8()..)?.split_once(quote)?;
    let mut numbers = value
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .map(|part| part.split('.').next().unwrap_or(part).parse::<i64>());
    let (width, height) = (numbers.nth(2)?.ok()?, numbers.next()?.ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_svg_is_known_by_its_beginning_and_says_its_size() {
        let svg = b"<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 640 480.5\" xmlns=\"x\">";
        assert!(is_svg(svg));
        assert_eq!(svg_size(svg), Some((640, 480)));
        assert!(!is_svg(b"<html><svg>"));
        assert_eq!(svg_size(b"<svg>"), None);
        let curly = "<svg viewBox=\u{201c}0 0 1 1\u{201d}>";
        assert_eq!(svg_size(curly.as_bytes()), None);
    }

    fn task(kind: FileKind) -> Task {
        Task {
            id: units::MediaImageId(1),
            source: String::new(),
            kind,
            from: commerce::files::Origin::Lost,
            to: "a".to_owned(),
            mime_type: "text/plain".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_picture_that_was_held_to_the_side_is_measured_as_it_stands() {
        let mut jpeg = Cursor::new(Vec::new());
        image::RgbImage::new(32, 16)
            .write_to(&mut jpeg, image::ImageFormat::Jpeg)
            .unwrap();
        let jpeg = jpeg.into_inner();
        // Exif, one entry: orientation 6, to be turned by a quarter to the right.
        let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
        for (bytes, dimensions) in [(jpeg, (32, 16)), (turned, (16, 32))] {
            let bytes = Bytes::from(bytes);
            let found = probe(Held::Here(&bytes), &task(FileKind::Image))
                .await
                .unwrap();
            let Settled::Ready(found) = found else {
                panic!("{found:?}");
            };
            assert_eq!(found.dimensions, Some(dimensions));
        }
    }

    #[tokio::test]
    async fn what_is_no_film_or_model_is_refused_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(folder.path()).unwrap();
        for (kind, bytes, code) in [
            (
                FileKind::Video,
                &b"<html></html>"[..],
                "VIDEO_INVALID_FILETYPE_ERROR",
            ),
            (
                FileKind::Video,
                b"\0\0\0\x0cftypisom",
                "VIDEO_METADATA_READ_ERROR",
            ),
            (FileKind::Model3d, b"solid cube", "MODEL3D_VALIDATION_ERROR"),
        ] {
            blobs.write("a", bytes).await.unwrap();
            let found = probe(Held::Kept(&blobs, "a"), &task(kind)).await.unwrap();
            assert!(
                matches!(found, Settled::Failed(why, _) if why == code),
                "{found:?}"
            );
        }
        blobs.write("a", &b"glTF\x02\0\0\0"[..]).await.unwrap();
        let found = probe(Held::Kept(&blobs, "a"), &task(FileKind::Model3d))
            .await
            .unwrap();
        let Settled::Ready(found) = found else {
            panic!("{found:?}");
        };
        assert_eq!(found.mime_type, "model/gltf-binary");
    }
}
