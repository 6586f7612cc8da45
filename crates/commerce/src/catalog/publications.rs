//! Where products and collections are sold.
//!
//! The online store is the one publication of a shop. What is published there, and since when,
//! stands on the product or collection itself (`published_at`), where every list of the shop
//! window reads it.

use store::{StoreError, Tx};
use units::{CollectionId, ProductId, PublicationId, Timestamp};

use super::errors::{CatalogError, Why};
use super::update::{locked, publish, unpublish};
use super::{collections, members, scheduled};
use crate::call::Call;

/// The online store.
pub const ONLINE_STORE: PublicationId = PublicationId(1);
/// Publications that one call names, at most.
const PUBLICATIONS_MAX: usize = 250;

/// What can be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publishable {
    /// A product.
    Product(ProductId),
    /// A collection.
    Collection(CollectionId),
}

/// Where something is published, and from when on.
#[derive(Debug, Clone, Copy)]
pub struct Release {
    /// The publication.
    pub publication: Option<PublicationId>,
    /// The moment; at once when left out.
    pub from: Option<Timestamp>,
}

/// Why something is not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// No such product or collection.
    #[error("Publishable does not exist")]
    NotFound,
    /// No publication is named at this place of the input.
    #[error("Publication ID can't be blank")]
    Blank(usize),
    /// No such publication, by its place in the input.
    #[error("Publication does not exist or is not publishable")]
    PublicationMissing(usize),
    /// More publications than one call may name.
    #[error("At most 250 publications can be given at once")]
    TooMany,
    /// Anything else that the catalogue refuses.
    #[error("{0}")]
    Other(Why),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Publishes a product or collection. What is published already stays so since when it is,
/// unless another moment is given.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn release(
    tx: &mut Tx,
    call: &Call,
    what: Publishable,
    releases: &[Release],
) -> Result<(), PublishError> {
    let Some(wanted) = checked(releases)? else {
        return exists(tx, what);
    };
    let from = wanted.from;
    match what {
        Publishable::Product(id) => {
            let since = locked(tx, id)?.product.published_at;
            publish(tx, call, id, from.or(since).unwrap_or(call.now))?;
        }
        Publishable::Collection(id) => {
            publish_collection(tx, call, id, |since| {
                Some(from.or(since).unwrap_or(call.now))
            })?;
        }
    }
    Ok(())
}

/// Takes a product or collection out of publications; where it was not is no error.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn withdraw(
    tx: &mut Tx,
    call: &Call,
    what: Publishable,
    releases: &[Release],
) -> Result<(), PublishError> {
    if checked(releases)?.is_none() {
        return exists(tx, what);
    }
    match what {
        Publishable::Product(id) => unpublish(tx, call, id)?,
        Publishable::Collection(id) => publish_collection(tx, call, id, |_| None)?,
    }
    Ok(())
}

/// Changes since when a collection is published.
fn publish_collection(
    tx: &mut Tx,
    call: &Call,
    id: CollectionId,
    since: impl FnOnce(Option<Timestamp>) -> Option<Timestamp>,
) -> Result<(), CatalogError> {
    let mut collection = collections::locked(tx, id)?;
    let wanted = since(collection.published_at);
    if wanted == collection.published_at {
        return Ok(());
    }
    let dates = (Publishable::Collection(id), collection.published_at, wanted);
    scheduled::schedule(tx, call, &[dates])?;
    collection.published_at = wanted;
    collection.updated_at = call.now;
    collections::write_changed(tx, &collection)?;
    Ok(members::tell(tx, call, &[id])?)
}

/// The last release that is meant, when all of them name a publication that there is.
fn checked(releases: &[Release]) -> Result<Option<Release>, PublishError> {
    if releases.len() > PUBLICATIONS_MAX {
        return Err(PublishError::TooMany);
    }
    for (place, release) in releases.iter().enumerate() {
        match release.publication {
            Some(ONLINE_STORE) => {}
            Some(_) => return Err(PublishError::PublicationMissing(place)),
            None => return Err(PublishError::Blank(place)),
        }
    }
    Ok(releases.last().copied())
}

fn exists(tx: &mut Tx, what: Publishable) -> Result<(), PublishError> {
    let found = match what {
        Publishable::Product(id) => super::products(tx, &[id])?.into_iter().flatten().count(),
        Publishable::Collection(id) => collections(tx, &[id])?.into_iter().flatten().count(),
    };
    if found == 0 {
        return Err(PublishError::NotFound);
    }
    Ok(())
}

impl From<CatalogError> for PublishError {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Store(cause) => Self::Store(cause),
            CatalogError::Refused(refusals) => {
                match refusals.into_iter().next().map(|refusal| refusal.why) {
                    None | Some(Why::ProductMissing | Why::CollectionMissing) => Self::NotFound,
                    Some(why) => Self::Other(why),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_online_store_can_be_published_to() {
        let release = |publication: Option<i64>| Release {
            publication: publication.map(PublicationId),
            from: None,
        };
        assert!(checked(&[]).unwrap().is_none());
        assert!(checked(&[release(Some(1))]).unwrap().is_some());
        let refused = checked(&[release(Some(1)), release(Some(2))]);
        assert!(matches!(refused, Err(PublishError::PublicationMissing(1))));
        assert!(matches!(
            checked(&[release(None)]),
            Err(PublishError::Blank(0))
        ));
    }
}
