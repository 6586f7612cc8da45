//! Tags on products, customers and orders.

use commerce::apps::Scope;
use commerce::catalog::{self, CatalogError};
use commerce::orders;
use commerce::tags::{self, Tagged, TagsError};
use graphql::{Error, MutationCx, NoArgs, Obj, obj};
use serde::Deserialize;
use units::{ArticleId, CustomerId, DraftOrderId, Gid, OrderId, ProductId};

use super::node::referred;
use super::products::{Codes, catalog_error};
use crate::errors::{UserError, fault};
use crate::{Cx, Registry, Request};

/// What was tagged, or why it is as it was.
struct TagsPayload {
    node: Option<Gid>,
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct TagsArgs {
    id: Gid,
    tags: Vec<String>,
}

/// What a tag can hang on.
#[derive(Clone, Copy)]
enum Owner {
    Product(ProductId),
    Other(Tagged),
}

#[derive(Clone, Copy)]
enum Verb {
    Add,
    Remove,
}

enum Refused {
    Catalog(CatalogError),
    Tags(TagsError),
}

impl From<store::StoreError> for Refused {
    fn from(fault: store::StoreError) -> Self {
        Self::Tags(fault.into())
    }
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("tagsAdd", |cx: MutationCx<Request>, args: TagsArgs| {
        change(cx, args, "tagsAdd", Verb::Add)
    });
    r.mutation("tagsRemove", |cx: MutationCx<Request>, args: TagsArgs| {
        change(cx, args, "tagsRemove", Verb::Remove)
    });
    for name in ["TagsAddPayload", "TagsRemovePayload"] {
        r.object::<TagsPayload>(name)
            .load("node", |all: &[&TagsPayload], _: &NoArgs, cx: &mut Cx| {
                let load = |payload: &&TagsPayload| match &payload.node {
                    Some(gid) => owner(cx, gid),
                    None => Ok(None::<Obj>),
                };
                all.iter().map(load).collect()
            })
            .child("userErrors", |payload| payload.user_errors.clone());
    }
}

fn owner(cx: &mut Cx, gid: &Gid) -> Result<Option<Obj>, Error> {
    if gid.kind != "Order" {
        return referred(cx, gid);
    }
    let found = orders::load(&mut cx.tx, &[OrderId(gid.number)]).map_err(fault)?;
    Ok(found.into_iter().next().flatten().map(obj))
}

/// What an id means, and the scope that tagging it needs.
fn meant(id: &Gid) -> Result<(Owner, Scope), Error> {
    let number = id.number;
    Ok(match id.kind.as_str() {
        "Product" => (Owner::Product(ProductId(number)), Scope::WriteProducts),
        "Customer" => {
            let tagged = Tagged::Customer(CustomerId(number));
            (Owner::Other(tagged), Scope::WriteCustomers)
        }
        "Order" => {
            let tagged = Tagged::Order(OrderId(number));
            (Owner::Other(tagged), Scope::WriteOrders)
        }
        "Article" => {
            let tagged = Tagged::Article(ArticleId(number));
            (Owner::Other(tagged), Scope::WriteContent)
        }
        "DraftOrder" => {
            let tagged = Tagged::DraftOrder(DraftOrderId(number));
            (Owner::Other(tagged), Scope::WriteDraftOrders)
        }
        _ => {
            let message = format!("Invalid id: {id}");
            return Err(Error::new(message).code("RESOURCE_NOT_FOUND"));
        }
    })
}

async fn change(
    cx: MutationCx<Request>,
    args: TagsArgs,
    field: &'static str,
    verb: Verb,
) -> Result<TagsPayload, Error> {
    let (owner, scope) = meant(&args.id)?;
    let call = cx.request.permit(field, scope)?;
    let given = args.tags;
    let done = cx
        .request
        .write(move |tx| match (owner, verb) {
            (Owner::Product(id), Verb::Add) => {
                catalog::add_tags(tx, &call, id, &given).map_err(Refused::Catalog)
            }
            (Owner::Product(id), Verb::Remove) => {
                catalog::remove_tags(tx, &call, id, &given).map_err(Refused::Catalog)
            }
            (Owner::Other(tagged), Verb::Add) => {
                tags::add(tx, &call, tagged, &given).map_err(Refused::Tags)
            }
            (Owner::Other(tagged), Verb::Remove) => {
                tags::remove(tx, &call, tagged, &given).map_err(Refused::Tags)
            }
        })
        .await;
    let user_errors = match done {
        Ok(()) => {
            return Ok(TagsPayload {
                node: Some(args.id),
                user_errors: Vec::new(),
            });
        }
        Err(Refused::Catalog(error)) => catalog_error(error, Codes::None, &[])?,
        Err(Refused::Tags(TagsError::Store(cause))) => return Err(fault(cause)),
        Err(Refused::Tags(error @ TagsError::OwnerMissing(_))) => {
            vec![UserError::new(&["id"], None, &error)]
        }
        Err(Refused::Tags(error @ (TagsError::TooMany | TagsError::TooLong(_)))) => {
            vec![UserError::new(&["tags"], None, &error)]
        }
    };
    Ok(TagsPayload {
        node: None,
        user_errors,
    })
}
