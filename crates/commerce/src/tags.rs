//! Tags: short labels on products, customers and orders.

use std::collections::{BTreeMap, BTreeSet};

use store::{StoreError, Tx, text_enum};
use units::{ArticleId, CustomerId, DraftOrderId, OrderId, fold};

use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Tags on one resource, at most.
pub const TAGS_MAX: usize = 250;
/// A tag, in characters, at most.
pub const TAG_CHARS_MAX: usize = 255;

text_enum! {
    /// The kinds of rows that have tags.
    pub enum Owner {
        /// A product.
        Product = "Product",
        /// A customer.
        Customer = "Customer",
        /// An order.
        Order = "Order",
        /// An article.
        Article = "Article",
        /// A draft order.
        DraftOrder = "DraftOrder",
    }
}

/// What can be tagged without further ado. A product's tags are searched words, too: they are
/// changed through the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagged {
    /// A customer.
    Customer(CustomerId),
    /// An order.
    Order(OrderId),
    /// An article.
    Article(ArticleId),
    /// A draft order.
    DraftOrder(DraftOrderId),
}

/// Why tags are refused.
#[derive(Debug, thiserror::Error)]
pub enum TagsError {
    /// The resource is not there.
    #[error("{} does not exist", .0.as_str())]
    OwnerMissing(Owner),
    /// More than a resource may have.
    #[error("A resource has at most 250 tags")]
    TooMany,
    /// A tag beyond its length.
    #[error("Tag '{0}…' is too long (maximum is 255 characters)")]
    TooLong(String),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Tagged {
    const fn key(self) -> (Owner, i64) {
        match self {
            Self::Customer(id) => (Owner::Customer, id.get()),
            Self::Order(id) => (Owner::Order, id.get()),
            Self::Article(id) => (Owner::Article, id.get()),
            Self::DraftOrder(id) => (Owner::DraftOrder, id.get()),
        }
    }
}

/// Trims the tags, parts those with commas, drops empty ones and repetitions whatever their
/// case, and sorts them.
#[must_use]
pub fn normalized(tags: &[String]) -> Vec<String> {
    let mut by_key = BTreeMap::new();
    for tag in tags.iter().flat_map(|tag| tag.split(',')) {
        let tag = tag.trim();
        if !tag.is_empty() {
            let tag = tag.replace('\0', "");
            by_key.entry(fold(&tag)).or_insert(tag);
        }
    }
    by_key.into_values().collect()
}

/// The tags as they are stored.
///
/// # Errors
/// `TooMany`, `TooLong`.
pub fn checked(tags: &[String]) -> Result<Vec<String>, TagsError> {
    let tags = normalized(tags);
    if tags.len() > TAGS_MAX {
        return Err(TagsError::TooMany);
    }
    match tags.iter().find(|tag| tag.chars().count() > TAG_CHARS_MAX) {
        Some(long) => Err(TagsError::TooLong(long.chars().take(20).collect())),
        None => Ok(tags),
    }
}

/// The tags that are held and those that are added; what is held keeps its case.
///
/// # Errors
/// `TooMany`, `TooLong`.
pub fn with(held: &[String], added: &[String]) -> Result<Vec<String>, TagsError> {
    let all: Vec<String> = held.iter().chain(added).cloned().collect();
    checked(&all)
}

/// The tags that are held without those that are taken off.
#[must_use]
pub fn without(held: &[String], removed: &[String]) -> Vec<String> {
    let gone: BTreeSet<String> = normalized(removed).iter().map(|tag| fold(tag)).collect();
    let stays = |tag: &&String| !gone.contains(&fold(tag));
    held.iter().filter(stays).cloned().collect()
}

/// The tags of each owner, sorted; one list per id.
///
/// # Errors
/// `Store` faults only.
pub fn load(tx: &mut Tx, owner: Owner, ids: &[i64]) -> Result<Vec<Vec<String>>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.each(
        "SELECT tag
           FROM tags
          WHERE shop_id = $shop AND owner_kind = $2 AND owner_id = $1
          ORDER BY tag_key",
        ids,
        (owner,),
    )
}

/// Makes these normalized tags the owner's: for operations that record their own event.
///
/// # Errors
/// `Store` faults only.
pub fn replace(tx: &mut Tx, owner: Owner, id: i64, tags: &[String]) -> Result<(), StoreError> {
    let held = load(tx, owner, &[id])?.pop().unwrap_or_default();
    write(tx, owner, id, &held, tags)
}

/// Adds tags; those that it has, in any case, are left alone.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn add(tx: &mut Tx, call: &Call, tagged: Tagged, tags: &[String]) -> Result<(), TagsError> {
    let held = held(tx, tagged)?;
    let wanted = with(&held, tags)?;
    change(tx, call, tagged, &held, &wanted)
}

/// Takes tags off; those that it does not have are no error.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn remove(tx: &mut Tx, call: &Call, tagged: Tagged, tags: &[String]) -> Result<(), TagsError> {
    let held = held(tx, tagged)?;
    let wanted = without(&held, tags);
    change(tx, call, tagged, &held, &wanted)
}

