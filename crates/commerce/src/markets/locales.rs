//! The languages that a shop speaks beside its own.

use store::{StoreError, Tx, record};
use units::Language;

use super::find::served_countries;
use super::presences;
use super::terms::terms;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::shops::{self, Shop};

/// Languages of one shop beside its own, at most.
pub const LOCALES_MAX: usize = 20;
/// Countries that a refusal names.
const NAMED_MAX: usize = 10;

record! {
    /// A language that a shop speaks beside its own.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Locale {
        /// An ISO 639-1 code, in lower case, or one with a region: `pt-BR`.
        pub locale: String,
        /// Whether buyers can choose it.
        pub published: bool,
    }
}

/// Why a language is refused, or the store's fault. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum LocaleError {
    /// Not a language.
    #[error("'{0}' is not a language that a shop can speak.")]
    Unknown(String),
    /// It is the shop's own.
    #[error("'{0}' is the shop's own language.")]
    Own(String),
    /// The shop speaks it.
    #[error("The shop speaks '{0}' already.")]
    Taken(String),
    /// The shop does not speak it.
    #[error("The shop doesn't speak '{0}'.")]
    NotFound(String),
    /// More than a shop speaks.
    #[error("A shop can speak {LOCALES_MAX} languages beside its own at most.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a buyer's country and language cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// The shop does not sell there.
    #[error("This shop does not sell in {asked}; it sells in {served}.")]
    Country {
        /// What was asked for.
        asked: String,
        /// Where it sells.
        served: String,
    },
    /// The shop does not speak it.
    #[error("This shop has no language {asked}; it speaks {served}.")]
    Language {
        /// What was asked for.
        asked: String,
        /// What it speaks.
        served: String,
    },
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The locale of a text in its usual form: `fr`, `pt-BR`; `None` when it is no language.
#[must_use]
pub fn locale_of(text: &str) -> Option<String> {
    let (language, region) = match text.trim().split_once(['-', '_']) {
        Some((language, region)) => (language, Some(region)),
        None => (text.trim(), None),
    };
    let language = Language::of(language)?.code;
    match region {
        None => Some(language.to_owned()),
        Some(region) if region.len() == 2 && region.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Some(format!("{language}-{}", region.to_ascii_uppercase()))
        }
        Some(_) => None,
    }
}

/// The locale that the Storefront API names by `code`: `FR`, `PT_BR`.
#[must_use]
pub fn language_code(locale: &str) -> String {
    locale.to_ascii_uppercase().replace('-', "_")
}

/// The languages beside the shop's own, by code.
///
/// # Errors
/// `Store` faults only.
pub fn locales(tx: &mut Tx) -> Result<Vec<Locale>, StoreError> {
    tx.all(
        "SELECT locale, published FROM shop_locales WHERE shop_id = $shop ORDER BY locale",
        (),
    )
}

/// Lets the shop speak a language; buyers cannot choose it yet.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn enable_locale(tx: &mut Tx, call: &Call, text: &str) -> Result<String, LocaleError> {
    let locale = locale_of(text).ok_or_else(|| LocaleError::Unknown(text.to_owned()))?;
    if locale == shops::current(tx)?.language {
        return Err(LocaleError::Own(locale));
    }
    let all = locales(tx)?;
    if all.iter().any(|own| own.locale == locale) {
        return Err(LocaleError::Taken(locale));
    }
    if all.len() >= LOCALES_MAX {
        return Err(LocaleError::TooMany);
    }
    tx.execute(
        "INSERT INTO shop_locales (shop_id, locale, published, created_at)
         VALUES ($shop, $1, 0, $2)",
        (&locale, call.now),
    )?;
    tell(tx, call, &[Topic::LocalesCreate], &locale, false)?;
    Ok(locale)
}

/// Lets buyers choose a language, or no longer.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_locale(
    tx: &mut Tx,
    call: &Call,
    text: &str,
    published: Option<bool>,
) -> Result<String, LocaleError> {
    let locale = known(tx, text)?;
    if let Some(published) = published {
        tx.execute(
            "UPDATE shop_locales SET published = $2 WHERE shop_id = $shop AND locale = $1",
            (&locale, published),
        )?;
        count(tx)?;
        tell(tx, call, &[Topic::LocalesUpdate], &locale, published)?;
    }
    Ok(locale)
}

