//! Registering translations, and taking them back.

use commerce::apps::Scope;
use commerce::translations::{
    self, NewTranslation, Removal, Resource, TRANSLATIONS_MAX, Translation, TranslationError,
};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::{Gid, MarketId};

use super::Said;
use super::refusals::user_error;
use crate::admin::payload::Payload;
use crate::{Registry, Request};

const WRITE: Scope = Scope::WriteTranslations;

type TranslationsPayload = Payload<Vec<Translation>>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegisterArgs {
    resource_id: Gid,
    translations: Vec<TranslationInput>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct TranslationInput {
    locale: String,
    key: String,
    value: String,
    translatable_content_digest: String,
    market_id: Option<MarketId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RemoveArgs {
    resource_id: Gid,
    locales: Vec<String>,
    translation_keys: Vec<String>,
    market_ids: Option<Vec<MarketId>>,
}

pub(super) fn register(r: &mut Registry) {
    r.list_limit("translationsRegister.translations", TRANSLATIONS_MAX + 1);
    r.mutation("translationsRegister", put);
    r.mutation("translationsRemove", remove);
    for name in ["TranslationsRegisterPayload", "TranslationsRemovePayload"] {
        r.object::<TranslationsPayload>(name)
            .child("translations", |own| {
                let said = |row: &Translation| Said {
                    row: row.clone(),
                    outdated: false,
                };
                let done = own.done.as_ref();
                done.map(|all| all.iter().map(said).collect::<Vec<_>>())
            })
            .child("userErrors", |own| own.user_errors.clone());
    }
}

async fn put(cx: MutationCx<Request>, args: RegisterArgs) -> Result<TranslationsPayload, Error> {
    let call = cx.request.permit("translationsRegister", WRITE)?;
    let new = |given: TranslationInput| NewTranslation {
        locale: given.locale,
        key: given.key,
        value: given.value,
        digest: given.translatable_content_digest,
        market: given.market_id,
    };
    let given: Vec<NewTranslation> = args.translations.into_iter().map(new).collect();
    let Some(resource) = Resource::of_gid(&args.resource_id) else {
        return unknown();
    };
    let app = cx.request.app();
    let done = cx
        .request
        .write(move |tx| {
            translations::check_owner(tx, app, resource)?;
            translations::register(tx, &call, resource, &given)
        })
        .await;
    Payload::of(done, user_error)
}

async fn remove(cx: MutationCx<Request>, args: RemoveArgs) -> Result<TranslationsPayload, Error> {
    cx.request.permit("translationsRemove", WRITE)?;
    let removal = Removal {
        locales: args.locales,
        keys: args.translation_keys,
        markets: args.market_ids.unwrap_or_default(),
    };
    let Some(resource) = Resource::of_gid(&args.resource_id) else {
        return unknown();
    };
    let app = cx.request.app();
    let done = cx
        .request
        .write(move |tx| {
            translations::check_owner(tx, app, resource)?;
            translations::remove(tx, resource, &removal)
        })
        .await;
    Payload::of(done, user_error)
}

fn unknown() -> Result<TranslationsPayload, Error> {
    Payload::of(Err(TranslationError::ResourceNotFound), user_error)
}
