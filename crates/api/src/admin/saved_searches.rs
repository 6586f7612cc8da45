//! Searches that the merchant kept.

use commerce::apps::Scope;
use commerce::saved_searches::{
    self, ResourceType, SavedSearch, SavedSearchError, SearchFilter, parts,
};
use graphql::{Error, MutationCx, Obj, Page, PageArgs};
use serde::Deserialize;
use units::SavedSearchId;

use super::batches::as_nodes;
use super::enums::input_enum;
use super::payload::{Payload, payloads};
use super::shop;
use crate::errors::{UserError, fault};
use crate::paging::{page, page_error, window};
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

input_enum! {
    /// What a search finds.
    SearchResultType(ResourceType)
}

/// The lists of searches: field, what they find, and who may read them.
const LISTS: &[(&str, ResourceType, Scope)] = &[
    (
        "automaticDiscountSavedSearches",
        ResourceType::PriceRule,
        Scope::ReadDiscounts,
    ),
    (
        "codeDiscountSavedSearches",
        ResourceType::PriceRule,
        Scope::ReadDiscounts,
    ),
    (
        "collectionSavedSearches",
        ResourceType::Collection,
        Scope::ReadProducts,
    ),
    (
        "draftOrderSavedSearches",
        ResourceType::DraftOrder,
        Scope::ReadDraftOrders,
    ),
    ("fileSavedSearches", ResourceType::File, Scope::ReadFiles),
    ("orderSavedSearches", ResourceType::Order, Scope::ReadOrders),
    (
        "productSavedSearches",
        ResourceType::Product,
        Scope::ReadProducts,
    ),
    (
        "urlRedirectSavedSearches",
        ResourceType::UrlRedirect,
        Scope::ReadOnlineStoreNavigation,
    ),
];

/// The search that a list may name beside its query.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SavedArgs {
    saved_search_id: Option<SavedSearchId>,
}

impl SavedArgs {
    /// What is searched for: by the query, by the search that is named, or by both.
    pub(super) fn with(&self, cx: &mut Cx, query: Option<&str>) -> Result<String, Error> {
        joined(cx, query, self.saved_search_id)
    }
}

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    resource_type: SearchResultType,
    name: String,
    query: String,
}

#[derive(Deserialize)]
struct UpdateArgs {
    input: UpdateInput,
}

#[derive(Deserialize)]
struct UpdateInput {
    id: SavedSearchId,
    name: Option<String>,
    query: Option<String>,
}

#[derive(Deserialize)]
struct DeleteArgs {
    input: DeleteInput,
}

#[derive(Deserialize)]
struct DeleteInput {
    id: SavedSearchId,
}

pub(super) fn register(r: &mut Registry) {
    for (field, kind, scope) in LISTS {
        r.query(field, move |args: &PageArgs, cx: &mut Cx| {
            list(field, *kind, *scope, args, cx)
        });
    }
    r.connection::<SavedSearch>("SavedSearchConnection", "SavedSearchEdge");
    r.object::<SavedSearch>("SavedSearch")
        .leaf("id", |own| Id(own.id))
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .text("name", |own| &own.name)
        .text("query", |own| &own.query)
        .leaf("resourceType", |own| own.resource_type.as_str())
        .leaf("searchTerms", |own| parts(&own.query).1)
        .child("filters", |own| parts(&own.query).0);
    r.object::<SearchFilter>("SearchFilter")
        .text("key", |own| &own.key)
        .text("value", |own| &own.value);
    r.mutation("savedSearchCreate", create);
    r.mutation("savedSearchUpdate", update);
    r.mutation("savedSearchDelete", delete);
    let shown = &["SavedSearchCreatePayload", "SavedSearchUpdatePayload"];
    payloads(r, shown, "savedSearch", by_id);
    r.object::<Payload<SavedSearchId>>("SavedSearchDeletePayload")
        .leaf("deletedSavedSearchId", |payload| payload.done.map(Id))
        .load("shop", shop::of_payload)
        .child("userErrors", |payload| payload.user_errors.clone());
}

fn list(
    field: &str,
    kind: ResourceType,
    scope: Scope,
    args: &PageArgs,
    cx: &mut Cx,
) -> Result<Page<SavedSearch>, Error> {
    cx.permit(field, scope)?;
    let found = saved_searches::list(&mut cx.tx, kind, &window(args)?);
    found.map(page).map_err(page_error)
}

