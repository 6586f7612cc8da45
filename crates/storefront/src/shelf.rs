//! Products and collections as the shop window shows them.

use std::collections::BTreeMap;

use commerce::catalog::{
    self, Collected, Collection, CollectionOrder, CollectionProducts, MediaImage, Open,
    OptionWithValues, Product, ProductSort, ProductVariant, Relevance, STOREFRONT_PRODUCTS, Shown,
    StockedVariant, VariantSort, listed_collections,
};
use commerce::markets::Terms;
use commerce::shops;
use store::page::{Page, PageError, Window};
use store::search::compile;
use store::{StoreError, Tx};
use units::{ProductId, ProductVariantId, Timestamp, words};

use crate::market;
use crate::reply::Fault;

/// Variants that a product's page knows; the rest is reached through the API.
const VARIANTS: usize = 250;
/// Pictures that a product's page knows.
const PICTURES: usize = 12;

/// How a list of products is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// As the list itself says: the best match, or as the collection is ordered.
    Featured,
    /// The newest first.
    Newest,
    /// The cheapest first.
    Cheapest,
    /// The dearest first.
    Dearest,
    /// By title.
    Title,
}

impl Order {
    /// All of them, as a menu shows them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Featured,
        Self::Newest,
        Self::Cheapest,
        Self::Dearest,
        Self::Title,
    ];

    /// The order of a name; an unknown one is the list's own.
    pub(crate) fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|order| order.name() == name);
        found.unwrap_or(Self::Featured)
    }

    /// The name in addresses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Featured => "",
            Self::Newest => "newest",
            Self::Cheapest => "cheapest",
            Self::Dearest => "dearest",
            Self::Title => "title",
        }
    }

    /// What people read.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Featured => "Featured",
            Self::Newest => "Newest",
            Self::Cheapest => "Price, low to high",
            Self::Dearest => "Price, high to low",
            Self::Title => "Alphabet",
        }
    }

    /// The order of products, and whether it is turned round.
    fn sort(self) -> Option<(ProductSort, bool)> {
        match self {
            Self::Featured => None,
            Self::Newest => Some((ProductSort::CreatedAt, true)),
            Self::Cheapest => Some((ProductSort::Price, false)),
            Self::Dearest => Some((ProductSort::Price, true)),
            Self::Title => Some((ProductSort::Title, false)),
        }
    }
}

/// A product in a list.
pub(crate) struct Card {
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) price_minor: i64,
    pub(crate) price_varies: bool,
    pub(crate) compare_at_minor: Option<i64>,
    pub(crate) available: bool,
    pub(crate) picture: Option<String>,
}

/// Who looks: when, and in which market.
pub(crate) type Buyer<'a> = (Timestamp, Option<&'a Terms>);

/// A page of products.
pub(crate) struct Shelf {
    /// What the products were found by, when it is not what was typed.
    pub(crate) meant: Option<String>,
    pub(crate) cards: Vec<Card>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// A collection in a list.
pub(crate) struct Tile {
    pub(crate) handle: String,
    pub(crate) title: String,
    pub(crate) count: i64,
    pub(crate) picture: Option<String>,
}

/// The window of a page of a list.
pub(crate) fn window<'a>(
    limit: usize,
    after: Option<&'a str>,
    before: Option<&'a str>,
) -> Window<'a> {
    let before = before.filter(|cursor| !cursor.is_empty());
    let after = after.filter(|cursor| !cursor.is_empty() && before.is_none());
    Window {
        limit,
        after,
        before,
        backwards: before.is_some(),
        reverse: false,
    }
}

impl Shelf {
    /// All products that buyers see, or those that have the words of a query.
    pub(crate) fn all(
        tx: &mut Tx,
        query: &str,
        order: Order,
        window: &Window<'_>,
        (now, terms): Buyer<'_>,
    ) -> Result<Self, Fault> {
        let buyer = (now, terms);
        let found = Self::worded(tx, query, order, window, buyer)?;
        if !found.cards.is_empty() {
            return Ok(found);
        }
        match catalog::meant(tx, query, Open::Last)? {
            None => Ok(found),
            Some(meant) => Ok(Self {
                meant: Some(meant.clone()),
                ..Self::worded(tx, &meant, order, window, buyer)?
            }),
        }
    }

    fn worded(
        tx: &mut Tx,
        query: &str,
        order: Order,
        window: &Window<'_>,
        (now, terms): Buyer<'_>,
    ) -> Result<Self, Fault> {
        let text = query.trim();
        let shown = market::shown(terms, now);
        let found = match order.sort() {
            _ if !text.is_empty() && words(text).next().is_none() => Ok(Page::default()),
            None if !text.is_empty() => match Relevance::of(text, Open::Last) {
                Some(text) => catalog::ranked_page(tx, &text, shown, window),
                None => Ok(Page::default()),
            },
            sort => {
                let (sort, reverse) = sort.unwrap_or((ProductSort::BestSelling, false));
                let currency = shops::current(tx)?.currency;
                let wanted = compile(text, &STOREFRONT_PRODUCTS, currency).filter;
                let window = Window { reverse, ..*window };
                catalog::products_found(tx, shown.filter(), wanted, sort, &window)
            }
        };
        Self::of_page(tx, found?, terms)
    }

