//! Where markets are found on the web: the shop's own domain, and folders below it.

use std::collections::BTreeMap;

use store::{Record as _, StoreError, Tx, record};
use units::{MarketId, MarketWebPresenceId, Timestamp};

use super::locales::{locale_of, locales};
use crate::attributes::{from_json, to_json};
use crate::call::Call;
use crate::shops;

/// Folders that a shop has at most.
pub const WEB_PRESENCES_MAX: usize = 250;
/// Letters of a folder's suffix, at most.
const SUFFIX_CHARS_MAX: usize = 63;

record! {
    /// A folder below the shop's domain in which markets are found.
    #[derive(Clone, PartialEq, Eq)]
    pub struct WebPresence {
        /// Id.
        pub id: MarketWebPresenceId,
        /// What stands behind the language: `ca` of `/en-ca`.
        pub subfolder_suffix: String,
        /// The language that it speaks first.
        pub default_locale: String,
        alternate_locales: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// A folder that buyers came by: what it says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The country, of the first market that is found there.
    pub country: String,
    /// The language.
    pub locale: String,
}

/// A folder to be, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct WebPresenceInput {
    /// A domain of its own: the shop has one, and that is taken.
    pub domain: Option<String>,
    /// What stands behind the language.
    pub subfolder_suffix: Option<String>,
    /// The language that it speaks first.
    pub default_locale: Option<String>,
    /// The languages that it speaks beside.
    pub alternate_locales: Option<Vec<String>>,
}

/// Why a web presence is refused, or the store's fault. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum WebPresenceError {
    /// No such web presence.
    #[error("The web presence wasn't found.")]
    NotFound,
    /// The shop's own domain speaks what the shop speaks.
    #[error("The shop's own domain speaks all published languages of the shop: change those.")]
    OwnDomain,
    /// The shop's own domain stays.
    #[error("The web presence of the shop's own domain can't be deleted.")]
    OwnDomainDeleted,
    /// A domain and a folder.
    #[error("Give a domain or a subfolder suffix, not both.")]
    Both,
    /// Neither.
    #[error("Give a subfolder suffix.")]
    Neither,
    /// The shop has no such domain.
    #[error("The domain wasn't found.")]
    DomainNotFound,
    /// The shop's domain has its web presence.
    #[error("The domain has a web presence already.")]
    DomainTaken,
    /// Too short.
    #[error("The subfolder suffix must be at least 2 letters.")]
    SuffixTooShort,
    /// It would be read as a script.
    #[error("The subfolder suffix can't be the code of a script.")]
    SuffixScript,
    /// Not made of letters.
    #[error("The subfolder suffix is made of letters and hyphens, {SUFFIX_CHARS_MAX} at most.")]
    SuffixInvalid,
    /// Another web presence has it.
    #[error("The subfolder suffix has already been taken.")]
    SuffixTaken,
    /// The shop does not speak it.
    #[error("The shop doesn't speak '{0}'. Enable it first.")]
    LocaleDisabled(String),
    /// Buyers cannot choose it.
    #[error("'{0}' isn't published. Publish it first.")]
    LocaleUnpublished(String),
    /// A language twice.
    #[error("'{0}' is named twice.")]
    LocaleTwice(String),
    /// More than a shop has.
    #[error("A shop can have {WEB_PRESENCES_MAX} web presences at most.")]
    TooMany,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WebPresence {
    /// The languages that it speaks beside the first.
    #[must_use]
    pub fn alternate_locales(&self) -> Vec<String> {
        from_json(&self.alternate_locales)
    }

    /// Its folders: each language with the name that stands in addresses.
    #[must_use]
    pub fn folders(&self) -> Vec<(String, String)> {
        let more = self.alternate_locales();
        let all = std::iter::once(self.default_locale.clone()).chain(more);
        let folder = |locale: String| {
            let name = format!("{}-{}", locale, self.subfolder_suffix).to_ascii_lowercase();
            (locale, name)
        };
        all.map(folder).collect()
    }
}

/// The folders below the shop's domain, oldest first.
///
/// # Errors
/// `Store` faults only.
pub fn web_presences(tx: &mut Tx) -> Result<Vec<WebPresence>, StoreError> {
    let text = format!(
        "SELECT {} FROM web_presences WHERE shop_id = $shop ORDER BY id",
        WebPresence::COLUMNS
    );
    tx.all(&text, ())
}

/// Which markets are found in which folders.
///
/// # Errors
/// `Store` faults only.
pub fn web_presences_of_markets(
    tx: &mut Tx,
) -> Result<Vec<(MarketId, MarketWebPresenceId)>, StoreError> {
    tx.all(
        "SELECT market_id, web_presence_id FROM market_web_presences
          WHERE shop_id = $shop ORDER BY web_presence_id, market_id",
        (),
    )
}

