//! Files' refusals as user errors.

use commerce::files::FileError;
use graphql::Error;

use crate::Registry;
use crate::errors::{UserError, fault, user_error_with_code};

pub(super) fn register(r: &mut Registry) {
    user_error_with_code(r, "FilesUserError");
}

/// A refusal; faults stay errors.
pub(super) fn file_error(error: FileError) -> Result<UserError, Error> {
    let (index, last) = match &error {
        FileError::SourceBlank(index)
        | FileError::SourceInvalid(index)
        | FileError::NotUploaded(index)
        | FileError::Expired(index)
        | FileError::VideoHost(index)
        | FileError::SourceFixed(index) => (Some(*index), "originalSource"),
        FileError::AltTooLong(index) => (Some(*index), "alt"),
        FileError::FilenameInvalid(index)
        | FileError::FilenameTaken(index)
        | FileError::FilenameNeeded(index) => (Some(*index), "filename"),
        FileError::Missing(_)
        | FileError::FilenameExtension(_)
        | FileError::FilenameFixed
        | FileError::NotReady
        | FileError::NotFailed
        | FileError::Twice
        | FileError::TargetMissing
        | FileError::TargetUnsupported
        | FileError::ProductFull
        | FileError::Store(_) => (None, ""),
    };
    let code = match &error {
        FileError::Missing(_) => "FILE_DOES_NOT_EXIST",
        FileError::SourceInvalid(_) => "INVALID_IMAGE_SOURCE_URL",
        FileError::AltTooLong(_) => "ALT_VALUE_LIMIT_EXCEEDED",
        FileError::FilenameInvalid(_) => "INVALID_FILENAME",
        FileError::FilenameExtension(_) => "INVALID_FILENAME_EXTENSION",
        FileError::FilenameTaken(_) => "FILENAME_ALREADY_EXISTS",
        FileError::FilenameNeeded(_) => "MISSING_FILENAME_FOR_DUPLICATE_MODE_REPLACE",
        FileError::NotReady => "NON_READY_STATE",
        FileError::NotFailed => "INVALID_FAILED_MEDIA_STATE",
        FileError::FilenameFixed => "UNSUPPORTED_MEDIA_TYPE_FOR_FILENAME_UPDATE",
        FileError::TargetMissing => "REFERENCE_TARGET_DOES_NOT_EXIST",
        FileError::TargetUnsupported => "UNSUPPORTED_FILE_REFERENCE",
        FileError::ProductFull => "PRODUCT_MEDIA_LIMIT_EXCEEDED",
        FileError::SourceBlank(_)
        | FileError::NotUploaded(_)
        | FileError::Expired(_)
        | FileError::VideoHost(_)
        | FileError::SourceFixed(_)
        | FileError::Twice
        | FileError::Store(_) => "INVALID",
    };
    let place = index.map(|index| index.to_string());
    let field: Vec<&str> = match &place {
        Some(place) => vec!["files", place, last],
        None => vec!["files"],
    };
    let shown = UserError::new(&field, code, &error);
    match error {
        FileError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}
