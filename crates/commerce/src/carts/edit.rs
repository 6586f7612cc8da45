//! Edits: what a request changes about a cart, as pure functions on the cart.

use std::collections::HashMap;

use units::{Country, GiftCardId, ProductVariantId, SellingPlanId};

use super::bundles::Bundles;
use super::cart::{Buyer, Cart, CartLine, SelectableAddress, delivery_group_id, line_id, new_name};
use super::error::{CartError, Place};
use super::merchandise::Merchandise;
use super::plans::{PlanRefusal, Plans};
use super::{
    ADDRESSES_MAX, ATTRIBUTES_MAX, DISCOUNT_CODES_MAX, GIFT_CARDS_MAX, LINES_MAX, NOTE_CHARS_MAX,
    QUANTITY_MAX, TEXT_BYTES_MAX,
};
use crate::address::Address;
use crate::attributes::Attribute;
use crate::call::Call;
use crate::contact;

/// A change to a cart.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Puts merchandise in; equal merchandise with equal attributes joins its line.
    AddLines(Vec<NewLine>),
    /// Changes lines; a quantity of zero takes one out.
    UpdateLines(Vec<LineUpdate>),
    /// Takes lines out, by global id.
    RemoveLines(Vec<String>),
    /// Replaces the note.
    Note(String),
    /// Replaces the attributes.
    Attributes(Vec<Attribute>),
    /// Replaces what is known of the buyer.
    Buyer(Buyer),
    /// Replaces the buyer's country alone.
    Country(Country),
    /// Adds delivery addresses.
    AddAddresses(Vec<NewAddress>),
    /// Changes delivery addresses.
    UpdateAddresses(Vec<AddressUpdate>),
    /// Removes delivery addresses, by global id.
    RemoveAddresses(Vec<String>),
    /// Replaces all delivery addresses.
    ReplaceAddresses(Vec<NewAddress>),
    /// Chooses delivery options: the group's global id and the option's handle.
    SelectDelivery(Vec<(String, String)>),
    /// Replaces the discount codes.
    DiscountCodes(Vec<String>),
    /// Adds what a buyer typed where both are asked for: a gift card's code, else a discount's.
    Redeem(String),
    /// Takes a discount code away, or a gift card by its number.
    Withdraw(String),
    /// Replaces the gift cards, by their codes.
    GiftCardCodes(Vec<String>),
    /// Adds gift cards, by their codes.
    AddGiftCardCodes(Vec<String>),
    /// Takes gift cards away, by global id.
    RemoveGiftCards(Vec<String>),
}

/// Merchandise to be put in.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// What.
    pub merchandise: ProductVariantId,
    /// How many.
    pub quantity: i64,
    /// What is attached to it.
    pub attributes: Vec<Attribute>,
    /// The selling plan by which it is bought.
    pub selling_plan: Option<SellingPlanId>,
}

/// A change to a line; `None` leaves a part as it is.
#[derive(Debug, Clone)]
pub struct LineUpdate {
    /// The line's global id.
    pub id: String,
    /// Other merchandise.
    pub merchandise: Option<ProductVariantId>,
    /// Another quantity.
    pub quantity: Option<i64>,
    /// Other attributes.
    pub attributes: Option<Vec<Attribute>>,
    /// Another selling plan; `Some(None)` for none.
    pub selling_plan: Option<Option<SellingPlanId>>,
}

/// A delivery address to choose from.
#[derive(Debug, Clone)]
pub struct NewAddress {
    /// The address.
    pub address: Address,
    /// Whether it is chosen.
    pub selected: bool,
    /// Whether it shall not be kept for the customer.
    pub one_time_use: bool,
}

/// A change to a delivery address; `None` leaves a part as it is.
#[derive(Debug, Clone)]
pub struct AddressUpdate {
    /// Its global id.
    pub id: String,
    /// Another address.
    pub address: Option<Address>,
    /// Whether it is chosen.
    pub selected: Option<bool>,
    /// Whether it shall not be kept for the customer.
    pub one_time_use: Option<bool>,
}