/// What a folder of an address says of the buyers who come by it: `en-ca`. `None` when it is no
/// folder of a market that sells.
///
/// # Errors
/// `Store` faults only.
pub fn folder(tx: &mut Tx, name: &str) -> Result<Option<Folder>, StoreError> {
    let name = name.to_ascii_lowercase();
    if shops::current(tx)?.market_rules == 0 || !name.contains('-') {
        return Ok(None);
    }
    let all = web_presences(tx)?;
    let found = all.iter().find_map(|own| {
        let mut folders = own.folders().into_iter();
        folders
            .find(|(_, folder)| *folder == name)
            .map(|(locale, _)| (own.id, locale))
    });
    let Some((id, locale)) = found else {
        return Ok(None);
    };
    let country: Option<String> = tx.optional(
        "SELECT r.country_code
           FROM market_web_presences w
           JOIN markets m ON m.shop_id = w.shop_id AND m.id = w.market_id
           JOIN market_regions r ON r.shop_id = m.shop_id AND r.market_id = m.id
          WHERE w.shop_id = $shop AND w.web_presence_id = $1 AND m.status = 'ACTIVE'
          ORDER BY m.id, r.country_code
          LIMIT 1",
        (id,),
    )?;
    Ok(country.map(|country| Folder { country, locale }))
}

/// Makes a folder below the shop's domain.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_web_presence(
    tx: &mut Tx,
    call: &Call,
    input: &WebPresenceInput,
) -> Result<MarketWebPresenceId, WebPresenceError> {
    check_domain(tx, input)?;
    let all = web_presences(tx)?;
    if all.len() >= WEB_PRESENCES_MAX {
        return Err(WebPresenceError::TooMany);
    }
    let suffix = input.subfolder_suffix.as_deref();
    let suffix = suffix_of(suffix.ok_or(WebPresenceError::Neither)?, &all, None)?;
    let (default_locale, more) = spoken(tx, input, None)?;
    let id: MarketWebPresenceId = call.new_id();
    tx.execute(
        "INSERT INTO web_presences (shop_id, id, subfolder_suffix, default_locale,
             alternate_locales, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $5)",
        (id, suffix, default_locale, to_json(&more), call.now),
    )?;
    Ok(id)
}

/// Changes what the input gives of a folder.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_web_presence(
    tx: &mut Tx,
    call: &Call,
    id: MarketWebPresenceId,
    input: &WebPresenceInput,
) -> Result<MarketWebPresenceId, WebPresenceError> {
    let all = web_presences(tx)?;
    let own = all.iter().find(|own| own.id == id);
    let Some(own) = own else {
        return Err(match id.get() == tx.shop().get() {
            true => WebPresenceError::OwnDomain,
            false => WebPresenceError::NotFound,
        });
    };
    let suffix = match input.subfolder_suffix.as_deref() {
        Some(suffix) => suffix_of(suffix, &all, Some(id))?,
        None => own.subfolder_suffix.clone(),
    };
    let (default_locale, more) = spoken(tx, input, Some(own))?;
    tx.execute(
        "UPDATE web_presences
            SET subfolder_suffix = $2, default_locale = $3, alternate_locales = $4,
                updated_at = $5
          WHERE shop_id = $shop AND id = $1",
        (id, suffix, default_locale, to_json(&more), call.now),
    )?;
    Ok(id)
}

/// Takes a folder away; its markets are found at the shop's domain alone.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_web_presence(
    tx: &mut Tx,
    id: MarketWebPresenceId,
) -> Result<MarketWebPresenceId, WebPresenceError> {
    if id.get() == tx.shop().get() {
        return Err(WebPresenceError::OwnDomainDeleted);
    }
    tx.execute(
        "DELETE FROM market_web_presences WHERE shop_id = $shop AND web_presence_id = $1",
        (id,),
    )?;
    let gone = tx.execute(
        "DELETE FROM web_presences WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    match gone {
        0 => Err(WebPresenceError::NotFound),
        _ => Ok(id),
    }
}

/// Has a market found in folders, or no longer; gives whether all of them are there.
pub(super) fn place(
    tx: &mut Tx,
    market: MarketId,
    add: &[MarketWebPresenceId],
    remove: &[MarketWebPresenceId],
) -> Result<(), StoreError> {
    if !remove.is_empty() {
        tx.execute(
            "DELETE FROM market_web_presences
              WHERE shop_id = $shop AND market_id = $1 AND web_presence_id = ANY($2)",
            (market, remove),
        )?;
    }
    let rows: Vec<_> = add.iter().map(|id| (market, *id)).collect();
    if !rows.is_empty() {
        tx.insert_many(
            "INSERT INTO market_web_presences (shop_id, market_id, web_presence_id)
             VALUES ($shop, $1, $2)
             ON CONFLICT (shop_id, market_id, web_presence_id) DO NOTHING",
            &rows,
        )?;
    }
    Ok(())
}

