//! A discount and its codes, as they are kept.

use store::{record, text_enum};
use units::{AppId, DiscountId, DiscountRedeemCodeId, Timestamp, fold, sort_key};

use super::terms::{Effect, Terms};

text_enum! {
    /// How a discount comes to a sale.
    pub enum Method {
        /// By a code.
        Code = "code",
        /// By itself.
        Automatic = "automatic",
    }
}

text_enum! {
    /// What kind of discount it is.
    pub enum Kind {
        /// Something off items.
        Basic = "basic",
        /// Something off some items for those who buy others.
        BuyGet = "bxgy",
        /// Free delivery.
        FreeShipping = "free_shipping",
    }
}

text_enum! {
    /// Where a discount stands.
    pub enum Status {
        /// It is given.
        Active = "ACTIVE",
        /// It was.
        Expired = "EXPIRED",
        /// It will be.
        Scheduled = "SCHEDULED",
    }
}

record! {
    /// A discount.
    #[derive(Clone)]
    pub struct Discount {
        /// Its id.
        pub id: DiscountId,
        /// How it comes to a sale.
        pub method: Method,
        /// What kind it is.
        pub kind: Kind,
        /// What people call it.
        pub title: String,
        /// What it takes off, from what, for whom.
        pub terms: Terms,
        /// From when on it is given.
        pub starts_at: Timestamp,
        /// Until when.
        pub ends_at: Option<Timestamp>,
        /// How many orders may get it.
        pub usage_limit: Option<i64>,
        /// Whether a customer gets it once at most.
        pub once_per_customer: bool,
        /// How many orders got it.
        pub usage_count: i64,
        /// How many codes give it.
        pub codes_count: i64,
        /// The app that made it.
        pub app_id: Option<AppId>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
    }
}

record! {
    /// A code that gives a discount.
    #[derive(Clone, PartialEq, Eq)]
    pub struct RedeemCode {
        /// Its id.
        pub id: DiscountRedeemCodeId,
        /// The discount.
        pub discount_id: DiscountId,
        /// The code.
        pub code: String,
        /// How many orders used it.
        pub usage_count: i64,
        /// The app that made it.
        pub app_id: Option<AppId>,
        /// When it was made.
        pub created_at: Timestamp,
    }
}

impl Discount {
    /// Where it stands at a moment.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        if self.ends_at.is_some_and(|end| end <= now) {
            Status::Expired
        } else if self.starts_at > now {
            Status::Scheduled
        } else {
            Status::Active
        }
    }

    /// Whether as many orders got it as may.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        self.usage_limit
            .is_some_and(|most| self.usage_count >= most)
    }

    /// The key that lists sort and search the title by.
    pub(super) fn title_key(&self) -> String {
        sort_key(&self.title)
    }
}

impl Kind {
    /// The kind that terms make.
    #[must_use]
    pub const fn of(terms: &Terms) -> Self {
        match terms.effect {
            Effect::Off { .. } => Self::Basic,
            Effect::BuyGet { .. } => Self::BuyGet,
            Effect::FreeShipping { .. } => Self::FreeShipping,
        }
    }
}

/// What a code is found by: case does not count.
pub(super) fn code_key(code: &str) -> String {
    fold(code.trim())
}
