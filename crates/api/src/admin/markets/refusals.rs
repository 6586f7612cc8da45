//! Refusals of markets, catalogs and price lists as user errors, with their codes.

use commerce::markets::{
    CatalogError, FixedPriceError, MarketError, PriceListError, WebPresenceError,
};
use graphql::Error;

use crate::Registry;
use crate::errors::{UserError, fault, user_error_with_code};

pub(super) fn register(r: &mut Registry) {
    for name in [
        "MarketUserError",
        "MarketCurrencySettingsUserError",
        "CatalogUserError",
        "PriceListUserError",
        "PriceListPriceUserError",
        "PriceListFixedPricesByProductBulkUpdateUserError",
    ] {
        user_error_with_code(r, name);
    }
}

/// A refusal of a market; `at` is where its input stands.
pub(super) fn market_error(error: MarketError, at: &[&str]) -> Result<UserError, Error> {
    let (part, code) = match &error {
        MarketError::NotFound => return Ok(UserError::new(&["id"], "MARKET_NOT_FOUND", &error)),
        MarketError::PrimaryDeleted => {
            return Ok(UserError::new(
                &["id"],
                "CANNOT_DELETE_PRIMARY_MARKET",
                &error,
            ));
        }
        MarketError::NameBlank => ("name", "BLANK"),
        MarketError::NameTooLong => ("name", "TOO_LONG"),
        MarketError::NameTaken => ("name", "TAKEN"),
        MarketError::HandleTaken => ("handle", "TAKEN"),
        MarketError::HandleInvalid => ("handle", "INVALID"),
        MarketError::WebPresenceNotFound => ("webPresences", "WEB_PRESENCE_NOT_FOUND"),
        MarketError::TooMany => ("", "SHOP_REACHED_MARKETS_LIMIT"),
        MarketError::StatusContradicts => ("enabled", "INVALID_STATUS_AND_ENABLED_COMBINATION"),
        MarketError::PrimaryDisabled => ("status", "CANNOT_DISABLE_PRIMARY_MARKET"),
        MarketError::PrimaryRegion | MarketError::OnlyRegion => {
            ("conditions", "CANNOT_DELETE_ONLY_REGION")
        }
        MarketError::RegionsEmpty => ("conditions", "SPECIFIED_CONDITIONS_CANNOT_BE_EMPTY"),
        MarketError::RegionNotFound => ("conditions", "REGION_NOT_FOUND"),
        MarketError::RegionsTaken(_) => ("conditions", "DUPLICATE_UNIQUE_MARKET"),
        MarketError::RateMissing(_) | MarketError::PrimaryCurrency => {
            ("currencySettings", "UNSUPPORTED_CURRENCY")
        }
        MarketError::RateInvalid => ("currencySettings", "INVALID"),
        MarketError::LocalCurrencies => ("currencySettings", "MULTIPLE_CURRENCIES_NOT_SUPPORTED"),
        MarketError::CatalogNotFound => ("catalogs", "CUSTOMIZATIONS_NOT_FOUND"),
        MarketError::CatalogTaken => ("catalogs", "INCOMPATIBLE_CONFIGURATION"),
        MarketError::CatalogCurrency(_) => ("catalogs", "INCOMPATIBLE_CONFIGURATION"),
        MarketError::Store(_) => ("", ""),
    };
    let mut field = at.to_vec();
    field.extend(Some(part).filter(|part| !part.is_empty() && !at.is_empty()));
    match error {
        MarketError::Store(cause) => Err(fault(cause)),
        error => Ok(UserError::new(&field, code, &error)),
    }
}

