//! Writing what differs between two sheets of a product, and everything that follows from it.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx};
use units::{ProductId, fold};

use super::errors::CatalogError;
use super::publications::Publishable;
use super::sheet::Sheet;
use super::stock::{self, Stocked};
use super::{scheduled, smart, sql, terms};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Subscriptions, Topic};
use crate::files::{self, File};
use crate::metafields::{self, Owner};
use crate::revisions;

/// What is told of the stocked sides of variants.
const STOCK_TOPICS: [Topic; 4] = [
    Topic::InventoryLevelsConnect,
    Topic::InventoryItemsCreate,
    Topic::InventoryItemsUpdate,
    Topic::InventoryItemsDelete,
];

/// A product as it was and as it shall be.
pub(super) struct Change {
    /// `None` for a new product.
    pub(super) before: Option<Sheet>,
    /// `None` for a product that goes.
    pub(super) after: Option<Sheet>,
    /// What shall be available of its variants.
    pub(super) stock: Vec<Stocked>,
}

/// Rows to write and rows to delete, of every table that a product fills.
#[derive(Default)]
struct Rows<'a> {
    new_products: Vec<&'a super::Product>,
    products: Vec<&'a super::Product>,
    options: Vec<&'a super::ProductOption>,
    values: Vec<&'a super::ProductOptionValue>,
    variants: Vec<&'a super::ProductVariant>,
    /// Variants of which nothing but the prices changed.
    repriced: Vec<&'a super::ProductVariant>,
    items: Vec<&'a super::ProductVariant>,
    new_items: Vec<units::InventoryItemId>,
    media: Vec<&'a super::MediaImage>,
    files: Vec<&'a File>,
    tags: Vec<(ProductId, &'a str)>,
    terms: Vec<(ProductId, String, i64)>,
    gone: Gone,
}

#[derive(Default)]
struct Gone {
    products: Vec<ProductId>,
    options: Vec<units::ProductOptionId>,
    values: Vec<units::ProductOptionValueId>,
    variants: Vec<units::ProductVariantId>,
    items: Vec<units::InventoryItemId>,
    media: Vec<(ProductId, units::MediaImageId)>,
    tags: Vec<(ProductId, String)>,
    terms: Vec<(ProductId, String)>,
}

/// Writes changes of any number of products, each table once. Says of each whether anything was
/// written.
///
/// The sheets must hold what the rules demand: only the stated locations are checked here, before
/// the first write.
pub(super) fn save(
    tx: &mut Tx,
    call: &Call,
    changes: &mut [Change],
) -> Result<Vec<bool>, CatalogError> {
    let changed: Vec<bool> = changes.iter_mut().map(|change| change.date(call)).collect();
    let mut rows = Rows::default();
    for (change, changed) in changes.iter().zip(&changed) {
        if *changed {
            rows.compare(change.before.as_ref(), change.after.as_ref());
        }
    }
    let stocked: Vec<Stocked> = changes
        .iter()
        .flat_map(|change| change.stock.iter().copied())
        .collect();
    let plan = stock::plan(tx, &rows.new_items, &stocked)?;
    rows.write(tx)?;
    let dates: Vec<_> = changes.iter().filter_map(Change::dates).collect();
    scheduled::schedule(tx, call, &dates)?;
    let written = changes
        .iter()
        .zip(&changed)
        .filter(|(_, changed)| **changed);
    let written: Vec<ProductId> = written.filter_map(|(change, _)| change.product()).collect();
    revisions::note_products(tx, &written)?;
    let new: Vec<File> = rows.files.iter().map(|file| (*file).clone()).collect();
    files::enqueue(tx, call, &new)?;
    let mut events: Vec<(&Call, NewEvent)> = changes
        .iter()
        .zip(&changed)
        .filter(|(_, changed)| **changed)
        .filter_map(|(change, _)| Some((call, change.event()?)))
        .collect();
    let mut topics: Vec<Topic> = STOCK_TOPICS.to_vec();
    topics.extend(events.iter().flat_map(|(_, event)| event.topics));
    let subscriptions = Subscriptions::load(tx, &topics)?;
    if !plan.is_empty() {
        events.extend(plan.write(tx, call, &subscriptions)?);
    }
    for (topic, item) in rows.told_items() {
        // There may be thousands: they are noted for those alone who want to know.
        if subscriptions.want(topic[0]) {
            let mut event = NewEvent::of(topic, Subject::InventoryItem, item);
            event.facts = format!("{{\"admin_graphql_api_id\":\"{item}\"}}");
            events.push((call, event));
        }
    }
    events::record_for(tx, &subscriptions, &events)?;
    let judged: Vec<ProductId> = changes.iter().filter_map(smart::changed).collect();
    smart::sort_in(tx, call, &judged)?;
    Ok(changed)
}

