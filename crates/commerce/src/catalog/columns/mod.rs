//! The catalogue in memory, as far as lists are narrowed and counted by it.
//!
//! How many of fifty thousand products a vendor has, and how many more there were without the price that was chosen,
//! is not read from rows in the time that a buyer's page has. So a reader keeps, of every product, the numbers that
//! lists are narrowed, ordered and counted by, follows the shop's commits ([`crate::revisions`]), and reads anew
//! what has changed since. Rows that are shown are read from the store as ever.

mod block;
mod count;
mod list;
mod names;
mod narrow;
mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use store::{StoreError, Tx, Weighed};
use units::{CollectionId, InventoryItemId, ProductId};

use crate::revisions::{self, Part};

use block::{Block, Item, Member, Row};
pub use count::facets;
pub(super) use list::list_head;
pub use list::{ListSort, list_count, list_page, ranked_page};
use names::Names;
pub use narrow::{ProductList, Shown, Source};

/// Products of a shop that are kept in memory, at most.
const PRODUCTS_MAX: usize = 500_000;
/// Products of a block, at most.
const BLOCK_MAX: usize = 512;
/// Products that are read at once.
const PER_READ: usize = 500;

/// A shop's products as of one commit.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// The commit.
    number: i64,
    /// By id.
    blocks: Vec<Arc<Block>>,
    names: Arc<Names>,
    /// Whether there are more products than are kept: nothing is kept then.
    is_too_large: bool,
}

impl Weighed for Columns {
    fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.bytes()).sum::<usize>() + self.names.bytes()
    }
}

impl Columns {
    /// The shop's products, at this snapshot's commit or a later one; `None` when there are too many.
    pub(super) fn of(tx: &mut Tx) -> Result<Option<Arc<Self>>, StoreError> {
        let kept = tx.kept(|tx, last: Option<Arc<Self>>| {
            let number = tx.commit_number()?;
            match last {
                Some(last) if last.number >= number => Ok(last),
                Some(last) if last.is_too_large => Ok(last),
                Some(last) => last.renewed(tx, number),
                None => Self::read(tx, number).map(Arc::new),
            }
        })?;
        Ok(Some(kept).filter(|kept| !kept.is_too_large))
    }

    /// Reads all products.
    fn read(tx: &mut Tx, number: i64) -> Result<Self, StoreError> {
        let mut columns = Self {
            number,
            ..Self::default()
        };
        let mut names = Names::default();
        let mut last = ProductId(0);
        let mut count = 0;
        loop {
            let ids = super::sql::products_after(tx, last, PER_READ as i64)?;
            let Some(end) = ids.last() else { break };
            last = *end;
            count += ids.len();
            if count > PRODUCTS_MAX {
                return Ok(Self {
                    number,
                    is_too_large: true,
                    ..Self::default()
                });
            }
            let mut block = Block::default();
            for item in read::items(tx, &ids, &mut names)? {
                block.push(item.row());
            }
            columns.blocks.push(Arc::new(block));
        }
        columns.names = Arc::new(names);
        Ok(columns)
    }

    /// The same with what has changed since.
    fn renewed(self: Arc<Self>, tx: &mut Tx, number: i64) -> Result<Arc<Self>, StoreError> {
        let parts = revisions::since(tx, self.number)?;
        if parts.iter().any(|(part, _)| *part == Part::All) {
            return Self::read(tx, number).map(Arc::new);
        }
        let of = |wanted: Part| parts.iter().filter(move |(part, _)| *part == wanted);
        let mut changed: BTreeSet<ProductId> =
            of(Part::Product).map(|(_, id)| ProductId(*id)).collect();
        let items: Vec<InventoryItemId> =
            of(Part::Item).map(|(_, id)| InventoryItemId(*id)).collect();
        changed.extend(read::products_of_items(tx, &items)?);
        changed.extend(read::bundles_with(tx, &changed)?);
        let mut names = (*self.names).clone();
        let gone: BTreeSet<u32> = of(Part::Collection)
            .filter_map(|(_, id)| names.collection(CollectionId(*id)))
            .collect();
        let mut items: BTreeMap<i64, Option<Item>> =
            changed.iter().map(|id| (id.get(), None)).collect();
        let changed: Vec<ProductId> = changed.into_iter().collect();
        for ids in changed.chunks(PER_READ) {
            for item in read::items(tx, ids, &mut names)? {
                items.insert(item.head.id, Some(item));
            }
        }
        let renewed = Self {
            number,
            blocks: without(self.merged(items), &gone),
            names: Arc::new(names),
            is_too_large: false,
        };
        Ok(Arc::new(renewed))
    }

