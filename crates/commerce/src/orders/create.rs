//! Creating orders that were sold elsewhere, many at a time.

mod checks;
mod discounts;
mod error;
mod payments;

use std::borrow::Cow;

use store::{Slice, StoreError, Tx};
use units::{CustomerId, OrderId, ProductVariantId};

use super::buyers::{Buyers, Person};
use super::goods::Goods;
use super::input::{
    CustomerInput, InventoryBehaviour, LineInput, OrderInput, PersonInput, Receipt,
};
use super::rows::{self, Amounts, NewLineItem, NewOrder, NewShippingLine};
use super::taxes;
use crate::address::Address;
use crate::attributes::to_json;
use crate::call::{Actor, Call};
use crate::carts::Merchandise;
use crate::contact;
use crate::inventory::{Policy, Share, Stock};
use crate::metafields::{self, MetafieldsError, Owned, Plan};
use crate::shops::{self, Shop};
use crate::tags;
use checks::{Contact, check_currencies, check_texts};
use error::{AHEAD_SECONDS_MAX, LINES_MAX, QUANTITY_MAX};
use payments::{standing, transactions};

pub use error::CreateError;

/// A request to create an order.
#[derive(Debug, Clone)]
pub struct Create {
    /// Who asks, and when.
    pub call: Call,
    /// The order.
    pub input: OrderInput,
}

/// An order that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Its id.
    pub id: OrderId,
    /// What people call it: `#1001`.
    pub name: String,
}

impl Slice for Create {
    type Done = Created;
    type Error = CreateError;

    fn run(
        tx: &mut Tx,
        requests: &mut [Self],
    ) -> Result<Vec<Result<Created, CreateError>>, StoreError> {
        let requests = &*requests;
        let shop = shops::current(tx)?;
        let goods = Goods::load(tx, variants(requests))?;
        let stock = Stock::load(tx, goods.counted())?;
        let (emails, ids) = named(requests);
        let mut desk = Desk {
            shop: &shop,
            goods: &goods,
            stock,
            buyers: Buyers::load(tx, emails.into_iter(), ids)?,
        };
        let mut orders = Vec::with_capacity(requests.len());
        let mut decided = Vec::with_capacity(requests.len());
        let mut metafields = Vec::new();
        for request in requests {
            let id = request.call.new_id();
            let order = planned(tx, request, id).and_then(|plan| {
                let order = desk.decide(request, id)?;
                metafields.extend(plan);
                Ok(order)
            });
            decided.push(order.map(|order| {
                orders.push(order);
                orders.len() - 1
            }));
        }
        let newcomers = desk.buyers.save(tx)?;
        let names = rows::write(tx, &orders, &newcomers)?;
        for plan in metafields {
            plan.write(tx)?;
        }
        let created = |at: usize| Created {
            id: orders[at].id,
            name: names[at].clone(),
        };
        Ok(decided.into_iter().map(|each| each.map(created)).collect())
    }
}

/// Creates one order, alone.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(tx: &mut Tx, call: &Call, input: &OrderInput) -> Result<Created, CreateError> {
    let request = Create {
        call: call.clone(),
        input: input.clone(),
    };
    let mut done = Create::run(tx, &mut [request])?;
    done.pop().expect("one request has one result")
}

/// The metafields of a request's order, checked and ready to be written.
fn planned(tx: &mut Tx, request: &Create, id: OrderId) -> Result<Option<Plan>, CreateError> {
    let given = &request.input.metafields;
    if given.is_empty() {
        return Ok(None);
    }
    if given.len() > metafields::MAX_PER_CALL {
        return Err(MetafieldsError::TooMany.into());
    }
    let owned = given.iter().map(|metafield| Owned {
        owner: metafields::Owner::Order,
        owner_id: id.get(),
        metafield: metafield.clone(),
    });
    let owned: Vec<Owned> = owned.collect();
    Ok(Some(metafields::plan(tx, &request.call, &owned)?))
}

