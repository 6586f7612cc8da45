//! Scopes: what a token may read and write.

use std::borrow::Cow;
use std::fmt;

use store::{FromColumn, Param, ToParam, Value, text_enum};

text_enum! {
    /// One permission, by the public API's handle. To write implies to read.
    pub enum Scope {
        /// Products, variants, collections and their media.
        ReadProducts = "read_products",
        /// As above.
        WriteProducts = "write_products",
        /// What is published where.
        ReadProductListings = "read_product_listings",
        /// Channels.
        ReadPublications = "read_publications",
        /// Publishing.
        WritePublications = "write_publications",
        /// Files.
        ReadFiles = "read_files",
        /// Files.
        WriteFiles = "write_files",
        /// Inventory items and levels.
        ReadInventory = "read_inventory",
        /// As above.
        WriteInventory = "write_inventory",
        /// Locations.
        ReadLocations = "read_locations",
        /// Locations.
        WriteLocations = "write_locations",
        /// Customers and their addresses.
        ReadCustomers = "read_customers",
        /// As above.
        WriteCustomers = "write_customers",
        /// Orders, their transactions and refunds, of the last 60 days.
        ReadOrders = "read_orders",
        /// As above.
        WriteOrders = "write_orders",
        /// Orders of any age.
        ReadAllOrders = "read_all_orders",
        /// Draft orders.
        ReadDraftOrders = "read_draft_orders",
        /// Draft orders.
        WriteDraftOrders = "write_draft_orders",
        /// Fulfilments and fulfilment services.
        ReadFulfillments = "read_fulfillments",
        /// As above.
        WriteFulfillments = "write_fulfillments",
        /// Fulfilment orders assigned to the app.
        ReadAssignedFulfillmentOrders = "read_assigned_fulfillment_orders",
        /// As above.
        WriteAssignedFulfillmentOrders = "write_assigned_fulfillment_orders",
        /// Fulfilment orders at the merchant's own locations.
        ReadMerchantManagedFulfillmentOrders = "read_merchant_managed_fulfillment_orders",
        /// As above.
        WriteMerchantManagedFulfillmentOrders = "write_merchant_managed_fulfillment_orders",
        /// Fulfilment orders at fulfilment services.
        ReadThirdPartyFulfillmentOrders = "read_third_party_fulfillment_orders",
        /// As above.
        WriteThirdPartyFulfillmentOrders = "write_third_party_fulfillment_orders",
        /// Returns.
        ReadReturns = "read_returns",
        /// Returns.
        WriteReturns = "write_returns",
        /// Discounts.
        ReadDiscounts = "read_discounts",
        /// Discounts.
        WriteDiscounts = "write_discounts",
        /// Gift cards.
        ReadGiftCards = "read_gift_cards",
        /// Gift cards.
        WriteGiftCards = "write_gift_cards",
        /// What moved on gift cards.
        ReadGiftCardTransactions = "read_gift_card_transactions",
        /// As above.
        WriteGiftCardTransactions = "write_gift_card_transactions",
        /// Shipping rates.
        ReadShipping = "read_shipping",
        /// Shipping rates.
        WriteShipping = "write_shipping",
        /// Pages, blogs and redirects.
        ReadContent = "read_content",
        /// As above.
        WriteContent = "write_content",
        /// Pages, blogs and articles.
        ReadOnlineStorePages = "read_online_store_pages",
        /// As above.
        WriteOnlineStorePages = "write_online_store_pages",
        /// Menus and redirects.
        ReadOnlineStoreNavigation = "read_online_store_navigation",
        /// As above.
        WriteOnlineStoreNavigation = "write_online_store_navigation",
        /// Metaobjects.
        ReadMetaobjects = "read_metaobjects",
        /// Metaobjects.
        WriteMetaobjects = "write_metaobjects",
        /// Definitions of metaobjects.
        ReadMetaobjectDefinitions = "read_metaobject_definitions",
        /// Definitions of metaobjects.
        WriteMetaobjectDefinitions = "write_metaobject_definitions",
        /// Themes.
        ReadThemes = "read_themes",
        /// Themes.
        WriteThemes = "write_themes",
        /// Translations.
        ReadTranslations = "read_translations",
        /// Translations.
        WriteTranslations = "write_translations",
        /// Languages of the shop.
        ReadLocales = "read_locales",
        /// Languages of the shop.
        WriteLocales = "write_locales",
        /// Markets.
        ReadMarkets = "read_markets",
        /// Markets.
        WriteMarkets = "write_markets",
        /// Legal policies.
        ReadLegalPolicies = "read_legal_policies",
        /// Legal policies.
        WriteLegalPolicies = "write_legal_policies",
        /// What apps say of products and of the shop.
        ReadResourceFeedbacks = "read_resource_feedbacks",
        /// As above.
        WriteResourceFeedbacks = "write_resource_feedbacks",
        /// Members of the staff.
        ReadUsers = "read_users",
        /// Products and collections, for a storefront.
        UnauthenticatedReadProductListings = "unauthenticated_read_product_listings",
        /// Stock of variants, for a storefront.
        UnauthenticatedReadProductInventory = "unauthenticated_read_product_inventory",
        /// Tags of products, for a storefront.
        UnauthenticatedReadProductTags = "unauthenticated_read_product_tags",
        /// Where variants can be fetched, for a storefront.
        UnauthenticatedReadProductPickupLocations = "unauthenticated_read_product_pickup_locations",
        /// Selling plans, for a storefront.
        UnauthenticatedReadSellingPlans = "unauthenticated_read_selling_plans",
        /// Carts, for a storefront.
        UnauthenticatedReadCheckouts = "unauthenticated_read_checkouts",
        /// Carts, for a storefront.
        UnauthenticatedWriteCheckouts = "unauthenticated_write_checkouts",
        /// The signed-in customer, for a storefront.
        UnauthenticatedReadCustomers = "unauthenticated_read_customers",
        /// The signed-in customer, for a storefront.
        UnauthenticatedWriteCustomers = "unauthenticated_write_customers",
        /// The customer's tags, for a storefront.
        UnauthenticatedReadCustomerTags = "unauthenticated_read_customer_tags",
        /// Pages, blogs and menus, for a storefront.
        UnauthenticatedReadContent = "unauthenticated_read_content",
        /// Metaobjects, for a storefront.
        UnauthenticatedReadMetaobjects = "unauthenticated_read_metaobjects",
    }
}

