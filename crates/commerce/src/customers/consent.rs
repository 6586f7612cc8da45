//! Noting whether somebody may be written to, or texted.

use store::Tx;
use units::CustomerId;

use super::input::{CustomerError, CustomerInput};
use super::marketing::{EmailMarketingState, MarketingConsent, SmsMarketingState};
use super::sql;
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};

/// Notes whether somebody may be written to.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_email_consent(
    tx: &mut Tx,
    call: &Call,
    id: CustomerId,
    consent: MarketingConsent<EmailMarketingState>,
) -> Result<CustomerId, CustomerError> {
    let input = CustomerInput {
        email_marketing: Some(consent),
        ..CustomerInput::default()
    };
    let topics = &[
        Topic::CustomersEmailMarketingConsentUpdate,
        Topic::CustomersUpdate,
    ];
    update(tx, call, id, &input, topics)
}

/// Notes whether somebody may be texted.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update_sms_consent(
    tx: &mut Tx,
    call: &Call,
    id: CustomerId,
    consent: MarketingConsent<SmsMarketingState>,
) -> Result<CustomerId, CustomerError> {
    let input = CustomerInput {
        sms_marketing: Some(consent),
        ..CustomerInput::default()
    };
    let topics = &[
        Topic::CustomersMarketingConsentUpdate,
        Topic::CustomersUpdate,
    ];
    update(tx, call, id, &input, topics)
}

fn update(
    tx: &mut Tx,
    call: &Call,
    id: CustomerId,
    input: &CustomerInput,
    topics: &'static [Topic],
) -> Result<CustomerId, CustomerError> {
    let mut customer = sql::lock(tx, id)?.ok_or(CustomerError::NotFound)?;
    // When it counts from, if it is not said.
    customer.updated_at = call.now;
    input.apply_consent(&mut customer)?;
    sql::update(tx, &customer)?;
    events::record(tx, call, NewEvent::of(topics, Subject::Customer, id))?;
    Ok(id)
}
