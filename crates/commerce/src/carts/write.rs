//! Writing carts: making them and changing them, many requests at a time.

use std::collections::{BTreeMap, HashMap};

use store::{Slice, StoreError, Tx};
use units::{Country, GiftCardId, InventoryItemId, ProductVariantId};

use super::bundles::Bundles;
use super::cart::{Cart, CartLine, CartRef, line_id};
use super::edit::{Edit, Facts};
use super::error::CartError;
use super::market::{Land, Lands};
use super::merchandise::{self, Merchandise};
use super::plans::Plans;
use super::reckon::Counter;
use super::sql;
use super::view::delivery_handle;
use crate::call::Call;
use crate::discounts::CodeRefusal;
use crate::events::{self, NewEvent, Subject, Subscriptions, Topic};
use crate::gift_cards;
use crate::inventory::Stock;
use crate::shops::{self, Shop};

/// A request to make or change a cart.
#[derive(Debug, Clone)]
pub struct Write {
    /// Who asks, and when.
    pub call: Call,
    /// Which cart.
    pub target: Target,
    /// What changes, in this order; one refusal refuses all.
    pub edits: Vec<Edit>,
}

/// Which cart a request is about.
#[derive(Debug, Clone)]
pub enum Target {
    /// A new one.
    New,
    /// This one.
    Existing(CartRef),
    /// This one, by its key or by the token of its checkout's form, as the page shows it: in the country
    /// that was chosen there.
    AtCheckout(CartRef, Option<Country>),
}

impl Write {
    /// The country whose market a cart is judged in.
    fn country<'c>(&self, cart: &'c Cart) -> Option<&'c str> {
        match &self.target {
            Target::AtCheckout(id, chosen) => {
                let chosen = chosen.map(|country| country.code);
                chosen.or_else(|| cart.country_for(&id.secret))
            }
            Target::New | Target::Existing(_) => cart.country(),
        }
    }
}

/// A cart that was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its name and key.
    pub cart: CartRef,
    /// What was not done as it was meant.
    pub warnings: Vec<CartWarning>,
}

/// Something about a cart that was not done as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartWarning {
    /// What kind of thing.
    pub code: WarningCode,
    /// The global id of what it is about.
    pub target: String,
    /// For the buyer.
    pub message: String,
}

/// Kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningCode {
    /// A line has fewer units than were wanted.
    MerchandiseNotEnoughStock,
    /// A line is gone: nothing of it is left, or it is no longer sold.
    MerchandiseOutOfStock,
    /// A line is gone: its product is not sold in the buyer's market.
    UnavailableInBuyerLocation,
    /// A discount code gives nothing.
    Discount(CodeRefusal),
}

impl WarningCode {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MerchandiseNotEnoughStock => "MERCHANDISE_NOT_ENOUGH_STOCK",
            Self::MerchandiseOutOfStock => "MERCHANDISE_OUT_OF_STOCK",
            Self::UnavailableInBuyerLocation => "PRODUCT_UNAVAILABLE_IN_BUYER_LOCATION",
            Self::Discount(refusal) => refusal.warning_code(),
        }
    }
}

impl Slice for Write {
    type Done = Written;
    type Error = CartError;

