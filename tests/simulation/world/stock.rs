//! What the staff does with stock and where it lies.

use commerce::Actor;
use commerce::inventory::{self, MoveQuantities, QuantityMove, Switch, Terminal};
use units::{InventoryItemId, LocationId, ShopId};

use super::{LOCATIONS, VARIANTS, World};

/// What units are moved between.
const NAMES: [&str; 5] = [
    "available",
    "damaged",
    "quality_control",
    "reserved",
    "safety_stock",
];

impl World {
    /// Units of an item are set aside, or brought back.
    pub(super) fn set_aside(&mut self, shop: ShopId) {
        let location = self.dice.one_of(&LOCATIONS).expect("two locations");
        let [from, to] = [0; 2].map(|_| {
            let name = self.dice.one_of(&NAMES).expect("five names");
            Terminal {
                location,
                name: name.to_owned(),
                ledger_document: (name != "available").then(|| format!("erp://{name}")),
                change_from: None,
            }
        });
        let request = MoveQuantities {
            reason: "quality_control".to_owned(),
            document: "app://simulation".to_owned(),
            moves: vec![QuantityMove {
                item: InventoryItemId(1 + self.dice.below(VARIANTS)),
                quantity: self.dice.below(4),
                from,
                to,
            }],
        };
        let call = self.call(shop, Actor::System);
        // A refusal is fine: there may not be so many, or both names are one.
        let _ = self.db.write_blocking(shop, move |tx| {
            inventory::move_quantities(tx, &call, &request)
        });
    }

    /// An item is stocked at a location, or no longer.
    pub(super) fn switch_stocking(&mut self, shop: ShopId) {
        let item = InventoryItemId(1 + self.dice.below(VARIANTS));
        let own = Switch {
            location: self.dice.one_of(&LOCATIONS).expect("two locations"),
            stocked: self.dice.below(3) > 0,
        };
        let available = Some(self.dice.below(6)).filter(|_| own.stocked);
        let call = self.call(shop, Actor::System);
        // A refusal is fine: it may be stocked there already, or orders wait for it.
        let _ = self.db.write_blocking(shop, move |tx| match available {
            Some(_) => inventory::stock_at(tx, &call, item, own.location, available).map(drop),
            None => inventory::switch(tx, &call, item, &[own]).map(drop),
        });
    }

    /// The second location closes, its stock moves to the first, or it opens again.
    pub(super) fn close_location(&mut self, shop: ShopId) {
        let [first, second]: [LocationId; 2] = LOCATIONS;
        let closes = self.dice.below(3) == 0;
        let to = (self.dice.below(4) > 0).then_some(first);
        let call = self.call(shop, Actor::System);
        if closes {
            // A refusal is fine: orders may wait for it.
            let _ = self.db.write_blocking(shop, move |tx| {
                inventory::deactivate_location(tx, &call, second, to)
            });
        } else {
            let opened = self.db.write_blocking(shop, move |tx| {
                inventory::activate_location(tx, &call, second)
            });
            opened.expect("the location is there");
        }
    }
}
