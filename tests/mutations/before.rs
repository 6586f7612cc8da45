//! What has to happen before a mutation can be done, where a random life seldom brings it about.

/// Everybody acts, jobs are done, and the pool learns what is there.
pub(crate) const OTHERS: &str = "others";

/// Steps by what the names of mutations begin with; the longest beginning counts.
const STEPS: &[(&str, &[&str])] = &[
    ("app", &["appSubscriptionCreate", OTHERS]),
    ("article", &["blogCreate", "articleCreate"]),
    ("blog", &["blogCreate"]),
    ("bulkOperationCancel", &["bulkOperationRunQuery"]),
    ("bulkOperationRunMutation", &["stagedUploadsCreate"]),
    ("catalog", &["priceListCreate", "catalogCreate"]),
    ("collection", &["productSet", "collectionCreate", OTHERS]),
    (
        "combinedListingUpdate",
        &["productCreate", "productCreate parent"],
    ),
    ("comment", &["blogCreate", "articleCreate", OTHERS]),
    ("customer", &["customerCreate", OTHERS]),
    (
        "customerSmsMarketingConsentUpdate",
        &["customerCreate", "customerUpdate"],
    ),
    ("discountAutomatic", &["discountAutomaticBasicCreate"]),
    ("discountAutomaticBxgy", &["discountAutomaticBxgyCreate"]),
    (
        "discountAutomaticFreeShipping",
        &["discountAutomaticFreeShippingCreate"],
    ),
    ("discountCode", &["discountCodeBasicCreate"]),
    ("discountCodeBxgy", &["discountCodeBxgyCreate"]),
    (
        "discountCodeFreeShipping",
        &["discountCodeFreeShippingCreate"],
    ),
    (
        "discountCodeRedeemCode",
        &[
            "discountCodeBasicCreate",
            "discountRedeemCodeBulkAdd",
            OTHERS,
        ],
    ),
    ("discountRedeemCode", &["discountCodeBasicCreate"]),
    ("draftOrder", &["productSet", "draftOrderCreate"]),
    ("file", &["stagedUploadsCreate", "fileCreate", OTHERS]),
    (
        "fileAcknowledgeUpdateFailed",
        &[
            "stagedUploadsCreate",
            "fileCreate",
            OTHERS,
            "fileUpdate lost",
            OTHERS,
        ],
    ),
    ("fulfillment", &["productSet", "orderCreate", OTHERS]),
    (
        "fulfillmentCancel",
        &["productSet", "orderCreate", OTHERS, "fulfillmentCreate"],
    ),
    (
        "fulfillmentOrderReleaseHold",
        &["productSet", "orderCreate", OTHERS, "fulfillmentOrderHold"],
    ),
    (
        "fulfillmentTracking",
        &["productSet", "orderCreate", OTHERS, "fulfillmentCreate"],
    ),
    ("giftCard", &["giftCardCreate"]),
    ("inventory", &["productSet", OTHERS]),
    ("inventoryActivate", &["productSet", OTHERS, "locationAdd"]),
    (
        "inventoryDeactivate",
        &["productSet", OTHERS, "locationAdd", "inventoryActivate"],
    ),
    ("location", &["locationAdd"]),
    ("locationDelete", &["locationAdd", "locationDeactivate"]),
    (
        "locationLocalPickupDisable",
        &["locationAdd", "locationLocalPickupEnable"],
    ),
    ("market", &["marketCreate", OTHERS]),
    ("marketRegionDelete", &["marketCreate twofold"]),
    (
        "marketLocalizations",
        &["productSet", "metafieldsSet", "marketCreate", OTHERS],
    ),
    ("menu", &["productSet", "menuCreate"]),
    ("metafieldDefinition", &["metafieldDefinitionCreate"]),
    (
        "metafieldDefinitionUnpin",
        &["metafieldDefinitionCreate", "metafieldDefinitionPin"],
    ),
    (
        "metafields",
        &["productSet", "customerCreate", "metafieldsSet"],
    ),
    (
        "metaobject",
        &["metaobjectDefinitionCreate", "metaobjectCreate"],
    ),
    ("order", &["productSet", "orderCreate", OTHERS]),
    (
        "orderCapture",
        &["productSet", "orderCreate authorized", OTHERS],
    ),
    ("page", &["pageCreate"]),
    ("priceList", &["productSet", "priceListCreate"]),
    (
        "priceListFixedPricesDelete",
        &["productSet", "priceListCreate", "priceListFixedPricesAdd"],
    ),
    ("product", &["sellingPlanGroupCreate", "productSet", OTHERS]),
    (
        "productBundleUpdate",
        &["productSet", "productBundleCreate"],
    ),
    (
        "productDeleteMedia",
        &[
            "stagedUploadsCreate",
            "productSet",
            "productCreateMedia",
            OTHERS,
        ],
    ),
    (
        "productReorderMedia",
        &[
            "stagedUploadsCreate",
            "productSet",
            "productCreateMedia",
            OTHERS,
        ],
    ),
    (
        "productUpdateMedia",
        &[
            "stagedUploadsCreate",
            "productSet",
            "productCreateMedia",
            OTHERS,
        ],
    ),
    (
        "productVariantAppendMedia",
        &[
            "stagedUploadsCreate",
            "productSet",
            "productCreateMedia",
            OTHERS,
        ],
    ),
    (
        "productVariantDetachMedia",
        &[
            "stagedUploadsCreate",
            "productSet",
            "productCreateMedia",
            OTHERS,
            "productVariantAppendMedia",
        ],
    ),
    ("publication", &["catalogCreate", "publicationCreate"]),
    ("publicationCreate", &["catalogCreate"]),
    ("publishable", &["productSet", "collectionCreate", OTHERS]),
    ("refundCreate", &["productSet", "orderCreate", OTHERS]),
    ("savedSearch", &["savedSearchCreate"]),
    (
        "sellingPlanGroup",
        &["productSet", "sellingPlanGroupCreate"],
    ),
    ("shopLocale", &["shopLocaleEnable"]),
    ("storefront.cart", &["productSet", "storefront.cartCreate"]),
    (
        "storefront.cartGiftCardCodes",
        &["productSet", "storefront.cartCreate", "giftCardCreate"],
    ),
    (
        "storefront.cartGiftCardCodesRemove",
        &[
            "productSet",
            "storefront.cartCreate",
            "giftCardCreate",
            "storefront.cartGiftCardCodesAdd",
        ],
    ),
    (
        "storefront.customer",
        &[
            "storefront.customerCreate",
            "storefront.customerAccessTokenCreate",
            "storefront.customerAddressCreate",
        ],
    ),
    (
        "storefront.customerActivate",
        &["customerCreate", "customerSendAccountInviteEmail", OTHERS],
    ),
    (
        "storefront.customerActivateByUrl",
        &["customerCreate", "customerGenerateAccountActivationUrl"],
    ),
    (
        "storefront.customerReset",
        &[
            "storefront.customerCreate",
            "storefront.customerRecover",
            OTHERS,
        ],
    ),
    ("storefrontAccessToken", &["storefrontAccessTokenCreate"]),
    ("tags", &["productSet"]),
    ("theme", &["themeDuplicate", "themeFilesUpsert"]),
    (
        "transactionVoid",
        &["productSet", "orderCreate authorized", OTHERS],
    ),
    (
        "translations",
        &["shopLocaleEnable french", "productSet", OTHERS],
    ),
    ("urlRedirect", &["urlRedirectCreate"]),
    (
        "urlRedirectBulkDeleteBySavedSearch",
        &["urlRedirectCreate", "savedSearchCreate"],
    ),
    (
        "urlRedirectImport",
        &["stagedUploadsCreate", "urlRedirectImportCreate", OTHERS],
    ),
    ("webPresence", &["webPresenceCreate"]),
    ("webhookSubscription", &["webhookSubscriptionCreate"]),
];

/// What has to happen before a mutation, first things first.
pub(crate) fn steps(mutation: &str) -> &'static [&'static str] {
    let fits = STEPS.iter().filter(|(name, _)| mutation.starts_with(name));
    let longest = fits.max_by_key(|(name, _)| name.len());
    longest.map_or(&[], |(_, steps)| steps)
}
