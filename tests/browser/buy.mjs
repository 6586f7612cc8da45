// Buys once through the shop window and the checkout page, as a person would:
// by what can be read on the page, never by its markup. Then the merchant signs in
// and sends the order.

import assert from 'node:assert/strict';
import path from 'node:path';
import {chromium} from 'playwright-core';

const {SHOP_URL, SHOP_STAFF_EMAIL, SHOP_STAFF_PASSWORD} = process.env;
const EMAIL = 'browser@example.com';

const context = await chromium.launchPersistentContext(process.env.CHROMIUM_PROFILE, {
  executablePath: process.env.CHROMIUM,
  headless: true,
  viewport: {width: 1200, height: 900},
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const page = context.pages()[0] ?? (await context.newPage());
page.setDefaultTimeout(15_000);
const complaints = [];
page.on('pageerror', (error) => complaints.push(String(error)));
page.on('response', (response) => {
  // A declined card's page is a 422 by intent.
  if (response.status() >= 400 && response.status() !== 422) complaints.push(`${response.status()} ${response.url()}`);
});

let shots = 0;
async function shot(name) {
  shots += 1;
  const file = `${String(shots).padStart(2, '0')}-${name}.png`;
  await page.screenshot({path: path.join(process.env.ARTIFACTS, file), fullPage: true});
}

async function fill(label, value) {
  await page.getByLabel(label).first().fill(value);
}

async function chooseProduct() {
  await page.goto(SHOP_URL);
  await shot('shop-window');
  await page.getByRole('searchbox').fill('a');
  await page.getByRole('searchbox').press('Enter');
  await page.waitForURL(/\/search/);
  await shot('search');
  await page.goto(SHOP_URL);
  const products = page.locator('main a[href*="/products/"]');
  assert.ok((await products.count()) >= 4, 'the shop window shows no products');
  // Something that has to be sent, unlike the evening class at the front.
  await products.nth(4).click();
  await page.waitForURL(/\/products\//);
  await shot('product');
  const title = (await page.getByRole('heading', {level: 1}).innerText()).trim();
  await page.getByRole('button', {name: /add to (the )?cart/i}).click();
  await page.waitForURL(/\/cart/);
  assert.ok((await page.locator('main').innerText()).includes(title), `${title} is not in the cart`);
  await shot('cart');
}

async function checkOut() {
  await page.getByRole('button', {name: 'Check out'}).click();
  await page.waitForURL(/\/checkouts\/cn\//);
  await shot('checkout');
  await fill('E-mail', EMAIL);
  await fill('First name', 'Bea');
  await fill('Last name', 'Buyer');
  await fill('Street and number', '14 Exchange Street');
  await fill('Postal code', '04101');
  await fill('Town', 'Portland');
  await fill('State or province', 'Maine');
  // First a card that is declined: the page says so and keeps what was typed.
  await fill('Card number', '2');
  await shot('checkout-filled');
  await page.getByRole('button', {name: /^Pay/}).click();
  await page.getByRole('alert').waitFor();
  await shot('declined');
  assert.equal(await page.getByLabel('E-mail').inputValue(), EMAIL);
  await fill('Card number', '1');
  await page.getByRole('button', {name: /^Pay/}).click();
  await page.getByRole('heading', {name: /Thank you/}).waitFor();
  await shot('thank-you');
}

async function fulfilOrder() {
  await page.goto(`${SHOP_URL}/admin`);
  await fill(/e-?mail/i, SHOP_STAFF_EMAIL);
  await fill(/password/i, SHOP_STAFF_PASSWORD);
  await page.getByRole('button', {name: /sign in|log in/i}).click();
  await page.getByRole('heading', {name: 'Orders'}).waitFor();
  await shot('orders');
  await page.locator('a[href*="/orders/"]').first().click();
  await page.getByText(EMAIL).first().waitFor();
  await shot('order');
  await fill('Tracking number', 'DHL-1');
  await page.getByRole('button', {name: 'Fulfil'}).click();
  await page.getByText('Fulfilled').first().waitFor();
  await shot('order-fulfilled');
}

try {
  await chooseProduct();
  await checkOut();
  await fulfilOrder();
  assert.deepEqual(complaints, [], 'the browser complained');
} catch (error) {
  await shot('failure').catch(() => {});
  throw error;
} finally {
  await context.close();
}
