//! Collections: products that a merchant shows together.

use std::collections::BTreeSet;

use store::{Record, StoreError, Tx, record, text_enum};
use units::{CollectionId, ProductId, Timestamp, sort_key};

use super::changes::{DESCRIPTION_BYTES_MAX, LINE_CHARS_MAX, clean, filled, is_address};
use super::create::{free_handle, placed, wanted_handle};
use super::errors::{CatalogError, Why};
use super::input::ProductInput;
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::metafields::{self, NewMetafield, Owned, Owner};

/// Products that one call adds or removes, at most.
const PRODUCTS_PER_CALL_MAX: usize = 250;
/// What a collection without a letter in its title is called in addresses.
const NAMELESS: &str = "collection";

text_enum! {
    /// How a collection's products are ordered.
    pub enum CollectionSort {
        /// By title, rising.
        AlphaAsc = "ALPHA_ASC",
        /// By title, falling.
        AlphaDesc = "ALPHA_DESC",
        /// What sells best first.
        BestSelling = "BEST_SELLING",
        /// The oldest first.
        Created = "CREATED",
        /// The newest first.
        CreatedDesc = "CREATED_DESC",
        /// As the merchant ordered them.
        Manual = "MANUAL",
        /// The cheapest first.
        PriceAsc = "PRICE_ASC",
        /// The dearest first.
        PriceDesc = "PRICE_DESC",
    }
}

record! {
    /// A collection of products.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Collection {
        /// Id.
        pub id: CollectionId,
        /// What it is called.
        pub title: String,
        /// Its part of the address; unique among collections.
        pub handle: String,
        /// The description, in HTML.
        pub description_html: String,
        /// How its products are ordered.
        pub sort_order: CollectionSort,
        /// The theme's template, when it is not the usual one.
        pub template_suffix: Option<String>,
        /// Its picture's address.
        pub image_url: Option<String>,
        /// What the picture shows.
        pub image_alt: String,
        /// The title for search engines, when it is another one.
        pub seo_title: Option<String>,
        /// The description for search engines, when it is another one.
        pub seo_description: Option<String>,
        /// How many products it has.
        pub products_count: i64,
        /// Since when the shop window shows it.
        pub published_at: Option<Timestamp>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it or its products last changed.
        pub updated_at: Timestamp,
    }
}

/// A collection, or what is to change of one.
#[derive(Debug, Clone, Default)]
pub struct CollectionInput {
    /// What it is called.
    pub title: Option<String>,
    /// Its part of the address; made of the title when left out.
    pub handle: Option<String>,
    /// The description, in HTML.
    pub description_html: Option<String>,
    /// How its products are ordered.
    pub sort_order: Option<CollectionSort>,
    /// The theme's template.
    pub template_suffix: Option<Option<String>>,
    /// Its picture: address and what it shows; `Some(None)` for none.
    pub image: Option<Option<(String, String)>>,
    /// The title for search engines.
    pub seo_title: Option<Option<String>>,
    /// The description for search engines.
    pub seo_description: Option<Option<String>>,
    /// Products to begin with, in order.
    pub products: Vec<ProductId>,
    /// Metafields to set.
    pub metafields: Vec<NewMetafield>,
}

/// Makes a collection, shown in the shop window from now on.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create_collection(
    tx: &mut Tx,
    call: &Call,
    input: &CollectionInput,
) -> Result<CollectionId, CatalogError> {
    let mut collection = Collection {
        id: call.new_id(),
        title: String::new(),
        handle: String::new(),
        description_html: String::new(),
        sort_order: CollectionSort::BestSelling,
        template_suffix: None,
        image_url: None,
        image_alt: String::new(),
        seo_title: None,
        seo_description: None,
        products_count: 0,
        published_at: Some(call.now),
        created_at: call.now,
        updated_at: call.now,
    };
    apply(&mut collection, input, true)?;
    if collection.handle.is_empty() {
        collection.handle = free_handle(tx, "collections", &collection.title, NAMELESS)?;
    } else {
        refuse_taken(tx, &collection)?;
    }
    check_products(tx, &input.products)?;
    let planned = plan_metafields(tx, call, collection.id, input)?;
    insert(tx, &collection)?;
    join(tx, call, collection.id, &input.products)?;
    recount(tx, call, &[collection.id])?;
    planned.write(tx)?;
    let id = collection.id;
    events::record(
        tx,
        call,
        NewEvent::of(&[Topic::CollectionsCreate], Subject::Collection, id),
    )?;
    Ok(id)
}

