//! An order as it is kept: a record that is amended, never rewritten.

use serde::Deserialize;
use store::record;
use units::{AppId, Currency, CustomerId, MinorBag, Money, MoneyBag, OrderId, Timestamp};

use super::status::{CancelReason, DisplayFinancialStatus, DisplayFulfillmentStatus};
use crate::address::Address;
use crate::attributes::{self, Attribute};
use crate::discounts::DiscountApplication;

record! {
    /// An order.
    ///
    /// The status columns and the amounts that were taken off cache what its other rows say.
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
        /// The shop's currency.
        pub currency: Currency,
        /// The currency that the buyer saw, and pays in.
        pub presentment_currency: Currency,
        /// Whether its prices include tax.
        pub taxes_included: bool,
        discount_applications: String,
        subtotal_minor: i64,
        discounts_minor: i64,
        shipping_minor: i64,
        tax_minor: i64,
        total_minor: i64,
        pub(super) received_minor: i64,
        pub(super) refunded_minor: i64,
        pub(super) removed_subtotal_minor: i64,
        pub(super) removed_shipping_minor: i64,
        pub(super) removed_tax_minor: i64,
        /// What one unit of the shop's currency was worth in the buyer's when it was placed, in
        /// billionths; where the currencies differ.
        pub rate_billionths: Option<i64>,
        presentment_subtotal_minor: Option<i64>,
        presentment_discounts_minor: Option<i64>,
        presentment_shipping_minor: Option<i64>,
        presentment_tax_minor: Option<i64>,
        presentment_total_minor: Option<i64>,
        pub(super) presentment_received_minor: Option<i64>,
        pub(super) presentment_refunded_minor: Option<i64>,
        pub(super) presentment_removed_subtotal_minor: Option<i64>,
        pub(super) presentment_removed_shipping_minor: Option<i64>,
        pub(super) presentment_removed_tax_minor: Option<i64>,
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

    /// An amount with the order's currencies.
    #[must_use]
    pub fn bag(&self, amount: MinorBag) -> MoneyBag {
        amount.in_currencies(self.currency, self.presentment_currency)
    }

    /// An amount in the currency that the buyer saw.
    #[must_use]
    pub fn presentment(&self, minor: i64) -> Money {
        Money::new(minor, self.presentment_currency)
    }

