//! Submitting checkouts, many at a time: the hottest path of a store.
//!
//! A slice reads the carts, merchandise, stock and customers of all its requests at once, decides
//! one request after the other on working copies, and writes what came of them with one set-based
//! statement per table. A checkout that was submitted before answers with its order.

mod attempts;
mod error;
mod lines;
mod markets;
mod payment;
mod price;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use store::{Slice, StoreError, Tx};
use units::{CustomerId, Money, MoneyBag, OrderId, ProductVariantId, SellingPlanId};

use super::fields::{self, Filled};
use crate::address::Address;
use crate::attributes::to_json;
use crate::call::Call;
use crate::carts::plans::Plans;
use crate::carts::{self, Cart, CartLine};
use crate::contact;
use crate::discounts::{self, Granted, Offered, Use};
use crate::gift_cards::{self, Purse};
use crate::inventory::Stock;
use crate::orders::buyers::{Buyers, Person};
use crate::orders::goods::{Goods, TaxText, tax_lines};
use crate::orders::rows::{
    self, Amounts, NewOrder, NewShippingLine, NewTransaction, Seen, SeenLine,
};
use crate::shops::{self, Shop};
use attempts::{Attempt, note_attempt, write_attempts};
use lines::Wanted;
use markets::{Abroad, destination};
use payment::{Paid, standing};
use price::{Sum, offered};

pub use error::SubmitError;

/// A checkout, filled in and sent.
#[derive(Debug, Clone)]
pub struct Submit {
    /// Who sends it, and when.
    pub call: Call,
    /// The cart's token.
    pub token: String,
    /// The token that the page's form carried, or the cart's key.
    pub proof: String,
    /// Where the confirmation goes.
    pub email: String,
    /// Where the goods go; not wanted when nothing has to be sent.
    pub shipping_address: Option<Address>,
    /// Where the bill goes, when elsewhere.
    pub billing_address: Option<Address>,
    /// The handle of the delivery option; the only one when `None`.
    pub shipping_rate: Option<String>,
    /// How the buyer pays.
    pub payment: Payment,
    /// The total that the buyer saw; unchecked when `None`.
    pub expected_total: Option<Money>,
    /// What the buyer saw is to be paid now, after gift cards and without what selling plans leave for
    /// later; unchecked when `None`.
    pub expected_due: Option<Money>,
    /// How many units the buyer saw; what is sold no more is only left out when the page did not show it.
    pub expected_quantity: Option<i64>,
}

/// How a buyer pays.
#[derive(Debug, Clone)]
pub struct Payment {
    /// The gateway's name.
    pub gateway: String,
    /// What the buyer typed as a number, if the gateway wants one.
    pub number: Option<String>,
}

/// What came of a submitted checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is an order.
    Placed(Placed),
    /// The payment was declined; the buyer may try again.
    Declined {
        /// For the buyer.
        message: &'static str,
    },
    /// The payment broke off; the buyer may try again.
    Failed {
        /// For the buyer.
        message: &'static str,
    },
}

/// The order that a checkout became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its id.
    pub order_id: OrderId,
    /// What people call it: `#1001`.
    pub name: String,
    /// The secret in the address of its status page.
    pub order_token: String,
    /// Whether an earlier submission had placed it.
    pub replayed: bool,
}

/// What is decided about a request.
enum Decision<'a> {
    Placed(Box<NewOrder<'a>>),
    Attempt(Outcome),
    /// An earlier submission placed it: before this slice, or in it.
    Earlier(OrderId, Told<'a>),
}

/// Who is told of an order that stands already.
#[derive(Clone, Copy)]
enum Told<'a> {
    /// Whoever has the cart's key.
    Anybody,
    /// Who sent the form alone could have opened the page before its buyer did, so this has to be
    /// the buyer's address.
    Buyer(&'a str),
}

/// What a slice has read, and what it takes from as it decides.
struct Desk<'a> {
    shop: &'a Shop,
    handle: String,
    carts: HashMap<&'a str, &'a Cart>,
    goods: &'a Goods,
    abroad: &'a Abroad,
    plans: &'a Plans,
    stock: Stock,
    buyers: Buyers<'a>,
    placed: HashMap<&'a str, OrderId>,
    offered: Offered,
    used: Vec<Use>,
    purse: Purse,
    spent: Vec<gift_cards::Payment<'a>>,
}

impl Slice for Submit {
    type Done = Outcome;
    type Error = SubmitError;

