//! Collections: products that a merchant shows together.

use store::{Record, StoreError, Tx, record, text_enum};
use units::{CollectionId, MediaImageId, ProductId, Timestamp, sort_key};

use super::changes::{DESCRIPTION_BYTES_MAX, LINE_CHARS_MAX, clean, filled};
use super::create::{free_handle, placed, wanted_handle};
use super::errors::{CatalogError, Why};
use super::members;
use super::smart::{self, CollectionRule, RulesMatch};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::files::{self, FileError, Picture};
use crate::metafields::{self, NewMetafield, Owned, Owner};
use crate::revisions;

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
        /// Its picture's file.
        pub image_id: Option<MediaImageId>,
        /// Its picture's address, once it can be seen.
        pub image_url: Option<String>,
        /// What the picture shows.
        pub image_alt: String,
        /// The picture's width in pixels, when known.
        pub image_width: Option<i64>,
        /// The picture's height in pixels, when known.
        pub image_height: Option<i64>,
        /// The title for search engines, when it is another one.
        pub seo_title: Option<String>,
        /// The description for search engines, when it is another one.
        pub seo_description: Option<String>,
        /// How many products it has.
        pub products_count: i64,
        /// How many of its rules a product must meet; none when it is put together by hand.
        pub rules_match: Option<RulesMatch>,
        /// The last product that was looked at, while it is being filled.
        pub swept_to: Option<ProductId>,
        /// The collection whose products it is being given.
        pub copy_of: Option<CollectionId>,
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
    /// Its picture: address and what it shows, each as it is when left out; `Some(None)` for none.
    pub image: Option<Option<(Option<String>, Option<String>)>>,
    /// The title for search engines.
    pub seo_title: Option<Option<String>>,
    /// The description for search engines.
    pub seo_description: Option<Option<String>>,
    /// Products to begin with, in order.
    pub products: Vec<ProductId>,
    /// The rules that it fills itself by.
    pub rules: Option<(RulesMatch, Vec<CollectionRule>)>,
    /// Since when the shop window shows it, when it is made; not at all when left out.
    pub published_at: Option<Timestamp>,
    /// Metafields to set.
    pub metafields: Vec<NewMetafield>,
}

/// Makes a collection. It is published nowhere unless the input says since when it is.
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
        image_id: None,
        image_url: None,
        image_alt: String::new(),
        image_width: None,
        image_height: None,
        seo_title: None,
        seo_description: None,
        products_count: 0,
        rules_match: input.rules.as_ref().map(|(matching, _)| *matching),
        swept_to: None,
        copy_of: None,
        published_at: input.published_at,
        created_at: call.now,
        updated_at: call.now,
    };
    apply(&mut collection, input, true)?;
    if collection.handle.is_empty() {
        collection.handle = free_handle(tx, "collections", &collection.title, NAMELESS)?;
    } else {
        refuse_taken(tx, &collection)?;
    }
    let rules = checked_rules(tx, input)?;
    members::check_products(tx, &input.products)?;
    let planned = plan_metafields(tx, call, collection.id, input)?;
    let id = collection.id;
    put_picture(tx, call, &mut collection, input)?;
    insert(tx, &collection)?;
    smart::insert_rules(tx, id, &rules)?;
    let joined = members::join(tx, call, id, &input.products)?;
    members::adjust(tx, call, &[(id, members::count(joined))])?;
    planned.write(tx)?;
    if collection.rules_match.is_some() {
        smart::begin(tx, call, id)?;
    }
    events::record(
        tx,
        call,
        NewEvent::of(&[Topic::CollectionsCreate], Subject::Collection, id),
    )?;
    Ok(id)
}

/// A collection's handle before and after a change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// As it was.
    pub from: String,
    /// As it is.
    pub to: String,
}

/// Changes what the input gives of a collection; products are added. Gives its handles when it
/// has another one now.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_collection(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    input: &CollectionInput,
) -> Result<Option<Renamed>, CatalogError> {
    let mut collection = locked(tx, id)?;
    let handle = collection.handle.clone();
    apply(&mut collection, input, false)?;
    if collection.handle != handle {
        refuse_taken(tx, &collection)?;
    }
    let rules = checked_rules(tx, input)?;
    match (collection.rules_match, &input.rules) {
        (None, Some(_)) => return Err(CatalogError::at(["ruleSet"], Why::RulesOnManual)),
        (Some(_), _) if !input.products.is_empty() => {
            return Err(CatalogError::at(["products"], Why::SmartJoin));
        }
        (Some(_), Some((matching, _))) => collection.rules_match = Some(*matching),
        _ => {}
    }
    members::check_products(tx, &input.products)?;
    let planned = plan_metafields(tx, call, id, input)?;
    collection.updated_at = call.now;
    put_picture(tx, call, &mut collection, input)?;
    write_changed(tx, &collection)?;
    planned.write(tx)?;
    if input.rules.is_some() {
        smart::write_rules(tx, id, &rules)?;
        smart::begin(tx, call, id)?;
    }
    members::put(tx, call, id, &input.products)?;
    Ok((collection.handle != handle).then_some(Renamed {
        from: handle,
        to: collection.handle,
    }))
}

/// The rules of an input, when it has some and they make sense.
fn checked_rules(
    tx: &mut Tx,
    input: &CollectionInput,
) -> Result<Vec<CollectionRule>, CatalogError> {
    let Some(given) = &input.rules else {
        return Ok(Vec::new());
    };
    if !input.products.is_empty() {
        return Err(CatalogError::at(["products"], Why::SmartJoin));
    }
    smart::checked(tx, given)
}

