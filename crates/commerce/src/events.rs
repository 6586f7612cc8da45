//! What happened: the outbox that webhooks, the event list and analytics read.
//!
//! An operation records its event in its own transaction. For every webhook subscription to one
//! of the event's topics a delivery and a job are written beside it, so that nothing that was
//! acknowledged goes untold. The payload is rendered at the first attempt, never in here.

mod list;

pub use list::{Event, count, list, load, of_each, parse_search};

use std::collections::BTreeMap;

use store::{StoreError, Tx, text_enum};
use units::{AppId, EventId, Timestamp, WebhookDeliveryId, WebhookSubscriptionId};

use crate::call::Call;
use crate::queue::{self, NewJob};

text_enum! {
    /// What a webhook can be about, by the public API's name.
    pub enum Topic {
        /// A product came into being.
        ProductsCreate = "PRODUCTS_CREATE",
        /// A product or its variants changed.
        ProductsUpdate = "PRODUCTS_UPDATE",
        /// A product is gone.
        ProductsDelete = "PRODUCTS_DELETE",
        /// A collection came into being.
        CollectionsCreate = "COLLECTIONS_CREATE",
        /// A collection or its products changed.
        CollectionsUpdate = "COLLECTIONS_UPDATE",
        /// A collection is gone.
        CollectionsDelete = "COLLECTIONS_DELETE",
        /// A definition of metafields came into being.
        MetafieldDefinitionsCreate = "METAFIELD_DEFINITIONS_CREATE",
        /// A definition of metafields changed.
        MetafieldDefinitionsUpdate = "METAFIELD_DEFINITIONS_UPDATE",
        /// A definition of metafields is gone.
        MetafieldDefinitionsDelete = "METAFIELD_DEFINITIONS_DELETE",
        /// A metaobject came into being.
        MetaobjectsCreate = "METAOBJECTS_CREATE",
        /// A metaobject changed.
        MetaobjectsUpdate = "METAOBJECTS_UPDATE",
        /// A metaobject is gone.
        MetaobjectsDelete = "METAOBJECTS_DELETE",
        /// Stock of an item at a location changed.
        InventoryLevelsUpdate = "INVENTORY_LEVELS_UPDATE",
        /// An item is stocked at one more location.
        InventoryLevelsConnect = "INVENTORY_LEVELS_CONNECT",
        /// An item is stocked at one location less.
        InventoryLevelsDisconnect = "INVENTORY_LEVELS_DISCONNECT",
        /// The stocked side of a variant came into being.
        InventoryItemsCreate = "INVENTORY_ITEMS_CREATE",
        /// What is known of the stocked side of a variant changed.
        InventoryItemsUpdate = "INVENTORY_ITEMS_UPDATE",
        /// The stocked side of a variant is gone.
        InventoryItemsDelete = "INVENTORY_ITEMS_DELETE",
        /// A variant can be sold again.
        VariantsInStock = "VARIANTS_IN_STOCK",
        /// The last unit of a variant is sold.
        VariantsOutOfStock = "VARIANTS_OUT_OF_STOCK",
        /// A location was opened.
        LocationsCreate = "LOCATIONS_CREATE",
        /// What is known of a location changed.
        LocationsUpdate = "LOCATIONS_UPDATE",
        /// A location takes part again.
        LocationsActivate = "LOCATIONS_ACTIVATE",
        /// A location takes part no longer.
        LocationsDeactivate = "LOCATIONS_DEACTIVATE",
        /// A location is gone.
        LocationsDelete = "LOCATIONS_DELETE",
        /// A customer came into being.
        CustomersCreate = "CUSTOMERS_CREATE",
        /// A customer has an account now.
        CustomersEnable = "CUSTOMERS_ENABLE",
        /// A customer changed.
        CustomersUpdate = "CUSTOMERS_UPDATE",
        /// A customer is gone.
        CustomersDelete = "CUSTOMERS_DELETE",
        /// Somebody may be written to, or no longer.
        CustomersEmailMarketingConsentUpdate = "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE",
        /// Somebody may be texted, or no longer.
        CustomersMarketingConsentUpdate = "CUSTOMERS_MARKETING_CONSENT_UPDATE",
        /// A cart came into being.
        CartsCreate = "CARTS_CREATE",
        /// A cart changed.
        CartsUpdate = "CARTS_UPDATE",
        /// An order was placed.
        OrdersCreate = "ORDERS_CREATE",
        /// An order changed in any way.
        OrdersUpdated = "ORDERS_UPDATED",
        /// An order is wholly paid.
        OrdersPaid = "ORDERS_PAID",
        /// An order was cancelled.
        OrdersCancelled = "ORDERS_CANCELLED",
        /// An order is wholly fulfilled.
        OrdersFulfilled = "ORDERS_FULFILLED",
        /// An order is fulfilled in part.
        OrdersPartiallyFulfilled = "ORDERS_PARTIALLY_FULFILLED",
        /// A draft order came into being.
        DraftOrdersCreate = "DRAFT_ORDERS_CREATE",
        /// A draft order changed.
        DraftOrdersUpdate = "DRAFT_ORDERS_UPDATE",
        /// A draft order is gone.
        DraftOrdersDelete = "DRAFT_ORDERS_DELETE",
        /// Money moved on an order, or was meant to.
        OrderTransactionsCreate = "ORDER_TRANSACTIONS_CREATE",
        /// Money came in or went back.
        TenderTransactionsCreate = "TENDER_TRANSACTIONS_CREATE",
        /// A fulfilment order goes from another location.
        FulfillmentOrdersMoved = "FULFILLMENT_ORDERS_MOVED",
        /// A fulfilment order became two.
        FulfillmentOrdersSplit = "FULFILLMENT_ORDERS_SPLIT",
        /// A fulfilment order was called off.
        FulfillmentOrdersCancelled = "FULFILLMENT_ORDERS_CANCELLED",
        /// A fulfilment order waits.
        FulfillmentOrdersPlacedOnHold = "FULFILLMENT_ORDERS_PLACED_ON_HOLD",
        /// A fulfilment order waits no longer.
        FulfillmentOrdersHoldReleased = "FULFILLMENT_ORDERS_HOLD_RELEASED",
        /// There is one more reason for a fulfilment order to wait.
        FulfillmentHoldsAdded = "FULFILLMENT_HOLDS_ADDED",
        /// There is one reason less.
        FulfillmentHoldsReleased = "FULFILLMENT_HOLDS_RELEASED",
        /// A parcel left.
        FulfillmentsCreate = "FULFILLMENTS_CREATE",
        /// A parcel's tracking or state changed.
        FulfillmentsUpdate = "FULFILLMENTS_UPDATE",
        /// Money or goods went back.
        RefundsCreate = "REFUNDS_CREATE",
        /// A discount came into being.
        DiscountsCreate = "DISCOUNTS_CREATE",
        /// A discount changed.
        DiscountsUpdate = "DISCOUNTS_UPDATE",
        /// A discount is gone.
        DiscountsDelete = "DISCOUNTS_DELETE",
        /// A discount has one more code.
        DiscountsRedeemcodeAdded = "DISCOUNTS_REDEEMCODE_ADDED",
        /// A discount has one code less.
        DiscountsRedeemcodeRemoved = "DISCOUNTS_REDEEMCODE_REMOVED",
        /// The app was removed from the shop.
        AppUninstalled = "APP_UNINSTALLED",
        /// A theme came into being.
        ThemesCreate = "THEMES_CREATE",
        /// A theme is gone.
        ThemesDelete = "THEMES_DELETE",
        /// A theme became the one that buyers see.
        ThemesPublish = "THEMES_PUBLISH",
        /// A theme or its files changed.
        ThemesUpdate = "THEMES_UPDATE",
        /// The shop's settings changed.
        ShopUpdate = "SHOP_UPDATE",
        /// A bulk operation has ended, however it did.
        BulkOperationsFinish = "BULK_OPERATIONS_FINISH",
        /// The merchant answered an app's question for a subscription, or it ended.
        AppSubscriptionsUpdate = "APP_SUBSCRIPTIONS_UPDATE",
        /// Nine tenths of what use may cost in a period are used.
        AppSubscriptionsApproachingCappedAmount = "APP_SUBSCRIPTIONS_APPROACHING_CAPPED_AMOUNT",
        /// The merchant answered an app's question to be paid once.
        AppPurchasesOneTimeUpdate = "APP_PURCHASES_ONE_TIME_UPDATE",
        /// A market came into being.
        MarketsCreate = "MARKETS_CREATE",
        /// A market changed.
        MarketsUpdate = "MARKETS_UPDATE",
        /// A market is gone.
        MarketsDelete = "MARKETS_DELETE",
        /// The shop speaks one more language.
        LocalesCreate = "LOCALES_CREATE",
        /// Buyers can choose a language, or no longer.
        LocalesUpdate = "LOCALES_UPDATE",
        /// The shop speaks a language no longer.
        LocalesDestroy = "LOCALES_DESTROY",
        /// A group of selling plans came into being.
        SellingPlanGroupsCreate = "SELLING_PLAN_GROUPS_CREATE",
        /// A group of selling plans changed.
        SellingPlanGroupsUpdate = "SELLING_PLAN_GROUPS_UPDATE",
        /// A group of selling plans is gone.
        SellingPlanGroupsDelete = "SELLING_PLAN_GROUPS_DELETE",
        /// A customer got tags.
        CustomerTagsAdded = "CUSTOMER_TAGS_ADDED",
        /// A customer lost tags.
        CustomerTagsRemoved = "CUSTOMER_TAGS_REMOVED",
    }
}