/// A refusal of a web presence.
pub(super) fn presence_error(error: WebPresenceError) -> Result<UserError, Error> {
    const SUFFIX: &[&str] = &["input", "subfolderSuffix"];
    const DOMAIN: &[&str] = &["input", "domainId"];
    const LOCALES: &[&str] = &["input", "alternateLocales"];
    let (field, code): (&[&str], _) = match &error {
        WebPresenceError::NotFound => (&["id"], "WEB_PRESENCE_NOT_FOUND"),
        WebPresenceError::OwnDomain => (&["id"], "GENERIC_ERROR"),
        WebPresenceError::OwnDomainDeleted => {
            (&["id"], "SHOP_MUST_HAVE_PRIMARY_DOMAIN_WEB_PRESENCE")
        }
        WebPresenceError::Both => (&["input"], "CANNOT_HAVE_SUBFOLDER_AND_DOMAIN"),
        WebPresenceError::Neither => (&["input"], "REQUIRES_DOMAIN_OR_SUBFOLDER"),
        WebPresenceError::DomainNotFound => (DOMAIN, "DOMAIN_NOT_FOUND"),
        WebPresenceError::DomainTaken => (DOMAIN, "TAKEN"),
        WebPresenceError::SuffixTooShort => (SUFFIX, "SUBFOLDER_SUFFIX_MUST_BE_AT_LEAST_2_LETTERS"),
        WebPresenceError::SuffixScript => (SUFFIX, "SUBFOLDER_SUFFIX_CANNOT_BE_SCRIPT_CODE"),
        WebPresenceError::SuffixInvalid => (SUFFIX, "INVALID"),
        WebPresenceError::SuffixTaken => (SUFFIX, "TAKEN"),
        WebPresenceError::LocaleDisabled(_) => (LOCALES, "DISABLED_LANGUAGE"),
        WebPresenceError::LocaleUnpublished(_) => (LOCALES, "UNPUBLISHED_LANGUAGE"),
        WebPresenceError::LocaleTwice(_) => (LOCALES, "DUPLICATE_LANGUAGES"),
        WebPresenceError::TooMany => (&["input"], "MARKET_REACHED_WEB_PRESENCE_LIMIT"),
        WebPresenceError::Store(_) => (&[], ""),
    };
    match error {
        WebPresenceError::Store(cause) => Err(fault(cause)),
        error => Ok(UserError::new(field, code, &error)),
    }
}

/// A refusal of a market's currency, with the codes of that mutation.
pub(super) fn currency_error(error: MarketError) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match &error {
        MarketError::NotFound => (&["marketId"], "MARKET_NOT_FOUND"),
        MarketError::LocalCurrencies => (
            &["input", "localCurrencies"],
            "MULTIPLE_CURRENCIES_NOT_SUPPORTED",
        ),
        MarketError::PrimaryCurrency => (
            &["input", "baseCurrency"],
            "PRIMARY_MARKET_USES_SHOP_CURRENCY",
        ),
        _ => (&["input", "baseCurrency"], "UNSUPPORTED_CURRENCY"),
    };
    match error {
        MarketError::Store(cause) => Err(fault(cause)),
        error => Ok(UserError::new(field, code, &error)),
    }
}

/// A refusal of a catalog.
pub(super) fn catalog_error(error: CatalogError) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match &error {
        CatalogError::NotFound => (&["id"], "CATALOG_NOT_FOUND"),
        CatalogError::TitleBlank => (&["input", "title"], "BLANK"),
        CatalogError::TitleTooLong => (&["input", "title"], "TOO_LONG"),
        CatalogError::TitleTaken => (&["input", "title"], "TAKEN"),
        CatalogError::TooMany => (&["input"], "INVALID"),
        CatalogError::MarketNotFound => (&["input", "context", "marketIds"], "MARKET_NOT_FOUND"),
        CatalogError::MarketTaken(_) => (&["input", "context", "marketIds"], "MARKET_TAKEN"),
        CatalogError::MarketNotAssigned => {
            (&["contextsToRemove", "marketIds"], "INVALID_CONTEXT_CHANGE")
        }
        CatalogError::ContextEmpty => (&["contextsToAdd"], "REQUIRES_CONTEXTS_TO_ADD_OR_REMOVE"),
        CatalogError::PriceListNotFound => (&["input", "priceListId"], "PRICE_LIST_NOT_FOUND"),
        CatalogError::PriceListTaken => (&["input", "priceListId"], "TAKEN"),
        CatalogError::CurrencyMismatch { .. } => (
            &["input", "priceListId"],
            "MARKET_AND_PRICE_LIST_CURRENCY_MISMATCH",
        ),
        CatalogError::PublicationNotFound => (&["input", "publicationId"], "PUBLICATION_NOT_FOUND"),
        CatalogError::PublicationTaken => (&["input", "publicationId"], "TAKEN"),
        CatalogError::Store(_) => (&[], ""),
    };
    match error {
        CatalogError::Store(cause) => Err(fault(cause)),
        error => Ok(UserError::new(field, code, &error)),
    }
}

