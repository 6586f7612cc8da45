//! What custom data says in one market, in the shop's own language.

use commerce::apps::Scope;
use commerce::markets::Market;
use commerce::translations::{
    self, Content, NewTranslation, Resource, TRANSLATIONS_MAX, Translation, TranslationError,
};
use graphql::{Error, MutationCx, NoArgs, Page, PageArgs};
use serde::Deserialize;
use units::{Gid, MarketId};

use super::refusals::localization_error;
use super::resources::{IDS_MAX, IdArgs, IdsArgs, Translatable, contents, known};
use super::{Said, markets};
use crate::admin::batches::map_page;
use crate::admin::payload::Payload;
use crate::errors::spread;
use crate::paging::{of_list, page, page_error, window};
use crate::scalars::DateTime;
use crate::{Cx, Registry, Request};

const READ: Scope = Scope::ReadTranslations;
const WRITE: Scope = Scope::WriteTranslations;

/// A resource that may say something else in a market.
#[derive(Clone)]
struct Localizable(Translatable);

/// A text that may be another in a market.
struct Text(Content);

/// What is said in a market.
#[derive(Clone)]
struct Localized(Said);

type LocalizationsPayload = Payload<Vec<Translation>>;

/// A kind of resource that may say something else in a market.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Metafield,
    Metaobject,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListArgs {
    resource_type: Kind,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MarketArgs {
    market_id: MarketId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisterArgs {
    resource_id: Gid,
    market_localizations: Vec<LocalizationInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LocalizationInput {
    market_id: MarketId,
    key: String,
    value: String,
    market_localizable_content_digest: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemoveArgs {
    resource_id: Gid,
    market_localization_keys: Vec<String>,
    market_ids: Vec<MarketId>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("marketLocalizableResource", |args: &IdArgs, cx: &mut Cx| {
        cx.permit("marketLocalizableResource", READ)?;
        Ok(localizable(cx, std::slice::from_ref(&args.resource_id))?.pop())
    });
    r.query("marketLocalizableResources", list);
    r.query("marketLocalizableResourcesByIds", by_ids);
    r.connection::<Localizable>(
        "MarketLocalizableResourceConnection",
        "MarketLocalizableResourceEdge",
    );
    r.object::<Localizable>("MarketLocalizableResource")
        .leaf("resourceId", |own| own.0.gid())
        .load("marketLocalizableContent", texts)
        .load("marketLocalizations", localizations);
    r.object::<Text>("MarketLocalizableContent")
        .text("key", |own| &own.0.key)
        .text_opt("value", |own| Some(own.0.value.as_str()))
        .leaf("digest", |own| Some(own.0.digest()));
    r.object::<Localized>("MarketLocalization")
        .text("key", |own| &own.0.row.key)
        .text_opt("value", |own| Some(own.0.row.value.as_str()))
        .leaf("outdated", |own| own.0.outdated)
        .leaf("updatedAt", |own| Some(DateTime(own.0.row.updated_at)))
        .load("market", |all: &[&Localized], _: &NoArgs, cx: &mut Cx| {
            spread(market_of(all, cx), all.len())
        });
    r.list_limit(
        "marketLocalizationsRegister.marketLocalizations",
        TRANSLATIONS_MAX + 1,
    );
    r.mutation("marketLocalizationsRegister", put);
    r.mutation("marketLocalizationsRemove", remove);
    for name in [
        "MarketLocalizationsRegisterPayload",
        "MarketLocalizationsRemovePayload",
    ] {
        r.object::<LocalizationsPayload>(name)
            .child("marketLocalizations", |own| {
                let said = |row: &Translation| {
                    Localized(Said {
                        row: row.clone(),
                        outdated: false,
                    })
                };
                let done = own.done.as_ref();
                done.map(|all| all.iter().map(said).collect::<Vec<_>>())
            })
            .child("userErrors", |own| own.user_errors.clone());
    }
}

/// Those of the ids that there are and that markets may change, each once.
fn localizable(cx: &mut Cx, ids: &[Gid]) -> Result<Vec<Localizable>, Error> {
    let mut found = known(cx, ids)?;
    found.retain(|own| translations::is_localizable(own.kind));
    Ok(found.into_iter().map(Localizable).collect())
}

fn list((args, wanted): &(PageArgs, ListArgs), cx: &mut Cx) -> Result<Page<Localizable>, Error> {
    cx.permit("marketLocalizableResources", READ)?;
    let kind = match wanted.resource_type {
        Kind::Metafield => Resource::Metafield,
        Kind::Metaobject => Resource::Metaobject,
    };
    let found = translations::resources_page(&mut cx.tx, cx.request.app(), kind, &window(args)?);
    let found = found.map(page).map_err(page_error)?;
    Ok(map_page(found, |id| Localizable(Translatable { kind, id })))
}

fn by_ids((args, wanted): &(PageArgs, IdsArgs), cx: &mut Cx) -> Result<Page<Localizable>, Error> {
    cx.permit("marketLocalizableResourcesByIds", READ)?;
    if wanted.resource_ids.len() > IDS_MAX {
        let why = format!("At most {IDS_MAX} ids can be given at once.");
        return Err(Error::new(why).code("MAX_INPUT_SIZE_EXCEEDED"));
    }
    let found = localizable(cx, &wanted.resource_ids)?;
    of_list(&found, args, |own| own.0.gid())
}

fn texts(all: &[&Localizable], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<Text>, Error>> {
    let own: Vec<&Translatable> = all.iter().map(|own| &own.0).collect();
    let found = contents(&own, cx).map(|found| {
        let one =
            |own: Option<Vec<Content>>| own.unwrap_or_default().into_iter().map(Text).collect();
        found.into_iter().map(one).collect()
    });
    spread(found, all.len())
}

fn localizations(
    all: &[&Localizable],
    args: &MarketArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<Localized>, Error>> {
    let wanted: Vec<(Resource, i64)> = all.iter().map(|own| (own.0.kind, own.0.id)).collect();
    let found = cx.shop().and_then(|shop| {
        let market = args.market_id.get();
        super::resources::said(cx, &wanted, &shop.language, market)
    });
    let found = found.map(|found| {
        let one = |own: Vec<Said>| own.into_iter().map(Localized).collect();
        found.into_iter().map(one).collect()
    });
    spread(found, all.len())
}

fn market_of(all: &[&Localized], cx: &mut Cx) -> Result<Vec<Market>, Error> {
    let said: Vec<&Said> = all.iter().map(|own| &own.0).collect();
    let gone = || Error::new("The market is gone.");
    let found = markets(&said, cx)?.into_iter();
    found.map(|own| own.ok_or_else(gone)).collect()
}

async fn put(cx: MutationCx<Request>, args: RegisterArgs) -> Result<LocalizationsPayload, Error> {
    let call = cx.request.permit("marketLocalizationsRegister", WRITE)?;
    let new = |given: LocalizationInput| NewTranslation {
        locale: String::new(),
        key: given.key,
        value: given.value,
        digest: given.market_localizable_content_digest,
        market: Some(given.market_id),
    };
    let given: Vec<NewTranslation> = args.market_localizations.into_iter().map(new).collect();
    let Some(resource) = Resource::of_gid(&args.resource_id) else {
        return unknown();
    };
    let app = cx.request.app();
    let done = cx
        .request
        .write(move |tx| {
            translations::check_owner(tx, app, resource)?;
            translations::localize(tx, &call, resource, &given)
        })
        .await;
    Payload::of(done, localization_error)
}

async fn remove(cx: MutationCx<Request>, args: RemoveArgs) -> Result<LocalizationsPayload, Error> {
    cx.request.permit("marketLocalizationsRemove", WRITE)?;
    let Some(resource) = Resource::of_gid(&args.resource_id) else {
        return unknown();
    };
    let (keys, markets) = (args.market_localization_keys, args.market_ids);
    let app = cx.request.app();
    let done = cx
        .request
        .write(move |tx| {
            translations::check_owner(tx, app, resource)?;
            translations::unlocalize(tx, resource, &keys, &markets)
        })
        .await;
    Payload::of(done, localization_error)
}

fn unknown() -> Result<LocalizationsPayload, Error> {
    Payload::of(Err(TranslationError::ResourceNotFound), localization_error)
}
