//! Who may be written to, and how surely they agreed.

use store::text_enum;
use units::Timestamp;

text_enum! {
    /// Whether somebody may be written to.
    pub enum EmailMarketingState {
        /// The mailbox does not exist.
        Invalid = "INVALID",
        /// Never asked, or never answered.
        NotSubscribed = "NOT_SUBSCRIBED",
        /// Asked to confirm.
        Pending = "PENDING",
        /// Erased.
        Redacted = "REDACTED",
        /// Agreed.
        Subscribed = "SUBSCRIBED",
        /// Agreed once, and declined since.
        Unsubscribed = "UNSUBSCRIBED",
    }
}

text_enum! {
    /// Whether somebody may be texted.
    pub enum SmsMarketingState {
        /// Never asked, or never answered.
        NotSubscribed = "NOT_SUBSCRIBED",
        /// Asked to confirm.
        Pending = "PENDING",
        /// Erased.
        Redacted = "REDACTED",
        /// Agreed.
        Subscribed = "SUBSCRIBED",
        /// Agreed once, and declined since.
        Unsubscribed = "UNSUBSCRIBED",
    }
}

text_enum! {
    /// How surely somebody agreed.
    pub enum OptInLevel {
        /// They confirmed.
        ConfirmedOptIn = "CONFIRMED_OPT_IN",
        /// They ticked a box.
        SingleOptIn = "SINGLE_OPT_IN",
        /// Nobody knows.
        Unknown = "UNKNOWN",
    }
}

/// What somebody agreed to, as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketingConsent<S> {
    /// Whether they agreed.
    pub state: S,
    /// How surely.
    pub level: Option<OptInLevel>,
    /// When; now if not given.
    pub updated_at: Option<Timestamp>,
}

impl EmailMarketingState {
    /// Whether an app may set it: the others are found out, not told.
    pub(super) fn may_be_told(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::Subscribed | Self::Unsubscribed | Self::NotSubscribed
        )
    }
}

impl SmsMarketingState {
    /// Whether an app may set it: the others are found out, not told.
    pub(super) fn may_be_told(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::Subscribed | Self::Unsubscribed | Self::NotSubscribed
        )
    }
}
