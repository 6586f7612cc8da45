//! The files' queries.

use store::{Record, StoreError, Tx};
use units::{MediaImageId, Timestamp};

use super::File;

/// The files with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn by_ids(tx: &mut Tx, ids: &[MediaImageId]) -> Result<Vec<Option<File>>, StoreError> {
    let text = format!(
        "SELECT {} FROM files WHERE shop_id = $shop AND id = ANY($1)",
        File::COLUMNS
    );
    let found: Vec<File> = tx.all(&text, (ids,))?;
    let one = |id: &MediaImageId| found.iter().find(|file| file.id == *id).cloned();
    Ok(ids.iter().map(one).collect())
}

/// Enters files that products brought: those that are there are left as they are, but for what
/// they show.
///
/// # Errors
/// `Store` faults only.
pub fn enter(tx: &mut Tx, files: &[File]) -> Result<(), StoreError> {
    write(
        tx,
        files,
        "SET alt = excluded.alt, updated_at = excluded.updated_at",
    )
}

pub(super) fn upsert(tx: &mut Tx, files: &[File]) -> Result<(), StoreError> {
    write(
        tx,
        files,
        "SET status = excluded.status, filename = excluded.filename,
             filename_key = excluded.filename_key, leaves = excluded.leaves,
             leaves_key = excluded.leaves_key, url = excluded.url,
             source = excluded.source, alt = excluded.alt, mime_type = excluded.mime_type,
             size_bytes = excluded.size_bytes, width = excluded.width, height = excluded.height,
             duration_ms = excluded.duration_ms, preview_id = excluded.preview_id,
             error_code = excluded.error_code, error = excluded.error,
             updated_at = excluded.updated_at",
    )
}

fn write(tx: &mut Tx, files: &[File], known: &'static str) -> Result<(), StoreError> {
    if files.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = files
        .iter()
        .map(|f| {
            (
                f.id,
                f.kind,
                f.status,
                &f.filename,
                f.filename.to_lowercase(),
                &f.leaves,
                f.leaves.as_ref().map(|name| name.to_lowercase()),
                &f.url,
                &f.source,
                &f.alt,
                &f.mime_type,
                f.size_bytes,
                f.width,
                f.height,
                f.duration_ms,
                f.preview_id,
                &f.error_code,
                &f.error,
                f.created_at,
                f.updated_at,
            )
        })
        .collect();
    let text = format!(
        "INSERT INTO files (shop_id, id, kind, status, filename, filename_key, leaves, leaves_key,
             url, source, alt, mime_type, size_bytes, width, height, duration_ms, preview_id,
             error_code, error, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
             $18, $19, $20)
         ON CONFLICT (shop_id, id) DO UPDATE {known}"
    );
    tx.insert_many(&text, &rows)?;
    Ok(())
}

pub(super) fn lock(tx: &mut Tx, ids: &[MediaImageId]) -> Result<Vec<File>, StoreError> {
    let text = format!(
        "SELECT {} FROM files WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        File::COLUMNS
    );
    tx.all_locked(&text, (ids,))
}

/// The files that have one of these names, or have it still, in whatever case.
pub(super) fn by_filenames(tx: &mut Tx, filenames: &[&str]) -> Result<Vec<File>, StoreError> {
    if filenames.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<String> = filenames.iter().map(|name| name.to_lowercase()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let text = format!(
        "SELECT {} FROM files
          WHERE shop_id = $shop AND (filename_key = ANY($1) OR leaves_key = ANY($1))
          ORDER BY id",
        File::COLUMNS
    );
    tx.all(&text, (keys,))
}

pub(super) fn delete(tx: &mut Tx, ids: &[MediaImageId]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM files WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}

/// Tells the collections and articles whose picture a file is where it is now; gives the
/// collections. A file that is gone leaves them without one.
pub(super) fn place_pictures(
    tx: &mut Tx,
    id: MediaImageId,
    file: Option<&File>,
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    // What is brought anew is shown as it was until the new bytes are here.
    let url = file.map(|file| &file.url).filter(|url| !url.is_empty());
    let kept = file.map(|file| file.id);
    let (width, height) = file.map_or((None, None), |file| (file.width, file.height));
    tx.execute(
        "UPDATE articles
            SET image_id = $2, image_url = $3, image_width = $4, image_height = $5
          WHERE shop_id = $shop AND image_id = $1",
        (id, kept, url, width, height),
    )?;
    tx.all(
        "UPDATE collections
            SET image_id = $2, image_url = $3, image_width = $4, image_height = $5,
                updated_at = $6
          WHERE shop_id = $shop AND image_id = $1
         RETURNING id",
        (id, kept, url, width, height, now),
    )
}

/// Tells the products that show a file where it is now.
pub(super) fn place(tx: &mut Tx, file: &File) -> Result<Vec<i64>, StoreError> {
    tx.all(
        "UPDATE media
            SET status = $2, url = $3, alt = $4, width = $5, height = $6, updated_at = $7
          WHERE shop_id = $shop AND id = $1
         RETURNING product_id",
        (
            file.id,
            file.status,
            &file.url,
            &file.alt,
            file.width,
            file.height,
            file.updated_at,
        ),
    )
}