/// What edits look things up in.
pub(super) struct Facts<'a> {
    /// Who edits, and when.
    pub(super) call: &'a Call,
    /// The merchandise that lines and edits name.
    pub(super) merchandise: &'a HashMap<ProductVariantId, Merchandise>,
    /// What the bundles among it are made of.
    pub(super) bundles: &'a Bundles,
    /// The selling plans that lines and edits name.
    pub(super) plans: &'a Plans,
    /// The handle of the shop's one delivery option.
    pub(super) delivery_handle: &'a str,
    /// The usable gift cards that edits name, by the code as it was typed.
    pub(super) gift_cards: &'a HashMap<String, GiftCardId>,
}

impl Edit {
    /// The merchandise that it names.
    pub(super) fn named(&self) -> Vec<ProductVariantId> {
        match self {
            Self::AddLines(lines) => lines.iter().map(|line| line.merchandise).collect(),
            Self::UpdateLines(lines) => lines.iter().filter_map(|line| line.merchandise).collect(),
            _ => Vec::new(),
        }
    }

    /// The selling plans that it names.
    pub(super) fn plans(&self) -> Vec<SellingPlanId> {
        match self {
            Self::AddLines(lines) => lines.iter().filter_map(|line| line.selling_plan).collect(),
            Self::UpdateLines(lines) => lines
                .iter()
                .filter_map(|line| line.selling_plan.flatten())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it changes the discount codes.
    pub(super) fn is_about_codes(&self) -> bool {
        matches!(self, Self::DiscountCodes(_) | Self::Redeem(_))
    }

    /// The discount codes that it names.
    pub(super) fn discount_codes(&self) -> &[String] {
        match self {
            Self::DiscountCodes(codes) => codes,
            Self::Redeem(code) => std::slice::from_ref(code),
            _ => &[],
        }
    }

    /// Whether it may change where the cart goes.
    pub(super) fn is_about_country(&self) -> bool {
        matches!(
            self,
            Self::Buyer(_)
                | Self::Country(_)
                | Self::AddAddresses(_)
                | Self::UpdateAddresses(_)
                | Self::RemoveAddresses(_)
                | Self::ReplaceAddresses(_)
        )
    }

    /// The mailbox that it names.
    pub(super) fn email(&self) -> Option<&str> {
        match self {
            Self::Buyer(buyer) => buyer.email.as_deref(),
            _ => None,
        }
    }

    /// The codes of gift cards that it names.
    pub(super) fn gift_card_codes(&self) -> &[String] {
        match self {
            Self::GiftCardCodes(codes) | Self::AddGiftCardCodes(codes) => codes,
            Self::Redeem(code) => std::slice::from_ref(code),
            _ => &[],
        }
    }

    /// Makes the change, or says why not; a cart that was refused a change is thrown away.
    pub(super) fn apply(&self, cart: &mut Cart, facts: &Facts<'_>) -> Result<(), CartError> {
        match self {
            Self::AddLines(lines) => add_lines(cart, lines, facts),
            Self::UpdateLines(lines) => update_lines(cart, lines, facts),
            Self::RemoveLines(ids) => remove_lines(cart, ids),
            Self::Note(note) if note.chars().count() > NOTE_CHARS_MAX => {
                Err(CartError::NoteTooLong)
            }
            Self::Note(note) => {
                cart.note.clone_from(note);
                Ok(())
            }
            Self::Attributes(attributes) => {
                check_attributes(attributes, &Place::Attributes)?;
                cart.attributes.clone_from(attributes);
                Ok(())
            }
            Self::Buyer(_)
            | Self::Country(_)
            | Self::AddAddresses(_)
            | Self::UpdateAddresses(_)
            | Self::RemoveAddresses(_)
            | Self::ReplaceAddresses(_) => self.go(cart, facts.call),
            Self::SelectDelivery(choices) => select_delivery(cart, choices, facts),
            Self::DiscountCodes(codes) => set_discount_codes(cart, codes),
            Self::Redeem(code) if facts.gift_cards.contains_key(code) => {
                add_gift_cards(cart, std::slice::from_ref(code), facts)
            }
            Self::Redeem(code) => {
                let mut codes = cart.discount_codes.clone();
                codes.push(code.clone());
                set_discount_codes(cart, &codes)
            }
            Self::Withdraw(code) => {
                cart.discount_codes.retain(|own| own != code);
                cart.gift_cards.retain(|own| own.to_string() != *code);
                Ok(())
            }
            Self::GiftCardCodes(codes) => {
                cart.gift_cards.clear();
                add_gift_cards(cart, codes, facts)
            }
            Self::AddGiftCardCodes(codes) => add_gift_cards(cart, codes, facts),
            Self::RemoveGiftCards(ids) => remove_gift_cards(cart, ids),
        }
    }
}

impl Edit {
    /// Makes a change of where the cart goes; others change nothing here.
    pub(super) fn go(&self, cart: &mut Cart, call: &Call) -> Result<(), CartError> {
        match self {
            Self::Buyer(buyer) => set_buyer(cart, buyer),
            Self::Country(country) => {
                cart.buyer.country_code = Some(country.code.to_owned());
                Ok(())
            }
            Self::AddAddresses(addresses) => add_addresses(cart, addresses, call),
            Self::UpdateAddresses(addresses) => update_addresses(cart, addresses),
            Self::RemoveAddresses(ids) => remove_addresses(cart, ids),
            Self::ReplaceAddresses(addresses) => {
                cart.delivery.addresses.clear();
                add_addresses(cart, addresses, call)
            }
            _ => Ok(()),
        }
    }
}

fn add_lines(cart: &mut Cart, lines: &[NewLine], facts: &Facts<'_>) -> Result<(), CartError> {
    for (at, line) in lines.iter().enumerate() {
        let new = CartLine {
            id: String::new(),
            variant: line.merchandise,
            quantity: line.quantity,
            attributes: line.attributes.clone(),
            selling_plan: line.selling_plan.map(|id| id.get()),
        };
        check_merchandise(&new, at, facts)?;
        check_quantity(line.quantity, at)?;
        check_attributes(&line.attributes, &Place::Line(at, "attributes"))?;
        if line.quantity == 0 {
            continue;
        }
        let same = cart.lines.iter().position(|other| other.is_like(&new));
        match same {
            Some(place) => {
                let quantity = cart.lines[place].quantity + line.quantity;
                check_quantity(quantity, at)?;
                cart.lines[place].quantity = quantity;
            }
            None if cart.lines.len() >= LINES_MAX => return Err(CartError::TooManyLines),
            None => cart.lines.push(CartLine {
                id: new_name(facts.call),
                ..new
            }),
        }
    }
    check_parts(cart, facts)
}

/// Refuses more lines than an order can hold: a bundle is there as what it is made of.
fn check_parts(cart: &Cart, facts: &Facts<'_>) -> Result<(), CartError> {
    let parts = cart
        .lines
        .iter()
        .map(|line| facts.bundles.parts_of(line.variant));
    match parts.sum::<usize>() <= LINES_MAX {
        true => Ok(()),
        false => Err(CartError::TooManyParts),
    }
}

fn update_lines(cart: &mut Cart, lines: &[LineUpdate], facts: &Facts<'_>) -> Result<(), CartError> {
    for (at, update) in lines.iter().enumerate() {
        let place = find_line(cart, &update.id, Place::Line(at, "id"))?;
        let line = &mut cart.lines[place];
        line.variant = update.merchandise.unwrap_or(line.variant);
        if let Some(plan) = update.selling_plan {
            line.selling_plan = plan.map(|id| id.get());
        }
        if update.merchandise.is_some() || update.selling_plan.is_some() {
            check_merchandise(line, at, facts)?;
        }
        if let Some(quantity) = update.quantity {
            check_quantity(quantity, at)?;
            cart.lines[place].quantity = quantity;
        }
        if let Some(attributes) = &update.attributes {
            check_attributes(attributes, &Place::Line(at, "attributes"))?;
            cart.lines[place].attributes.clone_from(attributes);
        }
    }
    cart.lines.retain(|line| line.quantity > 0);
    merge_equal(cart)?;
    if lines.iter().any(|update| update.merchandise.is_some()) {
        check_parts(cart, facts)?;
    }
    Ok(())
}

/// Lines that became equal by an update join the first of them.
fn merge_equal(cart: &mut Cart) -> Result<(), CartError> {
    let mut kept: Vec<CartLine> = Vec::with_capacity(cart.lines.len());
    for line in cart.lines.drain(..) {
        let same = kept.iter_mut().find(|other| other.is_like(&line));
        match same {
            Some(other) => other.quantity += line.quantity,
            None => kept.push(line),
        }
    }
    cart.lines = kept;
    match cart
        .lines
        .iter()
        .position(|line| line.quantity > QUANTITY_MAX)
    {
        Some(at) => Err(CartError::QuantityTooHigh { at }),
        None => Ok(()),
    }
}

fn remove_lines(cart: &mut Cart, ids: &[String]) -> Result<(), CartError> {
    for (at, id) in ids.iter().enumerate() {
        let place = find_line(cart, id, Place::LineId(at))?;
        cart.lines.remove(place);
    }
    Ok(())
}

fn find_line(cart: &Cart, id: &str, place: Place) -> Result<usize, CartError> {
    let found = cart.lines.iter().position(|line| {
        line.id == id || line_id(&cart.id.token, &line.id) == id || {
            let name = id.strip_prefix("gid://shopify/CartLine/");
            name == Some(line.id.as_str())
        }
    });
    found.ok_or_else(|| CartError::LineUnknown {
        place,
        id: id.to_owned(),
    })
}

fn check_merchandise(line: &CartLine, at: usize, facts: &Facts<'_>) -> Result<(), CartError> {
    let id = line.variant;
    let row = facts.merchandise.get(&id);
    let row = row.filter(|row| row.is_sold(facts.call.now));
    let row = row.ok_or(CartError::MerchandiseUnknown { at, id })?;
    facts
        .plans
        .check(row, line.plan())
        .map_err(|why| match why {
            PlanRefusal::NotApplicable => CartError::PlanNotApplicable { at },
            PlanRefusal::Required => CartError::PlanRequired { at },
        })
}

fn check_quantity(quantity: i64, at: usize) -> Result<(), CartError> {
    match quantity {
        ..0 => Err(CartError::QuantityNegative { at }),
        0..=QUANTITY_MAX => Ok(()),
        _ => Err(CartError::QuantityTooHigh { at }),
    }
}

fn check_attributes(attributes: &[Attribute], place: &Place) -> Result<(), CartError> {
    let place = || place.clone();
    if attributes.len() > ATTRIBUTES_MAX {
        return Err(CartError::TooManyAttributes { place: place() });
    }
    let long = |text: &str| text.len() > TEXT_BYTES_MAX;
    if attributes
        .iter()
        .any(|pair| long(&pair.key) || long(&pair.value))
    {
        return Err(CartError::TextTooLong { place: place() });
    }
    if attributes.iter().any(|pair| pair.key.is_empty()) {
        return Err(CartError::KeyMissing { place: place() });
    }
    Ok(())
}

fn set_buyer(cart: &mut Cart, buyer: &Buyer) -> Result<(), CartError> {
    let email = match buyer.email.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => Some(contact::email(text).ok_or(CartError::EmailInvalid)?),
    };
    let country = buyer.country_code.as_deref().unwrap_or_default();
    let phone = match buyer.phone.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => Some(contact::phone(text, country).ok_or(CartError::PhoneInvalid)?),
    };
    cart.buyer = Buyer {
        email,
        phone,
        country_code: buyer.country_code.clone(),
        customer: buyer.customer,
    };
    Ok(())
}

