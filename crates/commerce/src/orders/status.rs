//! Where an order stands: states, what they may become, and how they follow from the rows.
//!
//! The columns that hold these states are caches; the functions in here are what they cache.

use store::text_enum;
use units::MinorBag;

text_enum! {
    /// What is paid of an order.
    pub enum DisplayFinancialStatus {
        /// Nothing is paid yet.
        Pending = "PENDING",
        /// The money is set aside, not taken.
        Authorized = "AUTHORIZED",
        /// A part is paid.
        PartiallyPaid = "PARTIALLY_PAID",
        /// All of it is paid.
        Paid = "PAID",
        /// A part of what was paid went back.
        PartiallyRefunded = "PARTIALLY_REFUNDED",
        /// All that was paid went back.
        Refunded = "REFUNDED",
        /// What was set aside, or awaited, was let go.
        Voided = "VOIDED",
        /// What was set aside has lapsed.
        Expired = "EXPIRED",
    }
}

text_enum! {
    /// What has left of an order.
    pub enum DisplayFulfillmentStatus {
        /// Nothing has left.
        Unfulfilled = "UNFULFILLED",
        /// A part has left.
        PartiallyFulfilled = "PARTIALLY_FULFILLED",
        /// All has left.
        Fulfilled = "FULFILLED",
        /// Somebody is at work on it.
        InProgress = "IN_PROGRESS",
        /// It must not leave for now.
        OnHold = "ON_HOLD",
        /// It leaves at a later date.
        Scheduled = "SCHEDULED",
    }
}

text_enum! {
    /// Why an order was cancelled.
    pub enum CancelReason {
        /// The customer wanted it.
        Customer = "CUSTOMER",
        /// The payment was declined.
        Declined = "DECLINED",
        /// It looked like a fraud.
        Fraud = "FRAUD",
        /// The goods were not there.
        Inventory = "INVENTORY",
        /// Any other reason.
        Other = "OTHER",
        /// The staff made a mistake.
        Staff = "STAFF",
    }
}

text_enum! {
    /// What a movement of money does.
    pub enum TransactionKind {
        /// Sets money aside.
        Authorization = "AUTHORIZATION",
        /// Takes money that was set aside.
        Capture = "CAPTURE",
        /// Takes money at once.
        Sale = "SALE",
        /// Lets go what was set aside or awaited.
        Void = "VOID",
        /// Gives money back.
        Refund = "REFUND",
    }
}

text_enum! {
    /// How a movement of money went.
    pub enum TransactionStatus {
        /// It is awaited.
        Pending = "PENDING",
        /// It happened.
        Success = "SUCCESS",
        /// It was declined.
        Failure = "FAILURE",
        /// It could not be tried.
        Error = "ERROR",
        /// The gateway has not answered yet.
        AwaitingResponse = "AWAITING_RESPONSE",
        /// Nobody knows: the gateway must be asked.
        Unknown = "UNKNOWN",
    }
}

text_enum! {
    /// Where a fulfilment order stands.
    pub enum FulfillmentOrderStatus {
        /// Ready to be worked on.
        Open = "OPEN",
        /// Being worked on.
        InProgress = "IN_PROGRESS",
        /// Must not be worked on for now.
        OnHold = "ON_HOLD",
        /// Becomes ready at a later date.
        Scheduled = "SCHEDULED",
        /// Could not be completed as asked.
        Incomplete = "INCOMPLETE",
        /// Called off.
        Cancelled = "CANCELLED",
        /// Done with.
        Closed = "CLOSED",
    }
}

text_enum! {
    /// What was asked of the fulfilment service, and what it said.
    pub enum FulfillmentOrderRequestStatus {
        /// Nothing was asked.
        Unsubmitted = "UNSUBMITTED",
        /// Fulfilment was asked for.
        Submitted = "SUBMITTED",
        /// The service agreed.
        Accepted = "ACCEPTED",
        /// The service refused.
        Rejected = "REJECTED",
        /// Cancellation was asked for.
        CancellationRequested = "CANCELLATION_REQUESTED",
        /// The service agreed to cancel.
        CancellationAccepted = "CANCELLATION_ACCEPTED",
        /// The service refused to cancel.
        CancellationRejected = "CANCELLATION_REJECTED",
        /// The service is done with it.
        Closed = "CLOSED",
    }
}

