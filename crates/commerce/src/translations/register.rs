//! Saying something in another language, and taking it back.

use std::collections::BTreeSet;

use store::{StoreError, Tx};
use units::{AppId, MarketId, MetafieldId, MetaobjectId, handleize};

use super::content::{Content, ContentType, Resource, contents};
use super::shown::{Translation, translations};
use super::{TRANSLATIONS_MAX, VALUE_BYTES_MAX};
use crate::call::Call;
use crate::{markets, metafields, metaobjects};

/// A translation to be.
#[derive(Debug, Clone)]
pub struct NewTranslation {
    /// The language.
    pub locale: String,
    /// Which text.
    pub key: String,
    /// What it says.
    pub value: String,
    /// The digest of the text that it translates.
    pub digest: String,
    /// The only market that it is for.
    pub market: Option<MarketId>,
}

/// Which translations are taken back.
#[derive(Debug, Clone, Default)]
pub struct Removal {
    /// In these languages.
    pub locales: Vec<String>,
    /// Of these texts.
    pub keys: Vec<String>,
    /// For these markets; those that hold everywhere when there are none.
    pub markets: Vec<MarketId>,
}

/// Why a translation is refused, by its place. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum TranslationError {
    /// No such resource.
    #[error("Resource does not exist")]
    ResourceNotFound,
    /// More than one call takes.
    #[error("Too many translation keys for the resource (maximum is {TRANSLATIONS_MAX}).")]
    TooMany,
    /// The resource has no such text.
    #[error("Key {key} is not a valid translatable field")]
    KeyUnknown {
        /// Its place.
        at: usize,
        /// The key.
        key: String,
    },
    /// The shop does not speak it.
    #[error("The shop doesn't speak '{locale}'.")]
    LocaleUnknown {
        /// Its place.
        at: usize,
        /// The language.
        locale: String,
    },
    /// The text has changed since.
    #[error("Translatable content hash is invalid")]
    DigestOutdated(usize),
    /// Nothing is said.
    #[error("Value can't be blank")]
    Blank(usize),
    /// The text is too long.
    #[error("Value is too big (maximum is 512 KB)")]
    TooBig(usize),
    /// No handle.
    #[error("Handle must contain a letter or a digit, and be no other's.")]
    HandleInvalid(usize),
    /// No such market.
    #[error("The market does not exist")]
    MarketNotFound(usize),
    /// The resource says the same in all markets.
    #[error("Resource cannot say something else in a market")]
    NotLocalizable,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks that what an app wants to say something of is not another app's own.
///
/// # Errors
/// [`TranslationError::ResourceNotFound`] when it is: others' own things are not told of.
pub fn check_owner(
    tx: &mut Tx,
    app: AppId,
    (kind, id): (Resource, i64),
) -> Result<(), TranslationError> {
    let namespace = match kind {
        Resource::Metafield => {
            let found = metafields::by_id(tx, &[MetafieldId(id)])?.pop();
            found.map(|own| own.namespace)
        }
        Resource::Metaobject => {
            let found = metaobjects::load(tx, &[MetaobjectId(id)])?.pop();
            found.map(|own| own.kind)
        }
        _ => None,
    };
    match namespace.is_some_and(|own| metafields::is_foreign(app, &own)) {
        true => Err(TranslationError::ResourceNotFound),
        false => Ok(()),
    }
}

/// Registers translations of a resource; what was said before is replaced.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn register(
    tx: &mut Tx,
    call: &Call,
    (kind, id): (Resource, i64),
    given: &[NewTranslation],
) -> Result<Vec<Translation>, TranslationError> {
    if given.len() > TRANSLATIONS_MAX {
        return Err(TranslationError::TooMany);
    }
    let found = contents(tx, kind, &[id])?.pop().flatten();
    let contents = found.ok_or(TranslationError::ResourceNotFound)?;
    let locales = markets::locales(tx)?;
    let mut rows = Vec::with_capacity(given.len());
    for (at, new) in given.iter().enumerate() {
        let known = |locale: &String| locales.iter().any(|own| own.locale == *locale);
        let locale = markets::locale_of(&new.locale).filter(known);
        let locale = locale.ok_or_else(|| TranslationError::LocaleUnknown {
            at,
            locale: new.locale.clone(),
        })?;
        let content = meant(&contents, new, at)?;
        let value = value_of(tx, (kind, id), content, new, at)?;
        let market = market_of(tx, new, at)?;
        rows.push((locale, market, new, value));
    }
    Ok(put(tx, call, (kind, id), rows)?)
}

