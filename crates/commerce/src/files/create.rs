//! New files.

use store::Tx;
use units::MediaImageId;

use super::source::{Source, external_video, kind_of, mime_of, name_in};
use super::stage::plain_name;
use super::{ALT_CHARS_MAX, File, FileError, FileKind, FileStatus, source, sql};
use crate::call::Call;
use crate::queue::{self, NewJob};

/// What happens when another file has the name already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DuplicateMode {
    /// The new one gets another name.
    #[default]
    AppendUuid,
    /// The new one is refused.
    RaiseError,
    /// The bytes of the old one are replaced.
    Replace,
}

/// A file to be.
#[derive(Debug, Clone, Default)]
pub struct FileInput {
    /// What it is; told from its source when left out.
    pub kind: Option<FileKind>,
    /// Where it comes from: an upload's address, or one on the web.
    pub source: String,
    /// What it is to be called; as its source when left out.
    pub filename: Option<String>,
    /// What it shows.
    pub alt: Option<String>,
    /// What happens when another file has the name.
    pub duplicates: DuplicateMode,
}

/// Takes up files, all or none. Their bytes follow.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    inputs: &[FileInput],
) -> Result<Vec<MediaImageId>, FileError> {
    let mut files: Vec<File> = Vec::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let file = prepare(tx, call, index, input, &files)?;
        files.push(file);
    }
    sql::upsert(tx, &files)?;
    enqueue(tx, call, &files)?;
    Ok(files.iter().map(|file| file.id).collect())
}

/// A file with a name of its own, that none of `before` has either: nothing is written.
///
/// # Errors
/// A refusal, by the place in the list of those asked for.
pub fn prepare(
    tx: &mut Tx,
    call: &Call,
    index: usize,
    input: &FileInput,
    before: &[File],
) -> Result<File, FileError> {
    let mut file = new_file(tx, call, index, input)?;
    if !file.filename.is_empty() {
        settle_name(tx, call, index, input, &mut file, before)?;
    }
    Ok(file)
}

/// A file as its source makes it.
pub(super) fn new_file(
    tx: &mut Tx,
    call: &Call,
    index: usize,
    input: &FileInput,
) -> Result<File, FileError> {
    let given = input.source.trim();
    if given.is_empty() {
        return Err(FileError::SourceBlank(index));
    }
    let alt = input.alt.as_deref().unwrap_or_default().replace('\0', "");
    if alt.chars().count() > ALT_CHARS_MAX {
        return Err(FileError::AltTooLong(index));
    }
    let film = external_video(given);
    let mut file = File {
        id: call.new_id(),
        kind: FileKind::File,
        status: FileStatus::Uploaded,
        filename: String::new(),
        url: String::new(),
        source: given.to_owned(),
        alt,
        mime_type: String::new(),
        size_bytes: None,
        width: None,
        height: None,
        duration_ms: None,
        preview_id: None,
        error_code: String::new(),
        error: String::new(),
        created_at: call.now,
        updated_at: call.now,
    };
    match (input.kind, film) {
        (Some(FileKind::ExternalVideo) | None, Some(film)) => {
            file.kind = FileKind::ExternalVideo;
            file.status = FileStatus::Ready;
            file.url = film.origin_url;
            return Ok(file);
        }
        (Some(FileKind::ExternalVideo), None) => return Err(FileError::VideoHost(index)),
        _ => {}
    }
    let (name, mime_type) = match source(tx, given)? {
        Source::Unreadable => return Err(FileError::SourceInvalid(index)),
        Source::Remote(url) => {
            let name = name_in(&url);
            (name.to_owned(), mime_of(name).to_owned())
        }
        Source::Own(name) => (name.clone(), mime_of(&name).to_owned()),
        Source::Staged(upload) => {
            if upload.expires_at < call.now {
                return Err(FileError::Expired(index));
            }
            let bytes = upload.uploaded_bytes;
            file.size_bytes = Some(bytes.ok_or(FileError::NotUploaded(index))?);
            (upload.filename, upload.mime_type)
        }
    };
    file.kind = input
        .kind
        .or_else(|| kind_of(&name))
        .or_else(|| kind_of(input.filename.as_deref().unwrap_or_default()))
        .unwrap_or(FileKind::File);
    file.mime_type = mime_type;
    file.filename = named(index, input, &name, file.kind)?;
    Ok(file)
}

