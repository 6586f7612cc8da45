//! Themes, as files: what a storefront's pages are made of. Nothing renders them yet.

mod change;
mod error;
mod files;
mod receive;
mod sql;

pub use change::{NAME_CHARS_MAX, delete, duplicate, open, publish, rename};
pub use error::{FileWhy, FilesError, ThemeError};
pub use files::{FILES_PER_CALL_MAX, NewBody, NewFile, copy_files, delete_files, upsert_files};
pub use receive::{
    ARCHIVE_BYTES_MAX, begin_theme, fail_theme, finish_theme, receive_files, theme_source,
};
pub use sql::{by_ids, files_named, files_page, themes_page};

use store::{record, text_enum};
use units::{OnlineStoreThemeId, Timestamp};

text_enum! {
    /// What a theme is for.
    pub enum Role {
        /// Somebody works on it.
        Development = "DEVELOPMENT",
        /// Buyers see it.
        Main = "MAIN",
        /// It waits.
        Unpublished = "UNPUBLISHED",
    }
}

text_enum! {
    /// How a file's body is kept.
    pub enum Encoding {
        /// As text.
        Text = "TEXT",
        /// As base64 of its bytes.
        Base64 = "BASE64",
    }
}

record! {
    /// A theme.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Theme {
        /// Id.
        pub id: OnlineStoreThemeId,
        /// What it is called.
        pub name: String,
        /// What it is for.
        pub role: Role,
        /// Where its files come from, as long as they are not there.
        pub source: String,
        /// Whether they could not be brought.
        pub failed: bool,
        /// Its number among the shop's themes, from 1: in the addresses of its files.
        pub number: i64,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it or its files last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// A file of a theme.
    #[derive(Clone, PartialEq, Eq)]
    pub struct ThemeFile {
        /// Its path in the theme: `sections/header.liquid`.
        pub filename: String,
        /// What it holds.
        pub body: String,
        /// How that is kept.
        pub encoding: Encoding,
        /// How many bytes it is.
        pub size_bytes: i64,
        /// MD5 of the bytes, in hexadecimal digits.
        pub checksum_md5: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

impl ThemeFile {
    /// What kind of bytes it holds, by the ending of its name.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        let ending = self.filename.rsplit_once('.').map_or("", |(_, end)| end);
        match ending {
            "liquid" => "application/x-liquid",
            "css" => "text/css",
            "js" => "application/javascript",
            _ => crate::files::mime_of(&self.filename),
        }
    }
}
