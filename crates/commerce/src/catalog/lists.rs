//! Pages of the catalogue's lists, and pages of many parents' lists.

use store::page::{count, page, page_each};
use store::{Filter, Listing, Page, PageError, Sort, SortKind, StoreError, Tx, Window};
use units::{CollectionId, ProductId};

use super::columns::{ListSort, ProductList, Shown, Source, list_page};
use super::filters::{ProductFilter, narrowed};
use super::loads::{STOCK, StockedVariant, aliased};
use super::search::{CollectionOrder, ProductSort, VariantSort};
use super::sql::{VARIANT, VARIANT_FROM};
use super::{Collection, CollectionSort, MediaImage, Product};

/// A page of products.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn products_page(
    tx: &mut Tx,
    filter: Filter,
    sort: ProductSort,
    window: &Window<'_>,
) -> Result<Page<Product>, PageError> {
    let select = format!(
        "SELECT {} FROM products p WHERE p.shop_id = $shop",
        aliased::<Product>("p")
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.columns(),
    };
    page(tx, &listing, window)
}

/// How many products there are, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn products_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let listing = Listing {
        select: "SELECT p.id FROM products p WHERE p.shop_id = $shop",
        filter,
        sort: ProductSort::Id.columns(),
    };
    count(tx, &listing, limit)
}

/// A page of variants of all products (`v`, with `p` and `i` beside them).
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn variants_page(
    tx: &mut Tx,
    filter: Filter,
    sort: VariantSort,
    window: &Window<'_>,
) -> Result<Page<StockedVariant>, PageError> {
    let select = format!(
        "SELECT {VARIANT}, {STOCK} {VARIANT_FROM}
           JOIN products p ON p.shop_id = v.shop_id AND p.id = v.product_id
          WHERE v.shop_id = $shop"
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.columns(),
    };
    page(tx, &listing, window)
}

/// How many variants there are, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn variants_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let select = format!(
        "SELECT v.id {VARIANT_FROM}
           JOIN products p ON p.shop_id = v.shop_id AND p.id = v.product_id
          WHERE v.shop_id = $shop"
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: VariantSort::Id.columns(),
    };
    count(tx, &listing, limit)
}

/// A page of each product's variants.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn variants_of(
    tx: &mut Tx,
    products: &[ProductId],
    sort: VariantSort,
    window: &Window<'_>,
) -> Result<Vec<Page<StockedVariant>>, PageError> {
    let select = format!(
        "SELECT {VARIANT}, {STOCK} {VARIANT_FROM} WHERE v.shop_id = $shop AND v.product_id = $1"
    );
    // All variants of a product share its title.
    let sort = match sort {
        VariantSort::FullTitle => VariantSort::Title,
        other => other,
    };
    let listing = Listing {
        select: &select,
        filter: Filter::none(),
        sort: sort.columns(),
    };
    page_each(tx, products, &listing, window)
}

/// A page of each product's pictures that can be seen.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn media_of(
    tx: &mut Tx,
    products: &[ProductId],
    window: &Window<'_>,
) -> Result<Vec<Page<MediaImage>>, PageError> {
    let pictures = Filter::of("m.content_type = 'IMAGE' AND m.url <> ''", Vec::new());
    media_where(tx, products, pictures, window)
}

/// A page of each product's media: pictures, films and models.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn all_media_of(
    tx: &mut Tx,
    products: &[ProductId],
    window: &Window<'_>,
) -> Result<Vec<Page<MediaImage>>, PageError> {
    media_where(tx, products, Filter::none(), window)
}

fn media_where(
    tx: &mut Tx,
    products: &[ProductId],
    filter: Filter,
    window: &Window<'_>,
) -> Result<Vec<Page<MediaImage>>, PageError> {
    const BY_POSITION: Sort = Sort {
        columns: &[("m.position", SortKind::Int), ("m.id", SortKind::Int)],
    };
    let select = format!(
        "SELECT {} FROM media m WHERE m.shop_id = $shop AND m.product_id = $1",
        aliased::<MediaImage>("m")
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: &BY_POSITION,
    };
    page_each(tx, products, &listing, window)
}

/// A page of collections (`c`).
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn collections_page(
    tx: &mut Tx,
    filter: Filter,
    order: CollectionOrder,
    window: &Window<'_>,
) -> Result<Page<Collection>, PageError> {
    let select = format!(
        "SELECT {} FROM collections c WHERE c.shop_id = $shop",
        aliased::<Collection>("c")
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: order.columns(),
    };
    page(tx, &listing, window)
}

/// How many collections there are, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn collections_count(tx: &mut Tx, filter: Filter, limit: i64) -> Result<i64, StoreError> {
    let listing = Listing {
        select: "SELECT c.id FROM collections c WHERE c.shop_id = $shop",
        filter,
        sort: CollectionOrder::Id.columns(),
    };
    count(tx, &listing, limit)
}

