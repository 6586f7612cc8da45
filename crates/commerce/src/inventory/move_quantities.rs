//! Moving units of an item from one named quantity to another, at one location.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{InventoryAdjustmentGroupId, InventoryItemId, LocationId};

use super::change::{AdjustmentGroup, ChangedQuantity, is_address};
use super::enter::{Entry, Movement, TOPICS, enter_many};
use super::quantities::{Quantities, QuantityName, REASONS};
use super::stock::Policy;
use super::{QUANTITY_MAX, sql};
use crate::call::Call;
use crate::events::{self, Subscriptions};

/// Moves of one request.
const MOVES_MAX: usize = 250;
/// Papers of one request.
const DOCUMENTS_MAX: usize = 2;
/// The quantities that units can be moved between.
const NAMES: &[QuantityName] = &[
    QuantityName::Available,
    QuantityName::Damaged,
    QuantityName::QualityControl,
    QuantityName::Reserved,
    QuantityName::SafetyStock,
];

/// A request to move units.
#[derive(Debug, Clone)]
pub struct MoveQuantities {
    /// Why, one of [`REASONS`].
    pub reason: String,
    /// The paper behind it, as an address.
    pub document: String,
    /// What is moved.
    pub moves: Vec<QuantityMove>,
}

/// Units of one item that are moved.
#[derive(Debug, Clone)]
pub struct QuantityMove {
    /// The item.
    pub item: InventoryItemId,
    /// How many.
    pub quantity: i64,
    /// Where they are taken from.
    pub from: Terminal,
    /// Where they are put.
    pub to: Terminal,
}

/// One end of a move.
#[derive(Debug, Clone)]
pub struct Terminal {
    /// The location.
    pub location: LocationId,
    /// The quantity's name on the wire.
    pub name: String,
    /// The paper that the merchant's own ledger knows it by.
    pub ledger_document: Option<String>,
    /// What the quantity is expected to be before; unchecked when `None`.
    pub change_from: Option<i64>,
}

/// Which end of a move is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Where units are taken from.
    From,
    /// Where they are put.
    To,
}

/// Why nothing was moved. `at` counts the request's moves from 0.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// The reason is none of [`REASONS`].
    #[error("The specified reason is invalid.")]
    ReasonInvalid,
    /// The document is no address.
    #[error("The specified reference document is invalid.")]
    DocumentInvalid,
    /// More moves than one request may have.
    #[error("At most {MOVES_MAX} moves can be made at a time.")]
    TooMany,
    /// More papers than one request may have.
    #[error("A request can name at most {DOCUMENTS_MAX} ledger documents.")]
    TooManyDocuments,
    /// There is no such item.
    #[error("The specified inventory item could not be found.")]
    ItemUnknown {
        /// Which move.
        at: usize,
    },
    /// There is no such active location.
    #[error("The specified location could not be found.")]
    LocationUnknown {
        /// Which move.
        at: usize,
        /// Which end.
        end: End,
    },
    /// Units are moved between names, not between places.
    #[error("The quantities can't be moved between different locations.")]
    LocationsDiffer {
        /// Which move.
        at: usize,
    },
    /// From a name to itself.
    #[error("The quantity names for each change can't be the same.")]
    SameName {
        /// Which move.
        at: usize,
    },
    /// Units cannot be moved from or to it.
    #[error(
        "The specified quantity name is invalid: it can be available, damaged, quality_control, reserved or safety_stock."
    )]
    NameInvalid {
        /// Which move.
        at: usize,
        /// Which end.
        end: End,
    },
    /// Below zero.
    #[error("The quantity can't be negative.")]
    QuantityNegative {
        /// Which move.
        at: usize,
    },
    /// Too many.
    #[error("The quantity can't be higher than 1,000,000,000.")]
    QuantityTooHigh {
        /// Which move.
        at: usize,
    },
    /// There are not so many.
    #[error("There are only {there} to move.")]
    NotEnough {
        /// Which move.
        at: usize,
        /// How many there are.
        there: i64,
    },
    /// A ledger document came where the merchant's ledger is not concerned.
    #[error("A ledger document URI is not allowed when adjusting available.")]
    LedgerDocumentNotAllowed {
        /// Which move.
        at: usize,
        /// Which end.
        end: End,
    },
    /// A ledger document is missing.
    #[error("A ledger document URI is required except when adjusting available.")]
    LedgerDocumentMissing {
        /// Which move.
        at: usize,
        /// Which end.
        end: End,
    },
    /// The ledger document is no address.
    #[error("The specified ledger document is invalid.")]
    LedgerDocumentInvalid {
        /// Which move.
        at: usize,
        /// Which end.
        end: End,
    },
    /// The ledger document is one of the store's own ids.
    #[error("The ledger document can't be one of the store's own.")]
    LedgerDocumentInternal {
        /// Which move.
        at: usize,
        /// Which end.
        end: End,
    },
    /// The quantity was another than expected.
    #[error("The changeFromQuantity argument no longer matches the persisted quantity.")]
    Stale {
        /// Which move.
        at: usize,
        /// Which end.
        end: End,
    },
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Movements of one paper.
type Papers = BTreeMap<Option<String>, Vec<Movement>>;

