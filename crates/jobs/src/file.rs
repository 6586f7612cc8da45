//! Bringing files' bytes to where the shop serves them from, and taking them away.

use blobs::BlobError;
use bytes::Bytes;
use commerce::files::{self, FileKind, Origin, Probed, Settled, Source, Task};
use commerce::queue::Job;
use store::StoreError;
use units::{MediaImageId, ShopId};

use crate::claims::Claim;
use crate::worker::Deps;

/// Bytes of a remote file that are taken, at most.
const REMOTE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Bytes of a picture's beginning that tell its size.
const HEAD_BYTES: u64 = 512 * 1024;
/// A picture beyond this in width or height is refused, in pixels.
const PIXELS_MAX: i64 = 20_000;

/// Sees to one file. A fault leaves the job claimed: it is due again when the lease ends.
pub(crate) async fn settle(deps: Deps, job: Job, claim: Claim) {
    let id = MediaImageId(job.subject_id);
    if let Err(fault) = try_settle(&deps, &job, id, &claim).await {
        tracing::error!(shop = %job.shop, file = %id, %fault, "a file could not be settled");
    }
}

/// Takes away bytes that nobody needs any more.
pub(crate) async fn remove(deps: Deps, job: Job, claim: Claim) {
    if let Err(fault) = try_remove(&deps, &job).await {
        tracing::error!(shop = %job.shop, job = job.id, %fault, "bytes could not be taken away");
    }
    drop(claim);
}

/// The bytes that a text names: an upload's, or those at an address on the web. In words why not.
pub(crate) async fn fetched(
    deps: &Deps,
    job: &Job,
    claim: &Claim,
    from: &str,
    bytes_max: usize,
) -> Result<Bytes, String> {
    let asked = from.to_owned();
    let found = deps.db.read(job.shop, move |tx| files::source(tx, &asked));
    let found = found.await.and_then(|found| found);
    match found.map_err(|fault| fault.to_string())? {
        Source::Unreadable => Err("There is nothing at the address.".to_owned()),
        Source::Staged(upload) => {
            let key = upload.blob_key();
            let read = deps.blobs.first(&key, bytes_max as u64 + 1).await;
            let bytes = read.map_err(|error| in_words(&error))?;
            match bytes.len() > bytes_max {
                true => Err("The file is too large.".to_owned()),
                false => Ok(bytes),
            }
        }
        Source::Remote(url) => {
            // Remote hosts are not called by more at a time than their webhooks are.
            let _turn = claim.calls.acquire().await;
            let bytes = deps.outbound.fetch(&url, bytes_max).await?;
            Ok(Bytes::from(bytes))
        }
    }
}

/// Takes away uploads whose time is over; says whether there may be more.
pub(crate) async fn sweep(deps: &Deps, shop: ShopId) -> Result<bool, StoreError> {
    let now = deps.clock.now();
    let old = deps
        .db
        .read(shop, move |tx| files::expired_uploads(tx, now))
        .await??;
    let mut tokens = Vec::with_capacity(old.len());
    for upload in old {
        match deps.blobs.delete(&upload.blob_key()).await {
            Ok(()) => tokens.push(upload.token),
            Err(fault) => tracing::warn!(%shop, %fault, "an old upload could not be taken away"),
        }
    }
    let any = !tokens.is_empty();
    if any {
        deps.db
            .write(shop, move |tx| files::forget_uploads(tx, &tokens))
            .await?;
    }
    Ok(any)
}

async fn try_settle(
    deps: &Deps,
    job: &Job,
    id: MediaImageId,
    claim: &Claim,
) -> Result<(), StoreError> {
    let task = deps
        .db
        .read(job.shop, move |tx| files::task(tx, id))
        .await??;
    let outcome = match &task {
        None => Settled::Failed("UNKNOWN", String::new()),
        Some(task) => {
            // Remote hosts are not called by more at a time than their webhooks are.
            let _turn = claim.calls.acquire().await;
            bring(deps, task).await
        }
    };
    let (call, number) = (deps.call(job.shop), job.id);
    let recorded = outcome.clone();
    deps.db
        .write(job.shop, move |tx| {
            files::settle(tx, &call, number, id, &recorded)
        })
        .await?;
    if let (Some(leave), Settled::Ready(_)) = (task.and_then(|task| task.leave), outcome)
        && let Err(fault) = deps.blobs.delete(&leave).await
    {
        tracing::warn!(shop = %job.shop, file = %id, %fault, "a renamed file left its old bytes");
    }
    Ok(())
}

