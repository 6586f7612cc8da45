"""An order's life with ShopifyAPI, the Python library, over https: a product, an order,
its fulfilment, a refund, and the webhooks about them with their signatures."""

import base64
import hashlib
import hmac
import json
import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from urllib.parse import urlparse

import shopify

PATIENCE_SECONDS = 20


def find_shop_here():
    """The library insists on a name under myshopify.com: here it leads to this machine."""
    usual = socket.getaddrinfo

    def here(host, *rest, **named):
        name = "127.0.0.1" if host == os.environ["SHOP_DOMAIN"] else host
        return usual(name, *rest, **named)

    socket.getaddrinfo = here


class Receiver:
    """A server that keeps the webhooks it is sent."""

    def __init__(self):
        self.received = Queue()
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.put((self.headers, body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks"

    def webhooks(self, topics):
        """Waits for one webhook about each topic, checks their signatures, and tells them."""
        told = {}
        while set(topics) - told.keys():
            headers, body = self.received.get(timeout=PATIENCE_SECONDS)
            secret = os.environ["SHOP_APP_SECRET"].encode()
            expected = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest()).decode()
            assert hmac.compare_digest(headers["X-Shopify-Hmac-Sha256"], expected)
            assert headers["X-Shopify-Shop-Domain"] == os.environ["SHOP_DOMAIN"]
            told[headers["X-Shopify-Topic"]] = json.loads(body)
        return told


def ask(query, **variables):
    """Asks, expects neither errors nor user errors, and gives the one root field."""
    reply = json.loads(shopify.GraphQL().execute(query, variables))
    assert "errors" not in reply, reply["errors"]
    (payload,) = reply["data"].values()
    errors = payload.get("userErrors", [])
    assert errors == [], errors
    return payload


def subscribe(url, topic):
    ask(
        """mutation ($topic: WebhookSubscriptionTopic!, $to: WebhookSubscriptionInput!) {
          webhookSubscriptionCreate(topic: $topic, webhookSubscription: $to) {
            webhookSubscription { id } userErrors { field message }
          }
        }""",
        topic=topic,
        to={"uri": url, "format": "JSON"},
    )


def create_product():
    created = ask(
        """mutation ($product: ProductCreateInput!) {
          productCreate(product: $product) {
            product { id status variants(first: 1) { nodes { id inventoryItem { id } } } }
            userErrors { field message }
          }
        }""",
        product={"title": "Enamel jug", "vendor": "Kettles & Co", "status": "ACTIVE"},
    )["product"]
    variant = created["variants"]["nodes"][0]["id"]
    ask(
        """mutation ($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
          productVariantsBulkUpdate(productId: $product, variants: $variants) {
            productVariants { id price } userErrors { field message }
          }
        }""",
        product=created["id"],
        variants=[{"id": variant, "price": "24.00", "inventoryItem": {"sku": "JUG"}}],
    )
    return variant


def create_order(variant):
    order = ask(
        """mutation ($order: OrderCreateOrderInput!) {
          orderCreate(order: $order) {
            order {
              id name displayFinancialStatus
              totalPriceSet { shopMoney { amount currencyCode } }
              lineItems(first: 5) { nodes { id sku quantity } }
              fulfillmentOrders(first: 5) { nodes { id } }
            }
            userErrors { field message }
          }
        }""",
        order={
            "email": "pia@example.com",
            "lineItems": [{"variantId": variant, "quantity": 3}],
            "transactions": [
                {
                    "kind": "SALE",
                    "status": "SUCCESS",
                    "gateway": "bank",
                    "amountSet": {"shopMoney": {"amount": "72.00", "currencyCode": "EUR"}},
                }
            ],
        },
    )["order"]
    assert order["displayFinancialStatus"] == "PAID", order
    assert order["totalPriceSet"]["shopMoney"] == {"amount": "72.0", "currencyCode": "EUR"}
    assert [(line["sku"], line["quantity"]) for line in order["lineItems"]["nodes"]] == [("JUG", 3)]
    return order


def fulfill(order):
    (work,) = order["fulfillmentOrders"]["nodes"]
    fulfillment = ask(
        """mutation ($fulfillment: FulfillmentInput!) {
          fulfillmentCreate(fulfillment: $fulfillment) {
            fulfillment { status } userErrors { field message }
          }
        }""",
        fulfillment={
            "lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": work["id"]}],
            "trackingInfo": {"number": "1Z999", "company": "UPS"},
        },
    )["fulfillment"]
    assert fulfillment["status"] == "SUCCESS"


def refund(order):
    read = ask(
        "query ($id: ID!) { order(id: $id) { transactions(first: 5) { id kind gateway } } }",
        id=order["id"],
    )
    (sale,) = read["transactions"]
    made = ask(
        """mutation ($input: RefundInput!) {
          refundCreate(input: $input) {
            refund { totalRefundedSet { shopMoney { amount } } } userErrors { field message }
          }
        }""",
        input={
            "orderId": order["id"],
            "refundLineItems": [
                {
                    "lineItemId": order["lineItems"]["nodes"][0]["id"],
                    "quantity": 1,
                    "restockType": "NO_RESTOCK",
                }
            ],
            "transactions": [
                {
                    "orderId": order["id"],
                    "parentId": sale["id"],
                    "kind": "REFUND",
                    "gateway": sale["gateway"],
                    "amount": "24.00",
                }
            ],
        },
    )["refund"]
    assert made["totalRefundedSet"]["shopMoney"]["amount"] == "24.0"


def main():
    find_shop_here()
    port = urlparse(os.environ["SHOP_URL"]).port
    shopify.Session.setup(port=port)
    session = shopify.Session(os.environ["SHOP_DOMAIN"], "2026-10", os.environ["SHOP_ADMIN_TOKEN"])
    shopify.ShopifyResource.activate_session(session)

    receiver = Receiver()
    topics = {
        "orders/create": "ORDERS_CREATE",
        "fulfillments/create": "FULFILLMENTS_CREATE",
        "refunds/create": "REFUNDS_CREATE",
    }
    for topic in topics.values():
        subscribe(receiver.url, topic)
    order = create_order(create_product())
    fulfill(order)
    refund(order)
    after = ask(
        """query ($id: ID!) {
          order(id: $id) { displayFinancialStatus displayFulfillmentStatus }
        }""",
        id=order["id"],
    )
    assert after == {
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "displayFulfillmentStatus": "FULFILLED",
    }, after
    told = receiver.webhooks(topics)
    assert told["orders/create"]["admin_graphql_api_id"] == order["id"]
    assert told["orders/create"]["line_items"][0]["sku"] == "JUG"
    assert told["fulfillments/create"]["tracking_number"] == "1Z999"
    assert told["refunds/create"]["refund_line_items"][0]["quantity"] == 1
    print("ordered, fulfilled and refunded from Python")


main()
