//! The discounts' queries.

use std::collections::{BTreeMap, BTreeSet};

use store::page::{self, Filter, Listing, Page, PageError, Sort, Window};
use store::{Record as _, StoreError, Tx};
use units::{CollectionId, CustomerId, DiscountId, DiscountRedeemCodeId, ProductId, Timestamp};

use super::create::app_of;
use super::discount::{Discount, RedeemCode, code_key};
use crate::call::Call;

pub(super) const LISTED: &str = "SELECT d.id, d.method, d.kind, d.title, d.terms, d.starts_at,
        d.ends_at, d.usage_limit, d.once_per_customer, d.usage_count, d.codes_count, d.app_id,
        d.created_at, d.updated_at
   FROM discounts d
  WHERE d.shop_id = $shop";

pub(super) fn load(tx: &mut Tx, ids: &[DiscountId]) -> Result<Vec<Option<Discount>>, StoreError> {
    let text = format!(
        "SELECT {} FROM discounts WHERE shop_id = $shop AND id = $1",
        Discount::COLUMNS
    );
    let found: Vec<Vec<Discount>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn lock(tx: &mut Tx, id: DiscountId) -> Result<Option<Discount>, StoreError> {
    let text = format!(
        "SELECT {} FROM discounts WHERE shop_id = $shop AND id = $1",
        Discount::COLUMNS
    );
    tx.optional_locked(&text, (id,))
}

/// The automatic discounts that are given at a moment.
pub(super) fn automatic(
    tx: &mut Tx,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Discount>, StoreError> {
    let text = format!(
        "SELECT {} FROM discounts
          WHERE shop_id = $shop AND method = 'automatic' AND starts_at <= $1
            AND (ends_at IS NULL OR ends_at > $1)
          ORDER BY id
          LIMIT $2",
        Discount::COLUMNS
    );
    tx.all(&text, (now, i64::try_from(limit).unwrap_or(i64::MAX)))
}

/// The codes with these keys and their ids.
pub(super) fn codes(tx: &mut Tx, keys: &[String]) -> Result<Vec<RedeemCode>, StoreError> {
    let text = format!(
        "SELECT {} FROM discount_codes WHERE shop_id = $shop AND code_key = ANY($1) ORDER BY id",
        RedeemCode::COLUMNS
    );
    tx.all(&text, (keys,))
}

/// Discounts by id, in that order, locked until commit.
pub(super) fn locked(tx: &mut Tx, ids: &[DiscountId]) -> Result<Vec<Discount>, StoreError> {
    let text = format!(
        "SELECT {} FROM discounts WHERE shop_id = $shop AND id = ANY($1) ORDER BY id",
        Discount::COLUMNS
    );
    tx.all_locked(&text, (ids,))
}

/// Which of these customers used which of these discounts.
pub(super) fn used(
    tx: &mut Tx,
    discounts: &[DiscountId],
    customers: &[CustomerId],
) -> Result<BTreeSet<(DiscountId, CustomerId)>, StoreError> {
    let rows: Vec<(DiscountId, CustomerId)> = tx.all(
        "SELECT discount_id, customer_id
           FROM discount_uses
          WHERE shop_id = $shop AND discount_id = ANY($1) AND customer_id = ANY($2)",
        (discounts, customers),
    )?;
    Ok(rows.into_iter().collect())
}

/// Which of these collections hold which of these products.
pub(super) fn members(
    tx: &mut Tx,
    collections: &[CollectionId],
    products: &[ProductId],
) -> Result<BTreeMap<i64, Vec<i64>>, StoreError> {
    let rows: Vec<(i64, i64)> = tx.all(
        "SELECT product_id, collection_id
           FROM collection_products
          WHERE shop_id = $shop AND collection_id = ANY($1) AND product_id = ANY($2)",
        (collections, products),
    )?;
    let mut members: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (product, collection) in rows {
        members.entry(product).or_default().push(collection);
    }
    Ok(members)
}

/// Which of these ids a table has.
pub(super) fn known(
    tx: &mut Tx,
    table: &'static str,
    ids: &[i64],
) -> Result<BTreeSet<i64>, StoreError> {
    let text = format!("SELECT id FROM {table} WHERE shop_id = $shop AND id = ANY($1)");
    let found: Vec<i64> = tx.all(&text, (ids,))?;
    Ok(found.into_iter().collect())
}

pub(super) fn discount_of_code(tx: &mut Tx, key: &str) -> Result<Option<DiscountId>, StoreError> {
    tx.optional(
        "SELECT discount_id FROM discount_codes WHERE shop_id = $shop AND code_key = $1",
        (key,),
    )
}

pub(super) fn taken_codes(tx: &mut Tx, keys: &[String]) -> Result<Vec<String>, StoreError> {
    tx.all(
        "SELECT code_key FROM discount_codes WHERE shop_id = $shop AND code_key = ANY($1)",
        (keys,),
    )
}

pub(super) fn load_codes(
    tx: &mut Tx,
    ids: &[DiscountRedeemCodeId],
) -> Result<Vec<Option<RedeemCode>>, StoreError> {
    let text = format!(
        "SELECT {} FROM discount_codes WHERE shop_id = $shop AND id = $1",
        RedeemCode::COLUMNS
    );
    let found: Vec<Vec<RedeemCode>> = tx.each(&text, ids, ())?;
    Ok(found.into_iter().map(|mut rows| rows.pop()).collect())
}

pub(super) fn page_of_codes(
    tx: &mut Tx,
    discounts: &[DiscountId],
    filter: &Filter,
    sort: &Sort,
    window: &Window<'_>,
) -> Result<Vec<Page<RedeemCode>>, PageError> {
    let listing = Listing {
        select: "SELECT k.id, k.discount_id, k.code, k.usage_count, k.app_id, k.created_at
                   FROM discount_codes k
                  WHERE k.shop_id = $shop AND k.discount_id = $1",
        filter: filter.clone(),
        sort,
    };
    page::page_each(tx, discounts, &listing, window)
}

pub(super) fn insert(tx: &mut Tx, discount: &Discount) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO discounts (shop_id, id, method, kind, class, title, title_key, terms,
             starts_at, ends_at, usage_limit, once_per_customer, usage_count, codes_count, app_id,
             created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $14)",
        (
            discount.id,
            discount.method,
            discount.kind,
            discount.terms.class().as_str(),
            &discount.title,
            discount.title_key(),
            &discount.terms,
            discount.starts_at,
            discount.ends_at,
            discount.usage_limit,
            discount.once_per_customer,
            discount.codes_count,
            discount.app_id,
            discount.created_at,
        ),
    )?;
    Ok(())
}

