//! Changing what an order says about its buyer; what was sold stays as it is.

use store::{StoreError, Tx};
use units::OrderId;

use super::sql;
use crate::address::{Address, AddressError};
use crate::attributes::{self, Attribute};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::metafields::{self, MetafieldsError, NewMetafield, Owned};
use crate::tags::{self, TagsError};
use crate::{contact, shops};

const NOTE_CHARS_MAX: usize = 5000;
const TEXT_CHARS_MAX: usize = 255;
const ATTRIBUTES_MAX: usize = 100;

/// What is to change; `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct OrderUpdate {
    /// Where its mails go.
    pub email: Option<Option<String>>,
    /// Telephone.
    pub phone: Option<Option<String>>,
    /// The note.
    pub note: Option<Option<String>>,
    /// The buyer's purchase order number.
    pub po_number: Option<Option<String>>,
    /// What is attached to it: all of it anew.
    pub attributes: Option<Vec<Attribute>>,
    /// Its tags: all of them anew.
    pub tags: Option<Vec<String>>,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// Metafields to set.
    pub metafields: Vec<NewMetafield>,
}

/// Why an order was not changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// There is no such order.
    #[error("Order does not exist")]
    NotFound,
    /// The caller asked for no change.
    #[error("No valid update parameters have been provided")]
    Empty,
    /// The address of mails is none.
    #[error("Email is invalid")]
    BadEmail,
    /// The telephone number is none.
    #[error("Phone is invalid")]
    BadPhone,
    /// The note is too long.
    #[error("Note is too long (maximum is {NOTE_CHARS_MAX} characters)")]
    LongNote,
    /// The purchase order number is too long.
    #[error("PO number is too long (maximum is {TEXT_CHARS_MAX} characters)")]
    LongPoNumber,
    /// Too much is attached, or something too long.
    #[error(
        "An order takes up to {ATTRIBUTES_MAX} attributes with names of up to {TEXT_CHARS_MAX} characters"
    )]
    BadAttributes,
    /// The tags are too many or too long.
    #[error(transparent)]
    Tags(#[from] TagsError),
    /// The metafields are not fit to be set.
    #[error(transparent)]
    Metafields(#[from] MetafieldsError),
    /// The address lacks something.
    #[error("{message}")]
    BadAddress {
        /// The part of the address, as the public API calls it.
        part: &'static str,
        /// What is wrong with it.
        message: &'static str,
    },
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OrderUpdate {
    fn is_empty(&self) -> bool {
        self.email.is_none()
            && self.phone.is_none()
            && self.note.is_none()
            && self.po_number.is_none()
            && self.attributes.is_none()
            && self.tags.is_none()
            && self.shipping_address.is_none()
            && self.metafields.is_empty()
    }
}

/// Changes what an order says about its buyer.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: OrderId,
    update: &OrderUpdate,
) -> Result<OrderId, UpdateError> {
    let mut order = sql::lock(tx, id)?.ok_or(UpdateError::NotFound)?;
    let checked = check(update, &shops::current(tx)?.country_code)?;
    let metafields = metafields::plan(tx, call, &owned(id, &checked.metafields))?;
    rewrite(&mut order.email, &checked.email);
    rewrite(&mut order.phone, &checked.phone);
    rewrite(&mut order.note, &checked.note);
    rewrite(&mut order.po_number, &checked.po_number);
    order.updated_at = call.now;
    let listed = checked.attributes.unwrap_or_else(|| order.attributes());
    let details = sql::Details {
        order: &order,
        attributes: &attributes::to_json(&listed),
        shipping_address: checked
            .shipping_address
            .or_else(|| order.shipping_address()),
    };
    sql::save_details(tx, &details)?;
    if let Some(tags) = &checked.tags {
        tags::replace(tx, tags::Owner::Order, id.get(), tags)?;
    }
    metafields.write(tx)?;
    events::record(
        tx,
        call,
        NewEvent::of(&[Topic::OrdersUpdated], Subject::Order, id),
    )?;
    Ok(id)
}

fn owned(id: OrderId, metafields: &[NewMetafield]) -> Vec<Owned> {
    let owned = |metafield: &NewMetafield| Owned {
        owner: metafields::Owner::Order,
        owner_id: id.get(),
        metafield: metafield.clone(),
    };
    metafields.iter().map(owned).collect()
}

/// Writes a text anew, if there is a new one; a blank one clears it.
fn rewrite(text: &mut Option<String>, new: &Option<Option<String>>) {
    if let Some(new) = new {
        *text = new.clone().filter(|new| !new.trim().is_empty());
    }
}

/// The update as it is stored: addresses, numbers and tags in the form that they are kept in.
/// A number without a country's prefix is one of the shop's country.
fn check(update: &OrderUpdate, country: &str) -> Result<OrderUpdate, UpdateError> {
    if update.is_empty() {
        return Err(UpdateError::Empty);
    }
    let email = update.email.as_ref().map(|email| {
        given(email)
            .map(|text| contact::email(text).ok_or(UpdateError::BadEmail))
            .transpose()
    });
    let phone = update.phone.as_ref().map(|phone| {
        given(phone)
            .map(|text| contact::phone(text, country).ok_or(UpdateError::BadPhone))
            .transpose()
    });
    if longer_than(&update.note, NOTE_CHARS_MAX) {
        return Err(UpdateError::LongNote);
    }
    if longer_than(&update.po_number, TEXT_CHARS_MAX) {
        return Err(UpdateError::LongPoNumber);
    }
    if update
        .attributes
        .as_deref()
        .is_some_and(|attributes| !attributes_fit(attributes))
    {
        return Err(UpdateError::BadAttributes);
    }
    Ok(OrderUpdate {
        email: email.transpose()?,
        phone: phone.transpose()?,
        note: update.note.clone(),
        po_number: update.po_number.clone(),
        attributes: update.attributes.clone(),
        tags: update.tags.as_deref().map(tags::checked).transpose()?,
        shipping_address: update
            .shipping_address
            .as_ref()
            .map(check_address)
            .transpose()?,
        metafields: update.metafields.clone(),
    })
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn longer_than(text: &Option<Option<String>>, chars: usize) -> bool {
    let text = text.as_ref().and_then(Option::as_deref);
    text.is_some_and(|text| text.chars().count() > chars)
}

fn attributes_fit(attributes: &[Attribute]) -> bool {
    let fits = |attribute: &Attribute| {
        let chars = attribute.key.chars().count();
        (1..=TEXT_CHARS_MAX).contains(&chars) && attribute.value.chars().count() <= NOTE_CHARS_MAX
    };
    attributes.len() <= ATTRIBUTES_MAX && attributes.iter().all(fits)
}

fn check_address(address: &Address) -> Result<Address, UpdateError> {
    let wanted = [
        (&address.last_name, "lastName", "Enter a last name"),
        (&address.address1, "address1", "Enter an address"),
        (&address.city, "city", "Enter a city"),
        (&address.country_code, "country", "Select a country/region"),
    ];
    for (text, part, message) in wanted {
        if given(text).is_none() {
            return Err(UpdateError::BadAddress { part, message });
        }
    }
    address.normalized().map_err(|error| match error {
        AddressError::CountryInvalid => UpdateError::BadAddress {
            part: "country",
            message: "Country is invalid",
        },
        AddressError::ProvinceInvalid => UpdateError::BadAddress {
            part: "province",
            message: "Province is invalid",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(update: &OrderUpdate) -> String {
        check(update, "DE").unwrap_err().to_string()
    }

    fn text(text: &str) -> Option<Option<String>> {
        Some(Some(text.to_owned()))
    }

    #[test]
    fn an_update_must_change_something() {
        assert!(matches!(
            check(&OrderUpdate::default(), "DE"),
            Err(UpdateError::Empty)
        ));
        let cleared = OrderUpdate {
            note: Some(None),
            ..OrderUpdate::default()
        };
        assert!(check(&cleared, "DE").is_ok());
    }

    #[test]
    fn nonsense_is_refused_in_the_words_of_the_api() {
        let phone = OrderUpdate {
            phone: text("not a phone"),
            ..OrderUpdate::default()
        };
        assert_eq!(refused(&phone), "Phone is invalid");
        let email = OrderUpdate {
            email: text("a@b"),
            ..OrderUpdate::default()
        };
        assert_eq!(refused(&email), "Email is invalid");
        let note = OrderUpdate {
            note: text(&"x".repeat(5001)),
            ..OrderUpdate::default()
        };
        assert_eq!(
            refused(&note),
            "Note is too long (maximum is 5000 characters)"
        );
        let address = OrderUpdate {
            shipping_address: Some(Address::default()),
            ..OrderUpdate::default()
        };
        assert_eq!(refused(&address), "Enter a last name");
    }

    #[test]
    fn numbers_are_kept_in_the_international_form() {
        let phone = OrderUpdate {
            phone: text("030 1234567"),
            ..OrderUpdate::default()
        };
        assert_eq!(check(&phone, "DE").unwrap().phone, text("+49301234567"));
    }
}
