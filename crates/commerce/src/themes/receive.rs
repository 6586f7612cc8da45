//! Themes that come as archives: noted first, then their files are brought a few at a time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::{StoreError, Tx};
use units::OnlineStoreThemeId;

use super::change::{self, THEMES_MAX};
use super::error::ThemeError;
use super::files::{self, FILES_MAX};
use super::{NewBody, NewFile, Role, ThemeFile, sql};
use crate::call::Call;
use crate::events::Topic;
use crate::files::{Source, home, source};
use crate::queue::{self, NewJob};

/// Bytes of an archive.
pub const ARCHIVE_BYTES_MAX: i64 = 50 * 1024 * 1024;
/// What a theme without a name is called.
const NAMELESS: &str = "Imported theme";

/// Makes a theme whose files follow from an archive: an upload's address, or one on the web.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn begin_theme(
    tx: &mut Tx,
    call: &Call,
    from: &str,
    name: Option<&str>,
    role: Role,
) -> Result<OnlineStoreThemeId, ThemeError> {
    if role == Role::Main {
        return Err(ThemeError::RoleInvalid);
    }
    match source(tx, from)? {
        Source::Own(_) | Source::Remote(_) => {}
        Source::Unreadable => return Err(ThemeError::Source),
        Source::Staged(upload) => match upload.uploaded_bytes {
            None | Some(0) => return Err(ThemeError::ArchiveEmpty),
            Some(bytes) if bytes > ARCHIVE_BYTES_MAX => return Err(ThemeError::ArchiveTooLarge),
            Some(_) => {}
        },
    }
    if sql::count(tx)? >= THEMES_MAX {
        return Err(ThemeError::TooMany);
    }
    let name = match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => change::checked(name)?,
        None => NAMELESS.to_owned(),
    };
    let mut theme = change::new(tx, call, &name, role)?;
    theme.source = from.trim().to_owned();
    sql::insert(tx, &theme)?;
    let address = home(tx, &[from])?.address_in(from);
    let job = NewJob::theme(call, address.as_deref(), theme.id.get());
    queue::add(tx, &[job])?;
    change::tell(tx, call, &[Topic::ThemesCreate], theme.id)?;
    Ok(theme.id)
}

/// Where the files of a theme come from, as long as they are not there.
///
/// # Errors
/// `Store` faults only.
pub fn theme_source(tx: &mut Tx, id: OnlineStoreThemeId) -> Result<Option<String>, StoreError> {
    let found = sql::by_ids(tx, &[id])?;
    let theme = found.into_iter().flatten().next();
    Ok(theme
        .filter(|theme| !theme.source.is_empty() && !theme.failed)
        .map(|theme| theme.source))
}

/// Takes in some files of an archive, by their paths in the theme. What no theme has, or what is
/// too large, is left out.
///
/// # Errors
/// `Store` faults only.
pub fn receive_files(
    tx: &mut Tx,
    call: &Call,
    id: OnlineStoreThemeId,
    bodies: &[(String, Vec<u8>)],
) -> Result<(), StoreError> {
    if sql::lock(tx, id)?.is_none_or(|theme| theme.source.is_empty()) {
        return Ok(());
    }
    let room = FILES_MAX - sql::files_count(tx, id)?;
    let made: Vec<ThemeFile> = bodies
        .iter()
        .filter_map(|(filename, bytes)| {
            let file = NewFile {
                filename: filename.clone(),
                body: NewBody::Base64(STANDARD.encode(bytes)),
            };
            files::checked(call, &file).ok()
        })
        .take(usize::try_from(room).unwrap_or(0))
        .collect();
    sql::upsert_files(tx, id, &made)
}

/// Notes that all files of a theme are there.
///
/// # Errors
/// `Store` faults only.
pub fn finish_theme(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    id: OnlineStoreThemeId,
) -> Result<(), ThemeError> {
    if let Some(mut theme) = sql::lock(tx, id)? {
        theme.source = String::new();
        theme.updated_at = call.now;
        sql::update(tx, &theme)?;
        change::tell(tx, call, &[Topic::ThemesUpdate], id)?;
    }
    queue::finish(tx, job)?;
    Ok(())
}

/// Notes that the files of a theme cannot be brought.
///
/// # Errors
/// `Store` faults only.
pub fn fail_theme(
    tx: &mut Tx,
    call: &Call,
    job: i64,
    id: OnlineStoreThemeId,
) -> Result<(), StoreError> {
    if let Some(mut theme) = sql::lock(tx, id)? {
        theme.failed = true;
        theme.updated_at = call.now;
        sql::update(tx, &theme)?;
    }
    queue::finish(tx, job)
}
