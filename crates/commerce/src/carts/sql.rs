//! The carts' queries.

use store::{StoreError, Tx, record};
use units::{OrderId, ProductVariantId, Timestamp};

use super::cart::{Cart, CartRef};
use super::merchandise::Merchandise;
use crate::attributes::{from_json, to_json};

record! {
    /// A cart's row.
    struct Row {
        /// Name.
        token: String,
        /// Key.
        secret: String,
        /// Lines, as JSON.
        lines: String,
        /// Buyer, as JSON.
        buyer: String,
        /// Attributes, as JSON.
        attributes: String,
        /// Delivery, as JSON.
        delivery: String,
        /// Codes, as JSON.
        discount_codes: String,
        /// Numbers, as JSON.
        gift_cards: String,
        /// Note.
        note: String,
        /// The order that it became.
        order_id: Option<OrderId>,
        /// When it was made.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
    }
}

impl Row {
    fn into_cart(self) -> Cart {
        let object = |text: &str| {
            if text.is_empty() {
                "{}".to_owned()
            } else {
                text.to_owned()
            }
        };
        Cart {
            id: CartRef {
                token: self.token,
                secret: self.secret,
            },
            lines: from_json(&self.lines),
            buyer: serde_json::from_str(&object(&self.buyer)).unwrap_or_default(),
            attributes: from_json(&self.attributes),
            delivery: serde_json::from_str(&object(&self.delivery)).unwrap_or_default(),
            discount_codes: from_json(&self.discount_codes),
            gift_cards: from_json(&self.gift_cards),
            note: self.note,
            order_id: self.order_id,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

const SELECT: &str = "SELECT token, secret, lines, buyer, attributes, delivery, discount_codes,
        gift_cards, note, order_id, created_at, updated_at
   FROM carts
  WHERE shop_id = $shop";

pub(crate) fn by_token(tx: &mut Tx, token: &str) -> Result<Option<Cart>, StoreError> {
    let row: Option<Row> = tx.optional(&format!("{SELECT} AND token = $1"), (token,))?;
    Ok(row.map(Row::into_cart))
}

pub(crate) fn locked(tx: &mut Tx, tokens: &[&str]) -> Result<Vec<Cart>, StoreError> {
    let text = format!("{SELECT} AND token = ANY($1) ORDER BY token");
    let rows: Vec<Row> = tx.all_locked(&text, (tokens,))?;
    Ok(rows.into_iter().map(Row::into_cart).collect())
}

pub(super) fn insert(tx: &mut Tx, carts: &[&Cart]) -> Result<(), StoreError> {
    let rows: Vec<_> = carts
        .iter()
        .map(|cart| {
            (
                &cart.id.token,
                &cart.id.secret,
                to_json(&cart.lines),
                text_of(&cart.buyer),
                to_json(&cart.attributes),
                text_of(&cart.delivery),
                to_json(&cart.discount_codes),
                to_json(&cart.gift_cards),
                &cart.note,
                cart.created_at,
            )
        })
        .collect();
    tx.insert_many(
        "INSERT INTO carts (shop_id, token, secret, lines, buyer, attributes, delivery,
             discount_codes, gift_cards, note, created_at, updated_at)
         VALUES ($shop, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        &rows,
    )?;
    Ok(())
}

pub(super) fn update(tx: &mut Tx, carts: &[&Cart]) -> Result<(), StoreError> {
    let rows: Vec<_> = carts
        .iter()
        .map(|cart| {
            (
                &cart.id.token,
                to_json(&cart.lines),
                text_of(&cart.buyer),
                to_json(&cart.attributes),
                text_of(&cart.delivery),
                to_json(&cart.discount_codes),
                to_json(&cart.gift_cards),
                &cart.note,
                cart.updated_at,
            )
        })
        .collect();
    tx.update_many(
        "UPDATE carts
            SET lines = $2, buyer = $3, attributes = $4, delivery = $5, discount_codes = $6,
                gift_cards = $7, note = $8, updated_at = $9
          WHERE shop_id = $shop AND token = $1",
        &rows,
    )?;
    Ok(())
}

/// Tokens of carts without an order that have not changed since `before`, the oldest first.
pub(super) fn left_alone(
    tx: &mut Tx,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    tx.all(
        "SELECT token FROM carts
          WHERE shop_id = $shop AND order_id IS NULL AND created_at < $1 AND updated_at < $1
          ORDER BY created_at
          LIMIT $2",
        (before, limit),
    )
}

/// Takes away carts that were not bought, and the checkouts begun on them.
pub(super) fn delete(tx: &mut Tx, tokens: &[String]) -> Result<(), StoreError> {
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    tx.execute(
        "DELETE FROM checkouts
          WHERE shop_id = $shop AND order_id IS NULL AND token = ANY($1)",
        (tokens.clone(),),
    )?;
    tx.execute(
        "DELETE FROM carts WHERE shop_id = $shop AND order_id IS NULL AND token = ANY($1)",
        (tokens,),
    )?;
    Ok(())
}

/// The variants that there are.
pub(super) fn merchandise(
    tx: &mut Tx,
    ids: Vec<ProductVariantId>,
) -> Result<Vec<Merchandise>, StoreError> {
    tx.all(
        "SELECT v.id, v.product_id,
                p.status, p.published_at, p.gift_card, p.requires_selling_plan, p.title, p.vendor, v.title,
                v.option1, v.option2, v.option3, v.sku, v.price_minor, v.compare_at_minor, v.taxable, v.inventory_policy,
                v.inventory_item_id, i.tracked, i.requires_shipping, i.weight_grams,
                v.requires_components,
                (SELECT m.url
                   FROM media m
                  WHERE m.shop_id = v.shop_id AND m.product_id = v.product_id
                    AND m.content_type = 'IMAGE' AND m.url <> ''
                  ORDER BY CASE WHEN m.id = v.media_id THEN 0 ELSE 1 END, m.position, m.id
                  LIMIT 1)
           FROM product_variants v
           JOIN products p ON p.shop_id = v.shop_id AND p.id = v.product_id
           JOIN inventory_items i ON i.shop_id = v.shop_id AND i.id = v.inventory_item_id
          WHERE v.shop_id = $shop AND v.id = ANY($1)",
        (ids,),
    )
}

fn text_of<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain values have a JSON text")
}
/// Marks carts as bought.
pub(crate) fn set_orders(
    tx: &mut Tx,
    bought: &[(&str, OrderId, Timestamp)],
) -> Result<(), StoreError> {
    tx.update_many(
        "UPDATE carts SET order_id = $2, updated_at = $3 WHERE shop_id = $shop AND token = $1",
        bought,
    )?;
    Ok(())
}
