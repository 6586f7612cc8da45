//! Typed ids: one type per noun, so that an order's id never stands for a product's.

use std::fmt;

use crate::gid::{Gid, GidError};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl $name {
            /// The noun in the global id.
            pub const KIND: &'static str = $kind;

            /// The bare number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }

            /// Reads a global id of this kind, or a bare number.
            ///
            /// # Errors
            /// When the text is no global id, or one of another kind.
            pub fn parse(text: &str) -> Result<Self, GidError> {
                Gid::number_of(text, Self::KIND).map(Self)
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        /// Writes the global id.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!("gid://shopify/", $kind, "/{}"), self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*

        /// Calls a macro with every id type, for impls that other crates owe them.
        #[macro_export]
        macro_rules! each_id {
            ($then:ident) => { $( $then!($crate::$name); )* };
        }
    };
}

ids! {
    /// A shop: the tenant that every row belongs to.
    ShopId = "Shop";
    /// An app, installed or private.
    AppId = "App";
    /// An app's installation in a shop.
    AppInstallationId = "AppInstallation";
    /// A query read to its end, or a mutation run for every line of a file.
    BulkOperationId = "BulkOperation";
    /// What is paid for an app every month or year.
    AppSubscriptionId = "AppSubscription";
    /// A part of that with a price of its own.
    AppSubscriptionLineItemId = "AppSubscriptionLineItem";
    /// A use of an app that is paid for.
    AppUsageRecordId = "AppUsageRecord";
    /// What is paid for an app once.
    AppPurchaseOneTimeId = "AppPurchaseOneTime";
    /// A token that an app or storefront presents.
    TokenId = "AccessToken";
    /// A storefront's public token.
    StorefrontAccessTokenId = "StorefrontAccessToken";
    /// A member of the merchant's staff.
    StaffMemberId = "StaffMember";
    /// A product.
    ProductId = "Product";
    /// A product's variant: what is bought.
    ProductVariantId = "ProductVariant";
    /// A group of selling plans.
    SellingPlanGroupId = "SellingPlanGroup";
    /// A way to buy other than once, now and in full.
    SellingPlanId = "SellingPlan";
    /// An option of a product, such as its size.
    ProductOptionId = "ProductOption";
    /// A value of an option.
    ProductOptionValueId = "ProductOptionValue";
    /// A picture of a product.
    MediaImageId = "MediaImage";
    /// A collection of products.
    CollectionId = "Collection";
    /// A metafield on any resource.
    MetafieldId = "Metafield";
    /// The definition of a kind of metafield.
    MetafieldDefinitionId = "MetafieldDefinition";
    /// A metaobject: an entry of custom data.
    MetaobjectId = "Metaobject";
    /// The definition of a kind of metaobject.
    MetaobjectDefinitionId = "MetaobjectDefinition";
    /// A place that keeps stock.
    LocationId = "Location";
    /// The stocked side of a variant.
    InventoryItemId = "InventoryItem";
    /// Stock of one item at one location.
    InventoryLevelId = "InventoryLevel";
    /// A group of changes to stock that happened as one.
    InventoryAdjustmentGroupId = "InventoryAdjustmentGroup";
    /// A customer.
    CustomerId = "Customer";
    /// A postal address.
    MailingAddressId = "MailingAddress";
    /// A checkout.
    CheckoutId = "Checkout";
    /// An order.
    OrderId = "Order";
    /// A draft order.
    DraftOrderId = "DraftOrder";
    /// A line of a draft order.
    DraftOrderLineItemId = "DraftOrderLineItem";
    /// A line of an order.
    LineItemId = "LineItem";
    /// Lines of an order that were sold together.
    LineItemGroupId = "LineItemGroup";
    /// A shipping line of an order.
    ShippingLineId = "ShippingLine";
    /// A movement of money on an order.
    OrderTransactionId = "OrderTransaction";
    /// What one location has to send for an order.
    FulfillmentOrderId = "FulfillmentOrder";
    /// A line of a fulfilment order.
    FulfillmentOrderLineItemId = "FulfillmentOrderLineItem";
    /// A hold on a fulfilment order.
    FulfillmentHoldId = "FulfillmentHold";
    /// A parcel that left.
    FulfillmentId = "Fulfillment";
    /// A line of a parcel.
    FulfillmentLineItemId = "FulfillmentLineItem";
    /// A refund.
    RefundId = "Refund";
    /// A line of a refund.
    RefundLineItemId = "RefundLineItem";
    /// A subscription to webhooks.
    WebhookSubscriptionId = "WebhookSubscription";
    /// One thing that happened.
    EventId = "Event";
    /// One attempt-series to deliver an event to a subscription.
    WebhookDeliveryId = "WebhookDelivery";
    /// A channel that products are published to.
    PublicationId = "Publication";
    /// A market: where a shop sells, in which currency and at which prices.
    MarketId = "Market";
    /// Where a market is found on the web.
    MarketWebPresenceId = "MarketWebPresence";
    /// A country of a market.
    MarketRegionId = "MarketRegionCountry";
    /// What markets sell, and at which prices.
    CatalogId = "MarketCatalog";
    /// The prices of a catalog.
    PriceListId = "PriceList";
    /// A discount, by a code or automatic.
    DiscountId = "DiscountNode";
    /// A code that gives a discount.
    DiscountRedeemCodeId = "DiscountRedeemCode";
    /// A gift card.
    GiftCardId = "GiftCard";
    /// A movement on a gift card.
    GiftCardTransactionId = "GiftCardTransaction";
    /// A message to somebody's mailbox.
    MailId = "Mail";
    /// A page of the shop: terms, contact, about.
    PageId = "Page";
    /// A blog.
    BlogId = "Blog";
    /// An article of a blog.
    ArticleId = "Article";
    /// A menu.
    MenuId = "Menu";
    /// An entry of a menu.
    MenuItemId = "MenuItem";
    /// An address that leads to another.
    UrlRedirectId = "UrlRedirect";
    /// A file of redirects that is taken in.
    UrlRedirectImportId = "UrlRedirectImport";
    /// A text of the shop's terms.
    ShopPolicyId = "ShopPolicy";
    /// What a reader says below an article.
    CommentId = "Comment";
    /// A search that was kept.
    SavedSearchId = "SavedSearch";
    /// A theme.
    OnlineStoreThemeId = "OnlineStoreTheme";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_another_kind_is_refused() {
        assert_eq!(
            ProductId::parse("gid://shopify/Product/5").unwrap(),
            ProductId(5)
        );
        assert!(ProductId::parse("gid://shopify/Order/5").is_err());
    }
}