/// Takes a language from the shop, with all that was said in it.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn disable_locale(tx: &mut Tx, call: &Call, text: &str) -> Result<String, LocaleError> {
    let locale = known(tx, text)?;
    let all = locales(tx)?;
    let published = all.iter().any(|own| own.locale == locale && own.published);
    for text in [
        "DELETE FROM translations WHERE shop_id = $shop AND locale = $1",
        "DELETE FROM shop_locales WHERE shop_id = $shop AND locale = $1",
    ] {
        tx.execute(text, (&locale,))?;
    }
    count(tx)?;
    presences::forget_locale(tx, call, &locale)?;
    tell(tx, call, &[Topic::LocalesDestroy], &locale, published)?;
    Ok(locale)
}

fn tell(
    tx: &mut Tx,
    call: &Call,
    topics: &'static [Topic],
    locale: &str,
    published: bool,
) -> Result<(), StoreError> {
    let facts = serde_json::json!({ "locale": locale, "published": published });
    let event = NewEvent {
        facts: facts.to_string(),
        ..NewEvent::of(topics, Subject::ShopLocale, 0)
    };
    events::record(tx, call, event)?;
    Ok(())
}

fn known(tx: &mut Tx, text: &str) -> Result<String, LocaleError> {
    let locale = locale_of(text).ok_or_else(|| LocaleError::NotFound(text.to_owned()))?;
    if locale == shops::current(tx)?.language {
        return Err(LocaleError::Own(locale));
    }
    let found = locales(tx)?.into_iter().any(|own| own.locale == locale);
    if found {
        Ok(locale)
    } else {
        Err(LocaleError::NotFound(locale))
    }
}

/// Keeps the shop's count of languages that buyers can choose.
fn count(tx: &mut Tx) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE shops
            SET more_locales = (SELECT COUNT(*) FROM shop_locales l
                                 WHERE l.shop_id = $shop AND l.published = 1)
          WHERE id = $shop",
        (),
    )?;
    Ok(())
}

/// The language of a buyer who asks for `code` (`FR`, `PT_BR`), when it is another than the
/// shop's: the very locale, or the language without its region.
///
/// # Errors
/// `Language` when the shop does not speak it; faults of the store.
pub fn spoken(tx: &mut Tx, shop: &Shop, code: &str) -> Result<Option<String>, ContextError> {
    if code == language_code(&shop.language) {
        return Ok(None);
    }
    let all = if shop.more_locales > 0 {
        locales(tx)?
    } else {
        Vec::new()
    };
    let open = || all.iter().filter(|own| own.published);
    let bare = code.split('_').next().unwrap_or(code);
    let found = open()
        .find(|own| language_code(&own.locale) == code)
        .or_else(|| open().find(|own| language_code(&own.locale) == bare));
    if let Some(found) = found {
        return Ok(Some(found.locale.clone()));
    }
    if bare == language_code(&shop.language) {
        return Ok(None);
    }
    let more = open().map(|own| language_code(&own.locale));
    let served: Vec<String> = std::iter::once(language_code(&shop.language))
        .chain(more)
        .collect();
    Err(ContextError::Language {
        asked: code.to_owned(),
        served: served.join(", "),
    })
}

/// Checks that the shop sells in a country (ISO 3166-1, upper case).
///
/// # Errors
/// `Country` when it does not; faults of the store.
pub fn check_country(tx: &mut Tx, shop: &Shop, country: &str) -> Result<(), ContextError> {
    if country == shop.country_code {
        return Ok(());
    }
    if shop.market_rules > 0 && terms(tx, shop, country)?.is_some() {
        return Ok(());
    }
    let served = served_countries(tx, shop)?;
    let mut codes: Vec<&str> = served.iter().map(|own| own.country.code).collect();
    codes.sort_unstable();
    codes.truncate(NAMED_MAX);
    Err(ContextError::Country {
        asked: country.to_owned(),
        served: codes.join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_has_one_form() {
        assert_eq!(locale_of("FR").as_deref(), Some("fr"));
        assert_eq!(locale_of("pt_br").as_deref(), Some("pt-BR"));
        assert_eq!(locale_of("pt-BR").as_deref(), Some("pt-BR"));
        assert_eq!(language_code("pt-BR"), "PT_BR");
        for wrong in ["", "xx", "fr-", "fr-123", "klingon"] {
            assert_eq!(locale_of(wrong), None, "{wrong}");
        }
    }
}
