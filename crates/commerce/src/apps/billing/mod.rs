//! What apps ask the merchant to pay: by the month or year, by use, or once. The merchant's staff
//! agrees or declines; nothing is charged by this program.

mod cancel;
mod create;
mod decide;
mod list;
mod purchase;
mod sql;
mod usage;

pub use cancel::{CancelError, cancel};
pub use create::{BillingError, NewLine, NewSubscription, create};
pub use decide::{DecideError, Decision, decide_purchase, decide_subscription};
pub use list::{
    active, line_items, lines, purchases, purchases_page, subscriptions, subscriptions_page,
    usage_records, usage_records_page,
};
pub use purchase::{NewPurchase, purchase};
pub use usage::{LineError, ask_for_cap, balances, record_usage};

use store::{record, text_enum};
use units::{
    AppId, AppPurchaseOneTimeId, AppSubscriptionId, AppSubscriptionLineItemId, AppUsageRecordId,
    Currency, Money, Timestamp, divide_half_up,
};

/// What waits for the merchant's word for longer than this is over.
const PENDING_SECONDS: i64 = 2 * DAY_SECONDS;
const DAY_SECONDS: i64 = 24 * 3600;
const MILLION: i64 = 1_000_000;

text_enum! {
    /// Where a subscription stands.
    pub enum SubscriptionStatus {
        /// The merchant has not answered.
        Pending = "PENDING",
        /// Agreed to.
        Active = "ACTIVE",
        /// Not agreed to.
        Declined = "DECLINED",
        /// Not answered in time.
        Expired = "EXPIRED",
        /// Ended.
        Cancelled = "CANCELLED",
    }
}

text_enum! {
    /// Where a purchase stands.
    pub enum PurchaseStatus {
        /// The merchant has not answered.
        Pending = "PENDING",
        /// Agreed to.
        Active = "ACTIVE",
        /// Not agreed to.
        Declined = "DECLINED",
        /// Not answered in time.
        Expired = "EXPIRED",
    }
}

text_enum! {
    /// How a line is priced.
    pub enum LineKind {
        /// At a fixed price.
        Recurring = "RECURRING",
        /// By use, up to a cap.
        Usage = "USAGE",
    }
}

text_enum! {
    /// How long a period is.
    pub enum PricingInterval {
        /// 30 days.
        Every30Days = "EVERY_30_DAYS",
        /// 365 days.
        Annual = "ANNUAL",
    }
}

record! {
    /// What is paid for an app every period.
    #[derive(Clone)]
    pub struct Subscription {
        /// Its id.
        pub id: AppSubscriptionId,
        /// The app.
        pub app_id: AppId,
        /// What it is called.
        pub name: String,
        /// Where it stands, as it was stored: see [`Subscription::status_at`].
        pub status: SubscriptionStatus,
        /// Whether the app says that it is a test.
        pub test: bool,
        /// Days before the first period.
        pub trial_days: i64,
        /// Where the merchant goes after the answer.
        pub return_url: String,
        /// What makes the page that asks unguessable.
        pub secret: String,
        /// When the app asked.
        pub created_at: Timestamp,
        /// When the merchant agreed.
        pub activated_at: Option<Timestamp>,
        /// When it changed last.
        pub updated_at: Timestamp,
    }
}

record! {
    /// A part of a subscription with a price of its own.
    #[derive(Clone)]
    pub struct LineItem {
        /// Its id.
        pub id: AppSubscriptionLineItemId,
        /// Its subscription.
        pub subscription_id: AppSubscriptionId,
        /// How it is priced.
        pub kind: LineKind,
        /// How long a period is.
        pub interval: PricingInterval,
        /// The price of a period, or the cap of what use may cost in one.
        pub price_minor: i64,
        /// Of what.
        pub currency: Currency,
        /// What use costs, in words.
        pub terms: String,
        /// Taken off the price, as an amount.
        pub discount_minor: Option<i64>,
        /// Taken off the price, in millionths of it.
        pub discount_ppm: Option<i64>,
        /// For so many periods; for ever when not given.
        pub discount_intervals: Option<i64>,
        /// The cap that the merchant was asked for and has not answered yet.
        pub asked_minor: Option<i64>,
    }
}

record! {
    /// A use of an app that is paid for.
    #[derive(Clone)]
    pub struct UsageRecord {
        /// Its id.
        pub id: AppUsageRecordId,
        /// The line it counts on.
        pub line_item_id: AppSubscriptionLineItemId,
        /// What it was.
        pub description: String,
        /// What it costs.
        pub price_minor: i64,
        /// What the app knows it by.
        pub idempotency_key: Option<String>,
        /// When.
        pub created_at: Timestamp,
    }
}

record! {
    /// What is paid for an app once.
    #[derive(Clone)]
    pub struct Purchase {
        /// Its id.
        pub id: AppPurchaseOneTimeId,
        /// The app.
        pub app_id: AppId,
        /// What it is called.
        pub name: String,
        /// Where it stands, as it was stored: see [`Purchase::status_at`].
        pub status: PurchaseStatus,
        /// Whether the app says that it is a test.
        pub test: bool,
        /// The price.
        pub price_minor: i64,
        /// Of what.
        pub currency: Currency,
        /// Where the merchant goes after the answer.
        pub return_url: String,
        /// What makes the page that asks unguessable.
        pub secret: String,
        /// When the app asked.
        pub created_at: Timestamp,
        /// When it changed last.
        pub updated_at: Timestamp,
    }
}

