//! Why a theme or its files are refused.

use store::StoreError;

/// Why a theme is refused.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// No such theme.
    #[error("Theme does not exist")]
    NotFound,
    /// A name is needed.
    #[error("Name can't be blank")]
    NameBlank,
    /// The name is too long.
    #[error("Name is too long (maximum is 50 characters)")]
    NameTooLong,
    /// Buyers see it.
    #[error("The published theme cannot be deleted. Publish another one first.")]
    Published,
    /// More themes than a shop may have.
    #[error("A shop has at most 100 themes")]
    TooMany,
    /// The archive is neither an upload nor on the web.
    #[error("The address is none of an uploaded archive or of one on the web")]
    Source,
    /// Nothing was uploaded.
    #[error("The archive is empty")]
    ArchiveEmpty,
    /// The archive is too large.
    #[error("The archive is larger than 50 MB")]
    ArchiveTooLarge,
    /// A new theme is never the one that buyers see.
    #[error("A new theme can be for development or unpublished only")]
    RoleInvalid,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why one file of a theme is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileWhy {
    /// The name is none that a theme has.
    #[error(
        "The file must be in one of a theme's folders: assets, blocks, config, layout, locales, sections, snippets or templates"
    )]
    Name,
    /// The name is given twice.
    #[error("The file is given more than once")]
    Twice,
    /// The body is no base64.
    #[error("The body is not valid base64")]
    Base64,
    /// A file of settings is no JSON object.
    #[error("The body is not valid JSON: {0}")]
    Json(String),
    /// The body is too large.
    #[error("The file is larger than {0} bytes")]
    TooLarge(usize),
    /// The theme has no such file.
    #[error("The file does not exist")]
    Missing,
}

/// Why files of a theme are refused.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// No such theme.
    #[error("Theme does not exist")]
    ThemeMissing,
    /// More than one call takes.
    #[error("At most 50 files can be changed at once")]
    TooMany,
    /// More than a theme may have.
    #[error("A theme has at most 2000 files")]
    ThemeFull,
    /// The files to blame, by name; nothing was written.
    #[error("{}", .0.first().map(|(_, why)| why.to_string()).unwrap_or_default())]
    Refused(Vec<(String, FileWhy)>),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}
