//! Looking a checkout up, for its pages.

use store::{StoreError, Tx, text_enum};
use units::{Country, Currency, Money, OrderId, Timestamp};

use crate::address::Address;
use crate::carts::{self, Cart, CartRef, CartView};
use crate::customers;
use crate::markets;
use crate::shops;

text_enum! {
    /// Where a checkout stands.
    pub enum State {
        /// The buyer is at it.
        Open = "open",
        /// The order is placed.
        Completed = "completed",
    }
}

/// A checkout as its pages show it.
#[derive(Debug, Clone)]
pub struct CheckoutView {
    /// The cart, with the key that its pages carry.
    pub id: CartRef,
    /// Where it stands.
    pub state: State,
    /// What is being bought; `None` once it is bought.
    pub cart: Option<CartView>,
    /// The mailbox that the buyer gave last; may be empty.
    pub email: String,
    /// Where it goes, as far as the cart or the signed-in customer's record says.
    pub address: Option<Address>,
    /// The country that it is priced for (ISO 3166-1, upper case).
    pub country: String,
    /// The countries that the shop delivers to; empty for all.
    pub countries: Vec<Country>,
    /// What it came to at the last attempt.
    pub total: Option<Money>,
    /// How often a payment was tried.
    pub attempts: i64,
    /// Why the last one did not go through; may be empty.
    pub last_error: String,
    /// The order that it became.
    pub order_id: Option<OrderId>,
}

/// The checkout of a token, priced as of `now`; `None` when there is no such cart.
///
/// It is priced for the country that the buyer chose on the page; without, for that of the address which
/// the page begins with, or what the cart says. Only the cart's key tells of addresses: for `proof` that
/// is none, or another, the checkout has no address, and no price tells where one leads.
///
/// # Errors
/// `Store` faults only.
pub fn find(
    tx: &mut Tx,
    token: &str,
    proof: &str,
    chosen: Option<Country>,
    now: Timestamp,
) -> Result<Option<CheckoutView>, StoreError> {
    let Some(cart) = carts::sql::by_token(tx, token)? else {
        return Ok(None);
    };
    let row: Option<(String, Option<Currency>, i64, i64, String)> = tx.optional(
        "SELECT email, presentment_currency, COALESCE(presentment_total_minor, total_minor),
                attempts, last_error
           FROM checkouts
          WHERE shop_id = $shop AND token = $1",
        (token,),
    )?;
    let shop = shops::current(tx)?;
    let total = row
        .as_ref()
        .map(|(_, currency, minor, _, _)| Money::new(*minor, currency.unwrap_or(shop.currency)));
    let (email, _, _, attempts, last_error) = row.unwrap_or_default();
    let order_id = cart.order_id;
    let address = match cart.id.secret == proof {
        true => address_of(tx, &cart)?,
        false => None,
    };
    let known = address.as_ref().and_then(|own| own.country_code.as_deref());
    let chosen = chosen.map(|country| country.code);
    let country = chosen.or(known).or(cart.country_for(proof));
    let country = country.map(str::to_owned);
    let countries = match order_id {
        None if shop.market_rules > 0 => markets::served_countries(tx, &shop)?,
        _ => Vec::new(),
    };
    Ok(Some(CheckoutView {
        id: cart.id.clone(),
        state: if order_id.is_some() {
            State::Completed
        } else {
            State::Open
        },
        cart: match order_id {
            Some(_) => None,
            None => Some(carts::view_in(tx, cart, country.as_deref(), now)?),
        },
        email,
        country: country.unwrap_or(shop.country_code),
        countries: countries.into_iter().map(|sold| sold.country).collect(),
        address,
        total,
        attempts,
        last_error,
        order_id,
    }))
}

/// The address that the buyer chose in the cart, else the signed-in customer's default.
fn address_of(tx: &mut Tx, cart: &Cart) -> Result<Option<Address>, StoreError> {
    if let Some(chosen) = cart.delivery.selected() {
        return Ok(Some(chosen.address.clone()));
    }
    let Some(id) = cart.buyer.customer_id() else {
        return Ok(None);
    };
    let customer = customers::load_many(tx, &[id])?.pop();
    let Some(default) = customer.and_then(|it| it.default_address_id) else {
        return Ok(None);
    };
    let found = customers::load_addresses(tx, &[default])?.pop();
    Ok(found.map(|kept| kept.address))
}
