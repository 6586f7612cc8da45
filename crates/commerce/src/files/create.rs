//! New files.

use std::collections::HashSet;

use store::{StoreError, Tx};
use units::MediaImageId;

use super::source::{Source, external_video, home, kind_of, mime_of, name_in, sources};
use super::stage::plain_name;
use super::{ALT_CHARS_MAX, File, FileError, FileKind, FileStatus, sql};
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
    let inputs: Vec<(usize, &FileInput)> = inputs.iter().enumerate().collect();
    let files = prepare(tx, call, &inputs)?;
    let files = files
        .into_iter()
        .collect::<Result<Vec<File>, FileError>>()?;
    sql::upsert(tx, &files)?;
    enqueue(tx, call, &files)?;
    Ok(files.iter().map(|file| file.id).collect())
}

/// Files with names of their own, one for each input with its place in the list of those asked
/// for, or why there is none: nothing is written.
///
/// # Errors
/// `Store` faults only.
pub fn prepare(
    tx: &mut Tx,
    call: &Call,
    inputs: &[(usize, &FileInput)],
) -> Result<Vec<Result<File, FileError>>, StoreError> {
    let texts: Vec<&str> = inputs
        .iter()
        .map(|(_, input)| input.source.as_str())
        .collect();
    let sources = sources(tx, &texts)?;
    let mut files: Vec<Result<File, FileError>> = inputs
        .iter()
        .zip(sources)
        .map(|((index, input), source)| new_file(call, *index, input, source))
        .collect();
    let names = files.iter().flatten().map(|file| file.filename.as_str());
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let mut taken = Taken {
        held: sql::by_filenames(tx, &names)?,
        new: HashSet::new(),
    };
    for ((index, input), place) in inputs.iter().zip(&mut files) {
        let Ok(file) = place else {
            continue;
        };
        if let Err(why) = settle_name(call, *index, input, file, &mut taken) {
            *place = Err(why);
        }
    }
    Ok(files)
}

/// The names among the shop's files that others have.
struct Taken {
    /// The files that have some of them.
    held: Vec<File>,
    /// Those of files that are new with this one, in small letters.
    new: HashSet<String>,
}

/// A file as its source makes it.
pub(super) fn new_file(
    call: &Call,
    index: usize,
    input: &FileInput,
    source: Source,
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
        leaves: None,
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
    let (name, mime_type) = match source {
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
pub fn enqueue(tx: &mut Tx, call: &Call, files: &[File]) -> Result<(), StoreError> {
    let coming =
        |file: &&File| matches!(file.status, FileStatus::Uploaded | FileStatus::Processing);
    let coming: Vec<&File> = files.iter().filter(coming).collect();
    let sources: Vec<&str> = coming.iter().map(|file| file.source.as_str()).collect();
    let home = home(tx, &sources)?;
    let job = |file: &&File| {
        let address = home.address_in(&file.source);
        NewJob::file(call, address.as_deref(), file.id.get())
    };
    let jobs: Vec<NewJob> = coming.iter().map(job).collect();
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
    call: &Call,
    index: usize,
    input: &FileInput,
    file: &mut File,
    taken: &mut Taken,
) -> Result<(), FileError> {
    if file.filename.is_empty() {
        return Ok(());
    }
    let asked = input
        .filename
        .as_deref()
        .is_some_and(|name| !name.trim().is_empty());
    if input.duplicates == DuplicateMode::Replace && !asked {
        return Err(FileError::FilenameNeeded(index));
    }
    let key = file.filename.to_lowercase();
    let is_new = taken.new.contains(&key);
    let holder = taken.held.iter().find(|held| held.holds(&key));
    let is_taken = is_new || holder.is_some();
    let replaced = holder
        .filter(|held| held.kind == file.kind && held.filename.to_lowercase() == key && !is_new);
    match (input.duplicates, replaced) {
        (DuplicateMode::Replace, Some(held)) => replace(file, held, input.alt.is_none()),
        (DuplicateMode::RaiseError, _) if is_taken => return Err(FileError::FilenameTaken(index)),
        _ if is_taken => file.filename = unique(&file.filename, &call.new_token()),
        _ => {}
    }
    taken.new.insert(file.filename.to_lowercase());
    Ok(())
}

/// Has a new file be the one that it replaces, which is shown until the new bytes are here.
fn replace(file: &mut File, held: &File, keeps_alt: bool) {
    file.id = held.id;
    file.created_at = held.created_at;
    file.filename.clone_from(&held.filename);
    file.leaves.clone_from(&held.leaves);
    file.url.clone_from(&held.url);
    (file.width, file.height) = (held.width, held.height);
    file.preview_id = held.preview_id;
    file.status = FileStatus::Processing;
    if keeps_alt {
        file.alt.clone_from(&held.alt);
    }
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