impl Scope {
    /// Whether the scope is one that a storefront's token may have.
    #[must_use]
    pub fn is_unauthenticated(self) -> bool {
        self.as_str().starts_with("unauthenticated_")
    }

    /// What it allows, in words: `Read product listings`.
    #[must_use]
    pub fn description(self) -> String {
        let words = self
            .as_str()
            .trim_start_matches("unauthenticated_")
            .replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    }

    /// The scope to write what this one reads, if there is such a scope.
    #[must_use]
    pub fn to_write(self) -> Option<Self> {
        Self::parse(&self.as_str().replacen("read_", "write_", 1)).filter(|found| *found != self)
    }

    const fn bit(self) -> u128 {
        1 << self as u32
    }
}

/// A set of scopes. The store keeps it as handles with commas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u128);

/// A text that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an access scope such as read_products")]
pub struct UnknownScope(pub String);

impl Scopes {
    /// No scope at all.
    pub const NONE: Self = Self(0);

    /// Reads handles with commas or blanks between them.
    ///
    /// # Errors
    /// Names the first handle that is not known.
    pub fn parse(text: &str) -> Result<Self, UnknownScope> {
        let handles = text.split([',', ' ']).filter(|handle| !handle.is_empty());
        handles
            .map(|handle| Scope::parse(handle).ok_or_else(|| UnknownScope(handle.to_owned())))
            .collect()
    }

    /// Every scope of the Admin API, and of the storefronts that an app may make tokens for.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    /// Every scope of a storefront.
    #[must_use]
    pub fn storefront() -> Self {
        Self::all().only_unauthenticated()
    }

    /// Those among them that a storefront's token may have.
    #[must_use]
    pub fn only_unauthenticated(self) -> Self {
        self.iter()
            .filter(|scope| scope.is_unauthenticated())
            .collect()
    }

    /// Whether the scope is in the set, or the one to write the same.
    #[must_use]
    pub fn allow(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
            || scope
                .to_write()
                .is_some_and(|writing| self.0 & writing.bit() != 0)
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes, in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL
            .iter()
            .copied()
            .filter(move |scope| self.0 & scope.bit() != 0)
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{}", scope.as_str())?;
        }
        Ok(())
    }
}

impl ToParam for Scopes {
    fn to_param(&self) -> Param<'_> {
        Param::Text(Cow::Owned(self.to_string()))
    }
}

impl FromColumn for Scopes {
    const WANTED: &'static str = "a list of scopes";

    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Self::parse(text).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_every_scope() {
        assert!(Scope::ALL.len() <= 128, "the set is 128 bits wide");
        assert_eq!(Scopes::all().iter().count(), Scope::ALL.len());
    }

    #[test]
    fn a_set_reads_back_as_it_was_written() {
        let scopes = Scopes::parse("write_products, read_orders").unwrap();
        assert_eq!(scopes.to_string(), "write_products,read_orders");
        assert_eq!(Scopes::parse(&scopes.to_string()), Ok(scopes));
        assert_eq!(
            Scopes::parse("read_minds"),
            Err(UnknownScope("read_minds".to_owned()))
        );
    }

    #[test]
    fn to_write_is_to_read_but_not_the_other_way() {
        let scopes = Scopes::parse("write_products,read_orders").unwrap();
        assert!(scopes.allow(Scope::ReadProducts) && scopes.allow(Scope::WriteProducts));
        assert!(scopes.allow(Scope::ReadOrders) && !scopes.allow(Scope::WriteOrders));
        let carts = Scopes::parse("unauthenticated_write_checkouts").unwrap();
        assert!(carts.allow(Scope::UnauthenticatedReadCheckouts));
        assert!(!carts.allow(Scope::ReadCustomers));
    }

    #[test]
    fn a_scope_says_what_it_allows() {
        assert_eq!(
            Scope::UnauthenticatedReadProductListings.description(),
            "Read product listings"
        );
    }
}
