//! What the scenarios of orders, fulfilments and refunds start from: a sale.

use commerce::Actor;
use commerce::address::Address;
use commerce::catalog::{
    self, ItemInput, OptionInput, OptionValueInput, ProductInput, StockInput, VariantInput,
    VariantOptionInput,
};
use commerce::orders::{
    self, DisplayFinancialStatus, InventoryBehaviour, LineInput, OrderInput, ShippingLineInput,
    TaxInput,
};
use serde_json::{Value, json};
use tests::{TestShop, Variant};
use units::{Currency, Money, OrderId, ProductVariantId};

/// How many teapots there are before the sale.
pub(crate) const STOCK: i64 = 10;

/// An order of two teapots at 10.00 and a gift wrap at 5.00, shipped for 4.00, with 10 % tax on
/// top of everything: 31.90 in all. Ids are global ids.
#[derive(Debug, Clone)]
pub(crate) struct Sale {
    pub(crate) order: String,
    pub(crate) teapots: String,
    pub(crate) wrap: String,
    pub(crate) fulfillment_order: String,
    /// The fulfilment order's lines, in the order of the order's.
    pub(crate) work: Vec<String>,
    pub(crate) location: String,
    variant: ProductVariantId,
}

/// A sale that is paid, or not.
pub(crate) async fn given_sale(shop: &TestShop, paid: DisplayFinancialStatus) -> Sale {
    let variant = given_teapots(shop).await;
    let order = given_order(shop, variant, paid).await;
    let query = "query($id: ID!) { order(id: $id) {
        lineItems(first: 5) { nodes { id title } }
        fulfillmentOrders(first: 5) { nodes {
            id
            assignedLocation { location { id } }
            lineItems(first: 5) { nodes { id lineItem { title } } }
        } }
    } }";
    let reply = shop
        .admin(query, json!({ "id": order.to_string() }))
        .await
        .ok();
    let work = "order.fulfillmentOrders.nodes.0";
    Sale {
        order: order.to_string(),
        teapots: reply.text("order.lineItems.nodes.0.id"),
        wrap: reply.text("order.lineItems.nodes.1.id"),
        fulfillment_order: reply.text(&format!("{work}.id")),
        work: (0..2)
            .map(|n| reply.text(&format!("{work}.lineItems.nodes.{n}.id")))
            .collect(),
        location: reply.text(&format!("{work}.assignedLocation.location.id")),
        variant,
    }
}

/// A sale of which all is paid.
pub(crate) async fn given_paid_sale(shop: &TestShop) -> Sale {
    given_sale(shop, DisplayFinancialStatus::Paid).await
}

/// The teapots of a sale, by their global ids: at 10.00, [`STOCK`] available.
pub(crate) async fn given_teapot(shop: &TestShop) -> Variant {
    let id = given_teapots(shop).await;
    let found = shop
        .db()
        .read(shop.id(), move |tx| catalog::variants(tx, &[id]));
    let found = found.await.and_then(|found| found).expect("a reading");
    let stocked = found.into_iter().flatten().next().expect("the variant");
    Variant {
        product: stocked.variant.product_id.to_string(),
        handle: "teapot".to_owned(),
        id: id.to_string(),
        item: stocked.variant.inventory_item_id.to_string(),
        location: shop.location().await,
    }
}

async fn given_teapots(shop: &TestShop) -> ProductVariantId {
    let call = shop.call(Actor::System);
    let item = ItemInput {
        sku: Some("POT-1".to_owned()),
        tracked: Some(true),
        requires_shipping: Some(true),
        ..ItemInput::default()
    };
    let input = ProductInput {
        title: Some("Teapot".to_owned()),
        options: Some(vec![OptionInput {
            name: Some("Title".to_owned()),
            values: vec![OptionValueInput {
                name: Some("Default Title".to_owned()),
                ..OptionValueInput::default()
            }],
            ..OptionInput::default()
        }]),
        variants: Some(vec![VariantInput {
            option_values: vec![VariantOptionInput {
                option_name: Some("Title".to_owned()),
                name: Some("Default Title".to_owned()),
                ..VariantOptionInput::default()
            }],
            price_minor: Some(1000),
            item,
            stock: vec![StockInput {
                location: None,
                available: STOCK,
            }],
            ..VariantInput::default()
        }]),
        published_at: Some(Some(call.now)),
        ..ProductInput::default()
    };
    let made = shop.db().write(shop.id(), move |tx| {
        let product = catalog::create(tx, &call, &input)?;
        let page = store::page::Window::first(1);
        let sort = catalog::VariantSort::Position;
        let found = catalog::variants_of(tx, &[product], sort, &page).expect("a first page");
        Ok::<_, catalog::CatalogError>(found[0].nodes[0].variant.id)
    });
    made.await.expect("the product is made")
}

