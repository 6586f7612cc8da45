//! How large and how long a film is, as its own index says (ISO/IEC 14496-12: MP4, MOV).

use blobs::BlobError;

use crate::probe::Held;

/// Boxes of one level that are looked through.
const BOXES_MAX: usize = 256;
/// Bytes of an index.
const INDEX_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Sides beyond this are taken for nonsense, in pixels.
const PIXELS_MAX: i64 = 100_000;

/// What a film says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Film {
    /// Width in pixels, as it is shown.
    pub(crate) width: i64,
    /// Height in pixels, as it is shown.
    pub(crate) height: i64,
    /// How long, in milliseconds.
    pub(crate) duration_ms: i64,
}

/// Measures a film; nothing when it has no index that can be read.
///
/// # Errors
/// When what keeps the bytes failed.
pub(crate) async fn measured(held: Held<'_>) -> Result<Option<Film>, BlobError> {
    let size = held.size().await?;
    let mut at = 0;
    for _ in 0..BOXES_MAX {
        if at >= size {
            break;
        }
        let head = held.range(at..size.min(at + 16)).await?;
        let Some(found) = Head::read(&head, size - at) else {
            break;
        };
        if &found.kind == b"moov" {
            if found.size > INDEX_BYTES_MAX {
                break;
            }
            let index = held.range(at + found.begins..at + found.size).await?;
            return Ok(film(&index));
        }
        at += found.size;
    }
    Ok(None)
}

/// The beginning of a box.
struct Head {
    kind: [u8; 4],
    /// Where its inside begins.
    begins: u64,
    /// Its bytes, the beginning included.
    size: u64,
}

impl Head {
    /// Reads one where `left` bytes are left; nothing when it goes beyond them.
    fn read(bytes: &[u8], left: u64) -> Option<Self> {
        let short = u64::from(number(bytes, 0)?);
        let kind = bytes.get(4..8)?.try_into().ok()?;
        let (begins, size) = match short {
            0 => (8, left),
            1 => (16, wide(bytes, 8)?),
            size => (8, size),
        };
        (size >= begins && size <= left).then_some(Self { kind, begins, size })
    }
}

/// The insides of the boxes of one kind.
fn insides<'a>(mut bytes: &'a [u8], kind: &'static [u8; 4]) -> impl Iterator<Item = &'a [u8]> {
    let next = move || {
        let head = Head::read(bytes, bytes.len() as u64)?;
        let (begins, size) = (usize::try_from(head.begins), usize::try_from(head.size));
        let (own, rest) = bytes.split_at_checked(size.ok()?)?;
        bytes = rest;
        Some((head.kind, own.get(begins.ok()?..)?))
    };
    std::iter::from_fn(next)
        .take(BOXES_MAX)
        .filter(move |(found, _)| found == kind)
        .map(|(_, inside)| inside)
}

fn film(index: &[u8]) -> Option<Film> {
    let header = insides(index, b"mvhd").next()?;
    let (scale, length) = match header.first()? {
        1 => (number(header, 20)?, wide(header, 24)?),
        _ => (number(header, 12)?, u64::from(number(header, 16)?)),
    };
    let duration_ms = length.checked_mul(1000)?.checked_div(u64::from(scale))?;
    let sizes = insides(index, b"trak").filter_map(|track| size(insides(track, b"tkhd").next()?));
    let (width, height) = sizes.max_by_key(|(width, height)| width * height)?;
    Some(Film {
        width,
        height,
        duration_ms: i64::try_from(duration_ms).ok()?,
    })
}

/// Width and height of a track that shows something, turned as it is shown.
fn size(header: &[u8]) -> Option<(i64, i64)> {
    let matrix = match header.first()? {
        1 => 52,
        _ => 40,
    };
    // Sixteen bits before the point and sixteen behind it.
    let pixels = |at: usize| Some(i64::from(number(header, at)? >> 16));
    let (width, height) = (pixels(matrix + 36)?, pixels(matrix + 40)?);
    let is_turned = number(header, matrix)? == 0 && number(header, matrix + 4)? != 0;
    let fits = |side: i64| (1..=PIXELS_MAX).contains(&side);
    match (fits(width) && fits(height), is_turned) {
        (false, _) => None,
        (true, true) => Some((height, width)),
        (true, false) => Some((width, height)),
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

fn wide(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at + 8)?.try_into().ok()?;
    Some(u64::from_be_bytes(eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        let mut all = u32::try_from(inside.len() + 8)
            .unwrap()
            .to_be_bytes()
            .to_vec();
        all.extend_from_slice(kind);
        all.extend_from_slice(inside);
        all
    }

    fn track(width: u32, height: u32, turned: bool) -> Vec<u8> {
        let mut header = vec![0; 84];
        let at = if turned { 44 } else { 40 };
        header[at..at + 4].copy_from_slice(&0x1_0000_u32.to_be_bytes());
        header[76..80].copy_from_slice(&(width << 16).to_be_bytes());
        header[80..84].copy_from_slice(&(height << 16).to_be_bytes());
        boxed(b"trak", &boxed(b"tkhd", &header))
    }

    fn given_film(tracks: &[Vec<u8>]) -> Vec<u8> {
        let mut header = vec![0; 100];
        header[12..16].copy_from_slice(&600_u32.to_be_bytes());
        header[16..20].copy_from_slice(&1500_u32.to_be_bytes());
        let mut index = boxed(b"mvhd", &header);
        index.extend(tracks.concat());
        // The index stands last, as cameras write it.
        let mut all = boxed(b"ftyp", b"isom\0\0\0\0");
        all.extend(boxed(b"mdat", &[7; 300]));
        all.extend(boxed(b"moov", &index));
        all
    }

    async fn measure(bytes: Vec<u8>) -> Option<Film> {
        measured(Held::Here(&bytes.into())).await.unwrap()
    }

    #[tokio::test]
    async fn a_film_says_its_size_and_length_wherever_its_index_stands() {
        // A track of sound has no size.
        let film = given_film(&[track(0, 0, false), track(640, 360, false)]);
        let expected = Film {
            width: 640,
            height: 360,
            duration_ms: 2_500,
        };
        assert_eq!(measure(film).await, Some(expected));
        let upright = measure(given_film(&[track(1920, 1080, true)]))
            .await
            .unwrap();
        assert_eq!((upright.width, upright.height), (1080, 1920));
    }

    #[tokio::test]
    async fn a_film_that_is_cut_off_or_lies_is_not_measured() {
        let whole = given_film(&[track(640, 360, false)]);
        for length in 0..whole.len() {
            assert_eq!(measure(whole[..length].to_vec()).await, None, "{length}");
        }
        let mut lies = whole.clone();
        lies[16..20].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(measure(lies).await, None);
        assert_eq!(measure(given_film(&[track(0, 0, false)])).await, None);
    }
}
