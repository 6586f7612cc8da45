// A purchase with `shopify-buy`, the client of storefronts that are a script on any page. It asks
// an old release without `.json`, and throws on a key in a reply that it did not select.

import assert from 'node:assert/strict';
import {createAdminApiClient} from '@shopify/admin-api-client';
import Client from 'shopify-buy';
import {checkOut, offerKettle} from './buying.mjs';
import {VERSION, payload, shop} from './shop.mjs';

const admin = createAdminApiClient({
  storeDomain: shop.url,
  apiVersion: VERSION,
  accessToken: shop.adminToken,
});
const client = Client.buildClient({
  domain: new URL(shop.url).host,
  storefrontAccessToken: shop.storefrontToken,
});

async function browse() {
  const products = await client.product.fetchAll();
  assert.deepEqual(products.map(({title}) => title), ['Copper kettle']);
  const [product] = products;
  assert.deepEqual(
    product.variants.map(({title, price, available}) => [title, price.amount, available]),
    [['Small', '39.5', true], ['Large', '54.0', true]],
  );
  assert.equal((await client.product.fetch(product.id)).handle, product.handle);
  assert.equal((await client.product.fetchByHandle(product.handle)).id, product.id);
  const several = await client.product.fetchMultiple([product.id]);
  assert.deepEqual(several.map(({id}) => id), [product.id]);
  const found = await client.product.fetchQuery({query: 'kettle', sortKey: 'TITLE', first: 5});
  assert.deepEqual(found.map(({id}) => id), [product.id]);
  assert.equal((await client.collection.fetchAllWithProducts()).length, 0);
  assert.equal((await client.shop.fetchInfo()).name, 'Test shop');
  await client.shop.fetchPolicies();
  return product;
}

const PRESENTS = `mutation {
  discountCodeBasicCreate(basicCodeDiscount: {
    title: "Ten off", code: "TENOFF", startsAt: "2026-01-01T00:00:00Z", context: {all: ALL},
    customerGets: {items: {all: true}, value: {percentage: 0.1}}
  }) { userErrors { message } }
  giftCardCreate(input: {code: "kettlegift2026", initialValue: "20.00"}) { userErrors { message } }
}`;

/** Types a discount code and a gift card's, takes the card off and types it again. */
async function pay(id) {
  const {data} = await admin.request(PRESENTS);
  assert.deepEqual(Object.values(data).flatMap(({userErrors}) => userErrors), []);
  const cheaper = await client.checkout.addDiscount(id, 'TENOFF');
  assert.deepEqual(cheaper.userErrors, []);
  assert.equal(cheaper.discountApplications.length, 1);
  const given = await client.checkout.addGiftCards(id, ['kettlegift2026']);
  const [card] = given.appliedGiftCards;
  assert.equal(card.lastCharacters, '2026');
  const bare = await client.checkout.removeGiftCard(id, card.id);
  assert.equal(bare.appliedGiftCards.length, 0);
  const again = await client.checkout.addGiftCards(id, ['kettlegift2026']);
  assert.equal(again.appliedGiftCards[0].amountUsed.amount, '20.0');
}

/** Fills a checkout and changes its mind about it, which ends with two small kettles. */
async function fill([small, large]) {
  const empty = await client.checkout.create({note: 'For the kitchen'});
  const both = await client.checkout.addLineItems(empty.id, [
    {variantId: small.id, quantity: 1},
    {variantId: large.id, quantity: 1, customAttributes: [{key: 'engraving', value: 'B.'}]},
  ]);
  assert.deepEqual(both.userErrors, []);
  assert.equal(both.lineItems.length, 2);
  const line = (checkout, title) => checkout.lineItems.find((item) => item.variant.title === title);
  assert.equal(line(both, 'Large').customAttributes[0].value, 'B.');
  const more = await client.checkout.updateLineItems(empty.id, [
    {id: line(both, 'Small').id, quantity: 2},
  ]);
  const fewer = await client.checkout.removeLineItems(empty.id, [line(more, 'Large').id]);
  assert.equal(fewer.lineItems.length, 1);
  assert.equal(fewer.lineItems[0].quantity, 2);
  await client.checkout.updateEmail(empty.id, 'bo@example.com');
  await client.checkout.updateAttributes(empty.id, {note: 'As a present'});
  const read = await client.checkout.fetch(empty.id);
  assert.equal(read.note, 'As a present');
  assert.equal(read.email, 'bo@example.com');
  // It takes the tax, 19 % of it, off what the shop calls the subtotal.
  assert.equal(read.lineItemsSubtotalPrice.amount, '79.0');
  assert.equal(read.subtotalPrice.amount, '66.39');
  return read;
}

await offerKettle(admin);
const checkout = await fill((await browse()).variants);
await pay(checkout.id);
await checkOut(checkout.webUrl, 'bo@example.com');

const response = await admin.request(
  `query {
    orders(first: 5, query: "email:bo@example.com") {
      nodes {
        note displayFinancialStatus discountCodes transactions(first: 5) { gateway }
        lineItems(first: 5) { nodes { quantity sku } }
      }
    }
  }`,
);
assert.deepEqual(payload(response, 'orders').nodes, [
  {
    note: 'As a present',
    displayFinancialStatus: 'PAID',
    discountCodes: ['TENOFF'],
    transactions: [{gateway: 'gift_card'}, {gateway: 'bogus'}],
    lineItems: {nodes: [{quantity: 2, sku: 'KETTLE-S'}]},
  },
]);
console.log('bought with the old client');
