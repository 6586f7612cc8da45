//! The one market of the shop: its country, currency and language.

use commerce::shops::Shop;
use graphql::{Error, NoArgs};
use units::{Country, Currency, Language};

use crate::{Cx, Registry};

struct Localization {
    country: SoldIn,
    language: Spoken,
}

/// A country that the shop sells in.
#[derive(Clone)]
struct SoldIn {
    country: Country,
    currency: Currency,
    language: Spoken,
}

/// A language that the shop speaks.
#[derive(Clone)]
struct Spoken {
    code: String,
    name: String,
    endonym: String,
}

pub(super) fn register(r: &mut Registry) {
    r.query("localization", localization);
    r.object::<Localization>("Localization")
        .child("country", |own| own.country.clone())
        .child("language", |own| own.language.clone())
        .child("availableCountries", |own| vec![own.country.clone()])
        .child("availableLanguages", |own| vec![own.language.clone()]);
    r.object::<SoldIn>("Country")
        .leaf("isoCode", |own| own.country.code)
        .leaf("name", |own| own.country.name)
        .leaf("unitSystem", |own| {
            if own.country.is_imperial() {
                "IMPERIAL_SYSTEM"
            } else {
                "METRIC_SYSTEM"
            }
        })
        .child("currency", |own| own.currency)
        .child("defaultLanguage", |own| own.language.clone())
        .child("availableLanguages", |own| vec![own.language.clone()]);
    r.object::<Currency>("Currency")
        .text("isoCode", |own| own.as_str())
        .leaf("name", |own| own.name())
        .text("symbol", |own| own.symbol());
    r.object::<Spoken>("Language")
        .text("isoCode", |own| &own.code)
        .text("name", |own| &own.name)
        .text("endonymName", |own| &own.endonym);
}

fn localization(_: &NoArgs, cx: &mut Cx) -> Result<Localization, Error> {
    let shop = cx.shop()?;
    let country = Country::of(&shop.country_code).ok_or_else(|| {
        Error::new("The shop's country has no code of ISO 3166-1.").code("INTERNAL_SERVER_ERROR")
    })?;
    let language = Spoken::of(&shop);
    let sold_in = SoldIn {
        country,
        currency: shop.currency,
        language: language.clone(),
    };
    Ok(Localization {
        country: sold_in,
        language,
    })
}

impl Spoken {
    fn of(shop: &Shop) -> Self {
        let known = Language::of(&shop.language);
        let code = shop.language.to_ascii_uppercase();
        Self {
            name: known.map_or_else(|| code.clone(), |known| known.name.to_owned()),
            endonym: known.map_or_else(|| code.clone(), |known| known.endonym.to_owned()),
            code,
        }
    }
}
