//! The prices that a price list names.

use std::collections::BTreeSet;

use store::{StoreError, Tx};
use units::{Money, PriceListId, ProductId, ProductVariantId};

use super::price_lists::{self, PriceList};
use super::terms::Listed;

/// Prices that one call names, at most.
pub const FIXED_PRICES_MAX: usize = 250;

/// A price for a variant.
#[derive(Debug, Clone)]
pub struct NewPrice {
    /// The variant.
    pub variant: ProductVariantId,
    /// The price.
    pub price: Money,
    /// What it used to be.
    pub compare_at: Option<Money>,
}

/// A price for all variants of a product.
#[derive(Debug, Clone)]
pub struct NewProductPrice {
    /// The product.
    pub product: ProductId,
    /// The price.
    pub price: Money,
    /// What it used to be.
    pub compare_at: Option<Money>,
}

/// A price that a list names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedPrice {
    /// The variant.
    pub variant: ProductVariantId,
    /// The price.
    pub listed: Listed,
}

/// Why prices are refused, by their place in the input. The texts are for the merchant.
#[derive(Debug, thiserror::Error)]
pub enum FixedPriceError {
    /// No such list.
    #[error("Price list not found.")]
    ListNotFound,
    /// No such variant.
    #[error("Variant not found.")]
    VariantNotFound(usize),
    /// No such product.
    #[error("Product {0} does not exist.")]
    ProductNotFound(ProductId),
    /// In another currency than the list.
    #[error("The specified currency does not match the price list's currency.")]
    CurrencyMismatch(usize),
    /// Below zero.
    #[error("Price can't be negative.")]
    Negative(usize),
    /// The list does not name the variant's price.
    #[error("Only fixed prices can be deleted.")]
    NotFixed(usize),
    /// More than one call takes.
    #[error("At most {FIXED_PRICES_MAX} prices can be given at once.")]
    TooMany,
    /// The same product twice.
    #[error("Product ids must be unique.")]
    Duplicate,
    /// The same product to add and to delete.
    #[error("The products to add and to delete must differ.")]
    Contradiction,
    /// Nothing to do.
    #[error("Name prices to add or products to delete prices of.")]
    Nothing,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Names prices, and stops naming others; what is named already is replaced.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn fix(
    tx: &mut Tx,
    list: PriceListId,
    add: &[NewPrice],
    delete: &[ProductVariantId],
) -> Result<Vec<ProductVariantId>, FixedPriceError> {
    if add.len() > FIXED_PRICES_MAX || delete.len() > FIXED_PRICES_MAX {
        return Err(FixedPriceError::TooMany);
    }
    let list = price_lists::lock(tx, list)?.ok_or(FixedPriceError::ListNotFound)?;
    let ids: Vec<ProductVariantId> = add.iter().map(|new| new.variant).collect();
    let known: Vec<(ProductVariantId, ProductId)> = tx.all(
        "SELECT id, product_id FROM product_variants WHERE shop_id = $shop AND id = ANY($1)",
        (ids.as_slice(),),
    )?;
    let mut rows = Vec::with_capacity(add.len());
    for (at, new) in add.iter().enumerate() {
        let known = known.iter().find(|(id, _)| *id == new.variant);
        let (_, product) = known.ok_or(FixedPriceError::VariantNotFound(at))?;
        check(&list, at, new.price, new.compare_at)?;
        rows.push(Row(
            new.variant,
            *product,
            new.price.minor,
            new.compare_at.map(|money| money.minor),
        ));
    }
    if !delete.is_empty() {
        let named = fixed(tx, list.id, delete)?;
        let missing = delete
            .iter()
            .position(|id| !named.iter().any(|price| price.variant == *id));
        if let Some(at) = missing {
            return Err(FixedPriceError::NotFixed(at));
        }
        tx.execute(
            "DELETE FROM price_list_prices
              WHERE shop_id = $shop AND price_list_id = $1 AND variant_id = ANY($2)",
            (list.id, delete),
        )?;
    }
    insert(tx, &list, rows)?;
    count(tx, list.id)?;
    Ok(ids)
}

/// Stops naming prices.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn unfix(
    tx: &mut Tx,
    list: PriceListId,
    variants: &[ProductVariantId],
) -> Result<(), FixedPriceError> {
    fix(tx, list, &[], variants).map(drop)
}

