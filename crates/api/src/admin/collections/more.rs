//! Putting a collection's products in order, and copying it.

use commerce::apps::Scope;
use commerce::catalog::{self, CatalogError, Placement, Publications, Why};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::{CollectionId, ProductId};

use super::mutations::{CollectionPayload, JobPayload, MembersArgs};
use crate::admin::jobs::Job;
use crate::admin::products::{Codes, catalog_error};
use crate::errors::{UserError, user_error_with_code};
use crate::scalars::DecimalInput;
use crate::{Registry, Request};

#[derive(Deserialize)]
struct ReorderArgs {
    id: CollectionId,
    moves: Vec<MoveInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MoveInput {
    id: ProductId,
    /// A place, in quotes or bare.
    new_position: DecimalInput,
}

#[derive(Deserialize)]
struct DuplicateArgs {
    input: DuplicateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DuplicateInput {
    collection_id: CollectionId,
    copy_publications: bool,
    new_title: String,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("collectionAddProductsV2", add_products);
    r.mutation("collectionReorderProducts", reorder);
    r.mutation("collectionDuplicate", duplicate);
    for name in [
        "CollectionAddProductsV2UserError",
        "CollectionReorderProductsUserError",
        "CollectionDuplicateUserError",
    ] {
        user_error_with_code(r, name);
    }
}

/// The refusals with this file's codes.
fn refusals(
    error: CatalogError,
    code: fn(&Why) -> Option<&'static str>,
    within: &[&str],
) -> Result<Vec<UserError>, Error> {
    let codes: Vec<Option<&'static str>> = match &error {
        CatalogError::Store(_) => Vec::new(),
        CatalogError::Refused(refused) => refused.iter().map(|own| code(&own.why)).collect(),
    };
    let shown = catalog_error(error, Codes::None, within)?;
    let coded = shown.into_iter().zip(codes);
    Ok(coded.map(|(own, code)| UserError { code, ..own }).collect())
}

async fn add_products(cx: MutationCx<Request>, args: MembersArgs) -> Result<JobPayload, Error> {
    let call = cx
        .request
        .permit("collectionAddProductsV2", Scope::WriteProducts)?;
    let job = Job::done(&call);
    let done = cx
        .request
        .write(move |tx| catalog::add_products(tx, &call, args.id, &args.product_ids))
        .await;
    present(done, job, |why| match why {
        Why::CollectionMissing => Some("COLLECTION_DOES_NOT_EXIST"),
        Why::SmartJoin => Some("CANT_ADD_TO_SMART_COLLECTION"),
        _ => None,
    })
}

async fn reorder(cx: MutationCx<Request>, args: ReorderArgs) -> Result<JobPayload, Error> {
    let call = cx
        .request
        .permit("collectionReorderProducts", Scope::WriteProducts)?;
    let job = Job::done(&call);
    let place = |one: &MoveInput| Placement {
        product: one.id,
        position: one.new_position.place(),
    };
    let moves: Vec<Placement> = args.moves.iter().map(place).collect();
    let done = cx
        .request
        .write(move |tx| catalog::reorder_products(tx, &call, args.id, &moves))
        .await;
    present(done, job, |why| match why {
        Why::CollectionMissing => Some("COLLECTION_NOT_FOUND"),
        Why::NotOrderedByHand => Some("MANUALLY_SORTED_COLLECTION"),
        _ => Some("INVALID_MOVE"),
    })
}

fn present(
    done: Result<(), CatalogError>,
    job: Job,
    code: fn(&Why) -> Option<&'static str>,
) -> Result<JobPayload, Error> {
    Ok(match done {
        Ok(()) => JobPayload {
            job: Some(job),
            user_errors: Vec::new(),
        },
        Err(error) => JobPayload {
            job: None,
            user_errors: refusals(error, code, &[])?,
        },
    })
}

async fn duplicate(
    cx: MutationCx<Request>,
    args: DuplicateArgs,
) -> Result<CollectionPayload, Error> {
    let call = cx
        .request
        .permit("collectionDuplicate", Scope::WriteProducts)?;
    let input = args.input;
    let publications = if input.copy_publications {
        Publications::Copy
    } else {
        Publications::Leave
    };
    let done = cx
        .request
        .write(move |tx| {
            let (id, title) = (input.collection_id, &input.new_title);
            catalog::duplicate_collection(tx, &call, id, title, publications)
        })
        .await;
    let code = |why: &Why| match why {
        Why::CollectionMissing => Some("COLLECTION_NOT_FOUND"),
        _ => None,
    };
    Ok(match done {
        Ok(id) => CollectionPayload {
            collection: Some(id),
            is_filled: true,
            user_errors: Vec::new(),
        },
        Err(error) => CollectionPayload {
            collection: None,
            is_filled: true,
            user_errors: refusals(error, code, &["input"])?,
        },
    })
}
