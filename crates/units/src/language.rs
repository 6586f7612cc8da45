//! Languages: their English names, and what their speakers call them.

/// A language of ISO 639-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Two letters, lower case.
    pub code: &'static str,
    /// The English name.
    pub name: &'static str,
    /// What its speakers call it.
    pub endonym: &'static str,
}

impl Language {
    /// Every language, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        LANGUAGES.iter().copied()
    }

    /// The language of a code, in either case.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let fits = |language: &&Self| language.code.eq_ignore_ascii_case(code);
        LANGUAGES.iter().find(fits).copied()
    }
}

const fn language(code: &'static str, name: &'static str, endonym: &'static str) -> Language {
    Language {
        code,
        name,
        endonym,
    }
}

#[rustfmt::skip]
const LANGUAGES: &[Language] = &[
    language("ar", "Arabic", "العربية"),
    language("bg", "Bulgarian", "Български"),
    language("cs", "Czech", "Čeština"),
    language("da", "Danish", "Dansk"),
    language("de", "German", "Deutsch"),
    language("el", "Greek", "Ελληνικά"),
    language("en", "English", "English"),
    language("es", "Spanish", "Español"),
    language("et", "Estonian", "Eesti"),
    language("fi", "Finnish", "Suomi"),
    language("fr", "French", "Français"),
    language("he", "Hebrew", "עברית"),
    language("hi", "Hindi", "हिन्दी"),
    language("hr", "Croatian", "Hrvatski"),
    language("hu", "Hungarian", "Magyar"),
    language("id", "Indonesian", "Indonesia"),
    language("it", "Italian", "Italiano"),
    language("ja", "Japanese", "日本語"),
    language("ko", "Korean", "한국어"),
    language("lt", "Lithuanian", "Lietuvių"),
    language("lv", "Latvian", "Latviešu"),
    language("ms", "Malay", "Melayu"),
    language("nl", "Dutch", "Nederlands"),
    language("no", "Norwegian", "Norsk"),
    language("pl", "Polish", "Polski"),
    language("pt", "Portuguese", "Português"),
    language("ro", "Romanian", "Română"),
    language("ru", "Russian", "Русский"),
    language("sk", "Slovak", "Slovenčina"),
    language("sl", "Slovenian", "Slovenščina"),
    language("sv", "Swedish", "Svenska"),
    language("th", "Thai", "ไทย"),
    language("tr", "Turkish", "Türkçe"),
    language("uk", "Ukrainian", "Українська"),
    language("vi", "Vietnamese", "Tiếng Việt"),
    language("zh", "Chinese", "中文"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_in_either_case() {
        assert_eq!(Language::of("DE").unwrap().endonym, "Deutsch");
        assert!(Language::of("xx").is_none());
    }
}
