//! Signing up.

use store::Tx;
use units::CustomerId;

use super::invite::{self, Purpose};
use super::sql;
use crate::call::Call;
use crate::contact;
use crate::customers::input::{CustomerError, CustomerInput, refuse_taken};
use crate::customers::{
    Customer, CustomerState, EmailMarketingState, MarketingConsent, OptInLevel, sql as records,
};
use crate::events::{self, NewEvent, Subject, Topic};
use crate::shops;
use crate::staff::PasswordHash;

/// Somebody who wants an account.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Mailbox.
    pub email: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Whether they may be written to.
    pub accepts_marketing: bool,
    /// The password that they chose.
    pub password: PasswordHash,
}

/// What came of signing up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedUp {
    /// There is an account.
    Enabled(CustomerId),
    /// The mailbox is a customer's who has no account yet: a link went to it, so that only who
    /// reads its mails gets the account.
    Invited,
}

/// Makes an account.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn sign_up(tx: &mut Tx, call: &Call, newcomer: &Newcomer) -> Result<SignedUp, CustomerError> {
    let input = CustomerInput {
        email: Some(Some(newcomer.email.clone())),
        phone: Some(newcomer.phone.clone()),
        first_name: Some(newcomer.first_name.clone()),
        last_name: Some(newcomer.last_name.clone()),
        email_marketing: newcomer.accepts_marketing.then_some(MarketingConsent {
            state: EmailMarketingState::Subscribed,
            level: Some(OptInLevel::SingleOptIn),
            updated_at: None,
        }),
        ..CustomerInput::default()
    };
    let shop = shops::current(tx)?;
    let mut customer = Customer::newcomer(call, &shop.language);
    input.apply(&mut customer, &shop.country_code)?;
    let email = customer.email.clone().ok_or(CustomerError::EmailInvalid)?;
    input.apply_consent(&mut customer)?;
    let key = contact::email_key(&email).unwrap_or_default();
    if let Some(known) = records::by_email_key(tx, &key)? {
        if sql::account(tx, known.id)?.is_some() {
            return Err(CustomerError::EmailTaken);
        }
        invite::send(tx, call, &known, Purpose::Activation)?;
        return Ok(SignedUp::Invited);
    }
    refuse_taken(tx, &customer)?;
    customer.state = CustomerState::Enabled;
    customer.verified_email = false;

    records::insert(tx, std::slice::from_ref(&customer))?;
    sql::put_account(tx, customer.id, &newcomer.password, call.now)?;
    let topics = &[Topic::CustomersCreate, Topic::CustomersEnable];
    let event = NewEvent::of(topics, Subject::Customer, customer.id);
    events::record(tx, call, event)?;
    Ok(SignedUp::Enabled(customer.id))
}
