//! Pictures in other sizes: `/cdn/shop/files/cup.png?width=400&height=300&crop=center`.
//!
//! A picture is scaled once for each size and kept beside the files; there is an end to how many
//! are made at a time and to how many bytes are kept.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use blobs::{BlobError, Blobs};
use bytes::Bytes;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgba, RgbaImage};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use units::ShopId;

/// Sides of a scaled picture, in pixels.
const SIDE_MAX: u32 = 5_760;
/// Sides of a picture that is read, in pixels.
const SOURCE_SIDE_MAX: u32 = 20_000;
/// Bytes that a picture may take while it is read.
const DECODED_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Bytes of a file that is read as a picture.
const SOURCE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Pictures that are scaled at a time.
const AT_ONCE: usize = 2;
/// Bytes of scaled pictures that are kept for a shop.
const KEPT_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Bytes that are written before what is kept is looked through.
const SWEEP_EVERY_BYTES: u64 = 32 * 1024 * 1024;
/// How good a lossy picture is, of 100.
const QUALITY: u8 = 82;

/// What an address asks of a picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Asked {
    width: Option<String>,
    height: Option<String>,
    crop: Option<String>,
    crop_left: Option<String>,
    crop_top: Option<String>,
    crop_width: Option<String>,
    crop_height: Option<String>,
    pad_color: Option<String>,
    format: Option<String>,
    /// The version that an address is of.
    v: Option<String>,
}

/// A picture as it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    width: Option<u32>,
    height: Option<u32>,
    crop: Option<Crop>,
    /// What fills the rest of the width and height that were asked for.
    pad: Option<[u8; 3]>,
    format: Format,
}

/// Which part of a picture stays when it is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Crop {
    Bottom,
    Center,
    Left,
    /// A part that the address names, in pixels of the picture as it is.
    Region(Area),
    Right,
    Top,
}

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Jpeg,
    Png,
    Webp,
}

/// Scales pictures and keeps them.
#[derive(Clone)]
pub(crate) struct Scaler {
    blobs: Blobs,
    turns: Arc<Semaphore>,
    written: Arc<AtomicU64>,
}

impl Asked {
    /// What is wanted of a picture of that name; nothing when it is wanted as it is, or cannot be
    /// scaled. `webp` says that the client reads WebP.
    pub(crate) fn wanted(&self, name: &str, webp: bool) -> Option<Wanted> {
        let side = |text: &Option<String>| {
            let side: u32 = text.as_deref()?.parse().ok()?;
            (side > 0).then(|| side.min(SIDE_MAX))
        };
        let own = Format::of(name)?;
        let (width, height) = (side(&self.width), side(&self.height));
        let asked = match self
            .format
            .as_deref()
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            Some("jpg" | "jpeg" | "pjpg") => Some(Format::Jpeg),
            Some("png") => Some(Format::Png),
            Some("webp") => Some(Format::Webp),
            _ => None,
        };
        let crop = match self.crop.as_deref().map(str::to_ascii_lowercase).as_deref() {
            Some("bottom") => Some(Crop::Bottom),
            Some("center") => Some(Crop::Center),
            Some("left") => Some(Crop::Left),
            Some("region") => self.region().map(Crop::Region),
            Some("right") => Some(Crop::Right),
            Some("top") => Some(Crop::Top),
            _ => None,
        };
        let is_region = matches!(crop, Some(Crop::Region(_)));
        if width.is_none() && height.is_none() && asked.is_none() && !is_region {
            return None;
        }
        let both = width.is_some() && height.is_some();
        let format = asked.unwrap_or(if webp { Format::Webp } else { own });
        Some(Wanted {
            width,
            height,
            crop: crop.filter(|_| both || is_region),
            pad: self.pad_color.as_deref().and_then(color).filter(|_| both),
            format,
        })
    }

    /// Whether the address is of one version of the file.
    pub(crate) fn has_version(&self) -> bool {
        self.v.as_deref().is_some_and(|version| !version.is_empty())
    }

    /// The part that is named by its corner and its sides.
    fn region(&self) -> Option<Area> {
        let pixels = |text: &Option<String>| text.as_deref()?.parse::<u32>().ok();
        let (width, height) = (pixels(&self.crop_width)?, pixels(&self.crop_height)?);
        (width > 0 && height > 0).then_some(Area {
            x: pixels(&self.crop_left).unwrap_or(0),
            y: pixels(&self.crop_top).unwrap_or(0),
            width,
            height,
        })
    }
}

