//! Some hundred products beside each other, with what hangs on each: reading on is cheap, and a change copies no more
//! than a block.

use std::ops::Range;

/// A product's own numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) id: i64,
    /// Since when it is published; far ahead when it is not.
    pub(super) published_at: i64,
    pub(super) created_at: i64,
    pub(super) price_min_minor: i64,
    pub(super) price_max_minor: i64,
    pub(super) sales_key: i64,
    pub(super) vendor: u32,
    pub(super) product_type: u32,
    pub(super) active: bool,
    pub(super) only_default_variant: bool,
    /// Whether one of its variants can be bought.
    pub(super) available: bool,
}

/// That a product stands in a collection, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub(super) collection: u32,
    pub(super) position: i64,
}

/// An option's value that a variant of the product has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UsedValue {
    pub(super) option_position: u32,
    pub(super) position: u32,
    pub(super) value: u32,
}

/// What a variant without a third, second or first option has in its place.
pub(super) const NO_VALUE: u32 = u32::MAX;

/// A variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variant {
    pub(super) id: i64,
    pub(super) price_minor: i64,
    pub(super) values: [u32; 3],
    pub(super) available: bool,
}

/// A product, wherever it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) head: &'a Head,
    pub(super) title_key: &'a str,
    pub(super) tags: &'a [u32],
    pub(super) members: &'a [Member],
    pub(super) values: &'a [UsedValue],
    pub(super) variants: &'a [Variant],
}

/// A product as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) head: Head,
    pub(super) title_key: String,
    pub(super) tags: Vec<u32>,
    pub(super) members: Vec<Member>,
    pub(super) values: Vec<UsedValue>,
    pub(super) variants: Vec<Variant>,
}

/// Products by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    heads: Vec<Head>,
    /// Where each product's own ends, in the lists below.
    ends: Vec<Ends>,
    title_keys: String,
    tags: Vec<u32>,
    members: Vec<Member>,
    values: Vec<UsedValue>,
    variants: Vec<Variant>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    title_key: u32,
    tags: u32,
    members: u32,
    values: u32,
    variants: u32,
}

impl Item {
    pub(super) fn row(&self) -> Row<'_> {
        Row {
            head: &self.head,
            title_key: &self.title_key,
            tags: &self.tags,
            members: &self.members,
            values: &self.values,
            variants: &self.variants,
        }
    }
}

impl Block {
    pub(super) fn push(&mut self, row: Row<'_>) {
        self.heads.push(*row.head);
        self.title_keys.push_str(row.title_key);
        self.tags.extend_from_slice(row.tags);
        self.members.extend_from_slice(row.members);
        self.values.extend_from_slice(row.values);
        self.variants.extend_from_slice(row.variants);
        let end = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        self.ends.push(Ends {
            title_key: end(self.title_keys.len()),
            tags: end(self.tags.len()),
            members: end(self.members.len()),
            values: end(self.values.len()),
            variants: end(self.variants.len()),
        });
    }

    /// The lowest id.
    pub(super) fn first(&self) -> i64 {
        self.heads.first().map_or(i64::MAX, |head| head.id)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.heads.len()).map(|place| self.row(place))
    }

    pub(super) fn find(&self, id: i64) -> Option<Row<'_>> {
        let place = self.heads.binary_search_by_key(&id, |head| head.id);
        place.ok().map(|place| self.row(place))
    }

    fn row(&self, place: usize) -> Row<'_> {
        let from = match place {
            0 => Ends::default(),
            _ => self.ends[place - 1],
        };
        let to = self.ends[place];
        let range = |from: u32, to: u32| -> Range<usize> { from as usize..to as usize };
        Row {
            head: &self.heads[place],
            title_key: &self.title_keys[range(from.title_key, to.title_key)],
            tags: &self.tags[range(from.tags, to.tags)],
            members: &self.members[range(from.members, to.members)],
            values: &self.values[range(from.values, to.values)],
            variants: &self.variants[range(from.variants, to.variants)],
        }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.heads)
            + size_of_val(&*self.ends)
            + self.title_keys.len()
            + size_of_val(&*self.tags)
            + size_of_val(&*self.members)
            + size_of_val(&*self.values)
            + size_of_val(&*self.variants)
    }
}