/// Makes a copy of a collection under another title. It is filled in turns: the first is done when
/// this returns.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn duplicate_collection(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    title: &str,
    publications: Publications,
) -> Result<CollectionId, CatalogError> {
    let original = locked(tx, id).map_err(|error| error.within("collectionId"))?;
    let input = CollectionInput {
        title: Some(title.to_owned()),
        metafields: own_metafields(tx, call, id)?,
        ..CollectionInput::default()
    };
    let mut copy = Collection {
        id: call.new_id(),
        handle: String::new(),
        products_count: 0,
        copy_of: original.rules_match.is_none().then_some(id),
        swept_to: None,
        created_at: call.now,
        updated_at: call.now,
        ..original
    };
    if publications == Publications::Leave {
        copy.published_at = None;
    }
    apply(&mut copy, &input, true).map_err(|error| error.within("newTitle"))?;
    copy.handle = free_handle(tx, "collections", &copy.title, NAMELESS)?;
    let planned = plan_metafields(tx, call, copy.id, &input)?;
    let rules = smart::rules_of(tx, &[id])?.remove(&id).unwrap_or_default();
    insert(tx, &copy)?;
    smart::insert_rules(tx, copy.id, &rules)?;
    planned.write(tx)?;
    smart::begin(tx, call, copy.id)?;
    events::record(
        tx,
        call,
        NewEvent::of(&[Topic::CollectionsCreate], Subject::Collection, copy.id),
    )?;
    Ok(copy.id)
}

/// Whether a copy is published where its original is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publications {
    /// It is.
    Copy,
    /// It is published nowhere.
    Leave,
}

/// A collection's metafields as they may be given to a copy: those of other apps, and those whose
/// values are one resource's alone, are not.
fn own_metafields(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
) -> Result<Vec<NewMetafield>, StoreError> {
    let found: Vec<(String, String, String, String)> = tx.all(
        "SELECT m.namespace, m.key, m.type, m.value
           FROM metafields m
          WHERE m.shop_id = $shop AND m.owner_kind = 'COLLECTION' AND m.owner_id = $1
            AND NOT EXISTS (SELECT 1 FROM metafield_definitions d
                             WHERE d.shop_id = m.shop_id AND d.owner_kind = m.owner_kind
                               AND d.namespace = m.namespace AND d.key = m.key
                               AND d.unique_values = 1)
          ORDER BY m.namespace, m.key
          LIMIT 1000",
        (id,),
    )?;
    let own = found
        .into_iter()
        .filter(|(namespace, ..)| metafields::namespace(call, Some(namespace)).is_some())
        .map(|(namespace, key, kind, value)| NewMetafield {
            namespace: Some(namespace),
            key,
            kind: Some(kind),
            value,
            compare_digest: None,
        });
    Ok(own.collect())
}

/// Deletes a collection; its products stay.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete_collection(tx: &mut Tx, call: &Call, id: CollectionId) -> Result<(), CatalogError> {
    locked(tx, id)?;
    revisions::note_collection_gone(tx, id)?;
    tx.execute(
        "DELETE FROM collection_products WHERE shop_id = $shop AND collection_id = $1",
        (id,),
    )?;
    smart::delete_rules(tx, id)?;
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
    if let Some(Some((_, Some(alt)))) = &input.image {
        collection.image_alt = clean(alt).chars().take(files::ALT_CHARS_MAX).collect();
    }
    Ok(())
}

/// Takes up the collection's new picture, or takes the one that it has off: the last thing before
/// it is written.
fn put_picture(
    tx: &mut Tx,
    call: &Call,
    collection: &mut Collection,
    input: &CollectionInput,
) -> Result<(), CatalogError> {
    let picture = match &input.image {
        Some(Some((Some(address), alt))) => {
            let held = Picture {
                id: collection.image_id,
                url: collection.image_url.take(),
                width: collection.image_width,
                height: collection.image_height,
            };
            let wanted = alt.as_deref().unwrap_or_default();
            let taken = files::picture(tx, call, &held, address, wanted);
            let taken = taken.map_err(|error| match error {
                FileError::Store(fault) => CatalogError::Store(fault),
                FileError::SourceInvalid(_) => CatalogError::at(["image", "src"], Why::Url),
                why => CatalogError::at(["image", "src"], Why::File(why.to_string())),
            })?;
            if alt.is_none() && taken.picture != held {
                // What the old one showed says nothing of the new one.
                collection.image_alt.clear();
            }
            taken.write(tx, call)?
        }
        Some(None) => Picture::default(),
        Some(Some((None, _))) | None => return Ok(()),
    };
    collection.image_id = picture.id;
    collection.image_url = picture.url;
    collection.image_width = picture.width;
    collection.image_height = picture.height;
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

fn insert(tx: &mut Tx, collection: &Collection) -> Result<(), StoreError> {
    let c = collection;
    tx.execute(
        "INSERT INTO collections (shop_id, id, title, title_key, handle, description_html,
             sort_order, template_suffix, image_id, image_url, image_alt, image_width,
             image_height, seo_title, seo_description, products_count, rules_match, copy_of,
             published_at, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16,
             $17, $18, $19)",
        (
            c.id,
            &c.title,
            sort_key(&c.title),
            &c.handle,
            &c.description_html,
            c.sort_order,
            &c.template_suffix,
            c.image_id,
            &c.image_url,
            &c.image_alt,
            c.image_width,
            c.image_height,
            &c.seo_title,
            &c.seo_description,
            c.rules_match,
            c.copy_of,
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
                seo_description = $11, rules_match = $12, published_at = $13, updated_at = $14,
                image_id = $15, image_width = $16, image_height = $17
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
            c.rules_match,
            c.published_at,
            c.updated_at,
            c.image_id,
            c.image_width,
            c.image_height,
        ),
    )?;
    Ok(())
}
