//! Changing the files of a theme.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use store::Tx;
use units::OnlineStoreThemeId;

use super::error::{FileWhy, FilesError};
use super::{Encoding, ThemeFile, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Files that one call changes.
pub const FILES_PER_CALL_MAX: usize = 50;
/// Files of a theme.
pub(super) const FILES_MAX: i64 = 2_000;
/// Bytes of a file that is written by hand.
const TEXT_BYTES_MAX: usize = 256 * 1024;
/// Bytes of an asset.
const ASSET_BYTES_MAX: usize = 1024 * 1024;
/// Names, in characters.
const NAME_CHARS_MAX: usize = 255;

const FOLDERS: [&str; 9] = [
    "assets",
    "blocks",
    "config",
    "layout",
    "locales",
    "sections",
    "snippets",
    "templates",
    "templates/customers",
];

/// What a file is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewBody {
    /// A text.
    Text(String),
    /// Bytes, as base64.
    Base64(String),
}

/// A file to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Its path in the theme.
    pub filename: String,
    /// What it is to hold.
    pub body: NewBody,
}

/// Writes files of a theme, all or none: those that are there are replaced.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn upsert_files(
    tx: &mut Tx,
    call: &Call,
    theme: OnlineStoreThemeId,
    files: &[NewFile],
) -> Result<Vec<ThemeFile>, FilesError> {
    let names: Vec<&str> = files.iter().map(|file| file.filename.as_str()).collect();
    begin(tx, theme, &names)?;
    let mut refused = Vec::new();
    let mut made = Vec::with_capacity(files.len());
    for file in files {
        match checked(call, file) {
            Ok(file) => made.push(file),
            Err(why) => refused.push((file.filename.clone(), why)),
        }
    }
    unless(refused)?;
    save(tx, call, theme, &made)
}

/// Copies files within a theme, all or none.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn copy_files(
    tx: &mut Tx,
    call: &Call,
    theme: OnlineStoreThemeId,
    copies: &[(String, String)],
) -> Result<Vec<ThemeFile>, FilesError> {
    let to: Vec<&str> = copies.iter().map(|(_, to)| to.as_str()).collect();
    begin(tx, theme, &to)?;
    let from: Vec<&str> = copies.iter().map(|(from, _)| from.as_str()).collect();
    let found = sql::files_named(tx, theme, &from)?;
    let mut refused = Vec::new();
    let mut made = Vec::with_capacity(copies.len());
    for (from, to) in copies {
        let source = found.iter().find(|file| file.filename == *from);
        match source {
            None => refused.push((from.clone(), FileWhy::Missing)),
            Some(_) if !is_name(to) => refused.push((to.clone(), FileWhy::Name)),
            Some(source) => made.push(ThemeFile {
                filename: to.clone(),
                created_at: call.now,
                updated_at: call.now,
                ..source.clone()
            }),
        }
    }
    unless(refused)?;
    save(tx, call, theme, &made)
}

/// Deletes files of a theme, all or none.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_files(
    tx: &mut Tx,
    call: &Call,
    theme: OnlineStoreThemeId,
    names: &[String],
) -> Result<Vec<ThemeFile>, FilesError> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    begin(tx, theme, &names)?;
    let found = sql::files_named(tx, theme, &names)?;
    let missing = |name: &&&str| !found.iter().any(|file| file.filename == **name);
    let refused = names.iter().filter(missing);
    unless(
        refused
            .map(|name| ((*name).to_owned(), FileWhy::Missing))
            .collect(),
    )?;
    sql::delete_files(tx, theme, &names)?;
    touched(tx, call, theme)?;
    Ok(found)
}

/// Sees to it that the theme is there and no file is named twice.
fn begin(tx: &mut Tx, theme: OnlineStoreThemeId, names: &[&str]) -> Result<(), FilesError> {
    if names.len() > FILES_PER_CALL_MAX {
        return Err(FilesError::TooMany);
    }
    if sql::lock(tx, theme)?.is_none() {
        return Err(FilesError::ThemeMissing);
    }
    let mut seen = BTreeSet::new();
    let twice = names.iter().filter(|name| !seen.insert(**name));
    unless(
        twice
            .map(|name| ((*name).to_owned(), FileWhy::Twice))
            .collect(),
    )
}