/// Changes what the input gives of a collection; products are added.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_collection(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    input: &CollectionInput,
) -> Result<(), CatalogError> {
    let mut collection = locked(tx, id)?;
    let handle = collection.handle.clone();
    apply(&mut collection, input, false)?;
    if collection.handle != handle {
        refuse_taken(tx, &collection)?;
    }
    check_products(tx, &input.products)?;
    let planned = plan_metafields(tx, call, id, input)?;
    collection.updated_at = call.now;
    write_changed(tx, &collection)?;
    join(tx, call, id, &input.products)?;
    recount(tx, call, &[id])?;
    planned.write(tx)?;
    tell(tx, call, &[id])
}

/// Deletes a collection; its products stay.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_collection(tx: &mut Tx, call: &Call, id: CollectionId) -> Result<(), CatalogError> {
    locked(tx, id)?;
    tx.execute(
        "DELETE FROM collection_products WHERE shop_id = $shop AND collection_id = $1",
        (id,),
    )?;
    metafields::delete_all(tx, Owner::Collection, &[id.get()])?;
    tx.execute(
        "DELETE FROM collections WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    events::record(
        tx,
        call,
        NewEvent::of(&[Topic::CollectionsDelete], Subject::Collection, id),
    )?;
    Ok(())
}

/// Adds products at the end of a collection; those that it has stay where they are.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add_products(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    products: &[ProductId],
) -> Result<(), CatalogError> {
    locked(tx, id)?;
    check_products(tx, products)?;
    join(tx, call, id, products)?;
    recount(tx, call, &[id])?;
    tell(tx, call, &[id])
}

/// Takes products out of a collection; those that it does not have are no error.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn remove_products(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    products: &[ProductId],
) -> Result<(), CatalogError> {
    locked(tx, id)?;
    leave(tx, &[id], products)?;
    recount(tx, call, &[id])?;
    tell(tx, call, &[id])
}

/// Which collections a product joins and leaves with a change.
pub(super) struct Membership {
    product: ProductId,
    join: Vec<CollectionId>,
    leave: Vec<CollectionId>,
}

impl Membership {
    pub(super) fn plan(
        tx: &mut Tx,
        product: ProductId,
        input: &ProductInput,
    ) -> Result<Self, CatalogError> {
        let mut join: Vec<CollectionId> = input.collections_to_join.clone();
        let mut leave: Vec<CollectionId> = input.collections_to_leave.clone();
        let mut at = "collectionsToJoin";
        if let Some(all) = &input.collections {
            at = "collections";
            let held = sql::collections_of_product(tx, product)?;
            leave.extend(held.iter().filter(|id| !all.contains(id)));
            join.extend(all.iter().filter(|id| !held.contains(id)));
        }
        join.sort_unstable();
        join.dedup();
        if !join.is_empty() {
            let found: Vec<CollectionId> = tx.all(
                "SELECT id FROM collections WHERE shop_id = $shop AND id = ANY($1)",
                (&join,),
            )?;
            if found.len() != join.len() {
                return Err(CatalogError::at([at], Why::CollectionMissing));
            }
        }
        Ok(Self {
            product,
            join,
            leave,
        })
    }
}

pub(super) fn write(tx: &mut Tx, call: &Call, membership: &Membership) -> Result<(), CatalogError> {
    for collection in &membership.join {
        join(tx, call, *collection, &[membership.product])?;
    }
    leave(tx, &membership.leave, &[membership.product])?;
    let touched: Vec<CollectionId> = membership
        .join
        .iter()
        .chain(&membership.leave)
        .copied()
        .collect();
    if !touched.is_empty() {
        recount(tx, call, &touched)?;
        tell(tx, call, &touched)?;
    }
    Ok(())
}

/// Takes a product that goes out of all of its collections.
pub(super) fn leave_all(tx: &mut Tx, call: &Call, product: ProductId) -> Result<(), CatalogError> {
    let held = sql::collections_of_product(tx, product)?;
    if held.is_empty() {
        return Ok(());
    }
    leave(tx, &held, &[product])?;
    recount(tx, call, &held)?;
    tell(tx, call, &held)
}