/// Whether all of these folders are there. The shop's domain serves every market as it is.
pub(super) fn are_known(tx: &mut Tx, ids: &[MarketWebPresenceId]) -> Result<bool, StoreError> {
    if ids.is_empty() {
        return Ok(true);
    }
    let all: BTreeMap<MarketWebPresenceId, WebPresence> = web_presences(tx)?
        .into_iter()
        .map(|own| (own.id, own))
        .collect();
    Ok(ids.iter().all(|id| all.contains_key(id)))
}

/// Has no folder speak a language any more; one that spoke it first speaks the shop's own.
pub(super) fn forget_locale(tx: &mut Tx, call: &Call, locale: &str) -> Result<(), StoreError> {
    let own = shops::current(tx)?.language;
    for presence in web_presences(tx)? {
        let mut more = presence.alternate_locales();
        let mut first = presence.default_locale.clone();
        more.retain(|other| other != locale);
        if first == locale {
            more.retain(|other| *other != own);
            first.clone_from(&own);
        }
        tx.execute(
            "UPDATE web_presences
                SET default_locale = $2, alternate_locales = $3, updated_at = $4
              WHERE shop_id = $shop AND id = $1",
            (presence.id, first, to_json(&more), call.now),
        )?;
    }
    Ok(())
}

fn check_domain(tx: &mut Tx, input: &WebPresenceInput) -> Result<(), WebPresenceError> {
    let Some(domain) = &input.domain else {
        return Ok(());
    };
    if input.subfolder_suffix.is_some() {
        return Err(WebPresenceError::Both);
    }
    let number = domain.rsplit('/').next().unwrap_or_default();
    Err(match number == tx.shop().get().to_string() {
        true => WebPresenceError::DomainTaken,
        false => WebPresenceError::DomainNotFound,
    })
}

fn suffix_of(
    text: &str,
    all: &[WebPresence],
    own: Option<MarketWebPresenceId>,
) -> Result<String, WebPresenceError> {
    let suffix = text.trim().to_ascii_lowercase();
    let letters = suffix.bytes().filter(u8::is_ascii_lowercase).count();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    if letters < 2 {
        return Err(WebPresenceError::SuffixTooShort);
    }
    if suffix.len() > SUFFIX_CHARS_MAX || !suffix.bytes().all(plain) {
        return Err(WebPresenceError::SuffixInvalid);
    }
    if matches!(suffix.as_str(), "latn" | "hans" | "hant" | "cyrl" | "arab") {
        return Err(WebPresenceError::SuffixScript);
    }
    let taken = |other: &WebPresence| Some(other.id) != own && other.subfolder_suffix == suffix;
    match all.iter().any(taken) {
        true => Err(WebPresenceError::SuffixTaken),
        false => Ok(suffix),
    }
}

/// The languages of a folder: the first, and those beside it.
fn spoken(
    tx: &mut Tx,
    input: &WebPresenceInput,
    own: Option<&WebPresence>,
) -> Result<(String, Vec<String>), WebPresenceError> {
    let shop = shops::current(tx)?;
    let known = locales(tx)?;
    let check = |text: &String| {
        let locale = locale_of(text).unwrap_or_else(|| text.clone());
        if locale == shop.language {
            return Ok(locale);
        }
        match known.iter().find(|own| own.locale == locale) {
            Some(own) if own.published => Ok(locale),
            Some(_) => Err(WebPresenceError::LocaleUnpublished(locale)),
            None => Err(WebPresenceError::LocaleDisabled(locale)),
        }
    };
    let first = match &input.default_locale {
        Some(text) => check(text)?,
        None => own.map_or(shop.language.clone(), |own| own.default_locale.clone()),
    };
    let more = match &input.alternate_locales {
        Some(texts) => texts.iter().map(check).collect::<Result<Vec<_>, _>>()?,
        None => own.map(WebPresence::alternate_locales).unwrap_or_default(),
    };
    let mut seen = vec![first.clone()];
    for locale in &more {
        if seen.contains(locale) {
            return Err(WebPresenceError::LocaleTwice(locale.clone()));
        }
        seen.push(locale.clone());
    }
    Ok((first, more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_is_made_of_letters() {
        let suffix = |text: &str| suffix_of(text, &[], None);
        assert_eq!(suffix(" CA ").unwrap(), "ca");
        assert!(matches!(suffix("c"), Err(WebPresenceError::SuffixTooShort)));
        assert!(matches!(
            suffix("c4a"),
            Err(WebPresenceError::SuffixInvalid)
        ));
        assert!(matches!(
            suffix("hans"),
            Err(WebPresenceError::SuffixScript)
        ));
    }
}
