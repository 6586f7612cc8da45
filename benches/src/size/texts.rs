//! The texts of the operations.

pub(super) const LOCATION: &str = "{ locations(first: 1) { nodes { id } } }";
pub(super) const SET_PRODUCT: &str = "mutation($input: ProductSetInput!) {
    productSet(input: $input, synchronous: true) { product { id } userErrors { field message } }
}";
pub(super) const ADD_COLLECTION: &str = "mutation($input: CollectionInput!) {
    collectionCreate(input: $input) { collection { id } userErrors { field message } }
}";
pub(super) const PUBLISH: &str = "mutation($id: ID!) {
    publishablePublishToCurrentChannel(id: $id) { userErrors { field message } }
}";
pub(super) const CHANGE_COLLECTION: &str = "mutation($input: CollectionInput!) {
    collectionUpdate(input: $input) { collection { id } userErrors { field message } }
}";
pub(super) const ADD_PRODUCTS: &str = "mutation($id: ID!, $productIds: [ID!]!) {
    collectionAddProducts(id: $id, productIds: $productIds) { collection { id } userErrors { field message } }
}";
pub(super) const COLLECTION: &str = "query($handle: String!) {
    collectionByIdentifier(identifier: { handle: $handle }) { id productsCount { count } }
}";
pub(super) const PRODUCT_IDS: &str = "query($after: String) {
    products(first: 250, after: $after) { nodes { id } pageInfo { endCursor } }
}";
pub(super) const PRODUCT_VARIANTS: &str = "query($handle: String!) {
    productByIdentifier(identifier: { handle: $handle }) {
        id variants(first: 250) { nodes { id price } } inCollection: collections(first: 20) { nodes { handle } }
    }
}";
pub(super) const CHANGE_PRICES: &str = "mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
    productVariantsBulkUpdate(productId: $product, variants: $variants) { product { id } userErrors { field message } }
}";
pub(super) const UPDATE_PRODUCT: &str = "mutation($product: ProductUpdateInput!) {
    productUpdate(product: $product) { product { id } userErrors { field message } }
}";
pub(super) const RUN_QUERY: &str = "mutation($query: String!) {
    bulkOperationRunQuery(query: $query) { bulkOperation { id } userErrors { field message } }
}";
pub(super) const BULK_OPERATION: &str = "query($id: ID!) {
    bulkOperation(id: $id) { status objectCount url errorCode }
}";
pub(super) const EVERYTHING: &str = "{ products { edges { node {
    id title handle
    variants { edges { node { id title price sku } } }
    metafields { edges { node { id namespace key value } } }
} } } }";

pub(super) const PRODUCT_PAGE: &str = "query($handle: String!) {
    product(handle: $handle) {
        id title descriptionHtml availableForSale vendor tags
        options { name optionValues { name } }
        images(first: 3) { nodes { url } }
        variants(first: 10) { nodes { id title availableForSale price { amount } } }
    }
}";
pub(super) const LISTING: &str =
    "query($sort: ProductSortKeys!, $query: String, $reverse: Boolean) {
    products(first: 24, sortKey: $sort, query: $query, reverse: $reverse) {
        nodes {
            id title handle availableForSale
            featuredImage { url altText }
            priceRange { minVariantPrice { amount currencyCode } }
        }
        pageInfo { hasNextPage endCursor }
    }
}";
pub(super) const COLLECTION_PAGE: &str =
    "query($handle: String!, $filters: [ProductFilter!], $sort: ProductCollectionSortKeys) {
    collection(handle: $handle) {
        id title
        products(first: 24, filters: $filters, sortKey: $sort) {
            nodes { id title handle priceRange { minVariantPrice { amount } } }
            filters { id label type values { id label count input } }
            pageInfo { hasNextPage endCursor }
        }
    }
}";
pub(super) const SEARCH: &str =
    "query($query: String!, $filters: [ProductFilter!], $sort: SearchSortKeys) {
    search(query: $query, first: 24, types: [PRODUCT], productFilters: $filters, sortKey: $sort) {
        totalCount
        nodes { ... on Product { id title handle } }
        productFilters { id values { count } }
    }
}";
pub(super) const PREDICTIVE: &str = "query($query: String!) {
    predictiveSearch(query: $query, limit: 8) {
        products { id title handle } collections { id title } queries { text }
    }
}";
pub(super) const RECOMMENDATIONS: &str = "query($handle: String!) {
    productRecommendations(productHandle: $handle) { id title }
}";
pub(super) const ADMIN_LISTING: &str = "query($sort: ProductSortKeys!, $query: String) {
    products(first: 24, sortKey: $sort, query: $query) {
        nodes {
            id title handle status vendor productType totalInventory
            priceRangeV2 { minVariantPrice { amount currencyCode } }
        }
        pageInfo { hasNextPage endCursor }
    }
}";
pub(super) const ADMIN_VARIANTS: &str = "query($query: String) {
    productVariants(first: 24, query: $query) { nodes { id sku price product { id title } } }
}";
pub(super) const ADMIN_COLLECTION: &str = "query($handle: String!) {
    collectionByIdentifier(identifier: { handle: $handle }) {
        id title productsCount { count } products(first: 24) { nodes { id title status } }
    }
}";
