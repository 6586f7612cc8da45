//! The customers' queries.

use store::page::{Listing, Page, PageError, Sort, SortKind, Window, page_each};
use store::{StoreError, Tx};
use units::{CustomerId, MailingAddressId, Timestamp, sort_key};

use super::{Customer, CustomerAddress};
use crate::address::Address;
use crate::contact;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.email, c.phone, c.first_name, c.last_name, c.note, c.locale, c.state,
                    c.tax_exempt, c.verified_email, c.email_marketing_state,
                    c.email_marketing_level, c.email_marketing_updated_at, c.sms_marketing_state,
                    c.sms_marketing_level, c.sms_marketing_updated_at, c.default_address_id,
                    c.orders_count, c.spent_minor, c.last_order_id, c.location_key, c.created_at,
                    c.updated_at
               FROM customers c
              WHERE c.shop_id = $shop",
            $rest
        )
    };
}

/// What lists page through.
pub(super) const LISTED: &str = select!("");

pub(super) fn load(tx: &mut Tx, ids: &[CustomerId]) -> Result<Vec<Customer>, StoreError> {
    tx.all(select!(" AND c.id = ANY($1)"), (ids,))
}

pub(super) fn lock(tx: &mut Tx, id: CustomerId) -> Result<Option<Customer>, StoreError> {
    tx.optional_locked(select!(" AND c.id = $1"), (id,))
}

pub(super) fn by_email_key(tx: &mut Tx, key: &str) -> Result<Option<Customer>, StoreError> {
    tx.optional(select!(" AND c.email_key = $1"), (key,))
}

pub(super) fn by_phone(tx: &mut Tx, phone: &str) -> Result<Option<Customer>, StoreError> {
    tx.optional(select!(" AND c.phone = $1"), (phone,))
}

pub(super) fn insert(tx: &mut Tx, customers: &[Customer]) -> Result<(), StoreError> {
    let rows: Vec<_> = customers
        .iter()
        .map(|customer| {
            (
                customer.id,
                customer.email.as_deref(),
                customer.email.as_deref().and_then(contact::email_key),
                customer.phone.as_deref(),
                customer.first_name.as_str(),
                customer.last_name.as_str(),
                sort_key(&customer.first_name),
                sort_key(&customer.last_name),
                customer.name_key(),
                customer.location_key.as_str(),
                customer.note.as_deref(),
                customer.locale.as_str(),
                customer.state,
                customer.tax_exempt,
                customer.verified_email,
                customer.email_marketing_state,
                customer.email_marketing_level,
                customer.email_marketing_updated_at,
                customer.sms_marketing_state,
                customer.sms_marketing_level,
                customer.sms_marketing_updated_at,
                customer.default_address_id,
                customer.orders_count,
                customer.spent_minor,
                customer.last_order_id,
                customer.created_at,
                customer.updated_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO customers (shop_id, id, email, email_key, phone, first_name, last_name,
             first_name_key, last_name_key, name_key, location_key, note, locale, state,
             tax_exempt, verified_email, email_marketing_state, email_marketing_level,
             email_marketing_updated_at, sms_marketing_state, sms_marketing_level,
             sms_marketing_updated_at, default_address_id, orders_count, spent_minor,
             last_order_id, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)",
        &rows,
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx, customer: &Customer) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customers
            SET email = $2, email_key = $3, phone = $4, first_name = $5, last_name = $6,
                first_name_key = $7, last_name_key = $8, name_key = $9, note = $10, locale = $11,
                tax_exempt = $12, email_marketing_state = $13, email_marketing_level = $14,
                email_marketing_updated_at = $15, sms_marketing_state = $16,
                sms_marketing_level = $17, sms_marketing_updated_at = $18, updated_at = $19
          WHERE shop_id = $shop AND id = $1",
        (
            customer.id,
            customer.email.as_deref(),
            customer.email.as_deref().and_then(contact::email_key),
            customer.phone.as_deref(),
            &customer.first_name,
            &customer.last_name,
            sort_key(&customer.first_name),
            sort_key(&customer.last_name),
            customer.name_key(),
            customer.note.as_deref(),
            &customer.locale,
            customer.tax_exempt,
            customer.email_marketing_state,
            customer.email_marketing_level,
            customer.email_marketing_updated_at,
            customer.sms_marketing_state,
            customer.sms_marketing_level,
            customer.sms_marketing_updated_at,
            customer.updated_at,
        ),
    )?;
    Ok(())
}

pub(super) fn has_orders(tx: &mut Tx, id: CustomerId) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.optional(
        "SELECT id FROM orders WHERE shop_id = $shop AND customer_id = $1 LIMIT 1",
        (id,),
    )?;
    Ok(found.is_some())
}