/// Red, green and blue as `ffcc00` or `fc0` say them.
fn color(text: &str) -> Option<[u8; 3]> {
    let digits: Option<Vec<u8>> = text
        .trim_start_matches('#')
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect();
    match digits?[..] {
        [r, g, b] => Some([r * 17, g * 17, b * 17]),
        [r, r2, g, g2, b, b2] => Some([r * 16 + r2, g * 16 + g2, b * 16 + b2]),
        _ => None,
    }
}

impl Format {
    /// How a file of that name is written; nothing for films, vectors and the like.
    fn of(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" => Self::Jpeg,
            "png" => Self::Png,
            "webp" => Self::Webp,
            _ => return None,
        })
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// What kind of bytes it is.
    const fn mime_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

impl Wanted {
    /// What kind of bytes it will be.
    pub(crate) const fn mime_type(self) -> &'static str {
        self.format.mime_type()
    }

    /// The part of a picture that stays, and what it is scaled to: never more than there is.
    fn plan(self, (width, height): (u32, u32)) -> (Area, (u32, u32)) {
        if let Some(Crop::Region(region)) = self.crop {
            let part = region.within((width, height));
            let whole = Self { crop: None, ..self };
            let (_, to) = whole.plan((part.width, part.height));
            return (part, to);
        }
        let whole = Area {
            x: 0,
            y: 0,
            width,
            height,
        };
        let fit = |side: u32, of: u32, other: u32| {
            let scaled = u64::from(other) * u64::from(side) / u64::from(of.max(1));
            u32::try_from(scaled).unwrap_or(SIDE_MAX).max(1)
        };
        match (self.width, self.height) {
            (None, None) => (whole, (width, height)),
            (Some(wanted), None) => {
                let to = wanted.min(width);
                (whole, (to, fit(to, width, height)))
            }
            (None, Some(wanted)) => {
                let to = wanted.min(height);
                (whole, (fit(to, height, width), to))
            }
            (Some(w), Some(h)) => match self.crop {
                Some(crop) => {
                    let area = crop.area((width, height), (w, h));
                    (area, (w.min(area.width), h.min(area.height)))
                }
                None => {
                    // As large as fits into both.
                    let by_width = (w.min(width), fit(w.min(width), width, height));
                    let to = if by_width.1 <= h {
                        by_width
                    } else {
                        (fit(h.min(height), height, width), h.min(height))
                    };
                    (whole, to)
                }
            },
        }
    }
}

/// A part of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Area {
    /// What of it is inside a picture of that size; one pixel at least.
    fn within(self, (width, height): (u32, u32)) -> Self {
        let (x, y) = (self.x.min(width - 1), self.y.min(height - 1));
        Self {
            x,
            y,
            width: self.width.min(width - x),
            height: self.height.min(height - y),
        }
    }
}

impl Crop {
    /// The largest part with the proportions of what is wanted.
    fn area(self, (width, height): (u32, u32), (w, h): (u32, u32)) -> Area {
        let (width, height, w, h) = (
            u64::from(width),
            u64::from(height),
            u64::from(w),
            u64::from(h),
        );
        let wide = width * h > height * w;
        let (cut_width, cut_height) = match wide {
            true => ((height * w / h).max(1), height),
            false => (width, (width * h / w).max(1)),
        };
        let (x, y) = match self {
            Self::Left => (0, (height - cut_height) / 2),
            Self::Right => (width - cut_width, (height - cut_height) / 2),
            Self::Top => ((width - cut_width) / 2, 0),
            Self::Bottom => ((width - cut_width) / 2, height - cut_height),
            Self::Center | Self::Region(_) => ((width - cut_width) / 2, (height - cut_height) / 2),
        };
        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        Area {
            x: number(x),
            y: number(y),
            width: number(cut_width),
            height: number(cut_height),
        }
    }
}

impl Scaler {
    /// A scaler of pictures in `blobs`.
    pub(crate) fn new(blobs: Blobs) -> Self {
        Self {
            blobs,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            written: Arc::new(AtomicU64::new(0)),
        }
    }