fn variants(requests: &[Create]) -> Vec<ProductVariantId> {
    let lines = requests.iter().flat_map(|request| &request.input.lines);
    lines.filter_map(|line| line.variant).collect()
}

fn named(requests: &[Create]) -> (Vec<&str>, Vec<CustomerId>) {
    let (mut emails, mut ids) = (Vec::new(), Vec::new());
    for request in requests {
        match &request.input.customer {
            CustomerInput::Unnamed => emails.extend(request.input.email.as_deref()),
            CustomerInput::Id(id) => ids.push(*id),
            CustomerInput::Email(email) => emails.push(email),
            CustomerInput::Upsert(person) => {
                ids.extend(person.id);
                emails.extend(person.email.as_deref());
            }
        }
    }
    (emails, ids)
}

fn check_processed_at(input: &OrderInput, call: &Call) -> Result<(), CreateError> {
    let latest = call.now.plus_seconds(AHEAD_SECONDS_MAX);
    match input.processed_at {
        Some(at) if at > latest => Err(CreateError::ProcessedAtInvalid),
        _ => Ok(()),
    }
}

/// What a slice has read, and what it takes from as it decides.
struct Desk<'a> {
    shop: &'a Shop,
    goods: &'a Goods,
    stock: Stock,
    buyers: Buyers<'a>,
}

impl<'a> Desk<'a> {
    fn decide(&mut self, request: &'a Create, id: OrderId) -> Result<NewOrder<'a>, CreateError> {
        let (call, input) = (&request.call, &request.input);
        check_texts(input).and_then(|()| check_currencies(input, self.shop.currency))?;
        check_processed_at(input, call)?;
        let contact = Contact::of(input)?;
        let tags = tags::checked(&input.tags).map_err(CreateError::Tags)?;
        let mut lines = self.lines(call, input)?;
        let mut shipping_lines = shipping_lines(call, input);
        let discounts = discounts::take_off(input, &mut lines)?;
        let amounts = Amounts {
            discounts_minor: discounts.iter().map(|own| own.amount_minor).sum(),
            ..taxes::levy(input, &mut lines, &mut shipping_lines)?
        };
        let mut transactions = transactions(call, input, amounts.total_minor)?;
        let (status, received_minor) =
            standing(input, amounts.total_minor, &mut transactions, call)?;
        let customer = self.customer(request)?;
        self.take_stock(input, &mut lines)?;

        let customer_id = self.enter_customer(request, customer);
        if let Some(customer) = customer_id {
            self.buyers.count(customer, id, received_minor, call);
        }
        let app_id = match call.actor {
            Actor::App(app) => Some(app),
            _ => None,
        };
        Ok(NewOrder {
            call,
            id,
            name: input.name.as_deref().filter(|name| !name.is_empty()),
            token: call.new_token(),
            checkout_token: None,
            app_id,
            source_name: source_name(input, app_id),
            customer_id,
            confirm_to: contact
                .email
                .clone()
                .filter(|_| input.receipt == Receipt::Sent),
            email: contact.email,
            phone: contact.phone,
            note: input.note.as_deref().filter(|note| !note.is_empty()),
            po_number: input.po_number.as_deref(),
            locale: &self.shop.language,
            attributes: to_json(&input.attributes),
            shipping_address: contact.shipping_address,
            billing_address: contact.billing_address,
            currency: self.shop.currency,
            taxes_included: input.taxes_included,
            discounts,
            amounts: Amounts {
                received_minor,
                ..amounts
            },
            seen: None,
            financial_status: status,
            test: input.test,
            processed_at: input.processed_at.unwrap_or(call.now),
            closed_at: input.closed_at,
            lines,
            groups: Vec::new(),
            shipping_lines,
            transactions,
            tags,
        })
    }

    fn lines(
        &self,
        call: &Call,
        input: &'a OrderInput,
    ) -> Result<Vec<NewLineItem<'a>>, CreateError> {
        if input.lines.is_empty() {
            return Err(CreateError::LinesMissing);
        }
        if input.lines.len() > LINES_MAX {
            return Err(CreateError::TooManyLines);
        }
        let mut lines = Vec::with_capacity(input.lines.len());
        for (at, line) in input.lines.iter().enumerate() {
            if line.quantity < 1 {
                return Err(CreateError::QuantityNotPositive { at });
            }
            if line.quantity > QUANTITY_MAX {
                return Err(CreateError::QuantityTooHigh { at });
            }
            let made = match line.variant {
                Some(variant) => {
                    let row = self
                        .goods
                        .get(variant)
                        .ok_or(CreateError::VariantUnknown { at })?;
                    self.line_of_variant(call, row, line)
                }
                None => custom_line(call, line, at)?,
            };
            lines.push(made);
        }
        Ok(lines)
    }