/// Moves units between named quantities.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn move_quantities(
    tx: &mut Tx,
    call: &Call,
    request: &MoveQuantities,
) -> Result<AdjustmentGroup, MoveError> {
    check_words(request)?;
    let mut items: Vec<InventoryItemId> = request.moves.iter().map(|own| own.item).collect();
    items.sort_unstable();
    items.dedup();
    let levels = sql::quantities_locked(tx, &items)?;
    let mut shelf = Shelf {
        items: sql::policies(tx, &items)?.into_iter().collect(),
        locations: sql::sites(tx)?.into_iter().map(|site| site.id).collect(),
        levels: levels
            .into_iter()
            .map(|(item, location, quantities)| ((item, location), quantities))
            .collect(),
    };
    let mut group = AdjustmentGroup {
        id: call.new_id(),
        reason: request.reason.clone(),
        document: request.document.clone(),
        actor: call.actor.to_string(),
        created_at: call.now,
        changes: Vec::new(),
    };
    let mut papers = Papers::new();
    for (at, own) in request.moves.iter().enumerate() {
        shelf.decide(own, at, &mut group, &mut papers)?;
    }
    write(tx, call, group.id, request, &papers)?;
    Ok(group)
}

fn write(
    tx: &mut Tx,
    call: &Call,
    group: InventoryAdjustmentGroupId,
    request: &MoveQuantities,
    papers: &Papers,
) -> Result<(), StoreError> {
    if papers.is_empty() {
        return Ok(());
    }
    let entries: Vec<Entry<'_, '_>> = papers
        .iter()
        .map(|(document, movements)| Entry {
            call,
            group,
            reason: &request.reason,
            document: &request.document,
            ledger_document: document.as_deref(),
            movements,
        })
        .collect();
    let subscriptions = Subscriptions::load(tx, TOPICS)?;
    let told = enter_many(tx, &subscriptions, &entries)?;
    events::record_for(tx, &subscriptions, &told)?;
    Ok(())
}

/// What a request says, apart from what there is.
fn check_words(request: &MoveQuantities) -> Result<(), MoveError> {
    if !REASONS.contains(&request.reason.as_str()) {
        return Err(MoveError::ReasonInvalid);
    }
    if !is_address(&request.document) {
        return Err(MoveError::DocumentInvalid);
    }
    if request.moves.len() > MOVES_MAX {
        return Err(MoveError::TooMany);
    }
    let mut documents = BTreeSet::new();
    for (at, own) in request.moves.iter().enumerate() {
        for (end, terminal) in [(End::From, &own.from), (End::To, &own.to)] {
            let name = name_of(terminal).ok_or(MoveError::NameInvalid { at, end })?;
            check_document(name, terminal, at, end)?;
            documents.extend(terminal.ledger_document.as_deref());
        }
        if own.from.location != own.to.location {
            return Err(MoveError::LocationsDiffer { at });
        }
        if own.from.name == own.to.name {
            return Err(MoveError::SameName { at });
        }
        if own.quantity < 0 {
            return Err(MoveError::QuantityNegative { at });
        }
        if own.quantity > QUANTITY_MAX {
            return Err(MoveError::QuantityTooHigh { at });
        }
    }
    if documents.len() > DOCUMENTS_MAX {
        return Err(MoveError::TooManyDocuments);
    }
    Ok(())
}

fn name_of(terminal: &Terminal) -> Option<QuantityName> {
    QuantityName::parse(&terminal.name).filter(|name| NAMES.contains(name))
}

