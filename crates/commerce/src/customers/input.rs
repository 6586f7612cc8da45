//! What a merchant says about a customer, and what cannot be said.

use store::{StoreError, Tx};
use units::CustomerId;

use super::marketing::{EmailMarketingState, MarketingConsent, SmsMarketingState};
use super::{Customer, sql};
use crate::address::{Address, AddressError};
use crate::call::Call;
use crate::contact;
use crate::metafields::{self, MetafieldError, MetafieldsError, NewMetafield, Owned, Owner, Plan};

/// Names are no longer than this.
const NAME_CHARS_MAX: usize = 255;
/// A note is no longer than this.
const NOTE_CHARS_MAX: usize = 5_000;
/// Addresses of one customer.
pub(super) const ADDRESSES_MAX: usize = 100;
/// Tags of one customer.
const TAGS_MAX: usize = 250;

/// What is said about a customer. `None` leaves a field as it is, `Some(None)` empties it.
#[derive(Debug, Clone, Default)]
pub struct CustomerInput {
    /// Mailbox.
    pub email: Option<Option<String>>,
    /// Telephone.
    pub phone: Option<Option<String>>,
    /// First name.
    pub first_name: Option<Option<String>>,
    /// Last name.
    pub last_name: Option<Option<String>>,
    /// Note.
    pub note: Option<Option<String>>,
    /// Language.
    pub locale: Option<String>,
    /// Whether no tax is charged.
    pub tax_exempt: Option<bool>,
    /// All tags, instead of those before.
    pub tags: Option<Vec<String>>,
    /// Metafields to set; those that are not named stay.
    pub metafields: Vec<NewMetafield>,
    /// All addresses, instead of those before; the first becomes the default.
    pub addresses: Option<Vec<Address>>,
    /// Consent to be written to; only for somebody new.
    pub email_marketing: Option<MarketingConsent<EmailMarketingState>>,
    /// Consent to be texted; only for somebody new.
    pub sms_marketing: Option<MarketingConsent<SmsMarketingState>>,
}