    /// A line of a variant; what the app says of it comes before what the catalogue says.
    fn line_of_variant(
        &self,
        call: &Call,
        row: &'a Merchandise,
        input: &'a LineInput,
    ) -> NewLineItem<'a> {
        let line = self
            .goods
            .line(call, row, input.quantity, &input.attributes);
        let said = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        NewLineItem {
            title: said(&input.title).unwrap_or(line.title),
            variant_title: said(&input.variant_title).or(line.variant_title),
            vendor: said(&input.vendor).or(line.vendor),
            sku: said(&input.sku).or(line.sku),
            price_minor: input.price.map_or(line.price_minor, |price| price.minor),
            taxable: input.taxable.unwrap_or(line.taxable),
            requires_shipping: input.requires_shipping.unwrap_or(line.requires_shipping),
            gift_card: input.gift_card.unwrap_or(line.gift_card),
            weight_grams: input.weight_grams.unwrap_or(line.weight_grams),
            ..line
        }
    }

    /// The customer there is, or `None` when there is one to be entered, or none at all.
    fn customer(&self, request: &Create) -> Result<Option<CustomerId>, CreateError> {
        let found = match &request.input.customer {
            CustomerInput::Unnamed => return Ok(None),
            CustomerInput::Id(id) => Some(*id).filter(|id| self.buyers.is_known(*id)),
            CustomerInput::Email(email) => self.buyers.by_email(email),
            CustomerInput::Upsert(PersonInput { id: Some(id), .. }) => {
                Some(*id).filter(|id| self.buyers.is_known(*id))
            }
            CustomerInput::Upsert(person) => {
                let email = person.email.as_deref().unwrap_or_default();
                contact::email(email).ok_or(CreateError::EmailInvalid)?;
                return Ok(self.buyers.by_email(email));
            }
        };
        found.map(Some).ok_or(CreateError::CustomerUnknown)
    }

    fn enter_customer(
        &mut self,
        request: &'a Create,
        found: Option<CustomerId>,
    ) -> Option<CustomerId> {
        let input = &request.input;
        if let Some(id) = found {
            if let CustomerInput::Upsert(person) = &input.customer {
                self.buyers.revise(id, person);
            }
            return found;
        }
        let address = input
            .shipping_address
            .as_ref()
            .or(input.billing_address.as_ref());
        let address = address.and_then(|address| address.normalized().ok());
        let name = |part: fn(&Address) -> Option<&str>| address.as_ref().and_then(part);
        let mut person = Person {
            address: address.as_ref(),
            first_name: name(|address| address.first_name.as_deref()),
            last_name: name(|address| address.last_name.as_deref()),
            ..Person::default()
        };
        match &input.customer {
            CustomerInput::Upsert(given) => {
                person.email = given.email.as_deref()?;
                person.first_name = given.first_name.as_deref().or(person.first_name);
                person.last_name = given.last_name.as_deref().or(person.last_name);
                person.note = given.note.as_deref();
                person.tax_exempt = given.tax_exempt.unwrap_or(false);
            }
            _ => person.email = input.email.as_deref()?,
        }
        let locale = &self.shop.language;
        Some(self.buyers.find_or_enter(&request.call, locale, &person))
    }

    fn take_stock(
        &mut self,
        input: &OrderInput,
        lines: &mut [NewLineItem<'_>],
    ) -> Result<(), CreateError> {
        let home = match input.ships_from {
            Some(location) if self.stock.is_open(location) => location,
            Some(_) => return Err(CreateError::LocationUnknown),
            None => self.stock.home().ok_or(CreateError::NoLocation)?,
        };
        for at in 0..lines.len() {
            let (served, from) = lines.split_at_mut(at);
            let line = &mut from[0];
            let row = line.variant_id.and_then(|variant| self.goods.get(variant));
            let counted = row.filter(|row| row.tracked);
            let policy = match input.inventory {
                InventoryBehaviour::Bypass => None,
                InventoryBehaviour::DecrementIgnoringPolicy => Some(Policy::Continue),
                InventoryBehaviour::DecrementObeyingPolicy => counted.map(|row| row.policy),
            };
            let (Some(row), Some(policy)) = (counted, policy) else {
                line.shares = vec![Share {
                    location: home,
                    quantity: line.quantity,
                }];
                continue;
            };
            let (item, quantity) = (row.inventory_item_id, line.quantity);
            let taken = match input.ships_from {
                Some(location) => self.stock.take_at(location, item, quantity, policy),
                None => self.stock.take(item, quantity, policy),
            };
            match taken {
                Some(shares) => {
                    line.shares = shares;
                    line.committed = true;
                }
                None => {
                    let left = self.stock.sellable(row.inventory_item_id);
                    let title = row.full_title();
                    for line in served.iter().filter(|line| line.committed) {
                        if let Some(item) = line.inventory_item_id {
                            self.stock.put_back(item, &line.shares);
                        }
                    }
                    return Err(CreateError::NotEnoughStock { at, title, left });
                }
            }
        }
        Ok(())
    }
}

