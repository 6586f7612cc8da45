//! Publications of catalogs: making, changing and removing them.

use commerce::apps::Scope;
use commerce::markets::{self, Begins, CatalogError, CatalogInput, PublicationError};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::{CatalogId, Gid, ProductId, PublicationId};

use super::by_id;
use crate::admin::payload::{Payload, deleted, payloads};
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Registry, Request};

const WRITE: Scope = Scope::WritePublications;

#[derive(Deserialize)]
struct CreateArgs {
    input: CreateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateInput {
    auto_publish: Option<bool>,
    catalog_id: Option<CatalogId>,
    default_state: Option<DefaultState>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DefaultState {
    AllProducts,
    Empty,
}

#[derive(Deserialize)]
struct UpdateArgs {
    id: PublicationId,
    input: UpdateInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateInput {
    auto_publish: Option<bool>,
    publishables_to_add: Option<Vec<Gid>>,
    publishables_to_remove: Option<Vec<Gid>>,
}

#[derive(Deserialize)]
struct IdArgs {
    id: PublicationId,
}

/// Why a publication or its catalog is refused.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Publication(#[from] PublicationError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("publicationCreate", create);
    r.mutation("publicationUpdate", update);
    r.mutation("publicationDelete", delete);
    let shown = &["PublicationCreatePayload", "PublicationUpdatePayload"];
    payloads(r, shown, "publication", by_id);
    deleted::<PublicationId>(r, "PublicationDeletePayload", "deletedId");
    user_error_with_code(r, "PublicationUserError");
}

async fn create(
    cx: MutationCx<Request>,
    args: CreateArgs,
) -> Result<Payload<PublicationId>, Error> {
    let call = cx.request.permit("publicationCreate", WRITE)?;
    let begins = match args.input.default_state {
        Some(DefaultState::AllProducts) => Begins::All,
        Some(DefaultState::Empty) | None => Begins::Empty,
    };
    let auto = args.input.auto_publish.unwrap_or(false);
    let catalog = args.input.catalog_id;
    let done = cx
        .request
        .write(move |tx| -> Result<PublicationId, Refused> {
            if let Some(catalog) = catalog
                && markets::catalogs(tx, &[catalog])?
                    .into_iter()
                    .flatten()
                    .next()
                    .is_none()
            {
                return Err(CatalogError::NotFound.into());
            }
            let id = markets::create_publication(tx, &call, begins, auto)?;
            if let Some(catalog) = catalog {
                let input = CatalogInput {
                    publication: Some(Some(id)),
                    ..CatalogInput::default()
                };
                markets::update_catalog(tx, &call, catalog, &input)?;
            }
            Ok(id)
        })
        .await;
    Payload::of(done, user_error)
}

async fn update(
    cx: MutationCx<Request>,
    args: UpdateArgs,
) -> Result<Payload<PublicationId>, Error> {
    let call = cx.request.permit("publicationUpdate", WRITE)?;
    let products = |given: Option<Vec<Gid>>| -> Option<Vec<ProductId>> {
        let one = |gid: Gid| (gid.kind == ProductId::KIND).then_some(ProductId(gid.number));
        given.unwrap_or_default().into_iter().map(one).collect()
    };
    let (add, remove) = (
        products(args.input.publishables_to_add),
        products(args.input.publishables_to_remove),
    );
    let (Some(add), Some(remove)) = (add, remove) else {
        let field = ["input", "publishablesToAdd"];
        let why = "Only products can be in the publication of a catalog.";
        let refused = UserError::new(&field, "INVALID_PUBLISHABLE_ID", &why);
        return Ok(Payload::refused(refused));
    };
    let auto = args.input.auto_publish;
    let done = cx
        .request
        .write(move |tx| {
            markets::update_publication(tx, &call, args.id, auto, &add, &remove)
                .map_err(Refused::from)
        })
        .await;
    Payload::of(done, user_error)
}

async fn delete(cx: MutationCx<Request>, args: IdArgs) -> Result<Payload<PublicationId>, Error> {
    cx.request.permit("publicationDelete", WRITE)?;
    let done = cx
        .request
        .write(move |tx| markets::delete_publication(tx, args.id).map_err(Refused::from))
        .await;
    Payload::of(done, user_error)
}

fn user_error(error: Refused) -> Result<UserError, Error> {
    let (field, code): (&[&str], _) = match &error {
        Refused::Store(_)
        | Refused::Publication(PublicationError::Store(_))
        | Refused::Catalog(CatalogError::Store(_)) => (&[], ""),
        Refused::Publication(PublicationError::NotFound) => (&["id"], "PUBLICATION_NOT_FOUND"),
        Refused::Publication(PublicationError::ProductNotFound(_)) => {
            (&["input", "publishablesToAdd"], "INVALID_PUBLISHABLE_ID")
        }
        Refused::Publication(PublicationError::TooMany | PublicationError::TooManyProducts) => {
            (&["input"], "INVALID")
        }
        Refused::Catalog(CatalogError::NotFound) => (&["input", "catalogId"], "CATALOG_NOT_FOUND"),
        Refused::Catalog(_) => (&["input", "catalogId"], "INVALID"),
    };
    match error {
        Refused::Store(cause)
        | Refused::Publication(PublicationError::Store(cause))
        | Refused::Catalog(CatalogError::Store(cause)) => Err(fault(cause)),
        error => Ok(UserError::new(field, code, &error)),
    }
}
