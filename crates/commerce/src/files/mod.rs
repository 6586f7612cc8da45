//! Files: what a merchant uploads, and what of it products show.
//!
//! The bytes are kept apart, under the keys that are named here; nothing in here reads them. A
//! new file names its source, and a job brings the bytes to where the shop serves them from.

mod create;
mod delete;
mod list;
mod picture;
mod settle;
mod source;
mod sql;
mod stage;
mod update;

pub use create::{DuplicateMode, FileInput, apart, create, enqueue, prepare};
pub use delete::{GONE_MAX, delete, forget_gone, gone};
pub use list::{FILES, FileSort, files_page};
pub use picture::{Picture, PlannedPicture, picture};
pub use settle::{Origin, Probed, Settled, Task, own_key, settle, task};
pub use source::{
    ExternalVideo, Home, Host, Source, external_video, home, is_upload, mime_of, source,
};
pub use sql::{by_ids, enter};
pub use stage::{
    StageError, StageInput, StagedResource, StagedTarget, StagedUpload, blob_key, expired_uploads,
    forget_uploads, is_signed, keep_upload, key_in, record_upload, stage, staged,
};
pub use update::{FileUpdate, acknowledge, change};

use store::{StoreError, record, text_enum};
use units::{MediaImageId, Timestamp};

/// What a picture shows, in characters.
pub const ALT_CHARS_MAX: usize = 512;

text_enum! {
    /// What a file is.
    pub enum FileKind {
        /// A film on another site.
        ExternalVideo = "EXTERNAL_VIDEO",
        /// Anything else.
        File = "FILE",
        /// A picture.
        Image = "IMAGE",
        /// A model in three dimensions.
        Model3d = "MODEL_3D",
        /// A film.
        Video = "VIDEO",
    }
}

text_enum! {
    /// Where a file stands on its way into the shop.
    pub enum FileStatus {
        /// It could not be taken; its error says why.
        Failed = "FAILED",
        /// It is being changed.
        Processing = "PROCESSING",
        /// It can be seen.
        Ready = "READY",
        /// It waits to be taken.
        Uploaded = "UPLOADED",
    }
}

impl FileStatus {
    /// Whether a file may go from here to there.
    #[must_use]
    pub const fn can_become(self, next: Self) -> bool {
        match self {
            Self::Uploaded | Self::Processing => !matches!(next, Self::Uploaded),
            Self::Ready | Self::Failed => matches!(next, Self::Processing),
        }
    }
}

record! {
    /// A file.
    #[derive(Clone, PartialEq, Eq)]
    pub struct File {
        /// Id; files of all kinds share their numbers.
        pub id: MediaImageId,
        /// What it is.
        pub kind: FileKind,
        /// Where it stands.
        pub status: FileStatus,
        /// What it is called among the shop's files; empty for what is kept elsewhere.
        pub filename: String,
        /// What its bytes are called that are shown until others have come, when it is to be called
        /// something else from then on.
        pub leaves: Option<String>,
        /// Where it is seen: an address, or a path in the shop; empty until it can be.
        pub url: String,
        /// Where it came from.
        pub source: String,
        /// What it shows, for those who cannot see it.
        pub alt: String,
        /// What kind of bytes it holds; empty when not known.
        pub mime_type: String,
        /// How many bytes.
        pub size_bytes: Option<i64>,
        /// Width in pixels, when known.
        pub width: Option<i64>,
        /// Height in pixels, when known.
        pub height: Option<i64>,
        /// How long a film is, in milliseconds, when known.
        pub duration_ms: Option<i64>,
        /// The picture that stands for it, when it is no picture itself.
        pub preview_id: Option<MediaImageId>,
        /// The code of what went wrong; empty when nothing did.
        pub error_code: String,
        /// What went wrong, in words.
        pub error: String,
        /// When it was added.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

impl File {
    /// The noun in its global id.
    #[must_use]
    pub const fn gid_kind(&self) -> &'static str {
        match self.kind {
            FileKind::ExternalVideo => "ExternalVideo",
            FileKind::File => "GenericFile",
            FileKind::Image => "MediaImage",
            FileKind::Model3d => "Model3d",
            FileKind::Video => "Video",
        }
    }

    /// Its global id.
    #[must_use]
    pub fn gid(&self) -> String {
        format!("gid://shopify/{}/{}", self.gid_kind(), self.id.get())
    }

