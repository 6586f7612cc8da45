//! What clients say about files.

use commerce::files::{DuplicateMode, FileInput, FileKind};
use serde::Deserialize;

use crate::admin::enums::input_enum;

input_enum! {
    /// What a file is.
    FileType(FileKind)
}

/// What a medium of a product is.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(in crate::admin) enum ContentType {
    ExternalVideo,
    Image,
    #[serde(rename = "MODEL_3D")]
    Model3d,
    Video,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Duplicates {
    AppendUuid,
    RaiseError,
    Replace,
}

/// A file to be, as `fileCreate` and `productSet` say it.
#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateFields {
    original_source: String,
    alt: Option<String>,
    content_type: Option<FileType>,
    filename: Option<String>,
    duplicate_resolution_mode: Option<Duplicates>,
}

impl ContentType {
    pub(in crate::admin) const fn kind(self) -> FileKind {
        match self {
            Self::ExternalVideo => FileKind::ExternalVideo,
            Self::Image => FileKind::Image,
            Self::Model3d => FileKind::Model3d,
            Self::Video => FileKind::Video,
        }
    }
}

impl CreateFields {
    pub(super) fn into_input(self) -> FileInput {
        FileInput {
            kind: self.content_type.map(|kind| kind.0),
            source: self.original_source,
            filename: self.filename,
            alt: self.alt,
            duplicates: match self.duplicate_resolution_mode {
                Some(Duplicates::RaiseError) => DuplicateMode::RaiseError,
                Some(Duplicates::Replace) => DuplicateMode::Replace,
                Some(Duplicates::AppendUuid) | None => DuplicateMode::AppendUuid,
            },
        }
    }
}