    /// The picture under a key as it is wanted; nothing when it is no picture that can be read.
    ///
    /// # Errors
    /// `NotFound`, or the file store failed.
    pub(crate) async fn scaled(
        &self,
        shop: ShopId,
        key: &str,
        wanted: Wanted,
    ) -> Result<Option<Bytes>, BlobError> {
        let known = self.blobs.known(key).await?;
        if known.size_bytes > SOURCE_BYTES_MAX {
            return Ok(None);
        }
        let kept = kept_key(shop, key, known, wanted);
        match self.blobs.read(&kept).await {
            Ok(bytes) => return Ok(Some(bytes)),
            Err(BlobError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        let Ok(_turn) = self.turns.acquire().await else {
            return Ok(None);
        };
        let source = self.blobs.read(key).await?;
        let made = tokio::task::spawn_blocking(move || scale(&source, wanted)).await;
        let Ok(Some(bytes)) = made else {
            return Ok(None);
        };
        let bytes = Bytes::from(bytes);
        self.blobs.write(&kept, bytes.clone()).await?;
        let size = bytes.len() as u64;
        let before = self.written.fetch_add(size, Ordering::Relaxed);
        if before / SWEEP_EVERY_BYTES != (before + size) / SWEEP_EVERY_BYTES {
            let (blobs, folder) = (self.blobs.clone(), folder(shop));
            tokio::spawn(async move {
                if let Err(cause) = blobs.shrink(&folder, KEPT_BYTES_MAX).await {
                    tracing::warn!(%cause, "old pictures could not be swept away");
                }
            });
        }
        Ok(Some(bytes))
    }
}

fn folder(shop: ShopId) -> String {
    format!("resized/{}", shop.get())
}

/// Where a scaled picture is kept: another one when the file itself is another.
fn kept_key(shop: ShopId, key: &str, known: blobs::Known, wanted: Wanted) -> String {
    let asked = format!(
        "{key} {} {} {:?}",
        known.size_bytes, known.modified_micros, wanted
    );
    let digest = Sha256::digest(asked.as_bytes());
    let name: String = digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}/{name}.{}", folder(shop), wanted.format.ending())
}

/// The picture as it is wanted; nothing when the bytes are none.
fn scale(source: &[u8], wanted: Wanted) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(source))
        .with_guessed_format()
        .ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SOURCE_SIDE_MAX);
    limits.max_image_height = Some(SOURCE_SIDE_MAX);
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    // The limits above hold what a decoder takes for itself, not the picture that it fills.
    if decoder.total_bytes() > DECODED_BYTES_MAX {
        return None;
    }
    // Cameras write down how they were held; what is written anew says it no more, and stands.
    let held = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(held);
    let (area, (width, height)) = wanted.plan((picture.width(), picture.height()));
    let part = picture.crop_imm(area.x, area.y, area.width, area.height);
    let scaled = match (part.width(), part.height()) == (width, height) {
        true => part,
        false => part.resize_exact(width, height, FilterType::CatmullRom),
    };
    let padded = match (wanted.pad, wanted.width, wanted.height) {
        (Some(color), Some(width), Some(height)) => padded(&scaled, color, (width, height)),
        _ => scaled,
    };
    written(&padded, wanted.format)
}

/// A picture in the middle of a ground of one color.
fn padded(picture: &DynamicImage, [r, g, b]: [u8; 3], (width, height): (u32, u32)) -> DynamicImage {
    let mut ground = RgbaImage::from_pixel(
        width.max(picture.width()),
        height.max(picture.height()),
        Rgba([r, g, b, 255]),
    );
    let beside = |ground: u32, own: u32| i64::from((ground - own) / 2);
    let x = beside(ground.width(), picture.width());
    let y = beside(ground.height(), picture.height());
    image::imageops::overlay(&mut ground, &picture.to_rgba8(), x, y);
    DynamicImage::ImageRgba8(ground)
}