/// A refusal of a price list.
pub(super) fn price_list_error(error: PriceListError) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match &error {
        PriceListError::NotFound => (&["id"], "PRICE_LIST_NOT_FOUND"),
        PriceListError::NameBlank => (&["input", "name"], "BLANK"),
        PriceListError::NameTooLong => (&["input", "name"], "TOO_LONG"),
        PriceListError::NameTaken => (&["input", "name"], "TAKEN"),
        PriceListError::TooMany => (&["input"], "GENERIC_ERROR"),
        PriceListError::AdjustmentTooLow => (
            &["input", "parent", "adjustment", "value"],
            "INVALID_ADJUSTMENT_MIN_VALUE",
        ),
        PriceListError::AdjustmentTooHigh => (
            &["input", "parent", "adjustment", "value"],
            "INVALID_ADJUSTMENT_MAX_VALUE",
        ),
        PriceListError::RateMissing(_) => (&["input", "currency"], "CURRENCY_NOT_SUPPORTED"),
        PriceListError::CurrencyInUse => (&["input", "currency"], "GENERIC_ERROR"),
        PriceListError::CatalogNotFound => (&["input", "catalogId"], "CATALOG_DOES_NOT_EXIST"),
        PriceListError::CatalogTaken => (&["input", "catalogId"], "CATALOG_TAKEN"),
        PriceListError::CurrencyMismatch => (
            &["input", "currency"],
            "CATALOG_MARKET_AND_PRICE_LIST_CURRENCY_MISMATCH",
        ),
        PriceListError::Store(_) => (&[], ""),
    };
    match error {
        PriceListError::Store(cause) => Err(fault(cause)),
        error => Ok(UserError::new(field, code, &error)),
    }
}

/// A refusal of prices by variant; `add` and `delete` are the arguments that name them.
pub(super) fn price_error(
    error: FixedPriceError,
    add: &str,
    delete: &str,
) -> Result<UserError, Error> {
    let place = |at: &usize| at.to_string();
    let (field, code) = match &error {
        FixedPriceError::ListNotFound => (vec!["priceListId".to_owned()], "PRICE_LIST_NOT_FOUND"),
        FixedPriceError::VariantNotFound(at) => (
            vec![add.to_owned(), place(at), "variantId".to_owned()],
            "VARIANT_NOT_FOUND",
        ),
        FixedPriceError::CurrencyMismatch(at) => (
            vec![add.to_owned(), place(at), "price".to_owned()],
            "PRICE_LIST_CURRENCY_MISMATCH",
        ),
        FixedPriceError::Negative(at) => {
            (vec![add.to_owned(), place(at), "price".to_owned()], "BLANK")
        }
        FixedPriceError::NotFixed(at) => (vec![delete.to_owned(), place(at)], "PRICE_NOT_FIXED"),
        FixedPriceError::TooMany
        | FixedPriceError::ProductNotFound(_)
        | FixedPriceError::Duplicate
        | FixedPriceError::Contradiction
        | FixedPriceError::Nothing
        | FixedPriceError::Store(_) => (vec![add.to_owned()], "BLANK"),
    };
    match error {
        FixedPriceError::Store(cause) => Err(fault(cause)),
        error => {
            let field: Vec<&str> = field.iter().map(String::as_str).collect();
            Ok(UserError::new(&field, code, &error))
        }
    }
}

/// A refusal of prices by product.
pub(super) fn product_price_error(error: FixedPriceError) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match &error {
        FixedPriceError::ListNotFound => (&["priceListId"], "PRICE_LIST_DOES_NOT_EXIST"),
        FixedPriceError::ProductNotFound(_) | FixedPriceError::VariantNotFound(_) => {
            (&["pricesToAdd"], "PRODUCT_DOES_NOT_EXIST")
        }
        FixedPriceError::CurrencyMismatch(_) => {
            (&["pricesToAdd"], "PRICES_TO_ADD_CURRENCY_MISMATCH")
        }
        FixedPriceError::TooMany | FixedPriceError::Negative(_) => {
            (&["pricesToAdd"], "PRICE_LIMIT_EXCEEDED")
        }
        FixedPriceError::Duplicate => (&["pricesToAdd"], "DUPLICATE_ID_IN_INPUT"),
        FixedPriceError::Contradiction => (&["pricesToAdd"], "ID_MUST_BE_MUTUALLY_EXCLUSIVE"),
        FixedPriceError::Nothing | FixedPriceError::NotFixed(_) => {
            (&["pricesToAdd"], "NO_UPDATE_OPERATIONS_SPECIFIED")
        }
        FixedPriceError::Store(_) => (&[], ""),
    };
    match error {
        FixedPriceError::Store(cause) => Err(fault(cause)),
        error => Ok(UserError::new(field, code, &error)),
    }
}