    fn run(
        tx: &mut Tx,
        requests: &mut [Self],
    ) -> Result<Vec<Result<Written, CartError>>, StoreError> {
        let shop = shops::current(tx)?;
        let handle = delivery_handle(&shop);
        let mut carts = existing(tx, requests)?;
        let (merchandise, bundles) = merchandise::load_whole(tx, named(&carts, requests))?;
        let stocked = merchandise.values().chain(bundles.components());
        let limited = stocked.filter(|row| row.is_limited());
        let stock = Stock::peek(tx, limited.map(|row| row.inventory_item_id).collect())?;
        let gift_cards = named_gift_cards(tx, &shop, requests)?;
        let plans = named_plans(tx, &carts, requests, &merchandise)?;
        let lands = lands(tx, &shop, &carts, requests, &merchandise)?;
        let counter = Counter::read(tx, &shop, requests, &carts, &merchandise, (&lands, &plans))?;

        let mut results = Vec::with_capacity(requests.len());
        let mut written: BTreeMap<String, (bool, usize)> = BTreeMap::new();
        for (at, request) in requests.iter().enumerate() {
            let facts = Facts {
                call: &request.call,
                merchandise: &merchandise,
                bundles: &bundles,
                plans: &plans,
                delivery_handle: &handle,
                gift_cards: &gift_cards,
            };
            let (mut cart, is_new) = match open(&carts, request) {
                Ok(opened) => opened,
                Err(refusal) => {
                    results.push(Err(refusal));
                    continue;
                }
            };
            let read = (&facts, &stock, &lands);
            match change(&mut cart, request, read, &shop, &counter) {
                Ok(warnings) => {
                    let slot = written.entry(cart.id.token.clone()).or_insert((is_new, at));
                    slot.1 = at;
                    results.push(Ok(Written {
                        cart: cart.id.clone(),
                        warnings,
                    }));
                    carts.insert(cart.id.token.clone(), cart);
                }
                Err(refusal) => results.push(Err(refusal)),
            }
        }
        save(tx, requests, &carts, &written)?;
        Ok(results)
    }
}

fn existing(tx: &mut Tx, requests: &[Write]) -> Result<HashMap<String, Cart>, StoreError> {
    let mut tokens: Vec<&str> = requests
        .iter()
        .filter_map(|request| match &request.target {
            Target::New => None,
            Target::Existing(cart) | Target::AtCheckout(cart, _) => Some(cart.token.as_str()),
        })
        .collect();
    if tokens.is_empty() {
        return Ok(HashMap::new());
    }
    tokens.sort_unstable();
    tokens.dedup();
    let found = sql::locked(tx, &tokens)?;
    Ok(found
        .into_iter()
        .map(|cart| (cart.id.token.clone(), cart))
        .collect())
}

/// All merchandise that the slice is about: in the carts, and named by edits.
fn named(carts: &HashMap<String, Cart>, requests: &[Write]) -> Vec<ProductVariantId> {
    let in_carts = carts
        .values()
        .flat_map(|cart| cart.lines.iter().map(|line| line.variant));
    let in_edits = requests
        .iter()
        .flat_map(|request| request.edits.iter().flat_map(Edit::named));
    in_carts.chain(in_edits).collect()
}

/// The selling plans that the slice is about.
fn named_plans(
    tx: &mut Tx,
    carts: &HashMap<String, Cart>,
    requests: &[Write],
    merchandise: &HashMap<ProductVariantId, Merchandise>,
) -> Result<Plans, StoreError> {
    let in_carts = carts.values().flat_map(|cart| &cart.lines);
    let in_carts = in_carts.filter_map(CartLine::plan);
    let edits = requests.iter().flat_map(|request| &request.edits);
    let named = in_carts.chain(edits.flat_map(Edit::plans));
    Plans::read(tx, named, merchandise.keys().copied())
}

/// The usable gift cards whose codes edits name, by the code as it was typed.
fn named_gift_cards(
    tx: &mut Tx,
    shop: &Shop,
    requests: &[Write],
) -> Result<HashMap<String, GiftCardId>, StoreError> {
    let edits = requests.iter().flat_map(|request| &request.edits);
    let mut codes: Vec<String> = edits
        .flat_map(|edit| edit.gift_card_codes().iter().cloned())
        .collect();
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    codes.sort_unstable();
    codes.dedup();
    let now = requests.iter().map(|request| request.call.now).max();
    let today = shop.day_of(now.unwrap_or(shop.created_at));
    let found = gift_cards::by_codes(tx, &codes)?;
    Ok(codes
        .into_iter()
        .zip(found)
        .filter_map(|(code, card)| Some((code, card?)))
        .filter(|(_, card)| card.is_usable(&today) && card.currency == shop.currency)
        .map(|(code, card)| (code, card.id))
        .collect())
}