fn add_addresses(cart: &mut Cart, addresses: &[NewAddress], call: &Call) -> Result<(), CartError> {
    if cart.delivery.addresses.len() + addresses.len() > ADDRESSES_MAX {
        return Err(CartError::TooManyAddresses);
    }
    if addresses.iter().filter(|address| address.selected).count() > 1 {
        return Err(CartError::SeveralSelected);
    }
    for (at, new) in addresses.iter().enumerate() {
        let address = normalized(&new.address, at)?;
        if new.selected {
            select_none(cart);
        }
        cart.delivery.addresses.push(SelectableAddress {
            id: new_name(call),
            address,
            selected: new.selected,
            one_time_use: new.one_time_use,
        });
    }
    Ok(())
}

fn update_addresses(cart: &mut Cart, updates: &[AddressUpdate]) -> Result<(), CartError> {
    if updates
        .iter()
        .filter(|update| update.selected == Some(true))
        .count()
        > 1
    {
        return Err(CartError::SeveralSelected);
    }
    for (at, update) in updates.iter().enumerate() {
        let place = find_address(cart, &update.id, Place::Address(at, "id"))?;
        if let Some(address) = &update.address {
            cart.delivery.addresses[place].address = normalized(address, at)?;
        }
        if update.selected == Some(true) {
            select_none(cart);
        }
        let address = &mut cart.delivery.addresses[place];
        address.selected = update.selected.unwrap_or(address.selected);
        address.one_time_use = update.one_time_use.unwrap_or(address.one_time_use);
    }
    Ok(())
}