text_enum! {
    /// The kind of row an event is about.
    pub enum Subject {
        /// A product.
        Product = "Product",
        /// A collection.
        Collection = "Collection",
        /// A definition of metafields.
        MetafieldDefinition = "MetafieldDefinition",
        /// A metaobject.
        Metaobject = "Metaobject",
        /// Stock of an item at a location.
        InventoryLevel = "InventoryLevel",
        /// The stocked side of a variant.
        InventoryItem = "InventoryItem",
        /// A variant.
        ProductVariant = "ProductVariant",
        /// A location.
        Location = "Location",
        /// A customer.
        Customer = "Customer",
        /// A cart, told by its token in the facts.
        Cart = "Cart",
        /// An order.
        Order = "Order",
        /// A draft order.
        DraftOrder = "DraftOrder",
        /// A movement of money.
        OrderTransaction = "OrderTransaction",
        /// What a location is to send of an order.
        FulfillmentOrder = "FulfillmentOrder",
        /// A parcel.
        Fulfillment = "Fulfillment",
        /// A refund.
        Refund = "Refund",
        /// A theme.
        OnlineStoreTheme = "OnlineStoreTheme",
        /// A discount.
        Discount = "DiscountNode",
        /// A market.
        Market = "Market",
        /// A language, told by its code in the facts.
        ShopLocale = "ShopLocale",
        /// A group of selling plans.
        SellingPlanGroup = "SellingPlanGroup",
        /// The shop.
        Shop = "Shop",
        /// A page.
        Page = "Page",
        /// A blog.
        Blog = "Blog",
        /// An article.
        Article = "Article",
        /// What a reader says below an article.
        Comment = "Comment",
        /// A bulk operation.
        BulkOperation = "BulkOperation",
        /// What is paid for an app every month or year.
        AppSubscription = "AppSubscription",
        /// What is paid for an app once.
        AppPurchaseOneTime = "AppPurchaseOneTime",
    }
}