/// The markets of the slice's buyers, with its merchandise as they see it: of the countries that its
/// carts go to, before and after the edits, and not of every address that is among them.
fn lands(
    tx: &mut Tx,
    shop: &Shop,
    carts: &HashMap<String, Cart>,
    requests: &[Write],
    merchandise: &HashMap<ProductVariantId, Merchandise>,
) -> Result<Lands, StoreError> {
    if shop.market_rules == 0 {
        return Ok(Lands::default());
    }
    let mut gone_to = HashMap::new();
    let mut countries: Vec<String> = Vec::new();
    for request in requests {
        let token = match &request.target {
            Target::New => None,
            Target::Existing(id) | Target::AtCheckout(id, _) => Some(id.token.as_str()),
        };
        let known = token.and_then(|token| carts.get(token));
        countries.extend(
            known
                .and_then(|cart| request.country(cart))
                .map(str::to_owned),
        );
        if !request.edits.iter().any(Edit::is_about_country) {
            continue;
        }
        let mut cart = known.map_or_else(|| Cart::new(&request.call), Cart::clone);
        if let Some(addresses) = token.and_then(|token| gone_to.remove(token)) {
            (cart.buyer, cart.delivery) = addresses;
        }
        for edit in &request.edits {
            // What is refused here is refused again, and told, when it is made in earnest.
            let _ = edit.go(&mut cart, &request.call);
        }
        countries.extend(cart.country().map(str::to_owned));
        if let Some(token) = token {
            gone_to.insert(token, (cart.buyer, cart.delivery));
        }
    }
    let mut lands = Lands::read(tx, shop, countries.iter().map(String::as_str))?;
    lands.price(tx, merchandise)?;
    Ok(lands)
}

fn open(carts: &HashMap<String, Cart>, request: &Write) -> Result<(Cart, bool), CartError> {
    match &request.target {
        Target::New => Ok((Cart::new(&request.call), true)),
        Target::Existing(id) | Target::AtCheckout(id, _) => {
            let at_checkout = matches!(request.target, Target::AtCheckout(..));
            let opens = |cart: &&Cart| {
                let by_form = at_checkout && cart.id.admits(&id.secret);
                (by_form || cart.id.secret == id.secret) && cart.order_id.is_none()
            };
            let found = carts.get(&id.token).filter(opens);
            found
                .map(|cart| (cart.clone(), false))
                .ok_or(CartError::CartUnknown)
        }
    }
}