    /// A collection's products that buyers see.
    pub(crate) fn of(
        tx: &mut Tx,
        collection: &Collection,
        order: Order,
        window: &Window<'_>,
        (now, terms): Buyer<'_>,
    ) -> Result<Self, Fault> {
        let key = [Collected::from(collection)];
        let (order, reverse) = match order.sort() {
            None => (CollectionProducts::AsCollected, false),
            Some((sort, reverse)) => (CollectionProducts::By(sort), reverse),
        };
        let window = Window { reverse, ..*window };
        let shown = market::shown(terms, now);
        let found = catalog::products_of(tx, &key, (&shown, &[]), order, &window)?;
        Self::of_page(tx, found.into_iter().next().unwrap_or_default(), terms)
    }

    fn of_page(
        tx: &mut Tx,
        mut found: Page<Product>,
        terms: Option<&Terms>,
    ) -> Result<Self, Fault> {
        if let Some(terms) = terms {
            terms.reprice(tx, &mut found.nodes)?;
        }
        let previous = found
            .cursors
            .first()
            .filter(|_| found.has_previous_page)
            .cloned();
        let next = found
            .cursors
            .last()
            .filter(|_| found.has_next_page)
            .cloned();
        let ids: Vec<ProductId> = found.nodes.iter().map(|product| product.id).collect();
        let pictures = catalog::first_media(tx, &ids)?;
        let available = catalog::available(tx, &ids)?;
        let rows = found.nodes.into_iter().zip(pictures).zip(available);
        let cards = rows.map(|((product, picture), available)| card(product, picture, available));
        Ok(Self {
            meant: None,
            cards: cards.collect(),
            previous,
            next,
        })
    }
}

fn card(product: Product, picture: Option<MediaImage>, available: bool) -> Card {
    let reduced = product
        .compare_at_min_minor
        .filter(|was| *was > product.price_min_minor);
    Card {
        path: format!("/products/{}", product.handle),
        title: product.title,
        price_minor: product.price_min_minor,
        price_varies: product.price_max_minor > product.price_min_minor,
        compare_at_minor: reduced,
        available,
        picture: picture.map(|picture| picture.url),
    }
}

fn first_collections(
    tx: &mut Tx,
    limit: usize,
    now: Timestamp,
) -> Result<Vec<Collection>, StoreError> {
    let window = Window::first(limit);
    let found =
        catalog::collections_page(tx, listed_collections(now), CollectionOrder::Id, &window);
    match found {
        Ok(page) => Ok(page.nodes),
        Err(PageError::Store(cause)) => Err(cause),
        // There is no cursor to be wrong.
        Err(PageError::BadCursor) => Ok(Vec::new()),
    }
}

/// Collections as tiles, each with a picture: its own, or its first product's.
pub(crate) fn tiles(tx: &mut Tx, limit: usize, now: Timestamp) -> Result<Vec<Tile>, Fault> {
    let found = first_collections(tx, limit, now)?;
    let keys: Vec<Collected> = found.iter().map(Collected::from).collect();
    let firsts = catalog::products_of(
        tx,
        &keys,
        (&Shown::to_buyers(now), &[]),
        CollectionProducts::AsCollected,
        &Window::first(1),
    )?;
    let ids: Vec<ProductId> = firsts
        .iter()
        .flat_map(|page| page.nodes.first())
        .map(|product| product.id)
        .collect();
    let pictures: BTreeMap<ProductId, String> = catalog::first_media(tx, &ids)?
        .into_iter()
        .flatten()
        .map(|media| (media.product_id, media.url))
        .collect();
    let tiles = found.into_iter().zip(firsts).map(|(collection, first)| {
        let product = first
            .nodes
            .first()
            .and_then(|product| pictures.get(&product.id));
        Tile {
            picture: collection.image_url.or_else(|| product.cloned()),
            handle: collection.handle,
            title: collection.title,
            count: collection.products_count,
        }
    });
    Ok(tiles.filter(|tile| tile.count > 0).collect())
}

/// Variants at the prices of a market.
fn price(tx: &mut Tx, terms: &Terms, variants: &mut [StockedVariant]) -> Result<(), StoreError> {
    let own = |it: &StockedVariant| {
        let variant = &it.variant;
        (variant.id, variant.price_minor, variant.compare_at_minor)
    };
    let wanted: Vec<_> = variants.iter().map(own).collect();
    for (it, listed) in variants.iter_mut().zip(terms.prices(tx, &wanted)?) {
        it.variant.price_minor = listed.price_minor;
        it.variant.compare_at_minor = listed.compare_at_minor;
    }
    Ok(())
}