fn check_document(
    name: QuantityName,
    terminal: &Terminal,
    at: usize,
    end: End,
) -> Result<(), MoveError> {
    match (name, terminal.ledger_document.as_deref()) {
        (QuantityName::Available, None) => Ok(()),
        (QuantityName::Available, Some(_)) => Err(MoveError::LedgerDocumentNotAllowed { at, end }),
        (_, None) => Err(MoveError::LedgerDocumentMissing { at, end }),
        (_, Some(own)) if own.starts_with("gid://shopify/") => {
            Err(MoveError::LedgerDocumentInternal { at, end })
        }
        (_, Some(own)) if !is_address(own) => Err(MoveError::LedgerDocumentInvalid { at, end }),
        (_, Some(_)) => Ok(()),
    }
}

/// What the moves are about, as it stands after those decided so far.
struct Shelf {
    items: BTreeMap<InventoryItemId, Policy>,
    locations: BTreeSet<LocationId>,
    levels: BTreeMap<(InventoryItemId, LocationId), Quantities>,
}

impl Shelf {
    fn decide(
        &mut self,
        own: &QuantityMove,
        at: usize,
        group: &mut AdjustmentGroup,
        papers: &mut Papers,
    ) -> Result<(), MoveError> {
        let policy = *self
            .items
            .get(&own.item)
            .ok_or(MoveError::ItemUnknown { at })?;
        let location = own.from.location;
        if !self.locations.contains(&location) {
            let end = End::From;
            return Err(MoveError::LocationUnknown { at, end });
        }
        let level = self.levels.entry((own.item, location)).or_default();
        for (end, terminal, delta) in [
            (End::From, &own.from, -own.quantity),
            (End::To, &own.to, own.quantity),
        ] {
            let name = name_of(terminal).ok_or(MoveError::NameInvalid { at, end })?;
            let before = level.get(name);
            if terminal.change_from.is_some_and(|known| known != before) {
                return Err(MoveError::Stale { at, end });
            }
            let sold_on = name == QuantityName::Available && policy == Policy::Continue;
            if delta < 0 && before + delta < 0 && !sold_on {
                return Err(MoveError::NotEnough { at, there: before });
            }
            let after = before + delta;
            if !(-QUANTITY_MAX..=QUANTITY_MAX).contains(&after) {
                return Err(MoveError::QuantityTooHigh { at });
            }
            if delta == 0 {
                continue;
            }
            let movement = Movement {
                item: own.item,
                location,
                delta: Quantities::only(name, delta),
            };
            *level += movement.delta;
            let document = terminal.ledger_document.clone();
            group.changes.push(ChangedQuantity {
                item: own.item,
                location,
                name,
                delta,
                after: Some(after),
                ledger_document: document.clone(),
            });
            papers.entry(document).or_default().push(movement);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(name: &str, document: Option<&str>) -> Terminal {
        Terminal {
            location: LocationId(1),
            name: name.to_owned(),
            ledger_document: document.map(str::to_owned),
            change_from: None,
        }
    }

    fn request(from: Terminal, to: Terminal, quantity: i64) -> MoveQuantities {
        MoveQuantities {
            reason: "damaged".to_owned(),
            document: "app://report/1".to_owned(),
            moves: vec![QuantityMove {
                item: InventoryItemId(1),
                quantity,
                from,
                to,
            }],
        }
    }

    #[test]
    fn units_move_between_two_names_with_their_papers() {
        let paper = Some("erp://1");
        let good = request(terminal("available", None), terminal("damaged", paper), 1);
        assert!(check_words(&good).is_ok());
        let same = request(terminal("damaged", paper), terminal("damaged", paper), 1);
        assert!(matches!(
            check_words(&same),
            Err(MoveError::SameName { at: 0 })
        ));
        let sum = request(terminal("on_hand", None), terminal("damaged", paper), 1);
        assert!(matches!(
            check_words(&sum),
            Err(MoveError::NameInvalid {
                at: 0,
                end: End::From
            })
        ));
        let bare = request(terminal("available", None), terminal("damaged", None), 1);
        assert!(matches!(
            check_words(&bare),
            Err(MoveError::LedgerDocumentMissing {
                at: 0,
                end: End::To
            })
        ));
        let back = request(terminal("available", None), terminal("damaged", paper), -1);
        assert!(matches!(
            check_words(&back),
            Err(MoveError::QuantityNegative { at: 0 })
        ));
    }
}