impl SubscriptionStatus {
    /// Whether a subscription that stands here may come to stand there.
    #[must_use]
    pub const fn can_become(self, next: Self) -> bool {
        match self {
            Self::Pending => matches!(
                next,
                Self::Active | Self::Declined | Self::Expired | Self::Cancelled
            ),
            Self::Active => matches!(next, Self::Cancelled),
            Self::Declined | Self::Expired | Self::Cancelled => false,
        }
    }
}

impl PricingInterval {
    /// How many days it has.
    #[must_use]
    pub const fn days(self) -> i64 {
        match self {
            Self::Every30Days => 30,
            Self::Annual => 365,
        }
    }
}

/// The path of the page that asks the merchant for a subscription, or for a higher cap.
#[must_use]
pub fn subscription_page(own: &Subscription) -> String {
    let (id, secret) = (own.id.get(), &own.secret);
    format!("/admin/charges/subscriptions/{id}/{secret}")
}

/// The path of the page that asks the merchant for a purchase.
#[must_use]
pub fn purchase_page(own: &Purchase) -> String {
    let (id, secret) = (own.id.get(), &own.secret);
    format!("/admin/charges/purchases/{id}/{secret}")
}

fn is_late(created_at: Timestamp, now: Timestamp) -> bool {
    created_at.plus_seconds(PENDING_SECONDS) <= now
}

impl Subscription {
    /// Where it stands at `now`: a question that is not answered ends by itself.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> SubscriptionStatus {
        match self.status {
            SubscriptionStatus::Pending if is_late(self.created_at, now) => {
                SubscriptionStatus::Expired
            }
            status => status,
        }
    }

    /// How many whole periods have passed since the trial.
    #[must_use]
    pub fn periods_passed(&self, interval: PricingInterval, now: Timestamp) -> i64 {
        let Some(from) = self.activated_at else {
            return 0;
        };
        let first = from.plus_seconds(self.trial_days * DAY_SECONDS);
        let seconds = interval.days() * DAY_SECONDS;
        (now.micros() - first.micros()).max(0) / (seconds * MILLION)
    }

    /// The period that `now` is in, from and until; none before the merchant agreed. The trial
    /// counts with the first.
    #[must_use]
    pub fn period(&self, interval: PricingInterval, now: Timestamp) -> Option<[Timestamp; 2]> {
        let from = self.activated_at?;
        let first = from.plus_seconds(self.trial_days * DAY_SECONDS);
        let seconds = interval.days() * DAY_SECONDS;
        let passed = self.periods_passed(interval, now);
        let end = first.plus_seconds((passed + 1) * seconds);
        let start = if passed == 0 {
            from
        } else {
            first.plus_seconds(passed * seconds)
        };
        Some([start, end])
    }
}

impl Purchase {
    /// Where it stands at `now`: a question that is not answered ends by itself.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> PurchaseStatus {
        match self.status {
            PurchaseStatus::Pending if is_late(self.created_at, now) => PurchaseStatus::Expired,
            status => status,
        }
    }

    /// The price.
    #[must_use]
    pub fn price(&self) -> Money {
        Money::new(self.price_minor, self.currency)
    }
}

impl LineItem {
    /// The price of a period, or the cap of what use may cost in one.
    #[must_use]
    pub fn price(&self) -> Money {
        Money::new(self.price_minor, self.currency)
    }

    /// The price of a period that is discounted; none where there is no discount.
    #[must_use]
    pub fn discounted(&self) -> Option<Money> {
        let off = match (self.discount_minor, self.discount_ppm) {
            (Some(minor), _) => minor,
            (None, Some(ppm)) => {
                let exact = i128::from(self.price_minor) * i128::from(ppm);
                let off = divide_half_up(exact, i128::from(MILLION));
                i64::try_from(off).unwrap_or(self.price_minor)
            }
            (None, None) => return None,
        };
        let left = (self.price_minor - off).max(0);
        Some(Money::new(left, self.currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(trial_days: i64) -> Subscription {
        Subscription {
            id: AppSubscriptionId(1),
            app_id: AppId(1),
            name: "Pro".to_owned(),
            status: SubscriptionStatus::Active,
            test: true,
            trial_days,
            return_url: String::new(),
            secret: String::new(),
            created_at: Timestamp(0),
            activated_at: Some(Timestamp(0)),
            updated_at: Timestamp(0),
        }
    }

    #[test]
    fn what_has_ended_never_goes_on() {
        for from in SubscriptionStatus::ALL {
            for to in SubscriptionStatus::ALL {
                let open = matches!(
                    from,
                    SubscriptionStatus::Pending | SubscriptionStatus::Active
                );
                assert!(!from.can_become(*to) || (open && from != to));
            }
        }
    }

    #[test]
    fn a_period_begins_where_the_last_one_ended_and_the_trial_counts_with_the_first() {
        let day = |days: i64| Timestamp(0).plus_seconds(days * DAY_SECONDS);
        let own = subscription(7);
        let period = |now| own.period(PricingInterval::Every30Days, now);
        assert_eq!(period(day(3)), Some([day(0), day(37)]));
        assert_eq!(period(day(36)), Some([day(0), day(37)]));
        assert_eq!(period(day(37)), Some([day(37), day(67)]));
        assert_eq!(period(day(100)), Some([day(97), day(127)]));
    }

    #[test]
    fn a_question_ends_after_two_days() {
        let mut own = subscription(0);
        own.status = SubscriptionStatus::Pending;
        let late = Timestamp(0).plus_seconds(PENDING_SECONDS);
        assert_eq!(own.status_at(Timestamp(0)), SubscriptionStatus::Pending);
        assert_eq!(own.status_at(late), SubscriptionStatus::Expired);
    }
}
