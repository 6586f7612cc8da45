//! Deleting files, and then their bytes.

use store::{StoreError, Tx};
use units::{Gid, MediaImageId};

use super::settle::own_key;
use super::source::name_in;
use super::update::{held, record_shown};
use super::{File, FileError, sql};
use crate::call::Call;
use crate::metafields::{self, Owner};
use crate::queue::{self, NewJob};

/// Keys of bytes that one job takes away.
pub const GONE_MAX: usize = 250;

/// Deletes files that no product shows any more; a job takes their bytes away.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, call: &Call, gids: &[Gid]) -> Result<Vec<MediaImageId>, FileError> {
    let files = held(tx, gids)?;
    let stand_ins: Vec<MediaImageId> = files.iter().filter_map(|file| file.preview_id).collect();
    let stand_ins = sql::lock(tx, &stand_ins)?;
    remove(tx, call, &stand_ins)?;
    Ok(remove(tx, call, &files)?)
}

/// Takes files out of the shop; a job takes their bytes away.
pub(super) fn remove(
    tx: &mut Tx,
    call: &Call,
    files: &[File],
) -> Result<Vec<MediaImageId>, StoreError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<MediaImageId> = files.iter().map(|file| file.id).collect();
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    metafields::delete_all(tx, Owner::MediaImage, &numbers)?;
    sql::delete(tx, &ids)?;
    let mut bare = Vec::new();
    for id in &ids {
        bare.extend(sql::place_pictures(tx, *id, None, call.now)?);
    }
    record_shown(tx, call, &[], &bare)?;
    let names = files.iter().flat_map(|file| {
        let own = Some(file.filename.as_str()).filter(|name| !name.is_empty());
        own.into_iter().chain(file.leaves.as_deref())
    });
    forget_bytes(tx, call, &names.collect::<Vec<_>>())?;
    Ok(ids)
}

/// Has a job take away the bytes under some names.
pub(super) fn forget_bytes(tx: &mut Tx, call: &Call, names: &[&str]) -> Result<(), StoreError> {
    let gone: Vec<(i64, String)> = names
        .iter()
        .map(|name| (call.new_id(), own_key(call.shop, name)))
        .collect();
    tx.insert_many(
        "INSERT INTO gone_blobs (shop_id, id, key) VALUES ($shop, $1, $2)",
        &gone,
    )?;
    let jobs: Vec<NewJob> = gone
        .iter()
        .map(|(id, _)| NewJob::gone_blob(call, *id))
        .collect();
    queue::add(tx, &jobs)
}

/// The keys of bytes that nobody needs any more, of the jobs with those subjects: a name that
/// another file was given meanwhile is that one's.
///
/// # Errors
/// `Store` faults only.
pub fn gone(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    let mut gone: Vec<(i64, String)> = tx.all(
        "SELECT id, key FROM gone_blobs WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    let names: Vec<&str> = gone.iter().map(|(_, key)| name_in(key)).collect();
    let files = sql::by_filenames(tx, &names)?;
    let is_of =
        |file: &File, name: &str| file.filename == name || file.leaves.as_deref() == Some(name);
    gone.retain(|(_, key)| !files.iter().any(|file| is_of(file, name_in(key))));
    Ok(gone)
}

/// Notes that bytes are gone, with the job that took them away.
///
/// # Errors
/// `Store` faults only.
pub fn forget_gone(tx: &mut Tx, job: i64, id: i64) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM gone_blobs WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    queue::finish(tx, job)
}