/// Writes the jobs that bring new files' bytes.
///
/// # Errors
/// `Store` faults only.
pub fn enqueue(tx: &mut Tx, call: &Call, files: &[File]) -> Result<(), store::StoreError> {
    let jobs: Vec<NewJob> = files
        .iter()
        .filter(|file| matches!(file.status, FileStatus::Uploaded | FileStatus::Processing))
        .map(|file| NewJob::file(call, &file.source, file.id.get()))
        .collect();
    queue::add(tx, &jobs)
}

/// What the file is to be called.
fn named(
    index: usize,
    input: &FileInput,
    of_source: &str,
    kind: FileKind,
) -> Result<String, FileError> {
    let wanted = input.filename.as_deref().map(str::trim).unwrap_or_default();
    if !wanted.is_empty() {
        let plain = plain_name(wanted).ok_or(FileError::FilenameInvalid(index))?;
        let ending = |name: &str| {
            name.rsplit_once('.')
                .map(|(_, ending)| ending.to_ascii_lowercase())
        };
        let (given, own) = (ending(&plain), ending(of_source));
        let differs = given.is_some() && own.is_some() && given != own;
        return match (differs, own) {
            (true, _) => Err(FileError::FilenameExtension(index)),
            (false, Some(own)) if given.is_none() => Ok(format!("{plain}.{own}")),
            _ => Ok(plain),
        };
    }
    // An address on the web may end in anything.
    Ok(plain_name(of_source).unwrap_or_else(|| {
        let nameless = match kind {
            FileKind::Image => "image",
            FileKind::Video => "video",
            FileKind::Model3d => "model",
            FileKind::File | FileKind::ExternalVideo => "file",
        };
        nameless.to_owned()
    }))
}

/// Sees to it that no two files have one name.
fn settle_name(
    tx: &mut Tx,
    call: &Call,
    index: usize,
    input: &FileInput,
    file: &mut File,
    before: &[File],
) -> Result<(), FileError> {
    let asked = input
        .filename
        .as_deref()
        .is_some_and(|name| !name.trim().is_empty());
    if input.duplicates == DuplicateMode::Replace && !asked {
        return Err(FileError::FilenameNeeded(index));
    }
    let held = sql::by_filename(tx, &file.filename)?;
    let taken = held.is_some() || before.iter().any(|other| other.filename == file.filename);
    match (input.duplicates, held) {
        (DuplicateMode::Replace, Some(held)) if held.kind == file.kind => {
            file.id = held.id;
            file.created_at = held.created_at;
            file.url = held.url;
            file.status = FileStatus::Processing;
            if input.alt.is_none() {
                file.alt = held.alt;
            }
        }
        (DuplicateMode::RaiseError, _) if taken => return Err(FileError::FilenameTaken(index)),
        _ if taken => file.filename = unique(&file.filename, &call.new_token()),
        _ => {}
    }
    Ok(())
}

/// A name like another that no file has.
#[must_use]
pub fn apart(call: &Call, name: &str) -> String {
    unique(name, &call.new_token())
}

/// `cup.png` as `cup_0f3a….png`.
fn unique(name: &str, token: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}_{token}.{ending}"),
        None => format!("{name}_{token}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(filename: Option<&str>, of_source: &str) -> Result<String, FileError> {
        let input = FileInput {
            filename: filename.map(str::to_owned),
            ..FileInput::default()
        };
        named(0, &input, of_source, FileKind::Image)
    }

    #[test]
    fn a_file_is_called_as_asked_or_as_its_source() {
        assert_eq!(name(None, "a b.png").unwrap(), "a_b.png");
        assert_eq!(name(Some("cup"), "a.png").unwrap(), "cup.png");
        assert_eq!(name(Some("cup.PNG"), "a.png").unwrap(), "cup.PNG");
        assert_eq!(name(None, "").unwrap(), "image");
        assert!(matches!(
            name(Some("cup.jpg"), "a.png"),
            Err(FileError::FilenameExtension(0))
        ));
        assert_eq!(unique("cup.png", "x"), "cup_x.png");
    }
}
