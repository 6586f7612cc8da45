//! A customer, as the store keeps one.

use store::{record, text_enum};
use units::{CustomerId, MailingAddressId, OrderId, Timestamp, sort_key};

use super::marketing::{EmailMarketingState, OptInLevel, SmsMarketingState};
use crate::address::Address;
use crate::call::Call;
use crate::contact;

text_enum! {
    /// Where a customer's account stands.
    pub enum CustomerState {
        /// Invited, and declined.
        Declined = "DECLINED",
        /// No account.
        Disabled = "DISABLED",
        /// An account.
        Enabled = "ENABLED",
        /// Invited to make one.
        Invited = "INVITED",
    }
}

record! {
    /// Somebody who buys, or might.
    #[derive(Clone)]
    pub struct Customer {
        /// Their id.
        pub id: CustomerId,
        /// Their mailbox, as it was written.
        pub email: Option<String>,
        /// Their telephone, in the international form.
        pub phone: Option<String>,
        /// First name; empty when not known.
        pub first_name: String,
        /// Last name; empty when not known.
        pub last_name: String,
        /// What the merchant noted.
        pub note: Option<String>,
        /// Their language.
        pub locale: String,
        /// Where their account stands.
        pub state: CustomerState,
        /// Whether no tax is charged.
        pub tax_exempt: bool,
        /// Whether the mailbox is known to be theirs.
        pub verified_email: bool,
        /// Whether they may be written to.
        pub email_marketing_state: EmailMarketingState,
        /// How surely they agreed.
        pub email_marketing_level: Option<OptInLevel>,
        /// When they agreed or declined.
        pub email_marketing_updated_at: Option<Timestamp>,
        /// Whether they may be texted.
        pub sms_marketing_state: SmsMarketingState,
        /// How surely they agreed.
        pub sms_marketing_level: Option<OptInLevel>,
        /// When they agreed or declined.
        pub sms_marketing_updated_at: Option<Timestamp>,
        /// The address that comes first.
        pub default_address_id: Option<MailingAddressId>,
        /// How many orders they placed.
        pub orders_count: i64,
        /// Net payments of their orders, in minor units of the shop's currency.
        pub spent_minor: i64,
        /// Their latest order.
        pub last_order_id: Option<OrderId>,
        /// Town and country of the default address, as lists sort them.
        pub location_key: String,
        /// When they became known.
        pub created_at: Timestamp,
        /// When they last changed.
        pub updated_at: Timestamp,
    }
}

impl Customer {
    /// Somebody nobody knows anything about yet.
    #[must_use]
    pub fn newcomer(call: &Call, locale: &str) -> Self {
        Self {
            id: call.new_id(),
            email: None,
            phone: None,
            first_name: String::new(),
            last_name: String::new(),
            note: None,
            locale: locale.to_owned(),
            state: CustomerState::Disabled,
            tax_exempt: false,
            verified_email: true,
            email_marketing_state: EmailMarketingState::NotSubscribed,
            email_marketing_level: None,
            email_marketing_updated_at: None,
            sms_marketing_state: SmsMarketingState::NotSubscribed,
            sms_marketing_level: None,
            sms_marketing_updated_at: None,
            default_address_id: None,
            orders_count: 0,
            spent_minor: 0,
            last_order_id: None,
            location_key: String::new(),
            created_at: call.now,
            updated_at: call.now,
        }
    }

    /// The name to show: first and last name, or the mailbox, or the telephone.
    #[must_use]
    pub fn display_name(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name);
        let name = name.trim();
        if !name.is_empty() {
            return name.to_owned();
        }
        match (&self.email, &self.phone) {
            (Some(email), _) => email.clone(),
            (None, Some(phone)) => contact::phone_for_people(phone),
            (None, None) => String::new(),
        }
    }

    /// Whether anything tells who it is.
    #[must_use]
    pub fn is_anybody(&self) -> bool {
        self.email.is_some()
            || self.phone.is_some()
            || !self.first_name.is_empty()
            || !self.last_name.is_empty()
    }

    /// Whether the record may be deleted: not while orders refer to it.
    #[must_use]
    pub fn can_delete(&self) -> bool {
        self.orders_count == 0
    }

    /// The key that lists sort and search the name by: last name first.
    pub(super) fn name_key(&self) -> String {
        sort_key(&format!("{} {}", self.last_name, self.first_name))
    }

    /// The key that lists sort the place by.
    pub(crate) fn location_key_of(address: &Address) -> String {
        let country = address.country().map_or("", |country| country.name);
        let place = [
            Some(country),
            address.province_name(),
            address.city.as_deref(),
        ];
        sort_key(&place.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }

    /// How long they have been a customer, in words: `about 2 months`.
    #[must_use]
    pub fn lifetime(&self, now: Timestamp) -> String {
        let days = (now.micros() - self.created_at.micros()).max(0) / 86_400_000_000;
        let of =
            |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
        match days {
            0 => "less than a day".to_owned(),
            1..30 => of(days, "day"),
            30..365 => format!("about {}", of(days / 30, "month")),
            _ => format!("over {}", of(days / 365, "year")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody() -> Customer {
        Customer {
            id: CustomerId(1),
            email: None,
            phone: Some("+14155551001".to_owned()),
            first_name: String::new(),
            last_name: String::new(),
            note: None,
            locale: "en".to_owned(),
            state: CustomerState::Disabled,
            tax_exempt: false,
            verified_email: true,
            email_marketing_state: EmailMarketingState::NotSubscribed,
            email_marketing_level: None,
            email_marketing_updated_at: None,
            sms_marketing_state: SmsMarketingState::NotSubscribed,
            sms_marketing_level: None,
            sms_marketing_updated_at: None,
            default_address_id: None,
            orders_count: 0,
            spent_minor: 0,
            last_order_id: None,
            location_key: String::new(),
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    #[test]
    fn somebody_is_shown_by_the_best_that_is_known() {
        let mut customer = somebody();
        assert_eq!(customer.display_name(), "+1 415-555-1001");
        customer.email = Some("ada@example.com".to_owned());
        assert_eq!(customer.display_name(), "ada@example.com");
        customer.last_name = "Lovelace".to_owned();
        assert_eq!(customer.display_name(), "Lovelace");
        customer.first_name = "Ada".to_owned();
        assert_eq!(customer.display_name(), "Ada Lovelace");
        assert_eq!(customer.name_key(), "lovelace ada");
    }

    #[test]
    fn a_lifetime_is_told_in_words() {
        let after = |days: i64| somebody().lifetime(Timestamp(days * 86_400_000_000));
        assert_eq!(after(0), "less than a day");
        assert_eq!(after(1), "1 day");
        assert_eq!(after(65), "about 2 months");
        assert_eq!(after(800), "over 2 years");
    }
}
