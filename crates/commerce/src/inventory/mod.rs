//! Inventory: locations, levels and the ledger behind them.
//!
//! A level is the stock of one item at one location, in named quantities. Nothing changes a level
//! but an entry in the ledger ([`enter`], [`enter_many`]); a level is the sum of its entries.

mod change;
mod close_location;
mod country_codes;
mod edit_location;
mod enter;
mod items;
mod list;
mod locations;
mod move_quantities;
mod pickup;
mod quantities;
mod read;
mod sql;
mod stock;
mod stocking;

pub use change::{
    AdjustmentGroup, Change, ChangeError, ChangeQuantities, ChangedQuantity, QuantityChange,
    adjust_quantities, group_by_id, set_quantities,
};
pub use close_location::{
    CloseError, DeleteLocationError, OpenError, activate_location, deactivate_location,
    delete_location,
};
pub use country_codes::CountryCodes;
pub use edit_location::{LocationEdit, LocationError, add_location, edit_location};
pub use enter::{Entry, Movement, enter, enter_many, enter_of_orders};
pub use items::{NewItem, open_item};
pub use list::{
    ACTIVE_LOCATIONS, KEPT_LOCATIONS, LocationSort, items_page, levels_at, levels_page,
    locations_count, locations_page, parse_items, parse_levels, parse_locations,
};
pub use locations::{CreateError as LocationCreateError, NewLocation, create as create_location};
pub use move_quantities::{
    End, MoveError, MoveQuantities, QuantityMove, Terminal, move_quantities,
};
pub use pickup::{
    LocalPickup, PickupError, PickupSort, PickupTime, available_at, disable_pickup, enable_pickup,
    pickup_locations, pickups,
};
pub use quantities::{Quantities, QuantityName, REASONS};
pub use read::{
    duplicate_skus, hold_stock, items_by_id, levels_by_id, levels_of, locations, locations_by_id,
    owe_orders, policies, sellable, totals,
};
pub use stock::{Policy, Share, Site, Stock};
pub use stocking::{StockingError, Switch, can_unstock, stock_at, switch, unstock};

use store::{Tx, record};
use units::{
    InventoryItemId, InventoryLevelId, LocationId, ProductVariantId, Timestamp, WeightUnit,
};

use crate::address::Address;

/// Quantities beyond this, up or down, are refused.
pub const QUANTITY_MAX: i64 = 1_000_000_000;

record! {
    /// A place that keeps stock.
    #[derive(Clone)]
    pub struct Location {
        /// Id.
        pub id: LocationId,
        /// What the merchant calls it.
        pub name: String,
        /// Street and number.
        pub address1: String,
        /// Flat, floor, building.
        pub address2: String,
        /// Town.
        pub city: String,
        /// Province code.
        pub province_code: String,
        /// Postal code.
        pub zip: String,
        /// ISO 3166-1 code of its country.
        pub country_code: String,
        /// Telephone.
        pub phone: String,
        /// Whether it takes part at all.
        pub is_active: bool,
        /// Whether it is the shop's first choice.
        pub is_primary: bool,
        /// Whether its stock is sold online.
        pub fulfills_online_orders: bool,
        /// When it was opened.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// Since when it takes no part.
        pub deactivated_at: Option<Timestamp>,
        /// When it was deleted: it is only told of by what happened there.
        pub deleted_at: Option<Timestamp>,
    }
}

impl Location {
    /// Its address.
    #[must_use]
    pub fn address(&self) -> Address {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Address {
            address1: filled(&self.address1),
            address2: filled(&self.address2),
            city: filled(&self.city),
            province_code: filled(&self.province_code),
            zip: filled(&self.zip),
            country_code: filled(&self.country_code),
            phone: filled(&self.phone),
            ..Address::default()
        }
    }
}

record! {
    /// The stocked side of a variant.
    #[derive(Clone)]
    pub struct InventoryItem {
        /// Id.
        pub id: InventoryItemId,
        /// The variant that it is the stock of.
        pub variant_id: ProductVariantId,
        /// Stock-keeping unit; may be empty.
        pub sku: String,
        /// Whether its stock is counted.
        pub tracked: bool,
        /// Whether it has to be sent.
        pub requires_shipping: bool,
        /// What one weighs.
        pub weight_grams: i64,
        /// The unit that the merchant weighs it in.
        pub weight_unit: WeightUnit,
        /// What one costs the merchant, in minor units of the shop's currency.
        pub cost_minor: Option<i64>,
        /// ISO 3166-1 code of the country it was made in.
        pub country_code_of_origin: Option<String>,
        /// Code of the province it was made in.
        pub province_code_of_origin: Option<String>,
        /// Customs number.
        pub harmonized_system_code: Option<String>,
        /// When it came into being.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// Customs numbers of single countries.
        pub country_codes: CountryCodes,
    }
}

record! {
    /// Stock of one item at one location.
    #[derive(Clone)]
    pub struct InventoryLevel {
        /// Id.
        pub id: InventoryLevelId,
        /// The item.
        pub inventory_item_id: InventoryItemId,
        /// The location.
        pub location_id: LocationId,
        /// How much of it there is, by name.
        pub quantities: Quantities,
        /// Since when the item is stocked there.
        pub created_at: Timestamp,
        /// When a quantity last changed.
        pub updated_at: Timestamp,
    }
}

/// What an untracked or unknown number of items counts as when it is offered for sale.
pub const UNCOUNTED: i64 = i64::MAX;

/// Stocks an item at a location with nothing, unless it is stocked there already.
///
/// # Errors
/// `Store` faults only.
pub fn activate(
    tx: &mut Tx,
    call: &crate::Call,
    item: InventoryItemId,
    location: LocationId,
) -> Result<(), store::StoreError> {
    sql::open_level(tx, call, item, location)
}
