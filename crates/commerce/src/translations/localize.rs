//! Saying something else in one market, in the shop's own language: of custom data alone.

use store::{StoreError, Tx};
use units::MarketId;

use super::TRANSLATIONS_MAX;
use super::content::{Resource, contents};
use super::register::{NewTranslation, TranslationError, market_of, meant, put, value_of};
use super::shown::{Translation, translations};
use crate::call::Call;
use crate::shops;

/// The kinds of resources that may say something else in a market.
#[must_use]
pub const fn is_localizable(kind: Resource) -> bool {
    matches!(kind, Resource::Metafield | Resource::Metaobject)
}

/// Has a resource say something else in markets, in the shop's own language; the locales that are
/// given do not count. What it said there before is replaced.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn localize(
    tx: &mut Tx,
    call: &Call,
    (kind, id): (Resource, i64),
    given: &[NewTranslation],
) -> Result<Vec<Translation>, TranslationError> {
    if given.len() > TRANSLATIONS_MAX {
        return Err(TranslationError::TooMany);
    }
    let contents = localizable(tx, (kind, id))?;
    let own = shops::current(tx)?.language;
    let mut rows = Vec::with_capacity(given.len());
    for (at, new) in given.iter().enumerate() {
        let content = meant(&contents, new, at)?;
        let value = value_of(tx, (kind, id), content, new, at)?;
        let market = market_of(tx, new, at)?;
        rows.push((own.clone(), market, new, value));
    }
    Ok(put(tx, call, (kind, id), rows)?)
}

/// Takes back what a resource says in markets, and says what that was.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn unlocalize(
    tx: &mut Tx,
    (kind, id): (Resource, i64),
    keys: &[String],
    markets: &[MarketId],
) -> Result<Vec<Translation>, TranslationError> {
    localizable(tx, (kind, id))?;
    if keys.len() > TRANSLATIONS_MAX || markets.len() > TRANSLATIONS_MAX {
        return Err(TranslationError::TooMany);
    }
    let mut gone = Vec::new();
    let own = shops::current(tx)?.language;
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    for market in markets {
        let said = localizations(tx, kind, &[id], *market)?;
        gone.extend(said.into_iter().filter(|said| keys.contains(&said.key)));
        tx.execute(
            "DELETE FROM translations
              WHERE shop_id = $shop AND resource_kind = $1 AND resource_id = $2
                AND locale = $3 AND market_id = $4 AND key = ANY($5)",
            (kind, id, &own, *market, names.as_slice()),
        )?;
    }
    Ok(gone)
}

/// What resources say in a market, in the shop's own language.
///
/// # Errors
/// `Store` faults only.
pub fn localizations(
    tx: &mut Tx,
    kind: Resource,
    ids: &[i64],
    market: MarketId,
) -> Result<Vec<Translation>, StoreError> {
    let own = shops::current(tx)?.language;
    let mut all = translations(tx, kind, ids, &own, market.get())?;
    all.retain(|said| said.market_id == market.get());
    Ok(all)
}

fn localizable(
    tx: &mut Tx,
    (kind, id): (Resource, i64),
) -> Result<Vec<super::Content>, TranslationError> {
    let found = contents(tx, kind, &[id])?.pop().flatten();
    let found = found.ok_or(TranslationError::ResourceNotFound)?;
    match is_localizable(kind) {
        true => Ok(found),
        false => Err(TranslationError::NotLocalizable),
    }
}
