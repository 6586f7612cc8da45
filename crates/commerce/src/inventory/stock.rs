//! Routing: which location serves a line, decided on a working copy of the levels.
//!
//! A slice of requests reads the levels of all its items once, takes from the copy as it decides
//! one request after the other, and writes what was taken at the end.

use std::collections::HashMap;

use store::{StoreError, Tx, record, text_enum};
use units::{InventoryItemId, LocationId};

use super::sql;

text_enum! {
    /// What happens when the stock of a variant is used up.
    pub enum Policy {
        /// It is no longer sold.
        Deny = "DENY",
        /// It goes on being sold; the stock falls below zero.
        Continue = "CONTINUE",
    }
}

record! {
    /// An active location, as routing sees it.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct Site {
        /// Id.
        pub id: LocationId,
        /// Whether its stock is sold online.
        pub online: bool,
    }
}

/// What one location gives to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The location.
    pub location: LocationId,
    /// How many it gives.
    pub quantity: i64,
}

/// A working copy of what is available where.
#[derive(Debug, Default)]
pub struct Stock {
    sites: Vec<Site>,
    available: HashMap<InventoryItemId, Vec<i64>>,
}

impl Stock {
    /// Reads and locks the levels of the items at the shop's active locations.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn load(tx: &mut Tx, items: Vec<InventoryItemId>) -> Result<Self, StoreError> {
        let sites = sql::sites(tx)?;
        let levels = if items.is_empty() {
            Vec::new()
        } else {
            sql::levels_locked(tx, items)?
        };
        Ok(Self::of(sites, levels))
    }

    /// Reads the levels of the items without locking them: for what is told, not decided.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn peek(tx: &mut Tx, items: Vec<InventoryItemId>) -> Result<Self, StoreError> {
        if items.is_empty() {
            return Ok(Self::default());
        }
        let sites = sql::sites(tx)?;
        Ok(Self::of(sites, sql::levels(tx, items)?))
    }

    /// A copy of given levels; the sites stand in the order that they are preferred in.
    #[must_use]
    pub fn of(sites: Vec<Site>, levels: Vec<(InventoryItemId, LocationId, i64)>) -> Self {
        let mut available: HashMap<InventoryItemId, Vec<i64>> = HashMap::new();
        for (item, location, quantity) in levels {
            let Some(at) = sites.iter().position(|site| site.id == location) else {
                continue;
            };
            let per_site = available
                .entry(item)
                .or_insert_with(|| vec![0; sites.len()]);
            per_site[at] = quantity;
        }
        Self { sites, available }
    }

    /// The location that serves what has no stock of its own: the first that sells online, or
    /// else the first.
    #[must_use]
    pub fn home(&self) -> Option<LocationId> {
        let online = self.sites.iter().find(|site| site.online);
        online.or(self.sites.first()).map(|site| site.id)
    }

    /// How many of a counted item may be sold online.
    #[must_use]
    pub fn sellable(&self, item: InventoryItemId) -> i64 {
        self.online(item)
            .map(|(_, available)| available.max(0))
            .sum()
    }

    /// Takes `quantity` of a counted item and says which locations give it: the first choice if
    /// it has enough, else another that has, else several together. Under `Continue` what is
    /// missing is owed by the first choice. `None` takes nothing: there is not enough, or no
    /// location at all.
    pub fn take(
        &mut self,
        item: InventoryItemId,
        quantity: i64,
        policy: Policy,
    ) -> Option<Vec<Share>> {
        let home = self.home()?;
        let shares = match policy {
            Policy::Deny if self.sellable(item) < quantity => return None,
            Policy::Deny | Policy::Continue => self.shares(item, quantity, home),
        };
        for share in &shares {
            self.give(item, share.location, -share.quantity);
        }
        Some(shares)
    }

    /// Takes `quantity` of a counted item from one location alone, whether it sells online or not.
    /// `None` takes nothing: there is not enough, or the location is not active.
    pub fn take_at(
        &mut self,
        location: LocationId,
        item: InventoryItemId,
        quantity: i64,
        policy: Policy,
    ) -> Option<Vec<Share>> {
        let at = self.sites.iter().position(|site| site.id == location)?;
        let there = self.available.get(&item).map_or(0, |levels| levels[at]);
        if policy == Policy::Deny && there < quantity {
            return None;
        }
        self.give(item, location, -quantity);
        Some(vec![Share { location, quantity }])
    }

    /// Whether a location takes part.
    #[must_use]
    pub fn is_open(&self, location: LocationId) -> bool {
        self.sites.iter().any(|site| site.id == location)
    }

    /// Puts back what [`Stock::take`] gave.
    pub fn put_back(&mut self, item: InventoryItemId, shares: &[Share]) {
        for share in shares {
            self.give(item, share.location, share.quantity);
        }
    }

    fn shares(&self, item: InventoryItemId, quantity: i64, home: LocationId) -> Vec<Share> {
        let enough = self
            .online(item)
            .find(|(_, available)| *available >= quantity);
        if let Some((location, _)) = enough {
            return vec![Share { location, quantity }];
        }
        let mut left = quantity;
        let mut shares = Vec::new();
        for (location, available) in self.online(item) {
            let quantity = available.clamp(0, left);
            if quantity > 0 {
                shares.push(Share { location, quantity });
                left -= quantity;
            }
        }
        if left > 0 {
            match shares.iter_mut().find(|share| share.location == home) {
                Some(share) => share.quantity += left,
                None => shares.push(Share {
                    location: home,
                    quantity: left,
                }),
            }
        }
        shares
    }

    fn online(&self, item: InventoryItemId) -> impl Iterator<Item = (LocationId, i64)> {
        let per_site = self.available.get(&item).map_or(&[][..], Vec::as_slice);
        self.sites
            .iter()
            .zip(per_site)
            .filter(|(site, _)| site.online)
            .map(|(site, available)| (site.id, *available))
    }

    fn give(&mut self, item: InventoryItemId, location: LocationId, quantity: i64) {
        let sites = self.sites.len();
        if let Some(at) = self.sites.iter().position(|site| site.id == location) {
            self.available.entry(item).or_insert_with(|| vec![0; sites])[at] += quantity;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: InventoryItemId = InventoryItemId(1);

    fn stock(levels: &[i64]) -> Stock {
        let sites = (1..).map(|id| Site {
            id: LocationId(id),
            online: true,
        });
        let places = (1..).map(LocationId);
        Stock::of(
            sites.take(levels.len()).collect(),
            places
                .zip(levels)
                .map(|(place, level)| (ITEM, place, *level))
                .collect(),
        )
    }

    fn taken(stock: &mut Stock, quantity: i64, policy: Policy) -> Option<Vec<(i64, i64)>> {
        let shares = stock.take(ITEM, quantity, policy)?;
        Some(
            shares
                .iter()
                .map(|share| (share.location.get(), share.quantity))
                .collect(),
        )
    }

    #[test]
    fn the_first_choice_serves_unless_another_has_enough() {
        assert_eq!(
            taken(&mut stock(&[5, 9]), 5, Policy::Deny),
            Some(vec![(1, 5)])
        );
        assert_eq!(
            taken(&mut stock(&[5, 9]), 6, Policy::Deny),
            Some(vec![(2, 6)])
        );
        let together = Some(vec![(1, 5), (2, 5)]);
        assert_eq!(taken(&mut stock(&[5, 9]), 10, Policy::Deny), together);
        assert_eq!(taken(&mut stock(&[5, 9]), 15, Policy::Deny), None);
    }

    #[test]
    fn exactly_what_is_there_is_sold() {
        let mut stock = stock(&[2, 1]);
        let sold = (0..10).filter(|_| taken(&mut stock, 1, Policy::Deny).is_some());
        assert_eq!(sold.count(), 3);
        assert_eq!(stock.sellable(ITEM), 0);
    }

    #[test]
    fn what_goes_on_being_sold_is_owed_by_the_first_choice() {
        let mut stock = stock(&[1, 1]);
        let owed = Some(vec![(1, 4), (2, 1)]);
        assert_eq!(taken(&mut stock, 5, Policy::Continue), owed);
        assert_eq!(taken(&mut stock, 1, Policy::Continue), Some(vec![(1, 1)]));
        assert_eq!(taken(&mut stock, 1, Policy::Deny), None);
    }

    #[test]
    fn what_is_put_back_can_be_taken_again() {
        let mut stock = stock(&[1]);
        let shares = stock.take(ITEM, 1, Policy::Deny).unwrap();
        stock.put_back(ITEM, &shares);
        assert_eq!(stock.sellable(ITEM), 1);
    }

    #[test]
    fn a_location_that_does_not_sell_online_keeps_its_stock() {
        let site = |id, online| Site {
            id: LocationId(id),
            online,
        };
        let levels = vec![(ITEM, LocationId(1), 9), (ITEM, LocationId(2), 1)];
        let mut stock = Stock::of(vec![site(1, false), site(2, true)], levels);
        assert_eq!(stock.sellable(ITEM), 1);
        assert_eq!(taken(&mut stock, 2, Policy::Deny), None);
        assert_eq!(stock.home(), Some(LocationId(2)));
    }
}
