//! Changing what is noted of a gift card.

use store::{StoreError, Tx};
use units::{CustomerId, GiftCardId};

use super::create::filled;
use super::error::GiftCardError;
use super::gift_card::Recipient;
use super::sql;
use crate::call::Call;
use crate::customers;

const TEXT_CHARS_MAX: usize = 255;

/// What is to change. `None` leaves a part as it is, `Some(None)` empties it.
#[derive(Debug, Clone, Default)]
pub struct GiftCardUpdate {
    /// Note.
    pub note: Option<Option<String>>,
    /// Last day.
    pub expires_on: Option<Option<String>>,
    /// Whose it is; cannot be emptied.
    pub customer: Option<CustomerId>,
    /// Who is to get it.
    pub recipient: Option<Option<Recipient>>,
    /// Template of its page.
    pub template_suffix: Option<Option<String>>,
}

/// Changes what is noted of a gift card. One that is out of use keeps its day and its people.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: GiftCardId,
    change: &GiftCardUpdate,
) -> Result<GiftCardId, GiftCardError> {
    let mut card = sql::lock(tx, id)?.ok_or(GiftCardError::NotFound)?;
    let lasting =
        change.expires_on.is_some() || change.customer.is_some() || change.recipient.is_some();
    if card.deactivated_at.is_some() && lasting {
        return Err(GiftCardError::Deactivated);
    }
    if let Some(note) = &change.note {
        check_text(note.as_deref(), "note", "Note")?;
        card.note = filled(note.as_ref());
    }
    if let Some(suffix) = &change.template_suffix {
        check_text(suffix.as_deref(), "templateSuffix", "Template suffix")?;
        card.template_suffix = filled(suffix.as_ref());
    }
    if let Some(day) = &change.expires_on {
        check_date(day.as_deref())?;
        card.expires_on.clone_from(day);
    }
    if let Some(customer) = change.customer {
        check_person(tx, Some(customer), GiftCardError::CustomerNotFound)?;
        card.customer_id = Some(customer);
    }
    if let Some(recipient) = &change.recipient {
        let person = recipient.as_ref().map(|own| CustomerId(own.customer));
        check_person(tx, person, GiftCardError::RecipientNotFound)?;
        card.recipient.clone_from(recipient);
    }
    card.updated_at = call.now;
    sql::save(tx, &card)?;
    Ok(id)
}

pub(super) fn check_text(
    text: Option<&str>,
    field: &'static str,
    label: &'static str,
) -> Result<(), GiftCardError> {
    match text {
        Some(text) if text.chars().count() > TEXT_CHARS_MAX => Err(GiftCardError::TooLong {
            field,
            label,
            most: TEXT_CHARS_MAX,
        }),
        _ => Ok(()),
    }
}

pub(super) fn check_date(day: Option<&str>) -> Result<(), GiftCardError> {
    match day {
        Some(day) if day.parse::<jiff::civil::Date>().is_err() || day.len() != 10 => {
            Err(GiftCardError::DateInvalid(day.to_owned()))
        }
        _ => Ok(()),
    }
}

pub(super) fn check_person(
    tx: &mut Tx,
    person: Option<CustomerId>,
    refusal: GiftCardError,
) -> Result<(), GiftCardError> {
    match person {
        Some(id) if !is_known(tx, id)? => Err(refusal),
        _ => Ok(()),
    }
}

fn is_known(tx: &mut Tx, id: CustomerId) -> Result<bool, StoreError> {
    Ok(!customers::load_many(tx, &[id])?.is_empty())
}
