//! What lists of products, variants and collections can be searched by, and how they are ordered.

mod conditions;

use store::search::{FieldKind, Table, field};
use store::{Sort, SortKind};

use conditions::{
    available, bundled, collection_metafield, collection_type, combined_role, in_category,
    in_publications, managed_by, only_bundled, out_of_stock, product_metafield, published,
    published_collection, reduced, variant_metafield, wanting, without_bundles,
};

pub(super) use conditions::reach;

/// How a list of products is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProductSort {
    /// By id, which is by age.
    #[default]
    Id,
    /// By title.
    Title,
    /// By vendor.
    Vendor,
    /// By the merchant's kind of product.
    ProductType,
    /// By when it was made.
    CreatedAt,
    /// By when it last changed.
    UpdatedAt,
    /// By when it was published; those that never were come first.
    PublishedAt,
    /// By what is available of it.
    InventoryTotal,
    /// By its lowest price.
    Price,
    /// What sold most first.
    BestSelling,
}

/// How a list of variants is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VariantSort {
    /// By id.
    #[default]
    Id,
    /// By its place in the product.
    Position,
    /// By title.
    Title,
    /// By the product's title and its own.
    FullTitle,
    /// By article number.
    Sku,
    /// By what is available of it.
    InventoryQuantity,
}

/// How a list of collections is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CollectionOrder {
    /// By id.
    #[default]
    Id,
    /// By title.
    Title,
    /// By when it last changed.
    UpdatedAt,
}

const TOTAL: &str = "(SELECT CAST(COALESCE(SUM(tl.available), 0) AS BIGINT) FROM product_variants tv \
     JOIN inventory_items ti ON ti.shop_id = tv.shop_id AND ti.id = tv.inventory_item_id \
     JOIN inventory_levels tl ON tl.shop_id = tv.shop_id AND tl.inventory_item_id = ti.id \
     WHERE tv.shop_id = p.shop_id AND tv.product_id = p.id AND ti.tracked = 1)";

const IN_STOCK: &str = "(SELECT CAST(COALESCE(SUM(tl.available), 0) AS BIGINT) \
     FROM inventory_levels tl \
     WHERE tl.shop_id = v.shop_id AND tl.inventory_item_id = v.inventory_item_id)";

const PRODUCT_ID: (&str, SortKind) = ("p.id", SortKind::Int);
const VARIANT_ID: (&str, SortKind) = ("v.id", SortKind::Int);
const COLLECTION_ID: (&str, SortKind) = ("c.id", SortKind::Int);

impl ProductSort {
    pub(super) const fn columns(self) -> &'static Sort {
        const fn by(columns: &'static [(&'static str, SortKind)]) -> Sort {
            Sort { columns }
        }
        use SortKind::{Int, Text};
        const ID: Sort = by(&[PRODUCT_ID]);
        const TITLE: Sort = by(&[("p.title_key", Text), PRODUCT_ID]);
        const VENDOR: Sort = by(&[("p.vendor_key", Text), PRODUCT_ID]);
        const TYPE: Sort = by(&[("p.product_type_key", Text), PRODUCT_ID]);
        const CREATED: Sort = by(&[("p.created_at", Int), PRODUCT_ID]);
        const UPDATED: Sort = by(&[("p.updated_at", Int), PRODUCT_ID]);
        const PUBLISHED: Sort = by(&[("p.published_key", Int), PRODUCT_ID]);
        const INVENTORY: Sort = by(&[(TOTAL, Int), PRODUCT_ID]);
        const PRICE: Sort = by(&[("p.price_min_minor", Int), PRODUCT_ID]);
        const SALES: Sort = by(&[("p.sales_key", Int), PRODUCT_ID]);
        match self {
            Self::Id => &ID,
            Self::Title => &TITLE,
            Self::Vendor => &VENDOR,
            Self::ProductType => &TYPE,
            Self::CreatedAt => &CREATED,
            Self::UpdatedAt => &UPDATED,
            Self::PublishedAt => &PUBLISHED,
            Self::InventoryTotal => &INVENTORY,
            Self::Price => &PRICE,
            Self::BestSelling => &SALES,
        }
    }
}

impl ProductSort {
    /// Whether products can be read in this order.
    pub(super) const fn is_indexed(self) -> bool {
        !matches!(self, Self::InventoryTotal)
    }
}