async fn given_order(
    shop: &TestShop,
    variant: ProductVariantId,
    paid: DisplayFinancialStatus,
) -> OrderId {
    let call = shop.call(Actor::System);
    let euros = |minor| Money::new(minor, Currency::EUR);
    let input = OrderInput {
        lines: vec![
            LineInput {
                variant: Some(variant),
                quantity: 2,
                ..LineInput::default()
            },
            LineInput {
                title: Some("Gift wrap".to_owned()),
                quantity: 1,
                price: Some(euros(500)),
                taxable: Some(true),
                requires_shipping: Some(false),
                ..LineInput::default()
            },
        ],
        email: Some("bea@example.com".to_owned()),
        shipping_address: Some(Address {
            first_name: Some("Bea".to_owned()),
            last_name: Some("Buyer".to_owned()),
            address1: Some("Am Wall 2".to_owned()),
            city: Some("Bremen".to_owned()),
            zip: Some("28195".to_owned()),
            country_code: Some("DE".to_owned()),
            ..Address::default()
        }),
        shipping_lines: vec![ShippingLineInput {
            title: "Parcel".to_owned(),
            code: None,
            source: None,
            price: euros(400),
            tax_lines: vec![tenth()],
        }],
        tax_lines: vec![tenth()],
        financial_status: Some(paid),
        inventory: InventoryBehaviour::DecrementObeyingPolicy,
        tags: vec!["sample".to_owned()],
        ..OrderInput::default()
    };
    let made = shop
        .db()
        .write(shop.id(), move |tx| orders::create(tx, &call, &input));
    made.await.expect("the order is made").id
}

fn tenth() -> TaxInput {
    TaxInput {
        title: "Tax".to_owned(),
        rate_ppm: 100_000,
        price: None,
    }
}

impl Sale {
    /// What is available and committed of the teapots.
    pub(crate) async fn stock(&self, shop: &TestShop) -> (i64, i64) {
        let variant = self.variant;
        let read = shop.db().read(shop.id(), move |tx| {
            tx.one(
                "SELECT CAST(SUM(l.available) AS BIGINT), CAST(SUM(l.committed) AS BIGINT)
                   FROM inventory_levels l
                   JOIN product_variants v
                     ON v.shop_id = $shop AND v.inventory_item_id = l.inventory_item_id
                  WHERE l.shop_id = $shop AND v.id = $1",
                (variant,),
            )
        });
        read.await
            .expect("the store reads")
            .expect("the level is there")
    }

    /// The order as a text of its states: paid, fulfilled, and what it comes to now.
    pub(crate) async fn states(&self, shop: &TestShop) -> String {
        let query = "query($id: ID!) { order(id: $id) {
            displayFinancialStatus displayFulfillmentStatus
            currentTotalPriceSet { shopMoney { amount } }
        } }";
        let reply = shop.admin(query, json!({ "id": self.order })).await.ok();
        format!(
            "{} {} {}",
            reply.text("order.displayFinancialStatus"),
            reply.text("order.displayFulfillmentStatus"),
            reply.text("order.currentTotalPriceSet.shopMoney.amount"),
        )
    }

    /// Lets goods leave: all that remains, or so many units of the lines.
    pub(crate) async fn fulfill(&self, shop: &TestShop, lines: &[(usize, i64)]) -> tests::Reply {
        let lines: Vec<Value> = lines
            .iter()
            .map(|(line, quantity)| json!({ "id": self.work[*line], "quantity": quantity }))
            .collect();
        let group = if lines.is_empty() {
            json!({ "fulfillmentOrderId": self.fulfillment_order })
        } else {
            json!({
                "fulfillmentOrderId": self.fulfillment_order,
                "fulfillmentOrderLineItems": lines,
            })
        };
        fulfill(shop, json!({ "lineItemsByFulfillmentOrder": [group] })).await
    }

    /// The order's payment.
    pub(crate) async fn payment(&self, shop: &TestShop) -> String {
        let query = "query($id: ID!) { order(id: $id) { transactions { id } } }";
        let reply = shop.admin(query, json!({ "id": self.order })).await.ok();
        reply.text("order.transactions.0.id")
    }

    /// Gives `amount` back on the order's payment, besides what `more` says.
    pub(crate) async fn refund(&self, shop: &TestShop, amount: &str, more: Value) -> tests::Reply {
        let payment = self.payment(shop).await;
        let mut input = json!({
            "orderId": self.order,
            "transactions": [{
                "amount": amount, "gateway": "manual", "kind": "REFUND",
                "orderId": self.order, "parentId": payment,
            }],
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        refund(shop, input).await
    }
}

/// `fulfillmentCreate`.
pub(crate) async fn fulfill(shop: &TestShop, input: Value) -> tests::Reply {
    let query = "mutation($input: FulfillmentInput!) { fulfillmentCreate(fulfillment: $input) {
        fulfillment { id name status displayStatus totalQuantity trackingInfo { company number url } }
        userErrors { field message }
    } }";
    shop.admin(query, json!({ "input": input })).await
}

/// `refundCreate`.
pub(crate) async fn refund(shop: &TestShop, input: Value) -> tests::Reply {
    let query = "mutation($input: RefundInput!) { refundCreate(input: $input) {
        refund { id note totalRefundedSet { shopMoney { amount } } }
        order { id displayFinancialStatus }
        userErrors { field message }
    } }";
    shop.admin(query, json!({ "input": input })).await
}
