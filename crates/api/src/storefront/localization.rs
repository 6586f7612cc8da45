//! Where the shop sells and what it speaks: countries, currencies, languages, the buyer's market.

use std::rc::Rc;

use commerce::markets::{self, Market as Row, SoldIn as Country, language_code};
use commerce::shops::Shop;
use graphql::{Error, NoArgs};
use units::{Currency, Language};

use crate::errors::fault;
use crate::scalars::Id;
use crate::{Cx, Registry};

struct Localization {
    countries: Rc<Vec<SoldIn>>,
    country: SoldIn,
    languages: Languages,
    language: Spoken,
    market: Option<Row>,
}

/// A country that the shop sells in, with what it speaks there.
#[derive(Clone)]
struct SoldIn {
    country: Country,
    languages: Languages,
}

/// The languages that the shop speaks, its own first.
type Languages = Rc<Vec<Spoken>>;

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
        .child("availableCountries", |own| own.countries.to_vec())
        .child("availableLanguages", |own| own.languages.to_vec())
        .load("market", market);
    r.object::<SoldIn>("Country")
        .leaf("isoCode", |own| own.country.country.code)
        .leaf("name", |own| own.country.country.name)
        .leaf("unitSystem", |own| {
            if own.country.country.is_imperial() {
                "IMPERIAL_SYSTEM"
            } else {
                "METRIC_SYSTEM"
            }
        })
        .child("currency", |own| own.country.currency)
        .child("market", |own| own.country.market.clone())
        .child("defaultLanguage", |own| own.languages[0].clone())
        .child("availableLanguages", |own| own.languages.to_vec());
    r.object::<Row>("Market")
        .leaf("id", |own| Id(own.id))
        .text("handle", |own| &own.handle);
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
    let languages = Rc::new(spoken(&shop, cx)?);
    let code = match cx.locale()? {
        Some(locale) => language_code(&locale),
        None => language_code(&shop.language),
    };
    let language = languages.iter().find(|own| own.code == code);
    let language = language.cloned().unwrap_or_else(|| languages[0].clone());
    let found = markets::served_countries(&mut cx.tx, &shop).map_err(fault)?;
    let countries: Vec<SoldIn> = found
        .into_iter()
        .map(|country| SoldIn {
            country,
            languages: Rc::clone(&languages),
        })
        .collect();
    let asked = cx.request.market().country.clone();
    let asked = asked.unwrap_or_else(|| shop.country_code.clone());
    let country = countries
        .iter()
        .find(|own| own.country.country.code == asked)
        .cloned()
        .ok_or_else(|| {
            Error::new("The shop's country has no code of ISO 3166-1.")
                .code("INTERNAL_SERVER_ERROR")
        })?;
    Ok(Localization {
        market: country.country.market.clone(),
        countries: Rc::new(countries),
        country,
        languages,
        language,
    })
}

/// The buyer's market.
fn market(all: &[&Localization], _: &NoArgs, _: &mut Cx) -> Vec<Result<Row, Error>> {
    let missing = || Error::new("This shop has no market yet.").code("NOT_FOUND");
    let own = |own: &&Localization| own.market.clone().ok_or_else(missing);
    all.iter().map(own).collect()
}

/// The languages that buyers can choose, the shop's own first.
fn spoken(shop: &Shop, cx: &mut Cx) -> Result<Vec<Spoken>, Error> {
    let mut all = vec![Spoken::of(&shop.language)];
    if shop.more_locales > 0 {
        let more = markets::locales(&mut cx.tx).map_err(fault)?;
        let open = more.iter().filter(|own| own.published);
        all.extend(open.map(|own| Spoken::of(&own.locale)));
    }
    Ok(all)
}

impl Spoken {
    fn of(locale: &str) -> Self {
        let known = Language::of(locale.split('-').next().unwrap_or(locale));
        let code = language_code(locale);
        Self {
            name: known.map_or_else(|| code.clone(), |known| known.name.to_owned()),
            endonym: known.map_or_else(|| code.clone(), |known| known.endonym.to_owned()),
            code,
        }
    }
}
