//! Metafields on any resource.

use commerce::apps::Scope;
use commerce::catalog::{self, Collection, Product};
use commerce::content::{Article, Blog, Page};
use commerce::customers::Customer;
use commerce::draft_orders::DraftOrder;
use commerce::inventory::Location;
use commerce::markets::Market;
use commerce::metafields::{
    self, Definition, Metafield, MetafieldError, MetafieldsError, NewMetafield, Owned, Owner,
    ValueError,
};
use commerce::orders::{self, Order};
use commerce::shops::Shop;
use commerce::{Actor, Call};
use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, PageArgs, obj};
use serde::Deserialize;
use units::{Gid, LocationId, MetafieldId, OrderId};

use super::files::Picture;
use super::links::locations;
use super::node::{self, referred};
use super::products::Variant;
use crate::errors::{UserError, fault, spread, user_error_with_code};
use crate::images::Image;
use crate::paging::{of_list, page, page_error, window};
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry, Request, references};

/// Metafields after a mutation, or why they are as they were.
struct SetPayload {
    metafields: Option<Vec<Metafield>>,
    user_errors: Vec<UserError>,
}

/// The metafields that are gone: none for each that was not there.
struct DeletePayload {
    deleted: Option<Vec<Option<Deleted>>>,
    user_errors: Vec<UserError>,
}

#[derive(Clone)]
struct Deleted {
    owner_id: String,
    namespace: String,
    key: String,
}

#[derive(Deserialize)]
struct OneArgs {
    namespace: Option<String>,
    key: String,
}