/// Puts products into a collection, each `(collection, product)`: for imports.
pub(super) fn join_by_title(
    tx: &mut Tx,
    call: &Call,
    wanted: &[(String, ProductId)],
) -> Result<(), CatalogError> {
    let titles: BTreeSet<&str> = wanted.iter().map(|(title, _)| title.as_str()).collect();
    for title in titles {
        let key = sort_key(title);
        let known: Option<CollectionId> = tx.optional(
            "SELECT id FROM collections WHERE shop_id = $shop AND title_key = $1 ORDER BY id",
            (key,),
        )?;
        let products: Vec<ProductId> = wanted
            .iter()
            .filter(|(wanted, _)| wanted == title)
            .map(|(_, product)| *product)
            .collect();
        match known {
            Some(id) => {
                join(tx, call, id, &products)?;
                recount(tx, call, &[id])?;
            }
            None => {
                let input = CollectionInput {
                    title: Some(title.to_owned()),
                    sort_order: Some(CollectionSort::Manual),
                    products,
                    ..CollectionInput::default()
                };
                create_collection(tx, call, &input)?;
            }
        }
    }
    Ok(())
}

fn apply(
    collection: &mut Collection,
    input: &CollectionInput,
    is_new: bool,
) -> Result<(), CatalogError> {
    match input.title.as_deref().map(str::trim) {
        Some("") => return Err(CatalogError::at(["title"], Why::Blank("Title"))),
        None if is_new => return Err(CatalogError::at(["title"], Why::Blank("Title"))),
        Some(title) if title.chars().count() > LINE_CHARS_MAX => {
            return Err(CatalogError::at(
                ["title"],
                Why::TooLong("Title", LINE_CHARS_MAX),
            ));
        }
        Some(title) => collection.title = clean(title).into_owned(),
        None => {}
    }
    wanted_handle(&mut collection.handle, input.handle.as_deref())?;
    if let Some(html) = &input.description_html {
        if html.len() > DESCRIPTION_BYTES_MAX {
            let why = Why::TooLong("Description", DESCRIPTION_BYTES_MAX);
            return Err(CatalogError::at(["descriptionHtml"], why));
        }
        collection.description_html = clean(html).into_owned();
    }
    if let Some(sort) = input.sort_order {
        collection.sort_order = sort;
    }
    if let Some(suffix) = &input.template_suffix {
        collection.template_suffix = filled(suffix.as_deref());
    }
    if let Some(title) = &input.seo_title {
        collection.seo_title = filled(title.as_deref());
    }
    if let Some(description) = &input.seo_description {
        collection.seo_description = filled(description.as_deref());
    }
    match &input.image {
        Some(Some((url, alt))) => {
            if !is_address(url) {
                return Err(CatalogError::at(["image", "src"], Why::Url));
            }
            collection.image_url = Some(url.clone());
            collection.image_alt = clean(alt).into_owned();
        }
        Some(None) => collection.image_url = None,
        None => {}
    }
    Ok(())
}

fn plan_metafields(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    input: &CollectionInput,
) -> Result<metafields::Plan, CatalogError> {
    let owned: Vec<Owned> = input
        .metafields
        .iter()
        .map(|metafield| Owned {
            owner: Owner::Collection,
            owner_id: id.get(),
            metafield: metafield.clone(),
        })
        .collect();
    metafields::plan(tx, call, &owned).map_err(|error| {
        placed(error, |place| {
            vec!["metafields".to_owned(), place.to_string()]
        })
    })
}

pub(super) fn locked(tx: &mut Tx, id: CollectionId) -> Result<Collection, CatalogError> {
    let text = format!(
        "SELECT {} FROM collections WHERE shop_id = $shop AND id = $1",
        Collection::COLUMNS
    );
    let found = tx.optional_locked(&text, (id,))?;
    found.ok_or_else(|| CatalogError::at(["id"], Why::CollectionMissing))
}

fn refuse_taken(tx: &mut Tx, collection: &Collection) -> Result<(), CatalogError> {
    let other: Option<CollectionId> = tx.optional(
        "SELECT id FROM collections WHERE shop_id = $shop AND handle = $1 AND id <> $2",
        (&collection.handle, collection.id),
    )?;
    match other {
        Some(_) => {
            let why = Why::HandleTaken(collection.handle.clone());
            Err(CatalogError::at(["handle"], why))
        }
        None => Ok(()),
    }
}

