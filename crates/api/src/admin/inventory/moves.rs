//! Moving units between named quantities.

use commerce::apps::Scope;
use commerce::inventory::{
    self, AdjustmentGroup, End, MoveError, MoveQuantities, QuantityMove, Terminal,
};
use graphql::{Error, MutationCx};
use serde::Deserialize;
use units::{InventoryItemId, LocationId};

use super::change::ChangePayload;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::{Registry, Request};

#[derive(Deserialize)]
struct Args {
    input: Input,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    reason: String,
    reference_document_uri: String,
    changes: Vec<ChangeInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChangeInput {
    inventory_item_id: InventoryItemId,
    quantity: i64,
    from: TerminalInput,
    to: TerminalInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TerminalInput {
    location_id: LocationId,
    name: String,
    ledger_document_uri: Option<String>,
    change_from_quantity: Option<i64>,
}

pub(super) fn register(r: &mut Registry) {
    r.mutation("inventoryMoveQuantities", move_quantities);
    r.object::<ChangePayload>("InventoryMoveQuantitiesPayload")
        .child("inventoryAdjustmentGroup", |own| own.group.clone())
        .child("userErrors", |own| own.user_errors.clone());
    user_error_with_code(r, "InventoryMoveQuantitiesUserError");
}

/// Moves units from one named quantity to another.
async fn move_quantities(cx: MutationCx<Request>, args: Args) -> Result<ChangePayload, Error> {
    let call = cx
        .request
        .permit("inventoryMoveQuantities", Scope::WriteInventory)?;
    let moves = args.input.changes.into_iter().map(|own| QuantityMove {
        item: own.inventory_item_id,
        quantity: own.quantity,
        from: own.from.into_terminal(),
        to: own.to.into_terminal(),
    });
    let request = MoveQuantities {
        reason: args.input.reason,
        document: args.input.reference_document_uri,
        moves: moves.collect(),
    };
    let done = cx
        .request
        .write(move |tx| inventory::move_quantities(tx, &call, &request))
        .await;
    Ok(match done {
        Ok(group) => ChangePayload {
            group: Some(group).filter(|group: &AdjustmentGroup| !group.changes.is_empty()),
            user_errors: Vec::new(),
        },
        Err(error) => ChangePayload {
            group: None,
            user_errors: vec![refusal(&error)?],
        },
    })
}

impl TerminalInput {
    fn into_terminal(self) -> Terminal {
        Terminal {
            location: self.location_id,
            name: self.name,
            ledger_document: self.ledger_document_uri,
            change_from: self.change_from_quantity,
        }
    }
}

fn refusal(error: &MoveError) -> Result<UserError, Error> {
    use MoveError as E;
    let (at, end, part, code) = match error {
        E::Store(cause) => return Err(fault(cause.clone())),
        E::ReasonInvalid => (None, None, "reason", "INVALID_REASON"),
        E::DocumentInvalid => (
            None,
            None,
            "referenceDocumentUri",
            "INVALID_REFERENCE_DOCUMENT",
        ),
        E::TooMany => (None, None, "changes", "MOVE_QUANTITIES_FAILED"),
        E::TooManyDocuments => (None, None, "changes", "MAXIMUM_LEDGER_DOCUMENT_URIS"),
        E::ItemUnknown { at } => (Some(*at), None, "inventoryItemId", "INVALID_INVENTORY_ITEM"),
        E::LocationUnknown { at, end } => (Some(*at), Some(*end), "locationId", "INVALID_LOCATION"),
        E::LocationsDiffer { at } => (Some(*at), None, "", "DIFFERENT_LOCATIONS"),
        E::SameName { at } => (Some(*at), None, "", "SAME_QUANTITY_NAME"),
        E::NameInvalid { at, end } => (Some(*at), Some(*end), "name", "INVALID_QUANTITY_NAME"),
        E::QuantityNegative { at } => (Some(*at), None, "quantity", "INVALID_QUANTITY_NEGATIVE"),
        E::QuantityTooHigh { at } => (Some(*at), None, "quantity", "INVALID_QUANTITY_TOO_HIGH"),
        E::NotEnough { at, .. } => (Some(*at), None, "quantity", "MOVE_QUANTITIES_FAILED"),
        E::LedgerDocumentNotAllowed { at, end } => (
            Some(*at),
            Some(*end),
            DOCUMENT,
            "INVALID_AVAILABLE_DOCUMENT",
        ),
        E::LedgerDocumentMissing { at, end } => {
            (Some(*at), Some(*end), DOCUMENT, "INVALID_QUANTITY_DOCUMENT")
        }
        E::LedgerDocumentInvalid { at, end } => {
            (Some(*at), Some(*end), DOCUMENT, "INVALID_LEDGER_DOCUMENT")
        }
        E::LedgerDocumentInternal { at, end } => {
            (Some(*at), Some(*end), DOCUMENT, "INTERNAL_LEDGER_DOCUMENT")
        }
        E::Stale { at, end } => (
            Some(*at),
            Some(*end),
            "changeFromQuantity",
            "CHANGE_FROM_QUANTITY_STALE",
        ),
    };
    let place = at.map(|at: usize| at.to_string());
    let mut path = vec!["input"];
    if let Some(at) = &place {
        path.extend(["changes", at]);
    }
    path.extend(end.map(|end| match end {
        End::From => "from",
        End::To => "to",
    }));
    path.extend(Some(part).filter(|part| !part.is_empty()));
    Ok(UserError::new(&path, code, error))
}

const DOCUMENT: &str = "ledgerDocumentUri";
