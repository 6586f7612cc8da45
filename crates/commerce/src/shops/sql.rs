//! The shops' queries.

use store::{Platform, StoreError, Tx};
use units::{ShopId, Timestamp};

use super::{Entry, NewShop, Shop};

pub(super) fn current(tx: &mut Tx) -> Result<Shop, StoreError> {
    tx.one(
        "SELECT id, handle, domain, name, email, description, currency, language, time_zone,
                weight_unit, address1, address2, city, province_code, zip, country_code, phone,
                test_shop, taxes_included, tax_title, tax_rate_ppm, shipping_title,
                shipping_price_minor, shipping_taxed, strict_idempotency, automatic_discounts,
                market_rules, more_locales, created_at, updated_at
           FROM shops
          WHERE id = $shop",
        (),
    )
}

pub(super) fn by_handle(
    platform: &mut Platform<'_>,
    handle: &str,
) -> Result<Option<ShopId>, StoreError> {
    platform.optional("SELECT id FROM shops WHERE handle = $1", (handle,))
}

pub(super) fn by_host(
    platform: &mut Platform<'_>,
    host: &str,
) -> Result<Option<ShopId>, StoreError> {
    platform.optional("SELECT shop FROM domains WHERE host = $1", (host,))
}

pub(super) fn entries(platform: &mut Platform<'_>, limit: i64) -> Result<Vec<Entry>, StoreError> {
    platform.all(
        "SELECT id, handle, domain, name FROM shops ORDER BY id LIMIT $1",
        (limit,),
    )
}

pub(super) fn insert(
    platform: &mut Platform<'_>,
    id: ShopId,
    shop: &NewShop,
    now: Timestamp,
) -> Result<(), StoreError> {
    platform.execute(
        "INSERT INTO shops (id, handle, domain, name, email, description, currency, language,
             time_zone, weight_unit, address1, address2, city, province_code, zip, country_code,
             phone, test_shop, taxes_included, tax_title, tax_rate_ppm, shipping_title,
             shipping_price_minor, shipping_taxed, strict_idempotency, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, '', $6, 'en', $7, 'KILOGRAMS', $8, '', $9, '', $10, $11, '',
             $12, $13, $14, $15, $16, $17, $18, 0, $19, $19)",
        (
            id,
            &shop.handle,
            shop.domain(),
            &shop.name,
            &shop.email,
            shop.currency,
            &shop.time_zone,
            &shop.address1,
            &shop.city,
            &shop.zip,
            &shop.country_code,
            shop.test_shop,
            shop.taxes_included,
            &shop.tax_title,
            shop.tax_rate_ppm,
            &shop.shipping_title,
            shop.shipping_price_minor,
            shop.shipping_taxed,
            now,
        ),
    )?;
    platform.execute(
        "INSERT INTO domains (host, shop, is_primary) VALUES ($1, $2, 1)",
        (shop.domain(), id),
    )?;
    Ok(())
}
