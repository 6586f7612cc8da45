//! The texts of the operations.

pub(crate) const ADD_ORDER: &str = "mutation($order: OrderCreateOrderInput!) {
    orderCreate(order: $order) { order { id } userErrors { field message } }
}";
pub(crate) const ADD_DRAFT: &str = "mutation($input: DraftOrderInput!) {
    draftOrderCreate(input: $input) { draftOrder { id } userErrors { field message } }
}";
pub(crate) const KNOWN: &str = "{
    products(first: 1) { nodes { id variants(first: 1) { nodes { id inventoryItem { id } } } } }
    orders(first: 1) { nodes { id } }
    customers(first: 1) { nodes { id } }
    locations(first: 1) { nodes { id } }
}";
pub(crate) const PRODUCTS: &str = "query($query: String) {
    products(first: 20, query: $query, sortKey: TITLE) {
        nodes {
            id title handle status vendor productType tags totalInventory
            featuredMedia { id } priceRangeV2 { minVariantPrice { amount currencyCode } }
            variants(first: 5) { nodes { id title sku price inventoryQuantity } }
        }
        pageInfo { hasNextPage endCursor }
    }
}";
pub(crate) const PRODUCT: &str = "query($id: ID!) {
    product(id: $id) {
        id title descriptionHtml tags options { name values }
        collections(first: 5) { nodes { id title } }
        media(first: 5) { nodes { id } }
        metafields(first: 10) { nodes { namespace key value } }
        variants(first: 50) { nodes {
            id price selectedOptions { name value }
            inventoryItem { id tracked inventoryLevels(first: 5) { nodes {
                id location { id name } quantities(names: [\"available\"]) { quantity }
            } } }
        } }
    }
}";
pub(crate) const PRODUCT_BY_HANDLE: &str = "{
    productByIdentifier(identifier: { handle: \"goods-7\" }) { id title }
}";
pub(crate) const VARIANTS: &str = "query($query: String) {
    productVariants(first: 20, query: $query) { nodes { id sku price product { id title } } }
}";
pub(crate) const INVENTORY: &str = "{
    inventoryItems(first: 20) { nodes {
        id sku tracked inventoryLevels(first: 2) { nodes { id quantities(names: [\"available\"]) { quantity } } }
    } }
}";
pub(crate) const ORDERS: &str = "query($query: String) {
    orders(first: 20, query: $query, reverse: true) {
        nodes {
            id name email tags createdAt displayFinancialStatus displayFulfillmentStatus
            totalPriceSet { shopMoney { amount currencyCode } }
            customer { id displayName }
            lineItems(first: 5) { nodes { id title quantity sku variant { id } product { id } } }
        }
        pageInfo { hasNextPage endCursor }
    }
}";
pub(crate) const ORDER: &str = "query($id: ID!) {
    order(id: $id) {
        id name email note tags
        customer { id email numberOfOrders }
        lineItems(first: 20) { nodes { id title quantity variant { id sku product { id handle } } } }
        transactions { id kind status amountSet { shopMoney { amount } } }
        fulfillmentOrders(first: 5) { nodes { id status lineItems(first: 5) { nodes { id remainingQuantity } } } }
        fulfillments { id } refunds { id } metafields(first: 5) { nodes { key } }
    }
}";
pub(crate) const CUSTOMERS: &str = "query($query: String) {
    customers(first: 20, query: $query) {
        nodes { id displayName email tags numberOfOrders amountSpent { amount } defaultAddress { id } }
    }
}";
pub(crate) const CUSTOMER: &str = "query($id: ID!) {
    customer(id: $id) { id email tags orders(first: 5, reverse: true) { nodes { id name } } metafields(first: 5) { nodes { key } } }
}";
pub(crate) const COLLECTIONS: &str = "{
    collections(first: 20) { nodes { id title handle productsCount { count } products(first: 3) { nodes { id title } } } }
}";
pub(crate) const DRAFTS: &str = "{
    draftOrders(first: 20, reverse: true) { nodes { id name status lineItems(first: 5) { nodes { title quantity } } } }
}";
pub(crate) const METAOBJECTS: &str = "{
    metaobjects(type: \"designer\", first: 20) { nodes { id handle displayName fields { key value } } }
}";
pub(crate) const NODES: &str = "query($ids: [ID!]!) {
    nodes(ids: $ids) { id ... on Product { title } ... on Order { name } ... on Customer { displayName } }
}";
pub(crate) const PRODUCT_UPDATE: &str = "mutation($product: ProductUpdateInput!) {
    productUpdate(product: $product) { product { id title } userErrors { field message } }
}";
pub(crate) const METAFIELDS_SET: &str = "mutation($metafields: [MetafieldsSetInput!]!) {
    metafieldsSet(metafields: $metafields) { metafields { id value } userErrors { field message } }
}";
pub(crate) const WINDOW: &str = "query($query: String) {
    products(first: 24, query: $query, sortKey: BEST_SELLING) {
        nodes {
            id title handle availableForSale tags
            featuredImage { url altText }
            priceRange { minVariantPrice { amount currencyCode } }
            variants(first: 3) { nodes { id title availableForSale price { amount } } }
        }
        pageInfo { hasNextPage endCursor }
    }
}";
pub(crate) const PRODUCT_PAGE: &str = "{
    product(handle: \"goods-7\") {
        id title descriptionHtml availableForSale vendor tags
        options { name optionValues { name } }
        images(first: 10) { nodes { url } }
        metafield(namespace: \"custom\", key: \"fabric\") { value }
        collections(first: 3) { nodes { title } }
        variants(first: 50) { nodes {
            id title availableForSale quantityAvailable price { amount } selectedOptions { name value }
        } }
    }
}";
pub(crate) const COLLECTION_PAGE: &str = "query($handle: String!, $filters: [ProductFilter!]) {
    collection(handle: $handle) {
        id title
        products(first: 24, filters: $filters, sortKey: PRICE) {
            nodes { id title handle priceRange { minVariantPrice { amount } } }
            filters { id label type values { id label count input } }
            pageInfo { hasNextPage endCursor }
        }
    }
}";
pub(crate) const SHELVES: &str = "{
    collections(first: 10) { nodes { id title products(first: 4) { nodes { id title } } } }
}";
pub(crate) const SEARCH: &str = "query($query: String!) {
    search(query: $query, first: 24, types: [PRODUCT]) {
        totalCount
        nodes { ... on Product { id title handle } }
        productFilters { id values { count } }
    }
}";
pub(crate) const PREDICTIVE: &str = "query($query: String!) {
    predictiveSearch(query: $query, limit: 8) {
        products { id title handle } collections { id title } queries { text }
    }
}";
pub(crate) const RECOMMENDATIONS: &str =
    "query($id: ID!) { productRecommendations(productId: $id) { id title } }";
pub(crate) const STOREFRONT_METAOBJECTS: &str = "{
    metaobjects(type: \"designer\", first: 20) { nodes { id handle fields { key value } } }
}";
pub(crate) const CART_CREATE: &str = "mutation($input: CartInput) {
    cartCreate(input: $input) {
        cart { id checkoutUrl totalQuantity cost { totalAmount { amount } } lines(first: 10) { nodes {
            id quantity merchandise { ... on ProductVariant { id title product { title } } }
        } } }
        userErrors { field message }
    }
}";
pub(crate) const CART_LINES_ADD: &str = "mutation($id: ID!, $lines: [CartLineInput!]!) {
    cartLinesAdd(cartId: $id, lines: $lines) {
        cart { id totalQuantity cost { totalAmount { amount } } } userErrors { field message }
    }
}";
pub(crate) const CART: &str = "query($id: ID!) {
    cart(id: $id) {
        id totalQuantity cost { subtotalAmount { amount } totalAmount { amount } }
        lines(first: 50) { nodes { id quantity cost { totalAmount { amount } }
            merchandise { ... on ProductVariant { id title price { amount } product { title handle } } } } }
    }
}";
