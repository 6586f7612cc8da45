//! Apps, their installation, and the tokens that they make for storefronts.

use commerce::apps::billing::Subscription;
use commerce::apps::{self, App, Scope, Scopes, StorefrontAccessToken, StorefrontTokenError};
use commerce::metafields::Owner;
use commerce::shops::Shop;
use graphql::{Error, MutationCx, NoArgs, Obj, Page, PageArgs, obj};
use serde::Deserialize;
use units::{AppId, AppInstallationId, StorefrontAccessTokenId};

use super::batches::page_in_memory;
use super::billing;
use super::shop::of_payload;
use crate::errors::{UserError, fault};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, Request};

/// The release that answers now, and the one that is being made: each also in words, and
/// whether it may be relied on.
const VERSIONS: [(&str, &str, bool); 2] = [
    ("2026-10", "2026-10 (Latest)", true),
    ("unstable", "unstable", false),
];

/// A release of the API.
#[derive(Clone)]
pub(super) struct ApiVersion(pub(super) String);

/// An app's installation in the shop.
#[derive(Clone)]
struct Installation {
    app: App,
    scopes: Scopes,
}

struct AccessScope(Scope);

/// A link in what an app says.
#[derive(Clone, Copy)]
pub(super) enum Link {}

#[derive(Deserialize)]
struct AppArgs {
    id: Option<AppId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SortArgs {
    sort_key: SortKeys,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SortKeys {
    CreatedAt,
    Id,
}

#[derive(Deserialize)]
struct InstallationArgs {
    id: Option<AppInstallationId>,
}

#[derive(Deserialize)]
struct HandleArgs {
    handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyArgs {
    api_key: String,
}

#[derive(Deserialize)]
struct CreateArgs {
    input: StorefrontAccessTokenInput,
}

#[derive(Deserialize)]
struct StorefrontAccessTokenInput {
    title: String,
}

#[derive(Deserialize)]
struct DeleteArgs {
    input: StorefrontAccessTokenDeleteInput,
}

#[derive(Deserialize)]
struct StorefrontAccessTokenDeleteInput {
    id: StorefrontAccessTokenId,
}

struct CreatePayload {
    token: Option<StorefrontAccessTokenId>,
    user_errors: Vec<UserError>,
}

struct DeletePayload {
    deleted: Option<StorefrontAccessTokenId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("currentAppInstallation", current);
    r.query("appInstallation", |args: &InstallationArgs, cx: &mut Cx| {
        let own = current(&NoArgs, cx)?;
        Ok(Some(own).filter(|own| args.id.is_none_or(|id| id == own.app.installation_id)))
    });
    r.query("app", |args: &AppArgs, cx: &mut Cx| {
        let own = current(&NoArgs, cx)?.app;
        Ok(Some(own).filter(|own| args.id.is_none_or(|id| id == own.id)))
    });
    r.query("appByHandle", |args: &HandleArgs, cx: &mut Cx| {
        let own = current(&NoArgs, cx)?.app;
        Ok(Some(own).filter(|own| own.handle == args.handle))
    });
    r.query("appByKey", |args: &KeyArgs, cx: &mut Cx| {
        let own = current(&NoArgs, cx)?.app;
        Ok(Some(own).filter(|own| own.client_id == args.api_key))
    });
    r.query("publicApiVersions", |_: &NoArgs, _: &mut Cx| {
        Ok(VERSIONS
            .iter()
            .map(|(handle, ..)| ApiVersion((*handle).to_owned()))
            .collect::<Vec<_>>())
    });
    r.object::<ApiVersion>("ApiVersion")
        .text("handle", |own| &own.0)
        .leaf("displayName", |own| {
            let known = VERSIONS.iter().find(|(handle, ..)| *handle == own.0);
            known.map_or_else(|| own.0.clone(), |(_, name, _)| (*name).to_owned())
        })
        .leaf("supported", |own| {
            VERSIONS
                .iter()
                .any(|(handle, _, is)| *handle == own.0 && *is)
        });
    r.object::<AccessScope>("AccessScope")
        .leaf("handle", |own| own.0.as_str())
        .leaf("description", |own| own.0.description());
    installation(r);
    app(r);
    tokens(r);
}

/// The token's own installation, for `node` and `nodes`.
pub(crate) fn installation_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let own = current(&NoArgs, cx)?;
    let one = |id: &i64| (own.app.installation_id.get() == *id).then(|| obj(own.clone()));
    Ok(ids.iter().map(one).collect())
}

/// The token's own app, for `node` and `nodes`.
pub(crate) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let own = current(&NoArgs, cx)?.app;
    let one = |id: &i64| (own.id.get() == *id).then(|| obj(own.clone()));
    Ok(ids.iter().map(one).collect())
}

fn installation(r: &mut Registry) {
    super::metafields::on::<Installation>(r, "AppInstallation", Owner::AppInstallation, |own| {
        own.app.installation_id.get()
    });
    r.object::<Installation>("AppInstallation")
        .leaf("id", |own| Id(own.app.installation_id))
        .child("app", |own| own.app.clone())
        .child("accessScopes", |own| all_of(own.scopes))
        .load_leaf(
            "launchUrl",
            |own: &[&Installation], _: &NoArgs, cx: &mut Cx| {
                let origin = cx.request.origin().to_owned();
                own.iter()
                    .map(|own| Ok(format!("{origin}/admin/apps/{}", own.app.handle)))
                    .collect()
            },
        )
        .leaf("uninstallUrl", |_| None::<String>)
        .load("activeSubscriptions", active)
        .load("subscriptions", active)
        .load(
            "allSubscriptions",
            |own: &[&Installation], (args, sort): &Sorted, cx: &mut Cx| {
                sort.check();
                let page = |own: &&Installation| billing::all_subscriptions(cx, own.app.id, args);
                own.iter().map(page).collect()
            },
        )
        .load(
            "oneTimePurchases",
            |own: &[&Installation], (args, sort): &Sorted, cx: &mut Cx| {
                sort.check();
                let page = |own: &&Installation| billing::all_purchases(cx, own.app.id, args);
                own.iter().map(page).collect()
            },
        );
}

/// A window and its order.
type Sorted = (PageArgs, SortArgs);

impl SortArgs {
    /// Ids rise with time, so that both orders are one.
    fn check(&self) {
        match self.sort_key {
            SortKeys::CreatedAt | SortKeys::Id => {}
        }
    }
}

fn active(own: &[&Installation], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<Subscription>, Error>> {
    own.iter()
        .map(|own| billing::active(cx, own.app.id))
        .collect()
}

fn app(r: &mut Registry) {
    r.object::<App>("App")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text_opt("handle", |own| Some(own.handle.as_str()))
        .text("apiKey", |own| &own.client_id)
        .leaf("description", |_| None::<String>)
        .leaf("developerName", |_| None::<String>)
        .leaf("developerType", |_| "MERCHANT")
        .leaf("embedded", |_| false)
        .leaf("features", |_| Vec::<String>::new())
        .leaf("isPostPurchaseAppInUse", |_| false)
        .leaf("previouslyInstalled", |_| true)
        .leaf("published", |_| false)
        .leaf("shopifyDeveloped", |_| false)
        .leaf("webhookApiVersion", |_| VERSIONS[0].0)
        .child("availableAccessScopes", |_| all_of(Scopes::all()))
        .child("optionalAccessScopes", |_| Vec::<AccessScope>::new())
        .load(
            "requestedAccessScopes",
            |own: &[&App], _: &NoArgs, cx: &mut Cx| {
                let scopes = scopes(cx);
                own.iter().map(|_| Ok(all_of(scopes))).collect()
            },
        )
        .load("installation", |own: &[&App], _: &NoArgs, cx: &mut Cx| {
            let scopes = scopes(cx);
            let one = |app: &&App| {
                Some(Installation {
                    app: (*app).clone(),
                    scopes,
                })
            };
            own.iter().map(|app| Ok(one(app))).collect()
        });
    r.object::<Link>("Link")
        .leaf("label", |own| -> String { match *own {} })
        .leaf("url", |own| -> String { match *own {} });
}

fn tokens(r: &mut Registry) {
    r.object::<StorefrontAccessToken>("StorefrontAccessToken")
        .leaf("id", |own| Id(own.id))
        .text("title", |own| &own.title)
        .text("accessToken", |own| &own.access_token)
        .child("accessScopes", |own| all_of(own.scopes))
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.created_at));
    r.connection::<StorefrontAccessToken>(
        "StorefrontAccessTokenConnection",
        "StorefrontAccessTokenEdge",
    );
    r.object::<Shop>("Shop").load(
        "storefrontAccessTokens",
        |shops: &[&Shop], args: &PageArgs, cx: &mut Cx| {
            shops.iter().map(|_| own_tokens(args, cx)).collect()
        },
    );
    r.mutation("storefrontAccessTokenCreate", token_create);
    r.mutation("storefrontAccessTokenDelete", token_delete);
    r.object::<CreatePayload>("StorefrontAccessTokenCreatePayload")
        .load("shop", of_payload::<CreatePayload>)
        .load("storefrontAccessToken", created)
        .child("userErrors", |own| own.user_errors.clone());
    r.object::<DeletePayload>("StorefrontAccessTokenDeletePayload")
        .leaf("deletedStorefrontAccessTokenId", |own| own.deleted.map(Id))
        .child("userErrors", |own| own.user_errors.clone());
}