impl VariantSort {
    pub(super) const fn columns(self) -> &'static Sort {
        use SortKind::{Int, Text};
        const ID: Sort = Sort {
            columns: &[VARIANT_ID],
        };
        const POSITION: Sort = Sort {
            columns: &[("v.position", Int), VARIANT_ID],
        };
        const TITLE: Sort = Sort {
            columns: &[("v.title", Text), VARIANT_ID],
        };
        const FULL: Sort = Sort {
            columns: &[("p.title_key", Text), ("v.title", Text), VARIANT_ID],
        };
        const SKU: Sort = Sort {
            columns: &[("v.sku", Text), VARIANT_ID],
        };
        const QUANTITY: Sort = Sort {
            columns: &[(IN_STOCK, Int), VARIANT_ID],
        };
        match self {
            Self::Id => &ID,
            Self::Position => &POSITION,
            Self::Title => &TITLE,
            Self::FullTitle => &FULL,
            Self::Sku => &SKU,
            Self::InventoryQuantity => &QUANTITY,
        }
    }
}

impl CollectionOrder {
    pub(super) const fn columns(self) -> &'static Sort {
        use SortKind::{Int, Text};
        const ID: Sort = Sort {
            columns: &[COLLECTION_ID],
        };
        const TITLE: Sort = Sort {
            columns: &[("c.title_key", Text), COLLECTION_ID],
        };
        const UPDATED: Sort = Sort {
            columns: &[("c.updated_at", Int), COLLECTION_ID],
        };
        match self {
            Self::Id => &ID,
            Self::Title => &TITLE,
            Self::UpdatedAt => &UPDATED,
        }
    }
}

const STATUSES: &[(&str, &str)] = &[
    ("active", "ACTIVE"),
    ("archived", "ARCHIVED"),
    ("draft", "DRAFT"),
    ("unlisted", "UNLISTED"),
];
const PRODUCT_TAGS: &str = "SELECT 1 FROM tags st WHERE st.shop_id = $shop \
     AND st.owner_kind = 'Product' AND st.owner_id = p.id";
const PRODUCT_VARIANTS: &str = "SELECT 1 FROM product_variants sv WHERE sv.shop_id = $shop \
     AND sv.product_id = p.id";
const PRODUCT_COLLECTIONS: &str = "SELECT 1 FROM collection_products sc WHERE sc.shop_id = $shop \
     AND sc.product_id = p.id";
const COLLECTION_PRODUCTS: &str = "SELECT 1 FROM collection_products sc WHERE sc.shop_id = $shop \
     AND sc.collection_id = c.id";
const VARIANT_LEVELS: &str = "SELECT 1 FROM inventory_levels sl WHERE sl.shop_id = $shop \
     AND sl.inventory_item_id = v.inventory_item_id";
const TAG: FieldKind = FieldKind::Exists(PRODUCT_TAGS, &FieldKind::Text("st.tag_key"));
const BY_WORDS: &[FieldKind] = &[FieldKind::Terms("Product", "p.id")];