#[derive(Deserialize)]
struct ManyArgs {
    namespace: Option<String>,
    keys: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct SetArgs {
    metafields: Vec<SetInput>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct SetInput {
    owner_id: Gid,
    namespace: Option<String>,
    key: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    value: String,
    #[serde(default)]
    compare_digest: Maybe<String>,
}

#[derive(Deserialize)]
struct DeleteArgs {
    metafields: Vec<DeleteInput>,
}

#[derive(Deserialize, Clone)]
#[serde(rename_all = "camelCase")]
struct DeleteInput {
    owner_id: Gid,
    namespace: String,
    key: String,
}

pub(super) fn register(r: &mut Registry) {
    on::<Product>(r, "Product", Owner::Product, |own| own.id.get());
    on::<Variant>(r, "ProductVariant", Owner::ProductVariant, |own| {
        own.row.variant.id.get()
    });
    on::<Collection>(r, "Collection", Owner::Collection, |own| own.id.get());
    on::<Customer>(r, "Customer", Owner::Customer, |own| own.id.get());
    on::<Order>(r, "Order", Owner::Order, |own| own.id.get());
    on::<DraftOrder>(r, "DraftOrder", Owner::DraftOrder, |own| own.id.get());
    on::<Location>(r, "Location", Owner::Location, |own| own.id.get());
    on::<Shop>(r, "Shop", Owner::Shop, |own| own.id.get());
    on::<Page>(r, "Page", Owner::Page, |own| own.id.get());
    on::<Blog>(r, "Blog", Owner::Blog, |own| own.id.get());
    on::<Article>(r, "Article", Owner::Article, |own| own.id.get());
    on::<Market>(r, "Market", Owner::Market, |own| own.id.get());
    on::<Picture>(r, "MediaImage", Owner::MediaImage, |own| own.id().get());
    // A picture has none apart from those of the medium that it is.
    r.object::<Image>("Image")
        .load("metafield", |all: &[&Image], _: &OneArgs, _: &mut Cx| {
            all.iter().map(|_| Ok(None::<Metafield>)).collect()
        })
        .load(
            "metafields",
            |all: &[&Image], args: &(PageArgs, ManyArgs), _: &mut Cx| {
                let none = |_: &&Image| of_list(&[], &args.0, |own: &Metafield| own.key.clone());
                all.iter().map(none).collect()
            },
        );
    fields(r);
    references::register(r);
    user_error_with_code(r, "MetafieldsSetUserError");
    r.mutation("metafieldsSet", set);
    r.mutation("metafieldsDelete", delete);
    r.object::<SetPayload>("MetafieldsSetPayload")
        .child("metafields", |payload| payload.metafields.clone())
        .child("userErrors", |payload| payload.user_errors.clone());
    r.object::<DeletePayload>("MetafieldsDeletePayload")
        .child("deletedMetafields", |payload| payload.deleted.clone())
        .child("userErrors", |payload| payload.user_errors.clone());
    r.object::<Deleted>("MetafieldIdentifier")
        .text("ownerId", |own| &own.owner_id)
        .text("namespace", |own| &own.namespace)
        .text("key", |own| &own.key);
}

fn fields(r: &mut Registry) {
    r.connection::<Metafield>("MetafieldConnection", "MetafieldEdge");
    r.object::<Metafield>("Metafield")
        .leaf("id", |own| Id(own.id))
        .leaf("legacyResourceId", |own| own.id.get().to_string())
        .text("namespace", |own| &own.namespace)
        .text("key", |own| &own.key)
        .text("type", |own| &own.kind)
        .text("value", |own| &own.value)
        .leaf("jsonValue", |own| {
            metafields::json_value(&own.kind, &own.value)
        })
        .leaf("compareDigest", Metafield::compare_digest)
        .text("ownerType", |own| own.owner.as_str())
        .leaf("sizeInBytes", |own| {
            i64::try_from(own.value.len()).unwrap_or(i64::MAX)
        })
        .load(
            "definition",
            |all: &[&Metafield], _: &NoArgs, cx: &mut Cx| {
                spread(
                    metafields::definitions_for(&mut cx.tx, all).map_err(fault),
                    all.len(),
                )
            },
        )
        .load_leaf(
            "description",
            |all: &[&Metafield], _: &NoArgs, cx: &mut Cx| {
                let found = metafields::definitions_for(&mut cx.tx, all).map_err(fault);
                let text = |own: Option<Definition>| own.and_then(|own| own.description);
                spread(
                    found.map(|found| found.into_iter().map(text).collect()),
                    all.len(),
                )
            },
        )
        .leaf("createdAt", |own| DateTime(own.created_at))
        .leaf("updatedAt", |own| DateTime(own.updated_at))
        .load("owner", owner)
        .load("reference", reference)
        .load("references", references);
}

/// Gives a type its metafields.
pub(super) fn on<T: 'static>(
    r: &mut Registry,
    name: &'static str,
    owner: Owner,
    id: fn(&T) -> i64,
) {
    r.object::<T>(name)
        .load(
            "metafield",
            move |all: &[&T], args: &OneArgs, cx: &mut Cx| {
                let ids: Vec<i64> = all.iter().map(|own| id(own)).collect();
                let namespace = own_namespace(cx, args.namespace.as_deref());
                let found = by_keys(cx, owner, &ids, &[&args.key]);
                let pick = |found: Vec<Metafield>| {
                    let of = |id: &i64| {
                        let fits =
                            |own: &&Metafield| own.owner_id == *id && own.namespace == namespace;
                        found.iter().find(fits).cloned()
                    };
                    ids.iter().map(of).collect()
                };
                spread(found.map(pick), all.len())
            },
        )
        .load(
            "metafields",
            move |all: &[&T], args: &(PageArgs, ManyArgs), cx: &mut Cx| {
                let ids: Vec<i64> = all.iter().map(|own| id(own)).collect();
                spread(pages(cx, owner, &ids, &args.0, &args.1), all.len())
            },
        );
}

/// The namespace as it is kept: `$app` is the calling app's own.
pub(super) fn own_namespace(cx: &Cx, given: Option<&str>) -> String {
    metafields::read_namespace(cx.request.app(), given)
}

/// The owners' metafields with one of those keys, as far as the app may read them.
fn by_keys(cx: &mut Cx, owner: Owner, ids: &[i64], keys: &[&str]) -> Result<Vec<Metafield>, Error> {
    let found = metafields::by_keys(&mut cx.tx, owner, ids, keys).map_err(fault)?;
    metafields::readable(&mut cx.tx, cx.request.app(), found).map_err(fault)
}

fn pages(
    cx: &mut Cx,
    owner: Owner,
    ids: &[i64],
    args: &PageArgs,
    wanted: &ManyArgs,
) -> Result<Vec<graphql::Page<Metafield>>, Error> {
    let given = wanted.namespace.as_deref();
    if let Some(keys) = wanted.keys.as_deref().filter(|keys| !keys.is_empty()) {
        return listed(cx, owner, ids, args, given, keys);
    }
    let namespace = given.map(|given| own_namespace(cx, Some(given)));
    let (window, app) = (window(args)?, cx.request.app());
    let found = metafields::page_each(&mut cx.tx, owner, ids, app, namespace.as_deref(), &window);
    Ok(found.map_err(page_error)?.into_iter().map(page).collect())
}

/// The metafields of a list of keys, `namespace.key` or within the namespace that is given.
fn listed(
    cx: &mut Cx,
    owner: Owner,
    ids: &[i64],
    args: &PageArgs,
    namespace: Option<&str>,
    keys: &[String],
) -> Result<Vec<graphql::Page<Metafield>>, Error> {
    let names: Vec<(String, &str)> = keys
        .iter()
        .map(|key| match (namespace, key.rsplit_once('.')) {
            (None, Some((namespace, key))) => (own_namespace(cx, Some(namespace)), key),
            (given, _) => (own_namespace(cx, given), key.as_str()),
        })
        .collect();
    let plain: Vec<&str> = names.iter().map(|(_, key)| *key).collect();
    let mut found = by_keys(cx, owner, ids, &plain)?;
    found.sort_by_key(|own| own.id);
    ids.iter()
        .map(|id| {
            let fits = |own: &&Metafield| {
                own.owner_id == *id
                    && names
                        .iter()
                        .any(|(namespace, key)| *namespace == own.namespace && *key == own.key)
            };
            let all: Vec<Metafield> = found.iter().filter(fits).cloned().collect();
            of_list(&all, args, |own| own.id.get().to_string())
        })
        .collect()
}

fn reference(all: &[&Metafield], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Option<Obj>, Error>> {
    let values: Vec<_> = all
        .iter()
        .map(|own| (own.kind.as_str(), own.value.as_str()))
        .collect();
    references::one(cx, node::of_kind, &values)
}

fn references(
    all: &[&Metafield],
    args: &PageArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<graphql::Page<Obj>>, Error>> {
    let values: Vec<_> = all
        .iter()
        .map(|own| (own.kind.as_str(), own.value.as_str()))
        .collect();
    references::many(cx, node::of_kind, &values, args)
}

/// The resource that each metafield hangs on.
fn owner(all: &[&Metafield], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Obj, Error>> {
    all.iter()
        .map(|own| {
            let found = match own.owner {
                Owner::Order => orders::load(&mut cx.tx, &[OrderId(own.owner_id)])
                    .map_err(fault)?
                    .pop()
                    .flatten()
                    .map(obj),
                Owner::Location => locations(cx, &[Some(LocationId(own.owner_id))])
                    .pop()
                    .transpose()?
                    .flatten()
                    .map(obj),
                Owner::Shop => Some(obj((*cx.shop()?).clone())),
                other => {
                    let gid = Gid {
                        kind: other.gid_kind().to_owned(),
                        number: own.owner_id,
                    };
                    referred(cx, &gid)?
                }
            };
            found.ok_or_else(|| Error::new("The metafield's owner is gone."))
        })
        .collect()
}

/// The scope that writing an owner's metafields needs.
pub(super) const fn scope(owner: Owner) -> Option<Scope> {
    match owner {
        Owner::Product
        | Owner::ProductVariant
        | Owner::Collection
        | Owner::MediaImage
        | Owner::SellingPlan
        | Owner::Shop => Some(Scope::WriteProducts),
        Owner::Customer => Some(Scope::WriteCustomers),
        Owner::Order => Some(Scope::WriteOrders),
        Owner::DraftOrder => Some(Scope::WriteDraftOrders),
        Owner::Location => Some(Scope::WriteLocations),
        Owner::Page | Owner::Blog | Owner::Article => Some(Scope::WriteContent),
        Owner::Market => Some(Scope::WriteMarkets),
        Owner::Discount => Some(Scope::WriteDiscounts),
        Owner::GiftCardTransaction => Some(Scope::WriteGiftCardTransactions),
        // What an app remembers about itself is its own.
        Owner::AppInstallation => None,
    }
}

/// The resource that an id means; an app's installation is only known to the app itself.
fn owner_of(request: &Request, id: &Gid) -> Option<(Owner, i64)> {
    let (owner, number) = Owner::of_gid(id)?;
    let own = request
        .authenticated()
        .is_some_and(|token| token.installation_id.get() == number);
    (owner != Owner::AppInstallation || own).then_some((owner, number))
}

/// A call that may write metafields on all of these owners.
fn permit(
    request: &Request,
    field: &str,
    owners: impl Iterator<Item = Owner>,
) -> Result<Call, Error> {
    let mut call = None;
    for owner in owners {
        call = Some(match scope(owner) {
            Some(scope) => request.permit(field, scope)?,
            None => request.buyer().acting_as(Actor::App(request.app())),
        });
    }
    match call {
        Some(call) => Ok(call),
        None => request.permit(field, Scope::WriteProducts),
    }
}

async fn set(cx: MutationCx<Request>, args: SetArgs) -> Result<SetPayload, Error> {
    let owners: Vec<Option<(Owner, i64)>> = args
        .metafields
        .iter()
        .map(|one| owner_of(&cx.request, &one.owner_id))
        .collect();
    let known = owners.iter().flatten().map(|(owner, _)| *owner);
    let call = permit(&cx.request, "metafieldsSet", known)?;
    let mut unknown = Vec::new();
    let mut owned = Vec::with_capacity(args.metafields.len());
    for (place, (one, owner)) in args.metafields.iter().zip(&owners).enumerate() {
        let Some((owner, owner_id)) = *owner else {
            unknown.push((place, MetafieldError::OwnerMissing));
            continue;
        };
        owned.push(Owned {
            owner,
            owner_id,
            metafield: NewMetafield {
                namespace: one.namespace.clone(),
                key: one.key.clone(),
                kind: one.kind.clone(),
                value: one.value.clone(),
                compare_digest: match &one.compare_digest {
                    Maybe::Undefined => None,
                    Maybe::Null => Some(None),
                    Maybe::Value(digest) => Some(Some(digest.clone())),
                },
            },
        });
    }
    let done = if unknown.is_empty() {
        cx.request
            .write(move |tx| catalog::set_metafields(tx, &call, &owned))
            .await
    } else {
        Err(MetafieldsError::Refused(unknown))
    };
    Ok(match done {
        Ok(metafields) => SetPayload {
            metafields: Some(metafields),
            user_errors: Vec::new(),
        },
        Err(error) => SetPayload {
            // A call that is too long is not looked into at all.
            metafields: matches!(error, MetafieldsError::Refused(_)).then(Vec::new),
            user_errors: refusals(error)?,
        },
    })
}

fn refusals(error: MetafieldsError) -> Result<Vec<UserError>, Error> {
    match error {
        MetafieldsError::Store(cause) => Err(fault(cause)),
        MetafieldsError::TooMany => Ok(vec![UserError::new(
            &["metafields"],
            "LESS_THAN_OR_EQUAL_TO",
            &error,
        )]),
        MetafieldsError::Refused(refused) => Ok(refused
            .iter()
            .map(|(place, why)| {
                let (field, code) = placed(why);
                let place = place.to_string();
                let path = ["metafields", &place];
                let path: Vec<&str> = path.into_iter().chain(field).collect();
                UserError::new(&path, code, why)
            })
            .collect()),
    }
}

/// The input's field, unless all of it is meant, and the code of a refusal.
fn placed(why: &MetafieldError) -> (Option<&'static str>, &'static str) {
    let named = |name: &str| {
        if name == "Namespace" {
            "namespace"
        } else {
            "key"
        }
    };
    match why {
        MetafieldError::OwnerMissing => (Some("ownerId"), "INVALID"),
        MetafieldError::NotAuthorized => (Some("namespace"), "APP_NOT_AUTHORIZED"),
        MetafieldError::TooShort(name, _) => (Some(named(name)), "TOO_SHORT"),
        MetafieldError::TooLong(name, _) => (Some(named(name)), "TOO_LONG"),
        MetafieldError::Characters(name) => (Some(named(name)), "INVALID"),
        MetafieldError::TypeMissing => (Some("type"), "BLANK"),
        MetafieldError::TypeUnknown(_) => (Some("type"), "INCLUSION"),
        MetafieldError::TypeMismatch(_) => (Some("type"), "INVALID_TYPE"),
        MetafieldError::Blank => (Some("value"), "BLANK"),
        MetafieldError::Value(ValueError::Taken) => (Some("value"), "TAKEN"),
        MetafieldError::Value(_) => (Some("value"), "INVALID_VALUE"),
        MetafieldError::Stale => (None, "STALE_OBJECT"),
    }
}

async fn delete(cx: MutationCx<Request>, args: DeleteArgs) -> Result<DeletePayload, Error> {
    let owners: Vec<Option<(Owner, i64)>> = args
        .metafields
        .iter()
        .map(|one| owner_of(&cx.request, &one.owner_id))
        .collect();
    let known = owners.iter().flatten().map(|(owner, _)| *owner);
    let call = permit(&cx.request, "metafieldsDelete", known)?;
    let identifiers: Vec<metafields::Identifier> = args
        .metafields
        .iter()
        .zip(&owners)
        .filter_map(|(one, owner)| {
            let (owner, owner_id) = (*owner)?;
            Some(metafields::Identifier {
                owner,
                owner_id,
                namespace: one.namespace.clone(),
                key: one.key.clone(),
            })
        })
        .collect();
    let done = cx
        .request
        .write(move |tx| catalog::delete_metafields(tx, &call, &identifiers))
        .await;
    let mut found = done.map_err(fault)?.into_iter();
    let deleted = args
        .metafields
        .iter()
        .zip(&owners)
        .map(|(one, owner)| {
            let was_there = owner.is_some() && found.next().unwrap_or(false);
            was_there.then(|| Deleted {
                owner_id: one.owner_id.to_string(),
                namespace: one.namespace.clone(),
                key: one.key.clone(),
            })
        })
        .collect();
    Ok(DeletePayload {
        deleted: Some(deleted),
        user_errors: Vec::new(),
    })
}

/// The scope that reading an owner's metafields needs; none for what every app may read.
pub(super) fn read_scope(owner: Owner) -> Option<Scope> {
    match owner {
        Owner::Shop | Owner::AppInstallation => None,
        owner => scope(owner).map(|write| {
            let reads = Scope::ALL.iter();
            let mut reads = reads.filter(|scope| scope.to_write() == Some(write));
            reads.next().copied().unwrap_or(write)
        }),
    }
}

/// Metafields by id, for `node`: those that the app may read, when it may read what they hang on.
pub(super) fn nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let wanted: Vec<MetafieldId> = ids.iter().copied().map(MetafieldId).collect();
    let found = metafields::by_id(&mut cx.tx, &wanted).map_err(fault)?;
    let mut found = metafields::readable(&mut cx.tx, cx.request.app(), found).map_err(fault)?;
    let installation = cx.request.authenticated();
    let installation = installation.map(|token| token.installation_id.get());
    found.retain(|own| own.owner != Owner::AppInstallation || Some(own.owner_id) == installation);
    for own in &found {
        if let Some(scope) = read_scope(own.owner) {
            cx.permit("metafield", scope)?;
        }
    }
    let of = |id: &MetafieldId| found.iter().find(|own| own.id == *id).cloned();
    Ok(wanted.iter().map(|id| of(id).map(obj)).collect())
}
