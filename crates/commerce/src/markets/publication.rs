//! What a catalog has: all products but some, or only some.

use store::{Record, StoreError, Tx, record};
use units::{ProductId, PublicationId, Timestamp};

use super::terms::PublicationTerms;
use crate::call::Call;

/// Products that one call names, at most.
const PRODUCTS_MAX: usize = 250;
/// Publications of one shop, at most.
const PUBLICATIONS_MAX: i64 = 250;
/// Later than anything.
const NEVER: Timestamp = Timestamp(i64::MAX);

record! {
    /// What a catalog has.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct CatalogPublication {
        /// Id.
        pub id: PublicationId,
        /// Whether new products come in by themselves.
        pub auto_publish: bool,
        /// Products made before are in it.
        pub all_until: Timestamp,
        /// Products made since are in it.
        pub auto_from: Timestamp,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

/// Why a publication is refused, or the store's fault. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// No such publication.
    #[error("Publication does not exist")]
    NotFound,
    /// No such product.
    #[error("Product does not exist")]
    ProductNotFound(usize),
    /// More than a shop has.
    #[error("A shop can have {PUBLICATIONS_MAX} publications at most.")]
    TooMany,
    /// More than one call takes.
    #[error("At most {PRODUCTS_MAX} products can be given at once.")]
    TooManyProducts,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CatalogPublication {
    /// Since when a product made at a moment is in it, when nothing names it.
    fn takes(&self, made: Timestamp) -> bool {
        made < self.all_until || made >= self.auto_from
    }

    /// What it says of products that are not named in it.
    #[must_use]
    pub const fn terms(&self) -> PublicationTerms {
        PublicationTerms {
            id: self.id,
            all_until: self.all_until,
            auto_from: self.auto_from,
        }
    }
}

/// Makes a publication: of all products that there are (`all`), or empty.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    begins: Begins,
    auto_publish: bool,
) -> Result<PublicationId, PublicationError> {
    let count: i64 = tx.one(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM catalog_publications WHERE shop_id = $shop",
        (),
    )?;
    if count >= PUBLICATIONS_MAX {
        return Err(PublicationError::TooMany);
    }
    // A product made in this very moment counts as there.
    let next = Timestamp(call.now.micros() + 1);
    let id: PublicationId = call.new_id();
    tx.execute(
        "INSERT INTO catalog_publications (shop_id, id, auto_publish, all_until, auto_from,
             created_at)
         VALUES ($shop, $1, $2, $3, $4, $5)",
        (
            id,
            auto_publish,
            match begins {
                Begins::All => next,
                Begins::Empty => Timestamp(0),
            },
            if auto_publish { next } else { NEVER },
            call.now,
        ),
    )?;
    Ok(id)
}

/// What a publication begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// All products.
    All,
    /// None.
    Empty,
}

/// Changes whether new products come in by themselves, and puts products in or takes them out.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: PublicationId,
    auto_publish: Option<bool>,
    add: &[ProductId],
    remove: &[ProductId],
) -> Result<PublicationId, PublicationError> {
    let publication = lock(tx, id)?.ok_or(PublicationError::NotFound)?;
    check_products(tx, add)?;
    check_products(tx, remove)?;
    if let Some(auto) = auto_publish.filter(|auto| *auto != publication.auto_publish) {
        switch(tx, call, &publication, auto)?;
    }
    set_rows(tx, id, add, true)?;
    set_rows(tx, id, remove, false)?;
    Ok(id)
}

fn switch(
    tx: &mut Tx,
    call: &Call,
    publication: &CatalogPublication,
    auto: bool,
) -> Result<(), StoreError> {
    let next = Timestamp(call.now.micros() + 1);
    let mut changed = *publication;
    changed.auto_publish = auto;
    if auto {
        changed.auto_from = next;
    } else {
        if publication.auto_from <= publication.all_until {
            changed.all_until = next;
        } else {
            // What came in by itself stays, though nothing older does.
            tx.execute(
                "INSERT INTO catalog_publication_products (shop_id, publication_id, product_id,
                     shown)
                 SELECT $shop, $1, p.id, 1
                   FROM products p
                  WHERE p.shop_id = $shop AND p.created_at >= $2
                 ON CONFLICT (shop_id, publication_id, product_id) DO NOTHING",
                (publication.id, publication.auto_from),
            )?;
        }
        changed.auto_from = NEVER;
    }
    tx.execute(
        "UPDATE catalog_publications SET auto_publish = $2, all_until = $3, auto_from = $4
          WHERE shop_id = $shop AND id = $1",
        (
            changed.id,
            changed.auto_publish,
            changed.all_until,
            changed.auto_from,
        ),
    )?;
    Ok(())
}

/// Puts products into a publication or takes them out.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn set_shown(
    tx: &mut Tx,
    id: PublicationId,
    products: &[ProductId],
    shown: Shown,
) -> Result<(), PublicationError> {
    lock(tx, id)?.ok_or(PublicationError::NotFound)?;
    check_products(tx, products)?;
    Ok(set_rows(tx, id, products, shown == Shown::Yes)?)
}

