//! Issuing a gift card.

use store::Tx;
use units::{CustomerId, GiftCardId, Money};

use super::error::GiftCardError;
use super::gift_card::{
    GiftCard, GiftCardTransaction, Recipient, TransactionKind, code_hash, normalized_code,
};
use super::sql;
use super::update::{check_date, check_person, check_text};
use crate::call::{Actor, Call};

/// A card never holds more than this many minor units.
pub(super) const BALANCE_MINOR_MAX: i64 = 1_000_000;
const CODE_CHARS: std::ops::RangeInclusive<usize> = 8..=20;

/// A gift card to be issued.
#[derive(Debug, Clone)]
pub struct NewGiftCard {
    /// Its code; one is drawn when `None`.
    pub code: Option<String>,
    /// What it begins with.
    pub initial: Money,
    /// A note for the merchant.
    pub note: Option<String>,
    /// The last day on which it can be used.
    pub expires_on: Option<String>,
    /// Whose it is.
    pub customer: Option<CustomerId>,
    /// Who is to get it.
    pub recipient: Option<Recipient>,
    /// The template of its page.
    pub template_suffix: Option<String>,
}

/// A gift card that was issued, with the code that is shown this once.
#[derive(Debug, Clone)]
pub struct Created {
    /// Its id.
    pub id: GiftCardId,
    /// Its code.
    pub code: String,
}

/// Issues a gift card in the shop's currency, and enters what it begins with in its ledger.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(tx: &mut Tx, call: &Call, new: &NewGiftCard) -> Result<Created, GiftCardError> {
    let shop = crate::shops::current(tx)?;
    check_initial(new.initial, shop.money(BALANCE_MINOR_MAX))?;
    check_person(tx, new.customer, GiftCardError::CustomerNotFound)?;
    let recipient = new.recipient.as_ref().map(|own| CustomerId(own.customer));
    check_person(tx, recipient, GiftCardError::RecipientNotFound)?;
    check_text(new.note.as_deref(), "note", "Note")?;
    check_text(
        new.template_suffix.as_deref(),
        "templateSuffix",
        "Template suffix",
    )?;
    check_date(new.expires_on.as_deref())?;
    let code = match &new.code {
        Some(code) => checked_code(code)?,
        None => call.new_token()[..16].to_owned(),
    };
    let hash = code_hash(&code);
    if sql::by_hashes(tx, std::slice::from_ref(&hash))?
        .iter()
        .any(Option::is_some)
    {
        return Err(GiftCardError::CodeTaken);
    }
    let card = GiftCard {
        id: call.new_id(),
        last_characters: code[code.len() - 4..].to_owned(),
        currency: shop.currency,
        initial_minor: new.initial.minor,
        balance_minor: new.initial.minor,
        note: filled(new.note.as_ref()),
        expires_on: new.expires_on.clone(),
        customer_id: new.customer,
        recipient: new.recipient.clone(),
        template_suffix: filled(new.template_suffix.as_ref()),
        app_id: match call.actor {
            Actor::App(app) => Some(app),
            _ => None,
        },
        deactivated_at: None,
        created_at: call.now,
        updated_at: call.now,
    };
    sql::insert(tx, &card, &hash)?;
    let issue = GiftCardTransaction {
        gift_card_id: card.id,
        id: call.new_id(),
        kind: TransactionKind::Issue,
        amount_minor: card.initial_minor,
        order_id: None,
        order_transaction_id: None,
        note: None,
        processed_at: call.now,
        created_at: call.now,
    };
    sql::enter(tx, &[(call, issue)])?;
    Ok(Created { id: card.id, code })
}

fn check_initial(initial: Money, most: Money) -> Result<(), GiftCardError> {
    if initial.currency != most.currency {
        return Err(GiftCardError::CurrencyMismatch {
            card: most.currency,
        });
    }
    if !initial.is_positive() {
        return Err(GiftCardError::InitialNotPositive);
    }
    if initial.minor > most.minor {
        return Err(GiftCardError::LimitExceeded(most));
    }
    Ok(())
}

fn checked_code(code: &str) -> Result<String, GiftCardError> {
    let code = normalized_code(code);
    if !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(GiftCardError::CodeInvalid);
    }
    if code.len() < *CODE_CHARS.start() {
        return Err(GiftCardError::CodeTooShort);
    }
    if code.len() > *CODE_CHARS.end() {
        return Err(GiftCardError::CodeTooLong);
    }
    Ok(code)
}

/// A text, unless it is empty.
pub(super) fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eight_to_twenty_letters_and_digits() {
        assert_eq!(checked_code("ABCD-1234").unwrap(), "abcd1234");
        assert!(matches!(
            checked_code("abc"),
            Err(GiftCardError::CodeTooShort)
        ));
        let long = "x".repeat(21);
        assert!(matches!(
            checked_code(&long),
            Err(GiftCardError::CodeTooLong)
        ));
        assert!(matches!(
            checked_code("bad!code1"),
            Err(GiftCardError::CodeInvalid)
        ));
    }
}
