// The shop under test, as the environment tells it, and a receiver for its webhooks.

import assert from 'node:assert/strict';
import {createHmac, timingSafeEqual} from 'node:crypto';
import {createServer} from 'node:http';

export const VERSION = '2026-10';

function told(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

export const shop = {
  url: told('SHOP_URL'),
  adminToken: told('SHOP_ADMIN_TOKEN'),
  storefrontToken: told('SHOP_STOREFRONT_TOKEN'),
  appSecret: told('SHOP_APP_SECRET'),
};

/** Expects neither errors nor user errors, and gives the payload of one root field. */
export function payload(response, field) {
  assert.equal(response.errors, undefined, JSON.stringify(response.errors));
  const payload = response.data[field];
  assert.ok(payload !== undefined, `${field} is missing in ${JSON.stringify(response)}`);
  assert.deepEqual(payload?.userErrors ?? [], []);
  return payload;
}

/** A server that keeps the webhooks it is sent. */
export async function receiveWebhooks() {
  const received = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      received.push({headers: request.headers, body: Buffer.concat(chunks)});
      response.writeHead(200).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/webhooks`,
    /** Waits for one webhook about a topic and checks the whole of its envelope. */
    async webhook(topic) {
      for (let polls = 0; polls < 1000; polls += 1) {
        const found = received.find(({headers}) => headers['x-shopify-topic'] === topic);
        if (found) {
          checkEnvelope(found);
          return JSON.parse(found.body);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const topics = received.map(({headers}) => headers['x-shopify-topic']);
      assert.fail(`no webhook about ${topic} came, only ${topics.join(', ') || 'none'}`);
    },
    close: () => server.close(),
  };
}

function checkEnvelope({headers, body}) {
  const expected = createHmac('sha256', shop.appSecret).update(body).digest();
  const signature = Buffer.from(headers['x-shopify-hmac-sha256'] ?? '', 'base64');
  assert.equal(signature.length, expected.length, 'the signature is missing');
  assert.ok(timingSafeEqual(signature, expected), 'the signature does not fit the body');
  assert.equal(headers['content-type'], 'application/json');
  assert.match(headers['x-shopify-shop-domain'], /\.myshopify\.com$/);
  assert.equal(headers['x-shopify-api-version'], VERSION);
  assert.ok(headers['x-shopify-webhook-id'] && headers['x-shopify-event-id']);
  assert.ok(!Number.isNaN(Date.parse(headers['x-shopify-triggered-at'])));
}
