//! The customers of a slice of new orders: found by their mailbox, or entered with the order.

use std::collections::{BTreeMap, HashMap, HashSet};

use store::{StoreError, Tx};
use units::{CustomerId, MailingAddressId, OrderId, Timestamp};

use crate::address::Address;
use crate::call::Call;
use crate::contact;
use crate::customers::{self, Customer};
use crate::orders::input::PersonInput;

/// The customers of a slice, those known before and those who come with it.
#[derive(Default)]
pub(crate) struct Buyers<'a> {
    by_email: HashMap<String, CustomerId>,
    known: HashSet<CustomerId>,
    newcomers: Vec<(&'a Call, Customer, Option<Address>)>,
    revised: Vec<(CustomerId, &'a PersonInput)>,
    bought: BTreeMap<CustomerId, Bought>,
}

/// What orders add to a customer's record.
#[derive(Debug, Clone, Copy)]
struct Bought {
    orders: i64,
    spent_minor: i64,
    last: OrderId,
    at: Timestamp,
}

/// Somebody who may be new.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Person<'a> {
    pub(crate) email: &'a str,
    pub(crate) first_name: Option<&'a str>,
    pub(crate) last_name: Option<&'a str>,
    pub(crate) note: Option<&'a str>,
    pub(crate) tax_exempt: bool,
    pub(crate) address: Option<&'a Address>,
}

impl<'a> Buyers<'a> {
    /// Reads who is known of these mailboxes and ids, and locks their rows.
    pub(crate) fn load(
        tx: &mut Tx,
        emails: impl Iterator<Item = &'a str>,
        mut ids: Vec<CustomerId>,
    ) -> Result<Self, StoreError> {
        let mut keys: Vec<String> = emails.filter_map(contact::email_key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut buyers = Self::default();
        if !keys.is_empty() {
            let rows: Vec<(CustomerId, String)> = tx.all_locked(
                "SELECT id, email_key
                   FROM customers
                  WHERE shop_id = $shop AND email_key = ANY($1)
                  ORDER BY email_key",
                (keys,),
            )?;
            for (id, key) in rows {
                buyers.known.insert(id);
                buyers.by_email.insert(key, id);
            }
        }
        if !ids.is_empty() {
            ids.sort_unstable();
            ids.dedup();
            let rows: Vec<(CustomerId, Option<String>)> = tx.all_locked(
                "SELECT id, email_key
                   FROM customers
                  WHERE shop_id = $shop AND id = ANY($1)
                  ORDER BY id",
                (ids,),
            )?;
            for (id, key) in rows {
                buyers.known.insert(id);
                buyers.by_email.extend(key.map(|key| (key, id)));
            }
        }
        Ok(buyers)
    }

    /// Whether there is a customer of this id.
    pub(crate) fn is_known(&self, id: CustomerId) -> bool {
        self.known.contains(&id)
    }

    /// The customer who has a mailbox.
    pub(crate) fn by_email(&self, email: &str) -> Option<CustomerId> {
        self.by_email.get(&contact::email_key(email)?).copied()
    }

    /// The customer who has the person's mailbox, entered if there is none. The mailbox must be
    /// one.
    pub(crate) fn find_or_enter(
        &mut self,
        call: &'a Call,
        locale: &str,
        person: &Person<'_>,
    ) -> CustomerId {
        let key = contact::email_key(person.email).unwrap_or_default();
        if let Some(id) = self.by_email.get(&key) {
            return *id;
        }
        let mut customer = Customer::newcomer(call, locale);
        customer.email = contact::email(person.email);
        customer.first_name = person.first_name.unwrap_or_default().to_owned();
        customer.last_name = person.last_name.unwrap_or_default().to_owned();
        customer.note = person.note.map(str::to_owned);
        customer.tax_exempt = person.tax_exempt;
        customer.verified_email = false;
        if let Some(address) = person.address {
            customer.location_key = Customer::location_key_of(address);
            customer.default_address_id = Some(call.new_id());
        }
        let id = customer.id;
        self.by_email.insert(key, id);
        self.newcomers
            .push((call, customer, person.address.cloned()));
        id
    }

    /// Notes what is said anew of a customer who is known.
    pub(crate) fn revise(&mut self, id: CustomerId, person: &'a PersonInput) {
        self.revised.push((id, person));
    }

    /// Counts an order on its customer's record.
    pub(crate) fn count(&mut self, id: CustomerId, order: OrderId, spent_minor: i64, call: &Call) {
        let bought = self.bought.entry(id).or_insert(Bought {
            orders: 0,
            spent_minor: 0,
            last: order,
            at: call.now,
        });
        bought.orders += 1;
        bought.spent_minor += spent_minor;
        bought.last = order;
        bought.at = call.now;
    }

    /// Writes the newcomers and the counts; gives the newcomers.
    pub(crate) fn save(mut self, tx: &mut Tx) -> Result<Vec<(&'a Call, CustomerId)>, StoreError> {
        let mut addresses = Vec::new();
        let mut entered = Vec::with_capacity(self.newcomers.len());
        let mut customers = Vec::with_capacity(self.newcomers.len());
        for (call, mut customer, address) in self.newcomers {
            // An order that was refused after its buyer was entered leaves no customer behind.
            let Some(bought) = self.bought.remove(&customer.id) else {
                continue;
            };
            customer.orders_count = bought.orders;
            customer.spent_minor = bought.spent_minor;
            customer.last_order_id = Some(bought.last);
            if let (Some(address), Some(id)) = (address, customer.default_address_id) {
                addresses.push((id, customer.id, address));
            }
            entered.push((call, customer.id));
            customers.push(customer);
        }
        if !customers.is_empty() {
            customers::enter(tx, &customers)?;
        }
        if !addresses.is_empty() {
            insert_addresses(tx, &addresses)?;
        }
        for (id, person) in self.revised {
            customers::revise(tx, id, |customer| revise(customer, person))?;
        }
        if !self.bought.is_empty() {
            let rows: Vec<_> = self
                .bought
                .iter()
                .map(|(id, bought)| {
                    (
                        *id,
                        bought.orders,
                        bought.spent_minor,
                        bought.last,
                        bought.at,
                    )
                })
                .collect();
            tx.update_many(
                "UPDATE customers
                    SET orders_count = orders_count + $2, spent_minor = spent_minor + $3,
                        last_order_id = $4, updated_at = $5
                  WHERE shop_id = $shop AND id = $1",
                &rows,
            )?;
        }
        Ok(entered)
    }
}

fn revise(customer: &mut Customer, person: &PersonInput) {
    if let Some(name) = &person.first_name {
        name.trim().clone_into(&mut customer.first_name);
    }
    if let Some(name) = &person.last_name {
        name.trim().clone_into(&mut customer.last_name);
    }
    if person.note.is_some() {
        customer.note.clone_from(&person.note);
    }
    customer.tax_exempt = person.tax_exempt.unwrap_or(customer.tax_exempt);
}

fn insert_addresses(
    tx: &mut Tx,
    addresses: &[(MailingAddressId, CustomerId, Address)],
) -> Result<(), StoreError> {
    let rows: Vec<_> = addresses
        .iter()
        .map(|(id, customer, address)| {
            let country = address.country_code.as_deref().unwrap_or_default();
            (*id, *customer, country, address)
        })
        .collect();
    tx.insert_many(
        "INSERT INTO customer_addresses (shop_id, id, customer_id, position, country_code, address)
         VALUES ($shop, $1, $2, 1, $3, $4)",
        &rows,
    )?;
    Ok(())
}
