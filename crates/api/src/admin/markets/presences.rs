//! Where a shop is found on the web, and in which languages.

use commerce::apps::Scope;
use commerce::markets::{self, Locale, Market, WebPresenceInput, locales};
use commerce::shops::Shop;
use graphql::{Error, MutationCx, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{Language, MarketId, MarketWebPresenceId};

use super::market::READ;
use super::markets_by_ids;
use super::refusals::presence_error;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::admin::shop::Domain;
use crate::errors::{fault, spread};
use crate::paging::of_list;
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

/// A language of the shop.
#[derive(Clone)]
pub(in crate::admin) struct ShopLocale {
    pub(in crate::admin) locale: String,
    primary: bool,
    pub(in crate::admin) published: bool,
}

/// Where markets are found: the shop's domain, or a folder below it.
#[derive(Clone)]
pub(super) struct WebPresence {
    id: MarketWebPresenceId,
    domain: String,
    /// What stands behind the language in addresses; none for the domain itself.
    suffix: Option<String>,
    markets: Vec<MarketId>,
    default_locale: ShopLocale,
    alternate_locales: Vec<ShopLocale>,
    folders: Vec<(String, String)>,
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
    /// The shop's domain, and the folders below it.
    pub(super) fn all(cx: &mut Cx) -> Result<Vec<Self>, Error> {
        let shop = cx.shop()?;
        let primary = markets::primary(&mut cx.tx).map_err(fault)?;
        let more = locales(&mut cx.tx).map_err(fault)?;
        let rows = markets::web_presences(&mut cx.tx).map_err(fault)?;
        let placed = markets::web_presences_of_markets(&mut cx.tx).map_err(fault)?;
        let open = more.iter().filter(|own| own.published);
        let mut all = vec![Self {
            id: MarketWebPresenceId(shop.id.get()),
            domain: shop.domain.clone(),
            suffix: None,
            markets: primary.map(|market| market.id).into_iter().collect(),
            default_locale: ShopLocale::own(&shop),
            alternate_locales: open.cloned().map(ShopLocale::from).collect(),
            folders: vec![(shop.language.clone(), String::new())],
        }];
        let named = |locale: &str| {
            let known = more.iter().find(|own| own.locale == locale);
            known.map_or_else(|| ShopLocale::own(&shop), |own| own.clone().into())
        };
        all.extend(rows.into_iter().map(|row| {
            let own = placed.iter().filter(|(_, id)| *id == row.id);
            Self {
                id: row.id,
                domain: shop.domain.clone(),
                markets: own.map(|(market, _)| *market).collect(),
                default_locale: named(&row.default_locale),
                alternate_locales: row
                    .alternate_locales()
                    .iter()
                    .map(|own| named(own))
                    .collect(),
                folders: row.folders(),
                suffix: Some(row.subfolder_suffix),
            }
        }));
        Ok(all)
    }

    /// Where each market is found: its folders, and the primary market at the domain.
    pub(super) fn of_markets(cx: &mut Cx, markets: &[&Market]) -> Result<Vec<Vec<Self>>, Error> {
        let all = Self::all(cx)?;
        let of = |market: &&Market| {
            let own = all.iter().filter(|own| own.markets.contains(&market.id));
            own.cloned().collect()
        };
        Ok(markets.iter().map(of).collect())
    }

    pub(super) fn cursor(&self) -> String {
        self.id.to_string()
    }

    fn root_urls(&self) -> Vec<RootUrl> {
        let url = |(locale, folder): &(String, String)| RootUrl {
            locale: locale.clone(),
            url: match folder.as_str() {
                "" => format!("https://{}/", self.domain),
                folder => format!("https://{}/{folder}/", self.domain),
            },
        };
        self.folders.iter().map(url).collect()
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("webPresences", |args: &PageArgs, cx: &mut Cx| {
        cx.permit("webPresences", READ)?;
        of_list(&WebPresence::all(cx)?, args, WebPresence::cursor).map(Some)
    });
    r.connection::<WebPresence>("MarketWebPresenceConnection", "MarketWebPresenceEdge");
    r.object::<WebPresence>("MarketWebPresence")
        .leaf("id", |own| Id(own.id))
        .load("domain", |all: &[&WebPresence], _: &NoArgs, cx: &mut Cx| {
            // A folder has no domain of its own.
            let shop = cx.shop();
            let own = |own: &&WebPresence| {
                let shop = shop.clone()?;
                Ok(own.suffix.is_none().then(|| Domain::of(&shop)))
            };
            all.iter().map(own).collect()
        })
        .child("defaultLocale", |own| own.default_locale.clone())
        .child("alternateLocales", |own| own.alternate_locales.clone())
        .child("rootUrls", WebPresence::root_urls)
        .text_opt("subfolderSuffix", |own| own.suffix.as_deref())
        .load("market", |all: &[&WebPresence], _: &NoArgs, cx: &mut Cx| {
            let found = markets_of(all, cx);
            let first =
                found.map(|own| own.into_iter().map(|own| own.into_iter().next()).collect());
            spread(first, all.len())
        })
        .load(
            "markets",
            |all: &[&WebPresence], args: &PageArgs, cx: &mut Cx| match markets_of(all, cx) {
                Ok(found) => found
                    .into_iter()
                    .map(|own| page(&own, args).map(Some))
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
                let found = WebPresence::all(cx).map(|known| {
                    let of = |locale: &&ShopLocale| {
                        let has = |own: &&WebPresence| own.speaks(&locale.locale);
                        known.iter().filter(has).cloned().collect::<Vec<_>>()
                    };
                    all.iter().map(of).collect()
                });
                spread(found, all.len())
            },
        );
    presence_mutations(r);
}

impl WebPresence {
    fn speaks(&self, locale: &str) -> bool {
        let mut all = self.alternate_locales.iter().chain([&self.default_locale]);
        all.any(|own| own.locale == locale)
    }
}

fn page(all: &[Market], args: &PageArgs) -> Result<Page<Market>, Error> {
    of_list(all, args, |market| market.id.to_string())
}

fn markets_of(all: &[&WebPresence], cx: &mut Cx) -> Result<Vec<Vec<Market>>, Error> {
    let mut ids: Vec<MarketId> = all.iter().flat_map(|own| own.markets.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let found: Vec<Market> = match ids.is_empty() {
        true => Vec::new(),
        false => markets_by_ids(cx, &ids)?.into_iter().flatten().collect(),
    };
    let of = |own: &&WebPresence| {
        let known = found
            .iter()
            .filter(|market| own.markets.contains(&market.id));
        known.cloned().collect()
    };
    Ok(all.iter().map(of).collect())
}

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    default_locale: String,
    alternate_locales: Option<Vec<String>>,
    domain_id: Option<String>,
    subfolder_suffix: Option<String>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: MarketWebPresenceId,
    input: UpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    default_locale: Option<String>,
    alternate_locales: Option<Vec<String>>,
    subfolder_suffix: Option<String>,
}

#[derive(Deserialize)]
struct DeleteArgs {
    id: MarketWebPresenceId,
}

fn presence_mutations(r: &mut Registry) {
    r.mutation("webPresenceCreate", create);
    r.mutation("webPresenceUpdate", update);
    r.mutation("webPresenceDelete", delete);
    let shown = &["WebPresenceCreatePayload", "WebPresenceUpdatePayload"];
    payloads(r, shown, "webPresence", by_id);
    deleted::<MarketWebPresenceId>(r, "WebPresenceDeletePayload", "deletedId");
}

fn by_id(cx: &mut Cx, id: MarketWebPresenceId) -> Result<Option<WebPresence>, Error> {
    Ok(WebPresence::all(cx)?.into_iter().find(|own| own.id == id))
}

/// Web presences by id, for `node`.
pub(in crate::admin) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    cx.permit("webPresences", READ)?;
    let all = WebPresence::all(cx)?;
    let one = |id: &i64| all.iter().find(|own| own.id.get() == *id).cloned();
    Ok(ids.iter().map(|id| one(id).map(obj)).collect())
}

type Made = Payload<MarketWebPresenceId>;

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<Made, Error> {
    let call = cx
        .request
        .permit("webPresenceCreate", Scope::WriteMarkets)?;
    let input = WebPresenceInput {
        domain: args.input.domain_id,
        subfolder_suffix: args.input.subfolder_suffix,
        default_locale: Some(args.input.default_locale),
        alternate_locales: args.input.alternate_locales,
    };
    let done = cx
        .request
        .write(move |tx| markets::create_web_presence(tx, &call, &input))
        .await;
    Payload::of(done, presence_error)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Made, Error> {
    let call = cx
        .request
        .permit("webPresenceUpdate", Scope::WriteMarkets)?;
    let input = WebPresenceInput {
        domain: None,
        subfolder_suffix: args.input.subfolder_suffix,
        default_locale: args.input.default_locale,
        alternate_locales: args.input.alternate_locales,
    };
    let done = cx
        .request
        .write(move |tx| markets::update_web_presence(tx, &call, args.id, &input))
        .await;
    Payload::of(done, presence_error)
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<Made, Error> {
    cx.request
        .permit("webPresenceDelete", Scope::WriteMarkets)?;
    let done = cx
        .request
        .write(move |tx| markets::delete_web_presence(tx, args.id))
        .await;
    Payload::of(done, presence_error)
}