fn remove_addresses(cart: &mut Cart, ids: &[String]) -> Result<(), CartError> {
    for (at, id) in ids.iter().enumerate() {
        let place = find_address(cart, id, Place::AddressId(at))?;
        cart.delivery.addresses.remove(place);
    }
    Ok(())
}

fn find_address(cart: &Cart, id: &str, place: Place) -> Result<usize, CartError> {
    let name = id
        .strip_prefix("gid://shopify/CartSelectableAddress/")
        .unwrap_or(id);
    let name = name.split_once('?').map_or(name, |(name, _)| name);
    let found = cart
        .delivery
        .addresses
        .iter()
        .position(|address| address.id == name);
    found.ok_or_else(|| CartError::AddressUnknown {
        place,
        id: id.to_owned(),
    })
}

fn select_none(cart: &mut Cart) {
    for address in &mut cart.delivery.addresses {
        address.selected = false;
    }
}

fn normalized(address: &Address, at: usize) -> Result<Address, CartError> {
    address.normalized().map_err(|_| CartError::CountryUnknown {
        place: Place::Address(at, "address"),
        code: address.country_code.clone().unwrap_or_default(),
    })
}

fn select_delivery(
    cart: &mut Cart,
    choices: &[(String, String)],
    facts: &Facts<'_>,
) -> Result<(), CartError> {
    for (at, (group, handle)) in choices.iter().enumerate() {
        if *group != delivery_group_id(&cart.id.token) {
            let id = group.clone();
            return Err(CartError::DeliveryGroupUnknown { at, id });
        }
        if handle != facts.delivery_handle {
            let handle = handle.clone();
            return Err(CartError::DeliveryOptionUnknown { at, handle });
        }
        cart.delivery.option = Some(handle.clone());
    }
    Ok(())
}

