//! Where a shop is found on the web, and in which languages.

use commerce::markets::{Locale, Market, locales};
use commerce::shops::Shop;
use graphql::{Error, NoArgs, Page, PageArgs};
use units::{Language, MarketId, ShopId};

use super::market::READ;
use super::markets_by_ids;
use crate::admin::shop::Domain;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::{Cx, Registry};

/// A language of the shop.
#[derive(Clone)]
pub(in crate::admin) struct ShopLocale {
    pub(in crate::admin) locale: String,
    primary: bool,
    pub(in crate::admin) published: bool,
}

/// The shop's domain, where all markets are served: the one web presence.
#[derive(Clone)]
pub(super) struct WebPresence {
    shop: ShopId,
    domain: String,
    market: Option<MarketId>,
    default_locale: ShopLocale,
    alternate_locales: Vec<ShopLocale>,
}

/// Where a language is served.
struct RootUrl {
    locale: String,
    url: String,
}

impl ShopLocale {
    /// The shop's own language.
    pub(in crate::admin) fn own(shop: &Shop) -> Self {
        Self {
            locale: shop.language.clone(),
            primary: true,
            published: true,
        }
    }

    fn name(&self) -> String {
        name_of(&self.locale)
    }
}

/// The English name of a locale: `French`, `Portuguese (BR)`.
pub(in crate::admin) fn name_of(locale: &str) -> String {
    let (language, region) = locale.split_once('-').unwrap_or((locale, ""));
    let name = Language::of(language).map_or(locale, |known| known.name);
    match region {
        "" => name.to_owned(),
        region => format!("{name} ({region})"),
    }
}

impl From<Locale> for ShopLocale {
    fn from(row: Locale) -> Self {
        Self {
            locale: row.locale,
            primary: false,
            published: row.published,
        }
    }
}

impl WebPresence {
    /// The shop's web presence.
    fn load(cx: &mut Cx) -> Result<Self, Error> {
        let shop = cx.shop()?;
        let primary = commerce::markets::primary(&mut cx.tx).map_err(fault)?;
        let more = locales(&mut cx.tx).map_err(fault)?;
        Ok(Self {
            shop: shop.id,
            domain: shop.domain.clone(),
            market: primary.map(|market| market.id),
            default_locale: ShopLocale::own(&shop),
            alternate_locales: more
                .into_iter()
                .filter(|own| own.published)
                .map(ShopLocale::from)
                .collect(),
        })
    }

    /// The web presence of each market: the primary market's; others share it.
    pub(super) fn of_markets(cx: &mut Cx, markets: &[&Market]) -> Result<Vec<Option<Self>>, Error> {
        let own = Self::load(cx)?;
        let of = |market: &&Market| market.is_primary.then(|| own.clone());
        Ok(markets.iter().map(of).collect())
    }

    pub(super) fn cursor(&self) -> String {
        self.id()
    }

    fn id(&self) -> String {
        format!("gid://shopify/MarketWebPresence/{}", self.shop.get())
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("webPresences", |args: &PageArgs, cx: &mut Cx| {
        cx.permit("webPresences", READ)?;
        let own = WebPresence::load(cx)?;
        of_list(&[own], args, WebPresence::cursor).map(Some)
    });
    r.connection::<WebPresence>("MarketWebPresenceConnection", "MarketWebPresenceEdge");
    r.object::<WebPresence>("MarketWebPresence")
        .leaf("id", WebPresence::id)
        .load("domain", |all: &[&WebPresence], _: &NoArgs, cx: &mut Cx| {
            let shop = cx.shop();
            all.iter()
                .map(|_| shop.clone().map(|shop| Some(Domain::of(&shop))))
                .collect()
        })
        .child("defaultLocale", |own| own.default_locale.clone())
        .child("alternateLocales", |own| own.alternate_locales.clone())
        .child("rootUrls", |own| {
            vec![RootUrl {
                locale: own.default_locale.locale.clone(),
                url: format!("https://{}/", own.domain),
            }]
        })
        .text_opt("subfolderSuffix", |_| None)
        .load("market", |all: &[&WebPresence], _: &NoArgs, cx: &mut Cx| {
            spread(markets(all, cx), all.len())
        })
        .load(
            "markets",
            |all: &[&WebPresence], args: &PageArgs, cx: &mut Cx| match markets(all, cx) {
                Ok(found) => found
                    .into_iter()
                    .map(|own| page(&Vec::from_iter(own), args).map(Some))
                    .collect(),
                Err(error) => spread(Err(error), all.len()),
            },
        );
    r.object::<RootUrl>("MarketWebPresenceRootUrl")
        .text("locale", |own| &own.locale)
        .text("url", |own| &own.url);
    r.object::<ShopLocale>("ShopLocale")
        .text("locale", |own| &own.locale)
        .leaf("name", ShopLocale::name)
        .leaf("primary", |own| own.primary)
        .leaf("published", |own| own.published)
        .load(
            "marketWebPresences",
            |all: &[&ShopLocale], _: &NoArgs, cx: &mut Cx| {
                let own = WebPresence::load(cx);
                let of = |locale: &&ShopLocale| {
                    let served = locale.published;
                    let own = own.clone();
                    own.map(|own| Vec::from_iter(Some(own).filter(|_| served)))
                };
                all.iter().map(of).collect()
            },
        );
}

fn page(all: &[Market], args: &PageArgs) -> Result<Page<Market>, Error> {
    of_list(all, args, |market| market.id.to_string())
}

fn markets(all: &[&WebPresence], cx: &mut Cx) -> Result<Vec<Option<Market>>, Error> {
    let Some(id) = all.iter().find_map(|own| own.market) else {
        return Ok(all.iter().map(|_| None).collect());
    };
    let found = markets_by_ids(cx, &[id])?.pop().flatten();
    Ok(all.iter().map(|_| found.clone()).collect())
}
