//! How a customer may be reached, and what they agreed to.

use commerce::customers::{Customer, EmailMarketingState, OptInLevel, SmsMarketingState};
use units::Timestamp;

use crate::Registry;
use crate::scalars::DateTime;

/// Who never said otherwise would have ticked a box.
const LEVEL: OptInLevel = OptInLevel::SingleOptIn;

/// A mailbox.
pub(super) struct EmailAddress {
    address: String,
    consent: EmailConsent,
}

/// What was agreed to by mail.
#[derive(Clone)]
pub(super) struct EmailConsent {
    state: EmailMarketingState,
    level: Option<OptInLevel>,
    updated_at: Option<Timestamp>,
}

/// A telephone.
pub(super) struct PhoneNumber {
    number: String,
    consent: SmsConsent,
}

/// What was agreed to by text message.
#[derive(Clone)]
pub(super) struct SmsConsent {
    state: SmsMarketingState,
    level: Option<OptInLevel>,
    updated_at: Option<Timestamp>,
}

impl EmailAddress {
    pub(super) fn of(customer: &Customer) -> Option<Self> {
        let address = customer.email.clone()?;
        Some(Self {
            address,
            consent: EmailConsent::of(customer)?,
        })
    }
}

impl EmailConsent {
    pub(super) fn of(customer: &Customer) -> Option<Self> {
        customer.email.as_ref().map(|_| Self {
            state: customer.email_marketing_state,
            level: customer.email_marketing_level,
            updated_at: customer.email_marketing_updated_at,
        })
    }
}

impl PhoneNumber {
    pub(super) fn of(customer: &Customer) -> Option<Self> {
        let number = customer.phone.clone()?;
        Some(Self {
            number,
            consent: SmsConsent::of(customer)?,
        })
    }
}

impl SmsConsent {
    pub(super) fn of(customer: &Customer) -> Option<Self> {
        customer.phone.as_ref().map(|_| Self {
            state: customer.sms_marketing_state,
            level: customer.sms_marketing_level,
            updated_at: customer.sms_marketing_updated_at,
        })
    }

    /// Consent comes from apps and imports alone here.
    fn collected_from(&self) -> Option<&'static str> {
        self.updated_at.map(|_| "OTHER")
    }
}

pub(super) fn register(r: &mut Registry) {
    r.object::<EmailAddress>("CustomerEmailAddress")
        .text("emailAddress", |own| &own.address)
        .leaf("validFormat", |_| true)
        .text("marketingState", |own| own.consent.state.as_str())
        .text_opt("marketingOptInLevel", |own| Some(level(own.consent.level)))
        .leaf("marketingUpdatedAt", |own| {
            own.consent.updated_at.map(DateTime)
        });
    r.object::<EmailConsent>("CustomerEmailMarketingConsentState")
        .text("marketingState", |own| own.state.as_str())
        .text_opt("marketingOptInLevel", |own| Some(level(own.level)))
        .leaf("consentUpdatedAt", |own| own.updated_at.map(DateTime));
    r.object::<PhoneNumber>("CustomerPhoneNumber")
        .text("phoneNumber", |own| &own.number)
        .text("marketingState", |own| own.consent.state.as_str())
        .text_opt("marketingOptInLevel", |own| Some(level(own.consent.level)))
        .leaf("marketingUpdatedAt", |own| {
            own.consent.updated_at.map(DateTime)
        })
        .text_opt("marketingCollectedFrom", |own| own.consent.collected_from());
    r.object::<SmsConsent>("CustomerSmsMarketingConsentState")
        .text("marketingState", |own| own.state.as_str())
        .text("marketingOptInLevel", |own| level(own.level))
        .leaf("consentUpdatedAt", |own| own.updated_at.map(DateTime))
        .text_opt("consentCollectedFrom", |own| own.collected_from());
}

fn level(level: Option<OptInLevel>) -> &'static str {
    level.unwrap_or(LEVEL).as_str()
}
