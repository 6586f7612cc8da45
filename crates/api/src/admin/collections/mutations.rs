//! Making, changing and deleting collections, and putting products in and out of them.

use commerce::apps::Scope;
use commerce::catalog::{self, CatalogError};
use commerce::content::{self, OldAddress};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::{CollectionId, ProductId};

use super::by_id;
use super::inputs::{
    CollectionCreateInput, CollectionFields, CollectionUpdateInput, OldCollectionInput,
};
use crate::admin::jobs::Job;
use crate::admin::products::{Codes, catalog_error};
use crate::admin::shop::of_payload;
use crate::errors::UserError;
use crate::scalars::Id;
use crate::{Cx, Registry, Request};

/// A collection after a mutation, or why it is as it was.
pub(super) struct CollectionPayload {
    pub(super) collection: Option<CollectionId>,
    /// Whether work was asked for that fills it.
    pub(super) is_filled: bool,
    pub(super) user_errors: Vec<UserError>,
}

/// Work on a collection's products, or why it was refused.
pub(super) struct JobPayload {
    pub(super) job: Option<Job>,
    pub(super) user_errors: Vec<UserError>,
}

/// The collection that is gone.
struct DeletePayload {
    deleted: Option<CollectionId>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct CreateArgs {
    collection: Option<CollectionCreateInput>,
    input: Option<OldCollectionInput>,
}

#[derive(Deserialize)]
struct UpdateArgs {
    collection: Option<CollectionUpdateInput>,
    input: Option<OldCollectionInput>,
}

#[derive(Deserialize)]
struct DeleteArgs {
    input: DeleteInput,
}

#[derive(Deserialize)]
struct DeleteInput {
    id: CollectionId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MembersArgs {
    pub(super) id: CollectionId,
    pub(super) product_ids: Vec<ProductId>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("collectionCreate", create);
    r.mutation("collectionUpdate", update);
    r.mutation("collectionDelete", delete);
    r.mutation("collectionAddProducts", add_products);
    r.mutation("collectionRemoveProducts", remove_products);
    for name in [
        "CollectionCreatePayload",
        "CollectionUpdatePayload",
        "CollectionAddProductsPayload",
        "CollectionDuplicatePayload",
    ] {
        r.object::<CollectionPayload>(name)
            .load(
                "collection",
                |all: &[&CollectionPayload], _: &NoArgs, cx: &mut Cx| {
                    let load = |payload: &&CollectionPayload| match payload.collection {
                        None => Ok(None),
                        Some(id) => by_id(cx, id),
                    };
                    all.iter().map(load).collect()
                },
            )
            .child("userErrors", |payload| payload.user_errors.clone());
    }
    for name in ["CollectionUpdatePayload", "CollectionDuplicatePayload"] {
        r.object::<CollectionPayload>(name).load("job", filling);
    }
    for name in [
        "CollectionRemoveProductsPayload",
        "CollectionAddProductsV2Payload",
        "CollectionReorderProductsPayload",
    ] {
        r.object::<JobPayload>(name)
            .child("job", |payload| payload.job.clone())
            .child("userErrors", |payload| payload.user_errors.clone());
    }
    r.object::<DeletePayload>("CollectionDeletePayload")
        .load("shop", of_payload::<DeletePayload>)
        .leaf("deletedCollectionId", |payload| payload.deleted.map(Id))
        .child("userErrors", |payload| payload.user_errors.clone());
}

/// The work that fills a collection: done, or under way.
fn filling(all: &[&CollectionPayload], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Job>, Error>> {
    let job = |payload: &&CollectionPayload| {
        let Some(id) = payload.collection.filter(|_| payload.is_filled) else {
            return Ok(None);
        };
        let found = by_id(cx, id)?;
        Ok(found.map(|own| Job::filling(cx.request.shop(), id, own.swept_to.is_none())))
    };
    all.iter().map(job).collect()
}

impl CollectionPayload {
    fn present(done: Result<CollectionId, CatalogError>, is_filled: bool) -> Result<Self, Error> {
        Ok(match done {
            Ok(id) => Self {
                collection: Some(id),
                is_filled,
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                collection: None,
                is_filled,
                user_errors: catalog_error(error, Codes::None, &[])?,
            },
        })
    }
}

impl JobPayload {
    /// The outcome; the work is done by now.
    pub(super) fn present(
        done: Result<(), CatalogError>,
        job: Job,
        codes: Codes,
    ) -> Result<Self, Error> {
        Ok(match done {
            Ok(()) => Self {
                job: Some(job),
                user_errors: Vec::new(),
            },
            Err(error) => Self {
                job: None,
                user_errors: catalog_error(error, codes, &[])?,
            },
        })
    }
}

fn one_of(
    collection: Option<impl Into<CollectionFields>>,
    input: Option<OldCollectionInput>,
) -> Result<CollectionFields, Error> {
    let given = collection.map(Into::into).or(input.map(Into::into));
    given.ok_or_else(|| {
        Error::new("The argument `collection` is required.").code("missingRequiredArguments")
    })
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<CollectionPayload, Error> {
    let call = cx
        .request
        .permit("collectionCreate", Scope::WriteProducts)?;
    let input = one_of(args.collection, args.input)?.input();
    let done = cx
        .request
        .write(move |tx| catalog::create_collection(tx, &call, &input))
        .await;
    CollectionPayload::present(done, false)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<CollectionPayload, Error> {
    let call = cx
        .request
        .permit("collectionUpdate", Scope::WriteProducts)?;
    let fields = one_of(args.collection, args.input)?;
    let id = fields.id.unwrap_or(CollectionId(0));
    let old = if fields.redirects() {
        OldAddress::Redirect
    } else {
        OldAddress::Forget
    };
    let input = fields.input();
    let is_filled = input.rules.is_some();
    let done = cx
        .request
        .write(move |tx| {
            content::change_collection(tx, &call, old, |tx| {
                catalog::update_collection(tx, &call, id, &input)
            })?;
            Ok(id)
        })
        .await;
    CollectionPayload::present(done, is_filled)
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<DeletePayload, Error> {
    let call = cx
        .request
        .permit("collectionDelete", Scope::WriteProducts)?;
    let id = args.input.id;
    let done = cx
        .request
        .write(move |tx| catalog::delete_collection(tx, &call, id))
        .await;
    Ok(match done {
        Ok(()) => DeletePayload {
            deleted: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => DeletePayload {
            deleted: None,
            user_errors: catalog_error(error, Codes::None, &[])?,
        },
    })
}

async fn add_products(
    cx: MutationCx<Request>,
    args: MembersArgs,
) -> Result<CollectionPayload, Error> {
    let call = cx
        .request
        .permit("collectionAddProducts", Scope::WriteProducts)?;
    let (id, products) = (args.id, args.product_ids);
    let done = cx
        .request
        .write(move |tx| catalog::add_products(tx, &call, id, &products).map(|()| id))
        .await;
    CollectionPayload::present(done, false)
}

async fn remove_products(cx: MutationCx<Request>, args: MembersArgs) -> Result<JobPayload, Error> {
    let call = cx
        .request
        .permit("collectionRemoveProducts", Scope::WriteProducts)?;
    let job = Job::done(&call);
    let done = cx
        .request
        .write(move |tx| catalog::remove_products(tx, &call, args.id, &args.product_ids))
        .await;
    JobPayload::present(done, job, Codes::None)
}