/// Fields of the Admin API's `products`.
pub const PRODUCTS: Table = Table {
    fields: &[
        field("metafields.", FieldKind::Keyed(product_metafield)),
        field("id", FieldKind::Id("p.id")),
        field("title", FieldKind::Words("p.title_key")),
        field("handle", FieldKind::Exact("p.handle")),
        field("status", FieldKind::Enum("p.status", STATUSES)),
        field("published_status", FieldKind::Custom(published)),
        field("publishable_status", FieldKind::Custom(published)),
        field("product_publication_status", FieldKind::Custom(published)),
        field("publication_ids", FieldKind::Custom(in_publications)),
        field("vendor", FieldKind::Text("p.vendor_key")),
        field("product_type", FieldKind::Text("p.product_type_key")),
        field("category_id", FieldKind::Custom(in_category)),
        field("tag", TAG),
        field(
            "sku",
            FieldKind::Exists(PRODUCT_VARIANTS, &FieldKind::Exact("sv.sku")),
        ),
        field(
            "barcode",
            FieldKind::Exists(PRODUCT_VARIANTS, &FieldKind::Exact("sv.barcode")),
        ),
        field(
            "variant_id",
            FieldKind::Exists(PRODUCT_VARIANTS, &FieldKind::Id("sv.id")),
        ),
        field(
            "variant_title",
            FieldKind::Exists(PRODUCT_VARIANTS, &FieldKind::Exact("sv.title")),
        ),
        field(
            "price",
            FieldKind::Exists(PRODUCT_VARIANTS, &FieldKind::Money("sv.price_minor")),
        ),
        field("is_price_reduced", FieldKind::Custom(reduced)),
        field(
            "collection_id",
            FieldKind::Exists(PRODUCT_COLLECTIONS, &FieldKind::Id("sc.collection_id")),
        ),
        field("inventory_total", FieldKind::Int(TOTAL)),
        field("out_of_stock_somewhere", FieldKind::Custom(out_of_stock)),
        field(
            "has_only_default_variant",
            FieldKind::Bool("p.only_default_variant"),
        ),
        field("gift_card", FieldKind::Bool("p.gift_card")),
        field("bundles", FieldKind::Custom(bundled)),
        field("has_variant_with_components", FieldKind::Custom(bundled)),
        field("combined_listing_role", FieldKind::Custom(combined_role)),
        field("error_feedback", FieldKind::Custom(wanting)),
        field("delivery_profile_id", FieldKind::Never),
        field("has_only_composites", FieldKind::Custom(only_bundled)),
        field("created_at", FieldKind::Time("p.created_at")),
        field("updated_at", FieldKind::Time("p.updated_at")),
        field("published_at", FieldKind::Time("p.published_at")),
    ],
    default: BY_WORDS,
};

/// Fields of the Storefront API's `products`.
pub const STOREFRONT_PRODUCTS: Table = Table {
    fields: &[
        field("title", FieldKind::Words("p.title_key")),
        field("vendor", FieldKind::Text("p.vendor_key")),
        field("product_type", FieldKind::Text("p.product_type_key")),
        field("tag", TAG),
        field("available_for_sale", FieldKind::Custom(available)),
        field(
            "variants.price",
            FieldKind::Exists(PRODUCT_VARIANTS, &FieldKind::Money("sv.price_minor")),
        ),
        field("id", FieldKind::Id("p.id")),
        field("created_at", FieldKind::Time("p.created_at")),
        field("updated_at", FieldKind::Time("p.updated_at")),
    ],
    default: BY_WORDS,
};

/// Fields of the Admin API's `productVariants`.
pub const VARIANTS: Table = Table {
    fields: &[
        field("metafields.", FieldKind::Keyed(variant_metafield)),
        field("id", FieldKind::Id("v.id")),
        field("product_id", FieldKind::Id("v.product_id")),
        field("product_ids", FieldKind::Id("v.product_id")),
        field("sku", FieldKind::Exact("v.sku")),
        field("barcode", FieldKind::Exact("v.barcode")),
        field("title", FieldKind::Exact("v.title")),
        field("option1", FieldKind::Exact("v.option1")),
        field("option2", FieldKind::Exact("v.option2")),
        field("option3", FieldKind::Exact("v.option3")),
        field("taxable", FieldKind::Bool("v.taxable")),
        field("managed", FieldKind::Bool("i.tracked")),
        field("managed_by", FieldKind::Custom(managed_by)),
        field(
            "location_id",
            FieldKind::Exists(VARIANT_LEVELS, &FieldKind::Id("sl.location_id")),
        ),
        field(
            "requires_components",
            FieldKind::Bool("v.requires_components"),
        ),
        field("exclude_composite", FieldKind::Custom(without_bundles)),
        field(
            "exclude_variants_with_components",
            FieldKind::Custom(without_bundles),
        ),
        field("delivery_profile_id", FieldKind::Never),
        field("inventory_quantity", FieldKind::Int(IN_STOCK)),
        field("product_status", FieldKind::Enum("p.status", STATUSES)),
        field("published_status", FieldKind::Custom(published)),
        field("publishable_status", FieldKind::Custom(published)),
        field("product_publication_status", FieldKind::Custom(published)),
        field("vendor", FieldKind::Text("p.vendor_key")),
        field("product_type", FieldKind::Text("p.product_type_key")),
        field("gift_card", FieldKind::Bool("p.gift_card")),
        field("tag", TAG),
        field(
            "collection",
            FieldKind::Exists(PRODUCT_COLLECTIONS, &FieldKind::Id("sc.collection_id")),
        ),
        field("updated_at", FieldKind::Time("v.updated_at")),
    ],
    default: &[
        FieldKind::Exact("v.sku"),
        FieldKind::Exact("v.barcode"),
        FieldKind::Terms("Product", "v.product_id"),
    ],
};