    fn run(
        tx: &mut Tx,
        requests: &mut [Self],
    ) -> Result<Vec<Result<Outcome, SubmitError>>, StoreError> {
        let requests = &*requests;
        let shop = shops::current(tx)?;
        let carts = read_carts(tx, requests)?;
        let goods = Goods::load_whole(tx, variants(&carts))?;
        let abroad = Abroad::read(tx, &shop, &carts, &goods, requests)?;
        let plans = Plans::read(tx, named_plans(&carts), variants(&carts).into_iter())?;
        let stock = Stock::load(tx, goods.counted())?;
        let emails = requests.iter().map(|request| request.email.as_str());
        let offered = offered(tx, &shop, &carts, &goods, requests)?;
        let open = carts.iter().filter(|cart| cart.order_id.is_none());
        let cards = open.flat_map(|cart| cart.gift_cards.iter().copied());
        let purse = Purse::lock(tx, &shop, cards)?;
        let mut desk = Desk {
            shop: &shop,
            handle: carts::delivery_handle(&shop),
            carts: carts
                .iter()
                .map(|cart| (cart.id.token.as_str(), cart))
                .collect(),
            goods: &goods,
            abroad: &abroad,
            plans: &plans,
            stock,
            buyers: Buyers::load(tx, emails, signed_in(&carts))?,
            placed: HashMap::new(),
            offered,
            used: Vec::new(),
            purse,
            spent: Vec::new(),
        };
        desk.read_uses(tx, requests)?;
        let mut orders = Vec::with_capacity(requests.len());
        let mut attempts: BTreeMap<&str, Attempt<'_>> = BTreeMap::new();
        let mut decided = Vec::with_capacity(requests.len());
        for request in requests {
            decided.push(match desk.decide(request) {
                Err(refusal) => Err(refusal),
                Ok((decision, total)) => {
                    note_attempt(&mut attempts, request, &decision, total);
                    Ok(match decision {
                        Decision::Earlier(order, told) => Settled::Earlier(order, told),
                        Decision::Attempt(outcome) => Settled::Outcome(outcome),
                        Decision::Placed(order) => {
                            let settled = Settled::New(orders.len(), order.id, order.token.clone());
                            orders.push(*order);
                            settled
                        }
                    })
                }
            });
        }
        write_attempts(tx, &attempts)?;
        let newcomers = desk.buyers.save(tx)?;
        let names = rows::write(tx, &orders, &newcomers)?;
        discounts::record_uses(tx, &desk.used)?;
        gift_cards::record(tx, &desk.spent)?;
        let bought: Vec<_> = orders
            .iter()
            .filter_map(|order| Some((order.checkout_token?, order.id, order.call.now)))
            .collect();
        if !bought.is_empty() {
            carts::sql::set_orders(tx, &bought)?;
        }
        answer(tx, decided, &names)
    }
}

/// A decision whose order, if it is new, stands in the list of orders.
enum Settled<'a> {
    New(usize, OrderId, String),
    Outcome(Outcome),
    Earlier(OrderId, Told<'a>),
}

fn answer(
    tx: &mut Tx,
    decided: Vec<Result<Settled<'_>, SubmitError>>,
    names: &[String],
) -> Result<Vec<Result<Outcome, SubmitError>>, StoreError> {
    let earlier: Vec<OrderId> = decided
        .iter()
        .filter_map(|each| match each {
            Ok(Settled::Earlier(order, _)) => Some(*order),
            _ => None,
        })
        .collect();
    let earlier: HashMap<OrderId, (String, String, String)> = if earlier.is_empty() {
        HashMap::new()
    } else {
        let rows: Vec<(OrderId, String, String, String)> = tx.all(
            "SELECT id, name, token, COALESCE(email, '')
               FROM orders
              WHERE shop_id = $shop AND id = ANY($1)",
            (earlier,),
        )?;
        rows.into_iter()
            .map(|(id, name, token, email)| (id, (name, token, email)))
            .collect()
    };
    let settle = |settled: Settled<'_>| match settled {
        Settled::Outcome(outcome) => Ok(outcome),
        Settled::New(at, order_id, order_token) => Ok(Outcome::Placed(Placed {
            order_id,
            name: names.get(at).cloned().unwrap_or_default(),
            order_token,
            replayed: false,
        })),
        Settled::Earlier(order_id, told) => {
            let (name, order_token, email) = earlier.get(&order_id).cloned().unwrap_or_default();
            if let Told::Buyer(sender) = told
                && contact::email(sender).as_deref() != Some(&email)
            {
                return Err(SubmitError::NotFound);
            }
            Ok(Outcome::Placed(Placed {
                order_id,
                name,
                order_token,
                replayed: true,
            }))
        }
    };
    Ok(decided
        .into_iter()
        .map(|each| each.and_then(settle))
        .collect())
}