fn check_products(tx: &mut Tx, products: &[ProductId]) -> Result<(), CatalogError> {
    if products.len() > PRODUCTS_PER_CALL_MAX {
        return Err(CatalogError::at(
            ["products"],
            Why::OutOfRange("The number of products"),
        ));
    }
    let unique: BTreeSet<ProductId> = products.iter().copied().collect();
    if unique.is_empty() {
        return Ok(());
    }
    let unique: Vec<ProductId> = unique.into_iter().collect();
    let found: i64 = tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM products WHERE shop_id = $shop AND id = ANY($1)",
        (&unique,),
    )?;
    if usize::try_from(found) == Ok(unique.len()) {
        return Ok(());
    }
    Err(CatalogError::at(["products"], Why::ProductMissing))
}

fn insert(tx: &mut Tx, collection: &Collection) -> Result<(), StoreError> {
    let c = collection;
    tx.execute(
        "INSERT INTO collections (shop_id, id, title, title_key, handle, description_html,
             sort_order, template_suffix, image_url, image_alt, seo_title, seo_description,
             products_count, published_at, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14)",
        (
            c.id,
            &c.title,
            sort_key(&c.title),
            &c.handle,
            &c.description_html,
            c.sort_order,
            &c.template_suffix,
            &c.image_url,
            &c.image_alt,
            &c.seo_title,
            &c.seo_description,
            c.published_at,
            c.created_at,
            c.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn write_changed(tx: &mut Tx, collection: &Collection) -> Result<(), StoreError> {
    let c = collection;
    tx.execute(
        "UPDATE collections
            SET title = $2, title_key = $3, handle = $4, description_html = $5, sort_order = $6,
                template_suffix = $7, image_url = $8, image_alt = $9, seo_title = $10,
                seo_description = $11, published_at = $12, updated_at = $13
          WHERE shop_id = $shop AND id = $1",
        (
            c.id,
            &c.title,
            sort_key(&c.title),
            &c.handle,
            &c.description_html,
            c.sort_order,
            &c.template_suffix,
            &c.image_url,
            &c.image_alt,
            &c.seo_title,
            &c.seo_description,
            c.published_at,
            c.updated_at,
        ),
    )?;
    Ok(())
}

fn join(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    products: &[ProductId],
) -> Result<(), StoreError> {
    if products.is_empty() {
        return Ok(());
    }
    let last: i64 = tx.one(
        "SELECT CAST(COALESCE(MAX(position), 0) AS BIGINT)
           FROM collection_products
          WHERE shop_id = $shop AND collection_id = $1",
        (id,),
    )?;
    let mut seen = BTreeSet::new();
    let rows: Vec<_> = products
        .iter()
        .filter(|product| seen.insert(**product))
        .zip(last + 1..)
        .map(|(product, position)| (id, *product, position, call.now))
        .collect();
    tx.insert_many(
        "INSERT INTO collection_products (shop_id, collection_id, product_id, position, created_at)
         VALUES ($shop, $1, $2, $3, $4)
         ON CONFLICT (shop_id, collection_id, product_id) DO NOTHING",
        &rows,
    )?;
    Ok(())
}

fn leave(
    tx: &mut Tx,
    collections: &[CollectionId],
    products: &[ProductId],
) -> Result<(), StoreError> {
    if collections.is_empty() || products.is_empty() {
        return Ok(());
    }
    tx.execute(
        "DELETE FROM collection_products
          WHERE shop_id = $shop AND collection_id = ANY($1) AND product_id = ANY($2)",
        (collections, products),
    )?;
    Ok(())
}

fn recount(tx: &mut Tx, call: &Call, ids: &[CollectionId]) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE collections
            SET updated_at = $1,
                products_count = (SELECT CAST(COUNT(*) AS BIGINT) FROM collection_products cp
                                   WHERE cp.shop_id = $shop
                                     AND cp.collection_id = collections.id)
          WHERE shop_id = $shop AND id = ANY($2)",
        (call.now, ids),
    )?;
    Ok(())
}

pub(super) fn tell(tx: &mut Tx, call: &Call, ids: &[CollectionId]) -> Result<(), CatalogError> {
    let events: Vec<_> = ids
        .iter()
        .map(|id| {
            let topics = &[Topic::CollectionsUpdate];
            (call, NewEvent::of(topics, Subject::Collection, *id))
        })
        .collect();
    events::record_many(tx, &events)?;
    Ok(())
}