impl Topic {
    /// As the webhook's header writes it: `orders/create`.
    #[must_use]
    pub fn header(self) -> String {
        match self {
            Self::CustomerTagsAdded => return "customer.tags_added".to_owned(),
            Self::CustomerTagsRemoved => return "customer.tags_removed".to_owned(),
            _ => {}
        }
        let name = self.as_str().to_ascii_lowercase();
        // The last word is the verb, except where the verb has several.
        const LONG: [&str; 8] = [
            "placed_on_hold",
            "hold_released",
            "in_stock",
            "out_of_stock",
            "partially_fulfilled",
            "approaching_capped_amount",
            "redeemcode_added",
            "redeemcode_removed",
        ];
        for verb in LONG {
            if let Some(noun) = name.strip_suffix(verb) {
                return format!("{}/{verb}", noun.trim_end_matches('_'));
            }
        }
        match name.rsplit_once('_') {
            Some((noun, verb)) => format!("{noun}/{verb}"),
            None => name,
        }
    }
}

/// Something that happened to one subject.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The topics that it counts for; one event may count for several.
    pub topics: &'static [Topic],
    /// The kind of row.
    pub subject: Subject,
    /// Its id.
    pub subject_id: i64,
    /// What must be known later and cannot be read back then, as a JSON object.
    pub facts: String,
    /// The one app that it is told to, if not all are.
    pub app: Option<AppId>,
}