pub(super) fn delete(tx: &mut Tx, id: CustomerId) -> Result<(), StoreError> {
    delete_addresses(tx, id)?;
    tx.execute(
        "DELETE FROM customers WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(())
}

pub(super) fn load_addresses(
    tx: &mut Tx,
    ids: &[MailingAddressId],
) -> Result<Vec<CustomerAddress>, StoreError> {
    tx.all(
        "SELECT id, customer_id, address
           FROM customer_addresses
          WHERE shop_id = $shop AND id = ANY($1)",
        (ids,),
    )
}

pub(super) fn addresses(
    tx: &mut Tx,
    customers: &[CustomerId],
) -> Result<Vec<Vec<CustomerAddress>>, StoreError> {
    tx.each(
        "SELECT id, customer_id, address
           FROM customer_addresses
          WHERE shop_id = $shop AND customer_id = $1
          ORDER BY position, id
          LIMIT 100",
        customers,
        (),
    )
}

pub(super) fn addresses_page(
    tx: &mut Tx,
    customers: &[CustomerId],
    window: &Window<'_>,
) -> Result<Vec<Page<CustomerAddress>>, PageError> {
    const BY_POSITION: Sort = Sort {
        columns: &[("a.position", SortKind::Int), ("a.id", SortKind::Int)],
    };
    let listing = Listing {
        select: "SELECT a.id, a.customer_id, a.address
                   FROM customer_addresses a
                  WHERE a.shop_id = $shop AND a.customer_id = $1",
        filter: store::page::Filter::none(),
        sort: &BY_POSITION,
    };
    page_each(tx, customers, &listing, window)
}

pub(super) fn delete_addresses(tx: &mut Tx, customer: CustomerId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM customer_addresses WHERE shop_id = $shop AND customer_id = $1",
        (customer,),
    )?;
    Ok(())
}

pub(super) fn insert_addresses(
    tx: &mut Tx,
    customer: CustomerId,
    ids: &[MailingAddressId],
    addresses: &[Address],
) -> Result<(), StoreError> {
    let rows: Vec<_> = ids
        .iter()
        .zip(addresses)
        .zip(1_i64..)
        .map(|((id, address), position)| {
            let country = address.country_code.as_deref().unwrap_or_default();
            (*id, customer, position, country, address)
        })
        .collect();
    tx.insert_many(
        "INSERT INTO customer_addresses (shop_id, id, customer_id, position, country_code, address)
         VALUES ($shop, $1, $2, $3, $4, $5)",
        &rows,
    )?;
    Ok(())
}

/// Adds an address behind the others.
pub(super) fn add_address(
    tx: &mut Tx,
    customer: CustomerId,
    id: MailingAddressId,
    address: &Address,
) -> Result<(), StoreError> {
    let country = address.country_code.as_deref().unwrap_or_default();
    let last: i64 = tx.one(
        "SELECT CAST(COALESCE(MAX(position), 0) AS BIGINT)
           FROM customer_addresses
          WHERE shop_id = $shop AND customer_id = $1",
        (customer,),
    )?;
    tx.execute(
        "INSERT INTO customer_addresses (shop_id, id, customer_id, position, country_code, address)
         VALUES ($shop, $1, $2, $3, $4, $5)",
        (id, customer, last + 1, country, address),
    )?;
    Ok(())
}

pub(super) fn save_address(
    tx: &mut Tx,
    id: MailingAddressId,
    address: &Address,
) -> Result<(), StoreError> {
    let country = address.country_code.as_deref().unwrap_or_default();
    tx.execute(
        "UPDATE customer_addresses SET country_code = $2, address = $3
          WHERE shop_id = $shop AND id = $1",
        (id, country, address),
    )?;
    Ok(())
}

pub(super) fn delete_address(tx: &mut Tx, id: MailingAddressId) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM customer_addresses WHERE shop_id = $shop AND id = $1",
        (id,),
    )?;
    Ok(())
}

/// Notes that something about a customer changed.
pub(super) fn touch(tx: &mut Tx, id: CustomerId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customers SET updated_at = $2 WHERE shop_id = $shop AND id = $1",
        (id, now),
    )?;
    Ok(())
}

pub(super) fn set_default_address(
    tx: &mut Tx,
    customer: CustomerId,
    address: Option<MailingAddressId>,
    location_key: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customers SET default_address_id = $2, location_key = $3
          WHERE shop_id = $shop AND id = $1",
        (customer, address, location_key),
    )?;
    Ok(())
}