/// Names one price for all variants of products, and stops naming those of other products.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn fix_products(
    tx: &mut Tx,
    list: PriceListId,
    add: &[NewProductPrice],
    delete: &[ProductId],
) -> Result<(), FixedPriceError> {
    if add.is_empty() && delete.is_empty() {
        return Err(FixedPriceError::Nothing);
    }
    if add.len() > FIXED_PRICES_MAX || delete.len() > FIXED_PRICES_MAX {
        return Err(FixedPriceError::TooMany);
    }
    let list = price_lists::lock(tx, list)?.ok_or(FixedPriceError::ListNotFound)?;
    let added: BTreeSet<ProductId> = add.iter().map(|new| new.product).collect();
    let deleted: BTreeSet<ProductId> = delete.iter().copied().collect();
    if added.len() != add.len() || deleted.len() != delete.len() {
        return Err(FixedPriceError::Duplicate);
    }
    if !added.is_disjoint(&deleted) {
        return Err(FixedPriceError::Contradiction);
    }
    let products: Vec<ProductId> = added.iter().chain(&deleted).copied().collect();
    let variants: Vec<(ProductVariantId, ProductId)> = tx.all(
        "SELECT id, product_id FROM product_variants
          WHERE shop_id = $shop AND product_id = ANY($1)
          ORDER BY product_id, position, id",
        (products.as_slice(),),
    )?;
    let mut rows = Vec::with_capacity(variants.len());
    let of = |product: ProductId| variants.iter().filter(move |(_, of)| *of == product);
    for product in &deleted {
        of(*product)
            .next()
            .ok_or(FixedPriceError::ProductNotFound(*product))?;
    }
    for (at, new) in add.iter().enumerate() {
        check(&list, at, new.price, new.compare_at)?;
        let before = rows.len();
        rows.extend(of(new.product).map(|(variant, product)| {
            let compare_at = new.compare_at.map(|money| money.minor);
            Row(*variant, *product, new.price.minor, compare_at)
        }));
        if rows.len() == before {
            return Err(FixedPriceError::ProductNotFound(new.product));
        }
    }
    if !delete.is_empty() {
        tx.execute(
            "DELETE FROM price_list_prices
              WHERE shop_id = $shop AND price_list_id = $1 AND product_id = ANY($2)",
            (list.id, delete),
        )?;
    }
    insert(tx, &list, rows)?;
    count(tx, list.id)?;
    Ok(())
}

fn check(
    list: &PriceList,
    at: usize,
    price: Money,
    compare_at: Option<Money>,
) -> Result<(), FixedPriceError> {
    let all = [Some(price), compare_at];
    for money in all.into_iter().flatten() {
        if money.currency != list.currency {
            return Err(FixedPriceError::CurrencyMismatch(at));
        }
        if money.minor < 0 {
            return Err(FixedPriceError::Negative(at));
        }
    }
    Ok(())
}

/// A variant, its product, its price and what that used to be.
struct Row(ProductVariantId, ProductId, i64, Option<i64>);

fn insert(tx: &mut Tx, list: &PriceList, rows: Vec<Row>) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    // The last price given for a variant counts.
    let mut seen = BTreeSet::new();
    let rows: Vec<_> = rows
        .into_iter()
        .rev()
        .filter(|row| seen.insert(row.0))
        .map(|Row(variant, product, price, before)| (list.id, variant, product, price, before))
        .collect();
    tx.insert_many(
        "INSERT INTO price_list_prices (shop_id, price_list_id, variant_id, product_id,
             price_minor, compare_at_minor)
         VALUES ($shop, $1, $2, $3, $4, $5)
         ON CONFLICT (shop_id, price_list_id, variant_id) DO UPDATE
            SET price_minor = excluded.price_minor, compare_at_minor = excluded.compare_at_minor",
        &rows,
    )?;
    Ok(())
}

fn count(tx: &mut Tx, list: PriceListId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE price_lists
            SET fixed_prices_count = (SELECT COUNT(*) FROM price_list_prices f
                                       WHERE f.shop_id = $shop AND f.price_list_id = $1)
          WHERE shop_id = $shop AND id = $1",
        (list,),
    )?;
    Ok(())
}

/// The prices that a list names for some variants, in any order.
///
/// # Errors
/// `Store` faults only.
pub fn fixed(
    tx: &mut Tx,
    list: PriceListId,
    variants: &[ProductVariantId],
) -> Result<Vec<FixedPrice>, StoreError> {
    let rows: Vec<(ProductVariantId, i64, Option<i64>)> = tx.all(
        "SELECT variant_id, price_minor, compare_at_minor FROM price_list_prices
          WHERE shop_id = $shop AND price_list_id = $1 AND variant_id = ANY($2)",
        (list, variants),
    )?;
    let price = |(variant, price_minor, compare_at_minor)| FixedPrice {
        variant,
        listed: Listed {
            price_minor,
            compare_at_minor,
            fixed: true,
        },
    };
    Ok(rows.into_iter().map(price).collect())
}
