//! Publishing products and collections by mutations of their own, which `publishablePublish` replaced.

use commerce::catalog::{Publishable, Release};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::{CollectionId, ProductId, PublicationId};

use super::mutations::{PublicationInput, RELEASE, Verb, WITHDRAW, change};
use crate::admin::payload::{Payload, payloads};
use crate::admin::shop::of_payload;
use crate::admin::{collections, products};
use crate::{Registry, Request};

#[derive(Deserialize)]
struct ProductArgs {
    input: ProductInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductInput {
    id: ProductId,
    product_publications: Vec<PublicationInput>,
}

#[derive(Deserialize)]
struct CollectionArgs {
    input: CollectionInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectionInput {
    collection_publications: Vec<CollectionPublicationInput>,
    id: CollectionId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CollectionPublicationInput {
    publication_id: Option<PublicationId>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation(
        "productPublish",
        |cx: MutationCx<Request>, args: ProductArgs| {
            of_product(cx, "productPublish", args.input, RELEASE)
        },
    );
    r.mutation(
        "productUnpublish",
        |cx: MutationCx<Request>, args: ProductArgs| {
            of_product(cx, "productUnpublish", args.input, WITHDRAW)
        },
    );
    r.mutation(
        "collectionPublish",
        |cx: MutationCx<Request>, args: CollectionArgs| {
            of_collection(cx, "collectionPublish", args.input, RELEASE)
        },
    );
    r.mutation(
        "collectionUnpublish",
        |cx: MutationCx<Request>, args: CollectionArgs| {
            of_collection(cx, "collectionUnpublish", args.input, WITHDRAW)
        },
    );
    let names = ["ProductPublishPayload", "ProductUnpublishPayload"];
    payloads(r, &names, "product", products::by_id);
    for name in names {
        r.object::<Payload<ProductId>>(name)
            .load("shop", of_payload::<Payload<ProductId>>);
    }
    let names = ["CollectionPublishPayload", "CollectionUnpublishPayload"];
    payloads(r, &names, "collection", collections::by_id);
    for name in names {
        r.object::<Payload<CollectionId>>(name)
            .load("shop", of_payload::<Payload<CollectionId>>);
    }
}

async fn of_product(
    cx: MutationCx<Request>,
    field: &str,
    input: ProductInput,
    verb: Verb,
) -> Result<Payload<ProductId>, Error> {
    let publications = input.product_publications.iter();
    let releases = publications.map(PublicationInput::release).collect();
    of(
        cx,
        field,
        Publishable::Product(input.id),
        releases,
        verb,
        input.id,
    )
    .await
}

async fn of_collection(
    cx: MutationCx<Request>,
    field: &str,
    input: CollectionInput,
    verb: Verb,
) -> Result<Payload<CollectionId>, Error> {
    let release = |own: &CollectionPublicationInput| Release {
        publication: own.publication_id,
        from: None,
    };
    let releases = input.collection_publications.iter().map(release).collect();
    of(
        cx,
        field,
        Publishable::Collection(input.id),
        releases,
        verb,
        input.id,
    )
    .await
}

/// Publishes or withdraws, and tells of it by the resource's own id.
async fn of<I>(
    cx: MutationCx<Request>,
    field: &str,
    what: Publishable,
    releases: Vec<Release>,
    verb: Verb,
    id: I,
) -> Result<Payload<I>, Error> {
    let done = change(&cx, field, Some(what), releases, verb).await?;
    let mut user_errors = done.user_errors;
    for error in &mut user_errors {
        error.field = Some(vec!["id".to_owned()]);
    }
    Ok(Payload {
        done: done.done.map(|_| id),
        user_errors,
    })
}