impl FulfillmentOrderStatus {
    /// Whether a fulfilment order may go from this state to `next`.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use FulfillmentOrderStatus as S;
        match self {
            S::Open => matches!(next, S::InProgress | S::OnHold | S::Cancelled | S::Closed),
            S::InProgress => matches!(next, S::Open | S::Incomplete | S::Cancelled | S::Closed),
            S::OnHold => matches!(next, S::Open | S::Cancelled | S::Closed),
            S::Scheduled => matches!(next, S::Open | S::OnHold | S::Cancelled | S::Closed),
            // A parcel that is called back opens what it had closed.
            S::Closed => next == S::Open,
            S::Incomplete | S::Cancelled => false,
        }
    }

    /// Whether goods may leave on a fulfilment order in this state.
    #[must_use]
    pub fn is_fulfillable(self) -> bool {
        matches!(self, Self::Open | Self::InProgress)
    }
}

impl TransactionStatus {
    /// Whether a movement may go from this state to `next`: only what is undecided changes.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        use TransactionStatus as S;
        match self {
            S::Pending | S::AwaitingResponse | S::Unknown => {
                matches!(next, S::Success | S::Failure | S::Error)
                    || (self != next && next == S::Unknown)
            }
            S::Success | S::Failure | S::Error => false,
        }
    }
}

impl TransactionKind {
    /// Whether a movement of this kind may follow one of kind `parent`.
    #[must_use]
    pub fn can_follow(self, parent: Self) -> bool {
        use TransactionKind as K;
        match self {
            K::Capture | K::Void => parent == K::Authorization,
            K::Refund => matches!(parent, K::Sale | K::Capture),
            K::Authorization | K::Sale => false,
        }
    }
}

/// A movement of money as the books need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// What it does.
    pub kind: TransactionKind,
    /// How it went.
    pub status: TransactionStatus,
    /// How much.
    pub amount: MinorBag,
}

/// What an order's movements of money add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Books {
    /// Taken from the buyer: sales and captures.
    pub received: MinorBag,
    /// Given back.
    pub refunded: MinorBag,
    /// Set aside and neither taken nor let go.
    pub authorized: MinorBag,
    /// Let go: whether anything was.
    pub voided: bool,
}

impl Books {
    /// Adds the movements up; only what succeeded counts.
    #[must_use]
    pub fn of(movements: impl IntoIterator<Item = Movement>) -> Self {
        let mut books = Self::default();
        let mut captured = MinorBag::ZERO;
        for movement in movements {
            if movement.status != TransactionStatus::Success {
                continue;
            }
            let amount = movement.amount;
            match movement.kind {
                TransactionKind::Sale => books.received += amount,
                TransactionKind::Capture => {
                    books.received += amount;
                    captured += amount;
                }
                TransactionKind::Refund => books.refunded += amount,
                TransactionKind::Authorization => books.authorized += amount,
                TransactionKind::Void => {
                    books.voided = true;
                    captured += amount;
                }
            }
        }
        books.authorized = (books.authorized - captured).or_nothing();
        books
    }

    /// What the shop holds of the buyer's money: captures − refunds.
    #[must_use]
    pub fn net(self) -> MinorBag {
        self.received - self.refunded
    }
}

/// What is paid of an order that came to `total_minor` and, after what was taken off it since,
/// comes to `current_minor`: both in the currency that the buyer saw, since that is what is owed.
#[must_use]
pub fn financial_status(
    total_minor: i64,
    current_minor: i64,
    books: Books,
) -> DisplayFinancialStatus {
    use DisplayFinancialStatus as S;
    let received = books.received.presentment;
    if books.refunded.presentment > 0 {
        return if books.net().presentment <= 0 {
            S::Refunded
        } else {
            S::PartiallyRefunded
        };
    }
    if total_minor == 0 || (received > 0 && received >= current_minor) {
        return S::Paid;
    }
    if received > 0 {
        S::PartiallyPaid
    } else if books.authorized.presentment > 0 {
        S::Authorized
    } else if books.voided {
        S::Voided
    } else {
        S::Pending
    }
}