fn set_discount_codes(cart: &mut Cart, codes: &[String]) -> Result<(), CartError> {
    if codes.len() > DISCOUNT_CODES_MAX {
        return Err(CartError::TooManyDiscountCodes);
    }
    let mut kept: Vec<String> = Vec::new();
    for code in codes {
        let code = code.trim();
        if code.len() > TEXT_BYTES_MAX {
            return Err(CartError::TextTooLong {
                place: Place::DiscountCodes,
            });
        }
        if !code.is_empty() && !kept.iter().any(|other| other.eq_ignore_ascii_case(code)) {
            kept.push(code.to_owned());
        }
    }
    cart.discount_codes = kept;
    Ok(())
}

fn add_gift_cards(cart: &mut Cart, codes: &[String], facts: &Facts<'_>) -> Result<(), CartError> {
    for code in codes.iter().filter(|code| !code.trim().is_empty()) {
        let Some(card) = facts.gift_cards.get(code) else {
            let end = code.trim().chars().rev().take(4).collect::<Vec<_>>();
            return Err(CartError::GiftCardInvalid {
                code: end.into_iter().rev().collect(),
            });
        };
        if !cart.gift_cards.contains(&card.get()) {
            cart.gift_cards.push(card.get());
        }
    }
    if cart.gift_cards.len() > GIFT_CARDS_MAX {
        return Err(CartError::TooManyGiftCards);
    }
    Ok(())
}

fn remove_gift_cards(cart: &mut Cart, ids: &[String]) -> Result<(), CartError> {
    for id in ids {
        let number = id.strip_prefix("gid://shopify/AppliedGiftCard/");
        let number = number.unwrap_or(id).parse::<i64>().ok();
        let place = number
            .and_then(|number| cart.gift_cards.iter().position(|own| *own == number))
            .ok_or_else(|| CartError::GiftCardUnknown(id.clone()))?;
        cart.gift_cards.remove(place);
    }
    Ok(())
}
