// What several clients' purchases have in common: the goods, and the page that takes the order.

import assert from 'node:assert/strict';
import {payload, shop} from './shop.mjs';

/** Puts a kettle in two sizes on sale. */
export async function offerKettle(admin) {
  const located = await admin.request('query { locations(first: 1) { nodes { id } } }');
  const locationId = payload(located, 'locations').nodes[0].id;
  const input = {
    title: 'Copper kettle',
    descriptionHtml: '<p>Holds two litres.</p>',
    vendor: 'Kettles & Co',
    tags: ['kitchen', 'copper'],
    status: 'ACTIVE',
    productOptions: [{name: 'Size', values: [{name: 'Small'}, {name: 'Large'}]}],
    variants: [
      {
        optionValues: [{optionName: 'Size', name: 'Small'}],
        price: '39.50',
        inventoryItem: {tracked: true, sku: 'KETTLE-S'},
        inventoryQuantities: [{locationId, name: 'available', quantity: 5}],
      },
      {
        optionValues: [{optionName: 'Size', name: 'Large'}],
        price: '54.00',
        inventoryItem: {tracked: true, sku: 'KETTLE-L'},
        inventoryQuantities: [{locationId, name: 'available', quantity: 3}],
      },
    ],
  };
  const response = await admin.request(
    `mutation offer($input: ProductSetInput!) {
      productSet(input: $input, synchronous: true) {
        product { id handle status totalInventory }
        userErrors { field message code }
      }
    }`,
    {variables: {input}},
  );
  const {product} = payload(response, 'productSet');
  assert.equal(product.totalInventory, 8);
  const published = await admin.request(
    `mutation publish($id: ID!) {
      publishablePublishToCurrentChannel(id: $id) { userErrors { field message } }
    }`,
    {variables: {id: product.id}},
  );
  payload(published, 'publishablePublishToCurrentChannel');
  return product;
}

/** The address on this machine of a page that the shop names by its own domain. */
function here(address) {
  const {pathname, search} = new URL(address, shop.url);
  return new URL(pathname + search, shop.url);
}

/** Follows a cart's address and buys what is in it, as a client without JavaScript does. */
export async function checkOut(checkoutUrl, email) {
  const shown = await fetch(here(checkoutUrl), {redirect: 'manual'});
  assert.ok([302, 303, 307].includes(shown.status), `the cart's page answers ${shown.status}`);
  const address = here(shown.headers.get('location'));
  assert.match(address.pathname, /^\/checkouts\/cn\/\w+/);
  const page = await (await fetch(address)).text();
  const value = (name) => {
    const tag = page.match(/<input[^>]*>/g).find((tag) => tag.includes(`name="${name}"`));
    assert.ok(tag, `the page has no ${name}`);
    return /value="([^"]*)"/.exec(tag)[1];
  };

  const form = new URLSearchParams({
    authenticity_token: value('authenticity_token'),
    'checkout[email]': email,
    'checkout[shipping_address][first_name]': 'Bea',
    'checkout[shipping_address][last_name]': 'Buyer',
    'checkout[shipping_address][address1]': 'Am Wall 2',
    'checkout[shipping_address][city]': 'Bremen',
    'checkout[shipping_address][province]': '',
    'checkout[shipping_address][zip]': '28195',
    'checkout[shipping_address][country]': 'DE',
    'checkout[shipping_rate]': value('checkout[shipping_rate]'),
    'checkout[payment][gateway]': 'bogus',
    'checkout[payment][number]': '1',
  });
  const bought = await fetch(address, {method: 'POST', body: form, redirect: 'manual'});
  assert.equal(bought.status, 303, await bought.text());
  const thanks = await fetch(here(bought.headers.get('location')));
  assert.equal(thanks.status, 200);
  assert.match(await thanks.text(), /Thank/i);
}