    /// The blocks with products changed, added and taken out.
    fn merged(&self, mut changed: BTreeMap<i64, Option<Item>>) -> Vec<Arc<Block>> {
        if changed.is_empty() {
            return self.blocks.clone();
        }
        let mut merged = Vec::with_capacity(self.blocks.len() + 1);
        for (place, block) in self.blocks.iter().enumerate() {
            // What stands between two blocks goes to the first of them.
            let end = self.blocks.get(place + 1).map(|next| next.first());
            let later = end.map_or_else(BTreeMap::new, |end| changed.split_off(&end));
            let own = std::mem::replace(&mut changed, later);
            if own.is_empty() {
                merged.push(Arc::clone(block));
            } else {
                merged.extend(rebuilt(block, own));
            }
        }
        if !changed.is_empty() {
            merged.extend(rebuilt(&Block::default(), changed));
        }
        merged
    }

    /// All products, by id.
    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.blocks.iter().flat_map(|block| block.rows())
    }

    /// One of them.
    fn find(&self, id: i64) -> Option<Row<'_>> {
        let place = self.blocks.partition_point(|block| block.first() <= id);
        self.blocks.get(place.checked_sub(1)?)?.find(id)
    }

    /// What differs from what the store holds, one line for a product: nothing, ever.
    fn faults(&self, tx: &mut Tx) -> Result<Vec<String>, StoreError> {
        let fresh = Self::read(tx, self.number)?;
        let told = |columns: &Self| -> BTreeMap<i64, String> {
            let told = columns.rows().map(|row| (row.head.id, columns.told(row)));
            told.collect()
        };
        let (own, wanted) = (told(self), told(&fresh));
        let ids: BTreeSet<i64> = own.keys().chain(wanted.keys()).copied().collect();
        let differs = ids.into_iter().filter(|id| own.get(id) != wanted.get(id));
        Ok(differs
            .map(|id| {
                format!(
                    "{:?} is kept, and it is {:?}",
                    own.get(&id),
                    wanted.get(&id)
                )
            })
            .collect())
    }

    /// A product with its texts.
    fn told(&self, row: Row<'_>) -> String {
        let names = &self.names;
        let head = row.head;
        let tags: BTreeSet<&str> = row.tags.iter().map(|tag| names.tags.text(*tag)).collect();
        let values = |all: &[u32]| -> Vec<String> {
            all.iter()
                .map(|value| format!("{:?}", names.value(*value)))
                .collect()
        };
        let variants: BTreeSet<String> = row
            .variants
            .iter()
            .map(|own| {
                format!(
                    "{} {} {} {:?}",
                    own.id,
                    own.price_minor,
                    own.available,
                    values(&own.values)
                )
            })
            .collect();
        let used: BTreeSet<String> = row
            .values
            .iter()
            .map(|own| {
                format!(
                    "{} {} {:?}",
                    own.option_position,
                    own.position,
                    names.value(own.value)
                )
            })
            .collect();
        let members: BTreeSet<(CollectionId, i64)> = row
            .members
            .iter()
            .map(|own| (names.collection_id(own.collection), own.position))
            .collect();
        format!(
            "{} {:?} {} {} {} {} {} {} {} {} {} {:?} {tags:?} {variants:?} {used:?} {members:?}",
            head.id,
            row.title_key,
            head.published_at,
            head.created_at,
            head.price_min_minor,
            head.price_max_minor,
            head.sales_key,
            names.vendors.text(head.vendor),
            names.types.text(head.product_type),
            head.active,
            head.only_default_variant,
            head.available,
        )
    }
}

fn rebuilt(block: &Block, changed: BTreeMap<i64, Option<Item>>) -> Vec<Arc<Block>> {
    let kept = block
        .rows()
        .filter(|row| !changed.contains_key(&row.head.id));
    let new = changed.values().flatten().map(Item::row);
    let mut rows: Vec<Row<'_>> = kept.chain(new).collect();
    rows.sort_unstable_by_key(|row| row.head.id);
    let size = match rows.len() > BLOCK_MAX {
        true => BLOCK_MAX / 2,
        false => BLOCK_MAX,
    };
    let blocks = rows.chunks(size).map(|rows| {
        let mut block = Block::default();
        for row in rows {
            block.push(*row);
        }
        Arc::new(block)
    });
    blocks.collect()
}

/// The blocks without what stands in collections that are gone.
fn without(mut blocks: Vec<Arc<Block>>, gone: &BTreeSet<u32>) -> Vec<Arc<Block>> {
    if gone.is_empty() {
        return blocks;
    }
    let is_gone = |member: &Member| gone.contains(&member.collection);
    for block in &mut blocks {
        if !block.rows().any(|row| row.members.iter().any(is_gone)) {
            continue;
        }
        let mut left = Block::default();
        for row in block.rows() {
            let members: Vec<Member> = row
                .members
                .iter()
                .filter(|own| !is_gone(own))
                .copied()
                .collect();
            left.push(Row {
                members: &members,
                ..row
            });
        }
        *block = Arc::new(left);
    }
    blocks
}

/// What is kept in memory of the shop and is not as in the store: nothing, ever. For the checks of the books.
///
/// # Errors
/// `Store` faults only.
pub fn columns_faults(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    match Columns::of(tx)? {
        Some(columns) => columns.faults(tx),
        None => Ok(Vec::new()),
    }
}