fn save(
    tx: &mut Tx,
    call: &Call,
    theme: OnlineStoreThemeId,
    files: &[ThemeFile],
) -> Result<Vec<ThemeFile>, FilesError> {
    let names: Vec<&str> = files.iter().map(|file| file.filename.as_str()).collect();
    let held = sql::files_named(tx, theme, &names)?;
    let new = i64::try_from(files.len() - held.len()).unwrap_or(i64::MAX);
    if sql::files_count(tx, theme)? + new > FILES_MAX {
        return Err(FilesError::ThemeFull);
    }
    sql::upsert_files(tx, theme, files)?;
    touched(tx, call, theme)?;
    Ok(sql::files_named(tx, theme, &names)?)
}

fn touched(tx: &mut Tx, call: &Call, theme: OnlineStoreThemeId) -> Result<(), FilesError> {
    sql::touch(tx, theme, call.now)?;
    let topics = &[Topic::ThemesUpdate];
    events::record(
        tx,
        call,
        NewEvent::of(topics, Subject::OnlineStoreTheme, theme),
    )?;
    Ok(())
}

fn unless(refused: Vec<(String, FileWhy)>) -> Result<(), FilesError> {
    match refused.is_empty() {
        true => Ok(()),
        false => Err(FilesError::Refused(refused)),
    }
}

pub(super) fn checked(call: &Call, file: &NewFile) -> Result<ThemeFile, FileWhy> {
    if !is_name(&file.filename) {
        return Err(FileWhy::Name);
    }
    let most = match file.filename.starts_with("assets/") {
        true => ASSET_BYTES_MAX,
        false => TEXT_BYTES_MAX,
    };
    let (body, encoding, bytes) = match &file.body {
        NewBody::Text(text) => (text.replace('\0', ""), Encoding::Text, None),
        NewBody::Base64(text) => {
            let bytes = STANDARD.decode(text.trim()).map_err(|_| FileWhy::Base64)?;
            match String::from_utf8(bytes) {
                // What is text is kept as text, however it came.
                Ok(text) if !text.contains('\0') => (text, Encoding::Text, None),
                Ok(text) => (
                    STANDARD.encode(&text),
                    Encoding::Base64,
                    Some(text.into_bytes()),
                ),
                Err(binary) => {
                    let bytes = binary.into_bytes();
                    (STANDARD.encode(&bytes), Encoding::Base64, Some(bytes))
                }
            }
        }
    };
    let bytes = bytes.as_deref().unwrap_or(body.as_bytes());
    if bytes.len() > most {
        return Err(FileWhy::TooLarge(most));
    }
    if file.filename == "config/settings_data.json"
        || file.filename == "config/settings_schema.json"
    {
        let read = serde_json::from_slice::<serde_json::Value>(bytes);
        read.map_err(|error| FileWhy::Json(error.to_string()))?;
    }
    let digest = Md5::digest(bytes);
    Ok(ThemeFile {
        filename: file.filename.clone(),
        size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        checksum_md5: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        body,
        encoding,
        created_at: call.now,
        updated_at: call.now,
    })
}

/// A path in one of a theme's folders.
fn is_name(name: &str) -> bool {
    let Some((folder, file)) = name.rsplit_once('/') else {
        return false;
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    name.chars().count() <= NAME_CHARS_MAX
        && FOLDERS.contains(&folder)
        && !file.is_empty()
        && !file.starts_with('.')
        && file.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_in_one_of_a_theme_s_folders() {
        for good in [
            "assets/a.css",
            "sections/header.liquid",
            "templates/customers/login.json",
        ] {
            assert!(is_name(good), "{good}");
        }
        for bad in [
            "a.css",
            "other/a.css",
            "assets/../a",
            "assets/.a",
            "assets/",
            "assets/a b",
        ] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