/// The owner's tags; its row is locked, so that two calls cannot pass the limit together.
fn held(tx: &mut Tx, tagged: Tagged) -> Result<Vec<String>, TagsError> {
    let (owner, id) = tagged.key();
    let text = match tagged {
        Tagged::Customer(_) => "SELECT id FROM customers WHERE shop_id = $shop AND id = $1",
        Tagged::Order(_) => "SELECT id FROM orders WHERE shop_id = $shop AND id = $1",
        Tagged::Article(_) => "SELECT id FROM articles WHERE shop_id = $shop AND id = $1",
        Tagged::DraftOrder(_) => "SELECT id FROM draft_orders WHERE shop_id = $shop AND id = $1",
    };
    let found: Option<i64> = tx.optional_locked(text, (id,))?;
    if found.is_none() {
        return Err(TagsError::OwnerMissing(owner));
    }
    Ok(load(tx, owner, &[id])?.pop().unwrap_or_default())
}

fn change(
    tx: &mut Tx,
    call: &Call,
    tagged: Tagged,
    held: &[String],
    wanted: &[String],
) -> Result<(), TagsError> {
    if held == wanted {
        return Ok(());
    }
    let (owner, id) = tagged.key();
    write(tx, owner, id, held, wanted)?;
    let (text, event) = match tagged {
        Tagged::Customer(id) => (
            "UPDATE customers SET updated_at = $1 WHERE shop_id = $shop AND id = $2",
            Some(NewEvent::of(
                &[Topic::CustomersUpdate],
                Subject::Customer,
                id,
            )),
        ),
        Tagged::Order(id) => (
            "UPDATE orders SET updated_at = $1 WHERE shop_id = $shop AND id = $2",
            Some(NewEvent::of(&[Topic::OrdersUpdated], Subject::Order, id)),
        ),
        // No topic tells of articles.
        Tagged::Article(_) => (
            "UPDATE articles SET updated_at = $1 WHERE shop_id = $shop AND id = $2",
            None,
        ),
        Tagged::DraftOrder(id) => (
            "UPDATE draft_orders SET updated_at = $1 WHERE shop_id = $shop AND id = $2",
            Some(NewEvent::of(
                &[Topic::DraftOrdersUpdate],
                Subject::DraftOrder,
                id,
            )),
        ),
    };
    tx.execute(text, (call.now, id))?;
    let mut told: Vec<_> = event.into_iter().map(|event| (call, event)).collect();
    if owner == Owner::Customer {
        told.extend(turned(call, id, held, wanted));
    }
    events::record_many(tx, &told)?;
    Ok(())
}

/// What is told of the tags that a customer got and lost.
fn turned<'c>(
    call: &'c Call,
    customer: i64,
    held: &[String],
    wanted: &[String],
) -> Vec<(&'c Call, NewEvent)> {
    const ADDED: &[Topic] = &[Topic::CustomerTagsAdded];
    const REMOVED: &[Topic] = &[Topic::CustomerTagsRemoved];
    let changes = [
        (ADDED, without(wanted, held)),
        (REMOVED, without(held, wanted)),
    ];
    let changes = changes.into_iter().filter(|(_, tags)| !tags.is_empty());
    changes
        .map(|(topics, tags)| {
            let mut event = NewEvent::of(topics, Subject::Customer, customer);
            event.facts = serde_json::json!({ "tags": tags }).to_string();
            (call, event)
        })
        .collect()
}

/// Gives a customer other tags, and tells of those that came and went.
///
/// # Errors
/// `Store` faults only.
pub fn retag_customer(
    tx: &mut Tx,
    call: &Call,
    customer: CustomerId,
    wanted: &[String],
) -> Result<(), StoreError> {
    let id = customer.get();
    let held = load(tx, Owner::Customer, &[id])?.pop().unwrap_or_default();
    if held == wanted {
        return Ok(());
    }
    write(tx, Owner::Customer, id, &held, wanted)?;
    events::record_many(tx, &turned(call, id, &held, wanted))?;
    Ok(())
}

fn write(
    tx: &mut Tx,
    owner: Owner,
    id: i64,
    held: &[String],
    wanted: &[String],
) -> Result<(), StoreError> {
    let gone: Vec<String> = without(held, wanted).iter().map(|tag| fold(tag)).collect();
    if !gone.is_empty() {
        tx.execute(
            "DELETE FROM tags
              WHERE shop_id = $shop AND owner_kind = $1 AND owner_id = $2 AND tag_key = ANY($3)",
            (owner, id, gone),
        )?;
    }
    let new: Vec<_> = without(wanted, held)
        .into_iter()
        .map(|tag| (owner, id, fold(&tag), tag))
        .collect();
    if !new.is_empty() {
        tx.insert_many(
            "INSERT INTO tags (shop_id, owner_kind, owner_id, tag_key, tag)
             VALUES ($shop, $1, $2, $3, $4)",
            &new,
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    #[test]
    fn tags_are_trimmed_parted_by_commas_and_never_twice() {
        let found = normalized(&list(&[" Summer ", "summer", "Sale, New ,", ""]));
        assert_eq!(found, ["New", "Sale", "Summer"]);
    }

    #[test]
    fn what_is_held_keeps_its_case_and_is_taken_off_in_any() {
        let held = list(&["New", "Summer"]);
        assert_eq!(
            with(&held, &list(&["SUMMER", "x"])).unwrap(),
            ["New", "Summer", "x"]
        );
        assert_eq!(without(&held, &list(&["summer", "y"])), ["New"]);
    }

    #[test]
    fn there_is_an_end_to_their_number_and_length() {
        let many: Vec<String> = (0..251).map(|n| format!("t{n}")).collect();
        assert!(matches!(checked(&many), Err(TagsError::TooMany)));
        assert!(matches!(
            checked(&["x".repeat(256)]),
            Err(TagsError::TooLong(_))
        ));
        assert_eq!(checked(&["x".repeat(255)]).unwrap().len(), 1);
    }
}