/// Fields of `collections`, on both APIs.
pub const COLLECTIONS: Table = Table {
    fields: &[
        field("metafields.", FieldKind::Keyed(collection_metafield)),
        field("id", FieldKind::Id("c.id")),
        field("title", FieldKind::Words("c.title_key")),
        field("handle", FieldKind::Exact("c.handle")),
        field("updated_at", FieldKind::Time("c.updated_at")),
        field("collection_type", FieldKind::Custom(collection_type)),
        field("published_status", FieldKind::Custom(published_collection)),
        field(
            "publishable_status",
            FieldKind::Custom(published_collection),
        ),
        field("published_at", FieldKind::Time("c.published_at")),
        field(
            "product_id",
            FieldKind::Exists(COLLECTION_PRODUCTS, &FieldKind::Id("sc.product_id")),
        ),
    ],
    default: &[FieldKind::Words("c.title_key")],
};

/// Whether a variant can be bought that is no bundle: uncounted, sold on when its stock is gone, or in
/// stock where online orders are sent from.
macro_rules! stocked {
    ($variant:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM inventory_items si WHERE si.shop_id = $shop AND si.id = ",
            $variant,
            ".inventory_item_id AND (si.tracked = 0 OR ",
            $variant,
            ".inventory_policy = 'CONTINUE' OR EXISTS (\
             SELECT 1 FROM inventory_levels sl JOIN locations sk ON sk.shop_id = sl.shop_id \
             AND sk.id = sl.location_id WHERE sl.shop_id = $shop \
             AND sl.inventory_item_id = si.id AND sl.available > 0 AND sk.is_active = 1 \
             AND sk.fulfills_online_orders = 1)))"
        )
    };
}

/// Whether a variant can be bought: a bundle when none of its components is sold out. (How many of
/// them it takes is left to where single bundles are shown and sold.)
macro_rules! available {
    ($variant:literal) => {
        concat!(
            "CASE WHEN ",
            $variant,
            ".requires_components = 0 THEN ",
            stocked!($variant),
            " ELSE EXISTS (SELECT 1 FROM variant_components xc WHERE xc.shop_id = $shop \
             AND xc.parent_variant_id = ",
            $variant,
            ".id) AND NOT EXISTS (SELECT 1 FROM variant_components xc \
             JOIN product_variants xv ON xv.shop_id = xc.shop_id \
             AND xv.id = xc.component_variant_id WHERE xc.shop_id = $shop \
             AND xc.parent_variant_id = ",
            $variant,
            ".id AND NOT ",
            stocked!("xv"),
            ") END"
        )
    };
}

/// Whether a variant (`fv`) can be bought, by the same rule as [`AVAILABLE`].
pub(super) const VARIANT_AVAILABLE: &str = concat!("(", available!("fv"), ")");

/// Whether a product (`p`) has a variant that can be bought.
pub(super) const AVAILABLE: &str = concat!(
    "EXISTS (SELECT 1 FROM product_variants sv \
     WHERE sv.shop_id = $shop AND sv.product_id = p.id AND ",
    available!("sv"),
    ")"
);

/// Where a list has the products that are sold out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoldOut {
    /// Wherever they rank.
    #[default]
    InPlace,
    /// Behind all others.
    Last,
}

/// The order of a list of search results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultSort {
    /// The best match first.
    Relevance,
    /// By the lowest price.
    Price,
}

impl SoldOut {
    /// What cursors of search results hold: the rank or price and the id, and before them whether it is sold out where
    /// that counts.
    pub(super) const fn columns(self) -> &'static Sort {
        const RANK: (&str, SortKind) = ("rank", SortKind::Int);
        const IN_PLACE: Sort = Sort {
            columns: &[RANK, PRODUCT_ID],
        };
        const LAST: Sort = Sort {
            columns: &[("sold_out", SortKind::Int), RANK, PRODUCT_ID],
        };
        match self {
            Self::InPlace => &IN_PLACE,
            Self::Last => &LAST,
        }
    }
}
