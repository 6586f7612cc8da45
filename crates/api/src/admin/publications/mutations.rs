//! Publishing and withdrawing.

use commerce::Call;
use commerce::apps::Scope;
use commerce::catalog::{self, ONLINE_STORE, PublishError, Publishable, Release};
use commerce::markets::{self, PublicationError, Shown};
use graphql::{Error, Maybe, MutationCx, Obj, obj};
use serde::Deserialize;
use store::Tx;
use units::{CollectionId, Gid, ProductId, PublicationId, Timestamp};

use crate::admin::payload::{Payload, payloads};
use crate::admin::shop::of_payload;
use crate::errors::{UserError, fault};
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
struct PublishArgs {
    id: Gid,
    input: Vec<PublicationInput>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct PublicationInput {
    publication_id: Option<PublicationId>,
    #[serde(default)]
    publish_date: Maybe<Timestamp>,
}

#[derive(Deserialize)]
struct CurrentArgs {
    id: Gid,
}

/// A product or collection after a mutation.
type PublishPayload = Payload<Publishable>;

pub(super) fn register(r: &mut Registry) {
    r.mutation("publishablePublish", publish);
    r.mutation("publishableUnpublish", unpublish);
    r.mutation("publishablePublishToCurrentChannel", publish_to_current);
    r.mutation("publishableUnpublishToCurrentChannel", unpublish_to_current);
    let names = [
        "PublishablePublishPayload",
        "PublishableUnpublishPayload",
        "PublishablePublishToCurrentChannelPayload",
        "PublishableUnpublishToCurrentChannelPayload",
    ];
    payloads(r, &names, "publishable", shown);
    for name in names {
        r.object::<PublishPayload>(name)
            .load("shop", of_payload::<PublishPayload>);
    }
}

fn shown(cx: &mut Cx, what: Publishable) -> Result<Option<Obj>, Error> {
    Ok(match what {
        Publishable::Product(id) => {
            let found = catalog::products(&mut cx.tx, &[id]).map_err(fault)?.pop();
            found.flatten().map(obj)
        }
        Publishable::Collection(id) => {
            let found = catalog::collections(&mut cx.tx, &[id])
                .map_err(fault)?
                .pop();
            found.flatten().map(obj)
        }
    })
}

/// What an id means that can be published by itself; variants are sold with their product.
fn meant(id: &Gid) -> Option<Publishable> {
    match id.kind.as_str() {
        ProductId::KIND => Some(Publishable::Product(ProductId(id.number))),
        CollectionId::KIND => Some(Publishable::Collection(CollectionId(id.number))),
        _ => None,
    }
}

impl PublicationInput {
    pub(super) fn release(&self) -> Release {
        Release {
            publication: self.publication_id,
            from: match self.publish_date {
                Maybe::Value(from) => Some(from),
                Maybe::Undefined | Maybe::Null => None,
            },
        }
    }
}

/// Shows a product or collection in the online store, at once or from a moment on.
async fn publish(cx: MutationCx<Request>, args: PublishArgs) -> Result<PublishPayload, Error> {
    let releases = args.input.iter().map(PublicationInput::release).collect();
    change(
        &cx,
        "publishablePublish",
        meant(&args.id),
        releases,
        RELEASE,
    )
    .await
}

/// Takes a product or collection out of the online store.
async fn unpublish(cx: MutationCx<Request>, args: PublishArgs) -> Result<PublishPayload, Error> {
    let releases = args.input.iter().map(PublicationInput::release).collect();
    let field = "publishableUnpublish";
    change(&cx, field, meant(&args.id), releases, WITHDRAW).await
}

/// The publication that apps work with: the online store.
fn current() -> Vec<Release> {
    vec![Release {
        publication: Some(ONLINE_STORE),
        from: None,
    }]
}

async fn publish_to_current(
    cx: MutationCx<Request>,
    args: CurrentArgs,
) -> Result<PublishPayload, Error> {
    let field = "publishablePublishToCurrentChannel";
    change(&cx, field, meant(&args.id), current(), RELEASE).await
}

async fn unpublish_to_current(
    cx: MutationCx<Request>,
    args: CurrentArgs,
) -> Result<PublishPayload, Error> {
    let field = "publishableUnpublishToCurrentChannel";
    change(&cx, field, meant(&args.id), current(), WITHDRAW).await
}

/// Publishing or withdrawing: in the online store, and in catalogs.
#[derive(Clone, Copy)]
pub(super) struct Verb {
    online: fn(&mut Tx, &Call, Publishable, &[Release]) -> Result<(), PublishError>,
    in_catalogs: Shown,
}

pub(super) const RELEASE: Verb = Verb {
    online: catalog::release,
    in_catalogs: Shown::Yes,
};
pub(super) const WITHDRAW: Verb = Verb {
    online: catalog::withdraw,
    in_catalogs: Shown::No,
};

/// Publishes or withdraws what is meant, as a mutation asks.
pub(super) async fn change(
    cx: &MutationCx<Request>,
    field: &str,
    meant: Option<Publishable>,
    releases: Vec<Release>,
    verb: Verb,
) -> Result<PublishPayload, Error> {
    let call = cx.request.permit(field, Scope::WritePublications)?;
    let done = match meant {
        None => Err(PublishError::NotFound),
        Some(what) => {
            cx.request
                .write(move |tx| {
                    let (catalogs, online) = parted(tx, what, &releases)?;
                    if !online.is_empty() || releases.is_empty() {
                        (verb.online)(tx, &call, what, &online)?;
                    }
                    in_catalogs(tx, what, &catalogs, verb.in_catalogs).map(|()| what)
                })
                .await
        }
    };
    Payload::of(done, user_error)
}

/// The publications of catalogs that releases of a product name, and the other releases.
fn parted(
    tx: &mut Tx,
    what: Publishable,
    releases: &[Release],
) -> Result<(Vec<PublicationId>, Vec<Release>), PublishError> {
    if !matches!(what, Publishable::Product(_)) {
        return Ok((Vec::new(), releases.to_vec()));
    }
    let ids: Vec<PublicationId> = releases.iter().filter_map(|own| own.publication).collect();
    let found = markets::publications(tx, &ids)?;
    let known: Vec<PublicationId> = found.iter().flatten().map(|own| own.id).collect();
    let other = |own: &&Release| own.publication.is_none_or(|id| !known.contains(&id));
    let others = releases.iter().filter(other).copied().collect();
    Ok((known, others))
}

/// Publishes a product in catalogs, or takes it out of them.
fn in_catalogs(
    tx: &mut Tx,
    what: Publishable,
    catalogs: &[PublicationId],
    shown: Shown,
) -> Result<(), PublishError> {
    let Publishable::Product(product) = what else {
        return Ok(());
    };
    for id in catalogs {
        match markets::set_shown(tx, *id, &[product], shown) {
            Ok(()) => {}
            Err(PublicationError::Store(cause)) => return Err(cause.into()),
            Err(_) => return Err(PublishError::NotFound),
        }
    }
    Ok(())
}

fn user_error(error: PublishError) -> Result<UserError, Error> {
    let at;
    let field: &[&str] = match &error {
        PublishError::Store(_) => &[],
        PublishError::NotFound | PublishError::Other(_) => &["id"],
        PublishError::TooMany => &["input"],
        PublishError::Blank(place) | PublishError::PublicationMissing(place) => {
            at = place.to_string();
            &["input", &at, "publicationId"]
        }
    };
    let shown = UserError::new(field, None, &error);
    match error {
        PublishError::Store(cause) => Err(fault(cause)),
        _ => Ok(shown),
    }
}
