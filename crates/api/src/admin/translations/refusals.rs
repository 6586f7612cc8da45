//! Refusals of translations as user errors, with their codes.

use commerce::translations::TranslationError;
use graphql::Error;

use crate::Registry;
use crate::errors::{UserError, fault, user_error_with_code};

pub(super) fn register(r: &mut Registry) {
    user_error_with_code(r, "TranslationUserError");
}

/// A refusal of translations, at their places in the input.
pub(super) fn user_error(error: TranslationError) -> Result<UserError, Error> {
    refused(error, "translations", "translatableContentDigest")
}

/// As [`user_error`], of what is said in one market.
pub(super) fn localization_error(error: TranslationError) -> Result<UserError, Error> {
    refused(
        error,
        "marketLocalizations",
        "marketLocalizableContentDigest",
    )
}

fn refused(error: TranslationError, list: &str, digest: &str) -> Result<UserError, Error> {
    let (place, code) = match &error {
        TranslationError::ResourceNotFound => (None, "RESOURCE_NOT_FOUND"),
        TranslationError::TooMany => (None, "TOO_MANY_KEYS_FOR_RESOURCE"),
        TranslationError::KeyUnknown { at, .. } => (Some((*at, "key")), "INVALID_KEY_FOR_MODEL"),
        TranslationError::LocaleUnknown { at, .. } => {
            (Some((*at, "locale")), "INVALID_LOCALE_FOR_SHOP")
        }
        TranslationError::DigestOutdated(at) => (
            Some((*at, digest)),
            match digest {
                "translatableContentDigest" => "INVALID_TRANSLATABLE_CONTENT",
                _ => "INVALID_MARKET_LOCALIZABLE_CONTENT",
            },
        ),
        TranslationError::Blank(at) => (Some((*at, "value")), "BLANK"),
        TranslationError::TooBig(at) => (Some((*at, "value")), "FAILS_RESOURCE_VALIDATION"),
        TranslationError::HandleInvalid(at) => {
            (Some((*at, "value")), "INVALID_VALUE_FOR_HANDLE_TRANSLATION")
        }
        TranslationError::MarketNotFound(at) => (Some((*at, "marketId")), "MARKET_DOES_NOT_EXIST"),
        TranslationError::NotLocalizable => (None, "RESOURCE_NOT_MARKET_CUSTOMIZABLE"),
        TranslationError::Store(_) => (None, ""),
    };
    match error {
        TranslationError::Store(cause) => Err(fault(cause)),
        error => {
            let at = place.map(|(at, part)| (at.to_string(), part));
            let field = match &at {
                Some((at, part)) => vec![list, at.as_str(), *part],
                None => vec!["resourceId"],
            };
            Ok(UserError::new(&field, code, &error))
        }
    }
}
