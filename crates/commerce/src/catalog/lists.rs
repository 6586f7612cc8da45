//! Pages of the catalogue's lists, and pages of many parents' lists.

use store::page::{count, count_with, page, page_each, page_with};
use store::{Filter, Listing, Page, PageError, Sort, SortKind, StoreError, Tx, Window};
use units::{CollectionId, ProductId};

use super::loads::{STOCK, StockedVariant, aliased};
use super::relevance::Relevance;
use super::search::{BY_RELEVANCE, CollectionOrder, ProductSort, ResultSort, SoldOut, VariantSort};
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

/// A page of the products that have all words of a text, the best match first.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn products_by_relevance(
    tx: &mut Tx,
    text: &Relevance,
    filter: Filter,
    window: &Window<'_>,
) -> Result<Page<Product>, PageError> {
    let (select, params) = text.select_best(tx, &aliased::<Product>("p"))?;
    let listing = Listing {
        select: &select,
        filter,
        sort: &BY_RELEVANCE,
    };
    page_with(tx, params, &listing, window)
}

/// A page of what a search of the shop finds: the products that have all words of a text, if
/// there is one, and meet the filter.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn results_page(
    tx: &mut Tx,
    text: Option<&Relevance>,
    filter: Filter,
    (sort, sold_out): (ResultSort, SoldOut),
    window: &Window<'_>,
) -> Result<Page<Product>, PageError> {
    let columns = aliased::<Product>("p");
    let (select, params) = match text {
        Some(text) if sort == ResultSort::Relevance => text.select_best(tx, &columns)?,
        Some(text) => text.select(&columns),
        None => {
            let plain = format!("SELECT {columns} FROM products p WHERE p.shop_id = $shop");
            (plain, Vec::new())
        }
    };
    let listing = Listing {
        select: &select,
        filter,
        sort: sort.columns(text.is_some(), sold_out, window.reverse),
    };
    page_with(tx, params, &listing, window)
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

/// How many products have all words of a text, counted up to `limit`.
///
/// # Errors
/// `Store` faults only.
pub fn relevant_count(
    tx: &mut Tx,
    text: &Relevance,
    filter: Filter,
    limit: i64,
) -> Result<i64, StoreError> {
    let (select, params) = text.select("p.id");
    let listing = Listing {
        select: &select,
        filter,
        sort: &BY_RELEVANCE,
    };
    count_with(tx, params, &listing, limit)
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

/// A page of each collection's products (`p`).
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn products_of(
    tx: &mut Tx,
    collections: &[(CollectionId, CollectionSort)],
    filter: &Filter,
    order: CollectionProducts,
    window: &Window<'_>,
) -> Result<Vec<Page<Product>>, PageError> {
    const BY_PLACE: Sort = Sort {
        columns: &[("cp.position", SortKind::Int), ("p.id", SortKind::Int)],
    };
    let select = format!(
        "SELECT {} FROM collection_products cp
           JOIN products p ON p.shop_id = cp.shop_id AND p.id = cp.product_id
          WHERE cp.shop_id = $shop AND cp.collection_id = $1",
        aliased::<Product>("p")
    );
    let mut pages: Vec<Page<Product>> = collections.iter().map(|_| Page::default()).collect();
    let orders: Vec<(Option<ProductSort>, bool)> = collections
        .iter()
        .map(|(_, sort)| effective(order, *sort))
        .collect();
    let mut distinct: Vec<(Option<ProductSort>, bool)> = Vec::new();
    for order in &orders {
        if !distinct.contains(order) {
            distinct.push(*order);
        }
    }
    for wanted in distinct {
        let places: Vec<usize> = (0..orders.len())
            .filter(|place| orders[*place] == wanted)
            .collect();
        let ids: Vec<CollectionId> = places.iter().map(|place| collections[*place].0).collect();
        let listing = Listing {
            select: &select,
            filter: filter.clone(),
            sort: wanted.0.map_or(&BY_PLACE, ProductSort::columns),
        };
        let turned = Window {
            reverse: window.reverse != wanted.1,
            ..*window
        };
        let found = page_each(tx, &ids, &listing, &turned)?;
        for (place, page) in places.into_iter().zip(found) {
            pages[place] = page;
        }
    }
    Ok(pages)
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
