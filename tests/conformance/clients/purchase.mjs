// A whole purchase with the client libraries of the Admin and the Storefront API:
// search, cart, checkout, order, fulfilment, webhooks with their signatures, refund.

import assert from 'node:assert/strict';
import {createAdminApiClient} from '@shopify/admin-api-client';
import {createStorefrontApiClient} from '@shopify/storefront-api-client';
import {checkOut, offerKettle} from './buying.mjs';
import {VERSION, payload, receiveWebhooks, shop} from './shop.mjs';

const admin = createAdminApiClient({
  storeDomain: shop.url,
  apiVersion: VERSION,
  accessToken: shop.adminToken,
});
const storefront = createStorefrontApiClient({
  storeDomain: shop.url,
  apiVersion: VERSION,
  publicAccessToken: shop.storefrontToken,
});

async function subscribe(receiver, topic) {
  const response = await admin.request(
    `mutation subscribe($topic: WebhookSubscriptionTopic!, $uri: String!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri, format: JSON}) {
        webhookSubscription { id topic uri }
        userErrors { field message }
      }
    }`,
    {variables: {topic, uri: receiver.url}},
  );
  const {webhookSubscription} = payload(response, 'webhookSubscriptionCreate');
  assert.equal(webhookSubscription.topic, topic);
}

async function find() {
  const response = await storefront.request(
    `query find($text: String!) {
      search(query: $text, first: 5, types: [PRODUCT]) {
        totalCount
        nodes {
          ... on Product {
            id
            title
            handle
            variants(first: 10) {
              nodes { id title availableForSale price { amount currencyCode } }
            }
          }
        }
      }
    }`,
    {variables: {text: 'copper kettle'}},
  );
  const found = payload(response, 'search');
  assert.equal(found.totalCount, 1);
  const [product] = found.nodes;
  assert.equal(product.title, 'Copper kettle');
  assert.deepEqual(
    product.variants.nodes.map(({title, price}) => [title, price.amount]),
    [['Small', '39.5'], ['Large', '54.0']],
  );
  return product;
}

const CART = 'cart { id checkoutUrl totalQuantity cost { subtotalAmount { amount } } lines(first: 5) { nodes { id quantity } } }';

async function fillCart(product) {
  const [small] = product.variants.nodes;
  const created = await storefront.request(
    `mutation create($input: CartInput!) {
      cartCreate(input: $input) { ${CART} userErrors { field message code } warnings { code } }
    }`,
    {variables: {input: {lines: [{merchandiseId: small.id, quantity: 1}]}}},
  );
  const {cart} = payload(created, 'cartCreate');
  const updated = await storefront.request(
    `mutation update($cartId: ID!, $lines: [CartLineUpdateInput!]!) {
      cartLinesUpdate(cartId: $cartId, lines: $lines) {
        ${CART} userErrors { field message code } warnings { code }
      }
    }`,
    {variables: {cartId: cart.id, lines: [{id: cart.lines.nodes[0].id, quantity: 2}]}},
  );
  const changed = payload(updated, 'cartLinesUpdate').cart;
  assert.equal(changed.totalQuantity, 2);
  assert.equal(changed.cost.subtotalAmount.amount, '79.0');

  const read = await storefront.request('query ($id: ID!) { cart(id: $id) { id totalQuantity } }', {
    variables: {id: cart.id},
  });
  assert.equal(payload(read, 'cart').totalQuantity, 2);
  return changed;
}

async function theOrder() {
  const response = await admin.request(
    `query {
      orders(first: 5, query: "email:bea@example.com") {
        nodes {
          id
          name
          email
          displayFinancialStatus
          displayFulfillmentStatus
          currentTotalPriceSet { shopMoney { amount } }
          lineItems(first: 5) { nodes { id quantity sku } }
          transactions(first: 5) { id kind status gateway amountSet { shopMoney { amount } } }
          fulfillmentOrders(first: 5) { nodes { id status } }
        }
      }
    }`,
  );
  const {nodes} = payload(response, 'orders');
  assert.equal(nodes.length, 1);
  return nodes[0];
}

async function fulfil(order) {
  const response = await admin.request(
    `mutation fulfil($fulfillment: FulfillmentInput!) {
      fulfillmentCreate(fulfillment: $fulfillment) {
        fulfillment { id status trackingInfo { number company } }
        userErrors { field message }
      }
    }`,
    {
      variables: {
        fulfillment: {
          lineItemsByFulfillmentOrder: [{fulfillmentOrderId: order.fulfillmentOrders.nodes[0].id}],
          trackingInfo: {number: 'DHL-1', company: 'DHL'},
        },
      },
    },
  );
  const {fulfillment} = payload(response, 'fulfillmentCreate');
  assert.equal(fulfillment.status, 'SUCCESS');
  assert.equal(fulfillment.trackingInfo[0].number, 'DHL-1');
}

async function refund(order, locationId) {
  const [sale] = order.transactions;
  const response = await admin.request(
    `mutation refund($input: RefundInput!) {
      refundCreate(input: $input) {
        refund { id totalRefundedSet { shopMoney { amount } } }
        userErrors { field message }
      }
    }`,
    {
      variables: {
        input: {
          orderId: order.id,
          note: 'Dented',
          refundLineItems: [
            {lineItemId: order.lineItems.nodes[0].id, quantity: 1, restockType: 'RETURN', locationId},
          ],
          transactions: [
            {orderId: order.id, parentId: sale.id, kind: 'REFUND', gateway: sale.gateway, amount: '39.50'},
          ],
        },
      },
    },
  );
  const made = payload(response, 'refundCreate').refund;
  assert.equal(made.totalRefundedSet.shopMoney.amount, '39.5');
}

const receiver = await receiveWebhooks();
try {
  for (const topic of ['ORDERS_CREATE', 'FULFILLMENTS_CREATE', 'REFUNDS_CREATE']) {
    await subscribe(receiver, topic);
  }
  await offerKettle(admin);
  const cart = await fillCart(await find());
  await checkOut(cart.checkoutUrl, 'bea@example.com');

  const order = await theOrder();
  assert.equal(order.displayFinancialStatus, 'PAID');
  assert.equal(order.displayFulfillmentStatus, 'UNFULFILLED');
  assert.equal(order.lineItems.nodes[0].quantity, 2);
  assert.deepEqual([order.transactions[0].kind, order.transactions[0].status], ['SALE', 'SUCCESS']);
  const told = await receiver.webhook('orders/create');
  assert.equal(told.admin_graphql_api_id, order.id);
  assert.equal(told.name, order.name);

  await fulfil(order);
  assert.equal((await theOrder()).displayFulfillmentStatus, 'FULFILLED');
  await receiver.webhook('fulfillments/create');

  const located = await admin.request('query { locations(first: 1) { nodes { id } } }');
  await refund(order, payload(located, 'locations').nodes[0].id);
  assert.equal((await theOrder()).displayFinancialStatus, 'PARTIALLY_REFUNDED');
  await receiver.webhook('refunds/create');
} finally {
  receiver.close();
}
console.log('bought, fulfilled and refunded');