/// What has left of an order whose fulfilment orders ask for `total` units in all, of which
/// `remaining` have not left.
#[must_use]
pub fn fulfillment_status(total: i64, remaining: i64) -> DisplayFulfillmentStatus {
    if remaining >= total {
        DisplayFulfillmentStatus::Unfulfilled
    } else if remaining > 0 {
        DisplayFulfillmentStatus::PartiallyFulfilled
    } else {
        DisplayFulfillmentStatus::Fulfilled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn went(kind: TransactionKind, amount_minor: i64) -> Movement {
        Movement {
            kind,
            status: TransactionStatus::Success,
            amount: MinorBag::same(amount_minor),
        }
    }

    fn status(total: i64, movements: &[Movement]) -> DisplayFinancialStatus {
        financial_status(total, total, Books::of(movements.iter().copied()))
    }

    #[test]
    fn a_fulfilment_order_goes_only_where_the_table_says() {
        use FulfillmentOrderStatus as S;
        let allowed: &[(S, &[S])] = &[
            (
                S::Open,
                &[S::InProgress, S::OnHold, S::Cancelled, S::Closed],
            ),
            (
                S::InProgress,
                &[S::Open, S::Incomplete, S::Cancelled, S::Closed],
            ),
            (S::OnHold, &[S::Open, S::Cancelled, S::Closed]),
            (S::Scheduled, &[S::Open, S::OnHold, S::Cancelled, S::Closed]),
            (S::Incomplete, &[]),
            (S::Cancelled, &[]),
            (S::Closed, &[S::Open]),
        ];
        for (from, tos) in allowed {
            for to in S::ALL {
                assert_eq!(from.can_become(*to), tos.contains(to), "{from:?} to {to:?}");
            }
        }
        assert_eq!(allowed.len(), S::ALL.len());
    }

    #[test]
    fn a_transaction_that_is_decided_stays_so() {
        use TransactionStatus as S;
        for from in S::ALL {
            for to in S::ALL {
                let decided = matches!(from, S::Success | S::Failure | S::Error);
                let decides = matches!(to, S::Success | S::Failure | S::Error);
                let lost = *to == S::Unknown && from != to;
                assert_eq!(
                    from.can_become(*to),
                    !decided && (decides || lost),
                    "{from:?} to {to:?}"
                );
            }
        }
    }

    #[test]
    fn a_transaction_follows_only_a_fitting_parent() {
        use TransactionKind as K;
        let pairs = [
            (K::Capture, K::Authorization),
            (K::Void, K::Authorization),
            (K::Refund, K::Sale),
            (K::Refund, K::Capture),
        ];
        for kind in K::ALL {
            for parent in K::ALL {
                let expected = pairs.contains(&(*kind, *parent));
                assert_eq!(
                    kind.can_follow(*parent),
                    expected,
                    "{kind:?} after {parent:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_paid_follows_from_the_movements() {
        use DisplayFinancialStatus as S;
        use TransactionKind as K;
        let pending = Movement {
            status: TransactionStatus::Pending,
            ..went(K::Sale, 100)
        };
        let declined = Movement {
            status: TransactionStatus::Failure,
            ..went(K::Sale, 100)
        };
        assert_eq!(status(100, &[]), S::Pending);
        assert_eq!(status(100, &[pending]), S::Pending);
        assert_eq!(status(100, &[declined]), S::Pending);
        assert_eq!(status(0, &[]), S::Paid);
        assert_eq!(status(100, &[went(K::Sale, 40)]), S::PartiallyPaid);
        assert_eq!(status(100, &[went(K::Sale, 100)]), S::Paid);
        assert_eq!(status(100, &[went(K::Authorization, 100)]), S::Authorized);
        let captured = [went(K::Authorization, 100), went(K::Capture, 100)];
        assert_eq!(status(100, &captured), S::Paid);
        let voided = [went(K::Authorization, 100), went(K::Void, 100)];
        assert_eq!(status(100, &voided), S::Voided);
        let some_back = [went(K::Sale, 100), went(K::Refund, 30)];
        assert_eq!(status(100, &some_back), S::PartiallyRefunded);
        let all_back = [went(K::Sale, 100), went(K::Refund, 30), went(K::Refund, 70)];
        assert_eq!(status(100, &all_back), S::Refunded);
    }

    #[test]
    fn an_order_that_lost_a_line_is_paid_by_the_rest() {
        let books = Books::of([went(TransactionKind::Sale, 60)]);
        assert_eq!(
            financial_status(100, 60, books),
            DisplayFinancialStatus::Paid
        );
        assert_eq!(
            financial_status(100, 0, Books::default()),
            DisplayFinancialStatus::Pending
        );
    }

    #[test]
    fn what_has_left_follows_from_what_remains() {
        use DisplayFulfillmentStatus as S;
        assert_eq!(fulfillment_status(3, 3), S::Unfulfilled);
        assert_eq!(fulfillment_status(3, 1), S::PartiallyFulfilled);
        assert_eq!(fulfillment_status(3, 0), S::Fulfilled);
        assert_eq!(fulfillment_status(0, 0), S::Unfulfilled);
    }
}
