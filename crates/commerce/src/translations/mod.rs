//! What a shop says in other languages: the texts of its resources, translated by locale, and for
//! one market where it says something else there.
//!
//! A translation keeps the digest of the text that it translates: when that changes, it is outdated,
//! and still shown.

mod content;
mod list;
mod localize;
mod register;
mod shown;

pub use content::{Content, ContentType, Resource, contents, digest};
pub use list::{forget, nested, resources_page};
pub use localize::{is_localizable, localizations, localize, unlocalize};
pub use register::{NewTranslation, Removal, TranslationError, check_owner, register, remove};
pub use shown::{Texts, Translation, by_handle, texts, translations};

/// Translations that one call registers, at most.
pub const TRANSLATIONS_MAX: usize = 100;
/// A translated text, in bytes.
const VALUE_BYTES_MAX: usize = 512 * 1024;