fn read_carts(tx: &mut Tx, requests: &[Submit]) -> Result<Vec<Cart>, StoreError> {
    let mut tokens: Vec<&str> = requests
        .iter()
        .map(|request| request.token.as_str())
        .collect();
    tokens.sort_unstable();
    tokens.dedup();
    carts::sql::locked(tx, &tokens)
}

fn variants(carts: &[Cart]) -> Vec<ProductVariantId> {
    let open = carts.iter().filter(|cart| cart.order_id.is_none());
    open.flat_map(|cart| cart.lines.iter().map(|line| line.variant))
        .collect()
}

/// The selling plans of open carts' lines.
fn named_plans(carts: &[Cart]) -> impl Iterator<Item = SellingPlanId> {
    let open = carts.iter().filter(|cart| cart.order_id.is_none());
    open.flat_map(|cart| cart.lines.iter().filter_map(CartLine::plan))
}

/// The customers who signed in before they came here.
fn signed_in(carts: &[Cart]) -> Vec<CustomerId> {
    let open = carts.iter().filter(|cart| cart.order_id.is_none());
    open.filter_map(|cart| cart.buyer.customer_id()).collect()
}

impl<'a> Desk<'a> {
    fn decide(&mut self, request: &'a Submit) -> Result<(Decision<'a>, MoneyBag), SubmitError> {
        let cart = self
            .carts
            .get(request.token.as_str())
            .copied()
            .filter(|cart| cart.id.admits(&request.proof))
            .ok_or(SubmitError::NotFound)?;
        let earlier = cart
            .order_id
            .or_else(|| self.placed.get(request.token.as_str()).copied());
        if let Some(order) = earlier {
            let told = if cart.id.secret == request.proof {
                Told::Anybody
            } else {
                Told::Buyer(&request.email)
            };
            return Ok((
                Decision::Earlier(order, told),
                MoneyBag::same(self.shop.money(0)),
            ));
        }
        let to = destination(self.goods, request, cart);
        let mut wanted = self.wanted(cart, request, to)?;
        let filled = fields::fill(
            &request.email,
            request.shipping_address.as_ref(),
            request.billing_address.as_ref(),
            wanted.delivered,
        )
        .map_err(SubmitError::Fields)?;
        if wanted.delivered && !self.abroad.sells_in(to) {
            return Err(SubmitError::not_sold_in(to));
        }
        let sum = self.price((cart, to), &wanted, request, &filled)?;
        self.take_stock(&mut wanted)?;
        let currency = self.abroad.currency_of(self.shop, to);
        let total = sum.total().in_currencies(self.shop.currency, currency);
        match self.pay(request, cart, sum.due(), currency) {
            Ok(Paid::Yes(transactions, spent)) => {
                let order = self.order((request, cart), filled, wanted, &sum, transactions);
                self.note(request, &order, &sum.granted, &spent);
                Ok((Decision::Placed(Box::new(order)), total))
            }
            Ok(Paid::No(outcome)) => {
                self.put_back(&mut wanted);
                Ok((Decision::Attempt(outcome), total))
            }
            Err(refusal) => {
                self.put_back(&mut wanted);
                Err(refusal)
            }
        }
    }

    /// Keeps in mind what an order used, for the rows and for those that come after it.
    fn note(
        &mut self,
        request: &'a Submit,
        order: &NewOrder<'a>,
        granted: &Granted,
        spent: &[payment::Spent],
    ) {
        self.placed.insert(&request.token, order.id);
        let uses = granted.uses(order.id, order.customer_id, request.call.now);
        self.offered.count(&uses);
        self.used.extend(uses);
        let spent = spent.iter().map(|spent| gift_cards::Payment {
            call: &request.call,
            card: spent.card,
            order: order.id,
            transaction: spent.transaction,
            amount_minor: spent.amount.shop,
        });
        self.spent.extend(spent);
    }