    /// Whether the buyer saw another currency than the shop's.
    #[must_use]
    pub fn is_abroad(&self) -> bool {
        self.currency != self.presentment_currency
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

    /// Its lines, less their discounts.
    #[must_use]
    pub fn subtotal(&self) -> MinorBag {
        MinorBag::kept(self.subtotal_minor, self.presentment_subtotal_minor)
    }

    /// All discounts: on its lines and on shipping.
    #[must_use]
    pub fn discounts(&self) -> MinorBag {
        MinorBag::kept(self.discounts_minor, self.presentment_discounts_minor)
    }

    /// Shipping, less its discounts.
    #[must_use]
    pub fn shipping(&self) -> MinorBag {
        MinorBag::kept(self.shipping_minor, self.presentment_shipping_minor)
    }

    /// All taxes.
    #[must_use]
    pub fn tax(&self) -> MinorBag {
        MinorBag::kept(self.tax_minor, self.presentment_tax_minor)
    }

    /// All in all, when it was placed.
    #[must_use]
    pub fn total(&self) -> MinorBag {
        MinorBag::kept(self.total_minor, self.presentment_total_minor)
    }

    /// Taken from the buyer so far.
    #[must_use]
    pub fn received(&self) -> MinorBag {
        MinorBag::kept(self.received_minor, self.presentment_received_minor)
    }

    /// Given back so far.
    #[must_use]
    pub fn refunded(&self) -> MinorBag {
        MinorBag::kept(self.refunded_minor, self.presentment_refunded_minor)
    }

    /// Value of the lines' units that were taken off since, less their discounts.
    #[must_use]
    pub fn removed_subtotal(&self) -> MinorBag {
        MinorBag::kept(
            self.removed_subtotal_minor,
            self.presentment_removed_subtotal_minor,
        )
    }

    /// Shipping that was taken off since.
    #[must_use]
    pub fn removed_shipping(&self) -> MinorBag {
        MinorBag::kept(
            self.removed_shipping_minor,
            self.presentment_removed_shipping_minor,
        )
    }

    /// Tax on both.
    #[must_use]
    pub fn removed_tax(&self) -> MinorBag {
        MinorBag::kept(self.removed_tax_minor, self.presentment_removed_tax_minor)
    }

    /// Its lines' worth now, less discounts and what was taken off.
    #[must_use]
    pub fn current_subtotal(&self) -> MinorBag {
        self.subtotal() - self.removed_subtotal()
    }

    /// Shipping now.
    #[must_use]
    pub fn current_shipping(&self) -> MinorBag {
        self.shipping() - self.removed_shipping()
    }

    /// Taxes now.
    #[must_use]
    pub fn current_tax(&self) -> MinorBag {
        self.tax() - self.removed_tax()
    }

    /// All in all now.
    #[must_use]
    pub fn current_total(&self) -> MinorBag {
        let goods = self.total() - self.removed_subtotal() - self.removed_shipping();
        if self.taxes_included {
            goods
        } else {
            goods - self.removed_tax()
        }
    }

    /// What the shop holds of the buyer's money.
    #[must_use]
    pub fn net_payment(&self) -> MinorBag {
        self.received() - self.refunded()
    }

    /// What the buyer still owes; never below zero. It is owed in the currency that the buyer saw,
    /// so that the shop's side follows from that: what comes in last makes the sums meet, whatever was
    /// taken off and given back before.
    #[must_use]
    pub fn outstanding(&self) -> MinorBag {
        let (total, net) = (self.current_total(), self.net_payment());
        match total.presentment - net.presentment {
            open if open > 0 => total.next(net, open),
            _ => MinorBag::ZERO,
        }
    }

    /// Enters what was taken and given back so far.
    pub(super) fn note_payments(&mut self, received: MinorBag, refunded: MinorBag) {
        self.received_minor = received.shop;
        self.refunded_minor = refunded.shop;
        if self.is_abroad() {
            self.presentment_received_minor = Some(received.presentment);
            self.presentment_refunded_minor = Some(refunded.presentment);
        }
    }

    /// Takes lines' worth, shipping and the tax on both off it.
    pub(crate) fn take_off(&mut self, subtotal: MinorBag, shipping: MinorBag, tax: MinorBag) {
        let subtotal = self.removed_subtotal() + subtotal;
        let shipping = self.removed_shipping() + shipping;
        let tax = self.removed_tax() + tax;
        self.removed_subtotal_minor = subtotal.shop;
        self.removed_shipping_minor = shipping.shop;
        self.removed_tax_minor = tax.shop;
        if self.is_abroad() {
            self.presentment_removed_subtotal_minor = Some(subtotal.presentment);
            self.presentment_removed_shipping_minor = Some(shipping.presentment);
            self.presentment_removed_tax_minor = Some(tax.presentment);
        }
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

    /// Whether the money that it lacks may be entered by hand: also where something went back and the
    /// rest is owed, but not where it was let go.
    #[must_use]
    pub fn can_mark_as_paid(&self) -> bool {
        use DisplayFinancialStatus as S;
        let let_go = matches!(self.financial_status, S::Voided | S::Expired);
        !self.is_cancelled() && !let_go && self.outstanding().presentment > 0
    }

    /// Whether there is money to give back.
    #[must_use]
    pub fn is_refundable(&self) -> bool {
        self.net_payment().presentment > 0
    }
}

/// Reads JSON that an operation of ours wrote; what cannot be read counts as absent.
fn from_json<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
