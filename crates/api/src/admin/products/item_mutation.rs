//! Changing the stocked side of a variant by its own id.

use commerce::apps::Scope;
use commerce::catalog;
use commerce::inventory::{self, InventoryItem};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::InventoryItemId;

use super::mutations::currency;
use super::refusals::{Codes, catalog_error};
use super::variant_inputs::ItemFields;
use crate::admin::batches::fail_all;
use crate::errors::UserError;
use crate::{Cx, Registry, Request};

#[derive(Deserialize)]
struct Args {
    id: InventoryItemId,
    input: ItemFields,
}

/// An inventory item after a mutation, or why it is as it was.
struct Payload {
    item: Option<InventoryItemId>,
    user_errors: Vec<UserError>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("inventoryItemUpdate", update);
    r.object::<Payload>("InventoryItemUpdatePayload")
        .load("inventoryItem", payload_item)
        .child("userErrors", |own| own.user_errors.clone());
}

/// Changes the stocked side of a variant.
async fn update(cx: MutationCx<Request>, args: Args) -> Result<Payload, Error> {
    let call = cx
        .request
        .permit("inventoryItemUpdate", Scope::WriteInventory)?;
    let (id, input) = (args.id, args.input.input(currency(&cx.request).await?)?);
    let done = cx
        .request
        .write(move |tx| catalog::update_item(tx, &call, id, &input))
        .await;
    Ok(match done {
        Ok(id) => Payload {
            item: Some(id),
            user_errors: Vec::new(),
        },
        Err(error) => Payload {
            item: None,
            user_errors: catalog_error(error, Codes::None, &[])?,
        },
    })
}

fn payload_item(
    payloads: &[&Payload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<InventoryItem>, Error>> {
    let ids: Vec<InventoryItemId> = payloads.iter().filter_map(|own| own.item).collect();
    match inventory::items_by_id(&mut cx.tx, &ids) {
        Ok(found) => {
            let mut found = found.into_iter();
            let item = |own: &&Payload| Ok(own.item.and_then(|_| found.next().flatten()));
            payloads.iter().map(item).collect()
        }
        Err(cause) => fail_all(payloads.len(), cause),
    }
}
