//! Bringing the files of themes out of their archives.

use std::io::{Cursor, Read as _};

use bytes::Bytes;
use commerce::queue::Job;
use commerce::themes::{self, ARCHIVE_BYTES_MAX};
use store::StoreError;
use units::OnlineStoreThemeId;
use zip::ZipArchive;

use crate::claims::Claim;
use crate::file::fetched;
use crate::worker::Deps;

/// Entries of an archive that are looked at.
const ENTRIES_MAX: usize = 4_000;
/// Bytes of one file, unpacked.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes of all files, unpacked.
const UNPACKED_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Files of a transaction.
const STEP_FILES: usize = 20;

/// Brings the files of one theme. A fault leaves the job claimed: it is due again when the lease
/// ends.
pub(crate) async fn bring(deps: Deps, job: Job, claim: Claim) {
    if let Err(fault) = try_bring(&deps, &job, &claim).await {
        tracing::error!(shop = %job.shop, theme = job.subject_id, %fault, "a theme was not brought");
    }
}

async fn try_bring(deps: &Deps, job: &Job, claim: &Claim) -> Result<(), StoreError> {
    let id = OnlineStoreThemeId(job.subject_id);
    let found = deps
        .db
        .read(job.shop, move |tx| themes::theme_source(tx, id));
    let source = found.await??.unwrap_or_default();
    let most = usize::try_from(ARCHIVE_BYTES_MAX).unwrap_or(0);
    let files = match fetched(deps, job, claim, &source, most).await {
        Ok(bytes) => tokio::task::spawn_blocking(move || unpacked(&bytes))
            .await
            .unwrap_or_else(|panic| Err(panic.to_string())),
        Err(why) => Err(why),
    };
    let number = job.id;
    let files = match files {
        Ok(files) => files,
        Err(why) => {
            tracing::warn!(shop = %job.shop, theme = %id, why, "a theme's archive was not read");
            let call = deps.call(job.shop);
            return deps
                .db
                .write(job.shop, move |tx| {
                    themes::fail_theme(tx, &call, number, id)
                })
                .await;
        }
    };
    for some in files.chunks(STEP_FILES) {
        let (call, some) = (deps.call(job.shop), some.to_vec());
        deps.db
            .write(job.shop, move |tx| {
                themes::receive_files(tx, &call, id, &some)
            })
            .await?;
    }
    let call = deps.call(job.shop);
    let done = deps.db.write(job.shop, move |tx| {
        themes::finish_theme(tx, &call, number, id)
    });
    match done.await {
        Ok(()) => Ok(()),
        Err(themes::ThemeError::Store(fault)) => Err(fault),
        Err(refusal) => {
            tracing::error!(shop = %job.shop, theme = %id, %refusal, "a theme was not finished");
            Ok(())
        }
    }
}

/// The files of an archive, by their paths in the theme: a folder around all of them is left out.
fn unpacked(archive: &Bytes) -> Result<Vec<(String, Vec<u8>)>, String> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(|error| error.to_string())?;
    if archive.len() > ENTRIES_MAX {
        return Err("The archive holds too many files.".to_owned());
    }
    let mut files = Vec::new();
    let mut total = 0;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|error| error.to_string())?;
        if !entry.is_file() || entry.is_symlink() {
            continue;
        }
        let Some(name) = entry.enclosed_name() else {
            continue;
        };
        let name = name.to_string_lossy().replace('\\', "/");
        let mut bytes = Vec::new();
        entry
            .take(FILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| error.to_string())?;
        total += bytes.len();
        if total > UNPACKED_BYTES_MAX {
            return Err("The archive unpacks to too much.".to_owned());
        }
        if bytes.len() as u64 <= FILE_BYTES_MAX {
            files.push((name, bytes));
        }
    }
    let around = around(files.iter().map(|(name, _)| name.as_str()));
    files.retain(|(name, _)| name.is_char_boundary(around) && name.len() > around);
    for (name, _) in &mut files {
        name.drain(..around);
    }
    let has_layout = files.iter().any(|(name, _)| name.starts_with("layout/"));
    match has_layout {
        true => Ok(files),
        false => Err("The archive holds no theme: there is no layout in it.".to_owned()),
    }
}

/// How long the name of the folder is that stands around a theme, its slash included.
fn around<'a>(mut names: impl Iterator<Item = &'a str>) -> usize {
    let layout = names.find_map(|name| {
        let at = name.find("layout/")?;
        (at == 0 || name[..at].ends_with('/')).then_some(at)
    });
    layout.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn packed(files: &[(&str, &[u8])]) -> Bytes {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        Bytes::from(writer.finish().unwrap().into_inner())
    }

    #[test]
    fn the_folder_around_a_theme_is_left_out() {
        let archive = packed(&[
            ("dawn-main/assets/a.css", b"a{}"),
            ("dawn-main/layout/theme.liquid", b"hi"),
        ]);
        let files = unpacked(&archive).unwrap();
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["assets/a.css", "layout/theme.liquid"]);
    }

    #[test]
    fn what_is_no_theme_is_refused() {
        assert!(unpacked(&Bytes::from_static(b"no archive")).is_err());
        assert!(unpacked(&packed(&[("readme.txt", b"x")])).is_err());
        let large = vec![0; 2 * 1024 * 1024];
        let archive = packed(&[("layout/theme.liquid", b"x"), ("assets/a.bin", &large)]);
        assert_eq!(unpacked(&archive).unwrap().len(), 1);
    }
}