/// A page of the collections that each product stands in.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn collections_of(
    tx: &mut Tx,
    products: &[ProductId],
    filter: Filter,
    order: CollectionOrder,
    window: &Window<'_>,
) -> Result<Vec<Page<Collection>>, PageError> {
    let select = format!(
        "SELECT {} FROM collections c
           JOIN collection_products cp ON cp.shop_id = c.shop_id AND cp.collection_id = c.id
          WHERE c.shop_id = $shop AND cp.product_id = $1",
        aliased::<Collection>("c")
    );
    let listing = Listing {
        select: &select,
        filter,
        sort: order.columns(),
    };
    page_each(tx, products, &listing, window)
}

/// How a collection's products are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionProducts {
    /// As the collection says.
    AsCollected,
    /// As the merchant placed them.
    Manual,
    /// In an order of products.
    By(ProductSort),
}

/// A collection whose products are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collected {
    /// The collection.
    pub id: CollectionId,
    /// The order that it asks for.
    pub sort: CollectionSort,
    /// How many products it has.
    pub count: i64,
}

impl From<&Collection> for Collected {
    fn from(own: &Collection) -> Self {
        Self {
            id: own.id,
            sort: own.sort_order,
            count: own.products_count,
        }
    }
}

/// Products of a collection that are read and put in order for one page, at most: of more, the columns know the order.
const SORTED_MAX: i64 = 2_000;

/// By the place in the collection.
pub(super) const BY_PLACE: Sort = Sort {
    columns: &[("cp.position", SortKind::Int), ("p.id", SortKind::Int)],
};

/// A page of each collection's products (`p`), as far as they are shown and meet what was chosen.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn products_of(
    tx: &mut Tx,
    collections: &[Collected],
    (shown, chosen): (&Shown, &[ProductFilter]),
    order: CollectionProducts,
    window: &Window<'_>,
) -> Result<Vec<Page<Product>>, PageError> {
    let mut pages: Vec<Page<Product>> = collections.iter().map(|_| Page::default()).collect();
    let mut sorted: Vec<(Option<ProductSort>, bool)> = Vec::new();
    let orders: Vec<(Option<ProductSort>, bool)> = collections
        .iter()
        .map(|own| effective(order, own.sort))
        .collect();
    let kept = tx.keeps();
    let by_columns = |own: &Collected| kept && (!chosen.is_empty() || own.count > SORTED_MAX);
    for (place, (own, order)) in collections.iter().zip(&orders).enumerate() {
        if by_columns(own) {
            let list = ProductList {
                shown: shown.clone(),
                among: Source::Collection(own.id),
                chosen: chosen.to_vec(),
            };
            let sort = order.0.map_or(ListSort::Placed, ListSort::By);
            pages[place] = list_page(tx, &list, sort, &turned(window, order.1))?;
        } else if !sorted.contains(order) {
            sorted.push(*order);
        }
    }
    let select = format!(
        "SELECT {} FROM collection_products cp
           JOIN products p ON p.shop_id = cp.shop_id AND p.id = cp.product_id
          WHERE cp.shop_id = $shop AND cp.collection_id = $1",
        aliased::<Product>("p")
    );
    let filter = shown.filter().and(narrowed(chosen));
    for wanted in sorted {
        let places: Vec<usize> = (0..orders.len())
            .filter(|place| orders[*place] == wanted && !by_columns(&collections[*place]))
            .collect();
        let ids: Vec<CollectionId> = places.iter().map(|place| collections[*place].id).collect();
        let listing = Listing {
            select: &select,
            filter: filter.clone(),
            sort: wanted.0.map_or(&BY_PLACE, ProductSort::columns),
        };
        let found = page_each(tx, &ids, &listing, &turned(window, wanted.1))?;
        for (place, page) in places.into_iter().zip(found) {
            pages[place] = page;
        }
    }
    Ok(pages)
}

/// The window, over the list turned round.
fn turned<'w>(window: &Window<'w>, round: bool) -> Window<'w> {
    Window {
        reverse: window.reverse != round,
        ..*window
    }
}

/// The order of one collection's products (`None`: by place), and whether it is turned round.
fn effective(order: CollectionProducts, sort: CollectionSort) -> (Option<ProductSort>, bool) {
    match order {
        CollectionProducts::Manual => (None, false),
        CollectionProducts::By(sort) => (Some(sort), false),
        CollectionProducts::AsCollected => match sort {
            CollectionSort::Manual => (None, false),
            CollectionSort::AlphaAsc => (Some(ProductSort::Title), false),
            CollectionSort::AlphaDesc => (Some(ProductSort::Title), true),
            CollectionSort::BestSelling => (Some(ProductSort::BestSelling), false),
            CollectionSort::Created => (Some(ProductSort::CreatedAt), false),
            CollectionSort::CreatedDesc => (Some(ProductSort::CreatedAt), true),
            CollectionSort::PriceAsc => (Some(ProductSort::Price), false),
            CollectionSort::PriceDesc => (Some(ProductSort::Price), true),
        },
    }
}