/// Why nothing was changed about a customer.
#[derive(Debug, thiserror::Error)]
pub enum CustomerError {
    /// There is no such customer.
    #[error("Customer does not exist")]
    NotFound,
    /// Nothing would tell who it is.
    #[error("A name, phone number, or email address must be present")]
    Nobody,
    /// Not a mailbox.
    #[error("Email is invalid")]
    EmailInvalid,
    /// Somebody has it.
    #[error("Email has already been taken")]
    EmailTaken,
    /// Not a number.
    #[error("Phone is invalid")]
    PhoneInvalid,
    /// Somebody has it.
    #[error("Phone has already been taken")]
    PhoneTaken,
    /// Too long.
    #[error("First name is too long (maximum is 255 characters)")]
    FirstNameTooLong,
    /// Too long.
    #[error("Last name is too long (maximum is 255 characters)")]
    LastNameTooLong,
    /// Too long.
    #[error("Note is too long (maximum is 5000 characters)")]
    NoteTooLong,
    /// Not a language.
    #[error("Locale is invalid")]
    LocaleInvalid,
    /// Too many.
    #[error("Tags cannot be more than 250")]
    TooManyTags,
    /// One of them is longer than a tag may be.
    #[error("Tags is too long (maximum is 255 characters)")]
    TagTooLong,
    /// Too many.
    #[error("A customer has at most 100 addresses")]
    TooManyAddresses,
    /// One of the addresses cannot be.
    #[error("{reason}")]
    Address {
        /// Its place in the list.
        index: usize,
        /// What is wrong with it.
        reason: AddressError,
    },
    /// More metafields than one call may set.
    #[error("At most 25 metafields can be set at once.")]
    TooManyMetafields,
    /// One of the metafields cannot be.
    #[error("{reason}")]
    Metafield {
        /// Its place in the list.
        index: usize,
        /// What is wrong with it.
        reason: MetafieldError,
    },
    /// Consent without a mailbox.
    #[error("An email address is required to set the email marketing consent state.")]
    EmailConsentWithoutEmail,
    /// Consent without a telephone.
    #[error("A phone number is required to set the SMS consent state.")]
    SmsConsentWithoutPhone,
    /// A state that is found out, not told.
    #[error("The email marketing state cannot be set to {}", .0.as_str())]
    EmailConsentState(EmailMarketingState),
    /// A state that is found out, not told.
    #[error("The SMS marketing state cannot be set to {}", .0.as_str())]
    SmsConsentState(SmsMarketingState),
    /// Consent of somebody who is known already has operations of its own.
    #[error("The marketing consent of an existing customer cannot be changed here")]
    ConsentOnUpdate,
    /// Orders refer to the record.
    #[error("Customer can’t be deleted because they have associated orders")]
    HasOrders,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CustomerInput {
    /// Writes the plain fields onto `customer`, normalised. `country_code` is the country that
    /// national telephone numbers are read in.
    pub(super) fn apply(
        &self,
        customer: &mut Customer,
        country_code: &str,
    ) -> Result<(), CustomerError> {
        if let Some(email) = &self.email {
            customer.email = match filled(email.as_deref()) {
                None => None,
                Some(text) => Some(contact::email(&text).ok_or(CustomerError::EmailInvalid)?),
            };
        }
        if let Some(phone) = &self.phone {
            customer.phone = match filled(phone.as_deref()) {
                None => None,
                Some(text) => {
                    Some(contact::phone(&text, country_code).ok_or(CustomerError::PhoneInvalid)?)
                }
            };
        }
        if let Some(name) = &self.first_name {
            customer.first_name = name_of(name.as_deref(), CustomerError::FirstNameTooLong)?;
        }
        if let Some(name) = &self.last_name {
            customer.last_name = name_of(name.as_deref(), CustomerError::LastNameTooLong)?;
        }
        if let Some(note) = &self.note {
            if note
                .as_deref()
                .is_some_and(|note| note.chars().count() > NOTE_CHARS_MAX)
            {
                return Err(CustomerError::NoteTooLong);
            }
            customer.note.clone_from(note);
        }
        if let Some(locale) = &self.locale {
            if !is_locale(locale) {
                return Err(CustomerError::LocaleInvalid);
            }
            customer.locale.clone_from(locale);
        }
        customer.tax_exempt = self.tax_exempt.unwrap_or(customer.tax_exempt);
        if customer.is_anybody() {
            Ok(())
        } else {
            Err(CustomerError::Nobody)
        }
    }

    /// The addresses as they are stored, each once; `None` when they stay as they are.
    pub(super) fn normalized_addresses(&self) -> Result<Option<Vec<Address>>, CustomerError> {
        let Some(given) = &self.addresses else {
            return Ok(None);
        };
        if given.len() > ADDRESSES_MAX {
            return Err(CustomerError::TooManyAddresses);
        }
        let mut addresses: Vec<Address> = Vec::with_capacity(given.len());
        for (index, address) in given.iter().enumerate() {
            let address = address
                .normalized()
                .map_err(|reason| CustomerError::Address { index, reason })?;
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        Ok(Some(addresses))
    }

    /// The tags as they are stored: commas part them, case tells none apart; `None` when they
    /// stay as they are.
    pub(super) fn normalized_tags(&self) -> Result<Option<Vec<String>>, CustomerError> {
        let Some(given) = &self.tags else {
            return Ok(None);
        };
        let tags = crate::tags::normalized(given);
        if tags.len() > TAGS_MAX {
            return Err(CustomerError::TooManyTags);
        }
        if tags
            .iter()
            .any(|tag| tag.chars().count() > crate::tags::TAG_CHARS_MAX)
        {
            return Err(CustomerError::TagTooLong);
        }
        Ok(Some(tags))
    }

    /// The metafields of `customer`, checked and ready to be written.
    pub(super) fn planned_metafields(
        &self,
        tx: &mut Tx,
        call: &Call,
        customer: CustomerId,
    ) -> Result<Plan, CustomerError> {
        if self.metafields.len() > metafields::MAX_PER_CALL {
            return Err(CustomerError::TooManyMetafields);
        }
        let owned: Vec<Owned> = self
            .metafields
            .iter()
            .map(|metafield| Owned {
                owner: Owner::Customer,
                owner_id: customer.get(),
                metafield: metafield.clone(),
            })
            .collect();
        metafields::plan(tx, call, &owned).map_err(|error| match error {
            MetafieldsError::Store(fault) => CustomerError::Store(fault),
            MetafieldsError::TooMany => CustomerError::TooManyMetafields,
            MetafieldsError::Refused(refused) => match refused.into_iter().next() {
                Some((index, reason)) => CustomerError::Metafield { index, reason },
                None => CustomerError::TooManyMetafields,
            },
        })
    }

    /// Writes a newcomer's consent.
    pub(super) fn apply_consent(&self, customer: &mut Customer) -> Result<(), CustomerError> {
        let now = customer.created_at;
        if let Some(consent) = self.email_marketing {
            if customer.email.is_none() {
                return Err(CustomerError::EmailConsentWithoutEmail);
            }
            if !consent.state.may_be_told() {
                return Err(CustomerError::EmailConsentState(consent.state));
            }
            customer.email_marketing_state = consent.state;
            customer.email_marketing_level = consent.level;
            customer.email_marketing_updated_at = Some(consent.updated_at.unwrap_or(now));
        }
        if let Some(consent) = self.sms_marketing {
            if customer.phone.is_none() {
                return Err(CustomerError::SmsConsentWithoutPhone);
            }
            if !consent.state.may_be_told() {
                return Err(CustomerError::SmsConsentState(consent.state));
            }
            customer.sms_marketing_state = consent.state;
            customer.sms_marketing_level = consent.level;
            customer.sms_marketing_updated_at = Some(consent.updated_at.unwrap_or(now));
        }
        Ok(())
    }
}

/// Refuses a mailbox or telephone that somebody else has.
pub(super) fn refuse_taken(tx: &mut Tx, customer: &Customer) -> Result<(), CustomerError> {
    let others = |found: Option<CustomerId>| found.is_some_and(|id| id != customer.id);
    if let Some(key) = customer.email.as_deref().and_then(contact::email_key)
        && others(sql::by_email_key(tx, &key)?.map(|found| found.id))
    {
        return Err(CustomerError::EmailTaken);
    }
    if let Some(phone) = &customer.phone
        && others(sql::by_phone(tx, phone)?.map(|found| found.id))
    {
        return Err(CustomerError::PhoneTaken);
    }
    Ok(())
}

fn filled(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn name_of(text: Option<&str>, too_long: CustomerError) -> Result<String, CustomerError> {
    let name = filled(text).unwrap_or_default();
    if name.chars().count() > NAME_CHARS_MAX {
        Err(too_long)
    } else {
        Ok(name)
    }
}

/// A language of two or three letters, with up to two parts behind: `en`, `pt-BR`, `zh-Hant-TW`.
fn is_locale(text: &str) -> bool {
    let mut parts = text.split(['-', '_']);
    let language = parts.next().is_some_and(|part| {
        (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    let rest: Vec<&str> = parts.collect();
    language
        && rest.len() <= 2
        && rest.iter().all(|part| {
            (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_from_other_texts() {
        for good in ["en", "pt-BR", "zh-Hant-TW"] {
            assert!(is_locale(good), "{good}");
        }
        for bad in ["", "e", "EN", "not-a-locale", "en-", "en-US-x-y"] {
            assert!(!is_locale(bad), "{bad}");
        }
    }

    #[test]
    fn blank_names_are_no_names() {
        assert_eq!(
            name_of(Some("   "), CustomerError::FirstNameTooLong).unwrap(),
            ""
        );
        assert!(name_of(Some(&"x".repeat(256)), CustomerError::FirstNameTooLong).is_err());
    }

    #[test]
    fn the_same_address_is_kept_once() {
        let address = Address {
            city: Some("Bonn ".to_owned()),
            ..Address::default()
        };
        let input = CustomerInput {
            addresses: Some(vec![address.clone(), address]),
            ..CustomerInput::default()
        };
        assert_eq!(input.normalized_addresses().unwrap().unwrap().len(), 1);
    }
}