/// The collection of a handle, when buyers see it.
pub(crate) fn collection(
    tx: &mut Tx,
    handle: &str,
    now: Timestamp,
) -> Result<Option<Collection>, StoreError> {
    let found = catalog::collection_by_handle(tx, handle)?;
    Ok(found.filter(|each| each.published_at.is_some_and(|since| since <= now)))
}

/// A product with all that its page shows.
pub(crate) struct Goods {
    pub(crate) product: Product,
    pub(crate) options: Vec<OptionWithValues>,
    pub(crate) media: Vec<MediaImage>,
    /// The first collection that it stands in: handle and title.
    pub(crate) collection: Option<(String, String)>,
    variants: Vec<StockedVariant>,
}

impl Goods {
    /// Reads the product of a handle, when buyers who know its address see it.
    pub(crate) fn read(
        tx: &mut Tx,
        handle: &str,
        (now, terms): Buyer<'_>,
    ) -> Result<Option<Self>, Fault> {
        let found = catalog::product_by_handle(tx, handle)?;
        let Some(product) = found.filter(|product| product.is_visible(now)) else {
            return Ok(None);
        };
        let id = [product.id];
        let variants =
            catalog::variants_of(tx, &id, VariantSort::Position, &Window::first(VARIANTS))?;
        let mut variants = nodes(variants);
        let mut product = [product];
        if let Some(terms) = terms {
            if terms.sells(tx, &id)? != [true] {
                return Ok(None);
            }
            terms.reprice(tx, &mut product)?;
            price(tx, terms, &mut variants)?;
        }
        let [product] = product;
        let media = catalog::media_of(tx, &id, &Window::first(PICTURES))?;
        let filter = listed_collections(now);
        let first = Window::first(1);
        let collections = catalog::collections_of(tx, &id, filter, CollectionOrder::Id, &first)?;
        let collection = nodes(collections).into_iter().next();
        Ok(Some(Self {
            options: catalog::options(tx, &id)?
                .into_iter()
                .next()
                .unwrap_or_default(),
            variants,
            media: nodes(media),
            collection: collection.map(|each| (each.handle, each.title)),
            product,
        }))
    }

    /// The variant that was asked for, else the first that can be bought, else the first.
    pub(crate) fn chosen(&self, asked: Option<i64>) -> Option<&ProductVariant> {
        let asked = asked.map(ProductVariantId);
        let wanted = self
            .variants
            .iter()
            .find(|each| Some(each.variant.id) == asked);
        let buyable = || self.variants.iter().find(|each| each.is_available());
        let found = wanted.or_else(buyable).or_else(|| self.variants.first());
        found.map(|each| &each.variant)
    }

    /// The variant that differs from the chosen one only in the option at `at`; where there is
    /// none, any that has the value, one that can be bought first.
    pub(crate) fn turned(
        &self,
        chosen: Option<&ProductVariant>,
        at: usize,
        value: &str,
    ) -> Option<&ProductVariant> {
        let having = || {
            let all = self.variants.iter();
            all.filter(move |each| each.variant.option_values().nth(at) == Some(value))
        };
        let near = |each: &&StockedVariant| {
            chosen.is_some_and(|chosen| {
                let pairs = chosen.option_values().zip(each.variant.option_values());
                pairs
                    .enumerate()
                    .all(|(place, (one, other))| place == at || one == other)
            })
        };
        let found = having().find(near);
        let found = found.or_else(|| having().find(|each| each.is_available()));
        found.or_else(|| having().next()).map(|each| &each.variant)
    }

    /// Whether a variant of it can be bought.
    pub(crate) fn is_available(&self, variant: &ProductVariant) -> bool {
        self.stocked(variant)
            .is_some_and(StockedVariant::is_available)
    }

    /// How many are left, where that limits how many can be bought.
    pub(crate) fn left(&self, variant: &ProductVariant) -> Option<i64> {
        use commerce::catalog::InventoryPolicy::Deny;
        let limited = variant.tracked && variant.inventory_policy == Deny;
        self.stocked(variant)
            .filter(|_| limited)
            .map(|each| each.sellable)
    }

    fn stocked(&self, variant: &ProductVariant) -> Option<&StockedVariant> {
        self.variants
            .iter()
            .find(|each| each.variant.id == variant.id)
    }
}

fn nodes<T>(pages: Vec<Page<T>>) -> Vec<T> {
    pages
        .into_iter()
        .next()
        .map(|page| page.nodes)
        .unwrap_or_default()
}

/// A text as it may stand in the query of an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_reads_back_by_its_name() {
        for order in Order::ALL {
            assert_eq!(Order::named(order.name()), order);
        }
        assert_eq!(Order::named("?"), Order::Featured);
        assert_eq!(encoded("a b/ü"), "a%20b%2F%C3%BC");
    }
}