impl Change {
    /// Settles the sheet, dates what changed, and says whether anything did.
    fn date(&mut self, call: &Call) -> bool {
        let Some(after) = &mut self.after else {
            return self.before.is_some();
        };
        after.settle();
        let Some(before) = &self.before else {
            return true;
        };
        let variants: BTreeMap<_, _> = before.variants.iter().map(|v| (v.id, v)).collect();
        for variant in &mut after.variants {
            if variants.get(&variant.id).is_some_and(|old| *old != variant) {
                variant.updated_at = call.now;
            }
        }
        let changed = before != after;
        if changed {
            after.product.updated_at = call.now;
        }
        changed
    }

    /// Since when it is published, and was.
    fn dates(&self) -> Option<scheduled::Dates> {
        let since = |sheet: &Option<Sheet>| sheet.as_ref()?.product.published_at;
        let own = self.after.as_ref().or(self.before.as_ref())?;
        let what = Publishable::Product(own.product.id);
        Some((what, since(&self.before), since(&self.after)))
    }

    fn product(&self) -> Option<ProductId> {
        let sheet = self.after.as_ref().or(self.before.as_ref());
        sheet.map(|sheet| sheet.product.id)
    }

    fn event(&self) -> Option<NewEvent> {
        let (topics, id): (&'static [Topic], _) = match (&self.before, &self.after) {
            (None, Some(new)) => (&[Topic::ProductsCreate], new.product.id),
            (Some(_), Some(now)) => (&[Topic::ProductsUpdate], now.product.id),
            (Some(gone), None) => (&[Topic::ProductsDelete], gone.product.id),
            (None, None) => return None,
        };
        Some(NewEvent::of(topics, Subject::Product, id))
    }
}

/// What is new or differs, and what is gone, by id.
fn differing<'a, T: PartialEq, K: Ord + Copy>(
    before: impl Iterator<Item = &'a T>,
    after: impl Iterator<Item = &'a T>,
    id: impl Fn(&T) -> K,
) -> (Vec<&'a T>, Vec<&'a T>) {
    let mut old: BTreeMap<K, &T> = before.map(|row| (id(row), row)).collect();
    let written = after
        .filter(|row| old.remove(&id(row)).is_none_or(|was| was != *row))
        .collect();
    (written, old.into_values().collect())
}

impl<'a> Rows<'a> {
    /// The stocked sides that are new, changed or gone.
    fn told_items(&self) -> Vec<(&'static [Topic], units::InventoryItemId)> {
        const NEW: &[Topic] = &[Topic::InventoryItemsCreate];
        const CHANGED: &[Topic] = &[Topic::InventoryItemsUpdate];
        const GONE: &[Topic] = &[Topic::InventoryItemsDelete];
        let new: BTreeSet<_> = self.new_items.iter().copied().collect();
        let written = self.items.iter().map(|variant| variant.inventory_item_id);
        let written = written.map(|item| match new.contains(&item) {
            true => (NEW, item),
            false => (CHANGED, item),
        });
        let gone = self.gone.items.iter().map(|item| (GONE, *item));
        written.chain(gone).collect()
    }

    fn compare(&mut self, before: Option<&'a Sheet>, after: Option<&'a Sheet>) {
        match (before, after) {
            (None, Some(after)) => self.new_products.push(&after.product),
            (Some(before), Some(after)) if before.product != after.product => {
                self.products.push(&after.product);
            }
            (Some(before), None) => self.gone.products.push(before.product.id),
            _ => {}
        }
        let sides = [before, after];
        let [old, new] = sides.map(|side| {
            side.iter()
                .flat_map(|sheet| sheet.options.iter().map(|option| &option.option))
                .collect::<Vec<_>>()
        });
        let (written, gone) = differing(old.into_iter(), new.into_iter(), |o| o.id);
        self.options.extend(written);
        self.gone.options.extend(gone.iter().map(|o| o.id));

        let [old, new] = sides.map(|side| {
            side.iter()
                .flat_map(|sheet| sheet.options.iter().flat_map(|option| &option.values))
                .collect::<Vec<_>>()
        });
        let (written, gone) = differing(old.into_iter(), new.into_iter(), |v| v.id);
        self.values.extend(written);
        self.gone.values.extend(gone.iter().map(|v| v.id));

        let [old, new] = sides.map(|side| side.map_or(&[][..], |sheet| &sheet.media));
        let (written, gone) = differing(old.iter(), new.iter(), |m| m.id);
        self.media.extend(written);
        self.gone
            .media
            .extend(gone.iter().map(|m| (m.product_id, m.id)));
        self.files
            .extend(after.iter().flat_map(|sheet| &sheet.files));

        self.compare_variants(before, after);
        self.compare_tags(before, after);
        self.compare_terms(before, after);
    }