pub(super) fn save(tx: &mut Tx, discount: &Discount) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE discounts
            SET class = $2, title = $3, title_key = $4, terms = $5, starts_at = $6, ends_at = $7,
                usage_limit = $8, once_per_customer = $9, codes_count = $10, updated_at = $11
          WHERE shop_id = $shop AND id = $1",
        (
            discount.id,
            discount.terms.class().as_str(),
            &discount.title,
            discount.title_key(),
            &discount.terms,
            discount.starts_at,
            discount.ends_at,
            discount.usage_limit,
            discount.once_per_customer,
            discount.codes_count,
            discount.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn insert_codes(
    tx: &mut Tx,
    call: &Call,
    discount: DiscountId,
    codes: &[(DiscountRedeemCodeId, &str)],
) -> Result<(), StoreError> {
    let app = app_of(call);
    let rows: Vec<_> = codes
        .iter()
        .map(|(id, code)| (*id, discount, *code, code_key(code), app, call.now))
        .collect();
    tx.insert_many(
        "INSERT INTO discount_codes (shop_id, id, discount_id, code, code_key, usage_count, app_id,
             created_at)
         VALUES ($shop, $1, $2, $3, $4, 0, $5, $6)",
        &rows,
    )?;
    Ok(())
}

/// Gives a discount's only code another text.
pub(super) fn rename_code(
    tx: &mut Tx,
    discount: DiscountId,
    code: &str,
    key: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE discount_codes SET code = $2, code_key = $3
          WHERE shop_id = $shop AND discount_id = $1",
        (discount, code, key),
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx, id: DiscountId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM discount_codes WHERE shop_id = $shop AND discount_id = $1",
        (id,),
    )?;
    tx.execute(
        "DELETE FROM discount_uses WHERE shop_id = $shop AND discount_id = $1",
        (id,),
    )?;
    tx.execute(
        "DELETE FROM discounts WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(())
}

pub(super) fn delete_codes(tx: &mut Tx, ids: &[DiscountRedeemCodeId]) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM discount_codes WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )?;
    Ok(())
}

/// How many other automatic discounts are not over.
pub(super) fn automatic_not_over(
    tx: &mut Tx,
    now: Timestamp,
    but: DiscountId,
) -> Result<i64, StoreError> {
    tx.one(
        "SELECT COUNT(*) FROM discounts
          WHERE shop_id = $shop AND method = 'automatic' AND id <> $2
            AND (ends_at IS NULL OR ends_at > $1)",
        (now, but),
    )
}

/// Keeps the shop's count of automatic discounts, by which sales know whether to look for any.
pub(super) fn count_automatic(tx: &mut Tx) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE shops
            SET automatic_discounts = (SELECT COUNT(*) FROM discounts
                                        WHERE shop_id = $shop AND method = 'automatic')
          WHERE id = $shop",
        (),
    )?;
    Ok(())
}