fn written(picture: &DynamicImage, format: Format) -> Option<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    match format {
        Format::Jpeg => {
            let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, QUALITY);
            picture.to_rgb8().write_with_encoder(encoder).ok()?;
        }
        Format::Png => picture.write_to(&mut out, ImageFormat::Png).ok()?,
        Format::Webp => {
            let rgba = picture.to_rgba8();
            let encoder = webp::Encoder::from_rgba(&rgba, rgba.width(), rgba.height());
            return Some(encoder.encode(f32::from(QUALITY)).to_vec());
        }
    }
    Some(out.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(width: u32, height: u32, crop: Option<Crop>) -> Wanted {
        let side = |side| (side > 0).then_some(side);
        Wanted {
            width: side(width),
            height: side(height),
            crop,
            pad: None,
            format: Format::Png,
        }
    }

    /// A picture of two by one pixels, black and white, that says that it was held to the side.
    fn given_turned() -> Vec<u8> {
        let mut jpeg = Cursor::new(Vec::new());
        let mut picture = image::RgbImage::new(32, 16);
        for (x, _, pixel) in picture.enumerate_pixels_mut() {
            *pixel = image::Rgb(if x < 16 { [0; 3] } else { [255; 3] });
        }
        picture.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
        let jpeg = jpeg.into_inner();
        // Exif, one entry: orientation 6, to be turned by a quarter to the right.
        let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        [&jpeg[..2], exif, &jpeg[2..]].concat()
    }

    #[test]
    fn a_picture_that_was_held_to_the_side_stands_upright_when_it_is_scaled() {
        let asked = wanted(8, 0, None);
        let bytes = scale(&given_turned(), asked).unwrap();
        let read = image::load_from_memory(&bytes).unwrap().to_luma8();
        assert_eq!((read.width(), read.height()), (8, 16));
        // The left half is above now.
        assert!(read.get_pixel(4, 2).0[0] < 64 && read.get_pixel(4, 13).0[0] > 192);
        assert!(!bytes.windows(4).any(|four| four == b"Exif"));
    }

    #[test]
    fn a_part_that_is_named_is_cut_before_it_is_scaled() {
        let asked: Asked = serde_json::from_value(serde_json::json!({ "crop": "region",
            "crop_left": "10", "crop_top": "5", "crop_width": "20", "crop_height": "999",
            "width": "10" }))
        .unwrap();
        let asked = asked.wanted("a.png", false).unwrap();
        let (area, size) = asked.plan((40, 25));
        assert_eq!((area.x, area.y, area.width, area.height), (10, 5, 20, 20));
        assert_eq!(size, (10, 10));
        let far = Area {
            x: 99,
            y: 99,
            width: 5,
            height: 5,
        };
        let (area, _) = wanted(0, 0, Some(Crop::Region(far))).plan((40, 20));
        assert_eq!((area.x, area.y, area.width, area.height), (39, 19, 1, 1));
    }

    #[test]
    fn the_rest_of_what_was_asked_for_is_filled_with_a_color() {
        let mut source = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(40, 20)
            .write_to(&mut source, ImageFormat::Png)
            .unwrap();
        let asked = Asked {
            width: Some("20".to_owned()),
            height: Some("20".to_owned()),
            pad_color: Some("f00".to_owned()),
            ..Asked::default()
        };
        let asked = asked.wanted("a.png", false).unwrap();
        let bytes = scale(source.get_ref(), asked).unwrap();
        let read = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!((read.width(), read.height()), (20, 20));
        assert_eq!(read.get_pixel(10, 1).0, [255, 0, 0]);
        assert_eq!(read.get_pixel(10, 10).0, [0, 0, 0]);
    }

    #[test]
    fn a_small_file_that_unfolds_to_a_huge_picture_is_not_read() {
        let fits = given_black(160);
        assert!(scale(&fits, wanted(10, 0, None)).is_some(), "it is whole");
        // A byte for each pixel is more than is held.
        let bomb = given_black(16_400);
        assert!(bomb.len() < 256 * 1024, "it is small");
        assert_eq!(scale(&bomb, wanted(10, 0, None)), None);
    }

    /// A whole PNG of one bit a pixel, all black.
    fn given_black(side: u32) -> Vec<u8> {
        let side_bytes = side.to_be_bytes();
        let header = [&side_bytes[..], &side_bytes, &[1, 0, 0, 0, 0]].concat();
        // Each row begins with how it was filtered: not at all.
        let rows = zeros((1 + side.div_ceil(8)) * side);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, inside) in [(b"IHDR", header), (b"IDAT", rows), (b"IEND", Vec::new())] {
            png.extend(u32::try_from(inside.len()).unwrap().to_be_bytes());
            let part = [&kind[..], &inside].concat();
            png.extend(&part);
            png.extend(crc32(&part).to_be_bytes());
        }
        png
    }

    /// So many zeros, packed (RFC 1950, 1951): some, then the last of them again and again.
    fn zeros(count: u32) -> Vec<u8> {
        let mut bits = Vec::new();
        let mut write = |code: u32, length: u32| {
            bits.extend((0..length).rev().map(|at| code >> at & 1 == 1));
        };
        // The last block, in the fixed codes.
        write(0b110, 3);
        for _ in 0..=(count - 1) % 258 {
            write(0b0011_0000, 8);
        }
        for _ in 0..(count - 1) / 258 {
            write(0b1100_0101, 8);
            write(0, 5);
        }
        write(0, 7);
        let byte = |eight: &[bool]| {
            let ones = eight.iter().enumerate().filter(|(_, bit)| **bit);
            ones.fold(0_u8, |byte, (at, _)| byte | 1 << at)
        };
        let packed: Vec<u8> = bits.chunks(8).map(byte).collect();
        let sum = (count % 65_521) << 16 | 1;
        [&[0x78, 0x01][..], &packed, &sum.to_be_bytes()].concat()
    }

    /// The checksum of a part of a PNG.
    fn crc32(bytes: &[u8]) -> u32 {
        let turn = |mut sum: u32, byte: &u8| {
            sum ^= u32::from(*byte);
            for _ in 0..8 {
                sum = if sum & 1 == 1 {
                    0xedb8_8320 ^ (sum >> 1)
                } else {
                    sum >> 1
                };
            }
            sum
        };
        !bytes.iter().fold(u32::MAX, turn)
    }

    #[test]
    fn a_picture_keeps_its_proportions_and_is_never_enlarged() {
        let size = |w, h| wanted(w, h, None).plan((400, 200)).1;
        assert_eq!(size(100, 0), (100, 50));
        assert_eq!(size(0, 100), (200, 100));
        assert_eq!(size(800, 0), (400, 200));
        assert_eq!(size(100, 100), (100, 50));
        assert_eq!(size(400, 50), (100, 50));
        assert_eq!(size(0, 0), (400, 200));
    }

    #[test]
    fn a_cut_picture_has_the_proportions_that_were_asked_for() {
        let (area, size) = wanted(100, 100, Some(Crop::Center)).plan((400, 200));
        assert_eq!(
            (area.x, area.y, area.width, area.height),
            (100, 0, 200, 200)
        );
        assert_eq!(size, (100, 100));
        let (area, _) = wanted(100, 100, Some(Crop::Right)).plan((400, 200));
        assert_eq!(area.x, 200);
        let (area, _) = wanted(100, 50, Some(Crop::Bottom)).plan((200, 400));
        assert_eq!((area.y, area.height), (300, 100));
    }

    #[test]
    fn only_pictures_that_can_be_read_are_scaled() {
        let asked = Asked {
            width: Some("100".to_owned()),
            ..Asked::default()
        };
        assert_eq!(asked.wanted("a.svg", true), None);
        assert_eq!(asked.wanted("a.png", true).unwrap().format, Format::Webp);
        assert_eq!(asked.wanted("a.png", false).unwrap().format, Format::Png);
        assert_eq!(Asked::default().wanted("a.png", true), None);
        assert_eq!(scale(b"no picture", wanted(1, 1, None)), None);
    }

    #[test]
    fn a_picture_is_read_scaled_and_written_in_each_format() {
        let mut source = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(40, 20)
            .write_to(&mut source, ImageFormat::Png)
            .unwrap();
        for format in [Format::Jpeg, Format::Png, Format::Webp] {
            let asked = Wanted {
                format,
                ..wanted(10, 0, None)
            };
            let bytes = scale(&source.get_ref()[..], asked).unwrap();
            let read = image::load_from_memory(&bytes).unwrap();
            assert_eq!((read.width(), read.height()), (10, 5), "{format:?}");
        }
    }
}
