// The generic GraphQL client against both APIs: replies, errors, versions, and the
// headers that it reads.

import assert from 'node:assert/strict';
import {createGraphQLClient} from '@shopify/graphql-client';
import {VERSION, payload, shop} from './shop.mjs';

const admin = createGraphQLClient({
  url: `${shop.url}/admin/api/${VERSION}/graphql.json`,
  headers: {'Content-Type': 'application/json', 'X-Shopify-Access-Token': shop.adminToken},
  retries: 1,
});
const storefront = createGraphQLClient({
  url: `${shop.url}/api/${VERSION}/graphql.json`,
  headers: {
    'Content-Type': 'application/json',
    'X-Shopify-Storefront-Access-Token': shop.storefrontToken,
  },
});

const named = await admin.request('query { shop { name myshopifyDomain currencyCode } }');
assert.match(payload(named, 'shop').myshopifyDomain, /\.myshopify\.com$/);
assert.ok(named.extensions.cost.requestedQueryCost >= 1);
assert.ok(named.extensions.cost.throttleStatus.maximumAvailable > 0);

const same = await storefront.request('query { shop { name } }');
assert.equal(payload(same, 'shop').name, named.data.shop.name);

const wrong = await admin.request('query { shop { motto } }');
assert.equal(wrong.data, undefined);
assert.match(wrong.errors.graphQLErrors[0].message, /motto/);
assert.equal(wrong.errors.graphQLErrors[0].extensions.code, 'undefinedField');

const fetched = await admin.fetch('query { shop { name } }');
assert.equal(fetched.status, 200);
assert.ok(fetched.headers.get('x-request-id'));
assert.equal(fetched.headers.get('x-shopify-api-version'), VERSION);

const unnamed = await admin.fetch('query { shop { name } }', {headers: {'X-Shopify-Access-Token': 'wrong'}});
assert.equal(unnamed.status, 401);

const unknown = await admin.fetch('query { shop { name } }', {
  url: `${shop.url}/admin/api/1999-13/graphql.json`,
});
assert.equal(unknown.status, 404);
console.log('asked both APIs');