/// Writes what is said of a resource: language, market (0 for all), what was given, and its value.
/// The last of several for the same text counts.
pub(super) fn put(
    tx: &mut Tx,
    call: &Call,
    (kind, id): (Resource, i64),
    given: Vec<(String, i64, &NewTranslation, String)>,
) -> Result<Vec<Translation>, StoreError> {
    let mut seen = BTreeSet::new();
    let mut given: Vec<_> = given.into_iter().rev().collect();
    given
        .retain(|(locale, market, new, _)| seen.insert((locale.clone(), *market, new.key.clone())));
    given.reverse();
    let said = given
        .into_iter()
        .map(|(locale, market_id, new, value)| Translation {
            resource_id: id,
            locale,
            market_id,
            key: new.key.clone(),
            value,
            digest: new.digest.clone(),
            updated_at: call.now,
        });
    let said: Vec<Translation> = said.collect();
    let rows: Vec<_> = said
        .iter()
        .map(|own| {
            (
                kind,
                id,
                &own.locale,
                own.market_id,
                &own.key,
                &own.value,
                &own.digest,
                call.now,
            )
        })
        .collect();
    if !rows.is_empty() {
        tx.insert_many(
            "INSERT INTO translations (shop_id, resource_kind, resource_id, locale, market_id, key,
                 value, digest, updated_at)
             VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (shop_id, resource_kind, resource_id, locale, market_id, key) DO UPDATE
                SET value = excluded.value, digest = excluded.digest,
                    updated_at = excluded.updated_at",
            &rows,
        )?;
    }
    Ok(said)
}

/// The text that is translated, as whoever translates it read it.
pub(super) fn meant<'c>(
    contents: &'c [Content],
    new: &NewTranslation,
    at: usize,
) -> Result<&'c Content, TranslationError> {
    let content = contents.iter().find(|own| own.key == new.key);
    let content = content.ok_or_else(|| TranslationError::KeyUnknown {
        at,
        key: new.key.clone(),
    })?;
    match content.digest() == new.digest {
        true => Ok(content),
        false => Err(TranslationError::DigestOutdated(at)),
    }
}

pub(super) fn value_of(
    tx: &mut Tx,
    (kind, id): (Resource, i64),
    content: &Content,
    new: &NewTranslation,
    at: usize,
) -> Result<String, TranslationError> {
    let value = new.value.replace('\0', "");
    if value.trim().is_empty() {
        return Err(TranslationError::Blank(at));
    }
    if value.len() > VALUE_BYTES_MAX {
        return Err(TranslationError::TooBig(at));
    }
    if content.kind != ContentType::Uri {
        return Ok(value);
    }
    let handle = handleize(&value);
    if handle.is_empty() {
        return Err(TranslationError::HandleInvalid(at));
    }
    // An article's handle is unique in its blog alone.
    if kind != Resource::Article {
        let text = format!(
            "SELECT x.id FROM {} x WHERE x.shop_id = $shop AND x.handle = $1",
            kind.table()
        );
        let other: Option<i64> = tx.optional(&text, (&handle,))?;
        if other.is_some_and(|other| other != id) {
            return Err(TranslationError::HandleInvalid(at));
        }
    }
    Ok(handle)
}

pub(super) fn market_of(
    tx: &mut Tx,
    new: &NewTranslation,
    at: usize,
) -> Result<i64, TranslationError> {
    let Some(market) = new.market else {
        return Ok(0);
    };
    match markets::markets(tx, &[market])?.pop().flatten() {
        Some(_) => Ok(market.get()),
        None => Err(TranslationError::MarketNotFound(at)),
    }
}

/// Takes translations of a resource back, and says which there were.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn remove(
    tx: &mut Tx,
    (kind, id): (Resource, i64),
    removal: &Removal,
) -> Result<Vec<Translation>, TranslationError> {
    let found = contents(tx, kind, &[id])?.pop().flatten();
    found.ok_or(TranslationError::ResourceNotFound)?;
    if removal.keys.len() > TRANSLATIONS_MAX || removal.locales.len() > TRANSLATIONS_MAX {
        return Err(TranslationError::TooMany);
    }
    let locales: Vec<String> = removal
        .locales
        .iter()
        .filter_map(|locale| markets::locale_of(locale))
        .collect();
    let wanted: Vec<i64> = match removal.markets.as_slice() {
        [] => vec![0],
        markets => markets.iter().map(|market| market.get()).collect(),
    };
    let mut gone = Vec::new();
    for locale in &locales {
        for market in &wanted {
            let all = translations(tx, kind, &[id], locale, *market)?;
            let own = all
                .into_iter()
                .filter(|own| own.market_id == *market && removal.keys.contains(&own.key));
            gone.extend(own);
        }
    }
    let keys: Vec<&str> = removal.keys.iter().map(String::as_str).collect();
    for locale in locales.iter().filter(|_| !gone.is_empty()) {
        for market in &wanted {
            tx.execute(
                "DELETE FROM translations
                  WHERE shop_id = $shop AND resource_kind = $1 AND resource_id = $2
                    AND locale = $3 AND market_id = $4 AND key = ANY($5)",
                (kind, id, locale, *market, keys.as_slice()),
            )?;
        }
    }
    Ok(gone)
}