    /// Whether a name among the shop's files is its own, in whatever case: one that it has, or one
    /// that it has still.
    #[must_use]
    pub(super) fn holds(&self, name: &str) -> bool {
        let same = |own: &str| own.to_lowercase() == name.to_lowercase();
        same(&self.filename) || self.leaves.as_deref().is_some_and(same)
    }

    /// Whether its bytes came from a source, or are to; what could not be brought did not.
    #[must_use]
    pub fn is_from(&self, source: &str) -> bool {
        self.source == source && self.status != FileStatus::Failed
    }

    /// Whether it can be seen.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status == FileStatus::Ready && !self.url.is_empty()
    }
}

/// Why files are refused. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Some files are not there; their global ids.
    #[error("File id [{}] does not exist.", .0.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", "))]
    Missing(Vec<String>),
    /// No source was given.
    #[error("Original source can't be blank")]
    SourceBlank(usize),
    /// The source is no address that can be read.
    #[error("Original source is not a URL that can be read, or an upload of this shop")]
    SourceInvalid(usize),
    /// Nothing was uploaded to where the source says.
    #[error("Nothing was uploaded to the original source yet")]
    NotUploaded(usize),
    /// The upload took too long to be used.
    #[error("The upload has expired. Make a new one.")]
    Expired(usize),
    /// A film that is on neither of the sites whose films can be shown.
    #[error("Only videos of YouTube and Vimeo can be embedded")]
    VideoHost(usize),
    /// What it shows takes too long to tell.
    #[error("The alt value exceeds the maximum limit of 512 characters.")]
    AltTooLong(usize),
    /// A name that cannot be one.
    #[error("Filename is invalid")]
    FilenameInvalid(usize),
    /// The name's ending is not that of the source.
    #[error("The filename extension provided must match the original filename.")]
    FilenameExtension(usize),
    /// Another file has the name, and that was to be refused.
    #[error("A file with this filename already exists.")]
    FilenameTaken(usize),
    /// A file to be replaced is named.
    #[error("A filename is required when the duplicate resolution mode is REPLACE.")]
    FilenameNeeded(usize),
    /// A file that is still on its way cannot change.
    #[error("Non-ready files cannot be updated.")]
    NotReady,
    /// A file that did not fail, or has nothing to go back to.
    #[error("Only files whose last update failed can be acknowledged.")]
    NotFailed,
    /// A file is named more than once.
    #[error("A file can be named once in a call.")]
    Twice,
    /// What is kept elsewhere keeps its source.
    #[error("Updating the original source is not supported for this media type.")]
    SourceFixed(usize),
    /// Only pictures and plain files can be renamed.
    #[error("Updating the filename is only supported on images and generic files")]
    FilenameFixed,
    /// A product to show the file, or to show it no more, is not there.
    #[error("The reference target does not exist")]
    TargetMissing,
    /// A plain file is nothing that a product shows.
    #[error("The file type cannot be referenced by a product")]
    TargetUnsupported,
    /// A product shows as much as it can.
    #[error("A product has at most 250 media")]
    ProductFull,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FileError {
    /// The place in the list of those asked for, where one alone is refused.
    #[must_use]
    pub const fn place(&self) -> Option<usize> {
        match self {
            Self::SourceBlank(place)
            | Self::SourceInvalid(place)
            | Self::NotUploaded(place)
            | Self::Expired(place)
            | Self::VideoHost(place)
            | Self::AltTooLong(place)
            | Self::FilenameInvalid(place)
            | Self::FilenameExtension(place)
            | Self::FilenameTaken(place)
            | Self::FilenameNeeded(place)
            | Self::SourceFixed(place) => Some(*place),
            Self::Missing(_)
            | Self::NotReady
            | Self::NotFailed
            | Self::Twice
            | Self::FilenameFixed
            | Self::TargetMissing
            | Self::TargetUnsupported
            | Self::ProductFull
            | Self::Store(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_becomes_ready_once_and_changes_from_there() {
        use FileStatus::{Failed, Processing, Ready, Uploaded};
        let table = [
            (Uploaded, [true, true, true, false]),
            (Processing, [true, true, true, false]),
            (Ready, [false, true, false, false]),
            (Failed, [false, true, false, false]),
        ];
        for (from, allowed) in table {
            for (to, allowed) in [Failed, Processing, Ready, Uploaded]
                .into_iter()
                .zip(allowed)
            {
                assert_eq!(from.can_become(to), allowed, "{from:?} -> {to:?}");
            }
        }
    }
}
