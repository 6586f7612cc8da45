//! An order as it is kept: a record that is amended, never rewritten.

use serde::Deserialize;
use store::record;
use units::{AppId, Currency, CustomerId, Money, OrderId, Timestamp};

use super::status::{CancelReason, DisplayFinancialStatus, DisplayFulfillmentStatus};
use crate::address::Address;
use crate::attributes::{self, Attribute};
use crate::discounts::DiscountApplication;

record! {
    /// An order.
    ///
    /// Amounts are in minor units of its currency; the status columns and the amounts that were
    /// taken off cache what its other rows say.
    #[derive(Clone)]
    pub struct Order {
        /// Its id.
        pub id: OrderId,
        /// The shop's running number.
        pub number: i64,
        /// What people call it: `#1001`.
        pub name: String,
        /// The secret in the address of its status page.
        pub token: String,
        /// The checkout that it came from.
        pub checkout_token: Option<String>,
        /// What the buyer was told at the end of the checkout.
        pub confirmation_number: String,
        /// The app that placed it.
        pub app_id: Option<AppId>,
        /// Where it came from: `web`, or what the app said.
        pub source_name: String,
        /// The customer.
        pub customer_id: Option<CustomerId>,
        /// Where its mails go.
        pub email: Option<String>,
        /// Telephone.
        pub phone: Option<String>,
        /// The note.
        pub note: Option<String>,
        /// The buyer's purchase order number.
        pub po_number: Option<String>,
        /// The buyer's language.
        pub locale: String,
        attributes: String,
        shipping_address: Option<String>,
        billing_address: Option<String>,
        /// The shop's currency, in which all its amounts are.
        pub currency: Currency,
        /// The currency that the buyer saw.
        pub presentment_currency: Currency,
        /// Whether its prices include tax.
        pub taxes_included: bool,
        discount_applications: String,
        /// Its lines, less their discounts.
        pub subtotal_minor: i64,
        /// All discounts: on its lines and on shipping.
        pub discounts_minor: i64,
        /// Shipping, less its discounts.
        pub shipping_minor: i64,
        /// All taxes.
        pub tax_minor: i64,
        /// All in all, when it was placed.
        pub total_minor: i64,
        /// Taken from the buyer so far.
        pub received_minor: i64,
        /// Given back so far.
        pub refunded_minor: i64,
        /// Value of the lines' units that were taken off since, less their discounts.
        pub removed_subtotal_minor: i64,
        /// Shipping that was taken off since.
        pub removed_shipping_minor: i64,
        /// Tax on both.
        pub removed_tax_minor: i64,
        /// Units when it was placed.
        pub quantity: i64,
        /// Weight when it was placed.
        pub weight_grams: i64,
        /// What is paid.
        pub financial_status: DisplayFinancialStatus,
        /// What has left.
        pub fulfillment_status: DisplayFulfillmentStatus,
        /// Why it was cancelled.
        pub cancel_reason: Option<CancelReason>,
        /// What the staff noted at the cancellation.
        pub cancel_staff_note: Option<String>,
        /// Whether it was only a test.
        pub test: bool,
        /// When it counts as placed.
        pub processed_at: Timestamp,
        /// When it was cancelled.
        pub cancelled_at: Option<Timestamp>,
        /// When it was put away.
        pub closed_at: Option<Timestamp>,
        /// When it came into being.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

/// The route of an order's status page, as routers write it: its bare id and its token.
pub const STATUS_ROUTE: &str = "/orders/{id}/{token}";

impl Order {
    /// The path of its status page. Whoever has it sees the order.
    #[must_use]
    pub fn status_path(&self) -> String {
        STATUS_ROUTE
            .replace("{id}", &self.id.get().to_string())
            .replace("{token}", &self.token)
    }

    /// The address of its status page in a shop at `origin`: scheme and host, without a slash at
    /// the end.
    #[must_use]
    pub fn status_url(&self, origin: &str) -> String {
        format!("{origin}{}", self.status_path())
    }

    /// An amount in the order's currency.
    #[must_use]
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// What the buyer or an app attached to it.
    #[must_use]
    pub fn attributes(&self) -> Vec<Attribute> {
        attributes::from_json(&self.attributes)
    }

    /// The discounts that it got, in the order in which they were taken off.
    #[must_use]
    pub fn discount_applications(&self) -> Vec<DiscountApplication> {
        attributes::from_json(&self.discount_applications)
    }

    /// The codes that gave them.
    #[must_use]
    pub fn discount_codes(&self) -> Vec<String> {
        let codes = self.discount_applications().into_iter();
        codes.filter_map(|application| application.code).collect()
    }

    /// Where it goes.
    #[must_use]
    pub fn shipping_address(&self) -> Option<Address> {
        self.shipping_address.as_deref().and_then(from_json)
    }

    /// Who pays.
    #[must_use]
    pub fn billing_address(&self) -> Option<Address> {
        self.billing_address.as_deref().and_then(from_json)
    }

    /// Whether both addresses are the same.
    #[must_use]
    pub fn billing_matches_shipping(&self) -> bool {
        self.billing_address() == self.shipping_address()
    }

    /// Its lines' worth now, less discounts and what was taken off.
    #[must_use]
    pub fn current_subtotal(&self) -> Money {
        self.money(self.subtotal_minor - self.removed_subtotal_minor)
    }

    /// Shipping now.
    #[must_use]
    pub fn current_shipping(&self) -> Money {
        self.money(self.shipping_minor - self.removed_shipping_minor)
    }

    /// Taxes now.
    #[must_use]
    pub fn current_tax(&self) -> Money {
        self.money(self.tax_minor - self.removed_tax_minor)
    }

    /// All in all now.
    #[must_use]
    pub fn current_total(&self) -> Money {
        let tax = if self.taxes_included {
            0
        } else {
            self.removed_tax_minor
        };
        let removed = self.removed_subtotal_minor + self.removed_shipping_minor + tax;
        self.money(self.total_minor - removed)
    }

    /// What the shop holds of the buyer's money.
    #[must_use]
    pub fn net_payment(&self) -> Money {
        self.money(self.received_minor - self.refunded_minor)
    }

    /// What the buyer still owes; never below zero.
    #[must_use]
    pub fn outstanding(&self) -> Money {
        let open = self.current_total().minor - self.net_payment().minor;
        self.money(open.max(0))
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled_at.is_some()
    }

    /// Whether it was put away.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed_at.is_some()
    }

    /// Whether the money that it lacks may be entered by hand.
    #[must_use]
    pub fn can_mark_as_paid(&self) -> bool {
        use DisplayFinancialStatus as S;
        !self.is_cancelled()
            && matches!(
                self.financial_status,
                S::Pending | S::Authorized | S::PartiallyPaid
            )
            && self.outstanding().is_positive()
    }

    /// Whether there is money to give back.
    #[must_use]
    pub fn is_refundable(&self) -> bool {
        self.net_payment().is_positive()
    }
}

/// Reads JSON that an operation of ours wrote; what cannot be read counts as absent.
fn from_json<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