fn source_name(input: &OrderInput, app: Option<units::AppId>) -> Cow<'_, str> {
    match (&input.source_name, app) {
        (Some(name), _) if !name.is_empty() => Cow::Borrowed(name),
        (_, Some(app)) => Cow::Owned(app.get().to_string()),
        _ => Cow::Borrowed("api"),
    }
}

fn custom_line<'a>(
    call: &Call,
    input: &'a LineInput,
    at: usize,
) -> Result<NewLineItem<'a>, CreateError> {
    let title = input
        .title
        .as_deref()
        .filter(|title| !title.trim().is_empty());
    let said = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
    Ok(NewLineItem {
        id: call.new_id(),
        product_id: None,
        variant_id: None,
        inventory_item_id: None,
        title: Cow::Borrowed(title.ok_or(CreateError::TitleMissing { at })?),
        variant_title: said(&input.variant_title),
        vendor: said(&input.vendor),
        sku: said(&input.sku),
        image_url: None,
        options: "[]".to_owned(),
        attributes: to_json(&input.attributes),
        quantity: input.quantity,
        price_minor: input.price.ok_or(CreateError::PriceMissing { at })?.minor,
        discount_minor: 0,
        discounts: Vec::new(),
        tax_minor: 0,
        tax_lines: String::new(),
        taxable: input.taxable.unwrap_or(true),
        requires_shipping: input.requires_shipping.unwrap_or(false),
        gift_card: input.gift_card.unwrap_or(false),
        weight_grams: input.weight_grams.unwrap_or(0),
        seen: None,
        selling_plan: None,
        group: None,
        shares: Vec::new(),
        committed: false,
    })
}

fn shipping_lines<'a>(call: &Call, input: &'a OrderInput) -> Vec<NewShippingLine<'a>> {
    let lines = input.shipping_lines.iter().map(|line| NewShippingLine {
        id: call.new_id(),
        title: Cow::Borrowed(line.title.as_str()),
        code: Cow::Borrowed(line.code.as_deref().unwrap_or(line.title.as_str())),
        source: Cow::Borrowed(line.source.as_deref().unwrap_or("shopify")),
        price_minor: line.price.minor,
        discount_minor: 0,
        discounts: Vec::new(),
        tax_minor: 0,
        tax_lines: String::new(),
        seen: None,
    });
    lines.collect()
}