impl NewEvent {
    /// An event that can be told from the subject's rows alone.
    #[must_use]
    pub fn of(topics: &'static [Topic], subject: Subject, id: impl Into<i64>) -> Self {
        Self {
            topics,
            subject,
            subject_id: id.into(),
            facts: "{}".to_owned(),
            app: None,
        }
    }

    /// The same, told to one app alone.
    #[must_use]
    pub fn for_app(self, app: AppId) -> Self {
        Self {
            app: Some(app),
            ..self
        }
    }
}

/// A subscription as the fan-out needs it.
type Subscription = (WebhookSubscriptionId, Topic, String, AppId);

/// Who wants to hear of some topics, read once for a whole slice.
#[derive(Debug, Default)]
pub struct Subscriptions(BTreeMap<Topic, Vec<Subscription>>);

impl Subscriptions {
    /// Reads the subscriptions to these topics.
    ///
    /// # Errors
    /// `Store` faults only.
    pub fn load(tx: &mut Tx, topics: &[Topic]) -> Result<Self, StoreError> {
        let mut topics: Vec<&'static str> = topics.iter().map(|topic| topic.as_str()).collect();
        topics.sort_unstable();
        topics.dedup();
        let found: Vec<Subscription> = tx.all(
            "SELECT id, topic, uri, app_id
               FROM webhook_subscriptions
              WHERE shop_id = $shop AND topic = ANY($1)
              ORDER BY topic, id",
            (topics,),
        )?;
        let mut by_topic: BTreeMap<Topic, Vec<Subscription>> = BTreeMap::new();
        for subscription in found {
            by_topic
                .entry(subscription.1)
                .or_default()
                .push(subscription);
        }
        Ok(Self(by_topic))
    }

    /// Whether anybody listens to a topic: events that only matter then need not be written else.
    #[must_use]
    pub fn want(&self, topic: Topic) -> bool {
        self.0.contains_key(&topic)
    }
}

/// Records one event.
///
/// # Errors
/// `Store` faults only.
pub fn record(tx: &mut Tx, call: &Call, event: NewEvent) -> Result<EventId, StoreError> {
    let ids = record_many(tx, &[(call, event)])?;
    Ok(ids.first().copied().expect("one event gives one id"))
}

/// What was done with something that no webhook tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It was made.
    Create,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
}

/// Takes down what was done with something that no webhook tells of, for the lists of what happened.
///
/// # Errors
/// `Store` faults only.
pub fn note(
    tx: &mut Tx,
    call: &Call,
    deed: Deed,
    subject: Subject,
    id: impl Into<i64>,
) -> Result<(), StoreError> {
    let noun = subject.as_str().to_ascii_uppercase();
    let verb = match deed {
        Deed::Create => "CREATE",
        Deed::Update => "UPDATE",
        Deed::Delete => "DELETE",
    };
    let event: EventId = call.new_id();
    tx.execute(
        "INSERT INTO events (shop_id, id, topics, subject_kind, subject_id, facts, actor, at)
         VALUES ($shop, $1, $2, $3, $4, '{}', $5, $6)",
        (
            event,
            format!("{noun}S_{verb}"),
            subject,
            id.into(),
            call.actor.to_string(),
            call.now,
        ),
    )?;
    Ok(())
}

/// Records a slice's events, with the deliveries that subscriptions to their topics want.
///
/// # Errors
/// `Store` faults only.
pub fn record_many(tx: &mut Tx, events: &[(&Call, NewEvent)]) -> Result<Vec<EventId>, StoreError> {
    let topics: Vec<Topic> = events
        .iter()
        .flat_map(|(_, event)| event.topics.iter().copied())
        .collect();
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    let subscriptions = Subscriptions::load(tx, &topics)?;
    record_for(tx, &subscriptions, events)
}

