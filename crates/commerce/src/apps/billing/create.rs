//! Asking the merchant for a subscription.

use store::{StoreError, Tx};
use units::{AppId, AppSubscriptionId, Money};

use super::{LineItem, LineKind, PricingInterval, Subscription, SubscriptionStatus, sql};
use crate::call::Call;

/// Lines of a subscription: one at a fixed price, one by use.
const LINES_MAX: usize = 2;
const NAME_CHARS_MAX: usize = 255;
const URL_CHARS_MAX: usize = 2_048;
const TRIAL_DAYS_MAX: i64 = 1_000;

/// What the merchant is asked for.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    /// Who asks.
    pub app: AppId,
    /// What it is called.
    pub name: String,
    /// Where the merchant goes after the answer.
    pub return_url: String,
    /// Days before the first period.
    pub trial_days: i64,
    /// Whether it is a test.
    pub test: bool,
    /// Its lines.
    pub lines: Vec<NewLine>,
}

/// One line of it.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// How it is priced.
    pub kind: LineKind,
    /// How long a period is.
    pub interval: PricingInterval,
    /// The price of a period, or the cap of what use may cost in one.
    pub price: Money,
    /// What use costs, in words.
    pub terms: String,
    /// Taken off the price, as an amount.
    pub discount_minor: Option<i64>,
    /// Taken off the price, in millionths of it.
    pub discount_ppm: Option<i64>,
    /// For so many periods; for ever when not given.
    pub discount_intervals: Option<i64>,
}

/// Why the merchant is not asked.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    /// It must be called something.
    #[error("Name can't be blank")]
    NameBlank,
    /// The name is too long.
    #[error("Name is too long (maximum is 255 characters)")]
    NameTooLong,
    /// No address that a browser can go to.
    #[error("Return url must be a complete http or https address")]
    ReturnUrl,
    /// Less than none, or years of it.
    #[error("Trial days must be between 0 and 1000")]
    TrialDays,
    /// None, or too many.
    #[error("A subscription has one line at a fixed price, one by use, or both")]
    Lines,
    /// A line costs nothing or less.
    #[error("Price must be greater than 0")]
    Price,
    /// Lines in several currencies.
    #[error("All lines must be in one currency")]
    Currency,
    /// Use is described to the merchant.
    #[error("Terms can't be blank")]
    Terms,
    /// More than the price, or for no time.
    #[error(
        "The discount must be above zero, no more than the price, and last at least one interval"
    )]
    Discount,
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Asks the merchant for a subscription: it waits for an answer on a page of its own.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(
    tx: &mut Tx,
    call: &Call,
    new: &NewSubscription,
) -> Result<AppSubscriptionId, BillingError> {
    check_name(&new.name)?;
    check_return_url(&new.return_url)?;
    if !(0..=TRIAL_DAYS_MAX).contains(&new.trial_days) {
        return Err(BillingError::TrialDays);
    }
    check_lines(&new.lines)?;
    let subscription = Subscription {
        id: call.new_id(),
        app_id: new.app,
        name: new.name.trim().to_owned(),
        status: SubscriptionStatus::Pending,
        test: new.test,
        trial_days: new.trial_days,
        return_url: new.return_url.clone(),
        secret: call.new_token(),
        created_at: call.now,
        activated_at: None,
        updated_at: call.now,
    };
    let lines: Vec<LineItem> = new
        .lines
        .iter()
        .map(|line| LineItem {
            id: call.new_id(),
            subscription_id: subscription.id,
            kind: line.kind,
            interval: line.interval,
            price_minor: line.price.minor,
            currency: line.price.currency,
            terms: line.terms.clone(),
            discount_minor: line.discount_minor,
            discount_ppm: line.discount_ppm,
            discount_intervals: line.discount_intervals,
            asked_minor: None,
        })
        .collect();
    sql::insert_subscription(tx, &subscription)?;
    sql::insert_lines(tx, &lines)?;
    Ok(subscription.id)
}

pub(super) fn check_name(name: &str) -> Result<(), BillingError> {
    if name.trim().is_empty() {
        return Err(BillingError::NameBlank);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(BillingError::NameTooLong);
    }
    Ok(())
}

/// Only http and https: the merchant's browser goes there by itself.
pub(super) fn check_return_url(url: &str) -> Result<(), BillingError> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or(rest));
    let fits = host.is_some_and(|host| !host.is_empty())
        && url.len() <= URL_CHARS_MAX
        && url.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(()).ok_or(BillingError::ReturnUrl)
}

fn check_lines(lines: &[NewLine]) -> Result<(), BillingError> {
    let [first, rest @ ..] = lines else {
        return Err(BillingError::Lines);
    };
    if lines.len() > LINES_MAX || rest.iter().any(|line| line.kind == first.kind) {
        return Err(BillingError::Lines);
    }
    if rest
        .iter()
        .any(|line| line.price.currency != first.price.currency)
    {
        return Err(BillingError::Currency);
    }
    for line in lines {
        if !line.price.is_positive() {
            return Err(BillingError::Price);
        }
        if line.kind == LineKind::Usage && line.terms.trim().is_empty() {
            return Err(BillingError::Terms);
        }
        let amount = line
            .discount_minor
            .is_none_or(|off| (1..=line.price.minor).contains(&off));
        let share = line
            .discount_ppm
            .is_none_or(|ppm| (1..=super::MILLION).contains(&ppm));
        let lasts = line.discount_intervals.is_none_or(|count| count > 0);
        if !amount || !share || !lasts {
            return Err(BillingError::Discount);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_merchant_is_sent_to_web_pages_only() {
        for url in ["https://app.example/back?x=1", "http://localhost:3000"] {
            assert!(check_return_url(url).is_ok(), "{url}");
        }
        for url in [
            "",
            "app.example",
            "javascript:alert(1)",
            "https://",
            "https://a b",
            "ftp://a",
        ] {
            assert!(check_return_url(url).is_err(), "{url}");
        }
    }
}