async fn try_remove(deps: &Deps, job: &Job) -> Result<(), StoreError> {
    let id = job.subject_id;
    let gone = deps
        .db
        .read(job.shop, move |tx| files::gone(tx, &[id]))
        .await??;
    for (_, key) in &gone {
        if let Err(fault) = deps.blobs.delete(key).await {
            tracing::warn!(shop = %job.shop, key, %fault, "bytes could not be taken away yet");
            return Ok(());
        }
    }
    let number = job.id;
    deps.db
        .write(job.shop, move |tx| files::forget_gone(tx, number, id))
        .await
}

/// Brings the bytes to their key and looks at them there.
async fn bring(deps: &Deps, task: &Task) -> Settled {
    let brought = match &task.from {
        Origin::Lost => Err("The upload is gone. Make a new one.".to_owned()),
        Origin::Blob(from) => deps
            .blobs
            .copy(from, &task.to)
            .await
            .map_err(|error| in_words(&error)),
        Origin::Remote(url) => match deps.outbound.fetch(url, REMOTE_BYTES_MAX).await {
            Ok(bytes) => deps
                .blobs
                .write(&task.to, bytes)
                .await
                .map_err(|error| in_words(&error)),
            Err(why) => Err(why),
        },
    };
    if let Err(why) = brought {
        let code = match task.kind {
            FileKind::Image => "IMAGE_DOWNLOAD_FAILURE",
            FileKind::Video => "VIDEO_VALIDATION_ERROR",
            FileKind::Model3d => "MODEL3D_VALIDATION_ERROR",
            FileKind::File | FileKind::ExternalVideo => "GENERIC_FILE_DOWNLOAD_FAILURE",
        };
        return Settled::Failed(code, why);
    }
    match probe(deps, task).await {
        Ok(settled) => settled,
        Err(error) => Settled::Failed("UNKNOWN", in_words(&error)),
    }
}

fn in_words(error: &BlobError) -> String {
    match error {
        BlobError::NotFound(_) => "The upload is gone. Make a new one.".to_owned(),
        BlobError::Key(_) | BlobError::Store(_) => {
            tracing::error!(%error, "the file store failed");
            "The file could not be stored.".to_owned()
        }
    }
}

async fn probe(deps: &Deps, task: &Task) -> Result<Settled, BlobError> {
    let known = deps.blobs.known(&task.to).await?;
    let size_bytes = i64::try_from(known.size_bytes).unwrap_or(i64::MAX);
    let plain = |dimensions, mime_type: &str| {
        Settled::Ready(Probed {
            size_bytes,
            mime_type: mime_type.to_owned(),
            dimensions,
        })
    };
    if task.kind != FileKind::Image {
        return Ok(plain(None, &task.mime_type));
    }
    let head = deps.blobs.first(&task.to, HEAD_BYTES).await?;
    if is_svg(&head) {
        return Ok(plain(svg_size(&head), "image/svg+xml"));
    }
    let kind = imagesize::image_type(&head).ok().and_then(mime_of);
    let size = imagesize::blob_size(&head).ok();
    let refused = |code, why: &str| Ok(Settled::Failed(code, why.to_owned()));
    let Some((mime_type, size)) = kind.zip(size) else {
        deps.blobs.delete(&task.to).await?;
        return refused(
            "UNSUPPORTED_IMAGE_FILE_TYPE",
            "The file is no picture of a kind that can be shown.",
        );
    };
    let pixels = |side: usize| i64::try_from(side).unwrap_or(i64::MAX);
    let (width, height) = (pixels(size.width), pixels(size.height));
    if width < 1 || height < 1 || width > PIXELS_MAX || height > PIXELS_MAX {
        deps.blobs.delete(&task.to).await?;
        return refused(
            "INVALID_IMAGE_RESOLUTION",
            "A picture has at most 20,000 pixels in width and height.",
        );
    }
    Ok(plain(Some((width, height)), mime_type))
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
    let (value, _) = rest[1..].split_once(quote)?;
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
    }
}