    fn order(
        &mut self,
        (request, cart): (&'a Submit, &'a Cart),
        filled: Filled,
        wanted: Wanted<'a>,
        sum: &Sum,
        transactions: Vec<NewTransaction<'a>>,
    ) -> NewOrder<'a> {
        let (shop, priced) = (self.shop, sum.own());
        let call = &request.call;
        let mut groups = Vec::new();
        let lines = self.sold(call, wanted, sum, &mut groups);
        let shipping_lines = self.shipping_lines(call, sum);
        let (financial_status, received) = standing(sum.total(), &transactions);
        let id: OrderId = call.new_id();
        let customer_id = self.customer(request, cart, &filled);
        self.buyers.count(customer_id, id, received.shop, call);
        let as_text =
            |address: &Address| serde_json::to_string(address).expect("an address has a JSON text");
        let billing = filled
            .billing_address
            .as_ref()
            .or(filled.shipping_address.as_ref());
        NewOrder {
            call,
            id,
            name: None,
            token: call.new_token(),
            checkout_token: Some(&request.token),
            app_id: None,
            source_name: Cow::Borrowed("web"),
            customer_id: Some(customer_id),
            confirm_to: Some(filled.email.clone()),
            phone: None,
            note: (!cart.note.is_empty()).then_some(cart.note.as_str()),
            po_number: None,
            locale: &shop.language,
            attributes: to_json(&cart.attributes),
            billing_address: billing.map(as_text),
            shipping_address: filled.shipping_address.as_ref().map(as_text),
            email: Some(filled.email),
            currency: shop.currency,
            taxes_included: shop.taxes_included,
            discounts: sum.granted.applications.clone(),
            amounts: amounts(priced, received.shop),
            seen: sum.abroad.as_ref().map(|abroad| Seen {
                currency: abroad.market.currency(),
                rate_billionths: abroad.market.rate_billionths(),
                amounts: amounts(&sum.seen, received.presentment),
            }),
            financial_status,
            test: transactions.iter().any(|transaction| transaction.test),
            processed_at: call.now,
            closed_at: None,
            lines,
            groups,
            shipping_lines,
            transactions,
            tags: Vec::new(),
        }
    }

    fn shipping_lines(&self, call: &Call, sum: &Sum) -> Vec<NewShippingLine<'a>> {
        let line = |shipping: &pricing::PricedShipping| {
            let seen = sum.seen_shipping();
            NewShippingLine {
                id: call.new_id(),
                title: Cow::Borrowed(self.shop.shipping_title.as_str()),
                code: Cow::Owned(self.handle.clone()),
                source: Cow::Borrowed("shopify"),
                price_minor: shipping.price_minor,
                discount_minor: shipping.discount_minor,
                discounts: sum.granted.shipping.clone(),
                tax_minor: shipping.tax_minor,
                tax_lines: self.taxes(shipping.tax_minor, seen),
                seen,
            }
        };
        sum.own().shipping.iter().map(line).collect()
    }

    fn customer(&mut self, request: &'a Submit, cart: &Cart, filled: &Filled) -> CustomerId {
        // Who signed in bought it, whatever mailbox the confirmation goes to.
        if let Some(id) = cart
            .buyer
            .customer_id()
            .filter(|id| self.buyers.is_known(*id))
        {
            return id;
        }
        let address = filled
            .shipping_address
            .as_ref()
            .or(filled.billing_address.as_ref());
        let person = Person {
            email: &filled.email,
            first_name: address.and_then(|address| address.first_name.as_deref()),
            last_name: address.and_then(|address| address.last_name.as_deref()),
            address,
            ..Person::default()
        };
        self.buyers
            .find_or_enter(&request.call, &self.shop.language, &person)
    }

    fn taxes(&self, tax_minor: i64, seen: Option<SeenLine>) -> String {
        let presentment_minor = seen.map(|seen| seen.tax_minor);
        if tax_minor == 0 && presentment_minor.unwrap_or(0) == 0 {
            return tax_lines(&[]);
        }
        tax_lines(&[TaxText {
            title: &self.shop.tax_title,
            rate_ppm: self.shop.tax_rate_ppm,
            price_minor: tax_minor,
            presentment_minor,
        }])
    }
}

/// A priced sale's sums.
fn amounts(priced: &pricing::Priced, received_minor: i64) -> Amounts {
    Amounts {
        subtotal_minor: priced.subtotal_minor,
        discounts_minor: priced.discounts_minor,
        shipping_minor: priced.shipping.map_or(0, |shipping| shipping.total_minor),
        tax_minor: priced.tax_minor,
        total_minor: priced.total_minor,
        received_minor,
    }
}