fn by_id(cx: &mut Cx, id: SavedSearchId) -> Result<Option<SavedSearch>, Error> {
    let found = saved_searches::by_ids(&mut cx.tx, &[id]).map_err(fault)?;
    Ok(found.into_iter().next().flatten())
}

/// The query of a list that may name a search, too: what is found fits both.
pub(super) fn joined(
    cx: &mut Cx,
    query: Option<&str>,
    saved: Option<SavedSearchId>,
) -> Result<String, Error> {
    let query = query.unwrap_or_default();
    let Some(id) = saved else {
        return Ok(query.to_owned());
    };
    let kept = by_id(cx, id)?
        .ok_or_else(|| Error::new("The saved search does not exist.").code("BAD_REQUEST"))?;
    Ok(match query.trim() {
        "" => kept.query,
        query => format!("({}) AND ({query})", kept.query),
    })
}

/// The scope to write what a search finds.
const fn needed(kind: ResourceType) -> Scope {
    match kind {
        ResourceType::Product | ResourceType::Collection => Scope::WriteProducts,
        ResourceType::Order => Scope::WriteOrders,
        ResourceType::DraftOrder => Scope::WriteDraftOrders,
        ResourceType::Customer => Scope::WriteCustomers,
        ResourceType::File => Scope::WriteFiles,
        ResourceType::PriceRule | ResourceType::DiscountRedeemCode => Scope::WriteDiscounts,
        ResourceType::UrlRedirect => Scope::WriteOnlineStoreNavigation,
        ResourceType::Article | ResourceType::Blog | ResourceType::Page => Scope::WriteContent,
    }
}

/// Keeps a search.
async fn create(
    cx: MutationCx<Request>,
    args: CreateArgs,
) -> Result<Payload<SavedSearchId>, Error> {
    let CreateInput {
        resource_type,
        name,
        query,
    } = args.input;
    let kind = resource_type.0;
    let call = cx.request.permit("savedSearchCreate", needed(kind))?;
    let done = cx
        .request
        .write(move |tx| saved_searches::create(tx, &call, kind, &name, &query))
        .await;
    Payload::of(done, user_error)
}

/// Changes a search.
async fn update(
    cx: MutationCx<Request>,
    args: UpdateArgs,
) -> Result<Payload<SavedSearchId>, Error> {
    let UpdateInput { id, name, query } = args.input;
    permit(&cx.request, "savedSearchUpdate", id).await?;
    let done = cx
        .request
        .write(move |tx| saved_searches::update(tx, id, name.as_deref(), query.as_deref()))
        .await;
    Payload::of(done, user_error)
}

/// Forgets a search.
async fn delete(
    cx: MutationCx<Request>,
    args: DeleteArgs,
) -> Result<Payload<SavedSearchId>, Error> {
    let id = args.input.id;
    permit(&cx.request, "savedSearchDelete", id).await?;
    let done = cx
        .request
        .write(move |tx| saved_searches::delete(tx, id))
        .await;
    Payload::of(done, user_error)
}

/// Which scope is needed follows from what the search finds.
async fn permit(request: &Request, field: &str, id: SavedSearchId) -> Result<(), Error> {
    let found = request
        .read(move |tx| saved_searches::by_ids(tx, &[id]))
        .await;
    let found = found.and_then(|found| found).map_err(fault)?;
    let kind = found
        .into_iter()
        .flatten()
        .next()
        .map(|own| own.resource_type);
    let scope = kind.map_or(Scope::WriteProducts, needed);
    request.permit(field, scope).map(drop)
}

fn user_error(error: SavedSearchError) -> Result<UserError, Error> {
    let field: &[&str] = match &error {
        SavedSearchError::Store(_) | SavedSearchError::TooMany => &[],
        SavedSearchError::NotFound => &["input", "id"],
        SavedSearchError::NameBlank
        | SavedSearchError::NameTooLong
        | SavedSearchError::NameTaken => &["input", "name"],
        SavedSearchError::QueryBlank | SavedSearchError::QueryTooLong => &["input", "query"],
    };
    let shown = UserError::new(field, None, &error);
    match error {
        SavedSearchError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}

/// Searches by id, for `node`.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let ids: Vec<SavedSearchId> = ids.iter().copied().map(SavedSearchId).collect();
    as_nodes(saved_searches::by_ids(&mut cx.tx, &ids))
}