/// As [`record_many`], when the subscriptions to all of the events' topics are at hand.
///
/// # Errors
/// `Store` faults only.
pub fn record_for(
    tx: &mut Tx,
    subscriptions: &Subscriptions,
    events: &[(&Call, NewEvent)],
) -> Result<Vec<EventId>, StoreError> {
    let ids: Vec<EventId> = events.iter().map(|(call, _)| call.new_id()).collect();
    let rows: Vec<_> = events
        .iter()
        .zip(&ids)
        .map(|((call, event), id)| {
            let topics: Vec<&str> = event.topics.iter().map(|topic| topic.as_str()).collect();
            (
                *id,
                topics.join(" "),
                event.subject,
                event.subject_id,
                event.facts.as_str(),
                call.actor.to_string(),
                call.now,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO events (shop_id, id, topics, subject_kind, subject_id, facts, actor, at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7)",
        &rows,
    )?;
    fan_out(tx, subscriptions, events, &ids)?;
    Ok(ids)
}

/// An event is kept this long, a year; those who want it were told long before.
const KEPT_SECONDS: i64 = 365 * 24 * 3_600;
/// Events that are looked at in one go: a lane's turn is short.
const FORGOTTEN_MAX: i64 = 500;

/// Forgets events that happened more than a year ago, the oldest first; gives whether there may
/// be more.
///
/// # Errors
/// `Store` faults only.
pub fn forget(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    // Ids follow time: only the oldest rows are looked at.
    let gone = tx.execute(
        "DELETE FROM events
          WHERE shop_id = $shop
            AND id IN (SELECT id FROM (SELECT id, at FROM events
                                        WHERE shop_id = $shop
                                        ORDER BY id
                                        LIMIT $2) AS oldest
                        WHERE at < $1)",
        (now.plus_seconds(-KEPT_SECONDS), FORGOTTEN_MAX),
    )?;
    Ok(i64::try_from(gone).is_ok_and(|gone| gone >= FORGOTTEN_MAX))
}

fn fan_out(
    tx: &mut Tx,
    subscriptions: &Subscriptions,
    events: &[(&Call, NewEvent)],
    ids: &[EventId],
) -> Result<(), StoreError> {
    if subscriptions.0.is_empty() {
        return Ok(());
    }
    let mut deliveries = Vec::new();
    let mut jobs = Vec::new();
    for ((call, event), id) in events.iter().zip(ids) {
        let wanted = event
            .topics
            .iter()
            .filter_map(|topic| subscriptions.0.get(topic));
        for (subscription, topic, uri, app) in wanted.flatten() {
            if event.app.is_some_and(|only| only != *app) {
                continue;
            }
            let delivery: WebhookDeliveryId = call.new_id();
            let at = call.now;
            deliveries.push((delivery, *id, *subscription, *app, *topic, uri.as_str(), at));
            jobs.push(NewJob::webhook(call, uri, delivery));
        }
    }
    tx.insert_many(
        "INSERT INTO webhook_deliveries (shop_id, id, event_id, subscription_id, app_id, topic, uri,
             state, attempts, last_error, triggered_at, due_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, 'PENDING', 0, '', $7, $7, $7)",
        &deliveries,
    )?;
    queue::add(tx, &jobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_written_as_the_header_wants_it() {
        assert_eq!(Topic::OrdersCreate.header(), "orders/create");
        assert_eq!(
            Topic::InventoryLevelsUpdate.header(),
            "inventory_levels/update"
        );
        assert_eq!(
            Topic::OrderTransactionsCreate.header(),
            "order_transactions/create"
        );
        assert_eq!(
            Topic::OrdersPartiallyFulfilled.header(),
            "orders/partially_fulfilled"
        );
        assert_eq!(
            Topic::AppSubscriptionsApproachingCappedAmount.header(),
            "app_subscriptions/approaching_capped_amount"
        );
        assert_eq!(Topic::CustomerTagsAdded.header(), "customer.tags_added");
        assert_eq!(Topic::VariantsOutOfStock.header(), "variants/out_of_stock");
        assert_eq!(
            Topic::CustomersEmailMarketingConsentUpdate.header(),
            "customers_email_marketing_consent/update"
        );
    }
}