/// Whether a product is in a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is.
    Yes,
    /// It is not.
    No,
}

fn check_products(tx: &mut Tx, products: &[ProductId]) -> Result<(), PublicationError> {
    if products.len() > PRODUCTS_MAX {
        return Err(PublicationError::TooManyProducts);
    }
    let found = crate::catalog::products(tx, products)?;
    match found.iter().position(Option::is_none) {
        Some(at) => Err(PublicationError::ProductNotFound(at)),
        None => Ok(()),
    }
}

fn set_rows(
    tx: &mut Tx,
    id: PublicationId,
    products: &[ProductId],
    shown: bool,
) -> Result<(), StoreError> {
    if products.is_empty() {
        return Ok(());
    }
    let mut products = products.to_vec();
    products.sort_unstable();
    products.dedup();
    let rows: Vec<_> = products
        .iter()
        .map(|product| (id, *product, shown))
        .collect();
    tx.insert_many(
        "INSERT INTO catalog_publication_products (shop_id, publication_id, product_id, shown)
         VALUES ($shop, $1, $2, $3)
         ON CONFLICT (shop_id, publication_id, product_id) DO UPDATE SET shown = excluded.shown",
        &rows,
    )?;
    Ok(())
}

/// Removes a publication; its catalog has everything again.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, id: PublicationId) -> Result<PublicationId, PublicationError> {
    lock(tx, id)?.ok_or(PublicationError::NotFound)?;
    remove(tx, id)?;
    Ok(id)
}

pub(super) fn remove(tx: &mut Tx, id: PublicationId) -> Result<(), StoreError> {
    for text in [
        "UPDATE catalogs SET publication_id = NULL WHERE shop_id = $shop AND publication_id = $1",
        "DELETE FROM catalog_publication_products WHERE shop_id = $shop AND publication_id = $1",
        "DELETE FROM catalog_publications WHERE shop_id = $shop AND id = $1",
    ] {
        tx.execute(text, (id,))?;
    }
    Ok(())
}

pub(super) fn lock(
    tx: &mut Tx,
    id: PublicationId,
) -> Result<Option<CatalogPublication>, StoreError> {
    let text = format!(
        "SELECT {} FROM catalog_publications WHERE shop_id = $shop AND id = $1",
        CatalogPublication::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

/// The publications with those ids, one place for each.
///
/// # Errors
/// `Store` faults only.
pub fn by_ids(
    tx: &mut Tx,
    ids: &[PublicationId],
) -> Result<Vec<Option<CatalogPublication>>, StoreError> {
    let text = format!(
        "SELECT {} FROM catalog_publications WHERE shop_id = $shop AND id = ANY($1)",
        CatalogPublication::COLUMNS
    );
    let found: Vec<CatalogPublication> = tx.all(&text, (ids,))?;
    let one = |id: &PublicationId| found.iter().find(|own| own.id == *id).copied();
    Ok(ids.iter().map(one).collect())
}

/// All publications of catalogs, in the order in which they were made.
///
/// # Errors
/// `Store` faults only.
pub fn all(tx: &mut Tx) -> Result<Vec<CatalogPublication>, StoreError> {
    let text = format!(
        "SELECT {} FROM catalog_publications WHERE shop_id = $shop ORDER BY id LIMIT $1",
        CatalogPublication::COLUMNS
    );
    tx.all(&text, (PUBLICATIONS_MAX,))
}

/// The catalogs' publications that each product is in, each with since when, in the order in which
/// they were made: nothing is kept of the moment, so it is that in which the later of the two was made.
///
/// # Errors
/// `Store` faults only.
pub fn of_products(
    tx: &mut Tx,
    products: &[ProductId],
) -> Result<Vec<Vec<(CatalogPublication, Timestamp)>>, StoreError> {
    let all = all(tx)?;
    if all.is_empty() || products.is_empty() {
        return Ok(products.iter().map(|_| Vec::new()).collect());
    }
    let named: Vec<(PublicationId, ProductId, bool)> = tx.all(
        "SELECT publication_id, product_id, shown FROM catalog_publication_products
          WHERE shop_id = $shop AND product_id = ANY($1)",
        (products,),
    )?;
    let found = crate::catalog::products(tx, products)?;
    let of = |product: Option<crate::catalog::Product>| {
        let Some(product) = product else {
            return Vec::new();
        };
        let is_in = |own: &&CatalogPublication| {
            let said = named
                .iter()
                .find(|(publication, id, _)| *publication == own.id && *id == product.id);
            said.map_or_else(|| own.takes(product.created_at), |(_, _, shown)| *shown)
        };
        let since = |own: &CatalogPublication| (*own, product.created_at.max(own.created_at));
        all.iter().filter(is_in).map(since).collect()
    };
    Ok(found.into_iter().map(of).collect())
}