fn change(
    cart: &mut Cart,
    request: &Write,
    (facts, stock, lands): (&Facts<'_>, &Stock, &Lands),
    shop: &Shop,
    counter: &Counter<'_>,
) -> Result<Vec<CartWarning>, CartError> {
    // What was dropped from sale since the cart was last written goes first, so that an edit of
    // such a line is refused by name.
    let mut warnings = drop_unsold(cart, facts);
    for edit in &request.edits {
        edit.apply(cart, facts)?;
    }
    // Where the cart goes may be among the edits: what is sold there is known only after them. A
    // checkout's page leaves out what is not sold in the country that was chosen there, which the
    // buyer may yet change.
    let at_checkout = matches!(request.target, Target::AtCheckout(..));
    if let Some(land) = lands.of(shop, cart.country()).filter(|_| !at_checkout) {
        warnings.extend(drop_unsold_here(cart, facts, land));
    }
    warnings.extend(clamp(cart, facts.merchandise, (stock, facts.bundles)));
    if request.edits.iter().any(Edit::is_about_codes) {
        let country = request.country(cart);
        warnings.extend(counter.refused_codes(
            (cart, country),
            facts.merchandise,
            request.call.now,
        ));
    }
    cart.updated_at = request.call.now;
    Ok(warnings)
}

/// Takes out lines whose product is deleted or no longer published.
fn drop_unsold(cart: &mut Cart, facts: &Facts<'_>) -> Vec<CartWarning> {
    let mut warnings = Vec::new();
    let token = &cart.id.token;
    cart.lines.retain(|line| {
        let found = facts.merchandise.get(&line.variant);
        let offered = |row: &Merchandise| facts.plans.check(row, line.plan()).is_ok();
        let sold = found.is_some_and(|row| row.is_sold(facts.call.now) && offered(row));
        if !sold {
            let message = match found {
                Some(row) => format!("The product '{}' is no longer sold.", row.full_title()),
                None => "A product in your cart is no longer sold.".to_owned(),
            };
            warnings.push(CartWarning {
                code: WarningCode::MerchandiseOutOfStock,
                target: line_id(token, &line.id),
                message,
            });
        }
        sold
    });
    warnings
}

/// Takes out lines that are not sold in the buyer's market: nobody sees them, so nobody could take
/// them out by hand.
fn drop_unsold_here(cart: &mut Cart, facts: &Facts<'_>, land: &Land) -> Vec<CartWarning> {
    let mut warnings = Vec::new();
    let token = &cart.id.token;
    cart.lines.retain(|line| {
        let sold = land.merchandise.contains_key(&line.variant);
        if !sold {
            let row = facts.merchandise.get(&line.variant);
            let title = row.map_or_else(String::new, Merchandise::full_title);
            warnings.push(CartWarning {
                code: WarningCode::UnavailableInBuyerLocation,
                target: line_id(token, &line.id),
                message: format!("The product '{title}' is not available in your location."),
            });
        }
        sold
    });
    warnings
}

/// Lowers quantities to what is in stock, line by line; bundles to what their components leave.
fn clamp(
    cart: &mut Cart,
    merchandise: &HashMap<ProductVariantId, Merchandise>,
    (stock, bundles): (&Stock, &Bundles),
) -> Vec<CartWarning> {
    let mut warnings = Vec::new();
    let mut left: HashMap<InventoryItemId, i64> = HashMap::new();
    let token = cart.id.token.clone();
    for line in &mut cart.lines {
        let Some(row) = merchandise.get(&line.variant) else {
            continue;
        };
        let components = bundles.of(line.variant).iter();
        let components = components.map(|own| (&own.row, own.quantity.max(1)));
        let stocked = std::iter::once((row, 1)).chain(components);
        let limited: Vec<(InventoryItemId, i64)> = stocked
            .filter(|(row, _)| row.is_limited())
            .map(|(row, each)| (row.inventory_item_id, each))
            .collect();
        let mut makes = |(item, each): &(InventoryItemId, i64)| {
            *left.entry(*item).or_insert_with(|| stock.sellable(*item)) / each
        };
        let Some(most) = limited.iter().map(&mut makes).min() else {
            continue;
        };
        if line.quantity > most {
            line.quantity = most;
            let (code, message) = if line.quantity == 0 {
                let message = format!("The product '{}' is already sold out.", row.full_title());
                (WarningCode::MerchandiseOutOfStock, message)
            } else {
                let quantity = line.quantity;
                let items = if quantity == 1 {
                    "item was"
                } else {
                    "items were"
                };
                let message =
                    format!("Only {quantity} {items} added to your cart due to availability.");
                (WarningCode::MerchandiseNotEnoughStock, message)
            };
            warnings.push(CartWarning {
                code,
                target: line_id(&token, &line.id),
                message,
            });
        }
        for (item, each) in &limited {
            *left.entry(*item).or_insert(0) -= line.quantity * each;
        }
    }
    cart.lines.retain(|line| line.quantity > 0);
    warnings
}

fn save(
    tx: &mut Tx,
    requests: &[Write],
    carts: &HashMap<String, Cart>,
    written: &BTreeMap<String, (bool, usize)>,
) -> Result<(), StoreError> {
    if written.is_empty() {
        return Ok(());
    }
    let of = |wanted: bool| -> Vec<&Cart> {
        let tokens = written.iter().filter(|(_, (is_new, _))| *is_new == wanted);
        tokens.filter_map(|(token, _)| carts.get(token)).collect()
    };
    sql::insert(tx, &of(true))?;
    sql::update(tx, &of(false))?;

    const CREATED: &[Topic] = &[Topic::CartsCreate];
    const CHANGED: &[Topic] = &[Topic::CartsUpdate];
    let subscriptions = Subscriptions::load(tx, &[Topic::CartsCreate, Topic::CartsUpdate])?;
    let told: Vec<(&Call, NewEvent)> = written
        .iter()
        .map(|(token, (is_new, at))| {
            let topics = if *is_new { CREATED } else { CHANGED };
            let mut event = NewEvent::of(topics, Subject::Cart, 0);
            event.facts = serde_json::json!({ "token": token }).to_string();
            (&requests[*at].call, event)
        })
        .filter(|(_, event)| subscriptions.want(event.topics[0]))
        .collect();
    events::record_for(tx, &subscriptions, &told)?;
    Ok(())
}