fn scopes(cx: &Cx) -> Scopes {
    cx.request
        .authenticated()
        .map_or(Scopes::NONE, |token| token.scopes)
}

fn all_of(scopes: Scopes) -> Vec<AccessScope> {
    scopes.iter().map(AccessScope).collect()
}

fn current(_: &NoArgs, cx: &mut Cx) -> Result<Installation, Error> {
    let id = cx.request.app();
    let mut found = apps::load_many(&mut cx.tx, &[id]).map_err(fault)?;
    let gone = || Error::new("The app is not installed any more.").code("NOT_FOUND");
    Ok(Installation {
        app: found.pop().ok_or_else(gone)?,
        scopes: scopes(cx),
    })
}

fn own_tokens(args: &PageArgs, cx: &mut Cx) -> Result<Page<StorefrontAccessToken>, Error> {
    let app = cx.request.app();
    let all = apps::storefront_access_tokens(&mut cx.tx, app).map_err(fault)?;
    page_in_memory(all, args, |own| own.id.get())
}

/// Makes a public token with those of the app's scopes that a storefront may have.
async fn token_create(cx: MutationCx<Request>, args: CreateArgs) -> Result<CreatePayload, Error> {
    let held = cx
        .request
        .authenticated()
        .map_or(Scopes::NONE, |token| token.scopes);
    let first = held.only_unauthenticated().iter().next();
    let needed = first.unwrap_or(Scope::UnauthenticatedReadProductListings);
    let call = cx.request.permit("storefrontAccessTokenCreate", needed)?;
    let app = cx.request.app();
    let done = cx
        .request
        .write(move |tx| {
            apps::storefront_access_token_create(tx, &call, app, held, &args.input.title)
        })
        .await;
    Ok(match done {
        Ok(id) => CreatePayload {
            token: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => CreatePayload {
            token: None,
            user_errors: vec![user_error(error)?],
        },
    })
}

/// Deletes a public token.
async fn token_delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<DeletePayload, Error> {
    let held = cx
        .request
        .authenticated()
        .map_or(Scopes::NONE, |token| token.scopes);
    let first = held.only_unauthenticated().iter().next();
    let needed = first.unwrap_or(Scope::UnauthenticatedReadProductListings);
    cx.request.permit("storefrontAccessTokenDelete", needed)?;
    let (app, id) = (cx.request.app(), args.input.id);
    let done = cx
        .request
        .write(move |tx| apps::storefront_access_token_delete(tx, app, id))
        .await;
    Ok(match done {
        Ok(()) => DeletePayload {
            deleted: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => DeletePayload {
            deleted: None,
            user_errors: vec![user_error(error)?],
        },
    })
}

fn created(
    payloads: &[&CreatePayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<StorefrontAccessToken>, Error>> {
    payloads
        .iter()
        .map(|payload| match payload.token {
            None => Ok(None),
            Some(id) => Ok(apps::load_storefront_tokens(&mut cx.tx, &[id])
                .map_err(fault)?
                .pop()),
        })
        .collect()
}

fn user_error(error: StorefrontTokenError) -> Result<UserError, Error> {
    let field: &[&str] = match error {
        StorefrontTokenError::Store(cause) => return Err(fault(cause)),
        StorefrontTokenError::TitleBlank | StorefrontTokenError::TitleTooLong => {
            &["input", "title"]
        }
        StorefrontTokenError::NotFound => &["input", "id"],
        StorefrontTokenError::NoScopes | StorefrontTokenError::TooMany => &["input"],
    };
    Ok(UserError::new(field, None, &error))
}