    fn compare_variants(&mut self, before: Option<&'a Sheet>, after: Option<&'a Sheet>) {
        let [old, new] = [before, after].map(|side| side.map_or(&[][..], |sheet| &sheet.variants));
        let known: BTreeMap<_, _> = old.iter().map(|variant| (variant.id, variant)).collect();
        let (written, gone) = differing(old.iter(), new.iter(), |v| v.id);
        for variant in &written {
            let was = known.get(&variant.id);
            if was.is_none() {
                self.new_items.push(variant.inventory_item_id);
            }
            if was.is_none_or(|was| !was.is_stocked_like(variant)) {
                self.items.push(variant);
            }
        }
        let (repriced, others) = written.into_iter().partition(|variant| {
            let was = known.get(&variant.id);
            was.is_some_and(|was| was.is_priced_anew_as(variant))
        });
        self.repriced.extend::<Vec<_>>(repriced);
        self.variants.extend::<Vec<_>>(others);
        self.gone.variants.extend(gone.iter().map(|v| v.id));
        self.gone
            .items
            .extend(gone.iter().map(|v| v.inventory_item_id));
    }

    fn compare_tags(&mut self, before: Option<&'a Sheet>, after: Option<&'a Sheet>) {
        let keyed = |sheet: Option<&'a Sheet>| -> BTreeMap<String, (ProductId, &'a str)> {
            sheet
                .iter()
                .flat_map(|sheet| {
                    sheet
                        .tags
                        .iter()
                        .map(|tag| (sheet.product.id, tag.as_str()))
                })
                .map(|(id, tag)| (fold(tag), (id, tag)))
                .collect()
        };
        let (old, new) = (keyed(before), keyed(after));
        for (key, (id, tag)) in &new {
            if !old.contains_key(key) {
                self.tags.push((*id, tag));
            }
        }
        for (key, (id, _)) in old {
            if !new.contains_key(&key) {
                self.gone.tags.push((id, key));
            }
        }
    }

    fn compare_terms(&mut self, before: Option<&Sheet>, after: Option<&Sheet>) {
        if let (Some(before), Some(after)) = (before, after)
            && terms::are_alike(before, after)
        {
            return;
        }
        let [mut old, new] = [before, after].map(|side| side.map(terms::of).unwrap_or_default());
        let Some(id) = before.or(after).map(|sheet| sheet.product.id) else {
            return;
        };
        for (term, weight) in new {
            if old.remove(&term) != Some(weight) {
                self.terms.push((id, term, weight));
            }
        }
        self.gone
            .terms
            .extend(old.into_keys().map(|term| (id, term)));
    }

    fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let gone = &self.gone;
        let products: Vec<i64> = gone.products.iter().map(|id| id.get()).collect();
        let variants: Vec<i64> = gone.variants.iter().map(|id| id.get()).collect();
        metafields::delete_all(tx, Owner::Product, &products)?;
        metafields::delete_all(tx, Owner::ProductVariant, &variants)?;
        sql::delete_variants(tx, &gone.variants, &gone.items)?;
        sql::delete_option_values(tx, &gone.values)?;
        sql::delete_options(tx, &gone.options)?;
        sql::delete_media(tx, &gone.media)?;
        sql::delete_tags(tx, &gone.tags)?;
        sql::delete_terms(tx, &gone.terms)?;
        sql::delete_products(tx, &gone.products)?;
        sql::insert_products(tx, &self.new_products)?;
        sql::update_products(tx, &self.products)?;
        sql::upsert_options(tx, &self.options)?;
        sql::upsert_option_values(tx, &self.values)?;
        sql::upsert_media(tx, &self.media)?;
        self.write_files(tx)?;
        sql::upsert_items(tx, &self.items)?;
        sql::upsert_variants(tx, &self.variants)?;
        sql::reprice_variants(tx, &self.repriced)?;
        sql::insert_tags(tx, &self.tags)?;
        sql::upsert_terms(tx, &self.terms)
    }

    /// The files behind the media: new ones whole, of the others what they show.
    fn write_files(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let new: BTreeMap<_, _> = self.files.iter().map(|file| (file.id, *file)).collect();
        let told: BTreeMap<_, _> = self
            .media
            .iter()
            .filter(|media| !new.contains_key(&media.id))
            .map(|media| (media.id, *media))
            .collect();
        let new: Vec<File> = new.into_values().cloned().collect();
        files::enter(tx, &new)?;
        sql::retell_files(tx, &told.into_values().collect::<Vec<_>>())
    }
}
